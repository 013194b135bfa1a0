"""Ringing somebody for the caller: one target after the other, the last resort, and what the callee hears."""

from __future__ import annotations

from typing import Any

import pytest

from calls.models import Call, Event, Leg, Recording, Turn
from calls.vonage.pretend import Telephone
from tests import lines
from tests.door import CONVERSATION, UUID, Door, leg, ncco_in, place_in, said, settled

pytestmark = pytest.mark.django_db

FATES = {
    "busy": "busy",
    "timeout": "no_answer",
    "unanswered": "no_answer",
    "cancelled": "no_answer",
    "rejected": "rejected",
    "failed": "failed",
}


@pytest.fixture
def door() -> Door:
    door = Door()
    lines.publish(lines.office())
    return door


@pytest.fixture
def phone(door: Door) -> Telephone:
    """A caller for whom the first of three targets rings."""
    phone = door.telephone(uuid=UUID, conversation=CONVERSATION)
    phone.ring()
    phone.press("1")
    return phone


def rung(ncco: list[dict[str, Any]]) -> tuple[str, int]:
    connect = next(action for action in ncco if action["action"] == "connect")
    return connect["endpoint"][0]["number"], connect["timeout"]


@pytest.mark.parametrize("word", FATES)
def test_who_is_not_reached_hands_on_to_the_next(phone: Telephone, word: str) -> None:
    assert rung(phone.ncco) == ("441632960971", 20)
    again = phone.target(word, detail="unavailable", sip_code=480)
    assert rung(again) == ("441632960972", 10)
    assert said(again) == ["connect"], "the prompt is said once"
    (first,) = Leg.objects.all()
    assert (first.status, first.fate, first.status_detail) == (word, FATES[word], "unavailable")
    assert (first.call_uuid, first.destination, first.target) == (UUID, "sales", 0)
    turn = Turn.objects.get(n=2)
    assert (turn.heard, turn.digits, turn.outcome) == ("dialled", FATES[word], "not_reached")


def test_when_nobody_is_reached_the_last_resort_follows(phone: Telephone) -> None:
    phone.target("busy")
    assert rung(phone.target("timeout")) == ("441632960973", 20)
    assert said(phone.target("rejected")) == ["Speak after the tone.", "record"]
    phone.hang_up()
    assert settled(UUID).outcome == "not_reached"
    assert list(Call.objects.get().visits.values_list("destination", "outcome", "led_to")) == [
        ("main", "chosen", "sales"),
        ("sales", "not_reached", "sales"),
        ("sales", "not_reached", "sales"),
        ("sales", "not_reached", "mailbox"),
        ("mailbox", "hung_up", ""),
    ]
    assert list(Leg.objects.order_by("target").values_list("target", "fate")) == [
        (0, "busy"),
        (1, "no_answer"),
        (2, "rejected"),
    ]


def test_who_answers_gets_no_ncco_and_the_call_is_transferred(door: Door, phone: Telephone) -> None:
    phone.target("busy")
    for word in ("started", "ringing", "answered", "completed"):
        response = door.post(place_in(phone.ncco), leg(word, uuid="the second"))
        assert (response.status_code, response.content) == (204, b"")
    phone.hang_up()
    assert settled(UUID).outcome == "transferred"
    assert Turn.objects.count() == 3
    last = Call.objects.get().visits.last()
    assert last is not None
    assert (last.destination, last.outcome) == ("sales", "connected")


def test_the_caller_who_hangs_up_while_it_rings_is_abandoned(phone: Telephone) -> None:
    phone.target("ringing")
    phone.hang_up()
    assert settled(UUID).outcome == "abandoned"
    assert list(Call.objects.get().visits.values_list("destination", "outcome")) == [
        ("main", "chosen"),
        ("sales", "hung_up"),
    ]


def test_two_fates_of_one_target_ring_one_next(door: Door, phone: Telephone) -> None:
    """Vonage sends `busy` and then `completed`, or both `timeout` and `unanswered`: the first decides."""
    path = place_in(phone.ncco)
    first = door.post(path, leg("timeout")).content
    assert door.post(path, leg("unanswered")).content == first
    assert door.post(path, leg("timeout")).content == first
    assert door.post(path, leg("completed")).status_code == 204
    assert Turn.objects.count() == 3
    assert Event.objects.filter(leg_uuid="leg-of-a-desk").count() == 3
    assert (Leg.objects.get().fate, Leg.objects.get().status) == ("no_answer", "completed")


def test_an_error_report_and_the_notify_behind_it_ring_the_next_as_the_fate_does(door: Door, phone: Telephone) -> None:
    """A connect that Vonage could not make: an error tells of it, and the call goes on with the closing notify."""
    path = place_in(phone.ncco)
    assert door.post(path, {"reason": "bad number", "conversation_uuid": CONVERSATION}).status_code == 204
    notify = {"payload": {"after": "connect"}, "conversation_uuid": CONVERSATION}
    by_notify = door.post(path, notify)
    assert rung(ncco_in(by_notify)) == ("441632960972", 10)
    assert door.post(path, leg("failed")).content == by_notify.content
    assert Turn.objects.count() == 3


