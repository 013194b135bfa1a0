"""Erase one caller: numbers, hashes, digits, words, payloads, recordings, notes. The calls stay, as nobody's.

Figures stay as they are: the caller's calls get a made-up key in place of the hash of the number, so that summaries
made again still know which of them was a second call, and nobody can tell whose they were.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.contrib.admin.models import LogEntry
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from calls import access
from calls.models import Access, Call, CallbackRequest, Event, Recording, Turn, Visit
from calls.privacy import old, traces
from calls.privacy.caller import Kept, counts
from calls.privacy.scrub import Scrub

log = logging.getLogger(__name__)

STILL_ON: Final = timedelta(days=1)
"""A call that began longer ago is not going on any more, even where nobody told us of its end."""
NEWS: Final = timedelta(minutes=10)
"""So long after a call's end something may still be told of it, with the number."""


class NotNow(Exception):
    """Why it cannot be erased yet, in the user's words."""


class Erased(NamedTuple):
    counts: dict[str, int]
    lists: list[str]
    """Where staff wrote the number down, and have to take it out themselves."""
    is_clean: bool
    """Nothing is left in the database's file either."""


def erase(number: str, by: AbstractBaseUser | AnonymousUser | str, now: datetime) -> Erased:
    """All of the caller with these E.164 digits. Raises NotNow. Done again, it finds nothing more."""
    kept = Kept(number)
    _refuse(kept, now)
    found, lists = counts(kept), kept.lists()
    traces.overwrite()
    found["refused"] = traces.forget_refused(_marks(kept))  # first: afterwards nothing says whose these are
    found = {what: count for what, count in found.items() if count}
    said = ", ".join(f"{what} {count}" for what, count in found.items()) or "nothing was kept"
    with transaction.atomic():
        _empty(kept, now)
        access.note(Access.What.ERASED, by, detail=said)
    log.info("a caller was erased: %s", said)
    return Erased(found, lists, traces.clean_file())


def _refuse(kept: Kept, now: datetime) -> None:
    for call in kept.calls:
        is_on = call.ended_at is None and call.started_at > now - STILL_ON
        if is_on or (call.ended_at and call.ended_at > now - NEWS):
            raise NotNow(
                _("This caller is on the telephone, or was a moment ago, and news of the call may still come. ")
                + _("Erase them ten minutes after its end.")
            )
    if traces.waiting(_marks(kept)):
        raise NotNow(
            _("Records of this caller wait in the spool for the database. They are written within seconds once it ")
            + _("is back; erase the caller then.")
        )


def _marks(kept: Kept) -> list[str]:
    """By which a record that is not in the database is known as theirs."""
    return [kept.number, kept.national, *kept.uuids, *kept.conversations]


def _empty(kept: Kept, now: datetime) -> None:
    """Rows that are found by what others hold go first."""
    others = [number for number in kept.callbacks().values_list("number", flat=True) if number]
    scrub = Scrub([kept.number, *others])
    _events(kept, scrub)
    old.empty_recordings(list(kept.messages().values_list("pk", flat=True)))
    _callbacks(kept, scrub, now)
    old.empty_digits(kept.uuids)
    _scrub_turns(scrub, Q(call_id__in=kept.uuids))
    kept.languages().delete()
    kept.wrong_pins().delete()
    for rows, columns in (
        (LogEntry.objects.all(), ("object_repr", "change_message")),
        (Access.objects.exclude(detail=""), ("detail",)),
        (CallbackRequest.objects.exclude(note=""), ("note",)),
        (Recording.objects.exclude(note="", transcript=""), ("note", "transcript")),
        (kept.naming_calls(), ("details",)),
    ):
        scrub.rows(rows, *columns)
    kept.legs().update(caller="")
    nobody = secrets.token_hex(32)
    Call.objects.filter(pk__in=kept.uuids).update(caller="", caller_key=nobody, details="")


def _events(kept: Kept, scrub: Scrub) -> None:
    """The digest was made of the payload, and the number could be found by trying all."""
    unique = Concat(Value("erased "), Cast("pk", CharField()), output_field=CharField())
    kept.events().order_by().update(payload=old.NO_PAYLOAD, digest=unique)
    naming = list(kept.naming().values_list("pk", flat=True))  # of others' calls
    scrub.rows(Event.objects.filter(pk__in=naming), "payload")
    Event.objects.filter(pk__in=naming).update(digest=unique)


def _callbacks(kept: Kept, scrub: Scrub, now: datetime) -> None:
    """Nobody can be called back without a number: what was open is done."""
    done = CallbackRequest.State.DONE
    kept_open = kept.callbacks().exclude(state=done)
    pks = list(kept.callbacks().values_list("pk", flat=True))
    of_others = set(kept.callbacks().exclude(call_uuid__in=kept.uuids).values_list("call_uuid", flat=True))
    kept_open.order_by().update(state=done, done_at=now)
    CallbackRequest.objects.filter(pk__in=pks).update(number="", note="")
    _scrub_turns(scrub, Q(call_id__in=of_others))


def _scrub_turns(scrub: Scrub, of_calls: Q) -> None:
    """Also those of whoever else's call asked to call this number back."""
    scrub.rows(Turn.objects.filter(of_calls), "digits", "ncco", "visits")
    scrub.rows(Visit.objects.filter(of_calls), "why", "option_label")
