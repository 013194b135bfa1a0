"""The page of a line's recordings: who may bring, hear and delete them, and where they are used."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from menus.models import AudioPrompt, BookedPublish, Line, Option, Schedule, Switch, Version
from menus.publish import PublishRefused, publish, roll_back
from menus.sound.encoding import MAX_BYTES
from tests import lines
from tests.pages import text
from tests.sounds import made, recording
from tests.staff import ROLES, client, clinic, part

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield tmp_path
    lines.forget()


@pytest.fixture
def line() -> Line:
    return clinic()


@pytest.fixture
def ana() -> Client:
    return client("superuser")


def page_of(line: Line) -> str:
    return f"/admin/menus/line/{line.pk}/audio/"


def delete_page(audio: AudioPrompt) -> str:
    return f"{page_of(audio.line)}{audio.pk}/delete/"


def brought(someone: Client, line: Line, data: bytes, file: str = "hello.wav", **typed: str) -> Any:
    given = {"name": "Welcome", "language": "en", "transcript": "Hello.\r\nBye.", **typed}
    return someone.post(page_of(line), given | {"file": SimpleUploadedFile(file, data)})


def faults(answer: Any) -> str:
    assert answer.status_code == 200, "it was kept"
    return html.unescape(str(answer.context["form"].errors))


def say(audio: AudioPrompt, where: str = "address") -> None:
    """The clinic's message plays it."""
    message: Any = part(audio.line, where)
    message.prompt = {"en": {"text": "12 Main Street.", "audio": audio.path, "seconds": audio.seconds}}
    message.save()


# --- bringing ---------------------------------------------------------------------------------------------------


def test_a_file_is_made_ready_for_the_telephone_and_served(line: Line, ana: Client, data_dir: Path) -> None:
    assert brought(ana, line, made("a.wav")).status_code == 302
    [row] = line.audio_prompts.all()
    assert (row.name, row.language, row.transcript, str(row.uploaded_by)) == ("Welcome", "en", "Hello.\nBye.", "root")
    assert row.seconds == pytest.approx(2, abs=0.1)
    assert row.path[7:23] == row.digest[:16]
    assert (data_dir / row.path[1:]).read_bytes() == bytes(row.data)
    assert ana.get(row.path).content == bytes(row.data)
    assert "“Welcome” is here, 2 s." in text(ana, page_of(line))


def test_the_same_sound_brought_again_has_another_name(line: Line, ana: Client) -> None:
    for name in ("Welcome", "Again"):
        brought(ana, line, made("a.wav"), name=name)
    first, second = line.audio_prompts.all()
    assert first.digest == second.digest
    assert first.path != second.path


