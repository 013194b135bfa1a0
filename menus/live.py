"""What calls walk through: number -> live version -> flow, and the switches that are on. Kept in memory and on disk, so
that calls need no database.

Pointers and switches are read again after MEMO_SECONDS, together; behind them stands what was last known to be good,
in memory and in `DATA_DIR/published/`. Versions never change, so a flow once read is kept for ever.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError
from django.db.models import FilteredRelation, Q
from django.utils import timezone
from pydantic import ValidationError

from ivrsite import database
from menus.dialogue import Switch
from menus.flow import Flow, Prompt, SwitchKind, read_flow
from menus.models import Line, Version
from menus.sound import files
from menus.sound.named import named

log = logging.getLogger(__name__)

MEMO_SECONDS: Final = 1.0
"""How old pointers and switches may be: a publish or a switch is heard by calls within 2 s in every worker."""
_SECURE_SECONDS: Final = 5.0


class Pointer(NamedTuple):
    line: int
    version: UUID


Switches = dict[int, tuple[Switch, ...]]
"""Those that are on, by line, the latest first."""


class UnknownVersion(Exception):
    """Neither memory, disk nor database has this version (the database may be away)."""


class NothingKnown(Exception):
    """The database cannot be asked, and nothing that was known before leads anywhere from this number."""


class _Known:
    """What this process knows. One for the process; tests make it new."""

    def __init__(self) -> None:
        self.pointers: dict[str, Pointer] | None = None
        self.switches: Switches | None = None
        self.fresh = False
        """Whether the database gave the pointers when it was last asked."""
        self.read_at = float("-inf")
        self.flows: dict[UUID, Flow] = {}
        self.spoilt: set[UUID] = set()
        """Versions whose file on disk cannot be read."""
        self.audible: set[UUID] = set()
        """Versions whose recordings were put on this host's disk."""
        self.sought: set[str] = set()
        """Recordings that were."""
        self.lock = threading.Lock()


_known = _Known()


def for_number(number: str) -> Pointer | None:
    """The line and version that a call to `number` (E.164 digits) begins on; None when no live line has it.

    Where its newest version cannot be had, it is the one before. Raises NothingKnown: without the database nobody
    can say that a number leads nowhere.
    """
    if time.monotonic() - _known.read_at > MEMO_SECONDS:
        refresh()
    known = _known
    pointer = (known.pointers or {}).get(number)
    if pointer and not flow_if_known(pointer.version):
        pointer = _earlier(number)
    elif pointer is None and known.fresh:
        return None
    if pointer is None:
        raise NothingKnown(number)
    return pointer


def flow(version: UUID) -> Flow:
    """The version's flow. Raises UnknownVersion."""
    if found := _known.flows.get(version):
        return found
    _known.flows[version] = found = _from_disk(version) or _from_database(version)
    return found


def flow_if_known(version: UUID | None) -> Flow | None:
    """The version's flow, for those who can do without it."""
    try:
        return flow(version) if version else None
    except UnknownVersion as fault:
        log.error("version %s cannot be had: %s", version, fault)
        return None


def switches(line: int) -> tuple[Switch, ...]:
    """The line's switches that are on, the latest first. Asks no database: from memory; at the very start from disk."""
    found = _known.switches
    if found is None:  # nothing was read yet
        found = _switches_from_disk() or {}
    return found.get(line, ())


