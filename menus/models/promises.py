"""What a line promises its callers: so many keys and seconds to a transfer. The check proves it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from menus.models.destinations import between
from menus.models.lines import Line
from menus.models.lists import NumberList


class LinePromise(models.Model):
    class When(models.TextChoices):
        """The same words as `flow.PromisedWhen`."""

        ANY = "any", "Whatever the hour"
        OPEN = "open", "While all is open"
        CLOSED = "closed", "While all is closed"

    line = models.ForeignKey(Line, models.CASCADE, related_name="promises")
    label = models.CharField(
        max_length=100, blank=True, help_text="What your team calls it, for example A lost card reaches a person."
    )
    reaches = models.ForeignKey(
        "menus.Destination",
        models.RESTRICT,
        related_name="+",
        help_text="The transfer that callers come to, for example Card desk.",
    )
    max_keys = models.PositiveSmallIntegerField(
        "keys at most", default=2, validators=between(0, 20), help_text="What they key until then, for example 2."
    )
    max_seconds = models.PositiveSmallIntegerField(
        "seconds at most",
        null=True,
        blank=True,
        validators=between(1, 600),
        help_text="From the answer until the transfer begins, for example 15. Empty: only the keys count.",
    )
    when = models.CharField(
        max_length=20,
        choices=When,
        default=When.ANY,
        help_text="Whether it holds at every hour, or only while all schedules of the line are open or closed. "
        "For example Whatever the hour.",
    )
    except_lists = models.ManyToManyField(
        NumberList,
        blank=True,
        related_name="promises",
        verbose_name="not for callers on",
        help_text="Callers on these lists are promised nothing, for example Blocked callers.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order, for example 0 for the first.")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = "promise"

    def __str__(self) -> str:
        return self.label or f"to {self.reaches}"

    def clean(self) -> None:
        led_to = self.reaches if self.reaches_id else None
        if led_to and led_to.line_id != self.line_id:
            raise ValidationError({"reaches": f"“{led_to}” belongs to another line; choose one of this line's."})
