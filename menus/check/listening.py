"""For how long callers listen: until each option of a menu has been told, and until they come to each destination."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from menus.flow import Flow, Menu, Opening, Transfer

from .facts import Facts
from .journeys import Journeys, Leg, Node


class Reach(NamedTuple):
    """Seconds from the answer until a destination begins, on the way on which callers who do not know it come there
    soonest, in the line's first language (else in the language in which they come there soonest).

    What ringing, look-ups and waiting for a longer key take counts too. Words of which nobody has said or measured
    how long they last are estimated (`words.seconds`).
    """

    soonest: float
    """Who knows the way: keys as soon as keys interrupt the words."""
    expected: float
    """Keys as soon as the option has been told; at the end of the words where none of them tells the key."""
    worst: float
    """Hears all the words on the way to their end."""
    keys: int
    """How many keys that way takes."""


def reach(flow: Flow) -> dict[str, Reach]:
    """Of each destination that callers come to, at whatever hour and whatever look-ups bring; the others are missing.
    Callers on a list of numbers count only where no others come."""
    reached = _reach(_at_any_hour(flow, flow.lists))
    if flow.lists and len(reached) < len(flow.destinations):
        reached = _reach(_at_any_hour(flow)) | reached
    return {key: reached[key] for key in flow.destinations if key in reached}


def _reach(journeys: Journeys) -> dict[str, Reach]:
    first = journeys.flow.languages[0].key
    found: dict[str, Reach] = {}
    other: dict[str, Reach] = {}
    for node, seconds in _soonest_first(journeys, Node(journeys.flow.start or "", first)):
        (found if node.language == first else other).setdefault(node.key, seconds)
    return other | found


def options_told(flow: Flow, menu_key: str, language: str) -> dict[str, float]:
    """Seconds from the beginning of the menu until each option has been told, greeting included, by the option's
    short name, in the order of the menu. Options that the words do not tell are missing; of a recording without a
    transcript each option is taken to be told at its end."""
    menu = flow.destinations.get(menu_key)
    if not isinstance(menu, Menu):
        return {}
    journeys = _at_any_hour(flow)
    said = journeys.menu_text(menu, Node(menu_key, language))
    before = journeys.seconds(menu.greeting, language)
    told = {}
    for option in menu.by_digits.values():
        seconds = journeys.told(said, option.digits) if said.text else said.seconds or None
        if seconds is not None:
            told[option.key] = before + seconds
    return {option.key: told[option.key] for option in menu.options if option.key in told}


def _at_any_hour(flow: Flow, not_on: frozenset[str] = frozenset()) -> Journeys:
    openings = {
        key: frozenset(Opening) if schedule.holidays else frozenset(Opening) - {Opening.HOLIDAY}
        for key, schedule in flow.schedules.items()
    }
    return Journeys(Facts(flow), openings, not_on)


def _soonest_first(journeys: Journeys, start: Node) -> Iterator[tuple[Node, Reach]]:
    """Dijkstra's walk by the seconds expected."""
    if start.key not in journeys.flow.destinations:
        return
    todo = [(0.0, 0, start, Reach(0, 0, 0, 0))]
    done: set[Node] = set()
    while todo:
        _, _, node, so_far = heappop(todo)
        if node in done:
            continue
        done.add(node)
        yield node, so_far
        for keys, leg in _legs(journeys, node):
            if leg.to.key and leg.to not in done:
                there = _and(so_far, leg, keys)
                heappush(todo, (there.expected, there.keys, leg.to, there))


def _and(so_far: Reach, leg: Leg, keys: int) -> Reach:
    return Reach(
        so_far.soonest + leg.soonest,
        so_far.expected + leg.seconds,
        so_far.worst + leg.worst,
        so_far.keys + keys,
    )


def _legs(journeys: Journeys, node: Node) -> Iterator[tuple[int, Leg]]:
    """With the keys that each takes. A way on from people who do not answer is one too."""
    here = journeys.flow.destinations[node.key]
    if isinstance(here, Transfer) and here.targets:
        ringing = sum(target.ring_seconds for target in here.targets)
        yield 0, journeys.leg(journeys.seconds(here.prompt, node.language) + ringing, here.last_resort, node)
    for act in journeys.acts(node):
        for leg in act.legs:
            yield act.keys, leg
    yield from journeys.after_wrong_keys(node)
