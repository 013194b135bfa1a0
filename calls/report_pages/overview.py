"""The overview: what came of the line's calls, all together and per day, beside the range before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

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
from calls.reports.totals import Totals, per_day, per_week, totals

HERE = "reports:overview"
MOST_DAYS: Final = 100
"""With more of them, each is too thin a bar."""


def overview_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links = Links(request, line, span)
    now, before = totals(line.pk, span), totals(line.pk, span.before)
    over_time = _stretches(line.pk, span) if now.offered else []
    sections = [_over_time(over_time, links), _outcomes(now, before, links)]
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


def _stretches(line_id: int, span: Span) -> list[tuple[Span, Totals]]:
    """Days; of many days, weeks."""
    if span.days > MOST_DAYS:
        return [(week.days, week.totals) for week in per_week(line_id, span)]
    return [(Span(day.day, day.day), day.totals) for day in per_day(line_id, span)]


def _over_time(found: Sequence[tuple[Span, Totals]], links: Links) -> Section:
    in_weeks = any(days.days > 1 for days, _totals in found)
    title = _("Calls per week") if in_weeks else _("Calls per day")
    name = _("Calls per week, and those abandoned") if in_weeks else _("Calls per day, and those abandoned")
    chart = bars(name, [_bar(*one, links) for one in found], [_("calls"), _("abandoned")]) if found else None
    when = _("Seven days from") if in_weeks else _("Day")
    columns = [when, _("Calls"), _("Contained"), _("Transferred"), _("Abandoned"), _("Cost (EUR)")]
    table = Table("weeks" if in_weeks else "days", columns, [_row(*one, links) for one in found])
    return Section(title, table, chart, folded=True)


def _bar(days: Span, found: Totals, links: Links) -> Bar:
    name = date_format(days.first, "D j M")
    if days.days > 1:
        name = f"{name} – {date_format(days.last, 'D j M')}"
    said = (
        _("%(day)s: %(calls)s calls") % {"day": name, "calls": count(found.offered)},
        _("%(day)s: %(calls)s abandoned") % {"day": name, "calls": count(found.abandoned)},
    )
    urls = links.calls(days), links.ended("abandoned", days)
    return Bar(date_format(days.first, "j M"), (found.offered, found.abandoned), said, urls)


def _row(days: Span, found: Totals, links: Links) -> list[Cell]:
    return [
        Cell(date_format(days.first, "D j M Y"), days.first),
        counted(count(found.offered), found.offered, links.calls(days)),
        counted(count(found.contained), found.contained, links.ended("served", days)),
        counted(count(found.transferred), found.transferred, links.ended("transferred", days)),
        counted(count(found.abandoned), found.abandoned, links.ended("abandoned", days)),
        Cell(euros(found.cost), found.cost, links.calls(days) if found.cost else ""),
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
