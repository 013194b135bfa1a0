"""Where a caller can be: a destination and one model for each kind, each with exactly its own fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from menus.fields import KeyField, PromptField
from menus.models.keys import new_key
from menus.models.lines import Line, one_key
from menus.models.schedules import Schedule


class Kind(models.TextChoices):
    """The same words as `flow`'s `kind`."""

    MENU = "menu", _("Menu")
    MESSAGE = "message", _("Message")
    HOURS = "hours", _("Opening hours")
    TRANSFER = "transfer", _("Transfer")
    VOICEMAIL = "voicemail", _("Voicemail")
    COLLECT = "collect", _("Ask for an entry")
    LOOKUP = "lookup", _("Look-up")
    BRANCH = "branch", _("Branch")
    CALLBACK = "callback", _("Call back")
    SWITCH = "switch", _("Switch")
    HANGUP = "hangup", _("Hang up")

    @property
    def model_name(self) -> str:
        """Of its model, in the admin's URLs; also the one-to-one accessor on `Destination`."""
        return "setswitch" if self is Kind.SWITCH else self.value


class Mark(models.TextChoices):
    NONE = "", _("Nothing")
    SERVED = "served", _("Served")


def leads_to(help_text: StrOrPromise, verbose_name: StrOrPromise | None = None) -> Any:
    """A foreign key to a destination. RESTRICT: one in use goes only with its whole line."""
    return models.ForeignKey(
        "menus.Destination",
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=verbose_name,
        help_text=help_text,
    )


def of_schedule(help_text: StrOrPromise) -> Any:
    """A foreign key to one of the line's schedules."""
    return models.ForeignKey(Schedule, models.RESTRICT, null=True, blank=True, related_name="+", help_text=help_text)


def between(low: int, high: int) -> list[Any]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class Destination(models.Model):
    KIND: ClassVar[Kind | None] = None

    line = models.ForeignKey(Line, models.CASCADE, related_name="destinations")
    key = KeyField(help_text=_("Short name in files and reports, like front-desk. Empty: made from the label."))
    label = models.CharField(max_length=100, help_text=_("What your team calls it, for example Front desk."))
    kind = models.CharField(max_length=20, choices=Kind, editable=False)
    position = models.PositiveIntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "key"],
                name="menus_destination_key_twice_in_line",
                violation_error_message=_("This line has a destination with that key already."),
            )
        ]

    def __str__(self) -> str:
        return self.label or self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.KIND:
            self.kind = self.KIND
        others = Destination.objects.filter(line_id=self.line_id).exclude(pk=self.pk)
        if not self.key:
            self.key = new_key(self.label, set(others.values_list("key", flat=True)), self.kind)
        if self.position is None:
            last = others.aggregate(last=models.Max("position"))["last"]
            self.position = 0 if last is None else last + 1
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse(f"admin:menus_{Kind(self.kind).model_name}_change", args=[self.pk])

    def clean(self) -> None:
        for name, led_to in self.leads():
            if led_to and led_to.line_id != self.line_id:
                raise ValidationError(
                    {
                        name: gettext("“%(led_to)s” belongs to another line; choose one of this line's.")
                        % {"led_to": led_to}
                    }
                )

    def whole(self) -> Destination:
        """The row of its own kind, with all its fields."""
        row: Destination = getattr(self, Kind(self.kind).model_name)
        return row

    def leads(self) -> Iterator[tuple[str, Any]]:
        """The destinations and schedules it leads to or uses, by field."""
        for field in self._meta.fields:
            if field.many_to_one and field.related_model in (Destination, Schedule):
                yield field.name, getattr(self, field.name)


class Message(Destination):
    KIND = Kind.MESSAGE

    prompt = PromptField(help_text=_('What is said, for example {"en": "We are at 12 Main Street."}.'))
    barge_in = models.BooleanField(
        _("may interrupt"), default=False, help_text=_("Callers may press a key to skip it. For example: no.")
    )
    outcome = models.CharField(
        max_length=20,
        choices=Mark,
        default=Mark.NONE,
        blank=True,
        help_text=_("What hearing it means, for example Served: the caller has what they called for."),
    )
    then = leads_to(_("Where the call goes on, for example Main menu."))


class Hours(Destination):
    KIND = Kind.HOURS

    schedule = of_schedule(_("For example Office hours."))
    open = leads_to(_("Where callers go when it is open, for example Main menu."), _("when open"))
    closed = leads_to(_("Where they go when it is closed, for example Closed."), _("when closed"))
    holiday = leads_to(_("Where they go on a holiday, for example Holiday. Empty: as when closed."), _("on a holiday"))

    class Meta:
        verbose_name = verbose_name_plural = _("opening hours")


class Voicemail(Destination):
    KIND = Kind.VOICEMAIL

    prompt = PromptField(help_text=_('Said before the tone, for example {"en": "Please leave a message."}.'))
    max_seconds = models.PositiveSmallIntegerField(
        default=180, validators=between(3, 7200), help_text=_("The longest message, for example 180.")
    )
    silence_seconds = models.PositiveSmallIntegerField(
        default=5, validators=between(3, 10), help_text=_("Silence that ends the message, for example 5.")
    )
    finish_key = models.CharField(
        max_length=1,
        default="#",
        validators=[one_key],
        help_text=_("The key that ends the message, for example #."),
    )
    beep = models.BooleanField(_("tone"), default=True, help_text=_("A tone says when to speak. For example: yes."))
    mailbox = models.CharField(
        max_length=100, blank=True, help_text=_("Whose messages these are, for example Dispatch.")
    )
    then = leads_to(_("Where the call goes on afterwards, for example Goodbye. Empty: it ends."))


class HangUp(Destination):
    KIND = Kind.HANGUP

    goodbye = PromptField(help_text=_('The last words, for example {"en": "Goodbye."}.'))
    outcome = models.CharField(
        max_length=20,
        choices=Mark,
        default=Mark.NONE,
        blank=True,
        help_text=_("What coming here means, for example Served: the caller has what they called for."),
    )
