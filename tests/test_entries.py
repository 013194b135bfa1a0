"""What keys come to: digits, check digits, amounts, dates, ratings; and how many keys are waited for."""

import re
from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from menus.entries import MAX_KEYS, longest, luhn, mod97, read_entry
from menus.flow import Asked, CheckDigit, Collect, DateOrder

TODAY = date(2026, 11, 23)
FEW = settings(max_examples=60, deadline=None)
"""The machine is shared."""


def collect(asks: Asked = Asked.DIGITS, **more: Any) -> Collect:
    return Collect.model_validate({"label": "Entry", "asks": asks} | more)


def read(keyed: str, asks: Asked = Asked.DIGITS, **more: Any) -> str | None:
    return read_entry(collect(asks, **more), keyed, "12025550110", TODAY)


def digits(least: int = 1, most: int = 20) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=least, max_size=most)


# --- digits -----------------------------------------------------------------------------------------------------


@FEW
@given(digits(1, 25), st.integers(1, 20), st.integers(1, 20))
def test_an_entry_has_as_many_digits_as_are_asked_for(keyed: str, one: int, other: int) -> None:
    least, most = sorted((one, other))
    for asks in (Asked.DIGITS, Asked.PIN):
        expected = keyed if least <= len(keyed) <= most else None
        assert read(keyed, asks, min_digits=least, max_digits=most) == expected


@pytest.mark.parametrize(
    ("keyed", "limits", "value"),
    [
        ("0042", {}, "0042"),
        ("0042", {"low": 42, "high": 42}, "0042"),
        ("41", {"low": 42}, None),
        ("43", {"high": 42}, None),
        ("0", {"low": 0, "high": 0}, "0"),
        ("1", {"high": 0}, None),
    ],
)
def test_digits_keep_their_zeros_and_are_compared_as_numbers(
    keyed: str, limits: dict[str, Any], value: str | None
) -> None:
    assert read(keyed, **limits) == value


@pytest.mark.parametrize(
    ("keyed", "is_taken"),
    [
        ("62100", False),
        ("62101", True),
        ("62109", True),
        ("62110", False),
        ("6210", False),
        ("062105", False),
        ("7", True),
        ("07", False),
    ],
)
def test_only_the_entries_and_ranges_allowed_are_taken(keyed: str, is_taken: bool) -> None:
    assert read(keyed, allowed=["62101-62109", "7"]) == (keyed if is_taken else None)


@FEW
@given(st.integers(1, 6), st.data())
def test_a_range_takes_what_lies_between_its_ends_in_as_many_digits(length: int, data: st.DataObject) -> None:
    number = st.integers(0, 10**length - 1)
    low, high = sorted((data.draw(number), data.draw(number)))
    keyed = data.draw(number)
    ends = f"{low:0{length}}-{high:0{length}}"
    assert (read(f"{keyed:0{length}}", allowed=[ends]) is not None) == (low <= keyed <= high)
    assert read(f"0{keyed:0{length}}", allowed=[ends]) is None


@pytest.mark.parametrize(("finishes", "value"), [(True, "42"), (False, None)])
def test_a_hash_at_the_end_belongs_to_the_entry_only_where_it_does_not_end_it(
    finishes: bool, value: str | None
) -> None:
    assert read("42#", finish_on_hash=finishes) == value
    assert read("42", finish_on_hash=finishes) == "42"


@pytest.mark.parametrize(
    "keyed", ["1" * 21, "1" * 5000, "", "#", "##", "42##", "4#2#", "4*", "*", "٤٢", "4 2", "+42", "-4", "4.2", "४२"]
)
@pytest.mark.parametrize("asks", Asked)
def test_what_is_not_all_digits_or_too_many_is_no_entry(asks: Asked, keyed: str) -> None:
    assert read(keyed, asks) is None


# --- check digits -----------------------------------------------------------------------------------------------

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def with_luhn(body: str) -> str:
    """By the table of the doubled digits, from the left."""
    total = sum(DOUBLED[int(digit)] if (len(body) - at) % 2 else int(digit) for at, digit in enumerate(body))
    return f"{body}{-total % 10}"


def with_mod97(body: str) -> str:
    return f"{body}{98 - int(body) * 100 % 97:02}"


def slips(number: str, at: int) -> list[str]:
    """One digit wrong, in every way."""
    return [number[:at] + digit + number[at + 1 :] for digit in "0123456789" if digit != number[at]]


@pytest.mark.parametrize("number", ["79927398713", "4111111111111111", "378282246310005", "18", "0000000000"])
def test_numbers_with_a_known_luhn_digit_are_right(number: str) -> None:
    assert luhn(number)


