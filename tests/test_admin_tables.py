"""The pages of tables and their rows, of lists and what is on them, and of hosts; and who may open them."""

from __future__ import annotations

import html
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from menus import tables
from menus.models import AllowedHost, Branch, BranchRule, LookUp, LookupRow, LookupTable, NumberList, NumberListEntry
from menus.publish import publish
from tests import sheets, staff
from tests.pages import filled, form_of, refused, saved, text, url_of
from tests.sheets import bring, facts, log, press, rows_url, way

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


@pytest.fixture
def accounts() -> LookupTable:
    return sheets.accounts()


# --- secret keys ------------------------------------------------------------------------------------------------


def test_a_secret_key_is_on_no_page_and_in_no_file(ana: Client, tmp_path: Path) -> None:
    table = sheets.table(secret=True)
    sheets.add(table, "4821:7391", balance="1", due="")
    page = bring(ana, table, "account,balance,due\n4821:7391,2,\n4821:7392,3,\n")
    assert "the row of line 2" in page
    files = [path.read_text() for path in (tmp_path / "imports").iterdir()]
    press(ana, table, page)
    row = table.rows.first()
    assert row
    pages = [text(ana, url) for url in (rows_url(table), url_of(row), way(table, "export"), url_of(table))]
    assert all("739" not in seen and row.key not in seen for seen in [page, *pages])
    assert all("739" not in kept for kept in files)


def test_a_secret_key_is_typed_once_and_stays_when_left_empty(ana: Client) -> None:
    table = sheets.table(secret=True)
    add = f"/admin/menus/lookuprow/add/?table={table.pk}"
    assert "Kept secret: only a hash of it is stored, and it is not shown again." in text(ana, add)
    saved(ana, add, key=" 4821:7391 ", column_0="1.00")
    row = table.rows.get()
    saved(ana, url_of(row), column_0="2.00")
    assert tables.find("accounts", "4821:7391") == {"balance": "2.00", "due": ""}
    saved(ana, url_of(row), key="4821:0000")
    assert tables.find("accounts", "4821:7391") is None
    assert "has a row with that key already" in refused(ana, add, key="4821:0000")


def test_a_secret_key_is_searched_for_as_a_whole(ana: Client) -> None:
    table = sheets.table(secret=True)
    sheets.add(table, "4821:7391", balance="1.00")
    assert "1.00" in text(ana, f"{rows_url(table)}&q=4821:7391")
    assert "1.00" not in text(ana, f"{rows_url(table)}&q=4821")


def test_how_keys_are_kept_cannot_be_changed_while_there_are_rows(accounts: LookupTable, ana: Client) -> None:
    assert 'name="hashed_keys"' not in text(ana, url_of(accounts))
    accounts.rows.all().delete()
    assert 'name="hashed_keys"' in text(ana, url_of(accounts))


def test_a_table_is_made_with_its_columns(ana: Client) -> None:
    saved(ana, "/admin/menus/lookuptable/add/", name="Bills", key_name="account", columns='balance, "due, date"')
    table = LookupTable.objects.get(key="bills")
    assert table.columns == ["balance", "due, date"]
    saved(ana, url_of(table))
    assert log() == "Saved without a change."
    assert LookupTable.objects.get().columns == ["balance", "due, date"]
    assert "balance, due, date" in text(staff.client("viewer"), url_of(table))
    assert refused(ana, url_of(table), columns="a\0b")


# --- rows -------------------------------------------------------------------------------------------------------


def test_a_row_has_a_box_for_each_column(accounts: LookupTable, ana: Client) -> None:
    saved(ana, url_of(accounts.rows.get(key="9")), key=" 10 ", column_1=" 2026-12-24 ")
    assert sheets.rows(accounts)["10"] == {"balance": "5.00", "due": "2026-12-24"}
    saved(ana, f"/admin/menus/lookuprow/add/?table={accounts.pk}", key="AB 1", column_0="x")
    assert tables.find("accounts", "ab 1") == {"balance": "x", "due": ""}


def test_a_row_cannot_take_the_key_of_another(accounts: LookupTable, ana: Client) -> None:
    assert "has a row with that key already" in refused(ana, url_of(accounts.rows.get(key="9")), key=" 4821")
    assert "no letter or digit" in refused(ana, url_of(accounts.rows.get(key="9")), key="\u200b")


def test_rows_are_searched_by_how_their_key_begins(accounts: LookupTable, ana: Client) -> None:
    sheets.add(sheets.table("other"), "4821", balance="other")
    found = text(ana, f"{rows_url(accounts)}&q=48")
    assert "1.00" in found
    assert "5.00" not in found
    assert "other" not in found


