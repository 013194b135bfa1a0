"""A branch and its rules."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import KeyField, ListField
from menus.models.asking import value_name
from menus.models.destinations import Destination, Kind, leads_to, of_schedule
from menus.models.keys import new_key
from menus.models.lists import NumberList


class Branch(Destination):
    KIND = Kind.BRANCH

    otherwise = leads_to(_("Where callers go for whom no rule holds, for example Main menu."))

    class Meta:
        verbose_name_plural = _("branches")


class BranchRule(models.Model):
    class Opening(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        HOLIDAY = "holiday", _("On a holiday")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="rules")
    key = KeyField(help_text=_("Short name in reports, like large-order. Empty: made from the label. Then leave it."))
    label = models.CharField(
        max_length=100, blank=True, help_text=_("What your team calls it, for example Large order.")
    )
    to = leads_to(_("Where callers go when all of this holds, for example Sales desk."), _("leads to"))
    value = models.CharField(
        max_length=30,
        blank=True,
        validators=[value_name],
        help_text=_("The value that is looked at, for example amount. With nothing more: it must be there."),
    )
    equals = ListField(
        _("is one of"),
        of="operands",
        help_text=_("For example gold, silver. A text with a comma stands in double quotes."),
    )
    low = models.CharField(
        _("at least"), max_length=100, blank=True, help_text=_("A number, or a day like 2026-12-24; for example 100.")
    )
    high = models.CharField(
        _("at most"), max_length=100, blank=True, help_text=_("A number, or a day like 2026-12-31; for example 500.")
    )
    pattern = models.CharField(
        _("looks like"),
        max_length=100,
        blank=True,
        help_text=_("* stands for any characters, ? for one; for example 62*."),
    )
    lists = models.ManyToManyField(
        NumberList,
        blank=True,
        related_name="rules",
        verbose_name=_("caller is on"),
        help_text=_("One of these lists is enough, for example Regular customers."),
    )
    prefixes = ListField(
        _("caller's number begins with"), of="prefixes", help_text=_("Country code first, for example +1 202, +44.")
    )
    dialled = ListField(
        _("number dialled"), of="dialled", help_text=_("One of the line's own, for example +1 202 555 0110.")
    )
    languages = ListField(of="languages", help_text=_("The language of the call is one of these, for example es, hmn."))
    schedule = of_schedule(_("Whose opening hours are asked, for example Office hours."))
    opening = models.CharField(
        _("which is"), max_length=20, choices=Opening, default=Opening.OPEN, help_text=_("For example Closed.")
    )
    percent = models.PositiveSmallIntegerField(
        _("share of callers"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("Of a hundred callers, the same ones each time, for example 20."),
    )
    position = models.PositiveSmallIntegerField(
        default=0, help_text=_("Order, for example 0 for the first; the first that holds counts.")
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("rule")
        constraints = [
            models.UniqueConstraint(
                fields=["branch", "key"],
                name="menus_rule_key_twice_in_branch",
                violation_error_message=_("This branch has a rule with that key already."),
            )
        ]

    def __str__(self) -> str:
        return self.label or self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            others = BranchRule.objects.filter(branch_id=self.branch_id).exclude(pk=self.pk)
            self.key = new_key(self.label, set(others.values_list("key", flat=True)), "rule")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        for name in ("to", "schedule"):
            row = getattr(self, name)
            if row and self.branch_id and row.line_id != self.branch.line_id:
                raise ValidationError(
                    {name: gettext("“%(row)s” belongs to another line; choose one of this line's.") % {"row": row}}
                )
