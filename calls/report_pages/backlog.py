"""What waits for staff: people to call back and messages to hear, and how much of it is done each day."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from calls.models import CallbackRequest, Recording
from calls.report_pages.amounts import NONE, count
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Figure, Section, Table, answer, counted
from calls.reports import backlog
from calls.reports.backlog import Backlog
from calls.reports.span import Span
from menus.models import Line

HERE = "reports:backlog"
_MODELS = {"callbacks": CallbackRequest, "messages": Recording}


def backlog_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    now = timezone.now()
    calls, late_calls = (_list(request, line, "callbackrequest", f"state={state}") for state in ("due", "late"))
    heard, late = (_list(request, line, "recording", narrowed) for narrowed in ("", "state=late"))
    lists = {
        _("To call back"): (backlog.callbacks(line.pk, now), calls, late_calls),
        _("Voicemail"): (backlog.messages(line.pk, now), heard, late),
    }
    columns = [
        *(_("What"), _("Waiting"), _("Waits longest"), _("Overdue")),
        *(_("Done in the last 30 days"), _("Hours until done")),
    ]
    rows = [_row(words, *found, line) for words, found in lists.items()]
    note = _(
        "A call-back is overdue when the time that the caller asked for is over; a message, when nobody has heard it "
        "for 24 hours."
    )
    waiting = Section(_("Waiting now"), Table("waiting", columns, rows), None, note)
    figures = [Figure(words, count(found.open), "", url) for words, (found, url, _late) in lists.items()]
    done = Section(_("Done each day"), _per_day(line, asked_span(request, line)))
    return answer(request, line, _("Backlog"), HERE, [waiting, done], {}, figures)


def _row(words: str, found: Backlog, url: str, overdue: str, line: Line) -> list[Cell]:
    oldest, hours = found.oldest, found.average_hours
    since = date_format(oldest.astimezone(ZoneInfo(line.timezone)), "j M Y, H:i") if oldest else NONE
    return [
        Cell(words, words),
        counted(count(found.open), found.open, url),
        Cell(since, since if oldest else ""),
        counted(count(found.overdue), found.overdue, overdue),
        Cell(count(found.done), found.done),
        Cell(NONE if hours is None else str(number_format(hours, 1)), "" if hours is None else round(hours, 1)),
    ]


def _per_day(line: Line, span: Span) -> Table:
    done = {name: done_per_day(line, span, name) for name in _MODELS}
    days = sorted({*done["callbacks"], *done["messages"]}, reverse=True)
    rows = [
        [
            Cell(date_format(day, "D j M Y"), day),
            *(Cell(count(done[name][day]), done[name][day]) for name in _MODELS),
        ]
        for day in days
    ]
    return Table("done", [_("Day"), _("Called back"), _("Messages done")], rows)


def done_per_day(line: Line, span: Span, name: str) -> Counter[date]:
    """By the line's day on which somebody did it."""
    zone = ZoneInfo(line.timezone)
    begins = datetime.combine(span.first, time(), zone)
    ends = datetime.combine(span.last + timedelta(days=1), time(), zone)
    found = _MODELS[name]._default_manager.filter(line_id=line.pk, done_at__gte=begins, done_at__lt=ends)
    return Counter(at.astimezone(zone).date() for at in found.order_by().values_list("done_at", flat=True).iterator())


def _list(request: HttpRequest, line: Line, model: str, narrowed: str = "") -> str:
    """The work list; empty for who may not see it."""
    if not (request.user.has_perm(f"calls.view_{model}") or request.user.has_perm(f"calls.change_{model}")):
        return ""
    try:
        url = reverse(f"admin:calls_{model}_changelist")
    except NoReverseMatch:
        return ""
    return f"{url}?line__id__exact={line.pk}{f'&{narrowed}' if narrowed else ''}"
