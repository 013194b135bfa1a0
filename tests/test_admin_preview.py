"""The panel beside a destination's form: what callers would hear of what is being typed, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from menus.draft import read_draft
from menus.models import Line, Menu, Message, Option, Schedule, Transfer
from menus.publish import as_text
from tests import kinds, staff
from tests.pages import add_url, filled, row, text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def shown(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """The answer to the page's form as a browser would send it while somebody types."""
    answer = client.post(
        url.replace("change/", "preview/").replace("add/", "add/preview/"), filled(client, url) | changes
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


# --- a menu -----------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_stored_without_any_script(line: Line, ana: Client) -> None:
    page = text(ana, url_of(staff.part(line, "main")))
    assert "For the desk, press 1. For our address, press 2." in page
    assert "oprima el 1. La dirección, oprima el 2." in page
    assert "Prompt, made from the options" in page
    assert "hears the prompt three times, then goes to Goodbye." in page


def test_the_composed_prompt_follows_the_options_as_they_are_typed(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    found = shown(ana, url, **{"options-0-words.en": "To speak with us", "options-0-digits": "7"})
    assert "To speak with us, press 7. For our address, press 2." in found["panel"]
    assert found["unread"] == []


def test_an_option_that_is_not_saved_yet_is_said_too_and_one_taken_out_is_not(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    more = row("options", 2, digits="3", label="Parking", words__en="For parking", enabled="on", spoken="on")
    assert "For parking, press 3." in shown(ana, url, **more)["panel"]
    assert "For the desk" not in shown(ana, url, **{"options-0-DELETE": "on"})["panel"]


def test_options_are_said_in_the_order_that_was_typed(line: Line, ana: Client) -> None:
    found = shown(ana, url_of(staff.part(line, "main")), **{"options-0-position": "5", "options-1-position": "0"})
    assert "For our address, press 2. For the desk, press 1." in found["panel"]


def test_each_option_says_after_how_many_seconds_it_is_told(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    found = shown(ana, url)["panel"]
    assert "Told after" in found
    assert " s</td>" in found
    assert "never said" in shown(ana, url, **{"prompt.en": "Choose.", "prompt.es": "Elija."})["panel"]


def test_the_sentence_under_the_tries_follows_them(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    desk = str(staff.part(line, "desk").pk)
    found = shown(ana, url, no_input_tries="2", no_input_then=desk)
    assert (
        found["outlook"]["no_input"] == "A caller who presses nothing hears the prompt twice, then goes to Front desk."
    )
    assert "operator (Front desk)" in shown(ana, url, no_match_then="")["outlook"]["no_match"]


def test_what_cannot_be_read_is_said_quietly_and_the_rest_is_shown(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    found = shown(ana, url, no_input_tries="", **{"options-0-words.en": "New words"})
    assert any("Tries on silence" in one for one in found["unread"])
    assert "New words, press 1." in found["panel"]
    found = shown(ana, url, **row("options", 2, label="Half", enabled="on"))
    assert found["unread"] == ["Row 3, Key: This field is required."]
    assert "Half" not in found["panel"]


# --- nothing is stored, and not everybody may ask ---------------------------------------------------------------


def test_nothing_is_written(line: Line, ana: Client) -> None:
    before = as_text(read_draft(line))
    url = url_of(staff.part(line, "main"))
    answer = filled(ana, url) | {"label": "Other", "options-0-label": "Other"}
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert ana.post(url.replace("change/", "preview/"), answer).status_code == 200
    writes = [
        one["sql"] for one in asked if not one["sql"].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE"))
    ]
    assert writes == []
    assert as_text(read_draft(Line.objects.get(pk=line.pk))) == before
    assert Option.objects.filter(label="Other").count() == 0


def test_the_page_asks_no_more_of_the_database_for_more_options(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    queries(ana, url)
    few = queries(ana, url)
    menu = Menu.objects.get(line=line)
    for n in range(3, 9):
        Option.objects.create(menu=menu, digits=str(n), label=f"Option {n}", to_id=staff.part(line, "bye").pk)
    more = queries(ana, url)
    assert more[0] == few[0]
    # Django's own tables of forms look each row up, and ask once whether its key is taken.
    assert more[1] <= few[1] + 6 * 2


def queries(client: Client, url: str) -> tuple[int, int]:
    answer = filled(client, url)
    with CaptureQueriesContext(connection) as page:
        client.get(url)
    with CaptureQueriesContext(connection) as preview:
        client.post(url.replace("change/", "preview/"), answer)
    return len(page), len(preview)


@pytest.mark.parametrize(("role", "code"), [("editor", 200), ("viewer", 403), ("no rights", 403), ("anonymous", 302)])
def test_only_who_may_change_it_may_ask(role: str, code: int, line: Line) -> None:
    client = staff.client(role)
    url = url_of(staff.part(line, "main")).replace("change/", "preview/")
    assert client.post(url, {}).status_code == code
    assert client.post(f"/admin/menus/menu/add/preview/?line={line.pk}", {"label": "x"}).status_code == code


def test_only_a_form_that_is_sent_is_answered(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main")).replace("change/", "preview/")
    assert ana.get(url).status_code == 405
    assert ana.post(url.replace("main", "x").replace(str(staff.part(line, "main").pk), "999999")).status_code == 404
    assert ana.post("/admin/menus/menu/add/preview/").status_code == 404


def test_a_viewer_sees_what_is_stored(line: Line) -> None:
    page = text(staff.client("viewer"), url_of(staff.part(line, "main")))
    assert "For the desk, press 1." in page
    assert "data-preview" not in page


# --- the other kinds --------------------------------------------------------------------------------------------


def test_a_page_that_adds_shows_it_before_it_is_there(line: Line, ana: Client) -> None:
    url = add_url("menu", line)
    found = shown(ana, url, label="New", **row("options", 0, digits="1", label="Desk", enabled="on", spoken="on"))
    assert "For Desk, press 1." in found["panel"]
    assert "operator (Front desk)" in found["outlook"]["no_input"]
    assert not Menu.objects.filter(label="New").exists()


def test_a_transfer_tells_whom_it_rings_and_for_how_long(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "desk"))
    more = row("targets", 1, type="phone", address="+1 202 555 0199", label="Bob", ring_seconds="20", rate="16000")
    found = shown(ana, url, **more)["outlook"]["ringing"]
    assert found == "Rings Ana 25 s, then Bob 20 s, then the caller goes to Mailbox."
    assert Transfer.objects.get(line=line).targets.count() == 1


def test_a_schedule_tells_what_it_is_now(line: Line, ana: Client) -> None:
    schedule = Schedule.objects.get(line=line)
    found = shown(ana, url_of(schedule))
    assert found["outlook"]["clock"].startswith("Now: Office: ")
    assert "Christmas" in found["panel"]
    assert "No holiday within a year." in shown(ana, url_of(schedule), **{"holidays-0-DELETE": "on"})["panel"]


def test_words_that_only_one_language_has_are_said_to_be_missing(line: Line, ana: Client) -> None:
    found = shown(ana, url_of(staff.part(line, "address")), **{"prompt.es": ""})
    assert "Said in English: there are no words of this language." in found["panel"]


def test_values_that_nobody_knows_yet_keep_their_names(line: Line, ana: Client) -> None:
    found = shown(ana, url_of(staff.part(line, "address")), **{"prompt.en": "{line}: you keyed {account}."})
    assert "Riverbend Clinic: you keyed {account}." in found["panel"]


def test_every_kind_of_page_answers() -> None:
    client = staff.client("editor")
    for part in [one.whole() for one in kinds.utilities().destinations.all()]:
        assert shown(client, url_of(part))["unread"] == [], part


# --- used by, and the exact answer ------------------------------------------------------------------------------


def test_the_page_says_who_uses_it_with_links(line: Line, ana: Client) -> None:
    main = staff.part(line, "main")
    page = text(ana, url_of(staff.part(line, "desk")))
    assert f'<a href="{main.get_absolute_url()}">Menu “Main”: key 1, “Front desk”</a>' in page
    assert "Line “Riverbend Clinic”: operator" in page
    assert "Hours" not in page.split("used-by-heading")[1].split("</section>")[0]
    assert "Opening hours “Open?”" in text(ana, url_of(Schedule.objects.get(line=line)))
    lonely = Message.objects.create(line=line, label="Lonely")
    assert "Nothing leads here yet." in text(ana, url_of(lonely))


def test_deleting_what_is_used_is_refused_with_the_list(line: Line, ana: Client) -> None:
    for row_ in (staff.part(line, "desk"), Schedule.objects.get(line=line)):
        url = url_of(row_).replace("change/", "delete/")
        page: Any = ana.post(url, {"post": "yes"})
        assert page.status_code != 302
        assert "Main" in page.content.decode() or "Open?" in page.content.decode()
        assert type(row_)._default_manager.filter(pk=row_.pk).exists()


def test_the_exact_ncco_is_that_of_a_caller_who_comes_there(line: Line) -> None:
    client = staff.client("viewer")
    page = text(client, f"/admin/menus/line/{line.pk}/ncco/address/?part=1")
    assert '"text": "12 Main Street."' in page
    assert "Goodbye." in page
    assert "Calle Main 12." in text(client, f"/admin/menus/line/{line.pk}/ncco/address/?part=1&language=es")
    assert "12 Main Street." in text(client, f"/admin/menus/line/{line.pk}/ncco/address/")
    assert client.get(f"/admin/menus/line/{line.pk}/ncco/nowhere/").status_code == 404
    assert staff.client("no rights").get(f"/admin/menus/line/{line.pk}/ncco/address/").status_code == 403
