"""A line as a YAML file: read with every fault named by line, and written so that people can read it. Pure.

JSON is YAML and is read too. Of YAML's own guesses only null, true / false and whole numbers are kept: `no` is
Norwegian, `12-25` a day, `08:30` a time and `007` three digits, not what YAML 1.1 would make of them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from typing import Any, Final

import yaml
from pydantic import BaseModel, ValidationError

from menus import flow
from menus.faults import MAX_FAULTS, Fault, Path, cut, faults, in_words
from menus.flow import LineFile

MAX_BYTES: Final = 1 << 20
MAX_NODES: Final = 100_000
"""Values in one file, aliases counted as often as they are used."""
MAX_DEPTH: Final = 30

_WORDS: Final = {"null": None, "Null": None, "NULL": None, "~": None, "": None} | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_INT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_JSON_PAIR: Final = re.compile(r"\\\\|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LineFileError(ValueError):
    """The file is not a line; `faults` says why, in the order of the file."""

    def __init__(self, *found: Fault, more: int = 0) -> None:
        ordered = sorted(found, key=lambda fault: fault.line)
        if more := more + len(ordered[MAX_FAULTS:]):
            last = ordered[:MAX_FAULTS][-1].line
            ordered[MAX_FAULTS:] = [Fault(last, "", f"there are {more} more faults", "mend these first")]
        self.faults = tuple(ordered)
        super().__init__("\n".join(f"line {fault.line}: {fault}" for fault in self.faults))


def read_yaml(text: str | bytes) -> LineFile:
    """The line in a file. Raises LineFileError."""
    root = _read_tree(_decode(text))
    if not isinstance(root.value, dict):
        raise LineFileError(Fault(root.line, "", "this is not a line", "begin with format: 1 and name: …"))
    try:
        line_file = LineFile.model_validate(root.value)
    except ValidationError as error:
        found = [replace(fault, line=root.line_of(path)) for path, fault in faults(error, root.value)]
        raise LineFileError(*found, more=max(0, error.error_count() - MAX_FAULTS)) from None
    if astray := list(_astray(line_file)):
        raise LineFileError(*(replace(fault, line=root.line_of(path)) for path, fault in astray))
    return line_file


# --- the tree, with its lines -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Node:
    value: Any
    line: int
    inner: dict[str | int, _Node] = field(default_factory=dict)
    key_lines: dict[str | int, int] = field(default_factory=dict)
    size: int = 1
    depth: int = 1

    def add(self, key: str | int, node: _Node, line: int) -> None:
        self.inner[key], self.key_lines[key] = node, line
        self.size += node.size
        self.depth = max(self.depth, node.depth + 1)
        if self.size > MAX_NODES or self.depth > MAX_DEPTH:
            raise LineFileError(Fault(line, "", "the file holds too much", "split it into several lines"))

    def line_of(self, path: Path) -> int:
        node, line = self, self.line
        for part in path:
            line, node = node.key_lines[part], node.inner[part]
        return line


class _Builder:
    def __init__(self, text: str) -> None:
        self.events = yaml.parse(text, Loader=_Loader)
        self.anchors: dict[str, _Node] = {}

    def node(self, event: Any, depth: int = 1) -> _Node:
        line = _line(event)
        if depth > MAX_DEPTH:
            raise LineFileError(
                Fault(line, "", "the file is nested too deeply", "see what manage.py flow_schema prints")
            )
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise LineFileError(
                    Fault(line, "", f"“*{cut(str(event.anchor))}” stands for nothing", 'put * in quotes: "*"')
                )
            return self.anchors[event.anchor]
        if event.tag not in (None, "!"):
            raise LineFileError(Fault(line, "", f"“{cut(str(event.tag))}” is not used here", "remove it"))
        match event:
            case yaml.MappingStartEvent():
                made = self.mapping(line, depth)
            case yaml.SequenceStartEvent():
                made = self.sequence(line, depth)
            case _:
                made = _Node(_scalar(event), line)
        if event.anchor:
            self.anchors[event.anchor] = made
        return made

    def mapping(self, line: int, depth: int) -> _Node:
        made = _Node({}, line)
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            at = _line(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise LineFileError(Fault(at, "", "a name must be a word", "write it like label: Front desk"))
            if event.value in made.value:
                first = made.key_lines[event.value]
                raise LineFileError(
                    Fault(
                        at,
                        "",
                        f"“{cut(event.value)}” stands here twice (first in line {first})",
                        "keep one of them",
                    )
                )
            node = self.node(next(self.events), depth + 1)
            made.value[event.value] = node.value
            made.add(event.value, node, at)
        return made

    def sequence(self, line: int, depth: int) -> _Node:
        made = _Node([], line)
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            node = self.node(event, depth + 1)
            made.add(len(made.value), node, _line(event))
            made.value.append(node.value)
        return made


def _line(event: Any) -> int:
    at: int = event.start_mark.line
    return at + 1


def _scalar(event: Any) -> Any:
    text: str = event.value
    if bad := _CONTROL.search(text):
        line = _line(event)
        raise LineFileError(Fault(line, "", f"the character U+{ord(bad[0]):04X} cannot be spoken or kept", "remove it"))
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INT.fullmatch(text) else text


def _decode(text: str | bytes) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        raise LineFileError(Fault(1, "", "the file is larger than 1 MiB", "split it into several lines"))
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        raise LineFileError(Fault(at, "", "the file is not UTF-8 text", "save it as UTF-8")) from None
    return _as_yaml(decoded) if decoded.lstrip()[:1] == "{" else decoded


def _as_yaml(text: str) -> str:
    """JSON lets tabs indent and writes 😀 as two escapes; YAML does neither."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _JSON_PAIR.sub(_joined, text.replace("\t", " "))


