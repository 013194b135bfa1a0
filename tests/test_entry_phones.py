"""Telephone numbers as callers key them: at home, with the country code, too short, or of elsewhere."""

import phonenumbers
import pytest

from menus.entries import read_phone

US, GB, GB_FICTION, DE, TOLL_FREE = "12025550110", "442079460000", "441632960960", "493012345678", "80012345678"


@pytest.mark.parametrize(
    ("keyed", "country", "dialled", "number"),
    [
        ("2025550142", "", US, "12025550142"),
        ("12025550142", "", US, "12025550142"),
        ("02079460123", "", GB, "442079460123"),
        ("2079460123", "", GB, "442079460123"),
        ("01632960123", "", GB_FICTION, "441632960123"),
        ("441632960123", "", GB_FICTION, "441632960123"),
        ("0113 496 0000".replace(" ", ""), "", GB, "441134960000"),
        ("030123456", "", DE, "4930123456"),
        ("15112345678", "", DE, "4915112345678"),
        ("0669812345", "IT", US, "390669812345"),
        ("0612345678", "FR", US, "33612345678"),
        ("2025550142", "US", GB, "12025550142"),
        ("4165550142", "", "14165550110", "14165550142"),
    ],
)
def test_a_number_is_read_as_at_home(keyed: str, country: str, dialled: str, number: str) -> None:
    assert read_phone(keyed, country, dialled) == number


@pytest.mark.parametrize(
    ("keyed", "dialled", "number"),
    [
        ("011441632960123", US, "441632960123"),
        ("00441632960123", US, "441632960123"),
        ("442079460123", US, "442079460123"),
        ("0012025550142", GB, "12025550142"),
        ("01112025550142", GB, "12025550142"),
        ("12025550142", GB, "12025550142"),
        ("0012025550142", DE, "12025550142"),
        ("4915112345678", DE, "4915112345678"),
        ("001112025550142", "61255501234", "12025550142"),
        ("00112025550142", "61255501234", "12025550142"),
        ("442079460123", TOLL_FREE, "442079460123"),
        ("442079460123", "anonymous", "442079460123"),
    ],
)
def test_a_number_is_read_with_its_country_code(keyed: str, dialled: str, number: str) -> None:
    assert read_phone(keyed, "", dialled) == number


@pytest.mark.parametrize(
    ("keyed", "dialled"),
    [
        ("5550142", US),
        ("202555014", US),
        ("202555014222", US),
        ("911", US),
        ("112", DE),
        ("03333", DE),
        ("033333333333333", DE),
        ("00442", US),
        ("0", US),
        ("00000000000", US),
        ("441632960123", US),
        ("1" * 21, US),
        ("", US),
        ("2025550142#", US),
        ("+12025550142", US),
        ("١٢٠٢٥٥٥٠١٤٢", US),
    ],
)
def test_too_few_or_too_many_digits_are_no_number(keyed: str, dialled: str) -> None:
    """Without 00 or 011 a number abroad has to be one in use: the last is of Britain's numbers for fiction."""
    assert read_phone(keyed, "", dialled) is None


def test_a_new_number_at_home_is_taken_though_no_list_has_it_yet() -> None:
    assert not phonenumbers.is_valid_number(phonenumbers.parse("+13611234567"))
    assert phonenumbers.is_valid_number(phonenumbers.parse("+3611234567"))
    assert read_phone("3611234567", "", US) == "13611234567"


@pytest.mark.parametrize("country", ["ZZ", "XX", "US"])
def test_a_country_that_there_is_not_hinders_no_whole_number(country: str) -> None:
    assert read_phone("442079460123", country, US) == "442079460123"


@pytest.mark.parametrize("kind", [phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE])
def test_every_countrys_numbers_are_read_as_written_at_home_and_abroad(kind: int) -> None:
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        if number := phonenumbers.example_number_for_type(country, kind):
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip("+")
            national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
            at_home = "".join(filter(str.isdigit, national))
            ways = ((at_home, country), (e164, country), (f"00{e164}", "FR"), (f"011{e164}", "US"))
            assert {read_phone(keyed, region, "") for keyed, region in ways} == {e164}
