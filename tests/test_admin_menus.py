"""The editor's forms: what is typed is stored, what is not typed stays, and a fault is said in the staff's words."""

from __future__ import annotations

import html
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from menus.draft import read_draft, write_draft
from menus.flow import Flow, LineFile
from menus.linefile import read_yaml
from menus.models import Destination, Holiday, Line, Menu, Message, Option, Schedule, Transfer
from menus.publish import as_text
from tests import staff
from tests.pages import form_of
from tests.strategies import line_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def url_of(row: Any) -> str:
    return f"/admin/menus/{row._meta.model_name}/{row.pk}/change/"


def add_url(kind: str, line: Line) -> str:
    return f"/admin/menus/{kind}/add/?line={line.pk}"


def text(client: Client, url: str) -> str:
    response: Any = client.get(url)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def filled(client: Client, url: str) -> dict[str, str]:
    response: Any = client.get(url)
    return form_of(response.content.decode(), f"{url.split('/')[3]}_form")


def saved(client: Client, url: str, **changes: str) -> None:
    answer = client.post(url, filled(client, url) | changes)
    assert answer.status_code == 302, faults(answer)


def refused(client: Client, url: str, **changes: str) -> str:
    answer = client.post(url, filled(client, url) | changes)
    assert answer.status_code == 200, "it was saved"
    return faults(answer)


def faults(answer: Any) -> str:
    """What the page says is wrong, and only that."""
    page = answer.context
    inner = [formset.formset for formset in page["inline_admin_formsets"]]
    found = [str(page["adminform"].form.errors), *(str(form.errors) for rows in inner for form in rows.forms)]
    return html.unescape(" ".join([*found, *(str(rows.non_form_errors()) for rows in inner)]))


def row(prefix: str, n: int, **values: str) -> dict[str, str]:
    """One more row of a table, as the page's own button would add it."""
    typed = {f"{prefix}-{n}-{name.replace('__', '.')}": value for name, value in values.items()}
    return typed | {f"{prefix}-TOTAL_FORMS": str(n + 1)}


# --- nothing is lost --------------------------------------------------------------------------------------------


def save_all(line: Line, client: Client) -> Flow:
    for part in (*(one.whole() for one in line.destinations.all()), *line.schedules.all(), line):
        saved(client, url_of(part))
    return read_draft(Line.objects.get(pk=line.pk))


@pytest.mark.parametrize("path", staff.DEMO, ids=lambda path: path.stem)
def test_saving_every_form_unchanged_changes_nothing(path: Path, ana: Client) -> None:
    line = write_draft(read_yaml(path.read_bytes()))
    before = read_draft(line)
    assert as_text(save_all(line, ana)) == as_text(before)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(line_files())
@pytest.mark.slow
def test_no_line_at_all_is_changed_by_saving_it(line_file: LineFile) -> None:
    Line.objects.all().delete()
    line = write_draft(line_file)
    before = read_draft(line)
    client = Client()
    client.force_login(_editor())
    assert as_text(save_all(line, client)) == as_text(before)


def _editor() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(username="superuser").first() or get_user_model().objects.create_superuser(
        "superuser"
    )


def test_words_in_a_language_that_is_not_shown_and_odd_line_ends_stay(line: Line, ana: Client) -> None:
    address = staff.part(line, "address")
    words = {
        "hmn": "Nyob zoo.",
        "en": "First line\n\n  second\tline",
        "es": {"text": "", "audio": "https://a.example/x.mp3"},
    }
    Message.objects.filter(pk=address.pk).update(prompt=words)
    saved(ana, url_of(address), label="Address")
    assert Message.objects.get(pk=address.pk).prompt == words
    saved(ana, url_of(address), **{"prompt.en": "Short.", "prompt.es": "Hola."})
    assert Message.objects.get(pk=address.pk).prompt == {
        "hmn": "Nyob zoo.",
        "en": "Short.",
        "es": {"text": "Hola.", "audio": "https://a.example/x.mp3"},
    }
    saved(ana, url_of(address), **{"prompt.en": " ", "prompt.es": "", "prompt.es.audio": ""})
    assert Message.objects.get(pk=address.pk).prompt == {"hmn": "Nyob zoo."}


def test_the_lines_own_phrases_are_set_and_taken_back(line: Line, ana: Client) -> None:
    Line.objects.filter(pk=line.pk).update(phrases={"sorry": {"en": "Eh?"}})
    saved(ana, url_of(line), **{"phrases.goodbye.es": "Hasta luego."})
    assert Line.objects.get(pk=line.pk).phrases == {"sorry": {"en": "Eh?"}, "goodbye": {"es": "Hasta luego."}}
    saved(ana, url_of(line), **{"phrases.goodbye.es": "", "phrases.sorry.en": ""})
    assert Line.objects.get(pk=line.pk).phrases == {}


