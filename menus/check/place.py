"""How long the sealed place of a caller can become: it travels in the address of the next webhook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import Final

from menus.dialogue import TRAIL_KEPT
from menus.flow import MAX_FOUND_BYTES, Callback, Collect, Flow, Menu

from .facts import longest_value
from .finding import Finding, Rule, Spot, listed

MAX_PLACE: Final = 1500
"""Characters of a sealed place."""
_FROM_OUTSIDE: Final = 64
"""Characters of a call's id, of the caller and of the number dialled, each."""
_PRESSED: Final = 10
_FRAME: Final = 130
"""Characters for the version, the clocks, counters and numbers, and for the brackets around all."""
_QUOTED: Final = len('"",')
_NAMED: Final = len('"":"",')
_PHASE: Final = len("confirm")
_SEAL: Final = 16


def longest_place(flow: Flow) -> int:
    """At most so many characters has the sealed place of a call in this flow. Errs upwards."""
    plain = (
        _FRAME
        + _FROM_OUTSIDE
        + _QUOTED
        + _longest(flow.destinations)
        + _longest(flow.schedules)
        + _longest(flow.by_language)
        + _came_through(flow)
        + sum(len(name) + length + _NAMED for name, length in longest_values(flow).items())
        + (MAX_FOUND_BYTES if flow.looked_up else 0)
        + _PHASE
        + _QUOTED
        + max(map(_entry, flow.destinations.values()), default=0)
        + _QUOTED
        + (_longest(flow.by_language) if flow.remember_language_days else _QUOTED)
        + sum(len(key) + _QUOTED for key in flow.lists)
    )
    return -(-(plain + _SEAL) * 4 // 3)


def longest_values(flow: Flow) -> dict[str, int]:
    """The bytes of each value that a call keeps, at most; what is looked up has a bound for all together."""
    values = {"caller": _FROM_OUTSIDE, "dialled": _FROM_OUTSIDE, "pressed": _PRESSED}
    values |= dict.fromkeys(flow.looked_up.keys() - values.keys(), 0)
    for here in flow.destinations.values():
        if isinstance(here, Collect):
            values[here.value] = max(values.get(here.value, 0), longest_value(here))
    return values


def _came_through(flow: Flow) -> int:
    menus = {key: here for key, here in flow.destinations.items() if isinstance(here, Menu)}
    greeting = [key for key, here in menus.items() if here.greeting]
    return sum(len(key) + _QUOTED for some in (menus, greeting) for key in nlargest(TRAIL_KEPT, some, key=len))


def _entry(here: object) -> int:
    """What waits to be confirmed there."""
    match here:
        case Collect():
            return longest_value(here) if here.read_back and not here.is_sensitive else 0
        case Callback():
            return _FROM_OUTSIDE
        case Menu():
            return max((len(option.key) for option in here.options if here.speech), default=0)
        case _:
            return 0


def _longest(keys: Iterable[str]) -> int:
    return max(map(len, keys), default=0) + _QUOTED


def place_faults(flow: Flow, spot: Spot) -> Iterator[Finding]:
    length = longest_place(flow)
    if length <= MAX_PLACE:
        return
    longest = listed([f"“{key}”" for key in nlargest(3, flow.destinations, key=len)])
    cure = f"shorten the longest keys of {spot.name}, such as {longest}"
    if names := sorted({*flow.collected, *flow.looked_up}):
        values = listed([f"“{name}”" for name in names])
        cure += f", or let it keep fewer values (it keeps {values})"
    yield spot.finding(
        Rule.PLACE_TOO_LONG,
        f"a caller's place in {spot.name} can take {length:,} characters, with its keys and values at their longest; "
        f"{MAX_PLACE:,} is the most",
        cure,
    )
