"""Calls find their line with the database, without it, and with spoilt files; and never too late after a publish."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from calls.models import Call, CallOutcome, Turn
from calls.vonage.pretend import Telephone
from ivrsite import database
from menus import live
from menus.live import Pointer
from menus.models import Line, PhoneNumber, Version
from tests import lines
from tests.cluster import wait_for
from tests.door import ANSWER, Door, completed, ncco_in, ring, said, settled
from tests.lines import NUMBER
from tests.server import NUMBER as SERVED
from tests.server import TUTORIAL, Server, Site, at_once, words

Log = pytest.LogCaptureFixture
Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def published(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield tmp_path / "published"
    lines.forget()


@pytest.fixture
def line() -> Line:
    """Live, with a first version before the one of now; all of it on disk."""
    line = lines.publish(lines.office())
    live.secure()
    lines.make_live(
        line, lines.office(news={"kind": "message", "label": "News", "prompt": {"en": "New."}, "then": "bye"})
    )
    live.refresh()
    live.secure()
    return line


def away(monkeypatch: Patch) -> None:
    """The database is away, and this process has just started."""
    lines.forget()

    def run(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    monkeypatch.setattr(database, "run", run)


def newest(line: Line) -> Pointer:
    return Pointer(line.pk, line.versions.order_by("-number").first().pk)  # type: ignore[union-attr]


def first(line: Line) -> Pointer:
    return Pointer(line.pk, line.versions.get(number=1).pk)


# --- with the database ------------------------------------------------------------------------------------------


def test_a_number_leads_to_its_lines_live_version(line: Line) -> None:
    lines.forget()
    assert live.for_number(NUMBER) == newest(line)
    assert live.for_number("441632960000") is None


def test_the_pointers_are_remembered_for_a_moment_and_then_read_again(
    line: Line, monkeypatch: Patch, django_assert_num_queries: Any
) -> None:
    expected = live.for_number(NUMBER)
    PhoneNumber.objects.all().delete()
    with django_assert_num_queries(0):
        assert live.for_number(NUMBER) == expected is not None
    monkeypatch.setattr(live, "MEMO_SECONDS", 0)
    with django_assert_num_queries(1):
        assert live.for_number(NUMBER) is None


def test_pointers_are_never_so_old_that_a_publish_is_heard_too_late() -> None:
    assert live.MEMO_SECONDS + database.PATIENCE_SECONDS < 2


def test_a_publish_in_this_process_is_seen_at_once(line: Line) -> None:
    live.for_number(NUMBER)
    version = lines.make_live(line, lines.office())
    assert live.for_number(NUMBER) == Pointer(line.pk, version.pk)


def test_a_version_is_read_once(line: Line, django_assert_num_queries: Any) -> None:
    lines.forget()
    version = newest(line).version
    flow = live.flow(version)
    with django_assert_num_queries(0):
        assert live.flow(version) is flow


def test_a_version_that_is_nowhere_is_said_to_be_unknown() -> None:
    with pytest.raises(live.UnknownVersion, match="there is none"):
        live.flow(uuid4())


def test_a_version_of_a_form_that_nobody_reads_leaves_calls_on_the_one_before(line: Line, caplog: Log) -> None:
    """A newer release published, and an older one serves beside it."""
    before, now = newest(line), datetime.now(UTC)
    version = Version(line=line, number=9, flow='{"format":2}', digest="x", published_at=now)
    version.save()
    Line.objects.filter(pk=line.pk).update(live=version)
    lines.forget()
    live.refresh()
    live.secure()
    assert live.for_number(NUMBER) == before
    assert "not of a form that this release reads" in caplog.text
    assert json.loads((live._folder() / f"{version.pk}.json").read_text()) == {"format": 2}, "the newer one reads it"


# --- without it -------------------------------------------------------------------------------------------------


def test_a_process_that_starts_without_the_database_knows_what_is_on_disk(line: Line, monkeypatch: Patch) -> None:
    expected = newest(line)
    away(monkeypatch)
    assert live.for_number(NUMBER) == expected
    assert '"New."' in live.flow(expected.version).model_dump_json()


def test_a_running_process_knows_what_it_knew(line: Line, monkeypatch: Patch, published: Path) -> None:
    live.for_number(NUMBER)
    live.flow(newest(line).version)
    for file in published.iterdir():
        file.unlink()
    expected = newest(line)
    run = database.run
    monkeypatch.setattr(live, "MEMO_SECONDS", 0)
    monkeypatch.setattr(database, "run", _away)
    assert live.for_number(NUMBER) == expected
    monkeypatch.setattr(database, "run", run)
    PhoneNumber.objects.all().delete()
    assert live.for_number(NUMBER) is None, "it asks again"


def _away(*_: object, **__: object) -> None:
    raise database.DatabaseAway("for this test")


def test_a_database_that_is_not_as_it_should_be_is_as_good_as_away(line: Line, monkeypatch: Patch, caplog: Log) -> None:
    expected = newest(line)

    def not_migrated() -> None:
        raise DatabaseError("no such table: menus_phonenumber")

    lines.forget()
    monkeypatch.setattr(live, "_read", not_migrated)
    assert live.for_number(NUMBER) == expected
    assert "no such table" in caplog.text


def test_without_the_database_an_unknown_number_is_not_said_to_be_out_of_service(
    line: Line, monkeypatch: Patch
) -> None:
    away(monkeypatch)
    with pytest.raises(live.NothingKnown):
        live.for_number("441632960000")


def test_a_number_taken_off_the_phone_does_not_come_back_in_an_outage(line: Line, monkeypatch: Patch) -> None:
    PhoneNumber.objects.all().delete()
    live.refresh()
    live.secure()
    away(monkeypatch)
    with pytest.raises(live.NothingKnown):
        live.for_number(NUMBER)


def test_the_caller_of_an_unknown_number_hears_of_trouble_and_the_call_is_written_down(monkeypatch: Patch) -> None:
    door = Door()
    with monkeypatch.context() as patch:
        patch.setattr(live, "_read", _away)
        assert "technical trouble" in said(ncco_in(door.post(ANSWER, ring())))[0]
    call = Call.objects.get()
    assert (call.outcome, call.line_id) == (CallOutcome.FAILED, None)
    assert Turn.objects.filter(call_id=call.pk).count() == 1
    door.post("/webhooks/event/", completed())
    assert settled(call.pk).outcome == CallOutcome.FAILED


def test_the_caller_of_a_number_that_no_line_has_hears_that() -> None:
    door = Door()
    assert "not in service" in said(ncco_in(door.post(ANSWER, ring())))[0]
    door.post("/webhooks/event/", completed())
    assert settled(Call.objects.get().pk).outcome == CallOutcome.UNROUTED


# --- with spoilt files ------------------------------------------------------------------------------------------

SPOILT = ["", "{", "null", "[]", '{"441632960960": 1}', '{"441632960960": ["x", "y"]}', "\0" * 100]


@pytest.mark.parametrize("text", SPOILT)
def test_spoilt_numbers_leave_calls_on_those_before(
    text: str, line: Line, monkeypatch: Patch, published: Path, caplog: Log
) -> None:
    expected = first(line)
    (published / "numbers.json").write_text(text)
    away(monkeypatch)
    assert live.for_number(NUMBER) == expected
    assert "numbers.json cannot be read" in caplog.text


@pytest.mark.parametrize("text", SPOILT)
def test_spoilt_numbers_are_written_anew(text: str, line: Line, monkeypatch: Patch, published: Path) -> None:
    (published / "numbers.json").write_text(text)
    lines.forget()
    live.refresh()
    live.secure()
    expected = newest(line)
    away(monkeypatch)
    assert live.for_number(NUMBER) == expected


@pytest.mark.parametrize("text", ["", "{", "null", '{"format":1}', '{"format":2,"name":"x"}', "\0" * 100])
def test_a_spoilt_version_comes_from_the_database_and_is_written_anew(
    text: str, line: Line, monkeypatch: Patch, published: Path, caplog: Log
) -> None:
    pointer = newest(line)
    (published / f"{pointer.version}.json").write_text(text)
    lines.forget()
    assert live.for_number(NUMBER) == pointer
    assert f"the kept version {pointer.version} cannot be read" in caplog.text
    live.secure()
    away(monkeypatch)
    assert live.for_number(NUMBER) == pointer


def test_without_the_database_a_spoilt_version_leaves_calls_on_the_one_before(
    line: Line, monkeypatch: Patch, published: Path
) -> None:
    spoilt, expected = newest(line), first(line)
    (published / f"{spoilt.version}.json").write_text("{")
    away(monkeypatch)
    assert live.for_number(NUMBER) == expected
    assert (published / f"{spoilt.version}.json").exists(), "another release may read it"


def test_another_lines_publish_does_not_forget_the_version_before(
    line: Line, monkeypatch: Patch, published: Path
) -> None:
    expected = first(line)
    other = Line.objects.create(name="Other", key="other")
    PhoneNumber.objects.create(line=other, number="441632960001")
    for _ in range(2):
        lines.make_live(other, lines.office(bye={"kind": "hangup", "label": str(uuid4())}))
        live.secure()
    (published / f"{newest(line).version}.json").unlink()
    away(monkeypatch)
    assert live.for_number(NUMBER) == expected


def test_when_nothing_can_be_read_the_call_is_told_so(line: Line, monkeypatch: Patch, published: Path) -> None:
    for file in published.iterdir():
        file.write_text("{")
    away(monkeypatch)
    with pytest.raises(live.NothingKnown):
        live.for_number(NUMBER)


def test_a_disk_that_takes_nothing_is_logged_and_stops_no_call(line: Line, published: Path, caplog: Log) -> None:
    for file in published.iterdir():
        file.unlink()
    published.rmdir()
    published.write_text("in the way")
    lines.forget()
    live.refresh()
    live.secure()
    assert live.for_number(NUMBER) == newest(line)
    assert "cannot keep numbers.json" in caplog.text
    published.unlink()
    live.secure()
    assert json.loads((published / "numbers.json").read_text()) == {NUMBER: [line.pk, str(newest(line).version)]}


# --- many at once -----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_threads_that_start_at_once_all_find_the_line(line: Line) -> None:
    lines.forget()
    found: list[Pointer | None] = []

    def call() -> None:
        found.append(live.for_number(NUMBER))
        live.flow(found[-1].version)  # type: ignore[union-attr]
        connection.close()

    at_once([call] * 32, 16)
    assert found == [newest(line)] * 32


@pytest.mark.django_db(transaction=True)
def test_a_slow_database_is_waited_for_by_one_thread_only(line: Line, monkeypatch: Patch) -> None:
    """The others go on with what is known."""
    live.for_number(NUMBER)
    monkeypatch.setattr(live, "MEMO_SECONDS", 0)
    reading, done = threading.Event(), threading.Event()

    def slow() -> tuple[dict[str, Pointer], live.Switches]:
        reading.set()
        done.wait(5)
        return {}, {}

    monkeypatch.setattr(live, "_read", slow)
    first_caller = threading.Thread(target=lambda: live.for_number(NUMBER))
    first_caller.start()
    reading.wait(5)
    started = time.monotonic()
    assert live.for_number(NUMBER) == newest(line)
    assert time.monotonic() - started < 0.5
    done.set()
    first_caller.join()


@pytest.mark.django_db(transaction=True)
def test_a_start_with_a_slow_database_is_bounded(line: Line, monkeypatch: Patch) -> None:
    lines.forget()
    expected, lock = newest(line), live._known.lock
    lock.acquire()
    try:
        started = time.monotonic()
        with suppress(live.NothingKnown):
            assert live.for_number(NUMBER) == expected
        assert time.monotonic() - started < database.PATIENCE_SECONDS + 0.5
    finally:
        lock.release()


# --- in other processes -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_publish_is_heard_by_every_workers_new_calls_within_two_seconds_and_by_no_call_in_progress(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path / "site", f"sqlite:///{tmp_path}/site/ivr.sqlite3")
    site.folder.mkdir()
    site.prepare()
    changed = tmp_path / "changed.yaml"
    changed.write_text(TUTORIAL.read_text().replace("Welcome to", "Welcome back to").replace("Sorry, ", "Oh dear, "))
    with Server(site) as server:
        old = [server.telephone() for _ in range(6)]
        assert all("Welcome to" in words(phone.ring()) for phone in old)
        site.manage("import_line", str(changed), "--publish")
        started = time.monotonic()
        wait_for("new calls hear it", 2, lambda: "Welcome back" in words(_ring(server)))
        time.sleep(max(0, 2 - (time.monotonic() - started)))
        assert all("Welcome back" in words(_ring(server)) for _ in range(20)), "in both workers"
        assert all("Oh dear" not in words(phone.press("7")) for phone in old)
        assert "Oh dear" in words(_ring(server, "7"))
    assert site.rows("SELECT count(DISTINCT version_id) FROM calls_call") == [(2,)]


def _ring(server: Server, then: str = "") -> list[dict[str, Any]]:
    phone: Telephone = server.telephone()
    ncco = phone.ring(SERVED)
    return phone.press(then) if then else ncco
