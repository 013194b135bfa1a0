"""What callers can do at each destination, how long they listen first, and where that can lead. For `promises`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, assert_never

from menus import words
from menus.entries import MAX_KEYS, longest
from menus.flow import (
    Asks,
    Branch,
    Callback,
    Collect,
    Destination,
    Flow,
    HangUp,
    Hours,
    HouseKey,
    HttpSource,
    LookUp,
    Menu,
    Message,
    Opening,
    Option,
    Prompt,
    SetSwitch,
    SwitchKind,
    Transfer,
    Voicemail,
)
from menus.flow import Rule as BranchRule
from menus.step.menus import AHEAD_SECONDS, max_digits, takes_ahead
from menus.words.ssml import TAG

from .facts import Facts
from .lookups import asks_for_pin
from .mentions import told_by

RECORDING_SECONDS: Final = 10.0
"""Taken for a recording whose words nobody has written down."""
SERVICE_SECONDS: Final = 2.0
"""What a look-up at a service may take."""
_SPEAKS_LIKE: Final = {"opens": "tomorrow at 8 AM", "window": "tomorrow between 8 AM and 10 AM", "pressed": "1"}


class Node(NamedTuple):
    """A caller at a destination; an empty key: nowhere, the call is over."""

    key: str
    language: str


class Leg(NamedTuple):
    seconds: float
    to: Node


class Act(NamedTuple):
    """One thing a caller can do, or what happens where nothing is asked. `legs`: any of them can come of it."""

    keys: int
    shown: str
    """The keys as staff read them; empty: none."""
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class Journeys:
    """The acts at every destination, for callers who are on none of the `lists`, at hours of which this is known."""

    facts: Facts
    openings: Mapping[str, frozenset[Opening]]
    """What each schedule can be."""
    not_on: frozenset[str] = frozenset()

    @property
    def flow(self) -> Flow:
        return self.facts.flow

    def acts(self, node: Node) -> list[Act]:
        here = self.flow.destinations.get(node.key)
        return list(self._acts(here, node)) if here else []

    def _acts(self, here: Destination, node: Node) -> Iterator[Act]:  # noqa: C901
        match here:
            case Menu():
                yield from self._menu(here, node)
            case Collect():
                yield from self._entry(here, node)
            case Callback():
                yield from self._callback(here, node)
            case Voicemail():
                if here.then:
                    yield Act(
                        1, here.finish_key, (self.leg(self.seconds(here.prompt, node.language), here.then, node),)
                    )
            case Transfer():
                if not here.targets:
                    yield self._passed(self.leg(self.seconds(here.prompt, node.language), here.last_resort, node))
            case Message():
                yield self._passed(self.leg(self.seconds(here.prompt, node.language), here.then, node))
            case Hours():
                yield self._passed(*self._hours(here, node))
            case Branch():
                yield self._passed(*self._branch(here, node))
            case LookUp():
                yield self._passed(*self._look_up(here, node))
            case SetSwitch():
                yield self._passed(*self._switch(here, node))
            case HangUp():
                return
            case _:
                assert_never(here)

    def _passed(self, *legs: Leg) -> Act:
        return Act(0, "", legs)

    def leg(self, seconds: float, to: str | None, node: Node, language: str | None = None) -> Leg:
        there = to if to in self.flow.destinations else ""
        return Leg(seconds, Node(there or "", language if language in self.flow.by_language else node.language))

    # --- where callers are asked ---

    def _menu(self, menu: Menu, node: Node) -> Iterator[Act]:
        before = self.seconds(menu.greeting, node.language)
        text, language = self._menu_words(menu, node)
        whole = self._spoken(text, language) if text else RECORDING_SECONDS * bool(menu.prompt)
        for option in menu.by_digits.values():
            told = self._until(text, language, option.digits, menu.barge_in) if text else whole
            heard = before + told + self._wait(menu, option)
            yield Act(len(option.digits), option.digits, (self.leg(heard, option.to, node, option.language),))
        yield from self._house_keys(menu, node, before + whole, self.facts.house_keys(menu))
        yield from self._silence(menu, node, before + whole)

    def _menu_words(self, menu: Menu, node: Node) -> tuple[str, str]:
        resolved = words.resolve(self.flow, menu.prompt, node.language)
        if resolved:
            return resolved[0].text, resolved[1].key
        text, language = words.composed(self.flow, node.key, menu, node.language)
        return text, language.key

    def _until(self, text: str, language: str, digits: str, barge_in: bool) -> float:
        """Seconds until the words have told of the key; all of them where keys do not interrupt."""
        end = told_by(TAG.sub(lambda tag: " " * len(tag[0]), text), digits) if barge_in else None
        return self._spoken(text[:end], language)

    def _wait(self, menu: Menu, option: Option) -> float:
        """After a key that might be the beginning of a longer entry."""
        if len(option.digits) >= max_digits(self.flow, menu):
            return 0
        return min(menu.wait_seconds, AHEAD_SECONDS) if takes_ahead(self.flow, menu) else menu.wait_seconds

    def _house_keys(self, here: Asks, node: Node, heard: float, keys: Mapping[HouseKey, str]) -> Iterator[Act]:
        for key, to in ((HouseKey.MAIN, self.flow.main or self.flow.start), (HouseKey.OPERATOR, self.flow.operator)):
            if (digit := keys.get(key)) and not (isinstance(here, Menu) and digit in here.by_digits):
                yield Act(1, digit, (self.leg(heard, to, node),))

    def _silence(self, here: Asks, node: Node, heard: float) -> Iterator[Act]:
        """Who keys nothing hears it all, again and again, and is led on."""
        tries = min(here.no_input.tries, here.max_failures)
        then = here.no_input.then if tries == here.no_input.tries else here.failures_then
        to = then or (self.flow.operator if self.flow.operator != node.key else None)
        retry = here.no_input
        sorry = [retry.first, *[retry.second or retry.first] * (tries - 2)][: tries - 1]
        sorry.append(retry.last or retry.second or retry.first)
        said = sum(self.seconds(prompt, node.language) or self._phrase("sorry_no_input", node) for prompt in sorry)
        first = here.first_wait_seconds if isinstance(here, Collect) else here.wait_seconds
        if to:
            yield Act(0, "", (self.leg(tries * (heard + first) + said, to, node),))

    def _entry(self, here: Collect, node: Node) -> Iterator[Act]:
        heard = self.seconds(here.prompt, node.language)
        keys, seconds = longest(here), heard + (0 if here.finish_on_hash else here.wait_seconds)
        if here.read_back and not here.is_sensitive:
            keys += 1
            seconds += self.seconds(here.confirm, node.language) or self._phrase("confirm_entry", node)
        yield Act(keys, f"{keys} keys", (self.leg(seconds, here.then, node),))
        if here.cancel_key and here.cancel:
            yield Act(1, here.cancel_key, (self.leg(heard, here.cancel, node),))
        yield from self._house_keys(here, node, heard, self._all_house_keys)
        yield from self._silence(here, node, heard)

    def _callback(self, here: Callback, node: Node) -> Iterator[Act]:
        heard = self.seconds(here.prompt, node.language) + self._phrase("callback_number", node)
        if here.then:
            asked = self._phrase("callback_enter", node) + self._phrase("confirm_entry", node)
            asked += here.windows * self._phrase("callback_window", node) if here.schedule else 0
            done = self.seconds(here.done, node.language) or self._phrase("callback_done", node)
            keys = 1 + MAX_KEYS + 1 + (here.schedule is not None)
            yield Act(keys, f"{keys} keys", (self.leg(heard + asked + done, here.then, node),))
        yield from self._house_keys(here, node, heard, self._all_house_keys)
        yield from self._silence(here, node, heard)

    @cached_property
    def _all_house_keys(self) -> Mapping[HouseKey, str]:
        return self.facts.house_keys(Menu(label=""))

    # --- what callers cannot choose ---

    def _hours(self, here: Hours, node: Node) -> Iterator[Leg]:
        ways = {Opening.OPEN: here.open, Opening.CLOSED: here.closed, Opening.HOLIDAY: here.holiday or here.closed}
        for opening in sorted(self._can_be(here.schedule)):
            said = 0.0
            if opening is Opening.HOLIDAY:
                holidays = self.flow.schedules[here.schedule or ""].holidays
                said = max(self.seconds(day.words, node.language) for day in holidays)
            yield self.leg(said, ways[opening], node)

    def _can_be(self, schedule: str | None) -> frozenset[Opening]:
        return self.openings.get(schedule or "", frozenset({Opening.CLOSED}))

    def _branch(self, here: Branch, node: Node) -> Iterator[Leg]:
        for rule in here.rules:
            holds = self._holds(rule, node)
            if holds is not False:
                yield self.leg(0, rule.to, node)
            if holds:
                return
        yield self.leg(0, here.otherwise, node)

    def _holds(self, rule: BranchRule, node: Node) -> bool | None:
        """None: it depends on the caller."""
        if not rule.names_something or (rule.languages and node.language not in rule.languages) or rule.percent == 0:
            return False
        if rule.lists and self.not_on.issuperset(rule.lists):
            return False
        so = self._can_be(rule.schedule)
        if rule.schedule is not None:
            wanted = {rule.opening} | ({Opening.HOLIDAY} if rule.opening is Opening.CLOSED else set())
            if not so & wanted:
                return False
            if not so <= wanted:
                return None
        of_the_caller = (rule.value, rule.lists, rule.prefixes, rule.dialled, rule.percent is not None)
        return None if any(of_the_caller) else True

    def _look_up(self, here: LookUp, node: Node) -> Iterator[Leg]:
        if here.source is None:
            yield self.leg(0, here.failed, node)
            return
        asked = 0.0
        if isinstance(here.source, HttpSource):
            asked = self.seconds(here.hold, node.language) + SERVICE_SECONDS
        for to in (here.found, here.not_found, here.failed):
            yield self.leg(asked, to, node)
        if asks_for_pin(self.facts, here):
            sorry = self._phrase("too_many_tries", node)
            yield self.leg(asked + sorry, here.locked or self.flow.operator or here.not_found, node)

    def _switch(self, here: SetSwitch, node: Node) -> Iterator[Leg]:
        yield self.leg(self._phrase(f"switch_{SwitchKind(here.switch)}", node), here.then, node)
        yield self.leg(0, here.failed or self.flow.operator, node)

    # --- how long words last ---

    def seconds(self, prompt: Prompt, language: str) -> float:
        resolved = words.resolve(self.flow, prompt, language)
        if resolved is None:
            return 0
        said, spoken = resolved
        return self._spoken(said.text, spoken.key) if said.text else RECORDING_SECONDS

    def _phrase(self, name: str, node: Node) -> float:
        said, spoken = words.phrase(self.flow, name, node.language)
        return self._spoken(said.text, spoken.key) if said.text else RECORDING_SECONDS

    def _spoken(self, text: str, language: str) -> float:
        return words.seconds(words.fill(text, lambda name: self._values.get(name, "")), language)

    @cached_property
    def _values(self) -> dict[str, str]:
        """Values as long as they mostly are at most; looked up words are taken for five."""
        collected = {name: re.sub("0{20,}", "0 0 0 0", said) for name, said in self.facts.longest_values.items()}
        looked_up = dict.fromkeys(self.flow.looked_up, "so and so and so")
        return collected | looked_up | _SPEAKS_LIKE | dict.fromkeys(self.flow.sensitive, "")
