"""Random flows, random callers: every call ends, every NCCO is valid, and the log tells the same path."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import ncco, place, turns
from calls.models import Call, Turn
from calls.place import Place
from calls.vonage import Ring
from menus import live
from menus.check import longest_place
from menus.dialogue import (
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
    Guess,
    HangUp,
    Heard,
    Held,
    Hold,
    Keyed,
    Listen,
    Locked,
    NotFound,
    Record,
    Recorded,
    Result,
    Silence,
    Spoken,
    State,
    Step,
    Switch,
)
from menus.flow import MAX_PASSED, MAX_TURNS, Flow, Prompt, SwitchKind
from menus.live import Pointer
from menus.step import begin, step, take
from tests.ncco_rules import accepted_by_vonage, faults
from tests.strategies import flows

AT = st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
CALLERS = st.integers(0, 2**32).map(Random)
"""Callers who do anything at all; from a seed, for a draw at each turn would be slow."""
LINE = 1
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def heard_at(taken: Step, caller: Random) -> Heard:
    """Something that can happen where the step left the caller."""
    match taken.says[-1]:
        case Ask(listen=Listen(phrases=phrases)) if caller.random() < 0.5:
            said = caller.choice([*phrases, "one", "no", "bananas"])
            return Spoken((Guess(said, caller.random()), Guess("two", caller.random())))
        case Hold():
            return Held()
        case Ask():
            keys = "".join(caller.choices("0123456789*#", k=caller.choice((0, 1, 1, 1, 2, 3))))
            return Keyed(keys) if keys else Silence()
        case Connect():
            return Dialled(caller.choice(list(Fate)))
        case Record():
            return Recorded()
    raise AssertionError("nothing is waited for")


def done_for(caller: Random) -> Callable[[Deed], Result]:
    """Whatever can come of look-ups and switches."""

    def do(deed: Deed) -> Result:
        values = {one.value: "2026-02-29 <b>&{caller}" * 3 for one in deed.wanted} if isinstance(deed, Dip) else {}
        return caller.choice((Found(values, "asked"), NotFound(), Failed("too slow"), Locked()))

    return do


def walk(flow: Flow, at: datetime, caller: Random, most: int = MAX_TURNS + MAX_PASSED + 1) -> list[Step]:
    """A whole call, or its first `most` turns."""
    kinds = (SwitchKind.OPEN, SwitchKind.CLOSED, SwitchKind.MESSAGE)
    words = Prompt.model_validate({flow.languages[0].key: "Emergency."})
    switches = (Switch(caller.choice(kinds), at.timestamp() + caller.randint(0, 60), "", words),)
    known = Caller(caller.randrange(2**31), tuple(flow.lists), caller.choice(["", *flow.by_language]))
    do = done_for(caller)
    steps = [take(flow, begin(flow, "12025550142", "12025550110", at, known), Answered(), at, switches, do)]
    while not isinstance(steps[-1].says[-1], HangUp) and len(steps) <= most:
        at += timedelta(seconds=caller.randint(0, 20))
        steps.append(take(flow, steps[-1].state, heard_at(steps[-1], caller), at, switches, do))
    return steps


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(flows(every=True), AT, CALLERS)
def test_every_call_ends_within_its_bounds(flow: Flow, at: datetime, caller: Random) -> None:
    steps = walk(flow, at, caller)
    assert isinstance(steps[-1].says[-1], HangUp)
    assert len(steps) <= MAX_TURNS + MAX_PASSED + 1
    assert [taken.state.turn for taken in steps] == list(range(len(steps)))


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(flows(every=True), AT, CALLERS)
def test_every_answer_waits_at_one_place_or_ends(flow: Flow, at: datetime, caller: Random) -> None:
    for taken in walk(flow, at, caller, most=10):
        waiting = [said for said in taken.says if isinstance(said, Ask | Connect | Record | Hold | HangUp)]
        assert waiting == [taken.says[-1]]
        assert bool(taken.state.at) is not isinstance(taken.says[-1], HangUp)
        assert taken.state.at == "" or taken.state.at in flow.destinations


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(flows(every=True), AT, CALLERS)
def test_every_ncco_is_valid_and_its_place_is_sealed(flow: Flow, at: datetime, caller: Random) -> None:
    call, version = str(uuid4()), uuid4()
    for taken in walk(flow, at, caller, most=10):
        here = Place(call, version, taken.state)
        rendered = ncco.render(flow, taken.says, here)
        assert faults(rendered) == []
        accepted_by_vonage(rendered)
        sealed = ncco.sealed_in(ncco.dump(rendered))
        if sealed:
            assert place.unseal(sealed) == here
            assert len(sealed) <= max(place.MAX_LENGTH, longest_place(flow))


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(flows(every=True), AT, CALLERS)
def test_the_same_place_and_input_give_the_same_answer(flow: Flow, at: datetime, caller: Random) -> None:
    first = walk(flow, at, caller, most=0)[0]
    if isinstance(first.says[-1], HangUp):
        return
    heard, seed = heard_at(first, caller), caller.random()
    call, version = str(uuid4()), uuid4()
    here = place.unseal(place.seal(Place(call, version, first.state)))

    def answer(state: State) -> str:
        taken = take(flow, state, heard, at, (), done_for(Random(seed)))
        return ncco.dump(ncco.render(flow, taken.says, Place(call, version, taken.state)))

    assert answer(first.state) == answer(here.state)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[*SLOW, HealthCheck.function_scoped_fixture],
)
@given(flows(), CALLERS)
def test_the_log_tells_the_path_that_was_walked(monkeypatch: pytest.MonkeyPatch, flow: Flow, caller: Random) -> None:
    version, call, at = uuid4(), str(uuid4()), timezone.now()
    monkeypatch.setattr(live, "for_number", lambda number: Pointer(LINE, version))
    monkeypatch.setattr(live, "flow", lambda asked: flow)
    taken = step(flow, begin(flow, "12025550142", "12025550110", at), Answered(), at)
    walked = [taken]
    text = turns.answer(Ring(call, "", "12025550142", "12025550110", "phone", "", {}), at)
    while not isinstance(taken.says[-1], HangUp) and len(walked) < 8:
        at += timedelta(seconds=5)
        heard = heard_at(taken, caller)
        text = turns.hear(place.unseal(ncco.sealed_in(text)), heard, at)
        taken = step(flow, taken.state, heard, at)
        walked.append(taken)
        assert text == ncco.dump(ncco.render(flow, taken.says, Place(call, version, taken.state, LINE)))

    logged = list(Turn.objects.filter(call_id=call).order_by("n"))
    assert [json.loads(turn.visits or "[]") for turn in logged] == [
        [list(visit) for visit in taken.visits] for taken in walked
    ]
    assert [turn.waits_at for turn in logged] == [taken.state.at for taken in walked]
    assert Call.objects.get(uuid=call).caller == "12025550142"
