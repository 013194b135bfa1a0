"""Lists of telephone numbers that branches ask for: a block list, regular customers. They belong to no line."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import KeyField, NumberStartField
from menus.models.keys import new_key
from menus.numbers import read_number, show_number


class NumberList(models.Model):
    key = KeyField(
        unique=True, help_text=_("Short name in files, like blocked. Empty: made from the name. Then leave it.")
    )
    name = models.CharField(max_length=100, help_text=_("For example Blocked callers."))
    note = models.TextField(blank=True, help_text=_("What it is for, for example Ask Ana before you add one."))

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = new_key(self.name, set(NumberList.objects.values_list("key", flat=True)), "list")
        super().save(*args, **kwargs)


class NumberListEntry(models.Model):
    list = models.ForeignKey(NumberList, models.CASCADE, related_name="entries")
    number = NumberStartField(
        help_text=_("With country code, for example +1 202 555 0110, or the beginning, like +1 202.")
    )
    is_prefix = models.BooleanField(
        _("all that begin so"), default=False, help_text=_("Every number that begins like this. For example: no.")
    )
    label = models.CharField(
        max_length=100, blank=True, help_text=_("Who or why, for example Nuisance calls, May 2026.")
    )
    expires_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("For example 31 December 2026, 18:00. Empty: for good.")
    )

    class Meta:
        ordering = ["number", "pk"]
        verbose_name = _("number")
        constraints = [
            models.UniqueConstraint(
                fields=["list", "number", "is_prefix"],
                name="menus_number_twice_in_list",
                violation_error_message=_("This list has that number already."),
            )
        ]
        indexes = [
            # A call asks for every beginning of its caller's number at once, in all lists of its line.
            models.Index(fields=["number"], name="menus_number_list_number"),
        ]

    def __str__(self) -> str:
        return f"+{self.number}…" if self.is_prefix else show_number(self.number)

    def clean(self) -> None:
        if self.number and not self.is_prefix:
            try:
                self.number = read_number(f"+{self.number}")
            except ValueError as error:
                cure = gettext("%(error)s If it is the beginning of numbers, tick “all that begin so”.") % {
                    "error": error
                }
                raise ValidationError({"number": cure}) from None
