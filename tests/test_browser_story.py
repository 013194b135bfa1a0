"""The ten minutes: from an empty site to a line with opening hours, a menu, a transfer and voicemail; heard in the
page, kept as a golden call, published, and heard the same by a real call."""

from __future__ import annotations

import http.client
from contextlib import closing
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from django.conf import LazySettings, settings
from django.contrib.auth import get_user_model
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.by import By

from calls.models import Call
from calls.vonage.pretend import Telephone
from menus.models import GoldenCall, Line, Version
from tests import lines, staff
from tests.browser import PASSWORD, Driver, chromium, complaints, in_browser, log_in, photograph, screen, soon, theme
from tests.manager import Manager

__all__ = ["chromium"]
pytestmark = in_browser
NUMBER: Final = "12025550133"
MONDAY: Final = datetime(2027, 3, 1, 10, tzinfo=ZoneInfo("America/New_York"))
MENU: Final = "To talk to us, press 1. For our address, press 2. To leave a message, press 3."


@pytest.fixture(params=["superuser", "groups"])
def manager(request: pytest.FixtureRequest, chromium: Driver, live_server: LiveServer) -> Manager:
    """Ana has just logged in: she may do all, or is in the three groups that make lines."""
    lines.forget()
    ana = get_user_model().objects.create_user("ana", password=PASSWORD, is_staff=True)
    if request.param == "superuser":
        ana.is_superuser = True
        ana.save()
    else:
        ana.groups.set(staff.group(name) for name in ("Menu editor", "Publisher", "Number manager"))
    theme(chromium, "light")
    screen(chromium, 1280)
    log_in(chromium, live_server.url, "ana")
    return Manager(chromium)


def test_a_line_is_made_heard_checked_published_and_called(
    manager: Manager, live_server: LiveServer, settings: LazySettings, record_property: Any
) -> None:
    settings.DEMO_CLOCK = True
    begin(manager)
    say_when_open(manager)
    make_menu(manager)
    fill_in(manager)
    begin_calls(manager)
    heard = try_it(manager)
    check(manager)
    publish(manager)
    assert complaints(manager.driver) == []
    assert real_call(live_server.url) == heard
    seen_in_the_log(manager)
    assert complaints(manager.driver) == []
    record_property("clicks", manager.clicks)
    record_property("pages", manager.pages)
    assert manager.clicks < 150
    assert manager.pages < 30


# --- the steps --------------------------------------------------------------------------------------------------


def begin(manager: Manager) -> None:
    manager.go(".empty-state a.button")
    manager.click("label.start-card:has([value=empty])")
    manager.type("name", "Bakery")
    manager.choose("timezone", "America/New York")
    manager.type("number", "+1 202 555 0133")
    manager.go_to("Add the line")


def say_when_open(manager: Manager) -> None:
    manager.go_to("Add a schedule")
    manager.type("name", "Shop hours")
    for n in range(2):  # Monday to Friday stand there to begin with
        manager.type(f"hours-{n}-opens", "08:00AM")
        manager.type(f"hours-{n}-closes", "05:00PM")
    manager.add_row("holidays")
    manager.type("holidays-0-name", "Christmas")
    manager.type("holidays-0-when", "12-25")
    manager.save()


def make_menu(manager: Manager) -> None:
    manager.go_to("Menu", "#destinations .adders")
    manager.type("label", "Main menu")
    manager.type("greeting.en", "Welcome to the bakery.")
    options = (
        ("Talk to us", "To talk to us", "Counter", "Transfer"),
        ("Address", "For our address", "Our address", "Message"),
        ("Leave a message", "To leave a message", "Mailbox", "Voicemail"),
    )
    for n, (label, words, place, kind) in enumerate(options):
        manager.add_row("options")
        manager.type(f"options-{n}-digits", str(n + 1))
        manager.type(f"options-{n}-label", label)
        manager.type(f"options-{n}-words.en", words)
        manager.make(f"options-{n}-to", place, kind)
    manager.make("no_input_then", "Goodbye", "Hang up")
    manager.pick("no_match_then", "Goodbye")
    soon(manager.driver, lambda: MENU in manager.one(".preview").text)
    photograph(manager.driver, 1280, "story-menu")
    screen(manager.driver, 1280)
    manager.save()


