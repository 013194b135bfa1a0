"""Publishing and rolling back by button: what is shown first, what is refused and why, and who did it."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client

from menus.draft import read_draft, write_draft
from menus.flow import read_flow
from menus.linefile import read_yaml
from menus.models import HangUp, Line, Message, Option, Schedule
from menus.publish import publish
from tests import staff
from tests.pages import filled, form_of, text, url_of

pytestmark = pytest.mark.django_db
OTHER = """\
format: 1
name: Hill Clinic
numbers: ["12025550129"]
languages: [{key: en, name: English}]
start: bye
destinations:
  bye: {kind: hangup, label: Goodbye, goodbye: {en: Goodbye.}}
"""


@pytest.fixture
def line() -> Line:
    """The clinic without what nothing leads to: the check finds nothing."""
    return staff.clean_clinic()


@pytest.fixture
def ben() -> Client:
    return staff.client("publisher")


def page_of(line: Line, page: str = "publish") -> str:
    return f"/admin/menus/line/{line.pk}/{page}/"


def posted(client: Client, url: str, **changes: str) -> str:
    """The page that comes of it, after the redirect if there is one."""
    fields = form_of(client.get(url).content.decode())
    return html.unescape(client.post(url, fields | changes, follow=True).content.decode())


def test_the_first_publish_puts_the_line_on_the_phone(line: Line, ben: Client) -> None:
    assert "never published" in text(ben, page_of(line))
    said = posted(ben, page_of(line), note="Winter hours")
    line.refresh_from_db()
    assert line.live is not None
    assert (line.live.number, line.live.note, str(line.live.published_by)) == (1, "Winter hours", "publisher")
    assert read_flow(line.live.flow) == read_draft(line)
    assert "Published version 1. New calls hear it now" in said
    assert "Version 1, published " in said
    assert "by publisher" in said
    assert "Nothing to publish." in said


def test_the_log_says_who_published_what(line: Line, ben: Client) -> None:
    posted(ben, page_of(line), note="Winter hours")
    entry = LogEntry.objects.get()
    assert (str(entry.user), entry.object_id, entry.get_change_message()) == (
        "publisher",
        str(line.pk),
        "Published version 1: Winter hours",
    )
    assert "Published version 1: Winter hours" in text(ben, page_of(line, "history"))


def test_errors_block(line: Line, ben: Client) -> None:
    Line.objects.filter(pk=line.pk).update(start=None)
    page = text(ben, page_of(line))
    assert "Correct the error" in page
    assert 'name="note"' not in page
    seen = {"draft": "0" * 64, "looked": "2026-11-22T10:00:00.000000+0000", "accept": "on"}
    said = html.unescape(ben.post(page_of(line), seen).content.decode())
    assert "changed the draft after you opened this page" in said
    assert not line.versions.exists()


def test_warnings_need_a_tick(line: Line, ben: Client) -> None:
    Message.objects.create(line=line, label="Nobody comes here", prompt={"en": "Hello."}, then_id=line.start_id)
    assert 'name="accept"' in text(ben, page_of(line))
    assert "to look at first" in posted(ben, page_of(line))
    assert not line.versions.exists()
    posted(ben, page_of(line), accept="on")
    assert line.versions.count() == 1


def test_nothing_is_published_over_a_newer_version_that_was_not_seen(line: Line, ben: Client) -> None:
    fields = filled_form(ben, page_of(line))
    publish(line, get_user_model().objects.create_user("Clara"), "Sooner")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    said = html.unescape(ben.post(page_of(line), fields).content.decode())
    assert "Clara published version 1 (“Sooner”) on " in said
    assert line.versions.count() == 1
    assert "The longest call is now 11 minutes, was 10 minutes." in said  # and the page now compares with Clara's
    posted(ben, page_of(line))
    assert line.versions.count() == 2


def filled_form(client: Client, url: str) -> dict[str, str]:
    return form_of(client.get(url).content.decode())


def test_a_second_click_publishes_nothing(line: Line, ben: Client) -> None:
    fields = filled_form(ben, page_of(line))
    ben.post(page_of(line), fields)
    ben.post(page_of(line), fields)
    assert line.versions.count() == 1


@pytest.mark.parametrize("seen", ["garbage", "", "00000000-0000-0000-0000-000000000000"])
def test_a_page_that_does_not_know_what_is_live_publishes_nothing(seen: str, line: Line, ben: Client) -> None:
    publish(line, None, "First")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    answer: Any = ben.post(page_of(line), {"seen": seen, "accept": "on"})
    assert answer.status_code == 200
    assert answer.context["refused"]
    assert line.versions.count() == 1


def test_what_differs_is_listed(line: Line, ben: Client) -> None:
    Schedule.objects.create(line=line, name="Office")
    publish(line, None, "First")
    desk, main = staff.part(line, "desk"), staff.part(line, "main")
    Option.objects.filter(menu_id=main.pk, key="desk").update(digits="5")
    Message.objects.filter(key="address").update(prompt={"en": "Moved."})
    Option.objects.create(menu_id=main.pk, digits="7", label="New", to=HangUp.objects.create(line=line, label="Bye 2"))
    line.schedules.all().delete()
    page = text(ben, page_of(line, "check")).partition("What differs")[2]
    for said in (
        f'<a href="{url_of(main)}">Main</a>',
        "Front desk is now on key 5, was on key 1.",
        "Key 7 is new: New, goes to Bye 2.",
        "The prompt in English says “Moved.”, was “12 Main Street.”.",
        "Hang up “Bye 2” is new.",
        "Schedule “Office” is removed.",
    ):
        assert said in page, said
    assert f">{desk}</a>" not in page
    assert "changes are not published." in text(ben, page_of(line, "check"))


def test_an_unfinished_draft_is_shown_with_its_faults_not_as_an_error_page(line: Line, ben: Client) -> None:
    line.languages.all().delete()
    for url in (page_of(line, "check"), page_of(line), line.get_absolute_url()):
        assert "Error" in text(ben, url)


# --- what was published -----------------------------------------------------------------------------------------


@pytest.fixture
def two(line: Line) -> Line:
    publish(line, None, "First")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    publish(line, get_user_model().objects.create_user("Clara"), "Second")
    return line


def test_the_history_names_every_version_and_the_one_that_is_live(two: Line, ben: Client) -> None:
    page = text(ben, page_of(two, "versions"))
    rows = page.split("<tr")[2:]
    assert ["Second" in row and "Clara" in row and ">Live<" in row for row in rows] == [True, False]
    assert ["Make live again" in row for row in rows] == [False, True]
    assert "a command" in rows[1]


def test_any_two_versions_and_the_draft_are_compared_in_the_same_words(two: Line, ben: Client) -> None:
    first, second = two.versions.order_by("number")
    said = "The longest call is now 11 minutes, was 10 minutes."
    assert said in text(ben, f"{page_of(two, 'versions/compare')}?a={first.pk}&b={second.pk}")
    assert "is now 10 minutes, was 11 minutes." in text(
        ben, f"{page_of(two, 'versions/compare')}?a={second.pk}&b={first.pk}"
    )
    Line.objects.filter(pk=two.pk).update(max_call_minutes=12)
    assert "is now 12 minutes, was 10 minutes." in text(ben, f"{page_of(two, 'versions/compare')}?a={first.pk}&b=draft")
    assert "is now 12 minutes, was 11 minutes." in text(ben, page_of(two, "versions/compare"))
    assert f"?a={first.pk}&b={second.pk}" in text(ben, page_of(two, "versions"))


@pytest.mark.parametrize("which", ["", "garbage", "00000000-0000-0000-0000-000000000000", "draft", "live"])
def test_what_cannot_be_compared_is_said_and_no_error_page(which: str, two: Line, ben: Client) -> None:
    other = publish(write_draft(read_yaml(OTHER)), None, "")
    two.languages.all().delete()
    page = text(ben, f"{page_of(two, 'versions/compare')}?a={other.pk}&b={which}")
    assert "There is no such version; choose two from the list." in page
    assert ("The draft is not finished" in page) is (which == "draft")


def test_rolling_back_asks_first_and_then_is_a_version_of_its_own(two: Line, ben: Client) -> None:
    first = two.versions.get(number=1)
    url = page_of(two, f"versions/{first.pk}/live")
    text(ben, url)
    assert two.versions.count() == 2
    posted(ben, url, note="It confused callers")
    two.refresh_from_db()
    assert two.live is not None
    assert (two.live.number, two.live.flow, two.live.note) == (3, first.flow, "It confused callers")
    assert two.max_call_minutes == 11
    assert LogEntry.objects.get().get_change_message() == (
        "Made version 1 live again, as version 3: It confused callers"
    )


def test_rolling_back_over_a_newer_version_is_refused(two: Line, ben: Client) -> None:
    url = page_of(two, f"versions/{two.versions.get(number=1).pk}/live")
    fields = filled_form(ben, url)
    Line.objects.filter(pk=two.pk).update(max_call_minutes=12)
    publish(Line.objects.get(pk=two.pk), None, "Third")
    said = html.unescape(ben.post(url, fields).content.decode())
    assert "A command published version 3 (“Third”)" in said
    assert two.versions.count() == 3


def test_a_version_of_another_line_is_not_found(two: Line, ben: Client) -> None:
    other = Line.objects.create(name="Other")
    version = two.versions.get(number=1)
    for page in (f"versions/{version.pk}", f"versions/{version.pk}/yaml", f"versions/{version.pk}/live"):
        assert ben.get(page_of(other, page)).status_code == 404


def test_a_version_is_shown_and_downloaded_as_the_file_that_import_reads(two: Line, ben: Client) -> None:
    version = two.versions.get(number=1)
    answer = ben.get(page_of(two, f"versions/{version.pk}/yaml"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="riverbend-clinic-version-1.yaml"'
    read = read_yaml(answer.content)
    assert read.numbers == ("12025550120",)
    assert read.model_dump(exclude={"numbers"}) == read_flow(version.flow).model_dump()
    assert answer.content.decode() in text(ben, page_of(two, f"versions/{version.pk}"))


def test_a_version_that_can_no_longer_be_read_is_said_to_be_so(two: Line, ben: Client) -> None:
    version = two.versions.get(number=1)
    two.versions.filter(pk=version.pk).update(flow='{"format":0}')
    assert "can no longer read" in text(ben, page_of(two, f"versions/{version.pk}"))
    assert ben.get(page_of(two, f"versions/{version.pk}/yaml")).status_code == 302
    assert "can no longer be read" in posted(ben, page_of(two, f"versions/{version.pk}/live"))


def test_a_published_line_is_not_deleted(two: Line) -> None:
    root = staff.client("superuser")
    assert "/delete/" not in text(root, url_of(two))
    assert root.post(f"/admin/menus/line/{two.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "action" not in filled(root, "/admin/menus/line/")
