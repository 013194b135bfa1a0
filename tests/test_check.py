"""What the check finds, what it lets pass, and that it bears any flow. The lines are in tests/check_cases.py."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.place import MAX_LENGTH, Place, seal
from menus import check as module
from menus.check import Finding, Rule, Severity, check, longest_place
from menus.check.line import MAX_PLACE
from menus.check.mentions import told
from menus.check.ways import passes, ways
from menus.dialogue import TRAIL_KEPT, Answered, Outcome, State
from menus.flow import MAX_PASSED, Flow, read_flow
from menus.linefile import read_yaml
from menus.step import begin, step
from tests.check_cases import OF_KEYS, OF_THE_LINE, OF_THE_WAYS
from tests.check_lines import BOTH, Case, chain, hours, line, long_keys, menu, message, option, transfer, with_office
from tests.check_word_cases import OF_WORDS

CASES = (*OF_THE_LINE, *OF_THE_WAYS, *OF_KEYS, *OF_WORDS)
DEMOS = sorted((Path(module.__file__).parent.parent / "demo").glob("*.yaml"))
BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine busy with other work is no fault of the check."""
SAID_ELSEWHERE = {Rule.DRAFT_UNFINISHED}


def found(flow: Flow, rule: Rule) -> list[Finding]:
    return [finding for finding in check(flow) if finding.rule is rule]


def case_id(case: Case) -> str:
    return f"{case.rule}-{CASES.index(case)}"


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_fault_is_found_where_it_is_and_says_what_to_do(case: Case) -> None:
    findings = found(case.faulty, case.rule)
    assert [finding.place for finding in findings] == [case.place]
    assert case.named in findings[0].fault
    assert case.named in findings[0].cure
    assert findings[0].severity is case.rule.severity


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_what_is_sound_close_by_is_let_pass(case: Case) -> None:
    assert not found(case.sound, case.rule)


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in CASES} == set(Rule) - SAID_ELSEWHERE


def test_a_sound_line_has_no_findings() -> None:
    assert check(line()) == []


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_the_demo_lines_have_no_errors(path: Path) -> None:
    findings = check(read_yaml(path.read_text(encoding="utf-8")))
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []


def test_findings_say_where_they_are_in_words() -> None:
    [finding] = check(line(main=menu(option("1"), option("3", "gone"))))
    assert finding == Finding(
        rule=Rule.OPTION_LEADS_NOWHERE,
        severity=Severity.ERROR,
        place="main",
        where="Menu “Main”, key 3",
        fault="Menu “Main” leads to “gone” after key 3, and the line has no such destination",
        cure="Choose where menu “Main” leads after key 3",
    )
    assert finding.rule == "option-leads-nowhere"


def test_what_is_not_set_and_what_is_not_there_are_told_apart() -> None:
    flow = with_office(door=hours(schedule=None), gate=hours("desk", schedule="gone", label="Gate"))
    assert [finding.fault for finding in found(flow, Rule.HOURS_WITHOUT_SCHEDULE)] == [
        "Opening hours “Door” has no schedule",
        "Opening hours “Gate” asks the schedule “gone”, which the line does not have",
    ]


def test_a_destination_without_a_label_is_called_by_its_key() -> None:
    [finding] = found(line(news=message(None, label="")), Rule.MESSAGE_LEADS_NOWHERE)
    assert finding.where == "Message “news”, after the message"


def test_findings_follow_the_order_of_the_flow() -> None:
    flow = with_office(
        "gone",
        zebra=message(None),
        ant=menu(option("1", "gone"), prompt={"en": "Press 7."}),
        door={"kind": "hours", "label": "Door"},
    )
    places = [finding.place for finding in check(flow)]
    assert list(dict.fromkeys(places)) == ["", "zebra", "ant", "door"]
    assert places == sorted(places, key=["", *flow.destinations].index)


# --- what a case cannot show ------------------------------------------------------------------------------------


def test_a_loop_is_told_once_in_the_direction_of_the_call_from_its_first_destination() -> None:
    flow = line({"start": "c"}, b=message("c", "B"), c=message("a", "C"), a=message("b", "A"))
    [finding] = found(flow, Rule.LOOP_ASKS_NOTHING)
    assert finding.place == "b"
    assert finding.fault.endswith("message “B” → message “C” → message “A” → message “B”")
    assert finding.cure == "Lead message “A” somewhere other than message “B”"


