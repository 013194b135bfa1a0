"""Until when: the ends that staff choose for a switch, by the clocks of the line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from menus import hours
from menus.flow import Flow, Opening, Schedule

_MINUTE: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(days=8)
"""An opening that lasts longer never closes: a week has been looked at."""


class NoSuchTime(ValueError):
    """The clocks of the line skip this time. The message says so, and names the next that there is."""


class Moment(NamedTuple):
    """The instant that a time on the wall means."""

    at: datetime
    twice: bool
    """The clocks are put back, so the wall shows it twice; this is the second one."""


def read_wall(wall: datetime, zone: ZoneInfo) -> Moment:
    """The instant at which the clocks in `zone` show `wall` (naive). Raises NoSuchTime."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return Moment(first, twice=False)
    if second.astimezone(zone).replace(tzinfo=None) != wall:
        after = max(first, second).astimezone(zone)
        raise NoSuchTime(
            f"On {wall:%d %B %Y} the clocks of {zone.key} are put forward and skip {wall:%H:%M}; "
            f"choose another time, for example {after:%H:%M}."
        )
    return Moment(second, twice=True)


def midnight(zone: ZoneInfo, now: datetime) -> datetime:
    """When the present day ends in `zone`."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone).astimezone(UTC)


def next_opening(flow: Flow, schedules: Iterable[str], now: datetime) -> datetime | None:
    """When the first of these schedules opens anew: one that is open now has to close before."""
    found = [flow.schedules[key] for key in schedules if key in flow.schedules]
    openings = [opens for schedule in found if (opens := _opens_anew(schedule, flow.zone(schedule), now))]
    return min(openings, default=None)


def _opens_anew(schedule: Schedule, zone: ZoneInfo, now: datetime) -> datetime | None:
    at = now.astimezone(UTC).replace(second=0, microsecond=0)
    last = at + _LONGEST
    while hours.status(schedule, zone, at).opening is Opening.OPEN:
        at += _MINUTE
        if at > last:
            return None
    return hours.next_opening(schedule, zone, max(at, now))
