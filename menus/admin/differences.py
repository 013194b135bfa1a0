"""What differs between two flows of a line, as a list that staff can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from menus import flow
from menus.models import Kind

KINDS: Final = dict(Kind.choices)
_OF_LINE: Final = {
    "name": "name",
    "timezone": "time zone",
    "languages": "languages",
    "start": "start",
    "main": "main menu",
    "operator": "operator",
    "house_keys": "the line's own keys",
    "max_call_minutes": "longest call",
    "phrases": "usual phrases",
}


class Difference(NamedTuple):
    change: str
    """`added`, `removed` or `changed`."""
    what: str
    """Menu “Main”."""
    parts: str = ""
    """What of it, for a change: prompt, options."""


def differences(before: flow.Flow, after: flow.Flow) -> list[Difference]:
    """The line first, then schedules, then destinations in the order of the flow."""
    old, new = flow.plain(before), flow.plain(after)
    found = [Difference("changed", "The line", parts)] if (parts := _parts(old, new, _OF_LINE)) else []
    found += _members(old.get("schedules", {}), new.get("schedules", {}))
    found += _members(old.get("destinations", {}), new.get("destinations", {}))
    if not found and old != new:
        found.append(Difference("changed", "The order of destinations"))
    return found


def _members(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key, member in new.items():
        if key not in old:
            yield Difference("added", _named(member))
        elif member != old[key]:
            yield Difference("changed", _named(member), _parts(old[key], member))
    yield from (Difference("removed", _named(member)) for key, member in old.items() if key not in new)


def _named(member: Mapping[str, Any]) -> str:
    kind = KINDS[member["kind"]] if "kind" in member else "Schedule"
    return f"{kind} “{member.get('label') or member.get('name')}”"


def _parts(old: Mapping[str, Any], new: Mapping[str, Any], words: Mapping[str, str] | None = None) -> str:
    names = words or {name: _in_words(name) for name in [*new, *(name for name in old if name not in new)]}
    return ", ".join(word for name, word in names.items() if old.get(name) != new.get(name))


def _in_words(name: str) -> str:
    words = {"no_input": "when nothing is pressed", "no_match": "on a wrong key", "without": "the line's own keys here"}
    return words.get(name, name.replace("_", " "))
