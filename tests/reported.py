"""Counts of some days of a line, as the keeper would have made them, for the report pages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from calls.models import CallTally, KeyTally, StepTally
from menus.models import Line


def days(line: Line, first: date, number: int = 2, place: str = "main", times: int = 1) -> None:
    """Per day: 60 calls at 10, 40 at 15, by the live version; 50 served, 30 transferred, 20 abandoned (4 of them
    short). At the place: 100 visits, 60 chose `pay` (12 of these a wrong turn), 20 hung up, 10 asked for the operator;
    10 more silences. All of it `times` over."""
    for n in range(number):
        day = {"line_id": line.pk, "day": first + timedelta(days=n), "version_id": line.live_id}
        CallTally.objects.bulk_create(
            [
                _calls(day, 10, "served", 50, times),
                _calls(day, 10, "transferred", 10, times),
                _calls(day, 15, "transferred", 20, times),
                _calls(day, 15, "abandoned", 20, times, short=4 * times),
            ]
        )
        StepTally.objects.bulk_create(
            _step(day, place, *left, times=times)
            for left in (
                ("pay", "chosen", "pay", 60, 60, 12),
                ("", "hung_up", "", 20, 20, 0),
                ("", "asked_operator", "desk", 20, 20, 0),
                ("", "no_input", place, 10, 0, 0),
            )
        )
        KeyTally.objects.bulk_create(
            KeyTally(**day, destination=place, second=second, keys=keys * times, operator=0, hang_ups=0)
            for second, keys in ((1, 30), (2, 30), (90, 20))
        )


def _calls(day: dict[str, Any], hour: int, outcome: str, calls: int, times: int, short: int = 0) -> CallTally:
    amount = calls * times
    person = amount if outcome == "transferred" else 0
    served = amount if outcome == "served" else 0
    return CallTally(
        **day,
        hour=hour,
        language="en",
        outcome=outcome,
        calls=amount,
        answered=amount,
        short=short,
        recontacts=0,
        seconds=60 * amount,
        cost=Decimal("0.02") * amount,
        person_calls=person,
        person_seconds=45 * person,
        served_calls=served,
        served_seconds=20 * served,
    )


def _step(
    day: dict[str, Any],
    place: str,
    option: str,
    outcome: str,
    led_to: str,
    passes: int,
    entries: int,
    wrong: int,
    times: int,
) -> StepTally:
    return StepTally(
        **day,
        destination=place,
        kind="menu",
        option=option,
        outcome=outcome,
        led_to=led_to,
        passes=passes * times,
        entries=entries * times,
        callers=entries * times,
        seconds=8 * passes * times,
        wrong_turns=wrong * times,
    )
