"""The import's pages: bring a file, look at what it changes, apply just that."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, Final

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from menus import tables
from menus.imports import TableTarget, drafts
from menus.models import LookupRow, LookupTable
from tests import sheets, staff
from tests.pages import text, url_of
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


# --- import: look, then apply -----------------------------------------------------------------------------------


def test_a_file_is_shown_and_then_applied(accounts: LookupTable, ana: Client) -> None:
    page = bring(ana, accounts, sheets.ACCOUNTS)
    assert facts(page) == [1, 1, 0, 0]
    assert "balance: <del>1.00</del> → <ins>84.20</ins>" in page
    assert "due: <del>(empty)</del> → <ins>2026-12-01</ins>" in page
    assert sheets.rows(accounts)["4821"]["balance"] == "1.00"
    response = press(ana, accounts, page)
    assert response.url == rows_url(accounts)
    assert sheets.rows(accounts)["4821"]["balance"] == "84.20"
    assert log() == "Imported new.csv: +1 row, 1 changed."
    assert "Imported into “Accounts”: +1 row, 1 changed." in text(ana, response.url)


def test_lines_may_be_pasted(accounts: LookupTable, ana: Client) -> None:
    page = ana.post(way(accounts), {"pasted": sheets.ACCOUNTS.replace(",", "\t")}).content.decode()
    assert facts(page) == [1, 1, 0, 0]
    press(ana, accounts, page)
    assert tables.find("accounts", "4822") == {"balance": "0.00", "due": ""}


@pytest.mark.parametrize("given", [{}, {"pasted": " "}, {"pasted": "a,b", "file": SimpleUploadedFile("a.csv", b"a")}])
def test_neither_and_both_are_refused(accounts: LookupTable, ana: Client, given: Any) -> None:
    page = ana.post(way(accounts), given).content.decode()
    assert "paste its lines" in page
    assert 'name="draft"' not in page


def test_removing_needs_its_tick_and_a_look(accounts: LookupTable, ana: Client) -> None:
    page = bring(ana, accounts, "account,balance,due\n4821,1.00,\n")
    assert facts(page) == [0, 0, 0, 1]
    assert "There is nothing to apply" in page
    assert 'name="apply"' not in page
    page = press(ana, accounts, page, "look", remove="on").content.decode()
    assert facts(page) == [0, 0, 1, 1]
    press(ana, accounts, page)
    assert list(sheets.rows(accounts)) == ["4821"]
    assert log() == "Imported new.csv: +0 rows, 1 removed."


def test_a_tick_changed_on_the_way_to_apply_is_shown_first(accounts: LookupTable, ana: Client) -> None:
    page = bring(ana, accounts, sheets.ACCOUNTS)
    again = press(ana, accounts, page, remove="on").content.decode()
    assert "You changed what is to be done" in again
    assert facts(again) == [1, 1, 1, 0]
    assert list(sheets.rows(accounts)) == ["4821", "9"]


def test_a_new_column_is_offered_and_may_be_left_out(accounts: LookupTable, ana: Client) -> None:
    words = "account,balance,due,phone\n4821,1.00,,555\n"
    page = bring(ana, accounts, words)
    assert "Add the new column phone" in page
    assert facts(page) == [0, 1, 0, 0]
    page = press(ana, accounts, page, "look", add_columns="-").content.decode()
    assert facts(page) == [0, 0, 0, 1]
    page = press(ana, accounts, page, "look", add_columns="on").content.decode()
    press(ana, accounts, page)
    assert tables.find("accounts", "4821") == {"balance": "1.00", "due": "", "phone": "555"}


def test_faulty_lines_are_listed_and_nothing_can_be_applied(accounts: LookupTable, ana: Client) -> None:
    page = bring(ana, accounts, "account,balance,due\n4822,1,2\n" + ",,x\n" * 60)
    assert "has 60 faults" in page
    assert page.count("the key is empty") == 50
    assert "Line 3: the key is empty; write it, or take the row out." in page
    assert "And 10 more." in page
    assert 'name="draft"' not in page
    assert list(sheets.rows(accounts)) == ["4821", "9"]


def test_a_workbook_is_refused_with_the_cure(accounts: LookupTable, ana: Client) -> None:
    assert "then “CSV UTF-8”" in bring(ana, accounts, b"PK\x03\x04")


def test_a_file_that_is_too_large_is_refused(accounts: LookupTable, ana: Client) -> None:
    assert "larger than 10 MB" in bring(ana, accounts, b"x" * 10_000_001)


def test_a_change_since_the_preview_refuses_it_and_shows_it_anew(accounts: LookupTable, ana: Client) -> None:
    page = bring(ana, accounts, sheets.ACCOUNTS)
    sheets.add(accounts, "4822", balance="0.00", due="")
    again = press(ana, accounts, page).content.decode()
    assert "Somebody changed it since the preview was made" in again
    assert facts(again) == [0, 1, 0, 1]
    assert sheets.rows(accounts)["4821"]["balance"] == "1.00"
    press(ana, accounts, again)
    assert sheets.rows(accounts)["4821"]["balance"] == "84.20"


def test_a_database_that_is_busy_refuses_it_in_words(
    accounts: LookupTable, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(self: TableTarget) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    page = bring(ana, accounts, sheets.ACCOUNTS)
    with monkeypatch.context() as patch:
        patch.setattr(TableTarget, "lock", locked)
        again = press(ana, accounts, page).content.decode()
    assert "The database is busy. Nothing was imported; try it again in a minute." in again
    assert press(ana, accounts, again).url == rows_url(accounts)


HOSTILE: Final = "<script>alert(1)</script>"


def test_what_is_in_the_file_is_text_on_the_page(accounts: LookupTable, ana: Client) -> None:
    for words in (
        f"account,balance,due\n4821,{HOSTILE},\n{HOSTILE},1,2\n",
        f"account,balance,due,{HOSTILE}\n4821,1.00,,x\n",
        f"{HOSTILE},balance,due\n",
        f"account,balance,due\n{HOSTILE},1,2\n{HOSTILE},1,2\n",
    ):
        page = bring(ana, accounts, words, remove="on")
        assert HOSTILE not in page
        assert html.escape(HOSTILE) in page
    press(ana, accounts, bring(ana, accounts, f"account,balance,due\n4821,{HOSTILE},\n{HOSTILE},1,2\n"))
    for url in (rows_url(accounts), url_of(accounts.rows.get(key="4821"))):
        assert HOSTILE not in ana.get(url).content.decode()


# --- what is kept between preview and apply -----------------------------------------------------------------------


def test_a_preview_is_for_its_user_its_table_and_once(accounts: LookupTable, ana: Client) -> None:
    page = bring(ana, accounts, sheets.ACCOUNTS)
    other = sheets.table("other")
    for client, whole in ((staff.client("superuser"), accounts), (ana, other)):
        assert press(client, whole, page).url == way(whole)
    assert not other.rows.exists()
    assert press(ana, accounts, page).url == rows_url(accounts)
    assert press(ana, accounts, page).url == way(accounts)
    assert "That preview is over" in text(ana, way(accounts))
    assert LookupRow.objects.count() == 3


@pytest.mark.parametrize("token", ["", "x", "../../secret_key", "0" * 32, "é" * 32])
def test_a_made_up_preview_is_none(accounts: LookupTable, ana: Client, token: str) -> None:
    assert ana.post(way(accounts), {"draft": token, "apply": "1"}).url == way(accounts)  # type: ignore[attr-defined]


def test_a_preview_is_over_after_an_hour(
    accounts: LookupTable, ana: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = bring(ana, accounts, sheets.ACCOUNTS)
    monkeypatch.setattr(drafts, "KEPT_SECONDS", -1)
    assert press(ana, accounts, page).url == way(accounts)
    bring(ana, accounts, sheets.ACCOUNTS)
    assert len(list((tmp_path / "imports").iterdir())) == 1
    assert sheets.rows(accounts)["4821"]["balance"] == "1.00"


def test_previews_do_not_fill_the_disk_and_are_for_this_user_alone(
    accounts: LookupTable, ana: Client, tmp_path: Path
) -> None:
    pages = [bring(ana, accounts, sheets.ACCOUNTS) for _ in range(5)]
    files = list((tmp_path / "imports").iterdir())
    assert len(files) == drafts.KEPT_EACH
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert press(ana, accounts, pages[0]).url == way(accounts)
    assert press(ana, accounts, pages[-1]).url == rows_url(accounts)


# --- who may not ------------------------------------------------------------------------------------------------


def test_who_may_not_delete_rows_removes_none_by_a_file(accounts: LookupTable) -> None:
    someone = staff.user("editor")
    someone.user_permissions.remove(Permission.objects.get(codename="delete_lookuprow"))
    client = Client()
    client.force_login(someone)
    assert 'name="remove"' not in text(client, way(accounts))
    page = bring(client, accounts, sheets.ACCOUNTS, remove="on")
    assert facts(page) == [1, 1, 0, 0]
    again = press(client, accounts, page, remove="on")
    assert again.status_code == 302
    assert "9" in sheets.rows(accounts)


def test_a_file_without_the_pages_token_is_refused(accounts: LookupTable) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.user("superuser"))
    assert client.post(way(accounts), {"pasted": sheets.ACCOUNTS}).status_code == 403
