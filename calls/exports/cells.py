"""What one cell may hold, so that a spreadsheet takes text for text and never for a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext

Cell = str | int | float | bool | Decimal | date | datetime | None
"""A moment is written as it is on its clock: give it in the zone that the column names."""
Rows = Iterable[Sequence[Cell]]

LONGEST: Final = 32_000
"""Characters; Excel takes 32,767."""
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BEGINS: Final = frozenset("=+-@\t\r\n−")
_PASSED_OVER: Final = frozenset("\"'`“”‘’«»,;|")
"""Quotes and separators: a reader that takes one for the end of a cell begins the next one behind it."""
_ENDS: Final = re.compile(r"(?<=[;\t\r\n])")
"""What a cell may end with, to a reader that knows no quotes."""
_NUMBER: Final = re.compile(r"0[0-9]+|[0-9]{12,}|[0-9]+(\.[0-9]+)?[eE][0-9]+")
"""Text that would lose its leading zeros or its last digits as a number."""


def cleaned(text: str) -> str:
    """Without what no file of ours may hold."""
    return _CONTROLS.sub("", text)[:LONGEST]


def is_dangerous(text: str) -> bool:
    """It could be taken for a formula, also when it is read without its quotes (OWASP, CSV injection)."""
    if not text or (text[0].isalnum() and text[0].isascii()):
        return False
    for sign in text:
        if sign in _BEGINS or unicodedata.normalize("NFKC", sign)[:1] in _BEGINS:
            return True
        if sign not in _PASSED_OVER and unicodedata.category(sign)[0] not in "ZC":
            return False
    return False


def guarded(text: str) -> str:
    """With an apostrophe before it where a spreadsheet would make a formula or another number of it.

    Where a comma is the decimal sign, Excel takes a semicolon for the end of a cell, though it stands within quotes.
    """
    first, *more = _ENDS.split(text)
    begin = "'" if is_dangerous(text) or _NUMBER.fullmatch(text) else ""
    return "".join([begin, first, *(f"'{part}" if is_dangerous(part) else part for part in more)])


def in_words(value: bool) -> str:
    return gettext("yes") if value else gettext("no")