def test_a_search_stays_in_its_table(accounts: LookupTable, ana: Client) -> None:
    page = text(ana, f"{rows_url(accounts)}&q=48")
    assert form_of(page, "changelist-search") == {"q": "48", "table": str(accounts.pk)}
    assert f'<a href="{rows_url(accounts)}">Show all</a>' in page


def test_the_list_of_rows_asks_first_which_table(accounts: LookupTable, ana: Client) -> None:
    for url in ("/admin/menus/lookuprow/", "/admin/menus/lookuprow/?table=x", "/admin/menus/lookuprow/add/?table=99"):
        page = text(ana, url)
        assert f'href="?table={accounts.pk}"' in page
        assert "1.00" not in page


def test_rows_are_deleted_with_one_entry_in_the_log(accounts: LookupTable, ana: Client) -> None:
    pks = list(accounts.rows.values_list("pk", flat=True))
    action = {"action": "delete_selected", "_selected_action": pks, "post": "yes"}
    assert ana.post(rows_url(accounts), action).status_code == 302
    assert not accounts.rows.exists()
    assert log() == "Deleted 2 of its rows."


def test_tens_of_thousands_of_rows_are_not_read_to_show_a_page(
    accounts: LookupTable, ana: Client, django_assert_max_num_queries: Any
) -> None:
    LookupRow.objects.bulk_create(LookupRow(table=accounts, key=f"x{n:05}") for n in range(2_000))
    with django_assert_max_num_queries(12):
        assert ana.get(rows_url(accounts)).content.decode().count("/admin/menus/lookuprow/") < 400
    page = text(ana, way(accounts, "delete"))
    assert "x00001" not in page
    assert "2002" in page
    pks = list(accounts.rows.values_list("pk", flat=True))
    page = ana.post(rows_url(accounts), {"action": "delete_selected", "_selected_action": pks}).content.decode()
    assert "and 1,982 more" in page


# --- lists ------------------------------------------------------------------------------------------------------


@pytest.fixture
def blocked() -> NumberList:
    blocked = sheets.numbers()
    past = timezone.now() - timedelta(days=1)
    NumberListEntry.objects.create(list=blocked, number="12025550110", label="Ana", expires_at=past)
    NumberListEntry.objects.create(list=blocked, number="44", is_prefix=True, label="Abroad")
    return blocked


def entries(client: Client, numbers: NumberList, more: str = "") -> list[str]:
    page = text(client, f"/admin/menus/numberlistentry/?list={numbers.pk}{more}")
    return [label for label in ("Ana", "Abroad") if label in page]


def test_a_list_is_imported_as_a_table_is(blocked: NumberList, ana: Client) -> None:
    page = bring(ana, blocked, "number,label\n+1 202 555 0110,Bo\n+1 202*,\n", remove="on")
    assert facts(page) == [1, 1, 1, 0]
    assert "<b>+1 202 555 0110</b>" in html.unescape(page)
    press(ana, blocked, page)
    assert set(blocked.entries.values_list("number", "label")) == {("12025550110", "Bo"), ("1202", "")}
    assert log() == "Imported new.csv: +1 row, 1 changed, 1 removed."


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("+1 202 555 0110", ["Ana"]),
        ("+1 (202) 555-0110", ["Ana"]),
        ("12025550110", ["Ana"]),
        ("+1 202", ["Ana"]),
        ("+44 1632 960960", ["Abroad"]),
        ("abro", ["Abroad"]),
        ("+1 202 555 0119", []),
    ],
)
def test_a_number_is_searched_for_as_people_write_it(
    blocked: NumberList, ana: Client, typed: str, found: list[str]
) -> None:
    assert entries(ana, blocked, f"&q={typed.replace('+', '%2B')}") == found


def test_what_is_over_is_marked_and_can_be_filtered(blocked: NumberList, ana: Client) -> None:
    assert text(ana, f"/admin/menus/numberlistentry/?list={blocked.pk}").count(">Over</span>") == 1
    assert entries(ana, blocked, "&state=over") == ["Ana"]
    assert entries(ana, blocked, "&state=now") == ["Abroad"]


