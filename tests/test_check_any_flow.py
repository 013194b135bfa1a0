"""The check against flows that nobody would draw, against brute force, and against the call itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from menus.check import Rule, Severity, check
from menus.check.ways import passes, ways
from menus.dialogue import Answered, Heard, Keyed, Outcome, Silence, State
from menus.flow import MAX_PASSED, Flow, Transfer, Voicemail, read_flow
from menus.step import begin, step
from tests.check_lines import branch, collect, hours, line, menu, message, option, rule, voicemail, with_office

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine busy with other work is no fault of the check."""

KEYS = ["a", "b", "c", "d", "gone"]
TEXTS = ["", "Press 3.", "{caller}", "{", "{no}", "<speak>", "<speak>Hi <b/></speak>", "</p>", "pulse *", "x" * 1600]
maybe_key = st.sampled_from([None, *KEYS])
prompts = st.dictionaries(
    st.sampled_from(["en", "es", "hmn"]),
    st.one_of(
        st.sampled_from(TEXTS),
        st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20),
        st.just({"audio": "https://example.com/a.mp3"}),
    ),
    max_size=2,
)
options = st.fixed_dictionaries(
    {
        "key": st.sampled_from(KEYS),
        "digits": st.text("012*#", min_size=1, max_size=2),
        "label": st.sampled_from(["", "Bills {x}", "<speak>"]),
        "words": prompts,
        "to": maybe_key,
        "language": st.sampled_from([None, "en", "xx"]),
        "phrases": st.dictionaries(st.sampled_from(["en", "hmn"]), st.just(["bill", "!"]), max_size=2),
        "enabled": st.booleans(),
        "spoken": st.booleans(),
    }
)
values = st.sampled_from(["account", "pin", "caller", "template", "value"])
SOURCES = [
    None,
    {"type": "table", "table": "t", "key": "{pin}{secret:x}{"},
    {"type": "http", "url": "https://{account}/", "send": {"a": "{pin}"}, "headers": {"A": "{secret:X}"}},
]
retries = st.fixed_dictionaries({"first": prompts, "then": maybe_key})


def part(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    label = st.sampled_from(["", "Main"])
    return st.fixed_dictionaries({"kind": st.just(kind), "label": label}, optional=fields)


destinations = st.one_of(
    part(
        "menu",
        greeting=prompts,
        prompt=prompts,
        options=st.lists(options, max_size=3),
        no_input=retries,
        finish_on_hash=st.booleans(),
        speech=st.booleans(),
        failures_then=maybe_key,
    ),
    part("message", prompt=prompts, then=maybe_key),
    part("hours", schedule=maybe_key, open=maybe_key, closed=maybe_key, holiday=maybe_key),
    part(
        "transfer",
        prompt=prompts,
        targets=st.lists(
            st.builds(lambda n: {"type": "phone", "number": n}, st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True))
        ),
        caller_id=st.sampled_from([None, "9991234567"]),
        last_resort=maybe_key,
    ),
    part("voicemail", prompt=prompts, then=maybe_key),
    part("hangup", goodbye=prompts),
    part(
        "collect",
        value=values,
        asks=st.sampled_from(["digits", "amount", "date", "phone", "pin", "yes_no", "rating"]),
        prompt=prompts,
        confirm=prompts,
        read_back=st.booleans(),
        low=st.sampled_from([None, 0, 7, 10**12]),
        allowed=st.lists(st.sampled_from(["1", "62101-62109"]), max_size=2),
        check_digit=st.sampled_from(["", "luhn", "mod97"]),
        country=st.sampled_from(["", "US", "XX"]),
        cancel_key=st.sampled_from([None, "1", "*", "#"]),
        finish_on_hash=st.booleans(),
        no_input=retries,
        then=maybe_key,
    ),
    part("callback", prompt=prompts, schedule=maybe_key, country=st.sampled_from(["", "XX"]), then=maybe_key),
    part(
        "branch",
        rules=st.lists(
            st.fixed_dictionaries(
                {"key": st.sampled_from(KEYS), "to": maybe_key},
                optional={
                    "value": values,
                    "equals": st.just(["1"]),
                    "low": st.sampled_from(["", "1", "b", "NaN"]),
                    "high": st.sampled_from(["", "0", "a", "sNaN"]),
                    "languages": st.lists(st.sampled_from(["en", "es"]), max_size=2),
                    "lists": st.just(["vip"]),
                    "schedule": maybe_key,
                    "opening": st.sampled_from(["open", "closed", "holiday"]),
                    "percent": st.sampled_from([0, 40, 100]),
                },
            ),
            max_size=3,
        ),
        otherwise=maybe_key,
    ),
    part(
        "lookup",
        source=st.sampled_from(SOURCES),
        values=st.lists(st.fixed_dictionaries({"value": values, "field": st.just("f")}), max_size=2),
        hold=prompts,
        found=maybe_key,
        not_found=maybe_key,
        failed=maybe_key,
        locked=maybe_key,
    ),
    part(
        "switch",
        switch=st.sampled_from(["open", "closed", "message", "normal"]),
        schedule=maybe_key,
        hours_value=st.one_of(st.none(), values),
        words=prompts,
        then=maybe_key,
        failed=maybe_key,
    ),
)
languages = st.sampled_from(["en", "es", "hmn", "en-gb"]).map(lambda key: {"key": key, "name": ""})
broken_flows = st.fixed_dictionaries(
    {"name": st.sampled_from(["", "City"]), "languages": st.lists(languages, min_size=1, max_size=3)},
    optional={
        "start": maybe_key,
        "main": maybe_key,
        "operator": maybe_key,
        "house_keys": st.dictionaries(st.sampled_from(["repeat", "main", "operator"]), st.sampled_from("09*#")),
        "phrases": st.dictionaries(st.sampled_from(["press", "star", "for_label", "what"]), prompts, max_size=2),
        "schedules": st.dictionaries(st.sampled_from(KEYS[:4]), st.just({"name": "S"}), max_size=2),
        "destinations": st.dictionaries(st.sampled_from(KEYS[:4]), destinations),
        "type_ahead": st.booleans(),
        "remember_language_days": st.sampled_from([0, 9]),
        "promises": st.lists(
            st.builds(lambda key: {"reaches": key, "max_seconds": 9}, st.sampled_from(KEYS)), max_size=2
        ),
    },
).map(read_flow)


