"""A menu and its options."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from menus.fields import KeyField, PromptField
from menus.models.destinations import Destination, Kind, between, leads_to
from menus.models.keys import new_key


class Menu(Destination):
    KIND = Kind.MENU

    greeting = PromptField(help_text='Said once, before anything else, for example {"en": "Riverbend Clinic."}.')
    prompt = PromptField(
        help_text='The choices, for example {"en": "For billing, press 4."}. Empty: made from the options.'
    )
    short_prompt = PromptField(help_text='Said instead when a caller tries again, for example {"en": "Press 1 or 2."}.')
    wait_seconds = models.PositiveSmallIntegerField(
        default=5, validators=between(1, 10), help_text="Seconds of silence to wait for a key, for example 5."
    )
    barge_in = models.BooleanField(
        "may interrupt",
        default=True,
        help_text="Callers may press a key before the words end. For example: yes.",
    )
    finish_on_hash = models.BooleanField(
        "ends with #", default=False, help_text="Callers press # after the digits. For example: no."
    )
    no_input_tries = models.PositiveSmallIntegerField(
        "tries on silence", default=3, validators=between(1, 9), help_text="Hearings in all, for example 3."
    )
    no_input_first = PromptField("first silence", help_text='For example {"en": "Are you there?"}.')
    no_input_second = PromptField("later silences", help_text='For example {"en": "Please press a key."}.')
    no_input_last = PromptField("last silence", help_text='For example {"en": "We did not hear you."}.')
    no_input_then = leads_to("Where silence leads when its tries are used up, for example Front desk.", "then")
    no_match_tries = models.PositiveSmallIntegerField(
        "tries on a wrong key",
        default=3,
        validators=between(1, 9),
        help_text="Hearings in all, for example 3.",
    )
    no_match_first = PromptField("first wrong key", help_text='For example {"en": "Sorry?"}.')
    no_match_second = PromptField("later wrong keys", help_text='For example {"en": "Please press 1 or 2."}.')
    no_match_last = PromptField("last wrong key", help_text='For example {"en": "That did not work."}.')
    no_match_then = leads_to("Where wrong keys lead when the tries are used up, for example Front desk.", "then")
    max_failures = models.PositiveSmallIntegerField(
        default=4, validators=between(1, 18), help_text="Silences and wrong keys together, for example 4."
    )
    failures_then = leads_to("Where callers go after that many, for example Front desk.")
    without_repeat = models.BooleanField(
        "no repeat key", default=False, help_text="The line's repeat key is off here. For example: no."
    )
    without_back = models.BooleanField(
        "no back key", default=False, help_text="The line's back key is off here. For example: no."
    )
    without_main = models.BooleanField(
        "no main-menu key", default=False, help_text="The line's main-menu key is off here. For example: no."
    )
    without_operator = models.BooleanField(
        "no operator key", default=False, help_text="The line's operator key is off here. For example: no."
    )


class Option(models.Model):
    menu = models.ForeignKey(Menu, models.CASCADE, related_name="options")
    key = KeyField(help_text="Short name in reports, like billing. Empty: made from the label. Then leave it.")
    digits = models.CharField(
        max_length=10,
        validators=[RegexValidator(r"\A[0-9*#]{1,10}\Z", "Use keys of the phone: digits, * and #, at most ten.")],
        help_text="What callers press, for example 4 or 12.",
    )
    label = models.CharField(max_length=100, help_text="What your team calls it, for example Billing.")
    words = PromptField(help_text='Said before “press 4”, for example {"en": "For billing"}. Empty: the label.')
    to = leads_to("Where it leads, for example Billing desk.", "leads to")
    language = models.CharField(
        max_length=20, blank=True, help_text="The language it changes to, for example es. Empty: no change."
    )
    enabled = models.BooleanField(default=True, help_text="Off: as if it were not there. For example: yes.")
    spoken = models.BooleanField(
        default=True, help_text="Off: the key works, but the menu does not name it. For example: yes."
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order, for example 0 for the first.")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["menu", "key"],
                name="menus_option_key_twice_in_menu",
                violation_error_message="This menu has an option with that key already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.digits} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.key:
            others = Option.objects.filter(menu_id=self.menu_id).exclude(pk=self.pk)
            self.key = new_key(self.label, set(others.values_list("key", flat=True)), "option")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.to and self.menu_id and self.to.line_id != self.menu.line_id:
            raise ValidationError({"to": f"“{self.to}” belongs to another line; choose one of this line's."})
