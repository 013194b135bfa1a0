"""What the pages of a line's parts have in common: the line they are of, their fields, and the way back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from menus.admin.changes import ChangesInWords
from menus.admin.forms import NumberFormField, OfLineField, OfLineForm, Parts, RowForm, Rows, remember
from menus.admin.in_place import new_kinds
from menus.admin.preview import preview_answer, saved_preview
from menus.admin.prompts import PromptFormField, PromptMapFormField, PromptWidget, said
from menus.admin.texts import ITEMS, ChecksField, ItemsFormField, PairsFormField, PhrasesFormField, show_phrases
from menus.admin.used_by import users
from menus.fields import ListField, NumberField, PhrasesField, PlainField, PromptField, PromptMapField, TextsField
from menus.models import Destination, Line, LookupTable, NumberList, Schedule
from menus.numbers import show_number

Field = Any
"""A name, a tuple of names, or a function: whatever Django takes in `fields`."""


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def bound_to(parts: Parts, form: Any) -> Any:
    """The form, of this line."""
    return type(form)("Form", (form,), {"parts": parts})


class StaffFields(BaseModelAdmin[Any]):
    """Our own model fields as forms, and in words for those who may only look."""

    formfield_overrides = {
        PromptField: {"form_class": PromptFormField},
        PromptMapField: {"form_class": PromptMapFormField},
        PhrasesField: {"form_class": PhrasesFormField},
        TextsField: {"form_class": PairsFormField},
        NumberField: {"form_class": NumberFormField},
        models.TimeField: {"widget": time_input()},
        models.URLField: {"assume_scheme": "https", "widget": forms.URLInput(attrs={"class": "vTextField"})},
    }

    labels: Mapping[str, StrOrPromise] = {}
    """In place of the fields' own names, where a page has better ones."""
    helps: Mapping[str, StrOrPromise] = {}
    """And in place of their help texts."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = self._chosen(db_field) or super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.label = self.labels.get(db_field.name, field.label)
            field.help_text = self.helps.get(db_field.name, field.help_text)
        return field

    def _chosen(self, column: Any) -> forms.Field | None:
        """The fields that choose from what the line has, and the lists."""
        words = {"label": capfirst(column.verbose_name), "help_text": column.help_text}
        if column.is_relation and column.related_model in (Destination, Schedule, LookupTable):
            return OfLineField(model=column.related_model, required=not column.blank, **words)
        if column.is_relation and column.related_model is NumberList:
            return ChecksField(of="lists", **words)
        if isinstance(column, ListField) and column.of in ("dialled", "languages"):
            return ChecksField(of=column.of, **words)
        if isinstance(column, ListField):
            return cast(forms.Field, column.formfield(form_class=ITEMS.get(column.of, ItemsFormField)))
        return None

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.for_viewers(request, obj, super().get_fieldsets(request, obj))

    def for_viewers(self, request: HttpRequest, obj: Any, fieldsets: Any) -> Any:
        """The same, with our own fields in words for those who may not change them."""
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (name, {**options, "fields": [self._readable(field) for field in options["fields"]]})
            for name, options in fieldsets
        ]

    def _readable(self, field: Field) -> Field:
        if isinstance(field, tuple | list):
            return tuple(self._readable(part) for part in field)
        known = {column.name: column for column in self.model._meta.fields}
        column = known.get(field) if isinstance(field, str) else None
        return in_words(column) if isinstance(column, PlainField | NumberField) else field


@cache
def in_words(column: Any) -> Callable[[Any], Any]:
    """The column as those see it who may not change it."""

    def shown(row: Any) -> Any:
        value = getattr(row, column.attname)
        if isinstance(column, NumberField):
            return show_number(value) if value else "–"
        if isinstance(column, ListField):
            return ", ".join(map(show_number, value) if column.of == "dialled" else value) or "–"
        return format_html_join("", "<p><b>{}</b> {}</p>", _pairs(column, value)) or "–"

    shown.__name__ = column.name
    shown.short_description = column.verbose_name  # type: ignore[attr-defined]
    return shown


def _pairs(column: PlainField, value: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and words of each part of the value."""
    match column:
        case PhrasesField():
            return [(key, show_phrases(phrases)) for key, phrases in value.items()]
        case TextsField():
            return list(value.items())
        case PromptMapField():
            flat = {f"{name}, {key}": words for name, by_key in value.items() for key, words in by_key.items()}
        case _:
            flat = dict(value)
    return [(key, " ".join(filter(None, said(words)))) for key, words in flat.items()]


class RowsInline(StaffFields, admin.TabularInline[Any, Any]):
    """A table within a page; rows are added without saving first."""

    template = "admin/menus/rows.html"
    form = RowForm
    formset = Rows
    extra = 0
    cards = False
    """Rows with much in them are not squeezed into one line."""
    formfield_overrides = StaffFields.formfield_overrides | {
        PromptField: {"form_class": PromptFormField, "widget": PromptWidget(compact=True)},
    }

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The page's own form was made before, and knows the line."""
        kwargs |= {"form": bound_to(vars(request)["parts_of_line"], self.form), "fields": list(self.fields or ())}
        return super().get_formset(request, obj, **kwargs)


