"""Opening hours against a table of minutes: round every zone change from 2024 to 2035, and for any schedule."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus.flow import WEEKDAYS, Holiday, Opening, Schedule
from menus.hours import holidays_between, next_opening, status
from tests.hours_oracle import DAY, Oracle

HOUR = timedelta(hours=1)

ZONES = (
    "America/Chicago America/New_York America/Los_Angeles America/St_Johns America/Havana America/Santiago "
    "America/Nuuk Europe/London Europe/Chisinau Australia/Lord_Howe Australia/Sydney Africa/Casablanca "
    "Africa/Cairo Asia/Tehran Asia/Gaza Asia/Beirut Asia/Jerusalem Asia/Almaty Pacific/Apia Pacific/Chatham "
    "Pacific/Norfolk Antarctica/Troll Antarctica/Casey"
).split()


def changes(zone: ZoneInfo, first: int = 2024, last: int = 2035) -> Iterator[datetime]:
    """The instants from which on another offset holds."""
    now, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    was = offset(zone, now)
    while now < end:
        now += DAY
        if offset(zone, now) != was:
            yield change_between(zone, now - DAY, now)
            was = offset(zone, now)


def offset(zone: ZoneInfo, instant: datetime) -> timedelta | None:
    return instant.astimezone(zone).utcoffset()


def change_between(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    was = offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if offset(zone, middle) == was else (low, middle)
    return high


def in_utc(instant: datetime | None) -> datetime | None:
    """Python finds a time of an hour that comes twice equal to no time of another zone; in UTC it does."""
    return instant and instant.astimezone(UTC)


ROUND_THE_CHANGE = Schedule(
    name="Odd hours",
    weekly=dict.fromkeys(WEEKDAYS, ("00:30-01:15", "01:30-02:30", "02:45-03:05", "05:00-06:00", "22:15-00:15")),
    holidays=(
        Holiday(name="In the gap", when="2nd sunday of march", closed="02:10-03:50"),
        Holiday(name="European gap", when="last sunday of march", closed="01:20-02:20"),
        Holiday(name="In the fold", when="1st sunday of november", closed="01:10-01:50"),
        Holiday(name="Over the night", when="last saturday of october", closed="23:00-01:40"),
        Holiday(name="Whole", when="1st sunday of april"),
    ),
)
NIGHT_AND_DAY = Schedule(
    name="Nights",
    weekly={
        "thu": ("18:00-02:00",),
        "fri": ("22:00-24:00",),
        "sat": ("20:00-01:30", "12:00-13:00"),
        "sun": ("02:30-02:29",),
    },
)
STEPS = sorted(
    {sign * step for sign in (-1, 1) for step in (0, 1, 59, 60, 900, 1799, 1800, 3599, 3600, 5400, 7200, 9000)}
)


def round_changes(zone: ZoneInfo) -> Iterator[datetime]:
    return (change + timedelta(seconds=step) for change in changes(zone) for step in STEPS)


@pytest.mark.parametrize("schedule", [ROUND_THE_CHANGE, NIGHT_AND_DAY], ids=lambda schedule: schedule.name)
def test_round_every_zone_change_the_table_of_minutes_says_the_same(schedule: Schedule) -> None:
    oracle, asked = Oracle(schedule), 0
    for name in ZONES:
        zone = ZoneInfo(name)
        for instant in round_changes(zone):
            asked += 1
            assert status(schedule, zone, instant).opening == oracle.at(zone, instant), (name, instant)
    assert asked > 8_000


@pytest.mark.parametrize("schedule", [ROUND_THE_CHANGE, NIGHT_AND_DAY], ids=lambda schedule: schedule.name)
@pytest.mark.parametrize("name", ZONES)
def test_round_every_zone_change_the_next_opening_is_the_next_open_minute(name: str, schedule: Schedule) -> None:
    oracle, zone = Oracle(schedule), ZoneInfo(name)
    for change in changes(zone):
        for step in (-3 * HOUR, -HOUR, timedelta(seconds=-1), timedelta(), HOUR):
            opens = next_opening(schedule, zone, change + step)
            assert in_utc(opens) == oracle.next_opening(zone, change + step, 8), (change, step)


@pytest.mark.slow
def test_round_every_zone_change_in_the_world() -> None:
    seen, oracle = set(), Oracle(ROUND_THE_CHANGE)
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        found = tuple((change, offset(zone, change)) for change in changes(zone))
        if found in seen:
            continue
        seen.add(found)
        for change, _ in found:
            for step in STEPS:
                instant = change + timedelta(seconds=step)
                expected = oracle.at(zone, instant)
                assert status(ROUND_THE_CHANGE, zone, instant).opening == expected, (name, instant)
    assert len(seen) > 30


# --- any schedule, any instant --------------------------------------------------------------------------------

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 45, 59]))
ranges = st.builds("{}-{}".format, clocks, st.one_of(clocks, st.just("24:00")))
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
ordinals = st.sampled_from("1st 2nd 3rd 4th 5th last".split())
weekday_names = st.sampled_from("monday tuesday wednesday thursday friday saturday sunday".split())
months = st.sampled_from("january february march april june september october november december".split())
rules = st.one_of(
    days.map(str),
    days.map("{:%m-%d}".format),
    st.builds("{} {} of {}".format, ordinals, weekday_names, months),
    st.just("easter"),
)
offsets = st.one_of(st.just(""), st.builds(" {} {}".format, st.sampled_from("+-"), st.integers(0, 999)))
holidays = st.builds(
    Holiday, name=st.just("Holiday"), when=st.builds("{}{}".format, rules, offsets), closed=st.none() | ranges
)
schedules = st.builds(
    Schedule,
    name=st.just("Any"),
    weekly=st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(ranges, max_size=3).map(tuple)),
    holidays=st.lists(holidays, max_size=4).map(tuple),
)
zones = st.sampled_from(ZONES).map(ZoneInfo)


@st.composite
def instants(draw: st.DrawFn, schedule: Schedule) -> datetime:
    """Any instant, but mostly one near a holiday of the schedule."""
    day = draw(days)
    near_one: bool = draw(st.booleans())
    if schedule.holidays and near_one:
        found = [near for near, _ in holidays_between(schedule, date(2024, 1, 1), date(2035, 12, 31))]
        day = draw(st.sampled_from(found)) if found else day
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=draw(st.integers(-86_400, 172_800)))


@settings(deadline=None, max_examples=150)
@given(st.data(), schedules, zones)
def test_any_schedule_agrees_with_the_table_of_minutes(data: st.DataObject, schedule: Schedule, zone: ZoneInfo) -> None:
    oracle = Oracle(schedule)
    for _ in range(10):
        instant = data.draw(instants(schedule))
        said = status(schedule, zone, instant)
        assert said.opening == oracle.at(zone, instant)
        assert (said.holiday is not None) is (said.opening is Opening.HOLIDAY)
        assert said.why.startswith(f"Any: {said.opening}")


@settings(deadline=None, max_examples=100)
@given(st.data(), schedules, zones)
def test_any_next_opening_is_the_next_open_minute(data: st.DataObject, schedule: Schedule, zone: ZoneInfo) -> None:
    instant = data.draw(instants(schedule))
    opens = next_opening(schedule, zone, instant)
    slow = Oracle(schedule).next_opening(zone, instant, 8)
    if slow:
        assert in_utc(opens) == slow
    elif opens:
        assert opens > instant + 8 * DAY
        assert Oracle(schedule).at(zone, opens) == "open"
        assert Oracle(schedule).at(zone, opens - timedelta(seconds=1)) != "open"


@given(rules, offsets, st.integers(2024, 2035))
@settings(deadline=None, max_examples=60)
def test_any_rule_means_the_days_that_the_calendar_says(rule: str, offset: str, year: int) -> None:
    schedule = Schedule(name="Any", holidays=(Holiday(name="Holiday", when=rule + offset),))
    listed = {day for day, _ in holidays_between(schedule, date(year, 1, 1), date(year, 12, 31))}
    oracle = Oracle(schedule)
    whole_year = (date(year, 1, 1) + n * DAY for n in range(366))
    assert listed == {day for day in whole_year if day.year == year and oracle.holiday_minutes(day)}
