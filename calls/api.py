"""The reporting API, first form: lines and calls to read, for staff who may see them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import generics, pagination, permissions, serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from calls.masking import Mask, mask_of, sees_numbers
from calls.models import Call, Turn
from menus.models import Line, PhoneNumber


class MaySee(permissions.DjangoModelPermissions):
    """Reading needs the model's view permission; there is nothing here to write."""

    perms_map = {"GET": ["%(app_label)s.view_%(model_name)s"], "HEAD": ["%(app_label)s.view_%(model_name)s"]}


class NewestFirst(pagination.CursorPagination):
    """Steady pages at any size of the table: no counts, no offsets."""

    ordering = ("-started_at", "uuid")
    page_size = 50


class LineSerializer(serializers.ModelSerializer[Line]):
    numbers = serializers.SlugRelatedField[PhoneNumber](slug_field="number", many=True, read_only=True)

    class Meta:
        model = Line
        fields = ["key", "name", "timezone", "numbers", "live"]


class CallSerializer(serializers.ModelSerializer[Call]):
    line = serializers.SlugRelatedField[Line](slug_field="key", read_only=True)

    class Meta:
        model = Call
        fields = [
            "uuid",
            "conversation",
            "line",
            "version",
            "caller",
            "dialled",
            "started_at",
            "time_zone",
            "ended_at",
            "duration_seconds",
            "price",
            "status",
            "outcome",
            "last_destination",
            "language",
            "turn_count",
        ]

    def to_representation(self, call: Call) -> Any:
        """Callers' numbers stand masked wherever they stand, for those who may not see them whole."""
        told = super().to_representation(call)
        return told if sees_numbers(self.context["request"].user) else self.mask(call).deep(told)

    def mask(self, call: Call) -> Mask:
        return Mask([call.caller])


class TurnSerializer(serializers.ModelSerializer[Turn]):
    visits = serializers.SerializerMethodField()
    ncco = serializers.SerializerMethodField()

    class Meta:
        model = Turn
        fields = [
            "n",
            "at",
            "waited_at",
            "heard",
            "digits",
            "outcome",
            "option",
            "language",
            "visits",
            "waits_at",
            "ncco",
        ]

    def get_visits(self, turn: Turn) -> Any:
        return json.loads(turn.visits or "[]")

    def get_ncco(self, turn: Turn) -> Any:
        return json.loads(turn.ncco)


class CallWithTurnsSerializer(CallSerializer):
    turns = TurnSerializer(many=True, read_only=True)

    class Meta(CallSerializer.Meta):
        fields = [*CallSerializer.Meta.fields, "turns"]

    def mask(self, call: Call) -> Mask:
        return mask_of(call)


class LineList(generics.ListAPIView[Line]):
    queryset = Line.objects.prefetch_related("numbers").order_by("name")
    serializer_class = LineSerializer
    permission_classes = [permissions.IsAdminUser, MaySee]


class CallList(generics.ListAPIView[Call]):
    """Newest first; `?line=KEY` and, for those who see whole numbers, `?caller=NUMBER` narrow it."""

    queryset = Call.objects.select_related("line")
    serializer_class = CallSerializer
    permission_classes = [permissions.IsAdminUser, MaySee]
    pagination_class = NewestFirst

    def get_queryset(self) -> QuerySet[Call]:
        if "caller" in self.request.query_params and not sees_numbers(self.request.user):
            raise PermissionDenied("Numbers are masked for you, so calls cannot be found by them.")
        asked = {
            field: self.request.query_params[name]
            for name, field in (("line", "line__key"), ("caller", "caller"))
            if name in self.request.query_params
        }
        return super().get_queryset().filter(**asked)


class CallDetail(generics.RetrieveAPIView[Call]):
    """One call with its turns, in order."""

    queryset = Call.objects.select_related("line").prefetch_related("turns")
    serializer_class = CallWithTurnsSerializer
    permission_classes = [permissions.IsAdminUser, MaySee]


@api_view(["GET"])
def root(request: Request) -> Response:
    return Response({name: reverse(f"api-{name}", request=request) for name in ("lines", "calls")})


urlpatterns = [
    path("", root, name="api"),
    path("lines/", LineList.as_view(), name="api-lines"),
    path("calls/", CallList.as_view(), name="api-calls"),
    path("calls/<str:pk>/", CallDetail.as_view(), name="api-call"),
]
