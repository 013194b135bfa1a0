"""What is wrong with the keys of a menu: given twice, hidden, waited for, or leading in a circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from menus.flow import Menu, Option
from menus.step.menus import AHEAD_SECONDS, takes_ahead

from .facts import Facts
from .finding import Finding, Rule, Spot, listed

MAX_OPTIONS: Final = 5
"""Spoken options that callers can keep in mind."""


def key_faults(facts: Facts, key: str, menu: Menu) -> Iterator[Finding]:
    spot = facts.spot(key)
    options = [option for option in menu.options if option.enabled]
    if not options:
        yield spot.within("options").finding(
            Rule.MENU_WITHOUT_OPTIONS,
            f"{spot.name} has no option that callers could choose",
            f"add an option to {spot.name}, or switch one on",
        )
    yield from _twice(menu, options, spot)
    yield from _too_many(options, spot)
    yield from _waited_for(facts, menu, options, spot)
    yield from _stops_type_ahead(facts, menu, spot)
    yield from _clashes(facts, menu, options, spot)
    for option in options:
        yield from _option_faults(facts, key, option, spot)


def _twice(menu: Menu, options: list[Option], spot: Spot) -> Iterator[Finding]:
    for stable, uses in Counter(option.key for option in menu.options).items():
        if uses > 1:
            yield spot.within(f"option “{stable}”").finding(
                Rule.OPTION_TWICE,
                f"{spot.name} has {uses} options with the short name “{stable}”; reports could not tell them apart",
                f"give each option of {spot.name} a short name of its own",
            )
    for digits, uses in Counter(option.digits for option in options).items():
        if uses > 1:
            labels = listed([f"“{option.label or option.key}”" for option in options if option.digits == digits])
            yield spot.within(f"key {digits}").finding(
                Rule.KEY_TWICE,
                f"in {spot.name}, key {digits} is to lead to {labels} at once",
                f"give {labels} of {spot.name} a key each, or switch all but one off",
            )


def _too_many(options: list[Option], spot: Spot) -> Iterator[Finding]:
    spoken = sum(option.spoken for option in options)
    if spoken > MAX_OPTIONS:
        yield spot.within("options").finding(
            Rule.TOO_MANY_OPTIONS,
            f"{spot.name} has {spoken} spoken options; callers keep about {MAX_OPTIONS} in mind",
            f"put some options of {spot.name} into a menu of their own, or leave some unspoken",
        )


def _waited_for(facts: Facts, menu: Menu, options: list[Option], spot: Spot) -> Iterator[Finding]:
    """As many keys are awaited as the longest choice has; whoever presses fewer waits, but for a closing `#`."""
    longest = max((option.digits for option in options), key=len, default="")
    keys = dict.fromkeys([*(option.digits for option in options), *facts.house_keys(menu).values()])
    shorter = [digits for digits in keys if len(digits) < len(longest)]
    if shorter and not menu.finish_on_hash:
        ahead = takes_ahead(facts.flow, menu)
        seconds = _seconds(min(menu.wait_seconds, AHEAD_SECONDS) if ahead else menu.wait_seconds)
        fault = f"in {spot.name}, callers who press {listed(shorter, 'or')} wait {seconds}, because {longest} is longer"
        if begun := next(
            ((one, other) for one in menu.by_digits for other in menu.by_digits if _begins(one, other)), None
        ):
            fault += f"; and whoever waits as long within {begun[1]} is taken for one who wants {begun[0]}"
        yield spot.within(f"key {longest}").finding(
            Rule.KEY_MUST_WAIT,
            fault,
            f"give all options of {spot.name} keys of one length, or let # end the entry",
        )


def _stops_type_ahead(facts: Facts, menu: Menu, spot: Spot) -> Iterator[Finding]:
    if not facts.flow.type_ahead or takes_ahead(facts.flow, menu):
        return
    if menu.speech:
        yield spot.within("listening").finding(
            Rule.TYPE_AHEAD_STOPS,
            f"{spot.name} listens for words, so callers cannot key ahead there, though the line lets them",
            f"let {spot.name} not listen, or let nobody key ahead on this line",
        )
        return
    short, long = next((one, other) for one in menu.by_digits for other in menu.by_digits if _begins(one, other))
    yield spot.within(f"key {long}").finding(
        Rule.TYPE_AHEAD_STOPS,
        f"in {spot.name}, {short} begins {long}, so callers cannot key ahead there, though the line lets them",
        f"give {short} or {long} of {spot.name} another key",
    )


def _begins(one: str, other: str) -> bool:
    return other != one and other.startswith(one)


def _seconds(number: int) -> str:
    return "1 second" if number == 1 else f"{number} seconds"


def _clashes(facts: Facts, menu: Menu, options: list[Option], spot: Spot) -> Iterator[Finding]:
    house = facts.house_keys(menu)
    if menu.finish_on_hash and any("#" in keys for keys in [*(o.digits for o in options), *house.values()]):
        yield spot.within("key #").finding(
            Rule.HASH_ENDS_ENTRY,
            f"in {spot.name}, # ends the entry, so it cannot be a choice as well",
            f"choose another key than # in {spot.name}, or do not let # end the entry there",
        )
    taken = {option.digits for option in options}
    for name, digit in house.items():
        if digit in taken:
            yield spot.within(f"key {digit}").finding(
                Rule.KEY_HIDES_HOUSE_KEY,
                f"in {spot.name}, key {digit} is an option and the line's {name} key; the option wins",
                f"give the option of {spot.name} another key, or switch the {name} key off in this menu",
            )


def _option_faults(facts: Facts, key: str, option: Option, spot: Spot) -> Iterator[Finding]:
    here = spot.within(f"key {option.digits}")
    if option.language is not None and option.language not in facts.flow.by_language:
        yield here.finding(
            Rule.OPTION_LANGUAGE_UNKNOWN,
            f"{here.at} of {spot.name} switches to the language “{option.language}”, which the line does not speak",
            f"choose a language of the line for {here.at} of {spot.name}, or add “{option.language}” to the line",
        )
    if option.to == key and option.language is None:
        yield here.finding(
            Rule.OPTION_STAYS,
            f"{here.at} of {spot.name} leads back to {spot.name}",
            f"lead {here.at} of {spot.name} elsewhere; to hear a menu again, give the line a repeat key",
        )
