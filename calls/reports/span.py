"""The days a report is about, and those that it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

PRESETS: Final = (7, 30, 90, 365)
"""How many days a page offers, today the last of them."""
USUAL_DAYS: Final = 30
MOST_DAYS: Final = 731


class Span(NamedTuple):
    """Whole local days of a line, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Span:
        """As many days, just before these."""
        length = timedelta(days=self.days)
        return Span(self.first - length, self.last - length)

    @property
    def each(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(self.days))

    @property
    def query(self) -> str:
        """What asks for these days again, in an address."""
        return f"from={self.first}&to={self.last}"


class Asked(NamedTuple):
    """What somebody asked for, and what was wrong with it."""

    span: Span
    days: int | None
    """The preset that it is; None: days of their own."""
    fault: str = ""
    """`dates`, `order`, `long` or `days`; the usual days are shown then."""


def read_asked(asked: Mapping[str, str], today: date) -> Asked:
    """From `?days=30` or `?from=2026-03-01&to=2026-03-31`; one of the two left out is the earliest, or today."""
    first, last, days = (asked.get(name, "").strip() for name in ("from", "to", "days"))
    if first or last:
        return _between(first, last, today)
    if not days:
        return _usual(today)
    if not (days.isascii() and days.isdecimal() and len(days) < 6 and int(days) > 0):
        return _usual(today, "days")
    if int(days) > MOST_DAYS:
        return _usual(today, "long")
    return Asked(latest(int(days), today), int(days))


def read_span(asked: Mapping[str, str], today: date) -> Span:
    return read_asked(asked, today).span


def latest(days: int, today: date) -> Span:
    return Span(today - timedelta(days=days - 1), today)


def _usual(today: date, fault: str = "") -> Asked:
    return Asked(latest(USUAL_DAYS, today), USUAL_DAYS, fault)


def _between(first: str, last: str, today: date) -> Asked:
    try:
        ends = date.fromisoformat(last) if last else today
        begins = date.fromisoformat(first) if first else ends - timedelta(days=USUAL_DAYS - 1)
    except (ValueError, OverflowError):
        return _usual(today, "dates")
    span = Span(begins, ends)
    if span.days < 1:
        return _usual(today, "order")
    if span.days > MOST_DAYS:
        return _usual(today, "long")
    if begins.year < 2000 or ends.year > 9000:  # the span before must be a date, too
        return _usual(today, "dates")
    return Asked(span, None)
