"""What differs between two flows of a line, as a list that staff can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from django.core.exceptions import FieldDoesNotExist

from menus import flow
from menus.draft import MODELS, PARTS
from menus.draft.columns import column_of
from menus.models import Kind

_PROMISE: Final = "promise"
KINDS: Final = dict(Kind.choices) | {_PROMISE: "Promise"}
_OF_LINE: Final = {
    "timezone": "time zone",
    "main": "main menu",
    "house_keys": "the line's own keys",
    "max_call_minutes": "longest call",
    "remember_language_days": "how long the language is remembered",
    "type_ahead": "keying ahead",
    "phrases": "usual phrases",
}
_MEMBERS: Final = {"promises", "schedules", "destinations"}
_OF_MEMBER: Final = {
    "barge_in": "keying during the words",
    "finish_on_hash": "ending with #",
    "prompt": "prompt",
    "without": "the line's own keys here",
    "source": "where it looks",
    "values": "values that it brings back",
    "low": "bounds",
    "high": "bounds",
    "allowed": "entries taken",
    "speech": "speaking",
    "confirm_below": "when a spoken choice is asked back",
    "window_hours": "length of the times",
    "notice_minutes": "how soon it may be",
    "first_wait_seconds": "wait for the first key",
    "switch": "what it sets",
}
_OF_PROMISE: Final = {
    "reaches": "where it leads",
    "max_keys": "keys",
    "max_seconds": "seconds",
    "when": "at which hours",
    "except_lists": "who is excepted",
}
_NOTHING_PRESSED: Final = {"menu": "when nothing is pressed", "collect": "when nothing is keyed"}
_WRONG: Final = {"menu": "on a wrong key", "collect": "on a wrong entry"}


class Difference(NamedTuple):
    change: str
    """`added`, `removed` or `changed`."""
    what: str
    """Menu “Main”."""
    parts: str = ""
    """What of it, for a change: prompt, options."""


def differences(before: flow.Flow, after: flow.Flow) -> list[Difference]:
    """The line first, then promises, schedules and destinations in the order of the flow."""
    old, new = flow.plain(before), flow.plain(after)
    found = [Difference("changed", "The line", parts)] if (parts := _parts(old, new, _of_line)) else []
    found += _members(_promises(old), _promises(new))
    found += _members(old.get("schedules", {}), new.get("schedules", {}))
    found += _members(old.get("destinations", {}), new.get("destinations", {}))
    if not found and old != new:
        moved = "promises" if old.get("promises") != new.get("promises") else "destinations"
        found.append(Difference("changed", f"The order of {moved}"))
    return found


def _promises(flow: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By name, as a member of the flow; a second one of that name counts as another."""
    found: dict[str, dict[str, Any]] = {}
    for promise in flow.get("promises", ()):
        label = promise.get("label") or f"to {_label(flow, promise['reaches'])}"
        same = sum(other["label"] == label for other in found.values())
        found[f"{label} {same}"] = promise | {"kind": _PROMISE, "label": label}
    return found


def _label(flow: Mapping[str, Any], key: str) -> str:
    return str(flow.get("destinations", {}).get(key, {}).get("label") or key)


def _members(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key, member in new.items():
        if key not in old:
            yield Difference("added", _named(member))
        elif member != old[key]:
            words = partial(_of_member, member.get("kind", ""))
            yield Difference("changed", _named(member), _parts(old[key], member, words))
    yield from (Difference("removed", _named(member)) for key, member in old.items() if key not in new)


def _named(member: Mapping[str, Any]) -> str:
    kind = KINDS[member["kind"]] if "kind" in member else "Schedule"
    return f"{kind} “{member.get('label') or member.get('name')}”"


def _parts(old: Mapping[str, Any], new: Mapping[str, Any], words: Callable[[str], str]) -> str:
    names = [*new, *(name for name in old if name not in new)]
    return ", ".join(dict.fromkeys(words(name) for name in names if words(name) and old.get(name) != new.get(name)))


def _of_line(name: str) -> str:
    return "" if name in _MEMBERS else _OF_LINE.get(name, name.replace("_", " "))


def _of_member(kind: str, name: str) -> str:
    match name:
        case "no_input":
            return _NOTHING_PRESSED.get(kind, _NOTHING_PRESSED["menu"])
        case "no_match":
            return _WRONG.get(kind, _WRONG["menu"])
        case _ if kind == _PROMISE:
            return _OF_PROMISE.get(name, "")
        case _:
            return _OF_MEMBER.get(name) or _in_the_form(kind, name)


def _in_the_form(kind: str, name: str) -> str:
    """As the column of that name is called."""
    try:
        column = MODELS[kind]._meta.get_field(column_of(PARTS[kind], name))
        return str(getattr(column, "verbose_name", name))
    except (KeyError, FieldDoesNotExist):  # a schedule's, or rows of their own
        return name.replace("_", " ")
