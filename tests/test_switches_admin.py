"""Staff throw a line's switches and end them: the form, the banner on every page, and who may."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from ivrsite import database
from menus import live
from menus.models import Line, Schedule, Switch
from menus.publish import publish
from tests import lines, staff
from tests.pages import form_of, text, url_of

Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.django_db
NEW_YORK: Final = ZoneInfo("America/New_York")
NOW: Final = datetime(2026, 11, 23, 15, 0, 30, tzinfo=UTC)
"""A Monday, 10:00:30 in New York; the office closes at 17:00 and opens on Mondays at 8:00 only."""


@pytest.fixture(autouse=True)
def at_once(
    settings: Any, tmp_path: Path, monkeypatch: Patch, django_capture_on_commit_callbacks: Any
) -> Iterator[None]:
    """What is done on commit is done, and it is NOW."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with django_capture_on_commit_callbacks(execute=True):
        yield
    lines.forget()


@pytest.fixture
def line() -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    live.refresh()
    return line


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def page_of(line: Line) -> str:
    return f"/admin/menus/line/{line.pk}/switches/"


def throw(client: Client, line: Line, **typed: str) -> Any:
    page: Any = client.get(page_of(line))
    form = form_of(page.content.decode(), "switch_form")
    return client.post(page_of(line), form | {name.replace("__", "."): value for name, value in typed.items()})


def thrown(client: Client, line: Line, **typed: str) -> str:
    """What the page says afterwards."""
    answer = throw(client, line, **typed)
    assert answer.status_code == 302, _faults(answer)
    return text(client, answer.headers["Location"])


def refused(client: Client, line: Line, **typed: str) -> str:
    answer = throw(client, line, **typed)
    assert answer.status_code == 200, "it was switched"
    assert not Switch.objects.exists()
    return _faults(answer)


def _faults(answer: Any) -> str:
    return html.unescape(str(answer.context["form"].errors))


def local(switch: Switch) -> str:
    return f"{switch.ends_at.astimezone(NEW_YORK):%Y-%m-%d %H:%M:%S}"


# --- how long ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "ends"),
    [
        ("1", "2026-11-23 11:00:30"),
        ("2", "2026-11-23 12:00:30"),
        ("4", "2026-11-23 14:00:30"),
        ("midnight", "2026-11-24 00:00:00"),
        ("opening", "2026-11-30 08:00:00"),
    ],
)
def test_the_usual_ends_are_one_click_away(until: str, ends: str, line: Line, ana: Client) -> None:
    thrown(ana, line, kind="closed", until=until)
    assert local(Switch.objects.get()) == ends


def test_a_time_is_typed_as_the_clocks_of_the_line_show_it(line: Line, ana: Client) -> None:
    said = thrown(ana, line, kind="open", until="exact", ends_at="2026-11-23T18:00", note="Late shift")
    row = Switch.objects.get()
    assert row.ends_at == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert (row.kind, row.via, str(row.set_by), row.note) == ("open", "admin", "editor", "Late shift")
    assert "Switched: Force open until 23 November 2026, 18:00 EST. Calls notice it within 2 seconds." in said


def test_nothing_is_switched_without_an_end(line: Line, ana: Client) -> None:
    assert "A switch ends by itself; choose how long" in refused(ana, line, kind="closed")
    assert "A switch ends by itself; write until when" in refused(ana, line, kind="closed", until="exact")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("2026-11-23T10:00", "This time is over already"),
        ("2026-12-25T10:00", "more than 31 days ahead"),
        ("2036-01-01T10:00", "choose a time within 31 days"),
        ("0001-01-01T00:00", "choose a time within 31 days"),
        ("9999-12-31T23:59", "choose a time within 31 days"),
        ("tomorrow", "write it like 2026-11-23 18:00"),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(typed: str, fault: str, line: Line, ana: Client) -> None:
    assert fault in refused(ana, line, kind="closed", until="exact", ends_at=typed)


def test_two_ends_at_once_are_refused(line: Line, ana: Client) -> None:
    fault = refused(ana, line, kind="closed", until="2", ends_at="2026-11-23T18:00")
    assert "You chose “for 2 hours” and a time as well" in fault