# --- adding -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["menu", "message", "hours", "transfer", "voicemail", "hangup"])
def test_every_kind_is_added_from_its_lines_page(kind: str, line: Line, ana: Client) -> None:
    url = add_url(kind, line)
    assert url in text(ana, url_of(line))
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


def test_a_new_line_begins_with_english_and_says_what_is_next(ana: Client) -> None:
    assert "Add your first line" in text(ana, "/admin/menus/line/")
    url = "/admin/menus/line/add/"
    number = row("numbers", 0, number="+1 202 555 0133")
    answer = ana.post(url, filled(ana, url) | {"name": "Bakery", "timezone": "Europe/Paris"} | number)
    assert answer.status_code == 302, faults(answer)
    line = Line.objects.get()
    assert [(spoken.key, spoken.voice_language) for spoken in line.languages.all()] == [("en", "en-US")]
    assert [found.number for found in line.numbers.all()] == ["12025550133"]
    page = text(ana, url_of(line))
    assert "never published" in page
    assert "most lines begin with a message or a menu" in page


def test_add_another_stays_with_the_line(line: Line, ana: Client) -> None:
    url = add_url("message", line)
    answer = ana.post(url, filled(ana, url) | {"label": "One", "_addanother": "1"})
    assert answer.headers["Location"] == add_url("message", line)


# --- only the line's own ----------------------------------------------------------------------------------------


def test_pickers_offer_the_lines_own_by_name_and_kind(line: Line, ana: Client) -> None:
    other = Line.objects.create(name="Other")
    Message.objects.create(line=other, label="Foreign")
    Schedule.objects.create(line=other, name="Foreign hours")
    for key in ("main", "desk", "open"):
        page = text(ana, url_of(staff.part(line, key)))
        assert "Mailbox (voicemail)" in page
        assert "Foreign" not in page
    assert "Foreign" not in text(ana, url_of(line))


def test_a_destination_of_another_line_is_refused(line: Line, ana: Client) -> None:
    foreign = str(Message.objects.create(line=Line.objects.create(name="Other"), label="Foreign").pk)
    menu, hours = staff.part(line, "main"), staff.part(line, "open")
    fault = "belongs to another line, or was deleted; choose one of this line's"
    assert fault in refused(ana, url_of(menu), **{"options-0-to": foreign})
    assert fault in refused(ana, url_of(menu), no_input_then=foreign)
    assert fault in refused(ana, url_of(hours), schedule="999")
    assert fault in refused(ana, url_of(line), start=foreign)
    assert Option.objects.get(key="desk").to == Destination.objects.get(key="desk")


# --- faults in words --------------------------------------------------------------------------------------------


def test_two_options_with_one_key_are_refused_unless_one_is_off(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    assert "Key 1 is taken by “Front desk”; choose another key" in refused(ana, url, **{"options-1-digits": "1"})
    answer = filled(ana, url) | {"options-1-digits": "1"}
    del answer["options-1-enabled"]
    assert ana.post(url, answer).status_code == 302


@pytest.mark.parametrize(
    ("type", "address", "fault"),
    [
        ("phone", "555 0121", "is too short or too long"),
        ("phone", "call Ana", "is not a whole telephone number; write it with + and the country code"),
        ("phone", "", "This field is required"),
        ("sip", "desk", "sip:desk@example.com"),
        ("websocket", "https://example.com", "wss://example.com/bot"),
        ("vbc", "Ana", "104"),
        ("carrier pigeon", "Ana", "Select a valid choice"),
    ],
)
def test_an_address_has_to_fit_its_type(type: str, address: str, fault: str, line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "desk"))
    assert fault in refused(ana, url, **{"targets-0-type": type, "targets-0-address": address})


@pytest.mark.parametrize(
    ("type", "typed", "kept"),
    [
        ("phone", "+44 (0)1632 960 961", "441632960961"),
        ("sip", "sip:desk@example.com", "sip:desk@example.com"),
        ("app", "ana", "ana"),
        ("websocket", "wss://example.com/bot", "wss://example.com/bot"),
        ("vbc", "104", "104"),
    ],
)
def test_addresses_of_every_type_are_kept(type: str, typed: str, kept: str, line: Line, ana: Client) -> None:
    transfer = staff.part(line, "desk")
    assert isinstance(transfer, Transfer)
    saved(ana, url_of(transfer), **{"targets-0-type": type, "targets-0-address": typed})
    assert transfer.targets.get().address == kept
    saved(ana, url_of(transfer))
    assert transfer.targets.get().address == kept


