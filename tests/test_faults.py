"""What is wrong in a file with one of the kinds that ask, look up and decide: line, field, fault and cure."""

from __future__ import annotations

import pytest

from menus.faults import Fault
from menus.linefile import LineFileError, read_yaml

HEAD = """\
format: 1
name: Harbor Savings
languages: [{key: en, name: English}]
destinations:
  here:
    label: Here
"""
COLLECT = f"{HEAD}    kind: collect\n"
BRANCH = f"{HEAD}    kind: branch\n    rules:\n      - key: gold\n"
TABLE = f"{HEAD}    kind: lookup\n    source: {{type: table, table: accounts, key: a}}\n"
HTTP = f"{HEAD}    kind: lookup\n    source:\n      type: http\n      url: https://a.example\n"
CALLBACK = f"{HEAD}    kind: callback\n"
SWITCH = f"{HEAD}    kind: switch\n"
MENU = f"{HEAD}    kind: menu\n    options:\n      - {{key: a, digits: 1, label: A, phrases: {{en: [yes]}}}}\n"
RULE = "rules › 1 › "


def fault(text: str) -> Fault:
    with pytest.raises(LineFileError) as refused:
        read_yaml(text)
    assert len(refused.value.faults) == 1, refused.value.faults
    return refused.value.faults[0]


