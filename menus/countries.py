"""The country of a telephone number, its name, and whether ringing it costs more than a call. Pure."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

SATELLITE: Final = frozenset((870, 881, 882, 883))
"""Calling codes of satellite phones and of networks of no country (ITU-T E.164)."""
OF_NO_COUNTRY: Final = "001"
"""What phonenumbers calls the country of +800 and of its like."""


def country_of(digits: str) -> str:
    """Two letters; of numbers kept for fiction the country that the calling code is mostly used by; empty: none."""
    number = _parsed(digits)
    if number is None:
        return ""
    code = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )
    return "" if code in (OF_NO_COUNTRY, "ZZ") else str(code)


def costs_extra(digits: str) -> str:
    """`a premium-rate number`, `a satellite phone`; empty: it is neither."""
    number = _parsed(digits)
    if number is None:
        return ""
    if number.country_code in SATELLITE:
        return "a satellite phone"
    premium = phonenumbers.number_type(number) == PhoneNumberType.PREMIUM_RATE or number.country_code == 979
    return "a premium-rate number" if premium else ""


def country_name(code: str) -> str:
    """`Canada`; a code without a name stays as it is."""
    return country_names().get(code, code)


def country_in_words(code: str) -> str:
    """`Canada (CA)`, as the picker of allowed countries has it."""
    name = country_name(code)
    return name if "(" in name or name == code else f"{name} ({code})"


@cache
def country_names() -> dict[str, str]:
    """English names by their two letters, of the countries that have telephone numbers."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = [row.split("\t") for row in table.splitlines() if row and not row.startswith("#")]
    named = {code: name for code, name in rows if code in phonenumbers.SUPPORTED_REGIONS}
    more = {code: code for code in phonenumbers.SUPPORTED_REGIONS if code not in named}
    return dict(sorted((named | more).items(), key=lambda pair: pair[1]))


def _parsed(digits: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
