"""Recorded calls: text files that staff can read. Played on a flow, they say what the line does differently now.

line tutorial                 a demo line's name, or the path of a line's file
from +44 7700 900123
at 2026-03-04 10:00           the line's local time

caller rings
  hears (en-GB) Welcome …     indented: what came of it; written anew by --write
caller presses 1
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from calls.script import DOABLE, read_doing, told
from calls.tryout import Doing, NotNow, Tryout, Turn
from menus.flow import Flow, LineFile
from menus.linefile import LineFileError, read_yaml
from menus.numbers import read_number

DEMO: Final = Path(__file__).resolve().parent.parent / "menus" / "demo"
DEFAULT_CALLER: Final = "+44 7700 900123"
HEADER: Final = ("line", "from", "to", "at")
_COMMENT: Final = re.compile(r"^\s*#.*|\s{2,}#(?: .*)?$")
"""A whole line, or after two blanks; the # of `presses 1#` is a key."""

_CURE: Final = "\n  ".join(["At the margin stands one of these; what comes of it is indented below it:", *DOABLE])


class ScriptFault(ValueError):
    """The file is no recorded call; the message gives its lines, the faults and the cures."""


class Recorded(NamedTuple):
    name: str
    """The file, for messages."""
    text: str
    header: dict[str, str]
    doings: dict[int, Doing]
    """What is done, by the number of its line in `text`, from 0."""


class Played(NamedTuple):
    text: str
    """The recorded call as it is now."""
    turns: list[Turn]
    faults: list[str]
    """What could not be done, because the call stood somewhere else."""


def read(text: str, name: str) -> Recorded:
    """Raises ScriptFault."""
    header: dict[str, str] = {}
    doings: dict[int, Doing] = {}
    faults: list[str] = []
    for number, line in enumerate(_tidy(text)):
        words = _COMMENT.sub("", line).strip()
        if not words or line.startswith(" "):
            continue
        word, _, rest = words.partition(" ")
        if word in HEADER and not doings:
            header[word] = rest.strip()
        elif (doing := read_doing(words)) is not None:
            doings[number] = doing
        else:
            faults.append(f"{name}:{number + 1}: “{words}” is nothing that happens in a call.")
    if not doings and not faults:
        faults.append(f"{name}: nothing happens in it.")
    if faults:
        raise ScriptFault("\n".join([*faults, _CURE]))
    return Recorded(name, "\n".join(_tidy(text)) + "\n", header, doings)


def _tidy(text: str) -> list[str]:
    """No blanks at the ends; what came of something is indented by two."""
    lines = [line.rstrip().replace("\t", "  ") for line in text.strip("\n").splitlines()]
    return [f"  {line.strip()}" if line.startswith(" ") else line for line in lines]


# --- whose call, and when ---------------------------------------------------------------------------------------


def line_of(recorded: Recorded) -> LineFile:
    """The line that the call's first lines name. Raises ScriptFault."""
    named = recorded.header.get("line", "")
    if not named:
        raise ScriptFault(f"{recorded.name}: it does not say whose call it is. Write “line tutorial” at its top.")
    path = Path(recorded.name).parent / named if "/" in named or "." in named else DEMO / f"{named}.yaml"
    try:
        return read_yaml(path.read_bytes())
    except OSError as error:
        known = ", ".join(sorted(found.stem for found in DEMO.glob("*.yaml")))
        fault = f"{recorded.name}: the line “{named}” cannot be read from {path}: {error.strerror}."
        raise ScriptFault(f"{fault} The demo lines are: {known}; or write the path of a line's file.") from None
    except LineFileError as error:
        raise ScriptFault("\n".join(f"{path}:{fault.line}: {fault}" for fault in error.faults)) from None


def read_time(text: str, zone: ZoneInfo) -> datetime:
    """`2026-03-04 10:00`, in the line's zone unless it has an offset. Raises ValueError, in words for staff."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no time; write it like 2026-03-04 10:00, or 2026-03-04T10:00-05:00") from None
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


# --- playing ----------------------------------------------------------------------------------------------------


def play(recorded: Recorded, flow: Flow, dialled: str = "") -> Played:
    """Do what the recorded call does, on this flow. Raises ScriptFault when its first lines cannot be read."""
    tryout = begin(recorded, flow, dialled)
    lines: list[str] = []
    faults: list[str] = []
    for number, line in enumerate(recorded.text.splitlines()):
        if line.startswith(" "):
            continue
        lines.append(line)
        if number in recorded.doings:
            try:
                turn = tryout.do(recorded.doings[number])
                lines += [f"  {said}" for said in told(turn, tryout.answer(turn))]
            except NotNow as fault:
                faults.append(f"{recorded.name}:{number + 1}: {line.strip()}: {fault}.")
                lines.append(f"  cannot be done: {fault}")
    return Played("\n".join(lines) + "\n", tryout.turns, faults)


def begin(recorded: Recorded, flow: Flow, dialled: str) -> Tryout:
    """The call before anything is done. Raises ScriptFault."""
    header = recorded.header
    try:
        caller = read_number(header.get("from", DEFAULT_CALLER))
        dialled = read_number(header["to"]) if "to" in header else dialled
        at = read_time(header.get("at", ""), ZoneInfo(flow.timezone))
    except ValueError as fault:
        raise ScriptFault(f"{recorded.name}: {fault}.") from None
    return Tryout(flow, caller, dialled, at)


def difference(recorded: Recorded, played: Played) -> list[str]:
    """What the line does differently now, as a diff for people; empty when it does the same."""
    if recorded.text == played.text:
        return []
    diff = difflib.unified_diff(recorded.text.splitlines(), played.text.splitlines(), n=3, lineterm="")
    return [f"{recorded.name}: the line does something else now (- as recorded, + as it is now)", *_hunks(diff)]


def _hunks(diff: Iterator[str]) -> Iterator[str]:
    for line in list(diff)[2:]:
        where = re.match(r"@@ -(\d+)", line)
        yield f"line {where[1]}:" if where else f"  {line}"
