"""A request to be called back, from the caller's keys to its row: once, whatever comes twice and whatever is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from calls import keeper, logged, spool
from calls.models import Call, CallbackRequest, Turn
from ivrsite import database
from menus.flow import read_flow
from menus.models import Line
from tests import lines
from tests.door import ANSWER, CALLER, UUID, Door, keyed, ncco_in, place_in, ring, said

Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db

ALL_DAY: Final = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
CALL_ME: Final = {
    "kind": "callback",
    "label": "Call me back",
    "team": "Loans",
    "schedule": "always",
    "notice_minutes": 0,
    "then": "bye",
}


@pytest.fixture(autouse=True)
def _data_dir(settings: Settings, tmp_path: Path) -> Iterator[None]:
    spool.hand_over()
    settings.DATA_DIR = tmp_path
    yield
    spool.hand_over()
    database.forget_away()


@pytest.fixture
def line() -> Line:
    """Its hours have clocks of their own. Key 1 of the main menu asks for a call back."""
    plain = lines.office(sales=CALL_ME).model_dump()
    plain["schedules"]["always"] = {"name": "Always", "timezone": "America/Chicago", "weekly": ALL_DAY}
    return lines.publish(read_flow(plain))


@pytest.fixture
def door(line: Line) -> Door:
    return Door(fresh=False)


def away(monkeypatch: Patch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    monkeypatch.setattr(database, "run", refuse)


def go(door: Door, *keys: str) -> list[str]:
    """Ring and press; gives the places on the way, the last of which is where the last key was pressed."""
    places = [place_in(ncco_in(door.post(ANSWER, ring())))]
    for key in keys[:-1]:
        places.append(place_in(ncco_in(door.post(places[-1], keyed(key)))))
    door.post(places[-1], keyed(keys[-1]))
    return places


def test_a_request_has_its_line_its_number_its_time_and_the_callers_language(door: Door, line: Line) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    go(door, "7", "1", "1", "2")
    row = CallbackRequest.objects.get()
    assert (row.call_uuid, row.n, row.line, row.destination) == (UUID, 4, line, "sales")
    assert (row.number, row.team, row.language, row.state) == (CALLER, "Loans", "es", "open")
    assert row.time_zone == "America/Chicago", "the clocks by which the time was offered"
    assert row.begins_at is not None
    assert row.ends_at is not None
    assert row.ends_at > row.begins_at > before
    assert row.begins_at.astimezone(ZoneInfo(row.time_zone)).minute == 0
    assert before <= row.created_at <= datetime.now(UTC)
    assert (row.assigned_to, row.note, row.done_at) == (None, "", None)


def test_without_hours_it_is_for_soon_and_by_the_lines_clocks(door: Door, line: Line) -> None:
    lines.make_live(line, lines.office(sales=CALL_ME | {"schedule": None}))
    go(door, "1", "1")
    row = CallbackRequest.objects.get()
    assert (row.begins_at, row.ends_at, row.time_zone, row.language) == (None, None, "Europe/London", "en")


def test_a_number_that_the_caller_keys_is_the_one_to_call(door: Door) -> None:
    go(door, "1", "2", "02079460123", "1", "1")
    assert CallbackRequest.objects.get().number == "442079460123"
    turn = Turn.objects.get(n=3)
    assert turn.digits == "(11 keys)", "it stands in the request; the log of the call has only its length"
    assert "2 0 7 9 4 6" not in turn.ncco


def test_the_call_reads_as_one_that_asked_to_be_called_back(door: Door) -> None:
    go(door, "1", "2", "02079460123", "1", "1")
    begins = datetime(2026, 11, 23, 20, tzinfo=UTC)
    CallbackRequest.objects.update(begins_at=begins, ends_at=begins + timedelta(hours=2), state="done")
    story = "\n".join(logged.script_of(Call.objects.get()))
    assert "goes “Call me back” → “Goodbye” (asked to be called back)" in story
    assert "to be called back at +44 20 7946 0123, 23 Nov 14:00–16:00 by Loans: done" in story
    CallbackRequest.objects.update(begins_at=None, ends_at=None, team="", state="open")
    story = "\n".join(logged.script_of(Call.objects.get()))
    assert "to be called back at +44 20 7946 0123, soon: open" in story


def test_nothing_is_asked_for_before_the_last_key(door: Door) -> None:
    go(door, "1", "1", "9")
    assert not CallbackRequest.objects.exists()


def test_a_webhook_that_comes_again_asks_once_and_says_the_same(door: Door) -> None:
    *_, last = go(door, "1", "1", "1")
    first = CallbackRequest.objects.get()
    heard = door.nccos[-1]
    CallbackRequest.objects.update(state="done", note="Called.")
    for _ in range(3):
        assert ncco_in(door.post(last, keyed("1"))) == heard
    again = CallbackRequest.objects.get()
    assert (again.pk, again.state, again.note) == (first.pk, "done", "Called."), "nothing that staff did is undone"
    other = ncco_in(door.post(last, keyed("2")))
    assert other == heard, "what was sent first stands"
    assert CallbackRequest.objects.get().begins_at == first.begins_at


def test_two_requests_in_one_call_are_two(door: Door, line: Line) -> None:
    lines.make_live(line, lines.office(sales=CALL_ME | {"schedule": None, "then": "main"}))
    go(door, "1", "1", "1", "1")
    assert [row.n for row in CallbackRequest.objects.order_by("n")] == [2, 4]


def test_while_the_database_is_away_it_waits_on_the_disk(door: Door, monkeypatch: Patch) -> None:
    """From the first ring on, and with its webhook delivered twice: once by each way."""
    with monkeypatch.context() as outage:
        away(outage)
        *_, last = go(door, "1", "1", "1")
        heard = door.nccos[-1]
        assert said(heard)[-1] == "Goodbye."
        assert ncco_in(door.post(last, keyed("1"))) == heard
    assert not CallbackRequest.objects.exists()
    assert ncco_in(door.post(last, keyed("1"))) == heard
    by_the_straight_way = CallbackRequest.objects.get()
    keeper.settle()
    row = CallbackRequest.objects.get()
    assert (row.pk, row.number, row.n) == (by_the_straight_way.pk, CALLER, 3)
    assert Turn.objects.filter(call_id=UUID).count() == 4
    assert spool.is_empty()


def test_what_the_disk_kept_is_what_the_database_would_have(door: Door, line: Line, monkeypatch: Patch) -> None:
    with monkeypatch.context() as outage:
        away(outage)
        go(door, "7", "1", "1", "2")
    keeper.settle()
    spooled = CallbackRequest.objects.values().get()
    CallbackRequest.objects.all().delete()
    Turn.objects.all().delete()
    go(door, "7", "1", "1", "2")
    straight = CallbackRequest.objects.values().get()
    own = ("id", "created_at")
    assert {k: v for k, v in spooled.items() if k not in own} == {k: v for k, v in straight.items() if k not in own}
    assert spooled["line_id"] == line.pk
