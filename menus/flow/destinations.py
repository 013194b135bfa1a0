"""The kinds of destination, joined by their keys. Pure; what each does to a call is in `menus.step`."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from menus.flow.parts import (
    E164,
    AudioUrl,
    Digit,
    Digits,
    Key,
    Label,
    LanguageKey,
    Part,
    Prompt,
    as_text,
)


class Mark(StrEnum):
    """What staff say of a call that comes this far; reports count a call as contained only by `served`."""

    NONE = ""
    SERVED = "served"


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


class Option(Part):
    """One key of a menu. `words` go before “press 1”; without them the label does. `spoken: false` keeps it quiet."""

    key: Key
    digits: Digits
    label: Label
    words: Prompt = Prompt()
    to: Key | None = None
    language: LanguageKey | None = None
    enabled: bool = True
    spoken: bool = True


class Retry(Part):
    """What happens on silence, or on a wrong key: `tries` hearings in all, tapered words, and where it leads then."""

    tries: int = Field(default=3, ge=1, le=9)
    first: Prompt = Prompt()
    second: Prompt = Prompt()
    last: Prompt = Prompt()
    then: Key | None = None


class Named(Part):
    label: Label


class Menu(Named):
    """Says what there is to choose, and waits for a key."""

    kind: Literal["menu"] = "menu"
    greeting: Prompt = Prompt()
    prompt: Prompt = Prompt()
    short_prompt: Prompt = Prompt()
    wait_seconds: int = Field(default=5, ge=1, le=10)
    barge_in: bool = True
    finish_on_hash: bool = False
    options: tuple[Option, ...] = ()
    no_input: Retry = Retry()
    no_match: Retry = Retry()
    max_failures: int = Field(default=4, ge=1, le=18)
    failures_then: Key | None = None
    without: Annotated[tuple[HouseKey, ...], AfterValidator(_house_order)] = ()

    @cached_property
    def by_digits(self) -> dict[str, Option]:
        return {option.digits: option for option in reversed(self.options) if option.enabled}

    @cached_property
    def by_key(self) -> dict[str, Option]:
        return {option.key: option for option in self.options}


class Message(Named):
    """Says something and goes on."""

    kind: Literal["message"] = "message"
    prompt: Prompt = Prompt()
    barge_in: bool = False
    outcome: Mark = Mark.NONE
    then: Key | None = None


class Hours(Named):
    """Goes one way when the schedule is open, another when closed, a third on a holiday (left out: as closed)."""

    kind: Literal["hours"] = "hours"
    schedule: Key | None = None
    open: Key | None = None
    closed: Key | None = None
    holiday: Key | None = None


class _Target(Part):
    label: Label = ""
    ring_seconds: int = Field(default=25, ge=1, le=120)


class PhoneTarget(_Target):
    type: Literal["phone"] = "phone"
    number: E164


class SipTarget(_Target):
    type: Literal["sip"]
    uri: Annotated[str, StringConstraints(pattern=r"^sips?:[^\s]+$", max_length=100)]


class AppTarget(_Target):
    type: Literal["app"]
    user: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class WebsocketTarget(_Target):
    type: Literal["websocket"]
    uri: Annotated[str, StringConstraints(pattern=r"^wss?://[^\s]+$", max_length=500)]
    rate: Literal[8000, 16000, 24000] = 16000
    """Samples a second of the 16-bit audio."""


class VbcTarget(_Target):
    type: Literal["vbc"]
    extension: Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[0-9]{1,10}$")]


Target = Annotated[PhoneTarget | SipTarget | AppTarget | WebsocketTarget | VbcTarget, Field(discriminator="type")]


class Transfer(Named):
    """Rings the targets in order; the last resort is where the caller goes when nobody answers."""

    kind: Literal["transfer"] = "transfer"
    prompt: Prompt = Prompt()
    targets: tuple[Target, ...] = ()
    caller_id: E164 | None = None
    """The number shown to the callee; left out: the number the caller dialled."""
    whisper: Prompt = Prompt()
    max_minutes: int = Field(default=120, ge=1, le=120)
    ringback: AudioUrl = ""
    last_resort: Key | None = None


class Voicemail(Named):
    """Records a message; it ends on silence, on the finish key, or when it is as long as it may be."""

    kind: Literal["voicemail"] = "voicemail"
    prompt: Prompt = Prompt()
    max_seconds: int = Field(default=180, ge=3, le=7200)
    silence_seconds: int = Field(default=5, ge=3, le=10)
    finish_key: Digit = "#"
    beep: bool = True
    mailbox: Label = ""
    then: Key | None = None


class HangUp(Named):
    """Says goodbye and ends the call."""

    kind: Literal["hangup"] = "hangup"
    goodbye: Prompt = Prompt()
    outcome: Mark = Mark.NONE


Destination = Annotated[Menu | Message | Hours | Transfer | Voicemail | HangUp, Field(discriminator="kind")]
