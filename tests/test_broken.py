"""Whatever is broken in our own code: the caller still hears something, and nothing is lost or betrayed."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest

from calls import ncco, place, records, turns
from calls.models import Event, Turn
from calls.place import Place
from ivrsite import middleware
from tests import lines
from tests.door import ANSWER, EVENT, Door, keyed, ncco_in, place_in, ring, said, status

Log = pytest.LogCaptureFixture
Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.django_db

TROUBLE: Final = "Sorry, we are having technical trouble. Please call again later. Goodbye."


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def waiting(door: Door) -> str:
    """The path at which a caller of `office` waits for a key."""
    lines.publish(lines.office())
    return place_in(ncco_in(door.post(ANSWER, ring())))


def broken(*args: Any, **named: Any) -> Any:
    raise RuntimeError("a bug")


@pytest.mark.parametrize("name", ["take", "begin"])
def test_a_bug_in_the_first_step_brings_the_operator(door: Door, monkeypatch: Patch, caplog: Log, name: str) -> None:
    lines.publish(lines.office())
    monkeypatch.setattr(turns, name, broken)
    answered = ncco_in(door.post(ANSWER, ring()))
    assert said(answered) == ["connect"]
    assert answered[0]["endpoint"] == [{"type": "phone", "number": lines.DESK}]
    assert (answered[0]["from"], answered[1]["text"]) == (lines.NUMBER, TROUBLE)
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]


@pytest.mark.parametrize("what", ["take", "render", "record", "place"])
def test_a_bug_at_a_key_brings_the_operator(
    door: Door, waiting: str, monkeypatch: Patch, caplog: Log, what: str
) -> None:
    where = {
        "take": (turns, "take"),
        "render": (ncco, "render"),
        "place": (place, "seal"),
        "record": (records, "turn"),
    }
    monkeypatch.setattr(*where[what], broken)
    answered = ncco_in(door.post(waiting, keyed("4")))
    assert (said(answered), answered[0]["endpoint"][0]["number"]) == (["connect"], lines.DESK)
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]
    assert Turn.objects.count() == 1


def test_a_bug_on_a_line_without_an_operator_brings_words_in_the_callers_language(
    door: Door, monkeypatch: Patch
) -> None:
    lines.publish(lines.office().model_copy(update={"operator": None}))
    spanish = ncco_in(door.post(place_in(ncco_in(door.post(ANSWER, ring()))), keyed("7")))
    monkeypatch.setattr(turns, "take", broken)
    (only,) = ncco_in(door.post(place_in(spanish), keyed("4")))
    assert (only["language"], only["text"][:20]) == ("es-ES", "Disculpe, tenemos pr")


@pytest.mark.parametrize("path", [ANSWER, "place"])
def test_a_bug_in_the_apology_itself_leaves_the_constant_one(
    door: Door, waiting: str, monkeypatch: Patch, path: str
) -> None:
    monkeypatch.setattr(turns, "take", broken)
    monkeypatch.setattr("menus.words.phrase", broken)
    assert said(ncco_in(door.post({"place": waiting}.get(path, path), keyed("4") | ring()))) == [TROUBLE]


def test_a_bug_while_noting_news_costs_nobody_anything(door: Door, monkeypatch: Patch, caplog: Log) -> None:
    monkeypatch.setattr(turns, "note", broken)
    assert door.post(EVENT, status("ringing")).status_code in (200, 204)
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"]


@pytest.mark.parametrize("path", [EVENT, "/webhooks/recording/"])
def test_news_on_which_our_code_fails_is_kept_as_it_came(door: Door, monkeypatch: Patch, path: str) -> None:
    monkeypatch.setattr(turns, "note", broken)
    door.post(path, status("ringing", at="2026-03-04T10:11:12.999Z"))
    kept = Event.objects.get(status="unread")
    assert '"timestamp":"2026-03-04T10:11:12.999Z"' in kept.payload


CARD = "4111111111111111111"


@pytest.mark.parametrize("dtmf", [CARD, int(CARD), f"{CARD}#", {"digits": CARD, "timed_out": True}])
@pytest.mark.parametrize("path", [EVENT, "/webhooks/fallback/"])
def test_a_long_entry_is_kept_nowhere_even_where_its_place_is_not_known(door: Door, path: str, dtmf: object) -> None:
    door.post(path, {"dtmf": dtmf, "uuid": None, "conversation_uuid": "CON-unknown"})
    assert [CARD in event.payload for event in Event.objects.all()] == [False]


def test_a_long_entry_on_which_our_code_fails_is_not_kept_either(door: Door, monkeypatch: Patch, waiting: str) -> None:
    monkeypatch.setattr(turns, "take", broken)
    door.post(waiting, keyed(CARD))
    assert CARD not in Event.objects.get(status="unread").payload


def test_a_place_of_a_version_that_is_gone_brings_the_apology(door: Door, waiting: str, caplog: Log) -> None:
    here = place.unseal(waiting.split("/")[3])
    gone = place.seal(Place(here.call, uuid4(), here.state))
    assert said(ncco_in(door.post(f"{EVENT}{gone}/", keyed("4")))) == [TROUBLE]
    assert caplog.records


def test_a_fault_outside_the_views_is_no_page(door: Door) -> None:
    response = door.request("GET", "/webhooks/nothing-here")
    assert (response.status_code, response["Content-Type"]) == (404, "text/plain")
    assert middleware.FOR_MACHINES[0] == "/webhooks/"
