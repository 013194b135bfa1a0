"""What is true of a flow as a whole: what is reached, how deep it lies, where calls go round. Each found once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from html import escape
from math import inf
from typing import Any, Final, TypeVar

from menus.flow import MAX_VALUE, Asked, Collect, Fetched, Flow, HouseKey, HttpSource, LookUp, Menu, SaidAs, SetSwitch
from menus.words import speak_digits

from .finding import Spot, spot_of
from .ways import passes, ways

_LONGEST_TIME: Final = 80
"""Day, date and time take some 50 characters in the wordiest language."""

Edges = Mapping[str, list[str]]
T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """A flow, with what is found out about it on the way."""

    flow: Flow

    def spot(self, key: str) -> Spot:
        return spot_of(key, self.flow.destinations[key])

    def house_keys(self, menu: Menu) -> dict[HouseKey, str]:
        """The line's own keys that work in this menu."""
        keys = {key: getattr(self.flow.house_keys, key.value) for key in HouseKey if key not in menu.without}
        if not self.flow.operator:
            keys.pop(HouseKey.OPERATOR, None)
        return {key: digit for key, digit in keys.items() if digit}

    @cached_property
    def longest_values(self) -> dict[str, str]:
        """Each `{value}` of words as long as it can be in this line."""
        names = [day.name for schedule in self.flow.schedules.values() for day in schedule.holidays]
        number = speak_digits("0" * 15)
        collected = {name: _longest_said(entry) for name, entry in self.flow.collected.items()}
        looked_up = {name: _longest_found(fetched) for name, fetched in self.flow.looked_up.items()}
        built_in = {
            "caller": number,
            "dialled": number,
            "pressed": speak_digits("0" * 10),
            "line": escape(self.flow.name),
            "opens": "0" * _LONGEST_TIME,
            "holiday": escape(max(names, key=len, default="")),
            "callback": number,
            "window": "0" * _LONGEST_TIME,
        }
        return collected | looked_up | built_in | dict.fromkeys(self.flow.sensitive, "")

    @cached_property
    def values(self) -> frozenset[str]:
        """The names of what is keyed and looked up."""
        return frozenset(self.flow.collected) | frozenset(self.flow.looked_up)

    @cached_property
    def call_values(self) -> frozenset[str]:
        """The names of what a call knows while it goes on, and rules of branches may ask for."""
        return self.values | {"caller", "dialled", "pressed"}

    @cached_property
    def sent_values(self) -> frozenset[str]:
        """The names that a look-up may send."""
        return self.call_values | {"language"}

    @cached_property
    def maker_kinds(self) -> dict[tuple[str, str], str]:
        """How each value is said, by the destination that makes it and its name."""
        kinds: dict[tuple[str, str], str] = {}
        for key, here in self.flow.destinations.items():
            if isinstance(here, Collect):
                kinds[key, here.value] = f"entry {here.asks}"
            elif isinstance(here, LookUp):
                kinds |= {(key, fetched.value): f"look-up {fetched.says}" for fetched in here.values}
        return kinds

    @cached_property
    def makers(self) -> dict[str, list[str]]:
        """The destinations that make each value."""
        makers: dict[str, list[str]] = {}
        for key, name in self.maker_kinds:
            makers.setdefault(name, []).append(key)
        return makers

    @cached_property
    def acts(self) -> dict[tuple[str, str], list[Any]]:
        """What callers can do, by destination and language, as far as the hours have no part in it: see `journeys`."""
        return {}

    @cached_property
    def spoken(self) -> dict[tuple[str, str], float]:
        """How long words last, by text and language, as far as it was asked for."""
        return {}

    @cached_property
    def _kept(self) -> dict[str, Any]:
        return {}

    def kept(self, name: str, found: Callable[[], T]) -> T:
        """What a rule has found out about the whole flow, once for all destinations."""
        if name not in self._kept:
            self._kept[name] = found()
        known: T = self._kept[name]
        return known

    # --- where calls can go ---

    @cached_property
    def edges(self) -> Edges:
        """The destinations that each leads to; those that are not there, and options switched off, left out."""
        known = self.flow.destinations
        return {
            key: [way.to for way in ways(here) if way.used and way.to is not None and way.to in known]
            for key, here in known.items()
        }

    @cached_property
    def reached(self) -> set[str]:
        """What callers can come to."""
        roots = (self.flow.start, self.flow.main, self.flow.operator)
        seen = {key for key in roots if key is not None and key in self.edges}
        todo = list(seen)
        while todo:
            new = set(self.edges[todo.pop()]) - seen
            seen |= new
            todo.extend(new)
        return seen

    @cached_property
    def depths(self) -> dict[str, int]:
        """How many menus a caller meets on the shortest way from the start, up to and with the destination."""
        start = self.flow.start
        if start is None or start not in self.edges:
            return {}
        menus = {key for key, here in self.flow.destinations.items() if isinstance(here, Menu)}
        depths, todo = {start: int(start in menus)}, deque([start])
        while todo:
            key = todo.popleft()
            for to in self.edges[key]:
                depth = depths[key] + (to in menus)
                if depth < depths.get(to, inf):
                    depths[to] = depth
                    # What costs no menu goes first, so that each is looked at about once.
                    (todo.append if to in menus else todo.appendleft)(to)
        return depths

    # --- what is passed in one step ---

    @cached_property
    def passed(self) -> Edges:
        """The ways on from destinations at which a call does not wait."""
        return {key: to for key, to in self.edges.items() if passes(self.flow.destinations[key])}

    @cached_property
    def loops(self) -> dict[str, list[str]]:
        """Rounds in which nothing is asked, by the first of their destinations in the order of the flow.

        Of rounds that share a destination one is enough: it has to be opened first.
        """
        order = {key: n for n, key in enumerate(self.flow.destinations)}
        told: set[str] = set()
        loops = {}
        for loop in _loops(self.passed):
            if told.isdisjoint(loop):
                told.update(loop)
                turn = loop.index(min(loop, key=order.__getitem__))
                loops[loop[turn]] = loop[turn:] + loop[:turn]
        return loops

    @cached_property
    def dips(self) -> dict[str, int]:
        """How many look-ups and switches can follow each other in one turn, for those where no longer run goes through.

        A look-up that says something first is asked to go on in a turn of its own.
        """
        lengths: dict[str, int] = {}
        for key in _in_turn(self.passed):
            after = (lengths[to] for to in self.passed.get(key, ()) if not self._holds(to))
            lengths[key] = self._asks_elsewhere(key) + max(after, default=0)
        inner = {to for key in lengths for to in self.passed.get(key, ()) if not self._holds(to)}
        return {key: length for key, length in lengths.items() if key not in inner}

    def _asks_elsewhere(self, key: str) -> bool:
        here = self.flow.destinations[key]
        return isinstance(here, SetSwitch) or (isinstance(here, LookUp) and here.source is not None)

    def _holds(self, key: str) -> bool:
        here = self.flow.destinations[key]
        return isinstance(here, LookUp) and isinstance(here.source, HttpSource) and bool(here.hold)

    @cached_property
    def chains(self) -> dict[str, int]:
        """How many destinations a call can go through in one step, for those where no longer chain goes through."""
        lengths: dict[str, int] = {}
        for key in _in_turn(self.passed):
            lengths[key] = 1 + max((lengths[to] for to in self.passed.get(key, ())), default=0)
        inner = {to for key in lengths for to in self.passed.get(key, ())}
        return {key: length for key, length in lengths.items() if key not in inner}


