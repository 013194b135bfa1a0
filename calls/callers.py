"""What is known of a caller when they ring: their lot, the lists they are on, the language they chose last time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from django.db import DatabaseError
from django.db.models import Q

from calls.models import RememberedCaller
from ivrsite import database
from menus.dialogue import LOTS, Caller
from menus.flow import Flow
from menus.hashing import hashed, hashed_by_all
from menus.models import NumberListEntry

log = logging.getLogger(__name__)
T = TypeVar("T")

_NUMBER_LENGTH: Final = 15
"""Digits of a telephone number at most (ITU-T E.164)."""


def known(number: str, call: str, line: int, flow: Flow, now: datetime) -> Caller:
    """Without the database: a caller on no list, whose language is not known. A hidden number draws a new lot."""
    digits = number.removeprefix("+")
    lot = int(hashed("lot", digits or call)[:8], 16) % LOTS
    if not (digits.isascii() and digits.isdecimal()):
        return Caller(lot)
    lists = _if_there("lists", lambda: _lists(digits, flow, now)) if flow.lists else None
    language = _if_there("language", lambda: _language(digits, line, now)) if flow.remember_language_days else None
    return Caller(lot, lists or (), language or "")


def forget_expired(now: datetime) -> None:
    """For the keeper: whom we have remembered for long enough."""
    RememberedCaller.objects.filter(expires_at__lte=now).delete()


def _if_there(what: str, read: Callable[[], T]) -> T | None:
    """Each by itself: who is on a list stays on it, though the language cannot be read any more."""
    try:
        return read()
    except (database.DatabaseAway, DatabaseError) as fault:
        log.error("the %s of a caller cannot be read; the call goes on without: %s", what, fault)
        return None


def _lists(number: str, flow: Flow, now: datetime) -> tuple[str, ...]:
    """In one indexed query: the number itself, and each of its beginnings."""
    beginnings = [number[:length] for length in range(1, min(len(number), _NUMBER_LENGTH) + 1)]
    rows = (
        NumberListEntry.objects.filter(number__in=beginnings, list__key__in=flow.lists)
        .filter(Q(is_prefix=True) | Q(number=number))
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .order_by()
        .values_list("list__key", flat=True)
    )
    return tuple(sorted(set(database.run(lambda: list(rows)))))


def _language(number: str, line: int, now: datetime) -> str:
    rows = RememberedCaller.objects.filter(line_id=line, caller__in=hashed_by_all("caller", number), expires_at__gt=now)
    return database.run(rows.order_by("-chosen_at").values_list("language", flat=True).first) or ""
