"""The demo lines: they load, export and publish as they are, and keep what they promise at every hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from menus import hours, live, words
from menus.check import Rule, check
from menus.dialogue import Answered, Connect, Dialled, Fate, Heard, Keyed, Record, Recorded, Say, Silence, State, Step
from menus.draft import find_line, read_line_file
from menus.flow import Hours, LineFile, Menu, PhoneTarget, Transfer, plain
from menus.linefile import read_yaml, write_yaml
from menus.publish import find
from menus.step import begin, step
from tests import lines

FOLDER: Final = Path(__file__).parents[1] / "menus" / "demo"
LINES: Final = {path.stem: read_yaml(path.read_bytes()) for path in sorted(FOLDER.glob("*.yaml"))}
CITY, CLINIC, BANK = (LINES[name] for name in ("mapleton-utilities", "riverbend-clinic", "harbor-credit-union"))
EACH_LINE = pytest.mark.parametrize("line", LINES.values(), ids=LINES)
IN_TWO_LANGUAGES = pytest.mark.parametrize("language", ["1", "2"], ids=["english", "spanish"])

DOUBTS: Final = {
    # The sheet wants the timetable's repeat key: after the languages, the main menu and trash it is a 4th menu.
    ("Mapleton City Utilities", Rule.TOO_DEEP, "timetable-heard"),
    # The clinic wants one menu with the nurse last, and tells all seven keys.
    ("Riverbend Family Clinic", Rule.TOO_MANY_OPTIONS, "main"),
    # “press”, “star” and the like are for prompts made from options; in Hmong every menu is a recording.
    ("Riverbend Family Clinic", Rule.PHRASE_MISSING, ""),
}


# --- they load, export and publish ------------------------------------------------------------------------------


def test_the_check_finds_no_error_and_no_doubt_but_the_three_with_a_reason() -> None:
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


# --- walking them -----------------------------------------------------------------------------------------------


def ring(line: LineFile, at: datetime, *pressed: str) -> Step:
    """The call after these keys; time stands still."""
    taken = step(line, begin(line, "12025550199", line.numbers[0], at), Answered(), at)
    for keys in pressed:
        taken = step(line, taken.state, Keyed(keys), at)
    return taken


def at_any_hour(line: LineFile) -> Iterator[datetime]:
    """Each hour and half hour of two weeks with Thanksgiving, Christmas and both changes of the clocks."""
    for first in (date(2026, 3, 4), date(2026, 10, 28), date(2026, 11, 22), date(2026, 12, 20)):
        midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(line.timezone))
        yield from (midnight + timedelta(minutes=30 * n) for n in range(7 * 48))


def walk(line: LineFile, begun: Step, at: datetime, keys: str = "0123456789*#") -> Iterator[tuple[State, Step]]:
    """Every step that callers can come to from there, with the state before it, by keys, silence and unanswered calls.

    Places are told apart by where and in which language the caller is, and what has failed so far.
    """
    todo, met = [begun.state], set()
    while todo:
        state = todo.pop()
        place = (state.at, state.language, state.no_input, state.no_match, state.target, state.greeted)
        if not state.at or place in met:
            continue
        met.add(place)
        for heard in can_be_heard(line, state, keys):
            taken = step(line, state, heard, at)
            yield state, taken
            todo.append(taken.state)


def can_be_heard(line: LineFile, state: State, keys: str) -> list[Heard]:
    match line.destinations[state.at]:
        case Menu():
            return [Silence(), *map(Keyed, keys)]
        case Transfer():
            return [Dialled(Fate.BUSY)]
        case _:
            return [Recorded()]


@EACH_LINE
def test_whatever_callers_do_they_hear_words_of_their_own_language_before_the_line_waits(line: LineFile) -> None:
    midday = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo(line.timezone))
    for at in (midday, midday.replace(hour=2), midday.replace(hour=12, minute=45), midday.replace(month=12, day=25)):
        for before, taken in walk(line, ring(line, at), at):
            said = [say for say in taken.says if isinstance(say, Say)]
            rings_on = isinstance(line.destinations[before.at], Transfer) and taken.state.at == before.at
            assert said or rings_on, (before.at, taken.visits)
            assert all(say.text or say.audio for say in said)
            assert {say.language for say in said} <= {before.language, taken.state.language}
            assert taken.says[-1] not in said, "the line says something and then neither waits nor hangs up"


@EACH_LINE
def test_every_destination_is_reached_at_some_hour(line: LineFile) -> None:
    met: set[str] = set()
    weekdays = [datetime(2026, 3, day, tzinfo=ZoneInfo(line.timezone)) for day in (2, 7, 8)]
    for at in (day + timedelta(minutes=minutes) for day in weekdays for minutes in (120, 600, 765, 1020)):
        for before, taken in walk(line, ring(line, at), at):
            met |= {before.at, *(visit.destination for visit in taken.visits)}
    met |= {visit.destination for visit in ring(line, weekdays[0]).visits}
    assert met == set(line.destinations)


@EACH_LINE
def test_nothing_pressed_from_beginning_to_end_ends_the_call_or_rings_somebody(line: LineFile) -> None:
    for at in list(at_any_hour(line))[::7]:
        taken = ring(line, at)
        for _ in range(12):
            if isinstance(line.destinations.get(taken.state.at), Menu):
                taken = step(line, taken.state, Silence(), at)
        assert not taken.state.at or any(isinstance(say, Connect) for say in taken.says)


# --- what each promises -----------------------------------------------------------------------------------------


@IN_TWO_LANGUAGES
def test_a_lost_card_rings_a_person_after_two_keys_at_any_hour(language: str) -> None:
    for at in at_any_hour(BANK):
        rung = ring(BANK, at, language, "2").says[-1]
        assert isinstance(rung, Connect)
        assert isinstance(rung.target, PhoneTarget)
        assert rung.target.number == "12025550131"


@IN_TWO_LANGUAGES
def test_the_key_for_a_lost_card_is_told_within_fifteen_seconds(language: str) -> None:
    at = datetime(2026, 3, 4, 3, tzinfo=ZoneInfo(BANK.timezone))
    said = [say for taken in (ring(BANK, at), ring(BANK, at, language)) for say in taken.says if isinstance(say, Say)]
    *before, menu = said
    told = menu.text[: menu.text.index("2.") + 2]
    assert sum(words.seconds(say.text, say.language) for say in before) + words.seconds(told, menu.language) <= 15


@IN_TWO_LANGUAGES
def test_a_lost_card_is_never_sent_to_a_voicemail(language: str) -> None:
    at = datetime(2026, 3, 4, 3, tzinfo=ZoneInfo(BANK.timezone))
    met = {taken.state.at for _, taken in walk(BANK, ring(BANK, at, language, "2"), at, keys="123456789")}
    assert met == {"lost-card", "lost-card-again"}


@IN_TWO_LANGUAGES
@pytest.mark.parametrize("trouble", "123")
def test_trouble_with_water_power_or_sewer_rings_dispatch_after_three_keys_at_any_hour(
    language: str, trouble: str
) -> None:
    for at in at_any_hour(CITY):
        rung = ring(CITY, at, language, "1", trouble).says[-1]
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
    spanish, hmong = (ring(CLINIC, at, key).says[0] for key in "23")
    assert isinstance(spanish, Say)
    assert isinstance(hmong, Say)
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
            taken = step(urgent, taken.state, Dialled(Fate.NO_ANSWER), at)
        assert rung >= 1


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
    silent = {"lunch", "phones"}  # asked after, or leading to, the clinic's own hours, which say the words
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
