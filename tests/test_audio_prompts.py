"""A prompt's form offers the line's recordings; how long they last counts wherever seconds are reckoned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from menus import words
from menus.check import Rule, Severity, check
from menus.dialogue import Answered, Keyed, Say
from menus.draft import read_draft, read_line_file, write_draft
from menus.linefile import read_yaml, write_yaml
from menus.models import AudioPrompt, Line
from menus.needs import needs
from menus.publish import PublishRefused, publish
from menus.sound import files
from menus.tryout import Tryout
from tests import check_lines, lines
from tests.pages import filled, refused, saved, text, url_of
from tests.sounds import recording
from tests.staff import client, clinic, part

PATH = "/audio/0123456789abcdef-0123456789abcdefghijkl.mp3"


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield tmp_path
    lines.forget()


@pytest.fixture
def line(db: None) -> Line:
    return clinic()


@pytest.fixture
def welcome(line: Line) -> AudioPrompt:
    return recording(line, "Welcome", 12.4)


@pytest.fixture
def ana(db: None) -> Client:
    return client("superuser")


def prompt(line: Line) -> Any:
    row: Any = part(line, "address")
    return row.prompt


# --- choosing ---------------------------------------------------------------------------------------------------


def test_each_language_offers_the_lines_recordings_its_own_first(line: Line, ana: Client, welcome: AudioPrompt) -> None:
    recording(line, "Bienvenidos", 3, language="es")
    page = text(ana, url_of(part(line, "address")))
    english, spanish = (
        page.partition(f'name="prompt.{key}.recording"')[2].partition("</select>")[0] for key in ("en", "es")
    )
    assert english.index("Welcome, 12 s") < english.index("Bienvenidos, 3 s")
    assert spanish.index("Bienvenidos, 3 s") < spanish.index("Welcome, 12 s")
    assert "None: the voice says the words" in english


def test_a_chosen_recording_is_kept_with_its_length_and_the_words_beside_it(
    line: Line, ana: Client, welcome: AudioPrompt
) -> None:
    address = url_of(part(line, "address"))
    saved(ana, address, **{"prompt.en.recording": welcome.path})
    assert prompt(line)["en"] == {"text": "12 Main Street.", "audio": welcome.path, "seconds": 12.4}
    assert prompt(line)["es"] == "Calle Main 12."
    assert filled(ana, address)["prompt.en.recording"] == welcome.path
    saved(ana, address, **{"prompt.en": "13 Main Street."})
    assert prompt(line)["en"] == {"text": "13 Main Street.", "audio": welcome.path, "seconds": 12.4}
    saved(ana, address, **{"prompt.en.recording": ""})
    assert prompt(line)["en"] == "13 Main Street."


def test_another_recording_brings_its_own_length(line: Line, ana: Client, welcome: AudioPrompt) -> None:
    other, address = recording(line, "Other", 3.5), url_of(part(line, "address"))
    saved(ana, address, **{"prompt.en.recording": welcome.path})
    saved(ana, address, **{"prompt.en.recording": other.path})
    assert prompt(line)["en"]["seconds"] == 3.5


def test_an_address_elsewhere_stays_possible_and_keeps_what_was_measured(line: Line, ana: Client) -> None:
    row: Any = part(line, "address")
    row.prompt = {"en": {"text": "Hi.", "audio": "https://example.com/a.mp3", "seconds": 7.5}}
    row.save()
    address = url_of(row)
    assert filled(ana, address)["prompt.en.audio"] == "https://example.com/a.mp3"
    saved(ana, address, **{"prompt.en": "Hello."})
    assert prompt(line)["en"] == {"text": "Hello.", "audio": "https://example.com/a.mp3", "seconds": 7.5}
    saved(ana, address, **{"prompt.en.audio": "https://example.com/b.mp3"})
    assert prompt(line)["en"] == {"text": "Hello.", "audio": "https://example.com/b.mp3"}


def test_what_is_not_this_lines_is_refused(line: Line, ana: Client, welcome: AudioPrompt) -> None:
    others = recording(lines.publish(lines.office()), "Theirs")
    address = url_of(part(line, "address"))
    fault = "English: this recording belongs to another line, or was deleted; choose one of this line's."
    for path in (others.path, files.new_path(b"x"), "/audio/x.mp3", "https://example.com/x.mp3"):
        assert fault in refused(ana, address, **{"prompt.en.recording": path})
    both = {"prompt.en.recording": welcome.path, "prompt.en.audio": "https://example.com/a.mp3"}
    assert "English: choose a recording, or write the address" in refused(ana, address, **both)
    assert "Theirs" not in text(ana, address)
    assert prompt(line)["en"] == "12 Main Street."


def test_what_a_file_has_put_there_stays_until_another_is_chosen(line: Line, ana: Client) -> None:
    row: Any = part(line, "address")
    row.prompt = {"en": {"text": "Hi.", "audio": PATH, "seconds": 4}}
    row.save()
    address = url_of(row)
    assert "A recording that is not this line's" in text(ana, address)
    saved(ana, address, label="Where we are")
    assert prompt(line) == {"en": {"text": "Hi.", "audio": PATH, "seconds": 4}}


def test_the_lines_own_phrases_can_be_recordings(line: Line, ana: Client, welcome: AudioPrompt) -> None:
    address = f"/admin/menus/line/{line.pk}/change/"
    saved(ana, address, **{"phrases.goodbye.en.recording": welcome.path})
    line.refresh_from_db()
    assert line.phrases == {"goodbye": {"en": {"text": "", "audio": welcome.path, "seconds": 12.4}}}


def test_the_recordings_are_read_once_for_a_page(line: Line, ana: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as asked:
        text(ana, url_of(part(line, "main")))
    assert sum("menus_audioprompt" in query["sql"] for query in asked.captured_queries) == 1
    assert not any('"data"' in query["sql"] for query in asked.captured_queries)


# --- how long it lasts ------------------------------------------------------------------------------------------


def test_a_recording_lasts_as_measured_else_as_its_words_else_as_one_mostly_does() -> None:
    spoken = words.seconds("Welcome to the clinic.", "en")
    assert words.lasts("Welcome to the clinic.", "en") == spoken
    assert words.lasts("Welcome to the clinic.", "en", PATH) == spoken
    assert words.lasts("Welcome to the clinic.", "en", PATH, 31.5) == 31.5
    assert words.lasts("", "en", PATH) == words.RECORDING_SECONDS
    assert words.lasts("", "en", PATH, 31.5) == 31.5
    assert words.lasts("", "en") == 0


def playing(seconds: float | None, text: str = "Hello.") -> Any:
    said = {"text": text, "audio": PATH} | ({"seconds": seconds} if seconds else {})
    return check_lines.line(
        main=check_lines.menu(check_lines.option("1"), check_lines.option("2", "bye"), greeting={"en": said})
    )


def test_a_call_that_is_tried_takes_as_long_as_its_recordings() -> None:
    call = Tryout(playing(40), "12025550142", "12025550120", datetime(2026, 3, 4, 12, tzinfo=UTC))
    [said, *_] = call.do(Answered()).says
    assert isinstance(said, Say)
    assert said.seconds == 40
    begun = call.now
    call.do(Keyed("1"))
    assert 42 <= (call.now - begun).total_seconds() < 60


def test_a_promise_counts_the_recording() -> None:
    promise = {"promises": [{"reaches": "desk", "label": "A person", "max_keys": 1, "max_seconds": 30}]}
    for seconds, broken in ((5, False), (60, True)):
        said = {"en": {"text": "Hello.", "audio": PATH, "seconds": seconds}}
        menu = check_lines.menu(check_lines.option("1"), check_lines.option("2", "bye"), greeting=said)
        found = check(check_lines.line(promise, main=menu))
        assert any(finding.rule is Rule.PROMISE_BROKEN for finding in found) is broken


@pytest.mark.parametrize(("seconds", "long"), [(25, False), (25.6, True), (200, True), (None, False)])
def test_a_recording_that_takes_longer_than_callers_bear_is_told(seconds: float | None, long: bool) -> None:
    found = [finding for finding in check(playing(seconds, "Hello. " * 200)) if finding.rule is Rule.TOO_LONG_TO_HEAR]
    assert len(found) == long
    if long:
        assert f"The greeting of menu “Main” in English takes {seconds:.0f} seconds to hear" in found[0].fault


# --- what is not there ------------------------------------------------------------------------------------------


def test_a_recording_that_this_site_does_not_have_is_an_error_with_the_cure(line: Line, welcome: AudioPrompt) -> None:
    assert needs(playing(3)) != []
    [finding] = needs(playing(3))
    assert (finding.rule, finding.severity, finding.place) == (Rule.AUDIO_MISSING, Severity.ERROR, "main")
    assert finding.where == "Menu “Main”, greeting in English"
    assert finding.fault.endswith("plays a recording that this site does not have")
    assert "page “Recordings”" in finding.cure


def test_it_is_found_wherever_words_stand(line: Line) -> None:
    said = {"en": {"audio": PATH, "text": "Hi."}}
    flow = lines.office(
        sales={"kind": "transfer", "label": "Sales", "targets": [], "last_resort": "bye", "ringback": PATH}
    )
    plain: dict[str, Any] = flow.model_dump(mode="json")
    plain["phrases"] = {"goodbye": said}
    plain["schedules"]["never"]["holidays"] = [{"name": "Christmas", "when": "12-25", "words": said}]
    plain["destinations"]["main"]["options"][0]["words"] = said
    plain["destinations"]["main"]["no_input"]["first"] = said
    found = [one for one in needs(type(flow).model_validate(plain)) if one.rule is Rule.AUDIO_MISSING]
    assert sorted(one.where for one in found) == [
        "Line “Office”, phrase “goodbye” in English",
        "Menu “Main”, no input in English",
        "Menu “Main”, options in English",
        "Schedule “Never”, words of a holiday in English",
        "Transfer “Sales”, ringback",
    ]


def test_a_line_of_another_site_is_imported_and_not_published_until_its_recordings_are_here(
    line: Line, ana: Client, welcome: AudioPrompt
) -> None:
    saved(ana, url_of(part(line, "address")), **{"prompt.en.recording": welcome.path})
    file = write_yaml(read_line_file(line))
    assert f"audio: {welcome.path}" in file
    assert "seconds: 12.4" in file
    assert not any(one.rule is Rule.AUDIO_MISSING for one in needs(read_draft(line)))
    AudioPrompt.objects.all().delete()
    write_draft(read_yaml(file))
    with pytest.raises(PublishRefused) as refusal:
        publish(line, None, "")
    assert [one.rule for one in refusal.value.findings if one.severity is Severity.ERROR] == [Rule.AUDIO_MISSING]
