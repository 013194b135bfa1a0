"""The list of calls: filters by the address, pages by the last call shown, and never more than a bounded look."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import access, sorts
from calls.admin.call_asked import NAMES, OLD_NAMES, STAYS, Asked
from calls.admin.looking import COUNTED, shown
from calls.masking import masked, sees_numbers, without_numbers
from calls.models import Call, CallOutcome, Visit
from calls.script import number
from menus.flow import Branch, Menu
from menus.models import Line, Version

ROWS: Final = 50
LOOKED: Final = 20_000
"""Calls that one page looks through for those that are wanted; a link leads further."""
PAGING: Final = ("older", "newer")
NEWEST: Final = ("-started_at", "-uuid")
OLDEST: Final = ("started_at", "uuid")


class Near(NamedTuple):
    """Where a page begins: after this call, in the direction that one goes."""

    at: datetime
    uuid: str = ""
    newer: bool = False


class Taken(NamedTuple):
    calls: list[Call]
    """The newest first."""
    more: bool
    edge: datetime | None
    """It was looked up to here and no further; None: to the end."""


def filtered(request: HttpRequest) -> tuple[QuerySet[Call], str]:
    """All calls as the address asks, in the order of the list; and that in words, in which no number stands whole, for
    they are kept in names of files and among the accesses. A bad value finds nothing."""
    asked = Asked(request.GET.dict(), sees_numbers(request.user))
    calls = Call.objects.select_related("line", "version").order_by(*NEWEST)
    if asked.faults:
        return calls.none(), " ".join(asked.faults)
    return _narrowed(asked, calls.filter(asked.within()), asked.begins, asked.ends), without_numbers(asked.words)


def take(asked: Asked, near: Near | None, most: int = ROWS) -> Taken:
    calls = Call.objects.filter(asked.within()).filter(_after(near))
    newer = near is not None and near.newer
    edge = _edge(asked, calls, near) if asked.found is None and (asked.rest or asked.destination) else None
    since, until = asked.begins, asked.ends
    if near:
        since, until = (near.at, until) if newer else (since, near.at)
    if edge:
        since, until = (since, edge) if newer else (edge, until)
        calls = calls.filter(started_at__lte=edge) if newer else calls.filter(started_at__gte=edge)
    order = OLDEST if newer else NEWEST
    calls = _narrowed(asked, calls, since, until).select_related("line").defer("details")
    rows = list(calls.order_by(*order)[: most + 1])
    found = rows[:most]
    return Taken(found[::-1] if newer else found, len(rows) > most, edge)


def _after(near: Near | None) -> Q:
    if near is None:
        return Q()
    if not near.uuid:
        return Q(started_at__gt=near.at) if near.newer else Q(started_at__lt=near.at)
    if near.newer:
        return Q(started_at__gte=near.at) & (Q(started_at__gt=near.at) | Q(uuid__gt=near.uuid))
    return Q(started_at__lte=near.at) & (Q(started_at__lt=near.at) | Q(uuid__lt=near.uuid))


def _edge(asked: Asked, calls: QuerySet[Call], near: Near | None) -> datetime | None:
    """Where LOOKED calls, or visits to the destination, have been passed: read from the index alone."""
    newer = near is not None and near.newer
    times: Any
    if asked.destination:
        name, times = "entered_at", _between(asked.visits(), "entered_at", asked.begins, asked.ends)
        if near:
            times = times.filter(entered_at__gt=near.at) if newer else times.filter(entered_at__lt=near.at)
    else:
        name, times = "started_at", calls
    found = list(times.order_by(name if newer else f"-{name}").values_list(name, flat=True)[LOOKED : LOOKED + 1])
    return found[0] if found else None


def _between(rows: Any, name: str, since: datetime | None, until: datetime | None) -> Any:
    rows = rows.filter(**{f"{name}__gte": since}) if since else rows
    return rows.filter(**{f"{name}__lt": until}) if until else rows


def _narrowed(asked: Asked, calls: QuerySet[Call], since: datetime | None, until: datetime | None) -> QuerySet[Call]:
    """`since`, `until`: within which the calls rang."""
    calls = calls.filter(asked.days()).filter(asked.rest)
    if asked.found is not None:
        calls = calls.filter(asked.found)
    if asked.destination:
        visits = _between(asked.visits(), "entered_at", since, until + STAYS if until else None)
        calls = calls.filter(pk__in=visits.filter(asked.done_there).values("call_id"))
    return calls


# --- the page ---------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    url: str
    when: str
    caller: str
    line: str
    dialled: str
    outcome: str
    outcome_told: str
    last: str
    seconds: str
    marks: list[str]


class Listed(NamedTuple):
    result_list: list[Call]
    rows: list[Row]
    counted: str
    older: str
    newer: str
    newest: str
    further: str
    looked: str


def near_of(given: dict[str, str], faults: list[str]) -> Near | None:
    for name in PAGING:
        if text := given.get(name, ""):
            at, _apart, uuid = text.partition("~")
            try:
                moment = datetime.fromisoformat(at)
                if moment.tzinfo is None or not 1971 <= moment.year < 3000:
                    raise ValueError
            except ValueError:
                faults.append(_("This page of the list cannot be found; begin with the newest calls."))
                return None
            return Near(moment, uuid[:64], name == "newer")
    return None


def list_context(request: HttpRequest) -> dict[str, Any]:
    given = request.GET.dict()
    asked = Asked(given, sees_numbers(request.user))
    faults = asked.faults
    for name in sorted({*given} - {*NAMES, *OLD_NAMES, *PAGING, "e"}):
        faults.append(_("“%(name)s” is no filter of this list.") % {"name": name[:40]})
    near = near_of(given, faults)
    listed = _listed(asked, near) if not faults else Listed([], [], "", "", "", "", "", "")
    if asked.sees_numbers:
        access.note_list(request.user, (call.caller for call in listed.result_list))
    return {
        "cl": listed,
        "faults": faults,
        "asked": asked,
        "told": asked.words if not faults else "",
        "choices": _choices(asked),
        "sees_numbers": asked.sees_numbers,
        "more_asked": bool({*asked.given} - {"line", "from", "to", "outcome", "q", "number", "same"}),
        "exports": _exports(request, asked),
        "is_all": not asked.given and not near,
    }


def _exports(request: HttpRequest, asked: Asked) -> list[tuple[str, str]]:
    """Links to what calls/exports/ gives away."""
    if not request.user.has_perm("calls.export_call"):
        return []
    try:
        url = reverse("admin:calls_call_export")
    except NoReverseMatch:
        return []
    kinds = {"csv": "CSV", "xlsx": "Excel"}
    what = {"calls": _("Calls, %(kind)s"), "steps": _("Their steps, %(kind)s")}
    return [
        (words % {"kind": kind}, f"{url}?{urlencode(asked.given | {'what': rows, 'format': name})}")
        for rows, words in what.items()
        for name, kind in kinds.items()
    ]


def _listed(asked: Asked, near: Near | None) -> Listed:
    taken = take(asked, near)
    calls, newer = taken.calls, near is not None and near.newer
    older_at = Near(calls[-1].started_at, calls[-1].uuid) if calls else None
    newer_at = Near(calls[0].started_at, calls[0].uuid, newer=True) if calls else None
    further = Near(taken.edge, newer=newer) if taken.edge and not taken.more else None
    return Listed(
        result_list=calls,
        rows=_rows(asked, calls),
        counted="" if near else _counted(asked, taken),
        older=_link(asked, older_at) if older_at and (taken.more or newer) else "",
        newer=_link(asked, newer_at) if newer_at and near and (taken.more or not newer) else "",
        newest=_link(asked) if near else "",
        further=_link(asked, further) if further else "",
        looked=_at(taken.edge, asked) if taken.edge and further else "",
    )


def _at(at: datetime, asked: Asked) -> str:
    return shown(at, asked.line.timezone if asked.line else "UTC")


def _link(asked: Asked, near: Near | None = None) -> str:
    where = {} if near is None else {"newer" if near.newer else "older": f"{near.at.isoformat()}~{near.uuid}"}
    return f"?{urlencode(asked.given | where)}"


def _counted(asked: Asked, taken: Taken) -> str:
    """Counts no further than COUNTED."""
    n = len(taken.calls)
    if taken.more:
        calls = Call.objects.filter(asked.within())
        calls = calls.filter(started_at__gte=taken.edge) if taken.edge else calls
        n = _narrowed(asked, calls, taken.edge or asked.begins, asked.ends).order_by()[: COUNTED + 1].count()
    if n > COUNTED:
        return _("more than %(n)s calls") % {"n": f"{COUNTED:,}"}
    told = ngettext("%(n)s call", "%(n)s calls", n) % {"n": f"{n:,}"}
    if taken.edge:
        return _("%(calls)s since %(when)s, where it was looked through so far") % {
            "calls": told,
            "when": _at(taken.edge, asked),
        }
    return told


def _rows(asked: Asked, calls: list[Call]) -> list[Row]:
    labels = {
        (uuid, key): label
        for uuid, key, label in Visit.objects.filter(call__in=[call.pk for call in calls])
        .order_by()
        .values_list("call_id", "destination", "label")
    }
    return [_row(asked, call, labels.get((call.pk, call.last_destination), "")) for call in calls]


def _row(asked: Asked, call: Call, label: str) -> Row:
    address = reverse("admin:calls_call_change", args=[call.pk])
    marks = [_("short call")] if call.is_short else []
    return Row(
        f"{address}?{urlencode(asked.given)}" if asked.given else address,
        shown(call.started_at, call.time_zone),
        who(call, asked.sees_numbers),
        str(call.line or _("none")),
        number(call.dialled),
        call.outcome,
        call.get_outcome_display().capitalize(),
        label or call.last_destination or "–",
        "–" if call.duration_seconds is None else str(call.duration_seconds),
        [*marks, _("rang again")] if call.is_recontact else marks,
    )


def who(call: Call, whole: bool) -> str:
    if not call.caller and call.caller_key:
        return _("number no longer kept")
    return number(call.caller) if whole else masked(call.caller) or number("")


def _choices(asked: Asked) -> dict[str, Any]:
    """What the form offers; of a line, in the words of its newest version."""
    flow, line = asked.flow, asked.line
    places = [(key, here.label or key) for key, here in flow.destinations.items()] if flow else []
    here = flow.destinations.get(asked.destination) if flow else None
    options: list[tuple[str, str]] = []
    if isinstance(here, Menu):
        options = [(option.key, option.label or option.key) for option in here.options]
    elif isinstance(here, Branch):
        options = [(rule.key, rule.label or rule.key) for rule in here.rules]
    versions = Version.objects.defer("flow").filter(line=line).order_by("-number")[:50] if line else []
    return {
        "line": [(str(one.pk), one.name) for one in Line.objects.order_by("name")],
        "outcome": [(value, str(label).capitalize()) for value, label in CallOutcome.choices],
        "destination": _with(sorted(places, key=lambda place: place[1].lower()), asked.destination),
        "option": _with(options, asked.option),
        "how": _with([(key, str(sort.words)) for key, sort in sorts.VISITS.items()], asked.how),
        "only": _with([(key, str(sort.words)) for key, sort in sorts.CALLS.items()], asked.only),
        "fate": _with([(key, str(words)) for key, words in sorts.CAME_TO.items()], asked.fate),
        "hour": [(str(hour), f"{hour:02}:00") for hour in range(24)],
        "weekday": [(str(day), str(name)) for day, name in WEEKDAYS.items()],
        "version": _with([(str(one.pk), _version_told(one)) for one in versions], asked.text("version")),
        "language": _with([(one.key, one.name) for one in flow.languages] if flow else [], asked.language),
    }


def _version_told(version: Version) -> str:
    day = date_format(timezone.localtime(version.published_at), "j M Y")
    return _("%(version)s, %(day)s") % {"version": version, "day": day}


def _with(choices: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """Also what the newest version does not know any more."""
    return choices if not chosen or chosen in dict(choices) else [*choices, (chosen, chosen)]
