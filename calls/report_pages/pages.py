"""What the report pages share: who may open one, its range of days, the pages beside it, and its frame."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from calls.models import DueDay
from calls.reports.span import PRESETS, Span, read_asked, read_span
from menus.admin.pages import line_for, line_page
from menus.models import Line

TAB: Final = "reports:overview"
SEE: Final = "calls.see_reports"
EXPORT: Final = "calls.export_call"
CALLS: Final = "admin:calls_call_changelist"


class Report(NamedTuple):
    """A report page, as the list of them names it."""

    name: str
    """Of its URL, in `urls.py`."""
    words: str | Promise


REPORTS: Final = (
    Report("reports:overview", _("Overview")),
    Report("reports:flow", _("Flow")),
    Report("reports:menus", _("Menus")),
    Report("reports:transfers", _("Transfers")),
    Report("reports:hours", _("Hours")),
    Report("reports:prompts", _("Prompts")),
    Report("reports:versions", _("Versions")),
    Report("reports:languages", _("Languages")),
    Report("reports:backlog", _("Backlog")),
)
FAULTS: Final = {
    "dates": _("These are no dates. The last 30 days are shown; choose two dates like 2026-11-01."),
    "order": _("The first day is after the last one. The last 30 days are shown; turn them round."),
    "long": _("A report covers two years at most. The last 30 days are shown; choose fewer days."),
    "days": _("This is no number of days. The last 30 days are shown."),
}


def report_line(request: HttpRequest, line_id: int) -> Line:
    """The line, for who may see its reports. Raises Http404 and PermissionDenied."""
    return line_for(request, line_id, SEE)


def today_of(line: Line) -> date:
    return timezone.now().astimezone(ZoneInfo(line.timezone)).date()


def asked_span(request: HttpRequest, line: Line) -> Span:
    """The range that the address asks for; the last 30 days without, or with one that cannot be."""
    return read_span(request.GET.dict(), today_of(line))


def report_page(
    request: HttpRequest, line: Line, template: str, title: str | Promise, here: str, more: Mapping[str, Any]
) -> TemplateResponse:
    """A report page in the frame of its line; the template extends `reports/report_page.html`. `here`: its name in
    REPORTS."""
    asked = read_asked(request.GET.dict(), today_of(line))
    span = asked.span
    context = {
        "span": span,
        "before": span.before,
        "fault": FAULTS.get(asked.fault, ""),
        "reports": _reports(line, span, here),
        "presets": [{"days": days, "here": asked.days == days} for days in PRESETS],
        "due": _due(line, span),
        "may_export": request.user.has_perm(EXPORT),
        "as_of": _told(line, timezone.now()),
    }
    return line_page(request, line, template, title, TAB, context | dict(more))


def _reports(line: Line, span: Span, here: str) -> list[dict[str, Any]]:
    found = []
    for report in REPORTS:
        try:
            url = f"{reverse(report.name, args=[line.pk])}?{span.query}"
        except NoReverseMatch:  # not there yet
            continue
        found.append({"words": report.words, "url": url, "here": report.name == here})
    return found


def _due(line: Line, span: Span) -> dict[str, str] | None:
    """The first of these days that is yet to be counted anew."""
    due = DueDay.objects.filter(line=line, day__range=(span.first, span.last)).order_by("day").first()
    return {"day": date_format(due.day, "j F Y"), "since": _told(line, due.since)} if due else None


def _told(line: Line, at: datetime) -> str:
    """By the line's clock."""
    return date_format(localtime(at, ZoneInfo(line.timezone)), "j F Y, H:i")
