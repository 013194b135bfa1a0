"""Whom the line rings for callers: who answers, who does not and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls.charts import Part, lying
from calls.models import Status
from calls.report_pages.amounts import count, lasting, of_whole
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Links, Section, Table, answer, counted
from calls.reports.names import Names
from calls.reports.targets import Attempt, Target, latest, streak, targets
from calls.script import number
from calls.worst import is_poor

HERE = "reports:transfers"
LOOKED: Final = 14
"""The last attempts of a target that a finding is made of."""
MOST: Final = 40
"""Targets whose last attempts are looked at."""


def transfers_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links, names = Links(request, line, span), Names(line.pk)
    found = targets(line.pk, span)
    last = [latest(line.pk, one.destination, one.dialled, LOOKED) for one in found[:MOST]]
    parts = [_part(one, names, links) for one in found]
    columns = [
        *(_("Target"), _("For"), _("Attempts"), _("Answered"), _("The last ones")),
        *(_("Time to answer"), _("Time talked"), _("Why not")),
    ]
    rows = [_row(one, names, links, last[n] if n < MOST else []) for n, one in enumerate(found)]
    chart = lying(_("Attempts, and how many were answered"), parts, [_("answered"), _("not answered")])
    note = _("Each time that somebody was rung for a caller. Time to answer is of attempts that were answered.")
    section = Section(_("Targets"), Table("targets", columns, rows), chart if parts else None, note)
    return answer(request, line, _("Transfers"), HERE, [section], {"findings": list(findings(found, last, names))})


def findings(found: Sequence[Target], last: Sequence[Sequence[Attempt]], names: Names) -> Iterator[str]:
    for one, attempts in zip(found, last, strict=False):
        answered, of = streak(attempts)
        if is_poor(answered, of):
            yield _("%(whom)s (%(place)s): %(answered)d of the last %(of)d answered.") % {
                "whom": whom_of(one, names),
                "place": names.destination(one.destination),
                "answered": answered,
                "of": of,
            }


def whom_of(one: Target, names: Names) -> str:
    """Staff's own name for the number, and the number."""
    label, dialled = names.target(one.destination, one.dialled), number(one.dialled)
    return dialled if label == one.dialled else f"{label}, {dialled}"


def fates(one: Target) -> str:
    worst_first = sorted(one.by_fate.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count(times)} {fate_words(fate)}" for fate, times in worst_first)


def fate_words(fate: str) -> str:
    words = {
        "no_answer": _("no answer"),
        "busy": _("busy"),
        "rejected": _("rejected"),
        "failed": _("failed"),
        "left": _("left"),
    }
    return str(words.get(fate) or (Status(fate).label if fate in Status.values else fate))


def _part(one: Target, names: Names, links: Links) -> Part:
    whom = whom_of(one, names)
    missed = one.attempts - one.answered
    said = {"whom": whom, "answered": count(one.answered), "missed": count(missed)}
    titles = (_("%(whom)s: %(answered)s answered") % said, _("%(whom)s: %(missed)s not answered") % said)
    shown = of_whole(one.answered, one.share)
    return Part(whom, (one.answered, missed), titles, shown, links.calls(destination=one.destination))


def _row(one: Target, names: Names, links: Links, last: Sequence[Attempt]) -> list[Cell]:
    url = links.calls(destination=one.destination)
    answered, of = streak(last)
    lately = _("%(answered)d of %(of)d answered") % {"answered": answered, "of": of} if of else ""
    return [
        Cell(whom_of(one, names), one.dialled),
        Cell(names.destination(one.destination), one.destination, url),
        counted(count(one.attempts), one.attempts, url),
        Cell(of_whole(one.answered, one.share), one.answered),
        Cell(lately, lately, quiet=date_format(last[0].at, "j M Y") if last else ""),
        Cell(lasting(one.average_ring_seconds), one.average_ring_seconds or ""),
        Cell(lasting(one.average_talk_seconds), one.average_talk_seconds or ""),
        Cell(fates(one), fates(one)),
    ]
