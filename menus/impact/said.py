"""How places, values and prompts are said in a sentence about a change. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from menus.flow import Flow, Part, Prompt, Said
from menus.impact.names import ELSE, NAMES, NOT_TOLD, ORDINALS, UNITS
from menus.numbers import show_number

_SHOWN: Final = 160
"""Characters of a prompt that a sentence quotes."""
_BEFORE: Final = 40
"""Characters quoted before the first that differs."""
_NUMBERS: Final = ("number", "caller_id", "dialled")


class Sort(StrEnum):
    """What kind of change it is."""

    NEW = "new"
    GONE = "gone"
    GOES = "goes"
    """A call goes another way."""
    SAYS = "says"
    OTHER = "other"


class Found(NamedTuple):
    words: str
    kind: Sort = Sort.OTHER
    option: str = ""


class Both(NamedTuple):
    """The two flows, for the names of what they hold."""

    before: Flow
    after: Flow

    def place(self, key: str | None, field: str = "") -> str:
        if not key:
            return ELSE.get(field, "nowhere")
        here = self.after.destinations.get(key) or self.before.destinations.get(key)
        return here.label or key if here else key

    def places(self, new: str | None, old: str | None, field: str = "") -> tuple[str, str]:
        """Where it goes and went; by their keys too, where the names do not tell them apart."""
        names = self.place(new, field), self.place(old, field)
        return names if names[0] != names[1] else (f"{names[0]} ({new or 'none'})", f"{names[1]} ({old or 'none'})")

    def language(self, key: str | None) -> str:
        if not key:
            return "none"
        here = self.after.by_language.get(key) or self.before.by_language.get(key)
        return here.name or key if here else key

    def spoken(self, key: str) -> str:
        """“ in English”; nothing where the line speaks one language only."""
        one = {*self.after.by_language, *self.before.by_language, key} == {key}
        return "" if one else f" in {self.language(key)}"

    def schedule(self, key: str | None) -> str:
        here = self.after.schedules.get(key or "") or self.before.schedules.get(key or "")
        return here.name if here else key or "none"


def another_order(old: Collection[Any], new: Collection[Any]) -> bool:
    """Whether what both hold stands in another order."""
    return [one for one in old if one in new] != [one for one in new if one in old]


# --- prompts ----------------------------------------------------------------------------------------------------


def prompts(both: Both, name: str, old: Prompt, new: Prompt, option: str = "") -> Iterator[Found]:
    for language in dict.fromkeys([*new.root, *old.root]):
        was, now = old.get(language), new.get(language)
        if was != now:
            yield Found(_says(f"{name}{both.spoken(language)}", was, now), Sort.SAYS, option)


def _says(what: str, was: Said | None, now: Said | None) -> str:
    if now is None:
        return f"{what} is gone, was {_quoted(was)}."
    if was is None:
        return f"{what} says {_quoted(now)}, was silent."
    if was.audio or now.audio:
        return f"{what} says {_quoted(now)}, was {_quoted(was)}."
    begin = _same_beginning(was.text, now.text)
    return f"{what} says “{_part(now.text, begin)}”, was “{_part(was.text, begin)}”."


def _quoted(said: Said | None) -> str:
    if said is None:
        return "silent"
    if not said.audio:
        return f"“{_part(said.text, 0)}”"
    seconds = f", {said.seconds:g} seconds" if said.seconds else ""
    words = f" “{_part(said.text, 0)}”" if said.text else ""
    return f"the recording{words} ({said.audio}{seconds})"


def _same_beginning(one: str, other: str) -> int:
    """Where what is quoted begins: shortly before the first character that differs."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return 0 if same <= 2 * _BEFORE else one.rfind(" ", 0, same - _BEFORE) + 1


def _part(text: str, begin: int) -> str:
    cut = text[begin : begin + _SHOWN]
    return f"{'… ' if begin else ''}{cut}{'…' if begin + _SHOWN < len(text) else ''}"


# --- values -----------------------------------------------------------------------------------------------------


def value(name: str, given: Any) -> str:
    match given:
        case None | "" | () | {}:
            return "none"
        case bool():
            return "yes" if given else "no"
        case StrEnum():
            return given.value.replace("_", " ") or "none"
        case int():
            return _with_unit(name, given)
        case str():
            return show_number(given) if name in _NUMBERS else f"“{given}”"
        case tuple():
            return ", ".join(value(name, one) for one in given)
        case Part():
            return ", ".join(
                f"{NAMES.get(field, field)} {value(field, held)}" for field, held in given if field not in NOT_TOLD
            )
        case Mapping():
            return ", ".join(map(str, given))  # by their names only: they may hold what is not to be read aloud
    return str(given)


def _with_unit(name: str, given: int) -> str:
    unit = next((unit for unit in UNITS if name.endswith(unit)), "")
    if unit:
        return f"{given} {unit[:-1] if given == 1 else unit}"
    return f"{given} per cent" if name in ("percent", "confirm_below") else str(given)


def ordinal(n: int) -> str:
    """From 0: “first”."""
    return ORDINALS[n] if n < len(ORDINALS) else f"as number {n + 1}"