def test_hours_that_never_open_have_no_next_opening(line: Line, ana: Client) -> None:
    never = Schedule.objects.create(line=line, name="Never")
    fault = refused(ana, line, kind="closed", until="opening", schedule=str(never.pk))
    assert "has no hours that open anew; choose another end" in fault


def test_a_time_that_the_clocks_skip_is_refused(line: Line, ana: Client, monkeypatch: Patch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 7, 20, tzinfo=UTC))
    fault = refused(ana, line, kind="closed", until="exact", ends_at="2026-03-08T02:30")
    assert "America/New_York are put forward and skip 02:30; choose another time, for example 03:30" in fault


def test_a_time_that_comes_twice_is_the_second_one_and_that_is_said(
    line: Line, ana: Client, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 10, 31, 20, tzinfo=UTC))
    said = thrown(ana, line, kind="closed", until="exact", ends_at="2026-11-01T01:30")
    assert Switch.objects.get().ends_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert "show this time twice; it ends at the second one" in said
    assert "until 01 November 2026, 01:30 EST" in said


# --- what -------------------------------------------------------------------------------------------------------


def test_one_schedule_is_switched_by_its_key(line: Line, ana: Client) -> None:
    thrown(ana, line, kind="closed", until="1", schedule=str(line.schedules.get().pk))
    live.refresh()
    assert [(switch.kind, switch.schedule) for switch in live.switches(line.pk)] == [("closed", "office")]


def test_another_lines_schedule_is_refused(line: Line, ana: Client) -> None:
    other = Schedule.objects.create(line=Line.objects.create(name="Other"), name="Other hours")
    assert "belongs to another line" in refused(ana, line, kind="closed", until="1", schedule=str(other.pk))


def test_a_message_needs_words_in_the_first_language(line: Line, ana: Client) -> None:
    assert "An emergency message needs words" in refused(ana, line, kind="message", until="1")
    fault = refused(ana, line, kind="message", until="1", words__es="Hay nieve.")
    assert "English has no words; it is said wherever another language has none." in fault


def test_a_language_without_words_is_warned_of(line: Line, ana: Client) -> None:
    said = thrown(ana, line, kind="message", until="1", words__en="Snow today.")
    assert "The emergency message has no words in Español" in said
    assert Switch.objects.get().words == {"en": "Snow today."}
    said = thrown(ana, line, kind="message", until="1", words__en="Snow today.", words__es="Hay nieve.")
    assert "has no words" not in said


def test_only_a_message_has_words(line: Line, ana: Client) -> None:
    assert "Only an emergency message has words" in refused(ana, line, kind="closed", until="1", words__en="Snow.")


def test_a_line_that_was_never_published_is_switched_with_a_warning(ana: Client) -> None:
    line = staff.clinic()
    assert "never published: nobody can call it yet" in thrown(ana, line, kind="closed", until="1")
    assert "no hours that open anew" in _faults(throw(ana, line, kind="open", until="opening"))


