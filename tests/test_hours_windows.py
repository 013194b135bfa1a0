"""Times to choose from for a call back, and how long a place is still open: on odd days too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from menus.flow import Schedule
from menus.hours import closes, windows

CHICAGO = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)


def schedule(**more: Any) -> Schedule:
    return Schedule.model_validate({"name": "Office"} | more)


def every_day(*hours: str, **more: Any) -> Schedule:
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return schedule(weekly=dict.fromkeys(days, hours), **more)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO)


def offered(of: Schedule, now: str, count: int = 3, length: timedelta = 2 * HOUR) -> list[str]:
    found = windows(of, CHICAGO, at(now).astimezone(UTC), length, count)
    assert all(begin.tzinfo is CHICAGO for begin, _ in found)
    return [f"{begin:%d %H:%M}-{end:%H:%M}" for begin, end in found]


OFFICE = every_day("08:00-17:00")


# --- windows ----------------------------------------------------------------------------------------------------


def test_they_begin_at_the_next_full_hour_and_follow_each_other() -> None:
    assert offered(OFFICE, "2026-05-04 09:20") == ["04 10:00-12:00", "04 12:00-14:00", "04 14:00-16:00"]
    assert offered(OFFICE, "2026-05-04 10:00", count=1) == ["04 10:00-12:00"]


def test_they_end_with_the_opening_and_go_on_at_the_next_one() -> None:
    assert offered(OFFICE, "2026-05-04 15:30") == ["04 16:00-17:00", "05 08:00-10:00", "05 10:00-12:00"]


@pytest.mark.parametrize(
    ("hours", "last"),
    [("08:00-16:29", "05 08:00-10:00"), ("08:00-16:30", "04 16:00-16:30"), ("08:00-16:47", "04 16:00-16:47")],
)
def test_half_an_hour_is_the_shortest_and_an_odd_closing_minute_is_kept(hours: str, last: str) -> None:
    assert offered(every_day(hours), "2026-05-04 15:10", count=1) == [last]


def test_an_opening_at_an_odd_minute_begins_there() -> None:
    assert offered(every_day("08:45-12:00"), "2026-05-04 06:00", count=2) == ["04 08:45-10:45", "04 10:45-12:00"]


def test_a_pause_at_noon_is_not_offered() -> None:
    pausing = every_day("08:00-12:00", "13:00-17:00")
    assert offered(pausing, "2026-05-04 10:30") == ["04 11:00-12:00", "04 13:00-15:00", "04 15:00-17:00"]


def test_nobody_calls_back_on_a_holiday() -> None:
    xmas = every_day("08:00-17:00", holidays=[{"name": "Xmas", "when": "12-25"}])
    assert offered(xmas, "2026-12-24 15:00") == ["24 15:00-17:00", "26 08:00-10:00", "26 10:00-12:00"]
    half = every_day("08:00-17:00", holidays=[{"name": "Eve", "when": "12-24", "closed": "12:00-24:00"}])
    assert offered(half, "2026-12-24 10:10", count=2) == ["24 11:00-12:00", "25 08:00-10:00"]


def test_when_clocks_go_forward_the_hour_that_is_skipped_is_none() -> None:
    """On 8 March 2026 it is 03:00 in Chicago one minute after 01:59."""
    night = every_day("00:00-05:00")
    assert offered(night, "2026-03-08 00:30") == ["08 01:00-04:00", "08 04:00-05:00", "09 00:00-02:00"]


def test_when_clocks_go_back_the_hour_comes_twice() -> None:
    """On 1 November 2026 it is 01:00 in Chicago one minute after 01:59."""
    found = windows(every_day("00:00-05:00"), CHICAGO, at("2026-11-01 00:00"), 2 * HOUR, 3)
    lengths = [end.astimezone(UTC) - begin.astimezone(UTC) for begin, end in found]
    assert lengths == [2 * HOUR, 2 * HOUR, 2 * HOUR]
    assert [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in found] == ["00:00-01:00", "01:00-03:00", "03:00-05:00"]


def test_a_place_that_does_not_open_within_two_weeks_offers_nothing() -> None:
    assert offered(schedule(), "2026-05-04 10:00") == []
    closed = every_day("08:00-17:00", holidays=[{"name": "Break", "when": f"2026-05-{day:02}"} for day in range(4, 30)])
    assert offered(closed, "2026-05-04 10:00") == []


# --- closes -----------------------------------------------------------------------------------------------------


def closing(of: Schedule, now: str, hours: float) -> str:
    begin = at(now).astimezone(UTC)
    return f"{closes(of, CHICAGO, begin, begin + timedelta(hours=hours)).astimezone(CHICAGO):%d %H:%M}"


@pytest.mark.parametrize(
    ("hours", "now", "latest", "closes_at"),
    [
        ("08:00-17:00", "2026-05-04 16:00", 2, "04 17:00"),
        ("08:00-17:00", "2026-05-04 16:00", 0.5, "04 16:30"),
        ("08:00-16:47", "2026-05-04 16:00", 2, "04 16:47"),
        ("08:00-17:00", "2026-05-04 18:00", 2, "04 18:00"),
        ("20:00-02:00", "2026-05-04 23:00", 8, "05 02:00"),
        ("00:00-24:00", "2026-05-04 23:00", 8, "05 07:00"),
        ("00:00-05:00", "2026-03-08 00:00", 8, "08 05:00"),
        ("00:00-02:30", "2026-03-08 00:00", 8, "08 03:00"),
    ],
)
def test_it_is_the_first_minute_that_is_not_open_or_the_latest(
    hours: str, now: str, latest: float, closes_at: str
) -> None:
    assert closing(every_day(hours), now, latest) == closes_at


def test_a_holiday_that_begins_at_noon_closes_at_noon() -> None:
    half = every_day("08:00-17:00", holidays=[{"name": "Eve", "when": "12-24", "closed": "12:00-24:00"}])
    assert closing(half, "2026-12-24 10:00", 8) == "24 12:00"
