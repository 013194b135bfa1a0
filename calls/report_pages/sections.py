"""What a report page is made of: figures, findings, and sections with a chart and the table
behind it; as a page, or one of its tables as a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise

from calls.charts import Chart
from calls.exports.cells import Cell as Value
from calls.exports.views import table_response
from calls.models import CallOutcome
from calls.report_pages.amounts import Change
from calls.report_pages.meanings import MEANINGS, NAMES
from calls.report_pages.pages import CALLS, EXPORT, asked_span, report_page
from calls.reports.span import Span
from menus.models import Line

FILE_KINDS: Final = (("csv", "CSV"), ("xlsx", "Excel"))


class Cell(NamedTuple):
    words: str
    value: Value = ""
    """In files, where a number is a number."""
    url: str = ""
    change: Change | None = None
    quiet: str = ""
    """Small, behind it."""


class Table(NamedTuple):
    name: str
    """In its address as a file."""
    columns: list[str]
    rows: list[list[Cell]]
    """The first cell of each names the row."""


class Figure(NamedTuple):
    words: str | Promise
    shown: str
    measure: str = ""
    """Its name in docs/measures.md."""
    url: str = ""
    share: str = ""
    change: Change | None = None
    before: str = ""

    @property
    def meaning(self) -> str | Promise:
        return MEANINGS.get(self.measure, "")


class Finding(NamedTuple):
    """A sentence of what stands out, and where its calls are."""

    words: str
    url: str = ""


class Section(NamedTuple):
    title: str
    table: Table
    chart: Chart | None = None
    note: str = ""
    measures: tuple[str, ...] = ()
    folded: bool = False
    """The chart says it; the table is behind it."""

    @property
    def meanings(self) -> list[tuple[str | Promise, str | Promise]]:
        return [(NAMES[name], MEANINGS[name]) for name in self.measures]


class Links:
    """To the calls behind a figure, for those who may see calls."""

    def __init__(self, request: HttpRequest, line: Line, span: Span, version_id: UUID | None = None) -> None:
        """`version_id`: of whose callers alone all the figures are."""
        self.line, self.span = line, span
        self.may = request.user.has_perm("calls.view_call")
        self._list = f"{reverse(CALLS)}?line={line.pk}{f'&version={version_id}' if version_id else ''}"

    def calls(self, span: Span | None = None, **wanted: object) -> str:
        """The list of calls, narrowed by its filters (`calls/admin/call_asked.py`)."""
        if not self.may:
            return ""
        more = urlencode({name: value for name, value in wanted.items() if value != ""})
        return f"{self._list}&{(span or self.span).query}{f'&{more}' if more else ''}"

    def ended(self, outcome: str, span: Span | None = None, **wanted: object) -> str:
        """Calls that ended so, as `Totals` counts them: of those abandoned, not the short ones."""
        more = {"only": "long"} if outcome == CallOutcome.ABANDONED else {}
        return self.calls(span, outcome=outcome, **wanted, **more)


def counted(words: str, amount: int, url: str = "", **more: Any) -> Cell:
    """A number; nothing to look at, no link."""
    return Cell(words, amount, url if amount else "", **more)


def answer(
    request: HttpRequest,
    line: Line,
    title: str | Promise,
    here: str,
    sections: Sequence[Section],
    more: Mapping[str, Any] | None = None,
    figures: Iterable[Figure] = (),
    findings: Iterable[Finding] = (),
) -> HttpResponseBase:
    """The page; or with `?format=csv&table=days` that table of it."""
    if kind := request.GET.get("format", ""):
        return _file(request, line, sections, kind)
    context = {
        "sections": sections,
        "figures": list(figures),
        "findings": list(findings),
        "is_empty": not any(one.table.rows for one in sections),
        "file_kinds": FILE_KINDS,
        "place": request.GET.get("place", ""),
    }
    return report_page(request, line, "reports/report.html", title, here, context | dict(more or {}))


def _file(request: HttpRequest, line: Line, sections: Sequence[Section], kind: str) -> HttpResponseBase:
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    table = next((one.table for one in sections if one.table.name == request.GET.get("table")), None)
    if table is None:
        raise Http404
    span = asked_span(request, line)
    name = f"{line} {table.name} {span.first} {span.last}"
    return table_response(request, name, table.columns, ([cell.value for cell in row] for row in table.rows), kind)
