"""A CSV file as the rows of a look-up table: first the key column, then the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import models

from menus.imports.changes import Cells, Incoming, Reading, fingerprint
from menus.imports.sheets import MAX_COLUMNS, Note, Sheet, read_sheet
from menus.imports.target import Target
from menus.models import LookupRow, LookupTable
from menus.tables import KEY_LENGTH, as_key, hashed_keys

_COLUMN_LENGTH: Final = 100


class TableTarget(Target):
    unique_fields = ("table", "key")
    value_fields = ("values",)

    def __init__(self, table: LookupTable) -> None:
        self.table = table

    @property
    def columns(self) -> list[str]:
        return list(self.table.columns)

    # --- reading --------------------------------------------------------------------------------------------------

    def read(self, data: bytes) -> Reading:
        sheet = read_sheet(data)
        faults = list(self._heading_faults(sheet))
        known = {column.casefold(): column for column in self.table.columns}
        columns = [known.get(name.casefold(), name) for name in sheet.heading[1:]]
        reading = Reading(Incoming(self._key_name(sheet), columns), faults, sheet.notices, sheet.remarks)
        if not faults:
            reading.faults += sheet.faults
            self._read_rows(sheet, reading)
        return reading

    def _key_name(self, sheet: Sheet) -> str:
        same = sheet.heading[0].casefold() == self.table.key_name.casefold()
        return self.table.key_name if same else sheet.heading[0]

    def _heading_faults(self, sheet: Sheet) -> Iterator[Note]:
        names = [name.casefold() for name in sheet.heading]
        for fault in (*_unfit(sheet.heading), *self._key_faults(sheet.heading[0])):
            yield Note(sheet.heading_line, fault)
        for column in self.table.columns:
            if column.casefold() not in names[1:]:
                cure = "add it (its cells may stay empty), or take it off the table first."
                yield Note(sheet.heading_line, f"the column “{column}” is missing; {cure}")

    def _key_faults(self, name: str) -> Iterator[str]:
        expected = self.table.key_name
        if not any(letter.isalpha() for letter in name):
            yield f"this line must name the columns, the key column first; “{name[:40]}” is no name."
        elif name.casefold() != expected.casefold() and self.table.rows.exists():
            yield f"the first column is “{name[:40]}”, and this table's key column is “{expected}”; put that first."

    def _read_rows(self, sheet: Sheet, reading: Reading) -> None:
        incoming, secret = reading.incoming, self.table.hashed_keys
        kept = set(self.table.rows.values_list("key", flat=True)) if secret else set()
        for line, (written, *cells) in sheet.rows:
            plain = as_key(written)
            keys = hashed_keys(self.table.key, plain) if secret else [plain]
            if fault := _key_fault(written, plain, incoming.lines.get(keys[0]), secret):
                reading.faults.append(Note(line, fault))
                continue
            incoming.lines[keys[0]] = line
            incoming.rows[keys[0]] = dict(zip(incoming.columns, cells, strict=True))
            if older := next((key for key in keys[1:] if key in kept and keys[0] not in kept), ""):
                incoming.renamed[keys[0]] = older
        reading.faults.sort(key=lambda fault: fault.line)

    # --- what is stored -------------------------------------------------------------------------------------------

    def stored(self, lock: bool = False) -> dict[str, Cells]:
        rows = self.table.rows.order_by("key")
        return dict((rows.select_for_update() if lock else rows).values_list("key", "values"))

    def state(self, stored: Mapping[str, Cells]) -> str:
        return fingerprint(self.table.key_name, self.table.columns, self.table.hashed_keys, stored)

    def heading(self) -> list[str]:
        return [*([] if self.table.hashed_keys else [self.table.key_name]), *self.table.columns]

    def sheet(self) -> Iterable[Sequence[str]]:
        """Secret keys stay out of it."""
        for key, values in self.table.rows.order_by("key").values_list("key", "values").iterator():
            yield [*([] if self.table.hashed_keys else [key]), *(values.get(name, "") for name in self.table.columns)]

    def shown_key(self, key: str, line: int | None) -> str:
        if not self.table.hashed_keys:
            return key
        return f"the row of line {line}" if line else "a row that the file does not have"

    # --- changing -------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        self.table = LookupTable.objects.select_for_update().get(pk=self.table.pk)

    def named(self, keys: Sequence[str]) -> models.QuerySet[Any]:
        return self.table.rows.filter(key__in=keys)

    def row(self, key: str, cells: Cells) -> models.Model:
        return LookupRow(table=self.table, key=key, values=cells)

    def take_heading(self, incoming: Incoming) -> None:
        table = self.table
        columns = [*table.columns, *(column for column in incoming.columns if column not in table.columns)]
        if (columns, incoming.key_name) != (table.columns, table.key_name):
            table.columns, table.key_name = columns, incoming.key_name
            table.save(update_fields=["columns", "key_name"])


def _unfit(heading: Sequence[str]) -> Iterator[str]:
    first: dict[str, int] = {}
    if len(heading) > MAX_COLUMNS:
        yield f"there are {len(heading)} columns; leave some out, so that there are at most {MAX_COLUMNS}."
    for n, name in enumerate(heading, 1):
        if not name:
            yield f"column {n} has no name; name it, or take it out."
        elif len(name) > _COLUMN_LENGTH:
            yield f"the name of column {n} has {len(name)} characters; shorten it to {_COLUMN_LENGTH}."
        elif name.casefold() in first:
            yield f"columns {first[name.casefold()]} and {n} are both called “{name}”; rename one, or take it out."
        first.setdefault(name.casefold(), n)


def _key_fault(written: str, plain: str, before: int | None, secret: bool) -> str:
    if not written:
        return "the key is empty; write it, or take the row out."
    if not plain:
        return f"the key is longer than {KEY_LENGTH} characters, or has none that can be seen; correct it."
    if before:
        which = "this key" if secret else f"the key “{written}”"
        return f"{which} stands in line {before} too (letter case and spare blanks do not count); keep one of the two."
    return ""
