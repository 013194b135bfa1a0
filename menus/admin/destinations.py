"""A form for each kind of destination, with its own fields only."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from menus.admin.forms import OfLineForm, RowForm, Rows
from menus.admin.parts import PartAdmin, RowsInline
from menus.admin.prompts import audio_fault
from menus.models import HangUp, Hours, Menu, Message, Option, Transfer, TransferTarget, Voicemail
from menus.numbers import show_number

FILES: Final[tuple[str, Any]] = ("In files and reports", {"fields": ("key",), "classes": ("collapse",)})


class DestinationAdmin(PartAdmin):
    search_fields = ("label", "key")


# --- menu -------------------------------------------------------------------------------------------------------


class OptionForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self._offer_languages()

    def _offer_languages(self) -> None:
        """The line's languages, and the one that is stored even if the line has lost it."""
        known = dict(self.parts.languages)
        stored = self.initial.get("language") or ""
        more = {stored: f"{stored} (not a language of this line)"} if stored and stored not in known else {}
        field = self.fields["language"]
        self.fields["language"] = forms.ChoiceField(
            choices=[("", "no change"), *(known | more).items()],
            required=False,
            label="Changes language",
            help_text=field.help_text,
        )


class OptionRows(Rows):
    """No two options that are on may have the same key."""

    def clean(self) -> None:
        super().clean()
        first: dict[str, str] = {}
        for form in self.kept():
            digits, label = form.cleaned_data.get("digits"), form.cleaned_data.get("label", "")
            if not digits or not form.cleaned_data.get("enabled"):
                continue
            if digits in first:
                fault = f"Key {digits} is taken by “{first[digits]}”; choose another key, or turn one of them off."
                form.add_error("digits", fault)
            first.setdefault(digits, label)


class OptionInline(RowsInline):
    model = Option
    fk_name = "menu"
    form = OptionForm
    formset = OptionRows
    verbose_name_plural = "Options: what callers can press"
    fields = ("position", "digits", "label", "to", "language", "enabled", "spoken", "words")
    labels = {"digits": "Key", "enabled": "On"}
    cards = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("to")


@admin.register(Menu)
class MenuAdmin(DestinationAdmin):
    inlines = (OptionInline,)
    fieldsets = (
        (None, {"fields": ("label",)}),
        ("What callers hear", {"fields": ("greeting", "prompt", "short_prompt", ("barge_in", "finish_on_hash"))}),
        (
            "Caller presses nothing",
            {
                "fields": (
                    ("wait_seconds", "no_input_tries", "no_input_then"),
                    ("no_input_first", "no_input_second", "no_input_last"),
                )
            },
        ),
        (
            "Caller presses a wrong key",
            {
                "fields": (
                    ("no_match_tries", "no_match_then"),
                    ("no_match_first", "no_match_second", "no_match_last"),
                )
            },
        ),
        ("Too many of both", {"fields": (("max_failures", "failures_then"),)}),
        (
            "The line's own keys in this menu",
            {
                "fields": (("without_repeat", "without_back", "without_main", "without_operator"),),
                "classes": ("collapse",),
            },
        ),
        FILES,
    )
    rows_after = 2


# --- transfer ---------------------------------------------------------------------------------------------------


class TargetForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.initial.get("address", "")
        if self.instance.type == TransferTarget.Type.PHONE and stored.isdigit():
            self.initial["address"] = show_number(stored)


class TargetInline(RowsInline):
    model = TransferTarget
    form = TargetForm
    verbose_name_plural = "Targets: who is rung, one after the other"
    fields = ("position", "type", "address", "label", "ring_seconds", "rate")
    labels = {"rate": "Websocket sound"}

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class TransferForm(OfLineForm):
    def clean_ringback(self) -> str:
        address = str(self.cleaned_data["ringback"] or "")
        if fault := audio_fault(address):
            raise ValidationError(fault)
        return address


@admin.register(Transfer)
class TransferAdmin(DestinationAdmin):
    form = TransferForm
    inlines = (TargetInline,)
    fieldsets = (
        (None, {"fields": ("label", "prompt")}),
        ("Nobody answers", {"fields": ("last_resort",)}),
        ("The conversation", {"fields": ("whisper", "caller_id", "max_minutes", "ringback")}),
        FILES,
    )


# --- the others -------------------------------------------------------------------------------------------------


@admin.register(Message)
class MessageAdmin(DestinationAdmin):
    fieldsets = (
        (None, {"fields": ("label",)}),
        ("What callers hear", {"fields": ("prompt", "barge_in")}),
        ("Afterwards", {"fields": ("then", "outcome")}),
        FILES,
    )


@admin.register(Hours)
class HoursAdmin(DestinationAdmin):
    fieldsets = (
        (None, {"fields": ("label", "schedule")}),
        ("Where callers go", {"fields": ("open", "closed", "holiday")}),
        FILES,
    )


@admin.register(Voicemail)
class VoicemailAdmin(DestinationAdmin):
    fieldsets = (
        (None, {"fields": ("label", "mailbox")}),
        ("What callers hear", {"fields": ("prompt", "beep")}),
        ("The message ends", {"fields": (("max_seconds", "silence_seconds", "finish_key"),)}),
        ("Afterwards", {"fields": ("then",)}),
        FILES,
    )


@admin.register(HangUp)
class HangUpAdmin(DestinationAdmin):
    fieldsets = (
        (None, {"fields": ("label",)}),
        ("What callers hear", {"fields": ("goodbye",)}),
        ("In reports", {"fields": ("outcome",)}),
        FILES,
    )
