"""A line that is brought as a file: what of it would be taken, what it would change, and why it may not be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from menus import flow
from menus.copying import changed
from menus.draft import DraftFault, draft_digest, read_draft
from menus.flow import Flow, LineFile, LookUp, TableSource, Transfer
from menus.models import Line, LookupTable, NumberList, PhoneNumber, TransferTarget
from menus.numbers import show_number

_Target: TypeAdapter[flow.Target] = TypeAdapter(flow.Target)


@dataclass(frozen=True)
class May:
    """What whoever brings the file may do beside changing the line."""

    add_numbers: bool
    change_targets: bool


@dataclass(frozen=True)
class Brought:
    file: LineFile
    """As it would be written: without the numbers that are left out."""
    before: Flow | None
    """The draft; None: there is none yet, or it is not finished."""
    seen: str
    """Digest of the draft; empty for a new line."""
    new_numbers: tuple[str, ...]
    remarks: tuple[str, ...]
    """What is left out, and what is made beside the line."""
    refused: str = ""
    """Why it may not be applied, and what to do."""


def weigh(line_file: LineFile, line: Line | None, may: May) -> Brought:
    numbers, left_out = _numbers(line_file, line, may)
    taken = changed(line_file, numbers=numbers)
    there = set(line.numbers.values_list("number", flat=True)) if line else set()
    return Brought(
        file=taken,
        before=_before(line),
        seen=draft_digest(line) if line else "",
        new_numbers=tuple(show_number(number) for number in numbers if number not in there),
        remarks=(*left_out, *_made(line_file)),
        refused="" if may.change_targets else _targets_refused(line_file, line),
    )


def _before(line: Line | None) -> Flow | None:
    try:
        return read_draft(line) if line else None
    except DraftFault:
        return None


# --- numbers ----------------------------------------------------------------------------------------------------


def _numbers(line_file: LineFile, line: Line | None, may: May) -> tuple[tuple[str, ...], list[str]]:
    """Those that the line has or gets, and a sentence for those that it does not get."""
    owners = {
        row.number: row.line
        for row in PhoneNumber.objects.filter(number__in=line_file.numbers).select_related("line").order_by("pk")
    }
    own = [number for number in line_file.numbers if line and owners.get(number) == line]
    others = [number for number in line_file.numbers if number in owners and number not in own]
    free = [number for number in line_file.numbers if number not in owners]
    words = [f"{show_number(number)} stays with “{owners[number]}”, which has it." for number in others]
    if free and not may.add_numbers:
        words.append(f"{_shown(free)}: left out, because you may not add numbers. Ask who manages them.")
        free = []
    return tuple(sorted([*own, *free])), words


def _shown(numbers: Iterable[str]) -> str:
    return ", ".join(map(show_number, numbers))


# --- who is rung ------------------------------------------------------------------------------------------------


def _targets_refused(line_file: LineFile, line: Line | None) -> str:
    there = _targets_there(line)
    changing = [
        here.label
        for key, here in line_file.destinations.items()
        if isinstance(here, Transfer) and here.targets and list(here.targets) != there.get(key, [])
    ]
    if not changing:
        return ""
    named = ", ".join(f"“{label}”" for label in changing[:5]) + (" and others" if len(changing) > 5 else "")
    return (
        f"The file changes whom {named} ring{'s' if len(changing) == 1 else ''}, and you may not change that. Take the "
        "targets out of the file, or ask somebody who manages numbers to import it."
    )


def _targets_there(line: Line | None) -> dict[str, list[flow.Target]]:
    found: dict[str, list[flow.Target]] = {}
    rows = TransferTarget.objects.filter(transfer__line=line).select_related("transfer") if line else ()
    for row in rows:
        try:
            found.setdefault(row.transfer.key, []).append(_Target.validate_python(row.plain()))
        except ValidationError:  # it is unfinished: whatever the file has there is a change
            continue
    return found


# --- what belongs to no line ------------------------------------------------------------------------------------


def _made(line_file: LineFile) -> Iterator[str]:
    """Tables and lists that nobody has made yet."""
    tables = {
        here.source.table
        for here in line_file.destinations.values()
        if isinstance(here, LookUp) and isinstance(here.source, TableSource)
    }
    lists = line_file.lists | {key for promise in line_file.promises for key in promise.except_lists}
    for what, model, wanted in (("table", LookupTable, tables), ("list of numbers", NumberList, lists)):
        for key in _missing(model, wanted):
            yield f"The {what} “{key}” is made, empty: bring its rows afterwards."


def _missing(model: Any, wanted: Iterable[str]) -> list[str]:
    keys = set(wanted)
    return sorted(keys - set(model.objects.filter(key__in=keys).values_list("key", flat=True))) if keys else []
