"""A thread for what is due in the inbox, one message after the other: Vonage and mail servers may hang, and the keeper
may not."""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.db import connection, reset_queries
from django.utils import timezone

from calls.inbox import keeping, transcripts
from ivrsite import database

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 5.0
_PATIENCE: Final = 5.0


class Worker:
    """Of one process; the keeper sees to it that one process of a host has one at work."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.looked = -LOOK_SECONDS
        self.transcripts = transcripts.Awaited()

    def begin(self) -> None:
        """Look for work now and then; begin it on a thread of its own, and do not wait for that."""
        now = time.monotonic()
        if now - self.looked < LOOK_SECONDS or (self.thread and self.thread.is_alive()):
            return
        self.looked = now
        due = database.run(lambda: keeping.due(timezone.now()), seconds=_PATIENCE)
        if due or self.transcripts.due():
            self.thread = threading.Thread(target=self._work, args=(due,), name="inbox", daemon=True)
            self.thread.start()

    def _work(self, due: list[str]) -> None:
        try:
            for pk in due:
                keeping.work_on(pk, timezone.now())
            self.transcripts.fetch()
        except database.DatabaseAway:
            pass  # said once by the breaker; the claims run out
        except Exception:
            log.exception("the inbox stumbled and goes on")
        finally:
            reset_queries()
            connection.close()
