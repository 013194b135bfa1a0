"""Nobody is kept out: axe-core finds nothing against WCAG 2.2 AA on any page, in light, in dark, and on a telephone."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")

from pytest_django.live_server_helper import LiveServer

from tests.browser import Driver, chromium, desk, in_browser, screen, theme
from tests.every_page import pages

__all__ = ["chromium", "desk"]
pytestmark = in_browser
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SPARED: Final = [".selector .search-label-icon"]
"""Written by a script of Django's own (SelectFilter2.js): the name of the box to search in stands on a <span>. Browsers
read it nevertheless; without it the box would have no name."""
RUN: Final = """axe.run({exclude: %s}, {
    runOnly: {type: '%s', values: %s}, resultTypes: ['violations'], preload: false,
})"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core. It is run beside the page's own scripts, past its policy, and changes nothing in it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def found(driver: Driver, kind: str = "tag", which: Sequence[str] = TAGS) -> list[str]:
    """What is against the rules of these tags, or (`rule`) against these: rule, element, why."""
    results = evaluate(driver, RUN % (SPARED, kind, list(which)))
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()[:200]})"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]


def evaluate(driver: Driver, script: str) -> Any:
    given = {"expression": script, "awaitPromise": True, "returnByValue": True}
    answer = driver.execute_cdp_cmd("Runtime.evaluate", given)
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")


def test_axe_finds_nothing_on_any_page(desk: Driver, live_server: LiveServer, axe: str) -> None:
    """Each page is loaded once: all rules in light, the colours in dark, and all rules as wide as a telephone."""
    faults: dict[str, list[str]] = {}
    for page, path in pages().items():
        theme(desk, "light")
        screen(desk, 1280)
        desk.get(live_server.url + path)
        evaluate(desk, axe)
        here = found(desk)
        screen(desk, 390)
        here += [f"narrow: {fault}" for fault in found(desk)]
        theme(desk, "dark")
        here += [f"dark: {fault}" for fault in found(desk, "rule", ["color-contrast", "link-in-text-block"])]
        if here:
            faults[page] = here
    theme(desk, "light")
    assert not faults, "\n".join(f"{page}: {fault}" for page, here in faults.items() for fault in here)


def test_axe_does_look(desk: Driver, axe: str) -> None:
    desk.execute_script("document.body.append(document.createElement('button'))")
    evaluate(desk, axe)
    assert any(fault.startswith("button-name") for fault in found(desk))
