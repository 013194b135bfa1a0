"""What is wrong with the line itself: its start, languages, phrases, keys and schedules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from menus.flow import (
    Asked,
    Branch,
    Callback,
    Collect,
    Flow,
    Hours,
    HouseKey,
    Language,
    LookUp,
    Menu,
    Prompt,
    SetSwitch,
)
from menus.recognition import recognition_fault
from menus.voices import voice_fault
from menus.words import PHRASES, value_names
from menus.words.phrases import shipped

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed, spot_of_line, spot_of_schedule
from .lookups import asks_for_pin
from .place import place_faults
from .promises import promise_faults
from .said import prompt_faults, said_faults
from .ways import Way

_NOT_A_LINE_S: Final = "not_in_service"
"""Said where a number has no line."""
_OF_CALLBACKS: Final = frozenset(name for name in PHRASES if name.startswith("callback_"))


def line_faults(facts: Facts) -> Iterator[Finding]:
    flow = facts.flow
    spot = spot_of_line(flow)
    yield from _language_faults(flow, spot)
    yield from _leads(flow, spot)
    yield from _house_key_faults(flow, spot)
    yield from _phrase_faults(facts, spot)
    yield from _phrases_missing(facts, spot)
    yield from place_faults(flow, spot)
    yield from _schedule_faults(facts)
    yield from promise_faults(facts, spot)


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
    if language.recognition and (found := recognition_fault(language.recognition)):
        fault, _, cure = found.partition("; ")
        yield spot.finding(
            Rule.RECOGNITION_UNKNOWN,
            f"callers cannot be understood in {spot.at} of {spot.name}: {fault}",
            f"for {spot.at} of {spot.name}, {cure}",
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


def _phrases_missing(facts: Facts, spot: Spot) -> Iterator[Finding]:
    """Languages that do not ship need the line's own words for every phrase that it can come to."""
    flow = facts.flow
    not_said = _never_said(facts)
    for language in flow.by_language.values():
        missing = [
            phrase
            for phrase in PHRASES
            if phrase not in not_said
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


def _never_said(facts: Facts) -> set[str]:
    """The phrases of what the line does not have."""
    here = list(facts.flow.destinations.values())
    entries = [one for one in here if isinstance(one, Collect)]
    listens = any(isinstance(one, Menu) and one.speech for one in here)
    calls_back = any(isinstance(one, Callback) for one in here)
    said = {
        "sorry_invalid": bool(entries) or calls_back,
        "confirm_entry": any(one.read_back for one in entries) or calls_back,
        "confirm_choice": listens,
        "stay_on_line": facts.flow.remember_language_days > 0,
        "too_many_tries": any(isinstance(one, LookUp) and asks_for_pin(facts, one) for one in here),
        **dict.fromkeys(("yes", "no"), listens or any(one.asks is Asked.YES_NO for one in entries)),
        **dict.fromkeys(_OF_CALLBACKS, calls_back),
        **{name: False for name in PHRASES if name.startswith("switch_")},
        **{f"switch_{one.switch}": True for one in here if isinstance(one, SetSwitch)},
    }
    return {_NOT_A_LINE_S} | {name for name, needed in said.items() if not needed}


# --- schedules --------------------------------------------------------------------------------------------------


def _schedule_faults(facts: Facts) -> Iterator[Finding]:
    flow = facts.flow
    used = set(_used(flow))
    for key, schedule in flow.schedules.items():
        spot = spot_of_schedule(key, schedule)
        if key not in used:
            yield spot.finding(
                Rule.SCHEDULE_UNUSED,
                f"nothing on the line uses {spot.name}: no opening hours, branch, call back or switch",
                f"choose {spot.name} in opening hours, or delete it",
            )
        elif not any(schedule.weekly.values()):
            yield spot.finding(
                Rule.SCHEDULE_EMPTY,
                f"{spot.name} has no opening hours: it is closed every day",
                f"write the opening hours of {spot.name}, or lead callers on without it",
            )
        for holiday in schedule.holidays:
            here = spot.within(f"announcement for holiday “{holiday.name}”")
            yield from prompt_faults(facts, here, holiday.words)


def _used(flow: Flow) -> Iterator[str | None]:
    for here in flow.destinations.values():
        match here:
            case Hours() | Callback() | SetSwitch():
                yield here.schedule
            case Branch():
                yield from (rule.schedule for rule in here.rules)
