"""Switches are thrown, ended and known: in this process at once, elsewhere in time, without the database too."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from calls.vonage.pretend import Telephone
from ivrsite import database
from menus import live, switches
from menus.dialogue import Flip
from menus.flow import Prompt, SwitchKind
from menus.models import Line, Schedule, Switch
from menus.switches import SwitchRefused
from tests import lines
from tests.cluster import wait_for
from tests.server import NUMBER, Server, Site, at_once, words

Patch = pytest.MonkeyPatch
pytestmark = pytest.mark.django_db(transaction=True)
OPEN, CLOSED, MESSAGE, NORMAL = SwitchKind.OPEN, SwitchKind.CLOSED, SwitchKind.MESSAGE, SwitchKind.NORMAL
SNOW: Final = Prompt.model_validate({"en": "Snow today."})


@pytest.fixture(autouse=True)
def published(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path
    lines.forget()
    yield tmp_path / "published"
    lines.forget()


@pytest.fixture
def line() -> Line:
    line = lines.publish(lines.office())
    Schedule.objects.create(line=line, key="never", name="Never")
    live.refresh()
    live.secure()
    return line


NOW: Final = timezone.now()


def flip(kind: SwitchKind, hours: float = 2, schedule: str = "", said: Prompt = SNOW) -> Flip:
    ends = int((NOW + timedelta(hours=hours)).timestamp())
    return Flip(kind, schedule, ends, said if kind is MESSAGE else Prompt())


def known(line: Line) -> list[tuple[str, str]]:
    return [(switch.kind, switch.schedule) for switch in switches.on(line.pk)]


def restart(monkeypatch: Patch | None = None) -> None:
    """This process as another that has just started; with `monkeypatch`, without a database."""
    lines.forget()
    if monkeypatch:
        monkeypatch.setattr(database, "run", away)


def away(*_: object, **__: object) -> Any:
    raise database.DatabaseAway("for this test")


# --- throwing ---------------------------------------------------------------------------------------------------


def test_a_switch_is_known_to_this_process_at_once(line: Line) -> None:
    assert not known(line)
    thrown = flip(MESSAGE)
    switches.throw(line.pk, thrown, NOW)
    assert switches.on(line.pk) == ((MESSAGE, thrown.ends, "", SNOW),)
    row = Switch.objects.get()
    assert (row.via, row.set_by, row.begins_at, row.words) == ("phone", None, NOW, {"en": "Snow today."})


def test_who_throws_it_is_written_down(line: Line) -> None:
    ana = get_user_model().objects.create_user("ana")
    switches.throw(line.pk, flip(CLOSED), NOW, ana, Switch.Via.ADMIN, "Water main")
    switches.throw(line.pk, flip(MESSAGE), NOW, "from +44 7700 900123")
    rows = Switch.objects.order_by("pk")
    assert [(row.set_by, row.via, row.note) for row in rows] == [
        (ana, "admin", "Water main"),
        (None, "phone", "from +44 7700 900123"),
    ]


def test_open_and_closed_of_the_same_schedule_end_each_other(line: Line) -> None:
    switches.throw(line.pk, flip(OPEN), NOW)
    switches.throw(line.pk, flip(CLOSED, schedule="never"), NOW + timedelta(seconds=1))
    assert known(line) == [("closed", "never"), ("open", "")], "the latest first"
    switches.throw(line.pk, flip(CLOSED), NOW + timedelta(seconds=2))
    assert known(line) == [("closed", ""), ("closed", "never")]
    switches.throw(line.pk, flip(OPEN, schedule="never"), NOW + timedelta(seconds=3))
    assert known(line) == [("open", "never"), ("closed", "")]
    assert Switch.objects.filter(ended_at__isnull=False).count() == 2


def test_a_message_takes_the_place_of_the_one_before_and_leaves_the_hours_alone(line: Line) -> None:
    ice = Prompt.model_validate({"en": "Ice."})
    switches.throw(line.pk, flip(CLOSED), NOW)
    switches.throw(line.pk, flip(MESSAGE), NOW)
    switches.throw(line.pk, flip(MESSAGE, said=ice), NOW + timedelta(seconds=1))
    assert [switch.words for switch in switches.on(line.pk)] == [ice, Prompt()]
    assert known(line) == [("message", ""), ("closed", "")]


def test_normal_ends_all_that_is_on_for_this_line_only(line: Line) -> None:
    other = Line.objects.create(name="Other", live=line.live)
    for one in (line, other):
        switches.throw(one.pk, flip(CLOSED), NOW)
        switches.throw(one.pk, flip(MESSAGE), NOW)
    switches.throw(line.pk, flip(NORMAL), NOW + timedelta(seconds=1))
    assert known(line) == []
    assert len(known(other)) == 2
    assert not Switch.objects.filter(line=line, ended_at__isnull=True).exists()


def test_a_webhook_that_comes_twice_throws_one_switch(line: Line) -> None:
    thrown = flip(CLOSED)
    switches.throw(line.pk, thrown, NOW)
    switches.throw(line.pk, thrown, NOW)
    later = thrown._replace(ends=thrown.ends + 9)  # its hours were counted from when it came again
    switches.throw(line.pk, later, NOW + timedelta(seconds=9))
    row = Switch.objects.get()
    assert (row.ends_at.timestamp(), row.ended_at) == (thrown.ends, None)


def test_two_that_come_at_the_same_moment_are_one_switch(line: Line) -> None:
    def throw() -> None:
        try:
            database.run(lambda: None, seconds=5)
            switches.throw(line.pk, flip(CLOSED), NOW)
        except database.DatabaseAway:
            pass
        finally:
            connection.close()

    at_once([throw] * 6, 3)
    assert Switch.objects.count() == 1


def test_the_same_again_with_another_end_is_another_switch(line: Line) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    switches.throw(line.pk, flip(CLOSED, 3), NOW + timedelta(seconds=1))
    assert known(line) == [("closed", "")]
    assert switches.on(line.pk)[0].ends == flip(CLOSED, 3).ends
    assert Switch.objects.count() == 2


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (flip(CLOSED, -1), "ended already"),
        (flip(CLOSED, 31 * 24 + 1), "within 31 days"),
        (flip(MESSAGE, said=Prompt()), "needs words"),
        (flip(CLOSED, schedule="gone"), "“gone” were deleted"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(refused: Flip, words: str, line: Line) -> None:
    switches.throw(line.pk, flip(OPEN), NOW)
    with pytest.raises(SwitchRefused, match=words):
        switches.throw(line.pk, refused, NOW)
    assert known(line) == [("open", "")]


def test_a_line_that_is_gone_is_refused(line: Line) -> None:
    with pytest.raises(SwitchRefused, match="not there any more"):
        switches.throw(line.pk + 1, flip(CLOSED), NOW)


def test_without_the_database_nothing_is_thrown_and_that_is_said(line: Line, monkeypatch: Patch) -> None:
    monkeypatch.setattr(database, "run", away)
    with pytest.raises(database.DatabaseAway):
        switches.throw(line.pk, flip(CLOSED), NOW)
    assert not Switch.objects.exists()


def test_the_database_takes_no_switch_without_an_end_or_with_one_before_its_begin(line: Line) -> None:
    for ends in (None, NOW, NOW - timedelta(hours=1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Switch.objects.create(line=line, kind="closed", begins_at=NOW, ends_at=ends)  # type: ignore[misc]


# --- ending -----------------------------------------------------------------------------------------------------


def test_one_ended_by_hand_is_off_at_once_and_only_once(line: Line) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    switches.throw(line.pk, flip(MESSAGE), NOW)
    row, at = Switch.objects.get(kind="closed"), NOW + timedelta(minutes=5)
    assert switches.end(row, at)
    assert known(line) == [("message", "")]
    assert not switches.end(row, at + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.ended_at == at


def test_one_that_ended_by_itself_cannot_be_ended(line: Line) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    assert not switches.end(Switch.objects.get(), NOW + timedelta(hours=3))
    assert Switch.objects.get().ended_at is None


def test_one_whose_time_is_over_is_read_no_more(line: Line) -> None:
    Switch.objects.create(
        line=line, kind="closed", begins_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1)
    )
    live.refresh()
    assert known(line) == []


# --- what a process knows ---------------------------------------------------------------------------------------


def test_another_process_knows_it_as_soon_as_it_reads_the_pointers_anew(line: Line, monkeypatch: Patch) -> None:
    mine, other = live._known, live._Known()
    monkeypatch.setattr(live, "_known", other)
    assert live.for_number(lines.NUMBER)
    assert known(line) == []
    monkeypatch.setattr(live, "_known", mine)
    switches.throw(line.pk, flip(CLOSED), NOW)
    monkeypatch.setattr(live, "_known", other)
    assert known(line) == [], "it has not looked yet"
    other.read_at -= live.MEMO_SECONDS + 0.1
    assert live.for_number(lines.NUMBER)
    assert known(line) == [("closed", "")]


def test_switches_are_read_in_the_same_statement_as_the_pointers(
    line: Line, django_assert_num_queries: Any, monkeypatch: Patch
) -> None:
    for kind in (CLOSED, MESSAGE):
        switches.throw(line.pk, flip(kind), NOW)
    line.numbers.create(number="441632960001")
    with django_assert_num_queries(1):
        live.refresh()
    assert known(line) == [("message", ""), ("closed", "")]
    assert live.for_number("441632960001") == live.for_number(lines.NUMBER) is not None
    with django_assert_num_queries(0):
        switches.on(line.pk)


def test_a_call_on_a_line_whose_number_was_taken_away_still_knows_them(line: Line, published: Path) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    line.numbers.all().delete()
    live.refresh()
    live.secure()
    assert known(line) == [("closed", "")]
    assert json.loads((published / "numbers.json").read_text()) == {}


def test_a_draft_that_is_tried_out_has_none() -> None:
    assert switches.on(0) == ()


def test_a_process_that_starts_without_the_database_knows_what_this_host_knew(line: Line, monkeypatch: Patch) -> None:
    switches.throw(line.pk, flip(MESSAGE), NOW)
    switches.throw(line.pk, flip(CLOSED, schedule="never"), NOW + timedelta(seconds=1))
    before = switches.on(line.pk)
    restart(monkeypatch)
    assert switches.on(line.pk) == before, "before its first look"
    assert live.for_number(lines.NUMBER)
    assert switches.on(line.pk) == before, "and after it"
    assert len(before) == 2


def test_what_another_host_threw_is_put_on_this_ones_disk_by_the_keeper(line: Line, monkeypatch: Patch) -> None:
    Switch.objects.create(line=line, kind="closed", begins_at=NOW, ends_at=NOW + timedelta(hours=1))
    live.refresh()
    live.secure()
    restart(monkeypatch)
    assert known(line) == [("closed", "")]


def test_a_running_process_knows_what_it_knew(line: Line, monkeypatch: Patch, published: Path) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    (published / "switches.json").unlink()
    monkeypatch.setattr(database, "run", away)
    live.refresh()
    assert known(line) == [("closed", "")]


def test_one_ended_while_this_host_was_away_does_not_come_back(line: Line, monkeypatch: Patch) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    switches.throw(line.pk, flip(NORMAL), NOW + timedelta(seconds=1))
    restart(monkeypatch)
    assert known(line) == []


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"1": 1}', '{"1": [["x", 1, "", {}]]}', "\0" * 100])
def test_a_spoilt_file_is_said_and_stops_no_call(
    text: str, line: Line, monkeypatch: Patch, published: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (published / "switches.json").write_text(text)
    with monkeypatch.context() as patch:
        restart(patch)
        assert known(line) == []
        assert live.for_number(lines.NUMBER)
        assert known(line) == []
    assert "the kept switches in switches.json cannot be read" in caplog.text
    restart()
    switches.throw(line.pk, flip(CLOSED), NOW)
    assert len(json.loads((published / "switches.json").read_text())[str(line.pk)]) == 1


def test_a_row_that_cannot_be_read_does_not_take_the_others_with_it(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    switches.throw(line.pk, flip(CLOSED), NOW)
    switches.throw(line.pk, flip(MESSAGE), NOW)
    Switch.objects.filter(kind="message").update(kind="dance")
    live.refresh()
    assert known(line) == [("closed", "")]
    assert live.for_number(lines.NUMBER)
    assert "a switch that is on cannot be read, and does nothing" in caplog.text


# --- in other processes -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_worker_of_a_server_hears_a_switch_within_two_seconds_and_its_end_by_itself(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", f"sqlite:///{tmp_path}/site/ivr.sqlite3")
    site.folder.mkdir()
    site.prepare()
    with Server(site) as server:
        assert not any("Snow" in _heard(server) for _ in range(6))
        site.manage("switch", NUMBER, "message", "--words", "Snow today.", "--hours", "1")
        started = time.monotonic()
        wait_for("a call hears it", 2, lambda: "Snow" in _heard(server))
        time.sleep(max(0, 2 - (time.monotonic() - started)))
        assert all("Snow" in _heard(server) for _ in range(12)), "in every worker"
        site.manage("switch", NUMBER, "normal")
        time.sleep(2)
        assert not any("Snow" in _heard(server) for _ in range(12)), "in every worker"
        site.manage("switch", NUMBER, "message", "--words", "Ice today.", "--hours", "0.002")
        (ends,) = site.rows("SELECT ends_at FROM menus_switch ORDER BY id DESC LIMIT 1")[0]
        wait_for("a call hears it", 2, lambda: "Ice" in _heard(server))
        time.sleep(max(0, (_time(ends) - datetime.now(UTC)).total_seconds()))
        assert not any("Ice" in _heard(server) for _ in range(12)), "in every worker"


def _heard(server: Server) -> str:
    phone: Telephone = server.telephone()
    return words(phone.ring())


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
