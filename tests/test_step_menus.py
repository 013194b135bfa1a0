"""Menus by voice, menus keyed ahead, and callers whose language is remembered."""

from __future__ import annotations

from typing import Any

import pytest

from menus.dialogue import Ask, Caller, Listen, Remember
from menus.flow import Flow
from tests.talks import Talk, line


def option(digits: str, to: str, **more: Any) -> dict[str, Any]:
    return {"key": f"to-{to}", "digits": digits, "label": to.title(), "to": to, **more}


def menu(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "menu", "label": "Menu", "prompt": {"en": "Choose."}, "options": list(options), **more}


# --- speech -----------------------------------------------------------------------------------------------------


def spoken(**more: Any) -> Flow:
    bills = option("1", "good", phrases={"en": ["billing", "my bill"], "es": ["facturas"]})
    return line(menu(bills, option("2", "bad", phrases={"en": ["outage"]}), speech=True, **more))


def test_words_and_keys_are_waited_for_together_in_the_callers_language() -> None:
    listen = Listen("en-US", ("billing", "my bill", "outage"), 5)
    assert Talk(spoken()).asked == Ask(5, 1, listen=listen)


def test_without_phrases_in_the_callers_language_only_keys_count() -> None:
    flow = line(menu(option("1", "good", phrases={"es": ["facturas"]}), speech=True))
    assert Talk(flow).asked.listen is None


def test_a_language_that_no_recogniser_knows_is_asked_for_by_keys() -> None:
    welsh = [{"key": "cy", "name": "Cymraeg", "voice": {"language": "cy-GB"}}]
    flow = line(menu(option("1", "good", phrases={"cy": ["bil"]}), speech=True), languages=welsh)
    assert Talk(flow).asked.listen is None


def test_the_code_for_recognition_can_be_given() -> None:
    languages = [{"key": "en", "name": "English", "recognition": "en-IN"}]
    found = Talk(line(menu(option("1", "good", phrases={"en": ["bill"]}), speech=True), languages=languages)).asked
    assert found.listen == Listen("en-IN", ("bill",), 5)


def test_a_phrase_in_what_was_said_chooses_its_option() -> None:
    talk = Talk(spoken()).speak(("I have a question about my bill please", 0.93))
    assert talk.taken.visits[0].option == "to-good"
    assert talk.passed[0] == "start chosen"


def test_the_surest_guess_decides() -> None:
    talk = Talk(spoken()).speak(("outage", 0.6), ("billing", 0.9))
    assert talk.taken.visits[0].option == "to-good"


def test_the_name_of_a_key_chooses_it() -> None:
    assert Talk(spoken()).speak(("number two", 0.9)).taken.visits[0].option == "to-bad"


def test_what_nobody_understands_is_a_wrong_choice() -> None:
    assert Talk(spoken()).speak(("bananas", 0.9)).passed == ["start no_match"]


def test_after_two_failures_the_menu_is_asked_by_keys_only() -> None:
    talk = Talk(spoken()).speak(("bananas", 0.9))
    assert talk.asked.listen
    assert talk.speak(("bananas", 0.9)).asked.listen is None


@pytest.mark.parametrize("yes", ["1", "yes please"])
def test_what_was_heard_badly_is_asked_back_and_confirmed(yes: str) -> None:
    talk = Talk(spoken()).speak(("billing", 0.3))
    assert talk.said == ["Did you say billing? If so, press 1, or say yes. If not, press 2."]
    assert talk.asked.listen == Listen("en-US", ("yes", "no"), 5)
    taken = talk.press(yes) if yes == "1" else talk.speak((yes, 0.9))
    assert (taken.taken.visits[0].option, taken.taken.visits[0].why) == ("to-good", "said and confirmed")


@pytest.mark.parametrize("no", ["2", "no"])
def test_a_no_asks_again_and_counts(no: str) -> None:
    talk = Talk(spoken()).speak(("billing", 0.3))
    talk = talk.press(no) if no == "2" else talk.speak((no, 0.9))
    assert (talk.passed, talk.state.no_match, talk.state.phase) == (["start reentered"], 1, "")


def test_saying_no_to_everything_ends_like_wrong_keys() -> None:
    talk = Talk(spoken(no_match={"tries": 2, "then": "bad"}))
    talk.speak(("billing", 0.3)).press("2").speak(("billing", 0.3)).press("2")
    assert talk.passed[0] == "start gave_up"


def test_how_sure_is_sure_enough_is_for_staff_to_say() -> None:
    assert Talk(spoken(confirm_below=20)).speak(("billing", 0.3)).passed[0] == "start chosen"
    assert Talk(spoken(confirm_below=0)).speak(("billing", 0.0)).passed[0] == "start chosen"


