"""Schedules: is a place open at an instant, why, and when does it open next.

Pure. All is local wall-clock time: what a clock on the wall of the place shows decides, so a wall time that
a zone change skips never occurs, and one that it repeats counts both times. Minutes count from the local
midnight of the day a range belongs to; a range that runs over midnight ends after minute 1440.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from .flow import HOLIDAY_WHEN, WEEKDAYS, Holiday, Opening, Schedule

DAY: Final = 1440
"""Minutes of a day."""
SEARCHED: Final = timedelta(days=400)
"""How far ahead the next opening is looked for: a year and its holidays."""
_ONE_DAY: Final = timedelta(days=1)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_REACH: Final = 3
"""Years that an offset of at most 999 days can carry a holiday away from its rule."""

Rules = tuple[tuple[str, str | None], ...]
"""The `when` and `closed` of a schedule's holidays: the texts by which caches know them."""


class Status(NamedTuple):
    """What a schedule says of an instant; `why` is for staff; `holiday` is set on a holiday only."""

    opening: Opening
    why: str
    holiday: Holiday | None = None


class Span(NamedTuple):
    """From `start` up to, not including, `end`, in minutes; `end` is past 1440 when it runs over midnight."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        return self.start <= minute < self.end


WHOLE_DAY: Final = Span(0, DAY)


def status(schedule: Schedule, zone: ZoneInfo, at: datetime) -> Status:
    """What the schedule says of the instant `at` (aware)."""
    return _on_the_wall(schedule, at.astimezone(zone))


def next_opening(schedule: Schedule, zone: ZoneInfo, at: datetime) -> datetime | None:
    """The first instant at or after `at` (aware) that is open, in the zone; None: none within 400 days."""
    if not any(schedule.weekly.values()):
        return None
    now, last = at.astimezone(UTC), at.astimezone(UTC) + SEARCHED
    while now <= last:
        offset, until = _steady(zone, now)
        wall = _next_open_wall(schedule, _naive(now + offset), _naive(until + offset))
        if wall:
            opens = (wall - offset).replace(tzinfo=UTC)
            return opens.astimezone(zone) if opens <= last else None
        now = until
    return None


@lru_cache(maxsize=4096)
def holiday_date(when: str, year: int) -> date | None:
    """The rule's day in that year; None: it has none. The first, should an offset carry two into one year."""
    return next(iter(_dates(when, year)), None)


def holidays_between(schedule: Schedule, first: date, last: date) -> list[tuple[date, Holiday]]:
    """The holidays that begin on the days from `first` to `last`, both counted, in order."""
    rules = _rules(schedule)
    return [
        (day, schedule.holidays[n])
        for year in range(first.year, last.year + 1)
        for day, numbers in sorted(_calendar(rules, year).items())
        if first <= day <= last
        for n in numbers
    ]


# --- one wall time ------------------------------------------------------------------------------------------


def _on_the_wall(schedule: Schedule, wall: datetime) -> Status:
    today, minute = wall.date(), wall.hour * 60 + wall.minute
    holiday, eve_is_over = _holiday(schedule, today, minute)
    if holiday:
        part = f" {_shown(holiday.closed)}" if holiday.closed else ""
        return Status(Opening.HOLIDAY, f"{schedule.name}: holiday, {holiday.name}{part}", holiday)
    weekday = today.weekday()
    hours = schedule.weekly.get(WEEKDAYS[weekday], ())
    for text in hours:
        if _span(text).holds(minute):
            return Status(Opening.OPEN, f"{schedule.name}: open, {_DAYS[weekday]} {_shown(text)}")
    if not eve_is_over:
        for text in schedule.weekly.get(WEEKDAYS[weekday - 1], ()):
            if _span(text).holds(minute + DAY):
                return Status(Opening.OPEN, f"{schedule.name}: open, {_DAYS[weekday - 1]} {_shown(text)}")
    return Status(Opening.CLOSED, f"{schedule.name}: closed, {_closed_because(weekday, hours)}")


def _holiday(schedule: Schedule, today: date, minute: int) -> tuple[Holiday | None, bool]:
    """The holiday that holds this minute; and whether one held yesterday's 24:00, so that no hours go on."""
    if not schedule.holidays:
        return None, False
    rules, eve = _rules(schedule), today - _ONE_DAY
    calendar = _calendar(rules, today.year)
    eves = (calendar if eve.year == today.year else _calendar(rules, eve.year)).get(eve, ())
    holding = [n for n in calendar.get(today, ()) if _closed(rules[n]).holds(minute)]
    holding += [n for n in eves if _closed(rules[n]).holds(minute + DAY)]
    eve_is_over = any(_closed(rules[n]).end >= DAY for n in eves)
    return schedule.holidays[min(holding)] if holding else None, eve_is_over


def _closed_because(weekday: int, hours: tuple[str, ...]) -> str:
    if not hours:
        return f"{_DAYS[weekday]} has no hours"
    return f"{_DAYS[weekday]} opens {' and '.join(_shown(text) for text in hours)}"


def _shown(hours: str) -> str:
    return hours.replace("-", "–")


@lru_cache(maxsize=4096)
def _span(hours: str) -> Span:
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
    return Span(start, end if end > start else end + DAY)


def _closed(rule: tuple[str, str | None]) -> Span:
    return _span(rule[1]) if rule[1] else WHOLE_DAY


# --- the next opening ---------------------------------------------------------------------------------------


