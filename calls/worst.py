"""Which places and targets of a line stand out: rules with their thresholds, for the pages and for the letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from calls.reports.places import Option, Place
from menus.flow import Flow, Mark
from menus.map.ways import ways_of

Taken = Mapping[tuple[str, str], int]
DROPPED: Final = "drop-off"
HOW: Final = {DROPPED: "hung_up", "silence": "no_input", "opt-out": "asked_operator"}
"""The filter of the list of calls that finds those of a trouble."""

FEWEST: Final = 20
"""Visits; of what fewer callers did nothing is said."""
FEWEST_CHOSEN: Final = 10
"""Callers of an option."""
DROP_OFF: Final = 0.10
WRONG_TURNS: Final = 0.15
SILENCE: Final = 0.15
OPT_OUT: Final = 0.10
"""Shares from which each is a finding: of the visits; wrong turns of the callers of an option; silence of the times
that callers were asked."""
CROWDED: Final = 0.50
"""Of the visits to a menu: from here on an option that rings people is used by more than it was made for."""
FEWEST_ATTEMPTS: Final = 5
POOR: Final = 0.50
"""A target that answers fewer of its calls than this, of that many or more, is a finding."""


class Trouble(NamedTuple):
    destination: str
    what: str
    """`drop-off`, `silence` or `opt-out`."""
    count: int  # type: ignore[assignment]  # the tuple's own method is not wanted
    of: int

    @property
    def share(self) -> float:
        return self.count / self.of


def troubles(places: Iterable[Place], flow: Flow | None, taken: Taken) -> list[Trouble]:
    """Those that most callers met come first. Whoever hangs up where they were served was not lost. `taken`: the
    callers on each way of the flow."""
    found = list(places)
    ends = _ends(found, flow, taken)
    listed = [
        trouble
        for place in found
        if place.entries >= FEWEST
        for trouble, least in _measured(place)
        if trouble.of and trouble.share >= least and (trouble.what != DROPPED or place.destination not in ends)
    ]
    return sorted(listed, key=lambda trouble: (-trouble.count, trouble.destination, trouble.what))


def _measured(place: Place) -> Iterator[tuple[Trouble, float]]:
    here = place.destination
    yield Trouble(here, DROPPED, place.hang_ups, place.entries), DROP_OFF
    yield Trouble(here, "silence", place.silences, place.asks), SILENCE
    yield Trouble(here, "opt-out", place.operator, place.entries), OPT_OUT


def _ends(places: Iterable[Place], flow: Flow | None, taken: Taken) -> set[str]:
    """Where callers hang up with what they wanted: places marked as served, and those to which most come from there."""
    if flow is None:
        return set()
    served = {key for key, here in flow.destinations.items() if getattr(here, "outcome", Mark.NONE) is Mark.SERVED}
    after: Counter[str] = Counter()
    for key in served:
        for way in ways_of(flow.destinations[key]):
            if way.to:
                after[way.to] += taken.get((key, way.name), 0)
    came = {place.destination: place.entries for place in places if place.entries}
    return served | {key for key, entries in came.items() if 2 * after[key] >= entries}


def misleading(options: Iterable[Option]) -> list[Option]:
    """Of a menu: options after which many went back at once."""
    return [
        option for option in options if option.count >= FEWEST_CHOSEN and (option.wrong_turn_share or 0) >= WRONG_TURNS
    ]


def crowded(options: Iterable[Option], rings: Iterable[str]) -> list[Option]:
    """Of a menu: options whose callers come to one of `rings` (transfers), and that too many choose."""
    ringing = set(rings)
    return [
        option
        for option in options
        if option.led_to in ringing and option.entries >= FEWEST and (option.share or 0) >= CROWDED
    ]


def is_poor(answered: int, attempts: int) -> bool:
    return attempts >= FEWEST_ATTEMPTS and answered / attempts < POOR
