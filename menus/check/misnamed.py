"""A prompt that tells callers another key for an option than it has: “for billing, press 4”, while billing is 3."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from menus.flow import Language, Option
from menus.words.hearing import normalised

from .finding import Finding, Rule, Spot, called

_ENDS: Final = re.compile(r"[.!?;\n](?=\s|$)")
_FILLERS: Final = frozenset("for to the a an your our please about with of para con el la los las de su sus".split())


class Telling(NamedTuple):
    """Where a text tells callers to press a key."""

    key: str
    start: int
    end: int


def misnamed(
    text: str, tellings: Sequence[Telling], options: list[Option], language: Language, spot: Spot
) -> Iterator[Finding]:
    names = [(name, option) for option in options for name in _names(option, language.key)] if tellings else []
    for key, clause in _clauses(text, tellings):
        named = {option.key: option for option in _named(_words(clause, language.key), names)}
        option = next(iter(named.values())) if len(named) == 1 else None
        if option and option.digits != key:
            name = option.label or option.key
            yield spot.finding(
                Rule.KEY_MISNAMED,
                f"{spot.part} in {called(language)} tells callers to press {key} for “{name}”, which is key "
                f"{option.digits}",
                f"say key {option.digits} for “{name}” in {spot.part}, or give the option key {key}",
            )


def _clauses(text: str, tellings: Sequence[Telling]) -> Iterator[tuple[str, str]]:
    """Each key with the words that belong to it: what stands before it in its sentence; where the sentence begins
    with the key, what stands behind it."""
    bounds = [0, *(end.end() for end in _ENDS.finditer(text)), len(text)]
    for begins, ends in pairwise(bounds):
        inside = [telling for telling in tellings if begins <= telling.start < ends]
        key_first = bool(inside) and not text[begins : inside[0].start].strip()
        for n, (key, start, end) in enumerate(inside):
            if key_first:
                yield key, text[end : inside[n + 1].start if n + 1 < len(inside) else ends]
            else:
                yield key, text[inside[n - 1].end if n else begins : start]


def _named(heard: str, names: list[tuple[str, Option]]) -> list[Option]:
    """The options that are named there; of names that hold each other, the longest."""
    found = [(len(name), option) for name, option in names if name and name in heard]
    longest = max((length for length, _ in found), default=0)
    return [option for length, option in found if length == longest]


def _names(option: Option, language: str) -> Iterator[str]:
    said = option.words.get(language)
    for name in (option.label, said.text if said else ""):
        if not name.strip().isdecimal():
            yield _words(name, language)


def _words(text: str, language: str) -> str:
    """“ billing ”: words as they are compared, each with a space before it; small words do not count."""
    kept = [word for word in normalised(text, language) if word not in _FILLERS]
    return f" {' '.join(kept)} " if kept else ""
