"""An upload -> an MP3 for the telephone, by decoding all of it with ffmpeg. What is no good is refused in words.

ffmpeg is told which format it is, by the file's first bytes: left to guess, it would also read playlists, which name
other files and addresses.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

try:
    import resource
except ImportError:  # not on Windows
    resource = None  # type: ignore[assignment]

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_SECONDS: Final = 300
MIN_SECONDS: Final = 0.2
RATE: Final = 16_000
"""Samples a second: the most that a telephone call carries (wideband)."""
_FRAME: Final = 2
"""Bytes of a sample."""
_RUN_SECONDS: Final = 25
_MEMORY: Final = 1536 * 1024 * 1024
_SILENT_DB: Final = -50.0
"""A file whose loudest moment is below this is heard as nothing."""
_USUAL_DB: Final = -20.0
"""How loud speech is on average; quieter and louder files are brought near to it."""
_MOST_LOUDER, _MOST_SOFTER = 15.0, -10.0
_TURN_SECONDS: Final = 20
_turns: Final = threading.BoundedSemaphore(2)
"""Those who may run ffmpeg in this process at once; its other threads are for calls."""

_DURATION: Final = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_LOUDNESS: Final = re.compile(r"(mean|max)_volume: (-?[\d.]+|-inf) dB")
_GUESSED: Final = "Estimating duration from bitrate"


class NoSound(ValueError):
    """The upload cannot be a recording. The message says why and what to do, in words for staff."""


@dataclass(frozen=True, slots=True)
class Sound:
    data: bytes
    """MP3, mono, 16 kHz, without tags."""
    seconds: float


class _Decoded(NamedTuple):
    samples: bytes
    told: str
    """What ffmpeg wrote meanwhile."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / _FRAME / RATE


def encode(upload: bytes) -> Sound:
    """The upload as it is played to callers. Raises NoSound."""
    if not upload:
        raise NoSound(_("The file is empty. Choose another one, or record anew."))
    if len(upload) > MAX_BYTES:
        raise NoSound(too_big(len(upload)))
    form = form_of(upload)
    if not form:
        raise NoSound(_("This is no sound file that can be read. Bring a WAV, MP3, M4A, OGG or WebM file."))
    if not _turns.acquire(timeout=_TURN_SECONDS):
        raise NoSound(_("Other recordings are being prepared just now. Try again in a minute."))
    try:
        decoded = _decode(upload, form)
        return Sound(_as_mp3(decoded), round(decoded.seconds, 1))
    finally:
        _turns.release()


def too_big(size: int) -> str:
    return _("The file has %(size)s MB; %(most)d MB is the most. Save it as MP3, or shorten it.") % {
        "size": f"{size / 1024 / 1024:.1f}",
        "most": MAX_BYTES // 1024 // 1024,
    }


def form_of(upload: bytes) -> str:
    """What ffmpeg calls the format that these bytes begin as; empty: none of ours."""
    if upload[:4] == b"RIFF" and upload[8:12] == b"WAVE":
        return "wav"
    if upload[:4] == b"OggS":
        return "ogg"
    if upload[:4] == b"\x1a\x45\xdf\xa3":
        return "matroska"
    if upload[4:8] == b"ftyp":
        return "mov"
    # MPEG audio, layer III: eleven bits set, then version and layer (ISO 11172-3, 2.4.1.3).
    layer_three = len(upload) > 1 and upload[0] == 0xFF and upload[1] & 0xE6 == 0xE2
    return "mp3" if upload[:3] == b"ID3" or layer_three else ""


# --- reading ----------------------------------------------------------------------------------------------------


def _decode(upload: bytes, form: str) -> _Decoded:
    shape = f"aformat=sample_fmts=s16:sample_rates={RATE}:channel_layouts=mono,volumedetect"
    most = MAX_SECONDS + 1
    with tempfile.TemporaryDirectory(prefix="sound-") as folder:
        source = Path(folder) / "upload"
        source.write_bytes(upload)
        reading = ["-protocol_whitelist", "file", "-f", form, "-i", f"file:{source}", "-map", "0:a:0"]
        writing = ["-t", str(most), "-fs", str(most * RATE * _FRAME), "-f", "s16le", "-protocol_whitelist", "pipe"]
        code, samples, told = _run([*reading, "-af", shape, *writing], b"", folder)
    decoded = _Decoded(samples, told)
    fault = _fault(decoded, code)
    if fault:
        raise NoSound(fault)
    return decoded


