"""The counts of one day of a line, made from its calls, visits and legs: the same for the same log, however often.

A day is due when a call of it was summarised; the keeper then counts it anew, all of it, in one transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from calls.measured import seconds_between
from calls.models import Call, CallTally, DueDay, KeyTally, Leg, Status, StepTally, TargetTally, Visit
from menus.dialogue import Outcome

LAST_SECOND: Final = 120
KEYED: Final = (
    Outcome.CHOSEN,
    Outcome.REPEATED,
    Outcome.WENT_BACK,
    Outcome.WENT_MAIN,
    Outcome.ASKED_OPERATOR,
    Outcome.NO_MATCH,
    Outcome.ENTERED,
    Outcome.REENTERED,
    Outcome.CANCELLED,
)
"""The caller did something before the line had waited to the end."""
PRESSED: Final = Q(outcome__in=KEYED) | Q(outcome=Outcome.GAVE_UP, option=Outcome.NO_MATCH)
FIRST: Final = Q(is_entry=True, seconds__isnull=False)
"""Of visits: the first words said at a place, not what is said again after silence or a wrong key."""
_ALL: Final = (CallTally, StepTally, KeyTally, TargetTally)


def is_due(line_id: int | None, day: date) -> None:
    """Within the transaction that changed a call of that day."""
    if line_id is not None:
        due = DueDay(line_id=line_id, day=day, since=timezone.now())
        DueDay.objects.bulk_create([due], update_conflicts=True, unique_fields=["line", "day"], update_fields=["since"])


def due_days(most: int = 100) -> list[tuple[int, date]]:
    """Those that are due for longest first."""
    return list(DueDay.objects.order_by("since").values_list("line_id", "day")[:most])


@transaction.atomic
def recount(line_id: int, day: date) -> None:
    """Count the day anew. Of two who do it at once the second waits; so does whoever summarises a call of that day."""
    is_due(line_id, day)
    due = DueDay.objects.select_for_update().get(line_id=line_id, day=day)
    found: list[Any] = [*_calls(line_id, day), *_steps(line_id, day), *_keys(line_id, day), *_targets(line_id, day)]
    for model in _ALL:
        rows: Any = model._default_manager
        rows.filter(line_id=line_id, day=day).delete()
        rows.bulk_create([row for row in found if type(row) is model], batch_size=500)
    due.delete()


def counted(line_id: int, day: date) -> Counter[tuple[Any, ...]]:
    """The counts of the day as they stand, to compare them."""
    found: Counter[tuple[Any, ...]] = Counter()
    for model in _ALL:
        rows: Any = model._default_manager
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        found.update((model.__name__, *row) for row in rows.filter(line_id=line_id, day=day).values_list(*names))
    return found


def calls_of(line_id: int, day: date) -> QuerySet[Call]:
    """By the index on when they rang; no local day begins or ends further from its namesake in UTC."""
    midnight = datetime.combine(day, time(), UTC)
    near = Q(started_at__gte=midnight - timedelta(hours=15), started_at__lt=midnight + timedelta(hours=39))
    return Call.objects.filter(near, line_id=line_id, local_day=day)


def _calls(line_id: int, day: date) -> Iterator[CallTally]:
    groups = (
        calls_of(line_id, day)
        .order_by()
        .values("version_id", "language", "outcome", hour=F("local_hour"))
        .annotate(
            calls=Count("uuid"),
            answered=Count("uuid", filter=Q(answered_at__isnull=False)),
            short=Count("uuid", filter=Q(is_short=True)),
            recontacts=Count("uuid", filter=Q(is_recontact=True)),
            seconds=Coalesce(Sum("duration_seconds"), 0),
            costs=Sum("cost"),
            person_calls=Count("person_seconds"),
            person_seconds=Coalesce(Sum("person_seconds"), 0),
            served_calls=Count("served_seconds"),
            served_seconds=Coalesce(Sum("served_seconds"), 0),
        )
    )
    for group in groups:
        counted: dict[str, Any] = dict(group)
        cost = counted.pop("costs") or Decimal(0)
        yield CallTally(line_id=line_id, day=day, cost=cost, **counted)


def _visits(line_id: int, day: date) -> QuerySet[Visit]:
    return Visit.objects.filter(call__in=calls_of(line_id, day)).order_by()


def _steps(line_id: int, day: date) -> Iterator[StepTally]:
    groups = (
        _visits(line_id, day)
        .values("destination", "kind", "option", "outcome", "led_to", version_id=F("call__version_id"))
        .annotate(
            passes=Count("id"),
            entries=Count("id", filter=Q(is_entry=True)),
            callers=Count("id", filter=Q(is_first=True)),
            total_seconds=Coalesce(Sum("seconds"), 0),
            wrong_turns=Count("id", filter=Q(wrong_turn=True)),
        )
    )
    for group in groups:
        counted: dict[str, Any] = dict(group)
        seconds = counted.pop("total_seconds")
        yield StepTally(line_id=line_id, day=day, seconds=seconds, **counted)


def _keys(line_id: int, day: date) -> Iterator[KeyTally]:
    groups = (
        _visits(line_id, day)
        .filter(FIRST)
        .values("destination", version_id=F("call__version_id"), second=Least(F("seconds"), Value(LAST_SECOND)))
        .annotate(
            keys=Count("id", filter=PRESSED),
            operator=Count("id", filter=Q(outcome=Outcome.ASKED_OPERATOR)),
            hang_ups=Count("id", filter=Q(outcome=Outcome.HUNG_UP)),
        )
    )
    for group in groups:
        if group["keys"] or group["hang_ups"]:
            yield KeyTally(line_id=line_id, day=day, **group)


def _targets(line_id: int, day: date) -> Iterator[TargetTally]:
    counts: defaultdict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for leg, version in _legs(line_id, day):
        count = counts[version, leg.destination, leg.dialled, came_to(leg)]
        count["attempts"] += 1
        if leg.answered_at:
            count["answered"] += 1
            count["ring_seconds"] += seconds_between(leg.started_at, leg.answered_at)
            count["talk_seconds"] += leg.duration_seconds or 0
    for (version, destination, dialled, fate), count in counts.items():
        sums = {name: count[name] for name in ("attempts", "answered", "ring_seconds", "talk_seconds")}
        yield TargetTally(
            line_id=line_id, day=day, version_id=version, destination=destination, dialled=dialled, fate=fate, **sums
        )


def came_to(leg: Leg) -> str:
    """Why nobody was reached, in a word; empty when somebody was. Who hangs up while it rings ends that, too."""
    if leg.answered_at:
        return ""
    return leg.fate or (Status.CANCELLED if leg.status == Status.COMPLETED else leg.status)


def _legs(line_id: int, day: date) -> Iterator[tuple[Leg, Any]]:
    """With the version of their call; by the call's id where it was known, else by the conversation."""
    calls = calls_of(line_id, day).order_by()
    by_call = dict(calls.values_list("uuid", "version_id"))
    for leg in Leg.objects.filter(call_uuid__in=calls.values("uuid")).iterator():
        yield leg, by_call[leg.call_uuid]
    named = calls.exclude(conversation="")
    by_conversation = dict(named.values_list("conversation", "version_id"))
    for leg in Leg.objects.filter(call_uuid="", conversation__in=named.values("conversation")).iterator():
        yield leg, by_conversation[leg.conversation]
