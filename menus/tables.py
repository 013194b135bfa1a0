"""The tables that staff edit, as a call asks them: the values of the row with a key."""

from __future__ import annotations

import unicodedata
from typing import Final

from menus.hashing import hashed, hashed_by_all
from menus.models import LookupRow, LookupTable

KEY_LENGTH: Final = 200
"""Characters of a row's key."""
_HASHED_USE: Final = "table"


class NoSuchTable(LookupError):
    """There is no table of that key."""


def find(table: str, key: str) -> dict[str, str] | None:
    """The values of the row, by column; None: no row has this key, whatever its letter case and blanks.

    One query where the row is found, two where it is not. Raises NoSuchTable, in words for staff, and whatever the
    database raises; opens no transaction.
    """
    plain = as_key(key)
    hashes = hashed_keys(table, plain) if plain else []
    rows = LookupRow.objects.filter(table__key=table, key__in=[plain, *hashes]) if plain else LookupRow.objects.none()
    for kept, values, secret in rows.values_list("key", "values", "table__hashed_keys"):
        if (kept in hashes) if secret else (kept == plain):
            return {str(column): str(value) for column, value in values.items()}
    if not LookupTable.objects.filter(key=table).exists():
        raise NoSuchTable(f"There is no table “{table}”; make one with that key, or let the look-up ask another.")
    return None


def as_key(typed: str) -> str:
    """A key as rows are found by it: letter case and spare blanks do not count. Empty: it can be no row's key."""
    text = unicodedata.normalize("NFC", typed.translate(_UNSEEN).encode("utf-8", "ignore").decode())
    plain = " ".join(text.split()).casefold()
    return plain if len(plain) <= KEY_LENGTH else ""


_UNSEEN: Final = dict.fromkeys(map(ord, "\0\u200b\u200e\u200f\ufeff"))
"""What a copied text brings along and nobody sees; PostgreSQL takes no NUL."""


def kept_key(table: LookupTable, plain: str) -> str:
    """What a row with this key (from `as_key`) is stored under."""
    return hashed(_HASHED_USE, table.key, plain) if table.hashed_keys else plain


def hashed_keys(table: str, plain: str) -> list[str]:
    """What it may be stored under where keys are kept secret: by each key of the site, the present one first."""
    return hashed_by_all(_HASHED_USE, table, plain)
