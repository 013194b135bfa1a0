"""What the check finds, what it lets pass, and what it says. The lines are in tests/check_cases.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from menus import check as module
from menus.check import Finding, Rule, Severity, check
from menus.check.mentions import told
from menus.flow import Flow
from menus.linefile import read_yaml
from tests.check_cases import OF_KEYS, OF_THE_LINE, OF_THE_WAYS
from tests.check_entry_cases import OF_ENTRIES, OF_VALUES
from tests.check_kind_cases import OF_PROMISES, OF_RULES, OF_SPEECH, OF_SWITCHES
from tests.check_lines import (
    BOTH,
    HMN,
    Case,
    callback,
    chain,
    collect,
    hours,
    line,
    menu,
    message,
    option,
    pin,
    switch,
    table,
    transfer,
    voicemail,
    with_office,
)
from tests.check_more_cases import MORE_CASES
from tests.check_other_cases import OTHER_CASES
from tests.check_word_cases import OF_WORDS

OF_KINDS = (*OF_ENTRIES, *OF_VALUES, *OF_RULES, *OF_SWITCHES, *OF_SPEECH, *OF_PROMISES)
CASES = (*OF_THE_LINE, *OF_THE_WAYS, *OF_KEYS, *OF_WORDS, *OF_KINDS, *MORE_CASES, *OTHER_CASES)
SLIP = {"en": "{no}"}
DEMOS = sorted((Path(module.__file__).parent.parent / "demo").glob("*.yaml"))
SAID_ELSEWHERE = {
    Rule.DRAFT_UNFINISHED,
    Rule.TABLE_EMPTY,
    Rule.TABLE_LACKS_COLUMN,
    Rule.LIST_EMPTY,
    Rule.HOST_NOT_ALLOWED,
    Rule.NUMBER_COUNTRY_NOT_ALLOWED,
    Rule.NUMBER_COSTS_EXTRA,
    Rule.CALLER_ID_NOT_OURS,
    Rule.AUDIO_MISSING,
    Rule.SECRET_NOT_SET,
}
"""tests/test_publish.py and tests/test_needs.py have their cases."""


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


@pytest.mark.parametrize("rule", sorted(set(Rule) - SAID_ELSEWHERE))
def test_every_rule_has_three_lines_that_break_it_and_three_that_do_not(rule: Rule) -> None:
    """No line counts twice."""
    of_rule = [case for case in CASES if case.rule is rule]
    assert len({case.faulty.model_dump_json() for case in of_rule}) >= 3
    assert len({case.sound.model_dump_json() for case in of_rule}) >= 3


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


def test_what_has_no_name_is_called_by_its_key() -> None:
    unnamed = {"schedules": {"office": {"name": ""}}, "languages": [{"key": "hmn", "name": ""}]}
    flow = line(unnamed, news=message(None, label=""))
    assert {finding.where for finding in check(flow)} >= {
        "Line “City Hall”, language “hmn”",
        "Schedule “office”",
        "Message “news”",
        "Message “news”, after the message",
    }


@pytest.mark.parametrize(
    ("here", "at"),
    [
        (menu(greeting=SLIP), "greeting"),
        (menu(prompt=SLIP), "prompt"),
        (menu(short_prompt=SLIP), "shorter prompt"),
        (menu(no_input={"first": SLIP}), "prompt after the first silence"),
        (menu(no_input={"second": SLIP}), "prompt after a later silence"),
        (menu(no_input={"last": SLIP}), "prompt after the last silence"),
        (menu(no_match={"first": SLIP}), "prompt after the first wrong key"),
        (menu(option("1", words=SLIP)), "wording of key 1"),
        (message(said="{no}"), "prompt"),
        (transfer("12025550142", prompt=SLIP), "prompt before ringing"),
        (transfer("12025550142", whisper=SLIP), "whisper to the person called"),
        (voicemail() | {"prompt": SLIP}, "prompt before the beep"),
        ({"kind": "hangup", "label": "End", "goodbye": SLIP}, "goodbye"),
        (collect(prompt=SLIP), "prompt"),
        (collect(short_prompt=SLIP), "shorter prompt"),
        (collect(no_match={"second": SLIP}), "prompt after a later wrong entry"),
        (collect(confirm={"en": "{value} {no}"}), "words that read back"),
        (callback(prompt=SLIP), "prompt"),
        (callback(no_input={"last": SLIP}), "prompt after the last silence"),
        (callback(done={"en": "{callback} {window} {no}"}), "words after the request"),
        (table("x", hold=SLIP), "words while asking"),
        (switch(words=SLIP), "emergency message"),
    ],
)
def test_words_are_looked_at_wherever_they_are_written(here: dict[str, Any], at: str) -> None:
    [finding] = found(line(here=here), Rule.VALUE_UNKNOWN)
    assert (finding.place, finding.where.partition(", ")[2]) == ("here", at)


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
    flow = line(way=message("c"), b=message("c", "B"), c=message("a", "C"), a=message("b", "A"))
    [finding] = found(flow, Rule.LOOP_ASKS_NOTHING)
    assert finding.place == "b"
    assert finding.fault.endswith("message “B” → message “C” → message “A” → message “B”")
    assert finding.cure == "Lead message “A” somewhere other than message “B”"


def test_two_loops_are_both_told() -> None:
    flow = line(a=message("a", "A"), b=message("b", "B"))
    assert [finding.place for finding in found(flow, Rule.LOOP_ASKS_NOTHING)] == ["a", "b"]


def test_of_loops_that_share_a_destination_one_is_told() -> None:
    flow = with_office(door=hours("a", "b"), a=message("door", "A"), b=message("door", "B"))
    [finding] = found(flow, Rule.LOOP_ASKS_NOTHING)
    assert finding.fault.endswith("opening hours “Door” → message “A” → opening hours “Door”")


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
    assert finding.fault == (
        "In menu “Main”, callers who press 1, 2 or 9 wait 4 seconds, because 10 is longer; "
        "and whoever waits as long within 10 is taken for one who wants 1"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [("x" * 1600, "1,600 characters long; "), ("x" * 1500 + "{pressed}", "1,519 characters long with its values at")],
)
def test_length_is_said_with_values_where_there_are_any(text: str, said: str) -> None:
    [finding] = found(line(news=message(said=text)), Rule.TEXT_TOO_LONG)
    assert said in finding.fault


def test_one_second_is_no_seconds() -> None:
    [finding] = found(line(main=menu(option("1"), option("10"), wait_seconds=1)), Rule.KEY_MUST_WAIT)
    assert "wait 1 second," in finding.fault


def test_what_shares_a_key_is_named() -> None:
    clash = menu(option("1", key="pay", label="Bills"), option("1", key="ask", label=""), option("2"))
    [finding] = found(line(main=clash), Rule.KEY_TWICE)
    assert finding.fault == "In menu “Main”, key 1 is to lead to “Bills” and “ask” at once"
    [finding] = found(line({"house_keys": {"repeat": "9", "main": "9", "back": "8"}}), Rule.HOUSE_KEY_TWICE)
    assert finding.fault == "In line “City Hall”, key 9 is to mean repeat and main at once"


def test_the_cure_of_a_voice_says_which_there_are() -> None:
    odd = {"key": "en", "name": "English", "voice": {"language": "en-GB", "style": 99}}
    [finding] = found(line({"languages": [odd]}), Rule.VOICE_UNKNOWN)
    assert "has no voice style 99" in finding.fault
    assert "For language “English” of line “City Hall”, choose one of 0, 1" in finding.cure


def test_a_menu_without_options_is_told_once() -> None:
    flow = line(main=menu() | {"options": []})
    assert [finding.rule for finding in check(flow) if finding.place == "main"] == [Rule.MENU_WITHOUT_OPTIONS]


def test_callers_in_the_first_language_hear_nothing_where_only_another_has_words() -> None:
    [finding] = found(line(BOTH, main=menu(option("1"), greeting={"es": "Hola."})), Rule.WORDS_MISSING)[:1]
    assert "missing in English; those callers hear nothing" in finding.fault
    [finding] = found(line(BOTH, main=menu(option("1"), greeting={"en": "Hi."})), Rule.WORDS_MISSING)[:1]
    assert "missing in Spanish; those callers hear English" in finding.fault


@pytest.mark.parametrize(
    ("words", "heard"),
    [({"label": "Pay"}, "Pay"), ({"label": ""}, "k1"), ({"words": {"en": "Bills"}}, "Bills")],
)
def test_what_callers_hear_in_place_of_missing_words_is_said(words: dict[str, Any], heard: str) -> None:
    [finding] = found(line(BOTH, main=menu(option("1", **words))), Rule.WORDS_MISSING)
    assert finding.where == "Menu “Main”, wording of key 1"
    assert f"missing in Spanish; those callers hear “{heard}”" in finding.fault


def test_missing_phrases_are_named_but_those_the_line_has() -> None:
    hmong = {"languages": [{"key": "hmn", "name": "Hmong"}], "phrases": {"goodbye": {"hmn": "Sib ntsib dua."}}}
    [finding] = found(line(hmong), Rule.PHRASE_MISSING)
    phrases = "sorry_no_input, sorry_no_match, trouble, nobody, press, for_label, star and hash"
    assert finding.cure == f"Add the phrases {phrases} in Hmong to line “City Hall”"


@pytest.mark.parametrize(
    ("of_line", "destinations", "phrases"),
    [
        ({}, {"ask": collect()}, {"sorry_invalid"}),
        ({}, {"ask": collect(read_back=True)}, {"sorry_invalid", "confirm_entry"}),
        ({}, {"ask": collect(asks="yes_no")}, {"sorry_invalid", "yes", "no"}),
        ({}, {"main": menu(speech=True)}, {"confirm_choice", "yes", "no"}),
        ({"remember_language_days": 1}, {}, {"stay_on_line"}),
        ({}, {"ask": pin(), "find": table("{pin}")}, {"sorry_invalid", "too_many_tries"}),
        ({}, {"find": table("x"), "off": switch(switch="open")}, {"switch_open"}),
        (
            {},
            {"back": callback()},
            {"sorry_invalid", "confirm_entry"}
            | {f"callback_{name}" for name in ("number", "enter", "window", "done", "soon")},
        ),
    ],
)
def test_only_phrases_that_the_line_can_come_to_are_missed(
    of_line: dict[str, Any], destinations: dict[str, Any], phrases: set[str]
) -> None:
    always = {"sorry_no_input", "sorry_no_match", "goodbye", "trouble", "nobody", "press", "for_label", "star", "hash"}
    [finding] = found(line({"languages": [HMN]} | of_line, **destinations), Rule.PHRASE_MISSING)
    missed = finding.cure.removeprefix("Add the phrases ").partition(" in Hmong")[0]
    assert set(missed.replace(" and ", ", ").split(", ")) == always | phrases


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
