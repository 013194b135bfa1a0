"""Work that no caller waits for, on a thread of each server process: replay the spool, summarise calls that ended,
and keep the live versions at hand. Killed at any moment it loses nothing; the next round finds the same work."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import DatabaseError, reset_queries
from django.db.models import Count, F
from django.utils import timezone

from calls import journal, spool
from calls.models import Call
from calls.summary import summarise_call
from ivrsite import database
from menus import live

log = logging.getLogger(__name__)

ROUND_SECONDS: Final = 1.0
LATE_ROUND_SECONDS: Final = 30.0
_AT_ONCE: Final = 200

_started = threading.Lock()


def start() -> None:
    """Begin, once in this process. Called by the server's start, never by a management command."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_run, name="keeper", daemon=True).start()


def _run() -> None:
    looked_for_late = time.monotonic()
    lock: IO[str] | None = None
    while True:
        try:
            lock = lock or _only_one_here()
            live.refresh()
            if lock:
                late = time.monotonic() - looked_for_late > LATE_ROUND_SECONDS
                looked_for_late = time.monotonic() if late else looked_for_late
                settle(late=late)
        except database.DatabaseAway:
            pass  # said once by the breaker
        except Exception:
            log.exception("the keeper stumbled; it goes on")
        reset_queries()
        time.sleep(ROUND_SECONDS)


def settle(*, late: bool = True) -> None:
    """One round: everything that is due. Raises DatabaseAway."""
    if not spool.is_empty():
        touched = journal.replay()
        log.warning("the spool is replayed; %d calls touched", len(touched))
    if late:
        database.run(_forget_outdated_summaries, seconds=5)
    for uuid in database.run(_due, seconds=5):
        _summarise(uuid)


def _due() -> list[str]:
    due = Call.objects.filter(summarised_at=None, ended_at__isnull=False).order_by("ended_at")
    return list(due.values_list("uuid", flat=True)[:_AT_ONCE])


def _summarise(uuid: str) -> None:
    try:
        database.run(lambda: summarise_call(uuid), seconds=5)
    except DatabaseError:
        log.exception("call %s cannot be summarised", uuid)


def _forget_outdated_summaries() -> None:
    """A key that arrived after `completed` is one more turn than the summary counted."""
    recent = Call.objects.filter(started_at__gt=timezone.now() - timedelta(hours=1), summarised_at__isnull=False)
    counted = recent.annotate(turns_now=Count("turns")).exclude(turns_now=F("turn_count"))
    Call.objects.filter(uuid__in=list(counted.values_list("uuid", flat=True)[:_AT_ONCE])).update(summarised_at=None)


def _only_one_here() -> IO[str] | None:
    """One process of a host replays and summarises; when it dies, the lock goes to the next."""
    path = Path(settings.DATA_DIR) / "keeper.lock"
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
