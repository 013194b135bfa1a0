"""The two work lists: messages and callback requests. What is changed here takes the same way as in the admin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import translation
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from calls.api import examples
from calls.api.filters import CallbackFilters, Known, MessageFilters
from calls.api.login import KeyUser
from calls.api.paging import NewestCallbacks, NewestMessages
from calls.api.reading import note_numbers
from calls.inbox.player import HEAR
from calls.masking import Mask, masked, sees_numbers
from calls.models import Call, CallbackRequest, Recording
from menus.models import Line

CALL_BACK: Final = "calls.change_callbackrequest"


class WorkShape(serializers.ModelSerializer[Any]):
    """What all work has: whose it is and how far."""

    line = serializers.SlugRelatedField[Line](slug_field="key", read_only=True, allow_null=True)
    assigned_to = serializers.SlugRelatedField[Any](
        slug_field=get_user_model().USERNAME_FIELD, read_only=True, allow_null=True
    )


def calls_back(user: Any) -> bool:
    return not isinstance(user, KeyUser) and bool(user.has_perm(CALL_BACK))


@examples.shown("Somebody is to be called back", examples.CALLBACK)
class CallbackShape(WorkShape):
    class Meta:
        model = CallbackRequest
        fields = [
            "id",
            "call_uuid",
            "line",
            "destination",
            "team",
            "number",
            "begins_at",
            "ends_at",
            "time_zone",
            "language",
            "created_at",
            "state",
            "assigned_to",
            "note",
            "done_at",
        ]

    def to_representation(self, row: CallbackRequest) -> Any:
        """Staff who are to call back need the number; a key needs the scope for numbers."""
        told, user = super().to_representation(row), self.context["request"].user
        if sees_numbers(user) or calls_back(user):
            return told
        mask = Mask([row.number, self.context["callers"].get(row.call_uuid, "")])
        return {**mask.deep(told), "number": masked(row.number)}


@examples.shown("A message", examples.MESSAGE)
class MessageShape(WorkShape):
    seconds = serializers.SerializerMethodField(help_text="How long it is.")
    is_fetched = serializers.SerializerMethodField(help_text="Its sound is in our own keeping.")

    class Meta:
        model = Recording
        fields = [
            "uuid",
            "call_uuid",
            "line",
            "destination",
            "mailbox",
            "language",
            "seconds",
            "is_fetched",
            "received_at",
            "transcript",
            "state",
            "assigned_to",
            "note",
            "heard_at",
            "done_at",
        ]

    def get_seconds(self, row: Recording) -> int | None:
        return round((row.ended_at - row.started_at).total_seconds()) if row.started_at and row.ended_at else None

    def get_is_fetched(self, row: Recording) -> bool:
        return row.fetched_at is not None

    def to_representation(self, row: Recording) -> Any:
        told, user = super().to_representation(row), self.context["request"].user
        if not user.has_perm(HEAR):
            told["transcript"] = ""
        if sees_numbers(user):
            return told
        callers = self.context["callers"]
        return Mask([callers.get(row.call_uuid) or callers.get(row.conversation, "")]).deep(told)


_CHANGE = OpenApiExample("Somebody takes it", value={"state": "assigned", "assigned_to": "ana"}, request_only=True)
_DONE = OpenApiExample("It is done", value={"state": "done", "note": "Called at 10:20."}, request_only=True)


@extend_schema_serializer(examples=[_CHANGE, _DONE])
class CallbackChange(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    state = serializers.ChoiceField(choices=CallbackRequest.State.choices, required=False)
    assigned_to = serializers.CharField(
        required=False, allow_null=True, max_length=150, help_text="A user; null: nobody."
    )
    note = serializers.CharField(required=False, allow_blank=True, max_length=10_000)

    def to_internal_value(self, data: Any) -> Any:
        known = set(self.fields)
        if isinstance(data, Mapping) and (strange := [name for name in data if name not in known]):
            raise ValidationError({name[:60]: [f"Only {', '.join(known)} can be changed."] for name in strange})
        return super().to_internal_value(data)


@extend_schema_serializer(examples=[_DONE])
class MessageChange(CallbackChange):
    state = serializers.ChoiceField(choices=Recording.State.choices, required=False)


class Work(generics.GenericAPIView[Any]):
    filter_backends = [Known]
    changes: type[CallbackChange]
    model: type[Any]
    needs_to_change: str

    def sees(self, user: Any) -> bool:
        return sees_numbers(user)

    def told(self, rows: Iterable[Any]) -> list[Any]:
        rows = list(rows)
        context = {**self.get_serializer_context(), "callers": _callers(rows)}
        return list(self.get_serializer_class()(rows, many=True, context=context).data)


def _callers(rows: list[Any]) -> dict[str, str]:
    """Who rang, by the call's id and, for a message that is known by no other, by its conversation."""
    talks = {getattr(row, "conversation", "") for row in rows} - {""}
    calls = Call.objects.filter(Q(uuid__in={row.call_uuid for row in rows}) | Q(conversation__in=talks)).order_by()
    found = calls.values_list("uuid", "conversation", "caller")
    return {known: caller for uuid, conversation, caller in found for known in (uuid, conversation) if known}


