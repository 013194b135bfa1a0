"""Which hosts a number manager allowed, as each worker knows it within two seconds; with no database, as known last."""

from __future__ import annotations

import logging
import time
from typing import Final

from django.db import DatabaseError

from ivrsite import database
from menus.models import AllowedHost

log = logging.getLogger(__name__)

MEMO_SECONDS: Final = 1.0


class NoneKnown(Exception):
    """The database cannot be asked, and this process has never known them."""


class _Known:
    """What this process knows. One for the process; tests make it new."""

    def __init__(self) -> None:
        self.hosts: frozenset[str] | None = None
        self.read_at = float("-inf")


_known = _Known()


def allowed(patience: float) -> frozenset[str]:
    """The hosts that may be asked now; read, if at all, within `patience` seconds. Raises NoneKnown."""
    known = _known
    asked_at = time.monotonic()
    if asked_at - known.read_at > MEMO_SECONDS:
        try:
            known.hosts = database.run(_read, patience)
        except (database.DatabaseAway, DatabaseError) as fault:
            log.warning("the allowed hosts cannot be read; those known last are asked: %s", type(fault).__name__)
        known.read_at = asked_at
    if known.hosts is None:
        raise NoneKnown
    return known.hosts


def forget() -> None:
    """For tests: a process that has just started."""
    global _known
    _known = _Known()


def _read() -> frozenset[str]:
    return frozenset(AllowedHost.objects.values_list("host", flat=True))
