"""Counts per line and day, of which every report is a sum. `calls/tallies.py` makes them from calls, visits and legs.

The columns before the blank line say what is counted, those behind it how much. A call belongs to the local day and
hour at which it rang, in its line's time zone of that time, with all its steps and legs.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.lengths import ID_LENGTH
from menus.models import Line, Version


class DayCount(models.Model):
    """What all counts have: whose they are."""

    line = models.ForeignKey(Line, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    day = models.DateField()
    version = models.ForeignKey(
        Version, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )

    class Meta:
        abstract = True


class CallTally(DayCount):
    """Calls."""

    hour = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=12)

    calls = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    short = models.PositiveIntegerField()
    recontacts = models.PositiveIntegerField()
    seconds = models.PositiveBigIntegerField()
    cost = models.DecimalField(max_digits=16, decimal_places=8)
    person_calls = models.PositiveIntegerField()
    person_seconds = models.PositiveBigIntegerField()
    served_calls = models.PositiveIntegerField()
    served_seconds = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["line", "day"], name="calltally_line_day")]
        permissions = [("see_reports", "Can see the reports on calls")]

    def __str__(self) -> str:
        return f"{self.day} {self.hour}:00 {self.outcome}: {self.calls}"


class StepTally(DayCount):
    """Visits: how places were left, and where that led."""

    destination = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    option = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=20)
    led_to = models.CharField(max_length=40, blank=True)

    passes = models.PositiveIntegerField()
    """All visits, tries again too."""
    entries = models.PositiveIntegerField()
    callers = models.PositiveIntegerField()
    """Of the calls that came to the place, each at its first visit there."""
    seconds = models.PositiveBigIntegerField()
    wrong_turns = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["line", "day"], name="steptally_line_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.destination} {self.outcome} → {self.led_to}: {self.passes}"


class KeyTally(DayCount):
    """When, in seconds after the line began to speak there, a place was left."""

    destination = models.CharField(max_length=40)
    second = models.PositiveSmallIntegerField(help_text=_("The last one stands for all later ones."))

    keys = models.PositiveIntegerField()
    operator = models.PositiveIntegerField()
    hang_ups = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["line", "day"], name="keytally_line_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.destination} {self.second} s: {self.keys}"


class TargetTally(DayCount):
    """Whom we rang, and what came of it."""

    destination = models.CharField(max_length=40)
    dialled = models.CharField(max_length=ID_LENGTH, blank=True)
    fate = models.CharField(max_length=12, blank=True, help_text=_("Why nobody was reached; empty when somebody was."))

    attempts = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    ring_seconds = models.PositiveBigIntegerField()
    """Of those who answered, until they did."""
    talk_seconds = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["line", "day"], name="targettally_line_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.dialled}: {self.answered} of {self.attempts}"


class DueDay(models.Model):
    """A day of a line that is to be counted anew."""

    line = models.ForeignKey(Line, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    day = models.DateField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "day"], name="due_day_once")]

    def __str__(self) -> str:
        return f"{self.day} of line {self.line_id}"
