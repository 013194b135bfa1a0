"""What a caller's keys come to where an entry is asked for: its value, or none; and how a value is said. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final, TypeGuard

import phonenumbers
from phonenumbers import PhoneNumber, ValidationResult

from menus import words
from menus.flow import Asked, CheckDigit, Collect, DateOrder, DateWithin, SaidAs
from menus.words.phrases import shipped

MAX_KEYS: Final = 20
"""Keys in one entry (Vonage, NCCO reference, input: at most 20 digits)."""
DATE_KEYS: Final = 8
YEARS: Final = (1900, 2199)
YES, NO = "yes", "no"
"""The values of a yes or no, in every language."""
_DIGITS: Final = re.compile(r"[0-9]+")
_ABROAD: Final = re.compile(r"(?:00|011)([1-9][0-9]*)")
"""Callers key the prefix of the country they know, and not always that of the number they rang."""
_E164: Final = re.compile(r"[1-9][0-9]{6,14}")


def read_entry(collect: Collect, keyed: str, dialled: str, today: date) -> str | None:
    """The value of what was keyed; None: it is no entry of the kind asked for.

    A closing `#` is taken off where it ends the entry. `dialled`, E.164 digits, tells the country of a telephone
    number; `today` is the line's day. Values: digits as keyed, an amount like 12.50, a date like 1980-02-29, a
    telephone number as E.164 digits, yes or no. Never raises.
    """
    entry = keyed.removesuffix("#") if collect.finish_on_hash else keyed
    if not _DIGITS.fullmatch(entry) or len(entry) > MAX_KEYS:
        return None
    match collect.asks:
        case Asked.DIGITS:
            return entry if _is_asked(collect, entry) else None
        case Asked.AMOUNT:
            return _amount(collect, entry)
        case Asked.DATE:
            return _date(collect, entry, today)
        case Asked.PHONE:
            return read_phone(entry, collect.country, dialled)
        case Asked.PIN:
            return entry if _has_length(collect, entry) else None
        case Asked.YES_NO:
            return {"1": YES, "2": NO}.get(entry)
        case Asked.RATING:
            return entry if len(entry) == 1 and _rating(collect, int(entry)) else None


def longest(collect: Collect) -> int:
    """How many keys to wait for at most, 1 to 20. One more than the entry's where `#` may end it sooner: keyed after
    the longest entry too, it must not be left over for the next question. An entry of one length needs no `#`."""
    least, most = _lengths(collect)
    return min(MAX_KEYS, most + (collect.finish_on_hash and least < most))


def _lengths(collect: Collect) -> tuple[int, int]:
    """The fewest and the most digits of an entry."""
    match collect.asks:
        case Asked.DATE:
            return DATE_KEYS, DATE_KEYS
        case Asked.YES_NO | Asked.RATING:
            return 1, 1
        case Asked.PHONE:
            return 1, MAX_KEYS
        case Asked.DIGITS if collect.allowed:
            lengths = {len(low) for low, _ in map(_ends, collect.allowed)}
            fitting = [length for length in lengths if collect.min_digits <= length <= collect.max_digits]
            return (min(fitting), max(fitting)) if fitting else (collect.min_digits, collect.max_digits)
        case _:
            return collect.min_digits, collect.max_digits


# --- digits -----------------------------------------------------------------------------------------------------


def _is_asked(collect: Collect, entry: str) -> bool:
    return (
        _has_length(collect, entry)
        and _is_within(collect, int(entry))
        and (not collect.allowed or any(_allows(allowed, entry) for allowed in collect.allowed))
        and _checks(collect.check_digit, entry)
    )


def _has_length(collect: Collect, entry: str) -> bool:
    return collect.min_digits <= len(entry) <= collect.max_digits


def _is_within(collect: Collect, number: int, unit: int = 1) -> bool:
    """Whether the number, in so many parts of a unit, lies between the smallest and the greatest."""
    low, high = collect.low, collect.high
    return (low is None or low * unit <= number) and (high is None or number <= high * unit)


def _ends(allowed: str) -> tuple[str, str]:
    """The first and the last entry of a range; of a single entry, itself twice."""
    low, _, high = allowed.partition("-")
    return low, high or low


def _allows(allowed: str, entry: str) -> bool:
    low, high = _ends(allowed)
    return len(entry) == len(low) and low <= entry <= high


def _checks(check_digit: CheckDigit, entry: str) -> bool:
    match check_digit:
        case CheckDigit.NONE:
            return True
        case CheckDigit.LUHN:
            return luhn(entry)
        case CheckDigit.MOD97:
            return mod97(entry)


def luhn(digits: str) -> bool:
    """Whether the last digit is right by the Luhn formula (ISO/IEC 7812-1, annex B)."""
    if len(digits) < 2 or not _DIGITS.fullmatch(digits):
        return False
    backwards = [int(digit) for digit in reversed(digits)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in backwards[1::2])
    return (sum(backwards[::2]) + sum(doubled)) % 10 == 0


def mod97(digits: str) -> bool:
    """Whether the last two digits are right: the whole number leaves 1 (ISO/IEC 7064, MOD 97-10)."""
    if len(digits) < 3 or not _DIGITS.fullmatch(digits):
        return False
    rest = 0
    for digit in digits:
        rest = (rest * 10 + int(digit)) % 97
    return rest == 1


# --- amounts, dates, ratings ------------------------------------------------------------------------------------


def _amount(collect: Collect, entry: str) -> str | None:
    """Counted in whole units, or in hundredths, and so exact."""
    unit = 100 if collect.cents else 1
    number = int(entry)
    if not _has_length(collect, entry) or not _is_within(collect, number, unit):
        return None
    return f"{number // unit}.{number % unit:02}" if collect.cents else str(number)


def _date(collect: Collect, entry: str, today: date) -> str | None:
    if len(entry) != DATE_KEYS:
        return None
    match collect.date_order:
        case DateOrder.MDY:
            month, day, year = entry[:2], entry[2:4], entry[4:]
        case DateOrder.DMY:
            day, month, year = entry[:2], entry[2:4], entry[4:]
        case DateOrder.YMD:
            year, month, day = entry[:4], entry[4:6], entry[6:]
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    first, last = YEARS
    return found.isoformat() if first <= found.year <= last and _is_due(collect.date_within, found, today) else None


def _is_due(within: DateWithin, day: date, today: date) -> bool:
    match within:
        case DateWithin.ANY:
            return True
        case DateWithin.PAST:
            return day <= today
        case DateWithin.FUTURE:
            return day >= today


def _rating(collect: Collect, number: int) -> bool:
    low = 1 if collect.low is None else collect.low
    high = 5 if collect.high is None else collect.high
    return low <= number <= high


# --- telephone numbers ------------------------------------------------------------------------------------------


def read_phone(keyed: str, country: str, dialled: str) -> str | None:
    """The E.164 digits of a telephone number, keyed as at home in `country` (ISO 3166-1 alpha-2; empty: that of the
    number dialled), or with its country code after 00, 011 or nothing. None: no number has that many digits.

    That the number is in use decides between two ways to read it, and is not asked for otherwise: numbering plans
    change faster than any list of them, and a caller with a new number cannot help it. Only what is keyed without 00
    or 011 and is no number at home must be in use abroad: it may be a slip of the finger. So have numbers read back.
    """
    if not _DIGITS.fullmatch(keyed):
        return None
    region = country or _country(dialled)
    at_home, bare = _parsed(keyed, region), _parsed(f"+{keyed}", None)
    prefixed = _ABROAD.fullmatch(keyed)
    abroad = _parsed(f"+{prefixed[1]}", None) if prefixed else None
    own_code = bare and at_home and bare.country_code == at_home.country_code
    used = filter(_is_used, (bare if own_code else None, at_home))
    number = next(used, None) or next(filter(_is_whole, (abroad, at_home)), None) or (bare if _is_used(bare) else None)
    return _e164(number) if number else None


def _country(dialled: str) -> str | None:
    """The country of the number; of one that several share, and that is not in use, the greatest of them."""
    number = _parsed(f"+{dialled}", None)
    if number is None:
        return None
    country: str | None = phonenumbers.region_code_for_number(number)
    return country or phonenumbers.region_code_for_country_code(number.country_code or 0)


def _parsed(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None


def _is_used(number: PhoneNumber | None) -> TypeGuard[PhoneNumber]:
    return _is_whole(number) and bool(phonenumbers.is_valid_number(number))


def _is_whole(number: PhoneNumber | None) -> TypeGuard[PhoneNumber]:
    """As long as its country's numbers are when rung from elsewhere: with the area code."""
    if number is None or phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return False
    return bool(_E164.fullmatch(_e164(number)))


def _e164(number: PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)).lstrip("+")


# --- said -------------------------------------------------------------------------------------------------------


def speak_value(said_as: Asked | SaidAs, value: str, language: str) -> str:
    """How a value is said: what was keyed by its kind, what was looked up as its `says` has it. A date that is none
    is said as it is. The words for yes and no are the site's."""
    match said_as:
        case Asked.DIGITS | Asked.PIN | Asked.PHONE | Asked.RATING | SaidAs.DIGITS:
            return words.speak_digits(value)
        case Asked.DATE | SaidAs.DATE:
            return _spoken_date(value, language)
        case Asked.YES_NO if value in (YES, NO):
            return shipped(value, language) or words.PHRASES[value]["en"]
        case _:
            return value


def _spoken_date(value: str, language: str) -> str:
    """A day, and its time if there is one: services write midnight for none."""
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        return value
    return words.speak_moment(at, language) if at.time() != time() else words.speak_date(at.date(), language)
