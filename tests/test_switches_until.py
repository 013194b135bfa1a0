"""Until when a switch is on: midnight, the next opening, and times on the wall where clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus.admin.until import Moment, NoSuchTime, midnight, next_opening, read_wall
from menus.flow import Flow, read_flow

LONDON = ZoneInfo("Europe/London")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "typed", "at"),
    [
        ("Europe/London", "2026-11-23 18:00", "2026-11-23 18:00"),
        ("Europe/London", "2026-07-01 18:00", "2026-07-01 17:00"),
        ("America/New_York", "2026-11-23 18:00", "2026-11-23 23:00"),
        ("Asia/Kathmandu", "2026-11-24 01:00", "2026-11-23 19:15"),
        ("Europe/London", "2026-03-29 00:59", "2026-03-29 00:59"),
        ("Europe/London", "2026-03-29 02:00", "2026-03-29 01:00"),
        ("Europe/London", "2026-10-25 02:00", "2026-10-25 02:00"),
    ],
)
def test_a_time_is_one_of_the_lines_clocks(zone: str, typed: str, at: str) -> None:
    assert read_wall(wall(typed), ZoneInfo(zone)) == Moment(utc(at), twice=False)


@pytest.mark.parametrize("typed", ["2026-03-29 01:00", "2026-03-29 01:30", "2026-03-29 01:59"])
def test_a_time_that_the_clocks_skip_is_refused_with_the_next_there_is(typed: str) -> None:
    with pytest.raises(NoSuchTime) as said:
        read_wall(wall(typed), LONDON)
    assert f"skip {typed[-5:]}; choose another time, for example 02:{typed[-2:]}" in str(said.value)
    assert "29 March 2026" in str(said.value)
    assert "Europe/London" in str(said.value)


def test_a_time_that_comes_twice_is_the_second_and_that_is_told() -> None:
    assert read_wall(wall("2026-10-25 01:30"), LONDON) == Moment(utc("2026-10-25 01:30"), twice=True)
    new_york = ZoneInfo("America/New_York")
    assert read_wall(wall("2026-11-01 01:30"), new_york) == Moment(utc("2026-11-01 06:30"), twice=True)


ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Santiago", "UTC"]


@given(
    st.datetimes(wall("2026-01-01"), wall("2027-12-31")).map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
)
def test_what_is_read_shows_on_the_wall_as_it_was_typed(typed: datetime, zone: str) -> None:
    try:
        at = read_wall(typed, ZoneInfo(zone)).at
    except NoSuchTime:
        return
    assert at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == typed


# --- midnight ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "at"),
    [
        ("Europe/London", "2026-11-23 10:00", "2026-11-24 00:00"),
        ("America/New_York", "2026-11-23 10:00", "2026-11-24 05:00"),
        ("America/New_York", "2026-11-24 04:59", "2026-11-24 05:00"),
        ("Europe/London", "2026-03-29 00:30", "2026-03-29 23:00"),
        ("Europe/London", "2026-10-25 00:30", "2026-10-26 00:00"),
        # Its clocks skip from 23:59 to 01:00: the day ends where the next one begins.
        ("Africa/Cairo", "2026-04-23 12:00", "2026-04-23 22:00"),
        # And in Chile they go back from midnight to 23:00: the first midnight never comes.
        ("America/Santiago", "2026-04-04 20:00", "2026-04-05 04:00"),
    ],
)
def test_midnight_is_the_end_of_the_lines_day(zone: str, now: str, at: str) -> None:
    found = midnight(ZoneInfo(zone), utc(now))
    assert found == utc(at)
    before = datetime.fromtimestamp(found.timestamp() - 1, UTC)
    assert before.astimezone(ZoneInfo(zone)).date() == utc(now).astimezone(ZoneInfo(zone)).date()
    assert found.astimezone(ZoneInfo(zone)).date() > before.astimezone(ZoneInfo(zone)).date()


# --- the next opening -------------------------------------------------------------------------------------------


def clinic() -> Flow:
    weekdays = {day: ["09:00-12:00", "13:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    every_day = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    return read_flow(
        {
            "name": "Clinic",
            "timezone": "Europe/London",
            "languages": [{"key": "en", "name": "English"}],
            "schedules": {
                "office": {
                    "name": "Office",
                    "weekly": weekdays,
                    "holidays": [{"name": "Founder’s day", "when": "2026-11-24"}],
                },
                "ny": {"name": "New York", "timezone": "America/New_York", "weekly": {"sun": ["08:00-09:00"]}},
                "always": {"name": "Always", "weekly": every_day},
                "never": {"name": "Never", "weekly": {}},
            },
        }
    )


@pytest.mark.parametrize(
    ("schedules", "now", "opens"),
    [
        ("office", "2026-11-23 08:00", "2026-11-23 09:00"),
        ("office", "2026-11-23 10:00", "2026-11-23 13:00"),
        ("office", "2026-11-23 13:00", "2026-11-25 09:00"),  # the day between is a holiday
        ("office", "2026-11-27 16:59", "2026-11-30 09:00"),
        ("office", "2026-03-27 20:00", "2026-03-30 08:00"),
        ("ny", "2026-11-22 13:30", "2026-11-29 13:00"),
        ("office ny", "2026-11-28 10:00", "2026-11-29 13:00"),
        ("office always", "2026-11-23 08:00", "2026-11-23 09:00"),
        ("office unknown", "2026-11-23 08:00", "2026-11-23 09:00"),
        ("always", "2026-11-23 08:00", None),
        ("never", "2026-11-23 08:00", None),
        ("", "2026-11-23 08:00", None),
    ],
)
def test_the_next_opening_comes_after_the_present_one(schedules: str, now: str, opens: str | None) -> None:
    assert next_opening(clinic(), schedules.split(), utc(now)) == (utc(opens) if opens else None)
