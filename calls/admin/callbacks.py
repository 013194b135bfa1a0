"""The work list of callback requests: whom to call, when, and who does it. Two who take one at once hear of it."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from calls import access
from calls.admin.call_asked import digits_of, following
from calls.admin.looking import shown
from calls.admin.work import AssignedFilter, LineFilter, TeamFilter, WorkAdmin
from calls.masking import Mask, masked
from calls.models import Access, Call, CallbackRequest
from calls.reports.backlog import late_callbacks
from calls.script import number

State = CallbackRequest.State
RANK: Final = {State.OPEN: 0, State.ASSIGNED: 1, State.DONE: 2}
FREE: Final = Q(state=State.OPEN) | Q(state=State.ASSIGNED, assigned_to=None)
"""What anybody may take; nobody has it, or who had it is no user any more."""
_BADGES: Final = {State.OPEN: "warning", State.ASSIGNED: "", State.DONE: "good"}


class CallbackForm(forms.ModelForm[CallbackRequest]):
    """What is done about a request. It is saved only if it still is as it was shown."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.was = _as_seen(self.instance)
            self.initial["seen"] = self.was

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("seen") != self.was:
            holder = _who_has(self.instance)
            raise forms.ValidationError(
                gettext("Somebody changed this request meanwhile: %(holder)s. Open it again.") % {"holder": holder}
            )
        state, somebody = given.get("state"), given.get("assigned_to")
        if state == State.OPEN and somebody and "assigned_to" in self.changed_data:
            given["state"] = State.ASSIGNED
        elif state == State.OPEN:
            given["assigned_to"] = None
        elif state == State.ASSIGNED and not somebody and "state" not in self.changed_data:
            given["state"] = State.OPEN
        return given


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("due", gettext("To do")), ("late", gettext("Overdue")), *State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case None:
                return queryset
            case "due":
                return queryset.exclude(state=State.DONE)
            case "late":
                return queryset.filter(late_callbacks(timezone.now()))
            case chosen:
                return queryset.filter(state=chosen)


