"""What stands in the box of a place: its name, what is to be noted of it, and its ways out, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, Literal

from menus.check import Finding, Severity
from menus.flow import Destination, Flow
from menus.map.drawing import SMALL, TITLE, Node, Row, Text
from menus.map.layers import Band, Layers
from menus.map.lettering import fit, wrap
from menus.map.ways import Way

WIDTH: Final = 190.0
ENTRY: Final = 30.0
"""Below its upper edge lines come in."""
PAD: Final = 11.0
_ROOM: Final = WIDTH - 2 * PAD
_LINE: Final = 18.0
_TITLE_LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Boxes:
    flow: Flow
    layers: Layers
    findings: Mapping[str, tuple[int, int]]
    """Errors and warnings of each place."""

    def box(self, key: str) -> Node:
        """At 0, 0."""
        here = self.flow.destinations[key]
        errors, warnings = self.findings.get(key, (0, 0))
        roles = tuple(self._roles(key))
        texts = tuple(_texts(here.label or key, roles, errors, warnings))
        rows = tuple(self._rows(key, below=texts[-1].y + 8))
        low = max([texts[-1].y, *(text.y for row in rows for text in row.lines)])
        reached = self.layers.band[key] is not Band.REST
        return Node(
            key, here.label, here.kind, 0, 0, WIDTH, low + PAD, texts, rows, roles, errors, warnings, reached=reached
        )

    def _roles(self, key: str) -> Iterator[str]:
        keys = self.flow.house_keys
        if key == self.flow.start:
            yield "Calls start here"
        if key == self.flow.main:
            yield f"Main menu: key {keys.main} in every menu" if keys.main else "Main menu"
        if key == self.flow.operator:
            yield f"Operator: key {keys.operator} in every menu" if keys.operator else "Operator"

    def _rows(self, key: str, below: float) -> Iterator[Row]:
        top = below
        for ways in _alike(self.layers.ways[key]):
            row = self._row(key, ways)
            shifted = tuple(replace(line, y=line.y + top) for line in row.lines)
            yield replace(row, lines=shifted, y=row.y + top)
            top += _LINE * len(row.lines)

    def _row(self, source: str, ways: list[Way]) -> Row:
        first = ways[0]
        words, led = ", ".join(way.words for way in ways), self._led(first.to)
        sign = self._sign(source, first.to)
        # Who is silent or errs too often in all goes where too much of either leads, more often than not.
        short = ", ".join(way.words for way in ways[:2])
        texts = [short] if not sign else _in_lines(first.key or short, f"{sign} {led or 'nowhere yet'}")
        lines = tuple(_row_text(text, n, sign) for n, text in enumerate(texts))
        names = tuple(way.name for way in ways)
        return Row(names, first.key, words, first.to if led and first.to else "", led, sign, lines, _LINE / 2)

    def _led(self, to: str | None) -> str:
        there: Destination | None = self.flow.destinations.get(to or "")
        return (there.label or to or "") if there else ""

    def _sign(self, source: str, to: str | None) -> Literal["", "→", "↩", "✗"]:
        layers = self.layers
        if to is None or to not in layers.band:
            return "✗"
        if layers.drawn(source, to):
            return ""
        here, there = layers.band[source], layers.band[to]
        if to == source or (here is there is not Band.REST and layers.column[to] < layers.column[source]):
            return "↩"
        return "→"


def counted(findings: Iterable[Finding]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for finding in findings:
        errors, warnings = found.get(finding.place, (0, 0))
        error = finding.severity is Severity.ERROR
        found[finding.place] = (errors + error, warnings + (not error))
    return found


def _alike(ways: Iterable[Way]) -> Iterator[list[Way]]:
    """Each way by itself; of those for callers who do not do as asked, all that lead to one place together."""
    led = [way for way in ways if way.to is not None or way.needed]
    for minor, some in groupby(led, key=lambda way: way.minor and not way.key):
        if not minor:
            yield from ([way] for way in some)
            continue
        together: dict[str | None, list[Way]] = {}
        for way in some:
            together.setdefault(way.to, []).append(way)
        yield from together.values()


def _texts(label: str, roles: Iterable[str], errors: int, warnings: int) -> Iterator[Text]:
    y = ENTRY + 5
    for line in wrap(label, TITLE * 1.06, _ROOM, _TITLE_LINES):
        yield Text(line, PAD, y, "title")
        y += _LINE
    for role in roles:
        for line in wrap(role, SMALL, _ROOM, 2):
            yield Text(line, PAD, y, "role")
            y += _LINE - 3
    if errors:
        yield Text(f"✗ {_many(errors, 'error')}", PAD, y, "error")
        y += _LINE - 3
    if warnings:
        yield Text(f"! {_many(warnings, 'warning')}", PAD, y, "warning")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


def _in_lines(words: str, led: str) -> list[str]:
    whole = f"{words} {led}"
    return [whole] if fit(whole, SMALL, _ROOM) == whole else [words, f"   {led}"]


def _row_text(words: str, n: int, sign: str) -> Text:
    return Text(fit(words, SMALL, _ROOM), PAD if sign else WIDTH - PAD, _LINE * n + 13, "row")