@pytest.mark.parametrize("number", ["", "0", "7", "79927398710", "4111 1111 1111 1111", "١٨", "1" * 5001])
def test_numbers_without_a_luhn_digit_are_wrong(number: str) -> None:
    assert not luhn(number)


def test_numbers_with_known_mod_97_digits_are_right() -> None:
    assert mod97("79444")  # ISO/IEC 7064: 794 with 44
    assert mod97("3214282912345698765432161182")  # the IBAN of the ISO 13616 example, GB82 WEST …, as digits
    assert not any(mod97(number) for number in ("", "1", "01", "98", "79445", "٧٩٤٤٤", "x" * 40, "9" * 5000))


@FEW
@given(digits(1, 19), st.data())
def test_a_luhn_digit_shows_every_slip_of_one_key_and_neighbours_swapped(body: str, data: st.DataObject) -> None:
    number = with_luhn(body)
    assert luhn(number)
    at = data.draw(st.integers(0, len(number) - 1))
    assert not any(map(luhn, slips(number, at)))
    pair = number[at : at + 2]
    assume(len(set(pair)) == 2)
    swapped = number[:at] + pair[::-1] + number[at + 2 :]
    assert luhn(swapped) == (pair in ("09", "90"))


@FEW
@given(digits(1, 18), st.data())
def test_mod_97_shows_every_slip_of_one_key_and_neighbours_swapped(body: str, data: st.DataObject) -> None:
    number = with_mod97(body)
    assert mod97(number)
    at = data.draw(st.integers(0, len(number) - 1))
    assert not any(map(mod97, slips(number, at)))
    pair = number[at : at + 2]
    assume(len(set(pair)) == 2)
    assert not mod97(number[:at] + pair[::-1] + number[at + 2 :])


@FEW
@given(digits(1, 18))
def test_an_entry_is_checked_by_its_check_digit(body: str) -> None:
    for check, right in ((CheckDigit.LUHN, with_luhn(body)), (CheckDigit.MOD97, with_mod97(body))):
        assert read(right, check_digit=check) == right
        assert read(slips(right, len(right) - 1)[0], check_digit=check) is None
        assert read(slips(right, len(right) - 1)[0]) is not None


# --- amounts ----------------------------------------------------------------------------------------------------


@FEW
@given(digits(), st.booleans())
def test_an_amount_is_exact(keyed: str, cents: bool) -> None:
    value = read(keyed, Asked.AMOUNT, cents=cents)
    assert value is not None
    assert Decimal(value) * (100 if cents else 1) == int(keyed)
    assert re.fullmatch(r"(0|[1-9][0-9]*)\.[0-9]{2}" if cents else r"0|[1-9][0-9]*", value)


@pytest.mark.parametrize(
    ("keyed", "limits", "value"),
    [
        ("007", {}, "7"),
        ("0", {}, "0"),
        ("5", {"cents": True}, "0.05"),
        ("1250", {"cents": True}, "12.50"),
        ("200000", {"cents": True, "high": 2000}, "2000.00"),
        ("200001", {"cents": True, "high": 2000}, None),
        ("100", {"cents": True, "low": 1}, "1.00"),
        ("99", {"cents": True, "low": 1}, None),
        ("2000", {"high": 2000}, "2000"),
        ("2001", {"high": 2000}, None),
        ("0", {"low": 1}, None),
        ("123456", {"max_digits": 5}, None),
    ],
)
def test_the_limits_of_an_amount_are_whole_units(keyed: str, limits: dict[str, Any], value: str | None) -> None:
    assert read(keyed, Asked.AMOUNT, **limits) == value


# --- dates ------------------------------------------------------------------------------------------------------

ORDERS = {DateOrder.MDY: "%m%d%Y", DateOrder.DMY: "%d%m%Y", DateOrder.YMD: "%Y%m%d"}


@FEW
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_of_the_years_taken_is_read_in_the_three_orders(day: date) -> None:
    for order, written in ORDERS.items():
        assert read(day.strftime(written), Asked.DATE, date_order=order) == day.isoformat()


@FEW
@given(st.integers(1900, 2199))
def test_29_february_is_taken_in_leap_years_only(year: int) -> None:
    expected = f"{year}-02-29" if isleap(year) else None
    assert read(f"0229{year}", Asked.DATE) == expected
    assert read(f"2902{year}", Asked.DATE, date_order=DateOrder.DMY) == expected
    assert read(f"{year}0229", Asked.DATE, date_order=DateOrder.YMD) == expected


