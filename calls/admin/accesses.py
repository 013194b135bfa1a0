"""The list of who heard, saw, took away or erased what is kept of callers; and the page of all that is kept of one."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from calls.admin.caller import ERASE, caller_page
from calls.admin.looking import LogAdmin, shown
from calls.models import Access


class DayFilter(admin.DateFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("day")


@admin.register(Access)
class AccessAdmin(LogAdmin):
    list_display = ("when", "who", "what_was_done", "call", "detail")
    list_display_links = None
    list_filter = ("what", ("at", DayFilter), ("user", admin.RelatedOnlyFieldListFilter))
    search_fields = ("who",)
    search_help_text = _("A user’s name, or the whole id of a call.")
    change_list_template = "admin/calls/caller_accesses.html"
    fields = ("when", "who", "what_was_done", "call", "detail")
    readonly_fields = ("when", "what_was_done", "call")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may erase callers answers for that."""
        return super().has_view_permission(request, obj) or request.user.has_perm(ERASE)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(caller_page)
        return [path("caller/", page, name="calls_access_caller"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = {"title": _("Who looked at what"), "may_erase": request.user.has_perm(ERASE)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(who=term) | queryset.filter(call_uuid=term), False

    @admin.display(description=_("when (UTC)"))
    def when(self, row: Access) -> str:
        return shown(row.at)

    @admin.display(description=_("what"))
    def what_was_done(self, row: Access) -> str:
        return row.get_what_display()

    @admin.display(description=_("call"))
    def call(self, row: Access) -> str:
        if not row.call_uuid:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:calls_call_change", args=[row.call_uuid]), "…" + row.call_uuid[-8:]
        )
