"""What the database could not take: lines in DATA_DIR/spool, on disk before we answer, replayed when it is back.

Each process writes a file of its own and holds its lock; whoever finds a file that nobody holds replays it. A line
that a crash tore in two has no valid checksum and is set aside: the webhook it came from was not answered.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import logging
import os
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from uuid import uuid4

from django.conf import settings

log = logging.getLogger(__name__)

Entry = tuple[str, dict[str, Any]]

_lock = threading.Lock()
_file: FileIO | None = None


def folder() -> Path:
    return Path(settings.DATA_DIR) / "spool"


def add(entries: Sequence[Entry]) -> None:
    """Append the entries and wait until the disk has them. Raises OSError."""
    data = b"".join(_line(entry) for entry in entries)
    with _lock:
        file = _own_file()
        try:
            if file.write(data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            _close()  # half a line may stand at its end, and no other may be joined to that
            raise


def is_empty() -> bool:
    return not any(folder().glob("*.jsonl"))


def hand_over() -> None:
    """Let this process's file be replayed; the next entry begins a new one."""
    with _lock:
        _close()


def take() -> Iterator[Batch]:
    """The files that nobody writes to any more, the oldest first."""
    for path in sorted(folder().glob("*.jsonl"), key=lambda path: path.name):
        with contextlib.suppress(FileNotFoundError):
            file = path.open("r+b")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                continue
            yield Batch(path, file)


class Batch:
    """One spool file being replayed. Removed when all of it was written; a fault keeps it whole for the next time."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
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
        for line in self.file:
            if entry := _read(line):
                yield entry
            else:
                log.error("a torn line in the spool is set aside: %r…", line[:60])
                _set_aside(line)

    def refuse(self, kind: str, values: dict[str, Any], why: str) -> None:
        """Set aside, for people to look at, what the database will never take; the rest must not wait for it."""
        log.error("the database refuses a spooled %s, which is set aside: %s", kind, why)
        _set_aside(_line((kind, values)))


def _set_aside(line: bytes) -> None:
    """On disk before the file it came from is removed."""
    with (folder() / "refused.log").open("ab") as file:
        file.write(line if line.endswith(b"\n") else line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _line(entry: Entry) -> bytes:
    text = json.dumps(entry, default=str, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _read(line: bytes) -> Entry | None:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    kind, values = json.loads(text)
    return kind, values


def _own_file() -> FileIO:
    """This process's file. Its name sorts by time, so that replay keeps the order as far as it can."""
    global _file
    if _file is None:
        folder().mkdir(parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{os.getpid()}-{uuid4().hex[:8]}.jsonl"
        draft = folder() / f"{name}.new"
        file = draft.open("ab", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # before it has its name: nobody may replay and remove it under us
            draft.rename(folder() / name)
            _sync(folder())
            _sync(folder().parent)
        except OSError:
            file.close()
            raise
        _file = file
    return _file


def _sync(path: Path) -> None:
    """A new file survives a power cut only when its folder was written too."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _close() -> None:
    global _file
    if _file is not None:
        file, _file = _file, None
        with contextlib.suppress(OSError):
            file.close()


def _after_fork() -> None:
    """A child that wrote to its parent's file would hold its lock: it begins a file, and a lock, of its own."""
    global _lock
    _lock = threading.Lock()
    _close()


os.register_at_fork(after_in_child=_after_fork)
