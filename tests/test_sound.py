"""An upload becomes what the telephone plays, or is refused in words."""

from __future__ import annotations

import json
import os
import re
import struct
import sys
from pathlib import Path
from typing import Any

import pytest

from menus.sound import encoding
from menus.sound.encoding import NoSound, encode, form_of, lasting
from tests.sounds import TONE, facts, made


def refused(upload: bytes) -> str:
    with pytest.raises(NoSound) as fault:
        encode(upload)
    return str(fault.value)


# --- what is taken ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.m4a", "a.mp4", "a.ogg", "a.opus", "a.webm"])
def test_each_format_becomes_an_mp3_with_one_channel_of_16_khz(name: str) -> None:
    sound = encode(made(name, TONE, "-ac", "2"))
    assert form_of(sound.data) == "mp3"
    assert re.search(r"Audio: mp3( \(\w+\))?, 16000 Hz, mono", facts(sound.data)), "newer ffmpegs name the decoder"
    assert sound.seconds == pytest.approx(2, abs=0.11)


def test_what_a_file_is_called_does_not_count() -> None:
    assert form_of(made("a.wav")) == "wav"
    assert form_of(made("a.mp3", TONE, "-id3v2_version", "0")) == "mp3"
    assert [form_of(no_sound) for no_sound in (b"", b"\xff", b"%PDF-1.7", b"<html>", b"\xff\xf1\x50\x80")] == [""] * 5


def test_a_film_gives_its_sound() -> None:
    film = made("a.mp4", TONE, "-f", "lavfi", "-i", "testsrc=d=2:s=64x64:r=5")
    assert encode(film).seconds == pytest.approx(2, abs=0.11)


def test_tags_are_left_out() -> None:
    tagged = made("a.mp3", TONE, "-metadata", "title=Secret meeting", "-metadata", "artist=Ana")
    assert b"Secret meeting" in tagged
    out = encode(tagged).data
    assert out[0] == 0xFF
    assert not any(word in out for word in (b"ID3", b"TAG", b"Secret", b"Ana", b"Lavf"))


def test_quiet_and_loud_files_are_brought_near_to_each_other() -> None:
    def loudness(volume: str) -> float:
        decoded = encoding._decode(encode(made("a.wav", f"{TONE},volume={volume}")).data, "mp3")
        return encoding._loudness(decoded.told)["mean"]

    quiet, loud = loudness("-12dB"), loudness("12dB")
    assert abs(quiet - loud) < 2, "they were 24 dB apart"
    assert loud < -12


# --- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (b"", "The file is empty."),
        (
            b"hello, this is no sound",
            "This is no sound file that can be read. Bring a WAV, MP3, M4A, OGG or WebM file.",
        ),
        (b"OggS" + bytes(range(256)) * 20, "The file is damaged or incomplete, and cannot be played."),
        (b"RIFF\x00\x00\x00\x00WAVE", "The file is damaged or incomplete"),
        (b"ID3" + b"\x00" * 4000, "The file is damaged or incomplete"),
        (b"RIFF\x00\x00\x00\x00WAVE" + bytes(10 * 1024 * 1024), "The file has 10.0 MB; 10 MB is the most."),
    ],
)
def test_what_is_no_sound_is_refused_with_the_cure(upload: bytes, words: str) -> None:
    assert refused(upload).startswith(words)


def test_what_lasts_too_long_is_refused_with_its_length() -> None:
    long = made("a.mp3", "sine=440:d=370", "-b:a", "24k", "-ar", "16000")
    assert refused(long).startswith("The recording lasts 6 min 10 s; 5 min is the most.")
    assert encode(made("b.mp3", "sine=440:d=300", "-b:a", "24k", "-ar", "16000")).seconds == pytest.approx(300, abs=0.2)


def test_a_film_without_sound_is_refused() -> None:
    assert refused(made("a.mp4", "testsrc=d=1:s=64x64:r=5")).startswith("The file has pictures and no sound.")


