"""Whether the line keeps its promises: a walk over all that can happen, best for the caller in what they can choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import ceil, inf, prod
from typing import Final, NamedTuple

from menus.flow import Branch, Flow, Hours, Opening, Promise, PromisedWhen, Transfer

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed
from .journeys import Act, Journeys, Node

MOST_KEYS: Final = 30
"""A way with more keys is none."""
MOST_CASES: Final = 81
"""So many combinations of opening hours are gone through; with more, each may answer anything each time."""
_CLOSED: Final = frozenset({Opening.CLOSED, Opening.HOLIDAY})


class Step(NamedTuple):
    """One act on the way: at which destination, and what is keyed there."""

    key: str
    shown: str


@dataclass(frozen=True)
class Proof:
    """The worst that a caller can meet who does the best they can."""

    promise: Promise
    keys: int
    """More than MOST_KEYS: nothing leads there."""
    seconds: float
    language: str
    hours: Mapping[str, frozenset[Opening]]
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
    can_be = _can_be(facts.flow, promise)
    found = _worst(facts, promise, can_be)
    asked = [key for key in can_be if key in _asked(facts)]
    if found.kept or not 1 < prod(len(can_be[key]) for key in asked) <= MOST_CASES:
        return found
    combined = product(*([frozenset({one}) for one in sorted(can_be[key])] for key in asked))
    cases_found = [_worst(facts, promise, dict(can_be) | dict(zip(asked, case, strict=True))) for case in combined]
    worst = max(cases_found, key=_badness)
    return found if all(_badness(one) == _badness(found) for one in cases_found) else worst


def _can_be(flow: Flow, promise: Promise) -> dict[str, frozenset[Opening]]:
    """A switch can open and close any schedule; a holiday has only one that knows some."""
    can_be = {}
    for key, schedule in flow.schedules.items():
        possible = frozenset(Opening) if schedule.holidays else frozenset(Opening) - {Opening.HOLIDAY}
        match promise.when:
            case PromisedWhen.OPEN:
                possible &= {Opening.OPEN}
            case PromisedWhen.CLOSED:
                possible &= _CLOSED
            case PromisedWhen.ANY:
                pass
        can_be[key] = possible
    return can_be


def _asked(facts: Facts) -> set[str | None]:
    here = [facts.flow.destinations[key] for key in facts.reached]
    hours = {one.schedule for one in here if isinstance(one, Hours)}
    return hours | {rule.schedule for one in here if isinstance(one, Branch) for rule in one.rules}


def _badness(one: Proof) -> tuple[bool, int, float]:
    return not one.kept, one.keys, one.seconds


# --- the walk ---------------------------------------------------------------------------------------------------


@dataclass
class _Walk:
    """Seconds from each place to the goal, by how many keys are left; and the act that brings them."""

    acts: Mapping[Node, list[Act]]
    goal: Node
    layers: list[dict[Node, float]] = field(default_factory=list)
    choices: list[dict[Node, Act]] = field(default_factory=list)

    def within(self, keys: int) -> dict[Node, float]:
        while len(self.layers) <= keys:
            self._add_layer()
        return self.layers[keys]

    def _add_layer(self) -> None:
        """From no way at all, shorter and shorter until nothing changes: what only goes round never gets a length."""
        first = not self.layers
        self.layers.append({self.goal: 0.0} if first else dict(self.layers[-1]))
        self.choices.append({} if first else dict(self.choices[-1]))
        left = len(self.layers) - 1
        shorter = True
        while shorter:
            shorter = sum(self._shorten(node, left) for node in self.acts if node != self.goal) > 0

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

    def sure(self, start: Node) -> bool:
        """Whether the caller comes there at all, with as many keys as it takes."""
        known = {self.goal}
        before = 0
        while before < len(known):
            before = len(known)
            known |= {node for node, acts in self.acts.items() if any(_all_in(act, known) for act in acts)}
        return start in known

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


def _all_in(act: Act, known: set[Node]) -> bool:
    return bool(act.legs) and all(leg.to in known for leg in act.legs)


def _worst(facts: Facts, promise: Promise, hours: Mapping[str, frozenset[Opening]]) -> Proof:
    """Over the languages, and the language that a line may remember."""
    flow = facts.flow
    journeys = Journeys(facts, hours, frozenset(promise.except_lists))
    remembered = flow.by_language if flow.remember_language_days else {flow.languages[0].key: None}
    starts = [Node(flow.start or "", language) for language in remembered]
    acts = _reached(journeys, starts)
    goals = [Node(promise.reaches, language) for language in flow.by_language]
    met = [goal for goal in goals if goal in acts] or goals[:1]
    found = [
        _best(promise, _Walk(acts, goal), start, goal, hours)
        for goal in met
        for start in starts
        if _reaches(acts, start, goal) or goal == goals[0]
    ]
    return max(found, key=_badness)


def _best(promise: Promise, walk: _Walk, start: Node, goal: Node, hours: Mapping[str, frozenset[Opening]]) -> Proof:
    """With the fewest keys that keep the promise; else with the fewest that lead there at all."""
    if not walk.sure(start):
        return Proof(promise, MOST_KEYS + 1, inf, goal.language, hours)
    ways = [(keys, walk.within(keys).get(start, inf)) for keys in range(promise.max_keys + 1)]
    limit = promise.max_seconds or inf
    there = [(keys, seconds) for keys, seconds in ways if seconds < inf]
    if not there:
        more = range(promise.max_keys + 1, MOST_KEYS + 1)
        there = [(keys, seconds) for keys in more if (seconds := walk.within(keys).get(start, inf)) < inf][:1]
    if not there:
        return Proof(promise, MOST_KEYS + 1, inf, goal.language, hours)
    kept = [(keys, seconds) for keys, seconds in there if seconds <= limit]
    keys, seconds = kept[0] if kept else min(there, key=lambda one: one[1])
    return Proof(promise, keys, seconds, goal.language, hours, tuple(walk.way(start, keys)))


def _reached(journeys: Journeys, starts: Iterable[Node]) -> dict[Node, list[Act]]:
    acts: dict[Node, list[Act]] = {}
    todo = list(starts)
    while todo:
        node = todo.pop()
        if node not in acts:
            acts[node] = journeys.acts(node)
            todo += [leg.to for act in acts[node] for leg in act.legs]
    return acts


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
        spot = line.within(f"promise “{promise.label or promise.reaches}”")
        if not _is_there(facts.flow, promise):
            yield spot.finding(
                Rule.PROMISE_LEADS_NOWHERE,
                f"{spot.part} is about “{promise.reaches}”, which is no transfer of the line",
                f"choose a transfer for {spot.part}, or take the promise away",
            )
        elif not (found := proof(facts, promise)).kept:
            fault = f"{spot.part} is broken: {broken(facts, found)}"
            yield spot.finding(Rule.PROMISE_BROKEN, fault, _cure(facts, spot, found))


def _is_there(flow: Flow, promise: Promise) -> bool:
    return isinstance(flow.destinations.get(promise.reaches), Transfer)


def broken(facts: Facts, found: Proof) -> str:
    who = _who(facts.flow, found)
    to = facts.spot(found.promise.reaches).name
    if found.keys > MOST_KEYS:
        return f"{who} cannot be sure to reach {to}, whatever they key"
    takes = f"{_keys(found.keys)} and {ceil(found.seconds)} s"
    return f"{who} need {takes} to {to}, not {_promised(found.promise)} ({way_in_words(facts, found)})"


def promised(flow: Flow) -> list[str]:
    """A sentence for each promise that is kept: “Lost card” reaches transfer “Cards” in 2 keys and … Those that are
    broken are among the findings."""
    facts = Facts(flow)
    return [_kept(facts, found) for found in proofs(facts) if found.kept]


def _kept(facts: Facts, found: Proof) -> str:
    name = found.promise.label or found.promise.reaches
    to = facts.spot(found.promise.reaches).name
    when = {
        PromisedWhen.ANY: "whatever the hour",
        PromisedWhen.OPEN: "while all is open",
        PromisedWhen.CLOSED: "while all is closed",
    }[found.promise.when]
    takes = f"{_keys(found.keys)} and {ceil(found.seconds)} s"
    lists = found.promise.except_lists
    for_whom = f", but for callers {_on(lists)}" if lists else ""
    return f"“{name}” reaches {to} in {takes} at most, {when}{for_whom} ({way_in_words(facts, found)})"


def way_in_words(facts: Facts, found: Proof) -> str:
    """menu “Language”, key 1 → menu “Main”, key 2."""
    steps = [f"{facts.spot(step.key).name}{f', {_keyed(step.shown)}' if step.shown else ''}" for step in found.way]
    return " → ".join(steps) or "at once"


def _on(lists: Sequence[str]) -> str:
    return f"on the list{'s' if len(lists) > 1 else ''} {listed([f'“{key}”' for key in lists], 'or')}"


def _keyed(shown: str) -> str:
    return shown if " " in shown else f"key {shown}"


def _keys(number: int) -> str:
    return "1 key" if number == 1 else f"{number} keys"


def _promised(promise: Promise) -> str:
    return _keys(promise.max_keys) + (f" and {promise.max_seconds} s" if promise.max_seconds else "")


def _who(flow: Flow, found: Proof) -> str:
    """Callers in Spanish, with “Office” closed,"""
    fixed = [
        f"“{flow.schedules[key].name or key}” {'on a holiday' if so == {Opening.HOLIDAY} else next(iter(so))}"
        for key, so in found.hours.items()
        if len(so) == 1
    ]
    language = f" in {called(flow.by_language[found.language])}" if len(flow.by_language) > 1 else ""
    return f"callers{language}{f', with {listed(fixed)},' if fixed else ''}"


def _cure(facts: Facts, spot: Spot, found: Proof) -> str:
    others = sorted(facts.flow.lists.difference(found.promise.except_lists))
    if found.keys > MOST_KEYS and others:
        for_the_rest = found.promise.model_copy(update={"except_lists": tuple(sorted(facts.flow.lists))})
        if proof(facts, for_the_rest).keys <= MOST_KEYS:
            return f"callers {_on(others)} are led elsewhere: except them from {spot.part}, or lead them there too"
    if found.keys > MOST_KEYS:
        return f"lead a key of an early menu there at every hour, or change {spot.part}"
    if found.keys > found.promise.max_keys:
        return f"let an earlier menu lead there, or change {spot.part}"
    return f"shorten what is said on the way, or say its key earlier, or change {spot.part}"
