"""Whether every path of a call comes to an end, and rings nobody: a walk over all that callers can do, or not do."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from menus.flow import Asks, Callback, Collect, HangUp, HouseKey, Menu, Promise, Transfer, Voicemail

from .cases import Openings, Step, can_be, combined, starts, way_in_words, who
from .facts import Facts
from .finding import listed
from .journeys import Journeys, Leg, Node

MOST_NAMED: Final = 4
"""Ends told one by one; of more, the kinds."""


@dataclass(frozen=True)
class Trap:
    """A way to what was promised not to be."""

    way: tuple[Step, ...]
    """Up to the destination that rings; where calls go round, up to where the round begins, and once round."""
    to: str
    round: bool
    """Nobody is rung, and whoever keys nothing comes to no end."""
    language: str
    hours: Openings


def trap(facts: Facts, promise: Promise) -> Trap | None:
    """None: the promise is kept. As in `promises`, schedules may say anything each time at first. Who is rung is told
    before what goes round."""
    possible = can_be(facts.flow, promise)
    found = _Paths(facts, promise, possible).trap()
    if found is None:
        return None
    cases = list(combined(facts, possible))
    traps = [one for case in cases if (one := _Paths(facts, promise, case).trap())] if cases else [found]
    return min(traps, key=lambda one: one.round, default=None)


def ends(facts: Facts, promise: Promise) -> list[str]:
    """The destinations at which calls may end, in the order of the flow."""
    paths = _Paths(facts, promise, can_be(facts.flow, promise))
    met = {node.key for node in paths.ways}
    kinds = (Voicemail, Callback, HangUp)
    return [key for key, here in facts.flow.destinations.items() if key in met and isinstance(here, kinds)]


def ends_in(facts: Facts, keys: list[str]) -> str:
    """“in voicemail “Office” or hang-up “Bye””; where a call only ends by itself, with a goodbye."""
    if 0 < len(keys) <= MOST_NAMED:
        return f"in {listed([facts.spot(key).name for key in keys], 'or')}"
    return "in a voicemail, a call back or a goodbye" if keys else "with a goodbye"


def trapped(facts: Facts, found: Trap) -> str:
    callers = who(facts.flow, found.language, found.hours)
    way = way_in_words(facts, found.way)
    if found.round:
        return f"{callers} who key nothing go round and come to no end ({way} → {facts.spot(found.to).name} again)"
    return f"{callers} can ring somebody ({way} → rings {facts.spot(found.to).name})"


class _Paths:
    """Every place that a call can come to, and the first way found there."""

    def __init__(self, facts: Facts, promise: Promise, hours: Openings) -> None:
        self.facts, self.hours = facts, hours
        self.journeys = Journeys(facts, hours, frozenset(promise.except_lists))
        self.ways: dict[Node, tuple[Node, str] | None] = dict.fromkeys(starts(facts.flow))
        todo = deque(self.ways)
        while todo:
            node = todo.popleft()
            for shown, leg in self._all_legs(node):
                if leg.to.key and leg.to not in self.ways:
                    self.ways[leg.to] = (node, shown)
                    todo.append(leg.to)

    def trap(self) -> Trap | None:
        """Ringing first: it is found on the shortest way."""
        for node in self.ways:
            here = self.facts.flow.destinations.get(node.key)
            if isinstance(here, Transfer) and here.targets:
                return Trap(tuple(self._way(node)), node.key, False, node.language, self.hours)
        if circle := self._round():
            first = circle[0]
            way = (*self._way(first), *(Step(node.key, self._nothing(node)) for node in circle))
            return Trap(way, first.key, True, first.language, self.hours)
        return None

    # --- what callers can do ---

    def _all_legs(self, node: Node) -> Iterator[tuple[str, Leg]]:
        """With what is keyed, as staff read it. What leads nowhere leads to the operator, as in a call."""
        here = self.facts.flow.destinations.get(node.key)
        for act in self.journeys.acts(node):
            for leg in act.legs:
                yield act.shown or self._nothing(node), leg if leg.to.key else self._to_operator(node)
        for _, leg in self.journeys.after_wrong_keys(node):
            yield f"wrong {'keys' if isinstance(here, Menu) else 'entries'}", leg
        if isinstance(here, Asks):
            yield from self._back(here, node)
            yield f"after {self.facts.flow.max_call_minutes} minutes", self._to_operator(node)

    def _back(self, here: Asks, node: Node) -> Iterator[tuple[str, Leg]]:
        keys = self.facts.house_keys(here if isinstance(here, Menu) else Menu(label=""))
        back = keys.get(HouseKey.BACK) or (here.cancel_key if isinstance(here, Collect) and not here.cancel else None)
        if back:
            menus = [step.key for step in self._way(node) if isinstance(self.facts.flow.destinations[step.key], Menu)]
            for menu in menus[-1:]:
                yield back, self.journeys.leg(0, menu, node)

    def _to_operator(self, node: Node) -> Leg:
        return self.journeys.leg(0, self.facts.flow.operator, node)

    def _nothing(self, node: Node) -> str:
        return "nothing keyed" if isinstance(self.facts.flow.destinations[node.key], Asks) else ""

    def _way(self, node: Node) -> list[Step]:
        steps: list[Step] = []
        at = self.ways[node]
        while at:
            steps.append(Step(at[0].key, at[1]))
            at = self.ways[at[0]]
        return steps[::-1]

    # --- what comes of doing nothing ---

    def _round(self) -> list[Node]:
        """A circle of those who key nothing, in the direction of the call, from the place that is met first."""
        circle = _circle({node: self._silent(node) for node in self.ways if node.key in self.facts.edges})
        order = {node: n for n, node in enumerate(self.ways)}
        turn = circle.index(min(circle, key=order.__getitem__)) if circle else 0
        return circle[turn:] + circle[:turn]

    def _silent(self, node: Node) -> list[Node]:
        return [leg.to for act in self.journeys.acts(node) if act.keys == 0 for leg in act.legs if leg.to.key]


def _circle(edges: Mapping[Node, Iterable[Node]]) -> list[Node]:
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))[:-1]
    return []
