"""A CSV file, however a spreadsheet wrote it, as a heading and rows of text. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MAX_BYTES: Final = 10_000_000
MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 20
MAX_CELL: Final = 200
"""Characters of one cell."""
SEPARATORS: Final = ",;\t"
_SAVE_AS: Final = "In the spreadsheet choose “Save as”, then “CSV UTF-8”, and take that file."
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DAMAGED: Final = re.compile(
    r"[0-9]([.,][0-9]+)?E\+[0-9]+|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|#+)", re.IGNORECASE
)
_DANGEROUS: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


class Unreadable(ValueError):
    """The file as a whole; in words for staff."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said about a line of the file, the heading being line 1."""

    line: int
    words: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.words}"


@dataclass(slots=True)
class Sheet:
    heading: list[str]
    heading_line: int
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    """Each with the line that it begins on, and as many cells as the heading."""
    faults: list[Note] = field(default_factory=list)
    notices: list[Note] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is to be said about the whole file."""


def read_sheet(data: bytes) -> Sheet:
    """UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab. Blank lines are skipped. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"The file is larger than {MAX_BYTES // 1_000_000} MB; split it, or leave out columns.")
    text, remarks = _text(data)
    separator, text, skipped = _separator(text)
    records = _records(text, separator, skipped)
    line, heading = next(records, (1, []))
    if isinstance(heading, str):
        raise Unreadable(str(Note(line, heading)))
    sheet = Sheet(_without_tail(heading), line, remarks=remarks)
    if not sheet.heading:
        raise Unreadable("The file is empty; its first line must name the columns.")
    for line, cells in records:
        if len(sheet.rows) + len(sheet.faults) == MAX_ROWS:
            sheet.faults.append(Note(line, f"this is more than {MAX_ROWS:,} rows; split the file."))
            break
        _take(sheet, line, cells)
    return sheet


def guarded(cell: str) -> str:
    """The cell so that a spreadsheet takes it for text and not for a formula; `read_sheet` takes the mark off again."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


# --- from bytes to text -----------------------------------------------------------------------------------------


def _text(data: bytes) -> tuple[str, list[str]]:
    if data.startswith(_WORKBOOKS):
        raise Unreadable(f"This is a workbook and not a CSV file. {_SAVE_AS}")
    text, remarks = _decoded(data)
    if "\0" in text:
        raise Unreadable(f"This is no text. {_SAVE_AS}")
    return text, remarks


def _decoded(data: bytes) -> tuple[str, list[str]]:
    codec = next((codec for bom, codec in _BOMS if data.startswith(bom)), "utf-8")
    if codec == "utf-8" and b"\0" in data[:2]:
        codec = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    try:
        return data.decode(codec), []
    except UnicodeDecodeError:
        if codec != "utf-8":
            raise Unreadable(f"The file is damaged: it begins as {codec} and does not go on so. {_SAVE_AS}") from None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(f"The letters of this file cannot be read. {_SAVE_AS}") from None
    return text, [f"Read as Windows-1252: look whether letters like é are right. If not: {_SAVE_AS}"]


def _separator(text: str) -> tuple[str, str, int]:
    """The separator, the text without a line that only names it (Excel's `sep=;`), and how many lines that was."""
    if named := re.match(r"sep=([,;\t])(\r\n|\n|\r|$)", text, re.IGNORECASE):
        return named[1], text[named.end() :], 1
    heading = re.sub(r'"[^"]*"', "", next((line for line in io.StringIO(text) if line.strip()), ""))
    return max(SEPARATORS, key=heading.count), text, 0


# --- from text to cells -----------------------------------------------------------------------------------------


def _records(text: str, separator: str, skipped: int) -> Iterator[tuple[int, list[str] | str]]:
    """The line that each record begins on, with its cells or what is wrong with it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = [_cell(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            goes_on = "expected after" in str(error)
            yield line, _MISQUOTED if goes_on else _UNCLOSED
            if not goes_on:
                return
        else:
            if any(cells):
                yield line, cells


_MISQUOTED: Final = (
    "a cell has a double quote in its middle; put the cell in double quotes, and write each in it twice."
)
_UNCLOSED: Final = "a double quote opens a cell here and is never closed; close it, or take it out."


def _cell(written: str) -> str:
    text = _CONTROLS.sub(" ", written).strip()
    return text[1:] if _GUARDED.match(text) else text


def _take(sheet: Sheet, line: int, cells: list[str] | str) -> None:
    fault = cells if isinstance(cells, str) else _misfit(sheet.heading, _without_tail(cells), len(cells))
    if fault or isinstance(cells, str):
        sheet.faults.append(Note(line, fault))
        return
    sheet.rows.append((line, cells[: len(sheet.heading)]))
    for column, cell in zip(sheet.heading, cells, strict=False):
        if len(cell) < 20 and _DAMAGED.fullmatch(cell):
            sheet.notices.append(Note(line, _damage(column)))


def _misfit(heading: list[str], filled: list[str], written: int) -> str:
    if len(filled) > len(heading):
        return f"it has {len(filled)} cells, and the heading names {len(heading)}; a text with a comma needs quotes."
    if written < len(heading):
        return f"it has {written} of {len(heading)} cells; write the empty ones too."
    for column, cell in zip(heading, filled, strict=False):
        if len(cell) > MAX_CELL:
            return f"the cell under “{column}” has {len(cell)} characters; shorten it to {MAX_CELL}."
    return ""


def _damage(column: str) -> str:
    return (
        f"the cell under “{column}” looks like what a spreadsheet made of a longer number or a formula; "
        "if so, format the column as text there, and save it anew."
    )


def _without_tail(cells: list[str]) -> list[str]:
    """Spreadsheets write empty columns after the last one."""
    last = max((n for n, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]
