"""Work that no caller waits for, on a thread of each server process: see whether the database is back, replay the
spool, summarise calls that ended and count their days, keep the live versions at hand, and publish what is booked.
Killed at any moment it loses nothing; the next round finds the same work."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import reset_queries
from django.db.models import Count, F, Q
from django.utils import timezone

from calls import callers, journal, pins, spool, tallies
from calls.closing import Closing
from calls.inbox.worker import Worker
from calls.models import Call, Event, EventKind
from calls.summary import summarise_call
from ivrsite import database
from menus import booking, live

log = logging.getLogger(__name__)

ROUND_SECONDS: Final = 1.0
LATE_ROUND_SECONDS: Final = 30.0
LATEST: Final = timedelta(hours=1)
"""How long after a summary late news is still looked for; after a restart too."""
_AT_ONCE: Final = 200
_AGAIN_SECONDS: Final = 60.0
_AGAIN_AT_MOST: Final = 3600.0
RECOUNT_SECONDS: Final = 20.0
"""A day with many calls is not counted more often than that."""
_LONG_SECONDS: Final = 30.0
"""How long counting a full day may take."""
_PUBLISH_SECONDS: Final = 30.0
"""A long line is checked, and its golden calls are played, within the same work."""

_started = threading.Lock()
_host_lock: IO[str] | None = None


def start() -> None:
    """Begin, once in this process and in any forked from it. Called by the server's start, never by a command."""
    if _started.acquire(blocking=False):
        os.register_at_fork(after_in_child=_start_in_child)
        _start_thread()


def _start_thread() -> None:
    threading.Thread(target=_run, name="keeper", daemon=True).start()


def _start_in_child() -> None:
    """Threads do not come along in a fork, but the host's lock would: then nobody could take it over."""
    global _host_lock
    if _host_lock:
        _host_lock.close()
        _host_lock = None
    _start_thread()


def _run() -> None:
    rounds = Rounds()
    while True:
        rounds.one()
        time.sleep(ROUND_SECONDS)


class Rounds:
    """The rounds of one process, and what it remembers from one to the next."""

    def __init__(self) -> None:
        self.looked_for_late = time.monotonic()
        self.late_since = timezone.now() - LATEST
        self.tries: dict[str, int] = {}
        """How often a call could not be summarised, and …"""
        self.next_try: dict[str, float] = {}
        """… when that is tried again."""
        self.recounted: dict[tuple[int, date], float] = {}
        """When a day was last counted."""
        self.closing = Closing()
        self.inbox = Worker()
        self.stumbled: dict[str, float] = {}
        """What failed, and when that was last said."""

    def one(self) -> None:
        """Everything that is due, each by itself: what fails does not keep the rest from being done."""
        for work in (_look, live.refresh, live.secure, self._settle_if_ours, _publish_booked, self._see_to_inbox):
            try:
                work()
            except database.DatabaseAway:
                pass  # said once by the breaker
            except Exception as fault:
                self._say(work.__name__, fault)
        reset_queries()  # with DEBUG, Django keeps each query until a request ends, and here none ever does

    def _say(self, what: str, fault: Exception) -> None:
        """With its traceback; what fails in every round is said again only now and then."""
        said, now = f"{what}: {fault!r}", time.monotonic()
        if now - self.stumbled.get(said, -_AGAIN_SECONDS) >= _AGAIN_SECONDS:
            self.stumbled = {old: at for old, at in self.stumbled.items() if now - at < _AGAIN_SECONDS} | {said: now}
            log.error("the keeper stumbled and goes on; %s", said, exc_info=fault)

    def _settle_if_ours(self) -> None:
        if not database.is_away() and _only_one_here():
            late = time.monotonic() - self.looked_for_late > LATE_ROUND_SECONDS
            self.looked_for_late = time.monotonic() if late else self.looked_for_late
            self.settle(late=late)

    def _see_to_inbox(self) -> None:
        if not database.is_away() and _only_one_here():
            self.inbox.begin()

    def settle(self, *, late: bool = True) -> None:
        """Replay and summarise. Raises DatabaseAway."""
        try:
            _replay()
        finally:  # a spool that cannot be replayed yet must not keep calls from being summarised
            if late:
                self.late_since = _forget_outdated_summaries(self.late_since)
                _in_time(lambda: pins.forget_old(timezone.now()))
                _in_time(lambda: callers.forget_expired(timezone.now()))
            resting = [uuid for uuid, at in self.next_try.items() if at > time.monotonic()]
            for uuid in database.run(lambda: _due(resting), seconds=journal.PATIENT_SECONDS):
                self._summarise(uuid)
            if late:
                self._close_days()
            self._recount()

    def _close_days(self) -> None:
        for day in database.run(lambda: list(self.closing.due(timezone.now())), seconds=journal.PATIENT_SECONDS):
            for uuid in database.run(lambda day=day: self.closing.close(*day), seconds=_LONG_SECONDS):  # type: ignore[misc]
                self._summarise(uuid)

    def _recount(self) -> None:
        now = time.monotonic()
        self.recounted = {due: at for due, at in self.recounted.items() if now - at < RECOUNT_SECONDS}
        for due in database.run(tallies.due_days, seconds=journal.PATIENT_SECONDS):
            if due not in self.recounted:
                self.recounted[due] = now
                database.run(lambda due=due: tallies.recount(*due), seconds=_LONG_SECONDS)  # type: ignore[misc]

    def _summarise(self, uuid: str) -> None:
        """A call that cannot be summarised rests for a while, longer each time, and the others go on."""
        try:
            database.run(lambda: summarise_call(uuid), seconds=journal.PATIENT_SECONDS)
            self.tries.pop(uuid, None)
            self.next_try.pop(uuid, None)
        except Exception as fault:
            if isinstance(fault, database.DatabaseAway) and database.is_away():
                raise
            tries = self.tries[uuid] = self.tries.get(uuid, 0) + 1
            self.next_try[uuid] = time.monotonic() + min(_AGAIN_SECONDS * 2 ** (tries - 1), _AGAIN_AT_MOST)
            log.exception("call %s cannot be summarised (%d tries)", uuid, tries)


