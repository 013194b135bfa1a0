"""Publishing freezes the draft, or says why not; nobody's work is overwritten unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from menus import live
from menus import publish as module
from menus.check import Finding, Severity
from menus.draft import read_draft, write_draft
from menus.flow import plain, read_flow
from menus.linefile import read_yaml
from menus.models import Line, LineLanguage, Message, Version
from menus.publish import NothingChanged, PublishRefused, SomeoneElsePublished, find, publish, roll_back
from tests import lines


def finding(severity: str) -> Finding:
    return Finding(severity=Severity(severity), place="bye", where="Goodbye", fault="it is short", cure="write more")


@pytest.fixture(autouse=True)
def no_findings(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """What the check finds is not the matter here; and what is kept on disk goes to a folder of the test's own."""
    monkeypatch.setattr(module, "check", lambda flow: [])
    settings.DATA_DIR = tmp_path
    live.forget()
    yield
    live.forget()


@pytest.fixture
def line(db: None) -> Line:
    return write_draft(read_yaml(lines.GOODBYE))


@pytest.fixture
def ana(db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user("ana")


def edit(text: str = lines.THANK_YOU) -> None:
    write_draft(read_yaml(text))


def test_publishing_freezes_the_draft_and_makes_it_live(line: Line, ana: AbstractBaseUser) -> None:
    version = publish(line, ana, "First words")
    assert (version.number, version.note, version.published_by) == (1, "First words", ana)
    assert read_flow(version.flow) == read_draft(line)
    assert version.digest == sha256(version.flow.encode()).hexdigest()
    assert Line.objects.get().live == version == line.live


def test_an_edit_after_publishing_changes_nothing_for_callers(line: Line) -> None:
    version = publish(line, None, "")
    edit()
    live_now = Line.objects.get().live
    assert live_now == version
    assert "thank you" not in live_now.flow


def test_versions_are_counted_within_the_line(line: Line) -> None:
    publish(line, None, "")
    other = write_draft(read_yaml(lines.GOODBYE.replace("Riverbend", "Hill").replace("0120", "0121")))
    edit()
    assert [publish(line, None, "").number, publish(other, None, "").number] == [2, 1]


def test_errors_are_refused_with_their_findings(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "check", lambda flow: [finding("warning"), finding("error")])
    with pytest.raises(PublishRefused, match="1 error and 1 warning to look at first") as refused:
        publish(line, None, "")
    assert refused.value.findings == [finding("warning"), finding("error")]
    assert not Version.objects.exists()


def test_warnings_are_refused_only_when_asked(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "check", lambda flow: [finding("warning")])
    with pytest.raises(PublishRefused, match="1 warning to look at"):
        publish(line, None, "", accept_warnings=False)
    assert publish(line, None, "").number == 1


def test_an_unfinished_draft_is_refused_with_findings_in_the_same_form(line: Line) -> None:
    LineLanguage.objects.all().delete()
    with pytest.raises(PublishRefused) as refused:
        publish(line, None, "")
    assert [(found.severity, found.where) for found in refused.value.findings] == [("error", "languages")]
    assert find(line) == refused.value.findings


def test_nothing_is_published_when_nothing_changed(line: Line) -> None:
    publish(line, None, "")
    edit(lines.GOODBYE)
    with pytest.raises(NothingChanged, match="nothing differs from version 1"):
        publish(line, None, "")
    assert Version.objects.count() == 1


def test_what_someone_else_published_meanwhile_is_not_overwritten(line: Line, ana: AbstractBaseUser) -> None:
    seen = publish(line, None, "").pk
    edit()
    publish(line, ana, "Winter hours", expected_live=seen)
    edit(lines.GOODBYE)
    with pytest.raises(SomeoneElsePublished, match=r"ana published version 2 \(“Winter hours”\) on .*, after you"):
        publish(line, None, "", expected_live=seen)
    assert Version.objects.count() == 2


def test_a_first_publish_by_someone_else_is_noticed_too(line: Line) -> None:
    publish(line, None, "")
    edit()
    with pytest.raises(SomeoneElsePublished, match="A command published version 1"):
        publish(line, None, "", expected_live=None)


def test_rolling_back_makes_a_new_version_equal_to_the_old_and_leaves_the_draft(line: Line) -> None:
    first = publish(line, None, "")
    edit()
    publish(line, None, "")
    third = roll_back(line, first, None)
    assert (third.number, third.note, third.flow) == (3, "Back to version 1", first.flow)
    assert Line.objects.get().live == third
    assert "thank you" in str(plain(read_draft(line)))


def test_rolling_back_does_not_ask_the_check(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish(line, None, "")
    edit()
    publish(line, None, "")
    monkeypatch.setattr(module, "check", lambda flow: [finding("error")])
    assert roll_back(line, first, None).number == 3


def test_rolling_back_to_what_is_live_is_refused(line: Line) -> None:
    with pytest.raises(NothingChanged):
        roll_back(line, publish(line, None, ""), None)


def test_a_version_of_another_line_is_refused(line: Line) -> None:
    other = write_draft(read_yaml(lines.GOODBYE.replace("Riverbend", "Hill").replace("0120", "0121")))
    with pytest.raises(PublishRefused, match="belongs to another line"):
        roll_back(line, publish(other, None, ""), None)


def test_a_version_cannot_be_changed(line: Line) -> None:
    version = publish(line, None, "")
    version.note = "other"
    with pytest.raises(TypeError, match="cannot be changed"):
        version.save()


def test_a_line_with_versions_can_be_deleted_whole(line: Line) -> None:
    publish(line, None, "")
    line.delete()
    assert not Version.objects.exists()


def test_the_same_draft_is_always_the_same_text(line: Line) -> None:
    text = module.as_text(read_draft(line))
    Message.objects.create(line=line, label="Hello").delete()
    assert module.as_text(read_draft(Line.objects.get())) == text


def test_the_order_of_languages_makes_no_difference(line: Line) -> None:
    LineLanguage.objects.create(line=line, key="es", name="Español", position=1)
    publish(line, None, "")
    Message.objects.create(line=line, key="hello", label="Hello", prompt={"es": "Hola", "en": "Hello"})
    publish(line, None, "with Spanish first")
    Message.objects.filter(key="hello").update(prompt={"en": "Hello", "es": "Hola"})
    with pytest.raises(NothingChanged):
        publish(line, None, "with English first")


def test_a_version_is_kept_for_calls_only_after_the_commit(
    line: Line, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, tmp_path: Path
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        version = publish(line, None, "")
        assert not list(tmp_path.rglob("*.json"))
    assert (tmp_path / "published" / f"{version.pk}.json").read_text() == version.flow


def test_a_publish_that_is_undone_leaves_nothing(line: Line, tmp_path: Path) -> None:
    with transaction.atomic():
        publish(line, None, "")
        transaction.set_rollback(True)
    assert not Version.objects.exists()
    assert not list(tmp_path.rglob("*.json"))


# --- two at once ------------------------------------------------------------------------------------------------


def at_once(work: Callable[[], object]) -> list[object]:
    """What two threads got that began together: a result, or an exception."""
    results: list[object] = []
    start = threading.Barrier(2)

    def run() -> None:
        try:
            start.wait(10)
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("expected", ["seen", "whatever"])
def test_of_two_who_publish_at_once_one_publishes_and_the_other_is_refused(expected: str) -> None:
    line = write_draft(read_yaml(lines.GOODBYE))
    seen = publish(line, None, "").pk
    edit()
    pk = line.pk

    def work() -> object:
        mine = Line.objects.get(pk=pk)
        return publish(mine, None, "", expected_live=seen) if expected == "seen" else publish(mine, None, "")

    published, refused = sorted(at_once(work), key=lambda got: isinstance(got, Exception))
    assert isinstance(published, Version), (published, refused)
    assert isinstance(refused, SomeoneElsePublished if expected == "seen" else NothingChanged), refused
    assert [version.number for version in Version.objects.order_by("number")] == [1, 2]
    assert Line.objects.get().live == published


def test_an_unknown_live_version_is_not_what_anyone_saw(line: Line) -> None:
    with pytest.raises(SomeoneElsePublished, match="taken off the phone"):
        publish(line, None, "", expected_live=uuid4())
