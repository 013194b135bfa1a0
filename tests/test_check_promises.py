"""Promises: what is proved, against calls that are really walked; and what is said of one that is broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus.check import Rule, check, promised
from menus.check.facts import Facts
from menus.check.promises import MOST_KEYS, Proof, proofs
from menus.dialogue import Answered, Keyed, State
from menus.flow import Flow, Promise, PromisedWhen
from menus.step import begin, step
from tests.check_lines import (
    BOTH,
    Plain,
    branch,
    collect,
    hours,
    line,
    menu,
    message,
    option,
    pin,
    rule,
    service,
    switch,
    table,
    transfer,
    voicemail,
)

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
OFFICE = {"schedules": {"office": {"name": "Office", "weekly": {"mon": ["08:00-17:00"]}}}}
XMAS = {"schedules": {"office": {"name": "Office", "holidays": [{"name": "Xmas", "when": "12-25"}]}}}
CLOSED: Plain = {"schedule": "office", "opening": "closed"}
CARDS = {"reaches": "desk", "label": "A lost card reaches a person"}


def proved(of_line: Plain | None = None, promise: Plain | None = None, **destinations: Plain) -> Proof:
    [found] = proofs(Facts(promising(of_line, promise, **destinations)))
    return found


def promising(of_line: Plain | None = None, promise: Plain | None = None, **destinations: Plain) -> Flow:
    return line({"promises": [CARDS | (promise or {})]} | (of_line or {}), **destinations)


def broken(flow: Flow) -> tuple[str, str]:
    [finding] = [finding for finding in check(flow) if finding.rule is Rule.PROMISE_BROKEN]
    return finding.fault, finding.cure


# --- keys -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("destinations", "keys"),
    [
        ({}, 1),
        ({"main": menu(option("12"), option("3", "bye"))}, 2),
        ({"main": menu(option("1", "more")), "more": menu(option("7"))}, 2),
        ({"main": menu(option("1", "news")), "news": message("desk")}, 1),
        ({"main": menu(option("1", "bye"), no_input={"tries": 2, "then": "desk"})}, 0),
        ({"main": menu(option("1", "ask")), "ask": collect(then="desk", read_back=True)}, 1 + 9 + 1),
        ({"main": menu(option("1", "ask")), "ask": collect(then="desk", sensitive=True, read_back=True)}, 1 + 9),
        ({"main": menu(option("1", "ask")), "ask": collect(cancel_key="*", cancel="desk")}, 2),
        ({"main": menu(option("1", "box")), "box": voicemail("desk")}, 2),
        ({"main": menu(option("1", "back")), "back": {"kind": "callback", "label": "C", "then": "desk"}}, 1 + 22),
        ({"main": menu(option("1", "find")), "find": table("x", found="desk", not_found="desk", failed="desk")}, 1),
        ({"main": menu(option("1", "off")), "off": switch(then="desk", failed="desk")}, 1),
        ({"main": menu(option("1", "ring")), "ring": transfer(last_resort="desk")}, 1),
    ],
)
def test_the_fewest_keys_are_counted_through_every_kind(destinations: dict[str, Any], keys: int) -> None:
    assert proved(**destinations).keys == keys


@pytest.mark.parametrize(
    "destinations",
    [
        {"main": menu(option("1", "bye"))},
        {"main": menu(option("1", "gone"))},
        {"main": menu(option("1"), option("1", "bye", enabled=False, key="off")) | {"options": []}},
        {"main": menu(option("1", "ring")), "ring": transfer("12025550142", last_resort="desk")},
        {"main": menu(option("1", "who")), "who": branch(rule(lists=["vip"]), otherwise="desk")},
        {"main": menu(option("1", "who")), "who": branch(rule(percent=1), otherwise="desk")},
        {"main": menu(option("1", "find")), "find": table("x", found="desk", not_found="desk", failed="bye")},
        {"main": menu(option("1", "find")), "find": table("x", found="desk", not_found="bye", failed="desk")},
        {"main": menu(option("1", "off")), "off": switch(then="desk", failed="bye")},
    ],
)
def test_what_callers_cannot_choose_is_taken_at_its_worst(destinations: dict[str, Any]) -> None:
    assert proved(**destinations).keys > MOST_KEYS


def test_a_sign_in_that_may_lock_the_caller_out_must_lead_there_too() -> None:
    ways: dict[str, Any] = {"found": "desk", "not_found": "desk", "failed": "desk"}
    signed = {"main": menu(option("1", "ask")), "ask": pin(then="find")}
    assert proved(**signed, find=table("{pin}", locked="bye", **ways)).keys > MOST_KEYS
    assert proved(**signed, find=table("{pin}", locked="desk", **ways)).keys == 5
    assert proved({"operator": "bye"}, **signed, find=table("{pin}", **ways)).keys > MOST_KEYS


@pytest.mark.parametrize(
    ("house", "to", "keys"),
    [
        ({"main": "9"}, "bye", 2),
        ({"operator": "0"}, "bye", 1),
        ({"operator": "1"}, "main", 2),
        ({"repeat": "9"}, "main", 2),
    ],
)
def test_the_line_s_own_keys_lead_on_too(house: dict[str, str], to: str, keys: int) -> None:
    of_line = {"house_keys": house, "operator": "desk", "start": "deep", "main": "main"}
    assert proved(of_line, {"max_seconds": 8}, deep=menu(option("1", to))).keys == keys


def test_a_rule_that_cannot_hold_for_this_caller_leads_nobody_astray() -> None:
    rules = [
        rule("none"),
        rule("es", languages=["es"]),
        rule("zero", percent=0),
        rule("en", to="desk", languages=["en"]),
    ]
    assert proved({"start": "who"}, who=branch(*rules, rule("r5", lists=["vip"]), otherwise="bye")).keys == 0


# --- the clock --------------------------------------------------------------------------------------------------


def test_a_schedule_asked_twice_says_the_same_twice() -> None:
    """Open, callers come through the first door, closed through the second; nobody meets both."""
    asked_twice = {"door": hours("main", "gate"), "gate": hours("bye", "main", label="Gate")}
    assert proved(OFFICE | {"start": "door"}, **asked_twice).kept


@pytest.mark.parametrize(("when", "kept"), [("any", False), ("open", True), ("closed", False)])
def test_a_promise_may_be_for_opening_hours_only(when: str, kept: bool) -> None:
    assert proved(OFFICE | {"start": "door"}, {"when": when}, door=hours("main", "bye")).kept is kept
    opposite = proved(OFFICE | {"start": "door"}, {"when": when}, door=hours("bye", "main"))
    assert opposite.kept is (when == "closed")


@pytest.mark.parametrize(("when", "kept"), [("any", False), ("open", True), ("closed", False)])
def test_a_holiday_is_closed_too(when: str, kept: bool) -> None:
    assert proved(XMAS | {"start": "door"}, {"when": when}, door=hours("main", "main", holiday="bye")).kept is kept
    assert proved(OFFICE | {"start": "door"}, {"when": when}, door=hours("main", "main", holiday="bye")).kept


def test_branches_ask_the_same_clock() -> None:
    asked = branch(rule(schedule="office", opening="closed", to="gate"), otherwise="main")
    gate = hours("bye", "main", label="Gate")
    assert proved(OFFICE | {"start": "who"}, who=asked, gate=gate).kept
    assert not proved(OFFICE | {"start": "who"}, who=asked, gate=hours("main", "bye")).kept


def test_a_rule_that_asks_for_closed_holds_on_holidays_too() -> None:
    def with_rest(to: str) -> Plain:
        return branch(rule(schedule="office", opening="open", to="main"), rule("r2", "main", **CLOSED), otherwise=to)

    assert proved(XMAS | {"start": "who"}, who=with_rest("bye")).kept


def test_who_asks_for_a_holiday_only_leads_the_others_on() -> None:
    asked = branch(rule(schedule="office", opening="holiday", to="main"), otherwise="bye")
    closed = XMAS | {"start": "who"}
    assert not proved(closed, {"when": "closed"}, who=asked).kept
    assert proved(closed, {"when": "closed"}, who=asked | {"otherwise": "main"}).kept


# --- seconds ----------------------------------------------------------------------------------------------------

TEN = "one two three four five six seven eight nine ten"  # 4 s at 150 words a minute


@pytest.mark.parametrize(
    ("here", "seconds"),
    [
        (menu(option("1"), option("2", "bye"), prompt={"en": f"Press 1. {TEN}. Press 2."}), 0.8),
        (menu(option("1", "bye"), option("2"), prompt={"en": f"Press 1. {TEN}. Press 2."}), 6.6),
        (menu(option("1"), prompt={"en": f"Press 1. {TEN} {TEN}"}, barge_in=False), 9.3),
        (menu(option("1"), prompt={"en": "Press 1."}, greeting={"en": TEN}), 4.8),
        (menu(option("1"), option("22", "bye"), prompt={"en": "Press 1. Or 22."}, wait_seconds=7), 7.8),
        (menu(option("1"), prompt={"en": "<speak>Press 1<break time='9s'/></speak>"}), 0.8),
        (menu(option("1"), prompt={"en": "<speak><break time='9s'/>Press 1</speak>"}), 9.8),
        (menu(option("1"), prompt={"en": {"audio": "https://example.com/a.mp3"}}), 10.0),
    ],
)
def test_listening_is_counted_up_to_the_key_or_to_the_end_where_keys_do_not_interrupt(
    here: Plain, seconds: float
) -> None:
    found = proved(main=here)
    assert found.keys == 1
    assert found.seconds == pytest.approx(seconds, abs=0.5)


def test_what_is_said_on_the_way_counts_and_so_does_a_service_that_is_asked() -> None:
    direct = proved().seconds
    assert proved({"start": "news"}, news=message("main", said=TEN)).seconds == pytest.approx(direct + 4)
    asked = service() | {"found": "main", "not_found": "main", "failed": "main", "hold": {"en": TEN}}
    assert proved({"start": "find"}, ask=collect(), find=asked).seconds == pytest.approx(direct + 4 + 2)


def test_who_keys_nothing_waits_through_all_tries() -> None:
    silent = menu(option("1", "bye"), prompt={"en": TEN}, wait_seconds=5, no_input={"tries": 2, "then": "desk"})
    sorry = silent | {"no_input": {"tries": 2, "then": "desk", "first": {"en": TEN}, "last": {"en": f"{TEN} {TEN}"}}}
    assert proved(main=sorry).seconds == pytest.approx(2 * (4 + 5) + 4 + 8)


def test_more_keys_are_taken_where_they_are_quicker() -> None:
    here = menu(option("1", "bye"), option("22"), prompt={"en": "Press 22."}, no_input={"then": "desk"})
    assert proved(main=here).keys == 0
    assert proved(main=here, promise={"max_seconds": 5}).keys == 2


# --- languages --------------------------------------------------------------------------------------------------

LANGUAGE = menu(option("1", "main"), option("2", "main", language="es"), label="Language")


def test_the_promise_holds_in_every_language_that_callers_can_choose() -> None:
    assert proved(BOTH).keys == 1
    found = proved(BOTH | {"start": "language"}, language=LANGUAGE)
    assert (found.keys, found.kept) == (2, True)
    later = menu(option("1"), option("2", "language"))
    assert proved(BOTH, main=later, language=menu(option("2", "main", language="es"))).language == "es"


def test_a_remembered_language_is_a_start_of_its_own() -> None:
    by_language = branch(rule(languages=["en"], to="main"), otherwise="bye")
    assert proved(BOTH | {"start": "who"}, who=by_language).kept
    assert not proved(BOTH | {"start": "who", "remember_language_days": 9}, who=by_language).kept


# --- against calls ----------------------------------------------------------------------------------------------

SIZE = 6
graphs = st.lists(st.lists(st.integers(0, SIZE), min_size=1, max_size=3), min_size=SIZE, max_size=SIZE)


def flow_with(graph: list[list[int]], kinds: list[str], keys: int = 9) -> Flow:
    """Menus with as many keys as ways on, messages and opening hours; the last is the desk."""
    names = [f"d{n}" for n in range(SIZE)] + ["desk"]
    shape = {}
    for key, ways, kind in zip(names, graph, kinds, strict=False):
        targets = [names[to] for to in ways]
        match kind:
            case "menu":
                shape[key] = menu(*(option(str(n), to) for n, to in enumerate(targets)), no_input={"then": "bye"})
            case "message":
                shape[key] = message(targets[0])
            case _:
                shape[key] = hours(targets[0], targets[-1])
    return promising(OFFICE | {"start": "d0"}, {"max_keys": keys}, **shape)


def fewest_keys(flow: Flow, at: datetime, most: int = 9) -> int:
    """By trying every key at every place, as a caller would."""
    states: list[State] = [step(flow, begin(flow, "1", "2", at), Answered(), at).state]
    met = {states[0].at}
    for keys in range(most + 1):
        if any(state.at == "desk" for state in states):
            return keys
        states = [after for state in states for after in _after(flow, state, at, met)]
    return MOST_KEYS + 1


def _after(flow: Flow, state: State, at: datetime, met: set[str]) -> Iterator[State]:
    for digit in "012":
        after = step(flow, state, Keyed(digit), at)
        if after.state.at not in met and after.says and after.state.no_match == 0:
            met.add(after.state.at)
            yield after.state


@settings(max_examples=60, deadline=None)
@given(graphs, st.lists(st.sampled_from(["menu", "menu", "message"]), min_size=SIZE, max_size=SIZE))
def test_where_nothing_is_left_to_chance_it_is_the_number_that_a_caller_needs(
    graph: list[list[int]], kinds: list[str]
) -> None:
    flow = flow_with(graph, kinds)
    [found] = proofs(Facts(flow))
    assert min(found.keys, 10) == min(fewest_keys(flow, AT), 10)


@settings(max_examples=60, deadline=None)
@given(graphs, st.lists(st.sampled_from(["menu", "message", "hours"]), min_size=SIZE, max_size=SIZE), st.integers(0, 3))
def test_the_clock_is_taken_at_its_worst_and_no_worse(graph: list[list[int]], kinds: list[str], keys: int) -> None:
    flow = flow_with(graph, kinds, keys)
    [found] = proofs(Facts(flow))
    opened, closed = (fewest_keys(flow, at) for at in (AT, AT.replace(hour=20)))
    assert found.kept == (max(opened, closed) <= keys)


# --- said -------------------------------------------------------------------------------------------------------


def test_a_kept_promise_is_said_with_its_way() -> None:
    flow = promising(BOTH | {"start": "language"}, {"except_lists": ["vip"]}, language=LANGUAGE)
    assert promised(flow) == [
        "“A lost card reaches a person” reaches transfer “Desk” in 2 keys and 8 s at most, whatever the hour, but for"
        " callers on the list “vip” (menu “Language”, key 2 → menu “Main”, key 1)"
    ]


def test_a_broken_promise_names_the_callers_the_hour_and_the_way_that_is_too_long() -> None:
    deep = menu(option("4", "main"), label="Closed")
    flow = promising(OFFICE | {"start": "door"}, {"max_keys": 1}, door=hours("main", "deep"), deep=deep)
    assert promised(flow) == []
    fault, cure = broken(flow)
    assert fault == (
        "The promise “A lost card reaches a person” of line “City Hall” is broken: callers, with “Office” closed, need "
        "2 keys and 5 s to transfer “Desk”, not 1 key "
        "(opening hours “Door” → menu “Closed”, key 4 → menu “Main”, key 1)"
    )
    assert cure.startswith("Let an earlier menu lead there, or change the promise")


def test_words_that_are_too_long_are_told_from_ways_that_are() -> None:
    fault, cure = broken(promising({"start": "news"}, {"max_seconds": 5}, news=message("main", said=TEN)))
    assert "need 1 key and 7 s to transfer “Desk”, not 2 keys and 5 s" in fault
    assert cure.startswith("Shorten what is said on the way")


def test_lists_that_lead_callers_elsewhere_are_named() -> None:
    who = branch(rule(lists=["blocked"]), rule("r2", lists=["vip"]), otherwise="main")
    fault, cure = broken(promising({"start": "who"}, {"except_lists": ["vip"]}, who=who))
    assert "cannot be sure to reach transfer “Desk”, whatever they key" in fault
    assert cure.startswith("Callers on the list “blocked” are led elsewhere: except them from the promise")


def test_a_promise_keeps_its_shape_in_a_flow() -> None:
    [promise] = promising(promise={"max_seconds": 15, "when": "closed"}).promises
    assert promise == Promise(
        reaches="desk", label="A lost card reaches a person", max_keys=2, max_seconds=15, when=PromisedWhen.CLOSED
    )
