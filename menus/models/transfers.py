"""A transfer and the targets it rings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic import ValidationError as FlowError

from menus import flow
from menus.fields import NumberField, PromptField
from menus.models.destinations import Destination, Kind, between, leads_to
from menus.numbers import read_number, show_number


class Transfer(Destination):
    KIND = Kind.TRANSFER

    prompt = PromptField(help_text=_('Said before it rings, for example {"en": "One moment, please."}.'))
    caller_id = NumberField(
        blank=True,
        help_text=_("The number shown to the one called, for example +1 202 555 0110. Empty: the line's own."),
    )
    whisper = PromptField(
        help_text=_('Said to the one who answers, before the caller, for example {"en": "Nurse line"}.')
    )
    max_minutes = models.PositiveSmallIntegerField(
        default=120, validators=between(1, 120), help_text=_("The longest conversation, for example 120.")
    )
    ringback = models.URLField(
        max_length=500,
        blank=True,
        help_text=_("Sound while it rings, for example https://example.com/ring.mp3."),
    )
    last_resort = leads_to(_("Where the caller goes when nobody answers, for example Voicemail."))


class TransferTarget(models.Model):
    class Type(models.TextChoices):
        PHONE = "phone", _("Phone")
        SIP = "sip", _("SIP")
        APP = "app", _("App user")
        WEBSOCKET = "websocket", _("Websocket")
        VBC = "vbc", _("VBC extension")

    class Rate(models.IntegerChoices):
        NARROW = 8000, _("8 kHz")
        WIDE = 16000, _("16 kHz")
        FULL = 24000, _("24 kHz")

    ADDRESS: ClassVar = {
        Type.PHONE: "number", Type.SIP: "uri", Type.APP: "user", Type.WEBSOCKET: "uri", Type.VBC: "extension"
    }  # fmt: skip
    """What the flow calls the address of each type."""
    EXAMPLE: ClassVar = {
        Type.PHONE: "+1 202 555 0151", Type.SIP: "sip:desk@example.com", Type.APP: "ana",
        Type.WEBSOCKET: "wss://example.com/bot", Type.VBC: "104",
    }  # fmt: skip

    transfer = models.ForeignKey(Transfer, models.CASCADE, related_name="targets")
    type = models.CharField(max_length=20, choices=Type, default=Type.PHONE, help_text=_("For example Phone."))
    address = models.CharField(
        max_length=500,
        help_text=_("For example +1 202 555 0151, sip:desk@example.com, ana, wss://example.com/bot or 104."),
    )
    ring_seconds = models.PositiveSmallIntegerField(
        default=25, validators=between(1, 120), help_text=_("How long it rings before the next, for example 25.")
    )
    label = models.CharField(max_length=100, blank=True, help_text=_("Who it is, for example Dispatch."))
    rate = models.PositiveIntegerField(
        choices=Rate, default=Rate.WIDE, help_text=_("Sound quality of a websocket, for example 16 kHz.")
    )
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Order, for example 0 for the first."))

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("target")

    def __str__(self) -> str:
        shown = show_number(self.address) if self.type == self.Type.PHONE else self.address
        return f"{self.label} {shown}".strip()

    def clean(self) -> None:
        if not self.address or self.type not in self.Type.values:
            return  # said already, by the field
        kind = self.Type(self.type)
        try:
            if kind is self.Type.PHONE:
                self.address = read_number(self.address)
            TypeAdapter(flow.Target).validate_python(self.plain())
        except FlowError:
            fault = gettext("“%(address)s” does not fit the type %(label)s; write it like %(example)s.") % {
                "address": self.address,
                "label": kind.label,
                "example": self.EXAMPLE[kind],
            }
            raise ValidationError({"address": fault}) from None
        except ValueError as error:
            raise ValidationError({"address": str(error)}) from None

    def plain(self) -> dict[str, Any]:
        """The target as the flow writes it."""
        kind = self.Type(self.type)
        plain = {"type": kind.value, "label": self.label, "ring_seconds": self.ring_seconds}
        rate = {"rate": self.rate} if kind is self.Type.WEBSOCKET else {}
        return plain | {self.ADDRESS[kind]: self.address} | rate
