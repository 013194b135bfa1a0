"""Golden calls: saved tries are played again; what ends elsewhere is red, says so, and blocks publishing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from menus import golden as module
from menus.draft import read_draft
from menus.golden import check_golden
from menus.models import GoldenCall, Line, Option
from menus.publish import GoldenCallFailed, publish, roll_back
from tests import staff
from tests.pages import text

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "name": "Key 2 → the address",
    "at": "2026-11-23T10:00:00-05:00",
    "caller": "+1 202 555 0142",
    "dialled": "12025550120",
    "known": {"lot": 7, "lists": [], "language": ""},
    "switches": [],
    "script": ["caller rings", "caller presses 2"],
    "ends_at": "bye",
}


@pytest.fixture
def line() -> Line:
    return staff.clean_clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def url(line: Line, page: str = "") -> str:
    return f"/admin/menus/line/{line.pk}/golden/{page}"


def save(client: Client, line: Line, **changes: Any) -> Any:
    return client.post(url(line, "save/"), json.dumps(GIVEN | changes), content_type="application/json")


def golden(line: Line, **changes: Any) -> GoldenCall:
    known: dict[str, Any] = {"name": "Desk", "at": timezone.now(), "script": "caller rings\ncaller presses 1"}
    return GoldenCall.objects.create(line=line, **known | {"ends_at": "desk"} | changes)


def faults(line: Line) -> list[str]:
    return [result.fault for result in check_golden(line, read_draft(line))]


# --- playing ----------------------------------------------------------------------------------------------------


def test_a_call_that_ends_where_it_must_is_green(line: Line) -> None:
    golden(line)
    assert faults(line) == [""]


def test_a_call_that_ends_elsewhere_is_red_and_says_where(line: Line) -> None:
    golden(line)
    Option.objects.filter(key="desk").update(to=staff.part(line, "mailbox"))
    assert faults(line) == ["ended at “Mailbox”, expected “Front desk”"]


def test_what_cannot_be_done_any_more_is_named_with_its_step(line: Line) -> None:
    golden(line, script="caller rings\ncaller presses 1\ncaller presses 7")
    [fault] = faults(line)
    assert fault.startswith("cannot be done any more: 3. caller presses 7: ")
    assert "is ringing" in fault


@pytest.mark.parametrize(
    "spoilt",
    [
        {"switches": ["closed for ever"]},
        {"known": {"lot": "x"}},
        {"script": "caller sings"},
        {"ends_at": "gone"},
        {"script": ""},
    ],
)
def test_a_row_that_nobody_can_play_is_red_and_stops_nothing_else(spoilt: dict[str, Any], line: Line) -> None:
    golden(line, **spoilt)
    golden(line)
    first, second = faults(line)
    assert first
    assert not second


# --- publishing -------------------------------------------------------------------------------------------------


def test_a_red_call_blocks_publishing_by_name_and_rolling_back_not(line: Line) -> None:
    first = publish(line, None, "")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    publish(line, None, "")
    golden(line, name="Desk by key 1")
    Option.objects.filter(key="desk").update(to=staff.part(line, "mailbox"))
    with pytest.raises(GoldenCallFailed, match="“Desk by key 1” ended at “Mailbox”, expected “Front desk”"):
        publish(line, None, "")
    assert line.versions.count() == 2
    assert roll_back(line, first, None).number == 3


def test_the_commands_play_them_too(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    golden(line, name="By key 1")
    call_command("check_line", "12025550120")
    assert "green    By key 1." in capsys.readouterr().out
    golden(line, name="Wrong", ends_at="bye")
    with pytest.raises(CommandError, match=r"1 golden call\(s\) red"):
        call_command("check_line", "12025550120")
    assert "red      Wrong: it ended at “Front desk”, expected “Goodbye”." in capsys.readouterr().out
    with pytest.raises(CommandError, match="the golden call “Wrong” ended at"):
        call_command("publish_line", "12025550120", "--note", "x")
    assert not line.versions.exists()


# --- saving -----------------------------------------------------------------------------------------------------


def test_a_try_is_saved_and_logged(line: Line, ana: Client) -> None:
    answer = save(ana, line)
    kept = GoldenCall.objects.get()
    assert answer.json() == {"url": f"{url(line)}#golden-{kept.pk}", "name": "Key 2 → the address"}
    assert (kept.caller, kept.dialled, kept.script) == ("12025550142", "12025550120", "caller rings\ncaller presses 2")
    assert kept.at.isoformat() == "2026-11-23T15:00:00+00:00"
    assert (str(kept.saved_by), faults(line)) == ("editor", [""])
    assert LogEntry.objects.get().get_change_message() == "Golden call “Key 2 → the address” is saved."


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"ends_at": "desk"}, "ended at “Goodbye”, expected “Front desk”"),
        ({"ends_at": "x"}, "which is not in the line any more"),
        ({"script": ["caller rings", "caller sings"]}, "2. caller sings"),
        ({"script": []}, "Nothing happens"),
        ({"script": "caller rings"}, "not a list"),
        ({"script": [1]}, "not a list"),
        ({"script": ["5 seconds pass"] * 201}, "200 is the most"),
        ({"name": " "}, "Give it a name"),
        ({"name": "x" * 201}, "at most 200"),
        ({"name": 7}, "not a text"),
        ({"at": "tomorrow"}, "choose a day"),
        ({"at": None}, "choose a day"),
        ({"at": "0001-01-01T00:00:00"}, "too far away"),
        ({"caller": "555 01"}, "telephone number"),
        ({"known": []}, "What is known"),
        ({"known": {"lot": -1}}, "lot"),
        ({"switches": ["closed for ever"]}, "is no switch"),
    ],
)
def test_what_is_no_golden_call_is_refused_in_words(changes: dict[str, Any], why: str, line: Line, ana: Client) -> None:
    answer = save(ana, line, **changes)
    assert answer.status_code == 400
    assert why in answer.json()["error"]
    assert not GoldenCall.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '"x"', "[" * 5000])
def test_garbage_is_refused_in_words(body: str, line: Line, ana: Client) -> None:
    answer: Any = ana.post(url(line, "save/"), body, content_type="application/json")
    assert answer.status_code == 400
    assert "load it again" in answer.json()["error"]


def test_a_line_keeps_so_many_and_no_more(line: Line, ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calls.desk.golden.MAX_CALLS", 2)
    answers = [save(ana, line, name=f"Call {n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert "delete one first" in answers[2].json()["error"]
    assert [row.name for row in line.golden_calls.all()] == ["Call 0", "Call 1"]
    assert module.MAX_CALLS == 100


def test_an_unfinished_draft_takes_no_golden_call(line: Line, ana: Client) -> None:
    line.languages.all().delete()
    assert "not finished" in save(ana, line).json()["error"]


@pytest.mark.parametrize(("role", "status"), [("editor", 200), ("publisher", 403), ("viewer", 403), ("no rights", 403)])
def test_who_may_edit_the_line_saves_and_changes(role: str, status: int, line: Line) -> None:
    client = staff.client(role)
    assert save(client, line).status_code == status
    row = golden(line)
    changed = client.post(url(line, f"{row.pk}/"), {"do": "delete"}).status_code
    assert changed == (302 if status == 200 else 403)
    assert GoldenCall.objects.filter(pk=row.pk).exists() is (status != 200)


# --- the page ---------------------------------------------------------------------------------------------------


def test_the_page_shows_green_and_red_on_the_draft_and_on_what_is_live(line: Line, ana: Client) -> None:
    golden(line, name="By key 1")
    publish(line, None, "")
    assert "All green" in text(ana, url(line))
    Option.objects.filter(key="desk").update(to=staff.part(line, "mailbox"))
    page = text(ana, url(line))
    assert "Draft: red" in page
    assert "Live: green" in page
    assert "On the draft it ended at “Mailbox”, expected “Front desk”." in page
    assert "never real ones" in page
    assert f"/try/?golden={line.golden_calls.get().pk}" in page


def test_a_new_ending_is_accepted_only_as_it_was_shown(line: Line, ana: Client) -> None:
    row = golden(line)
    Option.objects.filter(key="desk").update(to=staff.part(line, "mailbox"))
    assert "This is right now: expect “Mailbox”" in text(ana, url(line))
    ana.post(url(line, f"{row.pk}/"), {"do": "accept", "ends_at": "bye"})
    assert faults(line) != [""]
    ana.post(url(line, f"{row.pk}/"), {"do": "accept", "ends_at": "mailbox"})
    assert faults(line) == [""]
    assert LogEntry.objects.get().get_change_message() == "Golden call “Desk” now expects “Mailbox”."


def test_a_call_is_renamed_and_deleted(line: Line, ana: Client) -> None:
    row = golden(line)
    ana.post(url(line, f"{row.pk}/"), {"do": "rename", "name": "  Front   desk "})
    ana.post(url(line, f"{row.pk}/"), {"do": "rename", "name": " "})
    assert GoldenCall.objects.get().name == "Front desk"
    ana.post(url(line, f"{row.pk}/"), {"do": "delete"})
    assert not GoldenCall.objects.exists()
    said = [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]
    assert said == ["Golden call “Desk” is now called “Front desk”.", "Golden call “Front desk” is deleted."]


def test_a_call_of_another_line_is_not_found(line: Line, ana: Client) -> None:
    row = golden(line)
    other = Line.objects.create(name="Other")
    assert ana.post(url(other, f"{row.pk}/"), {"do": "delete"}).status_code == 404


def test_an_unfinished_draft_and_an_empty_list_are_pages_too(line: Line, ana: Client) -> None:
    assert "No golden call yet" in text(ana, url(line))
    golden(line)
    line.languages.all().delete()
    assert "Draft not finished" in text(ana, url(line))
