"""The sentences under the fields: what they promise is what `step` does, counted by playing it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus.dialogue import Dialled, Fate, HangUp, Heard, Keyed, Outcome, Recorded, Silence, State, Switch, Visit
from menus.flow import Asks, Flow, SwitchKind, read_flow
from menus.outlook import Topic, leaving, number, times, what_happens
from menus.step import begin, step
from tests.strategies import flows

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
RECEPTION = {"kind": "transfer", "label": "Reception", "targets": [{"type": "phone", "number": "12025550121"}]}
OF_LINE = ("operator", "schedules", "remember_language_days", "languages")
BYE = {"kind": "hangup", "label": "Goodbye"}


def flow(**parts: Any) -> Flow:
    """The line's own fields, and else destinations by key."""
    of_line = {name: parts.pop(name) for name in list(parts) if name in OF_LINE}
    languages = {"languages": [{"key": "en", "name": "English"}]}
    return read_flow({"name": "Line", **languages, **of_line, "destinations": parts})


def menu(**fields: Any) -> dict[str, Any]:
    options = [{"key": "one", "digits": "1", "label": "One", "to": "reception"}]
    return {"kind": "menu", "label": "Main", "options": options, **fields}


def ask(operator: str | None = None, **fields: Any) -> dict[Topic, str]:
    more = {"operator": operator} if operator else {}
    return what_happens(flow(main=menu(**fields), reception=RECEPTION, bye=BYE, **more), "main")


# --- sentences --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"no_input": {"then": "reception"}}, "hears the prompt three times, then goes to Reception."),
        ({"no_input": {"tries": 1, "then": "bye"}}, "hears the prompt once, then goes to Goodbye."),
        ({"no_input": {"tries": 9}, "max_failures": 2, "failures_then": "bye"}, "twice, then goes to Goodbye."),
        (
            {"no_input": {"tries": 2, "then": "reception"}, "max_failures": 2, "failures_then": "bye"},
            "twice, then goes to Reception.",
        ),
        (
            {"short_prompt": {"en": "Press 1."}, "no_input": {"tries": 1, "then": "bye"}},
            "hears the prompt once, then goes to Goodbye.",
        ),
        ({"operator": "reception"}, "three times, then goes to the operator (Reception)."),
        ({"operator": "main"}, "three times, then hears a goodbye, and the call ends."),
        ({}, "three times, then hears a goodbye, and the call ends."),
        ({"no_input": {"then": "main"}}, "three times, then starts here again."),
        (
            {"short_prompt": {"en": "Press 1."}, "no_input": {"then": "bye"}},
            "hears the prompt once and the shorter one twice, then goes to Goodbye.",
        ),
    ],
)
def test_silence_is_told(fields: dict[str, Any], words: str) -> None:
    assert ask(**fields)[Topic.NO_INPUT].startswith("A caller who presses nothing hears the prompt ")
    assert words in ask(**fields)[Topic.NO_INPUT]


def test_wrong_keys_are_told() -> None:
    assert ask("reception", no_match={"tries": 2})[Topic.NO_MATCH] == (
        "After two wrong keys the caller goes to the operator (Reception)."
    )
    assert ask(no_match={"tries": 1})[Topic.NO_MATCH] == (
        "After one wrong key the caller hears a goodbye, and the call ends."
    )


def test_both_together_count_only_where_they_come_first() -> None:
    words = ask(max_failures=3, failures_then="bye")[Topic.FAILURES]
    assert words == "After three in all, silence and wrong keys mixed, the caller goes to Goodbye."
    assert ask(max_failures=5)[Topic.FAILURES].startswith("This is never reached")
    assert not ask(max_failures=4)[Topic.FAILURES].startswith("This is never reached")


def test_whose_language_is_remembered_goes_on_in_it() -> None:
    spoken = menu(options=[{"key": "es", "digits": "2", "label": "Español", "language": "es", "to": "bye"}])
    languages = [{"key": "en", "name": "English"}, {"key": "es", "name": "Español"}]
    kept = flow(main=spoken, bye=BYE, remember_language_days=30, languages=languages)
    assert "goes on in that one instead" in what_happens(kept, "main")[Topic.NO_INPUT]
    assert "instead" not in ask()[Topic.NO_INPUT]


def test_an_entry_is_keyed_not_pressed() -> None:
    entry = {"kind": "collect", "label": "Account", "value": "account", "then": "bye"}
    found = what_happens(flow(account=entry, bye=BYE), "account")
    assert found[Topic.NO_INPUT].startswith("A caller who keys nothing hears the prompt three times")
    assert found[Topic.NO_MATCH].startswith("After three entries that are not taken")


def test_ringing_is_told_in_its_order() -> None:
    both = [
        {"type": "phone", "number": "12025550121", "label": "Ana", "ring_seconds": 25},
        {"type": "phone", "number": "12025550122", "ring_seconds": 20},
    ]
    desk = {"kind": "transfer", "label": "Desk", "targets": both, "last_resort": "mailbox"}
    mailbox = {"kind": "voicemail", "label": "Mailbox"}
    found = what_happens(flow(desk=desk, mailbox=mailbox), "desk")
    assert found == {Topic.RINGING: "Rings Ana 25 s, then +12025550122 20 s, then the caller goes to Mailbox."}
    nobody = what_happens(flow(desk=desk | {"targets": []}, mailbox=mailbox), "desk")
    assert nobody[Topic.RINGING] == "Nobody is rung: the caller goes to Mailbox at once."
    lost = what_happens(flow(desk=desk | {"last_resort": None}, mailbox=mailbox, operator="mailbox"), "desk")
    assert "is told that something is broken, and goes to the operator (Mailbox)" in lost[Topic.RINGING]


