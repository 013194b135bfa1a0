"""A line's page and what is made and deleted from it; the start page."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from menus.models import Destination, Line, Menu, Message, Option, Schedule
from tests import staff
from tests.pages import add_url, faults, filled, row, saved, text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


# --- adding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["menu", "message", "hours", "transfer", "voicemail", "hangup"])
def test_every_kind_is_added_from_its_lines_page(kind: str, line: Line, ana: Client) -> None:
    url = add_url(kind, line)
    assert url in text(ana, line.get_absolute_url())
    answer = ana.post(url, filled(ana, url) | {"label": "New place"})
    assert answer.headers["Location"] == line.get_absolute_url()
    made = Destination.objects.get(line=line, key="new-place")
    assert (made.kind, made.position) == (kind, 6)


def test_options_are_added_with_the_menu_in_one_go(line: Line, ana: Client) -> None:
    desk, bye = staff.part(line, "desk"), staff.part(line, "bye")
    first = row("options", 0, digits="1", label="Desk", to=str(desk.pk), enabled="on", words__en="For the desk")
    second = row("options", 1, digits="2", label="Desk", to=str(bye.pk), enabled="on", spoken="on")
    url = add_url("menu", line)
    assert ana.post(url, filled(ana, url) | {"label": "Night"} | first | second).status_code == 302
    options = Menu.objects.get(key="night").options.all()
    assert [(o.key, o.digits, o.to_id, o.words, o.position) for o in options] == [
        ("desk", "1", desk.pk, {"en": "For the desk"}, 0),
        ("desk-2", "2", bye.pk, {}, 1),
    ]


def test_a_new_option_without_a_number_goes_to_the_end(line: Line, ana: Client) -> None:
    menu = staff.part(line, "main")
    saved(ana, url_of(menu), **row("options", 2, digits="3", label="Third", enabled="on"))
    assert [o.label for o in Option.objects.filter(menu=menu.pk)] == ["Front desk", "Our address", "Third"]


def test_without_a_line_one_chooses_it_first(line: Line, ana: Client) -> None:
    for query in ("", "?line=", "?line=999", "?line=x", "?line=-1"):
        assert f'href="?line={line.pk}"' in text(ana, f"/admin/menus/menu/add/{query}")


@pytest.mark.parametrize("pk", ["x", "0", "9" * 30])
def test_an_address_that_leads_to_nothing_is_no_error_page(pk: str, line: Line, ana: Client) -> None:
    answer: Any = ana.get(f"/admin/menus/menu/{pk}/change/", follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [("/admin/", 302)])
    assert ana.get(f"/admin/menus/menu/add/?line={pk}").status_code == 200


def test_a_new_line_begins_with_english_and_says_what_is_next(ana: Client) -> None:
    assert "Add your first line" in text(ana, "/admin/menus/line/")
    url = "/admin/menus/line/add/"
    number = row("numbers", 0, number="+1 202 555 0133")
    answer = ana.post(url, filled(ana, url) | {"name": "Bakery", "timezone": "Europe/Paris"} | number)
    assert answer.status_code == 302, faults(answer)
    line = Line.objects.get()
    assert [(spoken.key, spoken.voice_language) for spoken in line.languages.all()] == [("en", "en-US")]
    assert [found.number for found in line.numbers.all()] == ["12025550133"]
    assert answer.headers["Location"] == line.get_absolute_url()
    page = text(ana, line.get_absolute_url())
    assert "never published" in page
    assert "most lines begin with a message or a menu" in page


def test_add_another_stays_with_the_line(line: Line, ana: Client) -> None:
    url = add_url("message", line)
    answer = ana.post(url, filled(ana, url) | {"label": "One", "_addanother": "1"})
    assert answer.headers["Location"] == add_url("message", line)


# --- deleting ---------------------------------------------------------------------------------------------------


def test_what_is_in_use_is_not_deleted_and_the_users_are_named(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "desk")).replace("change", "delete")
    answer: Any = ana.post(url, {"post": "yes"})
    said = html.unescape(answer.content.decode())
    assert "“Front desk” cannot be deleted while it is in use" in said
    assert "Menu “Main”: key 1, “Front desk”" in said
    assert "Line “Riverbend Clinic”: operator" in said
    assert Destination.objects.filter(key="desk").exists()
    bye = text(ana, url_of(staff.part(line, "bye")).replace("change", "delete"))
    assert "Menu “Main”: when nothing is pressed" in bye
    assert "Menu “Main”: on a wrong key" in bye
    assert "Voicemail “Mailbox”: then" in bye
    assert "Opening hours “Open?”: schedule" in text(ana, f"/admin/menus/schedule/{line.schedules.get().pk}/delete/")


def test_many_at_once_are_not_deleted_while_one_is_in_use(line: Line, ana: Client) -> None:
    spare = Message.objects.create(line=line, label="Spare")
    chosen = [spare.pk, staff.part(line, "address").pk]
    data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    answer: Any = ana.post("/admin/menus/message/", data)
    assert "Menu “Main”: key 2, “Our address”" in html.unescape(answer.content.decode())
    assert Message.objects.count() == 2
    ana.post("/admin/menus/message/", data | {"_selected_action": [spare.pk]})
    assert not Message.objects.filter(pk=spare.pk).exists()


def test_what_nobody_uses_is_deleted_with_its_own_rows(line: Line, ana: Client) -> None:
    menu = staff.part(line, "main")
    Option.objects.create(menu_id=menu.pk, digits="9", label="Again", to_id=menu.pk)
    Line.objects.filter(pk=line.pk).update(start=None)
    staff.part(line, "open").delete()
    answer = ana.post(url_of(menu).replace("change", "delete"), {"post": "yes"})
    assert answer.headers["Location"] == line.get_absolute_url()
    assert not Option.objects.exists()


def test_a_line_that_was_never_published_goes_with_all_it_has(line: Line, ana: Client) -> None:
    ana.post(f"/admin/menus/line/{line.pk}/delete/", {"post": "yes"})
    assert (Line.objects.count(), Destination.objects.count(), Schedule.objects.count()) == (0, 0, 0)


# --- the line's page, the start page ----------------------------------------------------------------------------


def test_findings_are_shown_with_the_way_to_their_destination(line: Line, ana: Client) -> None:
    menu = staff.part(line, "main")
    menu.options.all().delete()  # type: ignore[attr-defined]
    for page in (line.get_absolute_url(), f"/admin/menus/line/{line.pk}/check/"):
        assert f'<a href="{url_of(menu)}">Menu “Main”' in text(ana, page)


def test_kinds_are_not_in_the_list_of_apps_and_lines_come_first(line: Line, ana: Client) -> None:
    page = text(ana, "/admin/")
    assert page.index("Riverbend Clinic") < page.index("Everything else")
    assert "/admin/menus/menu/" not in page
    assert "/admin/menus/schedule/" not in page
    Line.objects.all().delete()
    assert "Add your first line" in text(ana, "/admin/")


@pytest.mark.parametrize("page", ["home", "line", "menu"])
def test_pages_need_no_more_queries_for_a_longer_line(
    page: str, line: Line, ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = line.get_absolute_url() if page == "home" else url_of(line if page == "line" else staff.part(line, "main"))
    text(ana, url)
    with CaptureQueriesContext(connection) as few:
        text(ana, url)
    menu = staff.part(line, "main")
    for n in range(8):
        more = Message.objects.create(line=line, label=f"More {n}", then_id=menu.pk)
        Option.objects.create(menu_id=menu.pk, digits=f"5{n}", label=f"More {n}", to=more)
    with django_assert_num_queries(len(few)):
        text(ana, url)


def test_the_list_of_lines_leads_to_their_homes(line: Line, ana: Client) -> None:
    assert f'<a href="{line.get_absolute_url()}">Riverbend Clinic</a>' in text(ana, "/admin/menus/line/")
    assert line.get_absolute_url() == f"/admin/menus/line/{line.pk}/"
