"""Webhooks that come twice, at once or later, and in any order: the same bytes, one record, the same call."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier
from typing import Any, Final

import pytest
from django.db import connection

from calls import place
from calls.models import Call, Event, Leg, Recording, Turn
from calls.place import Place
from tests import lines
from tests.door import (
    ANSWER,
    CONVERSATION,
    EVENT,
    UUID,
    Door,
    completed,
    keyed,
    leg,
    ncco_in,
    place_in,
    ring,
    said,
    settled,
    status,
)

pytestmark = pytest.mark.django_db

AT_ONCE: Final = 6


@pytest.fixture
def door() -> Door:
    door = Door()
    lines.publish(lines.office())
    return door


# --- later ------------------------------------------------------------------------------------------------------


def test_a_ring_repeated_gets_the_greeting_again_and_makes_no_second_call(door: Door) -> None:
    first = door.post(ANSWER, ring())
    call = Call.objects.values().get()
    door.post(place_in(ncco_in(first)), keyed("4"))
    for _ in range(2):
        assert door.post(ANSWER, ring()).content == first.content
    assert Call.objects.values().get() == call
    assert Turn.objects.count() == 2


def test_a_key_repeated_gets_the_same_and_is_one_turn(door: Door) -> None:
    path = place_in(ncco_in(door.post(ANSWER, ring())))
    first = door.post(path, keyed("4"))
    turn = Turn.objects.values().get(n=1)
    for payload in (keyed("4"), keyed("4", timestamp="2026-03-04T10:11:33.000Z")):
        assert door.post(path, payload).content == first.content
    assert Turn.objects.values().get(n=1) == turn
    assert Turn.objects.count() == 2


def test_a_key_of_an_earlier_turn_gets_what_was_said_then(door: Door) -> None:
    path = place_in(ncco_in(door.post(ANSWER, ring())))
    first = door.post(path, keyed("4"))
    second = door.post(place_in(ncco_in(first)), keyed("9"))
    third = door.post(place_in(ncco_in(second)), keyed("1"))
    assert door.post(path, keyed("4")).content == first.content
    assert door.post(place_in(ncco_in(first)), keyed("9")).content == second.content
    assert door.post(place_in(ncco_in(second)), keyed("1")).content == third.content
    assert Turn.objects.count() == 4


@pytest.mark.parametrize("other", [keyed("1"), keyed(None), keyed("4444")])
def test_another_key_at_a_place_that_was_left_changes_nothing(door: Door, other: dict[str, Any]) -> None:
    """First come, first served: the call has gone on with what was answered to the first."""
    path = place_in(ncco_in(door.post(ANSWER, ring())))
    first = door.post(path, keyed("4"))
    assert door.post(path, other).content == first.content
    assert Turn.objects.get(n=1).digits == "4"


def test_the_notify_behind_an_input_brings_what_was_answered_to_it(door: Door) -> None:
    """Our answer to the key got lost; the call goes on with the closing notify of the NCCO before it."""
    first = ncco_in(door.post(ANSWER, ring()))
    answered = door.post(place_in(first), keyed("4"))
    notify = next(action for action in first if action["action"] == "notify")
    payload = {"payload": notify["payload"], "conversation_uuid": CONVERSATION}
    assert door.post(place_in([notify]), payload).content == answered.content
    assert door.get(place_in([notify]), payload).content == answered.content
    assert Turn.objects.get(n=1).digits == "4"


def test_the_notify_behind_an_input_that_never_came_is_silence(door: Door) -> None:
    first = ncco_in(door.post(ANSWER, ring()))
    answered = ncco_in(door.post(place_in(first), {"payload": {"after": "input"}}))
    assert said(answered)[0] == "Sorry, we did not get an answer."
    assert Turn.objects.get(n=1).outcome == "no_input"


def test_an_answer_made_after_a_new_version_is_still_that_of_the_old(door: Door) -> None:
    first = door.post(ANSWER, ring())
    line = Call.objects.get().line
    assert line
    lines.make_live(line, lines.office(more={"kind": "hangup", "label": "x", "goodbye": {"en": "Gone."}}))
    path = place_in(ncco_in(first))
    answered = door.post(path, keyed("4"))
    assert said(ncco_in(answered)) == ["For Sales, press 1.", "input"], "a call keeps the version it began on"
    assert door.post(ANSWER, ring()).content == first.content
    newer = place_in(ncco_in(door.post(ANSWER, ring(uuid="newer"))))
    assert said(ncco_in(door.post(newer, keyed("4")))) == ["Gone."]


def test_a_message_repeated_is_one_message(door: Door) -> None:
    path = place_in(ncco_in(door.post(place_in(ncco_in(door.post(ANSWER, ring()))), keyed("2"))))
    recording = {"recording_url": "https://api.nexmo.com/v1/files/x", "recording_uuid": "r", "size": 7}
    for _ in range(3):
        assert door.post(path, recording).status_code == 204
    assert (Recording.objects.count(), Event.objects.count()) == (1, 1)


def test_the_same_news_of_two_calls_is_two_events(door: Door) -> None:
    first = place_in(ncco_in(door.post(ANSWER, ring(uuid="a"))))
    second = place_in(ncco_in(door.post(ANSWER, ring(uuid="b"))))
    for path in (first, second, first):
        door.post(path, {"reason": "x"})
    assert sorted(Event.objects.values_list("call_uuid", flat=True)) == ["a", "b"]


def test_the_end_told_twice_keeps_the_first(door: Door) -> None:
    door.post(ANSWER, ring())
    door.post(EVENT, completed())
    first = Call.objects.values().get()
    later = {"end_time": "2026-03-04T10:15:00.000Z", "duration": "300", "price": "1.00000000", "rate": "9.0"}
    door.post(EVENT, completed(**later, network="X", disconnected_by="platform"))
    assert Call.objects.values().get() == first
    door.post(EVENT, completed())
    assert Event.objects.count() == 2


def test_a_key_after_the_end_is_counted(door: Door) -> None:
    path = place_in(ncco_in(door.post(ANSWER, ring())))
    door.post(EVENT, completed())
    assert (settled(UUID).turn_count, settled(UUID).outcome) == (1, "abandoned")
    assert said(ncco_in(door.post(path, keyed("3")))) == ["All is well.", "Goodbye."]
    call = settled(UUID)
    assert (call.turn_count, call.outcome, call.last_destination, call.status) == (2, "served", "bye", "completed")


# --- in any order -----------------------------------------------------------------------------------------------

STATUSES: Final = {
    "started": status("started", "2026-03-04T10:11:10.000Z"),
    "ringing": status("ringing", "2026-03-04T10:11:10.000Z"),
    "answered": status("answered", "2026-03-04T10:11:12.345Z", start_time=None, rate=None, network=None),
    "completed": completed(),
}
SOON: Final = ("started_at", "summarised_at")


def facts(uuid: str, *but: str) -> dict[str, Any]:
    """The call's row after the keeper's round, but for our own clock."""
    settled(uuid)
    return {name: value for name, value in Call.objects.values().get(uuid=uuid).items() if name not in but}


@pytest.mark.parametrize("last", ["answer", *STATUSES])
def test_the_call_is_the_same_in_whatever_order_its_news_comes(door: Door, last: str) -> None:
    seen = set()
    for order in permutations(["answer", *STATUSES]):
        if order[-1] != last:
            continue
        for what in order:
            door.post(ANSWER, ring()) if what == "answer" else door.post(EVENT, STATUSES[what])
        found = facts(UUID, *SOON)
        assert (found["status"], found["answer_missing"], found["outcome"]) == ("completed", False, "abandoned"), order
        visits = tuple(Call.objects.get().visits.values_list("destination", "outcome"))
        began = Call.objects.get().started_at.year
        seen.add((tuple(sorted(found.items(), key=str)), visits, Event.objects.count(), began))
        forget_everything()
    (only,) = seen
    assert only[1:3] == ((("main", "hung_up"),), 4)


def forget_everything() -> None:
    for model in (Turn, Event, Leg, Call):
        model._default_manager.all().delete()


@pytest.mark.parametrize("words", [("busy", "completed"), ("cancelled", "completed"), ("failed", "completed")])
def test_the_end_of_a_call_that_was_never_answered_is_the_same_in_either_order(
    door: Door, words: tuple[str, str]
) -> None:
    ends = [status(words[0], "2026-03-04T10:11:20.000Z"), completed(start_time=None)]
    seen = []
    for order in permutations([status("started", "2026-03-04T10:11:10.000Z"), *ends]):
        for payload in order:
            door.post(EVENT, payload)
        seen.append(facts(UUID, "summarised_at"))
        forget_everything()
    assert all(found == seen[0] for found in seen)
    assert seen[0]["answer_missing"] is True
    assert f"{seen[0]['started_at']:%H:%M:%S} {seen[0]['ended_at']:%H:%M:%S}" == "10:11:10 10:11:20"


def test_somebody_rung_is_the_same_in_whatever_order_their_news_comes(door: Door) -> None:
    path = place_in(ncco_in(door.post(place_in(ncco_in(door.post(ANSWER, ring()))), keyed("1"))))
    news = [
        leg("started", timestamp="2026-03-04T10:11:10.000Z"),
        leg("ringing", timestamp="2026-03-04T10:11:11.000Z"),
        leg("answered", timestamp="2026-03-04T10:11:12.345Z"),
        completed(**{name: leg("completed")[name] for name in ("uuid", "direction", "from", "to")}),
    ]
    seen = []
    for order in permutations(news):
        for payload in order:
            assert door.post(path, payload).status_code == 204
        seen.append(Leg.objects.values().get())
        Leg.objects.all().delete()
        Event.objects.all().delete()
    assert all(found == seen[0] for found in seen)
    assert (seen[0]["status"], f"{seen[0]['started_at']:%H:%M:%S}") == ("completed", "10:11:10")


def test_a_call_of_which_only_events_came_is_kept_as_such(door: Door) -> None:
    door.post(EVENT, status("started"))
    door.post(EVENT, completed())
    call = settled(UUID)
    assert (call.answer_missing, call.line, call.outcome, call.turn_count) == (True, None, "abandoned", 0)
    assert (call.caller, call.dialled) == ("447700900123", lines.NUMBER)


# --- at once ----------------------------------------------------------------------------------------------------


def sent(path: str, payload: dict[str, Any], start: Barrier) -> bytes:
    """On a thread of its own, as soon as all are there."""
    try:
        start.wait(10)
        response = Door(fresh=False).post(path, payload)
        assert response.status_code in (200, 204)
        return response.content
    finally:
        connection.close()


def sent_at_once(path: str, *payloads: dict[str, Any]) -> bytes:
    """Each payload several times at the same moment; gives what was answered to all."""
    start = Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [pool.submit(sent, path, payloads[n % len(payloads)], start) for n in range(AT_ONCE)]
    (only,) = {answer.result() for answer in answers}
    return only


def first_path(text: bytes) -> str:
    return place_in(json.loads(text))


@pytest.mark.django_db(transaction=True)
def test_each_webhook_at_once_is_one_record_and_one_answer(door: Door) -> None:
    path = first_path(sent_at_once(ANSWER, ring()))
    target = first_path(sent_at_once(path, keyed("1")))
    assert b"441632960972" in sent_at_once(target, leg("busy"))
    assert sent_at_once(EVENT, status("answered")) == sent_at_once(EVENT, completed()) == b""
    assert list(Turn.objects.order_by("n").values_list("n", "heard")) == [(0, "answered"), (1, "keyed"), (2, "dialled")]
    assert (Call.objects.count(), Leg.objects.count(), Event.objects.count()) == (1, 1, 3)
    call = settled(UUID)
    assert (call.status, call.turn_count, call.outcome) == ("completed", 3, "abandoned")  # while the second target rang


@pytest.mark.django_db(transaction=True)
def test_different_keys_at_once_are_one_turn_and_one_answer(door: Door) -> None:
    path = first_path(sent_at_once(ANSWER, ring()))
    answered = sent_at_once(path, keyed("1"), keyed("4"), keyed(None))
    assert Turn.objects.filter(call_id=UUID).count() == 2
    assert Turn.objects.get(n=1).ncco.encode() == answered


@pytest.mark.django_db(transaction=True)
def test_all_news_of_a_call_at_once_is_one_call(door: Door) -> None:
    payloads = [ring(), *STATUSES.values()]
    start = Barrier(2 * len(payloads))
    with ThreadPoolExecutor(2 * len(payloads)) as pool:
        paths = [ANSWER] + [EVENT] * len(STATUSES)
        answers = [pool.submit(sent, path, what, start) for path, what in zip(paths * 2, payloads * 2, strict=True)]
        assert len({answer.result() for answer in answers}) == 2
    call = settled(UUID)
    assert (call.status, call.answer_missing, call.outcome) == ("completed", False, "abandoned")
    assert (Call.objects.count(), Turn.objects.count(), Event.objects.count()) == (1, 1, 4)


def test_a_place_of_long_ago_is_still_answered(door: Door) -> None:
    """Past its bounds, with goodbye by way of the operator; and not with an error."""
    path = place_in(ncco_in(door.post(ANSWER, ring())))
    here = place.unseal(path.split("/")[3])
    state = here.state.__class__(began=1_600_000_000, turn=0, at="main", language="en", values=here.state.values)
    old = place.seal(Place(here.call, here.version, state))
    answered = ncco_in(door.post(f"{EVENT}{old}/", keyed("4")))
    assert answered[0]["endpoint"][0]["number"] == lines.DESK
    assert Turn.objects.get(n=1).outcome == "over_limit"
