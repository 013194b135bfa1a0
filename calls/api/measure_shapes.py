"""What the measures look like to other programs. A share is null where nothing was counted."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from calls.api import examples

Count = serializers.IntegerField


def _share(of: str) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=f"Of {of}, 0 to 1; null where there were none.")


def _average(what: str) -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=what)


class TotalsShape(serializers.Serializer[Any]):
    """What came of calls; a share is of the calls offered."""

    offered = Count()
    answered = Count()
    contained = Count(help_text="Came to a place marked as served and sought nobody after that.")
    transferred = Count()
    voicemail = Count()
    callbacks = Count()
    abandoned = Count(help_text="Hung up in the menu, short calls apart.")
    short = Count()
    recontacts = Count()
    in_progress = Count()
    seconds = Count()
    cost = serializers.DecimalField(16, 8, help_text="EUR")
    answered_share = _share("the calls offered")
    contained_share = _share("the calls offered")
    transferred_share = _share("the calls offered")
    abandoned_share = _share("the calls offered")
    recontact_share = _share("the calls offered")
    average_person_seconds = _average("From the ring until somebody answered.")
    average_served_seconds = _average("From the ring until a place marked as served.")
    by_outcome = serializers.DictField(child=Count(), help_text="Calls by outcome; short ones are among the abandoned.")


class DayShape(serializers.Serializer[Any]):
    day = serializers.DateField()
    totals = TotalsShape()


class VersionTotals(serializers.Serializer[Any]):
    version_id = serializers.UUIDField(allow_null=True)
    number = Count(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    totals = TotalsShape()


class LanguageTotals(serializers.Serializer[Any]):
    language = serializers.CharField(allow_blank=True)
    totals = TotalsShape()


class Named(serializers.Serializer[Any]):
    """A row of a report, and what staff call it now."""

    name = serializers.CharField()

    def to_representation(self, named: Any) -> dict[str, Any]:
        row = {
            name: field.to_representation(value) if (value := getattr(named["row"], name)) is not None else None
            for name, field in self.fields.items()
            if name != "name"
        }
        return {"name": named["name"], **row}


class PlaceShape(Named):
    destination = serializers.CharField()
    kind = serializers.CharField(allow_blank=True)
    entries = Count(help_text="Visits; being asked again is the same visit.")
    callers = Count(help_text="Calls that came here.")
    passes = Count()
    asks = Count()
    silences = Count()
    wrong_keys = Count()
    hang_ups = Count()
    operator = Count()
    gave_up = Count()
    wrong_turns = Count()
    seconds = Count()
    drop_off = _share("the visits")
    silence_rate = _share("the times that it asked")
    wrong_key_rate = _share("the times that it asked")
    average_seconds = _average("Spent here in one visit.")


class OptionShape(Named):
    option = serializers.CharField()
    count = Count()
    entries = Count(help_text="Of the whole menu.")
    share = _share("the visits to the menu")
    wrong_turns = Count()
    led_to = serializers.CharField(allow_blank=True)


class TargetShape(Named):
    destination = serializers.CharField()
    dialled = serializers.CharField(allow_blank=True)
    attempts = Count()
    answered = Count()
    share = _share("the attempts")
    by_fate = serializers.DictField(child=Count(), help_text="Why nobody was reached.")
    average_ring_seconds = _average("Until the answer, of those answered.")
    talk_seconds = Count()


class Report(serializers.Serializer[Any]):
    """Whose and of which days it is."""

    line = serializers.CharField(help_text="The line's key.")
    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name in Python."""
        fields = super().get_fields()
        return {"line": fields.pop("line"), "from": serializers.DateField(), **fields}


_VERSION = {name: examples.VERSION[name] for name in ("number", "published_at")}
_VERSION |= {"version_id": examples.VERSION["id"], "totals": examples.TOTALS}


@examples.shown("November", examples.of_november(totals=examples.TOTALS))
class TotalsReport(Report):
    totals = TotalsShape()


@examples.shown("November", examples.of_november(results=[{"day": "2026-11-23", "totals": examples.TOTALS}]))
class DaysReport(Report):
    results = DayShape(many=True)


@examples.shown("November", examples.of_november(results=[examples.PLACE]))
class PlacesReport(Report):
    results = PlaceShape(many=True)


@examples.shown("November", examples.of_november(results=[examples.OPTION]))
class OptionsReport(Report):
    results = OptionShape(many=True)


@examples.shown("November", examples.of_november(results=[examples.TARGET]))
class TargetsReport(Report):
    results = TargetShape(many=True)


@examples.shown("November", examples.of_november(results=[_VERSION]))
class VersionsReport(Report):
    results = VersionTotals(many=True)


@examples.shown("November", examples.of_november(results=[{"language": "en", "totals": examples.TOTALS}]))
class LanguagesReport(Report):
    results = LanguageTotals(many=True)
