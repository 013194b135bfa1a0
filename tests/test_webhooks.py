"""The door: what it takes, how much of it, and that a signed caller always gets something to hear."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, Final

import pytest
from django.test import Client

from calls.models import Call, Event, EventKind, Leg, Turn
from calls.vonage import KEPT_PAYLOAD, MAX_BODY_BYTES, kept, kind_of, read_body
from calls.vonage.pretend import sign
from tests import lines
from tests.door import ABSENT, ANSWER, EVENT, FALLBACK, UUID, Door, keyed, ncco_in, place_in, ring, said

Log = pytest.LogCaptureFixture
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db

NOT_IN_SERVICE: Final = "Sorry, this number is not in service. Goodbye."


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def waiting(door: Door) -> str:
    """The path at which a caller of `office` waits for a key."""
    lines.publish(lines.office())
    return place_in(ncco_in(door.post(ANSWER, ring())))


# --- how it is asked --------------------------------------------------------------------------------------------

ODD: Final[list[dict[str, str]]] = [
    {"Accept": "text/html"},
    {"Accept": "application/xml;q=1, */*;q=0"},
    {"Accept": "nonsense"},
    {"Accept": "application/json; version=9; indent=4"},
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "multipart/form-data"},
    {"Content-Type": "application/json; charset=nonsense"},
    {"Content-Type": ""},
    {"Host": "somebody.else:99"},
    {"X-Forwarded-Proto": "http"},
    {"X-Http-Method-Override": "DELETE"},
    {"Cookie": "sessionid=x; csrftoken=y"},
    {"Expect": "100-continue"},
]


@pytest.mark.parametrize("headers", ODD, ids=lambda headers: "-".join(headers))
@pytest.mark.parametrize("query", ["", "?format=xml", "?format=api&_method=DELETE"])
def test_no_header_and_no_query_changes_the_answer(
    door: Door, waiting: str, headers: dict[str, str], query: str
) -> None:
    body = json.dumps(keyed("4")).encode()
    response = door.post(waiting + query, body=body, **headers)
    assert said(ncco_in(response)) == ["For Sales, press 1.", "input"]
    assert response["Content-Type"] == "application/json"
    assert Turn.objects.get(n=1).option == "more"


@pytest.mark.parametrize("secure", [True, False])
def test_nothing_is_redirected(door: Door, waiting: str, settings: Settings, secure: bool) -> None:
    settings.SECURE_SSL_REDIRECT = settings.APPEND_SLASH = True
    for path in (ANSWER, EVENT, FALLBACK, waiting):
        for slash in (path, path.rstrip("/")):
            response: Any = door.client.post(slash, b"", content_type="application/json", secure=secure)
            assert response.status_code == 503, slash


def test_both_ways_to_ask_lead_to_the_same_words(door: Door) -> None:
    lines.publish(lines.office())
    posted = said(ncco_in(door.post(ANSWER, ring(uuid="posted"))))
    assert said(ncco_in(door.get(ANSWER, ring(uuid="got")))) == posted
    assert set(Call.objects.values_list("uuid", "caller", "dialled")) == {
        ("posted", "447700900123", lines.NUMBER),
        ("got", "447700900123", lines.NUMBER),
    }


# --- how much of it ---------------------------------------------------------------------------------------------


def padded(length: int) -> bytes:
    """A ring of just that many bytes."""
    body = json.dumps(ring(more="")).encode()
    return json.dumps(ring(more="x" * (length - len(body)))).encode()


def test_a_body_up_to_the_bound_is_read(door: Door) -> None:
    lines.publish(lines.office())
    assert len(padded(MAX_BODY_BYTES)) == MAX_BODY_BYTES
    assert door.post(ANSWER, body=padded(MAX_BODY_BYTES)).status_code == 200
    assert len(Call.objects.get().details) <= KEPT_PAYLOAD


def test_a_longer_body_is_refused_signed_or_not(door: Door) -> None:
    for headers in ({}, {"Authorization": sign(padded(MAX_BODY_BYTES + 1), "test-signature-secret-of-32-bytes!")}):
        for path in (ANSWER, EVENT, FALLBACK):
            response = door.request("POST", path, padded(MAX_BODY_BYTES + 1), **headers)
            assert (response.status_code, response.content) == (413, b"the body is too long")
    assert not Call.objects.exists()


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "٣", " 12 ", "0x10", "9" * 5000, str(MAX_BODY_BYTES + 1)])
def test_an_odd_content_length_is_refused(door: Door, length: str) -> None:
    response: Any = door.client.post(ANSWER, b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert response.status_code == 413


@pytest.mark.parametrize("length", ["", "0", "3"])
def test_of_a_body_longer_than_it_says_no_more_is_read_than_it_says(door: Door, length: str) -> None:
    body = json.dumps(ring()).encode()
    authorization = sign(body, "test-signature-secret-of-32-bytes!")
    response: Any = door.client.post(
        ANSWER, body, content_type="application/json", CONTENT_LENGTH=length, headers={"Authorization": authorization}
    )
    assert response.status_code in (200, 401)
    assert not Call.objects.filter(uuid=UUID).exists()


class Chunks(BytesIO):
    """What gunicorn gives for a body in chunks: it ends by itself, and nobody has said where."""


def in_chunks(body: bytes, authorization: str) -> Any:
    given = Chunks(body)
    environ: dict[str, Any] = {"wsgi.input": given, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    headers = {"Authorization": authorization, "Transfer-Encoding": "chunked"}
    response = Client().post(ANSWER, headers=headers, content_type="application/json", **environ)
    return response, given.tell()


def test_a_body_in_chunks_is_read(door: Door) -> None:
    lines.publish(lines.office())
    body = json.dumps(ring()).encode()
    response, _ = in_chunks(body, sign(body, "test-signature-secret-of-32-bytes!"))
    assert response.status_code == 200
    assert Call.objects.get().uuid == UUID
    refused, _ = in_chunks(body, sign(b"", "test-signature-secret-of-32-bytes!"))
    assert refused.status_code == 401


def test_a_body_in_chunks_is_bounded_too(door: Door) -> None:
    body = padded(10 * MAX_BODY_BYTES)
    response, read = in_chunks(body, sign(body, "test-signature-secret-of-32-bytes!"))
    assert response.status_code == 413
    assert read <= MAX_BODY_BYTES + 1


# --- what is in it ----------------------------------------------------------------------------------------------

_DEEP: Final = b'{"uuid":"u1","from":"1","to":"2","deep":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
NASTY: Final[dict[str, bytes]] = {
    "nothing": b"",
    "blanks": b"  \n",
    "no JSON": b"uuid=1&to=2",
    "half JSON": b'{"uuid": "u1", "to": "4416',
    "not UTF-8": b'{"uuid": "\xff\xfe"}',
    "UTF-16": '{"uuid": "u1"}'.encode("utf-16"),
    "a list": b'[{"uuid": "u1"}]',
    "a text": b'"uuid"',
    "a number": b"17",
    "null": b"null",
    "true": b"true",
    "deep lists": b"[" * 60_000,
    "deep lists that end": _DEEP,
    "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "NaN": b'{"uuid": "u1", "duration": NaN, "price": Infinity, "size": -Infinity, "timestamp": NaN}',
    "a long whole number": b'{"uuid": "u1", "duration": ' + b"9" * 5000 + b"}",
    "whole numbers as long as they are read": b'{"uuid": ' + b"9" * 4000 + b', "duration": ' + b"9" * 4000 + b"}",
    "NUL": b'{"uuid": "u\\u00001", "conversation_uuid": "\\u0000", "from": "a\\u0000b", "to": "\\u0000", "\\u0000": 1}',
    "lone surrogates": b'{"uuid": "u\\ud8001", "from": "\\udfff", "to": "\\ud800", "\\ud800": "\\ud800"}',
    "control characters": b'{"uuid": "u\\u001b[31m1", "from": "\\r\\n", "status": "\\u0007"}',
    "wrong types": b'{"uuid": {"a": 1}, "conversation_uuid": [1], "from": true, "to": 7, "status": []}',
    "a status of a wrong type": b'{"uuid": "u1", "status": {"a": 1}, "direction": [1], "headers": 3}',
    "long words": json.dumps({"uuid": "u" * 900, "status": "s" * 900, "from": "f" * 900, "to": "t" * 9000}).encode(),
    "times at the edge of time": b'{"uuid": "u1", "status": "completed", "timestamp": "0001-01-01T00:00:00+14:00",'
    b' "start_time": "9999-12-31T23:59:59-14:00", "end_time": "0001-01-01T00:00:00+14:00"}',
    "odd prices": b'{"uuid": "u1", "status": "completed", "price": "1e99", "rate": "sNaN", "duration": "-1e9"}',
    "odd input": b'{"uuid": "u1", "dtmf": {"digits": ["1"]}, "speech": {"results": [1, {"text": {"a": 1}}, null]}}',
    "odd input of v1": b'{"uuid": "u1", "dtmf": 1.5, "speech": []}',
    "arabic digits": '{"uuid": "u1", "dtmf": "١"}'.encode(),
    "an odd fallback": b'{"uuid": "u1", "original_request": ["x"], "reason": {"a": 1}}',
    "an odd record": b'{"recording_url": {"a": 1}, "recording_uuid": null, "size": "many", "start_time": "soon"}',
    "an odd notify": b'{"payload": [{"after": 1}], "uuid": "u1"}',
    "a notify of another": b'{"payload": {"after": {"a": [1]}}, "uuid": "u1"}',
}


@pytest.mark.parametrize("what", NASTY)
@pytest.mark.parametrize("path", [ANSWER, EVENT, FALLBACK, "place", "recording", "whisper"])
def test_whatever_is_signed_is_answered_and_stored_cleanly(
    door: Door, waiting: str, path: str, what: str, caplog: Log
) -> None:
    at_place = {"place": waiting, "recording": waiting.replace("event", "recording")}
    at_place["whisper"] = waiting.replace("event", "whisper")
    response = door.post(at_place.get(path, path), body=NASTY[what])
    assert response.status_code in (200, 204)
    is_ring = kind_of(read_body(NASTY[what])) in (EventKind.UNKNOWN, EventKind.FALLBACK)
    assert response.status_code == 200 or path not in (ANSWER, FALLBACK) or not is_ring
    assert not [record.message for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]
    for model in (Call, Event, Leg, Turn):
        for row in model._default_manager.values():
            for text in (value for value in row.values() if isinstance(value, str)):
                assert text == text.encode("utf-8", "replace").decode()
                assert not any(sign < " " or sign == "\x7f" for sign in text), text
    if path == EVENT and NASTY[what].strip():
        assert Event.objects.count() == 1
        assert len(Event.objects.get().payload) <= KEPT_PAYLOAD


def test_no_depth_of_nesting_is_too_deep(door: Door) -> None:
    """Python's own limit is met when reading, or only when writing, or not at all."""
    depths = range(80, 1200, 20)
    for depth in depths:
        body = b'{"status":"started","uuid":"u%d","x":%b1%b}' % (depth, b"[" * depth, b"]" * depth)
        assert door.post(EVENT, body=body).status_code == 204
    assert Event.objects.count() == len(depths)


