"""What all have in common that ask and wait; an entry by keys, and a request to be called back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.fields import ListField, PromptField
from menus.models.destinations import Destination, Kind, between, leads_to, of_schedule
from menus.models.lines import one_key

value_name = RegexValidator(
    r"\A[a-z][a-z0-9_]*\Z", _("Begin with a small letter; then small letters, digits and _, like account.")
)
country = RegexValidator(r"\A[A-Z]{2}\Z", _("Use the two capital letters of a country, like US or GB."))
MAX_ENTERED = 999_999_999_999_999_999
"""The greatest whole number that a bound may be: as many digits as a file may write."""


class Asks(Destination):
    """As `flow.Asks`; a `Retry` is flattened into `no_input_…` and `no_match_…`."""

    short_prompt = PromptField(
        help_text=_('Said instead when a caller tries again, for example {"en": "Press 1 or 2."}.')
    )
    wait_seconds = models.PositiveSmallIntegerField(
        default=5, validators=between(1, 10), help_text=_("Seconds of silence to wait for a key, for example 5.")
    )
    barge_in = models.BooleanField(
        _("may interrupt"),
        default=True,
        help_text=_("Callers may press a key before the words end. For example: yes."),
    )
    no_input_tries = models.PositiveSmallIntegerField(
        _("tries on silence"), default=3, validators=between(1, 9), help_text=_("Hearings in all, for example 3.")
    )
    no_input_first = PromptField(_("first silence"), help_text=_('For example {"en": "Are you there?"}.'))
    no_input_second = PromptField(_("later silences"), help_text=_('For example {"en": "Please press a key."}.'))
    no_input_last = PromptField(_("last silence"), help_text=_('For example {"en": "We did not hear you."}.'))
    no_input_then = leads_to(_("Where silence leads when its tries are used up, for example Front desk."), _("then"))
    no_match_tries = models.PositiveSmallIntegerField(
        _("tries on a wrong key"),
        default=3,
        validators=between(1, 9),
        help_text=_("Hearings in all, for example 3."),
    )
    no_match_first = PromptField(_("first wrong key"), help_text=_('For example {"en": "Sorry?"}.'))
    no_match_second = PromptField(_("later wrong keys"), help_text=_('For example {"en": "Please press 1 or 2."}.'))
    no_match_last = PromptField(_("last wrong key"), help_text=_('For example {"en": "That did not work."}.'))
    no_match_then = leads_to(_("Where wrong keys lead when the tries are used up, for example Front desk."), _("then"))
    max_failures = models.PositiveSmallIntegerField(
        default=4, validators=between(1, 18), help_text=_("Silences and wrong keys together, for example 4.")
    )
    failures_then = leads_to(_("Where callers go after that many, for example Front desk."))

    class Meta:
        abstract = True


class Collect(Asks):
    KIND = Kind.COLLECT

    class Asked(models.TextChoices):
        DIGITS = "digits", _("Digits")
        AMOUNT = "amount", _("Amount")
        DATE = "date", _("Date")
        PHONE = "phone", _("Telephone number")
        PIN = "pin", _("PIN")
        YES_NO = "yes_no", _("Yes or no")
        RATING = "rating", _("Rating")

    class CheckDigit(models.TextChoices):
        NONE = "", _("None")
        LUHN = "luhn", _("Luhn, as on payment cards")
        MOD97 = "mod97", _("Mod 97, as in an IBAN")

    class DateOrder(models.TextChoices):
        MDY = "mdy", _("Month, day, year")
        DMY = "dmy", _("Day, month, year")
        YMD = "ymd", _("Year, month, day")

    class DateWithin(models.TextChoices):
        ANY = "any", _("Any day")
        PAST = "past", _("Today or before")
        FUTURE = "future", _("Today or later")

    prompt = PromptField(help_text=_('What is asked, for example {"en": "Please enter your account number."}.'))
    value = models.CharField(
        _("name of the value"),
        max_length=30,
        default="entry",
        validators=[value_name],
        help_text=_("What other words and rules call it, for example account: then {account} is what was keyed."),
    )
    asks = models.CharField(
        _("asks for"), max_length=20, choices=Asked, default=Asked.DIGITS, help_text=_("For example Digits.")
    )
    min_digits = models.PositiveSmallIntegerField(
        _("fewest digits"),
        default=1,
        validators=between(1, 20),
        help_text=_("Of digits, an amount or a PIN, for example 6. The other kinds know their lengths."),
    )
    max_digits = models.PositiveSmallIntegerField(
        _("most digits"), default=20, validators=between(1, 20), help_text=_("For example 8.")
    )
    low = models.PositiveBigIntegerField(
        _("smallest"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_ENTERED)],
        help_text=_("The smallest number, amount or rating, for example 1. Empty: any."),
    )
    high = models.PositiveBigIntegerField(
        _("greatest"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_ENTERED)],
        help_text=_("The greatest number, amount or rating, for example 500. Empty: any."),
    )
    allowed = ListField(
        _("only these"),
        of="allowed",
        help_text=_("The only entries taken, single ones and ranges, for example 62101, 62105-62109. Empty: all."),
    )
    check_digit = models.CharField(
        max_length=20,
        choices=CheckDigit,
        default=CheckDigit.NONE,
        blank=True,
        help_text=_("How the last digits prove the others, for example Luhn."),
    )
    cents = models.BooleanField(
        _("keyed in cents"), default=False, help_text=_("An amount of 12.50 is keyed as 1250. For example: no.")
    )
    date_order = models.CharField(
        max_length=3,
        choices=DateOrder,
        default=DateOrder.MDY,
        help_text=_("How the eight digits of a date are keyed, for example Month, day, year."),
    )
    date_within = models.CharField(
        _("days taken"),
        max_length=6,
        choices=DateWithin,
        default=DateWithin.ANY,
        help_text=_("For example Today or before, for a date of birth."),
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[country],
        help_text=_(
            "Of a telephone number keyed without its country code, for example US. Empty: as the number dialled."
        ),
    )
    finish_on_hash = models.BooleanField(
        _("ends with #"), default=True, help_text=_("Callers press # after the digits. For example: yes.")
    )
    cancel_key = models.CharField(
        max_length=1,
        blank=True,
        validators=[one_key],
        help_text=_("The key that gives up the entry, for example *. Empty: no such key."),
    )
    cancel = leads_to(_("Where the cancel key leads, for example Main menu. Empty: back to the menu before."))
    first_wait_seconds = models.PositiveSmallIntegerField(
        _("wait for the first key"),
        default=10,
        validators=between(1, 60),
        help_text=_("Seconds, for example 30 when callers have to look for their card."),
    )
    read_back = models.BooleanField(
        default=False, help_text=_("The entry is said, then 1 accepts and 2 asks again. For example: yes.")
    )
    confirm = PromptField(
        help_text=_('Said in place of “You entered …”, for example {"en": "{account}. Is that right?"}.')
    )
    sensitive = models.BooleanField(
        default=False,
        help_text=_("Never written down and never said, like a card number. A PIN always is. For example: no."),
    )
    then = leads_to(_("Where the call goes on, for example Look up the account."))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def clean(self) -> None:
        super().clean()
        for small, great in (("min_digits", "max_digits"), ("low", "high")):
            low, high = getattr(self, small), getattr(self, great)
            if low is not None and high is not None and low > high:
                names = [str(getattr(self._meta.get_field(name), "verbose_name", name)) for name in (small, great)]
                raise ValidationError(
                    {
                        great: gettext(
                            "“%(names)s” is %(low)s and “%(names2)s” only %(high)s; write the greater one here."
                        )
                        % {"names": names[0], "low": low, "names2": names[1], "high": high}
                    }
                )


class Callback(Asks):
    KIND = Kind.CALLBACK

    prompt = PromptField(help_text=_('Said first, for example {"en": "We will gladly call you back."}.'))
    schedule = of_schedule(
        _("Callers choose a time of these opening hours, for example Office hours. Empty: as soon as somebody can.")
    )
    window_hours = models.PositiveSmallIntegerField(
        _("length of a time"),
        default=2,
        validators=between(1, 8),
        help_text=_("Hours from which to which, for example 2."),
    )
    windows = models.PositiveSmallIntegerField(
        _("times offered"), default=3, validators=between(1, 8), help_text=_("How many to choose from, for example 3.")
    )
    notice_minutes = models.PositiveSmallIntegerField(
        _("notice"),
        default=30,
        validators=[MaxValueValidator(1440)],
        help_text=_("Minutes before the first, for example 30."),
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[country],
        help_text=_("Of a number keyed without its country code, for example US. Empty: as the number dialled."),
    )
    team = models.CharField(max_length=100, blank=True, help_text=_("Who is to call back, for example Billing."))
    done = PromptField(help_text=_('Said in place of “We will call you …”, for example {"en": "We call {window}."}.'))
    then = leads_to(_("Where the call goes on afterwards, for example Goodbye. Empty: it ends."))

    class Meta:
        verbose_name = _("call back")
        verbose_name_plural = _("call backs")
