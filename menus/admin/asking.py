"""The forms of what asks a caller and waits: menu, entry, call back; their fields in the order in which a call goes."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from menus.admin.destinations import FILES, DestinationAdmin
from menus.admin.forms import RowForm, Rows
from menus.admin.parts import RowsInline
from menus.models import Callback, Collect, Menu, Option


def tries(silence: StrOrPromise, wrong: StrOrPromise) -> tuple[Any, ...]:
    """The fieldsets of what happens when nothing comes, or something that does not fit."""
    return (
        (
            silence,
            {
                "fields": (
                    ("no_input_tries", "no_input_then"),
                    ("no_input_first", "no_input_second", "no_input_last"),
                )
            },
        ),
        (
            wrong,
            {
                "fields": (
                    ("no_match_tries", "no_match_then"),
                    ("no_match_first", "no_match_second", "no_match_last"),
                )
            },
        ),
        (_("Too many of both"), {"fields": (("max_failures", "failures_then"),)}),
    )


ABOUT: Final = {"no_input_tries": "no_input", "no_match_tries": "no_match", "max_failures": "failures"}
OF_ENTRIES: Final[dict[str, StrOrPromise]] = {
    "no_match_tries": _("Tries on a wrong entry"),
    "no_match_first": _("First wrong entry"),
    "no_match_second": _("Later wrong entries"),
    "no_match_last": _("Last wrong entry"),
    "max_failures": _("Failures in all"),
    "failures_then": _("Then"),
}
HELPS_OF_ENTRIES: Final[dict[str, StrOrPromise]] = {
    "no_match_second": _("For example “Please enter the eight digits on your bill.”"),
    "no_match_then": _("Where wrong entries lead when the tries are used up, for example Front desk."),
    "max_failures": _("Silences and wrong entries together, for example 4."),
    "short_prompt": _("Said instead when a caller tries again, for example “Your account number, please.”"),
    "wait_seconds": _("Seconds of silence after the words, and after each key, for example 5."),
}


# --- menu -------------------------------------------------------------------------------------------------------


class OptionForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "language" in self.fields:
            self._offer_languages()

    def _offer_languages(self) -> None:
        """The line's languages, and the one that is stored even if the line has lost it."""
        known = dict(self.parts.languages)
        stored = self.initial.get("language") or ""
        more = (
            {stored: gettext("%(stored)s (not a language of this line)") % {"stored": stored}}
            if stored and stored not in known
            else {}
        )
        field = self.fields["language"]
        self.fields["language"] = forms.ChoiceField(
            choices=[("", gettext("no change")), *(known | more).items()],
            required=False,
            label=gettext("Changes language"),
            help_text=field.help_text,
            widget=forms.Select({"aria-label": gettext("Changes language")}),
        )


class OptionRows(Rows):
    """No two options that are on may have the same key."""

    def clean(self) -> None:
        super().clean()
        first: dict[str, str] = {}
        for form in self.kept():
            digits, label = form.cleaned_data.get("digits"), form.cleaned_data.get("label", "")
            if not digits or not form.cleaned_data.get("enabled"):
                continue
            if digits in first:
                fault = gettext(
                    "Key %(digits)s is taken by “%(first)s”; choose another key, or turn one of them off."
                ) % {"digits": digits, "first": first[digits]}
                form.add_error("digits", fault)
            first.setdefault(digits, label)


class OptionInline(RowsInline):
    model = Option
    fk_name = "menu"
    form = OptionForm
    formset = OptionRows
    verbose_name_plural = _("Options: what callers can press")
    fields = ("position", "digits", "label", "to", "language", "enabled", "spoken", "words", "phrases")
    labels = {"digits": _("Key"), "enabled": _("On"), "phrases": _("May be said")}
    cards = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("to")


@admin.register(Menu)
class MenuAdmin(DestinationAdmin):
    inlines = (OptionInline,)
    about = ABOUT
    shown_when = {"confirm_below": ("speech", ("on",)), "options-phrases": ("speech", ("on",))}
    labels = {
        "wait_seconds": _("Wait for a key, seconds"),
        "speech": _("Callers may speak"),
        "confirm_below": _("Ask back when less sure than, %"),
        "max_failures": _("Failures in all"),
        "failures_then": _("Then"),
    }
    helps = {
        "speech": _("They may say one of the options' phrases. For example: yes."),
        "confirm_below": _("So sure the recogniser must be, of a hundred, that nobody is asked back; for example 50."),
    }
    fieldsets = (
        (None, {"fields": ("label",)}),
        (
            _("What callers hear"),
            {"fields": ("greeting", "prompt", "short_prompt", ("barge_in", "finish_on_hash", "wait_seconds"))},
        ),
        (
            _("Callers may speak"),
            {
                "fields": (("speech", "confirm_below"),),
                "description": _(
                    "Then callers may say what they want instead of pressing a key. Each option below says "
                    "by which words it is known. Keys always work too."
                ),
            },
        ),
        *tries(_("Caller presses nothing"), _("Caller presses a wrong key")),
        (
            _("The line's own keys in this menu"),
            {
                "fields": (("without_repeat", "without_back", "without_main", "without_operator"),),
                "classes": ("collapse",),
            },
        ),
        FILES,
    )
    rows_after = 3


# --- entry ------------------------------------------------------------------------------------------------------


