"""The calls going on now: of which line, at which place, for how long; and whether webhooks still come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from calls import access, spool
from calls.masking import masked, sees_numbers
from calls.models import Call, Event, Leg, Turn
from calls.report_pages.amounts import lasting
from calls.script import number
from ivrsite import database
from menus import live

MOST: Final = 200
"""Calls shown."""
REFRESH_SECONDS: Final = 5


class Going(NamedTuple):
    call: Call
    url: str
    caller: str
    place: str
    lasted: str
    language: str


class LineNow(NamedTuple):
    line: str
    calls: list[Going]

    @property
    def places(self) -> list[tuple[str, int]]:
        """Where most are comes first."""
        counts = Counter(one.place for one in self.calls)
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def live_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("calls.view_call"):
        raise PermissionDenied
    now = timezone.now()
    found = list(going(now)[: MOST + 1])
    shown = found[:MOST]
    if sees := sees_numbers(request.user):
        access.note_list(request.user, (call.caller for call in shown))
    context: dict[str, Any] = admin.site.each_context(request) | {
        "opts": Call._meta,
        "title": _("Calls going on now"),
        "lines": _by_line(shown, sees, now),
        "total": len(shown),
        "more": len(found) > MOST,
        "seconds": REFRESH_SECONDS,
        "still": "still" in request.GET,
        "news": _age(_newest(shown), now),
        "away": database.is_away(),
        "spooled": not spool.is_empty(),
        "at": now,
    }
    answer = TemplateResponse(request, "reports/live.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def going(now: datetime) -> QuerySet[Call]:
    """In one query: each call with its last turn, and whether somebody talks with the caller."""
    last = Turn.objects.filter(call=OuterRef("pk")).order_by("-n")
    by_talk = Q(call_uuid="", conversation=OuterRef("conversation")) & ~Q(conversation="")
    theirs = Q(call_uuid=OuterRef("pk")) | by_talk
    talking = Leg.objects.filter(theirs, answered_at__isnull=False, ended_at=None)
    return (
        Call.objects.filter(Call.going_on(now), started_at__lte=now + timedelta(minutes=1))
        .select_related("line")
        .defer("details")
        .annotate(
            waits_at=Subquery(last.values("waits_at")[:1]),
            last_at=Subquery(last.values("at")[:1]),
            speaks=Subquery(last.values("language")[:1]),
            talking=Exists(talking),
        )
        .order_by("started_at", "uuid")
    )


def _by_line(calls: Iterable[Any], sees: bool, now: datetime) -> list[LineNow]:
    lines: dict[str, list[Going]] = {}
    for call in calls:
        name = str(call.line) if call.line else _("no line")
        caller = number(call.caller) if sees else masked(call.caller) or number("")
        lasted = lasting(max(0, (now - call.started_at).total_seconds()))
        url = reverse("admin:calls_call_change", args=[call.pk])
        place, language = _place(call), call.speaks or call.language
        lines.setdefault(name, []).append(Going(call, url, caller, place, lasted, language))
    return [LineNow(name, lines[name]) for name in sorted(lines)]


def _place(call: Any) -> str:
    flow = live.flow_if_known(call.version_id)
    here = flow.destinations.get(call.waits_at or "") if flow else None
    label = (here.label if here else "") or call.waits_at
    if call.talking:
        return _("%(place)s, talking") % {"place": label} if label else _("talking")
    if label:
        return str(label)
    return _("at the end") if call.last_at else _("just rang")


def _newest(calls: Iterable[Any]) -> datetime | None:
    """Not every webhook is kept as an event: those that a call waits for are its turns."""
    event = Event.objects.order_by("-received_at").values_list("received_at", flat=True).first()
    call = Call.objects.order_by("-started_at").values_list("started_at", flat=True).first()
    return max((at for at in (event, call, *(one.last_at for one in calls)) if at), default=None)


def _age(newest: datetime | None, now: datetime) -> str:
    """Empty: none ever came."""
    if newest is None:
        return ""
    age = max(timedelta(0), now - newest)
    if age < timedelta(hours=1):
        return lasting(age.total_seconds())
    if age < timedelta(days=2):
        return _("%(hours)d hours") % {"hours": age // timedelta(hours=1)}
    return _("%(days)d days") % {"days": age.days}
