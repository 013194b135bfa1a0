"""What is wrong with the line itself: its start, languages, phrases, keys and schedules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from heapq import nlargest
from typing import Final

from menus.dialogue import TRAIL_KEPT
from menus.flow import Flow, Hours, HouseKey, Language, Menu, Prompt
from menus.voices import voice_fault
from menus.words import PHRASES, value_names
from menus.words.phrases import shipped

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed, spot_of_line, spot_of_schedule
from .said import prompt_faults, said_faults
from .ways import Way

MAX_PLACE: Final = 1500
"""Characters of a sealed place, the caller's place in the address of the next webhook."""
_FROM_OUTSIDE: Final = 64
"""Characters of a call's id, of the caller and of the number dialled, each."""
_FRAME: Final = 180
"""Characters of a place for the version, the clock, counters, the names of values, keys pressed, and punctuation."""
_SEAL: Final = 16
_NOT_A_LINE_S: Final = ("not_in_service",)
"""Said where a number has no line."""


def line_faults(facts: Facts) -> Iterator[Finding]:
    flow = facts.flow
    spot = spot_of_line(flow)
    yield from _language_faults(flow, spot)
    yield from _leads(flow, spot)
    yield from _house_key_faults(flow, spot)
    yield from _phrase_faults(facts, spot)
    yield from _phrases_missing(flow, spot)
    yield from _place_faults(flow, spot)
    yield from _schedule_faults(facts)


def _language_faults(flow: Flow, spot: Spot) -> Iterator[Finding]:
    met: set[str] = set()
    for language in flow.languages:
        here = spot.within(f"language “{called(language)}”")
        if language.key in met:
            yield here.finding(
                Rule.LANGUAGE_TWICE,
                f"{spot.name} has the language “{language.key}” twice",
                f"remove one “{language.key}” from {spot.name}",
            )
        met.add(language.key)
        yield from _voice_faults(language, here)


def _voice_faults(language: Language, spot: Spot) -> Iterator[Finding]:
    if found := voice_fault(language.voice):
        fault, _, cure = found.partition("; ")
        yield spot.finding(
            Rule.VOICE_UNKNOWN,
            f"the voice for {spot.at} of {spot.name} cannot speak: {fault}",
            f"for {spot.at} of {spot.name}, {cure or 'choose another voice'}",
        )


def _leads(flow: Flow, spot: Spot) -> Iterator[Finding]:
    if flow.start is None:
        yield spot.within("start").finding(
            Rule.START_MISSING,
            f"{spot.name} does not say where calls begin",
            f"choose the destination at which calls to {spot.name} begin",
        )
    for at, when, to in (
        ("start", "when a call begins", flow.start),
        ("main key", "after the main key", flow.main),
        ("operator", "when callers need the operator", flow.operator),
    ):
        way = Way(Rule.LINE_LEADS_NOWHERE, at, when, to, needed=False)
        yield from way.faults(spot, to in flow.destinations)


def _house_key_faults(flow: Flow, spot: Spot) -> Iterator[Finding]:
    keys = {key: digit for key in HouseKey if (digit := getattr(flow.house_keys, key.value))}
    for digit, uses in Counter(keys.values()).items():
        if uses > 1:
            names = listed([key.value for key, other in keys.items() if other == digit])
            yield spot.within(f"key {digit}").finding(
                Rule.HOUSE_KEY_TWICE,
                f"in {spot.name}, key {digit} is to mean {names} at once",
                f"give {names} of {spot.name} a key each",
            )
    if HouseKey.OPERATOR in keys and not flow.operator:
        yield spot.within("operator key").finding(
            Rule.OPERATOR_KEY_IS_DEAD,
            f"{spot.name} has the operator key {keys[HouseKey.OPERATOR]}, but no operator; the key does nothing",
            f"choose the operator of {spot.name}, or take the operator key away",
        )


# --- phrases ----------------------------------------------------------------------------------------------------


