"""The time machine: what is heard at a date and time, why, and a fortnight of opening hours."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.utils import timezone

from menus.dialogue import Flip
from menus.flow import Prompt, SwitchKind
from menus.models import Line, Switch
from menus.publish import publish
from menus.switches import throw
from tests import kinds, lines, staff
from tests.pages import text

pytestmark = pytest.mark.django_db
NOW: Final = datetime(2026, 11, 23, 15, tzinfo=UTC)
"""A Monday, 10:00 in New York; the office is open from 8 to 17 o'clock on Mondays only."""


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    yield
    lines.forget()


@pytest.fixture
def line() -> Line:
    """The clinic, begun at its hours."""
    line = staff.clinic()
    Line.objects.filter(pk=line.pk).update(start=line.destinations.get(key="open"))
    line.refresh_from_db()
    return line


def asked(line: Line, **asked: str) -> str:
    """The page's words, without its tags."""
    given = {"caller": "+1 202 555 0142", "dialled": "+12025550120", "date": "", "time": "", "which": "draft"} | asked
    page = text(staff_client(), f"/admin/menus/line/{line.pk}/when/?{urlencode(given)}")
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def staff_client() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.filter(username="viewer").first() or staff.user("viewer"))
    return client


@pytest.mark.parametrize(
    ("date", "time", "why", "heard"),
    [
        ("2026-12-25", "09:10", "Office: holiday, Christmas", "Leave a message."),
        ("2026-11-23", "08:00", "Office: open, Monday 08:00–17:00", "Riverbend Clinic."),
        ("2026-11-23", "17:00", "Office: closed, Monday opens 08:00–17:00", "Leave a message."),
    ],
)
def test_it_says_what_is_heard_and_why(line: Line, date: str, time: str, why: str, heard: str) -> None:
    page = asked(line, date=date, time=time)
    day = f"{datetime.fromisoformat(date):%A %-d %B %Y}"
    assert f"What does +1 202 555 0142 hear on {day} at {time}, and why?" in page
    assert why in page
    assert heard in page


def test_each_key_and_silence_lead_somewhere(line: Line) -> None:
    page = asked(line, date="2026-11-23", time="10:00")
    assert "The call then waits at Main." in page
    assert "1 Front desk → Front desk" in page
    assert "2 Our address → the call ends" in page
    assert "Nothing is pressed, 3 times → the call ends" in page


def test_who_is_rung_answers_or_does_not(line: Line) -> None:
    Line.objects.filter(pk=line.pk).update(start=line.destinations.get(key="desk"))
    page = asked(line)
    assert "They answer → Front desk" in page
    assert "They do not answer → Mailbox" in page


def test_what_is_left_out_is_the_live_line_now(line: Line) -> None:
    publish(line, None, "First")
    page = text(staff_client(), f"/admin/menus/line/{line.pk}/when/")
    assert "hear on Monday 23 November 2026 at 10:00" in page
    assert "Asked of version 1" in page


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"date": "2027-03-14", "time": "02:30"}, "skip 02:30; choose another time, for example 03:30."),
        ({"caller": "four"}, "“four” is not a whole telephone number"),
        ({"date": "1000-01-01"}, "This date cannot be tried"),
        ({"which": "nonsense"}, "This version is not there any more"),
    ],
)
def test_what_cannot_be_asked_is_said_and_stays_typed(line: Line, given: dict[str, str], fault: str) -> None:
    assert fault in asked(line, **given)
    url = f"/admin/menus/line/{line.pk}/when/?{urlencode({'which': 'draft'} | given)}"
    page = text(staff_client(), url)
    assert all(f'value="{value}"' in page for name, value in given.items() if name != "which")


def test_a_time_that_comes_twice_is_said(line: Line) -> None:
    assert "show this time twice; this is the second one" in asked(line, date="2026-11-01", time="01:30")


def test_the_switches_that_are_on_then_count_and_no_others(line: Line) -> None:
    throw(line.pk, Flip(SwitchKind.CLOSED, "office", int((NOW + timedelta(hours=2)).timestamp()), Prompt()), NOW)
    now, later = asked(line, date="2026-11-23", time="11:59"), asked(line, date="2026-11-23", time="12:00")
    assert "Force closed, Office, until 23 November 2026, 12:00 EST" in now
    assert "switched to closed until 23 November, 12:00" in now
    assert "Leave a message." in now
    assert "No switch that is set now is on then." in later
    assert "Riverbend Clinic." in later
    Switch.objects.update(ended_at=NOW + timedelta(hours=1))
    assert "No switch that is set now is on then." in asked(line, date="2026-11-23", time="11:30")
    assert "Leave a message." in asked(line, date="2026-11-23", time="10:30")


def test_an_emergency_message_is_heard_first(line: Line) -> None:
    words = Prompt.model_validate({"en": "We are closed because of snow."})
    throw(line.pk, Flip(SwitchKind.MESSAGE, "", int((NOW + timedelta(hours=2)).timestamp()), words), NOW)
    assert "We are closed because of snow." in asked(line, date="2026-11-23", time="11:00")


def test_the_strip_shows_a_fortnight_in_words(line: Line) -> None:
    page = asked(line, date="2026-12-24", time="10:00")
    assert "Thu 24 Dec closed all day Fri 25 Dec closed all day Christmas" in page
    assert "Mon 28 Dec 08:00–17:00" in page
    assert "Wed 6 Jan" in page
    assert "Thu 7 Jan" not in page
    assert "Mon 23 Nov today 08:00–17:00" in asked(line)


def test_the_strip_tells_clocks_that_are_changed_and_switches(line: Line) -> None:
    assert "Sun 1 Nov closed all day the clocks are put back: 25 hours" in asked(line, date="2026-10-25", time="10:00")
    throw(line.pk, Flip(SwitchKind.OPEN, "", int((NOW + timedelta(hours=10)).timestamp()), Prompt()), NOW)
    assert "Mon 23 Nov today 08:00–20:00 switched to open until 23 November, 20:00" in asked(line)


def test_no_service_is_asked_and_nothing_is_recorded(line: Line) -> None:
    line = kinds.utilities()
    Line.objects.filter(pk=line.pk).update(start=line.destinations.get(key="ask-billing"))
    staff_client()
    own = [model for app in ("calls", "menus") for model in apps.get_app_config(app).get_models()]
    before = [model._default_manager.count() for model in own]
    assert "no service is asked here" in asked(line)
    assert [model._default_manager.count() for model in own] == before


def test_a_line_without_hours_says_so() -> None:
    line = staff.clinic()
    line.destinations.filter(key="open").delete()
    line.schedules.all().delete()
    assert "This line has no opening hours" in asked(line)


@pytest.mark.parametrize("role", staff.ROLES)
def test_who_sees_the_line_may_ask(role: str) -> None:
    response: Any = staff.client(role).get(f"/admin/menus/line/{staff.clinic().pk}/when/")
    assert (response.status_code == 200) is (role not in ("anonymous", "no rights"))
