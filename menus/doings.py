"""What somebody does at a telephone of a call, and what comes of its look-ups, in words: written and read. Pure."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from menus.dialogue import (
    Answered,
    Dialled,
    Failed,
    Fate,
    Found,
    Guess,
    Held,
    HungUp,
    Keyed,
    Locked,
    NotFound,
    Recorded,
    Result,
    Silence,
    Spoken,
    Switch,
)
from menus.flow import Prompt, SwitchKind
from menus.tryout import Doing, TakesCall, TargetHangsUp, Waits

FATES: Final[dict[str, str]] = {
    Fate.NO_ANSWER: "target does not answer",
    Fate.BUSY: "target is busy",
    Fate.REJECTED: "target rejects the call",
    Fate.FAILED: "target cannot be rung",
    Fate.LEFT: "target gives the call back",
}


def done(doing: Doing) -> str:
    """`caller presses 2`: also the words of a recorded call."""
    match doing:
        case Answered():
            return "caller rings"
        case Keyed(digits):
            return f"caller presses {digits}"
        case Spoken(guesses):
            return _said(guesses[0]) if guesses else "caller says something"
        case Silence():
            return "caller presses nothing"
        case Recorded():
            return "caller leaves a message"
        case HungUp():
            return "caller hangs up"
        case Held():
            return "caller hears it out"
        case Dialled(fate):
            return FATES[fate]
        case TakesCall():
            return "target answers"
        case TargetHangsUp():
            return "target hangs up"
        case Waits(seconds):
            return f"{seconds // 60} minutes pass" if seconds % 60 == 0 else f"{seconds} seconds pass"


def _said(guess: Guess) -> str:
    """How sure the recogniser was is told where it was not."""
    sure = f" ({guess.confidence:.0%} sure)" if guess.confidence < SURE else ""
    return f"caller says “{guess.text}”{sure}"


SURE: Final = 0.9
_PEOPLE: Final[tuple[Doing, ...]] = (
    *(Answered(), Silence(), Recorded(), HungUp(), Held(), TakesCall(), TargetHangsUp()),
    *map(Dialled, Fate),
)
_DONE: Final = {done(doing): doing for doing in _PEOPLE}
_SAYS: Final = re.compile(r"caller says “([^”]{1,200})”(?: \((\d{1,3})% sure\))?")
_PASS: Final = re.compile(r"(\d{1,4}) (second|minute)s? pass(?:es)?")
DOABLE: Final = (
    *_DONE,
    "caller presses 1",
    "caller says “billing”",
    "caller says “billing” (40% sure)",
    "6 minutes pass",
    "90 seconds pass",
)
"""An example of everything that a recorded call can hold."""


def read_doing(text: str) -> Doing | None:
    """What `done` wrote; None when it is something else."""
    if text in _DONE:
        return _DONE[text]
    if pressed := re.fullmatch(r"caller presses ([0-9*#]{1,40})", text):
        return Keyed(pressed[1])
    if said := _SAYS.fullmatch(text):
        return Spoken((Guess(said[1], int(said[2]) / 100 if said[2] else 1.0),))
    if passed := _PASS.fullmatch(text):
        return Waits(int(passed[1]) * (60 if passed[2] == "minute" else 1))
    return None


# --- answers ----------------------------------------------------------------------------------------------------

_FOUND: Final = re.compile(r"look-up finds ([a-z][a-z0-9_]* “[^”]*”(?:, [a-z][a-z0-9_]* “[^”]*”)*)")
_VALUE: Final = re.compile(r"([a-z][a-z0-9_]*) “([^”]*)”")
_ANSWERS: Final[dict[str, Result]] = {
    "look-up finds it": Found({}, "as told"),
    "look-up finds nothing": NotFound("as told"),
    "look-up fails": Failed("as told"),
    "look-up is locked": Locked(),
    "switch fails": Failed("as told"),
}
ANSWERABLE: Final = (*_ANSWERS, "look-up finds balance “84.20”, due “2026-03-09”")
"""An example of everything that may be answered to a look-up or a switch."""


def read_answer(text: str) -> Result | None:
    """What the next look-up or switch comes to; None: the text is no answer."""
    if found := _FOUND.fullmatch(text):
        return Found(dict(_VALUE.findall(found[1])), "as told")
    return _ANSWERS.get(text)


def answered(result: Result) -> str:
    """What `read_answer` reads; how it came about is left out."""
    match result:
        case Found(values) if values:
            return "look-up finds " + ", ".join(f"{name} “{_quotable(value)}”" for name, value in values.items())
        case Found():
            return "look-up finds it"
        case NotFound():
            return "look-up finds nothing"
        case Failed():
            return "look-up fails"
        case Locked():
            return "look-up is locked"


def _quotable(value: str) -> str:
    return " ".join(value.replace("”", '"').split())


# --- switches ---------------------------------------------------------------------------------------------------

_SWITCH: Final = re.compile(r"(open|closed|message)(?: for (\S+))? until (\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?: (\(.+))?")
_WORDS: Final = re.compile(r"\(([a-z-]+)\) ([^(]+)")


def read_switch(text: str, zone: ZoneInfo) -> Switch:
    """`closed for office until 2026-03-04 18:00`, `message until … (en) Words. (es) Palabras.`; raises ValueError."""
    found = _SWITCH.fullmatch(text)
    if not found or (found[1] == SwitchKind.MESSAGE) is not bool(found[4]):
        raise ValueError(
            f"“{text}” is no switch; write it like “closed until 2026-03-04 18:00”, "
            "“open for office until …” or “message until … (en) Words.”"
        )
    ends = datetime.fromisoformat(found[3]).replace(tzinfo=zone)
    words = {language: words.strip() for language, words in _WORDS.findall(found[4] or "")}
    return Switch(SwitchKind(found[1]), ends.timestamp(), found[2] or "", Prompt.model_validate(words))


def switched(switch: Switch, zone: ZoneInfo) -> str:
    """What `read_switch` reads: until the end of the minute in which it ends; of a message only its words."""
    ends = datetime.fromtimestamp(math.ceil(switch.ends / 60) * 60, UTC).astimezone(zone)
    of = f" for {switch.schedule}" if switch.schedule else ""
    message = "".join(f" ({language}) {_unbracketed(said.text)}" for language, said in switch.words.root.items())
    return f"{switch.kind}{of} until {ends:%Y-%m-%d %H:%M}" + (message if switch.kind is SwitchKind.MESSAGE else "")


def _unbracketed(text: str) -> str:
    """Round brackets stand for languages."""
    return " ".join(text.replace("(", "[").replace(")", "]").split()) or "[a recording]"
