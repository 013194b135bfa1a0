"""The settings of a line: its name, numbers, languages, keys and promises."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus import voices
from menus.admin.audio import AudioViews
from menus.admin.changes import ChangesInWords
from menus.admin.copying import PortViews
from menus.admin.forms import OfLineForm, RowForm, remember, zone_choices
from menus.admin.home import HomeViews
from menus.admin.numbers import NumberRows, WithNumbers
from menus.admin.pages import may_see, tabs
from menus.admin.parts import RowsInline, bound_to
from menus.admin.promises import PromiseInline
from menus.admin.publishing import PublishingViews
from menus.admin.selects import LongSelect
from menus.admin.switches import SwitchViews
from menus.flow import Voice
from menus.models import Line, LineLanguage, PhoneNumber
from menus.recognition import CODES
from menus.voices import voice_fault

ENGLISH = {"key": "en", "name": "English", "voice_language": "en-US"}


class LineForm(OfLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            self.fields["timezone"].widget = LongSelect(choices=zone_choices())


class PhoneNumberInline(NumberRows):
    model = PhoneNumber
    verbose_name_plural = _("Numbers: what callers dial. They ring at once, without publishing.")
    fields = ("number", "label")


class LanguageForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(voices.codes())
        self._offer("voice_language", [(code, f"{name} ({code})") for code, name in names.items()])
        spoken = [(code, f"{names[code]} ({code})" if code in names else code) for code in sorted(CODES)]
        self._offer("recognition", [("", gettext("as the voice")), *spoken])

    def _offer(self, name: str, known: list[tuple[str, str]]) -> None:
        """What Vonage knows, and what is stored even if Vonage does not."""
        if name in self.fields:
            stored = self.initial.get(name) or ""
            more = (
                []
                if stored in dict(known)
                else [(stored, gettext("%(stored)s (unknown to Vonage)") % {"stored": stored})]
            )
            attrs = {"aria-label": capfirst(str(self.fields[name].label))}
            self.fields[name].widget = LongSelect(attrs, [*more, *known])

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
    verbose_name_plural = _("Languages: the first is said where words in another are missing")
    fields = ("position", "key", "name", "voice_language", "voice_style", "voice_premium", "recognition")
    labels = {"voice_premium": _("Better voice"), "recognition": _("Understood as")}
    helps = {
        "recognition": _(
            "The language in which speech is understood, where a menu may be answered by speaking. "
            "Leave it as the voice; for example Spanish (es-MX) when most callers are from Mexico."
        ),
    }

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class LineList(ChangeList):
    """Leads to the lines' homes."""

    def url_for_result(self, result: models.Model) -> str:
        return reverse("admin:menus_line_home", args=[result.pk])


@admin.register(Line)
class LineAdmin(
    HomeViews, AudioViews, PortViews, SwitchViews, PublishingViews, WithNumbers, ChangesInWords, admin.ModelAdmin[Line]
):
    form = LineForm
    numbers_need = "menus.change_phonenumber"
    inlines = (PhoneNumberInline, LanguageInline, PromiseInline)
    change_form_template = "admin/menus/line_form.html"
    change_list_template = "admin/menus/lines.html"
    list_display = ("name", "shown_numbers", "state")
    list_select_related = ("live",)
    search_fields = ("name", "key")
    actions = None
    save_on_top = False
    labels = {"remember_language_days": _("Remember the language, days"), "type_ahead": _("May key ahead")}
    helps = {
        "remember_language_days": _(
            "The language that a caller chose is offered first the next time, for so many days, "
            "for example 90. 0: it is not remembered."
        ),
        "type_ahead": _(
            "Who knows the way may key several menus at once: 2 1 for the second choice and there the "
            "first. For example: no."
        ),
    }
    NEW = (
        (None, {"fields": ("name", "timezone")}),
        (_("In files and reports"), {"fields": ("key",), "classes": ("collapse",)}),
    )
    fieldsets = (
        (None, {"fields": ("name", "timezone")}),
        (_("Where callers go"), {"fields": ("start", ("main", "operator"))}),
        (
            _("Keys that mean the same in every menu"),
            {"fields": (("key_repeat", "key_back", "key_main", "key_operator"),)},
        ),
        (
            _("Callers who have called before"),
            {"fields": (("remember_language_days", "type_ahead"),)},
        ),
        (_("Bounds"), {"fields": ("max_call_minutes",)}),
        (_("Own words for the usual phrases"), {"fields": ("phrases",), "classes": ("collapse",)}),
        (_("In files and reports"), {"fields": ("key",), "classes": ("collapse",)}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LineList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": gettext("Lines")} | (extra_context or {}))

    @admin.display(description=_("numbers"))
    def shown_numbers(self, line: Line) -> str:
        return ", ".join(map(str, line.numbers.all())) or gettext("none yet")

    @admin.display(description=_("state"))
    def state(self, line: Line) -> str:
        return (
            gettext("Live: %(live)s") % {"live": line.live}
            if line.live
            else gettext("Not on the phone: never published")
        )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Line]:
        return super().get_queryset(request).select_related("live__published_by").prefetch_related("numbers")

    def get_fieldsets(self, request: HttpRequest, obj: Line | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.NEW

    def get_inlines(self, request: HttpRequest, obj: Line | None) -> Any:
        """A new line has no transfer yet that could be promised."""
        return [inline for inline in self.inlines if obj or inline is not PromiseInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Line | None = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *(("key",) if obj else ()))

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
            context |= {"line": line, "tabs": tabs(request, line, "admin:menus_line_change")}
        return super().render_change_form(request, context, *args, **kwargs)

    # --- the way to the line's home -------------------------------------------------------------------------------

    def response_post_save_add(self, request: HttpRequest, obj: Line) -> HttpResponseRedirect:
        """Who may add a line and not see it goes where Django sends them."""
        if may_see(request):
            return HttpResponseRedirect(obj.get_absolute_url())
        return super().response_post_save_add(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Line) -> HttpResponseRedirect:
        return HttpResponseRedirect(obj.get_absolute_url())
