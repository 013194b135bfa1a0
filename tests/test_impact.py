"""What differs between two flows is said in sentences about callers; nothing that differs goes unsaid."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from menus.flow import Flow, plain, read_flow
from menus.impact import About, Sort, changes
from menus.linefile import read_yaml
from tests.kinds import UTILITIES
from tests.strategies import flows

DEMO: Final = sorted((Path(__file__).parents[1] / "menus" / "demo").glob("*.yaml"))
LINE: Final = """\
format: 1
name: City
numbers: ["12025550120"]
timezone: America/New_York
languages: [{key: en, name: English}, {key: es, name: Spanish, voice: {language: es-US}}]
start: main
operator: reception
schedules:
  office:
    name: Office hours
    weekly: {mon: ["08:00-17:00"], fri: ["08:00-17:00"]}
    holidays: [{name: Christmas, when: 12-25}]
destinations:
  main:
    kind: menu
    label: Main menu
    prompt: {en: "Welcome.", es: "Bienvenido."}
    options:
      - {key: bills, digits: "1", label: Bills, to: bills}
      - {key: parking, digits: "3", label: Parking, to: parking}
  parking: {kind: message, label: Parking, prompt: {en: "Park here."}, then: bye}
  permits: {kind: message, label: Permits, prompt: {en: "Ask here."}, then: bye}
  bills: {kind: message, label: Bills, prompt: {en: "Pay here."}, then: bye}
  reception:
    kind: transfer
    label: Reception
    targets: [{type: phone, number: "12025550121", label: Ana}, {type: phone, number: "12025550122"}]
    last_resort: bye
  bye: {kind: hangup, label: Goodbye, goodbye: {en: Goodbye.}}
"""


def said(*edits: tuple[str, str], before: str = LINE) -> list[str]:
    after = before
    for old, new in edits:
        assert old in after, old
        after = after.replace(old, new)
    return [change.sentence for change in changes(read_yaml(before), read_yaml(after))]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Parking, to: parking", "Parking, to: permits", "Main menu: key 3 now goes to Permits, was Parking."),
        ('es: "Bienvenido."', 'es: "Hola."', "Main menu: the prompt in Spanish says “Hola.”, was “Bienvenido.”."),
        (', es: "Bienvenido."', "", "Main menu: the prompt in Spanish is gone, was “Bienvenido.”."),
        ('fri: ["08:00-17:00"]', 'fri: ["08:00-15:00"]', "Office hours: Friday closes at 15:00, was 17:00."),
        ('fri: ["08:00-17:00"]', 'fri: ["09:00-17:00"]', "Office hours: Friday opens at 09:00, was 08:00."),
        (', fri: ["08:00-17:00"]', "", "Office hours: Friday is closed, was open 08:00–17:00."),
        (
            "when: 12-25}]",
            "when: 12-25}, {name: Boxing Day, when: 12-26}]",
            "Office hours: Holiday “Boxing Day” on 12-26 is new.",
        ),
        ("when: 12-25}]", "when: 12-24}]", "Office hours: Holiday “Christmas” is on 12-24, was on 12-25."),
        (
            'number: "12025550121", label: Ana}',
            'number: "12025550129", label: Ana}',
            "Reception: rings +1 202 555 0129 (Ana) for 25 seconds first, was +1 202 555 0121 (Ana) for 25 seconds.",
        ),
        (
            '{type: phone, number: "12025550122"}]',
            '{type: phone, number: "12025550122"}, {type: phone, number: "12025550123"}]',
            "Reception: also rings +1 202 555 0123 for 25 seconds third.",
        ),
        (', {type: phone, number: "12025550122"}]', "]", "Reception: no longer rings +1 202 555 0122 for 25 seconds."),
        ('digits: "3"', 'digits: "4"', "Main menu: Parking is now on key 4, was on key 3."),
        ("start: main", "start: bye", "a call now goes to Goodbye, was Main menu."),
        ("name: City", "name: Town", "its name is now “Town”, was “City”."),
        ("America/New_York", "America/Chicago", "the time zone is now “America/Chicago”, was “America/New_York”."),
        ("label: Parking, to", "enabled: false, label: Parking, to", "Main menu: key 3 (Parking) is switched off."),
        (
            '      - {key: parking, digits: "3", label: Parking, to: parking}\n',
            "",
            "Main menu: key 3 (Parking) is gone.",
        ),
        (
            "last_resort: bye",
            "last_resort: main",
            "Reception: when nobody answers it now goes to Main menu, was Goodbye.",
        ),
        (
            'prompt: {en: "Welcome."',
            'no_input: {tries: 2, then: bye}\n    prompt: {en: "Welcome."',
            "Main menu: when nothing is pressed, a caller is asked twice, was 3 times.",
        ),
    ],
)
def test_a_change_is_said_as_what_it_means_for_callers(old: str, new: str, sentence: str) -> None:
    assert said((old, new))[0] == sentence


def test_what_comes_and_goes_is_named_with_its_kind() -> None:
    gone = '  permits: {kind: message, label: Permits, prompt: {en: "Ask here."}, then: bye}\n'
    assert said((gone, "")) == ["Message “Permits” is removed."]
    new = gone + "  more: {kind: voicemail, label: Mailbox, then: bye}\n"
    assert said((gone, new)) == ["Voicemail “Mailbox” is new."]


def test_a_change_knows_its_place_its_option_and_its_sort() -> None:
    before = read_yaml(LINE)
    after = read_yaml(LINE.replace("Parking, to: parking", "Parking, to: permits"))
    [change] = changes(before, after)
    assert (change.place, change.option, change.kind) == ("main", "parking", Sort.GOES)
    assert (change.about, change.where) == (About.DESTINATION, "Main menu")


def test_two_places_of_one_name_are_told_apart_by_their_keys() -> None:
    twins = LINE.replace("label: Permits,", "label: Parking,")
    assert said(("Parking, to: parking", "Parking, to: permits"), before=twins) == [
        "Main menu: key 3 now goes to Parking (permits), was Parking (parking)."
    ]


def test_of_long_words_the_part_that_differs_is_quoted() -> None:
    long = LINE.replace("Welcome.", "Word " * 60 + "the end.")
    [sentence] = said(("the end.", "an end."), before=long)
    assert "an end.”, was “… " in sentence
    assert sentence.endswith("the end.”.")
    assert len(sentence) < 400


def test_a_line_of_one_language_names_none() -> None:
    one = LINE.replace(", {key: es, name: Spanish, voice: {language: es-US}}", "").replace(', es: "Bienvenido."', "")
    assert said(('"Welcome."', '"Hello."'), before=one) == ["Main menu: the prompt says “Hello.”, was “Welcome.”."]


def test_what_may_hold_a_password_is_not_read_aloud() -> None:
    asks = LINE.replace(
        "destinations:\n",
        "destinations:\n  ask: {kind: lookup, label: Ask, source: {type: http, url: 'https://a.example/?k=s3cret',"
        " headers: {X-Key: s3cret}}}\n",
    )
    sentences = said(("s3cret", "0ther"), before=asks)
    assert sentences == ["Ask: the address is another one.", "Ask: the headers: “X-Key” is another."]


# --- nothing is silent ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_equal_flows_differ_in_nothing(path: Path) -> None:
    assert changes(flow_of(path.read_text()), flow_of(path.read_text())) == []


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything in a plain flow that holds nothing itself, and to everything that holds something."""
    if path:
        yield path
    match value:
        case dict():
            for key, held in value.items():
                yield from leaves(held, (*path, key))
        case list():
            for n, held in enumerate(value):
                yield from leaves(held, (*path, n))


