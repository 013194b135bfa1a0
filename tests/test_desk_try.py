"""Try it: the page sends a call, and is told what is heard and why; nothing of it is written down."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from calls.desk import try_call
from calls.models import RememberedCaller
from menus.dialogue import Flip
from menus.flow import Prompt, SwitchKind
from menus.models import GoldenCall, Line, LookupRow, LookupTable, NumberList
from menus.publish import publish
from menus.switches import throw
from tests import kinds, lines, staff

pytestmark = pytest.mark.django_db

MONDAY = {"date": "2026-11-23", "time": "10:00"}


class Phone:
    """Does what the page's script does: it keeps the call, and sends it with each thing that is done."""

    def __init__(self, client: Client, line: Line, **more: Any) -> None:
        self.client, self.line, self.more = client, line, more
        self.told: dict[str, Any] = {}

    def send(self, **asked: Any) -> Any:
        response: Any = self.client.post(
            f"/admin/menus/line/{self.line.pk}/try/play/", self.more | asked, "application/json"
        )
        assert response.status_code == 200, response.content
        told = response.json()
        if "call" in told:
            self.told = told
        return told

    def ring(self, **setup: Any) -> Any:
        return self.send(setup=MONDAY | {"caller": "+1 202 555 0142", "dialled": "+1 202 555 0120"} | setup)

    def do(self, *words: str, **more: Any) -> Any:
        return self.send(call=self.told["call"], do=list(words), **more)

    def press(self, keys: str) -> Any:
        return self.do(f"caller presses {keys}")


@pytest.fixture
def phone() -> Phone:
    return Phone(staff.client("viewer"), staff.clinic())


@pytest.fixture
def utilities() -> Phone:
    phone = Phone(staff.client("viewer"), kinds.utilities())
    table = LookupTable.objects.get(key="accounts")
    LookupRow.objects.create(table=table, key="48210009", values={"balance": "84.20", "due_date": "2026-12-01"})
    return phone


def said(told: Any) -> list[str]:
    return [said["text"] for said in told["turns"][-1]["said"]]


def test_a_call_is_heard_with_its_reasons_languages_and_seconds(phone: Phone) -> None:
    told = phone.ring()
    assert said(told)[0] == "Riverbend Clinic."
    assert told["waits"] == {"for": "keys", "seconds": 5, "max": 1, "hash": False, "speech": ""}
    assert told["place"] == {"key": "main", "label": "Main"}
    told = phone.press("2")
    assert told["turns"][-1]["did"] == "presses 2"
    assert told["turns"][-1]["why"][0] == "goes “Main” → “Our address” (chosen: Our address)"
    assert told["turns"][-1]["said"][0]["language"] == "en-US"
    assert told["way"][:2] == [["main", "address"], ["address", "bye"]]
    assert told["over"] is True
    assert told["place"]["key"] == "bye"
    every = [one["seconds"] for turn in told["turns"] for one in turn["said"]]
    assert abs(told["seconds"] - sum(every)) <= 1


def test_the_ncco_of_the_last_turn_is_shown(phone: Phone) -> None:
    ncco = json.loads(phone.ring()["ncco"])
    assert [action["action"] for action in ncco][-3:] == ["input", "notify", "talk"]
    ringing = json.loads(phone.press("1")["ncco"])
    assert ringing[0]["endpoint"] == [{"type": "phone", "number": "12025550121"}]


def test_the_time_passes_with_what_is_heard_and_done(phone: Phone) -> None:
    first, second = phone.ring()["turns"][-1]["at"], phone.do("caller presses nothing")["turns"][-1]["at"]
    assert first == "10:00:00"
    assert "10:00:06" < second < "10:00:40"
    assert phone.do("6 minutes pass")["turns"][-1]["at"] > "10:06:00"


