"""The whole job without a mouse: Tab, Enter, Space, arrows and letters; and one always sees where one is."""

from __future__ import annotations

from typing import Any, Final

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from menus.models import Line, Menu
from tests import staff
from tests.browser import Driver, chromium, complaints, desk, in_browser, leaving, soon, turned

__all__ = ["chromium", "desk"]
pytestmark = in_browser
MOST: Final = 120
"""Tabs until something must have been reached."""
SEEN: Final = """
    const one = document.activeElement, style = getComputedStyle(one);
    const near = [one, one.parentElement, one.closest('label, .map-place, a')].filter(Boolean);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
        || near.some((node) => getComputedStyle(node).outlineStyle !== 'none')
        || one.closest('svg') !== null;
"""


class Keyboard:
    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.unseen: list[str] = []
        """What had the focus and did not show it."""

    @property
    def here(self) -> Any:
        return self.driver.switch_to.active_element

    def press(self, *keys: str) -> None:
        ActionChains(self.driver).send_keys(*keys).perform()

    def tab_to(self, css: str) -> None:
        for _ in range(MOST):
            self.press(Keys.TAB)
            if not self.driver.execute_script(SEEN):
                self.unseen.append(str(self.here.get_attribute("outerHTML"))[:120])
            if self.driver.execute_script("return document.activeElement.matches(arguments[0])", css):
                return
        raise AssertionError(f"{css} is not reached by Tab")

    def page(self, key: str) -> None:
        """A key that opens another page."""
        leaving(self.driver)
        self.press(key)
        turned(self.driver)


@pytest.fixture
def line(desk: Driver, live_server: LiveServer) -> Line:
    line = staff.clinic()
    desk.get(f"{live_server.url}{staff.part(line, 'main').get_absolute_url()}")
    return line


def test_an_option_is_added_and_leads_somewhere(desk: Driver, line: Line) -> None:
    keys = Keyboard(desk)
    keys.tab_to("#options-group .add-row a")
    keys.press(Keys.ENTER)
    soon(desk, lambda: desk.find_elements(By.ID, "options-2"))
    assert keys.here.get_attribute("name") == "options-2-digits"
    keys.press("3")
    keys.tab_to("[name='options-2-label']")
    keys.press("Parking")
    keys.tab_to("#options-2 .picker-box")
    keys.press("mail", Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ENTER)
    assert keys.here.get_attribute("value") == "Mailbox (voicemail)"
    keys.tab_to("[name='options-2-spoken']")
    keys.press(Keys.SPACE)
    assert not keys.here.is_selected()
    keys.tab_to("[name=_save]")
    keys.page(Keys.ENTER)
    option = Menu.objects.get(key="main").options.get(digits="3")
    assert (option.label, str(option.to), option.spoken) == ("Parking", "Mailbox", False)
    assert keys.unseen == []
    assert complaints(desk) == []


def test_a_destination_is_made_in_place(desk: Driver, line: Line) -> None:
    keys = Keyboard(desk)
    keys.tab_to("#options-0 .picker-new")
    keys.press(Keys.ENTER)
    assert keys.here.get_attribute("id") == "new-destination-label"
    keys.press("Night desk")
    keys.tab_to("#new-destination-kind")
    keys.press("Voice")
    keys.tab_to("[data-make]")
    keys.press(Keys.SPACE)
    box = desk.find_element(By.CSS_SELECTOR, "#options-0 .picker-box")
    soon(desk, lambda: box.get_attribute("value") == "Night desk (voicemail)")
    soon(desk, lambda: "picker-new" in keys.here.get_attribute("class"))
    assert keys.unseen == []


def test_a_call_is_made_and_a_key_pressed(desk: Driver, line: Line, live_server: LiveServer) -> None:
    desk.get(f"{live_server.url}{line.get_absolute_url()}")
    keys = Keyboard(desk)
    keys.tab_to("nav.tabs a[href$='/try/']")
    keys.page(Keys.ENTER)
    keys.tab_to("#phone-ring")
    keys.press(Keys.ENTER)
    transcript = desk.find_element(By.ID, "transcript")
    soon(desk, lambda: "For the desk, press 1" in transcript.text)
    desk.find_element(By.TAG_NAME, "body").click()
    keys.press("2")
    soon(desk, lambda: "12 Main Street" in transcript.text)
    assert keys.unseen == []
    assert complaints(desk) == []


def test_every_stop_of_a_page_shows_itself(desk: Driver, line: Line, live_server: LiveServer) -> None:
    for path in ("/admin/", line.get_absolute_url(), f"{line.get_absolute_url()}try/"):
        desk.get(live_server.url + path)
        keys = Keyboard(desk)
        last = "#language-choice"
        keys.tab_to(last)
        assert keys.unseen == []
