"""A heading and rows as the bytes of a CSV or XLSX file."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, count, islice
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter  # type: ignore[import-untyped]

from calls.exports.cells import Cell, Rows, cleaned, guarded, in_words, is_dangerous

CHUNK_ROWS: Final = 200
SHEET_ROWS: Final = 1_048_576
"""Of one sheet, its heading included: Excel reads no more."""
BOM: Final = "\ufeff"
_WIDTH: Final = 18


class _Lines(list[str]):
    """What csv writes its lines to."""

    def write(self, line: str) -> None:
        self.append(line)


def csv_chunks(heading: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """RFC 4180, UTF-8 with a mark that spreadsheets know it by."""
    lines = _Lines([BOM])
    writer = csv.writer(lines, lineterminator="\r\n")
    for number, row in enumerate(chain([heading], rows), 1):
        writer.writerow([_as_text(cell) for cell in row])
        if number % CHUNK_ROWS == 0:
            yield "".join(lines).encode()
            lines.clear()
    if lines:
        yield "".join(lines).encode()


def _as_text(cell: Cell) -> str | int | float:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cleaned(cell))
        case bool():
            return in_words(cell)
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M:%S}"
        case date():
            return cell.isoformat()
        case _:
            return cell


def xlsx_file(heading: Sequence[str], rows: Rows, sheet_rows: int = SHEET_ROWS) -> IO[bytes]:
    """Opened to be read, and gone from the disk when it is closed. Needs the file's size there, several times over."""
    with tempfile.TemporaryDirectory(prefix="ivr-export-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd hh:mm:ss",
            "remove_timezone": True,
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            book.use_zip64()
            _write(book, heading, rows, sheet_rows)
        return path.open("rb")


def _write(book: Any, heading: Sequence[str], rows: Rows, sheet_rows: int) -> None:
    left = iter(rows)
    bold = book.add_format({"bold": True})
    text = book.add_format({"quote_prefix": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for page in count():
        first = next(left, None)
        if first is None and page:
            return
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(heading) - 1), _WIDTH)
        for column, name in enumerate(heading):
            sheet.write_string(0, column, cleaned(name), bold)
        of_page = islice(left, sheet_rows - 2)
        for number, row in enumerate(of_page if first is None else chain([first], of_page), 1):
            for column, cell in enumerate(row):
                _put(sheet, number, column, cell, text, day)


def _put(sheet: Any, row: int, column: int, cell: Cell, text: Any, day: Any) -> None:
    match cell:
        case None | "":
            return
        case str():
            kept = cleaned(cell)
            # Edited in Excel, such a text would become a formula but for that format.
            sheet.write_string(row, column, kept, text if is_dangerous(kept) else None)
        case bool():
            sheet.write_string(row, column, in_words(cell))
        case datetime():
            sheet.write_datetime(row, column, cell)
        case date():
            sheet.write_datetime(row, column, cell, day)
        case _:
            sheet.write_number(row, column, cell)
