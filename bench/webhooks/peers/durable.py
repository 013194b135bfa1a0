"""What every Python peer does with a request: check the same signature, write the same row, answer the same NCCO.

Knows no framework and nothing of the project; the driver says in the environment what to write and where.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import jwt

MAX_AGE_SECONDS: Final = 300
LOCK_SECONDS: Final = 20
"""How long to wait for SQLite's lock. It is not fair; with less, a busy machine gives a bare view 500s."""

SECRET: Final = os.environ["BENCH_SECRET"]
APPLICATION: Final = os.environ["BENCH_APPLICATION"]
DATABASE_URL: Final = os.environ["BENCH_DATABASE_URL"]
TABLE: Final = os.environ["BENCH_TABLE"]
PRAGMAS: Final[list[str]] = json.loads(os.environ["BENCH_PRAGMAS"])

_template: Final = json.loads(Path(os.environ["BENCH_TEMPLATE"]).read_text())
COLUMNS: Final[list[str]] = _template["columns"]
_ROWS: Final[dict[str, list[Any]]] = {digits: heard["row"] for digits, heard in _template["heard"].items()}
_NCCOS: Final[dict[str, bytes]] = {digits: heard["ncco"].encode() for digits, heard in _template["heard"].items()}
_CALL: Final = COLUMNS.index("call_id")
_AT: Final = COLUMNS.index("at")


class Refused(Exception):
    """Not signed as it must be."""


def verified(authorization: str, body: bytes) -> dict[str, Any]:
    """The payload, if the signature, its age, the application and the hash of the body are right."""
    try:
        claims = jwt.decode(authorization.removeprefix("Bearer "), SECRET, algorithms=["HS256"], leeway=MAX_AGE_SECONDS)
    except jwt.PyJWTError as fault:
        raise Refused(str(fault)) from fault
    if abs(time.time() - claims["iat"]) > MAX_AGE_SECONDS or claims["application_id"] != APPLICATION:
        raise Refused("too old, or of another application")
    if not hmac.compare_digest(claims["payload_hash"], hashlib.sha256(body).hexdigest()):
        raise Refused("of another body")
    payload: dict[str, Any] = json.loads(body)
    return payload


def row(payload: dict[str, Any], at: object) -> list[Any]:
    values = _ROWS[payload["dtmf"]["digits"]].copy()
    values[_CALL] = payload["uuid"]
    values[_AT] = at
    return values


def ncco(payload: dict[str, Any]) -> bytes:
    return _NCCOS[payload["dtmf"]["digits"]]


def insert_sql(holder: Callable[[int], str]) -> str:
    holders = ", ".join(holder(number) for number in range(1, len(COLUMNS) + 1))
    return f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES ({holders}) ON CONFLICT (call_id, n) DO NOTHING"


def now() -> datetime:
    return datetime.now(UTC)


def sqlite_now() -> str:
    """As Django keeps a time in SQLite."""
    return str(datetime.now(UTC).replace(tzinfo=None))
