"""Transcripts that Vonage tells of: fetched and kept with their message, whichever of the two is known first."""

from __future__ import annotations

import json
import logging
import time
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils import timezone

from calls import vonage
from calls.fetching.words import FetchFailed
from calls.inbox.fetch import fetch, has_key
from calls.models import Event, EventKind, Recording
from ivrsite import database

log = logging.getLogger(__name__)

LOOK_BACK: Final = timedelta(days=1)
"""After a restart. What was not fetched by then is not fetched any more; the sound is there."""
LOOK_SECONDS: Final = 30.0
OVERLAP: Final = timedelta(minutes=2)
"""News may be written a little later than it was received."""
MOST_TRIES: Final = 8
MOST_KEPT: Final = 20_000
_MOST_FILE: Final = 2 * 1024 * 1024
_FETCH_SECONDS: Final = 20.0
_SECONDS: Final = 5.0


class _Wanted(NamedTuple):
    url: str
    tries: int = 0
    at: float = 0.0
    """When it is tried next, by the monotonic clock."""


class Awaited:
    """The transcripts that this process knows to be ready, by their recording."""

    def __init__(self) -> None:
        self.since: datetime = timezone.now() - LOOK_BACK
        self.newest: int | None = None
        """The last event written when it was looked; None: it was not looked yet."""
        self.looked = -LOOK_SECONDS
        self.wanted: dict[str, _Wanted] = {}

    def due(self) -> bool:
        """Whether there is one to fetch. Raises DatabaseAway."""
        now = time.monotonic()
        if now - self.looked >= LOOK_SECONDS and has_key():
            self.looked = now
            self._look()
        return any(wanted.at <= now for wanted in self.wanted.values())

    def _look(self) -> None:
        now = timezone.now()
        newest, payloads = database.run(self._told, seconds=_SECONDS)
        for payload in payloads:
            recording, url = vonage.transcript_of(vonage.read_body(payload.encode()))
            if recording and url:
                self.wanted.setdefault(recording, _Wanted(url))
        self.since, self.newest = now - OVERLAP, newest

    def _told(self) -> tuple[int, list[str]]:
        """Also news that waited in a spool, long after it was received: it is written later than what was seen."""
        newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        lately = Q(received_at__gt=self.since) | (Q() if self.newest is None else Q(pk__gt=self.newest))
        told = Event.objects.filter(lately, kind=EventKind.TRANSCRIPT).order_by("received_at")
        return newest, list(told.values_list("payload", flat=True))

    def fetch(self) -> None:
        """Those that are due, one after the other. Raises DatabaseAway."""
        for recording, wanted in list(self.wanted.items()):
            if wanted.at > time.monotonic():
                continue
            if self._is_done(recording, wanted) or wanted.tries + 1 >= MOST_TRIES:
                del self.wanted[recording]
            else:
                later = time.monotonic() + 60.0 * 2**wanted.tries
                self.wanted[recording] = wanted._replace(tries=wanted.tries + 1, at=later)

    def _is_done(self, recording: str, wanted: _Wanted) -> bool:
        """No: it did not come, or the message itself is not known yet."""
        row = Recording.objects.filter(pk=recording).exclude(url="")  # of a caller who was erased nothing comes back
        known = database.run(lambda: row.values_list("transcript", flat=True).first(), seconds=_SECONDS)
        if known is None:
            return False
        words = "" if known else _words_at(wanted.url)
        if words:
            database.run(lambda: row.filter(transcript="").update(transcript=words), seconds=_SECONDS)
        return bool(known or words)


def _words_at(url: str) -> str:
    """Empty: they did not come, or none were understood."""
    try:
        return vonage.transcript_words(json.loads(fetch(url, _MOST_FILE, _FETCH_SECONDS)))[:MOST_KEPT]
    except FetchFailed as failed:
        log.info("a transcript: %s", failed)
    except (ValueError, RecursionError):
        log.warning("a transcript that Vonage sent cannot be read")
    return ""
