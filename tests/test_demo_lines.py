"""The demo lines: they load, export and publish as they are, and keep what they promise at every hour."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from calls.rehearsal import find as find_row
from menus import hours, live, tables
from menus.check import Rule, check
from menus.check.facts import Facts
from menus.check.promises import proofs
from menus.dialogue import Caller, Connect, Dialled, Fate, Heard, Keyed, Record, Say, Silence, Step, Switch
from menus.draft import find_line, read_line_file
from menus.flow import (
    Asks,
    Hours,
    LineFile,
    LookUp,
    Menu,
    PhoneTarget,
    Prompt,
    SwitchKind,
    TableSource,
    Transfer,
    plain,
)
from menus.linefile import read_yaml, write_yaml
from menus.models import LookupRow, LookupTable, NumberListEntry
from menus.numbers import read_number
from menus.publish import find
from menus.step import step
from tests import lines
from tests.demo_walks import BANK, CITY, CLINIC, FOLDER, LINES, LOTS, at_any_hour, ring, walk

EACH_LINE = pytest.mark.parametrize("line", LINES.values(), ids=LINES)
IN_TWO_LANGUAGES = pytest.mark.parametrize("language", ["1", "2"], ids=["english", "spanish"])

DOUBTS: Final = {
    # The sheet wants the timetable's repeat key: after the languages, the main menu and trash it is a 4th menu.
    ("Mapleton City Utilities", Rule.TOO_DEEP, "timetable-heard"),
    # “To report more, press 1” comes after the outage that is known: the languages, the main menu, the trouble, this.
    ("Mapleton City Utilities", Rule.TOO_DEEP, "report-more"),
    # The credit union wants six keys told, in both of its menus.
    ("Harbor Savings Credit Union", Rule.TOO_MANY_OPTIONS, "main"),
    ("Harbor Savings Credit Union", Rule.TOO_MANY_OPTIONS, "main-b"),
    # The clinic wants one menu with the nurse last, and tells all seven keys.
    ("Riverbend Family Clinic", Rule.TOO_MANY_OPTIONS, "main"),
    # “press” and the like are for prompts made from options, and numbers and times for call backs; in Hmong every menu
    # is a recording, and the desk takes the place of call backs.
    ("Riverbend Family Clinic", Rule.PHRASE_MISSING, ""),
}


# --- they load, export and publish ------------------------------------------------------------------------------


def test_the_check_finds_no_error_and_no_doubt_but_those_with_a_reason() -> None:
    found = {(line.name, finding.rule, finding.place) for line in LINES.values() for finding in check(line)}
    assert found == DOUBTS


@EACH_LINE
def test_a_line_written_as_a_file_is_read_back_the_same(line: LineFile) -> None:
    assert read_yaml(write_yaml(line)) == line


@pytest.mark.django_db
def test_one_command_loads_them_and_what_is_exported_is_what_was_loaded() -> None:
    call_command("load_demo")
    for line in LINES.values():
        row = find_line(f"+{line.numbers[0]}")
        assert plain(read_line_file(row)) == plain(line)
        assert row.live is None
        assert {(line.name, finding.rule, finding.place) for finding in find(row)} <= DOUBTS


@pytest.mark.django_db
def test_published_each_of_them_takes_calls_at_its_number() -> None:
    lines.forget()
    call_command("load_demo", publish=True)
    assert {line.name for line in LINES.values()} == {
        live.flow(pointer.version).name
        for line in LINES.values()
        for number in line.numbers
        if (pointer := live.for_number(number))
    }


@EACH_LINE
def test_every_telephone_number_is_kept_for_fiction(line: LineFile) -> None:
    transfers = [here for here in line.destinations.values() if isinstance(here, Transfer)]
    rung = [target.number for here in transfers for target in here.targets if isinstance(target, PhoneTarget)]
    shown = [here.caller_id for here in transfers if here.caller_id]
    for number in (*line.numbers, *rung, *shown):
        assert len(number) == 11 + number.startswith("44")
        assert number.startswith(("120255501", "441632960"))


def test_a_line_has_the_number_zone_and_languages_that_its_sheet_names() -> None:
    assert {(*line.numbers, line.timezone, *line.by_language) for line in LINES.values()} == {
        ("441632960960", "Europe/London", "en"),
        ("12025550110", "America/Chicago", "en", "es"),
        ("12025550120", "America/New_York", "en", "es", "hmn"),
        ("12025550130", "America/Los_Angeles", "en", "es"),
    }


def test_a_line_has_the_keys_that_its_sheet_names() -> None:
    keys = {name: {key for key in line.house_keys.model_dump().values() if key} for name, line in LINES.items()}
    assert keys.pop("tutorial") == set()
    assert set(map(frozenset, keys.values())) == {frozenset("9*#0")}


# --- tables and lists -------------------------------------------------------------------------------------------


def rows(kind: str, name: str) -> list[dict[str, str]]:
    with (FOLDER / kind / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@EACH_LINE
def test_every_table_and_list_that_a_line_asks_for_ships_with_the_columns_it_wants(line: LineFile) -> None:
    for here in line.destinations.values():
        if isinstance(here, LookUp):
            assert isinstance(here.source, TableSource), "the demo needs no outside service"
            shipped = rows("tables", here.source.table)
            assert shipped
            assert {fetched.field for fetched in here.values} <= set(list(shipped[0])[1:])
    assert all(rows("lists", name) for name in line.lists)


def test_every_table_and_list_that_ships_is_asked_by_a_line() -> None:
    dips = [here for line in LINES.values() for here in line.destinations.values() if isinstance(here, LookUp)]
    asked = {dip.source.table for dip in dips if isinstance(dip.source, TableSource)}
    assert {path.stem for path in FOLDER.glob("tables/*.csv")} == asked
    assert {path.stem for path in FOLDER.glob("lists/*.csv")} == {
        name for line in LINES.values() for name in line.lists
    }


def test_every_number_on_a_list_is_kept_for_fiction() -> None:
    for path in FOLDER.glob("lists/*.csv"):
        for row in rows("lists", path.stem):
            digits = "".join(filter(str.isdecimal, row["number"]))
            assert digits.startswith(("120255501", "441632960"))
            assert row["number"].endswith("*") or read_number(row["number"]) == digits


@pytest.mark.django_db
def test_one_command_loads_the_tables_and_the_lists_as_they_ship() -> None:
    call_command("load_demo")
    call_command("load_demo")
    for path in FOLDER.glob("tables/*.csv"):
        for key, *_ in (list(row.values()) for row in rows("tables", path.stem)):
            assert tables.find(path.stem, key) == find_row(FOLDER, path.stem, key)
        assert LookupRow.objects.filter(table__key=path.stem).count() == len(rows("tables", path.stem))
    for path in FOLDER.glob("lists/*.csv"):
        assert NumberListEntry.objects.filter(list__key=path.stem).count() == len(rows("lists", path.stem))


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["harbor-sign-in", "mapleton-staff", "riverbend-patients", "riverbend-visits"])
def test_numbers_with_pins_and_birth_dates_are_stored_as_hashes(table: str) -> None:
    call_command("load_demo")
    kept = LookupRow.objects.filter(table__key=table).values_list("key", flat=True)
    assert LookupTable.objects.get(key=table).hashed_keys
    assert all(len(key) == 64 for key in kept)


# --- walking them -----------------------------------------------------------------------------------------------


@EACH_LINE
def test_whatever_callers_do_they_hear_words_of_their_own_language_before_the_line_waits(line: LineFile) -> None:
    midday = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo(line.timezone))
    for at in (midday, midday.replace(hour=2), midday.replace(hour=12, minute=45), midday.replace(month=12, day=25)):
        for before, taken in walk(line, ring(line, at), at):
            said = [say for say in taken.says if isinstance(say, Say)]
            rings_on = isinstance(line.destinations[before.at], Transfer) and taken.state.at == before.at
            waits_on = taken.state.waited > before.waited
            assert said or rings_on or waits_on, (before.at, taken.visits)
            assert all(say.text or say.audio for say in said)
            assert {say.language for say in said} <= {before.language, taken.state.language}
            assert taken.says[-1] not in said, "the line says something and then neither waits nor hangs up"


@EACH_LINE
def test_nothing_pressed_from_beginning_to_end_ends_the_call_or_rings_somebody(line: LineFile) -> None:
    for at in list(at_any_hour(line))[::7]:
        taken = ring(line, at)
        for _ in range(40):
            if isinstance(line.destinations.get(taken.state.at), Asks):
                taken = step(line, taken.state, Silence(), at)
        assert not taken.state.at or any(isinstance(say, Connect) for say in taken.says)


# --- what each promises -----------------------------------------------------------------------------------------


IN_BOTH_MENUS = pytest.mark.parametrize("lot", LOTS.values(), ids=LOTS)


@IN_BOTH_MENUS
@IN_TWO_LANGUAGES
def test_a_lost_card_rings_a_person_after_two_keys_at_any_hour(language: str, lot: int) -> None:
    for at in at_any_hour(BANK):
        rung = ring(BANK, at, language, "2", known=Caller(lot)).says[-1]
        assert isinstance(rung, Connect)
        assert isinstance(rung.target, PhoneTarget)
        assert rung.target.number == "12025550131"


@EACH_LINE
def test_the_check_proves_what_a_line_promises(line: LineFile) -> None:
    proved = proofs(Facts(line))
    assert [proof.promise for proof in proved] == list(line.promises)
    assert [proof.promise.label for proof in proved if not proof.kept] == []


def test_the_bank_promises_a_person_for_a_lost_card_within_two_keys_and_fifteen_seconds() -> None:
    (promise,) = BANK.promises
    assert (promise.reaches, promise.max_keys, promise.max_seconds, promise.when) == ("lost-card", 2, 15, "any")


def test_a_greeting_that_is_longer_breaks_the_promise() -> None:
    greeting = BANK.destinations["greeting"]
    longer = greeting.model_copy(update={"prompt": Prompt.model_validate({"en": "Welcome to Harbor Savings. " * 6})})
    slow = BANK.model_copy(update={"destinations": BANK.destinations | {"greeting": longer}})
    assert Rule.PROMISE_BROKEN in {finding.rule for finding in check(slow)}


@IN_BOTH_MENUS
@IN_TWO_LANGUAGES
def test_a_lost_card_is_never_sent_to_a_voicemail(language: str, lot: int) -> None:
    at = datetime(2026, 3, 4, 3, tzinfo=ZoneInfo(BANK.timezone))
    begun = ring(BANK, at, language, "2", known=Caller(lot))
    met = {taken.state.at for _, taken in walk(BANK, begun, at, keys="123456789")}
    assert met == {"lost-card", "lost-card-again"}


def test_a_fifth_of_the_callers_come_to_the_bank_s_menu_b_and_the_same_each_time() -> None:
    at = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo(BANK.timezone))
    came = [ring(BANK, at, "1", known=Caller(lot)).state.at for lot in range(0, 10_000, 10)]
    assert 170 < came.count("main-b") < 230
    assert set(came) == {"main", "main-b"}
    later = at + timedelta(days=9, hours=5)
    assert came[:50] == [ring(BANK, later, "1", known=Caller(lot)).state.at for lot in range(0, 500, 10)]


def test_the_bank_s_menu_b_has_the_same_keys_with_the_lost_card_first() -> None:
    menus = [here for key in ("main", "main-b") if isinstance(here := BANK.destinations[key], Menu)]
    usual, version_b = [[option.key for option in menu.options] for menu in menus]
    assert version_b == ["lost-card", "balances", *usual[2:]]
    assert menus[0].by_digits == menus[1].by_digits


@IN_TWO_LANGUAGES
@pytest.mark.parametrize("trouble", "123")
def test_trouble_with_water_power_or_sewer_rings_dispatch_after_three_keys_and_the_zip_code_at_any_hour(
    language: str, trouble: str
) -> None:
    for at in at_any_hour(CITY):
        rung = ring(CITY, at, language, "1", trouble, "62105").says[-1]
        assert isinstance(rung, Connect)
        assert isinstance(rung.target, PhoneTarget)
        assert rung.target.number == "12025550151"


def test_the_clinic_s_emergency_words_come_first_and_cannot_be_skipped() -> None:
    for at in at_any_hour(CLINIC):
        first = ring(CLINIC, at).says[0]
        assert isinstance(first, Say)
        assert "dial nine one one" in first.text
        assert not first.barge_in


def test_who_chooses_another_language_hears_the_emergency_words_in_it() -> None:
    at = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo(CLINIC.timezone))
    spanish, hmong = (said for key in "23" for said in ring(CLINIC, at, key).says[:2] if isinstance(said, Say))
    assert "marque nueve uno uno" in spanish.text
    assert hmong.audio.endswith("/hmn/greeting.mp3")
    assert not spanish.barge_in
    assert not hmong.barge_in


@pytest.mark.parametrize("start", ["on-call", "nurse"])
def test_the_nurse_and_what_is_urgent_never_end_in_a_voicemail(start: str) -> None:
    urgent = CLINIC.model_copy(update={"start": start})
    for at in list(at_any_hour(CLINIC))[::5]:
        taken = ring(urgent, at)
        rung = 0
        while taken.state.at:
            assert not any(isinstance(say, Record) for say in taken.says)
            rung += any(isinstance(say, Connect) for say in taken.says)
            taken = step(urgent, taken.state, silent_or_away(urgent, taken), at)
        assert rung >= 1


def silent_or_away(line: LineFile, taken: Step) -> Heard:
    ringing = isinstance(line.destinations[taken.state.at], Transfer)
    return Dialled(Fate.NO_ANSWER) if ringing else Silence()


def test_staff_who_switch_everything_open_on_a_sunday_open_the_clinic_s_main_menu() -> None:
    at = datetime(2026, 3, 8, 12, 45, tzinfo=ZoneInfo(CLINIC.timezone))
    on = (Switch(SwitchKind.OPEN, (at + timedelta(hours=1)).timestamp()),)
    assert step(CLINIC, ring(CLINIC, at).state, Keyed("1"), at, on).state.at == "main"


def test_at_lunch_only_the_front_desk_is_away() -> None:
    at = datetime(2026, 3, 4, 12, 45, tzinfo=ZoneInfo(CLINIC.timezone))
    assert ring(CLINIC, at, "1").state.at == "lunch"
    assert ring(CLINIC, at, "1", "6").state.at == "nurse-line"
    assert ring(CLINIC, at.replace(hour=12, minute=29), "1", "0").state.at == "desk"


# --- hours and holidays -----------------------------------------------------------------------------------------


def test_the_city_s_holidays_of_2026_are_those_of_the_sheet() -> None:
    found = hours.holidays_between(CITY.schedules["office"], date(2026, 1, 1), date(2026, 12, 31))
    assert [f"{day:%m-%d}" for day, _ in found] == (
        "01-01 01-19 05-25 06-19 07-04 09-07 11-26 11-27 12-24 12-25".split()
    )


@pytest.mark.parametrize("line", [CITY, CLINIC, BANK], ids=["city", "clinic", "bank"])
def test_every_holiday_has_words_of_its_own_in_every_language(line: LineFile) -> None:
    told = {name for here in line.destinations.values() if isinstance(here, Hours) and (name := here.schedule)}
    silent = {"phones"}  # asked after, or leading to, the clinic's own hours, which say the words
    for name in told - silent:
        holidays = line.schedules[name].holidays
        assert holidays
        for language in line.by_language:
            said = [holiday.words.get(language) for holiday in holidays]
            assert all(said)
            assert len(set(said)) == len(holidays)


@pytest.mark.parametrize(
    ("line", "at", "where"),
    [
        (CITY, "2026-03-04 07:29", "closed"),
        (CITY, "2026-03-04 07:30", "main"),
        (CITY, "2026-03-04 17:29", "main"),
        (CITY, "2026-03-04 17:30", "closed"),
        (CITY, "2026-03-06 07:59", "closed"),
        (CITY, "2026-03-06 15:59", "main"),
        (CITY, "2026-03-06 16:00", "closed"),
        (CITY, "2026-03-07 10:00", "closed"),
        (CITY, "2026-11-26 10:00", "closed"),
        (CITY, "2026-11-27 10:00", "closed"),
        (CITY, "2026-11-30 10:00", "main"),
        (CITY, "2026-12-24 11:59", "main"),
        (CITY, "2026-12-24 12:00", "closed"),
        (CLINIC, "2026-03-03 07:59", "closed"),
        (CLINIC, "2026-03-03 18:59", "main"),
        (CLINIC, "2026-03-04 12:29", "main"),
        (CLINIC, "2026-03-04 12:30", "lunch"),
        (CLINIC, "2026-03-04 13:14", "lunch"),
        (CLINIC, "2026-03-04 13:15", "main"),
        (CLINIC, "2026-03-04 17:00", "closed"),
        (CLINIC, "2026-03-07 08:29", "closed"),
        (CLINIC, "2026-03-07 11:59", "main"),
        (CLINIC, "2026-03-07 12:00", "closed"),
        (CLINIC, "2026-11-26 12:45", "closed"),
        (BANK, "2026-03-04 03:00", "main"),
        (BANK, "2026-12-25 12:00", "main"),
    ],
)
def test_the_first_and_the_last_minute_of_opening_hours(line: LineFile, at: str, where: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(line.timezone))
    assert {ring(line, moment, language).state.at for language in "12"} == {where}


@pytest.mark.parametrize(
    ("at", "where"),
    [
        ("2026-03-04 07:59", "after-hours"),
        ("2026-03-04 08:00", "desk"),
        ("2026-03-04 17:59", "desk"),
        ("2026-03-04 18:00", "after-hours"),
        ("2026-03-07 13:59", "desk"),
        ("2026-03-07 14:00", "after-hours"),
        ("2026-03-08 10:00", "after-hours"),
        ("2026-11-11 10:00", "after-hours"),
    ],
)
def test_the_bank_s_people_are_there_in_desk_hours_only(at: str, where: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(BANK.timezone))
    assert ring(BANK, moment, "1", "0").state.at == where
