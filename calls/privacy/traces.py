"""Where what was taken out of the database may still lie: free space in SQLite's file, and the spool."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, connection

from calls import spool

log = logging.getLogger(__name__)


def overwrite() -> None:
    """SQLite writes zeros over what this connection takes out from now on. PostgreSQL's vacuum sees to it by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def clean_file() -> bool:
    """Write SQLite's file anew, without what was taken out of it before. Whether that was done, or is not needed."""
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except DatabaseError as fault:
        log.warning("the database file could not be written anew: %s", fault)
        return False
    return not busy


def waiting(words: Iterable[str]) -> bool:
    """Whether a file of the spool that is yet to be replayed holds one of these."""
    wanted = [word.encode() for word in words if word]
    if found := any(_holds(path, wanted) for path in spool.folder().glob("*.jsonl*")):
        spool.hand_over()
    return found


def forget_refused(words: Iterable[str]) -> int:
    """Take the lines that hold one of these out of what the database refused. Gives their number."""
    path, wanted = spool.folder() / "refused.log", [word.encode() for word in words if word]
    if not _holds(path, wanted):
        return 0
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not any(word in line for word in wanted)]
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.writelines(kept)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return len(lines) - len(kept)


def _holds(path: Path, words: list[bytes]) -> bool:
    try:
        with path.open("rb") as file:
            return any(word in line for line in file for word in words)
    except FileNotFoundError:
        return False
