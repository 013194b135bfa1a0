"""What the pages of tables and lists have in common: the whole, who asks it, and what is in it as a list of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from menus.admin.changes import ChangesInWords
from menus.admin.importing import ImportPages
from menus.admin.publishing import read_version
from menus.flow import Flow
from menus.models import Line

NAMED: Final = 20
"""Rows that a page names before it deletes them; of more it says how many."""


class WholeAdmin(ChangesInWords, ImportPages):
    """A table or a list. What is in it may be tens of thousands: no page of the whole reads that."""

    change_form_template = "admin/menus/whole_form.html"
    delete_confirmation_template = "admin/menus/whole_delete.html"
    search_fields = ("name", "key")
    actions = None
    save_on_top = False

    def users(self, whole: Any) -> list[SafeString]:
        """Who asks it, in words, with links."""
        raise NotImplementedError

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key",) if obj else ()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if whole := kwargs.get("obj"):
            context |= {
                "whole": whole,
                "count": self.entries._default_manager.filter(**{self.entries_name: whole}).count(),
                "entries_url": self.entries_url(whole),
                "may_see": self.may(request, "view"),
                "may_import": self.may_import(request, whole),
                "users": self.users(whole),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- deleting ---------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Without reading what is in it."""
        entries = self.entries._default_manager.filter(**{f"{self.entries_name}__in": objs}).count()
        kind, inside = self.opts.verbose_name_plural, self.entries._meta.verbose_name_plural
        lacking = {str(inside)} if entries and not self.may(request, "delete") else set()
        protected = [user for whole in objs for user in self.users(whole)]
        return [str(whole) for whole in objs], {kind: len(objs), inside: entries}, lacking, protected

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except models.RestrictedError:  # somebody made use of it since the page was looked at
            return HttpResponseRedirect(request.path)