def _phrase_faults(facts: Facts, spot: Spot) -> Iterator[Finding]:
    for name, prompt in facts.flow.phrases.items():
        here = spot.within(f"phrase “{name}”")
        if name in PHRASES:
            parts = frozenset(value_names(PHRASES[name]["en"]))
            yield from _phrase_lacks(prompt, parts, here)
            yield from said_faults(facts, here, prompt, parts)
        else:
            yield here.finding(
                Rule.PHRASE_UNKNOWN,
                f"{spot.name} has words for “{name}”, and no phrase is called that",
                f"in {spot.name}, call the phrase one of {listed(sorted(PHRASES), 'or')}, or remove it",
            )


def _phrase_lacks(prompt: Prompt, parts: frozenset[str], spot: Spot) -> Iterator[Finding]:
    for language, said in prompt.root.items():
        lacking = [f"{{{part}}}" for part in sorted(parts.difference(value_names(said.text)))]
        if said.text and lacking:
            yield spot.finding(
                Rule.PHRASE_LACKS_PART,
                f"{spot.part} in “{language}” leaves out {listed(lacking)}, so callers would not hear it",
                f"put {listed(lacking)} into {spot.part}",
            )


def _phrases_missing(flow: Flow, spot: Spot) -> Iterator[Finding]:
    """Languages that do not ship need the line's own words for every phrase."""
    for language in flow.by_language.values():
        missing = [
            phrase
            for phrase in PHRASES
            if phrase not in _NOT_A_LINE_S
            and not shipped(phrase, language.key)
            and not flow.phrases.get(phrase, Prompt()).get(language.key)
        ]
        if missing:
            name = called(language)
            yield spot.within(f"language “{name}”").finding(
                Rule.PHRASE_MISSING,
                f"{spot.name} has no words in {name} for {listed(missing)}; callers hear another language",
                f"add the phrases {listed(missing)} in {name} to {spot.name}",
            )


# --- size -------------------------------------------------------------------------------------------------------


def longest_place(flow: Flow) -> int:
    """At most so many characters has the sealed place of a call in this flow. Errs upwards."""
    menus = [len(key) for key, here in flow.destinations.items() if isinstance(here, Menu)]
    remembered = sum(length + len('"",') for length in nlargest(TRAIL_KEPT, menus))
    plain = (
        _FRAME
        + 3 * _FROM_OUTSIDE
        + max(map(len, flow.destinations), default=0)
        + max(map(len, flow.schedules), default=0)
        + max(map(len, flow.by_language))
        + 2 * remembered
    )
    return -(-(plain + _SEAL) * 4 // 3)


def _place_faults(flow: Flow, spot: Spot) -> Iterator[Finding]:
    length = longest_place(flow)
    if length > MAX_PLACE:
        longest = listed([f"“{key}”" for key in nlargest(3, flow.destinations, key=len)])
        yield spot.finding(
            Rule.PLACE_TOO_LONG,
            f"the keys of {spot.name} are so long that a caller's place in it takes {length:,} characters; "
            f"{MAX_PLACE:,} is the most",
            f"shorten the longest keys of {spot.name}, such as {longest}",
        )


# --- schedules --------------------------------------------------------------------------------------------------


def _schedule_faults(facts: Facts) -> Iterator[Finding]:
    flow = facts.flow
    used = {here.schedule for here in flow.destinations.values() if isinstance(here, Hours)}
    for key, schedule in flow.schedules.items():
        spot = spot_of_schedule(key, schedule)
        if key not in used:
            yield spot.finding(
                Rule.SCHEDULE_UNUSED,
                f"no opening hours of the line use {spot.name}",
                f"choose {spot.name} in opening hours, or delete it",
            )
        for holiday in schedule.holidays:
            here = spot.within(f"announcement for holiday “{holiday.name}”")
            yield from prompt_faults(facts, here, holiday.words)