def test_the_notify_behind_a_talk_that_is_over_says_goodbye(door: Door, phone: Telephone) -> None:
    path = place_in(phone.ncco)
    door.post(path, leg("answered"))
    answered = ncco_in(door.post(path, {"payload": {"after": "connect"}, "conversation_uuid": CONVERSATION}))
    assert said(answered) == ["Thank you for calling. Goodbye."]
    assert Turn.objects.count() == 2


def test_a_websocket_that_closes_leaves_the_call_to_us(door: Door) -> None:
    phone = door.telephone(uuid=UUID, conversation=CONVERSATION)
    phone.ring()
    assert phone.press("5")[0]["endpoint"][0]["type"] == "websocket"
    path = place_in(phone.ncco)
    assert door.post(path, leg("answered", uuid="ws")).status_code == 204
    gone = {"uuid": "ws", "conversation_uuid": CONVERSATION, "status": "disconnected", "from": "x", "to": "wss://y"}
    assert said(ncco_in(door.post(path, gone))) == ["Goodbye."]
    assert (Leg.objects.get().fate, Leg.objects.get().status) == ("left", "completed")
    phone.hang_up()
    assert settled(UUID).outcome == "transferred"


@pytest.mark.parametrize("kind", ["sip", "app", "vbc"])
def test_the_other_kinds_of_target_are_rung_in_turn(door: Door, kind: str) -> None:
    phone = door.telephone()
    phone.ring()
    rings = phone.press("88")
    while rings[-1]["endpoint"][0]["type"] != kind:
        rings = phone.target("failed")
    assert rings[-1]["from"] == lines.NUMBER
    assert rings[-1]["ringbackTone"] == "https://example.com/ring.mp3"


def test_news_of_the_caller_at_a_place_is_not_a_fate(door: Door, phone: Telephone) -> None:
    """The caller hangs up while it rings: their own `completed`, or `cancelled`, rings nobody else."""
    for word in ("cancelled", "completed"):
        response = door.post(place_in(phone.ncco), leg(word, uuid=UUID, direction="inbound"))
        assert response.status_code == 204
    assert Turn.objects.count() == 2
    assert Call.objects.get().status == "completed"
    assert not Leg.objects.exists()


# --- whisper ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_callee_hears_the_whisper(door: Door, phone: Telephone, method: str) -> None:
    connect = next(action for action in phone.ncco if action["action"] == "connect")
    path = connect["endpoint"][0]["onAnswer"]["url"].removeprefix("https://ivr.example.com")
    answered = door.get(path, {"uuid": "leg"}) if method == "get" else door.post(path, {"uuid": "leg"})
    assert said(ncco_in(answered)) == ["A call for sales."]
    assert Turn.objects.count() == 2
    assert not Event.objects.exclude(leg_uuid=UUID).exists()


def test_where_there_is_nothing_to_whisper_nothing_is_asked_for(door: Door) -> None:
    phone = door.telephone()
    phone.ring()
    connect = phone.press("0")[0]
    assert "onAnswer" not in connect["endpoint"][0]
    path = place_in(phone.ncco).replace("/event/", "/whisper/")
    assert door.post(path, {}).status_code == 204
    assert door.post("/webhooks/whisper/garbage/", {}).status_code == 204


# --- a message --------------------------------------------------------------------------------------------------


def test_a_message_is_left_and_then_comes_goodbye(door: Door) -> None:
    phone = door.telephone(uuid=UUID, conversation=CONVERSATION)
    phone.ring()
    phone.press("2")
    _, notify, _ = phone.ncco[1:]
    assert said(phone.leave_message(8)) == ["Goodbye."]
    path = notify["eventUrl"][0].removeprefix("https://ivr.example.com")
    again = door.post(path, {"payload": notify["payload"], "conversation_uuid": CONVERSATION})
    assert said(ncco_in(again)) == ["Goodbye."], "the notify once more"
    phone.hang_up()
    call = settled(UUID)
    assert (call.outcome, call.last_destination) == ("voicemail", "bye")
    assert list(call.visits.values_list("destination", "outcome")) == [
        ("main", "chosen"),
        ("mailbox", "recorded"),
        ("bye", "ended"),
    ]
    assert (Recording.objects.get().call_uuid, Recording.objects.get().mailbox) == (UUID, "Sales")


def test_who_hangs_up_while_recording_has_left_a_message_too(door: Door) -> None:
    """Its webhook may come after `completed`, and after the summary."""
    phone = door.telephone(uuid=UUID, conversation=CONVERSATION)
    phone.ring()
    path = place_in(phone.press("2"))
    phone.hang_up()
    assert settled(UUID).outcome == "abandoned"
    recording = {"recording_url": "https://api.nexmo.com/v1/files/x", "recording_uuid": "r", "size": 1}
    assert door.post(path, recording | {"conversation_uuid": CONVERSATION}).status_code == 204
    assert settled(UUID).outcome == "voicemail"


def test_who_talked_as_is_known_only_after_the_summary_was_transferred(door: Door, phone: Telephone) -> None:
    path = place_in(phone.ncco)
    phone.hang_up()
    assert settled(UUID).outcome == "abandoned"
    door.post(path, leg("answered"))
    assert settled(UUID).outcome == "transferred"
