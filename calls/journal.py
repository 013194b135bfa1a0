"""Append to the log: to the database, or while it is away to the spool; and replay the spool by the same functions.

Every record may be written twice, and in any order, without harm. One plain statement each: no read, no transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, models

from calls import spool
from calls.models import Call, CallbackRequest, Event, Leg, Recording, RememberedCaller, Turn, WrongPin
from ivrsite import database

log = logging.getLogger(__name__)


class Record(NamedTuple):
    """One row to be: `kind` says how it is written, `values` are columns by name (plain Python values)."""

    kind: str
    values: dict[str, Any]


PATIENT_SECONDS: Final = 5.0
"""How long work that no caller waits for may take."""
_DEGRADED: Final = {"call": {"degraded": True}}
_NAMING: Final = ("call_id", "n", "call_uuid", "leg_uuid", "uuid", "conversation", "status")
_POISON: Final = (DataError, IntegrityError, ValidationError, ValueError, TypeError, ArithmeticError, KeyError)
"""What is wrong with the record itself (KeyError: a kind or a column of another release). A missing table or a
read-only database is wrong with all of them."""


class Written(Enum):
    STORED = "stored"
    REPEATED = "repeated"
    """The first record of the batch was there already."""
    SPOOLED = "spooled"
    LOST = "lost"
    """Neither the database nor the disk took it; said loudly in the error log."""


def append(records: Sequence[Record]) -> Written:
    """Write the records, the first of them first. Never raises."""
    try:
        new = database.run(lambda: [write(record) for record in records])
        return Written.STORED if new[0] else Written.REPEATED
    except database.DatabaseAway:
        return _spool(records)
    except Exception as fault:
        log.exception("the database refused a record; it goes to the spool: %s", fault)
        database.drop_connection()
        return _spool(records)


def _spool(records: Sequence[Record]) -> Written:
    try:
        spool.add([(record.kind, record.values | _DEGRADED.get(record.kind, {})) for record in records])
    except Exception as fault:
        for record in records:
            log.critical("LOST %s: neither database nor disk took it (%s)", _name(record), fault)
        return Written.LOST
    return Written.SPOOLED


def _name(record: Record) -> str:
    """Enough to look for it at Vonage, and nothing that a caller keyed."""
    facts = (f"{name}={record.values[name]}" for name in _NAMING if record.values.get(name) not in (None, ""))
    return " ".join([record.kind, *facts])


def replay() -> int:
    """Write what was spooled, and mark the summaries of these calls as out of date. Gives the number of records.

    What the database will never take is set aside. Anything else that goes wrong is raised, DatabaseAway first of
    all: the spool then keeps the whole file for the next time.
    """
    count = 0
    for batch in spool.take():
        with batch:
            touched: set[str] = set()
            for kind, values in batch.records():
                _replay_one(Record(kind, values), batch)
                touched |= {values.get(name) or "" for name in ("call_id", "call_uuid", "uuid", "conversation")}
                count += 1
            _outdate(sorted(touched - {""}))
    return count


def _replay_one(record: Record, batch: spool.Batch) -> None:
    try:
        database.run(lambda: write(record), seconds=PATIENT_SECONDS)
    except _POISON as fault:
        database.drop_connection()
        batch.refuse(record.kind, record.values, str(fault))


def _outdate(ids: list[str]) -> None:
    """Of a leg's or a recording's own id no call has the like; by their conversation they are found."""
    for first in range(0, len(ids), 400):
        some = ids[first : first + 400]
        calls = Call.objects.filter(models.Q(uuid__in=some) | models.Q(conversation__in=some))
        database.run(lambda calls=calls: calls.update(summarised_at=None), seconds=PATIENT_SECONDS)  # type: ignore[misc]


# --- one statement per kind -------------------------------------------------------------------------------------


def write(record: Record) -> bool:
    """Execute the record's statement. Whether a row was written that was not there."""
    kind = _KINDS[record.kind]
    with connection.cursor() as cursor:
        cursor.execute(kind.sql, kind.prepare(record.values))
        return bool(cursor.rowcount > 0)


class _Kind:
    """How records of one kind are written: the table, what else its columns need, and what a second coming does."""

    def __init__(self, model: type[models.Model], conflict: str, update: Iterable[str] = ()) -> None:
        self.fields = {
            field.column or "": field
            for field in model._meta.concrete_fields
            if not isinstance(field, models.AutoField)
        }
        self.defaults = {name: field.get_default() for name, field in self.fields.items()}
        self.plain = {name: _plain(field) for name, field in self.fields.items()}
        holders = ", ".join(["%s"] * len(self.fields))
        settings = ", ".join(update)
        action = f"DO UPDATE SET {settings}" if settings else "DO NOTHING"
        names = ", ".join(self.fields)
        self.sql = (
            f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({holders}) "  # noqa: S608 - our own models' names
            f"ON CONFLICT ({conflict}) {action}"
        )

    def prepare(self, values: dict[str, Any]) -> list[Any]:
        """Text and whole numbers are for each database what they are for us; asking the field costs a call 10 µs."""
        return [
            value if type(value) is self.plain[name] else self._adapted(name, value)
            for name, value in (self.defaults | values).items()
        ]

    def _adapted(self, name: str, value: Any) -> Any:
        return self.fields[name].get_db_prep_save(self.fields[name].to_python(value), connection)


