"""What surrounds a recorded call: tables and lists beside its line, switches, and answers that it brings itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from calls import recorded
from calls.recorded import ScriptFault
from calls.rehearsal import NoTable, Rehearsal, find, lists_of
from menus.dialogue import LOTS, NOBODY, Deed, Dip, Failed, Flip, Found, Locked, NotFound, Result, Switch
from menus.doings import ANSWERABLE, read_answer, read_switch
from menus.flow import Fetched, HttpSource, Prompt, SwitchKind, TableSource
from menus.tryout import thrown
from tests import lines
from tests.demo_walks import BANK

NEW_YORK: Final = ZoneInfo("America/New_York")
TEN: Final = datetime(2026, 3, 4, 10, tzinfo=NEW_YORK)
NOON: Final = datetime(2026, 3, 4, 12, tzinfo=NEW_YORK)
HEAD: Final = "line tutorial\nat 2026-03-04 10:00\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tables").mkdir()
    (tmp_path / "lists").mkdir()
    (tmp_path / "tables" / "bills.csv").write_text("account,balance,due\n0042,84.20,2026-03-19\nA b,0.00,\n")
    (tmp_path / "lists" / "blocked.csv").write_text(
        "number,label,expires\n+1 202 555 0166,Nuisance,\n+1 202 555 017*,Robots,2026-03-04\n"
        '+1 202 555 0180,"Until noon, no longer",2026-03-04T12:00\n'
    )
    return tmp_path


def rehearsal(folder: Path) -> Rehearsal:
    facts = (lines.tutorial(), "447700900123", lines.NUMBER, TEN)
    return Rehearsal(*facts, folder=folder, known=NOBODY, switches=())


def dip(key: str, table: str = "bills", field: str = "balance") -> Dip:
    return Dip(TableSource(table=table, key="{account}"), {"account": key}, (Fetched(value="owed", field=field),))


# --- tables and lists -------------------------------------------------------------------------------------------


def test_a_row_is_found_by_its_first_column_whatever_its_case_and_blanks(folder: Path) -> None:
    assert find(folder, "bills", "0042") == {"balance": "84.20", "due": "2026-03-19"}
    assert find(folder, "bills", "  a  B ") == {"balance": "0.00", "due": ""}
    assert find(folder, "bills", "42") is None


def test_a_table_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(NoTable, match="there is no table “accounts” beside the line"):
        find(folder, "accounts", "0042")


@pytest.mark.parametrize(
    ("number", "at", "known"),
    [
        ("12025550166", TEN, True),
        ("12025550167", TEN, False),
        ("120255501660", TEN, False),
        ("12025550175", TEN, True),
        ("12025550175", datetime(2026, 3, 4, 23, 59, tzinfo=UTC), True),
        ("12025550175", datetime(2026, 3, 5, tzinfo=UTC), False),
        ("12025550180", datetime(2026, 3, 4, 11, 59, tzinfo=UTC), True),
        ("12025550180", datetime(2026, 3, 4, 12, tzinfo=UTC), False),
    ],
)
def test_a_number_is_on_a_list_itself_or_by_how_it_begins_until_the_end_of_the_entry(
    folder: Path, number: str, at: datetime, known: bool, settings: Settings
) -> None:
    settings.TIME_ZONE = "UTC"
    assert lists_of(folder, number, at) == (("blocked",) if known else ())


# --- what look-ups come to --------------------------------------------------------------------------------------


def test_a_look_up_is_answered_by_the_table_beside_the_line(folder: Path) -> None:
    call = rehearsal(folder)
    assert call.come_to(dip("0042")) == Found({"owed": "84.20"}, "table bills")
    assert call.come_to(dip("43")) == NotFound("table bills")
    assert call.come_to(dip("0042", field="total")) == Failed("table bills has no column total")
    assert call.come_to(dip("0042", table="accounts")) == Failed("there is no table “accounts” beside the line")


def test_what_the_call_says_comes_first_one_answer_for_each_look_up(folder: Path) -> None:
    call = rehearsal(folder)
    call.answers.extend([Locked(), Found({"owed": "1.00"}, "as told")])
    came = [call.come_to(dip("0042")) for _ in range(3)]
    assert came == [Locked(), Found({"owed": "1.00"}, "as told"), Found({"owed": "84.20"}, "table bills")]
    assert isinstance(came[0], Locked)


def test_no_service_is_asked(folder: Path) -> None:
    source = HttpSource(type="http", url="https://crm.example.com/{account}")
    came = rehearsal(folder).come_to(Dip(source, {"account": "1"}, ()))
    assert came == Failed("no service is asked here; write “look-up finds …” before it")


def test_every_answer_that_is_offered_is_understood() -> None:
    read = [read_answer(text) for text in ANSWERABLE]
    assert [type(answer) for answer in read] == [Found, NotFound, Failed, Locked, Failed, Found]
    assert read[-1] == Found({"balance": "84.20", "due": "2026-03-09"}, "as told")
    assert read_answer("look-up finds") is None
    assert read_answer("look-up finds Balance “1”") is None


# --- switches ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "switch"),
    [
        ("closed until 2026-03-04 12:00", Switch(SwitchKind.CLOSED, NOON.timestamp())),
        ("open for office until 2026-03-04T12:00", Switch(SwitchKind.OPEN, NOON.timestamp(), "office")),
        (
            "message until 2026-03-04 12:00 (en) Boil water. (es) Hierva el agua.",
            Switch(
                SwitchKind.MESSAGE,
                NOON.timestamp(),
                words=Prompt.model_validate({"en": "Boil water.", "es": "Hierva el agua."}),
            ),
        ),
    ],
)
def test_a_switch_is_read_by_the_line_s_clocks(text: str, switch: Switch) -> None:
    assert read_switch(text, NEW_YORK) == switch


@pytest.mark.parametrize(
    "text",
    [
        "",
        "closed",
        "shut until 2026-03-04 12:00",
        "closed until noon",
        "message until 2026-03-04 12:00",
        "closed until 2026-03-04 12:00 (en) Snow.",
        "closed until 2026-13-04 12:00",
    ],
)
def test_what_is_no_switch_is_a_fault_of_the_file(text: str) -> None:
    call = recorded.read(f"{HEAD}switch {text}\n\ncaller rings\n", "x.txt")
    with pytest.raises(ScriptFault, match=r"x\.txt: "):
        recorded.begin(call, lines.tutorial(), lines.NUMBER)


def on(kind: SwitchKind, schedule: str = "") -> Switch:
    return Switch(kind, NOON.timestamp(), schedule)


@pytest.mark.parametrize(
    ("before", "kind", "left"),
    [
        ([on(SwitchKind.OPEN)], SwitchKind.CLOSED, []),
        ([on(SwitchKind.OPEN, "office"), on(SwitchKind.CLOSED)], SwitchKind.CLOSED, [on(SwitchKind.OPEN, "office")]),
        ([on(SwitchKind.MESSAGE)], SwitchKind.CLOSED, [on(SwitchKind.MESSAGE)]),
        ([on(SwitchKind.MESSAGE), on(SwitchKind.OPEN)], SwitchKind.MESSAGE, [on(SwitchKind.OPEN)]),
    ],
)
def test_a_switch_ends_what_it_speaks_against(before: list[Switch], kind: SwitchKind, left: list[Switch]) -> None:
    ends = int((TEN + timedelta(hours=4)).timestamp())
    new, *kept = thrown(tuple(before), Flip(kind, "", ends, Prompt()))
    assert (new.kind, new.ends) == (kind, ends)
    assert kept == left


def test_everything_off_leaves_nothing_on(folder: Path) -> None:
    call = rehearsal(folder)
    deeds: list[Deed] = [Flip(kind, "", int(NOON.timestamp()), Prompt()) for kind in SwitchKind]
    came: list[Result] = [call.come_to(deed) for deed in deeds[:-1]]
    assert {switch.kind for switch in call.switches} == {SwitchKind.CLOSED, SwitchKind.MESSAGE}
    assert all(isinstance(result, Found) for result in came)
    assert deeds[-1].kind is SwitchKind.NORMAL  # type: ignore[union-attr]
    call.come_to(deeds[-1])
    assert call.switches == ()


# --- the first lines --------------------------------------------------------------------------------------------


def test_the_first_lines_say_what_is_known_of_the_caller() -> None:
    text = f"{HEAD}from +44 7700 900123\nremembered es\nlot 1234\nswitch closed until 2026-03-04 12:00\n"
    text += "switch message until 2026-03-04 12:00 (en) Snow.\n\ncaller rings\n"
    call = recorded.begin(recorded.read(text, "x.txt"), lines.office(), lines.NUMBER)
    assert [switch.kind for switch in call.switches] == [SwitchKind.CLOSED, SwitchKind.MESSAGE]
    assert call.state.language == "en", "this line remembers nobody"
    remembering = lines.office().model_copy(update={"remember_language_days": 30})
    assert recorded.begin(recorded.read(text, "x.txt"), remembering, lines.NUMBER).state.language == "es"
    assert recorded.begin(recorded.read(text, "x.txt"), BANK, BANK.numbers[0]).state.lot == 1234


@pytest.mark.parametrize("lot", ["", "-1", str(LOTS), "a few"])
def test_a_lot_is_a_whole_number_and_not_too_great(lot: str) -> None:
    call = recorded.read(f"{HEAD}lot {lot}\n\ncaller rings\n", "x.txt")
    with pytest.raises(ScriptFault, match=f"is no lot; write a number from 0 to {LOTS - 1}"):
        recorded.begin(call, lines.tutorial(), lines.NUMBER)


def test_an_answer_is_written_out_as_it_is_and_nothing_comes_of_it_by_itself() -> None:
    text = f"{HEAD}\ncaller rings\nlook-up fails\ncaller presses 1#\n"
    call = recorded.read(text, "x.txt")
    played = recorded.play(call, recorded.line_of(call), lines.NUMBER)
    assert "\nlook-up fails\ncaller presses 1#\n  goes" in played.text
    assert len(played.turns) == 2
