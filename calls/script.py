"""A call in words that staff can read: where it went and why, what was heard, what the line then waits for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from calls import ncco
from menus.dialogue import Outcome, Visit
from menus.flow import Branch, Flow, Menu
from menus.numbers import show_number
from menus.tryout import Turn

OUTCOMES: Final[dict[str, str]] = {
    Outcome.CHOSEN: "chosen",
    Outcome.REPEATED: "the repeat key",
    Outcome.WENT_BACK: "the back key",
    Outcome.WENT_MAIN: "the main menu key",
    Outcome.ASKED_OPERATOR: "the operator key",
    Outcome.NO_INPUT: "nothing pressed",
    Outcome.NO_MATCH: "a wrong key",
    Outcome.GAVE_UP: "tries used up",
    Outcome.PLAYED: "played",
    Outcome.OPEN: "open",
    Outcome.CLOSED: "closed",
    Outcome.HOLIDAY: "holiday",
    Outcome.OTHERWISE: "no rule holds",
    Outcome.ENTERED: "entered",
    Outcome.REENTERED: "to be entered again",
    Outcome.CANCELLED: "the cancel key",
    Outcome.FOUND: "found",
    Outcome.NOT_FOUND: "not found",
    Outcome.FAILED: "failed",
    Outcome.LOCKED: "too many wrong PINs",
    Outcome.REQUESTED: "asked to be called back",
    Outcome.SWITCHED: "switched",
    Outcome.RINGING: "ringing",
    Outcome.NOT_REACHED: "not reached",
    Outcome.CONNECTED: "connected",
    Outcome.RECORDED: "message left",
    Outcome.ENDED: "ended",
    Outcome.HUNG_UP: "the caller hung up",
    Outcome.OVER_LIMIT: "too long",
    Outcome.LED_NOWHERE: "leads nowhere",
}
"""How a destination was left; a word that is not here is shown as it is."""

_CLOCK: Final = (Outcome.OPEN, Outcome.CLOSED, Outcome.HOLIDAY)
"""Where the schedule's own words say it all."""


class Names:
    """What destinations and options are called: with a flow by their labels, without one by their keys."""

    def __init__(self, flow: Flow | None = None) -> None:
        self.flow = flow

    def place(self, key: str) -> str:
        here = self.flow.destinations.get(key) if self.flow else None
        return f"“{here.label}”" if here and here.label else key or "the line"

    def option(self, place: str, key: str) -> str:
        menu = self.flow.destinations.get(place) if self.flow else None
        if isinstance(menu, Branch):
            return next((rule.label for rule in menu.rules if rule.key == key and rule.label), key)
        found = menu.by_key.get(key) if isinstance(menu, Menu) else None
        return found.label if found and found.label else key


BY_KEY: Final = Names()
THE_END: Final = "the call ends"

# --- what came of it --------------------------------------------------------------------------------------------


def led(visits: Iterable[Visit], names: Names = BY_KEY) -> list[str]:
    """Where each destination led, and why."""
    return [_led(visit, names) for visit in visits]


def _led(visit: Visit, names: Names) -> str:
    here, reason = names.place(visit.destination), with_plus(visit.why)
    if visit.outcome == Outcome.RINGING:
        return f"rings {reason} (at {here})"
    if visit.outcome == Outcome.CONNECTED and not visit.to:
        return f"talks with {reason} (at {here})"
    why = OUTCOMES.get(visit.outcome, visit.outcome)
    if visit.option:
        why += f": {names.option(visit.destination, visit.option)}"
    if reason:
        why = reason if visit.outcome in _CLOCK else f"{why}: {reason}"
    if not visit.to:
        return f"ends at {here}" if visit.outcome == Outcome.ENDED else f"at {here}: {why}"
    if visit.to == visit.destination:
        return f"stays at {here} ({why})"
    return f"goes {here} → {names.place(visit.to)} ({why})"


def heard(text: str, waits_at: str, names: Names = BY_KEY) -> list[str]:
    """What an NCCO lets the caller hear, and what the line then waits for at the destination `waits_at`."""
    here = f" (at {names.place(waits_at)})" if waits_at else ""
    return [_heard(line, here) for line in ncco.read(text)]


def _heard(line: ncco.Line, here: str) -> str:
    match line.kind:
        case "says":
            return f"hears ({line.language}) {line.text}"
        case "plays":
            return f"hears the recording {line.text}"
        case "connects":
            return f"connects {with_plus(line.text)}"
        case "looks up":
            return f"looks it up{here}"
        case "hangs up":
            return THE_END
        case _:
            return f"{line.kind} {line.text}{here}"


def told(turn: Turn, text: str, names: Names = BY_KEY) -> list[str]:
    """All that came of one turn of a tryout; `text` is its NCCO."""
    lines = led(turn.visits, names)
    if turn.answered:
        return lines + heard(text, turn.state.at, names)
    if turn.whispered:
        said = ncco.dump(ncco.spoken(turn.whispered))
        lines += [f"target {line}" for line in heard(said, "") if line != THE_END]
    return [*lines, THE_END] if turn.over else lines


# --- single words -----------------------------------------------------------------------------------------------


def number(text: str) -> str:
    """A caller's or a called number as people write it; what is no number stays as it is."""
    if not text:
        return "unknown"
    return show_number(text) if re.fullmatch(r"[1-9][0-9]{6,14}", text) else text


def with_plus(text: str) -> str:
    """The telephone numbers in `text` as people write them."""
    return re.sub(r"(?<!\S)\+?([1-9][0-9]{6,14})(?=[\s,:]|$)", lambda found: show_number(found[1]), text)


def pretty(text: str) -> str:
    """An NCCO as JSON to look at. A sealed place is long and says nothing to people: it is cut short."""
    actions: Any = json.loads(text or "[]")
    shown = json.dumps(actions, indent=2, ensure_ascii=False)
    shown = re.sub(r'\[\n\s*("(?:[^"\\]|\\.)*")\n\s*\]', r"[\1]", shown)
    return re.sub(r"(/webhooks/[a-z]+/[A-Za-z0-9_-]{6})[A-Za-z0-9_-]{20,}", r"\1…", shown)
