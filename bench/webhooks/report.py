"""What was measured, as a table: each contender against (a), round by round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import Final, NamedTuple

from contenders import Contender, Memory

ENOUGH_REQUESTS: Final = 0.8
"""The aim: of (a)'s requests per second at least this part …"""
ENOUGH_P99: Final = 1.5
"""… and of its p99 at most this much."""


class Round(NamedTuple):
    """One contender's part of one round."""

    requests: int
    seconds: float
    latencies: list[int]
    server_cpu: float
    database_cpu: float
    loader_cpu: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def cpu(self) -> float:
        """Of server and database together, in µs for each request."""
        return (self.server_cpu + self.database_cpu) * 1e6 / self.requests

    def percentile(self, part: float) -> int:
        return sorted(self.latencies)[min(int(len(self.latencies) * part), len(self.latencies) - 1)]


@dataclass
class Result:
    contender: Contender
    rounds: list[Round] = field(default_factory=list)
    memory: Memory = field(default_factory=lambda: Memory(0, 0))
    late: int = 0
    """Rows that came by the spool, after the answer."""

    def middle(self, figure: Callable[[Round], float]) -> float:
        return median(figure(one) for one in self.rounds)

    def ratios(self, other: Result, figure: Callable[[Round], float]) -> list[float]:
        return [figure(mine) / figure(theirs) for mine, theirs in zip(self.rounds, other.rounds, strict=True)]


def _p99(one: Round) -> float:
    return one.percentile(0.99)


_HEAD: Final = (
    f"{'':16}{'req/s':>7}{'× (a)':>7}{'(from – to)':>14}{'CPU µs':>8}{'× (a)':>7}{'of it db':>9}"
    f"{'p50 µs':>8}{'p95':>8}{'p99':>8}{'× (a)':>7}{'MB':>6}{'PSS':>6}"
)


def table(results: list[Result], baseline: Result) -> str:
    return "\n".join([_HEAD, *(_line(result, baseline) for result in results)])


def _line(result: Result, baseline: Result) -> str:
    rates = result.ratios(baseline, lambda one: one.rate)
    spread = f"({min(rates):.2f} – {max(rates):.2f})"
    cpu = median(result.ratios(baseline, lambda one: one.cpu))
    of_database = result.middle(lambda one: one.database_cpu * 1e6 / one.requests)
    p50, p95 = (result.middle(lambda one, part=part: one.percentile(part)) for part in (0.5, 0.95))  # type: ignore[misc]
    p99 = median(result.ratios(baseline, _p99))
    return (
        f"{result.contender.label:16}{result.middle(lambda one: one.rate):7,.0f}{median(rates):7.2f}{spread:>14}"
        f"{result.middle(lambda one: one.cpu):8,.0f}{cpu:7.2f}{of_database:9,.0f}"
        f"{p50:8,.0f}{p95:8,.0f}{result.middle(_p99):8,.0f}{p99:7.2f}"
        f"{result.memory.rss:6.0f}{result.memory.pss:6.0f}"
    )


def verdict(ours: Result, baseline: Result) -> str:
    rate = median(ours.ratios(baseline, lambda one: one.rate))
    p99 = median(ours.ratios(baseline, _p99))
    loader = ours.middle(lambda one: one.loader_cpu * 1e6 / one.requests)
    words = [
        f"requests per second: {rate:.2f} of (a), aim ≥ {ENOUGH_REQUESTS}: {_met(rate >= ENOUGH_REQUESTS)}",
        f"p99: {p99:.2f} × (a), aim ≤ {ENOUGH_P99}: {_met(p99 <= ENOUGH_P99)}",
        f"(the loader beside them takes {loader:.0f} µs for each request)",
    ]
    if ours.late:
        words.append(f"{ours.late} of our rows came by the spool: the database kept them waiting for too long")
    return "\n".join(words)


def _met(good: bool) -> str:
    return "met" if good else "MISSED"
