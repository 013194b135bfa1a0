"""Whether callers get out of wherever they come to: to a person, a voicemail, a call back, or a goodbye."""

from __future__ import annotations

from collections.abc import Iterator

from menus.flow import Asks, Callback, Collect, HangUp, HouseKey, LookUp, Menu, SetSwitch, Transfer, Voicemail

from .facts import Facts
from .finding import Finding, Rule, Spot, listed
from .ways import ways

MOST_NAMED = 3


def exit_faults(facts: Facts, key: str, spot: Spot) -> Iterator[Finding]:
    if shut := facts.kept("shut in", lambda: _shut_in(facts)).get(key):
        names = [facts.spot(one).name for one in shut]
        others = f" and {len(names) - MOST_NAMED} others" if len(names) > MOST_NAMED else ""
        where = ", ".join(names[:MOST_NAMED]) + others if others else listed(names, "or")
        yield spot.finding(
            Rule.NO_WAY_OUT,
            f"callers who come to {where} never get out: no key, and no silence, leads to a person, a voicemail, a "
            "call back or a goodbye",
            f"lead a key of {spot.name}, or its used-up tries, out of there",
        )


def _shut_in(facts: Facts) -> dict[str, list[str]]:
    """What callers come to and never leave, by the first of those that hang together, in the order of the flow."""
    on = {key: _on(facts, key) for key in facts.flow.destinations}
    out = {key for key in on if _is_end(facts, key)}
    led_by: dict[str, list[str]] = {}
    for key, to in on.items():
        for there in to:
            led_by.setdefault(there, []).append(key)
    todo = list(out)
    while todo:
        new = set(led_by.get(todo.pop(), ())) - out
        out |= new
        todo += new
    within = [key for key in on if key in facts.reached and key not in out]
    return _together(within, on, led_by)


def _together(within: list[str], on: dict[str, list[str]], led_by: dict[str, list[str]]) -> dict[str, list[str]]:
    left = dict.fromkeys(within)
    found: dict[str, list[str]] = {}
    for first in within:
        if first not in left:
            continue
        del left[first]
        found[first] = todo = [first]
        for key in todo:
            for near in (*on[key], *led_by.get(key, ())):
                if near in left:
                    del left[near]
                    todo.append(near)
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
