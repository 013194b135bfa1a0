"""What is wrong where callers key an entry, or a number to be called back at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import phonenumbers

from menus.entries import read_entry
from menus.flow import VALUES, Asked, Callback, Collect
from menus.words import value_names

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed, schedule_fault

MAX_FIRST_WAIT: Final = 30
"""Seconds of silence in which callers still believe that somebody is there."""
BUILT_IN: Final = VALUES | {"language"}
"""Names that stand for something else already, in words or in what a look-up sends."""
_ANY_DAY: Final = date(2000, 1, 1)


def entry_faults(facts: Facts, spot: Spot, here: Collect) -> Iterator[Finding]:
    yield from name_faults(facts, spot, here.value)
    yield from _impossible(spot, here)
    yield from _country_faults(spot, here.country)
    yield from _read_back_faults(facts, spot, here)
    yield from _cancel_faults(spot, here)
    yield from _waits(spot, here)


def callback_faults(facts: Facts, spot: Spot, here: Callback) -> Iterator[Finding]:
    yield from _country_faults(spot, here.country)
    yield from schedule_fault(spot, here.schedule, facts.flow)


# --- the value --------------------------------------------------------------------------------------------------


def name_faults(facts: Facts, spot: Spot, name: str) -> Iterator[Finding]:
    """Of a value that is keyed or looked up here."""
    here = spot.within(f"value “{name}”")
    if name in BUILT_IN:
        yield here.finding(
            Rule.VALUE_NAME_TAKEN,
            f"{spot.name} makes a value “{name}”, and {{{name}}} stands for something else already",
            f"call the value of {spot.name} something else, like my_{name}",
        )
    first = facts.makers[name][0]
    if facts.maker_kinds[spot.place, name] != facts.maker_kinds[first, name]:
        other = facts.spot(first).name
        yield here.finding(
            Rule.VALUE_OF_TWO_KINDS,
            f"the value “{name}” of {spot.name} is of another kind in {other}; it is said in one way only",
            f"give the value of {spot.name} a name of its own",
        )


def _impossible(spot: Spot, here: Collect) -> Iterator[Finding]:
    """What would turn down every caller, or an entry that staff have listed."""
    if fault := _range_fault(here):
        yield spot.within("range").finding(
            Rule.ENTRY_IMPOSSIBLE,
            f"no entry fits {spot.name}: {fault}",
            f"correct the range or the number of keys of {spot.name}",
        )
    for allowed in here.allowed if here.asks is Asked.DIGITS else ():
        if not _fits(here, allowed):
            yield spot.within(f"entry “{allowed}”").finding(
                Rule.ENTRY_IMPOSSIBLE,
                f"{spot.name} lists “{allowed}”, which its other rules (length, range or check digit) turn down",
                f"correct “{allowed}” in {spot.name}, or its other rules",
            )


def _range_fault(here: Collect) -> str:
    match here.asks:
        case Asked.RATING:
            least, most, greatest = (1 if here.low is None else here.low), (5 if here.high is None else here.high), 9
        case Asked.DIGITS | Asked.AMOUNT:
            greatest = (10**here.max_digits - 1) // (100 if here.asks is Asked.AMOUNT and here.cents else 1)
            least, most = here.low or 0, greatest if here.high is None else here.high
        case _:
            return ""
    if least > min(most, greatest):
        return f"it must be at least {least}, and is at most {min(most, greatest)}"
    return ""


def _fits(here: Collect, allowed: str) -> bool:
    low, _, high = allowed.partition("-")
    if high:
        return here.min_digits <= len(low) <= here.max_digits
    return read_entry(here, low, "", _ANY_DAY) is not None


def _country_faults(spot: Spot, country: str) -> Iterator[Finding]:
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        yield spot.within("country").finding(
            Rule.COUNTRY_UNKNOWN,
            f"{spot.name} reads telephone numbers of “{country}”, and there is no such country",
            f"write the country of {spot.name} in two letters, like US or GB, or leave it empty",
        )


# --- said and cancelled -----------------------------------------------------------------------------------------


def _read_back_faults(facts: Facts, spot: Spot, here: Collect) -> Iterator[Finding]:
    if here.read_back and here.is_sensitive:
        yield spot.within("read back").finding(
            Rule.SENSITIVE_READ_BACK,
            f"{spot.name} is sensitive, and so it is never read back",
            f"do not let {spot.name} read back, or let its value not be sensitive",
        )
    lacking = [
        called(facts.flow.by_language[language])
        for language, said in here.confirm.root.items()
        if language in facts.flow.by_language and said.text and not said.audio
        if not {"value", here.value} & set(value_names(said.text))
    ]
    if lacking:
        at = spot.within("words that read back")
        yield at.finding(
            Rule.CONFIRM_LACKS_VALUE,
            f"{at.part} in {listed(lacking)} leave out what was keyed",
            f"put {{value}} into {at.part}",
        )


def _cancel_faults(spot: Spot, here: Collect) -> Iterator[Finding]:
    key = here.cancel_key
    if not key:
        return
    why = ""
    if key == "#" and here.finish_on_hash:
        why = "# ends the entry"
    elif key.isdecimal() and _may_hold(here, key):
        why = f"{key} may be part of the entry"
    elif here.read_back and key in ("1", "2"):
        why = f"{key} answers whether the entry is right"
    if why:
        yield spot.within(f"key {key}").finding(
            Rule.CANCEL_KEY_CLASHES,
            f"in {spot.name}, {key} is to cancel, but {why}",
            f"choose another key than {key} to cancel {spot.name}, like *",
        )


def _may_hold(here: Collect, key: str) -> bool:
    match here.asks:
        case Asked.YES_NO:
            return key in "12"
        case Asked.RATING:
            return (1 if here.low is None else here.low) <= int(key) <= (5 if here.high is None else here.high)
        case Asked.DIGITS if here.allowed and not any("-" in allowed for allowed in here.allowed):
            return any(key in allowed for allowed in here.allowed)
        case _:
            return True


# --- how long callers wait --------------------------------------------------------------------------------------


def _waits(spot: Spot, here: Collect) -> Iterator[Finding]:
    if not here.finish_on_hash and _varies(here):
        seconds = "1 second" if here.wait_seconds == 1 else f"{here.wait_seconds} seconds"
        yield spot.within("last key").finding(
            Rule.ENTRY_MUST_WAIT,
            f"callers who have keyed all of {spot.name} wait {seconds}, because there could be more",
            f"let # end {spot.name}, or ask for entries of one length",
        )
    if here.first_wait_seconds > MAX_FIRST_WAIT:
        yield spot.within("first key").finding(
            Rule.FIRST_WAIT_LONG,
            f"{spot.name} waits {here.first_wait_seconds} seconds for the first key in silence; after "
            f"{MAX_FIRST_WAIT} callers think that nobody is there",
            f"let {spot.name} wait for {MAX_FIRST_WAIT} seconds at most, and ask again",
        )


def _varies(here: Collect) -> bool:
    """Whether there are entries of more than one length."""
    match here.asks:
        case Asked.PHONE:
            return True
        case Asked.DIGITS if here.allowed:
            return len({len(allowed.partition("-")[0]) for allowed in here.allowed}) > 1
        case Asked.DIGITS | Asked.AMOUNT | Asked.PIN:
            return here.min_digits < here.max_digits
        case _:
            return False
