"""Look-ups on a call: a table or a service is asked. What it says becomes values or a reason, never anything else."""

from __future__ import annotations

from typing import Final, NamedTuple, assert_never

from django.db import DatabaseError

from calls import fetching
from calls.dips import answers, filling, hosts
from calls.dips.answers import NoField
from calls.dips.filling import NothingGiven, Unfit
from calls.fetching import Fault, FetchFailed
from calls.fetching.words import Deadline
from ivrsite import database
from menus import tables
from menus.dialogue import Dip, Failed, Found, NotFound
from menus.flow import VALUES, HttpSource, TableSource

__all__ = ["Told", "ask", "patience", "source_name"]


class Told(NamedTuple):
    """What came of asking."""

    result: Found | NotFound | Failed
    judged: bool = True
    """Whether whoever was asked had what was sent before them, and answered. Then a PIN that did not fit was wrong."""


def ask(dip: Dip, turn: str, clock: Deadline) -> Told:
    """Before `clock` ends. `turn` names the call and its turn: a service is told by it what was asked twice."""
    try:
        if fault := _fault(dip):
            return _not_asked(fault)
        match dip.source:
            case TableSource():
                return _ask_table(dip.source, dip, clock)
            case HttpSource():
                return _ask_service(dip.source, dip, turn, clock)
            case _:
                assert_never(dip.source)
    except TimeoutError:
        return _not_asked("no time was left in this turn")


def source_name(source: TableSource | HttpSource) -> str:
    """For the log and for staff: `table accounts`, `crm.example.com`."""
    return f"table {source.table}" if isinstance(source, TableSource) else filling.host(source.url)


def patience(clock: Deadline) -> float:
    """How many seconds a turn that ends with `clock` may wait for the database now. Raises TimeoutError: none."""
    return min(clock.left(), database.PATIENCE_SECONDS)


def _not_asked(why: str) -> Told:
    return Told(Failed(why), judged=False)


def _fault(dip: Dip) -> str:
    """What this look-up may not do, whatever the flow says."""
    for fetched in dip.wanted:
        if fetched.value in VALUES or fetched.value in dip.pin:
            return f"“{fetched.value}” is the call's own; give what is looked up another name"
    lacking = [name for name in dip.pin if not dip.given.get(name)]
    return f"there is no {lacking[0]} any more; ask for it again before the look-up" if lacking else ""


# --- a table ----------------------------------------------------------------------------------------------------


def _ask_table(source: TableSource, dip: Dip, clock: Deadline) -> Told:
    began, name = clock.ms(), source_name(source)
    try:
        key = filling.filled(source.key, dip.given)
        row = database.run(lambda: tables.find(source.table, key), patience(clock))
        how = f"{name}, {clock.ms() - began} ms"
        if row is None:
            return Told(NotFound(how))
        return Told(Found(answers.values(dip.wanted, lambda column: row.get(column)), how))
    except Unfit as fault:
        return _not_asked(f"{name}: {fault}")
    except tables.NoSuchTable:
        return _not_asked(f"{name}: there is no such table")
    except (database.DatabaseAway, DatabaseError):
        return _not_asked(f"{name}: the database is away")
    except NoField as missing:
        return Told(Failed(f"{name}: the row has no “{missing}”"))


# --- a service --------------------------------------------------------------------------------------------------

_WORDS: Final = {
    Fault.REFUSED_URL: "its address may not be asked",
    Fault.REFUSED_HOST: "this host is not allowed; a number manager allows it under Allowed hosts",
    Fault.REFUSED_REQUEST: "a header or what is sent holds what may not be sent",
    Fault.REFUSED_ADDRESS: "its name leads to an address that is not public",
}
_JUDGED: Final = frozenset({Fault.STATUS, Fault.REDIRECT, Fault.TOO_LONG, Fault.NOT_JSON})
"""The service had the request and answered something; a page with “wrong PIN” is no JSON either."""


def _ask_service(source: HttpSource, dip: Dip, turn: str, clock: Deadline) -> Told:
    name = source_name(source)
    try:
        request = filling.request(source, dip.given, turn)
        allowed = hosts.allowed(patience(clock))
        with database.elsewhere():
            answer = fetching.fetch(request, allowed, clock.left())
        how = f"{name}, {answer.ms} ms"
        if answer.status == fetching.NOT_FOUND or not answers.is_found(answer.body, source.found_field):
            return Told(NotFound(how))
        return Told(Found(answers.values(dip.wanted, lambda path: answers.at(answer.body, path)), how))
    except NothingGiven as missing:
        return Told(NotFound(f"{name}: there is no {missing} to ask by"), judged=False)
    except Unfit as fault:
        return _not_asked(f"{name}: {fault}")
    except hosts.NoneKnown:
        return _not_asked(f"{name}: which hosts are allowed is not known while the database is away")
    except NoField as missing:
        return Told(Failed(f"{name}: the answer has no field “{missing}”"))
    except FetchFailed as failed:
        return Told(Failed(_why(name, failed)), judged=failed.reason in _JUDGED and (failed.status or 0) < 500)


def _why(name: str, failed: FetchFailed) -> str:
    words = _WORDS.get(failed.reason, failed.reason.replace("_", " "))
    return f"{name}: {words}{f' {failed.status}' if failed.status else ''}, {failed.ms} ms"
