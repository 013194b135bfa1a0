"""The editor's forms: what is typed is stored, what is not typed stays, and a fault is said in the staff's words."""

from __future__ import annotations

import html
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from menus.draft import read_draft, write_draft
from menus.flow import Flow, LineFile
from menus.linefile import read_yaml
from menus.models import Destination, Holiday, Line, Message, Option, Schedule, Transfer
from menus.publish import as_text
from tests import staff
from tests.pages import add_url, filled, refused, row, saved, text, url_of
from tests.strategies import line_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


# --- nothing is lost --------------------------------------------------------------------------------------------


def save_parts(line: Line, client: Client) -> Flow:
    for part in (*(one.whole() for one in line.destinations.all()), *line.schedules.all()):
        saved(client, url_of(part))
    return read_draft(Line.objects.get(pk=line.pk))


@pytest.mark.parametrize("path", staff.DEMO, ids=lambda path: path.stem)
def test_saving_every_form_unchanged_changes_nothing(path: Path, ana: Client) -> None:
    line = Line.objects.get(pk=write_draft(read_yaml(path.read_bytes())).pk)
    before = as_text(read_draft(line))
    saved(ana, url_of(line))
    assert as_text(save_parts(line, ana)) == before


@pytest.mark.slow
@settings(
    max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(line_files())
def test_no_line_at_all_is_changed_by_saving_its_parts(line_file: LineFile) -> None:
    Line.objects.all().delete()
    line = Line.objects.get(pk=write_draft(line_file).pk)
    before = as_text(read_draft(line))
    browser = Client()
    browser.force_login(get_user_model().objects.get_or_create(username="r", is_staff=True, is_superuser=True)[0])
    assert as_text(save_parts(line, browser)) == before


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
    ("kind", "address", "fault"),
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
def test_an_address_has_to_fit_its_type(kind: str, address: str, fault: str, line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "desk"))
    assert fault in refused(ana, url, **{"targets-0-type": kind, "targets-0-address": address})


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("phone", "+44 (0)1632 960 961", "441632960961"),
        ("sip", "sip:desk@example.com", "sip:desk@example.com"),
        ("app", "ana", "ana"),
        ("websocket", "wss://example.com/bot", "wss://example.com/bot"),
        ("vbc", "104", "104"),
    ],
)
def test_addresses_of_every_type_are_kept(kind: str, typed: str, kept: str, line: Line, ana: Client) -> None:
    transfer = staff.part(line, "desk")
    assert isinstance(transfer, Transfer)
    saved(ana, url_of(transfer), **{"targets-0-type": kind, "targets-0-address": typed})
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
def test_a_holiday_that_is_no_day_is_refused_with_the_cure(when: str, line: Line, ana: Client) -> None:
    fault = refused(ana, url_of(line.schedules.get()), **{"holidays-0-when": when})
    assert f"“{when.lower()}” is not" in fault
    assert "12-25" in fault or "look at its month and day" in fault


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


def test_a_new_schedule_begins_with_the_usual_week_and_keeps_what_is_left_of_it(line: Line, ana: Client) -> None:
    url = add_url("schedule", line)
    week = filled(ana, url)
    assert [week[f"hours-{n}-weekday"] for n in range(5)] == ["0", "1", "2", "3", "4"]
    emptied = {f"hours-4-{name}": "" for name in ("weekday", "opens", "closes")}
    answer: Any = ana.post(url, week | emptied | {"name": "Desk", "hours-0-opens": "08:00"})
    assert answer.status_code == 302
    hours = line.schedules.get(name="Desk").hours.all()
    assert [str(one) for one in hours] == [
        "Monday 08:00-17:00",
        "Tuesday 09:00-17:00",
        "Wednesday 09:00-17:00",
        "Thursday 09:00-17:00",
    ]
