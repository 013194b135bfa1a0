"""Whom we rang for callers, and what came of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Sum

from calls.measured import seconds_between
from calls.models import Call, Leg, TargetTally
from calls.reports.counted import rows, share
from calls.reports.span import Span
from calls.tallies import came_to

LOOKED: Final = 1_000
"""Legs of a target that are looked through for those of one line."""


class Target(NamedTuple):
    destination: str
    dialled: str
    attempts: int
    answered: int
    ring_seconds: int
    talk_seconds: int
    by_fate: dict[str, int]
    """Why nobody was reached: how often, by the word of it (`calls.tallies.came_to`)."""

    @property
    def share(self) -> float | None:
        return share(self.answered, self.attempts)

    @property
    def average_ring_seconds(self) -> float | None:
        return share(self.ring_seconds, self.answered)

    @property
    def average_talk_seconds(self) -> float | None:
        return share(self.talk_seconds, self.answered)


class Attempt(NamedTuple):
    at: datetime
    call_uuid: str
    """Empty where only the conversation is known."""
    answered: bool
    fate: str
    """Why nobody was reached; empty when somebody was."""
    ring_seconds: int | None
    talk_seconds: int | None


def targets(line_id: int, span: Span, version_id: UUID | None = None) -> list[Target]:
    """The most rung first."""
    groups = (
        rows(TargetTally, line_id, span, version_id)
        .values_list("destination", "dialled", "fate")
        .annotate(Sum("attempts"), Sum("answered"), Sum("ring_seconds"), Sum("talk_seconds"))
    )
    sums: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    fates: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for destination, dialled, fate, attempts, answered, ring, talk in groups:
        whom = destination, dialled
        sums[whom].update(attempts=attempts, answered=answered, ring_seconds=ring, talk_seconds=talk)
        if fate:
            fates[whom][fate] = attempts
    found = [_target(*whom, sums[whom], fates[whom]) for whom in sums]
    return sorted(found, key=lambda target: (-target.attempts, target.destination, target.dialled))


def _target(destination: str, dialled: str, sums: Counter[str], fates: dict[str, int]) -> Target:
    return Target(
        destination, dialled, sums["attempts"], sums["answered"], sums["ring_seconds"], sums["talk_seconds"], fates
    )


def latest(line_id: int, destination: str, dialled: str, most: int = 50) -> list[Attempt]:
    """The newest first. Other lines may ring the same target: then those of this line among its last LOOKED."""
    legs = Leg.objects.filter(dialled=dialled, destination=destination).order_by("-started_at", "uuid")
    mine: list[Leg] = []
    for looked in (4 * most, LOOKED):
        read = list(legs[:looked])
        mine = _of_line(line_id, read)
        if len(mine) >= most or len(read) < looked:
            break
    return [_attempt(leg) for leg in mine[:most]]


def _of_line(line_id: int, legs: Sequence[Leg]) -> list[Leg]:
    """By their calls' ids; where a leg's call is not named, by the conversation."""
    calls = Call.objects.filter(line_id=line_id).order_by()
    ids = {leg.call_uuid for leg in legs if leg.call_uuid}
    conversations = {leg.conversation for leg in legs if leg.conversation and not leg.call_uuid}
    known = set(calls.filter(uuid__in=ids).values_list("uuid", flat=True))
    named = set(calls.filter(conversation__in=conversations).values_list("conversation", flat=True))
    return [leg for leg in legs if (leg.call_uuid in known if leg.call_uuid else leg.conversation in named)]


def _attempt(leg: Leg) -> Attempt:
    ring = seconds_between(leg.started_at, leg.answered_at) if leg.answered_at else None
    talk = leg.duration_seconds if leg.answered_at else None
    return Attempt(leg.started_at, leg.call_uuid, leg.answered_at is not None, came_to(leg), ring, talk)


def streak(attempts: Iterable[Attempt]) -> tuple[int, int]:
    """How many of how many answered, as “0 of the last 14 answered” has it."""
    found = list(attempts)
    return sum(attempt.answered for attempt in found), len(found)
