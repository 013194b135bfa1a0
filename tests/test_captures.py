"""Requests of the real platform (tests/captures), replayed as they are, but signed; what is stored of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from django.http import HttpResponse
from django.test import Client

from calls.models import Call, Event, Leg, Recording, Turn
from calls.vonage.pretend import sign
from tests import lines
from tests.door import Door, ncco_in, place_in, said, settled

pytestmark = pytest.mark.django_db

FOLDER: Final = Path(__file__).parent / "captures"
NUMBER, CALLER, UUID = "16105553939", "14845552121", "0A0000000123ABCD1"
CONVERSATION: Final = "CON-2541d01c-253e-48be-a8e0-da4bbe4c3722"
NEWS: Final = {
    # file: (kind, status, leg, conversation, when)
    "error-get": ("error", "This is an error", "", CONVERSATION, "2020-01-01T12:00:00.000"),
    "event-get-notify": ("notify", "", "", CONVERSATION, "2020-07-29T17:33:00.043"),
    "event-post-notify": ("notify", "", "", CONVERSATION, "2020-07-29T17:32:26.628"),
    "event-post-started": ("status", "started", UUID, CONVERSATION, "2020-07-01T20:45:34.796"),
    "event-post-ringing": ("status", "ringing", UUID, CONVERSATION, "2020-07-01T20:45:34.796"),
    "event-post-answered": ("status", "answered", UUID, CONVERSATION, "2020-07-01T20:45:35.084"),
    "event-post-completed": ("status", "completed", UUID, CONVERSATION, "2020-07-01T20:45:41.712"),
    "event-post-failed": ("status", "failed", UUID, CONVERSATION, "2020-07-01T20:45:34.796"),
    "event-post-transfer": ("transfer", "transfer", UUID, CONVERSATION, "2020-07-01T20:45:36.850"),
    "recording-get": (
        "recording",
        "",
        "",
        "CON-181f3e7e-c343-44b4-8439-29a2dd415cb4",
        "2020-07-14T01:23:09.426",
    ),
}


class Captured(NamedTuple):
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


def captured(name: str) -> Captured:
    head, _, body = (FOLDER / f"{name}.txt").read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    first, *rest = head.decode().splitlines()
    method, address, _ = first.split(" ")
    path, _, query = address.partition("?")
    headers = dict(line.split(": ", 1) for line in rest)
    headers.pop("Content-Length", "")  # of the ids before they were made anonymous
    return Captured(method, path, query, headers, body)


def replay(door: Door, name: str, path: str = "") -> HttpResponse:
    """The request, byte for byte, at its own path. Those to addresses that only its NCCO knew come to `path`."""
    request = captured(name)
    at = path or request.path.replace("/webhooks/notification", "/webhooks/event").replace("dtmf", "event")
    headers = request.headers | {"Authorization": sign(request.body, "test-signature-secret-of-32-bytes!")}
    return door.request(request.method, f"{at}?{request.query}".rstrip("?"), request.body, **headers)


@pytest.fixture
def door() -> Door:
    door = Door()
    lines.publish(lines.office(), NUMBER)
    return door


def test_every_capture_is_replayed_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == {"answer-get", "dtmf-get", "dtmf-post", *NEWS}


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.txt"))])
def test_each_is_taken_but_not_unsigned(door: Door, name: str) -> None:
    assert replay(door, name).status_code in (200, 204)
    request = captured(name)
    unsigned: Any = Client().generic(
        request.method, f"{request.path.replace('dtmf', 'event').replace('notification', 'event')}", request.body
    )
    assert unsigned.status_code == 503


def test_the_answer(door: Door) -> None:
    assert said(ncco_in(replay(door, "answer-get")))[0] == "Hello."
    call = Call.objects.get()
    assert (call.uuid, call.conversation, call.caller, call.dialled) == (UUID, CONVERSATION, CALLER, NUMBER)
    assert (call.endpoint, call.region_url, call.details, call.outcome) == ("", "", "", "in_progress")


@pytest.mark.parametrize(("name", "key"), [("dtmf-get", "3"), ("dtmf-post", "2")])
def test_the_keys_at_their_place_and_at_the_plain_address(door: Door, name: str, key: str) -> None:
    """Their `from` and `to` are the other way round than the answer's, and `timed_out` is true in spite of a key."""
    place = place_in(ncco_in(replay(door, "answer-get")))
    first = ncco_in(replay(door, name, place))
    assert said(first)[0] == {"3": "All is well.", "2": "Speak after the tone."}[key]
    assert Turn.objects.filter(call_id=UUID).values_list("n", "heard", "digits", "option").last() == (
        1,
        "keyed",
        key,
        {"3": "news", "2": "message"}[key],
    )
    Turn.objects.filter(n=1).delete()
    assert ncco_in(replay(door, name)) == first
    assert Turn.objects.filter(call_id=UUID).count() == 2
    assert Call.objects.count() == 1


