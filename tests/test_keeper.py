"""What no caller waits for gets done: by one process of a host, whatever fails on the way, and again for late news."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from calls import journal, keeper, spool
from calls.journal import Record
from calls.models import Call, Turn
from calls.summary import summarise_call
from ivrsite import database
from menus import live
from tests import lines
from tests.cluster import wait_for
from tests.server import ROOT, Server, Site

Log = pytest.LogCaptureFixture
Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    spool.hand_over()
    let_go()
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield tmp_path
    spool.hand_over()
    let_go()
    lines.forget()


def let_go() -> None:
    if keeper._host_lock:
        keeper._host_lock.close()
        keeper._host_lock = None


def an_ended_call(uuid: str, **facts: Any) -> Call:
    now = timezone.now()
    known = {"started_at": now, "local_day": now.date(), "ended_at": now, "status": "completed"}
    return Call.objects.create(uuid=uuid, **known | facts)


def outcome(uuid: str) -> str:
    return Call.objects.get(uuid=uuid).outcome


def summarised(uuid: str) -> bool:
    return Call.objects.get(uuid=uuid).summarised_at is not None


# --- whatever fails ---------------------------------------------------------------------------------------------


def test_a_call_that_cannot_be_summarised_holds_up_no_other_and_rests(monkeypatch: Patch, caplog: Log) -> None:
    for n, uuid in enumerate(["a", "poison", "b"]):
        an_ended_call(uuid, ended_at=timezone.now() + timedelta(seconds=n))
    real, tried = summarise_call, []

    def failing(uuid: str) -> None:
        tried.append(uuid)
        if uuid == "poison":
            raise ValueError("a visit that nobody can read")
        real(uuid)

    monkeypatch.setattr(keeper, "summarise_call", failing)
    rounds = keeper.Rounds()
    rounds.settle()
    rounds.settle()
    assert [summarised(uuid) for uuid in ("a", "b", "poison")] == [True, True, False]
    assert tried.count("poison") == 1, "it rests for a while"
    assert "call poison cannot be summarised (1 tries)" in caplog.text
    monkeypatch.setattr(keeper, "summarise_call", real)
    rounds.next_try["poison"] = time.monotonic()
    rounds.settle()
    assert summarised("poison")
    assert (rounds.tries, rounds.next_try) == ({}, {})


def test_a_call_whose_summary_takes_too_long_holds_up_no_other(monkeypatch: Patch) -> None:
    an_ended_call("slow", ended_at=timezone.now() - timedelta(seconds=9))
    an_ended_call("b")
    real = summarise_call

    def slow(uuid: str) -> None:
        if uuid == "slow":
            time.sleep(0.9)
            raise OperationalError("canceling statement due to statement timeout")
        real(uuid)

    monkeypatch.setattr(keeper, "summarise_call", slow)
    monkeypatch.setattr(journal, "PATIENT_SECONDS", 0.8)
    keeper.Rounds().settle()
    assert summarised("b")
    assert not database.is_away()


def test_an_outage_ends_the_round_and_rests_no_call(monkeypatch: Patch) -> None:
    an_ended_call("a")

    def broken(uuid: str) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(keeper, "summarise_call", broken)
    rounds = keeper.Rounds()
    with pytest.raises(database.DatabaseAway):
        rounds.settle()
    assert rounds.next_try == {}


@pytest.mark.parametrize("step", ["look", "refresh", "secure", "replay", "due"])
def test_one_thing_that_fails_keeps_no_other_from_being_done(step: str, monkeypatch: Patch, caplog: Log) -> None:
    done: list[str] = []

    def doing(name: str) -> Any:
        def work(*_: object) -> list[str]:
            done.append(name)
            if name == step:
                raise RuntimeError(f"{name} is broken")
            return []

        work.__name__ = name
        return work

    monkeypatch.setattr(keeper, "_look", doing("look"))
    monkeypatch.setattr(live, "refresh", doing("refresh"))
    monkeypatch.setattr(live, "secure", doing("secure"))
    monkeypatch.setattr(keeper, "_replay", doing("replay"))
    monkeypatch.setattr(keeper, "_due", doing("due"))
    rounds = keeper.Rounds()
    rounds.one()
    rounds.one()
    assert done == ["look", "refresh", "secure", "replay", "due"] * 2
    said = [record for record in caplog.records if f"{step} is broken" in record.getMessage()]
    assert len(said) == 1, "what fails in every round is not said in every round"
    assert said[0].exc_info


def test_a_data_dir_that_cannot_be_written_to_stops_no_refresh(settings: Settings, caplog: Log) -> None:
    settings.DATA_DIR = "/dev/null/nowhere"
    lines.forget()
    keeper.Rounds().one()
    assert live._known.fresh
    assert "Not a directory" in caplog.text


def test_with_debug_no_queries_pile_up(settings: Settings) -> None:
    settings.DEBUG = True
    an_ended_call("a")
    rounds = keeper.Rounds()
    for _ in range(5):
        rounds.one()
        assert len(connection.queries_log) == 0
    assert summarised("a")


# --- the spool --------------------------------------------------------------------------------------------------


def spooled_turn(n: int, monkeypatch: Patch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(database, "run", _away)
        now = timezone.now()
        journal.append([Record("turn", {"call_id": "a", "n": n, "at": now, "heard": "keyed", "ncco": "[]"})])


def _away(*_: object, **__: object) -> None:
    raise database.DatabaseAway("for this test")


def _refused() -> None:
    raise OperationalError("connection refused")


def test_a_round_replays_what_this_process_has_spooled(monkeypatch: Patch) -> None:
    an_ended_call("a")
    rounds = keeper.Rounds()
    rounds.one()
    spooled_turn(0, monkeypatch)
    rounds.one()
    assert spool.is_empty()
    assert Call.objects.get().turn_count == 1, "and it is summarised anew"


def test_while_the_database_is_away_the_spool_goes_on_in_one_file(monkeypatch: Patch, data_dir: Path) -> None:
    monkeypatch.setattr(database, "_probe", _refused)
    database._trip(OperationalError("x"))
    rounds = keeper.Rounds()
    for n in range(3):
        spooled_turn(n, monkeypatch)
        rounds.one()
    assert len(list((data_dir / "spool").glob("*.jsonl"))) == 1
    monkeypatch.undo()
    rounds.one()
    assert Turn.objects.filter(call_id="a").count() == 3


def test_a_spool_that_cannot_be_replayed_yet_keeps_no_call_from_being_summarised(monkeypatch: Patch) -> None:
    an_ended_call("a")

    def not_migrated() -> int:
        raise OperationalError("no such table")

    monkeypatch.setattr(spool, "is_empty", lambda: False)
    monkeypatch.setattr(journal, "replay", not_migrated)
    keeper.Rounds().one()
    assert summarised("a")


# --- one process of a host --------------------------------------------------------------------------------------

HOLDER: Final = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


def test_only_one_process_settles_and_when_it_is_killed_another_takes_over(data_dir: Path) -> None:
    an_ended_call("a")
    command = [sys.executable, "-c", HOLDER, str(data_dir / "keeper.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        rounds = keeper.Rounds()
        rounds.one()
        assert not summarised("a")
        holder.kill()
        holder.wait()
    rounds.one()
    assert summarised("a")


@pytest.mark.slow
def test_when_the_worker_that_keeps_is_killed_the_other_one_does_its_work(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", f"sqlite:///{tmp_path}/site/ivr.sqlite3")
    site.folder.mkdir()
    site.prepare()
    with Server(site) as server:
        for _ in range(2):
            phone = server.telephone(retry=True)
            phone.ring()
            phone.hang_up()
            site.wait_until_all_is_written()
            keeping = _holder_of(site.folder / "keeper.lock", server.workers())
            subprocess.run(["kill", "-9", str(keeping)], check=True)
            wait_for("another keeps", 10, lambda gone=keeping: _holder(site, server) not in (None, gone))


def _holder(site: Site, server: Server) -> int | None:
    try:
        return _holder_of(site.folder / "keeper.lock", server.workers())
    except StopIteration:
        return None


def _holder_of(lock: Path, pids: list[int]) -> int:
    return next(pid for pid in pids if lock in _open_files(pid))


def _open_files(pid: int) -> list[Path]:
    """None of a process that ends just while it is looked at."""
    try:
        return [file.resolve() for file in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []


# --- its thread -------------------------------------------------------------------------------------------------


def test_the_keeper_starts_once(monkeypatch: Patch) -> None:
    began: list[str] = []
    monkeypatch.setattr(keeper, "_started", threading.Lock())
    monkeypatch.setattr(keeper, "_start_thread", lambda: began.append("thread"))
    monkeypatch.setattr("os.register_at_fork", lambda **_: None)
    keeper.start()
    keeper.start()
    assert began == ["thread"]


FORKED: Final = """
import os, threading
import ivrsite.wsgi
from calls import keeper
def names():
    return sorted(thread.name for thread in threading.enumerate() if thread.name == "keeper")
assert names() == ["keeper"], names()
keeper._only_one_here()
assert keeper._host_lock
child = os.fork()
if child == 0:
    assert names() == ["keeper"], names()
    assert keeper._host_lock is None
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
keeper.start()
assert names() == ["keeper"], names()
print("as it should be", flush=True)
os._exit(0)
"""


def test_a_process_forked_from_a_server_has_a_keeper_of_its_own_and_not_its_parents_lock(tmp_path: Path) -> None:
    """gunicorn with --preload."""
    environment = {"DEBUG": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}
    command = [sys.executable, "-c", FORKED]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert "as it should be" in done.stdout, done.stderr


def test_a_command_starts_no_keeper() -> None:
    logging.getLogger(__name__).debug("this very process is like a command")
    assert "keeper" not in {thread.name for thread in threading.enumerate()}