def others(value: Any) -> list[Any]:
    """What might stand there instead."""
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [value + 1, value - 1]
        case str():
            return [
                f"{value}x",
                "other",
                "12025550199",
                "5",
                "es",
                "America/Chicago",
                "closed",
                "message",
                "12-24",
                "",
                None,
            ]
        case None:
            return ["other", "5", 7, "12025550199", "US", "es"]
        case list():
            return [value[:-1], value[::-1]] if value else [["es"], ["other"], ["12025550199"], ["back"]]
        case dict():
            return [{}, dict(list(value.items())[:-1]), dict(reversed(value.items()))]
    return []


def mutants(flow: Flow, seen: Counter[tuple[Any, ...]]) -> Iterator[tuple[tuple[Any, ...], Flow]]:
    """The flow with one thing in it changed, as often as there are things in it; `seen` says what is done with."""
    whole = flow.model_dump(mode="json")
    for path in leaves(whole):
        for other in others(_at(whole, path)):
            if seen[path]:
                break
            changed = copy.deepcopy(whole)
            _at(changed, path[:-1])[path[-1]] = other
            try:
                yield path, read_flow(changed)
            except ValidationError:
                continue


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def flow_of(text: str) -> Flow:
    return read_flow(read_yaml(text).model_dump(exclude={"numbers"}))


@pytest.mark.parametrize("text", [UTILITIES, LINE], ids=["utilities", "city"])
def test_any_one_thing_that_is_changed_is_said(text: str) -> None:
    flow = flow_of(text)
    before = plain(flow)
    seen: Counter[tuple[Any, ...]] = Counter()
    for path, mutant in mutants(flow, seen):
        if plain(mutant) != before or _order(mutant) != _order(flow):
            seen[path] += 1
            found = changes(flow, mutant)
            assert found, path
            silent = found[0].words.startswith("It is written down in another way")
            assert not silent or set(path) & {"en", "es"}, path  # a prompt without words is no prompt
            assert all(change.words and "None" not in change.words for change in found), (path, found)
    assert len(seen) >= 100


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_whatever_differs_in_any_flow_is_said(data: st.DataObject) -> None:
    flow = data.draw(flows(every=True))
    whole = flow.model_dump(mode="json")
    path = data.draw(st.sampled_from(list(leaves(whole))))
    other = data.draw(st.sampled_from(others(_at(whole, path)) or [None]))
    _at(whole, path[:-1])[path[-1]] = other
    try:
        mutant = read_flow(whole)
    except ValidationError:
        return
    assert bool(changes(flow, mutant)) is (plain(flow) != plain(mutant) or _order(flow) != _order(mutant))
    assert changes(mutant, mutant) == []


def _order(flow: Flow) -> list[list[str]]:
    """What no comparison of dictionaries sees, and yet the text of a version shows."""
    return [list(flow.schedules), list(flow.destinations)]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(flows(every=True), flows(every=True))
def test_any_two_flows_are_compared_and_equal_ones_only_are_without_a_difference(one: Flow, other: Flow) -> None:
    assert bool(changes(one, other)) is (plain(one) != plain(other) or _order(one) != _order(other))
    assert changes(one, one) == []
