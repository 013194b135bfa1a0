"""The strip of a fortnight says of each minute what the schedule and the switches say; its days have their length."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import hours
from menus.dialogue import State, Switch
from menus.flow import Opening, Schedule, SwitchKind
from menus.speaker import Speaker
from menus.strip import Day, Thrown, strip
from tests.switched import clinic

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)


def schedule(**given: Any) -> Schedule:
    return Schedule.model_validate({"name": "Office"} | given)


def at_minutes(days: list[Day]) -> list[tuple[datetime, Opening, str]]:
    """What the strip says of each of its minutes."""
    found = []
    for day in days:
        now = day.begins.astimezone(UTC)
        for stretch in day.stretches:
            assert stretch.begins.astimezone(UTC) == now, "a gap"
            while now < stretch.ends.astimezone(UTC):
                found.append((now, stretch.opening, stretch.why))
                now += MINUTE
        assert now == day.ends.astimezone(UTC)
    return found


CLOCKS = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 20)]
SPANS = st.builds("{}-{}".format, st.sampled_from(CLOCKS), st.sampled_from([*CLOCKS, "24:00"]))
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Beirut", "UTC"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@settings(max_examples=25, deadline=None)
@given(
    weekly=st.dictionaries(st.sampled_from(DAYS), st.lists(SPANS, max_size=2)),
    closed=st.none() | SPANS,
    zone=st.sampled_from(ZONES),
    first=st.sampled_from(
        [date(2026, 3, 5), date(2026, 3, 28), date(2026, 4, 3), date(2026, 10, 24), date(2026, 11, 1)]
    ),
)
def test_every_minute_is_as_the_schedule_says(weekly: Any, closed: str | None, zone: str, first: date) -> None:
    holidays = [{"name": "Off", "when": f"{first + timedelta(days=1):%m-%d}", "closed": closed}]
    here = schedule(weekly=weekly, holidays=holidays)
    for at, opening, why in at_minutes(strip("office", here, ZoneInfo(zone), first, 4)):
        said = hours.status(here, ZoneInfo(zone), at)
        assert (opening, why) == (said.opening, said.why)


@pytest.mark.parametrize(("first", "lengths"), [(date(2026, 3, 28), [24, 23, 24]), (date(2026, 10, 24), [24, 25, 24])])
def test_days_are_as_long_as_the_clocks_make_them(first: date, lengths: list[int]) -> None:
    days = strip("office", schedule(weekly={"sun": ["00:00-24:00"]}), LONDON, first, 3)
    assert [day.seconds / 3600 for day in days] == lengths
    assert all(one.ends == two.begins for one, two in pairwise(days))


def test_clocks_that_are_changed_late_in_the_evening_count() -> None:
    (spring,) = strip("bar", schedule(weekly={"sat": ["20:00-22:30"]}), ZoneInfo("America/Nuuk"), date(2023, 3, 25), 1)
    assert shown(spring) == [("00:00", "closed"), ("20:00", "open"), ("23:00", "closed")]


def test_hours_that_begin_in_the_skipped_hour_begin_when_it_is_over() -> None:
    (spring,) = strip("bar", schedule(weekly={"sun": ["01:30-05:00"]}), LONDON, date(2026, 3, 29), 1)
    assert shown(spring) == [("00:00", "closed"), ("02:00", "open"), ("05:00", "closed")]


def test_hours_in_the_repeated_hour_are_open_twice() -> None:
    (autumn,) = strip("bar", schedule(weekly={"sun": ["01:00-01:30"]}), LONDON, date(2026, 10, 25), 1)
    assert shown(autumn) == [
        *[("00:00", "closed"), ("01:00", "open"), ("01:30", "closed")],
        *[("01:00", "open"), ("01:30", "closed")],
    ]
    assert [stretch.begins.utcoffset() for stretch in autumn.stretches[1::2]] == [timedelta(hours=1), timedelta(0)]


def test_hours_over_midnight_go_on_the_next_day() -> None:
    friday, saturday = strip("bar", schedule(weekly={"fri": ["18:00-02:00"]}), LONDON, date(2026, 11, 27), 2)
    assert shown(friday) == [("00:00", "closed"), ("18:00", "open")]
    assert shown(saturday) == [("00:00", "open"), ("02:00", "closed")]


def test_a_holiday_is_named_for_its_part_of_the_day() -> None:
    holidays = [{"name": "Christmas Eve", "when": "12-24", "closed": "13:00-24:00"}]
    (eve,) = strip(
        "office", schedule(weekly={"thu": ["09:00-17:00"]}, holidays=holidays), LONDON, date(2026, 12, 24), 1
    )
    assert shown(eve) == [("00:00", "closed"), ("09:00", "open"), ("13:00", "holiday")]
    assert eve.holidays == ("Christmas Eve",)


def test_switches_have_the_last_word_and_the_latest_before_the_others() -> None:
    here, key = clinic().schedules["office"], "office"
    monday = date(2026, 11, 23)
    switches = (
        thrown("open", 12, 13, "office"),
        thrown("closed", 11, 14),
        thrown("open", 0, 24, "pharmacy"),
        thrown("message", 0, 24),
    )
    (day,) = strip(key, here, LONDON, monday, 1, switches)
    assert shown(day) == [
        ("00:00", "closed"),
        ("09:00", "open"),
        *[("11:00", "closed"), ("12:00", "open"), ("13:00", "closed"), ("14:00", "open"), ("17:00", "closed")],
    ]
    assert [one.switched for one in day.stretches] == [False, False, True, True, True, False, False]


SWITCHES = st.lists(
    st.tuples(
        st.sampled_from(["open", "closed"]),
        st.integers(0, 47),
        st.integers(1, 30),
        st.sampled_from(["", "office", "x"]),
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None)
@given(SWITCHES)
def test_every_minute_is_as_a_call_would_be_told(given: list[tuple[str, int, int, str]]) -> None:
    flow = clinic()
    thrown_of = [thrown(kind, begins, begins + long, key) for kind, begins, long, key in given]
    latest = tuple(sorted(thrown_of, key=lambda one: one.begins, reverse=True))
    for at, opening, why in at_minutes(
        strip("office", flow.schedules["office"], LONDON, date(2026, 11, 23), 2, latest)
    ):
        on = tuple(one.switch for one in latest if one.begins <= at)
        said = Speaker(flow, State(0), at, on).opening("office")
        assert (opening, why) == (said.opening, said.why)


def thrown(kind: str, begins: int, ends: int, key: str = "") -> Thrown:
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    until = midnight + timedelta(hours=ends)
    return Thrown(midnight + timedelta(hours=begins), Switch(SwitchKind(kind), until.timestamp(), key))


def shown(day: Day) -> list[tuple[str, str]]:
    return [(f"{one.begins:%H:%M}", str(one.opening)) for one in day.stretches]
