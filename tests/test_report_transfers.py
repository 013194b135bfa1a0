"""Transfers and backlog: a target that does not answer is named with its figures; what waits is counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from calls.models import Call, CallbackRequest, Leg, Recording, TargetTally
from calls.report_pages.backlog import done_per_day
from calls.reports.span import Span
from menus.models import Line
from tests import lines, planted, staff

pytestmark = pytest.mark.django_db
AT = datetime(2026, 10, 14, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPAN = Span(planted.DAY, planted.DAY)


@pytest.fixture
def line() -> Line:
    line = lines.publish(lines.office())
    planted.target(line, "desk", lines.DESK, answered=3, missed=20)
    planted.target(line, "sales", "441632960971", answered=20, missed=3)
    return line


def rung(line: Line, n: int, dialled: str, destination: str, answered: bool) -> None:
    at = AT + timedelta(minutes=n)
    uuid = f"{destination}-{n}"
    Call.objects.create(uuid=uuid, line=line, started_at=at, local_day=at.date())
    Leg.objects.create(
        uuid=f"leg-{uuid}",
        call_uuid=uuid,
        destination=destination,
        dialled=dialled,
        started_at=at,
        answered_at=at if answered else None,
        fate="" if answered else "no_answer",
        status="completed" if answered else "timeout",
    )


def test_a_target_whose_last_attempts_were_not_answered_is_named_on_top(line: Line) -> None:
    for n in range(20):
        rung(line, n, lines.DESK, "desk", answered=n < 6)
        rung(line, n, "441632960971", "sales", answered=n >= 2)
    page = staff.client("Analyst").get(f"/admin/menus/line/{line.pk}/reports/transfers/?{SPAN.query}")
    assert [one.words for one in page.context["findings"]] == ["+44 1632 960979 (Desk): 0 of the last 14 answered."]
    told = page.content.decode()
    assert "3 (13 %)" in told
    missed = page.context["sections"][1].table.rows
    assert [cell.words for cell in missed[0]] == ["+44 1632 960979", "Desk", "no answer", "20 (87 %)"]
    assert "4 s" in told


def test_few_attempts_are_no_finding(line: Line) -> None:
    for n in range(4):
        rung(line, n, lines.DESK, "desk", answered=False)
    page = staff.client("Analyst").get(f"/admin/menus/line/{line.pk}/reports/transfers/?{SPAN.query}")
    assert page.context["findings"] == []


def request_of(line: Line, n: int, **more: object) -> None:
    values = {"call_uuid": f"c{n}", "n": 1, "line": line, "number": "12025550142", "created_at": timezone.now()}
    CallbackRequest.objects.create(**values | more)


def test_the_backlog_counts_what_waits_and_what_is_overdue(line: Line) -> None:
    now = timezone.now()
    request_of(line, 1, ends_at=now - timedelta(hours=1))
    request_of(line, 2, ends_at=now + timedelta(hours=1))
    request_of(line, 3, state="done", done_at=now)
    page = staff.client("Supervisor").get(f"/admin/menus/line/{line.pk}/reports/backlog/")
    waiting = page.context["sections"][0].table.rows[0]
    assert [cell.value for cell in waiting[1:5:2]] == [2, 1]
    assert waiting[4].value == 1
    assert f"line__id__exact={line.pk}&state=due" in waiting[1].url


def test_what_is_overdue_leads_to_what_is_overdue(line: Line) -> None:
    now, browser = timezone.now(), staff.client("superuser")
    for n, hours in enumerate((-1, 1)):
        request_of(line, n, ends_at=now + timedelta(hours=hours))
        received = now - timedelta(hours=24 - hours)
        Recording.objects.create(uuid=f"m{n}", line=line, received_at=received)
    Recording.objects.create(uuid="heard", line=line, received_at=now - timedelta(days=3), state="heard")
    page = browser.get(f"/admin/menus/line/{line.pk}/reports/backlog/")
    for row in page.context["sections"][0].table.rows:
        listed = browser.get(row[3].url).context["cl"].result_list
        assert (row[3].value, len(listed)) == (1, 1)


def test_a_day_begins_when_it_does_for_the_line() -> None:
    line = lines.publish(lines.office().model_copy(update={"timezone": "America/New_York"}))
    begins, ends = (datetime(2026, 10, day, 4, tzinfo=UTC) for day in (14, 15))
    for n, at in enumerate((begins - MINUTE, begins, ends - MINUTE, ends)):
        request_of(line, n, state="done", done_at=at)
    assert done_per_day(line, SPAN, "callbacks") == {date(2026, 10, 14): 2}


def test_attempts_and_their_success_are_compared_with_the_days_before(line: Line) -> None:
    url = f"/admin/menus/line/{line.pk}/reports/transfers/?from=2026-10-15&to=2026-10-15"
    browser = staff.client("Analyst")
    assert browser.get(url).context["sections"][0].table.rows == []
    TargetTally.objects.update(day=planted.DAY + timedelta(days=1))
    planted.target(line, "desk", lines.DESK, answered=10, missed=0)
    desk, sales = browser.get(url).context["sections"][0].table.rows
    assert [cell.change and cell.change.words for cell in desk[2:4]] == ["+130 %", "−87 points"]
    assert [cell.change for cell in sales[2:4]] == [None, None]
