"""Whether the line keeps its promises: a walk over all that can happen, best for the caller in what they can choose."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Final

from menus.flow import Flow, Promise, PromisedWhen, Transfer

from .cases import Openings, Step, but_for, can_be, combined, on_lists, reached, starts, way_in_words, who
from .endings import Trap, ends, ends_in, trap, trapped
from .facts import Facts
from .finding import Finding, Rule, Spot
from .journeys import Act, Journeys, Node

MOST_KEYS: Final = 30
"""A way with more keys is none."""


@dataclass(frozen=True)
class Proof:
    """The worst that a caller can meet who does the best they can."""

    promise: Promise
    keys: int
    """More than MOST_KEYS: nothing leads there."""
    seconds: float
    language: str
    hours: Openings
    way: tuple[Step, ...] = ()

    @property
    def kept(self) -> bool:
        seconds = self.promise.max_seconds
        return self.keys <= self.promise.max_keys and (seconds is None or self.seconds <= seconds)


def proofs(facts: Facts) -> list[Proof]:
    """Of each promise whose transfer is there."""
    return [proof(facts, promise) for promise in facts.flow.promises if _is_there(facts.flow, promise)]


def proof(facts: Facts, promise: Promise) -> Proof:
    """At first each schedule may say anything each time it is asked; where that breaks the promise, what really can
    be is gone through, one combination after the other."""
    possible = can_be(facts.flow, promise)
    found = _worst(facts, promise, possible)
    if found.kept:
        return found
    cases_found = [_worst(facts, promise, case) for case in combined(facts, possible)]
    worst = max(cases_found, key=_badness, default=found)
    return found if all(_badness(one) == _badness(found) for one in cases_found) else worst


def _badness(one: Proof) -> tuple[bool, int, float]:
    return not one.kept, one.keys, one.seconds


# --- the walk ---------------------------------------------------------------------------------------------------


@dataclass
class _Walk:
    """Seconds from each place to the goal, by how many keys are left; and the act that brings them.

    From no way at all, shorter and shorter until nothing changes: what only goes round never gets a length. Looked at
    again is only what leads to a place that has become shorter.
    """

    acts: Mapping[Node, list[Act]]
    users: Mapping[Node, list[tuple[Node, int]]]
    """Who leads there, and with how many keys."""
    goal: Node
    layers: list[dict[Node, float]] = field(default_factory=list)
    choices: list[dict[Node, Act]] = field(default_factory=list)
    waiting: dict[int, dict[Node, None]] = field(default_factory=dict)

    def within(self, keys: int) -> dict[Node, float]:
        while len(self.layers) <= keys:
            self._add_layer()
        return self.layers[keys]

    def _add_layer(self) -> None:
        left = len(self.layers)
        self.layers.append(dict(self.layers[-1]) if left else {self.goal: 0.0})
        self.choices.append(dict(self.choices[-1]) if left else {})
        todo = deque(self.waiting.pop(left, ()))
        todo.extend([] if left else self._led_to(self.goal, left))
        while todo:
            node = todo.popleft()
            if node != self.goal and self._shorten(node, left):
                todo.extend(self._led_to(node, left))

    def _led_to(self, node: Node, left: int) -> Iterator[Node]:
        """Those to be looked at again in this layer; those of later layers wait."""
        for user, keys in self.users.get(node, ()):
            if keys:
                self.waiting.setdefault(left + keys, {})[user] = None
            else:
                yield user

    def _shorten(self, node: Node, left: int) -> bool:
        shorter = False
        for act in self.acts[node]:
            if act.keys <= left:
                after = self.layers[left - act.keys]
                seconds = max((leg.seconds + after.get(leg.to, inf) for leg in act.legs), default=inf)
                if seconds < self.layers[left].get(node, inf):
                    self.layers[left][node], self.choices[left][node] = seconds, act
                    shorter = True
        return shorter

    def way(self, start: Node, keys: int) -> Iterator[Step]:
        node, left = start, keys
        for _ in range(len(self.acts) * (keys + 1)):
            act = self.choices[left].get(node)
            if act is None or node == self.goal:
                return
            yield Step(node.key, act.shown)
            left -= act.keys
            after = self.layers[left]
            node = max(act.legs, key=lambda leg: leg.seconds + after.get(leg.to, inf)).to


def _worst(facts: Facts, promise: Promise, hours: Openings) -> Proof:
    """Over the languages, and the language that a line may remember."""
    flow = facts.flow
    begins = starts(flow)
    acts = reached(Journeys(facts, hours, frozenset(promise.except_lists)), begins)
    users = _users(acts)
    goals = [Node(promise.reaches or "", language) for language in flow.by_language]
    met = [goal for goal in goals if goal in acts] or goals[:1]
    found = []
    for goal in met:
        walk = _Walk(acts, users, goal)
        found += [
            _best(promise, walk, start, hours) for start in begins if goal == goals[0] or _reaches(acts, start, goal)
        ]
    return max(found, key=_badness)


def _users(acts: Mapping[Node, list[Act]]) -> dict[Node, list[tuple[Node, int]]]:
    users: dict[Node, dict[tuple[Node, int], None]] = {}
    for node, here in acts.items():
        for act in here:
            for leg in act.legs:
                users.setdefault(leg.to, {})[node, act.keys] = None
    return {node: list(led) for node, led in users.items()}


def _best(promise: Promise, walk: _Walk, start: Node, hours: Openings) -> Proof:
    """With the fewest keys that keep the promise; else with the fewest that lead there at all."""
    ways = [(keys, walk.within(keys).get(start, inf)) for keys in range(promise.max_keys + 1)]
    limit = promise.max_seconds or inf
    there = [(keys, seconds) for keys, seconds in ways if seconds < inf]
    if not there:
        more = range(promise.max_keys + 1, MOST_KEYS + 1)
        there = [(keys, seconds) for keys in more if (seconds := walk.within(keys).get(start, inf)) < inf][:1]
    if not there:
        return Proof(promise, MOST_KEYS + 1, inf, walk.goal.language, hours)
    kept = [(keys, seconds) for keys, seconds in there if seconds <= limit]
    keys, seconds = kept[0] if kept else min(there, key=lambda one: one[1])
    return Proof(promise, keys, seconds, walk.goal.language, hours, tuple(walk.way(start, keys)))


def _reaches(acts: Mapping[Node, list[Act]], start: Node, goal: Node) -> bool:
    seen, todo = {start}, [start]
    while todo:
        new = {leg.to for act in acts[todo.pop()] for leg in act.legs} - seen
        seen |= new
        todo += new
    return goal in seen


# --- said -------------------------------------------------------------------------------------------------------


def promise_faults(facts: Facts, line: Spot) -> Iterator[Finding]:
    for promise in facts.flow.promises:
        spot = line.within(f"promise “{_named(promise)}”")
        if promise.reaches is None:
            if found := trap(facts, promise):
                yield _broken(spot, trapped(facts, found), _cure_of_trap(facts, spot, found))
        elif not _is_there(facts.flow, promise):
            yield spot.finding(
                Rule.PROMISE_LEADS_NOWHERE,
                f"{spot.part} is about “{promise.reaches}”, which is no transfer of the line",
                f"choose a transfer for {spot.part}, or take the promise away",
            )
        elif not (proved := proof(facts, promise)).kept:
            yield _broken(spot, broken(facts, proved), _cure(facts, spot, proved))


def _broken(spot: Spot, fault: str, cure: str) -> Finding:
    return spot.finding(Rule.PROMISE_BROKEN, f"{spot.part} is broken: {fault}", cure)


def _named(promise: Promise) -> str:
    return promise.label or promise.reaches or "Every path ends"


def _is_there(flow: Flow, promise: Promise) -> bool:
    return isinstance(flow.destinations.get(promise.reaches or ""), Transfer)


def broken(facts: Facts, found: Proof) -> str:
    callers = who(facts.flow, found.language, found.hours)
    to = facts.spot(found.promise.reaches or "").name
    if found.keys > MOST_KEYS:
        return f"{callers} cannot be sure to reach {to}, whatever they key"
    takes = f"{_keys(found.keys)} and {ceil(found.seconds)} s"
    return f"{callers} need {takes} to {to}, not {_promised(found.promise)} ({way_in_words(facts, found.way)})"


def promised(flow: Flow) -> list[str]:
    """A sentence for each promise that is kept: “Lost card” reaches transfer “Cards” in 2 keys and … Those that are
    broken are among the findings."""
    facts = Facts(flow)
    return [sentence for promise in flow.promises if (sentence := _kept(facts, promise))]


def _kept(facts: Facts, promise: Promise) -> str:
    when = _WHEN[promise.when]
    if promise.reaches is None:
        if trap(facts, promise):
            return ""
        where = ends_in(facts, ends(facts, promise))
        return f"“{_named(promise)}”: {when} every path ends {where} and rings nobody{but_for(promise)}"
    if not _is_there(facts.flow, promise) or not (found := proof(facts, promise)).kept:
        return ""
    takes = f"{_keys(found.keys)} and {ceil(found.seconds)} s"
    there = f"reaches {facts.spot(promise.reaches).name} in {takes} at most"
    return f"“{_named(promise)}” {there}, {when}{but_for(promise)} ({way_in_words(facts, found.way)})"


_WHEN: Final = {
    PromisedWhen.ANY: "whatever the hour",
    PromisedWhen.OPEN: "while all is open",
    PromisedWhen.CLOSED: "while all is closed",
}


def _keys(number: int) -> str:
    return "1 key" if number == 1 else f"{number} keys"


def _promised(promise: Promise) -> str:
    return _keys(promise.max_keys) + (f" and {promise.max_seconds} s" if promise.max_seconds else "")


def _cure(facts: Facts, spot: Spot, found: Proof) -> str:
    others = sorted(facts.flow.lists.difference(found.promise.except_lists))
    if found.keys > MOST_KEYS and others:
        for_the_rest = found.promise.model_copy(update={"except_lists": tuple(sorted(facts.flow.lists))})
        if proof(facts, for_the_rest).keys <= MOST_KEYS:
            return f"callers {on_lists(others)} are led elsewhere: except them from {spot.part}, or lead them there too"
    if found.keys > MOST_KEYS:
        return f"lead a key of an early menu there at every hour, or change {spot.part}"
    if found.keys > found.promise.max_keys:
        return f"let an earlier menu lead there, or change {spot.part}"
    return f"shorten what is said on the way, or say its key earlier, or change {spot.part}"


def _cure_of_trap(facts: Facts, spot: Spot, found: Trap) -> str:
    last = facts.spot(found.way[-1].key).name if found.way else "the line"
    if found.round:
        return f"let silence lead on from {last} to a goodbye, a voicemail or a call back, or change {spot.part}"
    return f"lead {last} elsewhere at those hours, or change {spot.part}"