class EntriesAdmin(admin.ModelAdmin[Any]):
    """What is in a table or a list: one comes here from there, and goes back."""

    whole_model: ClassVar[type[models.Model]]
    whole_name: ClassVar[str]
    change_list_template = "admin/menus/entries.html"
    change_form_template = "admin/menus/entry_form.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 100
    list_max_show_all = 100
    sortable_by = ()
    save_on_top = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    # --- the whole that the page is of ----------------------------------------------------------------------------

    def whole(self, request: HttpRequest) -> Any:
        """Asked for as `?table=3`, or that of the row; None: there is none such."""
        known = vars(request)
        if "whole_asked" not in known:
            pk = request.GET.get(self.whole_name, "")
            rows = self.whole_model._default_manager.filter(pk=pk) if pk.isdecimal() and len(pk) < 19 else None
            known["whole_asked"] = rows.first() if rows is not None else None
        return known["whole_asked"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, unquote(object_id), from_field) if len(object_id) < 19 else None
        if row is not None:
            vars(request)["whole_asked"] = getattr(row, self.whole_name)
        return row

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(self.whole_name)

    def list_url(self, request: HttpRequest) -> str:
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        whole = self.whole(request)
        return f"{url}?{self.whole_name}={whole.pk}" if whole else url

    def _about(self, request: HttpRequest) -> dict[str, Any]:
        whole = self.whole(request)
        name = f"admin:{self.opts.app_label}_{self.whole_model._meta.model_name}"
        return {
            "whole": whole,
            "whole_opts": self.whole_model._meta,
            "wholes_url": reverse(f"{name}_changelist"),
            "whole_url": reverse(f"{name}_change", args=[whole.pk]) if whole else "",
            "entries_url": self.list_url(request),
            "add_url": f"{reverse(f'admin:{self.opts.app_label}_{self.opts.model_name}_add')}?{self.whole_name}=",
            "may_import": self._whole_admin().may_import(request, whole),
        }

    def _whole_admin(self) -> ImportPages:
        found = self.admin_site._registry[self.whole_model]
        assert isinstance(found, ImportPages)
        return found

    # --- its pages ------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        whole = self.whole(request)
        if whole is None:
            return self._choose(request, adding=False)
        title = _("%(rows)s of “%(whole)s”") % {
            "rows": str(self.opts.verbose_name_plural).capitalize(),
            "whole": whole,
        }
        return super().changelist_view(request, {"title": title} | self._about(request) | (extra_context or {}))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if self.whole(request) is None:
            return self._choose(request, adding=True)
        return super().add_view(request, form_url, extra_context)

    def _choose(self, request: HttpRequest, adding: bool) -> HttpResponse:
        if not (self.has_add_permission(request) if adding else self.has_view_or_change_permission(request)):
            raise PermissionDenied
        inside, kind = self.opts.verbose_name_plural, self.whole_model._meta.verbose_name
        wholes = self.whole_model._default_manager.all()
        context = self.admin_site.each_context(request) | self._about(request) | {"opts": self.opts, "wholes": wholes}
        context |= {
            "title": _("%(rows)s: of which %(kind)s?") % {"rows": str(inside).capitalize(), "kind": kind},
            "choose_url": f"?{self.whole_name}=",
        }
        return TemplateResponse(request, "admin/menus/choose_whole.html", context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        return super().render_change_form(request, context | self._about(request), *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = self.form_of(getattr(obj, self.whole_name) if obj else self.whole(request))
        return super().get_form(request, obj, change, **kwargs)

    def form_of(self, whole: Any) -> Any:
        form: Any = self.form
        return type(form)("Form", (form,), {"whole": whole})

    # --- the way back ---------------------------------------------------------------------------------------------

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.list_url(request))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.list_url(request))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return self._another(request, response)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._another(request, super().response_change(request, obj))

    def _another(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{self._about(request)['add_url']}{self.whole(request).pk}")
        return response

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("One was deleted."))
        return HttpResponseRedirect(self.list_url(request))

    # --- deleting many --------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Nothing hangs on a row; of very many, the first."""
        count = objs.count() if isinstance(objs, models.QuerySet) else len(objs)
        named = [str(row) for row in objs[:NAMED]]
        more = [_("and %(value)s more") % {"value": f"{count - NAMED:,}"}] if count > NAMED else []
        lacking = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name_plural)}
        return [*named, *more], {self.opts.verbose_name_plural: count}, lacking, []

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """One entry for the whole, however many rows went."""
        for pk, count in queryset.order_by().values_list(self.whole_name).annotate(models.Count("pk")):
            whole = self.whole_model._default_manager.get(pk=pk)
            with translation.override(settings.LANGUAGE_CODE):
                words = f"Deleted {count:,} of its {self.opts.verbose_name_plural}."
            self._whole_admin().log_change(request, whole, words)


def in_drafts(rows: Any, words: str) -> list[SafeString]:
    """Destinations of drafts that ask it."""
    return [
        format_html('<a href="{}">{}: {} “{}”</a>', row.get_absolute_url(), row.line, words, row)
        for row in rows.select_related("line").distinct()
    ]


def in_promises(rows: Any) -> list[SafeString]:
    """Promises of drafts that except its callers."""
    return [
        format_html('<a href="{}">{}: {} “{}”</a>', row.line.get_absolute_url(), row.line, _("promise"), row)
        for row in rows.select_related("line", "reaches")
    ]


def in_live(asks: Any) -> list[SafeString]:
    """Lines whose callers need it now, whatever their drafts say."""
    lines: Sequence[tuple[Line, Flow | None]] = [
        (line, read_version(line.live) if line.live else None)
        for line in Line.objects.filter(live__isnull=False).select_related("live")
    ]
    return [
        format_html(
            '<a href="{}">{}</a>',
            reverse("admin:menus_line_version", args=[line.pk, line.live_id]),
            _("%(line)s: as callers hear it now") % {"line": line},
        )
        for line, flow in lines
        if flow and asks(flow)
    ]
