"""The words between the phone and the flow: what we heard, what we say, where the caller is, what was passed.

Pure values. `step` turns one *heard* into *says*; `calls` puts them into the telephone company's words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from menus.flow import Target, Voice

# --- heard ------------------------------------------------------------------------------------------------------


class Answered(NamedTuple):
    """The caller rang and we took the call."""


class Keyed(NamedTuple):
    digits: str


class Spoken(NamedTuple):
    """What a recogniser made of the caller's words, best first."""

    phrases: tuple[str, ...]


class Silence(NamedTuple):
    """The caller was asked, and the time ran out with nothing keyed or said."""


class Fate(StrEnum):
    """How ringing somebody ended."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    FAILED = "failed"
    LEFT = "left"
    """They were connected and the far end left the call to us (a websocket's program that closed it)."""


class Dialled(NamedTuple):
    fate: Fate


class Recorded(NamedTuple):
    """The caller has left a message, or ended the recording."""


class HungUp(NamedTuple):
    pass


Heard = Answered | Keyed | Spoken | Silence | Dialled | Recorded | HungUp

# --- says -------------------------------------------------------------------------------------------------------


class Say(NamedTuple):
    """Words or audio, in the language they are really in (which may be the line's first, not the caller's)."""

    text: str
    audio: str
    language: str
    voice: Voice
    barge_in: bool = False


class Ask(NamedTuple):
    """Wait for keys: at most `seconds` after the last one."""

    seconds: int
    max_digits: int
    finish_on_hash: bool = False


class Record(NamedTuple):
    max_seconds: int
    silence_seconds: int
    finish_key: str
    beep: bool


class Connect(NamedTuple):
    target: Target
    caller_id: str
    """E.164 digits; empty when the line's own number is not known (a call by SIP)."""
    max_seconds: int
    ringback: str
    whisper: bool


class HangUp(NamedTuple):
    pass


Says = Say | Ask | Record | Connect | HangUp

# --- where the caller is ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """All that is known of a call between two turns. It is sealed into the next webhook's address: keep it small."""

    began: int
    """When the call was answered, in seconds since 1970 UTC."""
    turn: int = -1
    """The number of the turn that made this state; the first, when the line answers, is 0."""
    at: str = ""
    """The destination at which the caller waits; empty: the call has ended, or not begun."""
    language: str = ""
    no_input: int = 0
    no_match: int = 0
    target: int = 0
    """Which of a transfer's targets is ringing."""
    over: bool = False
    """A bound of the call was passed: after the operator there is only goodbye."""
    schedule: str = ""
    """The schedule asked last, for `{opens}` and `{holiday}`."""
    trail: tuple[str, ...] = ()
    """The menus the caller came through, for the back key."""
    greeted: tuple[str, ...] = ()
    """The menus whose greeting was heard."""
    values: dict[str, str] = field(default_factory=dict)


TRAIL_KEPT = 8
"""Menus remembered for the back key, and for greetings heard."""


class Outcome(StrEnum):
    """How the caller left a destination."""

    CHOSEN = "chosen"
    REPEATED = "repeated"
    WENT_BACK = "went_back"
    WENT_MAIN = "went_main"
    ASKED_OPERATOR = "asked_operator"
    NO_INPUT = "no_input"
    NO_MATCH = "no_match"
    GAVE_UP = "gave_up"
    PLAYED = "played"
    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    RINGING = "ringing"
    NOT_REACHED = "not_reached"
    CONNECTED = "connected"
    RECORDED = "recorded"
    ENDED = "ended"
    HUNG_UP = "hung_up"
    OVER_LIMIT = "over_limit"
    LED_NOWHERE = "led_nowhere"


class Visit(NamedTuple):
    """A destination, how the caller left it, and why."""

    destination: str
    outcome: Outcome
    option: str = ""
    """Stable key of the option chosen."""
    why: str = ""
    """What decided, in words: the schedule, the holiday, the number that was rung."""
    to: str = ""
    """Where it led; empty: nowhere, the call waits here or is over."""


class Step(NamedTuple):
    state: State
    says: tuple[Says, ...]
    visits: tuple[Visit, ...]
