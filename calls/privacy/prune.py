"""Take out what has grown old: payloads, digits, recordings, numbers. What reports are made of stays, for ever.

Each class is read from where the last run came to (with some days of looking back, for what was written late), in
short transactions of their own; killed at any moment, the next run goes on there.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from calls import access
from calls.models import Access, Pruned
from calls.privacy import old, traces
from ivrsite import database

log = logging.getLogger(__name__)

LOOK_BACK: Final = timedelta(days=7)
"""What waited in a spool for so long is still found."""
ACCESS_DAYS: Final = 2 * 365
_BATCH: Final = 500
_BATCH_SECONDS: Final = 30.0
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(NamedTuple):
    """One class of what is kept."""

    name: str
    days: int
    due: Callable[[datetime, datetime], QuerySet[Any]]
    """From a moment on, and before another: ids with their moments, in that order, and only what still holds some."""
    take_out: Callable[[Sequence[Any]], object]
    is_log: bool = True
    """It only grows at its end, and nobody writes into it later: what was read needs not be read again."""


class Taken(NamedTuple):
    kind: str
    days: int
    rows: int
    is_all: bool


def kinds() -> list[Kind]:
    """What holds several sorts is kept no longer than any of them."""
    numbers, recordings = settings.KEEP_NUMBER_DAYS, settings.KEEP_RECORDING_DAYS
    digits = min(settings.KEEP_DIGIT_DAYS, numbers)  # a caller's number may be keyed, and read back
    payloads = min(settings.KEEP_PAYLOAD_DAYS, digits, recordings)
    return [
        Kind("payloads", payloads, old.payloads, old.empty_payloads),
        Kind("details", payloads, old.details, old.empty_details),
        Kind("digits", digits, old.digits, old.empty_digits),
        Kind("recordings", recordings, old.recordings, old.empty_recordings, is_log=False),
        Kind("numbers", numbers, old.numbers, old.empty_numbers),
        Kind("legs", numbers, old.stray_legs, old.empty_stray_legs),
        Kind("callbacks", numbers, old.callbacks, old.empty_callbacks, is_log=False),
        Kind("accesses", ACCESS_DAYS, old.accesses, old.forget_accesses, is_log=False),
        Kind("languages", 0, old.languages, old.forget_languages, is_log=False),
    ]


def prune(now: datetime, at_most: int, *, really: bool) -> list[Taken]:
    """Of each class, the oldest first. Without `really` it only counts. Raises DatabaseAway."""
    if not really:
        return [_counted(kind, now, at_most) for kind in kinds()]
    done: Counter[str] = Counter()
    try:
        return [_taken(kind, now, at_most, done) for kind in kinds()]
    finally:  # what was done before a fault stays done, and is told of
        if said := ", ".join(f"{name} {rows}" for name, rows in done.items()):
            log.info("taken out: %s", said)
            access.note(Access.What.PRUNED, "prune", detail=said)


def _counted(kind: Kind, now: datetime, at_most: int) -> Taken:
    count = kind.due(_since(kind), now - timedelta(days=kind.days))[: at_most + 1].count()
    return Taken(kind.name, kind.days, min(count, at_most), count <= at_most)


def _taken(kind: Kind, now: datetime, at_most: int, done: Counter[str]) -> Taken:
    since, until = _since(kind), now - timedelta(days=kind.days)
    while done[kind.name] < at_most:
        batch = list(kind.due(since, until)[: min(_BATCH, at_most - done[kind.name])])
        if not batch:
            _read_to(kind, until)
            return Taken(kind.name, kind.days, done[kind.name], is_all=True)
        database.run(lambda batch=batch: _take_out(kind, batch), seconds=_BATCH_SECONDS)  # type: ignore[misc]
        done[kind.name] += len(batch)
        since = batch[-1][1]
    return Taken(kind.name, kind.days, done[kind.name], is_all=False)


def _take_out(kind: Kind, batch: Sequence[tuple[Any, datetime]]) -> None:
    traces.overwrite()
    with transaction.atomic():
        kind.take_out([pk for pk, _ in batch])
        _read_to(kind, batch[-1][1])


def _since(kind: Kind) -> datetime:
    read = Pruned.objects.filter(what=kind.name).first() if kind.is_log else None
    return read.until - LOOK_BACK if read else _BEGINNING


def _read_to(kind: Kind, until: datetime) -> None:
    """Only ever forward."""
    if kind.is_log and not Pruned.objects.filter(what=kind.name, until__gte=until).exists():
        Pruned.objects.update_or_create(what=kind.name, defaults={"until": until})


def told(taken: Iterable[Taken], *, really: bool) -> list[str]:
    """In lines, for the terminal."""
    did = "taken out" if really else "to be taken out"
    return [
        f"{one.kind:<11}{one.rows:>9} {did}, "
        + (f"older than {one.days} days" if one.days else "past their end")
        + ("" if one.is_all else "; there are more")
        for one in taken
    ]
