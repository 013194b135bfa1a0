"""The map as a nested list, for those who do not see it: the same columns, keys in dial order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from menus.map.drawing import Listed, Node, Row
from menus.map.layers import Layers


def listed(nodes: Mapping[str, Node], layers: Layers) -> tuple[Listed, ...]:
    """Every place is told in full once, where the map shows it to be reached; elsewhere it says where that is."""
    rows = list(_rows(nodes, layers))
    first = {row.to: n for n, row in enumerate(rows) if not row.again}
    told = [replace(row, again=_where(first, row, n)) if row.again else row for n, row in enumerate(rows)]
    return tuple(_nested(told))


def _rows(nodes: Mapping[str, Node], layers: Layers) -> Iterator[Listed]:
    told: set[str] = set()
    for root in (key for key in layers.band if key not in layers.parent):
        told.add(root)
        yield Listed(0, "; ".join(nodes[root].roles), root)
        todo = [(row, root, 1) for row in reversed(nodes[root].rows)]
        while todo:
            row, here, depth = todo.pop()
            new = row.to not in told and layers.parent.get(row.to) == here
            yield Listed(depth, _words(row), row.to, "" if new or not row.to else "above")
            if new:
                told.add(row.to)
                todo += [(below, row.to, depth + 1) for below in reversed(nodes[row.to].rows)]


def _words(row: Row) -> str:
    return f"Key {row.key}, {row.words}" if row.key else row.words[:1].upper() + row.words[1:]


def _where(first: Mapping[str, int], row: Listed, n: int) -> Literal["above", "below"]:
    return "above" if first[row.to] < n else "below"


def _nested(rows: list[Listed]) -> Iterator[Listed]:
    for row, after in zip(rows, [*(row.depth for row in rows[1:]), 0], strict=False):
        yield replace(row, opens=after > row.depth, closes=max(0, row.depth - after))
