"""A menu and its options."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import KeyField, PhrasesField, PromptField
from menus.models.asking import Asks
from menus.models.destinations import Kind, leads_to
from menus.models.keys import new_key


class Menu(Asks):
    KIND = Kind.MENU

    greeting = PromptField(help_text=_('Said once, before anything else, for example {"en": "Riverbend Clinic."}.'))
    prompt = PromptField(
        help_text=_('The choices, for example {"en": "For billing, press 4."}. Empty: made from the options.')
    )
    finish_on_hash = models.BooleanField(
        _("ends with #"), default=False, help_text=_("Callers press # after the digits. For example: no.")
    )
    speech = models.BooleanField(
        _("may be spoken"), default=False, help_text=_("Callers may say one of the options' phrases. For example: yes.")
    )
    confirm_below = models.PositiveSmallIntegerField(
        _("ask when less sure than"),
        default=50,
        validators=[MaxValueValidator(100)],
        help_text=_("Per cent of certainty below which a spoken choice is asked back, for example 50."),
    )
    without_repeat = models.BooleanField(
        _("no repeat key"), default=False, help_text=_("The line's repeat key is off here. For example: no.")
    )
    without_back = models.BooleanField(
        _("no back key"), default=False, help_text=_("The line's back key is off here. For example: no.")
    )
    without_main = models.BooleanField(
        _("no main-menu key"), default=False, help_text=_("The line's main-menu key is off here. For example: no.")
    )
    without_operator = models.BooleanField(
        _("no operator key"), default=False, help_text=_("The line's operator key is off here. For example: no.")
    )


class Option(models.Model):
    menu = models.ForeignKey(Menu, models.CASCADE, related_name="options")
    key = KeyField(help_text=_("Short name in reports, like billing. Empty: made from the label. Then leave it."))
    digits = models.CharField(
        max_length=10,
        validators=[RegexValidator(r"\A[0-9*#]{1,10}\Z", _("Use keys of the phone: digits, * and #, at most ten."))],
        help_text=_("What callers press, for example 4 or 12."),
    )
    label = models.CharField(max_length=100, help_text=_("What your team calls it, for example Billing."))
    words = PromptField(help_text=_('Said before “press 4”, for example {"en": "For billing"}. Empty: the label.'))
    phrases = PhrasesField(
        help_text=_('What callers may say instead, for example {"en": ["billing", "my bill"]}.'),
    )
    to = leads_to(_("Where it leads, for example Billing desk."), _("leads to"))
    language = models.CharField(
        max_length=20, blank=True, help_text=_("The language it changes to, for example es. Empty: no change.")
    )
    enabled = models.BooleanField(default=True, help_text=_("Off: as if it were not there. For example: yes."))
    spoken = models.BooleanField(
        default=True, help_text=_("Off: the key works, but the menu does not name it. For example: yes.")
    )
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Order, for example 0 for the first."))

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["menu", "key"],
                name="menus_option_key_twice_in_menu",
                violation_error_message=_("This menu has an option with that key already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.digits} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            others = Option.objects.filter(menu_id=self.menu_id).exclude(pk=self.pk)
            self.key = new_key(self.label, set(others.values_list("key", flat=True)), "option")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.to and self.menu_id and self.to.line_id != self.menu.line_id:
            raise ValidationError(
                {"to": gettext("“%(to)s” belongs to another line; choose one of this line's.") % {"to": self.to}}
            )