def settle() -> None:
    """Everything that is due, now. For commands and tests. Raises DatabaseAway."""
    spool.hand_over()
    Rounds().settle()


def _look() -> None:
    """Each process looks for itself, and gives its own part of the spool to whoever replays."""
    if database.look():
        spool.hand_over()


def _publish_booked() -> None:
    """One process of a host asks; among hosts the database decides who does it."""
    if database.is_away() or not _only_one_here():
        return
    for pk in database.run(lambda: booking.due(timezone.now()), seconds=journal.PATIENT_SECONDS):
        database.run(lambda pk=pk: booking.publish_one(pk, timezone.now()), seconds=_PUBLISH_SECONDS)  # type: ignore[misc]


def _replay() -> None:
    if not spool.is_empty() and (count := journal.replay()):
        log.warning("%d records of the spool are replayed", count)


def _due(resting: list[str]) -> list[str]:
    due = Call.objects.filter(summarised_at=None, ended_at__isnull=False).exclude(uuid__in=resting)
    return list(due.order_by("ended_at").values_list("uuid", flat=True)[:_AT_ONCE])


def _forget_outdated_summaries(since: datetime) -> datetime:
    """Calls with a key, a leg's news or a message that came after their summary. Gives the time to look from next."""
    now = timezone.now()
    _in_time(lambda: _forget(_with_late_turns(now)))
    _in_time(lambda: _forget(_with_late_news(since)))
    return now - timedelta(seconds=LATE_ROUND_SECONDS)


def _in_time(work: Callable[[], None]) -> None:
    database.run(work, seconds=journal.PATIENT_SECONDS)


def _with_late_turns(now: datetime) -> list[str]:
    recent = Call.objects.filter(started_at__gt=now - LATEST, summarised_at__isnull=False)
    counted = recent.annotate(turns_now=Count("turns")).exclude(turns_now=F("turn_count"))
    return list(counted.values_list("uuid", flat=True))


def _with_late_news(since: datetime) -> list[str]:
    came: dict[str, datetime] = {}
    of_others = Q(kind=EventKind.RECORDING) | Q(kind=EventKind.STATUS) & ~Q(leg_uuid=F("call_uuid"))
    news = Event.objects.filter(of_others, received_at__gt=since).order_by("received_at")
    for *ids, received_at in news.values_list("call_uuid", "conversation", "received_at"):
        came |= {known: received_at for known in ids if known}
    late = []
    for some in _by_hundreds(list(came)):
        calls = Call.objects.filter(Q(uuid__in=some) | Q(conversation__in=some), summarised_at__isnull=False)
        for uuid, conversation, summarised_at in calls.values_list("uuid", "conversation", "summarised_at"):
            if summarised_at and any(came.get(known, since) > summarised_at for known in (uuid, conversation)):
                late.append(uuid)
    return late


def _forget(uuids: list[str]) -> None:
    for some in _by_hundreds(uuids):
        Call.objects.filter(uuid__in=some).update(summarised_at=None)


def _by_hundreds(ids: list[str]) -> list[list[str]]:
    return [ids[first : first + 400] for first in range(0, len(ids), 400)]


def _only_one_here() -> bool:
    """One process of a host replays and summarises; when it dies, the lock goes to the next."""
    global _host_lock
    if _host_lock is None:
        file = (Path(settings.DATA_DIR) / "keeper.lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        _host_lock = file
    return True
