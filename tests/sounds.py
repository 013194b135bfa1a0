"""Sound files as people bring them, made by ffmpeg; and recordings of a line."""

from __future__ import annotations

import subprocess
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.utils import timezone

from menus.models import AudioPrompt, Line
from menus.sound import files
from menus.sound.encoding import NoSound, program

TONE = "sine=440:d=2"
"""What ffmpeg calls two seconds of a tone."""


@cache
def made(name: str, source: str = TONE, *more: str) -> bytes:
    """The file that ffmpeg writes under this name; skips where there is no ffmpeg."""
    try:
        ffmpeg = program()
    except NoSound as missing:
        pytest.skip(str(missing))
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        subprocess.run([ffmpeg, "-v", "error", "-f", "lavfi", "-i", source, *more, str(path)], check=True)
        return path.read_bytes()


def facts(data: bytes) -> str:
    """What ffmpeg says of a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        return subprocess.run([program(), "-i", str(path)], capture_output=True, text=True, check=False).stderr


def recording(line: Line, name: str = "Welcome", seconds: float = 12.4, **more: Any) -> AudioPrompt:
    """A row as it is after an upload, without the work; only the database has it."""
    data = more.pop("data", f"mp3 of {name} of {line.pk}".encode())
    given = {"path": files.new_path(data), "digest": sha256(data).hexdigest(), "size_bytes": len(data)}
    given |= {"language": "en", "uploaded_at": timezone.now()} | more
    return AudioPrompt.objects.create(line=line, name=name, seconds=seconds, data=data, **given)
