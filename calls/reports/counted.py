"""The counts that a report is a sum of: of a line, of a span, perhaps of one version."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from calls.models.tallies import DayCount
from calls.reports.span import Span

Counts = TypeVar("Counts", bound=DayCount)
_CENT_OF_A_CENT: Final = Decimal("1e-8")


def rows(model: type[Counts], line_id: int, span: Span, version_id: UUID | None = None) -> QuerySet[Counts]:
    """By the index on line and day."""
    found: QuerySet[Counts] = model._default_manager.filter(line_id=line_id, day__range=(span.first, span.last))
    return (found.filter(version_id=version_id) if version_id else found).order_by()


def share(part: int, whole: int) -> float | None:
    """None where nothing was counted: that is not 0 %."""
    return part / whole if whole else None


def money(cost: Decimal | None) -> Decimal:
    """EUR as Vonage tells it, to eight places; SQLite sums in floating point."""
    return (cost or Decimal(0)).quantize(_CENT_OF_A_CENT)
