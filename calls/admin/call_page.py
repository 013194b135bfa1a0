"""The page of one call: its facts, its script with seconds and reasons, who was rung, what was left, where it leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from calls import access, logged
from calls.admin.call_asked import Asked, of_key
from calls.admin.call_list import Near, take, who
from calls.admin.looking import shown
from calls.masking import Mask, mask_of, masked, sees_numbers
from calls.models import Access, Call, CallbackRequest, Recording, Visit
from calls.script import OUTCOMES, number
from menus.admin.maps import urls_of
from menus.admin.pages import may_see
from menus.models import Destination

EVENTS_SHOWN: Final = 200
OTHERS_SHOWN: Final = 10


class Told(NamedTuple):
    """One step, as the page shows it."""

    time: str
    since: str
    """Minutes and seconds since the ring."""
    what: str
    came: list[str]
    seconds: int | None


class Stop(NamedTuple):
    """One place in the call's way."""

    name: str
    url: str
    since: str
    seconds: int | None
    left: str
    wrong: bool


def page_context(request: HttpRequest, call: Call) -> dict[str, Any]:
    whole = sees_numbers(request.user)
    mask = Mask(()) if whole else mask_of(call)
    if whole:
        access.note(Access.What.SAW_NUMBERS, request.user, call.uuid)
    asked = Asked(request.GET.dict(), whole)
    events = call.events().defer("payload")[:EVENTS_SHOWN]
    zone, caller = call.time_zone, who(call, whole)
    return {
        "call": call,
        "title": _("Call from %(caller)s") % {"caller": caller},
        "caller": caller,
        "facts": facts(call, caller),
        "figures": figures(call),
        "links": _links(request, call),
        "steps": [_told(call, step, mask) for step in logged.steps_of(call)],
        "end": "" if call.ended_at else _("The call is still going on."),
        "stops": _stops(request, call, mask),
        "legs": [(leg, mask.text(number(leg.dialled)), shown(leg.started_at, zone)) for leg in call.legs()],
        "recordings": [(row, shown(row.received_at, zone), _message_url(row)) for row in call.recordings()],
        "callbacks": _callbacks(request, call, whole),
        "events": [(event, shown(event.received_at, zone)) for event in events],
        "events_shown": EVENTS_SHOWN,
        "others": _others(call),
        "same_url": f"{reverse('admin:calls_call_changelist')}?{urlencode({'same': call.uuid})}",
        "list_url": f"{reverse('admin:calls_call_changelist')}?{urlencode(asked.given)}",
        "list_told": asked.words if asked.given and not asked.faults else "",
    } | _beside(asked, call)


def _beside(asked: Asked, call: Call) -> dict[str, str]:
    """The next and the previous call of the list that one comes from."""
    if asked.faults:
        asked = Asked({}, asked.sees_numbers)
    found = {}
    for name, newer in (("next_url", True), ("previous_url", False)):
        calls = take(asked, Near(call.started_at, call.uuid, newer), 1).calls
        query = f"?{urlencode(asked.given)}" if asked.given else ""
        found[name] = reverse("admin:calls_call_change", args=[calls[0].pk]) + query if calls else ""
    return found


def _told(call: Call, step: logged.Step, mask: Mask) -> Told:
    time = shown(step.at, call.time_zone).rpartition(" ")[2]
    return Told(time, _since(call, step.at), mask.text(step.what), [mask.text(one) for one in step.came], step.seconds)


def _since(call: Call, at: datetime) -> str:
    seconds = max(0, round((at - call.started_at).total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02}"


def _stops(request: HttpRequest, call: Call, mask: Mask) -> list[Stop]:
    visits = list(Visit.objects.filter(call_id=call.uuid).order_by("n"))
    places = Destination.objects.filter(line=call.line_id, key__in={visit.destination for visit in visits})
    urls = urls_of(places) if may_see(request) else {}
    return [
        Stop(
            visit.label or visit.destination,
            urls.get(visit.destination, ""),
            _since(call, visit.entered_at),
            visit.seconds,
            mask.text(_left(visit)),
            visit.wrong_turn,
        )
        for visit in visits
    ]


def _left(visit: Visit) -> str:
    why = OUTCOMES.get(visit.outcome, visit.outcome)
    return ": ".join(filter(None, [why, visit.option_label or visit.option, visit.why]))


def _message_url(row: Recording) -> str:
    return reverse("admin:calls_recording_change", args=[row.pk]) if admin.site.is_registered(Recording) else ""


def _callbacks(request: HttpRequest, call: Call, whole: bool) -> list[tuple[str, str, str, str]]:
    may = request.user.has_perm("calls.view_callbackrequest") or request.user.has_perm("calls.change_callbackrequest")
    return [
        (
            (number if whole else masked)(row.number) if row.number else _("number no longer kept"),
            row.team or "–",
            str(row.get_state_display()),
            row.get_absolute_url() if may else "",
        )
        for row in CallbackRequest.objects.filter(call_uuid=call.uuid)
    ]


def _others(call: Call) -> list[tuple[str, str, str]]:
    """Of the same caller to the same line: also of one whose number is masked, or no longer kept."""
    if not call.caller_key or call.line_id is None:
        return []
    others = of_key(call.line_id, call.caller_key).exclude(pk=call.pk).order_by("-started_at")
    return [
        (
            reverse("admin:calls_call_change", args=[other.pk]),
            shown(other.started_at, other.time_zone),
            other.get_outcome_display(),
        )
        for other in others.only("pk", "started_at", "time_zone", "outcome")[:OTHERS_SHOWN]
    ]


def _links(request: HttpRequest, call: Call) -> list[tuple[str, str]]:
    if not call.line or not may_see(request):
        return []
    links = [(str(call.line), call.line.get_absolute_url())]
    if call.version:
        links.append((str(call.version), reverse("admin:menus_line_version", args=[call.line.pk, call.version.pk])))
    return links


def facts(call: Call, caller: str) -> list[tuple[str, str]]:
    zone = call.time_zone
    line = f"{call.line}, {call.version}" if call.line and call.version else str(call.line or _("none"))
    found = {
        _("Caller"): caller,
        _("Dialled"): number(call.dialled),
        _("Line"): line,
        _("Rang"): f"{shown(call.started_at, zone)} ({zone})",
        _("Answered"): shown(call.answered_at, zone),
        _("Ended"): shown(call.ended_at, zone),
        _("Status"): " ".join(filter(None, [call.get_status_display(), call.status_detail])),
        _("Language"): call.language or "–",
        _("Price of the caller’s leg"): f"{call.price.normalize():f} EUR" if call.price is not None else "–",
        _("Network"): call.network or "–",
        _("Call id"): call.uuid,
        _("Conversation"): call.conversation or "–",
    }
    return list(found.items())


def figures(call: Call) -> list[tuple[str, str]]:
    """What is counted of the call; docs/measures.md says what each means."""
    found = {
        _("Outcome"): call.get_outcome_display().capitalize(),
        _("Seconds"): _whole(call.duration_seconds),
        _("Seconds to a person"): _whole(call.person_seconds),
        _("Seconds to being served"): _whole(call.served_seconds),
        _("Short call"): _("yes") if call.is_short else _("no"),
        _("Rang in the 24 hours before"): _("yes") if call.is_recontact else _("no"),
        _("Cost with all legs"): f"{call.cost.normalize():f} EUR" if call.cost is not None else "–",
    }
    return list(found.items())


def _whole(seconds: int | None) -> str:
    return "–" if seconds is None else str(seconds)
