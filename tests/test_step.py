"""One step at a time: what the caller does, and where that leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from menus.dialogue import (
    Answered,
    Ask,
    Connect,
    Dialled,
    Fate,
    Guess,
    HangUp,
    Heard,
    HungUp,
    Keyed,
    Outcome,
    Recorded,
    Say,
    Silence,
    Spoken,
    Step,
)
from menus.flow import MAX_PASSED, MAX_TURNS, Flow, read_flow
from menus.step import begin, step, whisper

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
"""A Wednesday."""


def option(digits: str, to: str | None, **more: Any) -> dict[str, Any]:
    return {
        "key": f"to-{digits.strip('*#') or 'sign'}",
        "digits": digits,
        "label": f"Choice {digits}",
        "to": to,
        **more,
    }


def menu(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "menu", "label": "Menu", "prompt": {"en": "Choose."}, "options": list(options), **more}


def message(words: str, then: str | None) -> dict[str, Any]:
    return {"kind": "message", "label": words, "prompt": {"en": words}, "then": then}


DESK = {
    "kind": "transfer",
    "label": "Desk",
    "whisper": {"en": "A caller."},
    "targets": [
        {"type": "phone", "number": "12025550121", "label": "Ana"},
        {"type": "websocket", "uri": "wss://example.com"},
    ],
    "last_resort": "box",
}
BOX = {"kind": "voicemail", "label": "Box", "prompt": {"en": "Leave a message."}}
BYE = {"kind": "hangup", "label": "Bye", "goodbye": {"en": "Bye."}}


def flow(start: str = "main", **parts: Any) -> Flow:
    line: dict[str, Any] = {
        "name": "Clinic",
        "languages": [{"key": "en", "name": "English"}, {"key": "es", "name": "Español"}],
        "start": start,
        "house_keys": {"repeat": "9", "back": "*", "main": "#", "operator": "0"},
        "operator": "desk",
        "destinations": {"desk": DESK, "box": BOX, "bye": BYE},
    }
    line["destinations"] |= {
        key: parts.pop(key) for key in list(parts) if isinstance(parts[key], dict) and "kind" in parts[key]
    }
    return read_flow(line | parts)


def call(line: Flow, *heard: Heard, at: datetime = AT) -> Step:
    """The last step of a call in which this is heard, one after the other."""
    taken = step(line, begin(line, "12025550142", "12025550110", at), Answered(), at)
    for one in heard:
        taken = step(line, taken.state, one, at)
    return taken


def words(taken: Step) -> list[str]:
    return [said.text for said in taken.says if isinstance(said, Say)]


def outcomes(taken: Step) -> list[tuple[str, Outcome]]:
    return [(visit.destination, visit.outcome) for visit in taken.visits]


TWO = flow(
    main=menu(option("1", "second"), greeting={"en": "Hello."}),
    second=menu(option("2", "third"), prompt={"en": "Second."}),
    third=menu(option("3", "main"), prompt={"en": "Third."}),
)


def test_a_key_leads_to_its_option_and_the_visit_names_the_option() -> None:
    taken = call(TWO, Keyed("1"))
    assert taken.state.at == "second"
    [visit] = taken.visits
    assert (visit.destination, visit.outcome, visit.option, visit.to) == ("main", Outcome.CHOSEN, "to-1", "second")


def test_the_greeting_is_heard_once_in_a_call() -> None:
    assert words(call(TWO)) == ["Hello.", "Choose."]
    assert words(call(TWO, Keyed("1"), Keyed("#"))) == ["Choose."]


def test_the_hash_that_only_ends_the_entry_is_no_part_of_it() -> None:
    assert call(TWO, Keyed("1#")).state.at == "second"


def test_back_leads_through_the_menus_passed_one_by_one() -> None:
    there = [Keyed("1"), Keyed("2")]
    assert call(TWO, *there, Keyed("*")).state.at == "second"
    assert call(TWO, *there, Keyed("*"), Keyed("*")).state.at == "main"
    assert call(TWO, *there, Keyed("*"), Keyed("*"), Keyed("*")).state.at == "main"


def test_a_menu_met_again_cuts_the_way_back_short() -> None:
    assert call(TWO, Keyed("1"), Keyed("2"), Keyed("3")).state.trail == ()


def test_main_leads_to_the_main_menu_and_forgets_the_way() -> None:
    taken = call(TWO, Keyed("1"), Keyed("2"), Keyed("#"))
    assert (taken.state.at, taken.state.trail, outcomes(taken)) == ("main", (), [("third", Outcome.WENT_MAIN)])


def test_repeat_says_the_menu_again_and_is_no_failure() -> None:
    taken = call(TWO, Keyed("1"), Keyed("9"))
    assert (words(taken), taken.state.no_match, outcomes(taken)) == (["Second."], 0, [("second", Outcome.REPEATED)])


def test_the_operator_key_rings_the_operator() -> None:
    taken = call(TWO, Keyed("0"))
    assert taken.state.at == "desk"
    assert outcomes(taken) == [("main", Outcome.ASKED_OPERATOR), ("desk", Outcome.RINGING)]


def test_a_menu_can_do_without_a_house_key_and_an_option_comes_before_one() -> None:
    assert call(flow(main=menu(option("1", "bye"), without=["operator"])), Keyed("0")).state.no_match == 1
    assert call(flow(main=menu(option("0", "bye"))), Keyed("0")).state.at == ""


def test_without_an_operator_its_key_is_a_wrong_key() -> None:
    assert call(flow(main=menu(option("1", "bye")), operator=None), Keyed("0")).state.no_match == 1


def test_silence_and_a_wrong_key_are_counted_apart() -> None:
    taken = call(TWO, Silence(), Keyed("7"))
    assert (taken.state.no_input, taken.state.no_match) == (1, 1)


@pytest.mark.parametrize("heard", [Silence(), Keyed("7")])
def test_each_has_its_own_tapered_words_and_its_own_destination(heard: Heard) -> None:
    retry = {"first": {"en": "Once."}, "second": {"en": "Twice."}, "last": {"en": "Enough."}, "then": "box"}
    name = "no_input" if heard == Silence() else "no_match"
    line = flow(main=menu(option("1", "bye"), short_prompt={"en": "Short."}, **{name: retry}))
    assert words(call(line, heard)) == ["Once.", "Short."]
    assert words(call(line, heard, heard)) == ["Twice.", "Short."]
    last = call(line, heard, heard, heard)
    assert words(last) == ["Enough.", "Leave a message."]
    assert (last.state.at, last.visits[0].outcome, last.visits[0].to) == ("box", Outcome.GAVE_UP, "box")


def test_failures_of_any_kind_have_a_cap_of_their_own() -> None:
    line = flow(main=menu(option("1", "bye"), max_failures=2, failures_then="bye", no_input={"then": "box"}))
    assert outcomes(call(line, Silence(), Keyed("7"))) == [("main", Outcome.GAVE_UP), ("bye", Outcome.ENDED)]


def test_used_up_tries_without_a_destination_lead_to_the_operator_and_without_one_to_a_goodbye() -> None:
    once = {"tries": 1}
    assert call(flow(main=menu(option("1", "bye"), no_input=once)), Silence()).state.at == "desk"
    alone = call(flow(main=menu(option("1", "bye"), no_input=once), operator=None), Silence())
    assert (words(alone)[-1], alone.says[-1]) == ("Thank you for calling. Goodbye.", HangUp())


def test_coming_back_to_a_menu_begins_its_tries_anew() -> None:
    assert call(TWO, Silence(), Keyed("1"), Keyed("*")).state.no_input == 0


def test_an_option_can_change_the_language_and_words_fall_back_to_the_first() -> None:
    line = flow(main=menu(option("1", "hello", language="es")), hello=message("Hello.", "bye"))
    assert [said.language for said in call(line, Keyed("1")).says if isinstance(said, Say)] == ["en", "en"]
    line = flow(
        main=menu(option("1", "hello", language="es")),
        hello={"kind": "message", "label": "Hello", "prompt": {"en": "Hello.", "es": "Hola."}, "then": "bye"},
    )
    assert words(call(line, Keyed("1"))) == ["Hola.", "Bye."]


def test_a_menu_without_words_in_any_useful_language_is_made_of_its_options() -> None:
    line = flow(main=menu(option("1", "bye"), prompt={"es": {"audio": "https://example.com/es.mp3"}}))
    assert words(call(line)) == ["For Choice 1, press 1."]


def test_a_disabled_option_is_a_wrong_key() -> None:
    assert call(flow(main=menu(option("1", "bye", enabled=False), option("2", "bye"))), Keyed("1")).state.no_match == 1


@pytest.mark.parametrize(("options", "longest"), [(("1",), 1), (("1", "10"), 2), (("*", "123"), 3)])
def test_the_longest_choice_says_how_many_keys_are_waited_for(options: tuple[str, ...], longest: int) -> None:
    ask = call(flow(main=menu(*(option(digits, "bye") for digits in options)))).says[-1]
    assert isinstance(ask, Ask)
    assert ask.max_digits == longest


def test_targets_are_rung_in_order_and_then_comes_the_last_resort() -> None:
    taken = call(TWO, Keyed("0"))
    assert isinstance(taken.says[-1], Connect)
    assert taken.says[-1].target.type == "phone"
    second = step(TWO, taken.state, Dialled(Fate.BUSY), AT)
    assert isinstance(second.says[-1], Connect)
    assert second.says[-1].target.type == "websocket"
    assert [visit.why for visit in second.visits] == ["Ana: busy", "wss://example.com"]
    third = step(TWO, second.state, Dialled(Fate.NO_ANSWER), AT)
    assert (third.state.at, third.visits[0].outcome) == ("box", Outcome.NOT_REACHED)


def test_whoever_gives_the_call_back_has_talked_and_nobody_else_is_rung() -> None:
    taken = call(TWO, Keyed("0"), Dialled(Fate.LEFT))
    assert (taken.state.at, taken.visits[0].outcome) == ("box", Outcome.CONNECTED)


def test_the_whisper_is_for_the_callee_of_a_transfer_only() -> None:
    said = whisper(TWO, call(TWO, Keyed("0")).state, AT)
    assert said is not None
    assert said.text == "A caller."
    assert whisper(TWO, call(TWO).state, AT) is None


def test_a_message_left_leads_on_or_ends_the_call() -> None:
    assert outcomes(call(flow("box"), Recorded())) == [("box", Outcome.RECORDED)]
    assert words(call(flow("box"), Recorded())) == ["Thank you for calling. Goodbye."]
    line = flow("box", box=BOX | {"then": "bye"})
    assert outcomes(call(line, Recorded())) == [("box", Outcome.RECORDED), ("bye", Outcome.ENDED)]


def test_after_the_last_turn_comes_the_operator_and_then_a_goodbye() -> None:
    line = flow(main=menu(option("1", "main")), operator="second", second=menu(option("1", "main")))
    last = call(line, *[Keyed("1")] * (MAX_TURNS - 1))
    assert last.state.at == "main"
    beyond = step(line, last.state, Keyed("1"), AT)
    assert (beyond.visits[0].outcome, beyond.visits[0].why, beyond.state.at) == (
        Outcome.OVER_LIMIT,
        f"{MAX_TURNS} turns in one call",
        "second",
    )
    assert step(line, beyond.state, Keyed("1"), AT).says[-1] == HangUp()


def test_after_too_many_minutes_no_menu_asks_again() -> None:
    line = flow(main=menu(option("1", "main")), max_call_minutes=5)
    taken = call(line)
    assert step(line, taken.state, Keyed("1"), AT + timedelta(minutes=5)).state.at == "main"
    late = step(line, taken.state, Keyed("1"), AT + timedelta(minutes=5, seconds=1))
    assert (late.visits[0].outcome, late.state.at) == (Outcome.OVER_LIMIT, "desk")


def test_ringing_goes_on_past_the_minutes() -> None:
    line = flow(main=menu(option("1", "desk")), max_call_minutes=5)
    ringing = call(line, Keyed("1"))
    assert isinstance(step(line, ringing.state, Dialled(Fate.BUSY), AT + timedelta(hours=1)).says[-1], Connect)


def test_destinations_that_never_wait_are_a_loop_and_end_at_the_operator() -> None:
    line = flow("a", a=message("A", "b"), b=message("B", "a"))
    taken = call(line)
    assert [visit.outcome for visit in taken.visits] == [Outcome.PLAYED] * MAX_PASSED + [
        Outcome.OVER_LIMIT,
        Outcome.RINGING,
    ]
    assert taken.state.at == "desk"


@pytest.mark.parametrize("then", [None, "gone"])
def test_a_flow_that_leads_nowhere_says_so_and_saves_the_caller(then: str | None) -> None:
    taken = call(flow("a", a=message("A", then)))
    assert outcomes(taken)[1:] == [("a", Outcome.LED_NOWHERE), ("desk", Outcome.RINGING)]
    assert "technical trouble" in words(taken)[1]
    alone = call(flow("a", a=message("A", then), operator=None))
    assert alone.says[-1] == HangUp()


def test_hanging_up_ends_the_call_where_it_was() -> None:
    taken = call(TWO, Keyed("1"), HungUp())
    assert (taken.says, outcomes(taken), taken.state.at) == ((), [("second", Outcome.HUNG_UP)], "")


def test_words_are_filled_with_what_is_known_of_the_call() -> None:
    line = flow("a", a=message("{line}: {caller}, {dialled}, {pressed}.", "bye"))
    assert words(call(line))[0] == "Clinic: 1 2 0 2 5 5 5 0 1 4 2, 1 2 0 2 5 5 5 0 1 1 0, ."


def test_the_clock_decides_and_says_why() -> None:
    office = {"name": "Office", "weekly": {"wed": ["09:00-12:00"]}, "holidays": [{"name": "Feast", "when": "03-11"}]}
    office["holidays"][0]["words"] = {"en": "Feast!"}  # type: ignore[index]
    line = flow(
        "door",
        schedules={"office": office},
        door={"kind": "hours", "label": "Door", "schedule": "office", "open": "main", "closed": "shut"},
        main=menu(option("1", "bye")),
        shut=message("We open {opens}.", "bye"),
    )
    opened, closed, feast = (call(line, at=AT + timedelta(hours=hours)) for hours in (0, 3, 7 * 24))
    assert (opened.state.at, opened.visits[0].outcome) == ("main", Outcome.OPEN)
    assert (words(closed)[0], closed.visits[0].outcome) == ("We open Wednesday, March 18, at 9 AM.", Outcome.CLOSED)
    assert (words(feast)[0], feast.visits[0].outcome) == ("Feast!", Outcome.HOLIDAY)
    assert [visit.why for visit in (opened.visits[0], closed.visits[0])] == [
        "Office: open, Wednesday 09:00–12:00",
        "Office: closed, Wednesday opens 09:00–12:00",
    ]


def test_speech_where_only_keys_were_asked_for_is_a_wrong_choice() -> None:
    assert call(TWO, Spoken((Guess("billing", 0.9),))).state.no_match == 1
