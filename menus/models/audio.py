"""Recorded prompts: what staff upload or speak, in the form that the telephone company plays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from menus.models.lines import Line


class AudioPrompt(models.Model):
    line = models.ForeignKey(Line, models.CASCADE, related_name="audio_prompts")
    name = models.CharField(max_length=100, help_text=_("What your team calls it, for example Welcome, winter."))
    language = models.CharField(
        max_length=20,
        blank=True,
        help_text=_("The language spoken, for example es. Empty: it has no words, or several."),
    )
    transcript = models.TextField(blank=True, help_text=_("The words in it, for example Welcome to Riverbend Clinic."))
    path = models.CharField(
        max_length=100,
        unique=True,
        editable=False,
        help_text=_("Where it is fetched, beginning with /audio/. Nobody can guess it, and it never changes."),
    )
    digest = models.CharField(max_length=64, editable=False, help_text=_("SHA-256 of the sound, for example 9f86d081…"))
    seconds = models.FloatField(editable=False, help_text=_("How long it lasts, for example 12.4."))
    size_bytes = models.PositiveIntegerField(editable=False, help_text=_("For example 98304."))
    data = models.BinaryField(editable=False)
    uploaded_at = models.DateTimeField(editable=False, help_text=_("For example 23 November 2026, 06:04."))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("Who brought it, for example Ana."),
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("recording")

    def __str__(self) -> str:
        return self.name
