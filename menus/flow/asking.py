"""The kinds that ask a caller for something and wait: menu, collect, callback. Pure; `menus.step` says what they do."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from menus.flow.parts import (
    Digit,
    Digits,
    Key,
    Label,
    LanguageKey,
    Named,
    Part,
    Prompt,
    ValueName,
    as_text,
    by_name,
)


class HouseKey(StrEnum):
    REPEAT = "repeat"
    BACK = "back"
    MAIN = "main"
    OPERATOR = "operator"


def _house_order(keys: tuple[HouseKey, ...]) -> tuple[HouseKey, ...]:
    return tuple(key for key in HouseKey if key in keys)


class HouseKeys(Part):
    """Keys that mean the same in every menu of the line; None: the line has no such key."""

    repeat: Digit | None = None
    back: Digit | None = None
    main: Digit | None = None
    operator: Digit | None = None


class Retry(Part):
    """What happens on silence, or on a wrong key: `tries` hearings in all, tapered words, and where it leads then."""

    tries: int = Field(default=3, ge=1, le=9)
    first: Prompt = Prompt()
    second: Prompt = Prompt()
    last: Prompt = Prompt()
    then: Key | None = None


class Asks(Named):
    """What all have in common that ask and wait."""

    prompt: Prompt = Prompt()
    short_prompt: Prompt = Prompt()
    """Said in place of the prompt when it is asked again."""
    wait_seconds: int = Field(default=5, ge=1, le=10)
    """After the words, and after each key (NCCO reference, input: `timeOut`, at most 10)."""
    barge_in: bool = True
    no_input: Retry = Retry()
    no_match: Retry = Retry()
    max_failures: int = Field(default=4, ge=1, le=18)
    failures_then: Key | None = None


# --- menu -------------------------------------------------------------------------------------------------------

MAX_PHRASES: Final = 30
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Phrases = Annotated[
    dict[LanguageKey, Annotated[tuple[Phrase, ...], Field(max_length=MAX_PHRASES)]],
    AfterValidator(by_name),
]
"""What callers may say, per language: `{en: [billing, my bill]}`."""


class Option(Part):
    """One key of a menu. `words` go before “press 1”; without them the label does. `spoken: false` keeps it quiet."""

    key: Key
    digits: Digits
    label: Label
    words: Prompt = Prompt()
    phrases: Phrases = Field(default_factory=dict)
    to: Key | None = None
    language: LanguageKey | None = None
    enabled: bool = True
    spoken: bool = True


class Menu(Asks):
    """Says what there is to choose, and waits for a key; with `speech` also for the options' phrases."""

    kind: Literal["menu"] = "menu"
    greeting: Prompt = Prompt()
    finish_on_hash: bool = False
    speech: bool = False
    confirm_below: int = Field(default=50, ge=0, le=100)
    """Per cent of the recogniser's confidence below which the caller is asked whether it heard right."""
    options: tuple[Option, ...] = ()
    without: Annotated[tuple[HouseKey, ...], AfterValidator(_house_order)] = ()

    @cached_property
    def by_digits(self) -> dict[str, Option]:
        return {option.digits: option for option in reversed(self.options) if option.enabled}

    @cached_property
    def by_key(self) -> dict[str, Option]:
        return {option.key: option for option in self.options}


# --- collect ----------------------------------------------------------------------------------------------------


class Asked(StrEnum):
    """What kind of entry is asked for."""

    DIGITS = "digits"
    AMOUNT = "amount"
    DATE = "date"
    PHONE = "phone"
    PIN = "pin"
    YES_NO = "yes_no"
    RATING = "rating"


class CheckDigit(StrEnum):
    NONE = ""
    LUHN = "luhn"
    """ISO/IEC 7812-1, annex B."""
    MOD97 = "mod97"
    """ISO/IEC 7064, MOD 97-10: the whole number leaves 1 when divided by 97."""


class DateOrder(StrEnum):
    """How a date is keyed: eight digits."""

    MDY = "mdy"
    DMY = "dmy"
    YMD = "ymd"