def test_what_can_be_read_but_not_written_is_kept_as_such() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    text, digest = kept({"x": deep})
    assert (json.loads(text).keys(), len(digest)) == ({"unparsed"}, 64)


def test_the_same_nasty_body_by_get(door: Door, waiting: str) -> None:
    for path in (ANSWER, EVENT, FALLBACK, waiting):
        for query in ("dtmf=%7B%22digits%22", "dtmf=[[[[", "uuid=%00%ff%ed%a0%80", "a=1&" * 1200, "%", "uuid=&to=+"):
            response = door.request(
                "GET", f"{path}?{query}", Authorization=sign(b"", "test-signature-secret-of-32-bytes!")
            )
            assert response.status_code in (200, 204), query


# --- who is called, by whom -------------------------------------------------------------------------------------


def test_a_number_that_no_line_has_is_told_so_and_recorded(door: Door) -> None:
    lines.publish(lines.office())
    answered = ncco_in(door.post(ANSWER, ring(to="441632960999")))
    assert said(answered) == [NOT_IN_SERVICE]
    call = Call.objects.get()
    assert (call.outcome, call.line, call.dialled, call.caller) == ("unrouted", None, "441632960999", "447700900123")
    assert (call.turns.get().n, call.turns.get().outcome, call.answer_missing) == (0, "led_nowhere", False)
    assert json.loads(call.turns.get().ncco) == answered


