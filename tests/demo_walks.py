"""The demo lines, loaded, and every way that a call can go through one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from calls.recorded import DEMO
from calls.rehearsal import Rehearsal
from menus.dialogue import (
    NOBODY,
    Answered,
    Caller,
    Deed,
    Dialled,
    Dip,
    Failed,
    Fate,
    Found,
    Heard,
    Keyed,
    Locked,
    NotFound,
    Recorded,
    Result,
    Silence,
    State,
    Step,
)
from menus.flow import Asked, Callback, Collect, LineFile, Menu, SaidAs, Transfer
from menus.linefile import read_yaml
from menus.step import begin, take

FOLDER: Final[Path] = DEMO
LINES: Final = {path.stem: read_yaml(path.read_bytes()) for path in sorted(FOLDER.glob("*.yaml"))}
CITY, CLINIC, BANK = (LINES[name] for name in ("mapleton-utilities", "riverbend-clinic", "harbor-credit-union"))

CALLER: Final = "12025550199"
LOTS: Final = {"A": 0, "B": 12}
"""Callers who come to the main menu A and B of the bank."""
RIGHT: Final = {
    "member": "482133#",
    "pin": "2468",
    "amount": "250#",
    "zip": "62105",
    "account_number": "4001002015",
    "street_number": "12#",
    "staff_number": "101",
    "staff_pin": "731946",
    "hours": "4#",
    "birth": "02291984",
    "last_four": "0142",
}
"""A right entry for the values that are more than one key."""
BEFORE_A_BRANCH: Final = frozenset({"member", "pin", "hours", "zip"})
"""Entries behind which the key pressed in the menu before decides."""


def ring(line: LineFile, at: datetime, *pressed: str, known: Caller = NOBODY) -> Step:
    """The call after these keys; time stands still, and look-ups are answered by the tables that ship."""
    call = Rehearsal(line, CALLER, line.numbers[0], at, folder=FOLDER, known=known, switches=())
    taken = take(line, begin(line, CALLER, line.numbers[0], at, known), Answered(), at, (), call.come_to)
    for keys in pressed:
        taken = take(line, taken.state, Keyed(keys), at, (), call.come_to)
    return taken


def at_any_hour(line: LineFile) -> Iterator[datetime]:
    """Each hour and half hour of four weeks with Thanksgiving, Christmas and both changes of the clocks."""
    for first in (date(2026, 3, 4), date(2026, 10, 28), date(2026, 11, 22), date(2026, 12, 20)):
        midnight = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(line.timezone))
        yield from (midnight + timedelta(minutes=30 * n) for n in range(7 * 48))


def walk(line: LineFile, begun: Step, at: datetime, keys: str = "0123456789*#") -> Iterator[tuple[State, Step]]:
    """Every step that callers can come to from there, with the state before it, by keys, entries, silence and
    unanswered calls, whatever look-ups come to.

    Places are told apart by where and in which language the caller is, how often silence or wrong keys have failed (not
    both in turn), and what was keyed where a branch asks for it.
    """
    todo, met = [begun.state], set()
    while todo:
        state = todo.pop()
        if not state.at or (state.no_input and state.no_match) or (place := _place(line, state)) in met:
            continue
        met.add(place)
        for heard in _can_be_heard(line, state, keys):
            for taken in _taken(line, state, heard, at):
                yield state, taken
                todo.append(taken.state)


def _place(line: LineFile, state: State) -> tuple[object, ...]:
    place = (state.at, state.language, state.no_input, state.no_match, state.target, state.phase, state.waited)
    here = line.destinations[state.at]
    decides = isinstance(here, Collect) and here.value in BEFORE_A_BRANCH
    return (*place, state.values.get("pressed") if decides else "", "account" in state.values)


def _taken(line: LineFile, state: State, heard: Heard, at: datetime) -> Iterator[Step]:
    """What comes of it; where something is looked up or switched, whatever that can come to."""
    asked: list[Deed] = []

    def found(deed: Deed) -> Result:
        asked.append(deed)
        return _found(deed)

    yield take(line, state, heard, at, (), found)
    if asked:
        for result in (NotFound(), Failed("for a test"), Locked()):
            yield take(line, state, heard, at, (), lambda _, result=result: result)  # type: ignore[misc]


def _found(deed: Deed) -> Found:
    wanted = deed.wanted if isinstance(deed, Dip) else ()
    return Found({one.value: "2026-03-05" if one.says is SaidAs.DATE else "A1001" for one in wanted})


def _can_be_heard(line: LineFile, state: State, keys: str) -> list[Heard]:
    match line.destinations[state.at]:
        case Menu():
            return [Silence(), *map(Keyed, keys)]
        case Collect(asks=Asked.YES_NO) as here:
            return [Silence(), Keyed("1"), Keyed("2"), Keyed("7")]
        case Collect() as here:
            return [Silence(), Keyed("2"), Keyed("1"), Keyed("*"), Keyed(RIGHT.get(here.value, "3"))]
        case Callback():
            return [Silence(), Keyed("1"), Keyed("2"), Keyed("8"), Keyed("2025550143#")]
        case Transfer():
            return [Dialled(Fate.BUSY)]
        case _:
            return [Recorded()]
