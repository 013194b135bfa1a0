"""A published flow, frozen: calls walk through these and nothing else."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.models.lines import Line


class Version(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey(Line, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(help_text=_("Counted within the line, for example 3."))
    flow = models.TextField(help_text=_('The flow as compact JSON, for example {"format":1,"name":"Clinic"}.'))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the flow, for example 9f86d081…"))
    note = models.TextField(blank=True, help_text=_("What changed and why, for example Winter hours."))
    published_at = models.DateTimeField(help_text=_("For example 23 November 2026, 06:04."))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who published it, for example Ana. Empty: a command did."),
    )

    class Meta:
        ordering = ["line", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="menus_version_number_twice_in_line"),
        ]

    def __str__(self) -> str:
        return gettext("version %(number)s") % {"number": self.number}

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(f"{self} is published and cannot be changed; publish a new version instead")
        super().save(*args, **kwargs)