@pytest.mark.parametrize("to", [f"+{lines.NUMBER}", "+44 1632 960960", "44-1632-960960", f" {lines.NUMBER} "])
def test_the_number_called_may_be_written_in_any_way(door: Door, to: str) -> None:
    lines.publish(lines.office())
    assert said(ncco_in(door.post(ANSWER, ring(to=to))))[0] == "Hello."
    assert Call.objects.get().dialled == lines.NUMBER


def test_a_call_by_sip_is_answered_by_its_user_part_as_it_came(door: Door) -> None:
    lines.publish(lines.office())
    assert said(ncco_in(door.post(ANSWER, ring(to="desk.7", endpoint_type="sip")))) == [NOT_IN_SERVICE]
    assert Call.objects.get().dialled == "desk.7"


@pytest.mark.parametrize(
    ("facts", "caller"),
    [
        ({"from": "anonymous"}, "anonymous"),
        ({"from": "Restricted Number"}, "Restricted Number"),
        ({"from": ABSENT}, ""),
        ({"from": None}, ""),
        ({"from": ABSENT, "from_user": "alice"}, "alice"),
        ({"from": "+44 7700 900123"}, "447700900123"),
        ({"from": "😀" * 100}, "😀" * 64),
    ],
)
def test_whoever_calls_hears_the_menu(door: Door, facts: dict[str, Any], caller: str) -> None:
    lines.publish(lines.office())
    answered = ncco_in(door.post(ANSWER, ring(**facts)))
    assert said(answered)[0] == "Hello."
    assert Call.objects.get().caller == caller
    assert said(ncco_in(door.post(place_in(answered), keyed("4")))) == ["For Sales, press 1.", "input"]


def test_what_came_with_the_call_is_kept(door: Door) -> None:
    lines.publish(lines.office())
    more = {"SipHeader_X-Queue": "7", "custom_data": {"a": [1]}, "region_url": "https://api-eu-3.vonage.com"}
    door.post(ANSWER, ring(**more))
    call = Call.objects.get()
    assert json.loads(call.details) == {"SipHeader_X-Queue": "7", "custom_data": {"a": [1]}}
    assert (call.region_url, call.endpoint, call.status) == ("https://api-eu-3.vonage.com", "phone", "unknown")
    assert (call.conversation, call.language, call.degraded, call.answer_missing) == (
        ring()["conversation_uuid"],
        "en",
        False,
        False,
    )


def test_a_ring_without_any_id_is_answered_too(door: Door) -> None:
    lines.publish(lines.office())
    answered = ncco_in(door.post(ANSWER, ring(uuid=ABSENT)))
    assert said(answered)[0] == "Hello."
    assert Call.objects.get().uuid == ring()["conversation_uuid"]
    assert said(ncco_in(door.post(ANSWER, {"to": lines.NUMBER})))[0] == "Hello."
