"""Until when: the ends that staff choose for a switch, by the clocks of the line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext

from menus import hours
from menus.flow import Flow, Schedule

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
            gettext(
                "On %(day)s the clocks of %(zone)s are put forward and skip %(time)s; "
                "choose another time, for example %(after)s."
            )
            % {
                "day": date_format(wall, "d F Y"),
                "zone": zone.key,
                "time": f"{wall:%H:%M}",
                "after": f"{after:%H:%M}",
            }
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
    latest = at + _LONGEST
    closed = hours.closes(schedule, zone, at, latest)
    return hours.next_opening(schedule, zone, max(closed, now)) if closed < latest else None
