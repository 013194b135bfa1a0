"""Lists of a log that may hold millions of rows: read-only, and never counted to the end."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django_stubs_ext import StrOrPromise

from calls.masking import sees_numbers

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
    masked_search_help: StrOrPromise = ""
    """For those who see no whole numbers, and cannot search by them."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            changelist = super().get_changelist_instance(request)
        except (ValueError, OverflowError) as fault:  # met only when rows are counted: a day or a number too large
            raise IncorrectLookupParameters(fault) from fault
        if self.masked_search_help and not self.sees_numbers(request):
            changelist.search_help_text = str(self.masked_search_help)
        return changelist

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

    def sees_numbers(self, request: HttpRequest) -> bool:
        return sees_numbers(request.user)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A list narrowed in its address by what is masked would tell it, digit by digit."""
        if request is None or not self.sees_numbers(request):
            filters = [one[0] if isinstance(one, tuple) else one for one in self.list_filter]
            if lookup.partition("__")[0] not in filters:
                return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[arg-type]


def shown(at: datetime | None, zone: str = "UTC") -> str:
    return date_format(at.astimezone(ZoneInfo(zone)), "d M Y, H:i:s") if at else "–"