def test_while_the_database_is_away_nothing_is_switched_and_that_is_said(
    line: Line, ana: Client, monkeypatch: Patch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    monkeypatch.setattr(database, "run", away)
    assert "the database does not answer. Try again in a few seconds." in refused(ana, line, kind="closed", until="1")


# --- ending, and the list ---------------------------------------------------------------------------------------


def end_url(switch: Switch) -> str:
    return f"{page_of(switch.line)}{switch.pk}/end/"


def test_one_click_ends_it_and_leads_back_to_where_it_was(line: Line, ana: Client) -> None:
    thrown(ana, line, kind="closed", until="1")
    row = Switch.objects.get()
    answer = ana.post(end_url(row), {"next": url_of(line)})
    assert answer.headers["Location"] == url_of(line)
    row.refresh_from_db()
    assert row.ended_at == NOW
    assert "Ended: Force closed" in text(ana, url_of(line))
    ana.post(end_url(row))
    assert "had ended already" in text(ana, page_of(line))


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_led_away_from_the_site(back: str, line: Line, ana: Client) -> None:
    thrown(ana, line, kind="closed", until="1")
    assert ana.post(end_url(Switch.objects.get()), {"next": back}).headers["Location"] == page_of(line)


def test_the_list_has_those_that_are_on_first_and_then_the_others(line: Line, ana: Client) -> None:
    begun = NOW - timedelta(hours=3)
    Switch.objects.create(line=line, kind="open", begins_at=begun, ends_at=NOW - timedelta(hours=1), note="Yesterday")
    thrown(ana, line, kind="message", until="1", words__en="Snow today.", note="Blizzard")
    page = text(ana, page_of(line))
    on, past = page.partition("<h2>Before</h2>")[::2]
    assert "Blizzard" in on
    assert "Snow today." in on
    assert "Yesterday" in past
    assert "Blizzard" not in past
    ana.post(end_url(Switch.objects.get(kind="message")))
    on, past = text(ana, page_of(line)).partition("<h2>Before</h2>")[::2]
    assert "Blizzard" not in on
    assert "Ended early" in past


def test_who_did_what_is_in_the_lines_history(line: Line, ana: Client) -> None:
    thrown(ana, line, kind="closed", until="1", note="Water main.")
    ana.post(end_url(Switch.objects.get()))
    told = [str(entry) for entry in LogEntry.objects.filter(object_id=str(line.pk)).order_by("pk")]
    assert "Switched: Force closed until 23 November 2026, 11:00 EST. Water main." in told[0]
    assert "Ended “Force closed until 23 November 2026, 11:00 EST”." in told[1]


# --- the banner -------------------------------------------------------------------------------------------------


def test_every_page_says_what_is_on_since_when_until_when_and_by_whom(line: Line, ana: Client) -> None:
    pages = ("/admin/", "/admin/menus/line/", url_of(line), "/admin/password_change/")
    assert not any("switches-on" in text(ana, page) for page in pages)
    thrown(ana, line, kind="closed", until="exact", ends_at="2026-11-23T18:00", note="Water main")
    for page in pages:
        banner = _banner(text(ana, page))
        assert "Riverbend Clinic" in banner
        assert "Force closed" in banner
        assert "23 November, 18:00" in banner
        assert "since 23 November, 10:00 (America/New_York), by editor: Water main" in banner
        assert f'action="{end_url(Switch.objects.get())}"' in banner
        assert f'name="next" value="{page}"' in banner


def test_one_set_by_phone_says_so(line: Line, ana: Client) -> None:
    Switch.objects.create(line=line, kind="open", begins_at=NOW, ends_at=NOW + timedelta(hours=1), via="phone")
    assert "by phone" in _banner(text(ana, "/admin/"))


def test_the_banner_goes_when_the_switch_ends_by_itself(line: Line, ana: Client, monkeypatch: Patch) -> None:
    thrown(ana, line, kind="closed", until="1")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=59, seconds=59))
    assert "Force closed" in _banner(text(ana, "/admin/"))
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    assert "switches-on" not in text(ana, "/admin/")


def _banner(page: str) -> str:
    return " ".join(page.partition('class="switches-on"')[2].partition("</section>")[0].split())


# --- who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", staff.ROLES)
def test_only_those_who_may_throw_and_end(role: str, line: Line) -> None:
    may = role in ("editor", "superuser")
    other = staff.client("superuser" if role != "superuser" else "editor")
    form = form_of(other.get(page_of(line)).content.decode(), "switch_form") | {"kind": "closed", "until": "1"}
    client = staff.client(role)
    client.post(page_of(line), form)
    assert Switch.objects.count() == may
    row = Switch.objects.first() or Switch.objects.create(
        line=line, kind="open", begins_at=NOW, ends_at=NOW + timedelta(hours=1)
    )
    client.post(end_url(row))
    row.refresh_from_db()
    assert bool(row.ended_at) == may


def test_who_may_only_look_sees_the_banner_and_no_button(line: Line, ana: Client) -> None:
    thrown(ana, line, kind="closed", until="1")
    viewer = staff.client("viewer")
    for page in ("/admin/", page_of(line)):
        said = text(viewer, page)
        assert "Force closed" in _banner(said)
        assert "End now" not in said
        assert "Switch now" not in said
    nobody = staff.client("no rights")
    assert "switches-on" not in text(nobody, "/admin/")
    assert "switches-on" not in text(Client(), "/admin/login/")


def test_a_post_without_its_token_is_refused(line: Line) -> None:
    row = Switch.objects.create(line=line, kind="open", begins_at=NOW, ends_at=NOW + timedelta(hours=1))
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.user("superuser"))
    assert [client.post(url, {}).status_code for url in (page_of(line), end_url(row))] == [403, 403]