class PartAdmin(ChangesInWords, StaffFields, admin.ModelAdmin[Any]):
    """A destination or a schedule: it is made on its line's page, and that is where one comes back to."""

    form = OfLineForm
    rows_after = 1
    """How many fieldsets stand above the tables."""
    change_form_template = "admin/menus/part_form.html"
    delete_confirmation_template = "admin/menus/part_delete.html"
    delete_selected_confirmation_template = "admin/menus/parts_delete.html"
    about: Mapping[str, str] = {}
    """Under which field's part of the page the sentence on a topic of `menus.outlook` stands."""
    shown_when: Mapping[str, tuple[str, tuple[str, ...]]] = {}
    """Fields that do something only when another has one of these values; a tick has “on” or nothing."""
    list_display = ("__str__", "line")
    list_filter = ("line",)
    list_select_related = ("line",)
    show_full_result_count = False
    save_on_top = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Not in the list of what there is: one comes here from a line."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("key",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        parts = remember(request, obj.line if obj else cast(Line, asked_line(request)))
        kwargs["form"] = bound_to(parts, self.form)
        return super().get_form(request, obj, change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("line")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """SQLite cannot even look for a number of this length, and fails."""
        return super().get_object(request, object_id, from_field) if len(object_id) < 19 else None

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if asked_line(request) is None:
            return self._choose_line(request)
        return super().add_view(request, form_url, extra_context)

    def _choose_line(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        name = self.opts.verbose_name
        context = {
            "title": gettext("Add %(name)s: to which line?") % {"name": name},
            "lines": Line.objects.all(),
            "opts": self.opts,
        }
        context["may_add_line"] = request.user.has_perm("menus.add_line")
        return TemplateResponse(
            request, "admin/menus/choose_line.html", self.admin_site.each_context(request) | context
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        line = cast(Line, obj.line if obj else asked_line(request))
        shown = saved_preview(line, self._stored(request, obj), self.model)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
        may_type = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        context |= {
            "line": line,
            "rows_after": self.rows_after,
            "offers": self.offers(request, obj),
            "preview": shown,
            "is_schedule": self.model is Schedule,
            "sections": list(self._sections(context["adminform"], shown.outlook)),
            "preview_url": reverse(name, args=[obj.pk]) if obj else f"{reverse(f'{name}_new')}?line={line.pk}",
            "may_type": may_type,
            "shown_when": {name: [on, list(values)] for name, (on, values) in self.shown_when.items() if may_type},
            "voices": {one.key: one.voice_language for one in line.languages.all()},
            "used_by": users([obj]) if obj else None,
            "new_kinds": new_kinds(request, line),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _stored(self, request: HttpRequest, obj: Any) -> Any:
        """A form with a fault in it has put what was typed into the row."""
        return self.model._default_manager.get(pk=obj.pk) if obj and request.method == "POST" else obj

    def _sections(self, adminform: Any, outlook: Mapping[str, str]) -> Iterator[tuple[Any, str, str]]:
        """Each fieldset with the topic that it is about, and what is said of that now."""
        for fieldset in adminform:
            topics = [self.about[name] for name in flatten(fieldset.fields) if name in self.about]
            topic = topics[0] if topics else ""
            yield fieldset, topic, outlook.get(topic, "")

    # --- what the page asks while it is filled in -----------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("add/preview/", wrap(self.new_preview_view), name=f"{name}_preview_new"),
            path("<path:object_id>/preview/", wrap(self.preview_view), name=f"{name}_preview"),
        ]
        return own + super().get_urls()

    def new_preview_view(self, request: HttpRequest) -> HttpResponse:
        return preview_answer(self, request, None, asked_line(request))

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.get_object(request, object_id)
        return preview_answer(self, request, obj, obj.line if obj else None)

    def offers(self, request: HttpRequest, obj: Any) -> dict[str, list[str]]:
        """What the browser proposes in boxes that name one of these as their `list`."""
        return {}

    # --- the way back to the line -----------------------------------------------------------------------------

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(obj.line.get_absolute_url())

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(obj.line.get_absolute_url())

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{request.path}?line={obj.line_id}")
        return response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(f"{self._add_url()}?line={obj.line_id}")
        return response

    def _add_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")

    # --- deleting ---------------------------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        to_delete, counts, lacking, _ = super().get_deleted_objects(objs, request)
        return to_delete, counts, lacking, users(list(objs))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        try:
            response = super().delete_view(request, object_id, extra_context)
        except models.RestrictedError:  # somebody made use of it since the page was looked at
            return HttpResponseRedirect(request.path)
        if obj and isinstance(response, HttpResponseRedirect):
            return HttpResponseRedirect(obj.line.get_absolute_url())
        return response

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        try:
            super().delete_queryset(request, queryset)
        except models.RestrictedError:
            messages.error(
                request, gettext("Somebody made use of one of them meanwhile, so none was deleted. Look again.")
            )


def asked_line(request: HttpRequest) -> Line | None:
    """The line that an add page is for: `?line=3`."""
    if "line_asked" not in vars(request):
        pk = request.GET.get("line", "")
        vars(request)["line_asked"] = Line.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    line: Line | None = vars(request)["line_asked"]
    return line
