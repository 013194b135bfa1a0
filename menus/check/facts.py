"""What is true of a flow as a whole: where each part leads, what is reached, where calls go round. Each found once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from html import escape
from typing import Final, NamedTuple, assert_never

from .. import words
from ..flow import Destination, Flow, HangUp, Hours, HouseKey, Menu, Message, Transfer, Voicemail
from .finding import Rule, Spot, spot_of

_LONGEST_NUMBER: Final = "0 " * 15
_LONGEST_KEYED: Final = "0 " * 10
_LONGEST_TIME: Final = "0" * 80
"""Day, date and time in the wordiest language take some 50 characters."""

Edges = Mapping[str, list[str]]


class Way(NamedTuple):
    """One field by which a destination leads to another."""

    rule: Rule
    at: str
    when: str
    to: str | None
    needed: bool = False
    used: bool = True
    """False: the option is switched off."""


def ways(here: Destination) -> Iterator[Way]:
    """Every way out, in the order of the form."""
    match here:
        case Menu():
            for option in here.options:
                key = f"key {option.digits}"
                yield Way(
                    Rule.OPTION_LEADS_NOWHERE, key, f"after {key}", option.to, option.enabled, option.enabled
                )
            for when, to in (
                ("after too many silences", here.no_input.then),
                ("after too many wrong keys", here.no_match.then),
                ("after too many failures of any kind", here.failures_then),
            ):
                yield Way(Rule.TRIES_LEAD_NOWHERE, when, when, to)
        case Message():
            yield _way(Rule.MESSAGE_LEADS_NOWHERE, "after the message", here.then)
        case Hours():
            yield _way(Rule.HOURS_LEAD_NOWHERE, "when open", here.open)
            yield _way(Rule.HOURS_LEAD_NOWHERE, "when closed", here.closed)
            yield _way(Rule.HOURS_LEAD_NOWHERE, "on a holiday", here.holiday, needed=False)
        case Transfer():
            yield _way(Rule.TRANSFER_LEADS_NOWHERE, "when nobody answers", here.last_resort)
        case Voicemail():
            yield _way(Rule.VOICEMAIL_LEADS_NOWHERE, "after the recording", here.then)
        case HangUp():
            return
        case _:
            assert_never(here)


def _way(rule: Rule, when: str, to: str | None, needed: bool = True) -> Way:
    return Way(rule, when, when, to, needed)


def _passes(here: Destination) -> bool:
    """Whether a call goes on from here in the same step, without waiting for anybody."""
    match here:
        case Message() | Hours():
            return True
        case Transfer():
            return not here.targets
        case Menu() | Voicemail() | HangUp():
            return False
        case _:
            assert_never(here)


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

    # --- where calls can go ---

    @cached_property
    def edges(self) -> Edges:
        """The destinations that each leads to, those that are not there and options switched off left out."""
        known = self.flow.destinations
        return {
            key: [way.to for way in ways(here) if way.used and way.to in known and way.to]
            for key, here in known.items()
        }

    @cached_property
    def passed(self) -> Edges:
        """The same, of those destinations only that a call passes without waiting."""
        return {key: to for key, to in self.edges.items() if _passes(self.flow.destinations[key])}

    @cached_property
    def reached(self) -> frozenset[str]:
        """What a caller can come to at all."""
        todo = [key for key in (self.flow.start, self.flow.main, self.flow.operator) if key in self.edges]
        seen = set(todo)
        while todo:
            new = set(self.edges[todo.pop() or ""]) - seen
            seen |= new
            todo.extend(new)
        return frozenset(key for key in seen if key)

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """How many menus a caller meets on the shortest way from the start, the destination itself counted."""
        start = self.flow.start
        if start is None or start not in self.edges:
            return {}
        depths: dict[str, int] = {}
        todo = deque([(start, self._is_menu(start))])
        while todo:
            key, depth = todo.popleft()
            if depths.setdefault(key, depth) < depth or self._done(key, depth, depths):
                continue
            depths[key] = depth
        return depths

    def _is_menu(self, key: str) -> int:
        return isinstance(self.flow.destinations[key], Menu)
