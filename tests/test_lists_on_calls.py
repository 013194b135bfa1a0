"""The lists of numbers that a caller is on: asked for in one indexed query, and only where a branch wants to know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from calls import callers
from calls.models import RememberedCaller, Turn
from ivrsite import database
from menus.flow import Flow, read_flow
from menus.models import NumberList, NumberListEntry
from tests import lines
from tests.door import ANSWER, CALLER, Door, ncco_in, ring, said

Patch = pytest.MonkeyPatch
Queries = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)


def sorting(*lists: str, **more: Any) -> Flow:
    """Who is on the block list hears goodbye, who is on the VIP list rings the desk."""
    ends = {"blocked": "bye", "vip": "desk"}
    rules = [{"key": key, "lists": [key], "to": ends[key]} for key in lists or ends]
    first = {"kind": "branch", "label": "Who calls?", "rules": rules, "otherwise": "main"}
    return read_flow(lines.office(first=first).model_dump() | {"start": "first"} | more)


def listed(key: str, *numbers: str, expires_at: datetime | None = None) -> None:
    """`1202*` stands for all that begin so."""
    found, _ = NumberList.objects.get_or_create(key=key, defaults={"name": key})
    for number in numbers:
        digits = number.removesuffix("*")
        NumberListEntry.objects.create(list=found, number=digits, is_prefix=number != digits, expires_at=expires_at)


def known(number: str = CALLER, flow: Flow | None = None, now: datetime = NOW) -> tuple[str, ...]:
    return callers.known(number, "a call", 1, flow or sorting(), now).lists


# --- who is on a list -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "caller", "is_on"),
    [
        ("447700900123", "447700900123", True),
        ("447700900123", "+447700900123", True),
        ("447700900123", "447700900124", False),
        ("447700900123", "4477009001234", False),
        ("44770090012", "447700900123", False),
        ("44770090012*", "447700900123", True),
        ("447700900123*", "447700900123", True),
        ("4*", "447700900123", True),
        ("4477009001234*", "447700900123", False),
        ("7700900123", "447700900123", False),
        ("123456789012345", "123456789012345", True),
        ("447700900123", "anonymous", False),
        ("447700900123", "", False),
        ("447700900123", "sip:447700900123@example.com", False),
        ("447700900123", "٤٤٧٧٠٠٩٠٠١٢٣", False),
        ("447700900123", "447700900123;user=phone", False),
    ],
)
def test_an_entry_is_a_number_or_the_beginning_of_many(entry: str, caller: str, is_on: bool) -> None:
    listed("vip", entry)
    assert known(caller) == (("vip",) if is_on else ())


def test_a_caller_may_be_on_several_lists_and_is_on_each_once() -> None:
    listed("vip", CALLER, "44*", "447*")
    listed("blocked", "4477*")
    assert known() == ("blocked", "vip")


def test_of_the_lists_only_those_that_the_line_asks_for_are_looked_at() -> None:
    listed("blocked", CALLER)
    listed("vip", CALLER)
    listed("another-lines", CALLER)
    assert known(flow=sorting("vip")) == ("vip",)


def test_an_entry_holds_to_the_second_at_which_it_expires() -> None:
    listed("blocked", CALLER, expires_at=NOW)
    listed("vip", CALLER, expires_at=NOW + timedelta(seconds=1))
    assert known(now=NOW - timedelta(seconds=1)) == ("blocked", "vip")
    assert known() == ("vip",)
    assert known(now=NOW + timedelta(seconds=1)) == ()


# --- the call ---------------------------------------------------------------------------------------------------


def test_the_branch_sends_each_where_they_belong() -> None:
    lines.publish(sorting())
    door = Door(fresh=False)
    listed("blocked", "447700900199")
    listed("vip", "44770090012*")
    answers = {
        caller: ncco_in(door.post(ANSWER, ring(uuid=caller, **{"from": caller})))
        for caller in ("447700900199", CALLER, "12025550142")
    }
    assert said(answers["447700900199"]) == ["Goodbye."]
    assert answers[CALLER][0]["action"] == "connect"
    assert said(answers["12025550142"])[0] == "Hello."
    ways = dict(Turn.objects.values_list("call_id", "visits"))
    assert '["first","chosen","blocked"' in ways["447700900199"]
    assert '["first","otherwise",""' in ways["12025550142"]


def test_while_the_database_is_away_the_call_goes_on_as_one_of_a_stranger(monkeypatch: Patch, caplog: Any) -> None:
    lines.publish(sorting(remember_language_days=90))
    door = Door(fresh=False)
    listed("blocked", CALLER)

    def refuse(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    with monkeypatch.context() as outage:
        outage.setattr(database, "run", refuse)
        answered = ncco_in(door.post(ANSWER, ring()))
    assert said(answered)[0] == "Hello."
    assert "the lists of a caller cannot be read; the call goes on without" in caplog.text
    assert CALLER not in caplog.text


def test_a_table_that_fails_costs_only_what_stands_in_it(monkeypatch: Patch) -> None:
    """Who is blocked stays blocked, though nobody knows their language."""
    listed("blocked", CALLER)

    def broken(*_: object) -> str:
        raise OperationalError("no such table")

    monkeypatch.setattr(callers, "_language", broken)
    assert known(flow=sorting(remember_language_days=90)) == ("blocked",)


def test_the_same_caller_draws_the_same_lot_however_the_number_is_written() -> None:
    lots = {callers.known(number, uuid, 1, sorting(), NOW).lot for number in (CALLER, f"+{CALLER}") for uuid in "ab"}
    assert len(lots) == 1
    hidden = {callers.known("", f"call {n}", 1, sorting(), NOW).lot for n in range(20)}
    assert len(hidden) > 10, "a caller who hides the number draws a new one in each call"


# --- what it costs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "number", "queries"),
    [
        (lines.office(), CALLER, 0),
        (sorting(), CALLER, 1),
        (sorting("vip", remember_language_days=90), CALLER, 2),
        (read_flow(lines.office().model_dump() | {"remember_language_days": 90}), CALLER, 1),
        (sorting(remember_language_days=90), "anonymous", 0),
        (sorting(remember_language_days=90), "", 0),
        (sorting(remember_language_days=90), "٤٤٧٧٠٠٩٠٠١٢٣", 0),
    ],
)
def test_nothing_is_asked_that_the_flow_does_not_want_to_know(
    flow: Flow, number: str, queries: int, django_assert_num_queries: Queries
) -> None:
    listed("vip", *(str(n) for n in range(4_477_009_000_100, 4_477_009_000_130)), "44*")
    with django_assert_num_queries(queries):
        known(number, flow)


def plan(queries: CaptureQueriesContext, table: str) -> str:
    """How the database goes about the only query on the table."""
    (sql,) = [query["sql"] for query in queries if f'FROM "{table}"' in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        return "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())


def test_with_thousands_of_entries_the_lists_are_found_by_an_index() -> None:
    listed("vip", CALLER)
    (vip,) = NumberList.objects.all()
    many = (NumberListEntry(list=vip, number=str(12_025_000_000 + n)) for n in range(20_000))
    NumberListEntry.objects.bulk_create(many, batch_size=2_000)
    with CaptureQueriesContext(connection) as queries:
        assert known() == ("vip",)
    found = plan(queries, "menus_numberlistentry")
    by_number = ("number=?", "menus_number_list_number", "menus_number_twice_in_list")
    assert any(index in found for index in by_number), found
    assert "SCAN menus_numberlistentry" not in found
    assert "Seq Scan on menus_numberlistentry" not in found


def test_with_thousands_of_callers_the_language_is_found_by_an_index() -> None:
    row = RememberedCaller(line_id=1, language="es", chosen_at=NOW, expires_at=NOW + timedelta(days=9))
    RememberedCaller.objects.bulk_create(
        RememberedCaller(line_id=1, caller=f"{n:064}", language="es", chosen_at=NOW, expires_at=row.expires_at)
        for n in range(20_000)
    )
    with CaptureQueriesContext(connection) as queries:
        known(flow=sorting(remember_language_days=90))
    found = plan(queries, "calls_rememberedcaller")
    assert "remembered_once" in found or "sqlite_autoindex_calls_rememberedcaller" in found, found
    assert "SCAN calls_rememberedcaller" not in found
    assert "Seq Scan on calls_rememberedcaller" not in found
