"""A form for each kind of destination, with its own fields only; those that ask or decide have files of their own."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from menus.admin.forms import OfLineForm, RowForm
from menus.admin.parts import PartAdmin, RowsInline
from menus.admin.prompts import audio_fault
from menus.models import HangUp, Hours, Message, Transfer, TransferTarget, Voicemail
from menus.numbers import show_number

FILES: Final[tuple[str, Any]] = ("In files and reports", {"fields": ("key",), "classes": ("collapse",)})


class DestinationAdmin(PartAdmin):
    search_fields = ("label", "key")


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