@pytest.mark.parametrize(
    ("data", "typed", "words"),
    [
        (b"no sound", {}, "This is no sound file that can be read."),
        (b"", {}, "The file is empty."),
        (b"OggS" * 100, {"name": ""}, "This field is required."),
        (b"OggS" * 100, {"language": "fr"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_kept_is_told_and_what_was_typed_stays(
    line: Line, ana: Client, data: bytes, typed: dict[str, str], words: str
) -> None:
    answer = brought(ana, line, data, **typed)
    assert words in faults(answer)
    assert "Hello.\nBye." in html.unescape(answer.content.decode()).replace("\r", "")
    assert not AudioPrompt.objects.exists()


def test_a_file_that_is_too_big_is_not_even_read(line: Line, ana: Client) -> None:
    answer = brought(ana, line, b"OggS" + bytes(MAX_BYTES))
    assert "The file has 10.0 MB; 10 MB is the most." in faults(answer)


def test_two_recordings_of_a_line_have_two_names(line: Line, ana: Client) -> None:
    recording(line, "welcome")
    assert "This line has a recording of that name" in faults(brought(ana, line, b"OggS"))
    assert "choose a sound file" in faults(ana.post(page_of(line), {"name": "x"})).lower()


# --- looking ----------------------------------------------------------------------------------------------------


def test_the_page_says_what_there_is_how_long_and_where_it_is_used(line: Line, ana: Client) -> None:
    used, other = (
        recording(line, "Address", 12.4, transcript="12 Main Street."),
        recording(line, "Other", 370, language=""),
    )
    say(used)
    page = text(ana, page_of(line))
    for words in ("Address", "English", "12 s", "6 min 10 s", "Message “Our address”: prompt", "Nowhere yet"):
        assert words in page
    assert f'<audio controls preload="none" src="{used.path}"' in page
    assert 'download="other.mp3"' in page
    assert other.path in page


def test_a_line_without_any_says_what_they_are_for(line: Line, ana: Client) -> None:
    assert "No recording yet" in text(ana, page_of(line))


def test_as_many_queries_however_many_recordings(line: Line, ana: Client, django_assert_max_num_queries: Any) -> None:
    for n in range(5):
        say(recording(line, f"Number {n}"))
    text(ana, page_of(line))
    with django_assert_max_num_queries(45) as few:
        text(ana, page_of(line))
    for n in range(20):
        recording(line, f"More {n}")
    with django_assert_max_num_queries(len(few)):
        text(ana, page_of(line))


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_lines_hears_and_who_may_edit_brings_and_deletes(role: str, line: Line) -> None:
    audio, someone = recording(line), client(role)
    sees, edits = role in ("viewer", "editor", "publisher", "superuser"), role in ("editor", "superuser")
    answer = someone.get(page_of(line))
    assert (answer.status_code == 200) is sees
    if sees:
        assert ("audio_form" in answer.content.decode()) is edits
    assert ("name" in str(getattr(brought(someone, line, b"no sound"), "context", "") or "")) is edits
    assert (someone.get(delete_page(audio)).status_code == 200) is edits
    someone.post(delete_page(audio))
    assert AudioPrompt.objects.exists() is not edits


# --- deleting ---------------------------------------------------------------------------------------------------


def test_what_nobody_uses_is_deleted_here_and_on_the_disk(
    line: Line, ana: Client, data_dir: Path, django_capture_on_commit_callbacks: Any
) -> None:
    audio = recording(line)
    ana.get(audio.path)
    assert "It is used nowhere." in text(ana, delete_page(audio))
    with django_capture_on_commit_callbacks(execute=True):
        assert ana.post(delete_page(audio)).status_code == 302
    assert not AudioPrompt.objects.exists()
    assert not (data_dir / audio.path[1:]).exists()
    assert ana.get(audio.path).status_code == 404


def kept(ana: Client, audio: AudioPrompt) -> str:
    """It is not deleted; what the page says of who uses it."""
    answer: Any = ana.post(delete_page(audio))
    assert AudioPrompt.objects.filter(pk=audio.pk).exists()
    page = html.unescape(answer.content.decode())
    assert "cannot be deleted while it is in use" in page
    return page.partition('<ul class="plain-list">')[2].partition("</ul>")[0]


def test_a_draft_keeps_what_it_plays(line: Line, ana: Client) -> None:
    audio = recording(line)
    said = {"en": {"text": "Words.", "audio": audio.path}}
    say(audio)
    menu = part(line, "main")
    Option.objects.filter(key="desk").update(words=said)
    Line.objects.filter(pk=line.pk).update(phrases={"goodbye": said})
    Schedule.objects.get(key="office").holidays.update(words=said)
    users = kept(ana, audio)
    for words in ("Message “Our address”: prompt", "key 1", "phrases", "holiday “Christmas”"):
        assert words in users
    assert f'href="/admin/menus/menu/{menu.pk}/change/"' in users
    assert users.count("<li>") == 4


def test_another_lines_draft_keeps_it_too(line: Line, ana: Client) -> None:
    audio = recording(line)
    other = lines.publish(lines.office())
    Line.objects.filter(pk=other.pk).update(phrases={"goodbye": {"en": {"text": "Bye.", "audio": audio.path}}})
    assert "Line “Office”: phrases" in kept(ana, audio)


def test_what_callers_hear_is_kept_and_a_day_longer(line: Line, ana: Client) -> None:
    audio = recording(line)
    say(audio)
    publish(line, None, "")
    say_nothing: Any = part(line, "address")
    say_nothing.prompt = {"en": "Words."}
    say_nothing.save()
    assert "Version 1 “Riverbend Clinic”, live: callers hear it now" in kept(ana, audio)
    publish(line, None, "")
    assert "Version 1 “Riverbend Clinic”, calls that began with it may still be on" in kept(ana, audio)
    Version.objects.filter(number=1).update(published_at=timezone.now() - timedelta(days=400))
    assert "Version 1" in kept(ana, audio), "it was live until just now"
    Version.objects.filter(number=2).update(published_at=timezone.now() - timedelta(days=1, minutes=1))
    assert ana.post(delete_page(audio)).status_code == 302
    with pytest.raises(PublishRefused, match="plays a recording that was deleted"):
        roll_back(line, line.versions.get(number=1), None)


def test_what_is_booked_and_what_is_switched_on_is_kept(line: Line, ana: Client) -> None:
    audio, soon = recording(line), timezone.now() + timedelta(hours=1)
    booked = BookedPublish.objects.create(line=line, at=soon, flow=f'{{"x":"{audio.path}"}}', digest="")
    assert "What is booked to be published of “Riverbend Clinic”" in kept(ana, audio)
    BookedPublish.objects.filter(pk=booked.pk).update(state="cancelled")
    words = {"en": {"text": "Snow.", "audio": audio.path}}
    switch = Switch.objects.create(line=line, kind="message", words=words, ends_at=soon)
    assert "Emergency message of “Riverbend Clinic”" in kept(ana, audio)
    Switch.objects.filter(pk=switch.pk).update(ended_at=timezone.now())
    assert ana.post(delete_page(audio)).status_code == 302


def test_a_recording_of_another_line_is_not_found_here(line: Line, ana: Client) -> None:
    other = lines.publish(lines.office())
    audio = recording(other)
    assert ana.post(f"{page_of(line)}{audio.pk}/delete/").status_code == 404
    assert AudioPrompt.objects.exists()
