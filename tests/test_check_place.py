"""The longest place that the check reckons with is as long as any real one, and not much longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.place import MAX_LENGTH, Place, seal
from menus.check import longest_place
from menus.check.facts import longest_value
from menus.check.place import MAX_PLACE
from menus.dialogue import (
    LOTS,
    TRAIL_KEPT,
    Answered,
    Ask,
    Caller,
    Connect,
    Deed,
    Dialled,
    Dip,
    Failed,
    Fate,
    Found,
    HangUp,
    Heard,
    Held,
    Hold,
    Keyed,
    NotFound,
    Outcome,
    Record,
    Recorded,
    Result,
    Silence,
    State,
    Step,
)
from menus.entries import longest, read_entry
from menus.flow import MAX_FOUND_BYTES, Collect, Flow, Menu
from menus.step import begin, take
from tests.check_lines import (
    BOTH,
    EN,
    ES,
    branch,
    callback,
    collect,
    line,
    long_keys,
    menu,
    rule,
    table,
    transfer,
    with_office,
)
from tests.strategies import flows

AT = datetime(2026, 5, 4, 15, tzinfo=UTC)
ODD = 'é世😀"\\\n\x01'
"""Characters of two, three and four bytes, and such as JSON writes with more."""
EVERYTHING = line(
    {"languages": [EN, ES | {"key": "es-far-away-from-all"}], "remember_language_days": 90},
    ask=collect(read_back=True),
    day=collect("day", asks="date", read_back=True),
    card=collect("card", max_digits=20),
    back=callback(),
    find=table("{account}", "balance", "due"),
    who=branch(rule(lists=[f"list-of-callers-{n}" for n in range(8)])),
    speech=menu(speech=True, greeting={"en": "Hi."}),
)


def longest_state(flow: Flow) -> State:
    """One that no call comes to, with everything at its longest at once."""
    menus = {key: here for key, here in flow.destinations.items() if isinstance(here, Menu)}
    trail = sorted(menus, key=len)[-TRAIL_KEPT:]
    greeted = sorted((key for key, here in menus.items() if here.greeting), key=len)[-TRAIL_KEPT:]
    entries = [here for here in flow.destinations.values() if isinstance(here, Collect)]
    values = {"caller": "0" * 64, "dialled": "0" * 64, "pressed": "0" * 10}
    values |= {here.value: "0" * longest_value(here) for here in entries}
    found = dict.fromkeys(flow.looked_up, "")
    if found:
        found[min(found)] = "0" * MAX_FOUND_BYTES
    language, schedule = max(flow.by_language, key=len), max(flow.schedules, key=len, default="")
    return State(
        began=9_999_999_999,
        turn=99,
        at=max(flow.destinations, key=len),
        language=language,
        no_input=18,
        no_match=18,
        target=99,
        over=True,
        schedule=schedule,
        trail=tuple(trail),
        greeted=tuple(greeted),
        values=values | found,
        phase="confirm",
        waited=30,
        entry="0" * 64 if any(here.kind == "callback" for here in flow.destinations.values()) else "0",
        asked=9_999_999_999,
        pins=3,
        remembered=language if flow.remember_language_days else "",
        lists=tuple(sorted(flow.lists)),
        lot=LOTS - 1,
    )


@pytest.mark.parametrize(
    "flow", [line(), line(BOTH), long_keys(40), with_office(door=transfer()), EVERYTHING], ids=lambda flow: flow.name
)
def test_no_place_is_longer_than_the_estimate(flow: Flow) -> None:
    sealed = seal(Place("c" * 64, UUID(int=0), longest_state(flow), 9_999_999_999))
    assert len(sealed) <= longest_place(flow) < len(sealed) + 100


def test_the_longest_place_that_is_let_pass_is_the_longest_that_is_opened() -> None:
    assert MAX_PLACE == MAX_LENGTH


# --- against calls ----------------------------------------------------------------------------------------------


def result(caller: Random, deed: Deed) -> Result:
    wanted = deed.wanted if isinstance(deed, Dip) else ()
    found = Found({one.value: "".join(caller.choices(ODD, k=caller.randint(0, 120))) for one in wanted})
    return caller.choice((found, found, Found({}), NotFound(), Failed("no")))


def heard_at(taken: Step, flow: Flow, caller: Random) -> Heard:
    match taken.says[-1]:
        case Ask():
            here = flow.destinations.get(taken.state.at)
            count = longest(here) if isinstance(here, Collect) else caller.choice((0, 1, 1, 2))
            keys = "".join(caller.choices("12", k=count)) if caller.random() < 0.8 else "0#*"[: caller.randint(0, 3)]
            return Keyed(keys) if keys else Silence()
        case Connect():
            return Dialled(caller.choice(list(Fate)))
        case Record():
            return Recorded()
        case Hold():
            return Held()
    raise AssertionError("nothing is waited for")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(flows(every=True), st.integers(0, 2**32).map(Random))
def test_no_call_comes_to_a_longer_place(flow: Flow, caller: Random) -> None:
    known = Caller(9_999, tuple(flow.lists), flow.languages[-1].key)
    state, at = begin(flow, "1" * 64, "2" * 64, AT, known), AT
    heard: Heard = Answered()
    bound = longest_place(flow)
    for _ in range(12):
        taken = take(flow, state, heard, at, (), lambda deed: result(caller, deed))
        assert len(seal(Place("c" * 64, UUID(int=0), taken.state, 2**31))) <= bound
        if isinstance(taken.says[-1], HangUp):
            return
        state, heard, at = taken.state, heard_at(taken, flow, caller), at + timedelta(seconds=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(flows(every=True), st.text("0123456789#", max_size=21))
def test_no_entry_makes_a_longer_value(flow: Flow, keyed: str) -> None:
    for here in flow.destinations.values():
        if isinstance(here, Collect):
            value = read_entry(here, keyed, "12025550110", AT.date())
            assert value is None or len(value) <= longest_value(here)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"balance": "x" * 100, "due": "y" * 100}, Outcome.FOUND),
        ({"balance": "é" * 100, "due": "y" * 56}, Outcome.FOUND),
        ({"balance": "é" * 100, "due": "y" * 57}, Outcome.FAILED),
        ({"balance": "\x01" * 43, "due": ""}, Outcome.FAILED),
    ],
)
def test_what_a_place_cannot_hold_is_not_kept_by_halves(values: dict[str, str], outcome: Outcome) -> None:
    flow = line({"start": "find"}, find=table("x", "balance", "due"))
    taken = take(flow, begin(flow, "1", "2", AT), Answered(), AT, (), lambda deed: Found(values))
    assert taken.visits[0].outcome is outcome
    assert taken.state.values.keys() >= values.keys() if outcome is Outcome.FOUND else "due" not in taken.state.values
