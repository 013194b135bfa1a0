"""Publishing in a real browser: two people at once, golden calls that are red, and a publish that is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest

pytest.importorskip("selenium.webdriver", reason="selenium is not installed")

from django.utils import timezone
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.by import By

from menus.models import BookedPublish, GoldenCall, HangUp, Line, Option
from menus.publish import publish
from tests import staff
from tests.browser import Driver, chromium, complaints, desk, in_browser
from tests.manager import Manager

__all__ = ["chromium", "desk"]
pytestmark = in_browser


@pytest.fixture
def line(desk: Driver, live_server: LiveServer) -> Line:
    """Live, and changed since; its page to publish is open."""
    line = staff.clean_clinic()
    publish(line, None, "First")
    HangUp.objects.filter(line=line).update(goodbye={"en": "Goodbye, and thank you.", "es": "Adiós."})
    desk.get(f"{live_server.url}/admin/menus/line/{line.pk}/publish/")
    return line


@pytest.fixture
def ana(desk: Driver, line: Line) -> Manager:
    return Manager(desk)


def send(ana: Manager) -> None:
    for tick in ana.driver.find_elements(By.NAME, "accept"):
        if not tick.is_selected():
            ana.click(tick)
    ana.leave("form.calm button:not([name=book])")


def live(line: Line) -> int:
    line.refresh_from_db()
    assert line.live
    return line.live.number


def golden(line: Line) -> GoldenCall:
    """Rings, presses 2, hears the address and the goodbye."""
    given = {"name": "Our address", "at": timezone.now(), "script": "caller rings\ncaller presses 2"}
    return GoldenCall.objects.create(line=line, ends_at="bye", **given)


def test_what_somebody_else_changed_meanwhile_is_not_published_unseen(ana: Manager, line: Line) -> None:
    ana.type("note", "Thank callers")
    Option.objects.filter(key="address").update(label="Where we are")
    send(ana)
    assert "Somebody changed the draft after you opened this page" in ana.one(".errornote").text
    assert live(line) == 1
    assert ana.one("[name=note]").get_attribute("value") == "Thank callers"
    assert "Where we are" in ana.one("#content").text
    send(ana)
    assert live(line) == 2
    assert line.live
    assert line.live.note == "Thank callers"
    assert complaints(ana.driver) == []


def test_two_who_publish_at_once_do_not_publish_twice(ana: Manager, line: Line, desk: Driver) -> None:
    ana.type("note", "Mine")
    publish(line, None, "Hers")
    send(ana)
    assert live(line) == 2
    assert line.live
    assert line.live.note == "Hers"
    assert ana.one(".errornote").is_displayed()
    assert complaints(desk) == []


def test_a_red_golden_call_blocks_until_it_is_green(ana: Manager, line: Line) -> None:
    kept = golden(line)
    Option.objects.filter(key="address").update(to=staff.part(line, "mailbox"))
    ana.driver.refresh()
    assert "ends elsewhere" in ana.one("#content").text
    assert not ana.driver.find_elements(By.NAME, "note")
    ana.go_to("Go to the golden calls")
    assert "1 red" in ana.one("#content").text
    ana.go("button[value=accept]")
    kept.refresh_from_db()
    assert kept.ends_at == "mailbox"
    ana.go_to("Publish", "nav.tabs")
    send(ana)
    assert live(line) == 2
    assert complaints(ana.driver) == []


def test_a_golden_call_that_turned_red_since_the_page_was_opened_blocks_too(ana: Manager, line: Line) -> None:
    ana.type("note", "Thank callers")
    kept = golden(line)
    GoldenCall.objects.filter(pk=kept.pk).update(ends_at="desk")
    send(ana)
    assert live(line) == 1
    assert "Our address" in ana.one("#content").text
    assert complaints(ana.driver) == []


def test_it_is_booked_for_a_day_and_an_hour(ana: Manager, line: Line) -> None:
    day = timezone.now() + timedelta(days=3)
    ana.type("note", "In three days")
    for tick in ana.driver.find_elements(By.NAME, "accept"):
        ana.click(tick)
    ana.click("details.later summary")
    ana.one("[name=on]").send_keys(f"{day:%m%d%Y}")
    ana.one("[name=clock]").send_keys("0630AM")
    ana.go("[name=book]")
    booking = BookedPublish.objects.get()
    assert (booking.state, booking.note, live(line)) == ("waiting", "In three days", 1)
    assert "06:30" in ana.one(".booked").text
    assert complaints(ana.driver) == []
