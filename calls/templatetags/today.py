"""What the start page says of calls: today's of each line, messages left, and whom to call back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.db.models import Count, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from calls.models import Call, CallbackRequest, Recording
from menus.models import Line

register = template.Library()

MESSAGE_DAYS: Final = 30
_DAY: Final = timedelta(hours=27)
"""A day of any line's began at most so long ago, whatever its clocks did."""


class Today(NamedTuple):
    offered: int = 0
    """Calls that came in on the line's own day."""
    in_progress: int = 0


class Work(NamedTuple):
    """What callers left; None: the user may not see it."""

    offered: int | None
    in_progress: int
    callbacks: int | None
    overdue: int
    messages: int | None
    messages_url: str
    """Empty: there is no page for them."""


@register.simple_tag
def todays_calls(user: Any, lines: Iterable[Line]) -> Mapping[int, Today] | None:
    """By the lines' primary keys, in one query; None: the user may not see calls."""
    return _today(list(lines), timezone.now()) if user.has_perm("calls.view_call") else None


@register.filter
def of_line(today: Mapping[int, Today] | None, line: Line) -> Today | None:
    return None if today is None else today.get(line.pk, Today())


@register.simple_tag
def callers_work(user: Any, today: Mapping[int, Today] | None) -> Work:
    now = timezone.now()
    sees = user.has_perm("calls.view_callbackrequest") or user.has_perm("calls.change_callbackrequest")
    callbacks, overdue = _callbacks(now) if sees else (None, 0)
    return Work(
        offered=None if today is None else sum(one.offered for one in today.values()),
        in_progress=sum(one.in_progress for one in (today or {}).values()),
        callbacks=callbacks,
        overdue=overdue,
        messages=_messages(now) if user.has_perm("calls.view_recording") else None,
        messages_url=_page("admin:calls_recording_changelist"),
    )


def _today(lines: list[Line], now: datetime) -> dict[int, Today]:
    days = {line.pk: now.astimezone(ZoneInfo(line.timezone)).date() for line in lines}
    if not days:
        return {}
    rows = (
        Call.objects.filter(line__in=list(days), started_at__gt=now - _DAY)
        .order_by()
        .values_list("line", "local_day")
        .annotate(offered=Count("pk"), running=Count("pk", filter=Call.going_on(now)))
    )
    found = dict.fromkeys(days, Today())
    for line, day, offered, in_progress in rows:
        so_far = found[line]
        found[line] = Today(
            so_far.offered + (offered if day == days[line] else 0),
            so_far.in_progress + in_progress,  # one that began before midnight too
        )
    return found


def _callbacks(now: datetime) -> tuple[int, int]:
    """Those to do, and of them those whose time is over."""
    counted = CallbackRequest.objects.exclude(state=CallbackRequest.State.DONE).aggregate(
        todo=Count("pk"), overdue=Count("pk", filter=Q(ends_at__lte=now))
    )
    return counted["todo"], counted["overdue"]


def _messages(now: datetime) -> int:
    """New ones; older ones are gone at Vonage, and here soon."""
    fresh = Recording.objects.filter(received_at__gt=now - timedelta(days=MESSAGE_DAYS))
    return fresh.filter(state=Recording.State.NEW).count()


def _page(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
