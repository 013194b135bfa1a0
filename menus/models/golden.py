"""Golden calls: tries of a line that staff saved as its tests. Publishing plays them all."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from menus.models.lines import Line


class GoldenCall(models.Model):
    line = models.ForeignKey(Line, models.CASCADE, related_name="golden_calls")
    name = models.CharField(
        max_length=200, help_text=_("What it shows, for example Sunday morning, billing → Voicemail.")
    )
    at = models.DateTimeField(help_text=_("The pretended time of the call, for example 22 November 2026, 10:00."))
    caller = models.CharField(max_length=15, blank=True, help_text=_("Who rings, for example 12025550142."))
    dialled = models.CharField(max_length=15, blank=True, help_text=_("The number rung, for example 12025550110."))
    known = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What is known of the caller: lot, lists and language of an earlier call."),
    )
    switches = models.JSONField(
        default=list, blank=True, help_text=_("The switches that are on, for example closed until 2026-11-22 18:00.")
    )
    script = models.TextField(help_text=_("What happens, one thing on each line, for example caller presses 1."))
    ends_at = models.CharField(
        max_length=40, help_text=_("Key of the destination where it must end, for example mailbox.")
    )
    position = models.PositiveSmallIntegerField(default=0)
    saved_at = models.DateTimeField(auto_now_add=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Who saved it, for example Ana."),
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
