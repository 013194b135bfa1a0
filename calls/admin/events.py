"""The list of events: each webhook as it came."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from calls import access
from calls.admin.looking import LogAdmin, shown
from calls.models import Access, Event


@admin.register(Event)
class EventAdmin(LogAdmin):
    list_display = ("received", "kind", "status", "leg_uuid")
    list_display_links = ("received",)
    list_filter = ("kind", "received_at")
    search_fields = ("leg_uuid",)
    search_help_text = _("A whole id of a call, a leg or a conversation.")
    fields = ("kind", "status", "received", "at", "call_uuid", "leg_uuid", "conversation", "as_it_came")
    readonly_fields = ("received", "as_it_came", "kept_back")

    @admin.display(description=_("received (UTC)"))
    def received(self, event: Event) -> str:
        return shown(event.received_at)

    @admin.display(description=_("as it came"))
    def as_it_came(self, event: Event) -> SafeString:
        return format_html('<pre class="file" tabindex="0">{}</pre>', indented(event.payload))

    @admin.display(description=_("as it came"))
    def kept_back(self, event: Event) -> str:
        return gettext("Kept back: it holds the caller’s number, which is masked for you.")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if self.sees_numbers(request):
            return self.fields
        return [*(name for name in self.fields if name != "as_it_came"), "kept_back"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        event = super().get_object(request, object_id, from_field)
        if event is not None and self.sees_numbers(request):
            access.note(Access.What.SAW_NUMBERS, request.user, event.call_uuid or event.leg_uuid, gettext_noop("event"))
        return event

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("payload")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        return (queryset.filter(Q(leg_uuid=term) | Q(conversation=term)) if term else queryset), False


def indented(payload: str) -> str:
    try:
        return json.dumps(json.loads(payload), indent=2, ensure_ascii=False)
    except ValueError:
        return payload
