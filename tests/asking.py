"""Questions to the database, and faults of it, as the tests of its breaker and of its waits put them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import pytest
from django.db import OperationalError, connection

from calls.models import Event
from ivrsite import database

MARGIN: Final = 0.6
"""What a busy machine may add to a time."""


def ask(sql: str = "SELECT 1") -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def a_row(digest: str) -> Event:
    return Event(digest=digest, received_at=datetime.now(UTC))


def broken() -> None:
    raise OperationalError("the server closed the connection unexpectedly")


def seconds_of(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def away(work: Callable[[], object] = broken, **patience: float) -> str:
    """Why the database is said to be away."""
    with pytest.raises(database.DatabaseAway) as raised:
        database.run(work, **patience)
    return str(raised.value)
