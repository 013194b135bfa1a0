"""Makes a large log out of a month of simulated calls: copies of it, month by month into the past, by SQL.

Callers and ids differ from copy to copy, the tallies are those of the month times the copies. What is said to callers
(`ncco`) is left out, and only some copies have visits and turns: SHARES says which part.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, connections, transaction

MONTHS: Final = 24
DAYS: Final = 30
SHARES: Final = {"calls_visit": 0.42, "calls_turn": 0.92, "calls_leg": 1.0}
TABLES: Final = ("calls_call", *SHARES)
TALLIES: Final = ("calls_calltally", "calls_steptally", "calls_keytally", "calls_targettally")
_IDS: Final = ("uuid", "call_id", "call_uuid", "conversation")
_TIMES: Final = ("at", "started_at", "answered_at", "ended_at", "summarised_at", "entered_at")
_COUNTED: Final = frozenset(
    "calls answered short recontacts seconds cost person_calls person_seconds served_calls served_seconds passes"
    " entries callers wrong_turns keys operator hang_ups attempts ring_seconds talk_seconds".split()
)


def fill(month: Path, calls: int) -> None:
    """`month`: a SQLite database with such a month (make demo, simulate_calls)."""
    _bring(month)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET work_mem = '512MB'")
        else:
            for name, length in (("sha256", 64), ("md5", 32)):
                connection.connection.create_function(name, 1, _digest(length), deterministic=True)
            cursor.execute("PRAGMA synchronous=OFF")
        for table in (*TABLES, *TALLIES):
            cursor.execute(f"CREATE TABLE month_{table} AS SELECT * FROM {table}")
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("SELECT count(*) FROM month_calls_call")
        copies = max(1, round(calls / MONTHS / cursor.fetchone()[0]))
        for table in TABLES:
            _multiply(cursor, table, max(1, round(copies * SHARES.get(table, 1))))
        for table in TALLIES:
            _count(cursor, table, copies)
        for table in (*TABLES, *TALLIES):
            cursor.execute(f"DROP TABLE month_{table}")
        _said("analyse", lambda: cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE"))


def _digest(length: int) -> Any:
    return lambda text: hashlib.sha256(str(text).encode()).hexdigest()[:length]


def _bring(month: Path) -> None:
    """The lines, versions and calls of the month."""
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        connection.close()
        source, target = sqlite3.connect(f"file:{month}?mode=ro", uri=True), sqlite3.connect(name)
        source.backup(target)
        source.close()
        target.close()
        return
    models = [model for app in ("auth", "menus", "calls") for model in apps.get_app_config(app).get_models()]
    models = [model for model in models if model._meta.label not in ("auth.Permission", "auth.Group", "calls.Event")]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # in any order, foreign keys unchecked
        for model in models:
            rows: Any = model._default_manager.using("month")
            model._default_manager.using("default").all().delete()
            fields = [field.attname for field in model._meta.local_concrete_fields]
            names = ", ".join(connection.ops.quote_name(f.column) for f in model._meta.local_concrete_fields)
            places = ", ".join(["%s"] * len(fields))
            table = connection.ops.quote_name(model._meta.db_table)
            values = [_plain(model, row) for row in rows.all()]
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    connections["month"].close()


def _plain(model: Any, row: Any) -> list[Any]:
    return [f.get_db_prep_save(getattr(row, f.attname), connection) for f in model._meta.local_concrete_fields]


def _multiply(cursor: Any, table: str, copies: int) -> None:
    """Oldest month first and each in the order of time, as a log grows; the indexes come when the rows are there."""
    columns = [name for name in _columns(cursor, table) if name != "id"]
    chosen = ", ".join(_changed(table, name) for name in columns)
    dropped = _drop_indexes(cursor, table)
    order = next(name for name in ("started_at", "entered_at", "at") if name in columns)
    cursor.execute("DROP TABLE IF EXISTS copies")
    cursor.execute("CREATE TABLE copies (k integer)")
    cursor.executemany("INSERT INTO copies VALUES (%s)", [(k,) for k in range(copies)])

    def insert() -> None:
        for back in reversed(range(MONTHS)):
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen.replace('BACK', str(back))}"
                f" FROM month_{table} b CROSS JOIN copies ORDER BY b.{order}, k"
            )

    _said(f"{table}, {copies} copies in each of {MONTHS} months", insert)
    _said(f"{table}, its indexes", lambda: [cursor.execute(statement) for statement in dropped])
    cursor.execute("DROP TABLE copies")


def _changed(table: str, name: str) -> str:
    """The column in a copy."""
    if name in _IDS:
        return f"CASE WHEN b.{name} = '' THEN '' ELSE md5(b.{name} || 'BACK-' || k) END"
    if name in _TIMES:
        return _back(f"b.{name}", "BACK")
    if name == "local_day":
        return _day("b.local_day", "BACK")
    if name == "caller" and table == "calls_call":
        return f"CASE WHEN b.caller LIKE '1%' THEN {_number()} ELSE b.caller END"
    if name == "caller_key":
        return f"CASE WHEN b.caller LIKE '1%' THEN {_hashed()} ELSE b.caller_key END"
    return "'[]'" if name == "ncco" else f"b.{name}"


def _number() -> str:
    """The same people ring in each month; the copies have people of their own."""
    return "CAST(CAST(b.caller AS bigint) + k * 10007 AS varchar)"


def _hashed() -> str:
    if connection.vendor == "sqlite":
        return f"sha256({_number()})"
    return f"encode(sha256(CAST({_number()} AS bytea)), 'hex')"


def _back(column: str, months: str) -> str:
    if connection.vendor == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, '-' || ({months} * {DAYS}) || ' days')"
    return f"{column} - {months} * interval '{DAYS} days'"


def _day(column: str, months: str) -> str:
    if connection.vendor == "sqlite":
        return f"date({column}, '-' || ({months} * {DAYS}) || ' days')"
    return f"{column} - {months} * {DAYS}"


def _count(cursor: Any, table: str, copies: int) -> None:
    columns = [name for name in _columns(cursor, table) if name != "id"]
    chosen = [f"b.{name} * {copies}" if name in _COUNTED else f"b.{name}" for name in columns]
    for back in reversed(range(MONTHS)):
        shifted = [
            _day("b.day", str(back)) if name == "day" else what for name, what in zip(columns, chosen, strict=True)
        ]
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(shifted)} FROM month_{table} b")


def _columns(cursor: Any, table: str) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _drop_indexes(cursor: Any, table: str) -> list[str]:
    """All of them, those of constraints too; gives the statements that make them again."""
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> '' AND tbl_name = %s", [table]
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f'DROP INDEX "{name}"')
        return [sql for _, sql in found]
    cursor.execute(f"ALTER TABLE {table} SET UNLOGGED")
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN"
        " ('p', 'u')",
        [table],
    )
    again = []
    for name, definition in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        again.append(definition)
    return again


def _said(what: str, work: Any) -> None:
    began = time.monotonic()
    work()
    print(f"  {what}: {time.monotonic() - began:.0f} s", flush=True)
