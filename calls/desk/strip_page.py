"""The strips of a line's schedules, drawn: a row for each day, its hours in words and as a bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from menus.dialogue import Switch
from menus.flow import Flow, Opening, Prompt, Schedule, SwitchKind
from menus.models import Line
from menus.models import Switch as SwitchRow
from menus.strip import Day, Stretch, Thrown, seconds_between, status, strip

DAYS: Final = 14
_DAY: Final = 86_400


class Bar(NamedTuple):
    """In seconds of its day, as text: no language puts signs of its own into it."""

    x: str
    width: str
    looks: str


class Row(NamedTuple):
    name: str
    is_today: bool
    width: str
    bars: list[Bar]
    marks: list[str]
    """6, 12 and 18 o'clock."""
    now: str
    asked: str
    hours: str
    notes: list[str]


class Strip(NamedTuple):
    name: str
    zone: str
    longest: str
    rows: list[Row]


def thrown(line: Line, since: datetime, until: datetime) -> list[tuple[SwitchRow, Thrown]]:
    """The line's switches that were or will be on in that time, the latest first."""
    rows = line.switches.filter(begins_at__lt=until, ends_at__gt=since).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=since)
    )
    found = rows.select_related("schedule", "line").order_by("-begins_at", "-pk")
    return [(row, read) for row in found if (read := _thrown(row))]


def _thrown(row: SwitchRow) -> Thrown | None:
    """None: it cannot be read, and does nothing in calls either."""
    ends = min(row.ends_at, row.ended_at or row.ends_at)
    key = row.schedule.key if row.schedule else ""
    try:
        switch = Switch(SwitchKind(row.kind), ends.timestamp(), key, Prompt.model_validate(row.words))
    except ValueError:
        return None
    return Thrown(row.begins_at, switch)


def strips(flow: Flow, switches: Sequence[Thrown], now: datetime, asked: datetime) -> list[Strip]:
    """From the day of `asked` on; `now` and `asked` are marked."""
    return [_strip(flow, key, schedule, switches, now, asked) for key, schedule in flow.schedules.items()]


def hours_then(flow: Flow, switches: Sequence[Thrown], asked: datetime) -> list[str]:
    """Of each schedule: whether it is open at that time, and why."""
    found = ((one, status(key, one, flow.zone(one), asked, switches)) for key, one in flow.schedules.items())
    return [f"{one.name}: {then.why}" if then.switched else then.why for one, then in found]


def _strip(
    flow: Flow, key: str, schedule: Schedule, switches: Sequence[Thrown], now: datetime, asked: datetime
) -> Strip:
    zone = flow.zone(schedule)
    days = strip(key, schedule, zone, asked.astimezone(zone).date(), DAYS, switches)
    rows = [_row(day, key, switches, now, asked) for day in days]
    return Strip(schedule.name, zone.key, str(max(_DAY, *(day.seconds for day in days))), rows)


def _row(day: Day, key: str, switches: Iterable[Thrown], now: datetime, asked: datetime) -> Row:
    return Row(
        name=date_format(day.day, "D j M"),
        is_today=day.begins <= now < day.ends,
        width=str(day.seconds),
        bars=[_bar(day, one) for one in day.stretches],
        marks=[_mark(day, hour) for hour in (6, 12, 18)],
        now=_x(day, now),
        asked=_x(day, asked),
        hours=_hours(day),
        notes=[*_lengths(day), *day.holidays, *_switched(day)],
    )


def _bar(day: Day, one: Stretch) -> Bar:
    looks = f"{one.opening}{' switched' if one.switched else ''}"
    return Bar(str(seconds_between(day.begins, one.begins)), str(seconds_between(one.begins, one.ends)), looks)


def _mark(day: Day, hour: int) -> str:
    return str(seconds_between(day.begins, datetime.combine(day.day, time(hour), day.begins.tzinfo)))


def _x(day: Day, at: datetime) -> str:
    """Empty: not on this day."""
    return str(seconds_between(day.begins, at)) if day.begins <= at < day.ends else ""


# --- in words ---------------------------------------------------------------------------------------------------


def _hours(day: Day) -> str:
    """`09:00–12:00, 13:00–17:00`"""
    spans: list[list[datetime]] = []
    for one in day.stretches:
        if one.opening is Opening.OPEN:
            if spans and spans[-1][1] == one.begins:
                spans[-1][1] = one.ends
            else:
                spans.append([one.begins, one.ends])
    if spans == [[day.begins, day.ends]]:
        return _("open all day")
    shown = [f"{begins:%H:%M}–{'24:00' if ends == day.ends else f'{ends:%H:%M}'}" for begins, ends in spans]
    return ", ".join(shown) or _("closed all day")


def _lengths(day: Day) -> list[str]:
    off = timedelta(seconds=day.seconds - _DAY)
    if not off:
        return []
    moved = _("put back") if off > timedelta() else _("put forward")
    return [_("the clocks are %(moved)s: %(hours)g hours") % {"moved": moved, "hours": day.seconds / 3600}]


def _switched(day: Day) -> list[str]:
    return list(dict.fromkeys(one.why for one in day.stretches if one.switched))
