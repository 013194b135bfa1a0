"""Every shape of payload that Vonage may send: what is heard in it, and what is stored of it.

Source: Vonage's webhook reference, and captures and fixtures of their libraries.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from calls.models import Call, Event, Leg, Recording, Turn
from tests import lines
from tests.door import (
    ABSENT,
    ANSWER,
    CALLER,
    CONVERSATION,
    EVENT,
    FALLBACK,
    UUID,
    Door,
    keyed,
    leg,
    ncco_in,
    place_in,
    ring,
    said,
    status,
)

pytestmark = pytest.mark.django_db

PUBLIC: Final = "https://ivr.example.com"
NOT_ASKED: Final = {"error": "Speech was not enabled"}
TWO_IDS: Final = {"from": ABSENT, "to": ABSENT}


def said_by_caller(*texts: str) -> dict[str, Any]:
    results = [{"text": text, "confidence": "0.9"} for text in texts]
    return keyed(None, speech={"timeout_reason": "end_on_silence_timeout", "results": results})


INPUTS: Final[dict[str, tuple[dict[str, Any], str, str, str]]] = {
    # what: (the payload, heard, digits kept, option)
    "v2": (keyed("3"), "keyed", "3", "news"),
    "v2 that timed out with keys": (keyed("3", dtmf={"digits": "3", "timed_out": True}), "keyed", "3", "news"),
    "v2 ended by hash": (keyed("3#"), "keyed", "3#", "news"),
    "v2 with blanks": (keyed(" 3 "), "keyed", "3", "news"),
    "v2 with two keys": (keyed("88"), "keyed", "88", "sip"),
    "v2 with a number": (keyed("3", dtmf={"digits": 3, "timed_out": False}), "keyed", "3", "news"),
    "v2 wrong key": (keyed("6789"), "keyed", "6789", ""),
    "v2 a long entry": (keyed("4111111111111111"), "keyed", "(16 keys)", ""),
    "v2 that is no key": (keyed("3A"), "keyed", "?", ""),
    "v2 leading zero": (keyed("03"), "keyed", "03", ""),
    "v2 silence, empty": (keyed("", dtmf={"digits": "", "timed_out": True}), "silence", "", ""),
    "v2 silence, null": (keyed(None), "silence", "", ""),
    "v2 silence, missing": (keyed(None, dtmf={"timed_out": True}), "silence", "", ""),
    "v2 silence, nothing in it": (keyed(None, dtmf={}), "silence", "", ""),
    "v2 silence, null itself": (keyed(None, dtmf=None), "silence", "", ""),
    "v2 silence, a list": (keyed(None, dtmf=[]), "silence", "", ""),
    "v2 hash alone": (keyed("#"), "keyed", "#", ""),
    "without speech": (keyed("3", speech=ABSENT), "keyed", "3", "news"),
    "speech not enabled": (keyed("3", speech=NOT_ASKED), "keyed", "3", "news"),
    "speech without results": (keyed(None, speech=NOT_ASKED), "silence", "", ""),
    "speech alone": (keyed(None, dtmf=ABSENT, speech={"results": []}), "silence", "", ""),
    # Since menus listen, what was said is kept: staff see what callers say. A long number in it is not.
    "spoken": (said_by_caller("x"), "spoken", "x", ""),
    "spoken, best first": (said_by_caller("my bill", "no bill"), "spoken", "my bill", ""),
    "spoken, a card's number": (said_by_caller("it is 4111-1111 1111, 1111. 110"), "spoken", "it is …", ""),
    "spoken, a short number": (said_by_caller("room 4 1 1 1, 10:30"), "spoken", "room 4 1 1 1, 10:30", ""),
    "keyed and spoken": (said_by_caller("x") | {"dtmf": {"digits": "3"}}, "keyed", "3", "news"),
    "no ids of the leg": (keyed("3", uuid=ABSENT), "keyed", "3", "news"),
    "null ids": (keyed("3", uuid=None, conversation_uuid=None), "keyed", "3", "news"),
    "another's ids": (keyed("3", uuid="other", conversation_uuid="CON-other"), "keyed", "3", "news"),
    "from and to not swapped": (keyed("3", **{"from": CALLER, "to": lines.NUMBER}), "keyed", "3", "news"),
    "neither from nor to": (keyed("3", **TWO_IDS), "keyed", "3", "news"),
    "v1": ({"dtmf": "3", "timed_out": False, "uuid": None, "conversation_uuid": CONVERSATION}, "keyed", "3", "news"),
    "v1 that timed out with keys": ({"dtmf": "3", "timed_out": True, "uuid": None}, "keyed", "3", "news"),
    "v1 silence": ({"dtmf": "", "timed_out": True, "conversation_uuid": CONVERSATION}, "silence", "", ""),
    "v1 null": ({"dtmf": None, "timed_out": True}, "silence", "", ""),
    "unknown fields": (keyed("3", mode="asynchronous", more={"a": [1]}), "keyed", "3", "news"),
}


@pytest.fixture
def door() -> Door:
    door = Door()
    lines.publish(lines.office())
    return door


@pytest.fixture
def place(door: Door) -> str:
    """Where a caller waits for a key."""
    return place_in(ncco_in(door.post(ANSWER, ring())))


def last_turn() -> tuple[str, str, str]:
    turn = Turn.objects.get(call_id=UUID, n=1)
    return turn.heard, turn.digits, turn.option


# --- what the caller did ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", INPUTS)
@pytest.mark.parametrize("method", ["post", "get"])
def test_an_input_is_heard_at_its_place(door: Door, place: str, what: str, method: str) -> None:
    payload, *heard = INPUTS[what]
    response = door.post(place, payload) if method == "post" else door.get(place, payload)
    assert ncco_in(response)[-2]["action"] in ("notify", "talk")
    assert last_turn() == tuple(heard)
    assert Call.objects.get().turns.count() == 2
    assert not Event.objects.exists(), "an input is a turn, and no event besides"


@pytest.mark.parametrize(
    "payload",
    [
        keyed("3"),
        keyed("3", conversation_uuid=ABSENT),
        keyed("3", uuid=None),
        keyed("3", uuid=ABSENT, **TWO_IDS),
        INPUTS["v1"][0],
    ],
)
def test_an_input_at_the_plain_address_goes_on_from_the_last_ncco(
    door: Door, place: str, payload: dict[str, Any]
) -> None:
    door.post(ANSWER, ring(uuid="another", conversation_uuid="CON-another"))
    at_place = said(ncco_in(door.post(place, keyed("4"))))
    assert at_place == ["For Sales, press 1.", "input"]
    wrong = ncco_in(door.post(EVENT, payload))
    assert said(wrong)[0] == "Sorry, that is not one of the choices."
    turn = Turn.objects.get(call_id=UUID, n=2)
    assert (turn.waited_at, turn.digits, turn.outcome) == ("more", "3", "no_match")
    assert Turn.objects.filter(call_id="another").count() == 1


def test_an_input_of_a_call_that_nobody_knows_gets_an_apology(door: Door) -> None:
    answered = ncco_in(door.post(EVENT, keyed("3")))
    assert said(answered) == ["Sorry, we are having technical trouble. Please call again later. Goodbye."]
    assert (Event.objects.get().kind, Event.objects.get().leg_uuid) == ("input", UUID)
    assert not Turn.objects.exists()


def test_an_input_after_the_last_word_gets_an_apology(door: Door, place: str) -> None:
    door.post(place, keyed("3"))
    assert said(ncco_in(door.post(EVENT, keyed("3"))))[0].startswith("Sorry, we are having technical trouble")


# --- news -------------------------------------------------------------------------------------------------------

RECORDING: Final = {
    "start_time": "2026-03-04T10:11:20Z",
    "end_time": "2026-03-04T10:11:28.500Z",
    "recording_url": "https://api.nexmo.com/v1/files/87b8851a",
    "recording_uuid": "2e7855d6-b952-45ac-bd92-c0a99103095f",
    "size": 18990,
    "conversation_uuid": CONVERSATION,
    "timestamp": "2026-03-04T10:11:29.000Z",
}
RTC: Final = {
    "type": "leg:status:update",
    "conversation_id": CONVERSATION,
    "body": {"leg_id": UUID, "status": "completed"},
    "timestamp": "2026-03-04T10:11:12.345Z",
}
RTC_DTMF: Final = RTC | {"type": "audio:dtmf", "body": {"digit": "1"}}
NEWS: Final[dict[str, tuple[dict[str, Any], str, str, str]]] = {
    # what: (the payload, kind, Vonage's word, leg)
    "started": (status("started"), "status", "started", UUID),
    "ringing": (status("ringing"), "status", "ringing", UUID),
    "answered": (status("answered", start_time=None, rate=None, network=None), "status", "answered", UUID),
    "cancelled": (status("cancelled"), "status", "cancelled", UUID),
    "rejected": (status("rejected", detail="declined", sip_code=603), "status", "rejected", UUID),
    "an unknown status": (status("teleported", beam=[1]), "status", "teleported", UUID),
    "a long status": (status("t" * 200), "status", "t" * 40, UUID),
    "a status without a direction": (status("started", direction=ABSENT), "status", "started", UUID),
    "a status of nobody": (status("started", uuid=None), "status", "started", ""),
    "human": ({"call_uuid": UUID, "conversation_uuid": CONVERSATION, "status": "human"}, "machine", "human", UUID),
    "machine": (
        {"call_uuid": UUID, "status": "machine", "sub_state": "beep_start"},
        "machine",
        "machine",
        UUID,
    ),
    "recording": (RECORDING, "recording", "", ""),
    "transcription": (
        {"conversation_uuid": CONVERSATION, "type": "record", "recording_uuid": "r", "status": "transcribed"},
        "transcript",
        "transcribed",
        "",
    ),
    "notify": ({"payload": {"a": 1}, "conversation_uuid": CONVERSATION}, "notify", "", ""),
    "transfer": (
        {"type": "transfer", "conversation_uuid_from": "CON-a", "conversation_uuid_to": "CON-b", "uuid": UUID},
        "transfer",
        "transfer",
        UUID,
    ),
    "transfer without a type": (
        {"conversation_uuid_from": "CON-a", "conversation_uuid_to": "CON-b", "uuid": UUID},
        "transfer",
        "",
        UUID,
    ),
    "error": (
        {"reason": "Syntax error in NCCO. Invalid value type or action.", "conversation_uuid": CONVERSATION},
        "error",
        "Syntax error in NCCO. Invalid value type",
        "",
    ),
    "payment": (
        {"uuid": UUID, "conversation_uuid": CONVERSATION, "status": "success"},
        "status",
        "success",
        UUID,
    ),
    "RTC": (RTC, "unknown", "leg:status:update", ""),
    "RTC dtmf": (RTC_DTMF, "unknown", "audio:dtmf", ""),
    "anything": ({"hello": ["world"]}, "unknown", "", ""),
    "nothing": ({}, "unknown", "", ""),
}


@pytest.mark.parametrize("what", NEWS)
@pytest.mark.parametrize("path", ["plain", "place"])
@pytest.mark.parametrize("method", ["post", "get"])
def test_news_is_kept_once_and_says_nothing(door: Door, place: str, path: str, what: str, method: str) -> None:
    payload, kind, word, leg_uuid = NEWS[what]
    to = {"plain": EVENT, "place": place}[path]
    if (what, path) == ("notify", "place"):
        return  # there it asks to go on: see test_repeats
    for _ in range(2):
        response = door.post(to, payload) if method == "post" else door.get(to, payload)
        assert (response.status_code, response.content) == (204, b"")
    event = Event.objects.get()
    assert (event.kind, event.status, event.leg_uuid) == (kind, word, leg_uuid)
    assert event.call_uuid == (UUID if path == "place" else leg_uuid)
    if method == "post":
        kept = RTC_DTMF | {"body": {"digit": "(1 keys)"}} if payload == RTC_DTMF else payload
        assert json.loads(event.payload) == kept, "as it came, but for keys: where they were pressed nobody knows"
    assert Turn.objects.count() == 1
    assert Call.objects.count() == 1


def test_the_end_fills_in_the_figures(door: Door, place: str) -> None:
    door.post(
        EVENT,
        status(
            "completed",
            duration="48",
            price="0.00360000",
            rate="0.00450000",
            network="GB-FIXED",
            start_time="2026-03-04T10:11:12.000Z",
            end_time="2026-03-04T10:12:00.000Z",
            disconnected_by="user",
        ),
    )
    call = Call.objects.get()
    assert (call.status, call.duration_seconds, call.network, call.disconnected_by) == (
        "completed",
        48,
        "GB-FIXED",
        "user",
    )
    assert (str(call.price), str(call.rate)) == ("0.00360000", "0.00450000")
    assert f"{call.answered_at:%H:%M:%S} {call.ended_at:%H:%M:%S}" == "10:11:12 10:12:00"


def test_figures_may_be_numbers_or_nonsense(door: Door, place: str) -> None:
    door.post(EVENT, status("completed", duration=48.0, price=0.0036, rate="free", network=None, end_time="soon"))
    call = Call.objects.get()
    assert (call.duration_seconds, str(call.price), call.rate, call.network) == (48, "0.00360000", None, "")
    assert f"{call.ended_at:%H:%M:%S}" == "10:11:12", "what it was stamped with"


def test_an_unknown_status_does_not_undo_a_known_one(door: Door, place: str) -> None:
    door.post(EVENT, status("answered"))
    door.post(EVENT, status("teleported"))
    assert Call.objects.get().status == "answered"


def test_a_message_is_filed_with_its_mailbox(door: Door, place: str) -> None:
    recording = place_in(ncco_in(door.post(place, keyed("2"))))
    assert "/webhooks/recording/" in recording
    for _ in range(2):
        assert door.post(recording, RECORDING).status_code == 204
    filed = Recording.objects.get()
    assert (filed.call_uuid, filed.destination, filed.mailbox) == (UUID, "mailbox", "Sales")
    assert (filed.uuid, filed.url, filed.size_bytes) == (
        RECORDING["recording_uuid"],
        RECORDING["recording_url"],
        18990,
    )
    assert f"{filed.started_at:%H:%M:%S} {filed.ended_at:%H:%M:%S.%f}" == "10:11:20 10:11:28.500000"
    assert Event.objects.get().kind == "recording"


def test_a_message_without_an_id_is_filed_too(door: Door, place: str) -> None:
    recording = place_in(ncco_in(door.post(place, keyed("2"))))
    for _ in range(2):
        door.get(recording, {name: value for name, value in RECORDING.items() if name != "recording_uuid"})
    assert Recording.objects.get().size_bytes == 18990


def test_whom_we_ring_is_a_leg_and_never_a_call(door: Door, place: str) -> None:
    target = place_in(ncco_in(door.post(place, keyed("1"))))
    for word in ("started", "ringing", "answered"):
        assert door.post(target, leg(word)).status_code == 204
    assert Call.objects.get().status == "unknown"
    (found,) = Leg.objects.all()
    assert (found.call_uuid, found.destination, found.target) == (UUID, "sales", 0)
    assert (found.status, found.fate, found.dialled) == ("answered", "", "441632960971")
    assert set(Event.objects.values_list("call_uuid", "leg_uuid")) == {(UUID, found.uuid)}


def test_a_leg_at_the_plain_address_is_known_by_its_conversation(door: Door, place: str) -> None:
    door.post(EVENT, leg("ringing"))
    found = Leg.objects.get()
    assert (found.call_uuid, found.conversation, found.status) == ("", CONVERSATION, "ringing")
    assert Call.objects.count() == 1


# --- fallback ---------------------------------------------------------------------------------------------------


def fallback(payload: dict[str, Any], path: str, kind: str) -> dict[str, Any]:
    return payload | {"reason": "Connection closed.", "original_request": {"url": PUBLIC + path, "type": kind}}


@pytest.mark.parametrize("method", ["post", "get"])
def test_fallback_of_a_ring_brings_the_greeting(door: Door, method: str) -> None:
    payload = fallback(ring(), ANSWER, "answer")
    first = door.post(FALLBACK, payload) if method == "post" else door.get(FALLBACK, payload)
    assert said(ncco_in(first))[0] == "Hello."
    assert (Call.objects.get().uuid, Call.objects.get().details) == (UUID, "")
    assert (Event.objects.get().kind, Event.objects.get().leg_uuid) == ("fallback", UUID)
    assert door.post(ANSWER, ring()).content == first.content
    assert Call.objects.count() == Turn.objects.count() == 1


@pytest.mark.parametrize("method", ["post", "get"])
@pytest.mark.parametrize("kind", ["event", "answer", None])
def test_fallback_of_an_input_goes_on_from_its_place(door: Door, place: str, method: str, kind: str) -> None:
    payload = fallback(keyed("4"), place, kind)
    first = door.post(FALLBACK, payload) if method == "post" else door.get(FALLBACK, payload)
    assert said(ncco_in(first)) == ["For Sales, press 1.", "input"]
    assert last_turn() == ("keyed", "4", "more")
    assert door.post(place, keyed("4")).content == first.content


def test_fallback_of_an_input_without_a_place_goes_on_from_the_last_ncco(door: Door, place: str) -> None:
    answered = ncco_in(door.post(FALLBACK, fallback(keyed("4"), EVENT, "event")))
    assert said(answered) == ["For Sales, press 1.", "input"]


def test_fallback_of_a_target_that_was_not_reached_rings_the_next(door: Door, place: str) -> None:
    target = place_in(ncco_in(door.post(place, keyed("1"))))
    answered = ncco_in(door.post(FALLBACK, fallback(leg("busy"), target, "event")))
    assert answered[0]["endpoint"][0]["number"] == "441632960972"
    assert Leg.objects.get().fate == "busy"


def test_fallback_of_other_news_is_noted(door: Door, place: str) -> None:
    assert door.post(FALLBACK, fallback(status("answered"), EVENT, "event")).status_code == 204
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["fallback", "status"]
    assert Call.objects.get().status == "answered"


@pytest.mark.parametrize("original", [{}, None, [], "x", {"url": None}, {"url": "https://elsewhere.example/"}])
def test_fallback_of_who_knows_what_is_answered_as_a_ring(door: Door, original: Any) -> None:
    answered = ncco_in(door.post(FALLBACK, ring() | {"original_request": original}))
    assert said(answered)[0] == "Hello."


# --- an application whose addresses lead to the wrong place -----------------------------------------------------


def test_news_at_the_answer_address_is_no_ring(door: Door) -> None:
    assert door.post(ANSWER, status("started")).status_code == 204
    assert door.post(ANSWER, {"reason": "x", "conversation_uuid": CONVERSATION}).status_code == 204
    assert not Turn.objects.exists()
    place = place_in(ncco_in(door.post(ANSWER, ring())))
    assert said(ncco_in(door.post(ANSWER, keyed("4")))) == ["For Sales, press 1.", "input"]
    assert said(ncco_in(door.post(ANSWER, fallback(keyed("4"), place, "event")))) == ["For Sales, press 1.", "input"]
    assert Turn.objects.count() == 2