def test_a_number_is_typed_as_people_write_it_and_stands_once(blocked: NumberList, ana: Client) -> None:
    add = f"/admin/menus/numberlistentry/add/?list={blocked.pk}"
    saved(ana, add, number="+1 (202) 555-0111")
    assert blocked.entries.filter(number="12025550111", is_prefix=False).exists()
    assert "has that number already" in refused(ana, add, number="12025550111")
    entry = blocked.entries.get(number="12025550110")
    assert filled(ana, url_of(entry))["number"] == "+1 202 555 0110"
    saved(ana, url_of(entry))
    assert blocked.entries.get(pk=entry.pk).number == "12025550110"


# --- used by ----------------------------------------------------------------------------------------------------


def test_a_table_in_use_is_not_deleted_and_says_by_whom(accounts: LookupTable, ana: Client) -> None:
    line = staff.clinic()
    lookup = LookUp.objects.create(
        line=line, label="Balance", source_type="table", table=accounts, key_template="{caller}"
    )
    assert "Riverbend Clinic: look-up “Balance”" in text(ana, url_of(accounts))
    assert "cannot be deleted while it is in use" in text(ana, way(accounts, "delete"))
    ana.post(way(accounts, "delete"), {"post": "yes"})
    assert LookupTable.objects.exists()
    lookup.delete()
    assert ana.post(way(accounts, "delete"), {"post": "yes"}).status_code == 302
    assert not LookupRow.objects.exists()


def test_a_list_in_use_is_not_deleted_even_if_only_callers_hear_it(blocked: NumberList, ana: Client) -> None:
    line = staff.clinic()
    bye = staff.part(line, "bye")
    branch = Branch.objects.create(line=line, label="Who calls", otherwise=staff.part(line, "main"))
    rule = BranchRule.objects.create(branch=branch, label="Blocked", to=bye)
    rule.lists.add(blocked)
    assert "Riverbend Clinic: branch “Who calls”" in text(ana, url_of(blocked))
    line.start = branch
    line.save()
    publish(line, None, "First")
    rule.lists.clear()
    page = text(ana, url_of(blocked))
    assert "branch “Who calls”" not in page
    assert "Riverbend Clinic: as callers hear it now" in page
    ana.post(way(blocked, "delete"), {"post": "yes"})
    assert NumberList.objects.exists()


# --- who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", staff.ROLES)
def test_who_may_see_and_import(role: str, accounts: LookupTable, blocked: NumberList) -> None:
    client = staff.client(role)
    sees, edits = role in ("viewer", "editor", "publisher", "superuser"), role in ("editor", "superuser")
    for whole in (accounts, blocked):
        for page, may in (("export", sees), ("change", sees), ("import", edits), ("delete", edits)):
            wanted = 302 if role == "anonymous" else 200 if may else 403
            assert client.get(way(whole, page)).status_code == wanted, page
        client.post(way(whole), {"pasted": "account,balance,due\n1,2,3\n"})
    assert ("Import CSV" in client.get(rows_url(accounts)).content.decode()) == edits
    assert accounts.rows.count() == 2


def test_who_only_looks_sees_a_row_and_no_box(accounts: LookupTable) -> None:
    page = text(staff.client("viewer"), url_of(accounts.rows.get(key="4821")))
    assert "1.00" in page
    assert 'name="column_0"' not in page


@pytest.mark.parametrize("number", [99, 10**30])
def test_a_table_that_is_not_there_is_not_found(ana: Client, number: int) -> None:
    for page in ("import", "export"):
        assert ana.get(f"/admin/menus/lookuptable/{number}/{page}/").status_code == 404


@pytest.mark.parametrize("page", ["", "add/", "{pk}/change/", "{pk}/delete/", "{pk}/history/"])
def test_hosts_are_for_number_managers_alone(page: str) -> None:
    host = AllowedHost.objects.create(host="api.example.com")
    client, url = staff.client("Menu editor"), f"/admin/menus/allowedhost/{page.format(pk=host.pk)}"
    assert client.get(url).status_code == 403
    assert client.post(url, {"host": "evil.example.com", "post": "yes"}).status_code == 403
    assert "allowedhost" not in client.get("/admin/").content.decode()
    assert list(AllowedHost.objects.values_list("host", flat=True)) == ["api.example.com"]
    assert staff.client("Number manager").get(url).status_code == 200


def test_a_number_manager_allows_a_host() -> None:
    root = staff.client("Number manager")
    saved(root, "/admin/menus/allowedhost/add/", host="API.example.com:8443", note="Billing")
    assert AllowedHost.objects.get().host == "api.example.com:8443"
    assert "Write the host alone" in refused(root, "/admin/menus/allowedhost/add/", host="https://x.example/y")
