"""Publishing that is booked for a day and an hour: the draft as it was then, frozen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from menus.models.lines import Line
from menus.models.versions import Version


class BookedPublish(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Booked")
        PUBLISHED = "published", _("Published")
        REFUSED = "refused", _("Not published")
        CANCELLED = "cancelled", _("Cancelled")

    line = models.ForeignKey(Line, models.CASCADE, related_name="bookings")
    at = models.DateTimeField(help_text=_("When it goes live, for example 1 December 2026, 06:00."))
    flow = models.TextField(help_text=_("The flow as compact JSON, as it was when it was booked."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the flow, for example 9f86d081…"))
    note = models.TextField(blank=True, help_text=_("What changes and why, for example Winter hours."))
    seen = models.ForeignKey(
        Version,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The version that was live when it was booked. If another one is by then, nothing is published."),
    )
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    why = models.TextField(
        blank=True, help_text=_("Why it was not published, for example Somebody published meanwhile.")
    )
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    booked_at = models.DateTimeField(auto_now_add=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(state="waiting"), name="menus_one_booking_waits_for_a_line"
            )
        ]
        indexes = [
            # What is due: asked by the keeper in every round.
            models.Index(fields=["at"], name="menus_booking_due", condition=models.Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.at:%Y-%m-%d %H:%M} UTC"
