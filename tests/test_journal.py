"""Records reach their tables once, in any order and however often they come, by the straight way or by the spool."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import DataError, InternalError, OperationalError, ProgrammingError

from calls import journal, keeper, spool
from calls.journal import Record, Written
from calls.models import (
    Call,
    CallbackRequest,
    CallOutcome,
    Event,
    Leg,
    Recording,
    RememberedCaller,
    Status,
    Turn,
    WrongPin,
)
from ivrsite import database
from tests import lines
from tests.door import ANSWER, EVENT, Door, completed, keyed, ncco_in, place_in, ring, said, status

Log = pytest.LogCaptureFixture
Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db

AT: Final = datetime(2026, 3, 4, 10, 11, 12, 345678, UTC)
VERSION: Final = UUID("11111111-2222-3333-4444-555555555555")
CALL: Final = Record(
    "call",
    {
        "uuid": "c1",
        "conversation": "CON-1",
        "line_id": 7,
        "version_id": VERSION,
        "caller": "447700900123",
        "dialled": "441632960960",
        "details": '{"X-Say":"“Grüß\\u0000”"}',
        "started_at": AT,
        "time_zone": "Europe/London",
        "local_day": date(2026, 3, 4),
        "language": "en",
        "outcome": CallOutcome.IN_PROGRESS,
    },
)
TURNS: Final = [
    Record("turn", {"call_id": "c1", "n": n, "at": AT + timedelta(seconds=n), "heard": "keyed", "ncco": f"[{n}]"})
    for n in range(3)
]
EVENT_: Final = Record(
    "event", {"digest": "d1", "call_uuid": "c1", "kind": "status", "at": None, "received_at": AT, "payload": "{}"}
)
RECORDING: Final = Record("recording", {"uuid": "r1", "url": "https://x", "size_bytes": 2**40, "received_at": AT})


def news(word: Status, **facts: Any) -> Record:
    values = {"uuid": "c1", "started_at": AT + timedelta(seconds=9), "local_day": AT.date(), "answer_missing": True}
    return Record("status", values | {"status": word, "status_rank": word.rank} | facts)


NEWS: Final = [
    news(Status.STARTED, caller="447700900123"),
    news(Status.RINGING),
    news(Status.ANSWERED, answered_at=AT + timedelta(seconds=1), network="GB-FIXED"),
    news(Status.COMPLETED, ended_at=AT + timedelta(seconds=40), duration_seconds=39, price=Decimal("0.00360000")),
]
LEG: Final = Record("leg", {"uuid": "l1", "call_uuid": "c1", "started_at": AT, "status": "ringing", "status_rank": 2})
LEG_ENDED: Final = Record(
    "leg", {"uuid": "l1", "started_at": AT, "status": "busy", "status_rank": 4, "fate": "busy", "target": 1}
)
CALL_ME: Final = Record(
    "callback",
    {
        "call_uuid": "c1",
        "n": 2,
        "line_id": 7,
        "destination": "callback",
        "team": "Loans",
        "number": "447700900123",
        "begins_at": AT + timedelta(hours=4),
        "ends_at": AT + timedelta(hours=6),
        "time_zone": "Europe/London",
        "language": "es",
        "created_at": AT,
    },
)


def chose(language: str, days: int) -> Record:
    chosen = AT + timedelta(days=days)
    values = {"line_id": 7, "caller": "f" * 64, "language": language, "chosen_at": chosen, "expires_at": chosen}
    return Record("remembered", values)


CHOSE: Final = [chose("es", 90), chose("en", 91), chose("es", 90)]
WRONG: Final = Record("wrong_pin", {"who": "e" * 64, "at": AT, "call_uuid": "c1", "n": 1})
ALL: Final = [CALL, *TURNS, EVENT_, RECORDING, *NEWS, LEG, LEG_ENDED, CALL_ME, *CHOSE, WRONG]
TABLES: Final = (Call, Turn, Event, Leg, Recording, CallbackRequest, RememberedCaller, WrongPin)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    spool.hand_over()
    database.forget_away()
    settings.DATA_DIR = tmp_path
    yield tmp_path / "spool"
    spool.hand_over()
    database.forget_away()


def away(*_: object, **__: object) -> None:
    raise database.DatabaseAway("for this test")


def write_all(records: list[Record]) -> None:
    for record in records:
        assert journal.append([record]) in (Written.STORED, Written.REPEATED)


def spool_all(records: list[Record], monkeypatch: Patch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(database, "run", away)
        assert journal.append(records) is Written.SPOOLED
    spool.hand_over()


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything in the log, without the counted ids."""
    found = {table.__name__: list(table._default_manager.order_by("pk").values()) for table in TABLES}
    return {
        name: sorted(({key: value for key, value in row.items() if key != "id"} for row in table), key=str)
        for name, table in found.items()
    }


