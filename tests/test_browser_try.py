"""Try it in a real browser: every demo line is rung, keys are pressed on the keyboard; nothing is complained of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

from calls.models import Call
from menus.models import GoldenCall, Line
from tests import lines
from tests.browser import Driver, chromium, complaints, desk, in_browser, screen, too_wide

__all__ = ["chromium", "desk"]
pytestmark = in_browser


@pytest.fixture
def page(desk: Driver, live_server: LiveServer) -> Iterator[Page]:
    call_command("load_demo", "--publish", verbosity=0)
    yield Page(desk, live_server.url)
    lines.forget()


class Page:
    """The telephone, as someone at a keyboard has it."""

    def __init__(self, driver: Driver, url: str) -> None:
        self.driver, self.url = driver, url

    def open(self, line: Line, path: str = "try/", more: str = "") -> None:
        self.driver.get(f"{self.url}/admin/menus/line/{line.pk}/{path}{more}")

    def type(self, *keys: str) -> None:
        """With nothing chosen on the page."""
        self.driver.execute_script("document.activeElement.blur()")
        self.driver.find_element(By.TAG_NAME, "body").send_keys(*keys)

    def text(self, name: str) -> str:
        return str(self.driver.find_element(By.ID, name).get_property("textContent"))

    def click(self, css: str) -> None:
        button = self.driver.find_element(By.CSS_SELECTOR, css)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()

    def until(self, seen: Any) -> None:
        WebDriverWait(self.driver, 20).until(lambda _: seen())

    def hears(self, words: str) -> None:
        self.until(lambda: words in self.text("transcript"))

    def rows(self) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, "#transcript > li"))

    def here(self) -> list[str]:
        marked = self.driver.find_elements(By.CSS_SELECTOR, ".map-place.here")
        return [place.get_attribute("data-place") for place in marked]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_demo_line_is_called_by_keyboard(page: Page, width: int) -> None:
    screen(page.driver, width)
    for line in Line.objects.all():
        page.open(line)
        page.type(Keys.ENTER)
        page.hears("waits")
        assert page.here()
        assert page.here()[0] in {part.key for part in line.destinations.all()}
        assert '"action": "talk"' in page.text("phone-ncco")
        before = page.rows()
        page.type("1")
        page.until(lambda before=before: page.rows() > before)
        assert "presses 1" in page.text("transcript")
        if not page.text("phone-waits").startswith("The call is over"):
            page.type(Keys.ENTER)
        page.until(lambda: page.text("phone-waits") == "The call is over.")
        assert not too_wide(page.driver, width)
    assert complaints(page.driver) == []
    assert not Call.objects.exists()


def test_a_call_is_taken_back_saved_and_begun_again(page: Page) -> None:
    line = Line.objects.get(name__startswith="Riverbend")
    page.open(line)
    page.driver.execute_script("document.getElementById('try-date').value = '2026-11-22'")
    Select(page.driver.find_element(By.ID, "try-switches")).select_by_value("open")
    page.click("#phone-ring")
    page.hears("waits")
    first, here = page.text("transcript"), page.here()
    page.click("#keypad [data-key='1']")
    page.until(lambda: page.text("transcript") != first)
    page.click("#phone-undo")
    page.until(lambda: page.text("transcript") == first)
    assert page.here() == here
    page.click("[data-do='caller presses nothing']")
    page.until(lambda: page.text("transcript") != first)
    page.click("#phone-mute")
    page.driver.find_element(By.ID, "phone-name").send_keys("Sunday, nothing pressed", Keys.ENTER)
    page.until(lambda: "Saved as a golden call." in page.text("phone-saved"))
    golden = GoldenCall.objects.get()
    assert (golden.name, golden.script.split("\n")) == (
        "Sunday, nothing pressed",
        ["caller rings", "caller presses nothing"],
    )
    page.click("#phone-again")
    page.until(lambda: page.text("transcript")[8:] == first[8:])
    assert complaints(page.driver) == []


def test_a_look_up_is_answered_by_hand(page: Page) -> None:
    line = Line.objects.get(name__startswith="Mapleton")
    Line.objects.filter(pk=line.pk).update(start=line.destinations.get(key="zip"))
    page.open(line)
    Select(page.driver.find_element(By.ID, "try-look-ups")).select_by_value("hand")
    page.type(Keys.ENTER)
    page.hears("waits")
    page.type("62103")
    page.until(lambda: "Is the trouble known?" in page.text("phone-question"))
    assert page.driver.switch_to.active_element.get_attribute("name") == "back"
    page.driver.switch_to.active_element.send_keys("2026-12-01", Keys.ENTER)
    page.hears("expected back by")
    assert "answered by hand" in page.text("transcript")
    assert complaints(page.driver) == []


def test_another_version_is_called_and_what_was_typed_stays(page: Page) -> None:
    line = Line.objects.get(name__startswith="Riverbend")
    page.open(line)
    box = page.driver.find_element(By.ID, "try-caller")
    box.clear()
    box.send_keys("+1 202 555 0199")
    Select(page.driver.find_element(By.ID, "try-which")).select_by_value(str(line.live_id))
    page.until(lambda: "which=" in page.driver.current_url)
    assert page.driver.find_element(By.ID, "try-caller").get_property("value") == "+1 202 555 0199"
    page.type(Keys.ENTER)
    page.hears("waits")
    assert complaints(page.driver) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_time_machine_answers(page: Page, width: int) -> None:
    screen(page.driver, width)
    for line in Line.objects.all():
        page.open(line, "when/", "?caller=%2B12025550142&date=2026-12-25&time=09:10&which=draft")
        assert "hear on Friday 25 December 2026 at 09:10" in page.text("when-question")
        assert not too_wide(page.driver, width)
    assert complaints(page.driver) == []
