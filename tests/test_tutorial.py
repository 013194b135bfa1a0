"""The tutorial's dialogue over HTTP, word for word; what each call comes to."""

from __future__ import annotations

from typing import Final

import pytest

from calls.models import Event, Leg, Turn
from calls.vonage.pretend import Telephone
from tests import lines
from tests.door import ANSWER, EVENT, Door, keyed, ncco_in, place_in, ring, said, settled

pytestmark = pytest.mark.django_db

WELCOME: Final = "Welcome to the Nexmo IVR demo."
MENU: Final = "If you may, press 1. If you are not sure, press 2. Then press hash."
MAYBE: Final = "Thank you. Forwarding you to the maybe department."
NOT_SURE: Final = "Thank you. Forwarding you to the not-sure department."
SORRY: Final = "Sorry, I did not get that."
GOODBYE: Final = "Goodbye."


@pytest.fixture
def phone() -> Telephone:
    door = Door()
    lines.publish(lines.tutorial(), lines.NUMBER)
    return door.telephone()


def visits(phone: Telephone) -> list[tuple[str, str]]:
    return list(settled(phone.uuid).visits.values_list("destination", "outcome"))


def test_the_caller_hears_the_options(phone: Telephone) -> None:
    heard = phone.ring()
    assert said(heard) == [WELCOME, MENU, "input"]
    welcome, menu, question = heard
    assert (welcome["language"], welcome["style"], menu["language"]) == ("en-GB", 0, "en-GB"), "Amy's voice"
    assert ("bargeIn" in welcome, menu["bargeIn"]) == (False, True)
    assert question["dtmf"]["submitOnHash"] is True
    assert Turn.objects.get().waits_at == "menu"


@pytest.mark.parametrize("keys", ["1", "1#"])
def test_1_connects_with_the_maybe_department(phone: Telephone, keys: str) -> None:
    phone.ring()
    heard = phone.press(keys)
    assert said(heard) == [MAYBE, "connect"]
    assert heard[1]["from"] == "441632960960"
    assert heard[1]["endpoint"] == [{"type": "phone", "number": "441632960961"}]
    phone.talk_with_target(seconds=60)
    call = settled(phone.uuid)
    assert (call.outcome, call.turn_count, call.last_destination) == ("transferred", 2, "maybe")
    assert visits(phone) == [("menu", "chosen"), ("maybe", "connected")]
    chosen = call.visits.get(n=0)
    assert (chosen.option, chosen.option_label, chosen.led_to) == ("maybe", "Maybe", "maybe")
    talked = Leg.objects.get()
    assert (talked.call_uuid, talked.dialled, talked.duration_seconds, talked.fate) == (
        phone.uuid,
        "441632960961",
        60,
        "",
    )


def test_2_connects_with_the_not_sure_department(phone: Telephone) -> None:
    phone.ring()
    heard = phone.press("2", timed_out=True)
    assert said(heard) == [NOT_SURE, "connect"]
    assert (heard[1]["from"], heard[1]["endpoint"][0]["number"]) == ("441632960960", "441632960962")
    phone.talk_with_target()
    assert settled(phone.uuid).outcome == "transferred"
    assert visits(phone) == [("menu", "chosen"), ("not-sure", "connected")]


@pytest.mark.parametrize("keys", ["3", "12", "#", "*", "0", "00"])
def test_a_wrong_key_brings_the_options_once_more_without_the_welcome(phone: Telephone, keys: str) -> None:
    phone.ring()
    assert said(phone.press(keys)) == [SORRY, MENU, "input"]
    assert said(phone.press("1")) == [MAYBE, "connect"]
    phone.talk_with_target()
    assert visits(phone) == [("menu", "no_match"), ("menu", "chosen"), ("maybe", "connected")]


def test_silence_is_asked_three_times_and_then_goodbye(phone: Telephone) -> None:
    heard = [said(phone.ring())]
    while phone.waiting:
        heard.append(said(phone.say_nothing()))
    assert heard == [[WELCOME, MENU, "input"], [SORRY, MENU, "input"], [SORRY, MENU, "input"], [SORRY, GOODBYE]]
    phone.hang_up()
    call = settled(phone.uuid)
    assert (call.outcome, call.turn_count, call.last_destination) == ("gave_up", 4, "goodbye")
    assert visits(phone) == [("menu", "no_input")] * 2 + [("menu", "gave_up"), ("goodbye", "ended")]


def test_wrong_keys_and_silence_together_are_three_tries(phone: Telephone) -> None:
    phone.ring()
    assert said(phone.press("7")) == [SORRY, MENU, "input"]
    assert said(phone.say_nothing()) == [SORRY, MENU, "input"]
    assert said(phone.press("8")) == [SORRY, GOODBYE]
    assert phone.waiting is None
    phone.hang_up()
    assert settled(phone.uuid).outcome == "gave_up"


def test_hanging_up_midway_is_an_abandoned_call(phone: Telephone) -> None:
    phone.ring()
    phone.press("9")
    phone.hang_up(12)
    call = settled(phone.uuid)
    assert (call.outcome, call.duration_seconds, call.status) == ("abandoned", 12, "completed")
    assert visits(phone) == [("menu", "no_match"), ("menu", "hung_up")]


def test_when_the_department_does_not_answer_the_caller_is_told(phone: Telephone) -> None:
    phone.ring()
    phone.press("1")
    assert said(phone.target("timeout")) == ["Sorry, nobody can take your call right now. Goodbye."]
    phone.hang_up()
    assert settled(phone.uuid).outcome == "not_reached"
    assert visits(phone) == [("menu", "chosen"), ("maybe", "not_reached"), ("nobody", "ended")]


def test_the_caller_is_recorded(phone: Telephone) -> None:
    phone.ring()
    phone.press("1")
    phone.talk_with_target()
    call = settled(phone.uuid)
    assert (call.caller, call.dialled, call.conversation) == (phone.number, lines.NUMBER, phone.conversation)
    assert (call.region_url, call.endpoint) == ("https://api-eu-3.vonage.com", "phone")
    assert call.line is not None
    assert (call.version, call.language) == (call.line.live, "en")
    assert list(call.turns.values_list("n", "heard", "digits")) == [(0, "answered", ""), (1, "keyed", "1")]
    own, others = (Event.objects.filter(leg_uuid=phone.uuid), Event.objects.exclude(leg_uuid=phone.uuid))
    assert set(own.values_list("status", flat=True)) == {"started", "ringing", "answered", "completed"}
    assert list(others.order_by("pk").values_list("status", flat=True)) == ["ringing", "answered", "completed"]
    assert set(others.values_list("call_uuid", flat=True)) == {phone.uuid}


def test_the_dialogue_by_get(phone: Telephone) -> None:
    """As the tutorial's own first webhook was asked."""
    door = Door()
    heard = ncco_in(door.get(ANSWER, ring()))
    assert said(heard) == [WELCOME, MENU, "input"]
    assert said(ncco_in(door.get(place_in(heard), keyed("1")))) == [MAYBE, "connect"]


def test_the_dialogue_at_the_plain_address(phone: Telephone) -> None:
    """As the tutorial's own handler at the application's event URL was asked, with v1 input."""
    door = Door()
    door.post(ANSWER, ring())
    v1 = {"dtmf": "5", "timed_out": True, "uuid": None, "conversation_uuid": ring()["conversation_uuid"]}
    assert said(ncco_in(door.post(EVENT, v1))) == [SORRY, MENU, "input"]
    assert said(ncco_in(door.post(EVENT, v1 | {"dtmf": "2"}))) == [NOT_SURE, "connect"]
