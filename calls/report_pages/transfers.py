"""Whom the line rings for callers: who answers, who does not and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls.charts import Part, lying
from calls.report_pages.amounts import change, count, lasting, of_whole, points
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Finding, Links, Section, Table, answer, counted
from calls.reports.counted import share
from calls.reports.names import Names
from calls.reports.targets import Attempt, Target, latest, streak, targets
from calls.script import number
from calls.sorts import FATES, MISSED, REACHED
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
    before = {(one.destination, one.dialled): one for one in targets(line.pk, span.before)} if found else {}
    last = [latest(line.pk, one.destination, one.dialled, LOOKED) for one in found[:MOST]]
    parts = [_part(one, names, links) for one in found]
    columns = [
        *(_("Target"), _("For"), _("Attempts"), _("Answered"), _("The last ones")),
        *(_("Time to answer"), _("Time talked")),
    ]
    rows = [
        _row(one, before.get((one.destination, one.dialled)), names, links, last[n] if n < MOST else [])
        for n, one in enumerate(found)
    ]
    chart = lying(_("Attempts, and how many were answered"), parts, [_("answered"), _("not answered")])
    note = _("Each time that somebody was rung for a caller. Time to answer is of attempts that were answered.")
    measures = ("attempts", "success", "time to answer")
    section = Section(_("Targets"), Table("targets", columns, rows), chart if parts else None, note, measures)
    sections = [section, _missed(found, names, links)]
    return answer(request, line, _("Transfers"), HERE, sections, findings=_findings(found, last, names, links))


def _findings(
    found: Sequence[Target], last: Sequence[Sequence[Attempt]], names: Names, links: Links
) -> Iterator[Finding]:
    for one, attempts in zip(found, last, strict=False):
        answered, of = streak(attempts)
        if is_poor(answered, of):
            about = {"whom": whom_of(one, names), "place": names.destination(one.destination)}
            counts = {"answered": answered, "of": of}
            words = _("%(whom)s (%(place)s): %(answered)d of the last %(of)d answered.") % (about | counts)
            yield Finding(words, _rung(one, links))


def whom_of(one: Target, names: Names) -> str:
    """Staff's own name for the number, and the number."""
    label, dialled = names.target(one.destination, one.dialled), number(one.dialled)
    return dialled if label == one.dialled else f"{label}, {dialled}"


def _part(one: Target, names: Names, links: Links) -> Part:
    whom = whom_of(one, names)
    missed = one.attempts - one.answered
    said = {"whom": whom, "answered": count(one.answered), "missed": count(missed)}
    titles = (_("%(whom)s: %(answered)s answered") % said, _("%(whom)s: %(missed)s not answered") % said)
    shown = of_whole(one.answered, one.share)
    urls = _rung(one, links, REACHED), _rung(one, links, MISSED)
    return Part(whom, (one.answered, missed), titles, shown, urls)


def _missed(found: Sequence[Target], names: Names, links: Links) -> Section:
    """Why nobody was reached, the most frequent first."""
    missed = sorted((-times, n, fate) for n, one in enumerate(found) for fate, times in one.by_fate.items())
    rows = []
    for times, n, fate in missed:
        one, why = found[n], str(FATES.get(fate, fate))
        shown = of_whole(-times, share(-times, one.attempts))
        rows.append(
            [
                Cell(whom_of(one, names), one.dialled),
                Cell(names.destination(one.destination), one.destination),
                Cell(why, why),
                counted(shown, -times, _rung(one, links, fate)),
            ]
        )
    table = Table("missed", [_("Target"), _("For"), _("Why not"), _("Attempts")], rows)
    return Section(_("Why nobody was reached"), table, measures=("why not",))


def _rung(one: Target, links: Links, fate: str = "") -> str:
    """The calls for which this target was rung. None, where it is not known for which place: other places may ring it
    too."""
    if not one.destination:
        return ""
    return links.calls(destination=one.destination, rang=one.dialled, fate=fate)


def _row(one: Target, before: Target | None, names: Names, links: Links, last: Sequence[Attempt]) -> list[Cell]:
    more = change(one.attempts, before and before.attempts)
    better = points(one.share, before and before.share)
    url, reached = _rung(one, links), _rung(one, links, REACHED)
    answered, of = streak(last)
    lately = _("%(answered)d of %(of)d answered") % {"answered": answered, "of": of} if of else ""
    return [
        Cell(whom_of(one, names), one.dialled),
        Cell(names.destination(one.destination), one.destination, links.calls(destination=one.destination)),
        counted(count(one.attempts), one.attempts, url, change=more),
        counted(of_whole(one.answered, one.share), one.answered, reached, change=better),
        Cell(lately, lately, url, quiet=date_format(last[0].at, "j M Y") if last else ""),
        Cell(lasting(one.average_ring_seconds), one.average_ring_seconds or "", reached if one.answered else ""),
        Cell(lasting(one.average_talk_seconds), one.average_talk_seconds or "", reached if one.answered else ""),
    ]
