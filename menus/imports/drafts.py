"""A file that was read and shown, kept until it is applied: in DATA_DIR/imports, for an hour, for who brought it.

Only what was read is kept, so that keys that are to be secret never touch the disk.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from menus.imports.changes import Incoming
from menus.imports.sheets import Note

KEPT_SECONDS: Final = 3600
KEPT_EACH: Final = 3
"""Drafts of one user; the oldest goes first."""
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Draft:
    target: str
    """`lookuptable 3`."""
    file: str
    """What the file was called."""
    seen: str
    """The state that it was compared with."""
    incoming: Incoming
    notices: Sequence[Note] = ()
    remarks: Sequence[str] = ()
    remove: bool = False
    add_columns: bool = True


def keep(draft: Draft, user: int, token: str = "") -> str:
    """The token that finds it again."""
    token = token or secrets.token_hex(16)
    folder = _folder()
    _tidy(folder, user)
    path = folder / f"{user}-{token}.json"
    new = path.with_suffix(f".{os.getpid()}.new")
    new.touch(mode=0o600)
    new.write_text(json.dumps(asdict(draft)), encoding="utf-8")
    os.replace(new, path)
    return token


def find(token: str, user: int, target: str) -> Draft | None:
    """None: it was applied, it expired, or it is not this user's."""
    if not _TOKEN.fullmatch(token):
        return None
    path = _folder() / f"{user}-{token}.json"
    try:
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            return None
        draft = _read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return draft if draft.target == target else None


def drop(token: str, user: int) -> None:
    if _TOKEN.fullmatch(token):
        (_folder() / f"{user}-{token}.json").unlink(missing_ok=True)


def _read(plain: dict[str, Any]) -> Draft:
    draft = Draft(**plain)
    return replace(
        draft,
        incoming=Incoming(**plain["incoming"]),
        notices=[Note(**note) for note in plain["notices"]],
    )


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _tidy(folder: Path, user: int) -> None:
    """Those that expired, and this user's oldest: a disk is not filled by looking at previews."""
    found: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another page tidies too
            found.append((path.stat().st_mtime, path))
    found.sort(reverse=True)
    own = [path for _, path in found if path.name.startswith(f"{user}-")]
    for at, path in found:
        if at < time.time() - KEPT_SECONDS or path in own[KEPT_EACH - 1 :]:
            path.unlink(missing_ok=True)
