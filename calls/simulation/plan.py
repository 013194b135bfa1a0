"""Which calls come when, and from whom. Pure: the same seed plans the same calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calls.simulation.mix import Mix, Weights
from menus.flow import WEEKDAYS

FIRST_REGULAR, FIRST_OTHER = 1202555_0000, 1312555_0000
"""Made-up callers; 555-01xx and its neighbours belong to nobody."""


class Planned(NamedTuple):
    key: str
    """Names the call within its plan; all that is random in it follows from that."""
    at: datetime
    caller: str
    extra: dict[str, Weights]
    """What callers do otherwise on that day."""


def plan(mix: Mix, zone: ZoneInfo, last: date, days: int, per_day: int, seed: int) -> Iterator[Planned]:
    """The calls of `days` days up to `last`, in their order; `per_day` come on an ordinary day."""
    storms = _storms(mix, days, seed)
    for ago in range(days - 1, -1, -1):
        day = last - timedelta(days=ago)
        random = Random(f"{seed}/{day}")
        stormy = ago in storms
        busy = mix.weekdays.get(WEEKDAYS[day.weekday()], 1) * mix.days_of_month.get(day.day, 1)
        count = round(per_day * busy * (mix.storm.factor if stormy else 1))
        extra = mix.storm.at if stormy else {}
        moments = sorted(_moment(mix, zone, day, random) for _ in range(count))
        for number, at in enumerate(moments):
            yield Planned(f"{seed}/{day}/{number}", at, _caller(mix, random), extra)


def _storms(mix: Mix, days: int, seed: int) -> set[int]:
    wanted = min(days, round(mix.storm.days * days / 30))
    return set(Random(f"{seed}/storms").sample(range(days), wanted))


def _moment(mix: Mix, zone: ZoneInfo, day: date, random: Random) -> datetime:
    hour = random.choices(range(24), mix.hours_of(day.weekday()))[0]
    wall = time(hour, random.randrange(60), random.randrange(60))
    return datetime.combine(day, wall, zone)


def _caller(mix: Mix, random: Random) -> str:
    if random.random() < mix.regulars:
        return str(FIRST_REGULAR + int(mix.callers * random.random() ** 2))
    return str(FIRST_OTHER + random.randrange(10_000))
