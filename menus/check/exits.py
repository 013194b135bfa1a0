"""Whether callers get out of wherever they come to: to a person, a voicemail, a call back, or a goodbye."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from menus.flow import (
    Asks,
    Branch,
    Callback,
    Collect,
    Destination,
    HangUp,
    Hours,
    HouseKey,
    LookUp,
    Menu,
    SetSwitch,
    Transfer,
    Voicemail,
)

from .facts import Facts
from .finding import Finding, Rule, Spot, listed
from .ways import ways

MOST_NAMED: Final = 3
DECIDES: Final = (Hours, Branch, LookUp, SetSwitch)
"""Which way these lead, callers do not choose, and it may be the same each time they come."""


def exit_faults(facts: Facts, key: str, spot: Spot) -> Iterator[Finding]:
    if shut := facts.kept("shut in", lambda: _shut_in(facts)).get(key):
        yield spot.finding(
            Rule.NO_WAY_OUT,
            f"callers who come to {_one_of(facts, shut)} never get out: no key, and no silence, leads to a "
            "person, a voicemail, a call back or a goodbye",
            f"lead a key of {spot.name}, or its used-up tries, out of there",
        )
    if led_back := facts.kept("led back", lambda: _led_back(facts)).get(key):
        deciding = [one for one in led_back if isinstance(facts.flow.destinations[one], DECIDES)]
        asking = [one for one in led_back if one not in deciding] or deciding
        yield spot.finding(
            Rule.SOME_SHUT_IN,
            f"callers who come to {_one_of(facts, asking)} may never get out: all that leads out passes "
            f"{_one_of(facts, deciding)}, which can lead them back each time",
            f"lead a key of {spot.name}, or its used-up tries, to a person, a voicemail, a call back or a goodbye",
        )


def _one_of(facts: Facts, keys: list[str]) -> str:
    names = [facts.spot(key).name for key in keys]
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} others"
    return listed(names, "or")


def _shut_in(facts: Facts) -> dict[str, list[str]]:
    """What callers come to and never leave, by the first of those that hang together, in the order of the flow."""
    return _together(facts, [key for key in _without_way_out(facts) if key in facts.reached])


def _led_back(facts: Facts) -> dict[str, list[str]]:
    """What callers come to and do not leave while hours, branches and look-ups decide against them."""
    left = facts.reached - set(_without_way_out(facts))
    found = _together(facts, [key for key in _without_way_out(facts, DECIDES) if key in left])
    deciding = {key for key, here in facts.flow.destinations.items() if isinstance(here, DECIDES)}
    return {next((one for one in keys if one not in deciding), first): keys for first, keys in found.items()}


def _without_way_out(facts: Facts, against: tuple[type[Destination], ...] = ()) -> list[str]:
    """In the order of the flow. `against`: the kinds that choose their way against the caller."""
    on = {key: set(to) for key, to in _ons(facts).items()}
    led_by: dict[str, list[str]] = {}
    for key, to in on.items():
        for there in to:
            led_by.setdefault(there, []).append(key)
    needed = {key: len(on[key]) if isinstance(here, against) else 1 for key, here in facts.flow.destinations.items()}
    todo = [key for key in on if _is_end(facts, key)]
    out = set(todo)
    while todo:
        for before in led_by.get(todo.pop(), ()):
            needed[before] -= 1
            if not needed[before] and before not in out:
                out.add(before)
                todo.append(before)
    return [key for key in on if key not in out]


def _together(facts: Facts, within: list[str]) -> dict[str, list[str]]:
    """By the first of those that lead to each other."""
    near: dict[str, list[str]] = {key: [] for key in within}
    for key in within:
        for there in _ons(facts)[key]:
            if there in near:
                near[key].append(there)
                near[there].append(key)
    left = dict.fromkeys(within)
    found: dict[str, list[str]] = {}
    for first in within:
        if first not in left:
            continue
        del left[first]
        found[first] = todo = [first]
        for key in todo:
            for one in near[key]:
                if one in left:
                    del left[one]
                    todo.append(one)
    return found


def _is_end(facts: Facts, key: str) -> bool:
    """A loop that asks nothing, and a way that leads nowhere, are told of elsewhere."""
    here = facts.flow.destinations[key]
    match here:
        case Voicemail() | Callback() | HangUp():
            return True
        case Transfer() if here.targets:
            return True
        case Asks() if None in _given_up(facts, key, here):
            return True
    loose = any(way.used and way.needed and way.to not in facts.flow.destinations for way in ways(here))
    return loose or any(key in loop for loop in facts.loops.values())


def _ons(facts: Facts) -> dict[str, list[str]]:
    return facts.kept("leads on", lambda: {key: _on(facts, key) for key in facts.flow.destinations})


def _on(facts: Facts, key: str) -> list[str]:
    """Where callers can come from here, with the line's own keys and what stands in for ways left out."""
    here = facts.flow.destinations[key]
    more: list[str | None] = []
    if isinstance(here, Asks):
        keys = facts.house_keys(here if isinstance(here, Menu) else Menu(label=""))
        more += [facts.flow.main or facts.flow.start] if HouseKey.MAIN in keys else []
        more += [facts.flow.operator] if HouseKey.OPERATOR in keys else []
        more += _given_up(facts, key, here)
        more += _back(facts, key) if HouseKey.BACK in keys or isinstance(here, Collect) else []
    if (isinstance(here, LookUp) and here.locked is None) or (isinstance(here, SetSwitch) and here.failed is None):
        more.append(facts.flow.operator)
    return [*facts.edges[key], *(to for to in more if to in facts.edges and to is not None)]


def _back(facts: Facts, key: str) -> list[str | None]:
    """The menus that lead here, which the back key leads to."""
    return [one for one, to in facts.edges.items() if key in to and isinstance(facts.flow.destinations[one], Menu)]


def _given_up(facts: Facts, key: str, here: Asks) -> list[str | None]:
    """Where used-up tries lead; None: to a goodbye."""
    operator = facts.flow.operator if facts.flow.operator != key else None
    return [then or operator for then in (here.no_input.then, here.no_match.then)]
