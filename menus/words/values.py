"""`{name}`s in words: put in safely, whatever the value holds, and never more than a voice may say."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Final

from ..flow import MAX_SPOKEN
from .ssml import is_ssml, spoken_length, stripped

MAX_VALUE: Final = 200
"""Characters of one value."""
MASKED_FROM: Final = 10
"""Digits from which on a number may be a card's or an account's, and is kept in no log."""
LONG_NUMBER: Final = re.compile(rf"\d(?:\W{{0,3}}\d){{{MASKED_FROM - 1},}}")
"""Such a number, however its digits are set apart."""
_NAME: Final = re.compile(r"""\{([^{}<>&"']{0,60})\}""")
_KEYS: Final = re.compile(r"[0-9*#]+")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def fill(text: str, value: Callable[[str], str]) -> str:
    """The text with its values in place: at most 1,500 spoken characters, and SSML only if the text is.

    `value` gives what stands for a name, and nothing for a name that it does not know.
    """
    if "{" not in text and len(text) <= MAX_SPOKEN:
        return text
    as_ssml = is_ssml(text)

    def one(match: re.Match[str]) -> str:
        return _harmless(value(match[1]), as_ssml)

    filled = _NAME.sub(one, text)
    if spoken_length(filled) > MAX_SPOKEN:
        return _clipped(_untagged(stripped(filled)) if as_ssml else _plain(filled))
    return filled if as_ssml else _plain(filled)


def put(template: str, /, **parts: str) -> str:
    """The template with its parts in place, each taken as it is; other `{name}`s stay for `fill`."""
    return _NAME.sub(lambda match: parts.get(match[1], match[0]), template)


def value_names(text: str) -> list[str]:
    """The names in braces, known or not, in order."""
    return _NAME.findall(text)


def speak_digits(digits: str) -> str:
    """Digits, stars and hashes spaced so that a voice says them one by one; anything else as it is."""
    keys = digits.removeprefix("+")
    return " ".join(keys) if _KEYS.fullmatch(keys) else digits


def _harmless(value: str, as_ssml: bool) -> str:
    """The value without control characters, and without power over the words around it."""
    value = " ".join(_CONTROL.sub("", value).split())[:MAX_VALUE]
    return escape(value) if as_ssml else _untagged(value)


def _untagged(words: str) -> str:
    """No tag, and no sign's name (`&lt;`), can be read out of these words, whatever stands next to them."""
    return re.sub(r"&(?=\S|$)", "& ", words.replace("<", " ").replace(">", " "))


def _plain(text: str) -> str:
    """A value left out must not make plain words begin like SSML."""
    return text.replace("<", " ") if is_ssml(text) else text


def _clipped(words: str) -> str:
    """As many whole words as may be said."""
    whole = re.match(rf"(?s).{{1,{MAX_SPOKEN}}}(?!\S)", words)
    return (whole[0] if whole else words[:MAX_SPOKEN]).rstrip()
