"""What is said: in which language, with which values, and never anything that a voice would stumble over."""

import string
from time import perf_counter
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import words
from menus.flow import MAX_SPOKEN, VALUES, Flow, Menu, Prompt, Said, read_flow


def line(*languages: str, **more: Any) -> Flow:
    named = [{"key": key, "name": key, "voice": {"language": f"voice of {key}"}} for key in languages or ("en", "es")]
    return read_flow({"name": "City Hall", "languages": named} | more)


def menu(*options: dict[str, Any]) -> Menu:
    kept = [{"key": f"o{n}", "digits": str(n), "label": f"Label {n}"} | option for n, option in enumerate(options, 1)]
    return Menu.model_validate({"label": "Menu", "options": kept})


def composed(flow: Flow, options: Menu, language: str = "en") -> str:
    return words.composed(flow, "main", options, language)[0]


# --- the words that ship --------------------------------------------------------------------------------------


PARTS = {
    "press": "words key",
    "for_label": "label",
    "confirm_entry": "value",
    "confirm_choice": "label",
    "callback_number": "number",
    "callback_enter": "key",
    "callback_window": "window key",
    "callback_done": "window",
    "switch_open": "until",
    "switch_closed": "until",
    "switch_message": "until",
}


@pytest.mark.parametrize("name", words.PHRASES)
def test_every_phrase_is_there_in_every_language_that_ships(name: str) -> None:
    said = words.PHRASES[name]
    assert set(words.LANGUAGES) <= said.keys()
    assert {key.partition("-")[0] for key in said} == set(words.LANGUAGES)
    for text in said.values():
        assert text == text.strip()
        assert not words.ssml_faults(text)
        assert words.value_names(text) == PARTS.get(name, "").split()


def test_what_ships_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        words.PHRASES["goodbye"]["en"] = "Ta ta."  # type: ignore[index]


# --- which words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "language", "said"),
    [
        ({"en": "Hello", "es": "Hola"}, "es", ("Hola", "es")),
        ({"en": "Hello"}, "es", ("Hello", "en")),
        ({"en": "Hello", "es": ""}, "es", ("Hello", "en")),
        ({"es": "Hola"}, "en", None),
        ({"en": "Hello", "xx": "Hm"}, "xx", ("Hello", "en")),
        ({}, "en", None),
    ],
)
def test_a_prompt_falls_back_to_the_lines_first_language(
    prompt: dict[str, str], language: str, said: tuple[str, str] | None
) -> None:
    found = words.resolve(line(), Prompt.model_validate(prompt), language)
    assert (found and (found[0].text, found[1].key)) == said


def test_audio_is_as_good_as_words() -> None:
    prompt = Prompt.model_validate({"en": "Hello", "es": {"audio": "https://example.org/hola.mp3"}})
    found = words.resolve(line(), prompt, "es")
    assert found is not None
    assert found[0].audio == "https://example.org/hola.mp3"


OWN = {"goodbye": {"en": "So long.", "vi": "Tam biet."}}


@pytest.mark.parametrize(
    ("languages", "phrases", "language", "said"),
    [
        (("en", "es"), {}, "es", ("Gracias por su llamada. Adiós.", "es")),
        (("en", "es-mx"), {}, "es-mx", ("Gracias por su llamada. Adiós.", "es-mx")),
        (("en", "es"), OWN, "en", ("So long.", "en")),
        (("en", "es"), OWN, "es", ("Gracias por su llamada. Adiós.", "es")),
        (("en", "vi"), OWN, "vi", ("Tam biet.", "vi")),
        (("es", "vi"), {}, "vi", ("Gracias por su llamada. Adiós.", "es")),
        (("en", "vi"), {"goodbye": {"en": "So long."}}, "vi", ("So long.", "en")),
        (("vi", "ko"), {}, "ko", ("Thank you for calling. Goodbye.", "vi")),
        (("en", "es"), OWN, "gone", ("So long.", "en")),
    ],
)
def test_a_phrase_is_the_lines_own_else_the_sites(
    languages: tuple[str, ...], phrases: dict[str, Any], language: str, said: tuple[str, str]
) -> None:
    found, spoken = words.phrase(line(*languages, phrases=phrases), "goodbye", language)
    assert (found.text, spoken.key, spoken.voice.language) == (*said, f"voice of {said[1]}")


