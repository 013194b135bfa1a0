"""The voices that Vonage offers: which styles a language has, which of them are premium, and which read SSML.

Data: `data/voices.json`, made from nexmo-community/vapi-tts-voices (MIT); Vonage may know more by now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from .flow import Voice

_FILE: Final = Path(__file__).parent / "data" / "voices.json"


class Style(NamedTuple):
    """One voice of a language; `standard` and `premium` say in which of the two it is to be had."""

    style: int
    gender: str
    standard: bool
    premium: bool
    ssml: bool


class _Spoken(NamedTuple):
    name: str
    styles: Mapping[int, Style]


@cache
def _voices() -> dict[str, _Spoken]:
    voices = json.loads(_FILE.read_text(encoding="utf-8"))["voices"]
    return {
        code: _Spoken(spoken["name"], {style["style"]: Style(**style) for style in spoken["styles"]})
        for code, spoken in voices.items()
    }


def codes() -> list[tuple[str, str]]:
    """The languages that can be spoken: code and name, by name."""
    return sorted(((code, spoken.name) for code, spoken in _voices().items()), key=lambda pair: pair[1])


def styles(code: str) -> list[Style]:
    """The voices of a language, by number; none for a code that is not known."""
    spoken = _voices().get(code)
    return list(spoken.styles.values()) if spoken else []


def speaks_ssml(voice: Voice) -> bool:
    """Whether the voice reads SSML; one that is not known is taken to."""
    spoken = _voices().get(voice.language)
    style = spoken.styles.get(voice.style) if spoken else None
    return style is None or style.ssml


def voice_fault(voice: Voice) -> str | None:
    """Why Vonage would not speak with this voice as it is set, and the cure; None when it would."""
    spoken = _voices().get(voice.language)
    if spoken is None:
        return _unknown(voice.language)
    style = spoken.styles.get(voice.style)
    if style is None:
        numbers = ", ".join(str(number) for number in spoken.styles)
        return f"{spoken.name} ({voice.language}) has no voice style {voice.style}; choose one of {numbers}"
    if voice.premium and not style.premium:
        return f"{spoken.name} style {voice.style} has no premium version; turn premium off" + _instead(
            [style.style for style in spoken.styles.values() if style.premium]
        )
    if not voice.premium and not style.standard:
        return f"{spoken.name} style {voice.style} is premium only; turn premium on" + _instead(
            [style.style for style in spoken.styles.values() if style.standard]
        )
    return None


def _unknown(code: str) -> str:
    """A code that Vonage does not know: near ones are those of the same language."""
    near = [known for known in _voices() if known.lower().split("-")[0] == code.lower().split("-")[0]]
    return f"“{code}” is not a language Vonage speaks; choose {' or '.join(near) or 'one like en-US or es-US'}"


def _instead(numbers: list[int]) -> str:
    return f", or choose style {', '.join(map(str, numbers))}" if numbers else ""
