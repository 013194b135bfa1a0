"""What a file says, and what it would change in what is stored. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from menus.imports.sheets import Note

Cells = dict[str, str]
"""A row's cells by column."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file says."""

    key_name: str
    columns: list[str]
    rows: dict[str, Cells] = field(default_factory=dict)
    """By the key that they are stored under."""
    lines: dict[str, int] = field(default_factory=dict)
    """Where in the file each of them is."""
    renamed: dict[str, str] = field(default_factory=dict)
    """Keys that are stored under an older hash: new to old."""

    def without(self, columns: Collection[str]) -> Incoming:
        if not columns:
            return self
        kept = [column for column in self.columns if column not in columns]
        rows = {key: {column: cells[column] for column in kept} for key, cells in self.rows.items()}
        return replace(self, columns=kept, rows=rows)


@dataclass(slots=True)
class Reading:
    """A file that was read; with faults nothing of it may be applied."""

    incoming: Incoming
    faults: list[Note] = field(default_factory=list)
    notices: list[Note] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Changes:
    """Keys, in the order of the file; `removed` in the order of what is stored."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    columns: list[str] = field(default_factory=list)
    """New ones."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed or self.columns)

    def __str__(self) -> str:
        """`+120 rows, 3 changed, 2 removed`."""
        parts = [f"+{len(self.new):,} row{'' if len(self.new) == 1 else 's'}"]
        parts += [f"{len(self.changed):,} changed"] if self.changed else []
        parts += [f"{len(self.removed):,} removed"] if self.removed else []
        parts += [f"new columns: {', '.join(self.columns)}"] if self.columns else []
        return ", ".join(parts)


def compare(incoming: Incoming, stored: Mapping[str, Cells], columns: Collection[str], remove: bool) -> Changes:
    """A cell that the file has no column for stays as it is. `columns`: those that there are now."""
    changes = Changes(columns=[column for column in incoming.columns if column not in columns])
    for key, cells in incoming.rows.items():
        before = stored.get(incoming.renamed.get(key, key))
        if before is None:
            changes.new.append(key)
        elif any(before.get(column, "") != cell for column, cell in cells.items()):
            changes.changed.append(key)
        else:
            changes.unchanged += 1
    if remove:
        named = {incoming.renamed.get(key, key) for key in incoming.rows}
        changes.removed = [key for key in stored if key not in named]
    return changes


def fingerprint(*parts: Any) -> str:
    """Of plain data, whatever the order of its keys."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
