"""Telephone numbers as people type them and as they are shown."""

import pytest

from menus.numbers import read_number, show_number


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+1 202 555 0110", "12025550110"),
        ("+1 (202) 555-0110", "12025550110"),
        ("441632960960", "441632960960"),
        ("44 1632 960960", "441632960960"),
        (" +44 1632 960960 ", "441632960960"),
        ("(202) 555-0110", None),
        ("01632 960960", None),
        ("+1 202", None),
        ("front desk", None),
        ("", None),
    ],
)
def test_numbers_are_typed_as_people_write_them(typed: str, digits: str | None) -> None:
    if digits is None:
        with pytest.raises(ValueError, match=r"write it with \+ and the country code"):
            read_number(typed)
    else:
        assert read_number(typed) == digits


def test_numbers_are_shown_with_plus_and_spaces() -> None:
    assert [show_number("12025550110"), show_number("441632960960")] == ["+1 202 555 0110", "+44 1632 960960"]
