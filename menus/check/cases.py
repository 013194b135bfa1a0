"""For whom a promise is: the hours, languages and callers that it holds for; and the ways of those, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final, NamedTuple

from menus.flow import Branch, Flow, Hours, Opening, Promise, PromisedWhen

from .facts import Facts
from .finding import called, listed
from .journeys import Act, Journeys, Node

MOST_CASES: Final = 81
"""So many combinations of opening hours are gone through; with more, each may answer anything each time."""
_CLOSED: Final = frozenset({Opening.CLOSED, Opening.HOLIDAY})

Openings = Mapping[str, frozenset[Opening]]


class Step(NamedTuple):
    """One act on the way: at which destination, and what is keyed there."""

    key: str
    shown: str


def can_be(flow: Flow, promise: Promise) -> dict[str, frozenset[Opening]]:
    """What each schedule can be. A switch can open and close any; a holiday has only one that knows some."""
    possible = {}
    for key, schedule in flow.schedules.items():
        openings = frozenset(Opening) if schedule.holidays else frozenset(Opening) - {Opening.HOLIDAY}
        match promise.when:
            case PromisedWhen.OPEN:
                openings &= {Opening.OPEN}
            case PromisedWhen.CLOSED:
                openings &= _CLOSED
            case PromisedWhen.ANY:
                pass
        possible[key] = openings
    return possible


def combined(facts: Facts, possible: Openings) -> Iterator[Openings]:
    """What can really be at once, one combination after the other; none where there is one only, or too many."""
    asked = [key for key in possible if key in _asked(facts)]
    if 1 < prod(len(possible[key]) for key in asked) <= MOST_CASES:
        for case in product(*([frozenset({one}) for one in sorted(possible[key])] for key in asked)):
            yield dict(possible) | dict(zip(asked, case, strict=True))


def _asked(facts: Facts) -> set[str | None]:
    here = [facts.flow.destinations[key] for key in facts.reached]
    hours = {one.schedule for one in here if isinstance(one, Hours)}
    return hours | {rule.schedule for one in here if isinstance(one, Branch) for rule in one.rules}


def starts(flow: Flow) -> list[Node]:
    """In the line's first language, and in those that it may remember."""
    remembered = flow.by_language if flow.remember_language_days else {flow.languages[0].key: None}
    return [Node(flow.start or "", language) for language in remembered]


def reached(journeys: Journeys, first: Iterable[Node]) -> dict[Node, list[Act]]:
    """What callers can do wherever they come to."""
    acts: dict[Node, list[Act]] = {}
    todo = list(first)
    while todo:
        node = todo.pop()
        if node not in acts:
            acts[node] = journeys.acts(node)
            todo += [leg.to for act in acts[node] for leg in act.legs]
    return acts


# --- in words ---------------------------------------------------------------------------------------------------


def who(flow: Flow, language: str, hours: Openings) -> str:
    """Callers in Spanish, with “Office” closed,"""
    fixed = [
        f"“{flow.schedules[key].name or key}” {'on a holiday' if so == {Opening.HOLIDAY} else next(iter(so))}"
        for key, so in hours.items()
        if len(so) == 1
    ]
    spoken = f" in {called(flow.by_language[language])}" if len(flow.by_language) > 1 else ""
    return f"callers{spoken}{f', with {listed(fixed)},' if fixed else ''}"


def way_in_words(facts: Facts, way: Iterable[Step]) -> str:
    """menu “Language”, key 1 → menu “Main”, key 2."""
    steps = [f"{facts.spot(step.key).name}{f', {_keyed(step.shown)}' if step.shown else ''}" for step in way]
    return " → ".join(steps) or "at once"


def _keyed(shown: str) -> str:
    return shown if " " in shown else f"key {shown}"


def on_lists(lists: Sequence[str]) -> str:
    return f"on the list{'s' if len(lists) > 1 else ''} {listed([f'“{key}”' for key in lists], 'or')}"


def but_for(promise: Promise) -> str:
    return f", but for callers {on_lists(promise.except_lists)}" if promise.except_lists else ""
