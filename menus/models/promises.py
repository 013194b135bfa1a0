"""What a line promises its callers: so many keys and seconds to a transfer. The check proves it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.models.destinations import between
from menus.models.lines import Line
from menus.models.lists import NumberList


class LinePromise(models.Model):
    class When(models.TextChoices):
        """The same words as `flow.PromisedWhen`."""

        ANY = "any", _("Whatever the hour")
        OPEN = "open", _("While all is open")
        CLOSED = "closed", _("While all is closed")

    line = models.ForeignKey(Line, models.CASCADE, related_name="promises")
    label = models.CharField(
        max_length=100, blank=True, help_text=_("What your team calls it, for example A lost card reaches a person.")
    )
    reaches = models.ForeignKey(
        "menus.Destination",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "The transfer that callers come to, for example Card desk. Empty: no person, but every path ends in "
            "a voicemail, a call back or a goodbye, and rings nobody."
        ),
    )
    max_keys = models.PositiveSmallIntegerField(
        _("keys at most"), default=2, validators=between(0, 20), help_text=_("What they key until then, for example 2.")
    )
    max_seconds = models.PositiveSmallIntegerField(
        _("seconds at most"),
        null=True,
        blank=True,
        validators=between(1, 600),
        help_text=_("From the answer until the transfer begins, for example 15. Empty: only the keys count."),
    )
    when = models.CharField(
        max_length=20,
        choices=When,
        default=When.ANY,
        help_text=_(
            "Whether it holds at every hour, or only while all schedules of the line are open or closed. "
            "For example Whatever the hour."
        ),
    )
    except_lists = models.ManyToManyField(
        NumberList,
        blank=True,
        related_name="promises",
        verbose_name=_("not for callers on"),
        help_text=_("Callers on these lists are promised nothing, for example Blocked callers."),
    )
    position = models.PositiveSmallIntegerField(default=0, help_text=_("Order, for example 0 for the first."))

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("promise")

    def __str__(self) -> str:
        return self.label or f"to {self.reaches}"

    def clean(self) -> None:
        led_to = self.reaches if self.reaches_id else None
        if led_to and led_to.line_id != self.line_id:
            raise ValidationError(
                {
                    "reaches": gettext("“%(led_to)s” belongs to another line; choose one of this line's.")
                    % {"led_to": led_to}
                }
            )
