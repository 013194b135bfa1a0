"""A line made from another one, and a destination copied within its line with all below it."""

from __future__ import annotations

import secrets

from django.db import transaction

from menus.copying import changed, copied, recordings, with_recordings
from menus.draft.reading import draft_digest, read_line_file
from menus.draft.writing import DraftRefused, write_draft
from menus.flow import LineFile
from menus.models import AudioPrompt, Destination, Line


class DraftChanged(DraftRefused):
    """Somebody changed the draft since it was looked at."""

    def __init__(self) -> None:
        super().__init__("somebody changed the draft since you looked at it. This is how it stands now.")


def refuse_name(name: str) -> None:
    """Two lines of one name are told apart by nobody. Raises DraftRefused."""
    if Line.objects.filter(name=name).exists():
        raise DraftRefused(f"there is a line called “{name}” already. Give the new one a name of its own.")


@transaction.atomic
def new_line(line_file: LineFile) -> Line:
    """A new line of its own name, whatever lines there are. Raises DraftRefused."""
    refuse_name(line_file.name)
    return write_draft(line_file, Line())


@transaction.atomic
def duplicate_line(line: Line, name: str) -> Line:
    """A new line with the draft of this one: without its numbers, versions and switches, with recordings of its own, so
    that deleting one of the first line silences nobody here. Raises DraftFault and DraftRefused."""
    line_file = read_line_file(line)
    copy = new_line(changed(line_file, name=name, numbers=()))
    paths = _copy_recordings(line, copy)
    if paths.keys() & recordings(line_file):
        write_draft(with_recordings(changed(line_file, name=name, numbers=()), paths), copy)
    return copy


def _copy_recordings(line: Line, copy: Line) -> dict[str, str]:
    """The new address of each."""
    paths = {}
    for row in AudioPrompt.objects.filter(line=line).iterator(chunk_size=1):  # each may be large
        old = row.path
        row.pk, row.line, row.path = None, copy, f"/audio/{secrets.token_hex(16)}-{row.digest[:16]}.mp3"
        row.save(force_insert=True)
        paths[old] = row.path
    return paths


@transaction.atomic
def duplicate_part(line: Line, key: str, seen: str) -> tuple[Destination, dict[str, str]]:
    """The copy of the destination, and each copy's key by the key it is a copy of. `seen`: the digest of the draft
    that was looked at. Raises DraftFault, DraftChanged and DraftRefused."""
    line = Line.objects.select_for_update().get(pk=line.pk)
    if draft_digest(line) != seen:
        raise DraftChanged
    try:
        line_file, keys = copied(read_line_file(line), key)
    except KeyError:
        raise DraftRefused("the destination is not there any more. Nothing was copied.") from None
    write_draft(line_file, line)
    return Destination.objects.get(line=line, key=keys[key]), keys


@transaction.atomic
def replace_draft(line: Line, line_file: LineFile, seen: str) -> Line:
    """The draft becomes the file's, if it still is the one that was seen. Raises DraftChanged and DraftRefused."""
    line = Line.objects.select_for_update().get(pk=line.pk)
    if draft_digest(line) != seen:
        raise DraftChanged
    return write_draft(line_file, line)
