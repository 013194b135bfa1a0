"""What a map consists of: places with their ways out, lines between them, headings. In pixels, from the upper left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

TITLE: Final = 13.0
SMALL: Final = 11.0
"""Heights of the letters; the style sheet has the same."""


@dataclass(frozen=True, slots=True)
class Text:
    """One line of letters, at its baseline."""

    words: str
    x: float
    y: float
    looks: Literal["kind", "title", "role", "error", "warning", "row", "heading"] = "row"


@dataclass(frozen=True, slots=True)
class Row:
    """One way out of a place, or several that a caller cannot tell apart (silence, a wrong key) to the same one."""

    ways: tuple[str, ...]
    """Stable names, see `ways.Way`."""
    key: str
    """What is keyed; empty: it is no key."""
    words: str
    to: str
    """Empty: nowhere yet."""
    led: str
    """What that place is called."""
    sign: Literal["", "→", "↩", "✗"]
    """Empty: it is drawn as a line. Else it stands in words: goes on, goes back, or leads nowhere."""
    lines: tuple[Text, ...]
    y: float
    """Its middle."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place where a caller can be."""

    key: str
    label: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    texts: tuple[Text, ...]
    """Its name and what is to be noted of it; the first line is left for the kind, in whatever language."""
    rows: tuple[Row, ...]
    roles: tuple[str, ...] = ()
    errors: int = 0
    warnings: int = 0
    reached: bool = True
    """False: no key and no way leads here."""

    @property
    def problem(self) -> Literal["", "error", "warning"]:
        return "error" if self.errors else "warning" if self.warnings else ""

    @property
    def drawn_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.sign)

    @property
    def told_rows(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.sign)


@dataclass(frozen=True, slots=True)
class Edge:
    """A way on, as a line. Its id stays the same when places are moved, renamed or get other keys."""

    source: str
    ways: tuple[str, ...]
    to: str
    path: str
    label: str
    """The key; empty: the words stand in the row where the line begins."""
    x: float
    y: float
    w: float
    """Of the key: its left end, its middle, its width."""
    minor: bool
    """Only for callers who do not do as asked."""

    @property
    def id(self) -> tuple[str, str, str]:
        return self.source, "+".join(self.ways), self.to


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the map as a nested list: a way, and where it leads."""

    depth: int
    words: str
    to: str
    again: Literal["", "above", "below"] = ""
    """It is told in full elsewhere."""
    opens: bool = False
    """A deeper list follows."""
    closes: int = 0
    """So many lists end behind it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[Text, ...]
    listed: tuple[Listed, ...]
