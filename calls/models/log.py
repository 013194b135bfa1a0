"""The log: what was said and keyed in each call. Turns and events are only appended; the rest follows from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.lengths import ID_LENGTH
from calls.models.messages import Recording
from menus.dialogue import Outcome as StepOutcome
from menus.models import Line, Version

LONGEST: Final = timedelta(hours=4)
"""A call without an end that began earlier is not in progress: the news of its end was lost."""


class Status(models.TextChoices):
    """How far a leg has come."""

    UNKNOWN = "unknown", _("unknown")
    STARTED = "started", _("started")
    RINGING = "ringing", _("ringing")
    ANSWERED = "answered", _("answered")
    BUSY = "busy", _("busy")
    CANCELLED = "cancelled", _("cancelled by the caller")
    UNANSWERED = "unanswered", _("not answered")
    TIMEOUT = "timeout", _("rang out")
    REJECTED = "rejected", _("rejected")
    FAILED = "failed", _("failed")
    COMPLETED = "completed", _("completed")

    @property
    def rank(self) -> int:
        """News of a lower rank never undoes news of a higher one, so that arrival order cannot matter."""
        return {"unknown": 0, "started": 1, "ringing": 2, "answered": 3, "completed": 5}.get(self.value, 4)


class CallOutcome(models.TextChoices):
    """How a call ended, in the words of the reports (docs/measures.md defines each)."""

    IN_PROGRESS = "in_progress", _("in progress")
    SERVED = "served", _("served by the menu")
    TRANSFERRED = "transferred", _("talked with somebody")
    VOICEMAIL = "voicemail", _("left a message")
    CALLBACK = "callback", _("asked to be called back")
    NOT_REACHED = "not_reached", _("nobody answered")
    GAVE_UP = "gave_up", _("tries used up")
    OVER_LIMIT = "over_limit", _("a bound of the call was passed")
    ENDED = "ended", _("ended by the menu")
    ABANDONED = "abandoned", _("hung up in the menu")
    UNROUTED = "unrouted", _("no line has this number")
    FAILED = "failed", _("failed")


class HeardKind(models.TextChoices):
    """What we heard at a turn."""

    ANSWERED = "answered", _("rang")
    KEYED = "keyed", _("pressed")
    SPOKEN = "spoken", _("said")
    SILENCE = "silence", _("nothing")
    DIALLED = "dialled", _("target not reached")
    RECORDED = "recorded", _("left a message")
    HUNG_UP = "hung_up", _("hung up")
    HELD = "held", _("heard the words before a look-up")


class EventKind(models.TextChoices):
    """What a webhook was about."""

    STATUS = "status", _("status")
    INPUT = "input", _("input")
    MACHINE = "machine", _("machine detection")
    RECORDING = "recording", _("recording")
    TRANSCRIPT = "transcript", _("transcript")
    TRANSFER = "transfer", _("transfer")
    NOTIFY = "notify", _("notify")
    ERROR = "error", _("error")
    FALLBACK = "fallback", _("fallback")
    UNKNOWN = "unknown", _("unknown")


class Call(models.Model):
    """One caller's call, keyed by Vonage's uuid of the caller's own leg."""

    uuid = models.CharField(_("call id"), max_length=ID_LENGTH, primary_key=True)
    conversation = models.CharField(max_length=ID_LENGTH, blank=True)
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False, related_name="calls"
    )
    version = models.ForeignKey(
        Version,
        models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="calls",
    )
    caller = models.CharField(
        max_length=ID_LENGTH, blank=True, help_text=_("As the carrier gave it, e.g. 12025550142.")
    )
    dialled = models.CharField(max_length=ID_LENGTH, blank=True)
    endpoint = models.CharField(max_length=20, blank=True, help_text=_("How the caller came: phone, sip, app …"))
    region_url = models.CharField(max_length=200, blank=True)
    details = models.TextField(
        blank=True, help_text=_("SIP headers, custom data and what else came with the call, as JSON.")
    )
    started_at = models.DateTimeField(help_text=_("When the call rang."))
    time_zone = models.CharField(max_length=50, default="UTC", help_text=_("The line's time zone at that time."))
    local_day = models.DateField(help_text=_("The day of the call in that zone."))
    local_hour = models.PositiveSmallIntegerField(default=0, help_text=_("The hour in that zone, 0 to 23."))
    caller_key = models.CharField(
        max_length=64, blank=True, help_text=_("A keyed hash of the caller: who rings again is known, not who it is.")
    )
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNKNOWN)
    status_rank = models.SmallIntegerField(default=0)
    status_detail = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(_("price (EUR)"), max_digits=12, decimal_places=8, null=True, blank=True)
    rate = models.DecimalField(_("rate (EUR/min)"), max_digits=12, decimal_places=8, null=True, blank=True)
    network = models.CharField(max_length=40, blank=True)
    disconnected_by = models.CharField(max_length=20, blank=True)
    answer_missing = models.BooleanField(default=False, help_text=_("Events came, but the answer webhook never did."))
    degraded = models.BooleanField(default=False, help_text=_("Answered while the database was away."))
    language = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=12, choices=CallOutcome.choices, default=CallOutcome.IN_PROGRESS)
    last_destination = models.CharField(max_length=40, blank=True)
    turn_count = models.PositiveSmallIntegerField(default=0)
    cost = models.DecimalField(
        _("cost (EUR)"),
        max_digits=12,
        decimal_places=8,
        null=True,
        blank=True,
        help_text=_("The caller's leg and all whom we rang, so far as Vonage told their prices."),
    )
    person_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("From the ring until somebody answered; empty: nobody did.")
    )
    served_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text=_("From the ring until a place marked as served; empty: it was not reached.")
    )
    is_short = models.BooleanField(default=False, help_text=_("Hung up in the menu within the first seconds."))
    is_recontact = models.BooleanField(
        default=False, help_text=_("The caller had rung this line in the 24 hours before, too.")
    )
    summarised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-started_at"], name="call_newest"),  # the call list
            models.Index(fields=["line", "-started_at"], name="call_line_newest"),  # … of one line
            models.Index(fields=["conversation"], name="call_conversation"),  # news without a leg's id
            models.Index(fields=["caller", "-started_at"], name="call_caller"),  # search by number
            models.Index(  # who rang this line before
                fields=["line", "caller_key", "started_at"], name="call_again", condition=~models.Q(caller_key="")
            ),
            models.Index(  # calls that the keeper has yet to summarise
                fields=["ended_at"],
                name="call_unsummarised",
                condition=models.Q(summarised_at=None, ended_at__isnull=False),
            ),
        ]
        ordering = ["-started_at"]
        permissions = [
            ("see_numbers", "Can see whole telephone numbers of callers"),
            ("export_call", "Can take lists of calls away as files"),
            ("erase_caller", "Can export and erase all that is kept of a caller"),
        ]

    def __str__(self) -> str:
        return f"{self.caller or 'unknown'} → {self.dialled or 'unknown'}, {self.started_at:%Y-%m-%d %H:%M:%S} UTC"

    @staticmethod
    def going_on(now: datetime) -> models.Q:
        """Those in progress."""
        return models.Q(ended_at=None, outcome=CallOutcome.IN_PROGRESS, started_at__gt=now - LONGEST)

    def legs(self) -> models.QuerySet[Leg]:
        """Whom we rang for the caller."""
        return Leg.objects.filter(self._mine())

    def recordings(self) -> models.QuerySet[Recording]:
        return Recording.objects.filter(self._mine())

    def events(self) -> models.QuerySet[Event]:
        """Every webhook about this call, of the caller's leg and of all others."""
        mine = models.Q(leg_uuid=self.uuid)
        if self.conversation:
            mine |= models.Q(conversation=self.conversation)
        return Event.objects.filter(mine).order_by("received_at")

    def _mine(self) -> models.Q:
        """By the call's id where it was known, else by the conversation."""
        mine = models.Q(call_uuid=self.uuid)
        if self.conversation:
            mine |= models.Q(call_uuid="", conversation=self.conversation)
        return mine