_KEYED: Final = ("digits", "amount", "pin")
"""What is asked for and does not know its own length."""


@admin.register(Collect)
class CollectAdmin(DestinationAdmin):
    about = ABOUT
    shown_when = {
        "min_digits": ("asks", _KEYED),
        "max_digits": ("asks", _KEYED),
        "sensitive": ("asks", ("digits", "amount", "date", "phone", "yes_no", "rating")),
        "low": ("asks", ("digits", "amount", "rating")),
        "high": ("asks", ("digits", "amount", "rating")),
        "allowed": ("asks", ("digits",)),
        "check_digit": ("asks", ("digits",)),
        "cents": ("asks", ("amount",)),
        "date_order": ("asks", ("date",)),
        "date_within": ("asks", ("date",)),
        "country": ("asks", ("phone",)),
        "confirm": ("read_back", ("on",)),
    }
    labels = OF_ENTRIES | {
        "first_wait_seconds": _("Wait for the first key, seconds"),
        "wait_seconds": _("Wait for the next key, seconds"),
        "barge_in": _("May key ahead of the words"),
        "finish_on_hash": _("Ends with #"),
    }
    helps = HELPS_OF_ENTRIES | {
        "value": _(
            "Its name in other words and in rules: small letters, for example account. Then {account} in any "
            "later words is what was keyed."
        ),
        "barge_in": _("Callers may begin before the words end. For example: yes."),
        "min_digits": _("For example 6. For digits, an amount or a PIN; the others know their lengths."),
        "max_digits": _("For example 8. As many as the fewest: the entry ends by itself with the last one."),
        "low": _(
            "For digits, an amount (in whole units) or a rating, for example 1. Empty: any; a rating begins at 1."
        ),
        "high": _("For the same, for example 500. Empty: any; a rating ends at 5."),
        "allowed": _(
            "Only for digits. The only entries taken, one to a line or with commas: 62101-62109, 62120. Empty: all."
        ),
        "check_digit": _(
            "Only for digits. How the last digits prove the others, for example Luhn, as on payment cards."
        ),
        "cents": _("Only for an amount: 12.50 is keyed as 1250. For example: no."),
        "date_order": _("Only for a date: how its eight digits are keyed, for example Month, day, year."),
        "date_within": _("Only for a date, for example Today or before for a date of birth."),
        "country": _(
            "Only for a telephone number keyed without its country code: two letters, for example US. "
            "Empty: the country of the number dialled."
        ),
        "read_back": _("It is said; then 1 accepts it and 2 asks again. Not for a sensitive one. For example: no."),
        "confirm": _("In place of “You entered …”, for example “{account}. Press 1 if that is right, or 2.”"),
        "then": _("Where the call goes on with the entry, for example Look up the account."),
    }
    fieldsets = (
        (None, {"fields": ("label",)}),
        (_("What callers hear"), {"fields": ("prompt", "short_prompt", "barge_in")}),
        (_("What is asked"), {"fields": (("asks", "value"), ("min_digits", "max_digits"), "sensitive")}),
        (
            _("Which entries are taken"),
            {
                "fields": (
                    ("low", "high"),
                    ("allowed", "check_digit"),
                    ("date_order", "date_within"),
                    ("country", "cents"),
                ),
                "description": _("Fill in only what goes with what is asked for; the rest is passed over."),
            },
        ),
        (
            _("How the entry ends"),
            {"fields": (("first_wait_seconds", "wait_seconds", "finish_on_hash"), ("cancel_key", "cancel"))},
        ),
        (_("Is it right?"), {"fields": ("read_back", "confirm")}),
        *tries(_("Caller keys nothing"), _("The entry is not taken")),
        (_("Afterwards"), {"fields": ("then",)}),
        FILES,
    )


# --- call back --------------------------------------------------------------------------------------------------


@admin.register(Callback)
class CallbackAdmin(DestinationAdmin):
    about = ABOUT
    labels = OF_ENTRIES | {
        "barge_in": _("May press during the words"),
        "wait_seconds": _("Wait for a key, seconds"),
        "window_hours": _("Length of a time, in hours"),
        "windows": _("Times offered"),
        "notice_minutes": _("Earliest, in minutes from now"),
        "done": _("Last words"),
    }
    helps = HELPS_OF_ENTRIES | {
        "prompt": _(
            "Said first, for example “We will gladly call you back.” Then callers hear their number and may "
            "press 1 for it, or 2 to key another."
        ),
        "no_match_second": _("For example “Please press 1 or 2.”"),
        "windows": _("How many to choose from, for example 3."),
        "window_hours": _("For example 2: between 9 and 11, between 11 and 1."),
        "notice_minutes": _("No time is offered that begins sooner, for example 30."),
        "team": _("Who is to call back, as the work list shows it, for example Billing."),
        "done": _("In place of “We will call you …”, for example “We call you {window} at {callback}.”"),
    }
    fieldsets = (
        (None, {"fields": ("label", "team")}),
        (_("What callers hear"), {"fields": ("prompt", ("barge_in", "wait_seconds"))}),
        (_("At which number"), {"fields": ("country",)}),
        (_("When"), {"fields": ("schedule", ("windows", "window_hours", "notice_minutes"))}),
        *tries(_("Caller presses nothing"), _("The key or number is not taken")),
        (_("Afterwards"), {"fields": ("done", "then")}),
        FILES,
    )