@FEW
@given(digits(8, 8))
def test_eight_digits_are_a_day_of_the_calendar_or_no_entry(keyed: str) -> None:
    for order, written in ORDERS.items():
        value = read(keyed, Asked.DATE, date_order=order)
        assert value is None or date.fromisoformat(value).strftime(written) == keyed


@pytest.mark.parametrize(
    "keyed",
    ["02301980", "13011980", "04311980", "00101980", "12311899", "01012200", "01010000", "0229198", "022919800"],
)
def test_a_day_that_is_not_in_the_calendar_or_too_far_off_is_no_entry(keyed: str) -> None:
    assert read(keyed, Asked.DATE) is None


@FEW
@given(st.integers(-40_000, 40_000))
def test_today_counts_as_past_and_as_future(days: int) -> None:
    for offset in (days, 0, 1, -1):
        day = TODAY + timedelta(days=offset)
        keyed, value = day.strftime("%m%d%Y"), day.isoformat()
        assert read(keyed, Asked.DATE) == value
        assert read(keyed, Asked.DATE, date_within="past") == (value if offset <= 0 else None)
        assert read(keyed, Asked.DATE, date_within="future") == (value if offset >= 0 else None)


# --- yes or no, and ratings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keyed", "value"), [("1", "yes"), ("2", "no"), ("3", None), ("0", None), ("11", None)])
def test_1_is_yes_and_2_is_no(keyed: str, value: str | None) -> None:
    assert read(keyed, Asked.YES_NO) == value
    assert read(f"{keyed}#", Asked.YES_NO) == value


@pytest.mark.parametrize(
    ("limits", "taken"),
    [({}, "12345"), ({"high": 3}, "123"), ({"low": 3}, "345"), ({"low": 0, "high": 9}, "0123456789"), ({"low": 6}, "")],
)
def test_a_rating_is_one_digit_from_1_to_5_unless_said_otherwise(limits: dict[str, int], taken: str) -> None:
    assert [digit for digit in "0123456789" if read(digit, Asked.RATING, **limits)] == list(taken)
    assert read("05", Asked.RATING, **limits) is None


# --- how many keys ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ({"max_digits": 10}, 11),
        ({"max_digits": 10, "finish_on_hash": False}, 10),
        ({"min_digits": 10, "max_digits": 10}, 10),
        ({}, 20),
        ({"max_digits": 19}, 20),
        ({"allowed": ["62101-62109", "63000"]}, 5),
        ({"allowed": ["62101-62109", "7"]}, 6),
        ({"allowed": ["62101-62109", "7"], "max_digits": 4}, 1),
        ({"allowed": ["62101-62109"], "max_digits": 4}, 5),
        ({"asks": "amount", "max_digits": 5, "allowed": ["1"]}, 6),
        ({"asks": "pin", "min_digits": 4, "max_digits": 4}, 4),
        ({"asks": "pin", "min_digits": 4, "max_digits": 6}, 7),
        ({"asks": "date", "max_digits": 3}, 8),
        ({"asks": "yes_no"}, 1),
        ({"asks": "rating"}, 1),
        ({"asks": "phone", "max_digits": 3}, 20),
    ],
)
def test_no_more_keys_are_waited_for_than_an_entry_has(asked: dict[str, Any], keys: int) -> None:
    assert longest(collect(**asked)) == keys


collects = st.builds(
    lambda asks, lengths, check, cents, order, within, finishes, country, allowed: collect(
        asks,
        min_digits=min(lengths),
        max_digits=max(lengths),
        check_digit=check,
        cents=cents,
        date_order=order,
        date_within=within,
        finish_on_hash=finishes,
        country=country,
        allowed=allowed,
    ),
    st.sampled_from(Asked),
    st.tuples(st.integers(1, 20), st.integers(1, 20)),
    st.sampled_from(CheckDigit),
    st.booleans(),
    st.sampled_from(DateOrder),
    st.sampled_from(["any", "past", "future"]),
    st.booleans(),
    st.sampled_from(["", "US", "GB", "DE", "IT", "ZZ"]),
    st.lists(digits(), max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(collects, st.text("0123456789*#", max_size=40) | st.text(max_size=40), st.text(max_size=20) | digits())
def test_any_text_is_an_entry_or_none(asked: Collect, keyed: str, dialled: str) -> None:
    value = read_entry(asked, keyed, dialled, TODAY)
    assert 1 <= longest(asked) <= MAX_KEYS
    if value is not None:
        assert len(keyed.removesuffix("#")) <= longest(asked)
        assert keyed.removesuffix("#").isascii()
