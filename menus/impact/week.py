"""What differs in a schedule's week: “Friday closes at 15:00, was 17:00.” Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from menus.impact.names import DAYS
from menus.impact.said import Found


def week(was: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> Iterator[Found]:
    for day, name in DAYS.items():
        old, new = was.get(day, ()), now.get(day, ())
        if tuple(old) != tuple(new):
            yield Found(_day(name, old, new))


def _day(name: str, old: Sequence[str], new: Sequence[str]) -> str:
    if len(old) == len(new) == 1:
        (opened, closed), (opens, closes) = old[0].split("-"), new[0].split("-")
        if opened == opens:
            return f"{name} closes at {closes}, was {closed}."
        if closed == closes:
            return f"{name} opens at {opens}, was {opened}."
    return f"{name} is {_hours(new)}, was {_hours(old)}."


def _hours(hours: Sequence[str]) -> str:
    return f"open {' and '.join(text.replace('-', '–') for text in hours)}" if hours else "closed"
