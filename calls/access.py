"""Who heard, saw, took away or erased what is kept of callers: one row each."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, transaction
from django.utils import timezone

from calls.models import Access

log = logging.getLogger(__name__)

ONCE: Final = {Access.What.SAW_NUMBERS: timedelta(hours=1), Access.What.HEARD: timedelta(minutes=5)}
"""Somebody who goes back to the same numbers within this time is noted once; a browser asks for a sound in parts."""
LIST: Final = "list"
Who = AbstractBaseUser | AnonymousUser | str
"""A user, or the name of an API key or of a command."""


def note(what: Access.What, by: Who, call_uuid: str = "", detail: str = "") -> None:
    """The page that tells of it never fails for it."""
    user, who = (None, by) if isinstance(by, str) else (by, by.get_username())
    row = Access(
        at=timezone.now(),
        user_id=user.pk if user else None,
        who=(who or "?")[: _length("who")],
        what=what,
        call_uuid=call_uuid[: _length("call_uuid")],
        detail=detail[: _length("detail")],
    )
    try:
        with transaction.atomic():  # so that the page's own transaction outlives a fault here
            if what not in ONCE or not _is_noted(row, ONCE[what]):
                row.save(force_insert=True)
    except DatabaseError:
        log.exception("An access could not be noted: %s %s %s", row.who, what, call_uuid)


def note_list(user: Who, numbers: Iterable[str]) -> None:
    """Whoever is shown a list with whole numbers in it."""
    if any(numbers):
        note(Access.What.SAW_NUMBERS, user, detail=LIST)


def _is_noted(row: Access, lately: timedelta) -> bool:
    same = Access.objects.filter(what=row.what, who=row.who, user=row.user_id, call_uuid=row.call_uuid)
    return same.filter(detail=row.detail, at__gt=row.at - lately).exists()


def _length(column: str) -> int:
    return getattr(Access._meta.get_field(column), "max_length", 0)
