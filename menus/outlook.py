"""What will happen at a destination, in sentences for staff: on silence, wrong keys, no answer; as `step` does it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from menus.dialogue import NOBODY, Outcome, Switch
from menus.flow import Asks, Collect, Flow, Hours, Menu, Message, Opening, Transfer, Voicemail
from menus.speaker import Speaker
from menus.step import begin, target_name

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_TIMES: Final = {1: "once", 2: "twice"}


class Topic(StrEnum):
    """What a sentence is about: the form shows it under the fields of that name."""

    NO_INPUT = "no_input"
    NO_MATCH = "no_match"
    FAILURES = "failures"
    RINGING = "ringing"
    RECORDING = "recording"
    CLOCK = "clock"
    THEN = "then"


class Leaving(NamedTuple):
    """When tries are used up, and where that leads."""

    after: int
    """Silences, or wrong keys, that it takes when nothing else is done."""
    to: str | None
    """None: the call ends with a goodbye."""
    by_operator: bool = False
    """No way was chosen, so that the line's operator takes the call."""


def what_happens(
    flow: Flow, key: str, at: datetime | None = None, switches: tuple[Switch, ...] = ()
) -> dict[Topic, str]:
    """One sentence for each topic that the destination has; that of the clock only with `at` (aware)."""
    return {topic: words for topic, words in _sentences(flow, key, at, switches) if words}


def leaving(flow: Flow, key: str, outcome: Outcome) -> Leaving:
    """After how many silences (NO_INPUT) or wrong keys (NO_MATCH) the caller leaves, and for where."""
    here = flow.destinations[key]
    if not isinstance(here, Asks):
        raise ValueError(f"“{here.label}” asks nothing")
    retry = here.no_input if outcome is Outcome.NO_INPUT else here.no_match
    after = min(retry.tries, here.max_failures)
    return _to(flow, key, after, retry.then if retry.tries <= here.max_failures else here.failures_then)


def _to(flow: Flow, key: str, after: int, then: str | None) -> Leaving:
    if then:
        return Leaving(after, then)
    operator = flow.operator if flow.operator != key else None
    return Leaving(after, operator, by_operator=bool(operator))


def _sentences(flow: Flow, key: str, at: datetime | None, switches: tuple[Switch, ...]) -> Iterator[tuple[Topic, str]]:
    match flow.destinations.get(key):
        case Asks() as here:
            yield Topic.NO_INPUT, _silence(flow, key, here)
            yield Topic.NO_MATCH, _wrong_keys(flow, key, here)
            yield Topic.FAILURES, _both(flow, key, here)
        case Transfer() as here:
            yield Topic.RINGING, _ringing(flow, key, here)
        case Voicemail() as here:
            yield Topic.RECORDING, _recording(flow, key, here)
        case Hours() as here if at:
            yield Topic.CLOCK, _clock(flow, key, here, at, switches)
        case Message() as here:
            yield Topic.THEN, f"Then the caller {goes_to(flow, key, here.then)}."


# --- nothing, or the wrong thing --------------------------------------------------------------------------------


def _silence(flow: Flow, key: str, here: Asks) -> str:
    leave = leaving(flow, key, Outcome.NO_INPUT)
    words = f"A caller who {_presses(here)} nothing {_hears(here, leave.after)}, then {_leaves(flow, key, leave)}."
    if isinstance(here, Menu) and flow.remember_language_days and any(option.language for option in here.options):
        words += " Who chose a language in an earlier call goes on in that one instead."
    return words


def _wrong_keys(flow: Flow, key: str, here: Asks) -> str:
    leave = leaving(flow, key, Outcome.NO_MATCH)
    what = "entry that is not taken" if isinstance(here, Collect) else "wrong key"
    several = "entries that are not taken" if isinstance(here, Collect) else "wrong keys"
    counted = f"one {what}" if leave.after == 1 else f"{number(leave.after)} {several}"
    return f"After {counted} the caller {_leaves(flow, key, leave)}."


def _both(flow: Flow, key: str, here: Asks) -> str:
    """Only where a mixture of the two comes there before either of them is used up."""
    if here.max_failures > here.no_input.tries + here.no_match.tries - 2:
        return "This is never reached: silence or wrong keys alone are used up before."
    leave = _to(flow, key, here.max_failures, here.failures_then)
    return f"After {number(leave.after)} in all, silence and wrong keys mixed, the caller {_leaves(flow, key, leave)}."