def test_whom_the_line_rings_answers_is_busy_or_does_not_answer(phone: Phone) -> None:
    phone.ring()
    assert phone.press("1")["waits"]["for"] == "target"
    ringing = phone.told
    assert phone.do("target answers")["waits"] == {"for": "talks"}
    assert phone.do("target hangs up")["over"] is True
    for fate in ("target is busy", "target does not answer", "target rejects the call", "target cannot be rung"):
        phone.told = ringing
        assert phone.do(fate)["waits"]["for"] == "message"
    assert phone.do("caller leaves a message")["over"] is True


def test_what_cannot_be_done_now_is_said_and_changes_nothing(phone: Phone) -> None:
    before = phone.ring()
    told = phone.do("target answers")
    assert told["fault"] == "Target answers: the line waits for a key."
    assert told["call"] == before["call"]


def test_an_earlier_call_sent_again_is_the_call_before(phone: Phone) -> None:
    """Undo: the page sends what it kept."""
    before = phone.ring()
    phone.press("1")
    assert phone.send(call=before["call"])["turns"] == before["turns"]


@pytest.mark.parametrize(
    ("setup", "fault"),
    [
        ({"caller": "555"}, "“555” is not a telephone number; write it with +"),
        ({"date": "2027-03-14", "time": "02:30"}, "skip 02:30; choose another time, for example 03:30"),
        ({"date": "Christmas"}, "This is no date and time"),
        ({"date": "9999-12-31"}, "cannot be tried; choose one between the years"),
        ({"switches": "message"}, "The emergency message has no words yet"),
    ],
)
def test_what_cannot_be_called_so_is_said_with_its_cure(phone: Phone, setup: dict[str, str], fault: str) -> None:
    assert fault in phone.ring(**setup)["fault"]


def test_a_draft_that_is_not_finished_and_a_version_that_is_gone_are_said(phone: Phone) -> None:
    assert "not there any more" in Phone(phone.client, phone.line, which="x").ring()["fault"]
    phone.line.languages.all().delete()
    assert "cannot be called yet" in phone.ring()["fault"]


def test_the_draft_and_every_version_can_be_called(phone: Phone) -> None:
    version = publish(phone.line, None, "First")
    Line.objects.filter(pk=phone.line.pk).update(start=phone.line.destinations.get(key="bye"))
    assert phone.ring()["over"] is True
    assert Phone(phone.client, phone.line, which=str(version.pk)).ring()["waits"]["for"] == "keys"


# --- what is pretended ------------------------------------------------------------------------------------------


@pytest.fixture
def hours() -> Phone:
    """The clinic, begun at its hours: Mondays from 8 to 17 o'clock."""
    line = staff.clinic()
    Line.objects.filter(pk=line.pk).update(start=line.destinations.get(key="open"))
    return Phone(staff.client("viewer"), line)


@pytest.mark.parametrize(
    ("setup", "why"),
    [
        ({}, "Office: open, Monday 08:00–17:00"),
        ({"date": "2026-11-22"}, "Office: closed, Sunday has no hours"),
        ({"date": "2026-12-25"}, "Office: holiday, Christmas"),
        ({"switches": "closed"}, "switched to closed until 23 November, 22:00"),
        ({"date": "2026-11-22", "switches": "open"}, "switched to open until 22 November, 22:00"),
    ],
)
def test_it_is_called_at_any_time_and_as_if_switches_were_on(hours: Phone, setup: dict[str, str], why: str) -> None:
    assert why in hours.ring(**setup)["turns"][-1]["why"][0]


def test_an_emergency_message_is_pretended(phone: Phone) -> None:
    told = phone.ring(switches="message", message="Snow (again). Stay home.")
    assert said(told)[0] == "Snow [again]. Stay home."