def forget_rows() -> None:
    for table in TABLES:
        table._default_manager.all().delete()


# --- once, in any order, by either way --------------------------------------------------------------------------


def test_what_is_written_is_what_was_given() -> None:
    write_all(ALL)
    call, leg = Call.objects.get(), Leg.objects.get()
    assert (call.started_at, call.local_day, call.version_id) == (AT, date(2026, 3, 4), VERSION)
    assert (call.status, call.duration_seconds, call.price) == ("completed", 39, Decimal("0.0036"))
    assert (call.answered_at, call.ended_at) == (AT + timedelta(seconds=1), AT + timedelta(seconds=40))
    assert not call.answer_missing
    assert [turn.ncco for turn in Turn.objects.order_by("n")] == ["[0]", "[1]", "[2]"]
    assert (leg.call_uuid, leg.status, leg.fate, leg.target) == ("c1", "busy", "busy", 1)
    assert Recording.objects.get().size_bytes == 2**40
    asked, remembered = CallbackRequest.objects.get(), RememberedCaller.objects.get()
    assert (asked.state, asked.number, asked.begins_at) == ("open", "447700900123", AT + timedelta(hours=4))
    assert (remembered.language, remembered.expires_at) == ("en", AT + timedelta(days=91)), "the latest stands"
    assert WrongPin.objects.get().at == AT


@pytest.mark.parametrize("seed", range(12))
def test_neither_order_nor_repetition_matters(seed: int) -> None:
    write_all(ALL)
    expected = rows()
    forget_rows()
    shuffle = random.Random(seed)
    again = [*ALL, *shuffle.sample(ALL, 6)]
    shuffle.shuffle(again)
    write_all(again)
    assert rows() == expected


@pytest.mark.parametrize("seed", range(6))
def test_the_way_by_the_spool_ends_in_the_same_rows(seed: int, monkeypatch: Patch) -> None:
    """Some records straight, some by the spool, some both ways: an outage in the middle of a call."""
    write_all(ALL)
    expected = rows()
    forget_rows()
    shuffle = random.Random(seed)
    straight, spooled = shuffle.sample(ALL, 6), shuffle.sample(ALL, len(ALL))
    write_all(straight)
    spool_all(spooled, monkeypatch)
    assert journal.replay() == len(ALL)
    assert spool.is_empty()
    degraded = [row.pop("degraded") for row in rows()["Call"]]
    found = rows()
    for table in (expected, found):
        for row in table["Call"]:
            row.pop("degraded")
    assert found == expected
    assert degraded == [CALL not in straight]


def test_a_repeated_record_says_so_and_changes_nothing() -> None:
    assert journal.append([TURNS[0]]) is Written.STORED
    other = Record("turn", TURNS[0].values | {"ncco": "[9]"})
    assert journal.append([other]) is Written.REPEATED
    assert Turn.objects.get().ncco == "[0]"


# --- when the database cannot -----------------------------------------------------------------------------------


def test_a_call_answered_by_the_spool_is_marked_as_degraded(monkeypatch: Patch) -> None:
    spool_all([TURNS[0], CALL], monkeypatch)
    journal.replay()
    assert Call.objects.get().degraded


@pytest.mark.parametrize(
    "fault",
    [DataError("x"), ProgrammingError("no such table"), OverflowError("too large"), RuntimeError("a bug"), KeyError(1)],
)
def test_whatever_goes_wrong_the_record_goes_to_the_spool(fault: Exception, monkeypatch: Patch, folder: Path) -> None:
    def failing(record: Record) -> bool:
        raise fault

    monkeypatch.setattr(journal, "write", failing)
    assert journal.append([TURNS[0]]) is Written.SPOOLED
    monkeypatch.undo()
    spool.hand_over()
    journal.replay()
    assert Turn.objects.get().n == 0


def test_a_record_that_nothing_takes_is_lost_loudly_and_nothing_is_raised(
    folder: Path, monkeypatch: Patch, caplog: Log
) -> None:
    folder.write_text("in the way")
    monkeypatch.setattr(database, "run", away)
    assert journal.append([TURNS[2], CALL]) is Written.LOST
    lost = [record.getMessage() for record in caplog.records if record.levelname == "CRITICAL"]
    assert lost[0].startswith("LOST turn call_id=c1 n=2:")
    assert lost[1].startswith("LOST call uuid=c1 conversation=CON-1:")
    assert "447700900123" not in str(lost)