def test_numbers_are_shown_as_people_write_them(line: Line, ana: Client) -> None:
    desk = staff.part(line, "desk")
    saved(ana, url_of(desk), caller_id="+1 202 555 0120")
    assert "+1 202 555 0120" in text(ana, url_of(desk))
    assert Transfer.objects.get(pk=desk.pk).caller_id == "12025550120"
    assert "is not a whole telephone number" in refused(ana, url_of(desk), caller_id="(202) 555-0120")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"prompt.en.audio": "hello.mp3"}, "English: “hello.mp3” is not the address of a recording; write it like"),
        ({"prompt.es.audio": "https://a.example/x.mp3?v=1"}, "Español: "),
        ({"prompt.en": "x" * 5001}, "English: these are 5,001 characters; write at most 5,000"),
        ({"prompt.en": "a\0b"}, "English: a character here cannot be spoken"),
        ({"label": ""}, "This field is required"),
    ],
)
def test_faulty_words_are_named_by_language(changes: dict[str, str], fault: str, line: Line, ana: Client) -> None:
    assert fault in refused(ana, url_of(staff.part(line, "address")), **changes)


@pytest.mark.parametrize("when", ["Christmas", "13-45", "02-30", "2026-02-29", "6th monday of may"])
def test_a_holiday_that_is_no_day_is_refused_with_examples(when: str, line: Line, ana: Client) -> None:
    fault = refused(ana, url_of(line.schedules.get()), **{"holidays-0-when": when})
    assert f"“{when.lower()}” is not a day" in fault.lower()
    assert "12-25" in fault


def test_hours_and_holidays_are_kept_and_a_night_is_pointed_out(line: Line, ana: Client) -> None:
    schedule = line.schedules.get()
    night = row("hours", 1, weekday="4", opens="22:00", closes="06:00")
    late = row("hours", 2, weekday="5", opens="18:00", closes="00:00")
    day = row("holidays", 1, name="Eve", when="12-24", closed_from="12:00", words__es="Feliz Navidad")
    answer: Any = ana.post(url_of(schedule), filled(ana, url_of(schedule)) | night | late | day, follow=True)
    assert "Open over midnight, into the next day: Friday 22:00–06:00." in html.unescape(answer.content.decode())
    assert [(h.weekday, h.opens, h.closes) for h in schedule.hours.all()][1:] == [
        (4, time(22), time(6)),
        (5, time(18), time()),
    ]
    eve = Holiday.objects.get(name="Eve")
    assert (eve.closed_from, eve.closed_to, eve.words, eve.position) == (time(12), None, {"es": "Feliz Navidad"}, 1)


def test_a_day_with_two_hours_that_begin_together_is_refused(line: Line, ana: Client) -> None:
    again = row("hours", 1, weekday="0", opens="08:00", closes="12:00")
    assert "hours that begin then already" in refused(ana, url_of(line.schedules.get()), **again)


def test_a_voice_that_vonage_does_not_have_is_refused(line: Line, ana: Client) -> None:
    assert "has no voice style 77" in refused(ana, url_of(line), **{"languages-0-voice_style": "77"})


def test_a_key_that_stands_twice_is_refused_by_the_form(line: Line, ana: Client) -> None:
    url = add_url("message", line)
    assert "has a destination with that key already" in refused(ana, url, label="X", key="bye")
    assert "has a schedule with that key already" in refused(ana, add_url("schedule", line), name="X", key="office")


def test_a_key_once_made_stays(line: Line, ana: Client) -> None:
    saved(ana, url_of(staff.part(line, "bye")), label="Farewell", key="farewell")
    assert Destination.objects.get(label="Farewell").key == "bye"


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
    for page in (url_of(line), f"/admin/menus/line/{line.pk}/check/"):
        assert f'<a href="{url_of(menu)}">Menu “Main”' in text(ana, page)


def test_kinds_are_not_in_the_list_of_apps_and_lines_come_first(line: Line, ana: Client) -> None:
    page = text(ana, "/admin/")
    assert page.index("Riverbend Clinic") < page.index("Everything else")
    assert "/admin/menus/menu/" not in page
    assert "/admin/menus/schedule/" not in page
    Line.objects.all().delete()
    assert "Add your first line" in text(ana, "/admin/")


@pytest.mark.parametrize("page", ["line", "menu"])
def test_pages_need_no_more_queries_for_a_longer_line(
    page: str, line: Line, ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = url_of(line if page == "line" else staff.part(line, "main"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    text(ana, url)
    with CaptureQueriesContext(connection) as few:
        text(ana, url)
    menu = staff.part(line, "main")
    for n in range(8):
        more = Message.objects.create(line=line, label=f"More {n}", then_id=menu.pk)
        Option.objects.create(menu_id=menu.pk, digits=f"5{n}", label=f"More {n}", to=more)
    with django_assert_num_queries(len(few)):
        text(ana, url)
