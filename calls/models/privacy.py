"""Who saw, took away or erased what is kept of callers; and up to when what has grown old was taken out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.lengths import ID_LENGTH


class Access(models.Model):
    """Somebody heard a message, saw whole numbers, or took or erased what is kept. Only appended."""

    class What(models.TextChoices):
        HEARD = "heard", _("heard a message")
        SAW_NUMBERS = "saw_numbers", _("saw whole numbers")
        EXPORTED = "exported", _("took calls away")
        TOLD = "told", _("took away all of one caller")
        ERASED = "erased", _("erased a caller")
        PRUNED = "pruned", _("took out what was old")

    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+"
    )
    who = models.CharField(max_length=150, help_text=_("The user’s name, the API key’s, or the command."))
    what = models.CharField(max_length=12, choices=What)
    call_uuid = models.CharField(max_length=ID_LENGTH, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="access_newest")]
        ordering = ["-at"]
        verbose_name = _("access")
        verbose_name_plural = _("accesses")

    def __str__(self) -> str:
        return f"{self.who} {self.get_what_display()}, {self.at:%Y-%m-%d %H:%M} UTC"


class Pruned(models.Model):
    """Up to when one class of what is kept was taken out; what is older is not looked at again."""

    what = models.CharField(max_length=20, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} until {self.until:%Y-%m-%d %H:%M} UTC"
