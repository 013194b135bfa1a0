"""In which column each place stands: as many steps from the left as a caller needs to come there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heapify, heappop, heappush

from menus.flow import Flow
from menus.map.ways import Way, ways_of

Ways = Mapping[str, list[Way]]


class Band(IntEnum):
    """What stands below each other on the map."""

    START = 0
    """What is reached from the start."""
    HOUSE = 1
    """What else is reached by the line's own keys."""
    REST = 2
    """What nobody comes to."""


@dataclass(frozen=True, slots=True)
class Layers:
    ways: Ways
    band: dict[str, Band] = field(default_factory=dict)
    column: dict[str, int] = field(default_factory=dict)
    parent: dict[str, str] = field(default_factory=dict)
    """From which place each is shown to be reached."""

    def drawn(self, source: str, to: str | None) -> bool:
        """Whether the way is a line: only to the next column of the same band. All else stands in words."""
        here, there = self.band.get(source), self.band.get(to or "")
        return to is not None and here is there is not Band.REST and self.column[to] == self.column[source] + 1

    def ordered(self, band: Band) -> list[list[str]]:
        """The columns of a band, each in the order in which its places were come to."""
        columns: list[list[str]] = []
        for key, n in self.column.items():
            if self.band[key] is band:
                columns += [[] for _ in range(n + 1 - len(columns))]
                columns[n].append(key)
        return columns


def layers_of(flow: Flow) -> Layers:
    """The ways that callers take who do as asked decide; by the others only what else nobody would come to."""
    layers = Layers({key: list(ways_of(here)) for key, here in flow.destinations.items()})
    _place(layers, Band.START, [flow.start])
    _place(layers, Band.HOUSE, [flow.main, flow.operator])
    for key in layers.ways:
        if key not in layers.band:
            layers.band[key], layers.column[key] = Band.REST, 0
    return layers


def _place(layers: Layers, band: Band, roots: Iterable[str | None]) -> None:
    new = [key for key in dict.fromkeys(roots) if key in layers.ways and key not in layers.band]
    for key in new:
        if key is not None:
            layers.band[key], layers.column[key] = band, 0
    for minor in (False, True):
        _spread(layers, band, minor)


def _spread(layers: Layers, band: Band, minor: bool) -> None:
    """From all that stands in the band already, nearest first."""
    todo = [(layers.column[key], n, key) for n, key in enumerate(layers.column) if layers.band[key] is band]
    heapify(todo)
    while todo:
        column, _, here = heappop(todo)
        for way in layers.ways[here]:
            to = way.to
            if to is not None and to in layers.ways and to not in layers.band and (minor or not way.minor):
                layers.band[to], layers.column[to], layers.parent[to] = band, column + 1, here
                heappush(todo, (column + 1, len(layers.column), to))
