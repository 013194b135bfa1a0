"""What a file changes in a table or a list: all of it or nothing, and nothing that was not shown."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from menus import tables
from menus.imports import ChangedMeanwhile, ListTarget, TableTarget, Unreadable, write_csv
from menus.imports.lists import read_end, read_key
from menus.management import demo_sheets
from menus.models import LookupRow, LookupTable, NumberList, NumberListEntry
from tests import sheets

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts() -> LookupTable:
    table = sheets.table()
    sheets.add(table, "4821", balance="1.00", due="")
    sheets.add(table, "9", balance="5.00", due="2026-01-01")
    return table


@pytest.fixture
def target(accounts: LookupTable) -> TableTarget:
    return TableTarget(accounts)


# --- tables: what a file does -----------------------------------------------------------------------------------


def test_new_rows_come_changed_ones_change_and_the_others_stay(accounts: LookupTable, target: TableTarget) -> None:
    assert sheets.take(target, "account,balance,due\n4821,84.20,2026-12-01\n0042,0.00,\n") == "+1 row, 1 changed"
    assert sheets.rows(accounts) == {
        "0042": {"balance": "0.00", "due": ""},
        "4821": {"balance": "84.20", "due": "2026-12-01"},
        "9": {"balance": "5.00", "due": "2026-01-01"},
    }


def test_what_is_not_in_the_file_goes_only_when_asked(accounts: LookupTable, target: TableTarget) -> None:
    text = "account,balance,due\n4821,1.00,\n"
    assert sheets.take(target, text) == "+0 rows"
    assert sheets.take(target, text, remove=True) == "+0 rows, 1 removed"
    assert list(sheets.rows(accounts)) == ["4821"]


def test_a_row_that_stays_is_the_same_row(accounts: LookupTable, target: TableTarget) -> None:
    before = accounts.rows.get(key="4821").pk
    sheets.take(target, "account,balance,due\n4821,2.00,\n")
    assert accounts.rows.get(key="4821").pk == before


def test_columns_may_stand_in_any_order_and_letter_case(accounts: LookupTable, target: TableTarget) -> None:
    sheets.take(target, "ACCOUNT,Due,balance\n4821,2026-12-01,84.20\n")
    assert sheets.rows(accounts)["4821"] == {"balance": "84.20", "due": "2026-12-01"}
    accounts.refresh_from_db()
    assert (accounts.key_name, accounts.columns) == ("account", ["balance", "due"])


def test_a_new_column_is_added(accounts: LookupTable, target: TableTarget) -> None:
    assert sheets.take(target, "account,balance,due,phone\n4821,1.00,,+1\n") == "+0 rows, 1 changed, new columns: phone"
    accounts.refresh_from_db()
    assert accounts.columns == ["balance", "due", "phone"]
    assert sheets.rows(accounts)["4821"]["phone"] == "+1"


def test_a_new_column_may_be_left_out(target: TableTarget) -> None:
    incoming = target.read(b"account,balance,due,phone\n4821,1.00,,+1\n").incoming.without(["phone"])
    assert not target.apply(incoming, False, target.state(target.stored()))


def test_the_first_file_of_a_table_names_its_key_column() -> None:
    table = sheets.table(columns="")
    sheets.take(TableTarget(table), "Member,name\n7,Ana\n")
    table.refresh_from_db()
    assert (table.key_name, table.columns, sheets.rows(table)) == ("Member", ["name"], {"7": {"name": "Ana"}})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("acct,balance,due", "Line 1: the first column is “acct”, and this table's key column is “account”"),
        ("account,balance", "Line 1: the column “due” is missing; add it (its cells may stay empty), or take it off"),
        ("4821,balance,due", "Line 1: this line must name the columns, the key column first; “4821” is no name."),
        ("account,balance,due,Due", "Line 1: columns 3 and 4 are both called “Due”"),
        ("account,,balance,due", "Line 1: column 2 has no name; name it, or take it out."),
        ("account,balance,due,a" + "b" * 100, "Line 1: the name of column 4 has 101 characters; shorten it to 100."),
        ("account,balance,due," + ",".join(map(str, range(18))), "Line 1: there are 21 columns; leave some out"),
        ("account,balance,due\n,1,2", "Line 2: the key is empty; write it, or take the row out."),
        ("account,balance,due\n\u200b,1,2", "Line 2: the key is longer than 200 characters, or has none that can be"),
        ("account,balance,due\nA 1,1,2\n\na  1,3,4", "Line 4: the key “a  1” stands in line 2 too"),
    ],
)
def test_a_fault_is_named_with_its_line_and_cure(target: TableTarget, text: str, fault: str) -> None:
    [found] = sheets.faults(target.read(text.encode()))
    assert found.startswith(fault)


def test_every_fault_is_found_at_once_and_in_order(target: TableTarget) -> None:
    reading = target.read(b"account,balance,due\n1,2\n,1,2\n1,1,1\n1,2,3\n")
    assert [fault.line for fault in reading.faults] == [2, 3, 5]


# --- tables: nothing that was not shown ---------------------------------------------------------------------------


def edit(accounts: LookupTable) -> Any:
    return accounts.rows.filter(key="9").update(values={"balance": "6.00"})


@pytest.mark.parametrize(
    "meanwhile",
    [
        edit,
        lambda accounts: accounts.rows.filter(key="9").delete(),
        lambda accounts: sheets.add(accounts, "4822"),
        lambda accounts: LookupTable.objects.update(columns=["balance", "due", "more"]),
        lambda accounts: LookupTable.objects.update(key_name="other"),
        lambda accounts: accounts.delete(),
    ],
)
def test_a_change_since_the_preview_refuses_the_import(accounts: LookupTable, meanwhile: Any) -> None:
    target = sheets.table_target(accounts)
    incoming = target.read(sheets.ACCOUNTS.encode()).incoming
    seen = target.state(target.stored())
    meanwhile(accounts)
    left = list(LookupRow.objects.order_by("pk").values())
    with pytest.raises(ChangedMeanwhile, match="Nothing was imported"):
        target.apply(incoming, True, seen)
    assert list(LookupRow.objects.order_by("pk").values()) == left


def test_a_row_that_comes_at_that_very_moment_refuses_it_too(
    accounts: LookupTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = sheets.table_target(accounts)
    reading = target.read(sheets.ACCOUNTS.encode())
    take_heading = TableTarget.take_heading

    def slowly(self: TableTarget, incoming: Any) -> None:
        take_heading(self, incoming)
        sheets.add(accounts, "4822", balance="theirs")

    monkeypatch.setattr(TableTarget, "take_heading", slowly)
    with pytest.raises(ChangedMeanwhile):
        target.apply(reading.incoming, False, target.state(target.stored()))
    assert sheets.rows(accounts)["4821"]["balance"] == "1.00"


# --- secret keys ------------------------------------------------------------------------------------------------


def test_secret_keys_are_hashed_on_the_way_in() -> None:
    table = sheets.table(secret=True)
    sheets.take(TableTarget(table), "account,balance,due\n4821:7391,84.20,\n")
    assert tables.find("accounts", "4821:7391") == {"balance": "84.20", "due": ""}
    [row] = table.rows.all()
    assert len(row.key) == 64
    assert sheets.take(TableTarget(table), "account,balance,due\n4821:7391,84.20,\n", remove=True) == "+0 rows"


def test_no_fault_says_a_secret_key() -> None:
    reading = sheets.read_table("account,balance,due\n4821:7391,1,2\n4821:7391,3,4\n", secret=True)
    [fault] = sheets.faults(reading)
    assert fault.startswith("Line 3: this key stands in line 2 too")


def test_an_import_takes_secret_keys_over_to_a_new_key_of_the_site(settings: Settings) -> None:
    table = sheets.table(secret=True)
    sheets.add(table, "1", balance="10", due="")
    sheets.add(table, "2", balance="20", due="")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" * 5
    text = "account,balance,due\n1,10,\n2,21,\n3,30,\n"
    assert sheets.take(TableTarget(table), text, remove=True) == "+1 row, 1 changed"
    settings.SECRET_KEY_FALLBACKS = []
    assert [(tables.find("accounts", key) or {})["balance"] for key in "123"] == ["10", "21", "30"]
    assert table.rows.count() == 3


def test_secret_keys_do_not_leave_in_a_file() -> None:
    table = sheets.table(secret=True)
    row = sheets.add(table, "4821:7391", balance="84.20", due="")
    text = write_csv(TableTarget(table)).decode("utf-8-sig")
    assert text == "balance,due\r\n84.20,\r\n"
    assert row.key not in text


# --- out and in again -------------------------------------------------------------------------------------------


def test_a_table_that_went_out_comes_in_unchanged() -> None:
    table = sheets.table()
    for key, balance in {"0042": "=1+1", "-7": "-84.20", "+1": "'=x", "é": 'a,"b"', "@a": "<b>"}.items():
        sheets.add(table, key, balance=balance, due="")
    data = write_csv(TableTarget(table))
    assert b"'=1+1" in data
    assert all(cell[:1] not in "=+-@" for line in data.decode("utf-8-sig").split() for cell in line.split(",") if cell)
    assert sheets.take(TableTarget(table), data.decode("utf-8-sig"), remove=True) == "+0 rows"


def test_a_list_that_went_out_comes_in_unchanged() -> None:
    blocked = sheets.numbers()
    text = "number,prefix,label,expires\n+1 202 555 0110,,Ana,2026-12-31\n1202,yes,,\n+44*,,=1,2026-12-31 18:00:30\n"
    assert sheets.take(ListTarget(blocked), text) == "+3 rows"
    data = write_csv(ListTarget(blocked)).decode("utf-8-sig")
    assert data.splitlines()[1:] == [
        "'+1202*,,",
        "'+1 202 555 0110,Ana,2027-01-01 00:00",
        "'+44*,'=1,2026-12-31 18:00:30",
    ]
    assert sheets.take(ListTarget(blocked), data, remove=True) == "+0 rows"


# --- lists ------------------------------------------------------------------------------------------------------


def test_numbers_beginnings_labels_and_ends() -> None:
    blocked = sheets.numbers()
    sheets.take(
        ListTarget(blocked),
        "number;expires;label\n+1 (202) 555-0110;2026-12-31;Ana\n12025550111;2026-12-31 18:00+02:00;\n+1 202*;;Far\n",
    )
    assert list(blocked.entries.order_by("label").values_list("number", "is_prefix", "label", "expires_at")) == [
        ("12025550111", False, "", datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("12025550110", False, "Ana", datetime(2027, 1, 1, tzinfo=UTC)),
        ("1202", True, "Far", None),
    ]


def test_ends_are_in_the_sites_time_zone(settings: Settings) -> None:
    settings.TIME_ZONE = "America/New_York"
    assert read_end("2026-12-31") == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert read_end("2026-07-01 12:00") == datetime(2026, 7, 1, 16, tzinfo=UTC)


def test_a_file_of_numbers_alone_keeps_labels_and_ends() -> None:
    blocked = sheets.numbers()
    end = datetime(2026, 12, 31, tzinfo=UTC)
    NumberListEntry.objects.create(list=blocked, number="12025550110", label="Ana", expires_at=end)
    assert sheets.take(ListTarget(blocked), "number\n+1 202 555 0110\n+1 202 555 0111\n", remove=True) == "+1 row"
    assert blocked.entries.filter(number="12025550110", label="Ana", expires_at=end).exists()
    assert sheets.take(ListTarget(blocked), "number,label\n12025550110,Bo\n") == "+0 rows, 1 changed"
    assert blocked.entries.filter(number="12025550110", label="Bo", expires_at=end).exists()


def test_a_changed_end_changes_the_number_and_its_beginning_stays_another() -> None:
    blocked = sheets.numbers()
    text = "number,expires\n12025550110,2026-12-31\n12025550110*,2026-12-31\n"
    sheets.take(ListTarget(blocked), text)
    assert sheets.take(ListTarget(blocked), text.replace("0110,2026-12-31", "0110,")) == "+0 rows, 1 changed"
    assert sheets.take(ListTarget(blocked), "number\n12025550110\n", remove=True) == "+0 rows, 1 removed"
    assert blocked.entries.get().is_prefix is False


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("phone\n+12025550110", "Line 1: the first column is “phone”; it must be “number”."),
        ("12025550110", "Line 1: the first column is “12025550110”; it must be “number”. This line names the columns."),
        ("number,name", "Line 1: “name” is not a column of a list; take it out. There are: number, prefix, label"),
        ("number,label,Label", "Line 1: there are two columns “label”; take one out."),
        ("number\n(202) 555-0110", "Line 2: “(202) 555-0110” is not a whole telephone number; write it with + and"),
        ("number\n+1 202", "Line 2: “+1 202” is too short or too long for a telephone number;"),
        ("number\n1.20256E+10", "Line 2: “1.20256E+10” is not a whole telephone number;"),
        ("number\n*", "Line 2: “*” is not the beginning of a number; write it like +1 202*."),
        ("number\n+0*", "Line 2: “+0*” is not the beginning of a number"),
        ("number,prefix\n1202,maybe", "Line 2: “maybe” under “prefix” is neither yes nor no; write one of them."),
        ("number,expires\n12025550110,31/12/2026", "Line 2: “31/12/2026” is not a day; write it like 2026-12-31"),
        ("number,expires\n12025550110,2026-02-30", "Line 2: “2026-02-30” is not a day"),
        ("number,expires\n12025550110,9999-12-31", "Line 2: “9999-12-31” is not a day"),
        ("number,expires\n12025550110,2026-12-31 25:00", "Line 2: “2026-12-31 25:00” is not a day"),
        ("number,label\n12025550110," + "x" * 101, "Line 2: the label has 101 characters; shorten it to 100."),
        ("number\n+12025550110\n1 202 555 0110", "Line 3: “1 202 555 0110” stands in line 2 too; keep one of the two."),
    ],
)
def test_a_fault_of_a_list_is_named_with_its_line_and_cure(text: str, fault: str) -> None:
    [found] = sheets.faults(ListTarget(NumberList()).read(text.encode()))
    assert found.startswith(fault)


def test_what_is_over_already_is_pointed_out() -> None:
    yesterday, tomorrow = (f"{timezone.now() + timedelta(days=days):%Y-%m-%d}" for days in (-2, 2))
    text = f"number,expires\n12025550110,{yesterday}\n12025550111,{tomorrow}\n"
    [notice] = ListTarget(NumberList()).read(text.encode()).notices
    assert str(notice) == f"Line 2: “12025550110” is over already: {yesterday}."


@pytest.mark.parametrize("typed", ["+1 202*", "1202*", "+1-(202)*"])
def test_a_star_makes_a_beginning(typed: str) -> None:
    assert read_key(typed) == "1202*"


# --- tens of thousands ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_50000_rows_come_change_and_go_within_seconds() -> None:
    target = TableTarget(sheets.table())

    def text(value: str, first: int = 0) -> str:
        return "account,balance,due\n" + "".join(f"{n:08},{value},2026-12-01\n" for n in range(first, first + 50_000))

    begun = time.process_time()
    assert sheets.take(target, text("1.00")) == "+50,000 rows"
    assert sheets.take(target, text("2.00"), remove=True) == "+0 rows, 50,000 changed"
    assert sheets.take(target, text("2.00", 50_000), remove=True) == "+50,000 rows, 50,000 removed"
    spent = time.process_time() - begun
    assert LookupRow.objects.count() == 50_000
    assert spent < 30, f"{spent:.1f} s of processor time on {connection.vendor}"


# --- commands ---------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_text(sheets.ACCOUNTS)
    return path


def test_a_command_imports_a_table(accounts: LookupTable, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_table", "accounts", str(file), "--remove")
    assert capsys.readouterr().out == "accounts: +1 row, 1 changed, 1 removed, 0 unchanged.\n"
    assert list(sheets.rows(accounts)) == ["4821", "4822"]


def test_a_dry_run_changes_nothing(accounts: LookupTable, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sheets.rows(accounts)
    call_command("import_table", "accounts", str(file), "--dry-run", "--remove")
    assert "+1 row, 1 changed, 1 removed, 0 unchanged. Nothing was changed." in capsys.readouterr().out
    assert sheets.rows(accounts) == before


def test_a_command_imports_a_list(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = sheets.numbers()
    file.write_text("number\n+1 202*\n")
    call_command("import_list", "blocked", str(file))
    assert blocked.entries.get().number == "1202"


@pytest.mark.parametrize(
    ("words", "text", "fault"),
    [
        (["import_table", "acounts"], "", "no table “acounts”. There are: accounts."),
        (["import_list", "acounts"], "", "no list “acounts”. There are: none."),
        (["import_table", "accounts"], "", "empty"),
        (["import_table", "accounts"], "account,balance,due\n,,\n1\n2,3\n", ":4: it has 2 of 3 cells"),
    ],
)
def test_a_command_says_what_is_wrong_and_changes_nothing(
    accounts: LookupTable, file: Path, words: list[str], text: str, fault: str
) -> None:
    before = sheets.rows(accounts)
    file.write_text(text)
    with pytest.raises(CommandError) as refused:
        call_command(*words, str(file))
    assert fault in str(refused.value)
    assert sheets.rows(accounts) == before


def test_a_file_that_is_not_there_is_named(accounts: LookupTable) -> None:
    with pytest.raises(CommandError, match=r"/no/such\.csv cannot be read: No such file"):
        call_command("import_table", "accounts", "/no/such.csv")


def test_the_demos_tables_and_lists_are_written_anew(tmp_path: Path) -> None:
    for folder in ("tables", "lists"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tables" / "accounts.csv").write_text(sheets.ACCOUNTS)
    (tmp_path / "tables" / "sign-in.csv").write_text("member_pin,account\n48-2468,A1\n")
    (tmp_path / "tables" / "settings.yaml").write_text("sign-in: {name: Sign in, hashed_keys: true}\n")
    (tmp_path / "lists" / "blocked.csv").write_text("number\n+1 202*\n")
    sheets.add(sheets.table(columns="old"), "gone", old="1")
    for _ in range(2):
        assert len(list(demo_sheets.load(tmp_path))) == 3
    accounts = LookupTable.objects.get(key="accounts")
    assert (accounts.columns, list(sheets.rows(accounts))) == (["balance", "due"], ["4821", "4822"])
    assert LookupTable.objects.get(key="sign-in").name == "Sign in"
    assert tables.find("sign-in", "48-2468") == {"account": "A1"}
    assert NumberListEntry.objects.get().number == "1202"


def test_a_list_says_what_cannot_be_read() -> None:
    with pytest.raises(Unreadable, match="workbook"):
        ListTarget(NumberList()).read(b"PK\x03\x04")
