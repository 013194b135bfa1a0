"""Days that are over are counted once more: calls of which no end was told are in no count until then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from calls import tallies
from menus.models import Line

_GRACE: Final = timedelta(hours=4)
"""After midnight; calls of two hours, and their news, are over by then."""
_LOOKED_BACK: Final = 3
"""How many days are closed again after a restart."""


class Closing:
    """What one process has closed."""

    def __init__(self) -> None:
        self.closed: dict[int, date] = {}
        """The last day of each line."""

    def due(self, now: datetime) -> Iterator[tuple[int, date]]:
        """Days of lines that are over and not closed yet; each line's in their order."""
        for line_id, zone in Line.objects.order_by("pk").values_list("pk", "timezone"):
            last = (now - _GRACE).astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
            first = self.closed.get(line_id, last - timedelta(days=_LOOKED_BACK))
            for n in range(1, (last - first).days + 1):
                yield line_id, first + timedelta(days=n)

    def close(self, line_id: int, day: date) -> list[str]:
        """Have the day counted anew. Gives the calls that are to be summarised before, though none has ended."""
        calls = tallies.calls_of(line_id, day).order_by()
        if calls.exists():
            tallies.is_due(line_id, day)
        self.closed[line_id] = day
        return list(calls.filter(ended_at=None, summarised_at=None).values_list("uuid", flat=True))
