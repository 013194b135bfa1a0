"""The page of a line: its state, what is wrong with it, its destinations; and its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from menus import voices
from menus.admin.forms import OfLineForm, RowForm, remember, zone_choices
from menus.admin.parts import RowsInline, StaffFields, bound_to
from menus.admin.promises import PromiseInline
from menus.admin.publishing import PublishingViews, look
from menus.admin.switches import SwitchViews
from menus.flow import Voice
from menus.models import Kind, Line, LineLanguage, PhoneNumber
from menus.recognition import CODES
from menus.voices import voice_fault

ENGLISH = {"key": "en", "name": "English", "voice_language": "en-US"}
WHAT: Final[Mapping[Kind, str]] = {
    Kind.MENU: "Says what there is to choose, and waits for a key.",
    Kind.MESSAGE: "Says something, and goes on.",
    Kind.HOURS: "Goes one way when you are open, another when you are closed.",
    Kind.TRANSFER: "Rings people, one after the other.",
    Kind.VOICEMAIL: "Takes a message.",
    Kind.COLLECT: "Asks for digits: an account number, an amount, a date, a PIN.",
    Kind.LOOKUP: "Looks in a table, or asks a service, by what was keyed.",
    Kind.BRANCH: "Decides by rules: who calls, what was keyed, in which language, when.",
    Kind.CALLBACK: "Notes a number and a time at which you call back.",
    Kind.SWITCH: "Your own staff open, close or warn by phone.",
    Kind.HANGUP: "Says goodbye, and ends the call.",
}


class LineForm(OfLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            self.fields["timezone"].widget = forms.Select(choices=zone_choices())


class PhoneNumberInline(RowsInline):
    model = PhoneNumber
    verbose_name_plural = "Numbers: what callers dial. They ring at once, without publishing."
    fields = ("number", "label")


class LanguageForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(voices.codes())
        self._offer("voice_language", [(code, f"{name} ({code})") for code, name in names.items()])
        spoken = [(code, f"{names[code]} ({code})" if code in names else code) for code in sorted(CODES)]
        self._offer("recognition", [("", "as the voice"), *spoken])

    def _offer(self, name: str, known: list[tuple[str, str]]) -> None:
        """What Vonage knows, and what is stored even if Vonage does not."""
        if name in self.fields:
            stored = self.initial.get(name) or ""
            more = [] if stored in dict(known) else [(stored, f"{stored} (unknown to Vonage)")]
            self.fields[name].widget = forms.Select(choices=[*more, *known])

    def has_changed(self) -> bool:
        """The language that a new line begins with is saved as it stands."""
        begun = self.instance._state.adding and self.initial.get("key")
        return bool(begun) or super().has_changed()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("voice_language") and given.get("voice_style") is not None:
            voice = Voice(
                language=given["voice_language"],
                style=min(given["voice_style"], 99),
                premium=bool(given.get("voice_premium")),
            )
            if fault := voice_fault(voice):
                self.add_error("voice_style", f"{fault}.")
        return given


class LanguageInline(RowsInline):
    model = LineLanguage
    form = LanguageForm
    verbose_name_plural = "Languages: the first is said where words in another are missing"
    fields = ("position", "key", "name", "voice_language", "voice_style", "voice_premium", "recognition")
    labels = {"voice_premium": "Better voice", "recognition": "Understood as"}
    helps = {
        "recognition": "The language in which speech is understood, where a menu may be answered by speaking. "
        "Leave it as the voice; for example Spanish (es-MX) when most callers are from Mexico.",
    }

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


@admin.register(Line)
class LineAdmin(SwitchViews, PublishingViews, StaffFields, admin.ModelAdmin[Line]):
    form = LineForm
    inlines = (PhoneNumberInline, LanguageInline, PromiseInline)
    change_form_template = "admin/menus/line_form.html"
    change_list_template = "admin/menus/lines.html"
    list_display = ("name", "shown_numbers", "state")
    list_select_related = ("live",)
    search_fields = ("name", "key")
    actions = None
    save_on_top = False
    labels = {"remember_language_days": "Remember the language, days", "type_ahead": "May key ahead"}
    helps = {
        "remember_language_days": "The language that a caller chose is offered first the next time, for so many days, "
        "for example 90. 0: it is not remembered.",
        "type_ahead": "Who knows the way may key several menus at once: 2 1 for the second choice and there the "
        "first. For example: no.",
    }
    NEW = (
        (None, {"fields": ("name", "timezone")}),
        ("In files and reports", {"fields": ("key",), "classes": ("collapse",)}),
    )
    fieldsets = (
        (None, {"fields": ("name", "timezone")}),
        ("Where callers go", {"fields": ("start", ("main", "operator"))}),
        (
            "Keys that mean the same in every menu",
            {"fields": (("key_repeat", "key_back", "key_main", "key_operator"),)},
        ),
        (
            "Callers who have called before",
            {"fields": (("remember_language_days", "type_ahead"),)},
        ),
        ("Bounds", {"fields": ("max_call_minutes",)}),
        ("Own words for the usual phrases", {"fields": ("phrases",), "classes": ("collapse",)}),
        ("In files and reports", {"fields": ("key",), "classes": ("collapse",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": "Lines"} | (extra_context or {}))

    @admin.display(description="numbers")
    def shown_numbers(self, line: Line) -> str:
        return ", ".join(map(str, line.numbers.all())) or "none yet"

    @admin.display(description="state")
    def state(self, line: Line) -> str:
        return f"Live: {line.live}" if line.live else "Not on the phone: never published"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Line]:
        return super().get_queryset(request).select_related("live__published_by").prefetch_related("numbers")

    def get_fieldsets(self, request: HttpRequest, obj: Line | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.NEW

    def get_inlines(self, request: HttpRequest, obj: Line | None) -> Any:
        """A new line has no transfer yet that could be promised."""
        return [inline for inline in self.inlines if obj or inline is not PromiseInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Line | None = None) -> Any:
        return ("key",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Line | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = bound_to(remember(request, obj or Line()), self.form)
        return super().get_form(request, obj, change, **kwargs)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, LanguageInline) and not obj.pk:
            kwargs["initial"] = [ENGLISH]
        return kwargs

    def has_delete_permission(self, request: HttpRequest, obj: Line | None = None) -> bool:
        """A line that was published stays: its calls' records name it. Without numbers nobody can call it."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and not (obj and obj.versions.exists())

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        line = kwargs.get("obj")
        if line:
            context |= {
                "line": line,
                "rows_after": 1,
                "look": look(line),
                "destinations": line.destinations.all(),
                "schedules": line.schedules.all(),
                "may_publish": self.may_publish(request),
                "kinds": addable(request, line),
                "may_add_schedule": request.user.has_perm("menus.add_schedule"),
            }
        return super().render_change_form(request, context, *args, **kwargs)


def addable(request: HttpRequest, line: Line) -> list[tuple[str, str, str]]:
    """The kinds that this user may add to the line: name, page, what it does."""
    return [
        (kind.label, f"{reverse(f'admin:menus_{kind.model_name}_add')}?line={line.pk}", WHAT[kind])
        for kind in Kind
        if request.user.has_perm(f"menus.add_{kind.model_name}")
    ]
