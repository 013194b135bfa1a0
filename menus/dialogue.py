"""The words between the phone and the flow: what we heard, what we say, where the caller is, what was passed.

Pure values. `step` turns one *heard* into *says*; `calls` puts them into the telephone company's words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from menus.flow import Fetched, HttpSource, Prompt, SwitchKind, TableSource, Target, Voice

# --- heard ------------------------------------------------------------------------------------------------------


class Answered(NamedTuple):
    """The caller rang and we took the call."""


class Keyed(NamedTuple):
    digits: str


class Guess(NamedTuple):
    text: str
    confidence: float
    """From 0 to 1."""


class Spoken(NamedTuple):
    """What a recogniser made of the caller's words, best first."""

    guesses: tuple[Guess, ...]


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


class Held(NamedTuple):
    """The words that are said before a look-up have been heard."""


class Found(NamedTuple):
    """What was looked up is there, or what was to be done is done."""

    values: dict[str, str]
    how: str = ""
    """For the log, in words: `table accounts`, `crm.example.com, 84 ms`."""


class NotFound(NamedTuple):
    how: str = ""


class Failed(NamedTuple):
    """The look-up, or the deed, did not come about."""

    how: str


class Locked(NamedTuple):
    """Too many wrong PINs from this caller, or for this account, in the last hour: nothing was looked up."""


Result = Found | NotFound | Failed | Locked
"""What came of a deed."""

Heard = Answered | Keyed | Spoken | Silence | Dialled | Recorded | HungUp | Held

# --- says -------------------------------------------------------------------------------------------------------


class Say(NamedTuple):
    """Words or audio, in the language they are really in (which may be the line's first, not the caller's)."""

    text: str
    audio: str
    language: str
    voice: Voice
    barge_in: bool = False
    shown: str | None = None
    """What the log keeps in place of the text, where the text holds what no log may keep."""
    seconds: float | None = None
    """How long the audio lasts; None: nobody has measured it."""


class Listen(NamedTuple):
    """Wait for words too."""

    language: str
    """Code of speech recognition."""
    phrases: tuple[str, ...]
    seconds: int
    """Until the first word."""


class Ask(NamedTuple):
    """Wait for keys: at most `seconds` after the last one."""

    seconds: int
    max_digits: int
    finish_on_hash: bool = False
    listen: Listen | None = None


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


class Hold(NamedTuple):
    """The words before are said; then we are asked to go on."""


class Dip(NamedTuple):
    """Look something up, now. `step` goes on with what comes of it."""

    source: TableSource | HttpSource
    given: dict[str, str]
    """The values that stand in the source's templates."""
    wanted: tuple[Fetched, ...]
    pin: tuple[str, ...] = ()
    """The names of those that are PINs: wrong ones are counted."""


class Flip(NamedTuple):
    """Throw a switch of the line, now. `step` goes on with what comes of it."""

    kind: SwitchKind
    schedule: str
    """Empty: all schedules."""
    ends: int
    """Seconds since 1970 UTC."""
    words: Prompt


Deed = Dip | Flip
"""What must be done before we know what to say."""


class Remember(NamedTuple):
    """Keep the caller's language for the next call."""

    language: str
    days: int


class RequestCallback(NamedTuple):
    """Somebody is to call back; times in seconds since 1970 UTC, 0: as soon as they can."""

    number: str
    destination: str
    team: str
    begins: int
    ends: int
    zone: str


Says = Say | Ask | Record | Connect | HangUp | Hold | Deed | Remember | RequestCallback

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
    phase: str = ""
    """What is asked within the destination, where it asks more than one thing."""
    waited: int = 0
    """Silent rounds of waiting for the first key."""
    entry: str = ""
    """What waits to be confirmed."""
    asked: int = 0
    """When the times to choose from were offered, in seconds since 1970 UTC."""
    pins: int = 0
    """Wrong PINs in this call."""
    remembered: str = ""
    """The language that the caller chose in an earlier call."""
    lists: tuple[str, ...] = ()
    """The lists of numbers that the caller is on, of those that the flow asks for."""
    lot: int = 0
    """The caller's own number below LOTS, the same in each call, for sharing callers out by per cent."""


LOTS = 2**31
TRAIL_KEPT = 8
"""Menus remembered for the back key, and for greetings heard."""


class Caller(NamedTuple):
    """What is known of a caller when the call begins."""

    lot: int = 0
    lists: tuple[str, ...] = ()
    language: str = ""


NOBODY = Caller()


class Switch(NamedTuple):
    """A switch that is on; it ends by itself."""

    kind: SwitchKind
    ends: float
    """Seconds since 1970 UTC."""
    schedule: str = ""
    """Empty: all of the line's."""
    words: Prompt = Prompt()


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
    OTHERWISE = "otherwise"
    ENTERED = "entered"
    REENTERED = "reentered"
    """What was keyed, heard again, was not what the caller meant."""
    CANCELLED = "cancelled"
    FOUND = "found"
    NOT_FOUND = "not_found"
    FAILED = "failed"
    LOCKED = "locked"
    REQUESTED = "requested"
    SWITCHED = "switched"
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
