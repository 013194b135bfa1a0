"""A CSV file as the numbers of a list: number, and if wanted prefix, label, expires."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from menus.imports.changes import Cells, Incoming, Reading, fingerprint
from menus.imports.sheets import Note, Sheet, read_sheet
from menus.imports.target import Target
from menus.models import NumberList, NumberListEntry
from menus.numbers import read_number, show_number

COLUMNS: Final = ("number", "prefix", "label", "expires")
_LABEL_LENGTH: Final = 100
_YES, _NO = ("yes", "y", "1", "true", "x"), ("", "no", "n", "0", "false")
_START: Final = re.compile(r"[1-9][0-9]{0,14}")
_SPACING: Final = re.compile(r"[+\-().\s]")
_WHEN: Final = re.compile(r"(\d{4}-\d\d-\d\d)([ T]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class ListTarget(Target):
    """A key is the number's digits, with a star behind them where it is the beginning of numbers."""

    unique_fields = ("list", "number", "is_prefix")
    value_fields = ("label", "expires_at")

    def __init__(self, numbers: NumberList) -> None:
        self.list = numbers

    @property
    def columns(self) -> list[str]:
        return ["label", "expires"]

    # --- reading --------------------------------------------------------------------------------------------------

    def read(self, data: bytes) -> Reading:
        sheet = read_sheet(data)
        names = [name.casefold() for name in sheet.heading]
        faults = [Note(sheet.heading_line, fault) for fault in _heading_faults(names)]
        columns = [name for name in names if name in self.columns]
        reading = Reading(Incoming("number", columns), faults, sheet.notices, sheet.remarks)
        if not faults:
            reading.faults += sheet.faults
            self._read_rows(sheet, names, reading)
        return reading

    def _read_rows(self, sheet: Sheet, names: list[str], reading: Reading) -> None:
        incoming, now = reading.incoming, timezone.now()
        for line, cells in sheet.rows:
            given = dict(zip(names, cells, strict=True))
            try:
                key = read_key(given["number"], given.get("prefix", ""))
                row = {column: _kept(column, given[column]) for column in incoming.columns}
                if before := incoming.lines.get(key):
                    raise ValueError(f"“{given['number']}” stands in line {before} too; keep one of the two.")
            except ValueError as error:
                reading.faults.append(Note(line, f"{str(error).rstrip('.')}."))
                continue
            incoming.rows[key], incoming.lines[key] = row, line
            if (until := row.get("expires")) and datetime.fromisoformat(until) <= now:
                reading.notices.append(Note(line, f"“{given['number']}” is over already: {given['expires']}."))
        reading.faults.sort(key=lambda fault: fault.line)

    # --- what is stored -------------------------------------------------------------------------------------------

    def stored(self, lock: bool = False) -> dict[str, Cells]:
        rows = self.list.entries.order_by("number", "is_prefix")
        found = (rows.select_for_update() if lock else rows).values_list("number", "is_prefix", "label", "expires_at")
        return {
            f"{number}*" if is_prefix else number: {"label": label, "expires": _iso(expires)}
            for number, is_prefix, label, expires in found
        }

    def state(self, stored: Mapping[str, Cells]) -> str:
        return fingerprint(stored)

    def heading(self) -> list[str]:
        return ["number", "label", "expires"]

    def sheet(self) -> Iterable[Sequence[str]]:
        for key, cells in self.stored().items():
            yield [self.shown_key(key, None), cells["label"], self.shown_cell("expires", cells["expires"])]

    def shown_key(self, key: str, line: int | None) -> str:
        return f"+{key}" if key.endswith("*") else show_number(key)

    def shown_cell(self, column: str, cell: str) -> str:
        if column != "expires" or not cell:
            return cell
        until = datetime.fromisoformat(cell).astimezone(timezone.get_default_timezone())
        return f"{until:%Y-%m-%d %H:%M:%S}" if until.second else f"{until:%Y-%m-%d %H:%M}"

    # --- changing -------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        self.list = NumberList.objects.select_for_update().get(pk=self.list.pk)

    def named(self, keys: Sequence[str]) -> models.QuerySet[Any]:
        starts = [key[:-1] for key in keys if key.endswith("*")]
        whole = [key for key in keys if not key.endswith("*")]
        return self.list.entries.filter(Q(number__in=starts, is_prefix=True) | Q(number__in=whole, is_prefix=False))

    def row(self, key: str, cells: Cells) -> models.Model:
        until = cells.get("expires")
        return NumberListEntry(
            list=self.list,
            number=key.rstrip("*"),
            is_prefix=key.endswith("*"),
            label=cells.get("label", ""),
            expires_at=datetime.fromisoformat(until) if until else None,
        )


def read_key(typed: str, prefix: str = "") -> str:
    """`12025550110`, or `1202*` for the beginning of numbers. Raises ValueError, in words for staff."""
    if prefix.casefold() not in (*_YES, *_NO):
        raise ValueError(f"“{prefix}” under “prefix” is neither yes nor no; write one of them")
    if not typed.endswith("*") and prefix.casefold() in _NO:
        try:
            return read_number(typed)
        except ValueError as error:
            raise ValueError(f"{error}; if it is the beginning of numbers, put a star behind it") from None
    digits = _SPACING.sub("", typed.removesuffix("*"))
    if not _START.fullmatch(digits):
        raise ValueError(f"“{typed}” is not the beginning of a number; write it like +1 202*")
    return f"{digits}*"


def _heading_faults(names: Sequence[str]) -> Iterator[str]:
    if names[0] != "number":
        yield f"the first column is “{names[0][:40]}”; it must be “number”. This line names the columns."
    for n, name in enumerate(names):
        if n and name not in COLUMNS:
            yield f"“{name[:40]}” is not a column of a list; take it out. There are: {', '.join(COLUMNS)}."
        elif name in names[:n]:
            yield f"there are two columns “{name}”; take one out."


def _kept(column: str, typed: str) -> str:
    if column == "expires":
        return _iso(read_end(typed)) if typed else ""
    if len(typed) > _LABEL_LENGTH:
        raise ValueError(f"the label has {len(typed)} characters; shorten it to {_LABEL_LENGTH}")
    return typed


def read_end(typed: str) -> datetime:
    """A day is over at its end, in the site's time zone, as is a time without a zone of its own. Raises ValueError."""
    fault = f"“{typed}” is not a day; write it like 2026-12-31 or 2026-12-31 18:00"
    if not (parts := _WHEN.fullmatch(typed)):
        raise ValueError(fault)
    try:
        if parts[2] is None:
            day = date.fromisoformat(typed) + timedelta(days=1)
            until = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the zone comes next
        else:
            until = datetime.fromisoformat(typed)
        return (until if until.tzinfo else timezone.make_aware(until)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(fault) from None


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
