"""What a step wants done before it can go on: look something up, throw a switch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, assert_never
from uuid import uuid4

from django.db import DatabaseError

from calls import dips, pins
from calls.fetching.words import Deadline
from calls.place import Place
from ivrsite import database
from menus import switches
from menus.dialogue import Deed, Dip, Failed, Flip, Found, Locked, NotFound, Result
from menus.switches import SwitchRefused

log = logging.getLogger(__name__)

SECONDS: Final = 2.0
"""For all that one turn wants done."""


def doer(here: Place, now: datetime) -> Callable[[Deed], Result]:
    """Does the deeds of one turn, all of them within SECONDS from now on. Never raises."""
    clock = Deadline.after(SECONDS)

    def do(deed: Deed) -> Result:
        done = _safely(lambda: _done(deed, here, now, clock))
        _log(deed, here.call, done)
        return done

    return do


def _done(deed: Deed, here: Place, now: datetime, clock: Deadline) -> Result:
    match deed:
        case Dip():
            turn = f"{here.call} {here.state.turn + 1}"
            if deed.pin:
                return pins.guarded(deed, here, now, clock, lambda: dips.ask(deed, turn, clock))
            return dips.ask(deed, turn, clock).result
        case Flip():
            if not here.line:
                return Failed("a draft that is tried out throws no switch")
            database.run(lambda: switches.throw(here.line, deed, now), dips.patience(clock))
            return Found({})
        case _:
            assert_never(deed)


def pretend(tell: Callable[[str], None]) -> Callable[[Dip], Result]:
    """For a call that is tried out: tables and services are really asked, but no PIN is counted.

    `tell` hears, in words, what a real call would do. Never raises.
    """

    def look_up(dip: Dip) -> Result:
        done = _safely(lambda: dips.ask(dip, str(uuid4()), Deadline.after(SECONDS)).result)
        if dip.pin and isinstance(done, NotFound):
            tell("a wrong PIN would be counted")
        return done

    return look_up


def _safely(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except SwitchRefused as fault:
        return Failed(str(fault))
    except (database.DatabaseAway, DatabaseError):
        return Failed("the database is away")
    except TimeoutError:
        return Failed("no time was left in this turn")
    except Exception as fault:
        # Neither its text nor its traceback: they may quote what the caller keyed.
        log.error("a deed failed by a fault of ours: %s at %s", type(fault).__name__, _where(fault))
        return Failed("a fault of the server")


def _where(fault: Exception) -> str:
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"


def _log(deed: Deed, call: str, done: Result) -> None:
    """Names and reasons; never a value, a key or an answer."""
    what = dips.source_name(deed.source) if isinstance(deed, Dip) else f"switch to {deed.kind}"
    match done:
        case Found(_, how):
            log.info("call %s: found: %s", call, how or what)
        case NotFound(how):
            log.info("call %s: not found: %s", call, how or what)
        case Failed(how):
            log.warning("call %s: failed: %s", call, how if how.startswith(what) else f"{what}: {how}")
        case Locked():
            log.warning("call %s: %s was not asked: too many wrong PINs within an hour", call, what)
        case _:
            assert_never(done)
