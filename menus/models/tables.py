"""Tables that staff edit and look-ups ask: a key and some values to each row. They belong to no line."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from menus.fields import KeyField, ListField, TextsField
from menus.models.keys import new_key


class LookupTable(models.Model):
    key = KeyField(
        unique=True, help_text=_("Short name in files, like accounts. Empty: made from the name. Then leave it.")
    )
    name = models.CharField(max_length=100, help_text=_("For example Accounts."))
    key_name = models.CharField(
        _("key column"), max_length=200, default="key", help_text=_("What its rows are found by, for example account.")
    )
    columns = ListField(
        of="columns", help_text=_("Its other columns, in the order of the CSV file, for example balance, due_date.")
    )
    hashed_keys = models.BooleanField(
        _("keys kept secret"),
        default=False,
        help_text=_(
            "Keys are kept only as a hash that nobody can read back: for account and PIN together. "
            "For example: no. To change it later, import the table anew."
        ),
    )
    note = models.TextField(
        blank=True, help_text=_("Where it comes from, for example Export of the billing system, daily.")
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("look-up table")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            self.key = new_key(self.name, set(LookupTable.objects.values_list("key", flat=True)), "table")
        super().save(*args, **kwargs)


class LookupRow(models.Model):
    table = models.ForeignKey(LookupTable, models.CASCADE, related_name="rows")
    key = models.CharField(max_length=200, help_text=_("What it is found by, for example 48213377."))
    values = TextsField(of="values", help_text=_('Its values by column, for example {"balance": "84.20"}.'))

    class Meta:
        ordering = ["key", "pk"]
        verbose_name = _("row")
        constraints = [
            # Its index is the one that a look-up uses.
            models.UniqueConstraint(
                fields=["table", "key"],
                name="menus_lookup_key_twice_in_table",
                violation_error_message=_("This table has a row with that key already."),
            )
        ]

    def __str__(self) -> str:
        return "(secret)" if self.table.hashed_keys else self.key
