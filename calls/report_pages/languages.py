"""Results per language: which are used, and whether callers fare as well in each."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from calls.charts import Part, lying
from calls.report_pages.amounts import change, count, lasting, of_whole, percent
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Links, Section, Table, answer, counted
from calls.reports.counted import share
from calls.reports.names import Names
from calls.reports.totals import LanguageRow, Totals, per_language
from calls.sorts import NO_LANGUAGE

HERE = "reports:languages"


def languages_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links, names = Links(request, line, span), Names(line.pk)
    found = per_language(line.pk, span)
    before = {row.language: row.totals for row in per_language(line.pk, span.before)}
    whole = sum(row.offered for row in found)
    parts, rows = [], []
    for row in found:
        label = names.language(row.language) if row.language else _("before a language was known")
        rows.append(_row(label, row, before.get(row.language, Totals()), whole, links))
        said = _("%(language)s: %(calls)s calls") % {"language": label, "calls": count(row.offered)}
        url = links.calls(language=row.language or NO_LANGUAGE)
        parts.append(Part(label, (row.offered,), (said,), of_whole(row.offered, share(row.offered, whole)), (url,)))
    columns = [
        *(_("Language"), _("Calls"), _("Share"), _("Contained"), _("Transferred")),
        *(_("Abandoned"), _("Rang again"), _("Time to a person")),
    ]
    chart = lying(_("Calls by language"), parts, [_("calls")]) if parts else None
    measures = ("contained", "transferred", "abandoned", "recontact in 24 h", "time to a person")
    section = Section(_("Calls by language"), Table("languages", columns, rows), chart, "", measures)
    return answer(request, line, _("Languages"), HERE, [section])


def _row(label: str, row: LanguageRow, was: Totals, whole: int, links: Links) -> list[Cell]:
    one, part, which = row.totals, share(row.offered, whole), row.language or NO_LANGUAGE

    def ended(amount: int, of_calls: float | None, outcome: str) -> Cell:
        return counted(of_whole(amount, of_calls), amount, links.ended(outcome, language=which))

    url, person = links.calls(language=which), links.calls(language=which, only="person") if one.person_calls else ""
    return [
        Cell(label, label),
        counted(count(row.offered), row.offered, url, change=change(row.offered, was.offered)),
        Cell(percent(part), "" if part is None else part, url),
        ended(one.contained, one.contained_share, "served"),
        ended(one.transferred, one.transferred_share, "transferred"),
        ended(one.abandoned, one.abandoned_share, "abandoned"),
        counted(percent(one.recontact_share), one.recontacts, links.calls(language=which, only="again")),
        Cell(lasting(one.average_person_seconds), one.average_person_seconds or "", person),
    ]
