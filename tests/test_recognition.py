"""Which language a caller's speech is recognised in, for each voice, and what staff hear of one that is not there."""

import re
from pathlib import Path

import pytest

from menus import voices
from menus.recognition import CODES, RENAMED, recognition_fault, recognition_language

SOURCE = Path(__file__).resolve().parents[2] / "shared" / "vonage" / "protocol.md"

KEYS_ONLY = {"cy-GB"}
"""Languages Vonage speaks and does not recognise."""

NOT_BY_THEIR_OWN_CODE = {
    "ar": "ar-EG",
    "cmn-CN": "zh",
    "cmn-TW": "zh-TW",
    "de-AT": "de-DE",
    "en-GB-SCT": "en-GB",
    "en-GB-WLS": "en-GB",
    "no-NO": "nb-NO",
    "pa-IN": "pa-guru-IN",
    "yue-CN": "yue-hant-HK",
}


def test_every_voice_is_recognised_in_its_language_or_known_not_to_be() -> None:
    found = {code: recognition_language(code) for code, _ in voices.codes()}
    assert {code for code, recognised in found.items() if recognised is None} == KEYS_ONLY
    others = {code: recognised for code, recognised in found.items() if recognised not in (code, None)}
    assert others == NOT_BY_THEIR_OWN_CODE
    assert all(recognised in CODES for recognised in found.values() if recognised)


@pytest.mark.parametrize(
    ("voice", "recognised"),
    [
        ("es-419", "es-MX"),
        ("es", "es-ES"),
        ("en", "en-US"),
        ("en-XX", "en-US"),
        ("fr-BE", "fr-FR"),
        ("nl-SR", "nl-NL"),
        ("zh-CN", "zh"),
        ("en-gb", "en-GB"),
        ("CMN-cn", "zh"),
        ("tlh", None),
        ("", None),
        ("-", None),
        ("e", None),
    ],
)
def test_a_voice_that_may_come_is_taken_for_the_nearest(voice: str, recognised: str | None) -> None:
    assert recognition_language(voice) == recognised


@pytest.mark.parametrize("code", CODES)
def test_a_code_of_the_list_has_no_fault_and_stands_for_itself(code: str) -> None:
    assert recognition_fault(code) is None
    assert recognition_language(code) == code


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("en-us", "“en-us” is not a language Vonage recognises in speech; choose en-US"),
        ("cmn-CN", "“cmn-CN” is not a language Vonage recognises in speech; choose zh"),
        ("nl-SR", "“nl-SR” is not a language Vonage recognises in speech; choose nl-NL or nl-BE"),
        (
            "cy-GB",
            "“cy-GB” is not a language Vonage recognises in speech; "
            "choose one like en-US or es-US, or let callers press keys only",
        ),
        (
            "",
            "“” is not a language Vonage recognises in speech; "
            "choose one like en-US or es-US, or let callers press keys only",
        ),
    ],
)
def test_a_fault_names_the_cure(code: str, fault: str) -> None:
    assert recognition_fault(code) == fault


def test_other_names_lead_to_the_list() -> None:
    assert not set(RENAMED) & set(CODES)
    assert set(RENAMED.values()) <= set(CODES)


def test_the_list_says_what_its_source_says() -> None:
    assert len(CODES) == len(set(CODES)) == 127
    if not SOURCE.exists():
        pytest.skip("the source of the codes is not beside this checkout")
    listed = re.search(r"^### 2\.15 .*\n(.*?)\. TTS", SOURCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed is not None
    there: list[str] = []
    for code in re.findall(r"[a-z]{2,3}-\{[A-Z ]+\}|[A-Za-z-]+", re.sub(r"\(=.*?\)", "", listed[1])):
        language, _, regions = code.partition("{")
        there += [language + region for region in regions.rstrip("}").split()] or [code]
    assert sorted(there) == sorted(CODES)
