"""The overview: what came of the line's calls, all together and per day, beside the range before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls.charts import Bar, bars
from calls.models import CallOutcome
from calls.report_pages.amounts import change, count, euros, lasting, of_whole, percent
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Figure, Links, Section, Table, answer, counted
from calls.reports.counted import share
from calls.reports.span import Span
from calls.reports.totals import Day, Totals, per_day, totals

HERE = "reports:overview"


def overview_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links = Links(request, line, span)
    now, before = totals(line.pk, span), totals(line.pk, span.before)
    days = per_day(line.pk, span) if now.offered else []
    sections = [_days(days, links), _outcomes(now, before, links)]
    figures = [*_figures(now, before, links), *_times(now, before, links)] if now.offered or before.offered else []
    return answer(request, line, _("Overview"), HERE, sections, figures=figures)


def _figures(now: Totals, before: Totals, links: Links) -> Iterator[Figure]:
    again = links.calls(only="again")
    found = (
        (_("Calls"), "calls offered", now.offered, before.offered, links.calls()),
        (_("Answered"), "answered", now.answered, before.answered, links.calls(only="answered")),
        (_("Contained"), "contained", now.contained, before.contained, links.ended("served")),
        (_("Transferred"), "transferred", now.transferred, before.transferred, links.ended("transferred")),
        (_("Abandoned"), "abandoned", now.abandoned, before.abandoned, links.ended("abandoned")),
        (_("Short calls"), "short call", now.short, before.short, links.calls(only="short")),
        (_("Rang again within 24 h"), "recontact in 24 h", now.recontacts, before.recontacts, again),
    )
    for words, measure, amount, was, url in found:
        of_calls = _("%(share)s of calls") % {"share": percent(share(amount, now.offered))}
        part = "" if measure == "calls offered" else of_calls
        yield Figure(words, count(amount), measure, url if amount else "", part, change(amount, was), count(was))


def _times(now: Totals, before: Totals, links: Links) -> Iterator[Figure]:
    person, person_before = now.average_person_seconds, before.average_person_seconds
    served, served_before = now.average_served_seconds, before.average_served_seconds
    each = _("%(cost)s a call") % {"cost": euros(now.average_cost, 4)} if now.offered else ""
    all_calls, cost_before = links.calls() if now.cost else "", euros(before.cost)
    yield Figure(_("Cost"), euros(now.cost), "cost", all_calls, each, change(now.cost, before.cost), cost_before)
    for words, measure, took, took_before, calls, only in (
        (_("Time to a person"), "time to a person", person, person_before, now.person_calls, "person"),
        (_("Time to being served"), "time to being served", served, served_before, now.served_calls, "served"),
    ):
        of_calls = _("mean of %(calls)s calls") % {"calls": count(calls)}
        url = links.calls(only=only) if calls else ""
        yield Figure(words, lasting(took), measure, url, of_calls, change(took, took_before), lasting(took_before))


def _days(days: Sequence[Day], links: Links) -> Section:
    found = [_bar(day, links) for day in days]
    chart = bars(_("Calls per day, and those abandoned"), found, [_("calls"), _("abandoned")]) if found else None
    columns = [_("Day"), _("Calls"), _("Contained"), _("Transferred"), _("Abandoned"), _("Cost (EUR)")]
    table = Table("days", columns, [_row(day, links) for day in days])
    return Section(_("Calls per day"), table, chart, folded=True)


def _bar(day: Day, links: Links) -> Bar:
    name = date_format(day.day, "D j M")
    said = (
        _("%(day)s: %(calls)s calls") % {"day": name, "calls": count(day.offered)},
        _("%(day)s: %(calls)s abandoned") % {"day": name, "calls": count(day.abandoned)},
    )
    return Bar(date_format(day.day, "j M"), (day.offered, day.abandoned), said, links.calls(Span(day.day, day.day)))


def _row(day: Day, links: Links) -> list[Cell]:
    one = Span(day.day, day.day)
    return [
        Cell(date_format(day.day, "D j M Y"), day.day),
        counted(count(day.offered), day.offered, links.calls(one)),
        counted(count(day.contained), day.contained, links.ended("served", one)),
        counted(count(day.transferred), day.transferred, links.ended("transferred", one)),
        counted(count(day.abandoned), day.abandoned, links.ended("abandoned", one)),
        Cell(euros(day.cost), day.cost, links.calls(one) if day.cost else ""),
    ]


def _outcomes(now: Totals, before: Totals, links: Links) -> Section:
    rows = []
    for outcome in CallOutcome:
        amount, was = now.by_outcome.get(outcome, 0), before.by_outcome.get(outcome, 0)
        if amount:
            part = share(amount, now.offered)
            url = links.calls(outcome=outcome.value)
            more = {"change": change(amount, was), "quiet": _("before: %(was)s") % {"was": count(was)}}
            label = str(outcome.label)
            rows.append([Cell(label, label), counted(of_whole(amount, part), amount, url, **more)])
    note = _("Each call has one outcome. Abandoned calls are shown here with the short ones.")
    table = Table("outcomes", [_("Outcome"), _("Calls")], rows)
    return Section(_("How calls ended"), table, None, note)
