"""The list of calls, and the page of one call: its facts, its script, who was rung, what was left."""

from __future__ import annotations

import re
from typing import Any, Final

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calls import logged
from calls.admin.looking import LogAdmin, shown
from calls.masking import Mask, mask_of, masked
from calls.models import Call
from calls.script import number

EVENTS_SHOWN: Final = 200


@admin.register(Call)
class CallAdmin(LogAdmin):
    list_display = ("when", "shown_caller", "shown_dialled", "line", "shown_outcome", "lasted")
    list_display_links = ("when",)
    list_select_related = ("line",)
    list_filter = ("outcome", "line", "started_at")
    search_fields = ("caller",)
    search_help_text = _("A caller’s number or its beginning, like +1 202 555; or a whole call id.")
    masked_search_help = _("A whole call id. Numbers are masked for you, so calls cannot be found by them.")
    change_list_template = "admin/calls/call_list.html"

    @admin.display(description=_("when"))
    def when(self, call: Call) -> str:
        return shown(call.started_at, call.time_zone)

    @admin.display(description=_("caller"))
    def shown_caller(self, call: Call) -> str:
        return number(call.caller)

    @admin.display(description=_("caller"))
    def masked_caller(self, call: Call) -> str:
        return masked(call.caller) or number("")

    @admin.display(description=_("dialled"))
    def shown_dialled(self, call: Call) -> str:
        return number(call.dialled)

    @admin.display(description=_("outcome"))
    def shown_outcome(self, call: Call) -> SafeString:
        outcome = call.get_outcome_display().capitalize()
        return format_html('<span class="badge {}">{}</span>', call.outcome, outcome)

    @admin.display(description=_("seconds"))
    def lasted(self, call: Call) -> str:
        return "–" if call.duration_seconds is None else str(call.duration_seconds)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return super().get_queryset(request).defer("details", "region_url")

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        if self.sees_numbers(request):
            return columns
        return ["masked_caller" if name == "shown_caller" else name for name in columns]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        call = super().get_object(request, object_id, from_field)
        if call is not None and not self.sees_numbers(request):
            call.caller = masked(call.caller)
        return call

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Indexed ways only: the list may be long."""
        term = search_term.strip()
        wanted = meant(term) if self.sees_numbers(request) else Q(uuid=term)
        return (queryset.filter(wanted) if term else queryset), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        call = Call.objects.select_related("line", "version").filter(pk=unquote(object_id)).first()
        if call is None:
            raise Http404("There is no call with this id.")
        return self._page(request, call)

    def _page(self, request: HttpRequest, call: Call) -> HttpResponse:
        zone, mask = call.time_zone, Mask(())
        if not self.sees_numbers(request):
            mask, call.caller = mask_of(call), masked(call.caller)
        events = call.events().defer("payload")[:EVENTS_SHOWN]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "call": call,
            "title": gettext("Call from %(caller)s") % {"caller": number(call.caller)},
            "facts": facts(call),
            "script": story([mask.text(line) for line in logged.script_of(call)]),
            "legs": [(leg, mask.text(number(leg.dialled)), shown(leg.started_at, zone)) for leg in call.legs()],
            "recordings": [(row, shown(row.received_at, zone)) for row in call.recordings()],
            "events": [(event, shown(event.received_at, zone)) for event in events],
            "events_shown": EVENTS_SHOWN,
        }
        return TemplateResponse(request, "admin/calls/call.html", context)


def meant(term: str) -> Q:
    """A caller's number or its beginning, however it is written; else a whole id."""
    digits = re.sub(r"[\s()+./-]", "", term)
    if not digits.isascii() or not digits.isdigit():
        return Q(uuid=term) | Q(caller=term)
    return Q(uuid=term) | Q(caller__gte=digits, caller__lt=following(digits))


def following(digits: str) -> str:
    """The first text after all that begin with these digits: with it an index serves, which LIKE may not have."""
    kept = digits.rstrip("9")
    return f"{kept[:-1]}{int(kept[-1]) + 1}" if kept else "a"  # letters come after all digits


def story(lines: list[str]) -> list[tuple[str, str]]:
    """Time and words of each line of a call's script, without its head: the facts stand above."""
    told = lines[lines.index("") + 1 :] if "" in lines else lines
    return [("", line.strip()) if line.startswith(" ") else (line[:8], line[8:].strip()) for line in told if line]


def facts(call: Call) -> list[tuple[str, str]]:
    zone = call.time_zone
    found = {
        gettext("Caller"): number(call.caller),
        gettext("Dialled"): number(call.dialled),
        gettext("Line"): f"{call.line}, {call.version}"
        if call.line and call.version
        else str(call.line or gettext("none")),
        gettext("Rang"): f"{shown(call.started_at, zone)} ({zone})",
        gettext("Answered"): shown(call.answered_at, zone),
        gettext("Ended"): shown(call.ended_at, zone),
        gettext("Seconds"): "–" if call.duration_seconds is None else str(call.duration_seconds),
        gettext("Status"): " ".join(filter(None, [call.get_status_display(), call.status_detail])),
        gettext("Outcome"): call.get_outcome_display().capitalize(),
        gettext("Language"): call.language or "–",
        gettext("Price"): f"{call.price.normalize():f} EUR" if call.price is not None else "–",
        gettext("Network"): call.network or "–",
        gettext("Call id"): call.uuid,
        gettext("Conversation"): call.conversation or "–",
    }
    return list(found.items())
