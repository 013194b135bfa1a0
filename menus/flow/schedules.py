"""When a place is open, and its holidays. Pure; `menus.hours` tells what follows from them."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from menus.flow.parts import Label, Part, Prompt, Zone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
Hours24 = Annotated[
    str,
    StringConstraints(pattern=rf"^{_CLOCK}-(?:{_CLOCK}|24:00)$"),
    AfterValidator(lambda hours: re.sub("-00:00$", "-24:00", hours)),
]
"""Local wall-clock time, `08:00-17:00`; `24:00` ends the day; an end at or before the start is the next day's."""

_ORDINAL = "1st|2nd|3rd|4th|5th|last"
_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
HOLIDAY_WHEN: Final = re.compile(
    rf"(?:(?P<date>\d{{4}}-\d\d-\d\d)|(?P<yearly>\d\d-\d\d)"
    rf"|(?P<ordinal>{_ORDINAL}) (?P<weekday>{_DAY}) of (?P<month>{_MONTH})"
    rf"|(?P<easter>easter))(?: ?(?P<sign>[+-]) ?(?P<days>\d{{1,3}})(?: days?)?)?"
)


def _holiday_when(value: str) -> str:
    value = " ".join(value.lower().split())
    match = HOLIDAY_WHEN.fullmatch(value)
    if not match:
        raise ValueError(
            f"“{value}” is not a day; write 12-25 (every year), 2026-12-25, "
            "“4th thursday of november”, “last monday of may” or “easter - 2”"
        )
    day = match["date"] or (match["yearly"] and f"2024-{match['yearly']}")
    try:
        date.fromisoformat(day or "2024-01-01")
    except ValueError:
        raise ValueError(f"“{value}” is not in the calendar; look at its month and day") from None
    return value


def _in_order(weekly: dict[Weekday, tuple[str, ...]]) -> dict[Weekday, tuple[str, ...]]:
    """One way to write the same week."""
    return {day: tuple(sorted(set(weekly[day]))) for day in WEEKDAYS if weekly.get(day)}


class Opening(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"


class Holiday(Part):
    """A day by date or rule; `closed` says which part of it (left out: the whole day); `words` are said first."""

    name: Label
    when: Annotated[str, BeforeValidator(str), AfterValidator(_holiday_when)]
    closed: Hours24 | None = None
    words: Prompt = Prompt()


class Schedule(Part):
    """When a place is open, in its own wall-clock time. A weekday left out is closed."""

    name: Label
    timezone: Zone | None = None
    weekly: Annotated[dict[Weekday, tuple[Hours24, ...]], AfterValidator(_in_order)] = Field(default_factory=dict)
    holidays: tuple[Holiday, ...] = ()
