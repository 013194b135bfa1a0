"""The hosts that look-ups may ask: only superusers see and change them, whatever rights others were given."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from menus.models import AllowedHost


@admin.register(AllowedHost)
class AllowedHostAdmin(admin.ModelAdmin[AllowedHost]):
    list_display = ("host", "note")
    search_fields = ("host", "note")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": "Allowed hosts"} | (extra_context or {}))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """SQLite cannot even look for a number of this length, and fails."""
        return super().get_object(request, object_id, from_field) if len(object_id) < 19 else None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser
