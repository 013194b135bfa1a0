"""The language chosen last time: remembered under a hash, for a line alone, for so long, and never with the number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import connection

from calls import callers, journal, keeper, records, spool
from calls.models import RememberedCaller, Turn
from calls.place import Place
from ivrsite import database
from menus.dialogue import Remember, State, Step
from menus.flow import Flow, read_flow
from menus.models import Line
from tests import lines
from tests.door import ANSWER, CALLER, Door, keyed, ncco_in, place_in, ring, said

Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db

AT: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS: Final = 90


def remembering(**more: Any) -> Flow:
    """Key 7 of its first menu chooses Spanish."""
    return read_flow(lines.office().model_dump() | {"remember_language_days": DAYS} | more)


@pytest.fixture(autouse=True)
def _data_dir(settings: Settings, tmp_path: Path) -> Iterator[None]:
    spool.hand_over()
    settings.DATA_DIR = tmp_path
    yield
    spool.hand_over()
    database.forget_away()


@pytest.fixture
def line() -> Line:
    return lines.publish(remembering())


@pytest.fixture
def door(line: Line) -> Door:
    return Door(fresh=False)


def chose(line: Line, language: str, at: datetime, number: str = CALLER, days: int = DAYS) -> journal.Record:
    here = Place("a call", line.live_id, State(0, values={"caller": number}), line.pk)  # type: ignore[arg-type]
    (record,) = records.wishes(here, Step(here.state, (Remember(language, days),), ()), at)
    return record


def known(line: Line, at: datetime = AT, number: str = CALLER) -> str:
    return callers.known(number, "a call", line.pk, remembering(), at).language


# --- by calls ---------------------------------------------------------------------------------------------------


def test_who_chose_spanish_is_greeted_in_spanish_the_next_time(door: Door, line: Line) -> None:
    before = datetime.now(UTC)
    first = ncco_in(door.post(ANSWER, ring()))
    assert said(first)[0] == "Hello."
    door.post(place_in(first), keyed("7"))
    row = RememberedCaller.objects.get()
    assert (row.line, row.language) == (line, "es")
    assert before + timedelta(days=DAYS) <= row.expires_at <= datetime.now(UTC) + timedelta(days=DAYS)
    assert said(ncco_in(door.post(ANSWER, ring(uuid="the next"))))[0] == "Hola."
    assert Turn.objects.get(call_id="the next").language == "es"
    assert said(ncco_in(door.post(ANSWER, ring(uuid="another's", **{"from": "447700900999"}))))[0] == "Hello."


def test_a_line_that_remembers_nobody_keeps_nothing(door: Door, line: Line) -> None:
    lines.make_live(line, lines.office())
    door.post(place_in(ncco_in(door.post(ANSWER, ring()))), keyed("7"))
    assert Turn.objects.filter(language="es").exists()
    assert not RememberedCaller.objects.exists()


def test_a_line_that_no_longer_remembers_does_not_use_what_it_knows(door: Door, line: Line) -> None:
    journal.write(chose(line, "es", datetime.now(UTC)))
    lines.make_live(line, lines.office())
    assert said(ncco_in(door.post(ANSWER, ring())))[0] == "Hello."


@pytest.mark.parametrize("caller", ["anonymous", "sip:ana@example.com", "", "٤٤٧٧٠٠٩٠٠١٢٣"])
def test_a_caller_without_a_number_is_not_remembered(caller: str, door: Door) -> None:
    door.post(place_in(ncco_in(door.post(ANSWER, ring(**{"from": caller})))), keyed("7"))
    assert Turn.objects.filter(language="es").exists()
    assert not RememberedCaller.objects.exists()


def test_a_language_that_the_line_has_no_more_is_not_spoken(door: Door, line: Line) -> None:
    journal.write(chose(line, "hmn", datetime.now(UTC)))
    assert said(ncco_in(door.post(ANSWER, ring())))[0] == "Hello."


# --- the row ----------------------------------------------------------------------------------------------------


def test_the_number_is_nowhere_in_the_row(line: Line) -> None:
    journal.write(chose(line, "es", AT))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {RememberedCaller._meta.db_table}")
        (row,) = cursor.fetchall()
    kept = " ".join(map(str, row))
    for length in range(6, len(CALLER) + 1):
        assert CALLER[-length:] not in kept
        assert CALLER[:length] not in kept
    assert RememberedCaller.objects.get().caller != CALLER


def test_the_same_number_gives_another_hash_under_another_key(line: Line, settings: Settings) -> None:
    """Without the key nobody can try all numbers."""
    first = chose(line, "es", AT).values["caller"]
    settings.SECRET_KEY = "another-" * 8
    assert chose(line, "es", AT).values["caller"] != first


def test_of_two_choices_the_later_one_stands_in_whatever_order_they_are_written(line: Line) -> None:
    chosen = [chose(line, "es", AT), chose(line, "en", AT + timedelta(seconds=1)), chose(line, "es", AT)]
    for order in permutations(chosen):
        RememberedCaller.objects.all().delete()
        for record in order:
            journal.write(record)
        row = RememberedCaller.objects.get()
        assert (row.language, row.expires_at) == ("en", AT + timedelta(seconds=1, days=DAYS))


def test_a_choice_written_while_the_database_was_away_does_not_undo_a_later_one(line: Line, monkeypatch: Patch) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(database, "run", _away)
        journal.append([chose(line, "es", AT)])
    journal.append([chose(line, "en", AT + timedelta(minutes=1))])
    keeper.settle()
    assert known(line) == "en"
    assert spool.is_empty()


def test_two_lines_do_not_share_what_they_know(line: Line) -> None:
    other = lines.publish(remembering(), "441632960961")
    journal.write(chose(line, "es", AT))
    assert (known(line), known(other)) == ("es", "")
    journal.write(chose(other, "en", AT))
    assert (known(line), known(other)) == ("es", "en")


def test_with_or_without_a_plus_it_is_the_same_caller(line: Line) -> None:
    journal.write(chose(line, "es", AT, number=f"+{CALLER}"))
    assert known(line) == known(line, number=f"+{CALLER}") == "es"
    assert RememberedCaller.objects.count() == 1


def test_after_a_change_of_keys_callers_are_still_known(line: Line, settings: Settings) -> None:
    journal.write(chose(line, "es", AT))
    old, settings.SECRET_KEY = settings.SECRET_KEY, "newer-" * 10
    assert known(line) == ""
    settings.SECRET_KEY_FALLBACKS = [old]
    assert known(line) == "es"
    journal.write(chose(line, "en", AT + timedelta(days=1)))
    assert known(line, AT + timedelta(days=1)) == "en", "what was chosen under the new key is newer"


# --- its end ----------------------------------------------------------------------------------------------------


def test_it_is_known_to_the_second_at_which_it_expires(line: Line) -> None:
    journal.write(chose(line, "es", AT))
    expires = AT + timedelta(days=DAYS)
    assert known(line, expires - timedelta(seconds=1)) == "es"
    assert known(line, expires) == ""


def test_the_keeper_deletes_what_has_expired_and_nothing_else(line: Line) -> None:
    now = datetime.now(UTC)
    journal.write(chose(line, "es", now - timedelta(days=DAYS, seconds=1), number="447700900111"))
    journal.write(chose(line, "es", now - timedelta(days=DAYS - 1), number="447700900112"))
    keeper.settle()
    assert [row.expires_at > now for row in RememberedCaller.objects.all()] == [True]


def test_a_line_takes_what_it_knows_along_when_it_is_deleted() -> None:
    line = Line.objects.create(name="Never published")
    RememberedCaller.objects.create(line=line, caller="f" * 64, language="es", chosen_at=AT, expires_at=AT)
    line.delete()
    assert not RememberedCaller.objects.exists()


def _away(*_: object, **__: object) -> None:
    raise database.DatabaseAway("for this test")


def test_the_later_choice_counts_though_an_earlier_one_was_to_last_longer(line: Line) -> None:
    for record in (chose(line, "en", AT, days=2), chose(line, "es", AT - timedelta(hours=1), days=300)):
        journal.write(record)
    assert known(line) == "en"
    assert known(line, AT + timedelta(days=3)) == ""


def test_of_what_is_known_under_two_keys_the_later_choice_counts(line: Line, settings: Settings) -> None:
    journal.write(chose(line, "es", AT, days=300))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "newer-" * 10
    journal.write(chose(line, "en", AT + timedelta(days=1), days=30))
    assert known(line, AT + timedelta(days=2)) == "en"
