"""What we say in Vonage's words: the rules that hold always, and that the rules themselves see each fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final
from uuid import UUID

import pytest
from pydantic import ValidationError

from calls import ncco, place
from calls.place import Place
from menus import words
from menus.dialogue import Ask, Connect, HangUp, Hold, Listen, Record, Remember, RequestCallback, Say, Says, State
from menus.flow import AppTarget, PhoneTarget, SipTarget, Target, VbcTarget, Voice, WebsocketTarget
from menus.voices import codes
from tests import lines
from tests.ncco_rules import Action, accepted_by_vonage, faults

FLOW: Final = lines.office()
STATE: Final = State(
    began=1_790_000_000,
    turn=3,
    at="main",
    language="en",
    values={"caller": "447700900123", "dialled": "441632960960", "pressed": "4111111111"},
)
HERE: Final = Place("0f3d9a7c-11e2-4d0f-8a55-b0c6d7e8f901", UUID(int=5), STATE)
BRITISH: Final = Voice(language="en-GB")
ASK: Final = Ask(5, 2, True)
HEAR: Final = Ask(5, 2, True, Listen("en-GB", ("billing", "my bill"), 7))
SPANISH: Final = Remember("es", 90)
CALL_ME: Final = RequestCallback("447700900123", "callback", "Loans", 0, 0, "Europe/London")


def words_(text: str, barge_in: bool = False) -> Say:
    return Say(text, "", "en", BRITISH, barge_in)


def audio(name: str, barge_in: bool = False) -> Say:
    return Say("a transcript", f"https://example.com/{name}.mp3", "en", BRITISH, barge_in)


def rendered(*says: Says, here: Place = HERE) -> list[Action]:
    """As it would be sent, held against every rule."""
    made: list[Action] = json.loads(ncco.dump(ncco.render(FLOW, says, here)))
    assert faults(made) == []
    assert accepted_by_vonage(made)
    return made


def kinds(actions: list[Action]) -> list[str]:
    return [f"{action['action']}!" if action.get("bargeIn") else action["action"] for action in actions]


# --- each thing that is said ------------------------------------------------------------------------------------


def test_words_are_said_with_the_voice_of_their_language() -> None:
    voice = Voice(language="es-US", style=2, premium=True)
    assert rendered(Say("Hola", "", "es", voice), HangUp()) == [
        {"action": "talk", "text": "Hola", "language": "es-US", "style": 2, "premium": True}
    ]


def test_a_recording_is_played_from_its_address() -> None:
    assert rendered(audio("hello")) == [{"action": "stream", "streamUrl": ["https://example.com/hello.mp3"]}]


def test_a_question_waits_for_keys_at_its_place_and_is_closed() -> None:
    question, asked_again, trouble = rendered(ASK)
    (address,) = question.pop("eventUrl")
    assert question == {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": {"timeOut": 5, "maxDigits": 2, "submitOnHash": True},
        "eventMethod": "POST",
    }
    assert place.unseal(ncco.sealed_in(address)) == HERE
    assert asked_again == {
        "action": "notify",
        "payload": {"after": "input"},
        "eventUrl": [address],
        "eventMethod": "POST",
    }
    assert trouble["text"].startswith("Sorry, we are having technical trouble.")


def test_a_question_that_takes_words_too_says_in_which_language_and_which() -> None:
    question, asked_again, _ = rendered(HEAR)
    assert (question["type"], question["dtmf"]["timeOut"]) == (["dtmf", "speech"], 5)
    assert question["speech"] == {
        "language": "en-GB",
        "context": ["billing", "my bill"],
        "startTimeout": 7,
        "endOnSilence": 1.0,
        "maxDuration": 15,
    }
    assert asked_again["eventUrl"] == question["eventUrl"]
    ours = rendered(ASK)[0]
    assert question == ours | {"type": question["type"], "speech": question["speech"]}


def test_of_very_many_phrases_the_first_hundred_are_told() -> None:
    phrases = tuple(f"phrase {number}" for number in range(300))
    told = rendered(HEAR._replace(listen=Listen("es-US", phrases, 10)))[0]["speech"]
    assert (told["language"], told["context"]) == ("es-US", list(phrases[:100]))


def test_before_a_look_up_the_words_are_said_and_then_we_are_asked() -> None:
    said, then, trouble = rendered(words_("One moment."), Hold())
    assert (said["text"], then["payload"]) == ("One moment.", {"after": "hold"})
    assert place.unseal(ncco.sealed_in(then["eventUrl"][0])) == HERE
    assert trouble["text"].startswith("Sorry, we are having technical trouble.")
    assert [(line.kind, line.text) for line in ncco.read(ncco.dump([said, then, trouble]))] == [
        ("says", "One moment."),
        ("looks up", ""),
    ]


def test_what_is_only_written_down_is_not_said() -> None:
    assert rendered(words_("a"), SPANISH, CALL_ME, HangUp()) == rendered(words_("a"))


def test_a_message_is_recorded_until_one_of_its_ends() -> None:
    record, then, _ = rendered(Record(180, 5, "#", True))
    assert record["eventUrl"][0].replace("/recording/", "/event/") == then["eventUrl"][0]
    assert (record["timeOut"], record["endOnSilence"], record["endOnKey"], record["beepStart"]) == (180, 5, "#", True)
    assert then["payload"] == {"after": "record"}


TARGETS: Final[list[tuple[Target, dict[str, Any]]]] = [
    (PhoneTarget(number="441632960961"), {"type": "phone", "number": "441632960961"}),
    (
        SipTarget(type="sip", uri="sips:a@example.com;transport=tls"),
        {"type": "sip", "uri": "sips:a@example.com;transport=tls"},
    ),
    (AppTarget(type="app", user="ana"), {"type": "app", "user": "ana"}),
    (VbcTarget(type="vbc", extension="007"), {"type": "vbc", "extension": "007"}),
    (
        WebsocketTarget(type="websocket", uri="wss://example.com/bot", rate=8000),
        {"type": "websocket", "uri": "wss://example.com/bot", "content-type": "audio/l16;rate=8000"},
    ),
]


@pytest.mark.parametrize(("target", "endpoint"), TARGETS, ids=[target.type for target, _ in TARGETS])
def test_each_kind_of_target_is_rung_alone_and_asked_for_what_came_of_it(target: Target, endpoint: Action) -> None:
    connect, then, _ = rendered(Connect(target, "441632960960", 7200, "", False))
    assert connect["endpoint"] == [endpoint]
    assert (connect["from"], connect["timeout"], connect["limit"]) == ("441632960960", 25, 7200)
    assert (connect["eventType"], connect["eventUrl"]) == ("synchronous", then["eventUrl"])
    assert then["payload"] == {"after": "connect"}


@pytest.mark.parametrize("number", ["", "desk.7", "+441632960960", "0441632960960", "12345", "٤٤١٦٣٢٩٦٠٩٦٠", "1" * 16])
def test_what_is_no_number_is_never_shown_as_one(number: str) -> None:
    connect = rendered(Connect(PhoneTarget(number="441632960961"), number, 60, "", False))[0]
    assert (connect.get("from"), connect["randomFromNumber"]) == (None, True)


def test_a_whisper_is_fetched_from_its_own_address() -> None:
    connect = rendered(Connect(PhoneTarget(number="441632960961"), "441632960960", 60, "", True))[0]
    whisper = connect["endpoint"][0]["onAnswer"]["url"]
    assert whisper == connect["eventUrl"][0].replace("/event/", "/whisper/")


def test_ringback_is_an_address() -> None:
    connect = rendered(
        Connect(AppTarget(type="app", user="ana"), "441632960960", 60, "https://example.com/r.mp3", False)
    )[0]
    assert connect["ringbackTone"] == "https://example.com/r.mp3"


# --- barge-in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "actions"),
    [
        ([words_("a", True), ASK], "talk! input notify talk"),
        ([words_("a"), words_("b", True), ASK], "talk talk! input notify talk"),
        ([words_("a", True), words_("b", True), ASK], "talk! talk! input notify talk"),
        ([words_("a", True), words_("b"), ASK], "talk talk input notify talk"),
        ([words_("a", True), words_("b"), words_("c", True), ASK], "talk talk talk! input notify talk"),
        ([audio("a", True), audio("b", True), ASK], "stream! stream! input notify talk"),
        ([words_("a", True), audio("b", True), ASK], "talk stream! input notify talk"),
        ([audio("a", True), words_("b", True), ASK], "stream talk! input notify talk"),
        ([words_("a", True), audio("b", True), words_("c", True), ASK], "talk stream talk! input notify talk"),
        ([words_("a", True), Connect(TARGETS[0][0], "", 60, "", False)], "talk connect notify talk"),
        ([words_("a", True), Record(60, 5, "#", True)], "talk record notify talk"),
        ([words_("a", True), HangUp()], "talk"),
        ([words_("a", True)], "talk"),
        ([words_("a", True), HEAR], "talk! input notify talk"),
        ([words_("a", True), SPANISH, HEAR], "talk! input notify talk"),
        ([words_("a", True), SPANISH, words_("b", True), CALL_ME, ASK], "talk! talk! input notify talk"),
        ([words_("a", True), SPANISH, words_("b"), ASK], "talk talk input notify talk"),
        ([words_("a", True), CALL_ME, audio("b", True), ASK], "talk stream! input notify talk"),
        ([words_("a", True), CALL_ME, HangUp()], "talk"),
        ([words_("a", True), CALL_ME, Connect(TARGETS[0][0], "", 60, "", False)], "talk connect notify talk"),
        ([words_("a", True), Hold()], "talk notify talk"),
        ([SPANISH, words_("a", True), Hold()], "talk notify talk"),
    ],
)
def test_only_what_stands_right_before_the_input_may_be_interrupted(says: list[Says], actions: str) -> None:
    assert " ".join(kinds(rendered(*says))) == actions


# --- addresses --------------------------------------------------------------------------------------------------


def test_nothing_of_the_call_can_be_read_in_an_address() -> None:
    sent = ncco.dump(ncco.render(FLOW, [ASK], HERE))
    for secret in ("447700900123", "441632960960", "4111111111", HERE.call, "main", str(HERE.version)):
        assert secret not in sent.partition("Sorry")[0]


def test_every_address_is_under_the_public_url(settings: Any) -> None:
    settings.PUBLIC_URL = "https://phone.example.com/ivr"
    sent = rendered(ASK)
    assert sent[0]["eventUrl"][0].startswith("https://phone.example.com/ivr/webhooks/event/")
    assert sent[0]["eventUrl"][0].endswith("/")


# --- phrases ----------------------------------------------------------------------------------------------------


def test_the_lines_own_words_of_trouble_have_their_values() -> None:
    own = {"en": "{line} is in trouble; call {dialled} again, not {caller}. {holiday}"}
    flow = FLOW.model_validate(FLOW.model_dump() | {"phrases": {"trouble": own}})
    text = "Office is in trouble; call 4 4 1 6 3 2 9 6 0 9 6 0 again, not 4 4 7 7 0 0 9 0 0 1 2 3. "
    assert ncco.render(flow, [ASK], HERE)[-1]["text"] == text
    assert ncco.apology(flow, "en", "441632960960")[-1]["text"].startswith("Office is in trouble; call 4 4 1 6 3")
    flow = FLOW.model_validate(FLOW.model_dump() | {"phrases": {"trouble": {"en": "word " * 900}}})
    assert faults(ncco.render(flow, [ASK], HERE)) == []


def test_the_constants_are_valid_and_need_nothing() -> None:
    for constant in (ncco.not_in_service(), ncco.apology(), ncco.goodbye(FLOW, "es"), ncco.apology(FLOW, "xx", "+44")):
        assert faults(constant) == []
        assert accepted_by_vonage(constant)


def test_every_language_of_every_phrase_can_be_said() -> None:
    for name in ("trouble", "goodbye", "not_in_service", "nobody"):
        for text in words.PHRASES[name].values():
            assert faults([{"action": "talk", "text": text, "language": "en-US", "style": 0}]) == []


def test_every_voice_of_vonage_has_a_name_that_the_rules_take() -> None:
    for code, _ in codes():
        assert faults([{"action": "talk", "text": "a", "language": code, "style": 0}]) == [], code


# --- the rules see it -------------------------------------------------------------------------------------------

TALK: Final = {"action": "talk", "text": "Hello", "language": "en-US", "style": 0}


def good() -> list[Action]:
    return rendered(words_("Hello", True), ASK)


def ringing() -> list[Action]:
    return rendered(Connect(PhoneTarget(number="441632960961"), "441632960960", 60, "", True))


def hearing() -> list[Action]:
    return rendered(HEAR)


def spoken(**fields: Any) -> list[Action]:
    """What is wrong with how words are taken."""
    return changed(hearing(), 0, speech=hearing()[0]["speech"] | fields)


def changed(made: list[Action], index: int, **fields: Any) -> list[Action]:
    made = deepcopy(made)
    made[index] |= fields
    return made


OLD_URL: Final = "https://ivr.example.com/webhooks/event/"
WRONG: Final[dict[str, Callable[[], Any]]] = {
    "no list": lambda: {"action": "talk"},
    "nothing": list,
    "an unknown action": lambda: [TALK | {"action": "sing"}],
    "no action": lambda: [{"text": "Hello"}],
    "an unknown field": lambda: [TALK | {"voiceName": "Amy"}],
    "no words": lambda: [TALK | {"text": " "}],
    "too many words": lambda: [TALK | {"text": "x" * 1501}],
    "a control character": lambda: [TALK | {"text": "a\x00b"}],
    "broken SSML": lambda: [TALK | {"text": "<speak>a<b></speak>"}],
    "style as text": lambda: [TALK | {"style": "0"}],
    "style as truth": lambda: [TALK | {"style": True}],
    "barge-in as text": lambda: changed(good(), 0, bargeIn="true"),
    "barge-in as a number": lambda: changed(good(), 0, bargeIn=1),
    "barge-in at the end": lambda: [TALK | {"bargeIn": True}],
    "barge-in before a connect": lambda: [TALK | {"bargeIn": True}, *ringing()],
    "barge-in before other words": lambda: [TALK | {"bargeIn": True}, TALK, *good()[1:]],
    "barge-in before a recording": lambda: [TALK | {"bargeIn": True}, *rendered(audio("a", True), ASK)],
    "nothing closes an input": lambda: good()[:2],
    "nothing closes a connect": lambda: ringing()[:1],
    "nothing closes a record": lambda: rendered(Record(60, 5, "#", True))[:1],
    "two waits": lambda: good()[:2] + good(),
    "an address that is no list": lambda: changed(good(), 1, eventUrl=good()[1]["eventUrl"][0]),
    "two addresses": lambda: changed(good(), 1, eventUrl=good()[1]["eventUrl"] * 2),
    "no address": lambda: [{key: value for key, value in good()[1].items() if key != "eventUrl"}, *good()[2:]],
    "a relative address": lambda: changed(good(), 1, eventUrl=["/webhooks/event/" + "x" * 80 + "/"]),
    "somebody else's address": lambda: changed(good(), 1, eventUrl=["https://evil.example.com/webhooks/event/"]),
    "an address without a place": lambda: changed(good(), 1, eventUrl=[OLD_URL]),
    "a number in an address": lambda: changed(good(), 1, eventUrl=[f"{good()[1]['eventUrl'][0]}447700900123/"]),
    "a place that is not sealed": lambda: changed(good(), 1, eventUrl=[f"{OLD_URL}{'NDQ3NzAwOTAwMTIz' * 5}/"]),
    "no type": lambda: [{key: value for key, value in good()[1].items() if key != "type"}, *good()[2:]],
    "type as text": lambda: changed(good(), 1, type="dtmf"),
    "a wait of 11 seconds": lambda: changed(good(), 1, dtmf={"timeOut": 11, "maxDigits": 1, "submitOnHash": True}),
    "a wait as text": lambda: changed(good(), 1, dtmf={"timeOut": "5", "maxDigits": 1, "submitOnHash": True}),
    "21 digits": lambda: changed(good(), 1, dtmf={"timeOut": 5, "maxDigits": 21, "submitOnHash": True}),
    "a number with plus": lambda: changed(ringing(), 0, endpoint=[{"type": "phone", "number": "+441632960961"}]),
    "a number that is a number": lambda: changed(ringing(), 0, endpoint=[{"type": "phone", "number": 441632960961}]),
    "two endpoints": lambda: changed(ringing(), 0, endpoint=ringing()[0]["endpoint"] * 2),
    "no endpoint": lambda: changed(ringing(), 0, endpoint=[]),
    "an unknown endpoint": lambda: changed(ringing(), 0, endpoint=[{"type": "fax", "number": "441632960961"}]),
    "a caller with plus": lambda: changed(ringing(), 0, **{"from": "+441632960960"}),
    "both callers": lambda: changed(ringing(), 0, randomFromNumber=True),
    "a ring of 121 seconds": lambda: changed(ringing(), 0, timeout=121),
    "a talk of 7201 seconds": lambda: changed(ringing(), 0, limit=7201),
    "speech that is not announced": lambda: changed(hearing(), 0, type=["dtmf"]),
    "speech without its settings": lambda: changed(good(), 1, type=["dtmf", "speech"]),
    "speech alone": lambda: changed(hearing(), 0, type=["speech"]),
    "a language that nobody recognises": lambda: spoken(language="cy-GB"),
    "a recognition language in other letters": lambda: spoken(language="en-gb"),
    "no phrases": lambda: spoken(context=[]),
    "too many phrases": lambda: spoken(context=[f"phrase {number}" for number in range(101)]),
    "a phrase twice": lambda: spoken(context=["bill", "bill"]),
    "a phrase of nothing": lambda: spoken(context=[" "]),
    "phrases as text": lambda: spoken(context="billing"),
    "no time for the first word": lambda: spoken(startTimeout=0),
    "61 seconds for the first word": lambda: spoken(startTimeout=61),
    "a silence too short": lambda: spoken(endOnSilence=0.3),
    "a silence too long": lambda: spoken(endOnSilence=10.5),
    "words for 61 seconds": lambda: spoken(maxDuration=61),
    "an unknown wish of speech": lambda: spoken(saveAudio=True),
    "nothing closes a hold": lambda: rendered(words_("a"), Hold())[:2],
    "words before the answer that got lost": lambda: [good()[1], TALK, *good()[2:]],
    "a notify after something else": lambda: changed(good(), 2, payload={"after": "dinner"}),
    "a notify without words": lambda: changed(good(), 2, payload={}),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_rules_see(what: str) -> None:
    assert faults(WRONG[what]()) != []


def test_vonages_models_see_what_they_can() -> None:
    with pytest.raises(ValidationError):
        accepted_by_vonage([TALK | {"text": "x" * 1501}])
    with pytest.raises(ValidationError):
        accepted_by_vonage(changed(good(), 1, eventUrl="https://example.com"))
    with pytest.raises(AssertionError):
        accepted_by_vonage([TALK | {"unknown": 1}])


# --- and back ---------------------------------------------------------------------------------------------------


def test_the_place_in_a_logged_ncco_is_found() -> None:
    sealed = place.seal(HERE)
    for says in ([ASK], [Record(60, 5, "#", True)], [Connect(TARGETS[0][0], "", 60, "", True)]):
        assert ncco.sealed_in(ncco.dump(ncco.render(FLOW, says, HERE))) == sealed
    assert ncco.sealed_in(ncco.dump(ncco.apology())) == ncco.sealed_in("") == ncco.sealed_in("{") == ""