def test_two_loops_are_both_told() -> None:
    flow = line(a=message("a", "A"), b=message("b", "B"))
    assert [finding.place for finding in found(flow, Rule.LOOP_ASKS_NOTHING)] == ["a", "b"]


def test_a_long_chain_is_told_at_its_head_only() -> None:
    [finding] = found(line(**chain(30)), Rule.CHAIN_TOO_LONG)
    assert (finding.place, "31 destinations" in finding.fault) == ("m0", True)


def test_without_a_start_nothing_is_called_unreachable() -> None:
    assert not found(line({"start": None}), Rule.UNREACHABLE)


def test_used_up_tries_need_no_destination() -> None:
    assert check(line(main=menu(option("1"), option("2", "bye"), no_input={"tries": 1}, failures_then=None))) == []


def test_keys_that_wait_are_named_with_the_seconds() -> None:
    flow = line({"house_keys": {"repeat": "9"}}, main=menu(option("1"), option("2"), option("10"), wait_seconds=4))
    [finding] = found(flow, Rule.KEY_MUST_WAIT)
    assert finding.fault == "In menu “Main”, callers who press 1, 2 or 9 wait 4 seconds, because 10 is longer"


def test_callers_in_the_first_language_hear_nothing_where_only_another_has_words() -> None:
    [finding] = found(line(BOTH, main=menu(option("1"), greeting={"es": "Hola."})), Rule.WORDS_MISSING)[:1]
    assert "missing in English; those callers hear nothing" in finding.fault


def test_a_label_stands_in_for_words_in_the_first_language_only() -> None:
    [finding] = found(line(BOTH, main=menu(option("1"))), Rule.WORDS_MISSING)[:1]
    assert finding.where == "Menu “Main”, wording of key 1"
    assert "missing in Spanish; those callers hear “Choice 1”" in finding.fault


def test_missing_phrases_are_named_but_those_the_line_has() -> None:
    hmong = {"languages": [{"key": "hmn", "name": "Hmong"}], "phrases": {"goodbye": {"hmn": "Sib ntsib dua."}}}
    [finding] = found(line(hmong), Rule.PHRASE_MISSING)
    assert "sorry_no_input, sorry_no_match, trouble" in finding.cure
    assert "goodbye" not in finding.cure


def test_the_transcript_of_a_recording_is_not_taken_for_words_to_be_said() -> None:
    recorded = {"text": "<b>{what}" * 300, "audio": "https://example.com/hello.mp3"}
    assert check(line(main=menu(option("1"), option("2", "bye"), greeting={"en": recorded}))) == []


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Press 1 now. Dial the number two. Push * or press the star key.", ["1", "2", "*"]),
        ("Oprima el 3. Marque la tecla cuatro, o pulse almohadilla.", ["3", "4", "#"]),
        ("Press one of these. Dial 911. Dial 1 800 555 0100. Dial 5 digits. Express 4.", []),
        ("Marque uno de los números. Marque 4 dígitos.", []),
        ("For bills, “press “5””; press 5.", ["5"]),
    ],
)
def test_simple_words_tell_which_key_to_press(text: str, keys: list[str]) -> None:
    assert told(text) == keys


# --- the sealed place -------------------------------------------------------------------------------------------


def longest_state(flow: Flow) -> State:
    menus = sorted((key for key, here in flow.destinations.items() if here.kind == "menu"), key=len)[-TRAIL_KEPT:]
    longest = max(flow.destinations, key=len)
    values = {"caller": "0" * 64, "dialled": "0" * 64, "pressed": "0" * 10}
    language, schedule = max(flow.by_language, key=len), max(flow.schedules, key=len, default="")
    trail = tuple(menus)
    return State(9_999_999_999, 99, longest, language, 18, 18, 99, True, schedule, trail, trail, values)


@pytest.mark.parametrize("flow", [line(), line(BOTH), long_keys(40), with_office(door=transfer())])
def test_no_place_is_longer_than_the_estimate(flow: Flow) -> None:
    sealed = seal(Place("c" * 64, UUID(int=0), longest_state(flow)))
    assert len(sealed) <= longest_place(flow) < len(sealed) + 100


def test_the_longest_place_that_is_let_pass_is_the_longest_that_is_opened() -> None:
    assert MAX_PLACE == MAX_LENGTH


# --- any flow at all --------------------------------------------------------------------------------------------

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
        "enabled": st.booleans(),
        "spoken": st.booleans(),
    }
)
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
    return bool(found(flow, Rule.LOOP_ASKS_NOTHING) or found(flow, Rule.CHAIN_TOO_LONG))


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
