"""What calls walk through: number -> live version -> flow. Kept in memory and on disk, so that calls need no database.

The pointers are read again after MEMO_SECONDS; behind them stands what was last known to be good, in memory and in
`DATA_DIR/published/`. Versions never change, so a flow once read is kept for ever.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from pydantic import ValidationError

from ivrsite import database
from menus.flow import Flow, read_flow
from menus.models import PhoneNumber, Version

log = logging.getLogger(__name__)

MEMO_SECONDS: Final = 1.0
"""How old the pointers may be: a publish is heard by new calls within 2 s in every worker."""


class Pointer(NamedTuple):
    line: int
    version: UUID


class UnknownVersion(Exception):
    """Neither memory, disk nor database has this version (the database may be away)."""


class _Known:
    """What this process knows. One for the process; tests make it new."""

    def __init__(self) -> None:
        self.pointers: dict[str, Pointer] | None = None
        self.read_at = float("-inf")
        self.flows: dict[UUID, Flow] = {}
        self.on_disk: set[UUID] = set()
        self.lock = threading.Lock()


_known = _Known()


def for_number(number: str) -> Pointer | None:
    """The line and version that a call to `number` (E.164 digits) begins on; None when no live line has it."""
    if time.monotonic() - _known.read_at > MEMO_SECONDS:
        refresh()
    return (_known.pointers or {}).get(number)


def flow(version: UUID) -> Flow:
    """The version's flow. Raises UnknownVersion."""
    if found := _known.flows.get(version):
        return found
    text = _from_disk(version) or _from_database(version)
    _known.flows[version] = found = read_flow(text)
    return found


def refresh() -> None:
    """Read the pointers again, and put on disk what they point to. Without the database: what was known last."""
    if not _known.lock.acquire(blocking=_known.pointers is None):
        return  # another thread is reading them; what is known serves until it has
    try:
        pointers = database.run(_read_pointers)
        changed = pointers != _known.pointers
        _known.pointers, _known.read_at = pointers, time.monotonic()
        if changed:
            _keep_pointers(pointers)
        _keep_versions({pointer.version for pointer in pointers.values()})
    except database.DatabaseAway:
        _known.read_at = time.monotonic()
        if _known.pointers is None:
            _known.pointers = _pointers_from_disk()
    finally:
        _known.lock.release()


def keep(version: UUID, text: str) -> None:
    """Put a version on this host's disk, and let this process see the new pointers at once. Called after a publish."""
    _write(_folder() / f"{version}.json", text)
    _known.on_disk.add(version)
    _known.read_at = float("-inf")


def forget() -> None:
    """For tests: a process that has just started."""
    global _known
    _known = _Known()


def _read_pointers() -> dict[str, Pointer]:
    rows = PhoneNumber.objects.filter(line__live__isnull=False).values_list(
        "number", "line_id", "line__live_id"
    )
    return {number: Pointer(line, version) for number, line, version in rows}


def _keep_versions(versions: set[UUID]) -> None:
    missing = {
        version for version in versions - _known.on_disk if not (_folder() / f"{version}.json").exists()
    }
    if missing:
        found = database.run(
            lambda: list(Version.objects.filter(id__in=missing).values_list("id", "flow")),
            seconds=2 * database.PATIENCE_SECONDS,
        )
        for version, text in found:
            _write(_folder() / f"{version}.json", text)
    _known.on_disk |= versions


def _keep_pointers(pointers: dict[str, Pointer]) -> None:
    text = json.dumps({number: [pointer.line, str(pointer.version)] for number, pointer in pointers.items()})
    _write(_folder() / "numbers.json", text)


def _pointers_from_disk() -> dict[str, Pointer]:
    try:
        kept = json.loads((_folder() / "numbers.json").read_text())
        return {number: Pointer(line, UUID(version)) for number, (line, version) in kept.items()}
    except FileNotFoundError:
        log.error("no database, and no published line is known on this host")
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        log.error("the kept numbers cannot be read: %s", fault)
    return {}


def _from_disk(version: UUID) -> str | None:
    """The kept flow, if it is whole; a spoilt file is removed so that the database can give it anew."""
    path = _folder() / f"{version}.json"
    try:
        text = path.read_text()
        read_flow(text)
        return text
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ValidationError) as fault:
        log.error("the kept version %s cannot be read: %s", version, fault)
        path.unlink(missing_ok=True)
        _known.on_disk.discard(version)
        return None


def _from_database(version: UUID) -> str:
    try:
        text = database.run(lambda: Version.objects.filter(id=version).values_list("flow", flat=True).first())
    except database.DatabaseAway as away:
        raise UnknownVersion(version) from away
    if text is None:
        raise UnknownVersion(version)
    return text


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "published"


def _write(path: Path, text: str) -> None:
    """The whole file or none: a reader never sees half of it. A full disk is logged; the database still has it."""
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as fault:
        log.error("cannot keep %s: %s", path.name, fault)
        draft.unlink(missing_ok=True)
