"""A destination copied with all below it, and a flow without what belongs to one line alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeVar, cast

from menus.flow import Destination, Flow, Key, LineFile, Part, Prompt, Said, Transfer

F = TypeVar("F", bound=Flow)
P = TypeVar("P", bound=Part)

MAX_KEY: Final = 40
MAX_LABEL: Final = 100
_COPY: Final = re.compile(r" \(copy(?: \d+)?\)$")


def below(flow: Flow, key: str) -> tuple[str, ...]:
    """The destination and all below it that nothing else leads to, in the order of the flow: what is copied with it.
    What is shared with the rest of the line stays shared. Raises KeyError when the flow has no such destination."""
    leads = {one: set(_leads(here)) for one, here in flow.destinations.items()}
    own = _reached(leads, key) - {flow.start, flow.main, flow.operator} | {key}
    others = [one for one in leads if one not in own]
    while others:
        elsewhere = (leads[others.pop()] & own) - {key}
        own -= elsewhere
        others.extend(elsewhere)
    return tuple(one for one in flow.destinations if one in own)


def shared(flow: Flow, own: Collection[str]) -> tuple[str, ...]:
    """What those lead to beside themselves, in the order of the flow: their copies lead there too."""
    led_to = {to for one in own for to in _leads(flow.destinations[one])}
    return tuple(one for one in flow.destinations if one in led_to and one not in own)


def copied(flow: F, key: str) -> tuple[F, dict[str, str]]:
    """The flow with a copy of the destination and of all below it, and each copy's key by the key it is a copy of.
    The copies stand behind the last that was copied; they lead to each other, else where the originals lead; nothing
    leads to them yet. Raises KeyError when the flow has no such destination."""
    own = below(flow, key)
    keys: dict[str, str] = {}
    labels = {here.label for here in flow.destinations.values()}
    copies: dict[str, Destination] = {}
    for one in own:
        keys[one] = _new_key(one, {*flow.destinations, *keys.values()})
    for one in own:
        here = flow.destinations[one]
        label = _new_label(here.label, labels)
        labels.add(label)
        copies[keys[one]] = changed(_leading(here, keys), label=label)
    return changed(flow, destinations=_behind(flow.destinations, own[-1], copies)), keys


def flow_in(line_file: LineFile) -> Flow:
    """Without its numbers, as a draft or a version is, to be compared with one."""
    return Flow.model_construct(**{name: getattr(line_file, name) for name in Flow.model_fields})


def without_targets(flow: F) -> F:
    """Its transfers ring nobody, and show no number: whoever owns the copy says whom they ring."""
    there = {
        key: changed(here, targets=(), caller_id=None) if isinstance(here, Transfer) else here
        for key, here in flow.destinations.items()
    }
    return changed(flow, destinations=there)


def with_recordings(flow: F, paths: Mapping[str, str]) -> F:
    """Each recording at its new address; those that are not named stay where they are."""
    return changed(flow, **{name: _moved(getattr(flow, name), paths) for name in type(flow).model_fields})


def recordings(flow: Flow) -> set[str]:
    """The addresses of all that is played."""
    return set(_audio(flow))


def changed(part: P, **fields: Any) -> P:
    """The part with other values, which are taken to be sound; nothing that was worked out of the old ones stays."""
    kept: dict[str, Any] = {name: getattr(part, name) for name in type(part).model_fields}
    return cast("P", type(part).model_construct(**(kept | fields)))


# --- what leads where -------------------------------------------------------------------------------------------


def _leads(part: object) -> Iterator[str]:
    """The destinations that a part leads to, options that are switched off counted too."""
    if isinstance(part, Part):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if _is_way(part, name):
                yield from (value,) if value is not None else ()
            else:
                yield from _leads(value)
    elif isinstance(part, tuple):
        for inner in part:
            yield from _leads(inner)


def _leading(part: Any, keys: Mapping[str, str]) -> Any:
    """The same, leading to the copies where there are any."""
    if isinstance(part, tuple):
        return tuple(_leading(inner, keys) for inner in part)
    if not isinstance(part, Part):
        return part
    fields = {}
    for name in type(part).model_fields:
        value = getattr(part, name)
        fields[name] = keys.get(value, value) if _is_way(part, name) else _leading(value, keys)
    return changed(part, **fields)


def _is_way(part: Part, name: str) -> bool:
    return type(part).model_fields[name].annotation == (Key | None) and name != "schedule"


def _reached(leads: Mapping[str, Collection[str]], key: str) -> set[str]:
    leads[key]  # the destination is there
    seen, todo = {key}, [key]
    while todo:
        new = (set(leads[todo.pop()]) & leads.keys()) - seen
        seen |= new
        todo.extend(new)
    return seen


# --- names ------------------------------------------------------------------------------------------------------


def _new_key(key: str, taken: Collection[str]) -> str:
    stem = re.sub(r"-copy(-\d+)?$", "", key)
    n, tail = 1, "-copy"
    while (made := stem[: MAX_KEY - len(tail)].rstrip("-") + tail) in taken:
        n += 1
        tail = f"-copy-{n}"
    return made


def _new_label(label: str, taken: Collection[str]) -> str:
    stem = _COPY.sub("", label)
    n, tail = 1, " (copy)"
    while (made := stem[: MAX_LABEL - len(tail)].rstrip() + tail) in taken:
        n += 1
        tail = f" (copy {n})"
    return made


def _behind(there: Mapping[str, Destination], last: str, copies: Mapping[str, Destination]) -> dict[str, Destination]:
    made: dict[str, Destination] = {}
    for key, here in there.items():
        made[key] = here
        if key == last:
            made |= copies
    return made


# --- recordings -------------------------------------------------------------------------------------------------


def _audio(value: object) -> Iterator[str]:
    match value:
        case Said():
            yield from (value.audio,) if value.audio else ()
        case Prompt():
            for said in value.root.values():
                yield from _audio(said)
        case Transfer() if value.ringback:
            yield value.ringback
            yield from _audio((value.prompt, value.whisper))
        case Part():
            for name in type(value).model_fields:
                yield from _audio(getattr(value, name))
        case tuple():
            for inner in value:
                yield from _audio(inner)
        case dict():
            for inner in value.values():
                yield from _audio(inner)


def _moved(value: Any, paths: Mapping[str, str]) -> Any:
    match value:
        case Said():
            return changed(value, audio=paths.get(value.audio, value.audio))
        case Prompt():
            return Prompt.model_construct(root={key: _moved(said, paths) for key, said in value.root.items()})
        case Transfer():
            moved = changed(value, **{name: _moved(getattr(value, name), paths) for name in ("prompt", "whisper")})
            return changed(moved, ringback=paths.get(value.ringback, value.ringback))
        case Part():
            return changed(value, **{name: _moved(getattr(value, name), paths) for name in type(value).model_fields})
        case tuple():
            return tuple(_moved(inner, paths) for inner in value)
        case dict():
            return {key: _moved(inner, paths) for key, inner in value.items()}
        case _:
            return value
