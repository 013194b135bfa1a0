"""How many callers a change concerns: calls of the last week, counted by stable keys; and the calls that are on now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls.models import Call, Visit
from menus.admin.impact import Group, Row
from menus.impact import Sort
from menus.models import Line

WEEK: Final = timedelta(days=7)


class OnNow(NamedTuple):
    version: str
    calls: int


def counted(groups: Sequence[Group], line: Line, now: datetime) -> list[Group]:
    """With how many callers came to each place and pressed each option that changes: two queries."""
    places = {group.place for group in groups if group.place}
    if not places:
        return list(groups)
    since = Visit.objects.filter(line=line, destination__in=places, entered_at__gt=now - WEEK)
    came = dict(since.values_list("destination").annotate(calls=Count("call", distinct=True)).order_by())
    chosen = since.exclude(option="").values_list("destination", "option")
    pressed = {(place, key): n for place, key, n in chosen.annotate(calls=Count("call", distinct=True)).order_by()}
    return [_with_counts(group, came.get(group.place, 0), pressed) for group in groups]


def _with_counts(group: Group, came: int, pressed: dict[tuple[str, str], int]) -> Group:
    first = group.rows[0].change
    if not group.place or (first.kind is Sort.NEW and not first.option):
        return group
    rows = [_row(row, pressed.get((group.place, row.change.option), 0)) for row in group.rows]
    return group._replace(rows=rows, callers=_came(came))


def _row(row: Row, pressed: int) -> Row:
    old = row.change.option and row.change.kind is not Sort.NEW
    return row._replace(callers=_pressed(pressed)) if old else row


def _pressed(calls: int) -> str:
    if not calls:
        return _("Nobody chose it in the last week.")
    words = ngettext("%(n)s caller chose it in the last week.", "%(n)s callers chose it in the last week.", calls)
    return words % {"n": f"{calls:,}"}


def _came(calls: int) -> str:
    if not calls:
        return _("nobody came here in the last week")
    words = ngettext("%(n)s caller came here in the last week", "%(n)s callers came here in the last week", calls)
    return words % {"n": f"{calls:,}"}


def on_now(line: Line, now: datetime) -> list[OnNow]:
    """The calls in progress, by the version that they began with and end on."""
    calls = Call.objects.filter(Call.going_on(now), line=line)
    found = calls.values_list("version__number").annotate(calls=Count("pk")).order_by("version__number")
    return [OnNow(_("version %(n)s") % {"n": number}, n) for number, n in found if number is not None]
