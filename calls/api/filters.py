"""What narrows a list. A filter that is not known is refused, since to leave it out would tell too much."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError as Invalid
from django.core.validators import RegexValidator
from django.db.models import Exists, OuterRef, QuerySet
from django_filters import rest_framework as filters
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request

from calls.masking import sees_numbers
from calls.models import Call, CallbackRequest, CallOutcome, Recording, Visit
from menus.models import Line

PAGING: Final = frozenset(("cursor", "page_size"))
NO_LINE: Final = "There is no line with this key. /api/v1/lines/ lists them."
_KEY: Final = RegexValidator(r"\A[A-Za-z0-9_-]{1,64}\Z", "Give a key, like front-desk.")


def only_known(request: Request, known: Collection[str]) -> None:
    for name in request.query_params:
        if name not in known:
            told = (
                f"There is no such filter here; there are: {', '.join(sorted(known))}." if known else "None is taken."
            )
            raise ValidationError({name[:60]: [told]})


def a_day(day: date) -> None:
    if not 2000 <= day.year <= 9000:
        raise Invalid("Give a day from the year 2000 on.")


class Known(filters.DjangoFilterBackend):  # type: ignore[misc]
    """Faults name their field; so does a filter that is not there."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        only_known(request, {*view.filterset_class.base_filters, *PAGING})
        return super().filter_queryset(request, queryset, view)


def _day(name: str, told: str) -> Any:
    errors = {"invalid": "Write the day like 2026-11-30."}
    return filters.DateFilter(
        input_formats=["%Y-%m-%d"],
        validators=[a_day],
        error_messages=errors,
        method=f"filter_{name}",
        help_text=told,
    )


def _line() -> Any:
    return filters.ModelChoiceFilter(
        queryset=Line.objects.all(),
        to_field_name="key",
        help_text="The line's key.",
        error_messages={"invalid_choice": NO_LINE},
    )


class CallFilters(filters.FilterSet):  # type: ignore[misc]
    line = _line()
    outcome = filters.ChoiceFilter(choices=CallOutcome.choices, help_text="How it ended.")
    destination = filters.CharFilter(
        method="filter_destination",
        validators=[_KEY],
        help_text="The key of a destination that the caller came to. It needs line.",
    )
    version = filters.UUIDFilter(field_name="version_id", help_text="The id of the version that the caller heard.")
    language = filters.CharFilter(max_length=20, help_text="A language's key, like en.")
    caller = filters.CharFilter(
        max_length=64, method="filter_caller", help_text="A whole number, for those who may see numbers."
    )

    class Meta:
        model = Call
        fields: list[str] = []

    def filter_from(self, queryset: QuerySet[Call], name: str, day: date) -> QuerySet[Call]:
        """By the index on when they rang, too: no local day begins more than 15 hours before its namesake in UTC."""
        return queryset.filter(local_day__gte=day, started_at__gte=_midnight(day) - timedelta(hours=15))

    def filter_to(self, queryset: QuerySet[Call], name: str, day: date) -> QuerySet[Call]:
        return queryset.filter(local_day__lte=day, started_at__lt=_midnight(day) + timedelta(hours=39))

    def filter_destination(self, queryset: QuerySet[Call], name: str, key: str) -> QuerySet[Call]:
        line = self.form.cleaned_data.get("line")
        if line is None:
            raise ValidationError({"destination": ["Give line, too: destinations are named within a line."]})
        return queryset.filter(Exists(Visit.objects.filter(call_id=OuterRef("pk"), line=line, destination=key)))

    def filter_caller(self, queryset: QuerySet[Call], name: str, number: str) -> QuerySet[Call]:
        if not sees_numbers(self.request.user):
            raise PermissionDenied("Numbers are masked for you, so calls cannot be found by them.")
        return queryset.filter(caller=number.strip().removeprefix("+"))


CallFilters.base_filters |= {  # `from` is no name in Python
    "from": _day("from", "From this day on, local to the line, like 2026-11-01."),
    "to": _day("to", "Up to this day, it included, local to the line, like 2026-11-30."),
}


class WorkFilters(filters.FilterSet):  # type: ignore[misc]
    """Of what is to be done by staff."""

    line = _line()
    assigned_to = filters.ModelChoiceFilter(
        queryset=get_user_model().objects.all(),
        to_field_name=get_user_model().USERNAME_FIELD,
        help_text="The user who works on it.",
        error_messages={"invalid_choice": "There is no user of this name."},
    )


class MessageFilters(WorkFilters):
    state = filters.ChoiceFilter(choices=Recording.State.choices, help_text="How far it is.")
    mailbox = filters.CharFilter(max_length=100, help_text="As the voicemail names it, like Reception.")

    class Meta:
        model = Recording
        fields: list[str] = []


class CallbackFilters(WorkFilters):
    state = filters.ChoiceFilter(choices=CallbackRequest.State.choices, help_text="How far it is.")
    team = filters.CharFilter(max_length=100, help_text="Who is to call back, like Loans.")

    class Meta:
        model = CallbackRequest
        fields: list[str] = []


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
