"""The publish page: whom a change concerns, who else edited, what is on the phone now, and booking for later."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls.models import Call, Visit
from menus.dialogue import Outcome
from menus.models import BookedPublish, GoldenCall, HangUp, Line, Menu, Message, Option
from menus.publish import publish
from tests import staff
from tests.pages import form_of, saved, text, url_of

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def line() -> Line:
    """Published, and since then key 1 leads elsewhere."""
    line = staff.clean_clinic()
    publish(line, None, "First")
    Option.objects.filter(key="desk").update(to=staff.part(line, "mailbox"))
    return line


@pytest.fixture
def ben() -> Client:
    return staff.client("publisher")


def url(line: Line) -> str:
    return f"/admin/menus/line/{line.pk}/publish/"


def fields(client: Client, line: Line) -> dict[str, Any]:
    return form_of(client.get(url(line)).content.decode())


def posted(client: Client, line: Line, given: dict[str, Any], **changes: str) -> str:
    return html.unescape(client.post(url(line), given | changes, follow=True).content.decode())


def visits(line: Line, calls: int, option: str = "desk", days: float = 1) -> None:
    when = timezone.now() - timedelta(days=days)
    for _ in range(calls):
        uuid = f"call-{Call.objects.count()}"
        Call.objects.create(
            uuid=uuid, line=line, version=line.live, started_at=when, local_day=when.date(), ended_at=when
        )
        for n in range(2):  # the same caller, twice
            Visit.objects.create(
                call_id=uuid, n=n, line=line, destination="main", kind="menu", entered_at=when, option=option,
                outcome=Outcome.CHOSEN,
            )  # fmt: skip


# --- whom it concerns -------------------------------------------------------------------------------------------


def test_a_change_says_how_many_callers_it_concerns(line: Line, ben: Client) -> None:
    visits(line, 3)
    visits(line, 2, option="address")
    visits(line, 4, days=8)
    page = re.sub(r"<[^>]+>", "", text(ben, url(line)))
    assert "Key 1 now goes to Mailbox, was Front desk. 3 callers chose it in the last week." in page
    assert "5 callers came here in the last week" in page


def test_when_nobody_came_it_says_nobody_and_of_what_is_new_nothing(line: Line, ben: Client) -> None:
    Option.objects.create(menu_id=staff.part(line, "main").pk, digits="7", label="Bye", to=HangUp.objects.get())
    page = re.sub(r"<[^>]+>", "", text(ben, url(line)))
    assert "was Front desk. Nobody chose it in the last week." in page
    assert page.count("Nobody chose it") == 1


def test_calls_of_another_line_are_not_counted(line: Line, ben: Client) -> None:
    visits(Line.objects.create(name="Other"), 3)
    assert "Nobody chose it in the last week." in text(ben, url(line))


def test_calls_in_progress_are_shown_with_the_version_they_end_on(line: Line, ben: Client) -> None:
    assert "No call is in progress." in text(ben, url(line))
    now = timezone.now()
    for n, (ago, ended) in enumerate([(1, None), (2, None), (3, now), (600, None)]):
        began = now - timedelta(minutes=ago)
        Call.objects.create(
            uuid=f"on-{n}", line=line, version=line.live, started_at=began, local_day=began.date(), ended_at=ended
        )
    assert "2 calls are in progress on version 1; they end on it." in text(ben, url(line))


def test_the_page_needs_no_more_queries_for_more_changes(line: Line, ben: Client) -> None:
    text(ben, url(line))
    with CaptureQueriesContext(connection) as few:
        text(ben, url(line))
    for n in range(5):
        bye = HangUp.objects.create(line=line, label=f"Bye {n}")
        Option.objects.create(menu_id=staff.part(line, "main").pk, digits=f"5{n}", label=f"Bye {n}", to=bye)
        GoldenCall.objects.create(line=line, name=f"{n}", at=timezone.now(), script="caller rings", ends_at="")
    visits(line, 2)
    with CaptureQueriesContext(connection) as many:
        text(ben, url(line))
    assert len(many) == len(few)


# --- who else edited --------------------------------------------------------------------------------------------


def test_the_page_names_who_edited_since_the_last_publish(line: Line, ben: Client) -> None:
    assert "changed it" not in text(ben, url(line))
    saved(staff.client("superuser"), url_of(staff.part(line, "address")), **{"prompt.en": "12 Main Road."})
    page = text(ben, url(line))
    assert "root changed it" in page
    assert "Message “Our address”." in page
    someone = LogEntry.objects.get().user
    LogEntry.objects.log_actions(someone.pk, [line], CHANGE, "Switched: closed until 18:00.", single_object=True)
    assert "Switched" not in text(ben, url(line)), "no switch is part of the draft"


def test_what_was_deleted_is_still_told_of(line: Line, ben: Client) -> None:
    Option.objects.filter(key="address").delete()
    row = Message.objects.get()
    staff.client("superuser").post(url_of(row).replace("change", "delete"), {"post": "yes"})
    assert not Message.objects.exists()
    assert "Message “Our address”. Deleted." in text(ben, url(line))


def test_nothing_is_published_over_a_draft_that_was_not_seen(line: Line, ben: Client) -> None:
    given = fields(ben, line)
    saved(staff.client("superuser"), url_of(staff.part(line, "address")), **{"prompt.en": "12 Main Road."})
    page = posted(ben, line, given, note="Mine")
    assert "root changed the draft after you opened this page (Message “Our address” at " in page
    assert "Mine</textarea>" in page
    assert line.versions.count() == 1
    posted(ben, line, fields(ben, line))
    assert line.versions.count() == 2


def test_a_draft_that_a_command_changed_is_not_published_unseen_either(line: Line, ben: Client) -> None:
    given = fields(ben, line)
    Menu.objects.update(wait_seconds=9)
    assert "Somebody changed the draft after you opened this page." in posted(ben, line, given)


@pytest.mark.parametrize("spoilt", [{"looked": ""}, {"looked": "yesterday"}, {"draft": ""}])
def test_a_page_that_lost_what_it_had_seen_publishes_nothing(spoilt: dict[str, str], line: Line, ben: Client) -> None:
    assert "look at it again, then publish" in posted(ben, line, fields(ben, line), **spoilt)
    assert line.versions.count() == 1


# --- golden calls -----------------------------------------------------------------------------------------------


def test_golden_calls_are_played_and_a_red_one_takes_the_button_away(line: Line, ben: Client) -> None:
    script = "caller rings\ncaller presses 1"
    row = GoldenCall.objects.create(line=line, name="Key 1", at=timezone.now(), script=script, ends_at="mailbox")
    assert "1 golden call was played, and ends where it must." in text(ben, url(line))
    given = fields(ben, line)
    GoldenCall.objects.update(ends_at="desk")
    page = text(ben, url(line))
    assert "Ended at “Mailbox”, expected “Front desk”." in page
    assert f"golden/#golden-{row.pk}" in page
    assert 'name="note"' not in page
    assert "the golden call “Key 1” ended at “Mailbox”, expected “Front desk”" in posted(ben, line, given)
    assert line.versions.count() == 1


# --- booking ----------------------------------------------------------------------------------------------------


def test_a_publish_is_booked_by_the_lines_clocks_shown_and_cancelled(line: Line, ben: Client) -> None:
    day = (timezone.now().astimezone(ZONE) + timedelta(days=10)).date()
    page = posted(ben, line, fields(ben, line), note="Winter", book="1", on=day.isoformat(), clock="06:00")
    made = BookedPublish.objects.get()
    assert made.at == datetime(day.year, day.month, day.day, 6, tzinfo=ZONE)
    assert (made.note, str(made.booked_by), made.seen, line.versions.count()) == ("Winter", "publisher", line.live, 1)
    assert "Goes live on" in page
    assert "If you publish now, the booked one will be refused" in page
    assert 'name="book"' not in page
    ben.post(f"{url(line)}{made.pk}/cancel/")
    assert 'name="book"' in text(ben, url(line))
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert [words.split(" for ")[0] for words in said] == ["Booked publish", "Cancelled the publish that was booked"]


@pytest.mark.parametrize(
    ("on", "clock", "why"),
    [
        ("", "06:00", "Choose the day and the time"),
        ("2026-12-01", "", "Choose the day and the time"),
        ("soon", "06:00", "Enter a valid date"),
        ("2020-01-01", "06:00", "That time is past"),
        ("2999-01-01", "06:00", "more than a year ahead"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_what_was_typed_stays(
    on: str, clock: str, why: str, line: Line, ben: Client
) -> None:
    page = posted(ben, line, fields(ben, line), note="Winter", book="1", on=on, clock=clock)
    assert why in page
    assert "Winter</textarea>" in page
    assert f'value="{on or clock}"' in page
    assert not BookedPublish.objects.exists()


def test_a_time_that_the_clocks_skip_is_refused_with_the_next_that_there_is(line: Line, ben: Client) -> None:
    today = timezone.now().date()
    springs = [date(2026, 3, 8), date(2027, 3, 14), date(2028, 3, 12), date(2029, 3, 11), date(2030, 3, 10)]
    day = next((one for one in springs if today < one < today + timedelta(days=360)), None)
    if day is None:
        pytest.skip("no spring within the year that is known here")
    page = posted(ben, line, fields(ben, line), book="1", on=f"{day:%Y-%m-%d}", clock="02:30")
    assert "are put forward and skip 02:30" in page
    assert "for example 03:30" in page
    assert not BookedPublish.objects.exists()


def test_a_booking_that_was_refused_is_shown_until_it_is_put_away(line: Line, ben: Client) -> None:
    made = BookedPublish.objects.create(
        line=line, at=timezone.now(), flow="{}", digest="x", state="refused", why="Clara published version 2."
    )
    page = text(ben, url(line))
    assert "did not go live" in page
    assert "Clara published version 2." in page
    assert "Clara published version 2." in text(ben, line.get_absolute_url())
    ben.post(f"{url(line)}{made.pk}/cancel/")
    assert "did not go live" not in text(ben, url(line))


def test_only_a_publisher_books_and_cancels(line: Line) -> None:
    made = BookedPublish.objects.create(line=line, at=timezone.now(), flow="{}", digest="x")
    for role in ("editor", "viewer", "no rights"):
        client = staff.client(role)
        assert client.get(url(line)).status_code == 403
        assert client.post(url(line), {"note": "x"}).status_code == 403
        assert client.post(f"{url(line)}{made.pk}/cancel/").status_code == 403
    made.refresh_from_db()
    assert made.state == "waiting"