class DateWithin(StrEnum):
    ANY = "any"
    PAST = "past"
    """Today at the latest."""
    FUTURE = "future"
    """Today at the earliest."""


_ALLOWED: Final = re.compile(r"([0-9]{1,20})(?:-([0-9]{1,20}))?")


def _allowed(value: str) -> str:
    match = _ALLOWED.fullmatch(value)
    if not match:
        raise ValueError(f"“{value}” is no entry or range; write it like 62101 or 62101-62109")
    low, high = match[1], match[2]
    if high is not None and (len(low) != len(high) or low > high):
        raise ValueError(f"the range “{value}” needs two entries of one length, the lower first, like 62101-62109")
    return value


Allowed = Annotated[
    str,
    BeforeValidator(as_text),
    StringConstraints(strip_whitespace=True, max_length=41),
    AfterValidator(_allowed),
]
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
"""ISO 3166-1 alpha-2, for numbers keyed without their country code; empty: the country of the number dialled."""


MAX_NUMBER: Final = 10**18 - 1
"""What every database can keep."""


class Collect(Asks):
    """Asks for an entry by keys, and keeps it as a value."""

    kind: Literal["collect"] = "collect"
    value: ValueName = "entry"
    asks: Asked = Asked.DIGITS
    min_digits: int = Field(default=1, ge=1, le=20)
    """Of digits, an amount or a PIN. The other kinds know their lengths."""
    max_digits: int = Field(default=20, ge=1, le=20)
    low: int | None = Field(default=None, ge=0, le=MAX_NUMBER)
    """The smallest number, amount (in whole units) or rating; a rating begins at 1."""
    high: int | None = Field(default=None, ge=0, le=MAX_NUMBER)
    """The greatest; a rating ends at 5."""
    allowed: tuple[Allowed, ...] = ()
    """The only digits taken: single entries and ranges, `62101-62109`. Empty: all."""
    check_digit: CheckDigit = CheckDigit.NONE
    cents: bool = False
    """An amount is keyed in hundredths: 1250 is 12.50."""
    date_order: DateOrder = DateOrder.MDY
    date_within: DateWithin = DateWithin.ANY
    country: Country = ""
    finish_on_hash: bool = True
    cancel_key: Digit | None = None
    cancel: Key | None = None
    """Where the cancel key leads; left out: back to the menu before."""
    first_wait_seconds: int = Field(default=10, ge=1, le=60)
    """How long we wait for the first key; beyond 10 by asking silently once more."""
    read_back: bool = False
    confirm: Prompt = Prompt()
    """Said in place of “You entered …”; 1 accepts, 2 asks again."""
    sensitive: bool = False
    """Never logged, kept in a report, or read back. A PIN always is."""
    then: Key | None = None

    @property
    def is_sensitive(self) -> bool:
        return self.sensitive or self.asks is Asked.PIN

    @model_validator(mode="after")
    def _in_order(self) -> Collect:
        if self.min_digits > self.max_digits:
            raise ValueError(f"it asks for at least {self.min_digits} keys and at most {self.max_digits}; swap them")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"the smallest, {self.low}, is greater than the greatest, {self.high}; swap them")
        return self


# --- callback ---------------------------------------------------------------------------------------------------


class Callback(Asks):
    """Takes a request to be called back: at which number, and when. `prompt` is said first."""

    kind: Literal["callback"] = "callback"
    schedule: Key | None = None
    """Callers choose a time of its opening hours; left out: as soon as somebody can."""
    window_hours: int = Field(default=2, ge=1, le=8)
    windows: int = Field(default=3, ge=1, le=8)
    """How many times to choose from are offered."""
    notice_minutes: int = Field(default=30, ge=0, le=1440)
    """No time is offered that begins sooner."""
    country: Country = ""
    team: Label = ""
    """Who is to call back, as the work list shows it."""
    done: Prompt = Prompt()
    """Said in place of “We will call you …”."""
    then: Key | None = None
