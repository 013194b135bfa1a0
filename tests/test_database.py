"""No piece of work waits for the database longer than it may; while that is away, nobody asks it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, DataError, OperationalError, connection

from ivrsite import database
from tests.asking import MARGIN, ask, away, broken
from tests.server import at_once

Log = pytest.LogCaptureFixture
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def breaker() -> Iterator[None]:
    database.forget_away()
    yield
    database.forget_away()


# --- the breaker ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_after_a_failure_nobody_asks(caplog: Log) -> None:
    asked: list[int] = []
    away()
    assert "not asked" in away(lambda: asked.append(1))
    assert (asked, database.is_away()) == ([], True)
    assert [record.levelname for record in caplog.records] == ["ERROR"], "it is said once"


@pytest.mark.django_db
def test_when_the_pause_is_over_one_tries_and_the_others_are_told_at_once(monkeypatch: Patch) -> None:
    monkeypatch.setattr(database, "AWAY_SECONDS", 0.05)
    away()
    time.sleep(0.06)
    trying, done = threading.Event(), threading.Event()
    outcome: list[object] = []

    def slow() -> int:
        trying.set()
        done.wait(5)
        return 7

    def other() -> None:
        outcome.append(database.run(slow))
        connection.close()

    first = threading.Thread(target=other)
    first.start()
    trying.wait(5)
    assert "not asked" in away()
    done.set()
    first.join()
    assert (outcome, database.is_away()) == ([7], False)
    assert database.run(ask) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("fault", [DataError("too long"), DatabaseError("no such table"), KeyError("x")])
def test_a_fault_of_the_work_itself_is_no_outage(fault: Exception, monkeypatch: Patch) -> None:
    def work() -> None:
        raise fault

    monkeypatch.setattr(database, "AWAY_SECONDS", 0.01)
    away()
    time.sleep(0.02)
    with pytest.raises(type(fault)):
        database.run(work)
    assert not database.is_away(), "it answered"


@pytest.mark.django_db
def test_a_look_finds_it_back_before_the_pause_is_over(monkeypatch: Patch, caplog: Log) -> None:
    away()
    with monkeypatch.context() as patch:
        patch.setattr(database, "_probe", broken)
        assert not database.look()
    assert database.is_away()
    assert database.look()
    assert database.run(ask) == 1
    assert [record.getMessage() for record in caplog.records][-1] == "the database is back"


def test_a_look_asks_nothing_while_all_is_well(monkeypatch: Patch) -> None:
    monkeypatch.setattr(database, "_probe", broken)
    assert database.look()


@pytest.mark.django_db
def test_patient_work_that_is_merely_slow_opens_no_breaker() -> None:
    def slow() -> None:
        time.sleep(0.8)
        raise OperationalError("canceling statement due to statement timeout")

    away(slow, seconds=database.PATIENCE_SECONDS + 0.05)
    assert not database.is_away()
    away(broken, seconds=5)
    assert database.is_away(), "what fails before its time is broken, not slow"


# --- deadlines --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_work_within_work_is_part_of_it() -> None:
    asked: list[float | None] = []

    def inner() -> None:
        asked.append(database._mine.until)

    def outer() -> None:
        until = database._mine.until
        database.run(inner, seconds=50)
        assert asked == [until] != [None]
        assert database._mine.until == until, "the inner work has not ended the outer one's deadline"

    database.run(outer)
    assert database._mine.until is None


@pytest.mark.django_db
def test_work_within_work_fails_with_it_also_while_one_tries_for_all(monkeypatch: Patch) -> None:
    monkeypatch.setattr(database, "AWAY_SECONDS", 0.01)
    away()
    time.sleep(0.02)
    assert database.run(lambda: database.run(ask)) == 1
    assert "closed the connection" in away(lambda: database.run(broken))


@pytest.mark.django_db
def test_one_webhook_waits_no_longer_than_it_may_in_all() -> None:
    def slow() -> None:
        time.sleep(0.06)

    with database.patience(0.1):
        database.run(slow)
        database.run(slow)
        assert "waited long enough" in away(slow)
    assert not database.is_away(), "that says nothing about the database"
    database.run(slow)


@pytest.mark.django_db(transaction=True)
def test_deadlines_are_each_threads_own() -> None:
    def work() -> None:
        for seconds in (0.2, 0.7, 5.0):
            due = time.monotonic() + seconds
            until = database.run(lambda: (ask(), database._mine.until)[1], seconds=seconds)
            assert until is not None
            assert abs(until - due) < MARGIN
        connection.close()

    at_once([work] * 24, 8)


@pytest.mark.django_db(transaction=True)
def test_many_threads_live_through_a_flapping_database() -> None:
    count, lock = [0], threading.Lock()

    def sometimes() -> object:
        with lock:
            count[0] += 1
            number = count[0]
        if number % 5 == 0:
            broken()
        return ask()

    def work() -> None:
        for _ in range(30):
            try:
                assert database.run(sometimes) == 1
            except database.DatabaseAway:
                database.look()
        connection.close()

    at_once([work] * 8, 8)
    database.look()
    assert database.run(ask) == 1
