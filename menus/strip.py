"""A fortnight of a schedule, day by day as the clocks on its wall show it: when it is open or not, and why. Pure.

What `hours.status` and the switches say of every instant, joined to stretches; days have 23 or 25 hours where the
clocks are changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from menus import hours
from menus.dialogue import Switch
from menus.flow import Opening, Schedule, SwitchKind

_ONE_DAY: Final = timedelta(days=1)
_QUARTER: Final = timedelta(minutes=15)
"""Zones change their clocks on a quarter of an hour."""


class Thrown(NamedTuple):
    """A switch, and when it was thrown."""

    begins: datetime
    switch: Switch

    def holds(self, at: datetime) -> bool:
        return self.begins.timestamp() <= at.timestamp() < self.switch.ends

    @property
    def ends(self) -> datetime:
        return datetime.fromtimestamp(self.switch.ends, UTC)


class Stretch(NamedTuple):
    """From `begins` up to, not including, `ends` (both aware, in the schedule's zone) nothing changes."""

    begins: datetime
    ends: datetime
    opening: Opening
    why: str
    holiday: str = ""
    switched: bool = False


class Day(NamedTuple):
    day: date
    begins: datetime
    ends: datetime
    stretches: tuple[Stretch, ...]

    @property
    def seconds(self) -> int:
        return seconds_between(self.begins, self.ends)

    @property
    def holidays(self) -> tuple[str, ...]:
        """Those that keep it closed for a part of the day, each once."""
        return tuple(dict.fromkeys(one.holiday for one in self.stretches if one.holiday))


def seconds_between(first: datetime, last: datetime) -> int:
    """As they pass; clocks that are changed in between do not count."""
    return int(last.timestamp() - first.timestamp())


def strip(
    key: str, schedule: Schedule, zone: ZoneInfo, first: date, count: int, switches: Sequence[Thrown] = ()
) -> list[Day]:
    """`count` days from `first` on. `key`: the schedule's; `switches`: all that were thrown, the latest first."""
    return [_day(key, schedule, zone, first + n * _ONE_DAY, switches) for n in range(count)]


def status(key: str, schedule: Schedule, zone: ZoneInfo, at: datetime, switches: Sequence[Thrown]) -> Stretch:
    """What holds at the instant `at`: a stretch of no length. A switch has the last word, as in a call."""
    local = at.astimezone(zone)
    for thrown in switches:
        if _decides(thrown.switch, key) and thrown.holds(at):
            forced = Opening.OPEN if thrown.switch.kind is SwitchKind.OPEN else Opening.CLOSED
            until = thrown.ends.astimezone(zone)
            why = f"switched to {thrown.switch.kind} until {until:%d %B, %H:%M}"
            return Stretch(local, local, forced, why, switched=True)
    found = hours.status(schedule, zone, at)
    return Stretch(local, local, found.opening, found.why, found.holiday.name if found.holiday else "")


def _decides(switch: Switch, key: str) -> bool:
    return switch.kind in (SwitchKind.OPEN, SwitchKind.CLOSED) and switch.schedule in ("", key)


def _day(key: str, schedule: Schedule, zone: ZoneInfo, day: date, switches: Sequence[Thrown]) -> Day:
    begins, ends = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + _ONE_DAY))
    changes = sorted({begins, *(at for at in _changes(schedule, zone, day, switches) if begins < at < ends)})
    stretches: list[Stretch] = []
    for at, until in zip(changes, [*changes[1:], ends], strict=True):
        now = status(key, schedule, zone, at, switches)._replace(ends=until.astimezone(zone))
        if stretches and stretches[-1][2:] == now[2:]:
            stretches[-1] = stretches[-1]._replace(ends=now.ends)
        elif at < until:
            stretches.append(now)
    return Day(day, begins.astimezone(zone), ends.astimezone(zone), tuple(stretches))


def _changes(schedule: Schedule, zone: ZoneInfo, day: date, switches: Sequence[Thrown]) -> Iterator[datetime]:
    """Every instant of the day at which anything may change, and more."""
    for clock in _clocks(schedule):
        for fold in (0, 1):
            yield datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC)
    for thrown in switches:
        yield from (thrown.begins.astimezone(UTC), thrown.ends)
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    offsets = [(midnight + n * _QUARTER).astimezone(zone).utcoffset() for n in range(27 * 4)]
    for n, (before, after) in enumerate(itertools.pairwise(offsets), 1):
        if before != after:
            yield midnight + n * _QUARTER


def _clocks(schedule: Schedule) -> set[time]:
    """The times on the wall at which hours or holidays begin or end, on whatever day."""
    texts = [text for day in schedule.weekly.values() for text in day]
    texts += [holiday.closed for holiday in schedule.holidays if holiday.closed]
    ends = {clock for text in texts for clock in text.split("-")}
    return {time(int(clock[:2]) % 24, int(clock[3:])) for clock in ends}
