"""Lines, versions and calls, to read."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from calls import access
from calls.api.filters import PAGING, CallFilters, Known, only_known
from calls.api.login import KeyUser
from calls.api.paging import AllAtOnce, NewestCalls, NewestVersions
from calls.api.shapes import CallShape, LegShape, LineShape, TurnShape, VersionShape, VersionWithFlow
from calls.masking import sees_numbers
from calls.models import Access, Call, Leg, Turn
from menus.models import Line, Version

SEE_CALLS: Final = "calls.view_call"


def note_numbers(request: Request, call_uuid: str = "", *, sees: bool | None = None) -> None:
    """Whoever is told whole numbers is noted, as on the pages. `sees`: where not only the right to see them counts."""
    user: Any = request.user
    if sees_numbers(user) if sees is None else sees:
        who = user.get_username() if isinstance(user, KeyUser) else user
        access.note(Access.What.SAW_NUMBERS, who, call_uuid, "/api/")


class Whole(generics.ListAPIView[Any]):
    """A list that is short enough to come at once."""

    pagination_class = AllAtOnce

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        only_known(request, ())
        return super().list(request, *args, **kwargs)


@extend_schema_view(get=extend_schema(summary="All lines", tags=["lines"], operation_id="lines"))
class Lines(Whole):
    """By name, with their numbers and the id of the version that is live."""

    needs = "menus.view_line"
    queryset = Line.objects.prefetch_related("numbers").order_by("name", "pk")
    serializer_class = LineShape


class OfLine(generics.GenericAPIView[Version]):
    needs = "menus.view_version"
    queryset = Version.objects.select_related("published_by", "line")

    def get_queryset(self) -> QuerySet[Version]:
        found = super().get_queryset().filter(line__key=self.kwargs.get("line", ""))
        return found if "number" in self.kwargs else found.defer("flow")


@extend_schema_view(get=extend_schema(summary="The published versions of a line", tags=["lines"]))
class Versions(OfLine, generics.ListAPIView[Version]):
    """Newest first, without their flows."""

    serializer_class = VersionShape
    pagination_class = NewestVersions

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        only_known(request, PAGING)
        get_object_or_404(Line, key=self.kwargs["line"])
        return super().list(request, *args, **kwargs)


@extend_schema_view(get=extend_schema(summary="One version, with its flow", tags=["lines"]))
class OneVersion(OfLine, generics.RetrieveAPIView[Version]):
    """What calls of that version walk through, as it was published."""

    serializer_class = VersionWithFlow
    lookup_field = "number"


@extend_schema_view(get=extend_schema(summary="Calls, newest first", tags=["calls"], operation_id="calls"))
class Calls(generics.ListAPIView[Call]):
    """Each page goes on behind the last call of the one before, so calls that come in meanwhile shift nothing."""

    needs = SEE_CALLS
    queryset = Call.objects.select_related("line").defer("details", "region_url")
    serializer_class = CallShape
    pagination_class = NewestCalls
    filter_backends = [Known]
    filterset_class = CallFilters

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().list(request, *args, **kwargs)
        note_numbers(request)
        return response


@extend_schema_view(get=extend_schema(summary="One call", tags=["calls"]))
class OneCall(generics.RetrieveAPIView[Call]):
    """What it came to. What was said and keyed is under turns/, whom we rang under legs/."""

    needs = SEE_CALLS
    queryset = Call.objects.select_related("line").defer("details", "region_url")
    serializer_class = CallShape
    lookup_field = "uuid"

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        response = super().retrieve(request, *args, **kwargs)
        note_numbers(request, kwargs["uuid"])
        return response


class OfCall(Whole):
    """Rows of one call."""

    needs = SEE_CALLS

    def rows(self, call: Call) -> QuerySet[Any]:
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        only_known(request, ())
        call = get_object_or_404(Call.objects.only("uuid", "conversation", "caller"), uuid=self.kwargs["uuid"])
        shape: type[BaseSerializer[Any]] = self.get_serializer_class()
        told = shape(self.rows(call), many=True, context={"request": request, "call": call}).data
        note_numbers(request, call.uuid)
        return Response({"results": told})


@extend_schema_view(get=extend_schema(summary="What was said and keyed in a call", tags=["calls"]))
class Turns(OfCall):
    """In order: what was heard, the destinations passed and why, and what was then said."""

    queryset = Turn.objects.none()
    serializer_class = TurnShape

    def rows(self, call: Call) -> QuerySet[Turn]:
        return Turn.objects.filter(call_id=call.uuid).order_by("n")


@extend_schema_view(get=extend_schema(summary="Whom we rang for the caller", tags=["calls"]))
class Legs(OfCall):
    """Each attempt to reach somebody, with what came of it."""

    queryset = Leg.objects.none()
    serializer_class = LegShape

    def rows(self, call: Call) -> QuerySet[Leg]:
        return call.legs()
