"""The inbox: who hears messages and what that leaves behind, what is done about them, and whose mailboxes they are."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any, Final

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from calls import logged
from calls.models import Access, Call, Mailbox, Recording, Sound
from calls.privacy import old
from menus.models import Line
from tests import staff
from tests.pages import filled, text

pytestmark = pytest.mark.django_db
LIST: Final = "/admin/calls/recording/"
DATA: Final = b"ID3" + bytes(range(97))
State = Recording.State


@pytest.fixture
def ana() -> Client:
    return staff.with_rights("change_recording", "view_recording", "hear_recording")


@pytest.fixture
def line() -> Line:
    return Line.objects.create(name="Bank", timezone="America/New_York")


def message(line: Line, n: int = 1, **more: Any) -> Recording:
    now = timezone.now()
    Call.objects.create(uuid=f"call-{n}", caller=f"1202555014{n}", line=line, started_at=now, local_day=now.date())
    given = {"line": line, "mailbox": f"Box {n}", "url": "https://x", "received_at": now - timedelta(minutes=n)}
    row = Recording.objects.create(uuid=f"rec-{n}", call_uuid=f"call-{n}", fetched_at=now, **given | more)
    Sound.objects.create(recording=row, data=DATA, media_type="audio/mpeg", digest="x", size_bytes=len(DATA))
    return row


def page(row: Recording) -> str:
    return f"{LIST}{row.pk}/change/"


def test_the_inbox_shows_what_is_not_done_newest_first(ana: Client, line: Line) -> None:
    for n, state in enumerate((State.HEARD, State.NEW, State.DONE), start=1):
        message(line, n, state=state)
    shown = text(ana, LIST)
    assert shown.index("rec-1/change") < shown.index("rec-2/change")
    assert "rec-3" not in shown
    assert "rec-3/change" in text(ana, f"{LIST}?state=all")
    assert "rec-2/change" in (new := text(ana, f"{LIST}?state=new"))
    assert "rec-1" not in new
    assert "rec-1/change" in (found := text(ana, f"{LIST}?q=%2B1+202-555-0141"))
    assert "rec-2" not in found
    assert "rec-1" not in text(ana, f"{LIST}?mailbox=Box+2&state=all")


def test_numbers_are_masked_for_those_who_only_look(line: Line) -> None:
    row = message(line, note="Rang 12025550141.", transcript="Call 202 555 0141.")
    viewer = staff.with_rights("view_recording", "hear_recording", name="eve")
    for url in (LIST, page(row)):
        shown = text(viewer, url)
        assert "0141" not in shown
        assert "2025550141" not in shown
        assert "••41" in shown
    assert "rec-1" not in text(viewer, f"{LIST}?q=12025550141")
    assert Access.objects.filter(what="saw_numbers").count() == 0


def test_the_sound_comes_in_parts_and_nobody_keeps_it(ana: Client, line: Line) -> None:
    url = f"{LIST}{message(line).pk}/sound/"
    whole = ana.get(url)
    assert (whole.status_code, whole.content, whole.headers["Content-Type"]) == (200, DATA, "audio/mpeg")
    assert whole.headers["Cache-Control"].startswith("private, no-store")
    part = ana.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, DATA[10:20])
    assert part.headers["Content-Range"] == "bytes 10-19/100"
    assert ana.get(url, headers={"Range": "bytes=-5"}).content == DATA[-5:]
    assert ana.get(url, headers={"Range": "bytes=100-"}).status_code == 416
    assert ana.post(url).status_code == 405


def test_who_hears_a_message_is_noted_once_and_it_is_no_longer_new(ana: Client, line: Line) -> None:
    row = message(line)
    text(ana, page(row))
    row.refresh_from_db()
    assert row.state == State.NEW  # to open the page is not to hear it
    for wanted in ("bytes=1-", "bytes=50-"):
        ana.get(f"{LIST}rec-1/sound/", headers={"Range": wanted})
    row.refresh_from_db()
    assert row.state == State.HEARD
    assert row.heard_at
    (heard,) = Access.objects.filter(what="heard")
    assert (heard.who, heard.call_uuid, heard.detail) == ("ana", "call-1", "rec-1")
    assert Access.objects.filter(what="saw_numbers", who="ana", call_uuid="call-1").count() == 1


def test_whoever_only_listens_is_noted_and_changes_nothing(line: Line) -> None:
    row = message(line)
    eve = staff.with_rights("view_recording", "hear_recording", name="eve")
    assert eve.get(f"{LIST}rec-1/sound/").status_code == 200
    row.refresh_from_db()
    assert (row.state, Access.objects.filter(what="heard", who="eve").count()) == (State.NEW, 1)


def test_nobody_hears_it_without_the_right(line: Line) -> None:
    row = message(line, transcript="My secret.")
    lookers = staff.with_rights("view_recording", "change_recording", name="eve")
    assert lookers.get(f"{LIST}rec-1/sound/").status_code == 403
    shown = text(lookers, page(row))
    assert "<audio" not in shown
    assert "My secret" not in shown
    assert "may not hear" in shown
    assert not Access.objects.filter(what="heard").exists()


def test_a_message_without_sound_says_why(ana: Client, line: Line) -> None:
    row = message(line)
    row.sound.delete()
    Recording.objects.update(fetched_at=None)
    assert "set VONAGE_PRIVATE_KEY" in text(ana, page(row))
    assert ana.get(f"{LIST}rec-1/sound/").status_code == 404


def test_of_a_message_that_was_taken_out_nobody_is_told_that_it_will_come(ana: Client, line: Line) -> None:
    row = message(line)
    old.empty_recordings([row.pk])
    assert "It is no longer kept." in text(ana, page(row))
    assert logged.steps_of(Call.objects.get())[0].what == "message kept for Box 1"


def test_a_note_written_while_listening_is_saved_and_it_stays_heard(ana: Client, line: Line) -> None:
    row = message(line)
    form = filled(ana, page(row))
    ana.get(f"{LIST}rec-1/sound/")
    assert ana.post(page(row), form | {"note": "Called back."}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.note) == (State.HEARD, "Called back.")
    mine = {"state": "done", "assigned_to": get_user_model().objects.get().pk}
    assert ana.post(page(row), filled(ana, page(row)) | mine).status_code == 302
    row.refresh_from_db()
    assert row.state == State.DONE
    assert row.done_at
    assert LogEntry.objects.latest("pk").get_change_message() == "Done: ana."


def test_of_two_who_save_the_second_hears_of_the_first(ana: Client, line: Line) -> None:
    row = message(line)
    form = filled(ana, page(row))
    Recording.objects.update(note="Ben: done.", state=State.DONE)
    answer = ana.post(page(row), form | {"note": "Ana"})
    assert "Somebody changed this message meanwhile: Done" in answer.content.decode()
    row.refresh_from_db()
    assert row.note == "Ben: done."


def test_many_are_taken_and_done_at_once(ana: Client, line: Line) -> None:
    rows = [message(line, n) for n in (1, 2)]
    chosen = {"_selected_action": [row.pk for row in rows]}
    ana.post(LIST, chosen | {"action": "take"})
    ana.post(LIST, chosen | {"action": "finish"})
    found = Recording.objects.values_list("state", "assigned_to__username").distinct()
    assert list(found.order_by("state")) == [("done", "ana")]
    words = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert words == ["Assigned: ana.", "Assigned: ana.", "Done.", "Done."]


def test_addresses_of_a_mailbox_are_checked_line_by_line(line: Line) -> None:
    browser = staff.with_rights("add_mailbox", "change_mailbox", "view_mailbox", "view_line", name="sue")
    wrong = {"line": line.pk, "name": "Desk", "emails": "ana@example.com\r\nben@example\r\na@b.com, c@d.com"}
    add = "/admin/calls/mailbox/add/"
    shown = html.unescape(browser.post(add, wrong).content.decode())
    assert "Line 2: “ben@example” is not one e-mail address." in shown
    assert "Line 3:" in shown
    assert "Line 1:" not in shown
    assert browser.post(add, wrong | {"emails": " ana@example.com\r\n\r\nANA@example.com\r\n"}).status_code == 302
    assert Mailbox.objects.get().emails == "ana@example.com"
    again = browser.post(add, wrong | {"emails": "x@example.com"})
    assert "already exists" in again.content.decode()
