"""What the database could not take: lines in DATA_DIR/spool, on disk before we answer, replayed when it is back.

Each process writes a file of its own and holds its lock; whoever finds a file that nobody holds replays it. A line
that a crash tore in two has no valid checksum and is left out: the webhook it came from was not answered.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from uuid import uuid4

from django.conf import settings

log = logging.getLogger(__name__)

Entry = tuple[str, dict[str, Any]]

_lock = threading.Lock()
_file: IO[str] | None = None


def folder() -> Path:
    return Path(settings.DATA_DIR) / "spool"


def add(entries: Sequence[Entry]) -> None:
    """Append the entries and wait until the disk has them. Raises OSError."""
    lines = [_line(entry) for entry in entries]
    with _lock:
        file = _own_file()
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def is_empty() -> bool:
    return not any(folder().glob("*.jsonl"))


def take() -> Iterator[Batch]:
    """The files that nobody writes to any more, this process's own included (it begins a new one)."""
    _let_go()
    for path in sorted(folder().glob("*.jsonl"), key=lambda path: path.name):
        with contextlib.suppress(FileNotFoundError):
            file = path.open("r+", encoding="utf-8")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                continue
            yield Batch(path, file)


class Batch:
    """One spool file being replayed. Removed when all of it was written; a fault keeps it whole for the next time."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self.path = path
        self.file = file

    def __enter__(self) -> Batch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.path.unlink(missing_ok=True)
        self.file.close()

    def records(self) -> Iterator[Entry]:
        for text in self.file:
            if entry := _read(text):
                yield entry
            else:
                log.error("a torn line in the spool is left out: %s…", text[:60].rstrip())

    def refuse(self, kind: str, values: dict[str, Any], why: str) -> None:
        """Set aside, for people to look at, what the database will never take; the rest must not wait for it."""
        log.error("the database refuses a spooled %s: %s", kind, why)
        with (folder() / "refused.log").open("a", encoding="utf-8") as file:
            file.write(_line((kind, values)))


def _line(entry: Entry) -> str:
    text = json.dumps(entry, default=str, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x} {text}\n"


def _read(line: str) -> Entry | None:
    checksum, _, text = line.rstrip("\n").partition(" ")
    if checksum != f"{zlib.crc32(text.encode()):08x}":
        return None
    kind, values = json.loads(text)
    return kind, values


def _own_file() -> IO[str]:
    """This process's file. Its name sorts by time, so that replay keeps the order as far as it can."""
    global _file
    if _file is None:
        folder().mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{os.getpid()}-{uuid4().hex[:8]}.jsonl"
        draft = folder() / f"{name}.new"
        file = draft.open("a", encoding="utf-8")
        fcntl.flock(file, fcntl.LOCK_EX)  # before it has its name: nobody may replay and remove it under us
        draft.rename(folder() / name)
        _sync_folder()
        _file = file
    return _file


def _sync_folder() -> None:
    """A new file survives a power cut only when its folder was written too."""
    handle = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _let_go() -> None:
    global _file
    with _lock:
        if _file is not None:
            _file.close()
            _file = None
