"""The call-flow map as a page shows it: each place a link to its page, its kind in words. Also for pages in `calls`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from menus.check import Finding
from menus.flow import Flow
from menus.map import Drawing, Listed, Node, Row, draw
from menus.models import Destination, Kind, Line


class Told(NamedTuple):
    """A way out that stands in words."""

    row: Row
    url: str


class Place(NamedTuple):
    node: Node
    kind: str
    url: str
    """Empty: the draft has no such destination any more."""
    told: list[Told]

    @property
    def name(self) -> str:
        """For those who do not see the box."""
        notes = [text.words for text in self.node.texts if text.looks in ("role", "error", "warning")]
        return ". ".join([f"{self.kind}: {self.node.label or self.node.key}", *notes])


class Step(NamedTuple):
    """A line of the nested list."""

    listed: Listed
    label: str
    kind: str
    url: str

    @property
    def closes(self) -> range:
        return range(self.listed.closes)


class Map(NamedTuple):
    """What `admin/menus/map.html` shows."""

    drawing: Drawing
    places: list[Place]
    steps: list[Step]


def map_of(line: Line, flow: Flow, findings: Iterable[Finding] = (), urls: Mapping[str, str] | None = None) -> Map:
    """The map of a line's draft, or of one of its versions. `urls`: see `urls_of`; left out, one query finds them."""
    links = urls_of(line.destinations.all()) if urls is None else urls
    drawing = draw(flow, findings)
    places = [_place(node, links) for node in drawing.nodes]
    by_key = {place.node.key: place for place in places}
    return Map(drawing, places, [_step(listed, by_key) for listed in drawing.listed])


def urls_of(destinations: Iterable[Destination]) -> dict[str, str]:
    """The pages of destinations, by their short names."""
    return {row.key: reverse(f"admin:menus_{Kind(row.kind).model_name}_change", args=[row.pk]) for row in destinations}


def _place(node: Node, urls: Mapping[str, str]) -> Place:
    told = [Told(row, urls.get(row.to, "")) for row in node.told_rows]
    return Place(node, str(Kind(node.kind).label), urls.get(node.key, ""), told)


def _step(listed: Listed, places: Mapping[str, Place]) -> Step:
    place = places.get(listed.to)
    if place is None:
        return Step(listed, _("nowhere yet"), "", "")
    return Step(listed, place.node.label or place.node.key, place.kind, place.url)
