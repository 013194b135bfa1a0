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
    Said,
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

SERVICE_SECONDS: Final = 2.0
"""What a look-up at a service may take."""
_SPEAKS_LIKE: Final = {"opens": "tomorrow at 8 AM", "window": "tomorrow between 8 AM and 10 AM", "pressed": "1"}


class Node(NamedTuple):
    """A caller at a destination; an empty key: nowhere, the call is over."""

    key: str
    language: str


class Heard(NamedTuple):
    """Seconds of listening before a key, or before the call goes on by itself."""

    told: float
    """Up to where the key has been told; to the end where keys do not interrupt, or nothing tells it."""
    soonest: float
    """By who knows the key: what no key interrupts."""
    whole: float
    """To the end of the words."""


class Leg(NamedTuple):
    seconds: float
    """For who keys as soon as the key has been told."""
    to: Node
    soonest: float
    """For who knows the way."""
    worst: float
    """For who hears every word."""


class Text(NamedTuple):
    """The words of a menu, as they are heard."""

    text: str
    language: str
    seconds: float


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
        if here is None:
            return []
        if isinstance(here, Hours | Branch):
            return list(self._acts(here, node))
        if node not in self.facts.acts:
            self.facts.acts[node] = list(self._acts(here, node))
        return self.facts.acts[node]

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
                yield self._passed(self.leg(self._message(here, node), here.then, node))
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

    def leg(self, seconds: float | Heard, to: str | None, node: Node, language: str | None = None) -> Leg:
        there = to if to in self.flow.destinations else ""
        told, soonest, whole = seconds if isinstance(seconds, Heard) else Heard(seconds, seconds, seconds)
        spoken = language if language in self.flow.by_language else node.language
        return Leg(told, Node(there or "", spoken or ""), soonest, whole)

    # --- where callers are asked ---

    def _menu(self, menu: Menu, node: Node) -> Iterator[Act]:
        before = self.seconds(menu.greeting, node.language)
        said = self.menu_text(menu, node)
        for option in menu.by_digits.values():
            wait = before + self._wait(menu, option)
            told = self.told(said, option.digits) if menu.barge_in else None
            heard = self._heard(menu, said.seconds, wait, said.seconds if told is None else told)
            yield Act(len(option.digits), option.digits, (self.leg(heard, option.to, node, option.language),))
        by_house_key = self._heard(menu, said.seconds, before, said.seconds)
        yield from self._house_keys(menu, node, by_house_key, self.facts.house_keys(menu))
        yield from self._silence(menu, node, before + said.seconds)

    def _heard(self, here: Asks, words: float, else_: float, told: float | None = None) -> Heard:
        """Of `words` keys may interrupt, where they interrupt at all; `else_` passes in any case."""
        told = words if told is None else told
        return Heard(told + else_, else_ + (0 if here.barge_in else words), words + else_)

    def menu_text(self, menu: Menu, node: Node) -> Text:
        resolved = words.resolve(self.flow, menu.prompt, node.language)
        if resolved:
            said, spoken = resolved
            return Text(said.text, spoken.key, self._lasts(said, spoken.key))
        text, language = words.composed(self.flow, node.key, menu, node.language)
        return Text(text, language.key, self._spoken(text, language.key) if text else 0)

    def told(self, said: Text, digits: str) -> float | None:
        """Seconds until the words have told of the key; None: they do not. A recording goes at its own pace."""
        end = told_by(TAG.sub(lambda tag: " " * len(tag[0]), said.text), digits)
        if end is None:
            return None
        whole = self._spoken(said.text, said.language)
        return self._spoken(said.text[:end], said.language) * (said.seconds / whole if whole else 1)

    def _wait(self, menu: Menu, option: Option) -> float:
        """After a key that might be the beginning of a longer entry."""
        if len(option.digits) >= max_digits(self.flow, menu):
            return 0
        return min(menu.wait_seconds, AHEAD_SECONDS) if takes_ahead(self.flow, menu) else menu.wait_seconds

    def _house_keys(self, here: Asks, node: Node, heard: Heard, keys: Mapping[HouseKey, str]) -> Iterator[Act]:
        for key, to in ((HouseKey.MAIN, self.flow.main or self.flow.start), (HouseKey.OPERATOR, self.flow.operator)):
            if (digit := keys.get(key)) and not (isinstance(here, Menu) and digit in here.by_digits):
                yield Act(1, digit, (self.leg(heard, to, node),))

    def _silence(self, here: Asks, node: Node, heard: float) -> Iterator[Act]:
        """Who keys nothing hears it all, again and again, and is led on."""
        tries = min(here.no_input.tries, here.max_failures)
        then = here.no_input.then if tries == here.no_input.tries else here.failures_then
        to = then or self._operator(node)
        retry = here.no_input
        sorry = [retry.first, *[retry.second or retry.first] * (tries - 2)][: tries - 1]
        sorry.append(retry.last or retry.second or retry.first)
        said = sum(self.seconds(prompt, node.language) or self._phrase("sorry_no_input", node) for prompt in sorry)
        first = here.first_wait_seconds if isinstance(here, Collect) else here.wait_seconds
        if to:
            yield Act(0, "", (self.leg(tries * (heard + first) + said, to, node),))

    def after_wrong_keys(self, node: Node) -> Iterator[tuple[int, Leg]]:
        """Where used-up tries lead, with the keys of somebody who keys wrong; no promise is for them."""
        here = self.flow.destinations.get(node.key)
        if not isinstance(here, Asks):
            return
        wrong = min(here.no_match.tries, here.max_failures)
        most = min(here.no_match.tries - 1, here.max_failures)
        mixed = here.no_input.tries - 1 + here.no_match.tries - 1 >= here.max_failures
        to = here.no_match.then if wrong == here.no_match.tries else here.failures_then
        round_trip = self._round(here, node)
        yield wrong, self.leg(wrong * round_trip, to or self._operator(node), node)
        if mixed:
            rounds = here.max_failures * round_trip
            yield most, self.leg(rounds, here.failures_then or self._operator(node), node)

    def _round(self, here: Asks, node: Node) -> float:
        """To be asked, to answer nothing that helps, and to be told so."""
        asked = (
            self.menu_text(here, node).seconds if isinstance(here, Menu) else self.seconds(here.prompt, node.language)
        )
        return asked + self._phrase("sorry_no_match", node)

    def _operator(self, node: Node) -> str | None:
        return self.flow.operator if self.flow.operator != node.key else None

    def _entry(self, here: Collect, node: Node) -> Iterator[Act]:
        asked = self.seconds(here.prompt, node.language)
        heard = self._heard(here, asked, 0)
        keys, more = longest(here), 0.0
        if here.read_back and not here.is_sensitive:
            keys += 1
            more = self.seconds(here.confirm, node.language) or self._phrase("confirm_entry", node)
        entered = self._heard(here, asked + more, 0 if here.finish_on_hash else here.wait_seconds)
        yield Act(keys, f"{keys} keys", (self.leg(entered, here.then, node),))
        if here.cancel_key and here.cancel:
            yield Act(1, here.cancel_key, (self.leg(heard, here.cancel, node),))
        yield from self._house_keys(here, node, heard, self._all_house_keys)
        yield from self._silence(here, node, asked)

    def _callback(self, here: Callback, node: Node) -> Iterator[Act]:
        asked_first = self.seconds(here.prompt, node.language) + self._phrase("callback_number", node)
        if here.then:
            asked = self._phrase("callback_enter", node) + self._phrase("confirm_entry", node)
            asked += here.windows * self._phrase("callback_window", node) if here.schedule else 0
            done = self.seconds(here.done, node.language) or self._phrase("callback_done", node)
            keys = 1 + MAX_KEYS + 1 + (here.schedule is not None)
            requested = self._heard(here, asked_first + asked, done)
            yield Act(keys, f"{keys} keys", (self.leg(requested, here.then, node),))
        yield from self._house_keys(here, node, self._heard(here, asked_first, 0), self._all_house_keys)
        yield from self._silence(here, node, asked_first)

    @cached_property
    def _all_house_keys(self) -> Mapping[HouseKey, str]:
        return self.facts.house_keys(Menu(label=""))

    # --- what callers cannot choose ---

    def _message(self, here: Message, node: Node) -> Heard:
        """Keys interrupt a message only for the sake of what asks right behind it."""
        said = self.seconds(here.prompt, node.language)
        interrupts = here.barge_in and isinstance(self.flow.destinations.get(here.then or ""), Asks)
        return Heard(said, 0 if interrupts else said, said)

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
        return self._lasts(resolved[0], resolved[1].key)

    def _phrase(self, name: str, node: Node) -> float:
        said, spoken = words.phrase(self.flow, name, node.language)
        return self._lasts(said, spoken.key)

    def _lasts(self, said: Said, language: str) -> float:
        if said.audio and said.seconds:
            return said.seconds
        return self._spoken(said.text, language) if said.text else words.RECORDING_SECONDS

    def _spoken(self, text: str, language: str) -> float:
        known = self.facts.spoken
        if (text, language) not in known:
            filled = words.fill(text, lambda name: self._values.get(name, ""))
            known[text, language] = words.seconds(filled, language)
        return known[text, language]

    @cached_property
    def _values(self) -> dict[str, str]:
        """Values as long as they mostly are at most; looked up words are taken for five."""
        collected = {name: re.sub("0{20,}", "0 0 0 0", said) for name, said in self.facts.longest_values.items()}
        looked_up = dict.fromkeys(self.flow.looked_up, "so and so and so")
        return collected | looked_up | _SPEAKS_LIKE | dict.fromkeys(self.flow.sensitive, "")
