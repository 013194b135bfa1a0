"""What callers say to a mailbox: the message, its sound, and whose the mailbox is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.lengths import ID_LENGTH
from menus.models import Line


class Recording(models.Model):
    """A message that a caller left, and what staff did about it. The sound is at Vonage for 30 days (Vonage's recording
    guide) and is fetched from there into a `Sound`."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        HEARD = "heard", _("Heard")
        DONE = "done", _("Done")

    uuid = models.CharField(_("recording id"), max_length=ID_LENGTH, primary_key=True)
    call_uuid = models.CharField(max_length=ID_LENGTH, blank=True)
    conversation = models.CharField(max_length=ID_LENGTH, blank=True)
    destination = models.CharField(max_length=40, blank=True)
    mailbox = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=500)
    size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    line = models.ForeignKey(
        Line, models.PROTECT, null=True, blank=True, db_constraint=False, related_name="messages", editable=False
    )
    language = models.CharField(max_length=20, blank=True, editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State, default=State.NEW, help_text=_("For example Done."))
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        help_text=_("Who works on it, for example you."),
    )
    note = models.TextField(blank=True, help_text=_("For example: Called back at 10:20."))
    heard_at = models.DateTimeField(null=True, blank=True, editable=False)
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    transcript = models.TextField(blank=True, editable=False, help_text=_("As Vonage understood it."))

    fetched_at = models.DateTimeField(null=True, blank=True, editable=False)
    fetch_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    fetch_next_at = models.DateTimeField(null=True, blank=True, editable=False)
    fetch_fault = models.CharField(max_length=200, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["call_uuid"], name="recording_call"),  # one call's messages
            models.Index(fields=["conversation"], name="recording_conversation"),  # … where the call is not named
            models.Index(fields=["-received_at"], name="recording_newest"),  # the inbox
            models.Index(  # what is to be fetched
                fields=["fetch_next_at"], name="recording_to_fetch", condition=models.Q(fetched_at=None)
            ),
        ]
        ordering = ["-received_at"]
        verbose_name = _("voicemail message")
        permissions = [("hear_recording", "Can hear the messages of callers")]

    def __str__(self) -> str:
        return f"{self.mailbox or self.destination or 'message'}, {self.received_at:%Y-%m-%d %H:%M} UTC"


class Sound(models.Model):
    """The sound of a message, in our own keeping. Apart, so that lists do not carry it."""

    recording = models.OneToOneField(Recording, models.CASCADE, primary_key=True, related_name="sound")
    data = models.BinaryField(editable=False)
    media_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the sound."))
    size_bytes = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.size_bytes} bytes, {self.media_type}"


class Mailbox(models.Model):
    """Whom to tell by e-mail when a message is left in a mailbox of the line."""

    line = models.ForeignKey(
        Line, models.CASCADE, related_name="mailboxes", help_text=_("For example Riverbend Clinic.")
    )
    name = models.CharField(
        max_length=100, blank=True, help_text=_("As the voicemail names it, for example Reception. Empty: all others.")
    )
    emails = models.TextField(help_text=_("One address on each line, for example ana@example.com."))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "name"], name="mailbox_once")]
        ordering = ["line", "name"]
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return self.name or str(self.line)
