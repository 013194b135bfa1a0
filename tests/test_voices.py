"""Which voices there are, and what staff hear of one that is not."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from menus import voices
from menus.flow import Voice

SOURCE = Path(__file__).resolve().parents[2] / "shared" / "vonage" / "vapi-tts-voices.json"


@pytest.mark.parametrize("premium", [False, True])
def test_a_voice_that_exists_has_no_fault(premium: bool) -> None:
    assert voices.voice_fault(Voice(language="en-US", style=0, premium=premium)) is None


@pytest.mark.parametrize(
    ("voice", "fault"),
    [
        (Voice(language="en-us"), "“en-us” is not a language Vonage speaks; choose en-AU or en-GB or "),
        (Voice(language="tlh"), "“tlh” is not a language Vonage speaks; choose one like en-US or es-US"),
        (Voice(language=""), "“” is not a language Vonage speaks; choose one like en-US or es-US"),
        (
            Voice(language="es-US", style=9),
            "Spanish (United States) (es-US) has no voice style 9; choose one of 0, 1, 2, 3, 4, 5, 6",
        ),
        (
            Voice(language="es-US", style=0, premium=True),
            "Spanish (United States) style 0 has no premium version; turn premium off, or choose style 2,",
        ),
        (
            Voice(language="es-US", style=6),
            "Spanish (United States) style 6 is premium only; turn premium on, or choose style 0,",
        ),
        (Voice(language="cy-GB", premium=True), "Welsh style 0 has no premium version; turn premium off"),
        (Voice(language="de-AT"), "German (Austria) style 0 is premium only; turn premium on"),
    ],
)
def test_a_fault_names_the_cure(voice: Voice, fault: str) -> None:
    assert (voices.voice_fault(voice) or "").startswith(fault)


def test_nothing_is_offered_instead_where_there_is_nothing() -> None:
    assert (voices.voice_fault(Voice(language="de-AT")) or "").endswith("turn premium on")


def test_some_voices_read_no_ssml() -> None:
    assert voices.speaks_ssml(Voice(language="en-US", style=2))
    assert not voices.speaks_ssml(Voice(language="en-AU", style=6))
    assert voices.speaks_ssml(Voice(language="xx-XX")), "a voice we do not know may be new"


def test_languages_are_listed_by_name() -> None:
    listed = voices.codes()
    assert ("en-US", "English (United States)") in listed
    assert [name for _, name in listed] == sorted(name for _, name in listed)
    assert len({code for code, _ in listed}) == len(listed) == 65


def test_each_language_has_styles_and_each_style_is_to_be_had() -> None:
    assert voices.styles("xx-XX") == []
    for code, _ in voices.codes():
        assert voices.styles(code)
        for style in voices.styles(code):
            assert style.standard or style.premium
            assert style.gender in ("female", "male")
            voice = Voice(language=code, style=style.style, premium=not style.standard)
            assert voices.voice_fault(voice) is None


def test_the_data_says_what_its_source_says() -> None:
    if not SOURCE.exists():
        pytest.skip("the source of the voices is not beside this checkout")
    offered: dict[tuple[str, int], set[tuple[bool, bool]]] = defaultdict(set)
    for language in json.loads(SOURCE.read_text(encoding="utf-8")):
        for style in language["styles"]:
            premium, ssml = (style[name].lower() == "true" for name in ("premium", "ssml"))
            offered[language["code"], style["style"]].add((premium, ssml))
    ours = {
        (code, style.style): {(premium, style.ssml) for premium in (False, True) if style[2 + premium]}
        for code, _ in voices.codes()
        for style in voices.styles(code)
    }
    assert ours == offered
