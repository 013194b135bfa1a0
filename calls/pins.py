"""Wrong PINs are counted over all calls, under keyed hashes: ten an hour of one caller, and ten for one account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from calls import dips, journal
from calls.dips import Told
from calls.fetching.words import Deadline
from calls.journal import Record
from calls.models import WrongPin
from calls.place import Place
from ivrsite import database
from menus.dialogue import Dip, Found, Locked, Result
from menus.flow import VALUES
from menus.hashing import hashed_by_all

log = logging.getLogger(__name__)

AN_HOUR: Final = timedelta(hours=1)
MAX_AN_HOUR: Final = 10
_KEPT: Final = timedelta(days=1)


class _Try(NamedTuple):
    """One try with a PIN, as it is counted: for the caller, and for the account."""

    call: str
    n: int
    at: datetime
    counted: tuple[list[str], list[str]]
    """Each under the present key, and then under those before."""


def guarded(dip: Dip, here: Place, now: datetime, clock: Deadline, ask: Callable[[], Told]) -> Result:
    """Ask, unless it was tried too often. Raises DatabaseAway and TimeoutError: what cannot be counted is not tried.

    A try counts before it is made, and no longer once it was right: of many made at the same moment no more pass
    than of those made one by one, and a webhook that comes twice is one try.
    """
    made = _Try(here.call, here.state.turn + 1, now, (_caller(here), _account(dip)))
    fresh = database.run(lambda: _count(made), dips.patience(clock))
    if database.run(lambda: _too_many(made), dips.patience(clock)):
        _take_back(made, fresh)
        return Locked()
    told = ask()
    if isinstance(told.result, Found) or not told.judged:
        _take_back(made, fresh)
    return told.result


def forget_old(now: datetime) -> None:
    """For the keeper."""
    WrongPin.objects.filter(at__lt=now - _KEPT).delete()


def _caller(here: Place) -> list[str]:
    """Callers who hide their number have nothing in common: each call is a caller, and the account is counted."""
    return hashed_by_all("pin caller", here.state.values.get("caller", "").removeprefix("+") or here.call)


def _account(dip: Dip) -> list[str]:
    """Where it was asked, and for whom: by what the caller told, else by their number, else for everybody."""
    told = set(dip.given) - set(dip.pin) - VALUES - {"language"}
    whom = sorted(told or {"caller"}.intersection(dip.given))
    return hashed_by_all("pin account", dips.source_name(dip.source), *(dip.given[name] for name in whom))


def _count(made: _Try) -> list[str]:
    """Gives what was not counted yet."""
    whose = [hashes[0] for hashes in made.counted]
    rows = [Record("wrong_pin", {"who": who, "at": made.at, "call_uuid": made.call, "n": made.n}) for who in whose]
    return [who for who, row in zip(whose, rows, strict=True) if journal.write(row)]


def _too_many(made: _Try) -> bool:
    recent = WrongPin.objects.filter(at__gt=made.at - AN_HOUR)
    return any(recent.filter(who__in=hashes).count() > MAX_AN_HOUR for hashes in made.counted)


def _take_back(made: _Try, fresh: list[str]) -> None:
    rows = WrongPin.objects.filter(who__in=fresh, call_uuid=made.call, n=made.n)
    try:
        if fresh:
            database.run(rows.delete)
    except database.DatabaseAway:
        log.warning("a right PIN stays counted as a wrong one for an hour: the database is away")