def test_switches_are_as_they_are_now_unless_they_are_left_out(hours: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 23, 15, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    ends = now + timedelta(hours=8, seconds=30)
    throw(hours.line.pk, Flip(SwitchKind.CLOSED, "office", int(ends.timestamp()), Prompt()), now)
    on = hours.ring()
    assert on["call"]["switches"] == ["closed for office until 2026-11-23 18:01"]
    assert "switched to closed" in on["turns"][-1]["why"][0]
    assert hours.ring(switches="none")["call"]["switches"] == []


def test_lists_and_language_are_as_they_are_or_as_the_page_says(utilities: Phone) -> None:
    Line.objects.filter(pk=utilities.line.pk).update(start=utilities.line.destinations.get(key="who"))
    listed = NumberList.objects.get(key="regular").entries.create(number="12025550142")
    assert utilities.ring()["call"]["known"]["lists"] == [listed.list.key]
    told = utilities.ring(lists=["large"], language="es")
    assert told["call"]["known"]["lists"] == ["large"]
    assert told["call"]["known"]["language"] == "es"
    Line.objects.filter(pk=utilities.line.pk).update(start=utilities.line.destinations.get(key="main"))
    assert utilities.ring(language="es")["turns"][0]["said"][0]["language"] == "es-US"


# --- look-ups ---------------------------------------------------------------------------------------------------


def to_the_look_up(phone: Phone) -> Any:
    phone.ring()
    phone.press("1")
    phone.press("48210009")
    return phone.press("1")


def test_look_ups_are_really_asked_and_asked_only_once(utilities: Phone) -> None:
    told = to_the_look_up(utilities)
    assert told["call"]["script"][-2:] == ["look-up finds balance “84.20”, due “2026-12-01”", "caller presses 1"]
    assert any("table accounts" in why for why in told["turns"][-1]["why"])
    LookupRow.objects.all().delete()
    again = utilities.send(call=told["call"])
    assert again["turns"] == told["turns"]


@pytest.mark.parametrize(
    ("answer", "words", "outcome"),
    [
        (
            {"kind": "found", "values": {"balance": "1 ”x", "due": "2026-12-02"}},
            'finds balance “1 "x”, due “2026-12-02”',
            "found",
        ),
        ({"kind": "nothing"}, "look-up finds nothing", "not found"),
        ({"kind": "fails"}, "look-up fails", "failed"),
        ({"kind": "locked"}, "look-up is locked", "too many wrong PINs"),
    ],
)
def test_look_ups_are_answered_by_hand(utilities: Phone, answer: dict[str, Any], words: str, outcome: str) -> None:
    utilities.more["by_hand"] = True
    asked = to_the_look_up(utilities)
    assert asked["asks"]["name"] == "Balance"
    assert asked["asks"]["source"] == "table accounts"
    assert asked["asks"]["given"] == [["account", "48210009"]]
    assert asked["asks"]["wanted"] == ["balance", "due"]
    told = utilities.do(*asked["asks"]["do"], answer=answer)
    assert words in told["call"]["script"][-2]
    assert any(outcome in why for why in told["turns"][-1]["why"])


# --- nothing is recorded, and nothing comes down ------------------------------------------------------------------


def rows() -> dict[str, int]:
    own = (model for app in ("calls", "menus") for model in apps.get_app_config(app).get_models())
    return {model.__name__: model._default_manager.count() for model in own}


def test_a_switch_is_thrown_for_this_call_only(utilities: Phone) -> None:
    Line.objects.filter(pk=utilities.line.pk).update(start=utilities.line.destinations.get(key="snow"))
    switch: Any = utilities.line.destinations.get(key="snow").whole()
    type(switch).objects.filter(pk=switch.pk).update(for_hours=6, hours_value="")
    told = utilities.ring()
    assert any("switched" in why for why in told["turns"][-1]["why"])
    assert "for this call only" in told["notes"][0]


def test_what_a_look_up_finds_is_no_answer_to_a_switch_before_it(utilities: Phone) -> None:
    """So that the call comes to the same when it is played again."""
    destinations = utilities.line.destinations
    snow: Any = destinations.get(key="snow").whole()
    type(snow).objects.filter(pk=snow.pk).update(for_hours=6, hours_value="", then=destinations.get(key="look"))
    Line.objects.filter(pk=utilities.line.pk).update(start=destinations.get(key="snow"))
    told = utilities.ring()
    assert told["call"]["script"] == ["look-up finds nothing", "caller rings"]
    assert [turn["why"] for turn in utilities.send(call=told["call"])["turns"]] == [
        turn["why"] for turn in told["turns"]
    ]
    assert any("switched" in why for why in told["turns"][-1]["why"])


def test_nothing_is_recorded(utilities: Phone) -> None:
    before = rows()
    for start in ("main", "calls", "snow", "look", "ask-billing"):
        Line.objects.filter(pk=utilities.line.pk).update(start=utilities.line.destinations.get(key=start))
        utilities.ring()
        for doing in (
            "caller presses 2",
            "caller presses 1",
            "caller presses 1",
            "caller presses nothing",
            "caller hangs up",
        ):
            utilities.do(doing)
    assert rows() == before
    assert not RememberedCaller.objects.exists()


def test_a_try_is_saved_as_a_golden_call_that_plays_the_same(utilities: Phone) -> None:
    call = to_the_look_up(utilities)["call"]
    editor = staff.client("editor")
    golden = {name: call[name] for name in ("at", "caller", "dialled", "known", "switches", "script")}
    golden |= {"name": "Balance", "ends_at": utilities.told["place"]["key"]}
    LookupRow.objects.all().delete()
    saved: Any = editor.post(f"/admin/menus/line/{utilities.line.pk}/golden/save/", golden, "application/json")
    assert saved.status_code == 200, saved.content
    assert GoldenCall.objects.get().ends_at == utilities.told["place"]["key"]


def test_a_fault_of_ours_is_a_sentence(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(try_call, "go_on", broken)
    fault = phone.ring()["fault"]
    assert "fault of ours" in fault
    assert "secret" not in fault


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"call": {"at": "2026-11-23T10:00:00+00:00", "known": {"lot": -1}}}', 400),
        (json.dumps({"call": {"at": "x", "script": ["caller rings"] * 201}}), 400),
        (json.dumps({"call": {"at": "x", "script": ["y" * 2001]}}), 400),
        (json.dumps({"call": {"at": "now"}, "do": ["caller rings"]}), 400),
        (json.dumps({"call": {"at": "2026-11-23T10:00"}, "do": ["caller rings"]}), 400),
        (json.dumps({"call": {"at": "2026-11-23T10:00:00Z", "switches": ["off"]}, "do": ["caller rings"]}), 200),
        (json.dumps({"call": {"at": "2026-11-23T10:00:00Z"}, "do": ["caller sings"]}), 200),
        ("{}", 200),
        ("x" * 200_001, 413),
    ],
)
def test_what_no_page_sends_is_refused_in_words(phone: Phone, body: str, status: int) -> None:
    url = f"/admin/menus/line/{phone.line.pk}/try/play/"
    response: Any = phone.client.post(url, body, "application/json")
    assert response.status_code == status
    assert response.json()["fault"].endswith((".", "”"))


def test_a_call_is_bounded(phone: Phone) -> None:
    phone.ring()
    call = phone.told["call"] | {"script": ["caller rings", *["1 seconds pass"] * 199]}
    assert "begin again" in phone.send(call=call, do=["1 seconds pass"])["fault"]


@pytest.mark.parametrize("role", staff.ROLES)
def test_who_sees_the_line_may_try_it(role: str) -> None:
    line = staff.clinic()
    client = staff.client(role)
    page: Any = client.get(f"/admin/menus/line/{line.pk}/try/")
    play: Any = client.post(f"/admin/menus/line/{line.pk}/try/play/", {"setup": MONDAY}, "application/json")
    seen = role not in ("anonymous", "no rights")
    assert (page.status_code == 200, play.status_code == 200) == (seen, seen)
    assert (b"phone-save" in page.content) is (role in ("editor", "superuser"))
    lines.forget()


def test_it_cannot_be_played_by_a_link(phone: Phone) -> None:
    assert phone.client.get(f"/admin/menus/line/{phone.line.pk}/try/play/").status_code == 405
