"""What the API changes: messages and callback requests, by the rules of the admin and with its words in the history."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from calls.api import bodies
from calls.models import Access, CallbackRequest, Recording, Sound
from tests import lines, staff
from tests.test_api import NOON, V1, call, key, session

pytestmark = pytest.mark.django_db
RIGHTS: Final = ("change_callbackrequest", "view_recording", "change_recording")


@pytest.fixture
def row() -> CallbackRequest:
    line = lines.publish(lines.tutorial())
    return CallbackRequest.objects.create(call_uuid="a", n=1, line=line, number="12025550142", created_at=NOON)


@pytest.fixture
def message() -> Recording:
    return Recording.objects.create(uuid="r", call_uuid="a", mailbox="Reception", received_at=datetime.now(UTC))


def patch(client: Client, thing: CallbackRequest | Recording, **given: Any) -> Any:
    path = f"callbacks/{thing.pk}" if isinstance(thing, CallbackRequest) else f"messages/{thing.pk}"
    return client.patch(f"{V1}/{path}/", json.dumps(given), content_type="application/json")


def test_a_request_is_taken_and_done_as_in_the_admin(row: CallbackRequest) -> None:
    client = session(*RIGHTS)
    ana = User.objects.get()
    assert patch(client, row, state="assigned", assigned_to=ana.username).json()["assigned_to"] == ana.username
    told = patch(client, row, state="done", note="Called at 10:20.").json()
    assert (told["state"], told["note"], bool(told["done_at"])) == ("done", "Called at 10:20.", True)
    words = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert words == [f"Assigned: {ana.username}.", f"Done: {ana.username}. Note written."]


def test_what_is_given_back_belongs_to_nobody(row: CallbackRequest) -> None:
    client = session(*RIGHTS)
    patch(client, row, state="assigned")
    row.refresh_from_db()
    assert row.assigned_to == User.objects.get(), "as in the admin, whoever says so has it"
    patch(client, row, state="open")
    row.refresh_from_db()
    assert (row.state, row.assigned_to_id) == ("open", None)


def test_what_a_key_changes_is_written_under_who_made_it(row: CallbackRequest) -> None:
    ana = User.objects.create_superuser("ana")
    client = key("callbacks", "write", by=ana)
    answer = patch(client, row, state="done")
    assert answer.status_code == 200
    assert answer.json()["number"] == "+1 ••• ••• ••42", "it has no scope for numbers"
    entry = LogEntry.objects.get()
    assert entry.user == ana
    assert entry.get_change_message().startswith("By API key Power BI (")
    User.objects.update(is_active=False)
    assert patch(client, row, state="open").status_code == 403
    row.refresh_from_db()
    assert row.state == "done"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"state": "gone"}, "state"),
        ({"assigned_to": "nobody-here"}, "assigned_to"),
        ({"assigned_to": "no-staff"}, "assigned_to"),
        ({"number": "1"}, "number"),
        ({"note": "\0"}, "note"),
        ({"note": "\ud800"}, "note"),
        ({"note": "x" * 10_001}, "note"),
        ({"\ud800": 1}, "?"),
        ({"state": "\ud800"}, "state"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(given: dict[str, Any], field: str, row: CallbackRequest) -> None:
    User.objects.create_user("no-staff")
    answer = patch(session(*RIGHTS), row, **given)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
    row.refresh_from_db()
    assert (row.state, row.note, row.assigned_to) == ("open", "", None)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "1", "null", "{", '"done"', '{"state": ["done"]}', '{"note": {}}'])
def test_what_is_no_change_is_refused(body: str, row: CallbackRequest) -> None:
    client = session(*RIGHTS)
    answer = client.patch(f"{V1}/callbacks/{row.pk}/", body, content_type="application/json")
    assert (answer.status_code, "detail" in answer.json()) == (400, True) if body else (200, True)
    row.refresh_from_db()
    assert row.state == "open"


@pytest.mark.parametrize("body", ["[" * 100_000, '{"note": ' * 20_000, '{"note": "' + "x" * bodies.MOST_BYTES + '"}'])
def test_neither_a_deep_nor_a_long_body_is_a_fault_of_ours(body: str, row: CallbackRequest) -> None:
    answer = session(*RIGHTS).patch(f"{V1}/callbacks/{row.pk}/", body, content_type="application/json")
    assert (answer.status_code, "too" in answer.json()["detail"]) == (400, True)


def test_who_may_only_look_changes_nothing(row: CallbackRequest, message: Recording) -> None:
    looking = session("view_callbackrequest", "view_recording")
    for client in (looking, key("callbacks", "messages"), key("write")):
        for thing in (row, message):
            assert patch(client, thing, state="done").status_code == 403
    assert not LogEntry.objects.exists()


def test_a_session_needs_its_token(row: CallbackRequest) -> None:
    user = User.objects.create_user("ana", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert patch(client, row, state="done").status_code == 403
    row.refresh_from_db()
    assert row.state == "open"


def test_a_message_is_done_as_in_the_admin(message: Recording) -> None:
    client = session(*RIGHTS)
    told = patch(client, message, state="done", note="Rang back.").json()
    assert (told["state"], told["note"], bool(told["done_at"])) == ("done", "Rang back.", True)
    assert LogEntry.objects.get().user == User.objects.get()
    assert client.get(f"{V1}/messages/?state=done&mailbox=Reception").json()["results"][0]["uuid"] == "r"
    assert client.get(f"{V1}/messages/?state=new").json()["results"] == []


def test_a_transcript_is_for_those_who_may_hear_the_message(message: Recording) -> None:
    Recording.objects.update(transcript="Please call me.")
    assert session("view_recording").get(f"{V1}/messages/r/").json()["transcript"] == ""
    assert session("view_recording", "hear_recording").get(f"{V1}/messages/r/").json()["transcript"]
    assert key("messages").get(f"{V1}/messages/r/").json()["transcript"]


def test_a_masked_number_is_told_by_no_note_and_no_transcript(row: CallbackRequest, message: Recording) -> None:
    """Nor where a message is known by its conversation alone, or somebody else is to be called back."""
    call("a", conversation="CON-1", caller="12025550199")
    Recording.objects.update(call_uuid="", conversation="CON-1", transcript="Ring 202 555 0199.")
    CallbackRequest.objects.update(note="Rang from +1 202 555 0199, wants 12025550142.")
    assert key("messages").get(f"{V1}/messages/r/").json()["transcript"] == "Ring +1 ••• ••• ••99."
    assert key("callbacks").get(f"{V1}/callbacks/{row.pk}/").json()["note"].count("•••") == 4
    page = staff.with_rights("view_callbackrequest").get(f"/admin/calls/callbackrequest/{row.pk}/change/")
    assert "555 01" not in page.content.decode()


def test_a_program_hears_a_message_and_that_is_noted(message: Recording) -> None:
    Sound.objects.create(recording=message, media_type="audio/mpeg", data=b"0123456789", size_bytes=10)
    client = key("messages")
    assert client.get(f"{V1}/messages/r/sound/").status_code == 404
    Recording.objects.update(fetched_at=NOON)
    whole = client.get(f"{V1}/messages/r/sound/")
    assert (whole.content, whole["Content-Type"], whole["Cache-Control"]) == (
        b"0123456789",
        "audio/mpeg",
        "private, no-store",
    )
    part = client.get(f"{V1}/messages/r/sound/", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    noted = Access.objects.get()  # once for both
    assert (noted.what, noted.who[:8], noted.call_uuid, noted.detail) == ("heard", "API key ", "a", "r")
    assert Recording.objects.get().state == "new"
    Sound.objects.all().delete()
    assert client.get(f"{V1}/messages/r/sound/").status_code == 404
    assert Access.objects.count() == 1


def test_a_message_is_heard_by_nobody_else(message: Recording) -> None:
    Sound.objects.create(recording=message, media_type="audio/mpeg", data=b"0123456789", size_bytes=10)
    Recording.objects.update(fetched_at=NOON)
    path = f"{V1}/messages/r/sound/"
    assert session("view_recording", "change_recording").get(path).status_code == 403
    assert key("calls", "callbacks", "write", "numbers").get(path).status_code == 403
    assert Client().get(path).status_code == 401
    assert not Access.objects.exists()
    assert session("hear_recording").get(path).content == b"0123456789"
    assert Access.objects.get().user == User.objects.latest("pk")
