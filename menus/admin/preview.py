"""What callers hear of a page's destination, as it is being typed: read like a draft, and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from menus import hours, switches
from menus.draft import DraftFault, read_draft
from menus.flow import Flow
from menus.models import Destination, Line, Schedule
from menus.models.keys import new_key
from menus.outlook import is_now, what_happens
from menus.spoken import Spoken, spoken

Part = Destination | Schedule

NEW: Final = "now-being-typed"
"""Key of what has none yet."""
SHOWN_FAULTS: Final = 4


class Preview(NamedTuple):
    languages: list[Spoken] = []
    outlook: dict[str, str] = {}
    """A sentence by topic."""
    holidays: list[tuple[date, str]] = []
    """The next ones of a schedule."""
    unread: list[str] = []
    """What cannot be read yet, in words for staff."""
    readable: bool = True


class Typed(NamedTuple):
    row: Part
    unread: list[str]


def saved_preview(line: Line, row: Part | None, of: type[Part]) -> Preview:
    """Of what is stored; of a page that adds, with everything as the form proposes it."""
    return _of(line, _placed(of(line=line), line) if row is None else row, [])


def preview_answer(page: admin.ModelAdmin[Any], request: HttpRequest, obj: Any, line: Line | None) -> HttpResponse:
    """The page's own form, posted while it is typed in: the panel anew and the sentences, as JSON."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if line is None:
        raise Http404
    if not (page.has_change_permission(request, obj) if obj else page.has_add_permission(request)):
        raise PermissionDenied
    row, unread = as_typed(page, request, obj)
    shown = _of(line, _placed(row, line), unread)
    panel = render_to_string("admin/menus/preview_words.html", {"preview": shown}, request) if shown.readable else None
    return JsonResponse({"panel": panel, "outlook": shown.outlook, "unread": shown.unread})


def _of(line: Line, row: Part, unread: list[str]) -> Preview:
    now, on = timezone.now(), switches.on(line.pk)
    try:
        flow = read_draft(line, row)
    except DraftFault as fault:
        found = [f"{one.field}: {one.fault}" if one.field else one.fault for one in fault.faults]
        return Preview(unread=(unread or found)[:SHOWN_FAULTS], readable=False)
    if isinstance(row, Schedule):
        words = {"clock": is_now(flow, row.key, now, on)}
        return Preview([], words, _next_holidays(flow, row.key, now), unread[:SHOWN_FAULTS])
    sentences = {str(topic): words for topic, words in what_happens(flow, row.key, now, on).items()}
    return Preview(spoken(flow, row.key, now, on), sentences, [], unread[:SHOWN_FAULTS])


def _next_holidays(flow: Flow, key: str, now: datetime) -> list[tuple[date, str]]:
    schedule = flow.schedules[key]
    today = now.astimezone(flow.zone(schedule)).date()
    found = hours.holidays_between(schedule, today, today + timedelta(days=370))
    return [(day, holiday.name) for day, holiday in found[:5]]


# --- the rows as they are typed ---------------------------------------------------------------------------------


def as_typed(page: admin.ModelAdmin[Any], request: HttpRequest, obj: Any) -> Typed:
    """The row and its own rows with what can be read of the form; for the rest they hold what is stored."""
    form = page.get_form(request, obj, change=obj is not None)(request.POST, request.FILES, instance=obj)
    unread = list(_faults(form))
    row = form.instance
    formsets, _inlines = page._create_formsets(request, row, change=obj is not None)  # type: ignore[attr-defined]
    own: dict[str, list[Any]] = {}
    for formset in formsets:
        own[formset.fk.remote_field.get_accessor_name()] = list(_rows_of(formset, unread))
    row._prefetched_objects_cache = own
    return Typed(row, unread)


def _rows_of(formset: Any, unread: list[str]) -> Iterator[Any]:
    """In their order. A new row that cannot be read is left out."""
    formset.is_valid()
    unread.extend(formset.non_form_errors())
    kept = []
    for n, form in enumerate(formset.forms, 1):
        new = form.instance.pk is None
        if formset._should_delete_form(form) or (new and not form.has_changed()):
            continue
        faults = list(_faults(form, _("Row %(n)s, ") % {"n": n}))
        unread.extend(faults)
        if not (new and faults):
            kept.append(form.instance)
    taken = {row.key for row in kept if getattr(row, "key", "")}
    for row in kept:
        if getattr(row, "key", None) == "":
            row.key = new_key(row.label, taken, row._meta.model_name)
            taken.add(row.key)
    yield from sorted(kept, key=lambda row: getattr(row, "position", 0) or 0)


def _faults(form: BaseForm, where: str = "") -> Iterator[str]:
    for name, messages in form.errors.items():
        label = capfirst(str(form.fields[name].label or name)) + ": " if name in form.fields else ""
        yield where + label + str(messages[0])


def _placed(row: Any, line: Line) -> Part:
    """A new row stands last; 0 is no row's primary key."""
    if row.pk is None:
        row.pk = 0
        row.key = row.key or NEW
        if isinstance(row, Destination):
            row.kind = row.KIND or ""
    row.line = line
    placed: Part = row
    return placed
