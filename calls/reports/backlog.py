"""What waits to be done by staff: people to call back, messages to hear."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet

from calls.models import CallbackRequest, Recording
from calls.reports.span import USUAL_DAYS

OVERDUE: Final = timedelta(hours=24)
"""A message that nobody has heard is overdue after this."""
_USUAL: Final = timedelta(days=USUAL_DAYS)


class Backlog(NamedTuple):
    open: int
    """Not done yet."""
    oldest: datetime | None
    """Since when the oldest of these has waited."""
    overdue: int
    """Of these: the time that the caller asked for is over; of messages, nobody heard them for a day."""
    done: int
    """In the last 30 days."""
    average_hours: float | None
    """Until these were done."""


def late_callbacks(now: datetime) -> Q:
    return ~Q(state=CallbackRequest.State.DONE) & Q(ends_at__lte=now)


def late_messages(now: datetime) -> Q:
    return Q(state=Recording.State.NEW, received_at__lte=now - OVERDUE)


def callbacks(line_id: int, now: datetime, within: timedelta = _USUAL) -> Backlog:
    found = CallbackRequest.objects.filter(line_id=line_id)
    return _backlog(found, "created_at", Q(state=CallbackRequest.State.DONE), late_callbacks(now), now - within)


def messages(line_id: int, now: datetime, within: timedelta = _USUAL) -> Backlog:
    found = Recording.objects.filter(line_id=line_id)
    return _backlog(found, "received_at", Q(state=Recording.State.DONE), late_messages(now), now - within)


def _backlog(
    found: QuerySet[CallbackRequest] | QuerySet[Recording], came: str, is_done: Q, is_overdue: Q, since: datetime
) -> Backlog:
    lately = is_done & Q(done_at__gte=since)
    took = ExpressionWrapper(F("done_at") - F(came), output_field=DurationField())
    counted = found.order_by().aggregate(
        open=Count("pk", filter=~is_done),
        oldest=Min(came, filter=~is_done),
        overdue=Count("pk", filter=is_overdue),
        done=Count("pk", filter=lately),
        took=Avg(took, filter=lately),
    )
    average = counted.pop("took")
    return Backlog(**counted, average_hours=average / timedelta(hours=1) if average is not None else None)
