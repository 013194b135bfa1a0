"""The start page: how each line stands, what callers left, and only what its reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Call, CallbackRequest, CallOutcome, Recording
from calls.templatetags import today as todays
from calls.templatetags.today import Today
from menus.admin import standing
from menus.admin.standing import Standing, standings
from menus.check import check
from menus.draft import read_draft, write_draft
from menus.linefile import read_yaml
from menus.models import BookedPublish, Line
from menus.needs import needs
from menus.publish import publish
from tests import staff
from tests.pages import text

pytestmark = pytest.mark.django_db
HOME = "/admin/"


@pytest.fixture
def line() -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    return line


@pytest.fixture
def root() -> Client:
    return staff.client("superuser")


def another(n: int) -> Line:
    words = staff.CLINIC.replace("12025550120", f"120255502{n:02}").replace("Riverbend Clinic\n", f"Clinic {n}\n")
    return write_draft(read_yaml(words), Line())


def stand(line: Line) -> Standing:
    return standings([Line.objects.select_related("live").get(pk=line.pk)])[line.pk]


def call(line: Line | None, at: datetime, **more: Any) -> Call:
    zone = line.timezone if line else "UTC"
    day = at.astimezone(ZoneInfo(zone)).date()
    n = Call.objects.count()
    return Call.objects.create(uuid=f"c{n}", line=line, started_at=at, time_zone=zone, local_day=day, **more)


# --- how a line stands ----------------------------------------------------------------------------------------------


def test_a_line_says_what_is_live_and_what_is_not_published(line: Line, root: Client) -> None:
    page = text(root, HOME)
    assert "version 1, published" in page
    assert "not published" not in page
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11, type_ahead=True)
    assert stand(line).changes == 2
    assert "2 changes not published" in text(root, HOME)


def test_a_line_that_was_never_published_says_so(root: Client) -> None:
    staff.clinic()
    page = text(root, HOME)
    assert "never published" in page
    assert "not published</a>" not in page


def test_errors_and_warnings_are_those_of_its_check(line: Line, root: Client) -> None:
    row = staff.part(line, "address")
    row.then = None  # type: ignore[attr-defined]
    row.save()
    found = stand(line)
    assert found.errors == 1
    assert "1 error" in text(root, HOME)
    assert "1 error" in text(root, f"/admin/menus/line/{line.pk}/check/")


def test_what_this_site_lacks_counts_as_the_check_counts_it() -> None:
    words = next(path for path in staff.DEMO if "harbor" in path.name).read_text()
    line = write_draft(read_yaml(words))  # its tables are empty
    found, alone = stand(line), len(check(read_draft(line)))
    assert found.errors + found.warnings == alone + len(needs(read_draft(line))) > alone


def test_an_unfinished_draft_is_no_error_page(line: Line, root: Client) -> None:
    line.languages.all().delete()
    assert stand(line).unfinished
    assert "The draft is not finished" in text(root, HOME)


def test_drafts_of_many_lines_are_not_all_read(monkeypatch: pytest.MonkeyPatch, root: Client) -> None:
    monkeypatch.setattr(standing, "LOOKED_AT", 1)
    for n in range(3):
        another(n)
    assert text(root, HOME).count("Look for problems") == 2


def test_a_draft_is_checked_again_only_when_it_changed(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    first = stand(line)
    monkeypatch.setattr(standing, "check", pytest.fail)
    assert stand(line) == first


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "_REMEMBERED", 5)
    for n in range(20):
        standing._note(str(n), (n, n))
    assert len(standing._known) <= 5


# --- booked -----------------------------------------------------------------------------------------------------------


def book(line: Line, at: datetime, **more: Any) -> BookedPublish:
    return BookedPublish.objects.create(line=line, at=at, flow="{}", digest="x", **more)


def test_what_is_booked_and_what_was_refused_is_told(line: Line, root: Client) -> None:
    now = timezone.now()
    book(line, now + timedelta(days=1))
    assert "goes live" in text(root, HOME)
    other = another(1)
    book(other, now - timedelta(hours=1), state="refused", why="Somebody published meanwhile.")
    assert "Somebody published meanwhile." in text(root, HOME)


def test_a_refusal_is_old_news_once_somebody_published(line: Line, root: Client) -> None:
    book(line, timezone.now() - timedelta(hours=1), state="refused", why="Old.")
    assert "Old." not in text(root, HOME)


# --- calls ------------------------------------------------------------------------------------------------------------


def test_todays_calls_are_those_of_the_lines_own_day() -> None:
    east, west = Line.objects.create(name="A", timezone="Asia/Tokyo"), Line.objects.create(name="B")
    now = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # one o'clock of the 25th in Tokyo
    for line in (east, west):
        call(line, now - timedelta(minutes=30), ended_at=now, outcome=CallOutcome.SERVED)
        call(line, now - timedelta(hours=2), ended_at=now, outcome=CallOutcome.SERVED)
        call(line, now - timedelta(hours=26), ended_at=now, outcome=CallOutcome.SERVED)
    call(None, now)
    assert todays._today([east, west], now) == {east.pk: Today(1, 0), west.pk: Today(2, 0)}


def test_calls_in_progress_are_those_that_began_lately_and_have_no_end(line: Line) -> None:
    now = datetime(2026, 11, 24, 5, 30, tzinfo=UTC)  # half past midnight
    call(line, now - timedelta(minutes=5))
    call(line, now - timedelta(hours=1))  # it began yesterday
    call(line, now - timedelta(hours=5))  # its end was lost
    call(line, now, ended_at=now)
    assert todays._today([line], now) == {line.pk: Today(2, 2)}


def test_calls_callbacks_and_messages_are_shown_with_their_pages(line: Line, root: Client) -> None:
    now = timezone.now()
    call(line, now)
    for n, (state, ends) in enumerate([("open", -1), ("assigned", 1), ("done", -1)]):
        CallbackRequest.objects.create(
            call_uuid="c", n=n, number="1", state=state, created_at=now, ends_at=now + timedelta(hours=ends)
        )
    for n, (days, state) in enumerate([(1, "new"), (6, "new"), (1, "heard"), (31, "new")]):
        Recording.objects.create(uuid=f"r{n}", url="https://x", state=state, received_at=now - timedelta(days=days))
    page = " ".join(text(root, HOME).split())
    assert '<strong>1</strong> <span class="quiet">1 in progress now' in page
    assert 'callbackrequest/?state=due"><span class="tile-name">To call back</span> <strong>2</strong>' in page
    assert "1 overdue" in page
    assert "Voicemail</span> <strong>2</strong>" in page
    assert f'/admin/calls/call/?line__id__exact={line.pk}"><strong>1</strong>' in page


# --- who sees what ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "sees"), [("viewer", True), ("no rights", False)])
def test_only_what_the_reader_may_see_is_there(line: Line, role: str, sees: bool) -> None:
    page = text(staff.client(role), HOME)
    for words in ("Riverbend Clinic", "Calls today", "To call back", "Voicemail"):
        assert (words in page) == sees


def test_without_rights_on_calls_the_lines_are_there_alone(line: Line) -> None:
    someone = staff.user("viewer")
    someone.user_permissions.set(someone.user_permissions.filter(content_type__app_label="menus"))
    client = Client()
    client.force_login(someone)
    page = text(client, HOME)
    assert "Riverbend Clinic" in page
    for words in ("Calls today", "calls today", "To call back", "Voicemail"):
        assert words not in page


def test_an_empty_site_says_the_one_next_step(root: Client) -> None:
    page = text(root, HOME)
    assert "No line yet" in page
    assert page.count("/admin/menus/line/start/") == 1
    assert "/admin/menus/line/start/" in text(root, "/admin/menus/line/")
    assert "/admin/menus/line/start/" not in text(staff.client("viewer"), HOME)


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_many_lines_take_as_many_queries_as_one(line: Line, root: Client) -> None:
    text(root, HOME)  # what is remembered for good
    one = _queries(lambda: text(root, HOME))
    for n in range(4):
        publish(another(n), None, "x")
        Line.objects.filter(name=f"Clinic {n}").update(max_call_minutes=20 + n)
    assert _queries(lambda: text(root, HOME)) == one
    assert one < 60


def _queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)
