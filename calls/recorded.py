"""Recorded calls: text files that staff can read. Played on a flow, they say what the line does differently now.

line tutorial                 a demo line's name, or the path of a line's file
from +44 7700 900123
at 2026-03-04 10:00           the line's local time
remembered es                 these four may be left out: the language of an earlier call,
lot 1234                      the caller's own number, that branches by per cent go by,
switch closed until 2026-03-04 18:00
to +44 1632 960960            the number rung

caller rings
  hears (en-GB) Welcome …     indented: what came of it; written anew by --write
look-up fails                 what the next look-up comes to; else the tables beside the line are asked
caller presses 1
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from calls import ncco, rehearsal, script
from calls.rehearsal import Rehearsal
from calls.script import told
from menus.dialogue import LOTS, Answered, Caller, Failed, Found, Locked, NotFound, Remember, RequestCallback, Result
from menus.doings import ANSWERABLE, DOABLE, read_answer, read_doing, read_switch
from menus.flow import Flow, LineFile
from menus.linefile import LineFileError, read_yaml
from menus.numbers import read_number
from menus.tryout import Doing, NotNow, Turn

DEMO: Final = Path(__file__).resolve().parent.parent / "menus" / "demo"
DEFAULT_CALLER: Final = "+44 7700 900123"
HEADER: Final = ("line", "from", "to", "at", "remembered", "lot", "switch")
_COMMENT: Final = re.compile(r"^\s*#.*|\s{2,}#(?: .*)?$")
"""A whole line, or after two blanks; the # of `presses 1#` is a key."""

_CURE: Final = "\n  ".join(
    ["At the margin stands one of these; what comes of it is indented below it:", *DOABLE, *ANSWERABLE]
)


class ScriptFault(ValueError):
    """The file is no recorded call; the message gives its lines, the faults and the cures."""


class Recorded(NamedTuple):
    name: str
    """The file, for messages."""
    text: str
    header: dict[str, list[str]]
    """By its word; only `switch` may stand there more than once."""
    doings: dict[int, Doing | Result]
    """What is done, or comes of the next look-up, by the number of its line in `text`, from 0."""

    def said(self, word: str, otherwise: str = "") -> str:
        return self.header.get(word, [otherwise])[-1]


class Played(NamedTuple):
    text: str
    """The recorded call as it is now."""
    turns: list[Turn]
    faults: list[str]
    """What could not be done, because the call stood somewhere else."""


def read(text: str, name: str) -> Recorded:
    """Raises ScriptFault."""
    header: dict[str, list[str]] = {}
    doings: dict[int, Doing | Result] = {}
    faults: list[str] = []
    for number, line in enumerate(_tidy(text)):
        words = _COMMENT.sub("", line).strip()
        if not words or line.startswith(" "):
            continue
        word, _, rest = words.partition(" ")
        if word in HEADER and not doings:
            header.setdefault(word, []).append(rest.strip())
        elif (doing := _read(words)) is not None:
            doings[number] = doing
        else:
            faults.append(f"{name}:{number + 1}: “{words}” is nothing that happens in a call.")
    if not doings and not faults:
        faults.append(f"{name}: nothing happens in it.")
    if faults:
        raise ScriptFault("\n".join([*faults, _CURE]))
    return Recorded(name, "\n".join(_tidy(text)) + "\n", header, doings)


def _read(words: str) -> Doing | Result | None:
    doing = read_doing(words)
    return read_answer(words) if doing is None else doing


def _tidy(text: str) -> list[str]:
    """No blanks at the ends; what came of something is indented by two."""
    lines = [line.rstrip().replace("\t", "  ") for line in text.strip("\n").splitlines()]
    return [f"  {line.strip()}" if line.startswith(" ") else line for line in lines]


# --- whose call, and when ---------------------------------------------------------------------------------------


