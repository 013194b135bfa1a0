"""What lines, versions and calls look like to other programs."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from calls.masking import Mask, mask_of, sees_numbers
from calls.models import Call, Leg, Turn
from menus.models import Line, PhoneNumber, Version


class LineShape(serializers.ModelSerializer[Line]):
    numbers = serializers.SlugRelatedField[PhoneNumber](slug_field="number", many=True, read_only=True)

    class Meta:
        model = Line
        fields = ["key", "name", "timezone", "numbers", "live"]


class VersionShape(serializers.ModelSerializer[Version]):
    published_by = serializers.SerializerMethodField(
        help_text="Null: a command did, or somebody who is no user any more."
    )
    is_live = serializers.SerializerMethodField(help_text="New calls hear this version.")

    class Meta:
        model = Version
        fields = ["id", "number", "note", "published_at", "published_by", "digest", "is_live"]

    def get_published_by(self, version: Version) -> str | None:
        return str(version.published_by) if version.published_by else None

    def get_is_live(self, version: Version) -> bool:
        return version.line.live_id == version.pk


class VersionWithFlow(VersionShape):
    flow = serializers.SerializerMethodField(help_text="As in a line file: docs/lines.md.")

    class Meta(VersionShape.Meta):
        fields = [*VersionShape.Meta.fields, "flow"]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_flow(self, version: Version) -> Any:
        return json.loads(version.flow)


CALL = {
    "uuid": "63f61863-4a51-4f6b-86e1-46edebcf9356",
    "conversation": "CON-f972836a-550f-45fa-956c-12a2ab5b7d22",
    "line": "riverbend-clinic",
    "version": "0a4bd1b2-77c8-4ad9-9a9c-6ea8b6d1e1f0",
    "caller": "+1 ••• ••• ••42",
    "dialled": "12025550120",
    "started_at": "2026-11-23T14:03:11Z",
    "time_zone": "America/New_York",
    "local_day": "2026-11-23",
    "local_hour": 9,
    "answered_at": "2026-11-23T14:03:11Z",
    "ended_at": "2026-11-23T14:04:02Z",
    "duration_seconds": 51,
    "price": "0.01275000",
    "cost": "0.03100000",
    "status": "completed",
    "outcome": "transferred",
    "last_destination": "desk",
    "language": "en",
    "turn_count": 4,
    "person_seconds": 22,
    "served_seconds": None,
    "is_short": False,
    "is_recontact": False,
}


@extend_schema_serializer(examples=[OpenApiExample("A call that was put through", value=CALL)])
class CallShape(serializers.ModelSerializer[Call]):
    line = serializers.SlugRelatedField[Line](slug_field="key", read_only=True, allow_null=True)

    class Meta:
        model = Call
        fields = [*CALL]

    def to_representation(self, call: Call) -> Any:
        """Callers' numbers stand masked wherever they stand, for those who may not see them whole."""
        told = super().to_representation(call)
        return told if sees_numbers(self.context["request"].user) else Mask([call.caller]).deep(told)


class _OfCall:
    """What belongs to one call is masked by all that is known of its numbers."""

    context: dict[str, Any]

    def masked(self, told: Any) -> Any:
        if sees_numbers(self.context["request"].user):
            return told
        if "mask" not in self.context:
            self.context["mask"] = mask_of(self.context["call"])
        return self.context["mask"].deep(told)


class PassedShape(serializers.Serializer[Any]):
    """A destination that the caller passed in this turn."""

    destination = serializers.CharField()
    outcome = serializers.CharField(help_text="How they left it, for example chosen.")
    option = serializers.CharField(allow_blank=True)
    why = serializers.CharField(allow_blank=True)
    led_to = serializers.CharField(allow_blank=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A key pressed in a menu",
            value={
                "n": 2,
                "at": "2026-11-23T14:03:30Z",
                "waited_at": "main",
                "heard": "keyed",
                "digits": "1",
                "outcome": "chosen",
                "option": "desk",
                "language": "en",
                "visits": [{"destination": "main", "outcome": "chosen", "option": "desk", "why": "", "led_to": "desk"}],
                "waits_at": "desk",
                "ncco": [{"action": "talk", "text": "One moment."}],
            },
        )
    ]
)
class TurnShape(_OfCall, serializers.ModelSerializer[Turn]):
    visits = serializers.SerializerMethodField(help_text="The destinations passed, in order.")
    ncco = serializers.SerializerMethodField(help_text="What was then sent to be said and done.")

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

    @extend_schema_field(PassedShape(many=True))
    def get_visits(self, turn: Turn) -> Any:
        names = ("destination", "outcome", "option", "why", "led_to")
        return [dict(zip(names, visit, strict=True)) for visit in json.loads(turn.visits or "[]")]

    @extend_schema_field(serializers.ListField(child=serializers.DictField()))
    def get_ncco(self, turn: Turn) -> Any:
        return json.loads(turn.ncco)

    def to_representation(self, turn: Turn) -> Any:
        return self.masked(super().to_representation(turn))


class LegShape(_OfCall, serializers.ModelSerializer[Leg]):
    class Meta:
        model = Leg
        fields = [
            "uuid",
            "destination",
            "target",
            "caller",
            "dialled",
            "status",
            "fate",
            "started_at",
            "answered_at",
            "ended_at",
            "duration_seconds",
            "price",
        ]

    def to_representation(self, leg: Leg) -> Any:
        return self.masked(super().to_representation(leg))