# --- prompts made from options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"words": {"en": "For billing"}}, "For billing, press 1."),
        ({"words": {"en": "For billing."}}, "For billing, press 1."),
        ({"words": {"en": "For billing, "}}, "For billing, press 1."),
        ({"words": {"en": "Lost your card?"}}, "Lost your card?, press 1."),
        ({"words": {"es": "Para facturas"}}, "For Label 1, press 1."),
        ({"words": {"en": "For {line}"}}, "For {line}, press 1."),
        ({"words": {"en": "For {key}"}}, "For {key}, press 1."),
        ({"words": {"en": {"audio": "https://example.org/a.mp3"}}}, "For Label 1, press 1."),
        ({"words": {"en": {"audio": "https://example.org/a.mp3", "text": "For bills"}}}, "For bills, press 1."),
        ({"digits": "*"}, "For Label 1, press star."),
        ({"digits": "#"}, "For Label 1, press pound."),
        ({"digits": "12#"}, "For Label 1, press 1 2 pound."),
        ({"enabled": False}, ""),
        ({"spoken": False}, ""),
        ({"label": "", "key": "bills"}, "For bills, press 1."),
    ],
)
def test_an_option_says_its_words_and_its_key(option: dict[str, Any], said: str) -> None:
    assert composed(line(), menu(option)) == said


def test_options_are_said_in_order_each_in_the_callers_language() -> None:
    options = menu(
        {"words": {"en": "For billing", "es": "Para facturas"}},
        {"words": {"en": "for repairs"}},
        {"label": "Horarios", "digits": "9"},
    )
    assert composed(line(), options, "es") == (
        "Para facturas, oprima el 1. for repairs, oprima el 2. Para Horarios, oprima el 9."
    )
    assert composed(line(), options, "gone") == "For billing, press 1. for repairs, press 2. For Horarios, press 9."


def test_the_region_of_a_language_has_its_own_name_for_a_key() -> None:
    assert composed(line("en-gb"), menu({"digits": "#"}), "en-gb") == "For Label 1, press hash."


def test_the_line_may_say_press_and_the_keys_in_its_own_way() -> None:
    own = {"press": {"en": "Press {key} {words}."}, "hash": {"en": "the hash key"}, "star": {"en": "<x>"}}
    assert composed(line(phrases=own), menu({"digits": "#"})) == "Press the hash key For Label 1."


def test_a_recording_cannot_be_a_part_of_a_prompt() -> None:
    own = {"press": {"en": {"audio": "https://example.org/press.mp3"}}}
    assert composed(line(phrases=own), menu({})) == "For Label 1, press 1."


def test_one_option_in_ssml_makes_the_prompt_ssml() -> None:
    options = menu(
        {"words": {"en": "<speak>For <emphasis>billing</emphasis>.</speak>"}}, {"label": "B & C <new>", "digits": "#"}
    )
    text = composed(line(), options)
    assert text == ("<speak>For <emphasis>billing</emphasis>, press 1. For B &amp; C &lt;new&gt;, press pound.</speak>")
    assert words.ssml_faults(text) == []
    assert words.transcript(Said(text=text)) == "For billing, press 1. For B & C <new>, press pound."


def test_the_lines_press_may_be_ssml() -> None:
    own = {"press": {"en": '<speak>{words} <break time="1s"/> {key}</speak>'}}
    text = composed(line(phrases=own), menu({"label": "A & B"}))
    assert text == '<speak>For A &amp; B <break time="1s"/> 1</speak>'