@BUSY
@given(broken_flows)
def test_the_check_bears_any_flow(flow: Flow) -> None:
    findings = check(flow)
    places = [finding.place for finding in findings]
    assert places == sorted(places, key=["", *flow.destinations].index)
    assert all(finding.where and finding.fault and finding.cure for finding in findings)
    assert check(read_flow(flow.model_dump_json())) == findings


# --- every clean flow lets every caller out -------------------------------------------------------------------------

KEYS_OF_6 = [f"p{n}" for n in range(6)]
any_place = st.sampled_from([*KEYS_OF_6, "desk", "bye", "box"])
maybe_place = st.one_of(st.none(), any_place)
places = st.one_of(
    st.builds(
        lambda to, silent, wrong, tries: menu(
            *(option(str(n), key) for n, key in enumerate(to, 1)),
            label="M",
            no_input={"then": silent, "tries": tries},
            no_match={"then": wrong},
        ),
        st.lists(any_place, min_size=1, max_size=3),
        maybe_place,
        maybe_place,
        st.integers(1, 3),
    ),
    st.builds(message, any_place),
    st.builds(hours, any_place, any_place),
    st.builds(lambda to, then: collect(then=to, cancel_key="*", no_input={"then": then}), any_place, maybe_place),
    st.builds(lambda *to: branch(rule(to=to[0], prefixes=["1202"]), otherwise=to[1]), any_place, any_place),
)
house = st.sampled_from([{}, {"back": "8"}, {"main": "8"}, {"operator": "0"}])
small_flows = st.builds(
    lambda shape, keys, operator: line(
        {"start": "p0", "house_keys": keys, "operator": operator, "schedules": {"office": {"name": "O"}}},
        box=voicemail(),
        **dict(zip(KEYS_OF_6, shape, strict=True)),
    ),
    st.lists(places, min_size=6, max_size=6),
    house,
    maybe_place,
)
DOABLE: tuple[Heard, ...] = (*(Keyed(key) for key in ("1", "2", "3", "0", "8", "*", "4321#")), Silence())
LET_OUT = (Transfer, Voicemail)


def gets_out(flow: Flow, state: State, at: datetime) -> bool:
    """By trying everything at every place: whether a person, a voicemail or a goodbye is to be had."""
    met: set[object] = set()
    todo = [replace(state, turn=0)]
    while todo:
        here = todo.pop()
        if not here.at or isinstance(flow.destinations[here.at], LET_OUT):
            return True
        for doing in DOABLE:
            after = replace(step(flow, here, doing, at).state, turn=0)
            fresh = (after.at, after.no_input, after.no_match, after.trail, after.waited)
            if fresh not in met:
                met.add(fresh)
                todo.append(after)
    return False


