"""What a line can begin with: complete, and nothing left to do but to say whom it rings."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from menus.admin.starting import StartForm
from menus.check import Rule, Severity, check
from menus.dialogue import Answered, Keyed
from menus.draft import read_draft
from menus.flow import Transfer, plain
from menus.models import Line, PhoneNumber
from menus.starts import STARTS, Start, find
from menus.tryout import Tryout
from tests import staff
from tests.pages import form_of, text

URL = "/admin/menus/line/start/"
TO_FILL_IN = {Rule.TRANSFER_WITHOUT_TARGET}
OPEN = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("America/New_York"))
NIGHT = datetime(2026, 11, 24, 23, tzinfo=ZoneInfo("America/New_York"))
each = pytest.mark.parametrize("start", STARTS, ids=lambda start: start.key)


@each
def test_a_start_has_no_number_and_rings_nobody(start: Start) -> None:
    file = start.line_file()
    transfers = [here for here in file.destinations.values() if isinstance(here, Transfer)]
    assert file.numbers == ()
    assert not any(here.targets or here.caller_id for here in transfers)


@each
def test_the_check_asks_for_nothing_but_whom_to_ring(start: Start) -> None:
    errors = {finding.rule for finding in check(start.line_file()) if finding.severity is Severity.ERROR}
    assert errors == ({Rule.START_MISSING} if start.key == "empty" else TO_FILL_IN)


@pytest.mark.parametrize("key", ["shop", "clinic", "single"])
def test_a_small_start_has_hours_holidays_voicemail_and_no_doubt(key: str) -> None:
    start = find(key)
    assert start
    file = start.line_file()
    kinds = {here.kind for here in file.destinations.values()}
    assert kinds >= {"hours", "transfer", "voicemail", "hangup"}
    assert all(len(schedule.holidays) >= 6 for schedule in file.schedules.values())
    assert {finding.rule for finding in check(file)} == TO_FILL_IN
    assert file.promises


def test_callers_of_the_shop_hear_its_name_and_leave_a_message_at_night() -> None:
    shop = find("shop")
    assert shop
    call = Tryout(shop.line_file(), "12025550142", "12025550110", NIGHT)
    for heard in (Answered(), Keyed("1"), Keyed("2")):
        call.do(heard)
    visits = [visit for turn in call.turns for visit in turn.visits]
    assert "mailbox" in {visit.to for visit in visits} | {visit.destination for visit in visits}


# --- the page -----------------------------------------------------------------------------------------------------

pages = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> Client:
    return staff.client("editor")


def add(client: Client, **typed: str) -> Any:
    return client.post(URL, form_of(text(client, URL), "start_form") | typed)


@pages
@each
def test_a_line_can_begin_with_each(start: Start, ana: Client) -> None:
    response = add(ana, start=start.key, name="Corner Store", timezone="Europe/London", number="+1 202 555 0155")
    line = Line.objects.get()
    assert response.url == f"/admin/menus/line/{line.pk}/"
    assert (line.name, line.timezone, line.key, line.live) == ("Corner Store", "Europe/London", "corner-store", None)
    assert [row.number for row in line.numbers.all()] == ["12025550155"]
    wanted = plain(start.line_file()) | {"name": "Corner Store", "timezone": "Europe/London"}
    assert plain(read_draft(line)) == wanted
    assert "nobody hears it yet" in text(ana, response.url)


@pages
def test_the_number_may_wait(ana: Client) -> None:
    assert add(ana, name="Corner Store").status_code == 302
    assert not PhoneNumber.objects.exists()


@pages
@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Riverbend Clinic"}, "There is a line called “Riverbend Clinic” already."),
        ({"number": "555 0110"}, "write it with + and the country code"),
        ({"number": "+1 202 555 0120"}, "+1 202 555 0120 belongs to “Riverbend Clinic” already."),
        ({"timezone": "Mars/Base"}, "Select a valid choice."),
        ({"start": "castle"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(ana: Client, typed: dict[str, str], fault: str) -> None:
    staff.clinic()
    given = {"name": "Corner Store", "start": "clinic", "number": ""} | typed
    response = add(ana, **given)
    page = response.content.decode()
    assert response.status_code == 200
    assert fault in page
    assert Line.objects.count() == 1
    kept = form_of(page, "start_form")
    assert kept["name"] == given["name"]
    assert kept["number"] == given["number"]


@pages
def test_who_may_not_add_numbers_is_not_asked_for_one(ana: Client) -> None:
    get_user_model().objects.get().user_permissions.remove(Permission.objects.get(codename="add_phonenumber"))
    assert 'name="number"' not in text(ana, URL)
    assert add(ana, name="Corner Store", number="+1 202 555 0155").status_code == 302
    assert not PhoneNumber.objects.exists()


@pages
def test_the_zone_of_the_line_added_last_is_offered(ana: Client) -> None:
    staff.clinic()
    assert form_of(text(ana, URL), "start_form")["timezone"] == "America/New_York"
    assert StartForm(with_number=False)["timezone"].value() == "UTC"


@pages
@pytest.mark.parametrize("role", ["viewer", "publisher", "no rights"])
def test_who_may_not_add_lines_has_no_way_to_begin_one(role: str) -> None:
    client = staff.client(role)
    assert client.get(URL).status_code == 403
    assert client.post(URL, {"name": "x", "start": "shop", "timezone": "UTC"}).status_code == 403
    assert not Line.objects.exists()
