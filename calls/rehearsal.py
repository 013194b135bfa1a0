"""A recorded call's surroundings: tables and lists from the CSV files beside its line.

No database and no service is asked, so that a recorded call comes to the same wherever it is played.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from menus.dialogue import Caller, Dip, Failed, Found, NotFound, Result, Switch
from menus.flow import TableSource
from menus.imports.lists import read_end, read_key
from menus.tables import as_key
from menus.tryout import Tryout
from menus.words.values import put

# --- tables and lists -------------------------------------------------------------------------------------------


class NoTable(LookupError):
    """There is no such table beside the line; the message names it."""


def find(folder: Path, table: str, key: str) -> Mapping[str, str] | None:
    """The row of `tables/TABLE.csv` in the folder, by its first column; None: no row. Raises NoTable."""
    return _table(folder / "tables" / f"{table}.csv").get(as_key(key))


@cache
def _table(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        raise NoTable(f"there is no table “{path.stem}” beside the line")
    header, *rows = _rows(path)
    return {as_key(row[0]): dict(zip(header[1:], row[1:], strict=True)) for row in rows}


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.reader(file) if row]


def lists_of(folder: Path, number: str, at: datetime) -> tuple[str, ...]:
    """The lists, `lists/LIST.csv` in the folder, that a number is on at a time (aware): itself, or how it begins."""
    return tuple(path.stem for path in sorted(folder.glob("lists/*.csv")) if _stands_on(path, number, at))


def _stands_on(path: Path, number: str, at: datetime) -> bool:
    for written, _, expires in _rows(path)[1:]:
        key = read_key(written)
        fits = number.startswith(key[:-1]) if key.endswith("*") else number == key
        if fits and (not expires or at < read_end(expires)):
            return True
    return False


# --- the call ---------------------------------------------------------------------------------------------------


class Rehearsal(Tryout):
    """A call whose look-ups find what stands in the tables in the folder."""

    def __init__(self, *facts: Any, folder: Path, known: Caller, switches: tuple[Switch, ...]) -> None:
        super().__init__(*facts, known=known, switches=switches, look_up=self._looked_up)
        self.folder = folder

    def _looked_up(self, dip: Dip) -> Result:
        if not isinstance(dip.source, TableSource):
            return Failed("no service is asked here; write “look-up finds …” before it")
        table = dip.source.table
        try:
            row = find(self.folder, table, put(dip.source.key, **dip.given))
        except NoTable as fault:
            return Failed(str(fault))
        if row is None:
            return NotFound(f"table {table}")
        if missing := [fetched.field for fetched in dip.wanted if fetched.field not in row]:
            return Failed(f"table {table} has no column {missing[0]}")
        return Found({fetched.value: row[fetched.field] for fetched in dip.wanted}, f"table {table}")
