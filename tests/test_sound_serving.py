"""Recordings are served to the telephone company: whole or in parts, for ever the same, also without the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from calls import ncco
from ivrsite import database
from menus import live
from menus.dialogue import Answered, Keyed
from menus.flow import Flow
from menus.models import AudioPrompt, Line, Switch
from menus.sound import files
from menus.tryout import Tryout
from tests import lines
from tests.lines import NUMBER
from tests.ncco_rules import accepted_by_vonage, faults
from tests.sounds import recording
from tests.staff import clinic

pytestmark = pytest.mark.django_db
BYTES = bytes(range(256)) * 4
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SOON = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield tmp_path
    lines.forget()


@pytest.fixture
def kept() -> AudioPrompt:
    return recording(clinic(), data=BYTES)


def copies(data_dir: Path) -> list[str]:
    return sorted(f"/audio/{file.name}" for file in (data_dir / "audio").glob("*"))


def away(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    monkeypatch.setattr(database, "run", fails)


def saying(audio: str, **more: Any) -> Flow:
    news = {"kind": "message", "label": "News", "prompt": {"en": {"audio": audio, "text": "News."} | more}}
    return lines.office(news=news | {"then": "bye"})


# --- what is served ---------------------------------------------------------------------------------------------


def test_anybody_who_knows_the_name_gets_it_and_may_keep_it(kept: AudioPrompt, client: Client) -> None:
    answer = client.get(kept.path, HTTP_HOST="whatever.example")
    assert (answer.status_code, answer.content) == (200, BYTES)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Length"] == str(len(BYTES))
    assert answer["ETag"] == f'"{kept.path[7:-4]}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def test_head_says_the_same_without_the_sound(kept: AudioPrompt, client: Client) -> None:
    answer = client.head(kept.path)
    assert (answer.status_code, answer.content, answer["Content-Length"]) == (200, b"", str(len(BYTES)))
    assert client.post(kept.path).status_code == 405


def test_who_has_it_need_not_fetch_it_again(kept: AudioPrompt, client: Client) -> None:
    tag = client.get(kept.path)["ETag"]
    for asked in (tag, f'"other", W/{tag}', "*"):
        answer = client.get(kept.path, HTTP_IF_NONE_MATCH=asked)
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(kept.path, HTTP_IF_NONE_MATCH='"other"').status_code == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=1000-", 1000, 1023), ("bytes=-24", 1000, 1023), ("bytes=5-9999", 5, 1023)],
)
def test_a_part_can_be_asked_for(kept: AudioPrompt, client: Client, asked: str, first: int, last: int) -> None:
    answer = client.get(kept.path, HTTP_RANGE=asked)
    assert (answer.status_code, answer.content) == (206, BYTES[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/1024"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=9-5", "bytes=-0"])
def test_a_part_that_is_not_there_is_416(kept: AudioPrompt, client: Client, asked: str) -> None:
    answer = client.get(kept.path, HTTP_RANGE=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("asked", ["bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b", ""])
def test_what_is_no_range_gets_the_whole(kept: AudioPrompt, client: Client, asked: str) -> None:
    assert client.get(kept.path, HTTP_RANGE=asked).status_code == 200
    assert client.get(kept.path, HTTP_RANGE="bytes=0-9", HTTP_IF_RANGE='"older"').status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/audio/hello.mp3",
        "/audio/",
        "/audio/0123456789abcdef-0123456789abcdefghijkl.wav",
        "/audio/0123456789ABCDEF-0123456789abcdefghijkl.mp3",
        "/audio/../secret_key",
        "/audio/%2e%2e%2fsecret_key.mp3",
        "/audio/0123456789abcdef-0123456789abcdefghijkl.mp3%0a",
    ],
)
def test_of_a_name_that_cannot_be_one_the_database_is_not_asked(
    client: Client, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 404


def test_a_name_that_nothing_has_is_404(client: Client) -> None:
    assert client.get(files.new_path(b"x")).status_code == 404


def test_names_hold_the_hash_and_cannot_be_guessed() -> None:
    names = {files.new_path(b"x") for _ in range(50)}
    assert len(names) == 50
    assert len({name[:24] for name in names}) == 1, "the hash of what is in it"
    assert all(files.can_be(name) for name in names)


# --- copies on this host ----------------------------------------------------------------------------------------


def test_once_asked_for_it_is_served_while_the_database_is_away(
    kept: AudioPrompt, client: Client, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(kept.path).status_code == 200
    assert copies(data_dir) == [kept.path]
    away(monkeypatch)
    assert client.get(kept.path).content == BYTES
    AudioPrompt.objects.all().delete()
    assert client.get(kept.path).content == BYTES


def test_without_a_copy_and_the_database_it_is_to_be_asked_for_again(
    kept: AudioPrompt, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(monkeypatch)
    answer = client.get(kept.path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")


def test_a_full_disk_does_not_silence_it(kept: AudioPrompt, client: Client, data_dir: Path) -> None:
    (data_dir / "audio").write_text("no folder")
    assert client.get(kept.path).content == BYTES


def test_publishing_puts_what_callers_hear_on_this_hosts_disk(kept: AudioPrompt, data_dir: Path) -> None:
    lines.publish(saying(kept.path))
    assert copies(data_dir) == [kept.path]


def test_every_host_fetches_what_callers_of_live_versions_hear_and_only_once(
    kept: AudioPrompt, data_dir: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = recording(Line.objects.get(pk=kept.line_id), "Not used")
    lines.publish(saying(kept.path))
    (data_dir / kept.path[1:]).unlink()
    lines.forget()  # another host, which has just started
    live.refresh()
    live.secure()
    assert copies(data_dir) == [kept.path]
    assert other.path not in copies(data_dir)
    with django_assert_num_queries(0):
        live.secure()


def test_a_recording_that_is_gone_is_looked_for_once(
    data_dir: Path, django_assert_num_queries: DjangoAssertNumQueries, caplog: pytest.LogCaptureFixture
) -> None:
    lines.publish(saying(files.new_path(b"gone")))
    live.secure()
    with django_assert_num_queries(0):
        live.secure()
    assert caplog.text.count("a recording that callers are to hear is not there") == 1


def test_an_emergency_message_that_is_a_recording_is_kept_too(
    kept: AudioPrompt, data_dir: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    line = lines.publish(lines.office())
    words = {"en": {"audio": kept.path, "text": "Snow."}}
    Switch.objects.create(line=line, kind="message", words=words, ends_at=SOON)
    live.refresh(patient=True)
    live.secure()
    assert copies(data_dir) == [kept.path]
    (data_dir / kept.path[1:]).unlink()
    with django_assert_num_queries(0):
        live.secure()


# --- what Vonage is told ----------------------------------------------------------------------------------------


def test_vonage_fetches_it_from_where_it_reaches_us(kept: AudioPrompt, settings: Any, client: Client) -> None:
    for base in ("https://ivr.example.com", "https://example.com/phone"):
        settings.PUBLIC_URL = base
        flow = saying(kept.path)
        call = Tryout(flow, "447700900123", NUMBER, NOON)
        call.do(Answered())
        told = json.loads(ncco.of_turn(flow, call.do(Keyed("3"))))
        assert faults(told) == []
        assert accepted_by_vonage(told)
        [played] = [action["streamUrl"] for action in told if action["action"] == "stream"]
        assert played == [f"{base}{kept.path}"]
        assert not urlsplit(played[0]).query
    assert client.get(kept.path).status_code == 200