def test_silence_is_refused() -> None:
    assert refused(made("a.wav", "anullsrc=d=3")).startswith("Nothing can be heard in it.")
    assert refused(made("a.wav", f"{TONE},volume=-60dB")).startswith("Nothing can be heard in it.")


def test_a_file_that_breaks_off_is_refused() -> None:
    whole = made("a.webm", "sine=440:d=20")
    assert refused(whole[: len(whole) // 3]).startswith("The file is incomplete: it breaks off after ")
    assert refused(made("a.m4a")[:8000]).startswith("The file is damaged or incomplete")


# --- hostile ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "upload",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 1234 RTP/AVP 0\n",
    ],
)
@pytest.mark.parametrize("begin", [b"", b"ID3", b"OggS", b"\x1a\x45\xdf\xa3", b"RIFF\x10\x00\x00\x00WAVE"])
def test_a_playlist_reads_no_file_and_asks_no_address(upload: bytes, begin: bytes) -> None:
    assert refused(begin + upload)


def test_an_m4a_that_points_to_another_file_does_not_bring_that_one(tmp_path: Path) -> None:
    """A track may name a file beside its own for its sound (ISO 14496-12, 8.7.2)."""
    (tmp_path / "a.wav").write_bytes(made("a.wav"))
    whole = bytearray(made("a.m4a"))
    at = whole.find(b"url \x00\x00\x00\x01")
    assert at > 0
    whole[at + 4 : at + 8] = struct.pack(">I", 0)  # not in this file
    if not (data := _or_fault(bytes(whole))):
        return
    assert encoding.form_of(data) == "mp3"  # its own bytes: ffmpeg follows no such way


def _or_fault(upload: bytes) -> bytes:
    try:
        return encode(upload).data
    except NoSound:
        return b""


def test_ffmpeg_is_told_what_it_may_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No shell, no network, no guessing of formats, nothing of the environment."""
    fake, seen = tmp_path / "ffmpeg", tmp_path / "seen.json"
    fake.write_text(
        f"#!{sys.executable}\nimport json, os, sys\n"
        f"open({str(seen)!r}, 'w').write(json.dumps([sys.argv, dict(os.environ)]))\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    refused(made("a.wav"))
    arguments, environment = json.loads(seen.read_text())
    asked = " ".join(arguments)
    assert "-nostdin" in arguments
    assert "-protocol_whitelist file -f wav -i file:" in asked
    assert "SECRET_KEY" not in environment


def test_a_file_that_keeps_ffmpeg_busy_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    fake.chmod(0o755)
    monkeypatch.setattr(encoding, "program", lambda: str(fake))
    monkeypatch.setattr(encoding, "_RUN_SECONDS", 0.3)
    assert refused(b"OggS" * 100).startswith("The file takes too long to read.")


def test_others_wait_when_two_are_being_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "_TURN_SECONDS", 0.05)
    with encoding._turns, encoding._turns:
        assert refused(b"OggS" * 100).startswith("Other recordings are being prepared just now.")
    for _again in range(3):
        assert refused(b"OggS" * 100).startswith("The file is damaged"), "their turns were given back"


# --- the program ------------------------------------------------------------------------------------------------


def test_the_packaged_ffmpeg_serves_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = made("a.wav")
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "imageio_ffmpeg" in encoding.program()
    assert encode(upload).seconds == pytest.approx(2, abs=0.11)


def test_without_any_ffmpeg_staff_are_told_what_to_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    imageio_ffmpeg: Any = pytest.importorskip("imageio_ffmpeg")

    def none() -> str:
        raise RuntimeError("No ffmpeg exe could be found.")

    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", none)
    assert "the program ffmpeg is missing. Ask whoever runs it to install ffmpeg." in refused(b"OggS" * 100)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.3, "1 s"), (12.4, "12 s"), (59.6, "1 min"), (60, "1 min"), (370, "6 min 10 s")],
)
def test_lengths_are_told_in_minutes_and_seconds(seconds: float, words: str) -> None:
    assert lasting(seconds) == words
