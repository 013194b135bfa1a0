"""Is the server alive (/livez), and can it take calls (/readyz)?"""

import logging
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

log = logging.getLogger(__name__)

DATABASE_SECONDS = 1.0


class Check(NamedTuple):
    """Something to look at. Checks with the same purpose stand in for each other: one has to succeed."""

    name: str
    purpose: str
    fault: Callable[[], str | None]


def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; nothing else can have it restarted."""
    return HttpResponse(b"ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """200 if calls can be taken, even with something broken ("degraded"); 503 if they cannot."""
    faults = {check.name: check.fault() for check in CHECKS}
    served = {check.purpose for check in CHECKS if faults[check.name] is None}
    ready = served == {check.purpose for check in CHECKS}
    degraded = any(faults.values())
    answer = {
        "status": "unavailable" if not ready else "degraded" if degraded else "ok",
        "ready": ready,
        "degraded": degraded,
        "checks": {name: {"ok": fault is None, "fault": fault} for name, fault in faults.items()},
    }
    return JsonResponse(answer, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


class DatabaseProbe:
    """Asks the database in a thread of its own, so that one that hangs costs a second and a single thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._asked: Future[str | None] | None = None
        self._migrated = False

    def fault(self) -> str | None:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="readyz")
                self._asked = self._thread.submit(self._ask)
            asked = self._asked
        try:
            return asked.result(DATABASE_SECONDS)
        except Late:
            return f"no answer within {DATABASE_SECONDS:g} s"
        except Exception as error:
            log.warning("the database does not answer", extra={"error": error})
            return type(error).__name__

    def _ask(self) -> str | None:
        try:
            if self._migrated:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
                return None
            return self._unmigrated()
        finally:
            connection.close()

    def _unmigrated(self) -> str | None:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        # Loading the migrations is slow, and they do not go away: once all are there, that is remembered.
        self._migrated = not missing
        return f"{len(missing)} migrations are not applied; run manage.py migrate" if missing else None


def data_dir_fault() -> str | None:
    """None if a file can really be written: a full disk lets everything pass but the writing."""
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"ready?")
            file.flush()
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def signature_fault() -> str | None:
    if settings.VONAGE_SIGNATURE_SECRETS or settings.ALLOW_UNSIGNED_WEBHOOKS:
        return None
    return "VONAGE_SIGNATURE_SECRET is not set"


database_probe = DatabaseProbe()

CHECKS: list[Check] = [
    # A call's records go to the database or, while that is away, to the spool in the data directory.
    Check("database", "record calls", lambda: database_probe.fault()),
    Check("data_dir", "record calls", data_dir_fault),
    Check("signature", "believe webhooks", signature_fault),
]
