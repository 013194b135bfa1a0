"""Counts of days: each day once more when it is over, again by command, and the small reports on top of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from itertools import permutations
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from calls import journal, keeper, tallies
from calls.closing import Closing
from calls.journal import Record
from calls.models import Call, CallbackRequest, CallTally, DueDay, Leg, Recording, TargetTally, Turn
from calls.reports import backlog, places, targets, totals
from calls.reports.names import Names
from calls.reports.span import Span, latest, read_asked
from calls.summary import summarise_call
from menus.models import Line
from tests import histories, lines

pytestmark = pytest.mark.django_db
TODAY: Final = date(2026, 11, 23)
RANG: Final = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
"""1:30 in New York, the first time of that night."""


def line_in_new_york() -> Line:
    return lines.publish(histories.flow().model_copy(update={"timezone": "America/New_York"}))


def ring(line: Line, uuid: str, at: datetime, **facts: Any) -> Call:
    local = at.astimezone(ZoneInfo("America/New_York"))
    where = {"line": line, "version_id": line.live_id, "time_zone": "America/New_York"}
    when = {"started_at": at, "local_day": local.date(), "local_hour": local.hour}
    return Call.objects.create(uuid=uuid, **where, **when, **facts)


# --- spans ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "span", "fault"),
    [
        ({}, (date(2026, 10, 25), TODAY), ""),
        ({"days": "7"}, (date(2026, 11, 17), TODAY), ""),
        ({"days": "1"}, (TODAY, TODAY), ""),
        ({"from": "2026-03-01", "to": "2026-03-31"}, (date(2026, 3, 1), date(2026, 3, 31)), ""),
        ({"from": "2026-11-20"}, (date(2026, 11, 20), TODAY), ""),
        ({"days": "0"}, None, "days"),
        ({"days": "²"}, None, "days"),
        ({"days": "732"}, None, "long"),
        ({"from": "2024-01-01", "to": "2026-01-02"}, None, "long"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, None, "order"),
        ({"from": "soon"}, None, "dates"),
        ({"to": "0001-01-01"}, None, "dates"),
        ({"from": "9999-12-31", "to": "9999-12-31"}, None, "dates"),
    ],
)
def test_a_span_is_read_as_asked_or_is_the_usual_one_and_says_why(
    asked: dict[str, str], span: tuple[date, date] | None, fault: str
) -> None:
    read = read_asked(asked, TODAY)
    assert (read.span, read.fault) == (Span(*span) if span else latest(30, TODAY), fault)
    assert read.span.before.last == read.span.first - timedelta(days=1)
    assert read.span.before.days == read.span.days == len(list(read.span.each))


# --- days -------------------------------------------------------------------------------------------------------


def test_the_doubled_hour_is_one_hour_of_a_day_of_25() -> None:
    line = line_in_new_york()
    for n in range(25 * 2):  # from midnight, each half hour
        ring(line, f"c{n}", datetime(2026, 11, 1, 4, tzinfo=UTC) + timedelta(minutes=30 * n))
    tallies.recount(line.pk, date(2026, 11, 1))
    tallies.recount(line.pk, date(2026, 11, 2))
    hours = totals.per_hour(line.pk, Span(date(2026, 11, 1), date(2026, 11, 1)))
    assert hours == {(6, hour): 4 if hour == 1 else 2 for hour in range(24)}
    assert totals.totals(line.pk, Span(date(2026, 11, 2), date(2026, 11, 2))).offered == 0


def test_a_count_that_fails_leaves_all_as_it_was_and_one_that_does_not_leaves_nothing_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line, day = line_in_new_york(), date(2026, 11, 1)
    ring(line, "c1", RANG)
    tallies.recount(line.pk, day)
    assert not DueDay.objects.exists()
    before = tallies.counted(line.pk, day)
    ring(line, "c2", RANG)
    broken = TargetTally(line=line, day=day)  # without its counts
    monkeypatch.setattr(tallies, "_targets", lambda *_: iter([broken]))
    with pytest.raises(IntegrityError):
        tallies.recount(line.pk, day)
    assert tallies.counted(line.pk, day) == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_day_is_whole_however_far_its_line_is_from_greenwich(zone: str) -> None:
    line = line_in_new_york()
    midnight = datetime(2026, 6, 1, tzinfo=ZoneInfo(zone))
    for n, at in enumerate(midnight + timedelta(hours=hours) for hours in (-0.01, 0, 23.99, 24)):
        local = {"time_zone": zone, "local_day": at.date(), "local_hour": at.hour}
        Call.objects.create(uuid=f"c{n}", line=line, started_at=at, **local)
    tallies.recount(line.pk, date(2026, 6, 1))
    whole = Span(date(2026, 5, 1), date(2026, 6, 30))
    assert totals.per_hour(line.pk, whole) == {(0, 0): 1, (0, 23): 1}


def test_a_day_that_is_over_is_counted_once_more_with_calls_that_have_no_end() -> None:
    line = line_in_new_york()
    over = (timezone.now() - timedelta(hours=4)).astimezone(ZoneInfo("America/New_York")).date() - timedelta(days=1)
    noon = datetime(over.year, over.month, over.day, 17, tzinfo=UTC)
    call = ring(line, "c", noon, caller="12025550142")
    Turn.objects.create(call=call, n=0, at=noon, heard="answered", waits_at="main", ncco="[]")
    rounds = keeper.Rounds()
    rounds.settle()
    found = totals.totals(line.pk, Span(over, over))
    assert (found.offered, found.in_progress) == (1, 1)
    call.refresh_from_db()
    assert (call.turn_count, bool(call.caller_key), call.outcome) == (1, True, "in_progress")
    CallTally.objects.all().delete()
    rounds.settle()
    assert not CallTally.objects.exists(), "a day is closed once by a process"


def test_each_day_is_closed_in_the_lines_own_time_and_none_is_left_out() -> None:
    line = line_in_new_york()
    closing = Closing()
    at = datetime(2026, 11, 2, 8, 59, tzinfo=UTC)  # 3:59 in New York: the 1st may have calls going on
    assert [day.day for _, day in closing.due(at)] == [29, 30, 31]
    for due in list(closing.due(at)):
        closing.close(*due)
    assert list(closing.due(at)) == []
    assert list(closing.due(at + timedelta(minutes=1))) == [(line.pk, date(2026, 11, 1))]
    assert [day.day for _, day in closing.due(at + timedelta(days=2))] == [1, 2]
    assert not DueDay.objects.exists()


def test_recount_says_what_differed_and_leaves_days_whose_calls_are_gone() -> None:
    line = line_in_new_york()
    histories.write(20, 3, line.pk, [line.live_id])
    assert "0 differed" not in recounted()
    assert ", 0 differed." in recounted()
    CallTally.objects.filter(line=line).first().delete()  # type: ignore[union-attr]
    old = CallTally.objects.create(line=line, day=date(2020, 1, 1), hour=1, **counts(calls=9))
    said = recounted()
    assert "0 counts were wrong, 1 stand in their place" in said
    assert said.endswith("1 differed.\n")
    assert CallTally.objects.filter(pk=old.pk).exists()
    assert "0 days" in recounted("--from", "2027-01-01")
    for wrong in (["--from", "yesterday"], ["--from", "2026-02-02", "--to", "2026-02-01"], ["+1 202 555 9999"]):
        with pytest.raises(CommandError):
            recounted(*wrong)


def recounted(*asked: str) -> str:
    out = StringIO()
    call_command("recount", *asked, stdout=out)
    return out.getvalue()


def counts(**given: int) -> dict[str, int]:
    names = ("answered", "short", "recontacts", "seconds", "cost", "person_calls", "person_seconds")
    return dict.fromkeys((*names, "served_calls", "served_seconds"), 0) | given


# --- one call's news ------------------------------------------------------------------------------------------------


def news(line: Line) -> list[Record]:
    """Its answer, a turn, its end, and the leg of a target that talked."""

    def second(n: int) -> datetime:
        return RANG + timedelta(seconds=n)

    local = {"time_zone": "America/New_York", "local_day": date(2026, 11, 1), "local_hour": 1}
    rang = {"uuid": "c", "line_id": line.pk, "version_id": line.live_id, "caller": "12025550142", "started_at": RANG}
    visits = '[["main","chosen","sales","","sales"],["sales","ringing","","",""]]'
    turn = {"call_id": "c", "n": 1, "at": second(8), "waited_at": "main", "heard": "keyed", "visits": visits}
    ended = {"status": "completed", "status_rank": 5, "ended_at": second(99), "price": "0.02", "duration_seconds": 99}
    unasked = {"started_at": second(1), "local_day": date(2026, 11, 1), "answer_missing": True}
    leg = {"uuid": "l", "call_uuid": "c", "destination": "sales", "dialled": "1", "started_at": second(8)}
    return [
        Record("call", rang | local),
        Record("turn", {"call_id": "c", "n": 0, "at": RANG, "heard": "answered", "waits_at": "main", "ncco": "[]"}),
        Record("turn", turn | {"waits_at": "sales", "ncco": "[]"}),
        Record("status", {"uuid": "c", **unasked, **ended}),
        Record("leg", leg | {"status": "completed", "status_rank": 5, "answered_at": second(18), "price": "0.1"}),
    ]


def test_news_in_any_order_and_delivered_twice_is_counted_the_same() -> None:
    line = line_in_new_york()
    seen = set()
    first, *rest = news(line)
    for order in permutations(rest):
        for record in (*order[:2], first, *order[2:], order[0], first):
            journal.write(record)
        Call.objects.update(summarised_at=None)
        keeper.settle()
        seen.add(tuple(sorted(map(str, tallies.counted(line.pk, date(2026, 11, 1)).items()))))
        for model in (Call, Turn, Leg, CallTally):
            model._default_manager.all().delete()
    assert len(seen) == 1
    assert "transferred" in str(seen)
    assert "0.12" in str(seen)


# --- the small reports ------------------------------------------------------------------------------------------


def test_the_busiest_way_is_followed_until_most_go_no_further() -> None:
    line = line_in_new_york()
    histories.write(80, 4, line.pk, [line.live_id])
    recount_all(line)
    span = Span(date(2026, 3, 1), date(2026, 11, 30))
    stages = places.funnel(line.pk, span)
    entries = {place.destination: place.entries for place in places.places(line.pk, span)}
    assert stages[0].destination == "main"
    assert len(stages) > 1
    assert [stage.came for stage in stages] == [entries[stage.destination] for stage in stages]
    assert all(0 <= stage.left <= stage.came for stage in stages)


def recount_all(line: Line) -> None:
    for uuid in Call.objects.values_list("uuid", flat=True):
        summarise_call(uuid)
    keeper.settle()


def test_labels_are_those_of_the_newest_version_that_knew_the_key() -> None:
    line = line_in_new_york()
    lines.make_live(line, lines.office(more={"kind": "menu", "label": "Even more"}))
    names = Names(line.pk)
    assert (names.destination("more"), names.destination("account")) == ("Even more", "Account")
    assert (names.option("main", "sip"), names.option("more", "sales")) == ("Another office", "Sales")
    assert (names.destination("gone"), names.option("gone", "b"), names.start) == ("gone", "b", "main")
    assert names.language("es") == "Español"


def test_the_latest_attempts_are_those_of_this_line_only() -> None:
    mine, other = line_in_new_york(), lines.publish(histories.flow(), "441632960961")
    for n, line in enumerate([mine, mine, other, mine]):
        ring(line, f"c{n}", RANG + timedelta(minutes=n), conversation=f"CON-{n}")
        known = {"call_uuid": f"c{n}"} if n else {"conversation": f"CON-{n}"}
        Leg.objects.create(
            uuid=f"l{n}", destination="desk", dialled="1", started_at=RANG + timedelta(minutes=n), **known
        )
    Leg.objects.filter(uuid="l1").update(answered_at=RANG + timedelta(seconds=70), duration_seconds=9)
    Leg.objects.filter(uuid="l3").update(fate="busy")
    found = targets.latest(mine.pk, "desk", "1")
    assert [(one.call_uuid, one.answered, one.fate, one.ring_seconds) for one in found] == [
        ("c3", False, "busy", None),
        ("c1", True, "", 10),
        ("", False, "unknown", None),
    ]
    assert targets.streak(found) == (1, 3)
    assert len(targets.latest(mine.pk, "desk", "1", most=1)) == 1
    for n in range(5):  # somebody else's, and newer
        ring(other, f"o{n}", RANG + timedelta(hours=1, minutes=n))
        Leg.objects.create(
            uuid=f"x{n}", destination="desk", dialled="1", started_at=RANG + timedelta(hours=1), call_uuid=f"o{n}"
        )
    assert [one.call_uuid for one in targets.latest(mine.pk, "desk", "1", most=1)] == ["c3"]


def test_the_backlog_is_what_is_not_done_and_how_long_it_took() -> None:
    line = line_in_new_york()
    asked = {"line": line, "destination": "later", "number": "1"}
    for n, (state, hours) in enumerate([("open", 30), ("assigned", 2), ("done", 10), ("done", 20)]):
        came = RANG - timedelta(hours=hours)
        done = {"done_at": RANG - timedelta(hours=4)} if state == "done" else {}
        ends = {"begins_at": came, "ends_at": came + timedelta(hours=2)}
        CallbackRequest.objects.create(call_uuid=f"c{n}", n=1, created_at=came, state=state, **asked, **done, **ends)
        state = {"assigned": "heard", "open": "new"}.get(state, state)
        Recording.objects.create(uuid=f"m{n}", received_at=came, state=state, line=line, **done)
    wanted = backlog.Backlog(2, RANG - timedelta(hours=30), 2, 2, 11.0)
    assert backlog.callbacks(line.pk, RANG) == wanted
    assert backlog.messages(line.pk, RANG) == wanted._replace(overdue=1)
    assert backlog.messages(line.pk + 1, RANG) == backlog.Backlog(0, None, 0, 0, None)


def test_where_nothing_was_counted_no_share_is_given() -> None:
    line = line_in_new_york()
    nothing = totals.totals(line.pk, Span(TODAY, TODAY))
    assert nothing == totals.Totals()
    assert (nothing.contained_share, nothing.average_person_seconds, nothing.average_cost) == (None, None, None)
    assert places.places(line.pk, Span(TODAY, TODAY)) == []
    assert places.funnel(line.pk, Span(TODAY, TODAY)) == []