def test_a_disk_that_is_full_is_a_loss_too(monkeypatch: Patch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(database, "run", away)
    monkeypatch.setattr(os, "fsync", full)
    assert journal.append([TURNS[0]]) is Written.LOST


@pytest.mark.django_db(transaction=True)
def test_a_record_that_the_database_will_never_take_is_set_aside(monkeypatch: Patch, folder: Path) -> None:
    poison = [
        Record("turn", TURNS[0].values | {"at": "yesterday"}),
        Record("turn", TURNS[0].values | {"n": None}),
        Record("turn", TURNS[0].values | {"of_a_later_release": 1}),
        Record("nonsense", {"a": 1}),
    ]
    spool_all([TURNS[1], *poison, TURNS[2]], monkeypatch)
    assert journal.replay() == 6
    assert [turn.n for turn in Turn.objects.order_by("n")] == [1, 2]
    assert len((folder / "refused.log").read_bytes().splitlines()) == 4
    assert spool.is_empty()


@pytest.mark.parametrize("fault", [ProgrammingError("no such table"), InternalError("read-only transaction")])
def test_a_database_that_is_not_ready_is_no_fault_of_the_record(
    fault: Exception, monkeypatch: Patch, folder: Path
) -> None:
    def failing(record: Record) -> bool:
        raise fault

    spool_all(ALL, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", failing)
        with pytest.raises(type(fault)):
            journal.replay()
    assert not (folder / "refused.log").exists()
    assert journal.replay() == len(ALL)
    assert Turn.objects.count() == 3


def test_a_replay_that_the_outage_interrupts_is_done_again_whole(monkeypatch: Patch) -> None:
    spool_all(ALL, monkeypatch)
    real, count = journal.write, [0]

    def sometimes(record: Record) -> bool:
        count[0] += 1
        if count[0] == 5:
            raise OperationalError("the server closed the connection")
        return real(record)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "write", sometimes)
        with pytest.raises(database.DatabaseAway):
            journal.replay()
    database.forget_away()
    assert journal.replay() == len(ALL)
    assert (Turn.objects.count(), Event.objects.count(), Leg.objects.count()) == (3, 1, 1)


@pytest.mark.parametrize(
    "late",
    [TURNS[2], LEG, Record("recording", RECORDING.values | {"conversation": "CON-1"})],
    ids=lambda late: late.kind,
)
def test_what_is_replayed_puts_the_calls_summary_out_of_date(late: Record, monkeypatch: Patch) -> None:
    write_all([CALL, *NEWS])
    other = Call.objects.create(uuid="other", started_at=AT, local_day=AT.date(), summarised_at=AT)
    Call.objects.filter(uuid="c1").update(summarised_at=AT)
    spool_all([late], monkeypatch)
    journal.replay()
    assert Call.objects.get(uuid="c1").summarised_at is None
    other.refresh_from_db()
    assert other.summarised_at == AT


# --- at the door ------------------------------------------------------------------------------------------------


@pytest.fixture
def door(monkeypatch: Patch) -> Door:
    """A line is live, and then neither database nor disk takes anything."""
    door = Door()
    lines.publish(lines.office())
    ncco_in(door.post(ANSWER, ring(uuid="before")))
    return door


def lose_everything(monkeypatch: Patch, folder: Path) -> None:
    spool.hand_over()
    folder.write_text("in the way")
    monkeypatch.setattr(database, "run", away)


def test_callers_hear_the_menu_though_nothing_can_be_written(door: Door, monkeypatch: Patch, folder: Path) -> None:
    lose_everything(monkeypatch, folder)
    menu = ncco_in(door.post(ANSWER, ring()))
    assert "Hello." in said(menu)
    assert said(ncco_in(door.post(place_in(menu), keyed("1")))) == ["One moment.", "connect"]


def test_a_webhook_waits_for_the_database_only_so_long_in_all(door: Door, monkeypatch: Patch) -> None:
    left: list[float] = []
    real = journal.write

    def write(record: Record) -> bool:
        left.append(database._mine.latest - time.monotonic())
        return real(record)

    monkeypatch.setattr(journal, "write", write)
    door.post(EVENT, status("ringing"))
    assert 0 < min(left) <= max(left) <= database.CALL_SECONDS


def test_news_that_nobody_could_write_down_is_asked_for_once_more(door: Door, monkeypatch: Patch, folder: Path) -> None:
    lose_everything(monkeypatch, folder)
    for news in (status("ringing"), completed()):
        assert door.post(EVENT, news).status_code == 503
    assert door.post("/webhooks/recording/", {"recording_url": "https://x", "recording_uuid": "r"}).status_code == 503
    folder.unlink()
    assert door.post(EVENT, completed()).status_code == 204
    monkeypatch.undo()
    keeper.settle()
    assert [event.status for event in Event.objects.all()] == ["completed"]
