"""SQL statements while a caller waits: at most 3 for an answer, exactly 1 for a key, at most 3 for a status."""

from __future__ import annotations

from typing import Any

import pytest

from calls.models import Event, Turn
from menus import live
from menus.flow import read_flow
from menus.models import Line
from tests import lines
from tests.door import (
    ANSWER,
    CONVERSATION,
    EVENT,
    FALLBACK,
    Door,
    completed,
    keyed,
    leg,
    ncco_in,
    place_in,
    ring,
    status,
)

pytestmark = pytest.mark.django_db
Queries = Any  # pytest-django's fixture: exactly so many statements
AtMost = Any


@pytest.fixture
def door() -> Door:
    door = Door()
    lines.publish(lines.office())
    return door


@pytest.fixture
def place(door: Door) -> str:
    return place_in(ncco_in(door.post(ANSWER, ring(uuid="before"))))


@pytest.fixture(params=["warm", "just expired"])
def pointers(request: pytest.FixtureRequest, place: str) -> str:
    """How old what the process knows of numbers is."""
    if request.param == "just expired":
        live._known.read_at = float("-inf")
    return str(request.param)


def test_an_answer_takes_two_statements_and_a_third_to_look_for_a_new_version(
    door: Door, pointers: str, django_assert_num_queries: Queries
) -> None:
    with django_assert_num_queries(2 if pointers == "warm" else 3):
        door.post(ANSWER, ring())
    with django_assert_num_queries(2):
        door.post(ANSWER, ring(uuid="the next"))


@pytest.mark.parametrize(("lists", "days", "statements"), [(True, 0, 3), (False, 90, 3), (True, 90, 4)])
def test_an_answer_takes_one_more_for_lists_of_numbers_and_one_more_to_remember_the_language(
    door: Door, lists: bool, days: int, statements: int, django_assert_num_queries: Queries
) -> None:
    rule = {"key": "vip", "lists": ["vip"] if lists else [], "prefixes": ["44"], "to": "desk"}
    first = {"kind": "branch", "label": "First", "rules": [rule], "otherwise": "main"}
    changes = {"start": "first", "remember_language_days": days}
    lines.publish(read_flow(lines.office(first=first).model_dump() | changes), "441632960961")
    door.post(ANSWER, ring(uuid="before", to="441632960961"))
    with django_assert_num_queries(statements) as captured:
        assert ncco_in(door.post(ANSWER, ring(to="441632960961")))[0]["action"] == ("talk" if lists else "connect")
    asked = [query["sql"].split()[0] for query in captured.captured_queries]
    assert asked == ["SELECT"] * (statements - 2) + ["INSERT"] * 2


def test_a_key_that_chooses_a_language_takes_a_second_to_remember_it(
    door: Door, django_assert_num_queries: Queries
) -> None:
    lines.publish(read_flow(lines.office().model_dump() | {"remember_language_days": 90}), "441632960961")
    place = place_in(ncco_in(door.post(ANSWER, ring(to="441632960961"))))
    with django_assert_num_queries(1):
        door.post(place, keyed("4"))
    place = place_in(ncco_in(door.post(ANSWER, ring(uuid="the next", to="441632960961"))))
    with django_assert_num_queries(2):
        door.post(place, keyed("7"))


def test_a_key_that_asks_to_be_called_back_takes_a_second_to_write_that_down(
    door: Door, django_assert_num_queries: Queries
) -> None:
    flow = lines.office(sales={"kind": "callback", "label": "Call me back", "then": "bye"})
    lines.publish(flow, "441632960961")
    place = place_in(ncco_in(door.post(ANSWER, ring(to="441632960961"))))
    with django_assert_num_queries(1):
        place = place_in(ncco_in(door.post(place, keyed("1"))))
    with django_assert_num_queries(2):
        door.post(place, keyed("1"))


def test_an_answer_on_a_version_that_another_process_of_the_host_has_published_takes_three_too(
    door: Door, place: str, django_assert_num_queries: Queries
) -> None:
    lines.make_live(Line.objects.get(), lines.office(more={"kind": "hangup", "label": "x"}))
    lines.forget()
    with django_assert_num_queries(3):
        door.post(ANSWER, ring())


