"""What is wrong with a destination, besides its words: where it leads, and what its kind needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

import phonenumbers

from menus.flow import (
    MAX_DIPS,
    MAX_PASSED,
    Branch,
    Callback,
    Collect,
    Destination,
    Flow,
    HangUp,
    Hours,
    LookUp,
    Menu,
    Message,
    PhoneTarget,
    SetSwitch,
    Transfer,
    Voicemail,
)
from menus.numbers import show_number

from .branches import branch_faults
from .entries import callback_faults, entry_faults
from .exits import exit_faults
from .facts import Facts
from .finding import Finding, Rule, Spot
from .keys import key_faults
from .lookups import look_up_faults
from .notices import notice_faults
from .said import word_faults
from .speech import speech_faults
from .switches import switch_faults
from .ways import ways

MAX_DEPTH: Final = 3
"""Menus that callers bear on the way to what they want."""


def destination_faults(facts: Facts, key: str, here: Destination) -> Iterator[Finding]:
    spot = facts.spot(key)
    yield from _place_faults(facts, key, spot)
    for way in ways(here):
        yield from way.faults(spot, way.to in facts.flow.destinations)
    yield from _faults_of_kind(facts, key, here)
    yield from word_faults(facts, key, here)


def _faults_of_kind(facts: Facts, key: str, here: Destination) -> Iterator[Finding]:
    spot = facts.spot(key)
    match here:
        case Menu():
            yield from key_faults(facts, key, here)
            yield from speech_faults(facts, spot, here)
        case Collect():
            yield from entry_faults(facts, spot, here)
        case Callback():
            yield from callback_faults(facts, spot, here)
        case LookUp():
            yield from look_up_faults(facts, spot, here)
        case Branch():
            yield from branch_faults(facts, spot, here)
        case SetSwitch():
            yield from switch_faults(facts, key, here)
        case Hours():
            yield from _hours_faults(facts.flow, spot, here)
        case Transfer():
            yield from _transfer_faults(spot, here)
        case Voicemail():
            yield from notice_faults(facts, key, here)
        case Message() | HangUp():
            return
        case _:
            assert_never(here)


# --- its place among the others ---------------------------------------------------------------------------------


def _place_faults(facts: Facts, key: str, spot: Spot) -> Iterator[Finding]:
    if facts.flow.start in facts.flow.destinations and key not in facts.reached:
        yield spot.finding(
            Rule.UNREACHABLE,
            f"no caller can come to {spot.name}: nothing that callers reach leads to it",
            f"let a key lead to {spot.name}, or delete it",
        )
    if isinstance(facts.flow.destinations[key], Menu) and facts.depths.get(key, 0) > MAX_DEPTH:
        yield spot.finding(
            Rule.TOO_DEEP,
            f"callers come to {spot.name} through {facts.depths[key]} menus, itself counted; they bear {MAX_DEPTH}",
            f"let an earlier menu lead to {spot.name}",
        )
    if loop := facts.loops.get(key):
        round_trip = " → ".join(facts.spot(there).name for there in [*loop, key])
        yield spot.finding(
            Rule.LOOP_ASKS_NOTHING,
            f"calls go round for ever and nothing is asked: {round_trip}",
            f"lead {facts.spot(loop[-1]).name} somewhere other than {spot.name}",
        )
    yield from exit_faults(facts, key, spot)
    if facts.chains.get(key, 0) > MAX_PASSED:
        yield spot.finding(
            Rule.CHAIN_TOO_LONG,
            f"from {spot.name} on, a call can pass {facts.chains[key]} destinations before it waits for the "
            f"caller; {MAX_PASSED} is the most",
            f"put a menu between the destinations behind {spot.name}, or join some of them",
        )
    if facts.dips.get(key, 0) > MAX_DIPS:
        yield spot.finding(
            Rule.TOO_MANY_LOOK_UPS,
            f"from {spot.name} on, a call can make {facts.dips[key]} look-ups and switches before it waits for the "
            f"caller; {MAX_DIPS} is the most",
            f"put a menu between the look-ups behind {spot.name}, or let one of them bring back more values",
        )


# --- what a kind needs ------------------------------------------------------------------------------------------


def _hours_faults(flow: Flow, spot: Spot, hours: Hours) -> Iterator[Finding]:
    if hours.schedule not in flow.schedules:
        fault = f"{spot.name} has no schedule"
        if hours.schedule is not None:
            fault = f"{spot.name} asks the schedule “{hours.schedule}”, which the line does not have"
        yield spot.within("schedule").finding(
            Rule.HOURS_WITHOUT_SCHEDULE, fault, f"choose the schedule that {spot.name} asks"
        )


def _transfer_faults(spot: Spot, transfer: Transfer) -> Iterator[Finding]:
    if not transfer.targets:
        yield spot.within("targets").finding(
            Rule.TRANSFER_WITHOUT_TARGET,
            f"{spot.name} has nobody to ring",
            f"add to {spot.name} a number or another target that is rung",
        )
    for target in transfer.targets:
        if isinstance(target, PhoneTarget) and not is_possible(target.number):
            shown = show_number(target.number)
            yield spot.within(f"number {shown}").finding(
                Rule.NUMBER_IMPOSSIBLE,
                f"{spot.name} rings {shown}, which is too short or too long, or of no country",
                f"correct the number {shown} of {spot.name}; {_LIKE}",
            )
    if transfer.caller_id and not is_possible(transfer.caller_id):
        shown = show_number(transfer.caller_id)
        yield spot.within("caller ID").finding(
            Rule.CALLER_ID_IMPOSSIBLE,
            f"{spot.name} shows the caller ID {shown}, which is too short or too long, or of no country",
            f"correct the caller ID of {spot.name}, or leave it empty to show the number dialled; {_LIKE}",
        )


_LIKE: Final = "it begins with the country code, like +1 202 555 0110"


def is_possible(number: str) -> bool:
    """By length and country only: numbers kept for fiction are possible, and no valid ones."""
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{number}"))
    except phonenumbers.NumberParseException:
        return False