def line_of(recorded: Recorded) -> LineFile:
    """The line that the call's first lines name. Raises ScriptFault."""
    named = recorded.said("line")
    if not named:
        raise ScriptFault(f"{recorded.name}: it does not say whose call it is. Write “line tutorial” at its top.")
    path = _path(recorded)
    try:
        return read_yaml(path.read_bytes())
    except OSError as error:
        known = ", ".join(sorted(found.stem for found in DEMO.glob("*.yaml")))
        fault = f"{recorded.name}: the line “{named}” cannot be read from {path}: {error.strerror}."
        raise ScriptFault(f"{fault} The demo lines are: {known}; or write the path of a line's file.") from None
    except LineFileError as error:
        raise ScriptFault("\n".join(f"{path}:{fault.line}: {fault}" for fault in error.faults)) from None


def _path(recorded: Recorded) -> Path:
    named = recorded.said("line")
    return Path(recorded.name).parent / named if "/" in named or "." in named else DEMO / f"{named}.yaml"


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
    call = begin(recorded, flow, dialled)
    lines: list[str] = []
    faults: list[str] = []
    for number, line in enumerate(recorded.text.splitlines()):
        if line.startswith(" "):
            continue
        lines.append(line)
        try:
            if turn := do(call, recorded.doings.get(number)):
                lines += [f"  {said}" for said in _came_of(call, turn)]
        except NotNow as fault:
            faults.append(f"{recorded.name}:{number + 1}: {line.strip()}: {fault}.")
            lines.append(f"  cannot be done: {fault}")
    return Played("\n".join(lines) + "\n", call.turns, faults)


def do(call: Rehearsal, doing: Doing | Result | None) -> Turn | None:
    """The next thing; an answer waits for its look-up, and nothing comes of it by itself. Raises NotNow."""
    match doing:
        case None:
            return None
        case Found() | NotFound() | Failed() | Locked():
            call.answers.append(doing)
            return None
        case _:
            return call.do(doing)


def begin(recorded: Recorded, flow: Flow, dialled: str) -> Rehearsal:
    """The call before anything is done. Raises ScriptFault."""
    zone = ZoneInfo(flow.timezone)
    try:
        caller = read_number(recorded.said("from", DEFAULT_CALLER))
        dialled = read_number(recorded.said("to")) if "to" in recorded.header else dialled
        at = read_time(recorded.said("at"), zone)
        lot = _lot(recorded.said("lot", "0"))
        switches = tuple(read_switch(text, zone) for text in recorded.header.get("switch", []))
    except ValueError as fault:
        raise ScriptFault(f"{recorded.name}: {fault}.") from None
    folder = _path(recorded).parent
    known = Caller(lot, rehearsal.lists_of(folder, caller, at), recorded.said("remembered"))
    return Rehearsal(flow, caller, dialled, at, folder=folder, known=known, switches=switches)


def _lot(text: str) -> int:
    if not (text.isdecimal() and int(text) < LOTS):
        raise ValueError(f"“{text}” is no lot; write a number from 0 to {LOTS - 1}")
    return int(text)


# --- what came of it --------------------------------------------------------------------------------------------


def _came_of(call: Rehearsal, turn: Turn) -> Iterator[str]:
    if isinstance(turn.doing, Answered):
        yield from _known(turn)
    yield from told(turn, ncco.of_turn(call.flow, turn))
    for said in turn.says:
        match said:
            case Remember(language):
                yield f"will be remembered: {language}"
            case RequestCallback():
                yield f"asks for a call back: {_wish(said)}"


def _known(turn: Turn) -> Iterator[str]:
    """What the line knows of the caller before a word is said."""
    if turn.state.lists:
        yield f"is known: on {', '.join(turn.state.lists)}"
    if turn.state.remembered:
        yield f"is known: chose {turn.state.remembered} the last time"


def _wish(said: RequestCallback) -> str:
    """Which number, when by its own clocks, and by whom."""
    when = "as soon as can be"
    if said.begins:
        begins, ends = (
            datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(said.zone)) for at in (said.begins, said.ends)
        )
        when = f"{begins:%A} {begins.day} {begins:%B, %H:%M}–{ends:%H:%M}"
    return ", ".join(filter(None, [script.number(said.number), when, said.team]))


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