class WorkList(Work):
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        note_numbers(request, sees=self.sees(request.user))
        return self.get_paginated_response(self.told(rows or []))


class OneWork(Work):
    filter_backends = []

    def get(self, request: Request, pk: Any) -> Response:
        row = get_object_or_404(self.get_queryset(), pk=pk)
        note_numbers(request, row.call_uuid, sees=self.sees(request.user))
        return Response(self.told([row])[0])

    def patch(self, request: Request, pk: Any) -> Response:
        given = self.changes(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            # Alone, without what is joined to it: PostgreSQL locks no row that a left join may not find.
            row = get_object_or_404(self.model._default_manager.select_for_update(), pk=pk)
            change(request, row, given.validated_data, self.needs_to_change)
        return self.get(request, pk)


def change(request: Request, row: Any, given: Mapping[str, Any], right: str) -> None:
    """By the admin's own form, with its rules and its words in the history. A key acts for whoever made it."""
    acting, before = _acting(request, right), f"By {request.user.get_username()}. " if not request.user.pk else ""
    model_admin: Any = admin.site.get_model_admin(type(row))
    form_type = model_admin.get_form(acting, row, change=True)
    blank = form_type(instance=row)
    filled = {name: blank[name].value() for name in blank.fields}
    form = form_type({**filled, **_as_form(given)}, instance=row)
    if not form.is_valid():
        raise ValidationError({name: list(told) for name, told in form.errors.items()})
    if form.has_changed():
        changed = form.save(commit=False)
        model_admin.save_model(acting, changed, form, True)
        with translation.override("en"):
            words = model_admin.construct_change_message(acting, form, [], False)
        model_admin.log_change(acting, changed, f"{before}{words}" if isinstance(words, str) else words)


def _acting(request: Request, right: str) -> HttpRequest:
    user: Any = request.user
    acting = request._request
    if isinstance(user, KeyUser):
        maker = user.key.created_by
        if maker is None or not maker.has_perm(right):  # of one who is not active, too
            raise PermissionDenied("Whoever made this key may not change this any more, so it may not: use a new key.")
        user = maker
    acting.user = user
    return acting


def _as_form(given: Mapping[str, Any]) -> dict[str, Any]:
    """The admin's form names people by their id."""
    data = dict(given)
    if who := data.get("assigned_to"):
        people = get_user_model().objects
        data["assigned_to"] = (
            people.filter(**{get_user_model().USERNAME_FIELD: who}).values_list("pk", flat=True).first()
        )
        if data["assigned_to"] is None:
            raise ValidationError({"assigned_to": ["There is no user of this name."]})
    return data


class CallbackWork(Work):
    needs = "calls.view_callbackrequest"
    needs_to_change = CALL_BACK
    model = CallbackRequest
    queryset = CallbackRequest.objects.select_related("line", "assigned_to")
    serializer_class = CallbackShape
    changes = CallbackChange
    filterset_class = CallbackFilters
    pagination_class = NewestCallbacks

    def sees(self, user: Any) -> bool:
        return super().sees(user) or calls_back(user)


class MessageWork(Work):
    needs = "calls.view_recording"
    needs_to_change = "calls.change_recording"
    model = Recording
    queryset = Recording.objects.select_related("line", "assigned_to")
    serializer_class = MessageShape
    changes = MessageChange
    filterset_class = MessageFilters
    pagination_class = NewestMessages


def _list(name: str, summary: str, shape: Any) -> Any:
    return extend_schema_view(
        get=extend_schema(summary=summary, tags=[name], operation_id=name, responses=shape(many=True))
    )


def _one(name: str, summary: str, shape: Any, changes: type[CallbackChange]) -> Any:
    return extend_schema_view(
        get=extend_schema(summary=summary, tags=[name], responses=shape),
        patch=extend_schema(summary="Say how far it is", tags=[name], request=changes, responses=shape),
    )


@_list("callbacks", "Requests to be called back, newest first", CallbackShape)
class Callbacks(WorkList, CallbackWork):
    """Staff work through them; here another program may show them, and say how far they are."""


@_one("callbacks", "One request", CallbackShape, CallbackChange)
class OneCallback(OneWork, CallbackWork):
    """Whom to call, when, and what was done about it."""


@_list("messages", "Messages that callers left, newest first", MessageShape)
class Messages(WorkList, MessageWork):
    """With a transcript where there is one. The sound of each is under sound/."""


@_one("messages", "One message", MessageShape, MessageChange)
class OneMessage(OneWork, MessageWork):
    """What was left, and what was done about it."""