@admin.register(CallbackRequest)
class CallbackAdmin(WorkAdmin):
    badges = _BADGES
    form = CallbackForm
    list_display = ("whom", "due", "line", "team", "spoken", "shown_state", "assigned_to")
    list_select_related = ("line", "assigned_to")
    list_filter = (StateFilter, ("line", LineFilter), ("team", TeamFilter), AssignedFilter)
    search_fields = ("number",)
    search_help_text = _("A number or its beginning, like +1 202 555; or the whole id of its call.")
    masked_search_help = _("The whole id of a call. Numbers are masked for you, so requests cannot be found by them.")
    change_list_template = "admin/calls/callback_list.html"
    actions = ("take", "finish")  # type: ignore[assignment]
    fieldsets = (
        (None, {"fields": ("whom", "when", "team", "line", "spoken", "asked", "call")}),
        (_("What is done about it"), {"fields": ("state", "assigned_to", "note", "finished", "seen")}),
    )
    readonly_fields = ("whom", "when", "team", "line", "spoken", "asked", "call", "finished")

    # --- what is shown ---

    def number_of(self, row: CallbackRequest) -> str:
        return row.number

    @admin.display(description=_("whom to call"))
    def whom(self, row: CallbackRequest) -> str:
        return number(row.number)

    @admin.display(description=_("whom to call"))
    def masked_number(self, row: CallbackRequest) -> str:
        return masked(row.number)

    @admin.display(description=_("when"))
    def when(self, row: CallbackRequest) -> SafeString:
        now = timezone.now()
        late = format_html(' <span class="badge error">{}</span>', gettext("overdue")) if is_overdue(row, now) else ""
        return format_html('<span title="{}">{}</span>{}', row.time_zone, in_words(row, now), late)

    @admin.display(description=_("when"))
    def due(self, row: CallbackRequest) -> SafeString:
        return format_html(
            '{}<br><span class="quiet">{}</span>',
            self.when(row),
            gettext("asked %(age)s") % {"age": self.age(row)},
        )

    @admin.display(description=_("language"))
    def spoken(self, row: CallbackRequest) -> str:
        names = {language.key: language.name for language in row.line.languages.all()} if row.line else {}
        return str(names.get(row.language, row.language)) or "–"

    def age(self, row: CallbackRequest) -> str:
        return gettext("%(time)s ago") % {"time": timesince(row.created_at, depth=1)}

    @admin.display(description=_("asked"))
    def asked(self, row: CallbackRequest) -> str:
        return f"{shown(row.created_at, row.time_zone)} ({row.time_zone}), {self.age(row)}"

    @admin.display(description=_("done"))
    def finished(self, row: CallbackRequest) -> str:
        return shown(row.done_at, row.time_zone)

    @admin.display(description=_("in this call"))
    def call(self, row: CallbackRequest) -> str:
        if not Call.objects.filter(pk=row.call_uuid).exists():
            return row.call_uuid
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:calls_call_change", args=[row.call_uuid]),
            gettext("What was said and keyed"),
        )

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallbackRequest]:
        rows: QuerySet[CallbackRequest] = super().get_queryset(request).prefetch_related("line__languages")
        return rows

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return columns if self.sees_numbers(request) else ["masked_number", *columns[1:]]

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return list_display[:1]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look has no form, and nothing to tell it by."""
        may = self.has_change_permission(request, obj)
        return [
            (title, options | {"fields": tuple(name for name in options["fields"] if may or name != "seen")})
            for title, options in self.fieldsets
        ]

    def get_ordering(self, request: HttpRequest) -> Any:
        """What is to be done first stands first: open ones by their time, then those assigned; last done first."""
        rank = Case(
            *(When(state=state, then=Value(place)) for state, place in RANK.items()), output_field=IntegerField()
        )
        done = Case(When(state=State.DONE, then=F("done_at")))
        return (rank, done.desc(), Coalesce("begins_at", "created_at"), "pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        wanted = Q(call_uuid=term)
        if self.sees_numbers(request) and (digits := digits_of(term)):
            wanted |= Q(number__gte=digits, number__lt=following(digits))
        return (queryset.filter(wanted) if term else queryset), False

    # --- what is done about it ---

    @admin.action(description=_("Take it"), permissions=["change"])
    def take(self, request: HttpRequest, chosen: QuerySet[CallbackRequest]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            free = CallbackRequest.objects.filter(FREE, pk=pk)
            taken = free.update(state=State.ASSIGNED, assigned_to=request.user.pk)
            self._tell(request, pk, bool(taken), gettext_noop("Took it."))

    @admin.action(description=_("Done"), permissions=["change"])
    def finish(self, request: HttpRequest, chosen: QuerySet[CallbackRequest]) -> None:
        for pk in chosen.values_list("pk", flat=True):
            due = CallbackRequest.objects.exclude(state=State.DONE).filter(pk=pk)
            who = Coalesce("assigned_to", Value(request.user.pk))
            done = due.update(state=State.DONE, done_at=timezone.now(), assigned_to=who)
            self._tell(request, pk, bool(done), gettext_noop("Done."))

    def _tell(self, request: HttpRequest, pk: Any, changed: bool, what: str) -> None:
        """Whoever came second is told who has it."""
        row = CallbackRequest.objects.select_related("assigned_to").get(pk=pk)
        if changed:
            self.log_change(request, row, what)
            messages.success(request, f"{number(row.number)}: {gettext(what)}")
        else:
            messages.warning(
                request,
                gettext("%(number)s: %(who_has)s, so nothing was changed.")
                % {"number": number(row.number), "who_has": _who_has(row)},
            )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Of two who save at the same moment, the second waits, and then sees what the first has done."""
        if request.method == "POST" and self.has_change_permission(request) and (pk := _whole(object_id)) is not None:
            CallbackRequest.objects.select_for_update().filter(pk=pk).first()
        row = super().get_object(request, object_id, from_field)
        if row is not None and self.sees_numbers(request):
            access.note(Access.What.SAW_NUMBERS, request.user, row.call_uuid, gettext_noop("callback request"))
        elif row is not None:
            callers = Call.objects.filter(pk=row.call_uuid).values_list("caller", flat=True)
            row.note, row.number = Mask([row.number, *callers]).text(row.note), masked(row.number)
        return row

    def save_model(self, request: HttpRequest, obj: CallbackRequest, form: Any, change: bool) -> None:
        if obj.state == State.OPEN:
            obj.assigned_to = None
        elif obj.assigned_to is None:
            obj.assigned_to = cast(Any, request.user)
        obj.done_at = (obj.done_at or timezone.now()) if obj.state == State.DONE else None
        super().save_model(request, obj, form, change)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _as_seen(row: CallbackRequest) -> str:
    return f"{row.state} {row.assigned_to_id} {zlib.crc32(row.note.encode())}"


def _who_has(row: CallbackRequest) -> str:
    match row.state, row.assigned_to:
        case State.DONE, who:
            about = {"who": who, "when": shown(row.done_at, row.time_zone)}
            if who is None:
                return gettext("it was done on %(when)s") % about
            return gettext("it was done by %(who)s on %(when)s") % about
        case _, None:
            return gettext("it is open")
        case _, who:
            return gettext("%(who)s has it") % {"who": who}


def is_overdue(row: CallbackRequest, now: datetime) -> bool:
    return row.state != State.DONE and row.ends_at is not None and row.ends_at <= now


def in_words(row: CallbackRequest, now: datetime) -> str:
    """`today 14:00–16:00`, by the clocks of the line; `soon` where no time was chosen."""
    if row.begins_at is None:
        return gettext("soon")
    zone = ZoneInfo(row.time_zone)
    begins = row.begins_at.astimezone(zone)
    today = now.astimezone(zone).date()
    one = timedelta(days=1)
    near = {today - one: gettext("yesterday"), today: gettext("today"), today + one: gettext("tomorrow")}
    day = near.get(begins.date()) or date_format(begins, "D j M")
    ends = f"–{row.ends_at.astimezone(zone):%H:%M}" if row.ends_at else ""
    return f"{day} {begins:%H:%M}{ends}"
