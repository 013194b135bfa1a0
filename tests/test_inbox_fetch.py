"""The sound of messages: fetched from a pretended Vonage over TLS with the application's key, kept, and told of."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import mail
from django.utils import timezone

from calls.fetching import addresses, wire
from calls.fetching.words import FetchFailed
from calls.inbox import faults, fetch, keeping
from calls.inbox.transcripts import LOOK_SECONDS, Awaited
from calls.models import Call, Event, Mailbox, Recording, Sound
from calls.privacy import old
from menus.models import Line
from tests.dip_server import DipServer, certificate, reply, says, serving

pytestmark = pytest.mark.django_db

HOST: Final = "api-eu-3.vonage.com"
URL: Final = f"https://{HOST}/v1/files/abc"
MP3: Final = b"ID3" + bytes(range(256)) * 20
APPLICATION: Final = "78d335fa-323d-0114-9c3d-d6f0d48968cf"
Settings = Any  # pytest-django's fixture


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("vonage"), HOST)


@pytest.fixture
def vonage(
    pem: Path, key: rsa.RSAPrivateKey, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[DipServer]:
    """Under its own name and port; only the address, its judge and the list of authorities are not production's."""
    plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    settings.VONAGE_PRIVATE_KEY = key.private_bytes(*plain).decode()
    settings.VONAGE_APPLICATION_ID = APPLICATION
    settings.EMAIL_HOST = "mail.example.com"
    trusted, connect = ssl.create_default_context(cafile=pem), wire._connect
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    with serving(pem) as server, monkeypatch.context() as patch:
        patch.setattr(wire, "_context", lambda: trusted)
        patch.setattr(wire, "_connect", lambda address, _port, seconds: connect(address, server.port, seconds))
        patch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
        patch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: rows)
        server.behaviour = says(reply(MP3))
        yield server


def message(uuid: str = "rec-1", **more: Any) -> Recording:
    line = Line.objects.get_or_create(name="Bank", timezone="America/New_York")[0]
    Call.objects.get_or_create(
        uuid="call-1",
        defaults={"caller": "12025550142", "started_at": timezone.now(), "local_day": timezone.now().date()},
    )
    given = {"call_uuid": "call-1", "line": line, "mailbox": "Desk", "url": URL, "received_at": timezone.now()}
    return Recording.objects.create(uuid=uuid, **given | more)


def later(**time: float) -> Any:
    return timezone.now() + timedelta(**time)


def work() -> list[str]:
    now = timezone.now()
    due = keeping.due(now)
    for pk in due:
        keeping.work_on(pk, now)
    return due


def test_the_sound_is_fetched_with_the_applications_key_and_kept(vonage: DipServer, key: rsa.RSAPrivateKey) -> None:
    row = message()
    assert work() == ["rec-1"]
    head = vonage.heard[0].decode()
    token = next(line[22:] for line in head.split("\r\n") if line.lower().startswith("authorization: bearer "))
    claims = jwt.decode(token, key.public_key(), algorithms=["RS256"])
    assert claims["application_id"] == APPLICATION
    assert claims["exp"] - claims["iat"] == 300
    sound = Sound.objects.get(recording=row)
    assert (bytes(sound.data), sound.media_type, sound.size_bytes) == (MP3, "audio/mpeg", len(MP3))
    assert sound.digest == sha256(MP3).hexdigest()
    row.refresh_from_db()
    assert row.fetched_at
    assert (row.fetch_fault, row.fetch_next_at, row.state) == ("", None, "new")
    assert work() == []


@pytest.mark.parametrize(
    "url",
    [
        "https://api.nexmo.com.evil.example/v1/files/abc",
        "https://evil.example/?api.nexmo.com",
        "https://evil-api.nexmo.com/v1/files/abc",
        f"https://{HOST}:8443/v1/files/abc",
        f"http://{HOST}/v1/files/abc",
        f"https://user@{HOST}/v1/files/abc",
        "https://127.0.0.1/v1/files/abc",
    ],
)
def test_the_key_is_shown_to_vonages_hosts_alone(url: str, vonage: DipServer) -> None:
    row = message(url=url)
    work()
    row.refresh_from_db()
    assert (row.fetch_fault, row.fetched_at) == (faults.FOREIGN, None)
    assert vonage.heard == []
    assert keeping.due(later(days=1)) == []


