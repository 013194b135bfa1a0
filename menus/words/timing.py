"""How long words last when a voice says them: an estimate, good for “about 40 seconds”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .ssml import is_ssml, stripped

WORDS_A_MINUTE: Final[Mapping[str, int]] = {
    "en": 150,
    "es": 155,
    "fr": 160,
    "de": 130,
    "it": 145,
    "pt": 145,
    "nl": 140,
    "pl": 120,
    "sv": 135,
}
"""How fast a voice reads announcements, by primary language."""
USUAL: Final = 140
RECORDING_SECONDS: Final = 10.0
"""Taken for a recording that nobody has measured, and whose words nobody has written down."""
COMMA_SECONDS: Final = 0.25
STOP_SECONDS: Final = 0.5
STRENGTH_SECONDS: Final[Mapping[str, float]] = {
    "none": 0,
    "x-weak": 0.1,
    "weak": 0.25,
    "medium": 0.5,
    "strong": 0.75,
    "x-strong": 1.2,
}
_WORD: Final = re.compile(r"\d|[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_BREAK: Final = re.compile(r"<break\b([^<>]*)>")
_TIME: Final = re.compile(r"""\btime\s*=\s*["']\s*(\d+(?:\.\d+)?)(ms|s)""")
_STRENGTH: Final = re.compile(r"""\bstrength\s*=\s*["']([a-z-]+)""")


def seconds(text: str, language: str) -> float:
    """Seconds the voice needs for the text: words, pauses at commas and stops, and SSML breaks."""
    words = stripped(text)
    minutes = _words(words) / WORDS_A_MINUTE.get(language.partition("-")[0], USUAL)
    commas, stops = len(re.findall(r"[,،、]", words)), len(re.findall(r"[.!?;:。！？](?=\s|$)", words))
    breaks = sum(map(_break_seconds, _BREAK.findall(text))) if is_ssml(text) else 0.0
    return minutes * 60 + commas * COMMA_SECONDS + stops * STOP_SECONDS + breaks


def lasts(text: str, language: str, audio: str = "", measured: float | None = None) -> float:
    """Seconds until it has been heard: a recording as long as it was measured, else as long as its words would take."""
    if audio and measured:
        return measured
    return seconds(text, language) if text or not audio else RECORDING_SECONDS


def _words(words: str) -> float:
    """Words as the voice says them: each digit is one; two signs make one where no spaces part them."""
    unspaced = len(_UNSPACED.findall(words))
    return len(_WORD.findall(_UNSPACED.sub(" ", words))) + unspaced / 2


def _break_seconds(attributes: str) -> float:
    if time := _TIME.search(attributes):
        return float(time[1]) / (1000 if time[2] == "ms" else 1)
    strength = _STRENGTH.search(attributes)
    return STRENGTH_SECONDS.get(strength[1] if strength else "medium", STRENGTH_SECONDS["medium"])