def _fault(decoded: _Decoded, code: int) -> str:
    if decoded.seconds > MAX_SECONDS + 0.5:
        return _too_long(max(_said_seconds(decoded.told), decoded.seconds))
    if not decoded.samples and " Audio: " not in decoded.told and " Video: " in decoded.told:
        return _("The file has pictures and no sound. Bring one that can be heard.")
    if code or not decoded.samples:
        return _("The file is damaged or incomplete, and cannot be played. Save it once more, or bring another one.")
    if _GUESSED not in decoded.told and decoded.seconds + 1 < _said_seconds(decoded.told) * 0.9:
        return _("The file is incomplete: it breaks off after %(heard)s of %(whole)s. Save it once more.") % {
            "heard": lasting(decoded.seconds),
            "whole": lasting(_said_seconds(decoded.told)),
        }
    if decoded.seconds < MIN_SECONDS or _loudness(decoded.told)["max"] < _SILENT_DB:
        return _("Nothing can be heard in it. Check your microphone, and record anew.")
    return ""


def _too_long(seconds: float) -> str:
    about = lasting(seconds) if seconds > MAX_SECONDS + 2 else _("more than %s") % lasting(MAX_SECONDS)
    return _("The recording lasts %(length)s; %(most)s is the most. Shorten it, or divide it between two.") % {
        "length": about,
        "most": lasting(MAX_SECONDS),
    }


def lasting(seconds: float) -> str:
    """`6 min 10 s`, as staff read it."""
    whole = max(1, round(seconds))
    minutes, rest = divmod(whole, 60)
    return " ".join(filter(None, [f"{minutes} min" if minutes else "", f"{rest} s" if rest or not minutes else ""]))


def _said_seconds(told: str) -> float:
    """How long the file says it lasts."""
    found = _DURATION.search(told)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else 0.0


def _loudness(told: str) -> dict[str, float]:
    """Mean and loudest, in dB below the most there is."""
    return {"mean": float("-inf"), "max": float("-inf")} | {
        which: float(level) for which, level in _LOUDNESS.findall(told)
    }


# --- writing ----------------------------------------------------------------------------------------------------


def _as_mp3(decoded: _Decoded) -> bytes:
    louder = min(_MOST_LOUDER, max(_MOST_SOFTER, _USUAL_DB - _loudness(decoded.told)["mean"]))
    shape = ["-ar", str(RATE), "-ac", "1"]
    reading = ["-protocol_whitelist", "pipe", "-f", "s16le", *shape, "-i", "pipe:0"]
    louder_or_softer = ["-af", f"volume={louder:.1f}dB,alimiter=limit=0.9:level=0"]
    writing = [*shape, "-c:a", "libmp3lame", "-b:a", "64k", "-f", "mp3"]
    untagged = ["-map_metadata", "-1", "-fflags", "+bitexact", "-write_xing", "0", "-id3v2_version", "0"]
    code, data, _told = _run([*reading, *louder_or_softer, *untagged, *writing], decoded.samples, tempfile.gettempdir())
    if code or not data:
        raise NoSound(_("The recording could not be prepared on this server. Try again, and tell whoever runs it."))
    return data


# --- the program ------------------------------------------------------------------------------------------------


def program() -> str:
    """The system's ffmpeg, else the packaged one. Raises NoSound."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg  # type: ignore[import-untyped]

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError, OSError):
        raise NoSound(
            _(
                "This server cannot read sound files: the program ffmpeg is missing. "
                "Ask whoever runs it to install ffmpeg. Until then, prompts are read by the voice."
            )
        ) from None


def _run(arguments: list[str], given: bytes, folder: str) -> tuple[int, bytes, str]:
    """Exit code, what it made, what it told. Raises NoSound when it takes too long."""
    always = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info", "-max_alloc", "200000000", "-threads", "1"]
    command = [program(), *always, *arguments, "pipe:1"]
    with tempfile.TemporaryFile() as made, tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        try:
            running = subprocess.Popen(  # noqa: S603  # no shell, and nothing of the upload in the command
                command, stdin=source, stdout=made, stderr=told, cwd=folder, env={"LC_ALL": "C", "HOME": folder}
            )
        except OSError:
            raise NoSound(_("The program ffmpeg does not start on this server. Tell whoever runs it.")) from None
        with running:
            code = _bounded(running)
        made.seek(0)
        told.seek(0)
        return code, made.read((MAX_SECONDS + 2) * RATE * _FRAME), told.read(65_536).decode("utf-8", "replace")


def _bounded(running: subprocess.Popen[bytes]) -> int:
    """Its exit code. Time, memory and what it writes have their bounds, whatever the file makes it do."""
    if hasattr(resource, "prlimit"):
        bounds = {resource.RLIMIT_AS: _MEMORY, resource.RLIMIT_FSIZE: 64 * 1024 * 1024}
        for bound, most in bounds.items():
            try:
                resource.prlimit(running.pid, bound, (most, most))
            except (OSError, ValueError):
                break  # it has ended already
    try:
        return running.wait(_RUN_SECONDS)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
        raise NoSound(_("The file takes too long to read. Save it as MP3 or WAV, and bring that.")) from None
