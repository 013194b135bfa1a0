"""What lines, versions and calls look like to other programs."""

from __future__ import annotations

import json
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from calls.api import examples
from calls.masking import Mask, mask_of, sees_numbers
from calls.models import Call, Leg, Turn
from menus.models import Line, PhoneNumber, Version


@examples.shown("A line", examples.LINE)
class LineShape(serializers.ModelSerializer[Line]):
    numbers = serializers.SlugRelatedField[PhoneNumber](slug_field="number", many=True, read_only=True)

    class Meta:
        model = Line
        fields = ["key", "name", "timezone", "numbers", "live"]


@examples.shown("A version", examples.VERSION)
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


@examples.shown("A version that says goodbye", examples.VERSION | {"flow": examples.FLOW})
class VersionWithFlow(VersionShape):
    flow = serializers.SerializerMethodField(help_text="As in a line file: docs/lines.md.")

    class Meta(VersionShape.Meta):
        fields = [*VersionShape.Meta.fields, "flow"]

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_flow(self, version: Version) -> Any:
        return json.loads(version.flow)


@examples.shown("A call that was put through", examples.CALL)
class CallShape(serializers.ModelSerializer[Call]):
    line = serializers.SlugRelatedField[Line](slug_field="key", read_only=True, allow_null=True)

    class Meta:
        model = Call
        fields = [*examples.CALL]

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


@examples.shown("A key pressed in a menu", examples.TURN)
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


@examples.shown("Somebody answered", examples.LEG)
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
