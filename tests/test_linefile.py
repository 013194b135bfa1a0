"""A line as a YAML file: what is written is read back; what is broken is named by line, field and cure."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from menus.faults import Fault
from menus.flow import LineFile, Menu, plain
from menus.linefile import MAX_BYTES, LineFileError, read_yaml, write_yaml
from tests.strategies import line_files

GOOD = """\
format: 1
name: Riverbend Clinic
numbers: ["12025550120"]
languages:
  - key: en
    name: English
start: main
destinations:
  main:
    kind: menu
    label: Main menu
    prompt: {en: "For billing, press 4."}
    options:
      - key: billing
        digits: 4
        label: Billing
        to: bye
  bye:
    kind: hangup
    label: Goodbye
"""


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def faults(text: str | bytes) -> tuple[Fault, ...]:
    with pytest.raises(LineFileError) as refused:
        read_yaml(text)
    return refused.value.faults


def fault(text: str | bytes) -> Fault:
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


# --- what is written is read back -------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(line_files())
def test_a_line_that_is_written_is_read_back_equal(line: LineFile) -> None:
    assert read_yaml(write_yaml(line)) == line


@settings(max_examples=30, deadline=None)
@given(line_files())
def test_a_line_as_json_is_read_as_the_same_line(line: LineFile) -> None:
    assert read_yaml(json.dumps(plain(line), indent="\t")) == line


@settings(max_examples=30, deadline=None)
@given(line_files())
def test_writing_is_stable(line: LineFile) -> None:
    once = write_yaml(line)
    assert write_yaml(read_yaml(once)) == once


def test_a_file_keeps_the_order_of_the_flow_with_its_numbers_at_the_top() -> None:
    written = write_yaml(read_yaml(GOOD))
    assert written.splitlines()[:3] == ["format: 1", "name: Riverbend Clinic", "numbers: ['12025550120']"]
    assert [row for row in written.splitlines() if row and row[0] not in " -"] == [
        "format: 1",
        "name: Riverbend Clinic",
        "numbers: ['12025550120']",
        "languages:",
        "start: main",
        "destinations:",
    ]


def test_texts_of_several_lines_are_written_as_blocks() -> None:
    line = read_yaml(changed('"For billing, press 4."', '"For billing:\\npress 4."'))
    assert "en: |-\n        For billing:\n        press 4." in write_yaml(line)


# --- YAML without its guesses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["no", "on", "off", "yes", "12:30", "2026-12-25", "0x1F", "1_000", "1.5", "007"])
def test_a_word_that_yaml_would_take_for_something_else_stays_text(word: str) -> None:
    line = read_yaml(changed("name: Riverbend Clinic", f"name: {word}"))
    assert line.name == word


def test_norwegian_may_be_a_language() -> None:
    text = GOOD.replace("key: en", "key: no").replace("{en:", "{no:")
    assert read_yaml(text).languages[0].key == "no"


def test_a_number_may_stand_where_keys_of_the_phone_are_meant() -> None:
    menu = read_yaml(GOOD).destinations["main"]
    assert isinstance(menu, Menu)
    assert menu.options[0].digits == "4"


def test_an_anchor_may_be_used_again() -> None:
    text = GOOD.replace('{en: "For billing, press 4."}', '&words {en: "Hello"}') + "    goodbye: *words\n"
    line = read_yaml(text)
    assert line.destinations["bye"].model_dump()["goodbye"] == {"en": "Hello"}


# --- faults -----------------------------------------------------------------------------------------------------


def test_a_fault_names_its_line_its_field_and_its_cure() -> None:
    found = fault(changed("digits: 4", "digits: four"))
    assert found == Fault(
        line=15,
        field="destinations › main › options › 1 › digits",
        fault="“four” are not keys of a phone",
        cure='use digits, * and #, at most ten, like "4" or "*"',
    )


def test_every_fault_of_a_file_is_named_in_the_order_of_the_file() -> None:
    text = changed("digits: 4", "digits: four").replace("kind: hangup", "kind: hang")
    assert [found.line for found in faults(text)] == [15, 18]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("label: Main menu", "lable: Main menu", 11, "did you mean “label”"),
        ("    label: Main menu\n", "", 9, "“label” is missing"),
        ("start: main", "start: mian", 7, "“mian” is not among the destinations of this file"),
        ("to: bye", "to: by", 17, "use one of these: main, bye"),
        ("to: bye", "to: bye\n        language: fr", 18, "“fr” is not among the languages"),
        ('{en: "For', '{fr: "For', 12, "“fr” is not among the languages"),
        ("kind: hangup", "kind: hang", 18, "write one of “menu”"),
        ("    kind: hangup\n", "", 18, "“kind” is missing"),
        ("format: 1", "format: 2", 1, "write 1"),
        ("12025550120", "+1 202 555 0120", 3, "is not a telephone number"),
        ("digits: 4", "digits: *", 15, "* and # need quotes"),
        ("digits: 4", "digits: #", 15, "* and # need quotes"),
        ("key: billing", "key: Billing Desk", 14, "small letters, digits and single hyphens"),
        ('{en: "For billing, press 4."}', "For billing", 12, 'write words by language, like {en: "Hello"}'),
        ("name: English", "name: English\n    key: es", 7, "“key” stands here twice (first in line 5)"),
        ("name: English", "name: English\n  - {key: en, name: Again}", 7, "“en” stands here twice"),
        ("to: bye", "to: bye\n      - {key: billing, digits: 5, label: x}", 18, "“billing” stands here twice"),
        ("start: main", "start: main\ntimezone: Chicago", 8, "write it like America/Chicago"),
        ("start: main", "start: main\nmax_call_minutes: 500", 8, "write at most 120"),
        ("start: main", "start: main\nschedules: {s: {name: x, weekly: {mon: [8-9]}}}", 8, "like 08:00-17:00"),
        ("start: main", "start: main\nschedules: {s: {name: x, weekly: {mo: []}}}", 8, "“mon”, “tue”"),
        ("start: main", "start: !!python/object:os.system main", 7, "is not used here"),
        ("start: main", "start: [main", 8, "this is not YAML"),
        ("start: main", "start: *main", 7, "stands for nothing"),
        ("start: main", 'start: main\ntimezone: "\\0"', 8, "U+0000 cannot be spoken"),
        ("start: main", "start: main\n---\na: b", 8, "a second document begins here"),
        ("start: main", "start: main\n<<: {a: b}", 8, "“<<” is not known here"),
        ("start: main", "start: main\n[a]: b", 8, "a name must be a word"),
    ],
)
def test_a_broken_file_says_where_it_is_broken_and_what_to_do(old: str, new: str, line: int, words: str) -> None:
    found = faults(changed(old, new))
    assert any(one.line == line and words.lower() in str(one).lower() for one in found), found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("# only a comment\n", "the file is empty"),
        ("[]", "this is not a line"),
        ("hello", "this is not a line"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"name: \xc3\x28", "is not UTF-8"),
        ("name: a\x01b", "a character here is not text"),
        ("x" * (MAX_BYTES + 1), "larger than 1 MiB"),
        ("[" * 5000, "nested too deeply"),
        ('{"a":' * 5000, "nested too deeply"),
    ],
)
def test_what_is_no_line_at_all_is_refused(text: str | bytes, words: str) -> None:
    assert words in str(fault(text))


def test_a_bomb_of_aliases_is_refused_before_it_goes_off() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20)
    )
    assert "holds too much" in str(fault(bomb))


def test_an_anchor_within_itself_is_refused() -> None:
    assert "stands for nothing" in str(fault("a: &a [*a]"))


def test_an_emoji_that_json_writes_as_two_escapes_is_one_character() -> None:
    text = json.dumps({"format": 1, "name": "Clinic 😀 \\ud83d", "languages": [{"key": "en", "name": "English"}]})
    assert read_yaml(text).name == "Clinic 😀 \\ud83d"


def test_of_very_many_faults_the_first_are_named_and_the_rest_counted() -> None:
    found = faults(GOOD + "".join(f"key-{n}: x\n" for n in range(2000)))
    assert [found[0].line, len(found)] == [21, 51]
    assert str(found[-1]) == "there are 1950 more faults. Mend these first."


def test_a_long_word_is_cut_in_a_fault() -> None:
    assert len(str(fault(GOOD + f"{'long' * 9000}: x\n"))) < 300


def test_a_list_that_is_short_only_because_its_item_is_faulty_is_no_second_fault() -> None:
    assert fault(changed("name: English", "name: English\n    voise: x")).line == 7
