"""From an answer to values: only single words and numbers, as text that can do nothing but be said. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from calls.fetching import Json
from menus.flow import MAX_VALUE, Fetched

_READ: Final = 20 * MAX_VALUE
"""Characters of a text that are looked at."""
# Control characters but white space, halves of characters, and what turns the direction of writing.
_UNSEEN: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_INDEX: Final = re.compile(r"[0-9]{1,6}", re.ASCII)


class NoField(LookupError):
    """There is no such field, or it holds no single value. Its text is the field's name, as staff wrote it."""


def at(answer: Json, path: str) -> Json:
    """What stands at `visits.0.date`; None where there is nothing."""
    found = answer
    for part in path.split("."):
        match found:
            case dict():
                found = found.get(part)
            case list() if _INDEX.fullmatch(part) and int(part) < len(found):
                found = found[int(part)]
            case _:
                return None
    return found


def is_found(answer: Json, path: str) -> bool:
    """Whether the field is there, and neither false nor empty; nought is a number like any other."""
    if not path:
        return True
    found = at(answer, path)
    return found is not None and found is not False and found not in ("", [], {})


def values(wanted: Iterable[Fetched], look: Callable[[str], Json]) -> dict[str, str]:
    """Each wanted value as text. Raises NoField."""
    found: dict[str, str] = {}
    for fetched in wanted:
        text = as_text(look(fetched.field))
        if text is None:
            raise NoField(fetched.field)
        found[fetched.value] = text
    return found


def as_text(value: Json) -> str | None:
    """A single value in one line of at most MAX_VALUE characters; None for what is none."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return " ".join(_UNSEEN.sub("", value[:_READ]).split())[:MAX_VALUE]
        case int():
            return str(value)[:MAX_VALUE]
        case Decimal():
            return f"{value:f}"[:MAX_VALUE]
        case _:
            return None