def refresh(patient: bool = False) -> None:
    """Read pointers and switches again. Without the database: what was known last.

    Patient: if another thread is reading them, it may have begun too early; wait, and read them after it.
    """
    known = _known
    wait = patient or known.pointers is None
    if not known.lock.acquire(timeout=database.PATIENCE_SECONDS if wait else 0):
        return  # another thread is reading them; what is known serves until it has
    asked_at = time.monotonic()
    try:
        (known.pointers, known.switches), known.fresh = database.run(_read), True
    except (database.DatabaseAway, DatabaseError) as fault:
        if isinstance(fault, DatabaseError) and (known.fresh or known.pointers is None):  # there, but not migrated …
            log.error("the numbers cannot be read; calls go on as before: %s", str(fault).strip())
        known.fresh = False
        if known.pointers is None:
            known.pointers = _pointers_from_disk(_NUMBERS) or _pointers_from_disk(_PREVIOUS) or {}
            known.switches = known.switches if known.switches is not None else _switches_from_disk() or {}
            if not known.pointers:
                log.error("no database, and no published line is known on this host")
    finally:
        known.read_at = asked_at
        known.lock.release()


def secure() -> None:
    """Put on disk, and into memory, all that new calls need. For the keeper. Raises DatabaseAway."""
    pointers = _known.pointers
    if pointers is None or not _known.fresh:
        return
    versions = {pointer.version for pointer in pointers.values()}
    missing = {version for version in versions if version in _known.spoilt or not _file(version).exists()}
    if missing:
        wanted = Version.objects.filter(id__in=missing).values_list("id", "flow")
        for version, text in database.run(lambda: list(wanted), seconds=_SECURE_SECONDS):
            _keep_version(version, text)
    _keep_switches()
    _keep_pointers(pointers)  # last: they lead to files that are there
    for version in versions:
        flow_if_known(version)
    _keep_recordings(versions)


def keep(version: UUID, text: str) -> None:
    """Put a version and its numbers on this host's disk, and let this process see them at once. After a publish."""
    _keep_version(version, text)
    refresh()
    if _known.pointers is not None and _known.fresh:
        _keep_pointers(_known.pointers)
    with suppress(database.DatabaseAway):  # the keeper tries again
        _keep_recordings({version})


def keep_switches() -> None:
    """Let this process see the switches at once, and put them on this host's disk. After one was thrown or ended."""
    refresh(patient=True)
    if _known.fresh:
        _keep_switches()


def forget() -> None:
    """For tests: a process that has just started."""
    global _known
    _known = _Known()


def _read() -> tuple[dict[str, Pointer], Switches]:
    """In one statement, for a caller may be waiting. Lines without a number are in it: calls may still be on there."""
    now = timezone.now()
    on = FilteredRelation("switches", condition=Q(switches__ended_at__isnull=True, switches__ends_at__gt=now))
    rows = (
        Line.objects.filter(live__isnull=False)
        .annotate(switched=on)
        .order_by("pk", "-switched__begins_at", "-switched__pk")
        .values_list("numbers__number", "pk", "live_id", "switched__pk", *(f"switched__{name}" for name in _SWITCH))
    )
    pointers: dict[str, Pointer] = {}
    found: dict[int, dict[int, Switch]] = {}
    for number, line, version, pk, *values in rows:
        if number:
            pointers[number] = Pointer(line, version)
        if pk and pk not in found.setdefault(line, {}) and (switch := _as_switch(*values)):
            found[line][pk] = switch
    return pointers, {line: tuple(by_pk.values()) for line, by_pk in found.items() if by_pk}


_SWITCH: Final = ("kind", "ends_at", "schedule__key", "words")


def _as_switch(kind: str, ends: Any, schedule: str | None, words: Any) -> Switch | None:
    """One that cannot be read must not take the others, and all lines, with it."""
    try:
        return Switch(SwitchKind(kind), ends.timestamp(), schedule or "", Prompt.model_validate(words))
    except ValueError as fault:
        log.error("a switch that is on cannot be read, and does nothing: %s", fault)
        return None