def test_a_number_that_no_line_has_takes_no_more(
    door: Door, pointers: str, django_assert_max_num_queries: AtMost
) -> None:
    with django_assert_max_num_queries(3):
        door.post(ANSWER, ring(to="441632960999"))


@pytest.mark.parametrize("keys", ["1", "2", "3", "4", "7", "88", "5555", None])
def test_a_key_takes_one_statement(
    door: Door, place: str, pointers: str, keys: str | None, django_assert_num_queries: Queries
) -> None:
    with django_assert_num_queries(1) as captured:
        assert door.post(place, keyed(keys)).status_code == 200
    assert captured.captured_queries[0]["sql"].startswith("INSERT INTO calls_turn")
    assert Turn.objects.filter(call_id="before").count() == 2


def test_a_key_by_get_takes_one_statement_too(door: Door, place: str, django_assert_num_queries: Queries) -> None:
    with django_assert_num_queries(1):
        door.get(place, keyed("4"))


def test_a_key_repeated_takes_a_second_to_read_what_was_said(
    door: Door, place: str, django_assert_num_queries: Queries
) -> None:
    door.post(place, keyed("4"))
    with django_assert_num_queries(2):
        door.post(place, keyed("4"))


def test_a_key_in_a_process_that_has_just_started_takes_one(
    door: Door, place: str, django_assert_num_queries: Queries
) -> None:
    """The version is read from this host's disk."""
    lines.forget()
    with django_assert_num_queries(1):
        assert door.post(place, keyed("4")).status_code == 200


@pytest.mark.parametrize(
    "payload",
    [status("started"), status("answered"), completed(), status("teleported"), leg("ringing"), {"reason": "x"}, {}],
)
def test_news_takes_three_at_most(
    door: Door, place: str, payload: dict[str, Any], django_assert_max_num_queries: AtMost
) -> None:
    for path in (EVENT, place):
        with django_assert_max_num_queries(3):
            assert door.post(path, payload).status_code == 204
        with django_assert_max_num_queries(3):
            assert door.post(path, payload).status_code == 204
    assert Event.objects.exists()


def test_a_target_that_was_not_reached_takes_three(door: Door, place: str, django_assert_num_queries: Queries) -> None:
    target = place_in(ncco_in(door.post(place, keyed("1"))))
    with django_assert_num_queries(3):
        door.post(target, leg("busy"))


def test_a_message_takes_two(door: Door, place: str, django_assert_num_queries: Queries) -> None:
    recording = place_in(ncco_in(door.post(place, keyed("2"))))
    with django_assert_num_queries(2):
        door.post(recording, {"recording_url": "https://api.nexmo.com/v1/files/x", "recording_uuid": "r"})


def test_a_whisper_takes_none(door: Door, place: str, django_assert_num_queries: Queries) -> None:
    target = place_in(ncco_in(door.post(place, keyed("1"))))
    with django_assert_num_queries(0):
        assert door.get(target.replace("/event/", "/whisper/"), {}).status_code == 200


def test_without_a_place_few_more_are_needed(door: Door, place: str, django_assert_max_num_queries: AtMost) -> None:
    with django_assert_max_num_queries(3):
        door.post(EVENT, keyed("4", uuid=None))
    with django_assert_max_num_queries(4):
        door.post(FALLBACK, keyed("4", uuid="before", original_request={"type": "event"}))
    assert Turn.objects.filter(call_id="before").count() == 3
    assert keyed("4")["conversation_uuid"] == CONVERSATION


def test_what_is_not_let_in_takes_none(door: Door, place: str, django_assert_num_queries: Queries) -> None:
    with django_assert_num_queries(0):
        for path in (ANSWER, EVENT, place):
            assert door.request("POST", path, b"{}").status_code == 503
            assert door.request("POST", path, b"{}", Authorization="Bearer x.y.z").status_code == 401
