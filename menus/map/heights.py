"""How high in its column each place stands: as level with what leads to it as the places above and below allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

Lines = Sequence[tuple[str, float, str, float]]
"""From a place, so far below its upper edge, to another, so far below its upper edge."""


def tops(columns: Sequence[Sequence[str]], size: Mapping[str, float], lines: Lines, gap: float) -> dict[str, float]:
    """The upper edge of each, 0 or more; none in a column comes nearer to the next than the gap.

    From the left: what comes first stands at the top, where people begin to read.
    """
    level: dict[str, list[float]] = {}
    top: dict[str, float] = {}
    of_source: dict[str, list[tuple[float, str, float]]] = {}
    for source, begins, to, ends in lines:
        of_source.setdefault(source, []).append((begins, to, ends))
    for column in columns:
        top |= _stacked(column, {key: fmean(level.get(key, [0.0])) for key in column}, size, gap)
        for key in column:
            for begins, to, ends in of_source.get(key, ()):
                level.setdefault(to, []).append(top[key] + begins - ends)
    return top


def _stacked(
    column: Sequence[str], wishes: Mapping[str, float], size: Mapping[str, float], gap: float
) -> dict[str, float]:
    """In the given order, with the least squares of what each is away from its wish (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    shift = 0.0
    shifts = []
    for key in column:
        mean, count = wishes[key] - shift, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        pools.append((mean, count))
        shifts.append(shift)
        shift += size[key] + gap
    bases = [max(0.0, mean) for mean, count in pools for _ in range(count)]
    return {key: round(base + shift, 1) for key, base, shift in zip(column, bases, shifts, strict=True)}