@pytest.mark.parametrize("name", NEWS)
def test_the_news(door: Door, name: str) -> None:
    assert replay(door, name).status_code == 204
    event = Event.objects.get()
    kind, status, leg, conversation, at = NEWS[name]
    assert (event.kind, event.status, event.leg_uuid, event.conversation) == (kind, status, leg, conversation)
    assert event.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    sent = captured(name)
    if sent.body:
        assert json.loads(event.payload) == json.loads(sent.body)
    assert replay(door, name).status_code == 204
    assert Event.objects.count() == 1
    assert Turn.objects.count() == 0


def test_the_figures_of_the_end(door: Door) -> None:
    replay(door, "event-post-completed")
    call = Call.objects.get()
    assert (call.uuid, call.status, call.duration_seconds, call.network) == (UUID, "completed", 7, "US-VIRTUAL-LEVEL3")
    assert (str(call.price), str(call.rate), call.answer_missing) == ("0.00052500", "0.00450000", True)
    assert call.answered_at == datetime(2020, 7, 1, 20, 45, 35, tzinfo=UTC)
    assert call.ended_at == datetime(2020, 7, 1, 20, 45, 42, tzinfo=UTC)


def test_somebody_rung_who_failed_is_a_leg_and_no_call(door: Door) -> None:
    replay(door, "event-post-failed")
    leg = Leg.objects.get()
    assert (leg.uuid, leg.status, leg.fate, leg.status_detail) == (UUID, "failed", "failed", "cannot_route")
    assert (leg.call_uuid, leg.dialled) == ("", NUMBER)
    assert not Call.objects.exists()


def test_the_recording(door: Door) -> None:
    replay(door, "recording-get")
    recording = Recording.objects.get()
    assert recording.uuid == "2e7855d6-b952-45ac-bd92-c0a99103095f"
    assert recording.url == "https://api.nexmo.com/v1/files/87b8851a-dbfa-4142-bc01-82a7854ac4fd"
    assert recording.size_bytes == 18990
    assert recording.started_at == datetime(2020, 7, 14, 1, 23, 4, tzinfo=UTC)


def test_the_whole_call(door: Door) -> None:
    place = place_in(ncco_in(replay(door, "answer-get")))
    for name in ("event-post-started", "event-post-ringing", "event-post-answered"):
        replay(door, name)
    replay(door, "dtmf-get", place)
    for name in ("event-post-transfer", "event-post-completed"):
        replay(door, name)
    call = settled(UUID)
    assert (call.outcome, call.status, call.turn_count, call.last_destination) == ("served", "completed", 2, "bye")
    assert (call.duration_seconds, call.answer_missing) == (7, False)
    assert list(call.visits.values_list("destination", "outcome")) == [
        ("main", "chosen"),
        ("news", "played"),
        ("bye", "ended"),
    ]
    assert Event.objects.count() == 5
