"""When a place is open: hours of the week and holidays."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as FlowError

from menus import flow
from menus.fields import KeyField, PromptField
from menus.models.keys import new_key
from menus.models.lines import Line, time_zone


def holiday_when(value: str) -> None:
    """The flow's own grammar for days."""
    try:
        flow.Holiday.model_validate({"name": "x", "when": value})
    except FlowError as error:
        raise ValidationError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


class Weekday(models.IntegerChoices):
    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Schedule(models.Model):
    line = models.ForeignKey(Line, models.CASCADE, related_name="schedules")
    key = KeyField(help_text=_("Short name in files, like office. Empty: made from the name. Then leave it."))
    name = models.CharField(max_length=100, help_text=_("For example Office hours."))
    timezone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        validators=[time_zone],
        help_text=_("Only when it differs from the line's, for example America/Denver."),
    )
    position = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "key"],
                name="menus_schedule_key_twice_in_line",
                violation_error_message=_("This line has a schedule with that key already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        others = Schedule.objects.filter(line_id=self.line_id).exclude(pk=self.pk)
        if not self.key:
            self.key = new_key(self.name, set(others.values_list("key", flat=True)), "schedule")
        if self.position is None:
            last = others.aggregate(last=models.Max("position"))["last"]
            self.position = 0 if last is None else last + 1
        super().save(*args, **kwargs)


class OpeningHours(models.Model):
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday, help_text=_("For example Monday. A day without hours is closed.")
    )
    opens = models.TimeField(help_text=_("For example 08:00."))
    closes = models.TimeField(
        help_text=_("For example 17:00; 00:00 is the end of the day; before the opening: the next day.")
    )

    class Meta:
        ordering = ["weekday", "opens", "pk"]
        verbose_name = verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Holiday(models.Model):
    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="holidays")
    name = models.CharField(max_length=100, help_text=_("For example Thanksgiving."))
    when = models.CharField(
        max_length=60,
        validators=[holiday_when],
        help_text=_("For example 12-25, 2026-12-24, last monday of may or easter - 2."),
    )
    closed_from = models.TimeField(
        null=True,
        blank=True,
        help_text=_("When only part of the day is closed, for example 12:00. Empty: the whole day."),
    )
    closed_to = models.TimeField(
        null=True, blank=True, help_text=_("Until when, for example 15:00. Empty: to the end of the day.")
    )
    words = PromptField(help_text=_('Said first on that day, for example {"en": "Happy Thanksgiving."}.'))
    position = models.PositiveSmallIntegerField(
        default=0, help_text=_("Order, for example 0 for the first; the first that fits a day counts.")
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
