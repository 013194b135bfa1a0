"""The measures of the reports, by line and days. What each means: docs/measures.md."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from calls.api import measure_shapes as shapes
from calls.api.filters import only_known
from calls.reports import places, targets, totals
from calls.reports.names import Names
from calls.reports.span import Span, read_asked
from menus.models import Line

FAULTS: Final = {
    "dates": ("from", "Write the days like 2026-11-01, from the year 2000 on."),
    "order": ("from", "The first day is after the last one."),
    "long": ("from", "Give at most 731 days."),
}
DAYS: Final = [
    OpenApiParameter("from", OpenApiTypes.DATE, description="The first local day; left out: 30 days before the last."),
    OpenApiParameter("to", OpenApiTypes.DATE, description="The last local day; left out: today."),
    OpenApiParameter("version", OpenApiTypes.UUID, description="Only calls that heard this version, by its id."),
]


class Measure(APIView):
    """Of the local days asked for, both ends included."""

    needs = "calls.see_reports"
    shape: type[shapes.Report]
    also: tuple[str, ...] = ()

    def get(self, request: Request, line: str) -> Response:
        only_known(request, ("from", "to", "version", *self.also))
        row = get_object_or_404(Line, key=line)
        span = _span(request, row)
        told = self.told(row.pk, span, _version(request))
        return Response(self.shape({"line": row.key, "from": span.first, "to": span.last, **told}).data)

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        raise NotImplementedError


def _span(request: Request, line: Line) -> Span:
    asked = read_asked(request.query_params, timezone.now().astimezone(ZoneInfo(line.timezone)).date())
    if asked.fault:
        field, told = FAULTS[asked.fault]
        raise ValidationError({field: [told]})
    return asked.span


def _version(request: Request) -> UUID | None:
    asked = request.query_params.get("version")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise ValidationError({"version": ["Give the id of a version, from its line's versions."]}) from None


def _report(shape: Any, summary: str, *more: OpenApiParameter) -> Any:
    return extend_schema_view(
        get=extend_schema(summary=summary, tags=["reports"], parameters=[*DAYS, *more], responses=shape)
    )


@_report(shapes.TotalsReport, "What came of all calls")
class AllTotals(Measure):
    shape = shapes.TotalsReport

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        return {"totals": totals.totals(line_id, span, version)}


@_report(shapes.DaysReport, "The same for each day")
class Days(Measure):
    """Days without a call stand there, too."""

    shape = shapes.DaysReport

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        return {"results": totals.per_day(line_id, span, version)}


@_report(shapes.PlacesReport, "What callers did at each destination")
class Places(Measure):
    """The most visited first."""

    shape = shapes.PlacesReport

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        names = Names(line_id)
        rows = places.places(line_id, span, version)
        return {"results": [{"row": row, "name": names.destination(row.destination)} for row in rows]}


MENU: Final = OpenApiParameter(
    "menu", OpenApiTypes.STR, required=True, description="The key of a menu, as places gives it."
)


@_report(shapes.OptionsReport, "What was chosen at a menu", MENU)
class Options(Measure):
    """The most chosen first."""

    shape = shapes.OptionsReport
    also = ("menu",)

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        menu = self.request.query_params.get("menu", "")
        if not menu or len(menu) > 64 or "\0" in menu:
            raise ValidationError({"menu": ["Give the key of a menu, as places gives it."]})
        names = Names(line_id)
        rows = places.options(line_id, span, menu, version)
        return {"results": [{"row": row, "name": names.option(menu, row.option)} for row in rows]}


@_report(shapes.TargetsReport, "Whom we rang for callers, and what came of it")
class Targets(Measure):
    """The most rung first."""

    shape = shapes.TargetsReport

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        names = Names(line_id)
        rows = targets.targets(line_id, span, version)
        return {"results": [{"row": row, "name": names.target(row.destination, row.dialled)} for row in rows]}


@_report(shapes.VersionsReport, "The totals of each version")
class PerVersion(Measure):
    """The newest first."""

    shape = shapes.VersionsReport

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        return {"results": totals.per_version(line_id, span, version)}


@_report(shapes.LanguagesReport, "The totals of each language")
class Languages(Measure):
    """The most used first."""

    shape = shapes.LanguagesReport

    def told(self, line_id: int, span: Span, version: UUID | None) -> dict[str, Any]:
        return {"results": totals.per_language(line_id, span, version)}
