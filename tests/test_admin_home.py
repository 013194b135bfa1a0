"""The home of a line: its state in words, what to do next, the map, and how callers come to each destination."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from menus.admin.maps import map_of
from menus.draft import read_draft, write_draft
from menus.linefile import read_yaml
from menus.models import HangUp, Hours, Line, Menu, Message, Option
from menus.publish import publish
from tests import staff
from tests.pages import form_of, text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def home(client: Client, line: Line) -> str:
    return text(client, line.get_absolute_url())


def bare() -> Line:
    """As the form for a new line leaves it."""
    line = Line.objects.create(name="Bakery")
    line.languages.create(key="en", name="English")
    return line


def panel(page: str, heading: str) -> str:
    return page.partition(f"<h2>{heading}</h2>")[2].partition("</section>")[0]


def to_do(page: str) -> list[str]:
    """The steps, with the mark of those that are done and of the one that is next."""
    steps = re.findall(r"<li( class=\"done\")?( aria-current=\"step\")?><div><strong>(?:<a[^>]*>)?([^<]+)", page)
    return [f"{name}{' ✓' if done else ''}{' ←' if now else ''}" for done, now, name in steps]


def reached(page: str, name: str) -> str:
    """The words of a row of the table of destinations."""
    rows = panel(page, "Destinations").split("<tr>")
    row = next(row for row in rows if re.search(rf">{re.escape(name)}</a>[^:]*<", row.partition("</td>")[0] + "<"))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()


# --- its state --------------------------------------------------------------------------------------------------


def test_a_line_that_was_never_published_says_so(line: Line, ana: Client) -> None:
    page = home(ana, line)
    assert "Not on the phone" in page
    assert "It was never published" in page
    assert "+1 202 555 0120" in page


def test_what_is_live_and_how_much_is_not_published_stand_in_words(line: Line, ana: Client) -> None:
    version = publish(line, staff.user("publisher"), "First")
    said = re.sub(r"\s+", " ", home(ana, line))
    assert "Version 1, published" in said
    assert f"by {version.published_by}" in said
    assert "Nothing to publish." in said
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    assert "1 change is not published." in home(ana, line)
    Message.objects.filter(key="address").update(label="Where we are")
    assert "changes are not published." in home(ana, line)


def test_an_unfinished_draft_has_its_home_too_with_what_to_correct(line: Line, ana: Client) -> None:
    publish(line, None, "First")
    line.languages.all().delete()
    page = home(ana, line)
    assert "The draft is not finished." in page
    assert "The map is drawn once the draft is finished" in page
    assert "1 error to correct" in page
    assert "Front desk" in panel(page, "Destinations")
    assert "map-drawing" not in page


def test_a_line_without_a_number_says_that_nobody_can_call_it(ana: Client) -> None:
    line = bare()
    assert "It has no number yet" in home(ana, line)
    assert f"/admin/menus/line/{line.pk}/change/#numbers-group" in home(ana, line)


# --- what to do next --------------------------------------------------------------------------------------------


def test_a_new_line_says_step_by_step_what_comes_next(ana: Client) -> None:
    line = bare()
    add, start, check, number, live = (
        "Add destinations",
        "Choose where calls start",
        "Check it",
        "Give it a number",
        "Publish it",
    )
    page = home(ana, line)
    assert to_do(page) == [f"{add} ←", start, check, number, live]
    assert "start-form" not in page
    assert "map-drawing" not in page
    bye = HangUp.objects.create(line=line, label="Goodbye", goodbye={"en": "Goodbye."})
    assert to_do(home(ana, line)) == [f"{add} ✓", f"{start} ←", check, number, live]
    Line.objects.filter(pk=line.pk).update(start=bye)
    assert to_do(home(ana, line)) == [f"{add} ✓", f"{start} ✓", f"{check} ✓", f"{number} ←", live]
    line.numbers.create(number="12025550133")
    assert to_do(home(ana, line)) == [f"{add} ✓", f"{start} ✓", f"{check} ✓", f"{number} ✓", f"{live} ←"]
    publish(line, None, "First")
    assert to_do(home(ana, line)) == []


def test_errors_hold_the_check_back(line: Line, ana: Client) -> None:
    staff.part(line, "main").options.all().delete()  # type: ignore[attr-defined]
    assert "Check it ←" in to_do(home(ana, line))
    assert "to correct; it says how" in home(ana, line)


def test_where_calls_start_is_set_on_the_spot_and_written_down(line: Line, ana: Client) -> None:
    Line.objects.filter(pk=line.pk).update(start=None)
    page = home(ana, line)
    assert form_of(page)["start"] == str(staff.part(line, "open").pk), "what nothing leads to is offered first"
    answer = ana.post(f"/admin/menus/line/{line.pk}/start/", {"start": staff.part(line, "main").pk})
    assert answer.headers["Location"] == line.get_absolute_url()
    assert Line.objects.get(pk=line.pk).start == staff.part(line, "main").destination_ptr  # type: ignore[attr-defined]
    assert LogEntry.objects.get().change_message == "Calls start at “Main”."
    assert "start-form" not in home(ana, line)


def test_a_start_of_another_line_or_one_that_is_gone_is_refused(line: Line, ana: Client) -> None:
    foreign = Message.objects.create(line=bare(), label="Foreign")
    before = line.start_id
    for given in (str(foreign.pk), "999", "", "x"):
        answer: Any = ana.post(f"/admin/menus/line/{line.pk}/start/", {"start": given}, follow=True)
        assert "not there any more; choose another one" in answer.content.decode()
    assert Line.objects.get(pk=line.pk).start_id == before
    assert ana.get(f"/admin/menus/line/{line.pk}/start/").status_code == 302


# --- who may what -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", staff.ROLES)
def test_only_editors_set_where_calls_start(role: str, line: Line) -> None:
    Line.objects.filter(pk=line.pk).update(start=None)
    client = staff.client(role)
    may_edit = role in ("editor", "superuser")
    if role not in ("anonymous", "no rights"):
        assert ("start-form" in home(client, line)) == may_edit
    client.post(f"/admin/menus/line/{line.pk}/start/", {"start": staff.part(line, "main").pk})
    assert (Line.objects.get(pk=line.pk).start_id is not None) == may_edit


def test_a_viewer_sees_all_and_is_asked_for_nothing(line: Line) -> None:
    page = home(staff.client("viewer"), line)
    assert 'data-place="desk"' in page
    assert to_do(page) == []
    for button in ("?line=", "/publish/", "start-form", "What each of them does"):
        assert button not in page


def test_only_who_may_publish_has_the_button(line: Line) -> None:
    assert f"/{line.pk}/publish/" not in home(staff.client("editor"), line)
    assert f"/{line.pk}/publish/" in home(staff.client("publisher"), line)


# --- the table --------------------------------------------------------------------------------------------------


def test_the_table_says_how_callers_come_to_each_destination_and_when(line: Line, ana: Client) -> None:
    page = home(ana, line)
    assert "Main : key 1" in reached(page, "Front desk")
    assert re.search(r"\d+ s, 1 key$", reached(page, "Front desk"))
    assert "Front desk : nobody answers" in reached(page, "Mailbox")
    assert "Calls start here" in reached(page, "Main")
    assert "Operator" in reached(page, "Front desk")
    assert reached(page, "Open?").endswith("– –"), "no caller comes there"
    assert f'<a href="{url_of(staff.part(line, "main"))}">Main</a>: silence, wrong key' in page


def test_of_many_that_lead_to_one_a_few_are_named_at_once(line: Line, ana: Client) -> None:
    bye = staff.part(line, "bye")
    for n in range(6):
        Message.objects.create(line=line, label=f"More {n}", then=bye)
    row = reached(home(ana, line), "Goodbye")
    assert "and 5 more" in row
    assert row.index("More 0") < row.index("and 5 more") < row.index("More 5")


def test_findings_of_the_line_itself_lead_somewhere(line: Line, ana: Client) -> None:
    line.promises.create(label="A person", reaches=staff.part(line, "desk"), max_keys=1, max_seconds=1)
    found = panel(home(ana, line), "What the check found")
    assert f'<a href="{url_of(staff.part(line, "open"))}">Opening hours “Open?”' in found
    assert f'<a href="{url_of(line)}">Line “Riverbend Clinic”, promise “A person”' in found
    line.schedules.create(name="Spare")
    assert '<a href="#schedules">Schedule “Spare”' in panel(home(ana, line), "What the check found")


# --- the map ----------------------------------------------------------------------------------------------------


def test_every_box_of_the_map_and_every_way_back_is_a_link(line: Line, ana: Client) -> None:
    Option.objects.filter(key="address").update(to=staff.part(line, "main").pk)
    page = home(ana, line)
    for key in ("main", "desk", "mailbox", "address", "open", "bye"):
        box = page.partition(f'data-place="{key}"')[2].partition("</g>")[0]
        assert f'<a href="{url_of(staff.part(line, key))}" aria-label=' in box
    told = page.partition('data-place="main"')[2].partition("</g>")[0]
    assert f'<a href="{url_of(staff.part(line, "main"))}" class="map-told">' in told
    assert "2 ↩ Main" in told


def test_the_list_beside_the_map_is_well_nested_and_names_what_stands_above(line: Line, ana: Client) -> None:
    listed = home(ana, line).partition('<details class="map-list">')[2].partition("</details>")[0]
    assert listed.count("<ul>") == listed.count("</ul>")
    assert listed.count("<li>") == listed.count("</li>")
    assert "Key 1, Front desk: " in listed
    assert "(see above)" in listed


def test_nothing_on_the_page_is_styled_or_done_in_place(line: Line, ana: Client) -> None:
    page = home(ana, line)
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)


def test_words_of_staff_are_never_markup(line: Line, ana: Client) -> None:
    Message.objects.filter(key="address").update(label='<b>"Us"</b>')
    response: Any = ana.get(line.get_absolute_url())
    assert "<b>" not in response.content.decode()
    assert "&lt;b&gt;&quot;Us&quot;&lt;/b&gt;" in response.content.decode()


def test_numbers_in_the_drawing_are_written_for_machines_in_every_language(line: Line, ana: Client) -> None:
    page = text_in(ana, line, "es")
    assert re.search(r'transform="translate\(\d+(\.\d+)? \d+(\.\d+)?\)"', page)
    assert not re.search(r"translate\(\d+,\d", page)


def text_in(client: Client, line: Line, language: str) -> str:
    response: Any = client.get(line.get_absolute_url(), headers={"Accept-Language": language})
    return str(response.content.decode())


def test_the_map_of_an_older_version_links_only_what_is_still_there(line: Line) -> None:
    before = read_draft(line)
    Line.objects.filter(pk=line.pk).update(start=None)
    Hours.objects.get(key="open").delete()
    shown = map_of(line, before)
    urls = {place.node.key: place.url for place in shown.places}
    assert urls["open"] == ""
    assert urls["main"] == url_of(Menu.objects.get(key="main"))


@pytest.mark.parametrize("path", staff.DEMO, ids=lambda path: path.stem)
def test_the_home_of_every_demo_line_opens(path: Path, ana: Client) -> None:
    line = write_draft(read_yaml(path.read_bytes()))
    page = home(ana, line)
    assert page.count("data-place=") == line.destinations.count()


def test_sixty_destinations_need_no_more_queries_than_six(line: Line, ana: Client) -> None:
    home(ana, line)
    with CaptureQueriesContext(connection) as few:
        home(ana, line)
    bye = staff.part(line, "bye")
    for n in range(54):
        Message.objects.create(line=line, label=f"More {n}", prompt={"en": "Hello.", "es": "Hola."}, then=bye)
    with CaptureQueriesContext(connection) as many:
        home(ana, line)
    assert len(many) == len(few)