def _from_disk(version: UUID) -> Flow | None:
    """The kept flow, if it is whole. A spoilt file stays for other releases to read until it is written anew."""
    try:
        return read_flow(_file(version).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as fault:
        log.error("the kept version %s cannot be read: %s", version, fault)
        _known.spoilt.add(version)
        return None


def _from_database(version: UUID) -> Flow:
    wanted = Version.objects.filter(id=version).values_list("flow", flat=True)
    try:
        text = database.run(wanted.first)
    except (database.DatabaseAway, DatabaseError) as fault:
        raise UnknownVersion(f"{version}: {fault}") from fault
    if text is None:
        raise UnknownVersion(f"{version}: there is none")
    try:
        return read_flow(text)
    except ValidationError as fault:
        raise UnknownVersion(f"{version} is not of a form that this release reads: {fault}") from fault


# --- on disk ----------------------------------------------------------------------------------------------------

_NUMBERS: Final = "numbers.json"
_PREVIOUS: Final = "numbers.previous.json"
"""Each number's pointer before its last change: where the newest cannot be read, calls go on as before it."""


def _pointers_from_disk(name: str) -> dict[str, Pointer] | None:
    try:
        kept = json.loads((_folder() / name).read_bytes())
        return {number: Pointer(int(line), UUID(version)) for number, (line, version) in kept.items()}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        log.error("the kept numbers in %s cannot be read: %s", name, fault)
        return None


def _earlier(number: str) -> Pointer | None:
    pointer = (_pointers_from_disk(_PREVIOUS) or {}).get(number)
    return pointer if pointer and flow_if_known(pointer.version) else None


def _keep_pointers(pointers: dict[str, Pointer]) -> None:
    kept = _pointers_from_disk(_NUMBERS)
    if kept == pointers:
        return
    before, earlier = kept or {}, _pointers_from_disk(_PREVIOUS) or {}
    changed = {number for number, pointer in pointers.items() if before.get(number, pointer) != pointer}
    previous = {
        number: before[number] if number in changed else earlier.get(number, pointer)
        for number, pointer in pointers.items()
    }
    _write(_folder() / _PREVIOUS, _as_text(previous))
    _write(_folder() / _NUMBERS, _as_text(pointers))


def _as_text(pointers: dict[str, Pointer]) -> str:
    return json.dumps({number: [pointer.line, str(pointer.version)] for number, pointer in pointers.items()})


_SWITCHES: Final = "switches.json"


def _switches_from_disk() -> Switches | None:
    try:
        kept = json.loads((_folder() / _SWITCHES).read_bytes())
        return {
            int(line): tuple(
                Switch(SwitchKind(kind), float(ends), str(schedule), Prompt.model_validate(words))
                for kind, ends, schedule, words in switches
            )
            for line, switches in kept.items()
        }
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        log.error("the kept switches in %s cannot be read: %s", _SWITCHES, fault)
        return None


def _keep_switches() -> None:
    if _known.switches is None or _switches_from_disk() == _known.switches:
        return
    plain = {
        line: [[kind, ends, schedule, words.model_dump(mode="json")] for kind, ends, schedule, words in switches]
        for line, switches in _known.switches.items()
    }
    _write(_folder() / _SWITCHES, json.dumps(plain))


def _keep_recordings(versions: set[UUID]) -> None:
    """What callers of these versions hear, and of the switches that are on. Raises DatabaseAway."""
    new = {version: found for version in versions - _known.audible if (found := flow_if_known(version))}
    spoken = [switch.words for on in (_known.switches or {}).values() for switch in on]
    wanted = {said.audio for part in (*new.values(), *spoken) for _, said in named(part)}
    files.secure(wanted - _known.sought)
    _known.sought |= wanted
    _known.audible |= new.keys()


def _keep_version(version: UUID, text: str) -> None:
    if _write(_file(version), text):
        _known.spoilt.discard(version)


def _file(version: UUID) -> Path:
    return _folder() / f"{version}.json"


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "published"


def _write(path: Path, text: str) -> bool:
    """The whole file or none: a reader never sees half of it. A full disk is logged; the database still has it."""
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return True
    except OSError as fault:
        log.error("cannot keep %s: %s", path.name, fault)
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        return False
