"""What differs between two flows of a line, in sentences that staff can read: what it means for callers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import count
from typing import Final, NamedTuple

from menus.flow import Destination, Flow, Promise, Schedule, plain
from menus.impact.fields import differing
from menus.impact.names import KINDS, MEMBERS
from menus.impact.said import Both, Found, Sort, another_order

__all__ = ["About", "Change", "Sort", "changes"]


class About(StrEnum):
    LINE = "line"
    PROMISE = "promise"
    SCHEDULE = "schedule"
    DESTINATION = "destination"


class Change(NamedTuple):
    place: str
    """Key of the destination or schedule; empty: the line itself, or a promise."""
    option: str
    """Key of the option or rule; empty: it is about none."""
    words: str
    """“key 3 now goes to Permits, was Parking.”"""
    kind: Sort
    about: About
    where: str
    """What staff call the place: “Main menu”; empty: the line itself."""

    @property
    def sentence(self) -> str:
        """With the place, where the words do not name it: “Main menu: key 3 now goes to Permits, was Parking.”"""
        named = self.kind in (Sort.NEW, Sort.GONE) and not self.option
        return self.words if named or not self.where else f"{self.where}: {self.words}"


_ONLY_WRITTEN: Final = "It is written down in another way; callers hear and press the same."


def changes(before: Flow, after: Flow) -> list[Change]:
    """The line first, then promises, schedules and destinations in the order of the flow; none: they are equal."""
    found = [*_changes(before, after)]
    if not found and plain(before) != plain(after):
        found.append(Change("", "", _ONLY_WRITTEN, Sort.OTHER, About.LINE, ""))
    return found


def _changes(before: Flow, after: Flow) -> Iterator[Change]:
    both = Both(before, after)
    for words, kind, option in differing(both, before, after, leave_out=MEMBERS):
        yield Change("", option, words, kind, About.LINE, "")
    yield from _members(both, About.PROMISE, _promises(both, before), _promises(both, after))
    yield from _members(both, About.SCHEDULE, before.schedules, after.schedules)
    yield from _members(both, About.DESTINATION, before.destinations, after.destinations)


Member = Promise | Schedule | Destination


def _members(both: Both, about: About, old: Mapping[str, Member], new: Mapping[str, Member]) -> Iterator[Change]:
    def change(key: str, where: str, found: Found) -> Change:
        return Change("" if about is About.PROMISE else key, found.option, found.words, found.kind, about, where)

    for key, member in new.items():
        where = _where(both, key, member)
        if key not in old:
            yield change(key, where, Found(f"{_named(both, member)} is new.", Sort.NEW))
        else:
            yield from (change(key, where, found) for found in _changed(both, old[key], member))
    for key, member in old.items():
        if key not in new:
            yield change(key, _where(both, key, member), Found(f"{_named(both, member)} is removed.", Sort.GONE))
    if another_order(old, new):
        listed = ", ".join(_where(both, key, member) for key, member in new.items())
        yield Change("", "", f"The {about}s are in another order: {listed}.", Sort.OTHER, about, "")


def _changed(both: Both, old: Member, new: Member) -> Iterable[Found]:
    if type(old) is not type(new):
        return [Found(f"it is now a {_kind(new)}, was the {_named(both, old)}.", Sort.OTHER)]
    return differing(both, old, new)


def _promises(both: Both, flow: Flow) -> dict[str, Member]:
    """By name; a second one of that name counts as another."""
    found: dict[str, Member] = {}
    for promise in flow.promises:
        name = _promise(both, promise)
        found[next(key for n in count() if (key := f"{name} {n}") not in found)] = promise
    return found


def _promise(both: Both, promise: Promise) -> str:
    return promise.label or f"to {both.place(promise.reaches)}"


def _where(both: Both, key: str, member: Member) -> str:
    match member:
        case Promise():
            return f"Promise “{_promise(both, member)}”"
        case Schedule():
            return member.name or key
        case _:
            return member.label or key


def _named(both: Both, member: Member) -> str:
    match member:
        case Promise():
            return _where(both, "", member)
        case Schedule():
            return f"Schedule “{member.name}”"
        case _:
            return f"{_kind(member).capitalize()} “{member.label}”"


def _kind(member: Member) -> str:
    return KINDS.get(getattr(member, "kind", ""), "schedule")
