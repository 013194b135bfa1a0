"""Counts of a few days, put where the reports read them: as the keeper would have counted such calls."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from calls.models import CallTally, KeyTally, StepTally, TargetTally
from menus.models import Line

DAY: Final = date(2026, 10, 14)


def calls(line: Line, day: date = DAY, **by_outcome: int) -> None:
    for outcome, count in by_outcome.items():
        zero = dict.fromkeys(
            ("short", "recontacts", "seconds", "cost", "person_calls", "person_seconds", "served_calls"), 0
        )
        CallTally.objects.create(
            **{"line": line, "version_id": line.live_id, "day": day, "hour": 9, "outcome": outcome} | zero,
            calls=count,
            answered=count,
            served_seconds=0,
        )


def step(line: Line, destination: str, outcome: str, count: int, **more: Any) -> None:
    kinds = {"main": "menu", "desk": "transfer", "bye": "hangup"}
    StepTally.objects.create(
        **{
            "line": line,
            "version_id": line.live_id,
            "day": DAY,
            "destination": destination,
            "kind": kinds.get(destination, "message"),
            "outcome": outcome,
            "passes": count,
            "entries": count,
            "callers": count,
            "seconds": count * 5,
            "wrong_turns": 0,
        }
        | more
    )


def target(line: Line, destination: str, dialled: str, answered: int, missed: int) -> None:
    for fate, count in (("", answered), ("no_answer", missed)):
        TargetTally.objects.create(
            line=line,
            version_id=line.live_id,
            day=DAY,
            destination=destination,
            dialled=dialled,
            fate=fate,
            attempts=count,
            answered=0 if fate else count,
            ring_seconds=0 if fate else count * 4,
            talk_seconds=0 if fate else count * 60,
        )


def key(line: Line, destination: str, second: int, count: int) -> None:
    KeyTally.objects.create(
        line=line,
        version_id=line.live_id,
        day=DAY,
        destination=destination,
        second=second,
        keys=count,
        operator=0,
        hang_ups=0,
    )
