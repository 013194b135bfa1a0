"""Telephone numbers: typed by people with `+` and spaces, kept as E.164 digits. Pure."""

from __future__ import annotations

import re

import phonenumbers

CURE = "write it with + and the country code, like +1 202 555 0110"


def read_number(typed: str) -> str:
    """The E.164 digits of a number as people write it. Raises ValueError, in words for staff.

    Without `+` only bare digits are taken: “(202) 555-0110” lacks its country, and would be read as Egypt's.
    """
    text = " ".join(typed.split())
    if not text.startswith("+"):
        if not re.fullmatch(r"[1-9][0-9 ]*", text):
            raise ValueError(f"“{typed}” is not a whole telephone number; {CURE}")
        text = f"+{text}"
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        raise ValueError(f"“{typed}” is not a telephone number; {CURE}") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"“{typed}” is too short or too long for a telephone number; {CURE}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")


def show_number(digits: str) -> str:
    """`12025550110` as `+1 202-555-0110` is written abroad; what is no number stays as it is, after a `+`."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return f"+{digits}"
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return shown.replace("-", " ")
