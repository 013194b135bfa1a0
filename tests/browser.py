"""A real browser before the desk: what the tests that click, type and look share.

A file that needs it imports `chromium`, `desk` and `in_browser` (as its `pytestmark`) from here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from django.contrib.auth import get_user_model  # noqa: E402
from pytest_django.live_server_helper import LiveServer  # noqa: E402
from selenium.common.exceptions import WebDriverException  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

from tests import lines  # noqa: E402

CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"
DRIVER: Final = shutil.which("chromedriver") or "/usr/bin/chromedriver"
SHOTS: Final = os.environ.get("SCREENSHOTS", "")
"""A folder: every page that is looked at is photographed into it."""
PASSWORD: Final = "correct horse"

in_browser: Final = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (Path(CHROMIUM).exists() and Path(DRIVER).exists()),
        reason="Chromium or its driver is missing; on Debian: apt-get install chromium chromium-driver",
    ),
]

Driver = Any


@pytest.fixture(scope="module")
def chromium() -> Iterator[Driver]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def desk(chromium: Driver, live_server: LiveServer) -> Driver:
    """The browser, with a superuser before the start page."""
    lines.forget()
    get_user_model().objects.create_superuser("ana", password=PASSWORD)
    screen(chromium, 1280)
    log_in(chromium, live_server.url, "ana")
    return chromium


def log_in(driver: Driver, url: str, name: str) -> None:
    driver.delete_all_cookies()
    driver.get(f"{url}/admin/")
    driver.find_element(By.NAME, "username").send_keys(name)
    driver.find_element(By.NAME, "password").send_keys(PASSWORD)
    click(driver, "[type=submit]")


# --- the screen -------------------------------------------------------------------------------------------------


def screen(driver: Driver, width: int, height: int = 900) -> None:
    facts = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", facts)


def theme(driver: Driver, name: str) -> None:
    """`light` or `dark`, as the machine of the user prefers."""
    feature = {"name": "prefers-color-scheme", "value": name}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    driver.execute_script("document.getAnimations().forEach((one) => one.finish())")  # colours change at once


def too_wide(driver: Driver, width: int) -> bool:
    """A telephone would rather make the page small than scroll: so it is measured against the screen."""
    return int(driver.execute_script("return document.documentElement.scrollWidth")) > width


def photograph(driver: Driver, width: int, name: str) -> None:
    """The whole page, where SCREENSHOTS asks for it."""
    if SHOTS:
        screen(driver, width, min(driver.execute_script("return document.documentElement.scrollHeight"), 3600))
        driver.save_screenshot(str(Path(SHOTS) / f"{name}.png"))


# --- mouse and keyboard -----------------------------------------------------------------------------------------


def click(driver: Driver, css: str) -> None:
    """Something that leads to another page, which is waited for."""
    leave(driver, driver.find_element(By.CSS_SELECTOR, css))


def leave(driver: Driver, element: Any) -> None:
    """Click an element that leads to another page, which is waited for."""
    leaving(driver)
    driver.execute_script("arguments[0].click()", element)
    turned(driver)


def leaving(driver: Driver) -> None:
    """Mark the page that is about to be left, so that `turned` knows the next one from it."""
    driver.execute_script("window.isBeingLeft = true")


def turned(driver: Driver) -> None:
    """Wait until another page stands where the one that was marked stood, all of it.

    Between two pages a question may find neither: the driver then fails in words of many kinds, and is asked again.
    """
    waiting = WebDriverWait(driver, 20, ignored_exceptions=[WebDriverException])
    waiting.until(lambda _: driver.execute_script("return !window.isBeingLeft && document.readyState === 'complete'"))


def soon(driver: Driver, what: Callable[[], Any]) -> None:
    WebDriverWait(driver, 20).until(lambda _: what())


def type_in(driver: Driver, name: str, words: str) -> None:
    box = driver.find_element(By.NAME, name)
    box.clear()
    box.send_keys(words)


def choose(driver: Driver, name: str, label: str) -> None:
    Select(driver.find_element(By.NAME, name)).select_by_visible_text(label)


# --- what went wrong --------------------------------------------------------------------------------------------


def complaints(driver: Driver) -> list[str]:
    """What the browser wrote to its console: errors, and all that the content policy stopped."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
