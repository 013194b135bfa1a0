"""Which way of the map a step took, by how the place was left."""

from __future__ import annotations

from typing import Final

from menus.dialogue import Outcome

_NAMES: Final[dict[str, str]] = {
    Outcome.PLAYED: "then",
    Outcome.ENTERED: "then",
    Outcome.RECORDED: "then",
    Outcome.REQUESTED: "then",
    Outcome.SWITCHED: "then",
    Outcome.OPEN: "open",
    Outcome.CLOSED: "closed",
    Outcome.HOLIDAY: "holiday",
    Outcome.OTHERWISE: "otherwise",
    Outcome.FOUND: "found",
    Outcome.NOT_FOUND: "not_found",
    Outcome.FAILED: "failed",
    Outcome.LOCKED: "locked",
    Outcome.CANCELLED: "cancel",
    Outcome.NOT_REACHED: "last_resort",
    Outcome.CONNECTED: "last_resort",
    Outcome.WENT_BACK: "back",
    Outcome.WENT_MAIN: "main",
    Outcome.ASKED_OPERATOR: "operator",
}
"""As `menus/map/ways.py` names them; the house keys, which have no line on the map, by their own names."""


def way_name(kind: str, outcome: str, option: str) -> str:
    """Empty: it is no way on (asked again, hung up, a bound passed)."""
    match outcome:
        case Outcome.CHOSEN:
            return f"rule/{option}" if kind == "branch" else f"option/{option}"
        case Outcome.GAVE_UP:
            return option or "failures_then"
        case _:
            return _NAMES.get(outcome, "")
