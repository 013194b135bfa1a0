"""A form for each kind of destination, with its own fields only; those that ask or decide have files of their own."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from menus.admin.forms import OfLineForm, RowForm
from menus.admin.in_place import make_in_place
from menus.admin.numbers import NumberRows, WithNumbers
from menus.admin.parts import PartAdmin, asked_line
from menus.admin.prompts import audio_fault
from menus.models import HangUp, Hours, Message, Transfer, TransferTarget, Voicemail
from menus.numbers import show_number

FILES: Final[tuple[StrOrPromise, Any]] = (_("In files and reports"), {"fields": ("key",), "classes": ("collapse",)})


class DestinationAdmin(PartAdmin):
    search_fields = ("label", "key")

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_in_place"
        return [path("add/in-place/", self.admin_site.admin_view(self.in_place_view), name=name), *super().get_urls()]

    def in_place_view(self, request: HttpRequest) -> HttpResponse:
        return make_in_place(self, request, asked_line(request))


# --- transfer ---------------------------------------------------------------------------------------------------


class TargetForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.initial.get("address", "")
        if self.instance.type == TransferTarget.Type.PHONE and stored.isdigit():
            self.initial["address"] = show_number(stored)


class TargetInline(NumberRows):
    model = TransferTarget
    form = TargetForm
    verbose_name_plural = _("Targets: who is rung, one after the other")
    fields = ("position", "type", "address", "label", "ring_seconds", "rate")
    labels = {"rate": _("Websocket sound"), "ring_seconds": _("Rings, seconds"), "label": _("Who")}

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    @admin.display(description=_("address"))
    def shown_address(self, target: TransferTarget) -> str:
        return show_number(target.address) if target.type == TransferTarget.Type.PHONE else target.address

    def _readable(self, field: Any) -> Any:
        return self.shown_address if field == "address" else super()._readable(field)


class TransferForm(OfLineForm):
    def clean_ringback(self) -> str:
        address = str(self.cleaned_data["ringback"] or "")
        if fault := audio_fault(address):
            raise ValidationError(fault)
        return address


@admin.register(Transfer)
class TransferAdmin(WithNumbers, DestinationAdmin):
    form = TransferForm
    numbers_need = "menus.change_transfertarget"
    number_fields = ("caller_id",)
    inlines = (TargetInline,)
    about = {"last_resort": "ringing"}
    shown_when = {"targets-rate": ("type", ("websocket",))}
    labels = {"max_minutes": _("Longest, minutes"), "whisper": _("To whoever answers"), "last_resort": _("Then")}
    fieldsets = (
        (None, {"fields": ("label", "prompt")}),
        (_("Nobody answers"), {"fields": ("last_resort",)}),
        (_("The conversation"), {"fields": ("whisper", "caller_id", "max_minutes", "ringback")}),
        FILES,
    )


# --- the others -------------------------------------------------------------------------------------------------


@admin.register(Message)
class MessageAdmin(DestinationAdmin):
    about = {"then": "then"}
    fieldsets = (
        (None, {"fields": ("label",)}),
        (_("What callers hear"), {"fields": ("prompt", "barge_in")}),
        (_("Afterwards"), {"fields": ("then", "outcome")}),
        FILES,
    )


@admin.register(Hours)
class HoursAdmin(DestinationAdmin):
    about = {"schedule": "clock"}
    fieldsets = (
        (None, {"fields": ("label", "schedule")}),
        (_("Where callers go"), {"fields": ("open", "closed", "holiday")}),
        FILES,
    )


@admin.register(Voicemail)
class VoicemailAdmin(DestinationAdmin):
    about = {"max_seconds": "recording"}
    labels = {
        "max_seconds": _("Longest message, seconds"),
        "silence_seconds": _("Ends after silence, seconds"),
        "finish_key": _("Ends with key"),
    }
    fieldsets = (
        (None, {"fields": ("label", "mailbox")}),
        (_("What callers hear"), {"fields": ("prompt", "beep")}),
        (_("The message ends"), {"fields": (("max_seconds", "silence_seconds", "finish_key"),)}),
        (_("Afterwards"), {"fields": ("then",)}),
        FILES,
    )


@admin.register(HangUp)
class HangUpAdmin(DestinationAdmin):
    fieldsets = (
        (None, {"fields": ("label",)}),
        (_("What callers hear"), {"fields": ("goodbye",)}),
        (_("In reports"), {"fields": ("outcome",)}),
        FILES,
    )
