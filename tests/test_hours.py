"""Opening hours: what staff can look up in a calendar, then every zone change against a table of minutes."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from menus.flow import WEEKDAYS, Holiday, Opening, Schedule
from menus.hours import holiday_date, holidays_between, next_opening, status
from tests.hours_oracle import DAY, easter

CHICAGO = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)


def office(*holidays: Holiday) -> Schedule:
    return Schedule(
        name="Office hours",
        weekly=dict.fromkeys(WEEKDAYS[:5], ("07:30-17:30",)),
        holidays=holidays,
    )


def nights(*holidays: Holiday) -> Schedule:
    return Schedule(name="Night desk", weekly={"fri": ("22:00-06:00",)}, holidays=holidays)


def at(text: str, zone: ZoneInfo = CHICAGO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def says(schedule: Schedule, text: str) -> str:
    return status(schedule, CHICAGO, at(text)).why


# --- what is open ---------------------------------------------------------------------------------------------


THANKSGIVING = Holiday(name="Thanksgiving", when="4th thursday of november")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-23T07:29:59", "Office hours: closed, Monday opens 07:30–17:30"),
        ("2026-11-23T07:30:00", "Office hours: open, Monday 07:30–17:30"),
        ("2026-11-23T17:29:59.999999", "Office hours: open, Monday 07:30–17:30"),
        ("2026-11-23T17:30:00", "Office hours: closed, Monday opens 07:30–17:30"),
        ("2026-11-28T12:00:00", "Office hours: closed, Saturday has no hours"),
        ("2026-11-26T00:00:00", "Office hours: holiday, Thanksgiving"),
        ("2026-11-26T23:59:59", "Office hours: holiday, Thanksgiving"),
        ("2026-11-27T09:00:00", "Office hours: open, Friday 07:30–17:30"),
    ],
)
def test_an_office_says_why_it_is_open_or_closed(text: str, why: str) -> None:
    assert says(office(THANKSGIVING), text) == why


def test_the_instant_counts_not_how_it_is_written() -> None:
    monday = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert status(office(), CHICAGO, monday).opening is Opening.OPEN
    assert status(office(), CHICAGO, monday - timedelta(seconds=1)).opening is Opening.CLOSED
    assert status(office(), ZoneInfo("Asia/Tokyo"), monday).opening is Opening.CLOSED


def test_several_ranges_a_day_leave_the_lunch_closed() -> None:
    schedule = Schedule(name="Desk", weekly={"mon": ("08:00-12:00", "13:00-17:00")})
    assert says(schedule, "2026-11-23T11:59") == "Desk: open, Monday 08:00–12:00"
    assert says(schedule, "2026-11-23T12:00") == "Desk: closed, Monday opens 08:00–12:00 and 13:00–17:00"
    assert says(schedule, "2026-11-23T13:00") == "Desk: open, Monday 13:00–17:00"


def test_a_range_over_midnight_belongs_to_the_day_on_which_it_opens() -> None:
    assert says(nights(), "2026-11-27T21:59") == "Night desk: closed, Friday opens 22:00–06:00"
    assert says(nights(), "2026-11-28T05:59") == "Night desk: open, Friday 22:00–06:00"
    assert says(nights(), "2026-11-28T06:00") == "Night desk: closed, Saturday has no hours"
    assert says(nights(), "2026-11-27T05:59") == "Night desk: closed, Friday opens 22:00–06:00"


def test_sunday_night_runs_into_monday() -> None:
    schedule = Schedule(name="Night desk", weekly={"sun": ("22:00-06:00",)})
    assert says(schedule, "2026-11-23T05:59") == "Night desk: open, Sunday 22:00–06:00"


def test_24_00_is_the_end_of_the_day() -> None:
    schedule = Schedule(name="Line", weekly={"mon": ("00:00-24:00",), "wed": ("18:00-24:00",)})
    assert says(schedule, "2026-11-23T00:00") == "Line: open, Monday 00:00–24:00"
    assert says(schedule, "2026-11-23T23:59:59") == "Line: open, Monday 00:00–24:00"
    assert says(schedule, "2026-11-24T00:00") == "Line: closed, Tuesday has no hours"
    assert says(schedule, "2026-11-26T00:00") == "Line: closed, Thursday has no hours"


def test_an_end_at_the_start_is_a_whole_day_later() -> None:
    schedule = Schedule(name="Line", weekly={"mon": ("08:00-08:00",)})
    assert says(schedule, "2026-11-24T07:59") == "Line: open, Monday 08:00–08:00"
    assert says(schedule, "2026-11-24T08:00") == "Line: closed, Tuesday has no hours"
    assert says(schedule, "2026-11-23T07:59") == "Line: closed, Monday opens 08:00–08:00"


# --- holidays -------------------------------------------------------------------------------------------------


def test_a_part_day_holiday_leaves_the_rest_of_its_day_to_the_week() -> None:
    schedule = office(Holiday(name="Christmas Eve", when="12-24", closed="12:00-24:00"))
    assert says(schedule, "2026-12-24T11:59") == "Office hours: open, Thursday 07:30–17:30"
    assert says(schedule, "2026-12-24T12:00") == "Office hours: holiday, Christmas Eve 12:00–24:00"
    assert says(schedule, "2026-12-25T08:00") == "Office hours: open, Friday 07:30–17:30"


def test_a_holiday_may_run_over_midnight() -> None:
    schedule = office(Holiday(name="Party", when="2026-12-10", closed="16:00-09:00"))
    assert says(schedule, "2026-12-11T08:59") == "Office hours: holiday, Party 16:00–09:00"
    assert says(schedule, "2026-12-11T09:00") == "Office hours: open, Friday 07:30–17:30"


def test_a_holiday_holds_when_the_place_is_closed_anyway() -> None:
    schedule = office(Holiday(name="Founders' day", when="2026-11-28"))
    assert status(schedule, CHICAGO, at("2026-11-28T03:00")).opening is Opening.HOLIDAY


@pytest.mark.parametrize(
    ("closed", "goes_on"),
    [
        (None, False),
        ("20:00-24:00", False),
        ("23:59-01:00", False),
        ("20:00-23:59", True),
        ("00:00-12:00", True),
    ],
)
def test_a_night_shift_goes_on_only_if_its_24_00_was_no_holiday(closed: str | None, goes_on: bool) -> None:
    schedule = nights(Holiday(name="Day off", when="2026-11-27", closed=closed))
    assert (says(schedule, "2026-11-28T02:00") == "Night desk: open, Friday 22:00–06:00") is goes_on


def test_of_two_holidays_the_first_listed_is_named() -> None:
    first, second = Holiday(name="One", when="07-04"), Holiday(name="Two", when="2026-07-04")
    assert status(office(first, second), CHICAGO, at("2026-07-04T09:00")).holiday is first
    assert status(office(second, first), CHICAGO, at("2026-07-04T09:00")).holiday is second


KNOWN = {
    "4th thursday of november": "2024-11-28 2025-11-27 2026-11-26 2027-11-25 2028-11-23",
    "4th thursday of november + 1": "2024-11-29 2025-11-28 2026-11-27 2027-11-26 2028-11-24",
    "3rd monday of january": "2024-01-15 2025-01-20 2026-01-19 2027-01-18 2028-01-17",
    "last monday of may": "2024-05-27 2025-05-26 2026-05-25 2027-05-31 2028-05-29",
    "1st monday of september": "2024-09-02 2025-09-01 2026-09-07 2027-09-06 2028-09-04",
    "easter": "2016-03-27 2017-04-16 2018-04-01 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 "
    "2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16 2029-04-01 2030-04-21 2035-03-25 2038-04-25 "
    "1954-04-18 1981-04-19 2049-04-18",
    "easter - 2": "2024-03-29 2025-04-18 2026-04-03 2027-03-26 2028-04-14",
    "easter + 39 days": "2024-05-09 2025-05-29 2026-05-14",
    "02-29": "2024-02-29 2028-02-29",
    "02-29 +1 day": "2024-03-01 2028-03-01",
    "12-31 + 1": "2024-01-01 2025-01-01",
    "01-01-1": "2024-12-31 2025-12-31",
    "last friday of december + 7": "2026-01-02 2028-01-07",
    "2026-12-25": "2026-12-25",
    "2026-12-25 + 10": "2027-01-04",
    "5th monday of march": "2025-03-31 2026-03-30 2027-03-29",
}


@pytest.mark.parametrize("when", KNOWN)
def test_rules_give_the_days_of_the_calendar(when: str) -> None:
    normal = Holiday(name="", when=when).when
    for text in KNOWN[when].split():
        day = date.fromisoformat(text)
        assert holiday_date(normal, day.year) == day


def test_easter_is_right_until_the_calendar_ends() -> None:
    for year in range(1583, 10_000):
        assert holiday_date("easter", year) == easter(year)


@pytest.mark.parametrize(
    ("when", "year"),
    [("02-29", 2026), ("5th monday of march", 2024), ("2026-12-25", 2027), ("2026-12-25 + 10", 2026), ("?", 2026)],
)
def test_a_rule_may_give_no_day_in_a_year(when: str, year: int) -> None:
    assert holiday_date(when, year) is None


def test_the_ends_of_the_calendar_are_no_error() -> None:
    assert holiday_date("9999-12-31 + 5", 9999) is None
    assert holiday_date("01-01 - 1", 1) == date(1, 12, 31)
    assert holiday_date("12-31 + 1", 1) is None


def test_an_offset_may_carry_two_days_into_one_year() -> None:
    schedule = office(Holiday(name="60 before March", when="03-01 - 60"))
    days = [day for day, _ in holidays_between(schedule, date(2023, 1, 1), date(2025, 6, 30))]
    assert days == [date(2024, 1, 1), date(2024, 12, 31)]


def test_holidays_are_listed_in_order_over_the_years() -> None:
    schedule = office(Holiday(name="New Year", when="01-01"), THANKSGIVING)
    listed = holidays_between(schedule, date(2025, 11, 27), date(2026, 11, 25))
    assert [(day.isoformat(), holiday.name) for day, holiday in listed] == [
        ("2025-11-27", "Thanksgiving"),
        ("2026-01-01", "New Year"),
    ]


# --- zone changes ---------------------------------------------------------------------------------------------


def test_a_range_that_the_spring_gap_swallows_never_opens() -> None:
    schedule = Schedule(name="Line", weekly={"sun": ("02:00-03:00",)})
    before = at("2026-03-08T01:59:59")
    assert status(schedule, CHICAGO, before).opening is Opening.CLOSED
    assert status(schedule, CHICAGO, before.astimezone(UTC) + timedelta(seconds=1)).opening is Opening.CLOSED
    assert next_opening(schedule, CHICAGO, before) == at("2026-03-15T02:00")


def test_a_range_that_begins_in_the_gap_opens_when_the_gap_is_over() -> None:
    schedule = Schedule(name="Line", weekly={"sun": ("02:30-04:00",)})
    opens = next_opening(schedule, CHICAGO, at("2026-03-08T00:00"))
    assert opens == at("2026-03-08T03:00")
    assert str(opens) == "2026-03-08 03:00:00-05:00"


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    schedule = Schedule(name="Line", weekly={"sun": ("00:45-01:30",)})
    first, second = at("2026-11-01T01:15"), at("2026-11-01T01:15").replace(fold=1)
    assert second.astimezone(UTC) - first.astimezone(UTC) == HOUR
    assert {status(schedule, CHICAGO, time).opening for time in (first, second)} == {Opening.OPEN}
    again = next_opening(schedule, CHICAGO, at("2026-11-01T01:45"))
    assert str(again) == "2026-11-01 01:00:00-06:00"


def test_a_day_that_a_zone_leaves_out_is_passed_over() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    schedule = Schedule(name="Line", weekly={"fri": ("08:00-09:00",)})
    assert next_opening(schedule, apia, at("2011-12-29T12:00", apia)) == at("2012-01-06T08:00", apia)


# --- the next opening -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T08:00:01", "2026-11-23T08:00:01"),
        ("2026-11-23T06:00", "2026-11-23T07:30"),
        ("2026-11-25T17:30", "2026-11-27T07:30"),
        ("2026-11-27T18:00", "2026-11-30T07:30"),
    ],
)
def test_the_next_opening_of_an_office(now: str, opens: str) -> None:
    found = next_opening(office(THANKSGIVING), CHICAGO, at(now).astimezone(UTC))
    assert found == at(opens)
    assert found.tzinfo is CHICAGO


def test_a_place_opens_when_its_part_day_holiday_ends() -> None:
    schedule = office(Holiday(name="Training", when="2026-11-24", closed="00:00-10:15"))
    assert next_opening(schedule, CHICAGO, at("2026-11-24T06:00")) == at("2026-11-24T10:15")
    late = office(Holiday(name="Party", when="2026-11-23", closed="16:00-09:05"))
    assert next_opening(late, CHICAGO, at("2026-11-23T17:00")) == at("2026-11-24T09:05")


def test_a_place_that_is_never_open_has_no_next_opening() -> None:
    assert next_opening(Schedule(name="Never"), CHICAGO, at("2026-11-23T06:00")) is None
    assert next_opening(Schedule(name="Never", weekly={"mon": ()}), CHICAGO, at("2026-11-23T06:00")) is None


def test_the_next_opening_is_looked_for_through_400_days() -> None:
    now = at("2026-11-23T06:00")
    mondays = [Holiday(name="Shut", when=str(now.date() + n * 7 * DAY)) for n in range(58)]
    schedule = Schedule(name="Mondays", weekly={"mon": ("08:00-09:00",)}, holidays=tuple(mondays))
    assert next_opening(schedule, CHICAGO, now) is None
    fewer = schedule.model_copy(update={"holidays": tuple(mondays[:57])})
    assert next_opening(fewer, CHICAGO, now) == at("2026-11-23T08:00") + 57 * 7 * DAY


def test_the_400_days_are_counted_to_the_second() -> None:
    sunday = at("2026-11-22T08:00", ZoneInfo("UTC"))
    mondays = [Holiday(name="Shut", when=str(sunday.date() + (1 + n * 7) * DAY)) for n in range(57)]
    schedule = Schedule(name="Mondays", weekly={"mon": ("08:00-09:00",)}, holidays=tuple(mondays))
    assert next_opening(schedule, ZoneInfo("UTC"), sunday) == sunday + 400 * DAY
    assert next_opening(schedule, ZoneInfo("UTC"), sunday - timedelta(seconds=1)) is None


# --- speed ----------------------------------------------------------------------------------------------------


def test_a_usual_schedule_is_read_in_microseconds() -> None:
    """10 µs are promised on a usual machine; ten times that still tells a cache that has stopped working."""
    schedule = office(*(Holiday(name=when, when=when) for when in ("easter - 2", "12-25", *list(KNOWN)[:5])))
    instant = at("2026-11-23T09:00").astimezone(UTC)
    took = min(_timed(schedule, instant) for _ in range(5))
    assert took < 100e-6


def _timed(schedule: Schedule, instant: datetime) -> float:
    began = perf_counter()
    for _ in range(200):
        status(schedule, CHICAGO, instant)
    return (perf_counter() - began) / 200