class Turn(models.Model):
    """What the caller did, what that led to, and what we said. Appended, never changed."""

    call = models.ForeignKey(Call, models.CASCADE, db_constraint=False, db_index=False, related_name="turns")
    n = models.PositiveSmallIntegerField(_("turn"))
    at = models.DateTimeField()
    waited_at = models.CharField(max_length=40, blank=True, help_text=_("The destination where the caller waited."))
    heard = models.CharField(max_length=10, choices=HeardKind.choices)
    digits = models.CharField(
        max_length=40,
        blank=True,
        help_text=_("What was keyed or said; long numbers are masked, sensitive ones hidden."),
    )
    outcome = models.CharField(
        max_length=20, blank=True, choices=[(outcome.value, outcome.value) for outcome in StepOutcome]
    )
    option = models.CharField(max_length=40, blank=True, help_text=_("Stable key of the option chosen."))
    language = models.CharField(max_length=20, blank=True)
    visits = models.TextField(blank=True, help_text=_("Destinations passed, how and why, as JSON."))
    waits_at = models.CharField(max_length=40, blank=True, help_text=_("Where the caller then waits; empty: the end."))
    ncco = models.TextField(help_text=_("What was sent, long numbers masked: a repeated webhook gets it again."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "n"], name="turn_once"),  # a webhook delivered twice
        ]
        ordering = ["call_id", "n"]

    def __str__(self) -> str:
        return f"turn {self.n}: {self.heard} {self.digits}".strip()


