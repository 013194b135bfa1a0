"""The desk in a real browser: a line is made, published and changed; no page complains, or is wider than the screen."""

from __future__ import annotations

from typing import Final

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.by import By

from tests.browser import (
    Driver,
    chromium,
    complaints,
    desk,
    in_browser,
    photograph,
    screen,
    theme,
    too_wide,
)
from tests.every_page import pages

__all__ = ["chromium", "desk"]
pytestmark = in_browser


BACKGROUND: Final = {"light": "rgb(246, 247, 248)", "dark": "rgb(16, 20, 24)"}


def test_no_page_overflows_or_complains(desk: Driver, live_server: LiveServer) -> None:
    """Each page is loaded once, and looked at in three widths, in light and in dark."""
    found: list[str] = []
    for page, path in pages().items():
        screen(desk, 1600)
        desk.get(live_server.url + path)
        for name, background in BACKGROUND.items():
            theme(desk, name)
            if desk.execute_script("return getComputedStyle(document.body).backgroundColor") != background:
                found.append(f"{page}: its background in {name}")
            found += look(desk, page, name)
        theme(desk, "light")
        found += [f"{page}: {message}" for message in complaints(desk)]
    assert not found, "\n".join(found)


def look(desk: Driver, page: str, name: str) -> list[str]:
    wide = []
    for width in (1600, 1280, 390):
        screen(desk, width)
        if too_wide(desk, width):
            wide.append(f"{page}: wider than {width} in {name}")
        photograph(desk, width, f"{page}-{width}-{name}")
    return wide


def test_what_the_policy_stops_and_what_fails_is_complained_of(desk: Driver) -> None:
    """The tests of all pages rest on this."""
    assert complaints(desk) == []
    desk.execute_script(
        "const one = document.createElement('p'); one.setAttribute('style', 'color: red'); document.body.append(one);"
        "one.innerHTML = '<b style=\"color: blue\">x</b>';"
    )
    assert "Content Security Policy" in " ".join(complaints(desk))
    desk.execute_script("setTimeout(() => { throw new Error('planted'); })")
    desk.find_element(By.TAG_NAME, "body")
    assert "planted" in " ".join(complaints(desk))
