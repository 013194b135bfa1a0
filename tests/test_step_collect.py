"""Collect: what a caller keys becomes a value, in their own time, read back where it matters."""

from __future__ import annotations

from typing import Any

import pytest

from menus.dialogue import Answered, Ask
from menus.flow import Flow
from tests.talks import Talk, line, message


def account(**more: Any) -> dict[str, Any]:
    return {
        "kind": "collect",
        "value": "account",
        "prompt": {"en": "Your account number."},
        "min_digits": 4,
        "max_digits": 6,
        "then": "heard",
        **more,
    }


def asking(**more: Any) -> Flow:
    return line(account(**more), heard=message("It is {account}."))


def test_an_entry_becomes_a_value_and_leads_on() -> None:
    talk = Talk(asking()).press("1234#")
    assert talk.state.values["account"] == "1234"
    assert talk.said[0] == "It is 1 2 3 4."
    assert talk.passed == ["start entered", "heard played", "bye ended"]


def test_so_many_keys_are_awaited_as_an_entry_has_and_the_hash_that_ends_it() -> None:
    assert Talk(asking()).asked == Ask(5, 7, finish_on_hash=True)
    assert Talk(asking(min_digits=5, max_digits=5)).asked.max_digits == 5


def test_a_wrong_entry_is_asked_for_again_with_words_that_taper_then_leads_where_the_tries_lead() -> None:
    words = {"first": {"en": "Four to six digits."}, "last": {"en": "That did not work."}, "tries": 3, "then": "bad"}
    talk = Talk(asking(no_match=words, short_prompt={"en": "Once more."})).press("12#")
    assert talk.said == ["Four to six digits.", "Once more."]
    assert talk.press("1234567").passed == ["start no_match"]
    talk.press("1#")
    assert talk.said[:2] == ["That did not work.", "Bad."]
    assert talk.passed[0] == "start gave_up"


def test_without_words_of_its_own_a_wrong_entry_is_called_that_and_no_wrong_choice() -> None:
    assert Talk(asking()).press("1").said == ["Sorry, that does not seem to be right.", "Your account number."]


def test_silence_has_tries_of_its_own_and_a_line_without_any_goes_to_the_operator() -> None:
    talk = Talk(asking(first_wait_seconds=5, no_input={"tries": 2})).wait()
    assert talk.passed == ["start no_input"]
    assert talk.wait().passed == ["start gave_up"]
    assert talk.at == "desk"


def test_the_first_key_is_waited_for_in_silent_rounds_that_count_as_no_failure() -> None:
    talk = Talk(asking(first_wait_seconds=20))
    for _ in range(3):
        talk.wait()
        assert talk.taken.says == (Ask(5, 7, finish_on_hash=True),)
        assert talk.passed == []
    assert talk.wait().passed == ["start no_input"]
    assert talk.state.waited == 0, "the next hearing has all its rounds again"


def test_an_entry_keyed_in_a_later_round_counts_as_any_other() -> None:
    assert Talk(asking(first_wait_seconds=20)).wait(2).press("1234#").passed[0] == "start entered"


# --- cancel and the line's own keys -----------------------------------------------------------------------------


def test_the_cancel_key_leads_where_staff_say_even_after_some_digits() -> None:
    assert Talk(asking(cancel_key="*", cancel="good")).press("12*").passed[0] == "start cancelled"
    assert Talk(asking(cancel_key="*", cancel="good")).press("*").said[0] == "Good."


def test_without_a_place_for_it_cancelling_goes_back_to_the_menu_before() -> None:
    menu = {"kind": "menu", "prompt": {"en": "Menu."}, "options": [option("1", "ask")]}
    talk = Talk(line(menu, ask={"label": "Ask", **account(cancel_key="*")}, heard=message("x"))).press("1", "*")
    assert talk.at == "start"
    assert talk.passed == ["ask cancelled"]


def option(digits: str, to: str, **more: Any) -> dict[str, Any]:
    return {"key": f"to-{to}", "digits": digits, "label": to, "to": to, **more}


def test_the_operator_key_alone_is_no_entry_and_reaches_the_operator() -> None:
    assert Talk(asking()).press("0#").at == "desk"
    assert Talk(asking()).press("0").at == "desk"


def test_a_house_key_that_is_a_valid_entry_is_an_entry() -> None:
    assert Talk(asking(min_digits=1)).press("0#").passed[0] == "start entered"


def test_repeating_says_the_whole_prompt_again() -> None:
    talk = Talk(asking(short_prompt={"en": "Short."})).press("9")
    assert (talk.passed, talk.said) == (["start repeated"], ["Your account number."])


# --- reading back -----------------------------------------------------------------------------------------------


def test_what_was_keyed_is_read_back_and_accepted_with_1() -> None:
    talk = Talk(asking(read_back=True)).press("1234#")
    assert talk.said == ["You entered 1 2 3 4. If that is right, press 1. To enter it again, press 2."]
    assert talk.asked == Ask(5, 1)
    assert "account" not in talk.state.values
    assert talk.press("1").state.values["account"] == "1234"


def test_reading_back_in_words_of_its_own() -> None:
    talk = Talk(asking(read_back=True, confirm={"en": "{account}, or {value}?"})).press("1234#")
    assert talk.said == ["1 2 3 4, or 1 2 3 4?"]


def test_2_asks_again_and_not_for_ever() -> None:
    talk = Talk(asking(read_back=True, no_match={"tries": 2, "then": "bad"})).press("1234#", "2")
    assert talk.said == ["Your account number."]
    assert talk.passed == ["start reentered"]
    talk.press("4321#", "2")
    assert talk.passed[0] == "start gave_up"


def test_another_key_or_silence_at_the_reading_back_asks_for_the_entry_again() -> None:
    assert Talk(asking(read_back=True)).press("1234#", "5").passed == ["start no_match"]
    assert Talk(asking(read_back=True)).press("1234#").wait().passed == ["start no_input"]


def test_the_cancel_key_works_at_the_reading_back_too() -> None:
    assert Talk(asking(read_back=True, cancel_key="*", cancel="good")).press("1234#", "*").said[0] == "Good."


@pytest.mark.parametrize("secret", [{"sensitive": True}, {"asks": "pin"}])
def test_what_is_sensitive_is_not_read_back_and_never_said(secret: dict[str, Any]) -> None:
    talk = Talk(asking(read_back=True, **secret)).press("1234#")
    assert talk.said[0] == "It is ."
    assert talk.state.values["account"] == "1234", "a look-up may still need it"


def test_a_long_number_is_spoken_and_kept_in_no_log() -> None:
    card = "4000123412341234019"
    talk = Talk(asking(max_digits=19, read_back=True)).press(f"{card}#")
    assert " ".join(card) in talk.said[0]
    assert talk.logged == ["You entered (19 keys). If that is right, press 1. To enter it again, press 2."]


def test_asking_anew_forgets_what_was_keyed_before() -> None:
    menu = {"kind": "menu", "prompt": {"en": "Menu."}, "options": [option("1", "ask"), option("2", "heard")]}
    flow = line(menu, ask={"label": "Ask", **account(then="start", cancel_key="*")}, heard=message("It is {account}."))
    talk = Talk(flow).press("1", "1234#")
    assert talk.state.values["account"] == "1234"
    assert "account" not in talk.press("1").state.values


def test_a_call_is_answered_before_anything_is_keyed() -> None:
    assert isinstance(Talk(asking()).hear(Answered()).says[-1], Ask)
