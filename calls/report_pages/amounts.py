"""Amounts of a report in words: counts, shares, seconds, money, and how they differ from the range before."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NONE: Final = "–"
"""Nothing was counted."""
MANY: Final = 10
"""Times as much, from which no percentage is understood."""


class Change(NamedTuple):
    """Against the range before: readable without its colour or its arrow."""

    arrow: str
    words: str


def count(amount: int) -> str:
    return str(number_format(amount, 0, force_grouping=True))


def percent(share: float | None) -> str:
    """`12 %`; below ten with one place, unless it is 0."""
    if share is None:
        return NONE
    of_hundred = share * 100
    return _("%(number)s %%") % {"number": _rounded(of_hundred, 0 if of_hundred >= 9.95 or not share else 1)}


def of_whole(part: int, share: float | None) -> str:
    """`12 (3.1 %)`"""
    return f"{count(part)} ({percent(share)})" if share is not None else count(part)


def lasting(seconds: float | None) -> str:
    """`1 min 20 s`"""
    if seconds is None:
        return NONE
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": rest}
    return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}


def euros(amount: Decimal | None, places: int = 2) -> str:
    if amount is None:
        return NONE
    return _("€%(amount)s") % {"amount": _rounded(amount, places)}


def _rounded(number: float | Decimal, places: int) -> str:
    """Django's `number_format` alone would cut off what follows."""
    return str(number_format(Decimal(f"{number:.{places}f}"), places, force_grouping=True))


def change(now: float | Decimal | None, before: float | Decimal | None) -> Change | None:
    """`▲ +12 %`; None: there is nothing to compare with."""
    if now is None or not before:
        return None
    times = float(now) / float(before)
    if times >= MANY:
        return Change("▲", _("%(number)s times as much") % {"number": _rounded(times, 0)})
    by = round((times - 1) * 100)
    if not by:
        return Change("=", _("as before"))
    sign, arrow = ("+", "▲") if by > 0 else ("−", "▼")
    return Change(
        arrow, _("%(sign)s%(number)s %%") % {"sign": sign, "number": number_format(abs(by), 0, force_grouping=True)}
    )


def points(now: float | None, before: float | None) -> Change | None:
    """`▲ +3 points`: how many of a hundred more; nothing is said of nothing."""
    if now is None or before is None or not (now or before):
        return None
    by = round((now - before) * 100)
    if not by:
        return Change("=", _("as before"))
    sign, arrow = ("+", "▲") if by > 0 else ("−", "▼")
    return Change(arrow, _("%(sign)s%(number)d points") % {"sign": sign, "number": abs(by)})
