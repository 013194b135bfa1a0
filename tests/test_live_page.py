"""The calls going on now: only these, where each is, with numbers masked for those who may not see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import live_page, spool
from calls.models import Call, Event, Leg, Turn
from ivrsite import database
from menus.models import Line
from tests import lines, staff
from tests.pages import text

pytestmark = pytest.mark.django_db
LIVE = "/admin/calls/live/"


@pytest.fixture
def line() -> Line:
    return lines.publish(lines.office())


def call(line: Line, n: int, **more: object) -> Call:
    at = timezone.now() - timedelta(seconds=90)
    values = {"uuid": f"c{n}", "line": line, "version_id": line.live_id, "caller": "12025550142", "started_at": at}
    return Call.objects.create(**values | {"local_day": at.date()} | more)


def turn(call: Call, n: int, waits_at: str, language: str = "en") -> None:
    Turn.objects.create(call=call, n=n, at=timezone.now(), heard="keyed", waits_at=waits_at, language=language, ncco="")


def test_a_call_stands_where_its_last_turn_waits_and_ended_or_lost_ones_do_not(line: Line) -> None:
    here = call(line, 1)
    turn(here, 0, "main")
    turn(here, 1, "more", "es")
    call(line, 2, ended_at=timezone.now())
    call(line, 3, started_at=timezone.now() - timedelta(hours=5))
    call(line, 4, started_at=timezone.now() + timedelta(minutes=2))  # of a clock that is wrong, or a demo's
    page = staff.client("Supervisor").get(LIVE)
    (one,) = page.context["lines"]
    (going,) = one.calls
    assert (one.line, going.call.pk, going.place, going.language) == ("Office", "c1", "More", "es")
    assert going.caller == "+1 202 555 0142"
    assert going.lasted.startswith("1 min 3")


def test_who_talks_is_known_from_the_leg(line: Line) -> None:
    here = call(line, 1)
    turn(here, 0, "desk")
    leg = Leg.objects.create(uuid="leg", call_uuid="c1", started_at=timezone.now(), answered_at=timezone.now())
    assert vars(live_page.going(timezone.now()).get())["talking"]
    Leg.objects.filter(pk=leg.pk).update(call_uuid="")
    assert not vars(live_page.going(timezone.now()).get())["talking"]
    Call.objects.update(conversation="CON-1")
    Leg.objects.filter(pk=leg.pk).update(conversation="CON-1")
    assert vars(live_page.going(timezone.now()).get())["talking"], "known by the conversation alone"
    Leg.objects.filter(pk=leg.pk).update(ended_at=timezone.now())
    assert not vars(live_page.going(timezone.now()).get())["talking"]


def test_numbers_are_masked_for_an_analyst_and_nobody_else_comes_in(line: Line) -> None:
    call(line, 1)
    told = text(staff.client("Analyst"), LIVE)
    assert "42" in told
    assert "0142" not in told
    assert staff.client("Menu editor").get(LIVE).status_code == 403


def test_many_calls_are_one_question_and_the_list_is_bounded(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_page, "MOST", 5)
    browser = staff.client("superuser")
    call(line, 0)
    browser.get(LIVE)
    with CaptureQueriesContext(connection) as few:
        browser.get(LIVE)
    for n in range(1, 9):
        turn(call(line, n), 0, "main")
    with CaptureQueriesContext(connection) as many:
        page = browser.get(LIVE)
    assert len(many) == len(few)
    assert page.context["total"] == 5
    assert page.context["more"]


def test_it_says_when_the_last_webhook_came_and_whether_records_wait(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = staff.client("superuser")
    assert "No webhook ever came" in text(browser, LIVE)
    at = timezone.now() - timedelta(minutes=5)
    Event.objects.create(digest="d", kind="status", received_at=at, payload="{}")
    assert "Last webhook 5 min 0" in text(browser, LIVE)
    monkeypatch.setattr(spool, "is_empty", lambda: False)
    assert "Records wait on disk" in text(browser, LIVE)
    monkeypatch.setattr(database, "is_away", lambda: True)
    assert "The database is away" in text(browser, LIVE)


def test_it_refreshes_without_a_script_too_and_can_be_stopped() -> None:
    browser = staff.client("superuser")
    refreshing, still = (browser.get(url).content.decode() for url in (LIVE, f"{LIVE}?still"))
    assert '<noscript><meta http-equiv="refresh" content="5">' in refreshing
    assert "live.js" in refreshing
    assert "http-equiv" not in still
    assert "live.js" not in still
    assert LIVE in browser.get("/admin/").content.decode()
