"""Every measure of the reports, held against an oracle that counts the log itself: 500 random calls."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any, Final
from uuid import UUID

import pytest

from calls import keeper, tallies
from calls.models import Call, CallTally, DueDay
from calls.reports import keys, places, targets, totals
from calls.reports.span import Span
from calls.summary import summarise_call
from tests import histories, lines
from tests.oracle import Oracle

pytestmark = pytest.mark.django_db
CALLS: Final = 500
SPANS: Final = [
    Span(date(2026, 3, 1), date(2026, 11, 30)),
    Span(date(2026, 3, 8), date(2026, 3, 8)),
    Span(date(2026, 11, 1), date(2026, 11, 2)),
    Span(date(2026, 6, 1), date(2026, 6, 30)),
]
DAYS: Final = [*Span(date(2026, 3, 7), date(2026, 3, 10)).each, *Span(date(2026, 10, 31), date(2026, 11, 3)).each]
"""Those around which the calls are."""


def counted(uuids: list[str]) -> None:
    """Summarised in this order, and then whatever was found to be due by that."""
    for uuid in uuids:
        summarise_call(uuid)
    while Call.objects.filter(summarised_at=None, ended_at__isnull=False).exists() or DueDay.objects.exists():
        keeper.settle()
        for uuid in Call.objects.filter(summarised_at=None, ended_at=None).values_list("uuid", flat=True):
            summarise_call(uuid)


def line_with_calls(count: int, seed: int = 5) -> tuple[int, list[UUID | None], list[str]]:
    line = lines.publish(histories.flow())
    marked = {"kind": "hangup", "label": "Goodbye", "goodbye": {"en": "Bye."}, "outcome": "served"}
    versions = [line.live_id, lines.make_live(line, histories.flow(bye=marked)).pk, None]
    return line.pk, versions, histories.write(count, seed, line.pk, versions)


def test_every_measure_of_random_calls_is_what_the_oracle_counts() -> None:
    line, versions, uuids = line_with_calls(CALLS)
    Random(1).shuffle(uuids)
    counted(uuids)
    oracle = Oracle(line)
    for span in SPANS:
        for version in versions if span.days > 2 else [None]:  # None, the last: all of them
            told = oracle.of(*span, version)
            asked = (line, span, version)
            assert totals.totals(*asked)._asdict() == totals.Totals()._asdict() | oracle.totals(told)
            found = {place.destination: plain(place, "destination", "kind") for place in places.places(*asked)}
            wanted = oracle.places(told)
            assert found.keys() == wanted.keys()
            for key in found:
                assert (key, found[key]) == (key, wanted[key])
            assert places.ways(*asked) == oracle.ways(told)
            assert {
                (one.destination, one.dialled): plain(one, "destination", "dialled") for one in targets.targets(*asked)
            } == oracle.targets(told)
            compare_keys_and_options(oracle, told, asked)
    compare_groups(oracle, line)


def plain(row: Any, *without: str) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name not in without}


def compare_keys_and_options(oracle: Oracle, told: list[Any], asked: tuple[int, Span, UUID | None]) -> None:
    line, span, version = asked
    for menu in ("main", "more", "who", "account", "desk"):
        chosen = places.options(line, span, menu, version)
        assert {one.option: (one.count, one.wrong_turns) for one in chosen} == oracle.options(told, menu)
        assert {second.second: second[1:] for second in keys.by_second(line, span, menu, version)} == oracle.seconds(
            told, menu
        )
    asked_for = {one.destination: (one.count, one.seconds) for one in keys.operator_requests(line, span, version)}
    for menu in ("main", "more"):
        pressed = [(second, counts[1]) for second, counts in oracle.seconds(told, menu).items()]
        wanted = sum(count for _, count in pressed), sum(second * count for second, count in pressed)
        assert asked_for.get(menu, (0, 0)) == wanted


def compare_groups(oracle: Oracle, line: int) -> None:
    span = SPANS[0]
    whole = oracle.of(*span)
    assert len(whole) == CALLS
    days = totals.per_day(line, span)
    assert [day.day for day in days] == list(span.each)
    for day in days:
        assert day.totals._asdict() == totals.Totals()._asdict() | oracle.totals(oracle.of(day.day, day.day))
    assert sum(day.cost for day in days) == totals.totals(line, span).cost
    weeks = totals.per_week(line, span)
    assert [day for week in weeks for day in week.days.each] == list(span.each)
    assert {week.days.days for week in weeks[:-1]} == {7}
    for week in weeks:
        assert week.totals._asdict() == totals.Totals()._asdict() | oracle.totals(oracle.of(*week.days))
    hours = totals.per_hour(line, span)
    assert sum(hours.values()) == CALLS
    for (weekday, hour), calls in hours.items():
        assert calls == sum((told.day.weekday(), told.hour) == (weekday, hour) for told in whole)
    for row in totals.per_language(line, span):
        assert row.totals._asdict() == totals.Totals()._asdict() | oracle.totals(
            [one for one in whole if one.language == row.language]
        )
    versions = totals.per_version(line, span)
    assert [row.number for row in versions] == [2, 1, None]
    for version in versions:
        assert version.totals._asdict() == totals.Totals()._asdict() | oracle.totals(
            [one for one in whole if one.call.version_id == version.version_id]
        )


def test_the_order_of_summaries_changes_nothing_and_counting_again_gives_the_same() -> None:
    """Who rang before is known only when both calls are summarised, whichever comes first."""
    line, _, uuids = line_with_calls(40, seed=8)
    seen = []
    for order in (uuids, uuids[::-1], sorted(uuids)):
        Call.objects.update(summarised_at=None, caller_key="", is_recontact=False)
        CallTally.objects.all().delete()
        counted(order)
        seen.append(everything(line))
    assert seen[0] == seen[1] == seen[2]
    assert set(Call.objects.values_list("local_day", flat=True)) <= set(DAYS)
    assert totals.totals(line, SPANS[0]).recontacts > 0
    for day in DAYS:
        tallies.recount(line, day)
    assert everything(line) == seen[0]


def everything(line: int) -> list[str]:
    """Every count of every day that has calls."""
    found = [item for day in DAYS for item in tallies.counted(line, day).items()]
    return sorted(map(str, found))
