"""What is due for a message: its sound, then the mail that tells of it. Safe to be killed at any moment.

Whoever works on a message first claims it, by moving `fetch_next_at` on: of several hosts one gets it, and when that
one dies, it is due again after the lease.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from calls.fetching.words import FetchFailed
from calls.inbox import mail
from calls.inbox.faults import AT_VONAGE, FINAL, NO_SOUND, in_words
from calls.inbox.fetch import fetch, has_key
from calls.models import Mailbox, Recording, Sound
from ivrsite import database
from menus.sound.encoding import form_of

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=5)
"""Longer than fetching and mailing may take."""
AT_MOST: Final = 50
TOLD_LATEST: Final = timedelta(hours=1)
"""So long the mail waits for the sound."""
TOLD_WITHIN: Final = timedelta(days=2)
"""Of older messages nobody is told any more, say because a mailbox was made only now."""
_LONGEST_PAUSE: Final = timedelta(hours=6)
_SECONDS: Final = 5.0
_STORE_SECONDS: Final = 30.0
_MEDIA: Final = {"mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg"}


def due(now: datetime) -> list[str]:
    """The messages to work on, newest first."""
    wanted = [_to_fetch(now)] if has_key() else []
    wanted += [_to_tell(now)] if settings.EMAIL_HOST else []
    newest = [rows.filter(_free(now)).order_by("-received_at").values_list("pk", flat=True) for rows in wanted]
    return list(dict.fromkeys(pk for pks in newest for pk in pks[:AT_MOST]))


def _free(now: datetime) -> Q:
    return Q(fetch_next_at=None) | Q(fetch_next_at__lte=now)


def _to_fetch(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(fetched_at=None, received_at__gt=now - AT_VONAGE).exclude(fetch_fault__in=FINAL)


def _to_tell(now: datetime) -> QuerySet[Recording]:
    ready = Q(fetched_at__isnull=False) | Q(fetch_fault__in=FINAL) | Q(received_at__lte=now - TOLD_LATEST)
    if not has_key():
        ready = Q()  # there is no sound to wait for
    whose = Mailbox.objects.filter(Q(name=OuterRef("mailbox")) | Q(name=""), line=OuterRef("line_id"))
    return Recording.objects.filter(ready, Exists(whose), mailed_at=None, received_at__gt=now - TOLD_WITHIN)


def work_on(pk: str, now: datetime) -> None:
    """Fetch the sound and tell of the message, as far as that is due. Raises DatabaseAway."""
    if not database.run(lambda: _claim(pk, now), seconds=_SECONDS):
        return  # another host has it
    row = database.run(lambda: Recording.objects.select_related("line").filter(pk=pk).first(), seconds=_SECONDS)
    if row is None:
        return  # erased meanwhile
    if has_key() and database.run(_to_fetch(now).filter(pk=pk).exists, seconds=_SECONDS):
        _get(row)
    told = True
    if settings.EMAIL_HOST and database.run(_to_tell(now).filter(pk=pk).exists, seconds=_SECONDS):
        told = _tell(row)
    database.run(lambda: _release(row, told), seconds=_SECONDS)


def _claim(pk: str, now: datetime) -> bool:
    return bool(Recording.objects.filter(_free(now), pk=pk).update(fetch_next_at=now + LEASE))


def _release(row: Recording, told: bool) -> None:
    """A pause that doubles while the sound does not come; mail that did not go is tried as often as its age doubles."""
    now, next_at = timezone.now(), None
    if not told:
        next_at = now + max(timedelta(minutes=1), (now - row.received_at) / 2)
    if row.fetched_at is None and row.fetch_tries:
        pause = now + min(timedelta(minutes=1) * 2 ** min(row.fetch_tries - 1, 10), _LONGEST_PAUSE)
        next_at = min(next_at, pause) if next_at else pause
    _rows(row).update(fetch_next_at=next_at)


def _rows(row: Recording) -> QuerySet[Recording]:
    return Recording.objects.filter(pk=row.pk)


def _get(row: Recording) -> None:
    try:
        data = fetch(row.url)
        form = form_of(data)
        fault = "" if form in _MEDIA else NO_SOUND
    except FetchFailed as failed:
        log.info("the sound of message %s: %s", row.pk, failed)
        fault = in_words(failed)
    if fault:
        failing = {"fetch_fault": fault, "fetch_tries": F("fetch_tries") + 1}
        database.run(lambda: _rows(row).update(**failing), seconds=_SECONDS)
        row.fetch_fault, row.fetch_tries = fault, row.fetch_tries + 1
    else:
        database.run(lambda: _keep(row, data, _MEDIA[form]), seconds=_STORE_SECONDS)


@transaction.atomic
def _keep(row: Recording, data: bytes, media_type: str) -> None:
    """Nothing is kept of a message that was erased while its sound came."""
    if not _rows(row).exclude(url="").select_for_update().exists():
        return
    sound: dict[str, Any] = {
        "data": data,
        "media_type": media_type,
        "digest": hashlib.sha256(data).hexdigest(),
        "size_bytes": len(data),
    }
    Sound.objects.update_or_create(recording_id=row.pk, defaults=sound)
    row.fetched_at = timezone.now()
    _rows(row).update(fetched_at=row.fetched_at, fetch_fault="", fetch_tries=F("fetch_tries") + 1)


def _tell(row: Recording) -> bool:
    """Whether nobody has to be told any more."""
    try:
        letter = database.run(lambda: mail.letter(row), seconds=_SECONDS)
        if letter is not None:
            letter.send()
    except database.DatabaseAway:
        raise
    except Exception as fault:
        # Also what SMTP never heard of: the message must rest, and the next one have its turn.
        log.warning("the mail about message %s did not go: %r", row.pk, fault)
        return False
    database.run(lambda: _rows(row).update(mailed_at=timezone.now()), seconds=_SECONDS)
    return True
