"""The hosts that look-ups may ask: number managers see and change them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from menus.admin.changes import ChangesInWords
from menus.models import AllowedHost


@admin.register(AllowedHost)
class AllowedHostAdmin(ChangesInWords, admin.ModelAdmin[AllowedHost]):
    list_display = ("host", "note")
    search_fields = ("host", "note")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": _("Allowed hosts")} | (extra_context or {}))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """SQLite cannot even look for a number of this length, and fails."""
        return super().get_object(request, object_id, from_field) if len(object_id) < 19 else None
