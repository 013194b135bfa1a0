"""How wide words are, near enough to know where a line of them must end."""

from __future__ import annotations

from typing import Final
from unicodedata import combining, east_asian_width

_NARROW: Final = frozenset("iljtfrI.,:;'’|!()[] “”\"")
_BROAD: Final = frozenset("mwMW@%—…→↩")


def width(words: str, size: float) -> float:
    """In pixels, in the admin's own letters of that height; rather too much than too little."""
    return sum(map(_share, words)) * size


def fit(words: str, size: float, room: float) -> str:
    """The words, or so much of their beginning as there is room for."""
    if width(words, size) <= room:
        return words
    kept = words
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(words: str, size: float, room: float, most: int) -> list[str]:
    """In at most so many lines."""
    lines: list[str] = []
    rest = words.split()
    while rest and len(lines) < most - 1:
        line = rest.pop(0)
        while rest and width(f"{line} {rest[0]}", size) <= room:
            line = f"{line} {rest.pop(0)}"
        lines.append(fit(line, size, room))
    return [*lines, fit(" ".join(rest), size, room)] if rest else lines


def _share(letter: str) -> float:
    if combining(letter):
        return 0.0
    if letter in _NARROW:
        return 0.36
    if letter in _BROAD or east_asian_width(letter) in "WF":
        return 1.02
    return 0.74 if letter.isupper() else 0.6
