"""The database as a call may use it: one deadline for each piece of work, and a breaker while it is away.

A frozen server answers no time-out of its own (statement_timeout, keep-alives and tcp_user_timeout were all tried);
only waiting in our own code with a deadline ends such a wait. psycopg2 has one hook for that, its wait call-back.
SQLite waits for its lock in its own code, for as long as it was told last: it is told before each statement.
"""

from __future__ import annotations

import logging
import math
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, Final, TypeVar

import psycopg2
import psycopg2.extensions
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.7
"""How long one piece of work on a call's path may wait for the database."""
CALL_SECONDS: Final = 1.0
"""How long one webhook may wait for it in all, however many pieces of work it has."""
AWAY_SECONDS: Final = 5.0
"""After a failure: how long no call asks by itself. A server's keeper looks every second; no caller waits for that."""
PAGE_SECONDS: Final = 30.0
"""In a server, how long anything else may wait for one statement: a frozen page holds a thread that calls need."""
LOCK_SECONDS: Final = 2.0
"""In a server, how long PostgreSQL lets a statement wait for a lock."""
_STALE_SECONDS: Final = 0.2
"""A kept connection that died unseen fails at once; what fails later is no stale connection."""


class DatabaseAway(Exception):
    """The database did not answer, or not in time. What was to be written belongs in the spool."""


class _TooSlow(psycopg2.OperationalError):
    pass


class _Mine(threading.local):
    """What this thread may wait for the database, by the monotonic clock."""

    until: float | None = None
    """The end of the piece of work that it does now."""
    latest: float = math.inf
    """The end of the whole webhook."""


_mine = _Mine()
_sqlite_turn = threading.Lock()
"""SQLite lets one write at a time, and whoever waits for that only looks now and then: in line, nobody is passed by."""
_breaker_lock = threading.Lock()
_away_until = 0.0


def watch_waits() -> None:
    """Let every wait for PostgreSQL in this process end. For servers: with it psycopg2 can do no COPY."""
    psycopg2.extensions.set_wait_callback(_wait)
    connection_created.connect(_bound_locks)


def _bound_locks(connection: Any, **_: Any) -> None:
    """Whom we no longer wait for the server still lets wait for the lock: soon that would be all its connections."""
    if connection.vendor == "postgresql":
        with connection.connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS:g}s'")


def _wait(conn: Any) -> None:
    """Must only raise: closing the connection in here dead-locks psycopg2, which closes it by itself."""
    until = _mine.until or time.monotonic() + PAGE_SECONDS
    while (state := conn.poll()) != psycopg2.extensions.POLL_OK:
        left = until - time.monotonic()
        if left <= 0:
            raise _TooSlow("the database did not answer in time")
        poller = select.poll()
        reading = state == psycopg2.extensions.POLL_READ
        poller.register(conn.fileno(), select.POLLIN if reading else select.POLLOUT)
        poller.poll(left * 1000 + 1)


def is_away() -> bool:
    return time.monotonic() < _away_until


@contextmanager
def patience(seconds: float = CALL_SECONDS) -> Iterator[None]:
    """All that is run inside waits no longer than this in all."""
    _mine.latest = time.monotonic() + seconds
    try:
        yield
    finally:
        _mine.latest = math.inf


@contextmanager
def elsewhere() -> Iterator[None]:
    """What is waited for inside is not the database, and takes nothing from the time that the webhook has for it."""
    began = time.monotonic()
    try:
        yield
    finally:
        _mine.latest += time.monotonic() - began


def run(work: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Do `work` (safe to do twice) within `seconds`. Raises DatabaseAway when the database cannot.

    Inside other work it is part of that, with its deadline and its failure.
    """
    global _away_until
    if _mine.until is not None:
        return work()
    until = min(time.monotonic() + seconds, _mine.latest)
    if until <= time.monotonic():
        raise DatabaseAway("not asked: this call has waited long enough")
    if _away_until:
        with _breaker_lock:
            if is_away():
                raise DatabaseAway("not asked: it was away a moment ago")
            _away_until = until + AWAY_SECONDS  # this thread tries, the others wait
    return _attempt(work, until, patient=seconds > PATIENCE_SECONDS)


def look() -> bool:
    """Whether the database answers, asked anew if it was away: for the keeper, for whom no caller waits."""
    if _away_until:
        try:
            _attempt(_probe, time.monotonic() + PATIENCE_SECONDS, patient=False)
        except DatabaseAway:
            return False
    return True


def _probe() -> None:
    """In a transaction: SQLite then shows whether it can be written to."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _attempt(work: Callable[[], T], until: float, *, patient: bool) -> T:
    """Patient work that runs out of time is merely slow; it says nothing about the database."""
    try:
        with _deadline(until, patient):
            done = _with_fresh_connection(work, time.monotonic())
    except (OperationalError, InterfaceError) as fault:
        drop_connection()
        if not patient or time.monotonic() < until:
            _trip(fault)
        raise DatabaseAway(str(fault).strip()) from fault
    except Exception:
        _answered()
        raise
    _answered()
    return done


@contextmanager
def _deadline(until: float, patient: bool) -> Iterator[None]:
    _mine.until = until
    try:
        with _sqlite_deadline(until, patient) if connection.vendor == "sqlite" else nullcontext():
            yield
    finally:
        _mine.until = None


@contextmanager
def _sqlite_deadline(until: float, patient: bool) -> Iterator[None]:
    in_line = not patient  # what is patient may be slow, and must not hold up the line
    if in_line and not _sqlite_turn.acquire(timeout=max(0, until - time.monotonic())):
        raise OperationalError("the database was locked for too long")
    try:
        with connection.execute_wrapper(_wait_no_longer):
            yield
    finally:
        if in_line:
            _sqlite_turn.release()
        if connection.connection is not None:
            _tell_sqlite(connection.settings_dict["OPTIONS"].get("timeout", 5))


def _wait_no_longer(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    _tell_sqlite(max(0, (_mine.until or 0) - time.monotonic()))
    return execute(sql, params, many, context)


def _tell_sqlite(seconds: float) -> None:
    """Straight to the driver: this is no query of anybody's."""
    connection.connection.execute(f"PRAGMA busy_timeout = {math.ceil(seconds * 1000)}")


def _with_fresh_connection(work: Callable[[], T], started: float) -> T:
    """A kept connection may have died unseen since its last use: then, once, try on a new one."""
    kept = connection.connection is not None and not connection.in_atomic_block
    try:
        return work()
    except (OperationalError, InterfaceError):
        if not kept or time.monotonic() - started > _STALE_SECONDS:
            raise
        drop_connection()
        return work()


def _trip(fault: Exception) -> None:
    global _away_until
    if not _away_until:
        log.error("the database is away; calls go on, records go to the spool: %s", str(fault).strip())
    _away_until = time.monotonic() + AWAY_SECONDS


def _answered() -> None:
    global _away_until
    if _away_until:
        log.warning("the database is back")
        _away_until = 0.0


def drop_connection() -> None:
    """Forget this thread's connection, whatever state it is in. Inside a transaction it is left alone (tests)."""
    if connection.in_atomic_block:
        return
    try:
        connection.close()
    except (DatabaseError, psycopg2.Error):
        connection.connection = None


def forget_away() -> None:
    """For tests: the breaker as after a start."""
    global _away_until
    _away_until = 0.0