def _steady(zone: ZoneInfo, now: datetime) -> tuple[timedelta, datetime]:
    """The zone's offset at `now`, and until when it surely holds: a day, or the zone change before that."""
    offset, until = _offset(zone, now), now + _ONE_DAY
    if _offset(zone, until) == offset:
        return offset, until
    same = now
    while until - same > timedelta(microseconds=1):
        middle = same + (until - same) // 2
        if _offset(zone, middle) == offset:
            same = middle
        else:
            until = middle
    return offset, until


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _next_open_wall(schedule: Schedule, start: datetime, end: datetime) -> datetime | None:
    """The first open wall time from `start` up to, not including, `end`."""
    walls = {start}
    day = start.date()
    while day <= end.date():
        midnight = datetime.combine(day, time())
        walls.update(midnight + timedelta(minutes=minute) for minute in _may_open(schedule, day))
        day += _ONE_DAY
    in_time = sorted(wall for wall in walls if start <= wall < end)
    return next((wall for wall in in_time if _on_the_wall(schedule, wall).opening is Opening.OPEN), None)


def _may_open(schedule: Schedule, day: date) -> Iterator[int]:
    """The minutes of the day at which a range begins or a holiday ends: a closed place opens at no other."""
    yield from (_span(text).start for text in schedule.weekly.get(WEEKDAYS[day.weekday()], ()))
    rules = _rules(schedule)
    for before in (0, 1):
        held = day - before * _ONE_DAY
        ends = (_closed(rules[n]).end for n in _calendar(rules, held.year).get(held, ()))
        yield from (end - before * DAY for end in ends if 0 <= end - before * DAY < DAY)


# --- the days of holidays -----------------------------------------------------------------------------------


def _rules(schedule: Schedule) -> Rules:
    return tuple([(holiday.when, holiday.closed) for holiday in schedule.holidays])


@lru_cache(maxsize=512)
def _calendar(rules: Rules, year: int) -> dict[date, tuple[int, ...]]:
    """The year's holidays, as positions in the schedule, by the day on which each begins."""
    days: dict[date, tuple[int, ...]] = {}
    for n, (when, _) in enumerate(rules):
        for day in _dates(when, year):
            days[day] = (*days.get(day, ()), n)
    return days


def _dates(when: str, year: int) -> list[date]:
    """The rule's days in that year; the offset may carry one in from a year nearby."""
    rule = HOLIDAY_WHEN.fullmatch(when)
    if not rule:
        return []
    offset = timedelta(days=int(f"{rule['sign'] or '+'}{rule['days'] or 0}"))
    reach = _REACH if offset else 0
    days = []
    for anchor_year in range(max(year - reach, MINYEAR), min(year + reach, MAXYEAR) + 1):
        try:
            day = _anchor(rule.groupdict(), anchor_year) + offset
        except (ValueError, OverflowError):  # 29 February, a 5th Monday, the end of the calendar
            continue
        if day.year == year:
            days.append(day)
    return days


def _anchor(rule: dict[str, str | None], year: int) -> date:
    """The day that the rule names in that year, offset aside. Raises ValueError when there is none."""
    if fixed := rule["date"]:
        if not fixed.startswith(f"{year:04}"):
            raise ValueError(f"{fixed} is in another year")
        return date.fromisoformat(fixed)
    if yearly := rule["yearly"]:
        return date(year, int(yearly[:2]), int(yearly[3:]))
    if rule["easter"]:
        return _easter(year)
    return _nth_weekday(str(rule["ordinal"]), str(rule["weekday"]), str(rule["month"]), year)


def _nth_weekday(ordinal: str, weekday: str, month: str, year: int) -> date:
    number, month_number = _DAYS.index(weekday.capitalize()), _MONTHS.index(month) + 1
    first = 1 + (number - date(year, month_number, 1).weekday()) % 7
    if ordinal != "last":
        return date(year, month_number, first + 7 * (int(ordinal[0]) - 1))
    try:
        return date(year, month_number, first + 28)
    except ValueError:
        return date(year, month_number, first + 21)


def _easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian computus; Meeus, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    leaps, left = divmod(century, 4)
    moon = (19 * (year % 19) + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * left + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


# --- times to choose from ---------------------------------------------------------------------------------------

_MINUTE: Final = timedelta(minutes=1)
_SHORTEST: Final = timedelta(minutes=30)
_AHEAD: Final = timedelta(days=14)


def closes(schedule: Schedule, zone: ZoneInfo, at: datetime, latest: datetime) -> datetime:
    """The first minute from `at` on at which it is not open; `latest`, where it is open as long as that."""
    while at < latest and status(schedule, zone, at).opening is Opening.OPEN:
        at += _MINUTE
    return min(at, latest)


def windows(
    schedule: Schedule, zone: ZoneInfo, at: datetime, length: timedelta, count: int
) -> list[tuple[datetime, datetime]]:
    """The next `count` spans of opening time from `at` (aware) on, in the schedule's clocks, none in the past.

    They begin at the next full hour or at an opening, one behind the other, and end with the opening at the latest.
    """
    found: list[tuple[datetime, datetime]] = []
    begin = -(-at.timestamp() // 3600) * 3600
    start = datetime.fromtimestamp(begin, UTC)
    last = at.astimezone(UTC) + _AHEAD
    while len(found) < count and start < last:
        if status(schedule, zone, start).opening is not Opening.OPEN:
            opens = next_opening(schedule, zone, start)
            if opens is None:
                break
            start = opens.astimezone(UTC)
            continue
        end = closes(schedule, zone, start, start + length)
        if end - start >= _SHORTEST:
            found.append((start.astimezone(zone), end.astimezone(zone)))
        start = end
    return found
