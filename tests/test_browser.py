"""The editor in a real browser: a line is made, published and changed; no console error, nothing against the policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from django.contrib.auth import get_user_model  # noqa: E402
from pytest_django.live_server_helper import LiveServer  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

from calls.models import Call  # noqa: E402
from menus.draft import read_draft, write_draft  # noqa: E402
from menus.linefile import read_yaml  # noqa: E402
from menus.models import Line, Menu, Transfer  # noqa: E402
from menus.publish import publish  # noqa: E402
from tests import kinds, lines, staff  # noqa: E402

CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"
DRIVER: Final = shutil.which("chromedriver") or "/usr/bin/chromedriver"
SHOTS: Final = os.environ.get("SCREENSHOTS", "")
"""A folder: every page is photographed into it."""

pytestmark = [
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
    get_user_model().objects.create_superuser("ana", password="correct horse")
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", _screen(1280))
    chromium.get(f"{live_server.url}/admin/")
    chromium.find_element(By.NAME, "username").send_keys("ana")
    chromium.find_element(By.NAME, "password").send_keys("correct horse")
    click(chromium, "[type=submit]")
    return chromium


def _screen(width: int, height: int = 900) -> dict[str, Any]:
    return {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}


def click(driver: Driver, css: str) -> None:
    """Something that leads to another page, which is waited for."""
    page = driver.find_element(By.TAG_NAME, "html")
    driver.execute_script("arguments[0].click()", driver.find_element(By.CSS_SELECTOR, css))
    WebDriverWait(driver, 20).until(lambda _: _gone(page))


def _gone(element: Any) -> bool:
    from selenium.common.exceptions import StaleElementReferenceException

    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    return False


def type_in(driver: Driver, name: str, words: str) -> None:
    box = driver.find_element(By.NAME, name)
    box.clear()
    box.send_keys(words)


def choose(driver: Driver, name: str, label: str) -> None:
    Select(driver.find_element(By.NAME, name)).select_by_visible_text(label)


def complaints(driver: Driver) -> list[str]:
    """What the browser wrote to its console: errors, and all that the content policy stopped."""
    return [entry["message"] for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def test_a_line_is_made_and_published_with_the_mouse(desk: Driver) -> None:
    make_line(desk)
    make_destinations(desk)
    assert "Error" in desk.find_element(By.CSS_SELECTOR, ".findings").text
    choose(desk, "start", "Main menu (menu)")
    click(desk, "[name=_continue]")
    click(desk, "a[href$='/publish/']")
    type_in(desk, "note", "Opening day")
    for tick in desk.find_elements(By.NAME, "accept"):
        tick.click()
    click(desk, "form.calm button")
    assert "Version 1, published" in desk.find_element(By.CSS_SELECTOR, ".status").text
    line = Line.objects.get()
    assert line.live is not None
    menu = read_draft(line).destinations["main-menu"]
    assert [(o.key, o.digits, o.to, o.words.root["en"].text) for o in menu.options] == [  # type: ignore[union-attr]
        ("choice-1", "1", "goodbye", "For choice 1"),
        ("choice-2", "2", "goodbye", "For choice 2"),
    ]
    assert complaints(desk) == []


def make_line(desk: Driver) -> None:
    assert "No line yet" in desk.page_source
    click(desk, ".empty-state a.button")
    type_in(desk, "name", "Bakery")
    choose(desk, "timezone", "Europe/Paris")
    desk.find_element(By.CSS_SELECTOR, "#numbers-group .add-row a").click()
    type_in(desk, "numbers-0-number", "+1 202 555 0133")
    click(desk, "[name=_continue]")


def make_destinations(desk: Driver) -> None:
    """A goodbye, and a menu of two options that leads to it."""
    click(desk, "a[href*='/menus/hangup/add/']")
    type_in(desk, "label", "Goodbye")
    type_in(desk, "goodbye.en", "Thank you. Goodbye.")
    click(desk, "[name=_save]")
    click(desk, "a[href*='/menus/menu/add/']")
    type_in(desk, "label", "Main menu")
    for n, key in enumerate("12"):
        desk.find_element(By.CSS_SELECTOR, "#options-group .add-row a").click()
        type_in(desk, f"options-{n}-digits", key)
        type_in(desk, f"options-{n}-label", f"Choice {key}")
        type_in(desk, f"options-{n}-words.en", f"For choice {key}")
        choose(desk, f"options-{n}-to", "Goodbye (hang up)")
    for name in ("no_input_then", "no_match_then"):
        choose(desk, name, "Goodbye (hang up)")
    click(desk, "[name=_save]")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1600, 1280, 390])
def test_no_page_overflows_or_complains(width: int, theme: str, desk: Driver, live_server: LiveServer) -> None:
    feature = {"name": "prefers-color-scheme", "value": theme}
    desk.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    found, too_wide, backgrounds = [], [], set()
    for name, path in pages().items():
        desk.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", _screen(width))
        desk.get(live_server.url + path)
        found += [f"{name}: {message}" for message in complaints(desk)]
        page = "document.documentElement"
        if desk.execute_script(f"return {page}.scrollWidth > {page}.clientWidth"):
            too_wide.append(name)
        backgrounds.add(desk.execute_script("return getComputedStyle(document.body).backgroundColor"))
        if SHOTS:
            height = min(desk.execute_script(f"return {page}.scrollHeight"), 3600)
            desk.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", _screen(width, height))
            desk.save_screenshot(str(Path(SHOTS) / f"{name}-{width}-{theme}.png"))
    assert found == []
    assert too_wide == []
    assert backgrounds == {"rgb(16, 20, 24)" if theme == "dark" else "rgb(246, 247, 248)"}


def kinds_pages() -> dict[str, str]:
    """The forms of what asks, decides or does something: filled in, and one of them new."""
    line = kinds.utilities()
    filled = {part.key: part.get_absolute_url() for part in line.destinations.all()}
    shown = ("account", "look", "ask-billing", "who", "calls", "snow", "main")
    return {f"of-{key}": filled[key] for key in shown} | {"branch-add": f"/admin/menus/branch/add/?line={line.pk}"}


def pages() -> dict[str, str]:
    """The main pages, of a demo line that was published and then changed."""
    clinic = next(path for path in staff.DEMO if "clinic" in path.stem)
    line = write_draft(read_yaml(clinic.read_bytes()))
    publish(line, None, "First")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    Call.objects.create(uuid="abc", caller="12025550142", dialled="12025550120", line=line, started_at=at, local_day=at)
    of_line, version = f"/admin/menus/line/{line.pk}", line.versions.get().pk
    menu, transfer = Menu.objects.filter(line=line)[0], Transfer.objects.filter(line=line)[0]
    return {
        "index": "/admin/",
        "lines": "/admin/menus/line/",
        "line": f"{of_line}/change/",
        "check": f"{of_line}/check/",
        "publish": f"{of_line}/publish/",
        "switches": f"{of_line}/switches/",
        "history": f"{of_line}/versions/",
        "version": f"{of_line}/versions/{version}/",
        "roll-back": f"{of_line}/versions/{version}/live/",
        "menu": menu.get_absolute_url(),
        "menu-add": f"/admin/menus/menu/add/?line={line.pk}",
        "menu-delete": menu.get_absolute_url().replace("change", "delete"),
        "transfer": transfer.get_absolute_url(),
        **kinds_pages(),
        "schedule": f"/admin/menus/schedule/{line.schedules.all()[0].pk}/change/",
        "choose-line": "/admin/menus/message/add/",
        "calls": "/admin/calls/call/",
        "call": "/admin/calls/call/abc/change/",
        "events": "/admin/calls/event/",
        "password": "/admin/password_change/",
    }
