"""Look-ups in tables: what is found, by what, and in how many statements."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from menus import tables
from menus.hashing import hashed
from menus.models import LookupRow, LookupTable
from tests import sheets

pytestmark = pytest.mark.django_db
Queries = Any  # pytest-django's fixture: exactly so many statements


@pytest.mark.parametrize("asked", ["ab 12", "AB 12", "  Ab \t 12 ", "ab\u00a012", "\ufeffab 12"])
def test_a_row_is_found_whatever_the_letter_case_and_blanks(asked: str) -> None:
    sheets.add(sheets.table(), "ab 12", balance="84.20")
    assert tables.find("accounts", asked) == {"balance": "84.20"}


@pytest.mark.parametrize("asked", ["", "   ", "ab12", "ab 1", "ab 12 " + "x" * 300, "ab\0 13", "\ud800", "' OR 1=1 --"])
def test_any_other_key_finds_nothing(asked: str) -> None:
    sheets.add(sheets.table(), "ab 12")
    assert tables.find("accounts", asked) is None


def test_leading_zeros_count() -> None:
    sheets.add(sheets.table(), "0042", balance="1")
    assert tables.find("accounts", "42") is None
    assert tables.find("accounts", "0042") == {"balance": "1"}


def test_only_the_table_that_is_asked_answers() -> None:
    sheets.add(sheets.table("other"), "1", balance="2")
    sheets.table()
    assert tables.find("accounts", "1") is None


def test_a_table_that_is_missing_is_named() -> None:
    with pytest.raises(tables.NoSuchTable, match="no table “acounts”; make one with that key"):
        tables.find("acounts", "1")


# --- secret keys ------------------------------------------------------------------------------------------------


def test_a_secret_key_is_found_and_is_nowhere_stored() -> None:
    table = sheets.table(secret=True)
    sheets.add(table, "4821:7391", balance="84.20")
    assert tables.find("accounts", "4821:7391") == {"balance": "84.20"}
    assert tables.find("accounts", "4821:7392") is None
    assert "7391" not in json.dumps(sheets.rows(table))


def test_a_hash_is_no_key(settings: Settings) -> None:
    """Who saw the database must not be able to key what stands in it."""
    table = sheets.table(secret=True)
    row = sheets.add(table, "4821:7391")
    assert tables.find("accounts", row.key) is None


def test_a_hash_does_not_serve_in_another_table() -> None:
    row = sheets.add(sheets.table(secret=True), "4821:7391")
    LookupRow.objects.create(table=sheets.table("other", secret=True), key=row.key)
    assert tables.find("other", "4821:7391") is None


def test_an_open_table_is_not_asked_by_hashes() -> None:
    table = sheets.table()
    LookupRow.objects.create(table=table, key=hashed("table", "accounts", "4821"))
    assert tables.find("accounts", "4821") is None


def test_secret_keys_are_found_after_the_sites_key_was_changed(settings: Settings) -> None:
    sheets.add(sheets.table(secret=True), "4821:7391", balance="84.20")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 5
    assert tables.find("accounts", "4821:7391") == {"balance": "84.20"}
    settings.SECRET_KEY_FALLBACKS = []
    assert tables.find("accounts", "4821:7391") is None


# --- statements -------------------------------------------------------------------------------------------------


def filled(secret: bool) -> LookupTable:
    """50,000 rows, behind those of another table."""
    for name, count in (("other", 2_000), ("accounts", 50_000)):
        table = sheets.table(name, secret=secret)
        LookupRow.objects.bulk_create(
            [
                LookupRow(table=table, key=tables.kept_key(table, f"{n:08}"), values={"balance": str(n)})
                for n in range(count)
            ],
            batch_size=2000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return table


@pytest.mark.slow
@pytest.mark.parametrize("secret", [False, True], ids=["open", "secret"])
def test_one_of_50000_rows_takes_one_statement_through_the_index(secret: bool) -> None:
    filled(secret)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert tables.find("accounts", "00031415") == {"balance": "31415"}
    assert len(queries) == 1
    with connection.cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(explain + queries[0]["sql"])
        plan = "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())
    assert "menus_lookup_key_twice_in_table" in plan or "sqlite_autoindex_menus_lookuprow" in plan, plan
    assert (
        "table_id=? AND key=?" in plan if connection.vendor == "sqlite" else "Seq Scan on menus_lookuprow" not in plan
    )
    assert "SCAN menus_lookuprow" not in plan


def test_what_is_not_found_takes_two_and_an_empty_key_one(django_assert_num_queries: Queries) -> None:
    sheets.table()
    with django_assert_num_queries(2):
        tables.find("accounts", "1")
    with django_assert_num_queries(1):
        tables.find("accounts", " ")
