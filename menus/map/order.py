"""Who stands above whom in a column: so that few lines cross, and keys stay in dial order where nothing speaks
against it."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

Links = Mapping[str, Sequence[tuple[str, float]]]
"""By a place: its neighbours in the next column, each with the height at which its line begins, 0 to 1."""

_ROUNDS: Final = 6


def in_order(columns: list[list[str]], links: Links) -> list[list[str]]:
    """The same columns with as few crossings as some rounds of barycentres find; the first found counts."""
    best, fewest = columns, crossings(columns, links)
    back = _turned(links)
    now = [list(column) for column in columns]
    for n in range(_ROUNDS):
        if not fewest:
            break
        _sweep(now, back if n % 2 == 0 else links, forward=n % 2 == 0)
        found = crossings(now, links)
        if found < fewest:
            best, fewest = [list(column) for column in now], found
    return best


def crossings(columns: Sequence[Sequence[str]], links: Links) -> int:
    return sum(_between(one, next_one, links) for one, next_one in pairwise(columns))


def _between(one: Sequence[str], next_one: Sequence[str], links: Links) -> int:
    place = {key: n for n, key in enumerate(next_one)}
    seen: list[int] = []
    count = 0
    for key in one:
        for to, _ in sorted(links.get(key, ()), key=lambda link: link[1]):
            count += len(seen) - bisect_right(seen, place[to])
            insort(seen, place[to])
    return count


def _turned(links: Links) -> dict[str, list[tuple[str, float]]]:
    back: dict[str, list[tuple[str, float]]] = {}
    for key, to in links.items():
        for other, height in to:
            back.setdefault(other, []).append((key, height))
    return back


def _sweep(columns: list[list[str]], links: Links, forward: bool) -> None:
    """Each column by the middle of its neighbours in the one just put in order."""
    order = range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1)
    for n in order:
        beside = columns[n - 1] if forward else columns[n + 1]
        place = {key: m for m, key in enumerate(beside)}
        middle: dict[str, float] = {}
        for m, key in enumerate(columns[n]):
            near = [place[other] + (height if forward else 0) for other, height in links.get(key, ()) if other in place]
            middle[key] = fmean(near) if near else float(m)
        columns[n].sort(key=middle.__getitem__)
