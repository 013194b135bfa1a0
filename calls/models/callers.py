"""What callers left behind: requests to be called back, the language they chose, wrong PINs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from calls.models.lengths import ID_LENGTH
from menus.models import Line


class CallbackRequest(models.Model):
    """Somebody is to call back. Staff work through them; the call itself only adds one."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ASSIGNED = "assigned", _("Assigned")
        DONE = "done", _("Done")

    call_uuid = models.CharField(max_length=ID_LENGTH, editable=False)
    n = models.PositiveSmallIntegerField(_("turn"), editable=False)
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, db_constraint=False, related_name="callbacks", editable=False
    )
    destination = models.CharField(max_length=40, editable=False)
    team = models.CharField(max_length=100, blank=True, help_text=_("Who is to call back, for example Loans."))
    number = models.CharField(max_length=ID_LENGTH, help_text=_("Whom to call, for example +1 202 555 0142."))
    begins_at = models.DateTimeField(null=True, blank=True, help_text=_("When they asked for it. Empty: soon."))
    ends_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=50, default="UTC", editable=False)
    language = models.CharField(max_length=20, blank=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, help_text=_("For example Assigned."))
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="callbacks",
        help_text=_("Who works on it, for example you."),
    )
    note = models.TextField(blank=True, help_text=_("For example: Called at 10:20, asked for the form by mail."))
    done_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call_uuid", "n"], name="callback_once"),  # a webhook delivered twice
        ]
        indexes = [
            models.Index(fields=["state", "begins_at"], name="callback_due"),  # the work list
            models.Index(fields=["-created_at"], name="callback_newest"),
        ]
        ordering = ["-created_at"]
        verbose_name = _("callback request")

    def __str__(self) -> str:
        return f"{self.number}, {self.created_at:%Y-%m-%d %H:%M} UTC"

    def get_absolute_url(self) -> str:
        return reverse("admin:calls_callbackrequest_change", args=[self.pk])


class RememberedCaller(models.Model):
    """The language that a caller chose on a line, under a keyed hash of the number, until it expires."""

    line = models.ForeignKey(Line, models.CASCADE, db_constraint=False, related_name="+")
    caller = models.CharField(max_length=64)
    language = models.CharField(max_length=20)
    chosen_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "caller"], name="remembered_once"),  # and what a call looks up
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="remembered_expiry"),  # its cleaning
        ]

    def __str__(self) -> str:
        return f"{self.language} until {self.expires_at:%Y-%m-%d}"


class WrongPin(models.Model):
    """A PIN that was wrong, under a keyed hash of who tried it and of whose it should have been."""

    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    call_uuid = models.CharField(max_length=ID_LENGTH)
    n = models.PositiveSmallIntegerField(_("turn"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["who", "call_uuid", "n"], name="wrong_pin_once"),  # delivered twice
        ]
        indexes = [
            models.Index(fields=["who", "at"], name="wrong_pin_recent"),  # those of the last hour
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} UTC"