@pytest.mark.parametrize(
    "text",
    [
        COLLECT,
        BRANCH,
        TABLE,
        HTTP,
        CALLBACK,
        SWITCH,
        MENU,
    ],
)
def test_without_the_fault_the_file_is_read(text: str) -> None:
    assert read_yaml(text).destinations.keys() == {"here"}


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        (
            f"{COLLECT}    value: Account No",
            8,
            "value",
            "“Account No” is not a name of a value. Begin with a small letter",
        ),
        (f"{COLLECT}    asks: song", 8, "asks", "“song” is not one of the words for this. Write “digits”, “amount”"),
        (f"{COLLECT}    max_digits: 21", 8, "max_digits", "“21” is too large. Write at most 20"),
        (f"{COLLECT}    allowed: [62101, x]", 8, "allowed › 2", "“x” is no entry or range. Write it like 62101"),
        (f"{COLLECT}    country: uk", 8, "country", "“uk” is not a country. Write its two capital letters"),
        (f"{COLLECT}    cancel_key: x", 8, "cancel_key", "“x” is not a key of a phone. Use one digit"),
        (
            f"{COLLECT}    min_digits: 9\n    max_digits: 2",
            5,
            "",
            "it asks for at least 9 keys and at most 2. Swap them",
        ),
        (f"{COLLECT}    low: 9\n    high: 2", 5, "", "the smallest, 9, is greater than the greatest, 2. Swap them"),
        (f"{COLLECT}    confrim: {{}}", 8, "confrim", "“confrim” is not known here. Did you mean “confirm”"),
        (f"{COLLECT}    cancel: gone", 8, "cancel", "“gone” is not among the destinations of this file"),
        (f"{BRANCH}        value: 5a", 10, f"{RULE}value", "“5a” is not a name of a value"),
        (f"{BRANCH}        equals: gold", 10, f"{RULE}equals", "“gold” is not a list. Write one item to a line"),
        (f"{BRANCH}        pattern: '*****'", 10, f"{RULE}pattern", "has more than 4 stars. Use fewer"),
        (f"{BRANCH}        lists: [VIP]", 10, f"{RULE}lists › 1", "“VIP” is not a key. Use small letters"),
        (f"{BRANCH}        prefixes: ['0']", 10, f"{RULE}prefixes › 1", "not the beginning of a telephone number"),
        (f"{BRANCH}        percent: 101", 10, f"{RULE}percent", "“101” is too large. Write at most 100"),
        (f"{BRANCH}        opening: late", 10, f"{RULE}opening", "Write “open”, “closed” or “holiday”"),
        (f"{BRANCH}        schedule: gone", 10, f"{RULE}schedule", "“gone” is not among the schedules of this file"),
        (f"{BRANCH}      - key: gold", 10, "rules › 2 › key", "“gold” stands here twice. Give each its own"),
        (TABLE.replace("accounts", "My Table"), 8, "source › table", "“My Table” is not a key. Use small letters"),
        (TABLE.replace("key: a}", "key: [a]}"), 8, "source › key", "this is not text. Write it in quotes"),
        (TABLE.replace("type: table, ", ""), 8, "source", "“type” is missing. Add it, like type: table"),
        (TABLE.replace("type: table", "type: ftp"), 8, "source", "“ftp” is not a type. Write one of “table”, “http”"),
        (
            f"{HEAD}    kind: lookup\n    source: accounts",
            8,
            "source",
            "“accounts” is not what a look-up asks. Write its",
        ),
        (
            HTTP.replace("https:", "http:"),
            10,
            "source › url",
            "is not an address that may be asked. Begin with https://",
        ),
        (f"{HTTP}      method: PUT", 11, "source › method", "“PUT” is not one of the words for this. Write “GET” or"),
        (f"{HTTP}      headers: {{X Y: a}}", 11, "source › headers › X Y", "“X Y” is not the name of a header. Use"),
        (f"{HTTP}      send: [a]", 11, "source › send", "this is not a list of names and texts. Write one to a line"),
        (f"{TABLE}    values: [{{value: a, field: b, says: loud}}]", 9, "values › 1 › says", "Write “text”, “digits”"),
        (f"{TABLE}    values: [{{value: Due, field: b}}]", 9, "values › 1 › value", "“Due” is not a name of a value"),
        (f"{TABLE}    values: [{{value: due}}]", 9, "values › 1", "“field” is missing. Add it"),
        (f"{CALLBACK}    windows: 9", 8, "windows", "“9” is too large. Write at most 8"),
        (f"{CALLBACK}    schedule: gone", 8, "schedule", "“gone” is not among the schedules of this file"),
        (f"{SWITCH}    switch: on", 8, "switch", "“on” is not one of the words for this. Write “open”, “closed”"),
        (f"{SWITCH}    hours: 169", 8, "hours", "“169” is too large. Write at most 168"),
        (f"{SWITCH}    words: {{fr: Neige}}", 8, "words › fr", "“fr” is not among the languages of this file"),
        (f"{MENU}    confirm_below: 101", 10, "confirm_below", "“101” is too large. Write at most 100"),
        (MENU.replace("[yes]", "yes"), 9, "options › 1 › phrases › en", "“yes” is not a list"),
        (MENU.replace("[yes]", "['']"), 9, "options › 1 › phrases › en › 1", "nothing is written here"),
        (MENU.replace("[yes]", str(["x"] * 31)), 9, "options › 1 › phrases › en", "Write at most 30 phrases"),
    ],
)
def test_a_wrong_field_says_where_it_is_and_what_to_do(text: str, line: int, field: str, words: str) -> None:
    found = fault(text)
    place = f"destinations › here › {field}" if field else "destinations › here"
    assert (found.line, found.field) == (line, place)
    assert words in str(found)


@pytest.mark.parametrize(("key", "cure"), [("recognition: es MX", "en-US or es-MX"), ("recogniton: es", "recognition")])
def test_a_wrong_field_of_a_language_says_what_to_do(key: str, cure: str) -> None:
    found = fault(COLLECT.replace("name: English", f"name: English, {key}"))
    assert found.line == 3
    assert cure in found.cure


@pytest.mark.parametrize(("wrong", "words"), [("{label: x}", "like kind: menu"), ("x", "is not a destination")])
def test_a_destination_named_like_a_field_is_still_a_destination(wrong: str, words: str) -> None:
    for key in ("source", "type", "switch"):
        assert words in str(fault(f"{COLLECT}  {key}: {wrong}"))


def test_a_slip_is_mended_by_a_name_of_its_own_kind() -> None:
    assert "“label”" in fault(COLLECT.replace("    label: Here", "    label: Here\n    lable: x")).cure
    assert "“table”" in fault(TABLE.replace("table: accounts", "table: accounts, tabel: x")).cure
