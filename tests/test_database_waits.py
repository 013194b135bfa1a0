"""How the waits for PostgreSQL and for SQLite end, and what becomes of the connections."""

from __future__ import annotations

import io
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import psycopg2.extensions
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created

from calls.models import Event
from ivrsite import database
from tests.asking import MARGIN, a_row, ask, away, broken, seconds_of
from tests.server import ROOT, at_once

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def breaker() -> Iterator[None]:
    database.forget_away()
    yield
    database.forget_away()


@pytest.fixture
def watched() -> Iterator[None]:
    """PostgreSQL, waited for as in a server."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL as the test database (make test-pg)")
    database.watch_waits()
    yield
    psycopg2.extensions.set_wait_callback(None)
    connection_created.disconnect(database._bound_locks)
    connection.close()


# --- connections ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_kept_connection_that_died_is_tried_once_anew() -> None:
    ask()
    tries: list[object] = []

    def work() -> object:
        tries.append(connection.connection)
        if len(tries) == 1:
            raise InterfaceError("connection already closed")
        return ask()

    def fail() -> None:
        tries.append(None)
        broken()

    assert database.run(work) == 1
    assert len(tries) == 2
    assert tries[1] is None, "the second try began without a connection"
    connection.close()
    away(fail)
    assert len(tries) == 3, "a new connection that fails is no stale one"


@pytest.mark.django_db(transaction=True)
def test_a_failure_leaves_no_connection_behind() -> None:
    def fail_late() -> None:
        time.sleep(0.3)
        broken()

    ask()
    away(fail_late)
    assert connection.connection is None


@pytest.mark.django_db
def test_inside_a_transaction_the_connection_is_left_to_it() -> None:
    with transaction.atomic():
        a_row("kept").save()
        away()
        assert Event.objects.filter(digest="kept").exists()
    assert Event.objects.filter(digest="kept").exists()


# --- SQLite -----------------------------------------------------------------------------------------------------


@pytest.fixture
def locked() -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite as the test database")
    connection.ensure_connection()
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def write() -> None:
    ask("INSERT INTO django_session VALUES ('k', 'd', '2026-01-01') RETURNING 1")


@pytest.mark.django_db(transaction=True)
def test_a_locked_sqlite_file_is_not_waited_for_longer_than_postgresql(locked: None) -> None:
    assert seconds_of(lambda: away(write)) < database.PATIENCE_SECONDS + MARGIN
    assert seconds_of(lambda: away(write)) < 0.1
    assert not database.look(), "reading would do, but calls have to write"


@pytest.mark.django_db(transaction=True)
def test_several_statements_share_one_patience_with_a_locked_file(locked: None) -> None:
    def thrice() -> None:
        for _ in range(3):
            try:
                write()
            except OperationalError:
                continue
        write()

    assert seconds_of(lambda: away(thrice)) < database.PATIENCE_SECONDS + MARGIN


@pytest.mark.django_db(transaction=True)
def test_pages_wait_for_a_locked_file_as_long_as_the_settings_say() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite as the test database")
    database.run(ask)
    assert ask("PRAGMA busy_timeout") == 1000 * settings.DATABASES["default"]["OPTIONS"]["timeout"] == 2000
    assert database.run(lambda: ask("PRAGMA busy_timeout"), seconds=0.5) in range(400, 501)


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_process_stand_in_line_for_sqlite() -> None:
    """Without it, of twelve threads that write at once some find the file locked for seconds."""

    if connection.vendor != "sqlite":
        pytest.skip("needs SQLite as the test database")

    def many(writer: int) -> None:
        for n in range(40):
            database.run(a_row(f"{writer} {n}").save)
        connection.close()

    at_once([lambda writer=writer: many(writer) for writer in range(12)], 12)  # type: ignore[misc]
    assert Event.objects.count() == 480


# --- PostgreSQL -------------------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_hung_query_ends_when_its_time_is_over(watched: None) -> None:
    seconds = seconds_of(lambda: away(lambda: ask("SELECT pg_sleep(5)")))
    assert database.PATIENCE_SECONDS <= seconds < database.PATIENCE_SECONDS + MARGIN
    assert connection.connection is None
    database.forget_away()
    assert database.run(ask) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_hangs_ends_when_its_time_is_over(watched: None) -> None:
    def work() -> None:
        with transaction.atomic():
            a_row("half").save()
            ask("SELECT pg_sleep(5)")

    assert seconds_of(lambda: away(work)) < database.PATIENCE_SECONDS + MARGIN
    assert not connection.in_atomic_block
    assert not Event.objects.filter(digest="half").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_server_that_takes_connections_and_says_nothing_is_not_waited_for(watched: None) -> None:
    connection.close()
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        kept = dict(connection.settings_dict)
        connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(port)}
        try:
            assert seconds_of(lambda: away(ask)) < database.PATIENCE_SECONDS + MARGIN
        finally:
            connection.settings_dict |= kept


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_made_anew(watched: None) -> None:
    pid = ask("SELECT pg_backend_pid()")
    with closing(psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})) as other:
        other.cursor().execute("SELECT pg_terminate_backend(%s, 5000)", [pid])  # and wait until it has ended
        other.commit()
    assert database.run(lambda: ask("SELECT pg_backend_pid()")) != pid
    assert not database.is_away()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pages_that_hang_end_too(watched: None, monkeypatch: Patch) -> None:
    monkeypatch.setattr(database, "PAGE_SECONDS", 0.3)
    with pytest.raises(OperationalError, match="in time"):
        ask("SELECT pg_sleep(5)")
    connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_in_a_server_no_statement_waits_long_for_a_lock(watched: None) -> None:
    connection.close()
    assert ask("SHOW lock_timeout") == f"{database.LOCK_SECONDS:g}s"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_named_cursors_work_where_waits_are_watched(watched: None) -> None:
    Event.objects.bulk_create(a_row(str(n)) for n in range(50))
    with transaction.atomic():
        assert len(list(Event.objects.iterator(chunk_size=7))) == 50


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_commands_can_copy_because_only_servers_watch_their_waits() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL as the test database (make test-pg)")
    assert psycopg2.extensions.get_wait_callback() is None
    connection.ensure_connection()
    out: Any = io.StringIO()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert("COPY (SELECT 1) TO STDOUT", out)
    assert out.getvalue() == "1\n"


def test_a_server_watches_its_waits_and_a_command_does_not() -> None:
    told = "import psycopg2.extensions as p; print(p.get_wait_callback() is not None)"
    for begin, watches in (("import ivrsite.wsgi", True), ("import django; django.setup()", False)):
        environment = {
            "DJANGO_SETTINGS_MODULE": "ivrsite.settings",
            "DEBUG": "1",
            "DATA_DIR": str(settings.DATA_DIR),
            "DATABASE_URL": "sqlite:////nowhere/x.sqlite3",
        }
        code = [sys.executable, "-c", f"{begin}; {told}"]
        done = subprocess.run(code, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout.split()[-1] == str(watches)
