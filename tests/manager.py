"""An office manager at a browser: mouse and keyboard, through what the pages offer; no address is typed."""

from __future__ import annotations

from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser import Driver, leaving, soon, turned


class Manager:
    """Counts what it takes: `clicks` of the mouse, `pages` that were opened."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.clicks = 0
        self.pages = 0

    def one(self, css: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, css)

    # --- the mouse --------------------------------------------------------------------------------------------

    def click(self, what: Any) -> None:
        """An element, or what CSS finds it."""
        element = self.one(what) if isinstance(what, str) else what
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        self.clicks += 1

    def leave(self, what: Any) -> None:
        """A click that opens another page, whatever that says."""
        leaving(self.driver)
        self.click(what)
        turned(self.driver)
        self.pages += 1

    def go(self, what: Any) -> None:
        """A click that opens another page, which finds no fault."""
        self.leave(what)
        faults = self.driver.find_elements(
            By.CSS_SELECTOR, ".errornote:not(.note), ul.errorlist, ul.messagelist .error"
        )
        seen = [fault.text for fault in faults if fault.is_displayed()]
        assert not seen, seen

    def go_to(self, words: str, within: str = "#content") -> None:
        """The link or button with these words."""
        path = f".//*[self::a or self::button][normalize-space()='{words}']"
        self.go(self.one(within).find_element(By.XPATH, path))

    def save(self) -> None:
        self.go("[name=_save]")

    # --- the keyboard -----------------------------------------------------------------------------------------

    def type(self, name: str, words: str) -> None:
        box = self.one(f"[name='{name}']")
        self.click(box)
        box.clear()
        box.send_keys(words)

    def choose(self, name: str, words: str) -> None:
        Select(self.one(f"select[name='{name}']")).select_by_visible_text(words)
        self.clicks += 1

    def pick(self, name: str, words: str) -> None:
        """A destination or a schedule that is there, by a part of its name."""
        box = self.one(f".picker:has(select[name='{name}']) .picker-box")
        self.click(box)
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(words, Keys.ENTER)
        assert words in box.get_attribute("value")

    def make(self, name: str, label: str, kind: str) -> None:
        """A destination in place, beside the picker that wants it."""
        self.click(f".picker:has(select[name='{name}']) .picker-new")
        self.one("#new-destination-label").send_keys(label)
        Select(self.one("#new-destination-kind")).select_by_visible_text(kind)
        self.click("#new-destination [data-make]")
        box = self.one(f".picker:has(select[name='{name}']) .picker-box")
        soon(self.driver, lambda: label in box.get_attribute("value"))

    def add_row(self, of: str) -> None:
        self.click(f"#{of}-group .add-row a")
