"""When callers ring: calls by weekday and hour, in the line's own time at each call."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from calls.charts import heat
from calls.report_pages.amounts import change, count
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Finding, Links, Section, Table, answer, counted
from calls.reports.totals import per_hour

HERE = "reports:hours"


def hours_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links = Links(request, line, span)
    found = per_hour(line.pk, span)
    before = per_hour(line.pk, span.before)
    findings = [_busiest(found, links)] if found else []
    sections = [_heat(found, links), _weekdays(found, before, links)]
    return answer(request, line, _("Hours"), HERE, sections, findings=findings)


def _busiest(found: dict[tuple[int, int], int], links: Links) -> Finding:
    (weekday, hour), most = max(found.items(), key=lambda one: (one[1], -one[0][0], -one[0][1]))
    about = {"day": WEEKDAYS[weekday], "from": f"{hour:02}:00", "to": f"{hour + 1:02}:00", "calls": count(most)}
    words = _("Most calls ring on %(day)s, %(from)s to %(to)s: %(calls)s of these days.") % about
    return Finding(words, links.calls(weekday=weekday, hour=hour))


def _heat(found: dict[tuple[int, int], int], links: Links) -> Section:
    hours = [f"{hour:02}" for hour in range(24)]
    told = {
        (weekday, hour): (
            _("%(day)s %(hour)s:00: %(calls)s calls")
            % {"day": WEEKDAYS[weekday], "hour": f"{hour:02}", "calls": count(found.get((weekday, hour), 0))},
            links.calls(weekday=weekday, hour=hour) if (weekday, hour) in found else "",
        )
        for weekday in range(7)
        for hour in range(24)
    }
    days = [str(WEEKDAYS_ABBR[weekday]) for weekday in range(7)]
    chart = heat(_("Calls by weekday and hour"), days, hours, found, told) if found else None
    rows = [
        [
            Cell(f"{hour:02}:00", f"{hour:02}:00"),
            *(
                counted(count(amount), amount, links.calls(weekday=weekday, hour=hour))
                for weekday in range(7)
                for amount in [found.get((weekday, hour), 0)]
            ),
        ]
        for hour in range(24)
        if found
    ]
    note = _("By the clock of the line at the time of each call. The stronger the color, the more calls.")
    table = Table("hours", [_("Hour"), *days], rows)
    return Section(_("Calls by weekday and hour"), table, chart, note, ("calls offered",), folded=True)


def _weekdays(found: dict[tuple[int, int], int], before: dict[tuple[int, int], int], links: Links) -> Section:
    now, then = Counter[int](), Counter[int]()
    for counts, hours in ((now, found), (then, before)):
        for (weekday, _hour), calls in hours.items():
            counts[weekday] += calls
    rows = [
        [
            Cell(str(WEEKDAYS[day]), str(WEEKDAYS[day])),
            counted(count(now[day]), now[day], links.calls(weekday=day), change=change(now[day], then[day])),
            Cell(count(then[day]), then[day]),
        ]
        for day in range(7)
        if found
    ]
    return Section(_("By weekday"), Table("weekdays", [_("Weekday"), _("Calls"), _("In the days before")], rows))