@pytest.mark.parametrize("host", ["api.nexmo.com", "api-us-4.vonage.com", "api-ap-3.vonage.com"])
def test_every_region_is_vonage(host: str, vonage: DipServer) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch.fetch(f"https://{host}/v1/files/abc")
    assert failed.value.reason == "untrusted"  # the pretended one has a certificate for one region alone


def test_no_redirect_is_followed_and_the_fault_is_said_in_words(vonage: DipServer) -> None:
    vonage.behaviour = says(reply(b"", "302 Found", "Location: https://api.nexmo.com/other"))
    row = message()
    work()
    row.refresh_from_db()
    assert "do not follow" in row.fetch_fault
    assert len(vonage.heard) == 1


def test_it_is_tried_again_with_growing_pauses_for_30_days(vonage: DipServer) -> None:
    vonage.behaviour = says(reply(b"", "503 Service Unavailable"))
    row = message()
    pauses = []
    for _ in range(3):
        work()
        row.refresh_from_db()
        assert row.fetch_next_at
        pauses.append(round((row.fetch_next_at - timezone.now()).total_seconds() / 60))
        assert keeping.due(timezone.now()) == []
        assert keeping.due(row.fetch_next_at) == ["rec-1"]
        Recording.objects.update(fetch_next_at=timezone.now())
    assert pauses == [1, 2, 4]
    Recording.objects.update(received_at=later(days=-30))
    assert keeping.due(timezone.now()) == []
    row.refresh_from_db()
    assert faults.why_silent(row, timezone.now()).startswith("Vonage no longer has it")


@pytest.mark.parametrize("body", [b"<html>no sound</html>", b"", b'{"error": "x"}'])
def test_what_is_no_sound_is_not_kept(body: bytes, vonage: DipServer) -> None:
    vonage.behaviour = says(reply(body))
    row = message()
    work()
    row.refresh_from_db()
    assert (row.fetch_fault, Sound.objects.exists()) == (faults.NO_SOUND, False)


def test_what_is_too_long_is_not_read(vonage: DipServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FetchFailed) as failed:
        fetch.fetch(URL, most=len(MP3) - 1)
    assert failed.value.reason == "too_long"
    assert fetch.fetch(URL, most=len(MP3)) == MP3


