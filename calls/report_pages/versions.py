"""Results per version: what a publish changed for callers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from calls.charts import Part, lying
from calls.report_pages.amounts import count, euros, lasting, percent, points
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Finding, Links, Section, Table, answer, counted
from calls.reports.totals import Totals, VersionRow, per_version
from menus.models import Line

HERE = "reports:versions"
ENOUGH = 50
"""Calls on both sides of a publish, from which its difference is worth a sentence."""


def versions_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    found = [row for row in per_version(line.pk, span) if row.number is not None]
    links = Links(request, line, span)
    section = _versions(line, found, links)
    return answer(request, line, _("Versions"), HERE, [section], findings=_findings(found, links))


def _findings(found: Sequence[VersionRow], links: Links) -> Iterator[Finding]:
    """The newest first, so the next one is the one before."""
    for row, older in pairwise(found):
        if min(row.offered, older.offered) >= ENOUGH:
            words = _(
                "Version %(number)s against version %(older)s: contained %(now)s (was %(then)s), "
                "abandoned %(left)s (was %(left_then)s)."
            ) % {
                "number": row.number,
                "older": older.number,
                "now": percent(row.totals.contained_share),
                "then": percent(older.totals.contained_share),
                "left": percent(row.totals.abandoned_share),
                "left_then": percent(older.totals.abandoned_share),
            }
            yield Finding(words, links.calls(version=row.version_id))


def _versions(line: Line, found: Sequence[VersionRow], links: Links) -> Section:
    parts, rows = [], []
    for row, older in zip(found, [*found[1:], None], strict=True) if found else ():
        label = _("Version %(number)s") % {"number": row.number}
        rows.append(_row(line, label, row, older.totals if older else Totals(), links))
        parts.append(_part(label, row, links))
    columns = [
        *(_("Version"), _("Published"), _("Calls"), _("Contained"), _("Transferred"), _("Abandoned")),
        *(_("Rang again"), _("Time to a person"), _("Cost a call")),
    ]
    legend = [_("contained"), _("transferred"), _("abandoned")]
    chart = lying(_("Shares of contained, transferred and abandoned calls by version"), parts, legend)
    note = _("Calls of these days alone. Arrows: against the version before, in points of a hundred.")
    measures = ("contained", "transferred", "abandoned", "recontact in 24 h", "time to a person")
    return Section(
        _("Before and after a publish"), Table("versions", columns, rows), chart if parts else None, note, measures
    )


def _part(label: str, row: VersionRow, links: Links) -> Part:
    one = row.totals
    shares = (one.contained_share or 0, one.transferred_share or 0, one.abandoned_share or 0)
    about = [percent(part) for part in shares]
    said = (
        _("%(version)s: %(share)s contained") % {"version": label, "share": about[0]},
        _("%(version)s: %(share)s transferred") % {"version": label, "share": about[1]},
        _("%(version)s: %(share)s abandoned") % {"version": label, "share": about[2]},
    )
    shown = _("%(calls)s calls") % {"calls": count(row.offered)}
    urls = tuple(links.ended(how, version=row.version_id) for how in ("served", "transferred", "abandoned"))
    return Part(label, shares, said, shown, urls)


def _row(line: Line, label: str, row: VersionRow, older: Totals, links: Links) -> list[Cell]:
    one, which = row.totals, row.version_id
    person = links.calls(version=which, only="person") if one.person_calls else ""
    published = localtime(row.published_at, ZoneInfo(line.timezone)) if row.published_at else None
    return [
        Cell(label, row.number, reverse("admin:menus_line_version", args=[line.pk, which])),
        Cell(date_format(published, "j M Y, H:i") if published else "–", published or ""),
        counted(count(row.offered), row.offered, links.calls(version=which)),
        _share(one.contained_share, older.contained_share, links.ended("served", version=which)),
        _share(one.transferred_share, older.transferred_share, links.ended("transferred", version=which)),
        _share(one.abandoned_share, older.abandoned_share, links.ended("abandoned", version=which)),
        _share(one.recontact_share, older.recontact_share, links.calls(version=which, only="again")),
        Cell(lasting(one.average_person_seconds), one.average_person_seconds or "", person),
        Cell(euros(one.average_cost, 4), one.average_cost or "", links.calls(version=which) if one.cost else ""),
    ]


def _share(now: float | None, then: float | None, url: str) -> Cell:
    return Cell(percent(now), "" if now is None else now, url if now else "", points(now, then))
