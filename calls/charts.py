"""Charts as SVG, laid out here and drawn by `templates/reports/chart.html`: no script, no inline style. Pure.

Looks are names of classes; every mark says in words what it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

WIDTH: Final = 960
_LEFT: Final = 52
_TOP: Final = 10
_BARS: Final = 200
_ROW: Final = 34
_NAMES: Final = 250
_STEPS: Final = (1, 2, 3, 4, 5, 6, 8, 10)
SHADES: Final = 5


class Mark(NamedTuple):
    """A rectangle; its words stand in its middle. Lengths are text: no language puts signs of its own into them."""

    x: str
    y: str
    width: str
    height: str
    looks: str
    title: str
    url: str = ""
    words: str = ""
    words_x: str = ""
    words_y: str = ""


class Label(NamedTuple):
    x: str
    y: str
    words: str
    looks: str = "middle"
    """Where its place is in it: start, middle or end."""


class Rule(NamedTuple):
    """A straight line."""

    path: str
    looks: str


class Chart(NamedTuple):
    name: str
    """What a screen reader says of the whole."""
    height: str
    marks: list[Mark]
    labels: list[Label]
    rules: list[Rule]
    legend: list[tuple[str, str]] = []
    """Looks, and their words."""
    width: str = str(WIDTH)


class Bar(NamedTuple):
    """One place on the axis, with a value for each series; each lies over the one before it."""

    words: str
    values: tuple[float, ...]
    titles: tuple[str, ...]
    urls: tuple[str, ...] = ()
    """One for each value; none: nothing is linked."""


class Part(NamedTuple):
    """A row of lying bars: a name, and lengths that follow each other."""

    words: str
    values: tuple[float, ...]
    titles: tuple[str, ...]
    shown: str
    """Behind the bars."""
    urls: tuple[str, ...] = ()
    """One for each value; none: nothing is linked."""


def bars(
    name: str, found: Sequence[Bar], legend: Sequence[str], marked: tuple[float, str] | None = None, ticks: int = 8
) -> Chart:
    """Standing bars. `marked`: a line at a place on the axis (1.5: in the middle of the second bar), and its words."""
    top = rounded_up(max((max(bar.values) for bar in found), default=0))
    step = (WIDTH - _LEFT) / max(1, len(found))
    marks = [
        _standing(_LEFT + n * step, step, series, value, top, bar)
        for n, bar in enumerate(found)
        for series, value in enumerate(bar.values)
        if value
    ]
    every = -(-len(found) // ticks) or 1
    bottom = _TOP + _BARS
    labels = [
        Label(_at(_LEFT + (n + 0.5) * step), _at(bottom + 18), bar.words)
        for n, bar in enumerate(found)
        if n % every == 0 and (n == 0 or _LEFT + (n + 0.5) * step < WIDTH - 24)
    ]
    rules = []
    for part in (0.0, 0.5, 1.0):
        y = bottom - part * _BARS
        rules.append(Rule(f"M{_LEFT} {_at(y)}H{WIDTH}", "axis" if part == 0 else "grid"))
        labels.append(Label(_at(_LEFT - 8), _at(y + 4), f"{top * part:g}", "end"))
    if marked:
        x = min(WIDTH - 2, _LEFT + marked[0] * step)
        rules.append(Rule(f"M{_at(x)} {_TOP}V{bottom}", "marked"))
        labels.append(Label(_at(x + (6 if x < WIDTH / 2 else -6)), _at(_TOP + 12), marked[1], _side(x)))
    return Chart(name, _at(bottom + 26), marks, labels, rules, [(f"s{n}", words) for n, words in enumerate(legend)])


def _standing(x: float, step: float, series: int, value: float, top: float, bar: Bar) -> Mark:
    gap = step * (0.12 + 0.13 * series)
    height = max(1.0, value / top * _BARS)
    title, url = bar.titles[series], bar.urls[series] if bar.urls else ""
    return Mark(_at(x + gap), _at(_TOP + _BARS - height), _at(step - 2 * gap), _at(height), f"s{series}", title, url)


def lying(name: str, parts: Sequence[Part], legend: Sequence[str]) -> Chart:
    """Lying bars, a row for each: funnels, and shares of options."""
    top = max((sum(part.values) for part in parts), default=0) or 1
    room = WIDTH - _NAMES - 130
    marks, labels = [], []
    for n, part in enumerate(parts):
        x, y = float(_NAMES), _TOP + n * _ROW
        labels.append(Label(_at(_NAMES - 12), _at(y + 18), _short(part.words), "end"))
        for series, value in enumerate(part.values):
            if value:
                width = max(2.0, value / top * room)
                url = part.urls[series] if part.urls else ""
                marks.append(Mark(_at(x), _at(y), _at(width), "26", f"s{series}", part.titles[series], url))
                x += width
        labels.append(Label(_at(x + 8), _at(y + 18), part.shown, "start"))
    height = _TOP + len(parts) * _ROW
    rules = [Rule(f"M{_NAMES} 4V{height}", "axis")]
    return Chart(name, _at(height + 4), marks, labels, rules, [(f"s{n}", words) for n, words in enumerate(legend)])


def heat(
    name: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Mapping[tuple[int, int], int],
    told: Mapping[tuple[int, int], tuple[str, str]],
) -> Chart:
    """A cell for each row and column, the darker the more, with its number in it. `told`: title and address."""
    most = max(values.values(), default=0)
    step, room = (WIDTH - _LEFT) / len(columns), 34
    marks = []
    for row in range(len(rows)):
        for column in range(len(columns)):
            value = values.get((row, column), 0)
            title, url = told.get((row, column), ("", ""))
            x, y = _LEFT + column * step, _TOP + 16 + row * room
            marks.append(
                Mark(
                    _at(x + 1), _at(y + 1), _at(step - 2), _at(room - 2), f"h{shade(value, most)}", title, url,
                    str(value) if value else "", _at(x + step / 2), _at(y + room / 2 + 4),
                )
            )  # fmt: skip
    labels = [Label(_at(_LEFT - 8), _at(_TOP + 16 + n * room + 21), words, "end") for n, words in enumerate(rows)]
    labels += [Label(_at(_LEFT + (n + 0.5) * step), _at(_TOP + 8), words) for n, words in enumerate(columns)]
    return Chart(name, _at(_TOP + 20 + len(rows) * room), marks, labels, [])


def shade(value: float, most: float) -> int:
    """0: nothing; SHADES: the most."""
    return -(-int(value * SHADES) // int(most)) if value and most else 0


def rounded_up(top: float) -> float:
    """The next round number, halves of which are whole: 2, 4, 10, 20, 40, 100 …"""
    scale = 1.0
    while True:
        for step in _STEPS:
            if step * scale * 2 >= top:
                return step * scale * 2
        scale *= 10


def _side(x: float) -> str:
    return "start" if x < WIDTH / 2 else "end"


def _short(words: str, most: int = 34) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _at(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