def _longest_said(entry: Collect) -> str:
    match entry.asks:
        case Asked.DATE:
            return "0" * _LONGEST_TIME
        case Asked.AMOUNT:
            return "0" * (entry.max_digits + 1)
        case Asked.YES_NO:
            return "0" * 10
        case _:
            return speak_digits("0" * longest_value(entry))


def longest_value(entry: Collect) -> int:
    """How many characters the value has at most; see `entries.read_entry`."""
    match entry.asks:
        case Asked.AMOUNT:
            return max(entry.max_digits, 3) + 1 if entry.cents else entry.max_digits
        case Asked.DATE:
            return len("1980-02-29")
        case Asked.PHONE:
            return 15
        case Asked.YES_NO:
            return len("yes")
        case Asked.RATING:
            return 1
        case _:
            lengths = [len(allowed.partition("-")[0]) for allowed in entry.allowed if entry.asks is Asked.DIGITS]
            return min(entry.max_digits, max(lengths, default=entry.max_digits))


def _longest_found(fetched: Fetched) -> str:
    match fetched.says:
        case SaidAs.DIGITS:
            return speak_digits("0" * MAX_VALUE)
        case _:
            return "0" * MAX_VALUE


def _loops(edges: Edges) -> Iterator[list[str]]:
    """Depth first along the ways: wherever one leads back to where we came through, that is a loop."""
    done: set[str] = set()
    for root in edges:
        way = {} if root in done else {root: iter(edges[root])}
        while way:
            here = next(reversed(way))
            to = next(way[here], None)
            if to is None:
                done.add(here)
                del way[here]
            elif to in way:
                come = list(way)
                yield come[come.index(to) :]
            elif to in edges and to not in done:
                way[to] = iter(edges[to])


def _in_turn(edges: Edges) -> Iterator[str]:
    """Each key after all that it leads to; what is in a loop, or leads into one, left out."""
    sorter: TopologicalSorter[str] = TopologicalSorter(edges)
    try:
        sorter.prepare()
    except CycleError:
        pass  # the sorter then gives all that no loop holds back
    while ready := sorter.get_ready():
        yield from ready
        sorter.done(*ready)
