"""Which way of the map a step took, by how the place was left; and which steps took a way."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Q

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


def took(name: str) -> Q:
    """Steps that took the way of this name, as `places.ways` counts them; of an unknown one, none."""
    sort, apart, key = name.partition("/")
    if apart:
        by_rule = Q(kind="branch")
        return Q(outcome=Outcome.CHOSEN, option=key) & (by_rule if sort == "rule" else ~by_rule) & ~Q(led_to="")
    left = [outcome for outcome, way in _NAMES.items() if way == name]
    used_up = Q(outcome=Outcome.GAVE_UP, option="" if name == "failures_then" else name)
    return (Q(outcome__in=left) | used_up) & ~Q(led_to="") & ~Q(led_to=F("destination"))