def test_a_message_left_ends_the_call_or_goes_on() -> None:
    found = what_happens(flow(mailbox={"kind": "voicemail", "label": "Mailbox"}), "mailbox")
    assert found[Topic.RECORDING] == (
        "Records up to 180 s; 5 s of silence or the # key end it. Then the caller hears a goodbye, and the call ends."
    )


def test_the_clock_is_asked_with_its_switches() -> None:
    office = {"office": {"name": "Office", "weekly": {"mon": ["08:00-17:00"]}}}
    gate = {"kind": "hours", "label": "Gate", "schedule": "office", "open": "bye", "closed": "mailbox"}
    line = flow(gate=gate, bye=BYE, mailbox={"kind": "voicemail", "label": "Mailbox"}, schedules=office)
    now = what_happens(line, "gate", NOON)[Topic.CLOCK]
    assert now == "Now: Office: open, Monday 08:00–17:00. The caller goes to Goodbye."
    late = what_happens(line, "gate", NOON.replace(hour=20))[Topic.CLOCK]
    assert late.endswith("The caller goes to Mailbox. Opens next Monday 30 November, 08:00.")
    shut = Switch(SwitchKind.CLOSED, NOON.timestamp() + 3600)
    assert "The caller goes to Mailbox." in what_happens(line, "gate", NOON, (shut,))[Topic.CLOCK]
    assert what_happens(line, "gate") == {}


def test_numbers_are_words_up_to_ten() -> None:
    assert [times(1), times(2), times(3), times(18), number(10)] == ["once", "twice", "three times", "18 times", "ten"]


# --- the same by playing it -------------------------------------------------------------------------------------


def played(line: Flow, key: str, heard: Heard) -> tuple[int, str | None]:
    """How often that is heard until the caller leaves, and where for; None: the call ends."""
    state = State(**{**_plain(begin(line, "12025550142", "12025550120", NOON)), "at": key, "turn": 0})
    failures = 0
    for _ in range(10 * 60):  # as many tries, and as many waits in each, as a line can have
        taken = step(line, state, heard, NOON)
        tried = [visit for visit in taken.visits if visit.destination == key]
        left = next((visit for visit in tried if visit.outcome is Outcome.GAVE_UP), None)
        failures += any(visit.outcome in (Outcome.NO_INPUT, Outcome.NO_MATCH, Outcome.GAVE_UP) for visit in tried)
        if left:
            assert left.to or any(isinstance(said, HangUp) for said in taken.says)
            return failures, left.to or None
        state = State(**{**_plain(taken.state), "turn": 0})
    raise AssertionError("the caller never left")


def _plain(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in State.__slots__}


def wrong_key(line: Flow, key: str) -> Keyed | None:
    """A key that nothing answers to; None: every key does something."""
    here = line.destinations[key]
    house = set(line.house_keys.model_dump().values())
    taken = {option.digits for option in getattr(here, "options", ()) if option.enabled}
    for digit in "9876543210":
        if digit not in house and not any(keys.startswith(digit) or digit.startswith(keys) for keys in taken):
            return Keyed(digit)
    return None


@settings(max_examples=60, deadline=None)
@given(line=flows(every=True), data=st.data())
def test_the_count_and_the_place_are_those_of_a_real_call(line: Flow, data: st.DataObject) -> None:
    asking = [key for key, here in line.destinations.items() if isinstance(here, Asks)]
    for key in asking:
        silent = leaving(line, key, Outcome.NO_INPUT)
        assert played(line, key, Silence()) == (silent.after, silent.to)
        wrong = wrong_key(line, key) if line.destinations[key].kind == "menu" else None
        if wrong:
            keyed = leaving(line, key, Outcome.NO_MATCH)
            assert played(line, key, wrong) == (keyed.after, keyed.to)


def test_where_ringing_and_recording_lead_is_where_a_call_goes() -> None:
    mailbox = {"kind": "voicemail", "label": "Mailbox", "then": "bye"}
    line = flow(desk=RECEPTION | {"last_resort": "mailbox"}, mailbox=mailbox, bye=BYE)
    assert left(line, "desk", Dialled(Fate.NO_ANSWER))[0].to == "mailbox"
    assert "goes to Mailbox" in what_happens(line, "desk")[Topic.RINGING]
    assert left(line, "mailbox", Recorded())[0].to == "bye"
    assert "goes to Goodbye" in what_happens(line, "mailbox")[Topic.RECORDING]


def left(line: Flow, key: str, heard: Heard) -> tuple[Visit, ...]:
    state = State(began=int(NOON.timestamp()), turn=1, at=key, language="en")
    return step(line, state, heard, NOON).visits
