"""Changes between two flows of a line, grouped by the place that they are about, each with the page of that place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from menus.impact import About, Change
from menus.models import Kind, Line

Urls = Mapping[tuple[About, str], str]


class Row(NamedTuple):
    change: Change
    callers: str = ""
    """“96 callers chose it in the last week.”"""


class Group(NamedTuple):
    where: str
    url: str
    """Where it is edited; empty: it is not in the draft."""
    place: str
    """Key of the destination; empty: it is about something else."""
    rows: list[Row]
    callers: str = ""


def urls_of(line: Line) -> dict[tuple[About, str], str]:
    """The page of each part of the draft."""
    parts = line.destinations.values_list("key", "kind", "pk")
    found = {(About.DESTINATION, key): _page(Kind(kind).model_name, pk) for key, kind, pk in parts}
    schedules = line.schedules.values_list("key", "pk")
    found |= {(About.SCHEDULE, key): _page("schedule", pk) for key, pk in schedules}
    settings = _page("line", line.pk)
    return found | {(About.LINE, ""): settings, (About.PROMISE, ""): settings}


def _page(model: str, pk: int) -> str:
    return reverse(f"admin:menus_{model}_change", args=[pk])


def grouped(changes: Iterable[Change], urls: Urls) -> list[Group]:
    """In the order that they are in: those of one place stand together."""
    found = []
    for (about, place), some in groupby(changes, key=lambda change: (change.about, change.place)):
        rows = [Row(change) for change in some]
        where = rows[0].change.where if place else _heading(about)
        found.append(Group(where, urls.get((about, place), ""), place if about is About.DESTINATION else "", rows))
    return found


def _heading(about: About) -> str:
    match about:
        case About.PROMISE:
            return _("Promises")
        case About.SCHEDULE:
            return _("Schedules")
        case About.DESTINATION:
            return _("Destinations")
        case _:
            return _("The line")
