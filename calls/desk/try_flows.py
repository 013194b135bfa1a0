"""Which flow is tried: the draft of a line, or a version that was published; and the numbers that ring it."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from calls import ncco
from menus.draft import DraftFault, read_draft
from menus.flow import Flow, read_flow
from menus.models import Line, Version
from menus.numbers import show_number

DRAFT: Final = "draft"
LISTED: Final = 50
"""Versions to choose from, the latest."""


class NoFlow(ValueError):
    """There is nothing to try; the message says why and what to do, in words for staff."""


class Chosen(NamedTuple):
    flow: Flow
    version: UUID
    name: str


def choices(line: Line) -> list[tuple[str, str]]:
    """What can be tried, the draft first."""
    found = [(DRAFT, _("The draft, with changes not published"))]
    for version in line.versions.only("number", "note", "line_id")[:LISTED]:
        live = _("what callers hear now") if version.pk == line.live_id else version.note.split("\n")[0][:60]
        found.append(
            (str(version.pk), _("Version %(number)s") % {"number": version.number} + (f": {live}" * bool(live)))
        )
    return found


def chosen(line: Line, which: str) -> Chosen:
    """`which` is one of the `choices`. Raises NoFlow."""
    return _draft(line) if which == DRAFT else _published(line, which)


def _draft(line: Line) -> Chosen:
    try:
        return Chosen(read_draft(line), ncco.NO_VERSION, _("the draft"))
    except DraftFault as error:
        why = "; ".join(str(fault) for fault in error.faults[:3])
        raise NoFlow(_("The draft cannot be called yet: %(why)s") % {"why": why}) from None


def _published(line: Line, which: str) -> Chosen:
    try:
        version = line.versions.get(pk=UUID(which))
    except (ValueError, Version.DoesNotExist):
        raise NoFlow(_("This version is not there any more; load the page again and choose another.")) from None
    return Chosen(read_flow(version.flow), version.pk, str(version))


def numbers(line: Line) -> list[tuple[str, str]]:
    """Those that ring the line: as digits, and as people write them."""
    return [(number, show_number(number)) for number in line.numbers.values_list("number", flat=True)]
