"""The kinds of destination, joined by their keys. Pure; what each does to a call is in `menus.step`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from menus.flow.asking import Callback, Collect, Menu
from menus.flow.deciding import Branch, LookUp, SetSwitch
from menus.flow.parts import (
    E164,
    AudioUrl,
    Digit,
    Key,
    Label,
    Named,
    Part,
    Prompt,
    as_text,
)


class Mark(StrEnum):
    """What staff say of a call that comes this far; reports count a call as contained only by `served`."""

    NONE = ""
    SERVED = "served"


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


Destination = Annotated[
    Menu | Message | Hours | Transfer | Voicemail | Collect | LookUp | Branch | Callback | SetSwitch | HangUp,
    Field(discriminator="kind"),
]