def fill_in(manager: Manager) -> None:
    """What was made in place gets its words."""
    manager.go_to("Counter", "#destinations table")
    manager.type("prompt.en", "One moment, please.")
    manager.add_row("targets")
    manager.type("targets-0-address", "+1 202 555 0134")
    manager.pick("last_resort", "Mailbox")
    manager.save()
    manager.go_to("Our address", "#destinations table")
    manager.type("prompt.en", "We are at 12 Main Street.")
    manager.pick("then", "Main menu")
    manager.save()
    manager.go_to("Mailbox", "#destinations table")
    manager.type("prompt.en", "Please leave a message after the tone.")
    manager.pick("then", "Goodbye")
    manager.save()
    manager.go_to("Goodbye", "#destinations table")
    manager.type("goodbye.en", "Thank you for calling. Goodbye.")
    manager.save()


def begin_calls(manager: Manager) -> None:
    manager.go_to("Opening hours", "#destinations .adders")
    manager.type("label", "Open?")
    manager.pick("schedule", "Shop hours")
    manager.pick("open", "Main menu")
    manager.make("closed", "Closed", "Message")
    manager.save()
    manager.go_to("Closed", "#destinations table")
    manager.type("prompt.en", "We are closed. We are open on Monday and Tuesday.")
    manager.pick("then", "Mailbox")
    manager.save()
    manager.choose("start", "Open?")
    manager.go_to("Set", ".start-form")


def try_it(manager: Manager) -> list[str]:
    """Key 1, nobody answers, a message is left; it is kept as a golden call. Gives the words of the line."""
    manager.go_to("Try it", "nav.tabs")
    manager.driver.find_element(By.ID, "try-date").send_keys(f"{MONDAY:%m%d%Y}")
    manager.driver.find_element(By.ID, "try-time").send_keys(f"{MONDAY:%I%M%p}")
    for what, then in (
        ("#phone-ring", MENU),
        ("#keypad [data-key='1']", "One moment, please."),
        ("[data-do='target does not answer']", "leave a message after the tone"),
        ("[data-do='caller leaves a message']", "Thank you for calling"),
    ):
        manager.click(what)
        hears(manager, then)
    assert manager.one("#phone-waits").text == "The call is over."
    photograph(manager.driver, 1280, "story-try")
    screen(manager.driver, 1280)
    name = manager.one("#phone-name")
    manager.click(name)
    name.send_keys("Nobody at the counter")
    manager.click("#phone-save button")
    soon(manager.driver, lambda: "Saved as a golden call" in manager.one("#phone-saved").text)
    assert not Call.objects.exists()
    said = manager.driver.find_elements(By.CSS_SELECTOR, "#transcript .said")
    return [one.text.rpartition(" (")[0] for one in said]


def hears(manager: Manager, words: str) -> None:
    soon(manager.driver, lambda: words in manager.one("#transcript").text)


def check(manager: Manager) -> None:
    manager.go_to("Check", "nav.tabs")
    assert not manager.driver.find_elements(By.CSS_SELECTOR, ".findings .error")
    manager.go_to("Golden calls", "nav.tabs")
    assert "All green" in manager.one("#content").text


def publish(manager: Manager) -> None:
    manager.go_to("Publish", "nav.tabs")
    manager.type("note", "Opening day")
    for tick in manager.driver.find_elements(By.NAME, "accept"):
        manager.click(tick)
    manager.go("form.calm button:not([name=book])")
    assert "Version 1, published" in manager.one(".status").text
    version = Version.objects.get()
    assert (version.number, version.note, Line.objects.get().live) == (1, "Opening day", version)
    assert GoldenCall.objects.get().name == "Nobody at the counter"


def real_call(url: str) -> list[str]:
    """By signed webhooks, on that Monday: the words that the caller hears."""
    address = urlsplit(url)

    def send(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)) as connection:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()

    phone = Telephone(send, settings.VONAGE_SIGNATURE_SECRETS[0], clock=lambda: MONDAY)
    phone.ring(NUMBER)
    phone.press("1")
    phone.target("timeout")
    phone.leave_message()
    phone.hang_up()
    return [action["text"] for action in phone.heard if action["action"] == "talk"]


def seen_in_the_log(manager: Manager) -> None:
    call = Call.objects.get()
    assert (call.dialled, call.version) == (NUMBER, Version.objects.get())
    assert [turn.digits for turn in call.turns.all()][:2] == ["", "1"]