def _plain(field: models.Field[Any, Any]) -> type | None:
    """Of which type a value for this field needs no adapting."""
    match field.target_field if isinstance(field, models.ForeignKey) else field:
        case models.CharField() | models.TextField():
            return str
        case models.IntegerField():
            return int
        case _:
            return None


def _first(table: str, *columns: str) -> list[str]:
    """The first news stands: a later one fills only what is still unknown."""
    return [f"{column} = COALESCE({table}.{column}, excluded.{column})" for column in columns]


def _earliest(table: str, *columns: str) -> list[str]:
    """Two news may tell the same moment not quite alike (`answered`, and the start that `completed` tells)."""
    return [
        f"{column} = CASE WHEN {table}.{column} IS NULL OR excluded.{column} < {table}.{column} "
        f"THEN excluded.{column} ELSE {table}.{column} END"
        for column in columns
    ]


def _first_word(table: str, *columns: str) -> list[str]:
    return [
        f"{column} = CASE WHEN {table}.{column} = '' THEN excluded.{column} ELSE {table}.{column} END"
        for column in columns
    ]


def _earliest_while_missing(table: str, *columns: str) -> list[str]:
    """Until the answer webhook says when the call rang."""
    return [
        f"{column} = CASE WHEN {table}.answer_missing AND excluded.{column} < {table}.{column} "
        f"THEN excluded.{column} ELSE {table}.{column} END"
        for column in columns
    ]


def _latest(table: str, moment: str, *columns: str) -> list[str]:
    """What came later stands, in whatever order it is written."""
    return [
        f"{column} = CASE WHEN excluded.{moment} >= {table}.{moment} THEN excluded.{column} ELSE {table}.{column} END"
        for column in (*columns, moment)
    ]


def _by_rank(table: str, *columns: str) -> list[str]:
    """News of a lower rank never undoes news of a higher one."""
    return [
        f"{column} = CASE WHEN excluded.status_rank > {table}.status_rank "
        f"THEN excluded.{column} ELSE {table}.{column} END"
        for column in ("status", "status_rank", *columns)
    ]


def _unless_taken_out(table: str) -> list[str]:
    """The caller's number, of a call that had none: where it was taken out since, its key is left."""
    is_free = f"{table}.caller = '' AND {table}.caller_key = ''"
    return [f"caller = CASE WHEN {is_free} THEN excluded.caller ELSE {table}.caller END"]


_CALL, _LEG, _REMEMBERED = Call._meta.db_table, Leg._meta.db_table, RememberedCaller._meta.db_table
_CHOICE = ("language", "expires_at")
_RING = ("line_id", "version_id", "caller", "dialled", "endpoint", "region_url", "details", "started_at")
_FROM_ANSWER = (*_RING, "time_zone", "local_day", "local_hour", "degraded", "outcome", "language")
_TIMES = ("answered_at", "ended_at")
_FIGURES = ("duration_seconds", "price", "rate")
_WORDS = ("conversation", "network", "disconnected_by", "status_detail")

_KINDS: Final[dict[str, _Kind]] = {
    "turn": _Kind(Turn, "call_id, n"),
    "event": _Kind(Event, "digest"),
    "recording": _Kind(Recording, "uuid"),
    "callback": _Kind(CallbackRequest, "call_uuid, n"),
    "remembered": _Kind(RememberedCaller, "line_id, caller", _latest(_REMEMBERED, "chosen_at", *_CHOICE)),
    "wrong_pin": _Kind(WrongPin, "who, call_uuid, n"),
    # The answer webhook: it fills the row that an early status event may have made, and changes no other.
    "call": _Kind(
        Call,
        "uuid",
        [
            *(
                f"{column} = CASE WHEN {_CALL}.answer_missing THEN excluded.{column} ELSE {_CALL}.{column} END"
                for column in _FROM_ANSWER
            ),
            *_first_word(_CALL, "conversation"),
            "answer_missing = excluded.answer_missing",
        ],
    ),
    # A status event of the caller's own leg. What follows from a call's news is out of date after it.
    "status": _Kind(
        Call,
        "uuid",
        [
            *_by_rank(_CALL),
            *_earliest(_CALL, *_TIMES),
            *_first(_CALL, *_FIGURES),
            *_first_word(_CALL, *_WORDS, "dialled"),
            *_unless_taken_out(_CALL),
            *_earliest_while_missing(_CALL, "started_at", "local_day"),
            "summarised_at = NULL",
        ],
    ),
    # A status event of somebody whom we rang.
    "leg": _Kind(
        Leg,
        "uuid",
        [
            *_by_rank(_LEG, "caller"),
            *_earliest(_LEG, *_TIMES, "started_at"),
            *_first(_LEG, *_FIGURES, "target"),
            *_first_word(_LEG, *_WORDS, "fate", "call_uuid", "destination", "dialled"),
        ],
    ),
}