def _joined(found: re.Match[str]) -> str:
    if not found[1]:
        return found[0]
    return bytes.fromhex(found[1] + found[2]).decode("utf-16-be")


def _read_tree(text: str) -> _Node:
    try:
        builder = _Builder(text)
        next(builder.events)
        if isinstance(next(builder.events), yaml.StreamEndEvent):
            raise LineFileError(Fault(1, "", "the file is empty", "begin with format: 1 and name: …"))
        root = builder.node(next(builder.events))
        next(builder.events)
        if not isinstance(after := next(builder.events), yaml.StreamEndEvent):
            at = _line(after)
            raise LineFileError(Fault(at, "", "a second document begins here", "keep one line to a file"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        cure = "look at this line and the one before: indents, colons, quotes; * and # need quotes"
        raise LineFileError(
            Fault(mark.line + 1 if mark else 1, "", f"this is not YAML ({error.problem})", cure)
        ) from None
    except yaml.YAMLError as error:  # a character that YAML does not take
        at = text.count("\n", 0, getattr(error, "position", 0)) + 1
        raise LineFileError(Fault(at, "", "a character here is not text", "remove it")) from None
    return root


# --- what leads nowhere, or stands twice ------------------------------------------------------------------------


def _astray(line: LineFile) -> Iterator[tuple[Path, Fault]]:
    """Keys that lead to nothing in the file, and names that stand twice: rows could not hold them."""
    languages = tuple(language.key for language in line.languages)
    for path, part in _parts(line, ()):
        if isinstance(part, flow.Prompt):
            yield from _unknown(path, dict.fromkeys(part.root), languages, "the languages")
            continue
        for name, among in _leading(type(part)).items():
            if (key := getattr(part, name)) is None:
                continue
            known = languages if among == "languages" else getattr(line, among)
            yield from _unknown((*path, name), key, known, f"the {among}")
    yield from _twice(("languages",), languages, "key")
    yield from _twice(("numbers",), line.numbers)
    for key, here in line.destinations.items():
        if isinstance(here, flow.Menu):
            yield from _twice(("destinations", key, "options"), tuple(option.key for option in here.options), "key")
        if isinstance(here, flow.Branch):
            yield from _twice(("destinations", key, "rules"), tuple(rule.key for rule in here.rules), "key")


@cache
def _leading(model: type[BaseModel]) -> dict[str, str]:
    """The fields that name something of the line, and among what it has to stand."""
    found = {}
    for name, info in model.model_fields.items():
        if info.annotation == (flow.LanguageKey | None):
            found[name] = "languages"
        elif info.annotation == (flow.Key | None) or (model, name) == (flow.Promise, "reaches"):
            found[name] = "schedules" if name == "schedule" else "destinations"
    return found


def _parts(part: object, path: Path) -> Iterator[tuple[Path, BaseModel]]:
    """Each model within, with its place in the file."""
    if isinstance(part, BaseModel):
        yield path, part
        if not isinstance(part, flow.Prompt):
            for name in type(part).model_fields:
                yield from _parts(getattr(part, name), (*path, name))
    elif isinstance(part, tuple):
        for index, inner in enumerate(part):
            yield from _parts(inner, (*path, index))
    elif isinstance(part, dict):
        for key, inner in part.items():
            yield from _parts(inner, (*path, key))


def _unknown(path: Path, keys: str | dict[str, Any], known: Any, where: str) -> Iterator[tuple[Path, Fault]]:
    for key in (keys,) if isinstance(keys, str) else keys:
        if key not in known:
            at = path if isinstance(keys, str) else (*path, key)
            there = ", ".join(islice(known, 12)) or "none"
            yield (
                at,
                Fault(
                    0,
                    in_words(at),
                    f"“{key}” is not among {where} of this file",
                    f"use one of these: {there}",
                ),
            )


def _twice(path: Path, keys: tuple[str, ...], name: str = "") -> Iterator[tuple[Path, Fault]]:
    counts = Counter(keys)
    for index, key in enumerate(keys):
        if counts[key] > 1 and key in keys[:index]:
            at = (*path, index, name) if name else (*path, index)
            yield at, Fault(0, in_words(at), f"“{key}” stands here twice", "give each its own")


# --- writing ----------------------------------------------------------------------------------------------------


def write_yaml(line: LineFile) -> str:
    """The line as a file, in the flow's own order, its numbers at the top."""
    plain = flow.plain(line)
    first = {name: plain.pop(name) for name in ("format", "name", "numbers") if name in plain}
    text: str = yaml.dump(
        first | plain,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=100,
    )
    return text


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented below their name."""
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _list(dumper: _Dumper, items: list[Any]) -> yaml.Node:
    short = all(isinstance(item, str) for item in items) and sum(map(len, items)) < 60
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=short)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
