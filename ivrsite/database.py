"""The database as a call may use it: one deadline for each piece of work, and a breaker while it is away.

A frozen server answers no time-out of its own (statement_timeout, keep-alives and tcp_user_timeout were all tried);
only waiting in our own code with a deadline ends such a wait. psycopg2 has one hook for that, its wait call-back.
"""

from __future__ import annotations

import logging
import select
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

import psycopg2
import psycopg2.extensions
from django.db import DatabaseError, InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_SECONDS: Final = 0.7
"""How long one piece of work on a call's path may wait for the database."""
AWAY_SECONDS: Final = 1.0
"""After a failure: how long no call asks the database at all. Then one call tries for all."""

_waiting = threading.local()
_breaker_lock = threading.Lock()
_away_until = 0.0


class DatabaseAway(Exception):
    """The database did not answer, or not in time. What was to be written belongs in the spool."""


class _TooSlow(psycopg2.OperationalError):
    pass


def watch_waits() -> None:
    """Let every wait for PostgreSQL in this process heed the deadline of its thread. Called once, at start."""
    psycopg2.extensions.set_wait_callback(_wait)


def _wait(conn: Any) -> None:
    """Must only raise: closing the connection in here dead-locks psycopg2, which closes it by itself."""
    until: float | None = getattr(_waiting, "until", None)
    while (state := conn.poll()) != psycopg2.extensions.POLL_OK:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise _TooSlow("the database did not answer in time")
        poller = select.poll()
        reading = state == psycopg2.extensions.POLL_READ
        poller.register(conn.fileno(), select.POLLIN if reading else select.POLLOUT)
        poller.poll(None if left is None else left * 1000 + 1)


def is_away() -> bool:
    return time.monotonic() < _away_until


def run(work: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Do `work` (safe to do twice) within `seconds`. Raises DatabaseAway when the database cannot."""
    global _away_until
    if _away_until:
        with _breaker_lock:
            if is_away():
                raise DatabaseAway("not asked: it was away a moment ago")
            _away_until = time.monotonic() + seconds + AWAY_SECONDS  # this thread tries, the others wait
    started = time.monotonic()
    _waiting.until = started + seconds
    try:
        done = _with_fresh_connection(work, started)
    except (OperationalError, InterfaceError) as fault:
        _trip(fault)
        raise DatabaseAway(str(fault)) from fault
    finally:
        _waiting.until = None
    if _away_until:
        log.warning("the database is back")
        _away_until = 0.0
    return done


def _with_fresh_connection(work: Callable[[], T], started: float) -> T:
    """A kept connection may have died unseen since its last use: then, once, try on a new one."""
    kept = connection.connection is not None and not connection.in_atomic_block
    try:
        return work()
    except (OperationalError, InterfaceError):
        if not kept or time.monotonic() - started > AWAY_SECONDS / 5:
            raise
        drop_connection()
        return work()


def _trip(fault: Exception) -> None:
    global _away_until
    if not _away_until:
        log.error("the database is away; calls go on, records go to the spool: %s", str(fault).strip())
    _away_until = time.monotonic() + AWAY_SECONDS
    drop_connection()


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
