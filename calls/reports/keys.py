"""When callers press: against the seconds of the words at a place, and the operator key by menu."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Sum

from calls.models import KeyTally
from calls.reports.counted import rows, share
from calls.reports.span import Span


class Second(NamedTuple):
    """What was done in the second that begins so many seconds after the place began to speak."""

    second: int
    keys: int
    """All keys, the operator's too."""
    operator: int
    hang_ups: int


class OptOut(NamedTuple):
    destination: str
    count: int  # type: ignore[assignment]  # the tuple's own method is not wanted
    """How often the operator key was pressed the first time something was keyed there."""
    seconds: int
    """Together, from when the place began to speak."""

    @property
    def average_second(self) -> float | None:
        return share(self.seconds, self.count)


def by_second(line_id: int, span: Span, destination: str, version_id: UUID | None = None) -> list[Second]:
    """In their order; seconds in which nothing was done are left out."""
    groups = (
        rows(KeyTally, line_id, span, version_id)
        .filter(destination=destination)
        .values_list("second")
        .annotate(Sum("keys"), Sum("operator"), Sum("hang_ups"))
    )
    return sorted(Second(*group) for group in groups)


def operator_requests(line_id: int, span: Span, version_id: UUID | None = None) -> list[OptOut]:
    """The most first."""
    groups = (
        rows(KeyTally, line_id, span, version_id)
        .filter(operator__gt=0)
        .values_list("destination")
        .annotate(times=Sum("operator"), seconds=Sum(F("operator") * F("second")))
    )
    return sorted((OptOut(*group) for group in groups), key=lambda found: (-found.count, found.destination))
