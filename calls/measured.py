"""What is measured of one call, beside its outcome: pure figures, each defined in docs/measures.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from calls.models import Call, CallOutcome, Leg, Visit
from menus.dialogue import Outcome

SHORT_SECONDS: Final = 10
"""Whoever hangs up in the menu within so many seconds is a short call: a wrong number, or a second thought."""
WRONG_TURN_SECONDS: Final = 10
"""Whoever goes back within so many seconds was led where they did not want to go."""
RECONTACT: Final = timedelta(hours=24)
_TURNED_BACK: Final = (Outcome.WENT_BACK, Outcome.WENT_MAIN)
_NOTHING_DONE: Final = (
    Outcome.PLAYED,
    Outcome.OPEN,
    Outcome.CLOSED,
    Outcome.HOLIDAY,
    Outcome.OTHERWISE,
    Outcome.FOUND,
    Outcome.NOT_FOUND,
    Outcome.FAILED,
    Outcome.LOCKED,
    Outcome.SWITCHED,
    Outcome.NO_INPUT,
    Outcome.NO_MATCH,
    Outcome.REPEATED,
    Outcome.REENTERED,
)
"""The caller was only led on, or is still where they came to."""


class Figures(NamedTuple):
    cost: Decimal | None
    """EUR, so far as the prices are known."""
    person_seconds: int | None
    served_seconds: int | None
    is_short: bool


def figures(
    call: Call, outcome: CallOutcome, visits: Sequence[Visit], legs: Sequence[Leg], served: Sequence[Visit]
) -> Figures:
    """`served`: those of the visits that are at a place marked as served."""
    prices = [price for price in (call.price, *(leg.price for leg in legs)) if price is not None]
    answers = [leg.answered_at for leg in legs if leg.answered_at]
    lasted = seconds_between(call.started_at, call.ended_at) if call.ended_at else None
    return Figures(
        sum(prices, Decimal(0)) if prices else None,
        seconds_between(call.started_at, min(answers)) if answers else None,
        seconds_between(call.started_at, served[0].entered_at) if served else None,
        outcome == CallOutcome.ABANDONED and lasted is not None and lasted <= SHORT_SECONDS,
    )


def mark(visits: Sequence[Visit]) -> None:
    """Tell entries from tries again, first visits from later ones, and which choices were wrong turns."""
    seen: set[str] = set()
    came, chosen = None, None
    for number, visit in enumerate(visits):
        before = visits[number - 1] if number else None
        here = visit.destination
        visit.is_entry = not (before and before.destination == here == before.led_to)
        visit.is_first = here not in seen
        seen.add(here)
        came = visit.entered_at if visit.is_entry or before is chosen or came is None else came
        if visit.outcome in _TURNED_BACK and chosen and _soon(came, visit):
            chosen.wrong_turn = True
        chosen = _choice(visit, chosen)


def _choice(visit: Visit, before: Visit | None) -> Visit | None:
    """The choice that led the caller to where they come next; a branch only passes them on."""
    by_rule = visit.outcome == Outcome.CHOSEN and visit.kind == "branch"
    if by_rule or visit.outcome in _NOTHING_DONE:
        return before
    return visit if visit.outcome == Outcome.CHOSEN else None


def _soon(came: datetime, visit: Visit) -> bool:
    left = visit.entered_at + timedelta(seconds=visit.seconds or 0)
    return (left - came).total_seconds() <= WRONG_TURN_SECONDS


def seconds_between(first: datetime, last: datetime) -> int:
    return max(0, round((last - first).total_seconds()))