def _presses(here: Asks) -> str:
    return "keys" if isinstance(here, Collect) else "presses"


def _hears(here: Asks, tries: int) -> str:
    """A short prompt takes the prompt's place from the second time on."""
    if not isinstance(here, Menu | Collect):
        return f"is asked {times(tries)}"
    if not here.short_prompt or tries == 1:
        return f"hears the prompt {times(tries)}"
    return f"hears the prompt once and the shorter one {times(tries - 1)}"


def _leaves(flow: Flow, key: str, leave: Leaving) -> str:
    if not leave.to:
        return "hears a goodbye, and the call ends"
    if leave.by_operator:
        return f"goes to the operator ({name(flow, leave.to)})"
    return goes_to(flow, key, leave.to)


# --- what does not ask ------------------------------------------------------------------------------------------


def _ringing(flow: Flow, key: str, here: Transfer) -> str:
    rung = [f"{target_name(target)} {target.ring_seconds} s" for target in here.targets]
    onward = goes_to(flow, key, here.last_resort)
    if not rung:
        return f"Nobody is rung: the caller {onward} at once."
    return f"Rings {', then '.join(rung)}, then the caller {onward}."


def _recording(flow: Flow, key: str, here: Voicemail) -> str:
    onward = goes_to(flow, key, here.then) if here.then else "hears a goodbye, and the call ends"
    return (
        f"Records up to {here.max_seconds} s; {here.silence_seconds} s of silence or the {here.finish_key} key end it. "
        f"Then the caller {onward}."
    )


def _clock(flow: Flow, key: str, here: Hours, at: datetime, switches: tuple[Switch, ...]) -> str:
    if here.schedule not in flow.schedules:
        return f"Without a schedule it counts as closed: the caller {goes_to(flow, key, here.closed)}."
    opening, why, _ = _speaker(flow, here.schedule or "", at, switches).opening(here.schedule or "")
    ways = {Opening.OPEN: here.open, Opening.CLOSED: here.closed, Opening.HOLIDAY: here.holiday or here.closed}
    now = f"Now: {why}. The caller {goes_to(flow, key, ways[opening])}."
    opens = "" if opening is Opening.OPEN else opens_next(flow, here.schedule or "", at, switches)
    return f"{now} {opens}".rstrip()


def opens_next(flow: Flow, schedule: str, at: datetime, switches: tuple[Switch, ...] = ()) -> str:
    """When the schedule opens next, by its own clocks."""
    speaker = _speaker(flow, schedule, at, switches)
    opens = speaker.next_opening(flow.schedules[schedule])
    return f"Opens next {opens:%A %-d %B, %H:%M}." if opens else "It does not open again within 400 days."


def is_now(flow: Flow, schedule: str, at: datetime, switches: tuple[Switch, ...] = ()) -> str:
    """What the schedule says of now, and when it opens next if it is not open."""
    opening, why, _ = _speaker(flow, schedule, at, switches).opening(schedule)
    opens = "" if opening is Opening.OPEN else opens_next(flow, schedule, at, switches)
    return f"Now: {why.removeprefix(': ')}. {opens}".rstrip()  # a schedule that is being made has no name yet


def _speaker(flow: Flow, schedule: str, at: datetime, switches: tuple[Switch, ...]) -> Speaker:
    speaker = Speaker(flow, begin(flow, "", "", at, NOBODY), at, switches)
    speaker.schedule = schedule
    return speaker


# --- words ------------------------------------------------------------------------------------------------------


def goes_to(flow: Flow, here: str, to: str | None) -> str:
    """A way that leads nowhere is saved by the operator, as `step` does it."""
    if to == here:
        return "starts here again"
    if to in flow.destinations:
        return f"goes to {name(flow, to or '')}"
    saved = f"goes to the operator ({name(flow, flow.operator)})" if flow.operator else "the call ends"
    return f"is told that something is broken, and {saved}"


def name(flow: Flow, key: str) -> str:
    """Its label, set apart where its last sign would be taken for the sentence's."""
    here = flow.destinations.get(key)
    label = here.label if here and here.label else key
    return f"“{label}”" if label.endswith(("?", "!", ".")) else label


def times(count: int) -> str:
    return _TIMES.get(count, f"{number(count)} times")


def number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
