"""From the hand that throws a switch, by the editor or by phone, to the calls that hear it until its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from calls.models import Turn
from ivrsite import database
from menus import live, switches
from menus.models import Line, LookupRow, LookupTable, Schedule, Switch
from tests import lines, staff
from tests.door import ANSWER, Door, ncco_in, place_in, ring, said
from tests.door import keyed as keys
from tests.pages import form_of
from tests.switched import PIN, staff_line

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED = "The line is now switched to closed until"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    settings.DEMO_CLOCK = True
    yield
    lines.forget()


@pytest.fixture
def line() -> Line:
    """Open day and night, so that the hour of the test decides nothing."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    always = {"office": {"name": "Office", "weekly": {day: ["00:00-24:00"] for day in days}}}
    line = lines.publish(staff_line(schedules=always))
    line.languages.create(key="en", name="English")
    Schedule.objects.create(line=line, key="office", name="Office")
    staff_table = LookupTable.objects.create(key="staff", name="Staff", columns=["name"])
    LookupRow.objects.create(table=staff_table, key=PIN, values={"name": "Ana"})
    live.refresh()
    return line


class Caller:
    """A call by signed webhooks; `at`: the time that it pretends to be, while the test's own goes on."""

    def __init__(self, door: Door, uuid: str, at: datetime | None = None) -> None:
        self.door, self.uuid = door, uuid
        self.clock: dict[str, Any] = {"X-Demo-Time": at.isoformat()} if at else {}
        self.path = ANSWER
        self.heard: list[str] = []
        self.post(ring(uuid=uuid))

    def press(self, *digits: str) -> Caller:
        for typed in digits:
            self.post(keys(typed, uuid=self.uuid))
        return self

    def post(self, payload: dict[str, Any]) -> None:
        self.was = self.path
        ncco = ncco_in(self.door.post(self.path, payload, **self.clock))
        self.heard = said(ncco)
        waits = any("eventUrl" in action for action in ncco)
        self.path = place_in(ncco) if waits else ""

    def again(self, digits: str) -> list[str]:
        """The last webhook once more."""
        return said(ncco_in(self.door.post(self.was, keys(digits, uuid=self.uuid), **self.clock)))


def office(door: Door, uuid: str, at: datetime | None = None) -> str:
    """What a caller of the office hears."""
    return Caller(door, uuid, at).press("1").heard[0]


def test_a_switch_thrown_by_phone_is_heard_by_the_next_call_and_ends_by_itself(line: Line) -> None:
    door = Door()
    assert office(door, "before") == "Open."
    ana = Caller(door, "ana").press("77", PIN, "1")
    assert CLOSED in ana.heard[0]
    assert office(door, "after").startswith("Closed. We open ")
    row = Switch.objects.get()
    assert (row.line, row.kind, row.via, row.set_by) == (line, "closed", "phone", None)
    assert office(door, "last", row.ends_at - timedelta(seconds=1)).startswith("Closed.")
    assert office(door, "first", row.ends_at) == "Open."
    assert Caller(door, "bo").press("77", PIN, "4").heard[0] == "All switches are now off."
    assert office(door, "normal again") == "Open."


def test_a_call_that_is_on_meets_it_too(line: Line) -> None:
    door = Door()
    caller = Caller(door, "early")
    Caller(door, "ana").press("77", PIN, "1")
    assert caller.press("1").heard[0].startswith("Closed.")


def test_the_webhook_that_throws_it_may_come_twice(line: Line) -> None:
    door = Door()
    ana = Caller(door, "ana").press("77", PIN, "1")
    assert CLOSED in ana.again("1")[0]
    assert Switch.objects.count() == 1


def test_a_wrong_pin_throws_nothing(line: Line) -> None:
    Caller(Door(), "eve").press("77", "0000")
    assert not Switch.objects.exists()
    assert switches.on(line.pk) == ()


def test_while_the_database_is_away_the_caller_is_told_that_it_did_not_work(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door()
    ana = Caller(door, "ana").press("77", PIN)

    def away(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    with monkeypatch.context() as patch:
        patch.setattr(switches, "_throw", away)
        assert ana.press("1").heard[0] == "That did not work."
    assert not Switch.objects.exists()
    assert Turn.objects.filter(call_id="ana", n=3).exists()


def test_a_switch_thrown_in_the_editor_is_heard_without_publishing_until_its_end(line: Line) -> None:
    door, version = Door(), line.live_id
    editor, page = staff.client("editor"), f"/admin/menus/line/{line.pk}/switches/"
    assert Caller(door, "before").heard[0] == "Welcome."
    assert _throw(editor, page, kind="message", until="1", **{"words.en": "Snow today."}) == 302
    assert Caller(door, "after").heard[:2] == ["Snow today.", "Welcome."]
    assert _throw(editor, page, kind="closed", until="2") == 302
    assert office(door, "closed").startswith("Closed.")
    ends = timezone.now() + timedelta(hours=1)
    assert Caller(door, "an hour later", ends).heard[0] == "Welcome."
    assert switches.on(line.pk)[-1].kind == "message", "it is still in memory, and over"
    editor.post(f"{page}{Switch.objects.get(kind='closed').pk}/end/")
    assert office(door, "ended by hand") == "Open."
    line.refresh_from_db()
    assert line.live_id == version


def _throw(editor: Client, page: str, **typed: str) -> int:
    got: Any = editor.get(page)
    return editor.post(page, form_of(got.content.decode(), "switch_form") | typed).status_code
