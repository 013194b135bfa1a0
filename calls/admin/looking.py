"""Lists of a log that may hold millions of rows: read-only, and never counted to the end."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

COUNTED: Final = 5000
"""Rows that a list leads to; older ones are found by searching or filtering."""


class NewestOnly(Paginator[Any]):
    """Counts no further than its pages go."""

    @cached_property
    def count(self) -> int:
        return cast(QuerySet[Any], self.object_list).order_by()[:COUNTED].count()


class LogAdmin(admin.ModelAdmin[Any]):
    paginator = NewestOnly
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.view_{self.opts.model_name}")


def shown(at: datetime | None, zone: str = "UTC") -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%d %b %Y, %H:%M:%S}" if at else "–"
