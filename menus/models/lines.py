"""A line: one phone menu, its numbers and its languages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import KeyField, NumberField, PromptMapField
from menus.flow.parts import zones
from menus.models.keys import new_key
from menus.numbers import show_number

one_key = RegexValidator(r"\A[0-9*#]\Z", _("Use one key of the phone: a digit, * or #."))


def time_zone(name: str) -> None:
    if name not in zones():
        raise ValidationError(
            gettext("“%(name)s” is not a time zone; write it like America/Chicago or Europe/London.") % {"name": name}
        )


class Line(models.Model):
    key = KeyField(
        unique=True,
        help_text=_("Short name in files and reports, like mapleton-utilities. Empty: made from the name."),
    )
    name = models.CharField(
        max_length=100, help_text=_("What callers know it by, for example Mapleton City Utilities.")
    )
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        default="UTC",
        validators=[time_zone],
        help_text=_("Where its clocks are, for example America/Chicago."),
    )
    start = models.ForeignKey(
        "menus.Destination",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What callers hear first, for example the Greeting."),
    )
    main = models.ForeignKey(
        "menus.Destination",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("main menu"),
        help_text=_("Where the main-menu key leads, for example Main menu. Empty: to the start."),
    )
    operator = models.ForeignKey(
        "menus.Destination",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Where the operator key leads, and used-up tries, for example Front desk."),
    )
    key_repeat = models.CharField(
        _("repeat key"),
        max_length=1,
        blank=True,
        default="9",
        validators=[one_key],
        help_text=_("Says a menu again, for example 9. Empty: no such key."),
    )
    key_back = models.CharField(
        _("back key"),
        max_length=1,
        blank=True,
        default="*",
        validators=[one_key],
        help_text=_("Goes back to the menu before, for example *. Empty: no such key."),
    )
    key_main = models.CharField(
        _("main-menu key"),
        max_length=1,
        blank=True,
        default="#",
        validators=[one_key],
        help_text=_("Goes to the main menu, for example #. Empty: no such key."),
    )
    key_operator = models.CharField(
        _("operator key"),
        max_length=1,
        blank=True,
        default="0",
        validators=[one_key],
        help_text=_("Goes to a person, for example 0. Empty: no such key."),
    )
    max_call_minutes = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_(
            "Minutes after the answer from which on no menu asks again, for example 10. Who then talks may talk on."
        ),
    )
    remember_language_days = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(730)],
        help_text=_(
            "For how many days the language that a caller chose is offered first, for example 90. "
            "0: it is not remembered."
        ),
    )
    type_ahead = models.BooleanField(
        default=False,
        help_text=_("Callers who know the way may key several menus at once, like 2 1. For example: no."),
    )
    phrases = PromptMapField(
        help_text=_('Your own words for the usual phrases, for example {"sorry": {"en": "Pardon?"}}.'),
    )
    live = models.ForeignKey(
        "menus.Version",
        models.RESTRICT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("live version"),
        help_text=_("The version that new calls hear, for example version 3. Publish to change it."),
    )

    class Meta:
        ordering = ["name", "pk"]
        permissions = [("publish_line", "Can publish a line and roll it back")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = new_key(self.name, set(Line.objects.values_list("key", flat=True)), "line")
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("admin:menus_line_home", args=[self.pk])

    def clean(self) -> None:
        for name in ("start", "main", "operator"):
            destination = getattr(self, name)
            if destination and destination.line_id != self.pk:
                raise ValidationError(
                    {
                        name: gettext("“%(destination)s” belongs to another line; choose one of this line's.")
                        % {"destination": destination}
                    }
                )


class LineLanguage(models.Model):
    line = models.ForeignKey(Line, models.CASCADE, related_name="languages")
    key = models.CharField(
        max_length=20,
        validators=[RegexValidator(r"\A[a-z]{2,3}(-[a-z0-9]{2,8})*\Z", _("Use a language code, like en, es or hmn."))],
        help_text=_("Its code in prompts, for example en, es or hmn."),
    )
    name = models.CharField(max_length=100, help_text=_("In its own words, for example English or Español."))
    voice_language = models.CharField(
        max_length=20,
        default="en-US",
        help_text=_("The voice's language at Vonage, for example en-US or es-US."),
    )
    voice_style = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(99)],
        help_text=_("Which voice of that language, for example 0."),
    )
    voice_premium = models.BooleanField(
        default=False,
        help_text=_("The better voice, where there is one; Vonage asks more for it. For example: no."),
    )
    recognition = models.CharField(
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"\A[A-Za-z0-9-]*\Z", _("Use a language code, like en-US or es-MX."))],
        help_text=_("The language in which callers are understood, for example es-MX. Empty: the voice's."),
    )
    position = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("Order, for example 0 for the first. Words missing in a language are said in the first."),
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("language")
        constraints = [
            models.UniqueConstraint(
                fields=["line", "key"],
                name="menus_language_twice_in_line",
                violation_error_message=_("This line has that language already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PhoneNumber(models.Model):
    number = NumberField(
        unique=True,
        error_messages={"unique": _("A line has this number already.")},
        help_text=_("With country code, for example +1 202 555 0110."),
    )
    line = models.ForeignKey(Line, models.CASCADE, related_name="numbers")
    label = models.CharField(max_length=100, blank=True, help_text=_("What it is for, for example On the water bill."))

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return show_number(self.number)
