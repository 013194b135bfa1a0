"""The promise that every path ends and rings nobody: against calls that are really walked, and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from menus.check import Rule, check, promised
from menus.check.endings import trap
from menus.check.facts import Facts
from menus.dialogue import Answered, Heard, Keyed, Recorded, Silence, State
from menus.flow import Branch, Flow, Promise, PromisedWhen, Transfer, Voicemail
from menus.step import begin, step
from tests.check_lines import (
    BOTH,
    Plain,
    branch,
    callback,
    collect,
    hours,
    line,
    menu,
    message,
    option,
    rule,
    voicemail,
)
from tests.test_check_any_flow import BUSY, small_flows

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
OFFICE = {"schedules": {"office": {"name": "Office", "weekly": {"mon": ["08:00-17:00"]}}}}
DOABLE: tuple[Heard, ...] = (*(Keyed(key) for key in ("1", "2", "3", "0", "8", "*", "4321#")), Silence())


def night(when: str = "closed", of_line: Plain | None = None, **destinations: Plain) -> Flow:
    return line(OFFICE | {"promises": [{"label": "Night", "when": when}]} | (of_line or {}), **destinations)


def fault(flow: Flow) -> str:
    [finding] = [finding for finding in check(flow) if finding.rule is Rule.PROMISE_BROKEN]
    return finding.fault


# --- against calls ----------------------------------------------------------------------------------------------


def met(flow: Flow) -> Iterator[tuple[State, datetime]]:
    """Every place of every call: whoever rings, whatever they key and however long they stay, open or closed."""
    for at in (AT, AT.replace(hour=20)):
        for caller in ("12025550142", "441632960142"):
            todo = [step(flow, begin(flow, caller, "2", at), Answered(), at).state]
            seen = set()
            while todo:
                here = replace(todo.pop(), turn=0)
                known = (here.at, here.no_input, here.no_match, here.trail, here.over, here.waited)
                if known in seen:
                    continue
                seen.add(known)
                yield here, at
                match flow.destinations.get(here.at):
                    case None | Transfer():
                        pass
                    case Voicemail():  # its end is all that is heard there, whatever was keyed
                        todo += [step(flow, here, Recorded(), at + timedelta(hours=late)).state for late in (0, 1)]
                    case _:
                        todo += [step(flow, here, doing, at).state for doing in DOABLE]
                        todo.append(step(flow, here, Silence(), at + timedelta(hours=1)).state)


def goes_round(flow: Flow, state: State, at: datetime) -> bool:
    """Whether somebody who keys nothing is led on for ever."""
    for _ in range(100):
        if not state.at or isinstance(flow.destinations[state.at], Voicemail):
            return False
        state = replace(step(flow, state, Silence(), at).state, turn=0)
    return True


@settings(BUSY, max_examples=60)
@given(small_flows)
def test_it_is_broken_where_a_call_that_is_walked_rings_somebody_or_never_ends(drawn: Flow) -> None:
    flow = drawn.model_copy(update={"schedules": line(OFFICE).schedules, "promises": (Promise(),)})
    if any(finding.rule in (Rule.LOOP_ASKS_NOTHING, Rule.CHAIN_TOO_LONG) for finding in check(flow)):
        return
    found = trap(Facts(flow), flow.promises[0])
    walked = list(met(flow))
    rings = any(state.at == "desk" for state, _ in walked)
    told = bool(found and not found.round)
    round_and_round = not (rings or told) and any(goes_round(flow, state, at) for state, at in walked)
    assert told or not rings
    assert found or not round_and_round
    # Who came by one branch may be unable to take a way of the next; the check does not know whom each is about.
    if sum(isinstance(here, Branch) for here in flow.destinations.values()) < 2:
        assert told == rings
        assert told or bool(found) == round_and_round


# --- said -------------------------------------------------------------------------------------------------------


def test_the_keys_that_lead_to_whoever_is_rung_are_named() -> None:
    billing = menu(option("0"), label="Billing")
    flow = night(main=menu(option("2", "billing")), billing=billing)
    assert fault(flow) == (
        "The promise “Night” of line “City Hall” is broken: callers, with “Office” closed, can ring somebody "
        "(menu “Main”, key 2 → menu “Billing”, key 0 → rings transfer “Desk”)"
    )
    assert promised(flow) == []


def test_a_circle_that_silence_does_not_end_is_named_with_its_way() -> None:
    flow = night(
        of_line={"start": "news"},
        news=message("main"),
        main=menu(option("1", "bye"), no_input={"then": "more"}),
        more=menu(option("1", "bye"), label="More", no_input={"then": "main"}),
    )
    assert fault(flow).partition("broken: ")[2] == (
        "callers, with “Office” closed, who key nothing go round and come to no end "
        "(message “News” → menu “Main”, nothing keyed → menu “More”, nothing keyed → menu “Main” again)"
    )


@pytest.mark.parametrize(
    ("way", "of_line", "destinations"),
    [
        ("nothing keyed", {}, {"main": menu(option("1", "bye"), no_input={"then": "desk"})}),
        ("wrong keys", {}, {"main": menu(option("1", "bye"), no_match={"then": "desk"})}),
        ("key 0", {"operator": "desk", "house_keys": {"operator": "0"}}, {"main": menu(option("1", "bye"))}),
        ("nothing keyed", {"operator": "desk"}, {"main": menu(option("1", "bye"))}),
        (
            "after 10 minutes",
            {"operator": "desk"},
            {"main": menu(option("1", "bye"), no_input={"then": "bye"}, no_match={"then": "bye"}, failures_then="bye")},
        ),
        ("wrong entries", {"start": "ask"}, {"ask": collect(no_match={"then": "desk"})}),
    ],
)
def test_whatever_callers_fail_to_do_counts(way: str, of_line: Plain, destinations: dict[str, Plain]) -> None:
    assert f", {way} → rings transfer “Desk”" in fault(night("any", of_line, **destinations))


@pytest.mark.parametrize(("when", "kept"), [("any", False), ("open", False), ("closed", True)])
def test_it_is_for_its_hours_only(when: str, kept: bool) -> None:
    flow = night(when, {"start": "door"}, door=hours("desk", "bye"))
    assert bool(promised(flow)) is kept


def test_a_schedule_asked_twice_says_the_same_twice() -> None:
    gate = hours("bye", "desk", label="Gate")
    assert promised(night("any", {"start": "door"}, door=hours("gate", "bye"), gate=gate))
    assert not promised(night("any", {"start": "door"}, door=hours("bye", "gate"), gate=gate))


def test_callers_on_the_lists_that_it_excepts_may_ring() -> None:
    who = branch(rule(lists=["vip"], to="desk"), otherwise="bye")
    flow = night(of_line={"start": "who"}, who=who)
    assert "(branch “Who” → rings transfer “Desk”)" in fault(flow)
    excepting = Promise(label="Night", when=PromisedWhen.CLOSED, except_lists=("vip",))
    [kept] = promised(flow.model_copy(update={"promises": (excepting,)}))
    assert kept == (
        "“Night”: while all is closed every path ends in hang-up “Goodbye” and rings nobody, but for callers on the "
        "list “vip”"
    )


def test_callers_of_every_language_count() -> None:
    spanish = branch(rule(languages=["es"], to="desk"), otherwise="bye")
    language = menu(option("1", "who"), option("2", "who", language="es"))
    assert "callers in Spanish, with “Office” closed, can ring" in fault(
        night(of_line=BOTH, main=language, who=spanish)
    )
    assert promised(night(of_line=BOTH, main=menu(option("1", "who")), who=spanish))


@pytest.mark.parametrize(
    ("destinations", "ends"),
    [
        (
            {"main": menu(option("1", "box"), option("2", "bye")), "box": voicemail(None)},
            "in hang-up “Goodbye” or voicemail “Mailbox”",
        ),
        ({"main": menu(option("1", "back")), "back": callback(then=None)}, "in call back “Call me”"),
        ({"main": menu(option("1", "main", language="en"))}, "with a goodbye"),
        (
            {"main": menu(*(option(f"{n}", f"b{n}") for n in range(5)))} | {f"b{n}": voicemail(None) for n in range(5)},
            "in a voicemail, a call back or a goodbye",
        ),
    ],
)
def test_where_it_ends_is_said(destinations: dict[str, Plain], ends: str) -> None:
    assert promised(night("closed", {}, **destinations)) == [
        f"“Night”: while all is closed every path ends {ends} and rings nobody"
    ]


def test_a_voicemail_ends_the_path_of_who_says_nothing() -> None:
    assert promised(night(main=menu(option("1", "box"), no_input={"then": "box"}), box=voicemail("main")))
