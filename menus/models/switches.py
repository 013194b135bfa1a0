"""Switches that act at once, without publishing, until their end; and the destination that throws one by phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import PromptField
from menus.models.asking import value_name
from menus.models.destinations import Destination, Kind, between, leads_to, of_schedule
from menus.models.lines import Line
from menus.models.schedules import Schedule

MAX_AHEAD: Final = timedelta(days=31)


class Switch(models.Model):
    class Kind(models.TextChoices):
        OPEN = "open", _("Force open")
        CLOSED = "closed", _("Force closed")
        MESSAGE = "message", _("Emergency message")

    class Via(models.TextChoices):
        ADMIN = "admin", _("Here")
        PHONE = "phone", _("By phone")

    line = models.ForeignKey(Line, models.CASCADE, related_name="switches")
    kind = models.CharField(max_length=20, choices=Kind, help_text=_("For example Force closed."))
    # CASCADE: without its schedule it would hold for all of the line's hours.
    schedule = models.ForeignKey(
        Schedule,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="switches",
        help_text=_("Only these hours, for example Office hours. Empty: all of the line's."),
    )
    words = PromptField(help_text=_('The emergency message, for example {"en": "We are closed because of snow."}.'))
    begins_at = models.DateTimeField(
        _("from"), default=timezone.now, help_text=_("For example 23 November 2026, 06:04.")
    )
    ends_at = models.DateTimeField(
        _("until"),
        help_text=_("When it ends by itself, for example 23 November 2026, 18:00; at most 31 days from now."),
    )
    ended_at = models.DateTimeField(
        _("ended by hand"),
        null=True,
        blank=True,
        help_text=_("For example 23 November 2026, 12:30. Empty: it was not."),
    )
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Who set it, for example Ana. Empty: somebody by phone."),
    )
    via = models.CharField(
        _("set"), max_length=20, choices=Via, default=Via.ADMIN, help_text=_("For example By phone.")
    )
    note = models.TextField(blank=True, help_text=_("Why, for example Water main on 5th Street."))

    class Meta:
        ordering = ["-begins_at", "-pk"]
        verbose_name_plural = _("switches")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")),
                name="menus_switch_ends_before_it_begins",
                violation_error_message=_("It ends before it begins; choose a later end."),
            )
        ]
        indexes = [
            # What is on now: read by every worker, every two seconds at most.
            models.Index(
                fields=["line", "ends_at"],
                name="menus_switch_on",
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_kind_display()} until {self.ends_at.astimezone(ZoneInfo(self.line.timezone)):%d %B %Y, %H:%M}"
        )

    def clean(self) -> None:
        if self.kind == self.Kind.MESSAGE and not self.words:
            raise ValidationError(
                {"words": gettext("An emergency message needs words; write what callers are to hear.")}
            )
        if self.kind in (self.Kind.OPEN, self.Kind.CLOSED) and self.words:
            raise ValidationError(
                {"words": gettext("Only an emergency message has words; remove them, or set one of its own.")}
            )
        if self.schedule and self.schedule.line_id != self.line_id:
            raise ValidationError(
                {
                    "schedule": gettext("“%(schedule)s” belongs to another line; choose one of this line's.")
                    % {"schedule": self.schedule}
                }
            )
        ends_at: datetime | None = self.ends_at  # None while the form has a fault there
        if ends_at and ends_at > timezone.now() + MAX_AHEAD:
            fault = gettext("That is more than %(days)s days ahead; choose an earlier end and set it again then.") % {
                "days": MAX_AHEAD.days
            }
            raise ValidationError({"ends_at": fault})


class SetSwitch(Destination):
    KIND = Kind.SWITCH

    class Sets(models.TextChoices):
        OPEN = "open", _("Force open")
        CLOSED = "closed", _("Force closed")
        MESSAGE = "message", _("Emergency message")
        NORMAL = "normal", _("End all that is on")

    switch = models.CharField(
        max_length=20, choices=Sets, default=Sets.CLOSED, help_text=_("What it does, for example Force closed.")
    )
    schedule = of_schedule(_("Only these hours, for example Office hours. Empty: all of the line's."))
    # The flow's `hours`: that name is taken by the way from a destination to its opening hours.
    for_hours = models.PositiveSmallIntegerField(
        _("hours"), default=4, validators=between(1, 168), help_text=_("For how long, for example 4.")
    )
    hours_value = models.CharField(
        _("hours keyed"),
        max_length=30,
        blank=True,
        validators=[value_name],
        help_text=_("The entry that says for how many hours, for example hours. Empty: as many as above."),
    )
    words = PromptField(help_text=_('The emergency message, for example {"en": "We are closed because of snow."}.'))
    then = leads_to(_("Where the call goes on, for example Staff menu."))
    failed = leads_to(
        _("Where it goes when the switch could not be set, for example Front desk. Empty: to the operator."),
        _("when it failed"),
    )

    class Meta:
        verbose_name = _("switch by phone")
        verbose_name_plural = _("switches by phone")