def test_a_composed_prompt_is_made_once_for_each_language() -> None:
    flow, options = line(), menu({})
    first = words.composed(flow, "main", options, "en")
    assert words.composed(flow, "main", menu({}, {}), "en") == first, "the menu is not read a second time"
    assert words.composed(flow, "other", menu({}, {}), "en") != first
    assert words.composed(flow, "main", options, "es")[1].key == "es"
    assert set(flow.composed) == {("main", "en"), ("other", "en"), ("main", "es")}


# --- values ---------------------------------------------------------------------------------------------------

HELD = dict.fromkeys(VALUES, "") | {"caller": "1 2 0 2", "line": "Smith & Sons", "opens": "Monday at 8 AM"}
HOSTILE = [
    '</speak><break time="10s"/>',
    "<speak>free</speak>",
    "{x.__class__}",
    "{caller}",
    "{{",
    "&lt;speak&gt;",
    "&#60;speak>",
    "&",
    "]]>",
    "--><!--",
    "\"' onload='",
    "\x00\x01\x1f\x7f\x85\ufffe\uffff",
    "\ud800\udfff",
    "line\nbreak\ttab",
    "%s %(x)s $x",
    "x" * 5000,
    "&" * 5000,
    "",
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "Hello"),
        ("You call from {caller}.", "You call from 1 2 0 2."),
        ("{line}{line}", "Smith & SonsSmith & Sons"),
        ("<speak>{line}</speak>", "<speak>Smith &amp; Sons</speak>"),
        ("A {nothing} b {x.__class__} {} {caller!r}", "A  b   "),
        ("{holiday}<speak>x</speak>", " speak>x /speak>"),
        ("{holiday} <speak>x</speak>", "  speak>x /speak>"),
        ("a } { b", "a } { b"),
        ("{{caller}}", "{1 2 0 2}"),
        ("<speak>{<p>a}b</p></speak>", "<speak>{<p>a}b</p></speak>"),
    ],
)
def test_values_stand_where_their_names_stood(text: str, said: str) -> None:
    assert words.fill(text, lambda name: HELD.get(name, "")) == said


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize(
    "text",
    [
        "<speak>{line} {caller}</speak>",
        '<speak><sub alias="{line}">a</sub></speak>',
        "<speak><sub alias='{line}'>{caller}</sub></speak>",
        "<speak>{nothing}{line}</speak>",
    ],
)
def test_ssml_stays_ssml_whatever_a_value_holds(text: str, hostile: str) -> None:
    filled = words.fill(text, lambda _: hostile if len(set(hostile)) > 1 else hostile[:100])
    before, after = ElementTree.fromstring(words.fill(text, lambda _: "")), ElementTree.fromstring(filled)
    assert [node.tag for node in before.iter()] == [node.tag for node in after.iter()]
    assert words.spoken_length(filled) <= MAX_SPOKEN


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("text", ["{line}", "{line}{caller}", " {line} and more", "{holiday}{line}"])
def test_plain_words_never_become_ssml(text: str, hostile: str) -> None:
    filled = words.fill(text, lambda _: hostile)
    assert not words.is_ssml(filled)
    assert "<" not in filled
    assert "&lt;" not in filled
    filled.encode()
    assert all(sign == " " or sign.isprintable() for sign in filled)


def test_a_value_is_bounded() -> None:
    assert words.fill("{line}", lambda _: "x" * 5000) == "x" * 200


def test_words_are_cut_at_a_word_when_they_are_too_long() -> None:
    text = "{line} " + "word " * 400
    filled = words.fill(text, lambda _: "Long")
    assert filled.startswith("Long word")
    assert filled.endswith(" word")
    assert MAX_SPOKEN - 5 <= len(filled) <= MAX_SPOKEN
    assert words.fill("word " * 400, str) == filled.replace("Long", "word")
    assert words.fill("x" * 2000, str) == "x" * MAX_SPOKEN


def test_plain_words_that_are_cut_never_become_ssml() -> None:
    assert not words.is_ssml(words.fill("{holiday}<speak>" + "word " * 400, HELD.__getitem__))
    assert words.fill("{holiday}" + " " * 2000, HELD.__getitem__) == ""


