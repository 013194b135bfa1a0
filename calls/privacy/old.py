"""Of each class of what is kept: which of it is old and not yet empty, and how it is emptied. By indexed times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Now

from calls.models import (
    Access,
    Call,
    CallbackRequest,
    Event,
    HeardKind,
    Leg,
    Recording,
    RememberedCaller,
    Sound,
    Turn,
)
from calls.privacy.scrub import Scrub
from calls.summary import caller_key

NO_PAYLOAD: Final = "{}"
NO_WORDS: Final = "[]"
_KEYED: Final = ~Q(heard=HeardKind.DIALLED)
"""What stands at a turn after a target was rung is how that ended, and was keyed by nobody."""


def _between(moment: str, since: datetime, until: datetime) -> Q:
    """A row of exactly the age is kept."""
    return Q(**{f"{moment}__gte": since, f"{moment}__lt": until})


def _in_order(rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
    return rows.order_by(moment).values_list("pk", moment)


# --- webhooks as they came --------------------------------------------------------------------------------------


def payloads(since: datetime, until: datetime) -> QuerySet[Any]:
    rows = Event.objects.filter(_between("received_at", since, until)).exclude(payload__in=("", NO_PAYLOAD))
    return _in_order(rows, "received_at")


def empty_payloads(pks: Sequence[Any]) -> None:
    Event.objects.filter(pk__in=pks).update(payload=NO_PAYLOAD)


def details(since: datetime, until: datetime) -> QuerySet[Any]:
    return _in_order(Call.objects.filter(_between("started_at", since, until)).exclude(details=""), "started_at")


def empty_details(pks: Sequence[Any]) -> None:
    Call.objects.filter(pk__in=pks).update(details="")


# --- what was keyed, and said -----------------------------------------------------------------------------------


def digits(since: datetime, until: datetime) -> QuerySet[Any]:
    """Calls, for their turns have no index of their own on the time."""
    left = Turn.objects.filter(~Q(ncco=NO_WORDS) | (_KEYED & ~Q(digits="")), call_id=OuterRef("pk"))
    return _in_order(Call.objects.filter(Exists(left), _between("started_at", since, until)), "started_at")


def empty_digits(calls: Sequence[Any]) -> None:
    turns = Turn.objects.filter(call_id__in=calls)
    turns.filter(_KEYED).exclude(digits="").update(digits="")
    turns.exclude(ncco=NO_WORDS).update(ncco=NO_WORDS)


# --- messages ---------------------------------------------------------------------------------------------------


def recordings(since: datetime, until: datetime) -> QuerySet[Any]:
    left = ~Q(url="") | ~Q(transcript="") | ~Q(note="") | Exists(Sound.objects.filter(pk=OuterRef("pk")))
    return _in_order(Recording.objects.filter(left, _between("received_at", since, until)), "received_at")


def empty_recordings(pks: Sequence[Any]) -> None:
    """What was never fetched, or told of, is not to be any more."""
    Sound.objects.filter(pk__in=pks).delete()
    over = {"fetched_at": Coalesce("fetched_at", Now()), "mailed_at": Coalesce("mailed_at", Now())}
    Recording.objects.filter(pk__in=pks).update(url="", transcript="", note="", fetch_fault="", **over)


# --- numbers ----------------------------------------------------------------------------------------------------


def numbers(since: datetime, until: datetime) -> QuerySet[Any]:
    legs = Leg.objects.filter(call_uuid=OuterRef("pk")).exclude(caller="")
    calls = Call.objects.filter(~Q(caller="") | Exists(legs), _between("started_at", since, until))
    return _in_order(calls, "started_at")


def empty_numbers(pks: Sequence[Any]) -> None:
    """Whether the caller rang again is still to be known."""
    for call in Call.objects.filter(pk__in=pks, caller_key="").exclude(caller=""):
        Call.objects.filter(pk=call.pk).update(caller_key=caller_key(call))
    Call.objects.filter(pk__in=pks).update(caller="")
    Leg.objects.filter(call_uuid__in=pks).exclude(caller="").update(caller="")


def stray_legs(since: datetime, until: datetime) -> QuerySet[Any]:
    """Those that are known by their conversation only, or whose call was lost."""
    legs = Leg.objects.filter(_between("started_at", since, until)).exclude(caller="")
    return _in_order(legs.exclude(Exists(Call.objects.filter(pk=OuterRef("call_uuid")))), "started_at")


def empty_stray_legs(pks: Sequence[Any]) -> None:
    Leg.objects.filter(pk__in=pks).update(caller="")


def callbacks(since: datetime, until: datetime) -> QuerySet[Any]:
    """Whoever is still to be called back is left alone, however old."""
    done = CallbackRequest.objects.filter(state=CallbackRequest.State.DONE).exclude(number="")
    aged = done.annotate(finished=Coalesce(F("done_at"), F("created_at")))
    return _in_order(aged.filter(_between("finished", since, until)), "finished")


def empty_callbacks(pks: Sequence[Any]) -> None:
    """The number, where the note says it too, and where the log of who did what names it."""
    for row in CallbackRequest.objects.filter(pk__in=pks):
        scrub = Scrub([row.number])
        CallbackRequest.objects.filter(pk=row.pk).update(number="", note=scrub.text(row.note))
        scrub.rows(said_of(CallbackRequest, [row.pk]), "object_repr", "change_message")


def said_of(model: Any, pks: Sequence[Any]) -> QuerySet[LogEntry]:
    """The log of who did what with these."""
    kind = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in pks])


# --- the rest ---------------------------------------------------------------------------------------------------


def accesses(since: datetime, until: datetime) -> QuerySet[Any]:
    return _in_order(Access.objects.filter(_between("at", since, until)), "at")


def forget_accesses(pks: Sequence[Any]) -> None:
    Access.objects.filter(pk__in=pks).delete()


def languages(since: datetime, until: datetime) -> QuerySet[Any]:
    return _in_order(RememberedCaller.objects.filter(_between("expires_at", since, until)), "expires_at")


def forget_languages(pks: Sequence[Any]) -> None:
    RememberedCaller.objects.filter(pk__in=pks).delete()