class Event(models.Model):
    """One webhook as it came (cleaned and bounded), whatever it was about."""

    digest = models.CharField(max_length=64, help_text=_("A keyed hash of the payload: the same news is kept once."))
    call_uuid = models.CharField(max_length=ID_LENGTH, blank=True)
    leg_uuid = models.CharField(max_length=ID_LENGTH, blank=True)
    conversation = models.CharField(max_length=ID_LENGTH, blank=True)
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    status = models.CharField(max_length=40, blank=True, help_text=_("In Vonage's own words."))
    at = models.DateTimeField(null=True, blank=True, help_text=_("When it happened, as Vonage says."))
    received_at = models.DateTimeField()
    payload = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="event_once"),  # a webhook delivered twice
        ]
        indexes = [
            models.Index(fields=["conversation"], name="event_conversation"),  # one call's events
            models.Index(fields=["leg_uuid"], name="event_leg"),  # … where only the leg is named
            models.Index(fields=["-received_at"], name="event_newest"),  # the event list, and its cleaning
        ]
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}".strip()


class Leg(models.Model):
    """An outbound leg: somebody we rang for the caller."""

    uuid = models.CharField(_("leg id"), max_length=ID_LENGTH, primary_key=True)
    call_uuid = models.CharField(
        max_length=ID_LENGTH, blank=True, help_text=_("Empty: known by its conversation only.")
    )
    conversation = models.CharField(max_length=ID_LENGTH, blank=True)
    destination = models.CharField(max_length=40, blank=True)
    target = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Which of the targets, from 0."))
    caller = models.CharField(max_length=ID_LENGTH, blank=True)
    dialled = models.CharField(max_length=ID_LENGTH, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.UNKNOWN)
    status_rank = models.SmallIntegerField(default=0)
    fate = models.CharField(max_length=12, blank=True, help_text=_("Why nobody was reached; empty when somebody was."))
    status_detail = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(_("price (EUR)"), max_digits=12, decimal_places=8, null=True, blank=True)
    rate = models.DecimalField(_("rate (EUR/min)"), max_digits=12, decimal_places=8, null=True, blank=True)
    network = models.CharField(max_length=40, blank=True)
    disconnected_by = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["call_uuid"], name="leg_call"),  # one call's legs
            models.Index(fields=["conversation"], name="leg_conversation"),  # … where the call is not named
            models.Index(fields=["dialled", "destination", "-started_at"], name="leg_target"),  # the last of a target
        ]
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"{self.dialled}: {self.status}"


class Visit(models.Model):
    """A destination in a call's way: how the caller left it. Written by the summary, from the turns."""

    call = models.ForeignKey(Call, models.CASCADE, db_constraint=False, db_index=False, related_name="visits")
    n = models.PositiveSmallIntegerField(_("order"))
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, db_constraint=False, db_index=False, related_name="visits"
    )
    destination = models.CharField(max_length=40)
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=100, blank=True)
    entered_at = models.DateTimeField()
    is_entry = models.BooleanField(default=True, help_text=_("The caller came here; else the place was tried again."))
    is_first = models.BooleanField(default=True, help_text=_("For the first time in this call."))
    seconds = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=[(outcome.value, outcome.value) for outcome in StepOutcome])
    option = models.CharField(max_length=40, blank=True)
    option_label = models.CharField(max_length=100, blank=True)
    why = models.CharField(max_length=200, blank=True)
    led_to = models.CharField(max_length=40, blank=True)
    wrong_turn = models.BooleanField(default=False, help_text=_("Where it led the caller left again at once."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "n"], name="visit_once"),  # two summaries at once
        ]
        indexes = [
            models.Index(fields=["line", "destination", "entered_at"], name="visit_destination"),  # reports
        ]
        ordering = ["call_id", "n"]

    def __str__(self) -> str:
        return f"{self.destination}: {self.outcome}"
