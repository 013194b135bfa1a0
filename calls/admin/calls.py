"""The list of calls, and the page of one call: see call_list.py and call_page.py."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext

from calls import access
from calls.admin.call_list import filtered, list_context
from calls.admin.call_page import page_context
from calls.admin.looking import LogAdmin
from calls.exports.views import export_view
from calls.masking import masked
from calls.models import Access, Call


@admin.register(Call)
class CallAdmin(LogAdmin):
    def get_urls(self) -> list[URLPattern]:
        taken = path("export/", self.admin_site.admin_view(self.export), name="calls_call_export")
        return [taken, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        return export_view(request, *filtered(request))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = list_context(request)
        context |= self.admin_site.each_context(request) | {"opts": self.opts, "title": gettext("Calls")}
        status = 400 if context["faults"] else 200
        return TemplateResponse(request, "admin/calls/call_list.html", context, status=status)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """For the history of a call, whose title names it."""
        call = super().get_object(request, object_id, from_field)
        if call is not None and self.sees_numbers(request):
            access.note(Access.What.SAW_NUMBERS, request.user, call.pk)
        elif call is not None:
            call.caller = masked(call.caller)
        return call

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        call = Call.objects.select_related("line", "version").filter(pk=unquote(object_id)).first()
        if call is None:
            raise Http404("There is no call with this id.")
        context = self.admin_site.each_context(request) | {"opts": self.opts} | page_context(request, call)
        return TemplateResponse(request, "admin/calls/call.html", context)
