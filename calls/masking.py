"""Callers' numbers for those who may not see them whole: the country's code and the last two digits stay."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import phonenumbers

from calls.models import Call, CallbackRequest
from menus.numbers import show_number

SEE: Final = "calls.see_numbers"
HIDDEN: Final = "•••"
UNKNOWN: Final = frozenset(
    ("", "unknown", "anonymous", "private", "restricted", "unavailable", "withheld", "blocked", "none")
)
"""What carriers say in place of a number; it tells nothing of the caller."""
SHORTEST: Final = 7
"""Digits of a number that is looked for without its country's code, too."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{6,14}")
_LONG: Final = re.compile(r"\+?[0-9](?:[\s().-]{0,3}[0-9]){6,}")
_APART: Final = r"(?:[\s,.()/–-]|<[^<>]*>)*"
"""What may stand between two digits of a number as people write it, or as a voice is told to say it."""


def sees_numbers(user: Any) -> bool:
    return bool(user.has_perm(SEE))


def masked(number: str) -> str:
    """`+1 ••• ••• ••42`; of a caller who is no number nothing stays."""
    if number.lower() in UNKNOWN or "•" in number:
        return number
    digits = number.removeprefix("+")
    if not _NUMBER.fullmatch(digits):
        return HIDDEN
    country, _, rest = show_number(digits).partition(" ")
    return f"{country} {re.sub(r'[0-9]', '•', rest[:-2])}{rest[-2:]}" if rest else f"{HIDDEN} {digits[-2:]}"


def without_numbers(text: str) -> str:
    """For what is kept for longer than numbers are: nothing stays of whatever may be one, or its beginning."""
    return _LONG.sub(HIDDEN, text)


def mask_of(call: Call) -> Mask:
    """For all that is told of the call: whoever rang, and whom to call back."""
    numbers = CallbackRequest.objects.filter(call_uuid=call.uuid).values_list("number", flat=True)
    return Mask([call.caller, *numbers])


class Mask:
    """Hides these numbers wherever they stand, however they are written."""

    def __init__(self, numbers: Iterable[str]) -> None:
        known = sorted({number for number in numbers if number.lower() not in UNKNOWN}, key=len, reverse=True)
        self.hidden = [(pattern, masked(number)) for number in known for pattern in _patterns(number)]

    def text(self, text: str) -> str:
        for pattern, instead in self.hidden:
            text = pattern.sub(instead, text)
        return text

    def deep(self, value: Any) -> Any:
        """Every text within the value, as JSON holds it."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(str(name)): self.deep(inner) for name, inner in value.items()}
            case list():
                return [self.deep(inner) for inner in value]
            case int():
                return value if self.text(str(value)) == str(value) else self.text(str(value))
            case _:
                return value


def _patterns(number: str) -> list[re.Pattern[str]]:
    digits = number.removeprefix("+")
    if not _NUMBER.fullmatch(digits):
        return [re.compile(rf"(?<!\w){re.escape(number)}(?!\w)")]
    return [re.compile(rf"(?:\+|%2B|00)?{_APART.join(written)}") for written in (digits, *_national(digits))]


def _national(digits: str) -> list[str]:
    """The number as it is written at home."""
    try:
        national = str(phonenumbers.parse(f"+{digits}").national_number)
    except phonenumbers.NumberParseException:
        return []
    return [national] if len(national) >= SHORTEST and national != digits else []
