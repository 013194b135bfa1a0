"""A destination's page in a real browser: the preview follows the typing, rows move by keyboard, a destination is made
in place; no console error, nothing against the policy."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from menus.models import Line, Option, Voicemail
from tests import staff
from tests.browser import Driver, choose, chromium, click, complaints, desk, in_browser, soon, type_in

__all__ = ["chromium", "desk"]
pytestmark = in_browser


@pytest.fixture
def line(desk: Driver, live_server: LiveServer) -> Line:
    """The page of its main menu is open."""
    line = staff.clinic()
    desk.get(live_server.url + staff.part(line, "main").get_absolute_url())
    return line


def preview(desk: Driver) -> str:
    return str(desk.find_element(By.CSS_SELECTOR, ".preview").text)


def picker(desk: Driver, name: str) -> Any:
    """The box to search in of the picker of that name."""
    return desk.find_element(By.CSS_SELECTOR, f".picker:has(select[name='{name}']) .picker-box")


def test_the_preview_follows_what_is_typed_and_nothing_is_stored(desk: Driver, line: Line) -> None:
    assert "For the desk, press 1. For our address, press 2." in preview(desk)
    type_in(desk, "options-0-words.en", "To talk to us")
    soon(desk, lambda: "To talk to us, press 1. For our address, press 2." in preview(desk))
    type_in(desk, "no_input_tries", "2")
    sentence = desk.find_element(By.CSS_SELECTOR, "[data-topic=no_input]")
    soon(desk, lambda: "hears the prompt twice, then goes to Goodbye." in sentence.text)
    type_in(desk, "no_input_tries", "0")
    soon(desk, lambda: "Cannot be read yet" in preview(desk) and "Tries on silence" in preview(desk))
    assert "To talk to us, press 1." in preview(desk)
    assert Option.objects.get(key="desk").words == {"en": "For the desk", "es": "Para la recepción"}
    assert complaints(desk) == []


def test_a_row_that_was_just_added_is_in_the_preview(desk: Driver, line: Line) -> None:
    desk.find_element(By.CSS_SELECTOR, "#options-group .add-row a").click()
    type_in(desk, "options-2-digits", "3")
    type_in(desk, "options-2-label", "Parking")
    soon(desk, lambda: "For Parking, press 3." in preview(desk))
    assert desk.find_elements(By.CSS_SELECTOR, "#options-2 .picker-box")
    assert complaints(desk) == []


def test_an_option_moves_by_keyboard(desk: Driver, line: Line) -> None:
    down = desk.find_element(By.CSS_SELECTOR, "#options-0 .move:last-of-type")
    down.send_keys(Keys.ENTER)
    assert desk.switch_to.active_element == down
    assert "Front desk 2 / 2" in desk.find_element(By.CSS_SELECTOR, ".moved").get_attribute("textContent")
    soon(desk, lambda: "For our address, press 2. For the desk, press 1." in preview(desk))
    click(desk, "[name=_save]")
    assert list(Option.objects.values_list("key", "position")) == [("address", 0), ("desk", 1)]
    assert complaints(desk) == []


def test_a_destination_is_found_by_a_part_of_its_name_and_chosen_by_keyboard(desk: Driver, line: Line) -> None:
    box = picker(desk, "options-0-to")
    assert box.get_attribute("value") == "Front desk (transfer)"
    box.click()
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys("mailb")
    shown = desk.find_elements(By.CSS_SELECTOR, ".picker-list:not([hidden]) [role=option]")
    assert [one.text for one in shown] == ["Mailbox (voicemail)"]
    assert box.get_attribute("aria-activedescendant") == shown[0].get_attribute("id")
    box.send_keys(Keys.ENTER)
    assert box.get_attribute("value") == "Mailbox (voicemail)"
    box.send_keys("nobody", Keys.ESCAPE)
    assert box.get_attribute("value") == "Mailbox (voicemail)"
    click(desk, "[name=_save]")
    to = Option.objects.get(key="desk").to
    assert str(to) == "Mailbox"
    assert complaints(desk) == []


def test_the_list_below_the_box_can_still_be_chosen_from(desk: Driver, line: Line) -> None:
    choose(desk, "no_match_then", "Mailbox (voicemail)")
    assert picker(desk, "no_match_then").get_attribute("value") == "Mailbox (voicemail)"


def test_a_destination_is_made_in_place_and_what_was_typed_stays(desk: Driver, line: Line) -> None:
    type_in(desk, "options-0-label", "Night desk")
    desk.find_element(By.CSS_SELECTOR, "#options-0 .picker-new").click()
    make = desk.find_element(By.CSS_SELECTOR, "#new-destination [data-make]")
    make.click()
    soon(desk, lambda: "Give it a name" in desk.find_element(By.ID, "new-destination-fault").text)
    label = desk.find_element(By.ID, "new-destination-label")
    label.send_keys("Night messages")
    kind = desk.find_element(By.ID, "new-destination-kind")
    kind.send_keys("Voicemail")
    make.click()
    soon(desk, lambda: picker(desk, "options-0-to").get_attribute("value") == "Night messages (voicemail)")
    assert picker(desk, "options-1-to").get_attribute("value") == "Our address (message)"
    other = desk.find_element(By.CSS_SELECTOR, "select[name='options-1-to']")
    assert "Night messages (voicemail)" in other.get_attribute("textContent")
    click(desk, "[name=_save]")
    option = Option.objects.get(key="desk")
    assert (option.label, str(option.to)) == ("Night desk", "Night messages")
    assert Voicemail.objects.filter(line=line, label="Night messages").exists()
    # The browser itself writes down the answer 400 of the name that was left empty.
    assert [one for one in complaints(desk) if "in-place" not in one] == []


def test_a_language_without_words_is_marked_while_another_has_some(desk: Driver, line: Line) -> None:
    assert not desk.find_elements(By.CSS_SELECTOR, ".prompt .missing")
    type_in(desk, "greeting.es", " ")
    soon(
        desk,
        lambda: [one.text for one in desk.find_elements(By.CSS_SELECTOR, ".prompt .missing")] == ["missing in Español"],
    )
    type_in(desk, "greeting.es", "Hola.")
    soon(desk, lambda: not desk.find_elements(By.CSS_SELECTOR, ".prompt .missing"))


def test_fields_that_do_nothing_are_not_shown(desk: Driver, line: Line) -> None:
    sure = desk.find_element(By.NAME, "confirm_below")
    assert not sure.is_displayed()
    desk.find_element(By.NAME, "speech").click()
    assert sure.is_displayed()


def test_the_exact_answer_comes_when_its_fold_is_opened(desk: Driver, line: Line) -> None:
    desk.find_element(By.CSS_SELECTOR, "details[data-loads] summary").click()
    shown = desk.find_element(By.CSS_SELECTOR, "details[data-loads] pre")
    soon(desk, lambda: '"action": "talk"' in shown.text)
    assert complaints(desk) == []


def test_words_are_played_by_the_browsers_voice(desk: Driver, line: Line) -> None:
    desk.execute_script(
        "window.said = []; speechSynthesis.speak = (one) => { said.push([one.text, one.lang]); one.onend(); }"
    )
    desk.find_element(By.CSS_SELECTOR, ".preview .piece .play").click()
    desk.find_element(By.CSS_SELECTOR, "[name='greeting.es'] + .play").click()
    assert desk.execute_script("return window.said") == [
        ["Riverbend Clinic.", "en-US"],
        ["Clínica Riverbend.", "es-US"],
    ]