def test_of_a_message_that_is_erased_while_its_sound_comes_nothing_is_kept(
    vonage: DipServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = message()

    def erased_meanwhile(_url: str) -> bytes:
        old.empty_recordings([row.pk])
        return MP3

    monkeypatch.setattr(keeping, "fetch", erased_meanwhile)
    work()
    assert not Sound.objects.exists()


def test_of_two_hosts_one_fetches_and_one_that_died_is_followed_by_another(vonage: DipServer) -> None:
    row, now = message(), timezone.now()
    assert keeping._claim(row.pk, now)  # the other host, which then dies
    keeping.work_on(row.pk, now)
    assert (vonage.heard, keeping.due(now)) == ([], [])
    after = now + keeping.LEASE
    assert keeping.due(after) == [row.pk]
    keeping.work_on(row.pk, after)
    assert Sound.objects.filter(recording=row).exists()


def test_without_a_key_nothing_is_asked_and_staff_are_told_what_is_missing(
    vonage: DipServer, settings: Settings
) -> None:
    settings.VONAGE_PRIVATE_KEY = ""
    row = message()
    assert work() == []
    assert "VONAGE_PRIVATE_KEY" in faults.why_silent(row, timezone.now())


# --- mail -------------------------------------------------------------------------------------------------------


def mailbox(row: Recording, name: str, *people: str) -> None:
    assert row.line
    Mailbox.objects.create(line=row.line, name=name, emails="\n".join(people))


def test_the_mailboxs_people_are_told_once_without_number_or_sound(vonage: DipServer) -> None:
    row = message(started_at=later(seconds=-42), ended_at=timezone.now())
    mailbox(row, "Desk", "ana@example.com", "ben@example.com")
    mailbox(row, "", "all@example.com")
    work()
    work()
    (sent,) = mail.outbox
    assert sent.to == ["ana@example.com", "ben@example.com"]
    assert "https://ivr.example.com/admin/calls/recording/rec-1/change/" in sent.body
    assert "0:42" in sent.body
    assert "Bank" in sent.body
    assert "Desk" in sent.body
    assert "0142" not in sent.body.replace(" ", "")
    assert "+1 •••" in sent.body
    assert sent.attachments == []
    row.refresh_from_db()
    assert row.mailed_at


def test_of_a_mailbox_without_people_of_its_own_the_lines_are_told(vonage: DipServer) -> None:
    row = message(mailbox="Office")
    mailbox(row, "Desk", "ana@example.com")
    mailbox(row, "", "all@example.com")
    work()
    assert [sent.to for sent in mail.outbox] == [["all@example.com"]]


def test_where_the_sound_does_not_come_they_are_told_after_an_hour(vonage: DipServer) -> None:
    vonage.behaviour = says(reply(b"", "503 Service Unavailable"))
    row = message()
    mailbox(row, "Desk", "ana@example.com")
    work()
    assert mail.outbox == []
    Recording.objects.update(received_at=later(hours=-1, seconds=-1), fetch_next_at=None)
    work()
    assert "could not give it just then" in mail.outbox[0].body
    vonage.behaviour = says(reply(MP3))
    Recording.objects.update(fetch_next_at=None)
    work()
    assert len(mail.outbox) == 1
    assert Sound.objects.exists()


def test_without_a_key_there_is_no_sound_to_wait_for(vonage: DipServer, settings: Settings) -> None:
    settings.VONAGE_PRIVATE_KEY = ""
    mailbox(message(), "Desk", "ana@example.com")
    work()
    assert "set VONAGE_PRIVATE_KEY" in mail.outbox[0].body


def test_mail_that_did_not_go_is_tried_again_and_keeps_no_sound_waiting(
    vonage: DipServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = message()
    mailbox(row, "Desk", "ana@example.com")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", lambda *_args: (_ for _ in ()).throw(OSError("away")))
        work()
    row.refresh_from_db()
    assert row.fetched_at
    assert row.mailed_at is None
    assert row.fetch_next_at
    assert keeping.due(timezone.now()) == []
    Recording.objects.update(fetch_next_at=timezone.now())
    work()
    assert (len(mail.outbox), len(vonage.heard)) == (1, 1)


def test_nobody_is_told_of_old_messages(vonage: DipServer) -> None:
    mailbox(message(received_at=later(days=-3)), "Desk", "ana@example.com")
    work()
    assert mail.outbox == []


# --- transcripts ------------------------------------------------------------------------------------------------


def ready(**time: float) -> None:
    payload = {"status": "transcribed", "type": "record", "recording_uuid": "rec-1", "transcription_url": URL}
    Event.objects.create(digest="t", kind="transcript", received_at=later(**time), payload=json.dumps(payload))


def test_of_a_transcript_that_waited_in_the_spool_is_known_too(vonage: DipServer) -> None:
    awaited = Awaited()
    assert not awaited.due()
    ready(minutes=-10)  # the database was away
    assert not awaited.due(), "it is looked now and then"
    awaited.looked -= LOOK_SECONDS
    assert awaited.due()


def test_of_a_caller_who_was_erased_no_transcript_comes_back(vonage: DipServer) -> None:
    vonage.behaviour = says(reply(b'{"channels": [{"transcript": [{"sentence": "My secret."}]}]}'))
    message(url="")
    ready()
    awaited = Awaited()
    assert awaited.due()
    awaited.fetch()
    assert (Recording.objects.get().transcript, vonage.heard) == ("", [])


@pytest.mark.parametrize("first", ["message", "transcript"])
def test_a_transcript_is_kept_whichever_comes_first(first: str, vonage: DipServer) -> None:
    row = {"sentence": "Please call back.", "timestamp": 0}
    file = {"ver": "1", "channels": [{"transcript": [row, {"raw_sentence": "Thank you."}]}]}
    vonage.behaviour = says(reply(json.dumps(file).encode()))
    if first == "message":
        message()
    ready()
    awaited = Awaited()
    assert awaited.due()
    awaited.fetch()
    if first == "transcript":
        message()
        assert not awaited.due()
        awaited.wanted["rec-1"] = awaited.wanted["rec-1"]._replace(at=0)
        awaited.fetch()
    assert Recording.objects.get().transcript == "Please call back. Thank you."
    assert awaited.wanted == {}
