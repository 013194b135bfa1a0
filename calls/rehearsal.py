"""A recorded call's surroundings: tables and lists from the CSV files beside its line, switches, answers by its text.

No database and no service is asked, so that a recorded call comes to the same wherever it is played.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, assert_never
from zoneinfo import ZoneInfo

from django.utils.timezone import get_default_timezone

from calls.tryout import Tryout
from menus.dialogue import Caller, Deed, Dip, Failed, Flip, Found, Locked, NotFound, Result, Switch
from menus.flow import Prompt, SwitchKind, TableSource
from menus.tables import as_key
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
        digits = re.sub(r"\D", "", written)
        fits = number.startswith(digits) if written.endswith("*") else number == digits
        if fits and (not expires or at < _end(expires)):
            return True
    return False


def _end(expires: str) -> datetime:
    """A day lasts to its end, by the site's clocks."""
    until = datetime.fromisoformat(expires)
    if len(expires) == len("2026-12-31"):
        until += timedelta(days=1)
    return until if until.tzinfo else until.replace(tzinfo=get_default_timezone())


# --- switches ---------------------------------------------------------------------------------------------------

_SWITCH: Final = re.compile(r"(open|closed|message)(?: for (\S+))? until (\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?: (\(.+))?")
_WORDS: Final = re.compile(r"\(([a-z-]+)\) ([^(]+)")


def read_switch(text: str, zone: ZoneInfo) -> Switch:
    """`closed for office until 2026-03-04 18:00`, `message until … (en) Words. (es) Palabras.`; raises ValueError."""
    found = _SWITCH.fullmatch(text)
    if not found or (found[1] == SwitchKind.MESSAGE) is not bool(found[4]):
        raise ValueError(
            f"“{text}” is no switch; write it like “closed until 2026-03-04 18:00”, "
            "“open for office until …” or “message until … (en) Words.”"
        )
    ends = datetime.fromisoformat(found[3]).replace(tzinfo=zone)
    words = {language: words.strip() for language, words in _WORDS.findall(found[4] or "")}
    return Switch(SwitchKind(found[1]), ends.timestamp(), found[2] or "", Prompt.model_validate(words))


def thrown(switches: tuple[Switch, ...], flip: Flip) -> tuple[Switch, ...]:
    """What is on after a switch was thrown, the latest first: it ends what it speaks against."""
    if flip.kind is SwitchKind.NORMAL:
        return ()
    clock = (SwitchKind.OPEN, SwitchKind.CLOSED)
    ended = (SwitchKind.MESSAGE,) if flip.kind is SwitchKind.MESSAGE else clock
    kept = (one for one in switches if one.kind not in ended or one.schedule != flip.schedule)
    return (Switch(flip.kind, flip.ends, flip.schedule, flip.words), *kept)


# --- answers ----------------------------------------------------------------------------------------------------

_FOUND: Final = re.compile(r"look-up finds ([a-z][a-z0-9_]* “[^”]*”(?:, [a-z][a-z0-9_]* “[^”]*”)*)")
_VALUE: Final = re.compile(r"([a-z][a-z0-9_]*) “([^”]*)”")
_ANSWERS: Final[dict[str, Result]] = {
    "look-up finds nothing": NotFound("as told"),
    "look-up fails": Failed("as told"),
    "look-up is locked": Locked(),
    "switch fails": Failed("as told"),
}
ANSWERABLE: Final = (*_ANSWERS, "look-up finds balance “84.20”, due “2026-03-09”")
"""An example of everything that may be answered to a look-up or a switch."""


def read_answer(text: str) -> Result | None:
    """What the next look-up or switch comes to; None: the text is no answer."""
    if found := _FOUND.fullmatch(text):
        return Found(dict(_VALUE.findall(found[1])), "as told")
    return _ANSWERS.get(text)


# --- the call ---------------------------------------------------------------------------------------------------


class Rehearsal(Tryout):
    """A call whose look-ups are answered by `answers`, those first, and by the tables in the folder."""

    def __init__(self, *facts: Any, folder: Path, known: Caller, switches: tuple[Switch, ...]) -> None:
        super().__init__(*facts, known=known, switches=switches, do=self.come_to)
        self.folder = folder
        self.answers: deque[Result] = deque()

    def come_to(self, deed: Deed) -> Result:
        if self.answers:
            return self.answers.popleft()
        match deed:
            case Dip():
                return self._looked_up(deed)
            case Flip():
                self.switches = thrown(self.switches, deed)
                return Found({}, "by phone")
            case _:
                assert_never(deed)

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
