"""Who rings again: within 24 hours, to the second; the same line, a number that is told, in whatever order counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from calls import keeper
from calls.models import Call
from menus.models import Line
from tests import lines

pytestmark = pytest.mark.django_db
AT: Final = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
DAY: Final = timedelta(hours=24)
SECOND: Final = timedelta(seconds=1)


@pytest.fixture
def line() -> Line:
    return lines.publish(lines.office())


def ring(line: Line, uuid: str, at: datetime, caller: str = "12025550142") -> None:
    when = {"started_at": at, "local_day": at.date(), "ended_at": at + timedelta(seconds=30)}
    Call.objects.create(uuid=uuid, line=line, version_id=line.live_id, caller=caller, status="completed", **when)


def again() -> list[str]:
    keeper.settle()
    keeper.settle()
    return sorted(Call.objects.filter(is_recontact=True).values_list("uuid", flat=True))


@pytest.mark.parametrize("first_counted", ["before", "after"])
@pytest.mark.parametrize(
    ("later", "counts"),
    [(SECOND, True), (DAY, True), (DAY + SECOND, False), (timedelta(), False)],
    ids=["a second", "24 hours", "a second more", "the same moment"],
)
def test_24_hours_before_counts_and_the_same_moment_does_not(
    line: Line, later: timedelta, counts: bool, first_counted: str
) -> None:
    calls = [("before", AT), ("after", AT + later)]
    for uuid, at in calls if first_counted == "before" else reversed(calls):
        ring(line, uuid, at)
        keeper.settle()
    assert again() == (["after"] if counts else [])


def test_another_line_another_number_and_one_withheld_are_no_recontact(line: Line) -> None:
    ring(line, "first", AT)
    ring(lines.publish(lines.office(), "441632960961"), "other line", AT + SECOND)
    ring(line, "other number", AT + SECOND, "12025550143")
    for n in (1, 2):
        ring(line, f"withheld {n}", AT + n * SECOND, "anonymous")
        ring(line, f"unknown {n}", AT + n * SECOND, "")
    ring(line, "again", AT + DAY)
    assert again() == ["again"]
