"""A booked publish goes live when it is time, once, or says why not; by however many servers it is looked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.utils import timezone

from calls import keeper
from ivrsite import database
from menus import booking
from menus import publish as publishing
from menus.booking import NotBooked, book, cancel, due, latest_of, publish_due, publish_one, waiting_of
from menus.check import Finding, Severity
from menus.draft import write_draft
from menus.flow import read_flow
from menus.linefile import read_yaml
from menus.models import BookedPublish, GoldenCall, Line, Version
from menus.publish import NothingChanged, PublishRefused, SomeoneElsePublished, publish
from tests import lines

HOUR = timedelta(hours=1)
State = BookedPublish.State


@pytest.fixture(autouse=True)
def data_dir(settings: Any, tmp_path: Path) -> Iterator[None]:
    let_go()
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield
    let_go()
    lines.forget()


def let_go() -> None:
    if keeper._host_lock:
        keeper._host_lock.close()
        keeper._host_lock = None


@pytest.fixture
def line(db: None) -> Line:
    return write_draft(read_yaml(lines.GOODBYE))


def soon() -> datetime:
    return timezone.now() + HOUR


def booked(line: Line, at: datetime | None = None, note: str = "Winter") -> BookedPublish:
    ana, _ = get_user_model().objects.get_or_create(username="ana")
    return book(line, ana, at or soon(), note)


def test_what_is_booked_goes_live_when_it_is_time_as_it_was_when_it_was_booked(line: Line) -> None:
    made = booked(line)
    write_draft(read_yaml(lines.THANK_YOU))
    assert publish_due(made.at - timedelta(seconds=1)) == []
    [done] = publish_due(made.at)
    live = Line.objects.get().live
    assert live is not None
    assert (done.state, done.version, live.note, str(live.published_by)) == (State.PUBLISHED, live, "Winter", "ana")
    assert "thank you" not in live.flow
    assert read_flow(live.flow).name == "Riverbend Clinic"
    assert LogEntry.objects.get().get_change_message().startswith("Published version 1, as booked for ")
    assert publish_due(made.at + HOUR) == []


def test_booking_looks_as_hard_as_publishing_does(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(line, None, "")
    with pytest.raises(NothingChanged, match="was not booked"):
        booked(line)
    write_draft(read_yaml(lines.THANK_YOU))
    with pytest.raises(SomeoneElsePublished):
        book(line, None, soon(), "", expected_live=None)
    GoldenCall.objects.create(line=line, name="Red", at=timezone.now(), script="caller rings", ends_at="nowhere")
    with pytest.raises(PublishRefused, match="“Red” ended at"):
        booked(line)
    assert not BookedPublish.objects.exists()


@pytest.mark.parametrize(("ahead", "why"), [(-HOUR, "is past"), (timedelta(), "is past"), (400 * 24 * HOUR, "a year")])
def test_a_time_that_is_past_or_far_away_is_refused(ahead: timedelta, why: str, line: Line) -> None:
    now = timezone.now()
    with pytest.raises(NotBooked, match=why):
        book(line, None, now + ahead, "", now=now)


def test_a_line_has_one_booking_at_a_time(line: Line) -> None:
    first = booked(line)
    with pytest.raises(NotBooked, match="Cancel that first"):
        booked(line)
    assert cancel(first)
    assert not cancel(first)
    assert booked(line).state == State.WAITING
    assert publish_one(first.pk, first.at) is None


def test_after_somebody_published_meanwhile_it_is_refused_and_says_who(line: Line) -> None:
    made = booked(line)
    publish(line, get_user_model().objects.create_user("ben"), "")
    [done] = publish_due(made.at)
    assert done.state == State.REFUSED
    assert "ben published version 1 after it was booked." in done.why
    assert Version.objects.count() == 1
    assert "was not done: ben published" in LogEntry.objects.get().get_change_message()


def test_what_the_check_finds_by_then_refuses_it(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    made = booked(line)
    found = Finding(severity=Severity.ERROR, place="bye", where="Goodbye", fault="the table is gone", cure="make it")
    monkeypatch.setattr(publishing, "check", lambda flow: [found])
    [done] = publish_due(made.at)
    assert (done.state, done.version) == (State.REFUSED, None)
    assert "1 error to look at first. Goodbye: the table is gone." in done.why


def test_a_golden_call_that_is_red_by_then_refuses_it(line: Line) -> None:
    made = booked(line)
    GoldenCall.objects.create(line=line, name="Red", at=timezone.now(), script="caller rings", ends_at="nowhere")
    [done] = publish_due(made.at)
    assert "the golden call “Red” ended at “Goodbye”" in done.why


def test_what_was_refused_is_told_until_something_is_published_since(line: Line) -> None:
    made = booked(line)
    BookedPublish.objects.update(state=State.REFUSED, at=timezone.now() - HOUR)
    assert latest_of(line) == made
    publish(line, None, "By hand")
    assert latest_of(line) is None


def test_the_longest_due_is_done_first(line: Line) -> None:
    now, other = timezone.now(), Line.objects.create(name="Other")
    second, first = (
        BookedPublish.objects.create(line=one, at=now - n * HOUR, flow="{}", digest="x")
        for n, one in ((1, line), (2, other))
    )
    assert due(now) == [first.pk, second.pk]


@pytest.mark.parametrize(("late", "state"), [(24 * HOUR, State.PUBLISHED), (25 * HOUR, State.REFUSED)])
def test_after_an_outage_it_is_done_at_once_within_a_day(late: timedelta, state: str, line: Line) -> None:
    made = booked(line)
    [done] = publish_due(made.at + late)
    assert done.state == state
    assert ("more than a day later" in done.why) is (state == State.REFUSED)


@pytest.mark.parametrize("spoilt", ["{", '{"format":0}'])
def test_what_can_no_longer_be_read_is_refused(spoilt: str, line: Line) -> None:
    made = booked(line)
    BookedPublish.objects.update(flow=spoilt)
    [done] = publish_due(made.at)
    assert "can no longer read" in done.why


def test_a_fault_of_the_program_is_written_down_and_not_tried_for_ever(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = booked(line)

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(booking, "refuse_faulty", broken)
    [done] = publish_due(made.at)
    assert (done.state, done.why) == (
        State.REFUSED,
        "A fault of the program kept it from being published (RuntimeError). Publish it by hand.",
    )


def test_an_outage_in_the_middle_leaves_it_waiting(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    made = booked(line)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(booking, "make_live", away)
        with pytest.raises(OperationalError):
            publish_due(made.at)
    assert waiting_of(line)
    [done] = publish_due(made.at)
    assert done.state == State.PUBLISHED


# --- the keeper -------------------------------------------------------------------------------------------------


def test_the_keeper_publishes_what_is_due_and_only_that(line: Line) -> None:
    made = booked(line)
    rounds = keeper.Rounds()
    rounds.one()
    assert waiting_of(line)
    BookedPublish.objects.filter(pk=made.pk).update(at=timezone.now())
    rounds.one()
    assert Version.objects.count() == 1


def test_a_process_that_does_not_keep_publishes_nothing(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    booked(line)
    BookedPublish.objects.update(at=timezone.now())
    monkeypatch.setattr(keeper, "_only_one_here", lambda: False)
    keeper.Rounds().one()
    assert waiting_of(line)


def test_while_the_database_is_away_nothing_is_asked(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    booked(line)
    BookedPublish.objects.update(at=timezone.now())
    monkeypatch.setattr(database, "is_away", lambda: True)
    keeper._publish_booked()
    assert waiting_of(line)


# --- several servers --------------------------------------------------------------------------------------------


def at_once(*works: Callable[[], object]) -> list[object]:
    """What threads got that began together: a result, or an exception."""
    results: list[object] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(n: int) -> None:
        try:
            start.wait(10)
            results[n] = works[n]()
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n]) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_hosts_one_publishes_and_the_other_finds_nothing_to_do() -> None:
    line = write_draft(read_yaml(lines.GOODBYE))
    made = booked(line)
    got = at_once(*[lambda: publish_one(made.pk, made.at)] * 3)
    assert sorted(type(one).__name__ for one in got) == ["BookedPublish", "NoneType", "NoneType"], got
    assert [version.number for version in Version.objects.all()] == [1]
    assert BookedPublish.objects.get().state == State.PUBLISHED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["cancel", "publish", "book"])
def test_whoever_acts_at_the_same_moment_the_booking_has_one_end(other: str) -> None:
    line = write_draft(read_yaml(lines.GOODBYE))
    publish(line, None, "First")
    write_draft(read_yaml(lines.THANK_YOU))
    made, user = booked(line), get_user_model().objects.get()
    works: dict[str, Callable[[], object]] = {
        "cancel": lambda: cancel(made),
        "publish": lambda: publish(Line.objects.get(pk=line.pk), None, ""),
        "book": lambda: book(Line.objects.get(pk=line.pk), user, soon(), ""),
    }
    mine, theirs = at_once(lambda: publish_one(made.pk, made.at), works[other])
    made.refresh_from_db()
    assert Version.objects.count() == (1 if made.state == State.CANCELLED else 2)
    assert not isinstance(mine, Exception), mine
    if other == "cancel":
        assert theirs is (made.state == State.CANCELLED)
    elif other == "publish":
        assert isinstance(theirs, Version) is (made.state == State.REFUSED), (theirs, made.why)
    else:
        assert isinstance(theirs, NotBooked | NothingChanged), theirs