def shut_in(flow: Flow, caller: str, at: datetime) -> set[str]:
    """Where a call that is really walked comes to a place that nothing the caller does leads out of."""
    begun = step(flow, begin(flow, caller, "12025550110", at), Answered(), at).state
    todo, out = [replace(begun, turn=0)], list[object]()
    led_by: dict[object, set[object]] = {}
    places: dict[object, str] = {_known(todo[0]): begun.at}
    while todo:
        here = todo.pop()
        if not here.at or isinstance(flow.destinations[here.at], LET_OUT):
            out.append(_known(here))
            continue
        for doing in DOABLE:
            after = replace(step(flow, here, doing, at).state, turn=0)
            led_by.setdefault(_known(after), set()).add(_known(here))
            if _known(after) not in places:
                places[_known(after)] = after.at
                todo.append(after)
    while out:
        known = out.pop()
        if places.pop(known, None) is not None:
            out += led_by.get(known, ())
    return set(places.values())


def _known(state: State) -> object:
    return state.at, state.no_input, state.no_match, state.trail, state.waited


@settings(BUSY, max_examples=80)
@given(small_flows)
def test_every_flow_without_errors_lets_every_caller_out_from_everywhere(flow: Flow) -> None:
    if any(finding.severity is Severity.ERROR for finding in check(flow)):
        return
    for caller in ("12025550142", "441632960142"):
        assert not shut_in(flow, caller, datetime(2026, 5, 4, 12, tzinfo=UTC))


@settings(BUSY, max_examples=80)
@given(small_flows)
def test_who_is_said_to_be_shut_in_does_not_get_out(flow: Flow) -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    findings = check(flow)
    if any(finding.rule is Rule.LOOP_ASKS_NOTHING for finding in findings):
        return
    for key in [finding.place for finding in findings if finding.rule is Rule.NO_WAY_OUT]:
        begun = flow.model_copy(update={"start": key, "main": flow.main or flow.start})
        state = step(begun, begin(begun, "12025550142", "12025550110", at), Answered(), at).state
        assert not gets_out(begun, state, at)


# --- what is passed in one step, against brute force and against `step` ------------------------------------------

KEYS_OF_25 = [f"d{n}" for n in range(25)]
any_ways = st.lists(st.lists(st.integers(0, 24), min_size=1, max_size=2), min_size=25, max_size=25)
onward_ways = st.lists(st.integers(1, 3), min_size=24, max_size=24).map(
    lambda leaps: [[min(n + leap, 24)] for n, leap in enumerate(leaps)] + [[]]
)


def flow_with(graph: list[list[int]]) -> Flow:
    """Messages have one way on, opening hours two, menus none."""
    shape = {}
    for key, targets in zip(KEYS_OF_25, graph, strict=True):
        match [KEYS_OF_25[to] for to in targets]:
            case [to]:
                shape[key] = message(to)
            case [opened, closed]:
                shape[key] = hours(opened, closed)
            case _:
                shape[key] = menu(option("1"))
    return with_office("d0", **shape)


def goes_on_too_long(flow: Flow) -> bool:
    return bool({Rule.LOOP_ASKS_NOTHING, Rule.CHAIN_TOO_LONG} & {finding.rule for finding in check(flow)})


@BUSY
@given(st.one_of(any_ways, onward_ways))
def test_calls_that_pass_too_much_are_found_exactly(graph: list[list[int]]) -> None:
    """Let calls stand at every destination at once and take twenty moves."""
    flow = flow_with(graph)
    standing = set(flow.destinations)
    for _ in range(MAX_PASSED):
        passing = [flow.destinations[key] for key in standing if passes(flow.destinations[key])]
        standing = {way.to for here in passing for way in ways(here) if way.to}
    assert goes_on_too_long(flow) == bool(standing)


@BUSY
@given(onward_ways)
def test_the_check_and_the_call_agree_on_what_is_too_much(graph: list[list[int]]) -> None:
    flow, at = flow_with(graph), datetime(2026, 5, 4, 12, tzinfo=UTC)
    outcomes = set()
    for key in flow.destinations:
        begun = flow.model_copy(update={"start": key})
        visits = step(begun, begin(begun, "12025550142", "12025550110", at), Answered(), at).visits
        outcomes |= {visit.outcome for visit in visits}
    assert goes_on_too_long(flow) == (Outcome.OVER_LIMIT in outcomes)