def test_an_option_switched_off_is_not_heard_either() -> None:
    flow = line(menu(option("1", "good", phrases={"en": ["bill"]}, enabled=False), option("2", "bad"), speech=True))
    assert Talk(flow).speak(("bill", 0.9)).passed == ["start no_match"]


def test_words_where_only_keys_were_asked_for_are_a_wrong_choice() -> None:
    assert Talk(line(menu(option("1", "good")))).speak(("billing", 0.9)).passed == ["start no_match"]


# --- keys pressed ahead -----------------------------------------------------------------------------------------


def tree(**more: Any) -> Flow:
    inner = menu(option("1", "good"), option("2", "bad"), prompt={"en": "Inner."})
    return line(menu(option("1", "bad"), option("2", "inner")), inner=inner, **{"type_ahead": True, **more})


def test_several_menus_can_be_keyed_at_once() -> None:
    talk = Talk(tree()).press("21")
    assert talk.passed[:3] == ["start chosen", "inner chosen", "good played"]
    assert "Inner." not in talk.said, "who knows the way need not hear the menus on it"


def test_one_key_at_a_time_still_works() -> None:
    assert Talk(tree()).press("2").said == ["Inner."]
    assert Talk(tree()).press("2", "1").passed[0] == "inner chosen"


def test_a_wrong_key_ahead_is_wrong_where_it_counts() -> None:
    talk = Talk(tree()).press("27")
    assert (talk.at, talk.passed) == ("inner", ["start chosen", "inner no_match"])


def test_the_lines_own_keys_can_be_pressed_ahead() -> None:
    assert Talk(tree()).press("20").at == "desk"
    assert Talk(tree()).press("2*").at == "start"


def test_ahead_of_something_that_is_no_menu_keys_are_dropped() -> None:
    assert Talk(tree()).press("215").passed[:3] == ["start chosen", "inner chosen", "good played"]


def test_it_waits_shortly_for_more_keys_and_in_rounds_for_the_first() -> None:
    talk = Talk(tree())
    assert talk.asked == Ask(2, 10)
    talk.wait(2)
    assert (talk.taken.says, talk.passed) == ((Ask(2, 10),), [])
    assert talk.wait().passed == ["start no_input"]


def test_where_it_is_off_or_one_option_begins_another_each_menu_is_keyed_by_itself() -> None:
    assert Talk(tree(type_ahead=False)).press("21").passed == ["start no_match"]
    flow = line(menu(option("2", "good"), option("21", "bad")), type_ahead=True)
    assert Talk(flow).asked.max_digits == 2
    assert Talk(flow).press("21").taken.visits[0].option == "to-bad"


def test_a_menu_that_listens_waits_for_words_and_takes_no_keys_ahead() -> None:
    flow = spoken().model_copy(update={"type_ahead": True})
    assert (Talk(flow).asked.seconds, Talk(flow).asked.max_digits) == (5, 1)


# --- remembered -------------------------------------------------------------------------------------------------

ES = Caller(language="es")


def languages(days: int = 90) -> Flow:
    english = option("1", "main", key="english", language="en")
    spanish = option("2", "main", key="spanish", language="es")
    prompts = {"en": "For English, press 1.", "es": "Para español, oprima el 2."}
    main = menu(option("1", "good"), prompt={"en": "Main.", "es": "Principal."})
    return line(menu(english, spanish, prompt=prompts), main=main, remember_language_days=days)


def test_the_language_chosen_is_left_to_be_remembered() -> None:
    assert Talk(languages()).press("2").of(Remember) == [Remember("es", 90)]
    assert Talk(languages(days=0)).press("2").of(Remember) == []


def test_who_is_remembered_hears_their_language_and_gets_it_by_staying_on_the_line() -> None:
    talk = Talk(languages(), known=ES)
    assert talk.said[0] == "Para español, oprima el 2."
    assert len(talk.said) == 2, "and is told so"
    talk.wait()
    assert (talk.at, talk.said, talk.taken.visits[0].option) == ("main", ["Principal."], "spanish")


def test_who_is_remembered_may_still_choose() -> None:
    talk = Talk(languages(), known=ES).press("1")
    assert (talk.said, talk.of(Remember)) == (["Main."], [Remember("en", 90)])


def test_nobody_is_remembered_where_the_line_does_not_want_it() -> None:
    assert Talk(languages(days=0), known=ES).said == ["For English, press 1."]


def test_a_language_that_the_line_no_longer_speaks_is_forgotten() -> None:
    assert Talk(languages(), known=Caller(language="fr")).said == ["For English, press 1."]


def test_others_who_stay_silent_are_asked_again() -> None:
    assert Talk(languages()).wait().passed == ["start no_input"]
