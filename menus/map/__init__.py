"""The call-flow map: a flow as a drawing, left to right, from where calls start. Pure.

Each place stands as many columns from the left as a caller needs steps to it. Only ways to the next column are lines;
ways back, and on to places that stand elsewhere, are words in the box, so that no line runs through another box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from menus.check import Finding
from menus.flow import Flow
from menus.map.boxes import ENTRY, WIDTH, Boxes, counted
from menus.map.drawing import SMALL, Drawing, Edge, Listed, Node, Row, Text
from menus.map.heights import tops
from menus.map.layers import Band, Layers, layers_of
from menus.map.lettering import width
from menus.map.listing import listed
from menus.map.order import in_order

__all__ = ["Drawing", "Edge", "Listed", "Node", "Row", "Text", "draw"]

MARGIN: Final = 12.0
ACROSS: Final = 88.0
"""Between two columns."""
GAP: Final = 16.0
"""Between two places of a column."""
HEADING: Final = 34.0
_STRAIGHT: Final = 30.0
"""So far a line runs level before it bends: room for its key."""
_ABREAST: Final = 5
"""Of what nobody comes to, at least so many stand side by side."""


def draw(flow: Flow, findings: Iterable[Finding] = ()) -> Drawing:
    """The map of a flow, with the problems that were found. The same flow is always drawn the same."""
    layers = layers_of(flow)
    boxes = Boxes(flow, layers, counted(findings))
    nodes = {key: boxes.box(key) for key in layers.band}
    placed: dict[str, Node] = {}
    headings: list[Text] = []
    low = MARGIN
    for band in Band:
        own = {key: node for key, node in nodes.items() if layers.band[key] is band}
        if own:
            if words := _heading(flow, band, bool(placed)):
                headings.append(Text(words, MARGIN, low + 18, "heading"))
                low += HEADING
            found = _grid(own, _abreast(layers)) if band is Band.REST else _columns(own, layers, band)
            placed |= {key: replace(nodes[key], x=x + MARGIN, y=y + low) for key, (x, y) in found.items()}
            low = max(placed[key].y + placed[key].h for key in own) + 2 * GAP
    edges = tuple(_edge(layers, node, row, placed[row.to]) for node in placed.values() for row in node.drawn_rows)
    right = max((node.x + node.w for node in placed.values()), default=MARGIN) + MARGIN
    headed = max((text.x + width(text.words, 13) for text in headings), default=0.0) + MARGIN
    in_turn = tuple(sorted(placed.values(), key=lambda node: (layers.band[node.key], node.x, node.y)))
    return Drawing(
        round(max(right, headed)),
        round(max(low - GAP, MARGIN)),
        in_turn,
        edges,
        tuple(headings),
        listed(placed, layers),
    )


def _heading(flow: Flow, band: Band, below: bool) -> str:
    match band:
        case Band.START:
            return ""
        case Band.HOUSE:
            return "Reached by the line’s own keys, from every menu"
        case Band.REST if flow.start in flow.destinations or below:
            return "No caller gets here"
    return "It is not chosen yet where calls start"


def _columns(nodes: Mapping[str, Node], layers: Layers, band: Band) -> dict[str, tuple[float, float]]:
    links: dict[str, list[tuple[str, float]]] = {}
    for node in nodes.values():
        links[node.key] = [(row.to, row.y / node.h) for row in node.drawn_rows]
    columns = in_order(layers.ordered(band), links)
    lines = [(node.key, row.y, row.to, ENTRY) for node in nodes.values() for row in node.drawn_rows]
    top = tops(columns, {key: node.h for key, node in nodes.items()}, lines, GAP)
    return {key: (n * (WIDTH + ACROSS), top[key]) for n, column in enumerate(columns) for key in column}


def _grid(nodes: Mapping[str, Node], abreast: int) -> dict[str, tuple[float, float]]:
    """In rows, in the order of the flow; no lines are drawn between these."""
    keys, low = list(nodes), 0.0
    found: dict[str, tuple[float, float]] = {}
    for begin in range(0, len(keys), abreast):
        row = keys[begin : begin + abreast]
        found |= {key: (n * (WIDTH + GAP), low) for n, key in enumerate(row)}
        low += max(nodes[key].h for key in row) + GAP
    return found


def _abreast(layers: Layers) -> int:
    wide = max((n for key, n in layers.column.items() if layers.band[key] is not Band.REST), default=0)
    return max(_ABREAST, int((wide * (WIDTH + ACROSS) + WIDTH) // (WIDTH + GAP)))


def _edge(layers: Layers, node: Node, row: Row, to: Node) -> Edge:
    x, y = node.x + node.w, round(node.y + row.y, 1)
    end_x, end_y = to.x - 2, round(to.y + ENTRY, 1)
    begin = x + (_STRAIGHT if row.key else 6)
    bend = round((end_x - begin) / 2, 1)
    path = f"M{x:g} {y:g}H{begin:g}C{begin + bend:g} {y:g} {end_x - bend:g} {end_y:g} {end_x:g} {end_y:g}"
    minor = all(way.minor for way in layers.ways[node.key] if way.name in row.ways)
    wide = max(20.0, round(width(row.key, SMALL) + 10, 1)) if row.key else 0.0
    return Edge(node.key, row.ways, to.key, path, row.key, x + 4, y, wide, minor)