def test_ssml_that_is_too_long_is_cut_to_plain_words() -> None:
    text = "<speak>" + "<s>salt &amp; pepper</s>" * 150 + "{line}</speak>"
    filled = words.fill(text, HELD.__getitem__)
    assert filled.startswith("salt & pepper salt & pepper")
    assert filled.endswith(("salt", "&", "pepper"))
    assert MAX_SPOKEN - 7 < words.spoken_length(filled) <= MAX_SPOKEN


def test_no_tag_is_left_or_made_when_ssml_becomes_plain_words() -> None:
    text = "<speak>" + "{line}" * 10 + "</speak>"
    filled = words.fill(text, lambda _: "<speak>&lt;" * 20)
    assert not words.is_ssml(filled)
    assert "<" not in filled
    assert "&lt;" not in filled


def test_tags_do_not_count_as_spoken() -> None:
    text = "<speak>" + '<break time="1s"/>word ' * 200 + "</speak>"
    assert len(text) > MAX_SPOKEN
    assert words.spoken_length(text) == 1000
    assert words.fill(text, str) == text
    assert words.spoken_length("<b>x</b>") == 8, "what is no SSML is read out"


anything = st.text(st.characters(exclude_categories=()))
names = st.sampled_from([*sorted(VALUES), "x", "caller.x", "line!r", "0", ""]).map("{{{}}}".format)
pieces = st.one_of(anything, names, st.sampled_from([*HOSTILE, "<speak>", "</speak>", "{", "}", "<", "word " * 90]))
texts = st.lists(pieces, max_size=30).map("".join)


@settings(max_examples=250, deadline=None)
@given(texts, anything | st.sampled_from(HOSTILE))
def test_any_words_with_any_value_can_be_said(text: str, value: str) -> None:
    filled = words.fill(text, lambda name: value)
    assert words.spoken_length(filled) <= MAX_SPOKEN
    assert not words.is_ssml(filled) or words.is_ssml(text)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_words_can_be_looked_at(text: str) -> None:
    for asked in (text, f"<speak>{text}</speak>"):
        words.ssml_faults(asked)
        assert words.seconds(asked, "en") >= 0
        words.transcript(Said.model_construct(text=asked))


plain = st.text(string.ascii_letters + " .,", max_size=20)
nested = st.recursive(
    st.one_of(plain, names, st.just('<break time="2s"/>'), st.just("&amp;"), st.just("{ & }".replace("&", "&lt;"))),
    lambda inner: st.lists(
        st.one_of(
            inner,
            inner.map("<p>{}</p>".format),
            inner.map('<emphasis level="strong">{}</emphasis>'.format),
            st.builds('<sub alias="a {}">{}</sub>'.format, names, inner),
        ),
        max_size=4,
    ).map("".join),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(nested, st.lists(anything | st.sampled_from(HOSTILE), min_size=1))
def test_any_sound_ssml_with_any_value_stays_sound(inside: str, values: list[str]) -> None:
    text, turn = f"<speak>{inside}</speak>", iter(values * 1000)
    assert words.ssml_faults(text) == []
    filled = words.fill(text, lambda _: next(turn))
    if words.is_ssml(filled):
        ElementTree.fromstring(filled)
    else:
        assert words.spoken_length(text) + 200 * len(values) * 50 > MAX_SPOKEN
    assert words.spoken_length(filled) <= MAX_SPOKEN


def test_names_are_found_known_or_not() -> None:
    assert words.value_names("{caller} {x.y} {} { caller }") == ["caller", "x.y", "", " caller "]
    assert words.value_names("no { names") == []


# --- speed ----------------------------------------------------------------------------------------------------


def test_what_every_call_says_is_quick() -> None:
    """A promise for the hot path: a look in a table. Ten times what a usual machine takes."""
    flow, options = line(), menu(*[{} for _ in range(9)])
    words.composed(flow, "main", options, "en")
    began = perf_counter()
    for _ in range(1000):
        words.composed(flow, "main", options, "en")
        words.fill("Hello, this is City Hall.", str)
    assert (perf_counter() - began) / 1000 < 10e-6
