"""The recordings' bytes: copies in `DATA_DIR/audio`, so that callers hear them while the database is away."""

from __future__ import annotations

import logging
import os
import re
import secrets
import string
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.urls import get_script_prefix

from ivrsite import database
from menus.models import AudioPrompt
from menus.sound.named import FOLDER

log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"/audio/[0-9a-f]{16}-[0-9a-z]{22}\.mp3", re.ASCII)
_SIGNS: Final = string.ascii_lowercase + string.digits
_SECURE_SECONDS: Final = 5.0
_MOST_AT_ONCE: Final = 8
"""Recordings read from the database in one statement: each may be megabytes."""


def new_path(data: bytes) -> str:
    """Where a recording is fetched: never the same twice, and nobody can guess it (113 random bits)."""
    token = "".join(secrets.choice(_SIGNS) for _ in range(22))
    return f"{FOLDER}{digest(data)[:16]}-{token}.mp3"


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def url(path: str) -> str:
    """For a page: the site may live below a path."""
    return f"{get_script_prefix().rstrip('/')}{path}"


def can_be(path: str) -> bool:
    """Whether we ever give such a name; of others the database is not asked."""
    return _NAME.fullmatch(path) is not None


def read(path: str) -> bytes | None:
    """The recording: from the disk, else from the database, and then it is on the disk too.

    None: there is none. Raises DatabaseAway.
    """
    if not can_be(path):
        return None
    with suppress(OSError):
        return _file(path).read_bytes()
    wanted = AudioPrompt.objects.filter(path=path).values_list("data", flat=True)
    found = database.run(wanted.first)
    if found is None:
        return None
    keep(path, bytes(found))
    return bytes(found)


def keep(path: str, data: bytes) -> None:
    """The whole file or none: nobody ever hears half of it. A full disk is logged; the database still has it."""
    kept = _file(path)
    draft = kept.with_name(f".{kept.name}.{uuid4().hex}")
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(kept)
    except OSError as fault:
        log.error("cannot keep the recording %s: %s", path, fault)
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def drop(path: str) -> None:
    with suppress(OSError):
        _file(path).unlink(missing_ok=True)


def secure(paths: Collection[str]) -> None:
    """Put these on this host's disk. Raises DatabaseAway."""
    missing = sorted(path for path in paths if can_be(path) and not _file(path).exists())
    for begin in range(0, len(missing), _MOST_AT_ONCE):
        part = missing[begin : begin + _MOST_AT_ONCE]
        wanted = AudioPrompt.objects.filter(path__in=part).values_list("path", "data")
        found = dict(database.run(lambda wanted=wanted: list(wanted), seconds=_SECURE_SECONDS))  # type: ignore[misc]
        for path, data in found.items():
            keep(path, bytes(data))
        for path in set(part) - set(found):
            log.error("a recording that callers are to hear is not there: %s", path)


def _file(path: str) -> Path:
    return Path(settings.DATA_DIR) / "audio" / path.removeprefix(FOLDER)
