"""Throw-away databases for one run: the site's own tables, and for each peer a table as wide with the same indexes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import psycopg2

OURS: Final = "calls_turn"
PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""As in ivrsite/settings.py: the same promise on every side."""
_OWN: Final = ("id", "at")
"""What differs between two tables that hold the same turn. In the NCCO the sealed place does, but not its length."""


def _comparable(columns: list[str]) -> str:
    return ", ".join("length(ncco)" if name == "ncco" else name for name in sorted(columns) if name not in _OWN)


class Database(Protocol):
    name: str

    def url(self, table: str) -> str: ...
    def add(self, table: str) -> None:
        """A table like ours, once ours is there."""

    def count(self, table: str) -> int: ...
    def rows(self, table: str, calls: list[str]) -> list[tuple[Any, ...]]:
        """These calls' turns, in what must be equal everywhere."""

    def backends(self) -> list[int]:
        """Processes of the database itself that work for this run."""

    def drop(self) -> None: ...


class Postgres:
    """Raises psycopg2.OperationalError where there is none."""

    name = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self._server = server
        self._database = f"ivr_bench_{os.getpid()}"
        self._on_server(f"CREATE DATABASE {self._database}")
        self._url = urlsplit(server)._replace(path=f"/{self._database}").geturl()
        self._connection = psycopg2.connect(self._url)
        self._connection.autocommit = True

    def _on_server(self, statement: str) -> None:
        connection = psycopg2.connect(self._server, connect_timeout=3)
        connection.autocommit = True
        try:
            connection.cursor().execute(statement)
        finally:
            connection.close()

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def url(self, table: str) -> str:
        return self._url

    def add(self, table: str) -> None:
        self._ask(f"CREATE TABLE {table} (LIKE {OURS} INCLUDING ALL)")

    def count(self, table: str) -> int:
        return int(self._ask(f"SELECT count(*) FROM {table}")[0][0])

    def rows(self, table: str, calls: list[str]) -> list[tuple[Any, ...]]:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        columns = _comparable([name for (name,) in self._ask(query, (table,))])
        return self._ask(f"SELECT {columns} FROM {table} WHERE call_id = ANY(%s) ORDER BY call_id", (calls,))

    def backends(self) -> list[int]:
        mine = self._connection.get_backend_pid()
        found = self._ask("SELECT pid FROM pg_stat_activity WHERE datname = %s", (self._database,))
        return [pid for (pid,) in found if pid != mine]

    def drop(self) -> None:
        self._connection.close()
        self._on_server(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")


class Sqlite:
    """One file for each table, all in one folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _file(self, table: str) -> Path:
        return self._folder / f"{table}.sqlite3"

    def _connect(self, table: str) -> sqlite3.Connection:
        return sqlite3.connect(self._file(table), timeout=10, isolation_level=None)

    def url(self, table: str) -> str:
        return f"sqlite:///{self._file(table)}"

    def add(self, table: str) -> None:
        ours = self._connect(OURS)
        query = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC"
        statements = [sql for (sql,) in ours.execute(query, (OURS,))]
        ours.close()
        theirs = self._connect(table)
        theirs.execute("PRAGMA journal_mode=WAL")
        for statement in statements:
            theirs.execute(statement.replace(f'"{OURS}"', f'"{table}"'))
        theirs.close()

    def count(self, table: str) -> int:
        connection = self._connect(table)
        try:
            return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        finally:
            connection.close()

    def rows(self, table: str, calls: list[str]) -> list[tuple[Any, ...]]:
        connection = self._connect(table)
        try:
            columns = _comparable([name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")])
            holders = ", ".join("?" * len(calls))
            query = f"SELECT {columns} FROM {table} WHERE call_id IN ({holders}) ORDER BY call_id"
            return connection.execute(query, calls).fetchall()
        finally:
            connection.close()

    def backends(self) -> list[int]:
        return []

    def drop(self) -> None:
        for file in self._folder.glob("*.sqlite3*"):
            file.unlink()
