"""The voicemail inbox: what callers left, who works on it, and its sound. Opened, it shows what is not done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.contrib import messages as notices
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from calls import access
from calls.admin.call_asked import digits_of, following
from calls.admin.looking import shown
from calls.admin.message_form import MessageForm
from calls.admin.work import AssignedFilter, LineFilter, TeamFilter, WorkAdmin
from calls.inbox.faults import why_silent
from calls.inbox.mail import lasting
from calls.inbox.player import HEAR, play
from calls.masking import Mask, masked
from calls.models import Access, Call, Recording
from calls.reports.backlog import late_messages
from calls.script import number

State = Recording.State
_BADGES: Final = {State.NEW: "warning", State.HEARD: "", State.DONE: "good"}
_NOTE_LETTERS: Final = 60


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", gettext("All")), ("late", gettext("Overdue")), *State.choices]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """What is not done comes first, and without being asked for."""
        for choice in super().choices(changelist):
            first = choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name])
            yield {**choice, "display": gettext("Not done")} if first else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case None:
                return queryset.exclude(state=State.DONE)
            case "all":
                return queryset
            case "late":
                return queryset.filter(late_messages(timezone.now()))
            case chosen:
                return queryset.filter(state=chosen)


class MailboxFilter(TeamFilter):
    """Those that messages are in."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            nameless = choice["display"] == gettext("No team")
            yield {**choice, "display": gettext("No mailbox")} if nameless else choice


@admin.register(Recording)
class MessageAdmin(WorkAdmin):
    badges = _BADGES
    form = MessageForm
    list_display = ("when", "whom", "where", "length", "shown_state", "assigned_to", "short_note")
    list_display_links = ("when",)
    list_select_related = ("line", "assigned_to")
    list_filter = (
        StateFilter,
        ("line", LineFilter),
        ("mailbox", MailboxFilter),
        AssignedFilter,
    )
    search_fields = ("call_uuid",)
    search_help_text = _("A caller’s number or its beginning, like +1 202 555; or the whole id of a call.")
    masked_search_help = _("The whole id of a call. Numbers are masked for you, so messages cannot be found by them.")
    change_list_template = "admin/calls/message_list.html"
    change_form_template = "admin/calls/message_form.html"
    actions = ("take", "finish")  # type: ignore[assignment]
    fieldsets = ((None, {"fields": ("state", "assigned_to", "note", "seen")}),)

    # --- what is shown ---

    @admin.display(description=_("when"))
    def when(self, row: Recording) -> str:
        return shown(row.received_at, _zone(row))

    def number_of(self, row: Recording) -> str:
        return _caller(row)

    @admin.display(description=_("caller"))
    def whom(self, row: Recording) -> str:
        return number(_caller(row))

    @admin.display(description=_("caller"))
    def masked_caller(self, row: Recording) -> str:
        return masked(_caller(row)) or number("")

    @admin.display(description=_("mailbox"))
    def where(self, row: Recording) -> SafeString:
        return format_html('{}<br><span class="quiet">{}</span>', self.box(row), row.line or "–")

    def box(self, row: Recording) -> str:
        return row.mailbox or row.destination or "–"

    @admin.display(description=_("length"))
    def length(self, row: Recording) -> str:
        return lasting(row)

    @admin.display(description=_("note"))
    def short_note(self, row: Recording) -> str:
        return Truncator(row.note).chars(_NOTE_LETTERS) or "–"

    @admin.display(description=_("note"))
    def masked_note(self, row: Recording) -> str:
        return Truncator(Mask([_caller(row)]).text(row.note)).chars(_NOTE_LETTERS) or "–"

    def facts(self, request: HttpRequest, row: Recording) -> list[tuple[str, str]]:
        sees, zone = self.sees_numbers(request), _zone(row)
        languages = {language.key: language.name for language in row.line.languages.all()} if row.line else {}
        age = gettext("%(time)s ago") % {"time": timesince(row.received_at, depth=1)}
        return [
            (gettext("Caller"), self.whom(row) if sees else self.masked_caller(row)),
            (gettext("Received"), f"{shown(row.received_at, zone)} ({zone}), {age}"),
            (gettext("Line"), str(row.line or "–")),
            (gettext("Mailbox"), self.box(row)),
            (gettext("Length"), self.length(row)),
            (gettext("Language"), languages.get(row.language, row.language) or "–"),
            (gettext("Heard"), shown(row.heard_at, zone)),
            (gettext("Done"), shown(row.done_at, zone)),
        ]

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        rows: QuerySet[Recording] = super().get_queryset(request)
        call = Call.objects.filter(pk=OuterRef("call_uuid")).values("caller")[:1]
        other = Call.objects.exclude(conversation="").filter(conversation=OuterRef("conversation")).values("caller")[:1]
        return rows.annotate(its_caller=Coalesce(Subquery(call), Subquery(other)))

    def get_list_display(self, request: HttpRequest) -> Any:
        instead: dict[Any, Any] = (
            {} if self.sees_numbers(request) else {"whom": "masked_caller", "short_note": "masked_note"}
        )
        return [instead.get(name, name) for name in super().get_list_display(request)]

    def get_ordering(self, request: HttpRequest) -> Any:
        return ("-received_at", "pk")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        wanted = Q(call_uuid=term) | Q(pk=term)
        if self.sees_numbers(request) and (digits := digits_of(term)):
            callers = Call.objects.filter(caller__gte=digits, caller__lt=following(digits))
            wanted |= Q(call_uuid__in=callers.order_by().values("pk"))
        return (queryset.filter(wanted) if term else queryset), False

    # --- one message ---

    def get_urls(self) -> list[URLPattern]:
        sound = self.admin_site.admin_view(self.sound_view)
        return [path("<path:object_id>/sound/", sound, name="calls_recording_sound"), *super().get_urls()]

    def sound_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request) or not request.user.has_perm(HEAR):
            raise PermissionDenied
        row = Recording.objects.filter(pk=unquote(object_id)).first()
        if row is None:
            raise Http404("There is no such message.")
        return play(request, row, request.user, may_work=self.has_change_permission(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Of two who save at the same moment, the second waits, and then sees what the first has done."""
        if request.method == "POST" and self.has_change_permission(request):
            Recording.objects.select_for_update().filter(pk=unquote(object_id)).first()
        row = super().get_object(request, object_id, from_field)
        if row is not None and not self.sees_numbers(request):
            mask = Mask([_caller(row)])
            row.note, row.transcript = mask.text(row.note), mask.text(row.transcript)
        return row

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look has no form, and nothing to tell it by."""
        may = self.has_change_permission(request, obj)
        return ((None, {"fields": ("state", "assigned_to", "note", *(["seen"] if may else []))}),)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row: Recording = kwargs["obj"]
        has_sound = row.fetched_at is not None and hasattr(row, "sound")
        call = Call.objects.filter(pk=row.call_uuid).only("pk").first() if row.call_uuid else None
        more = {
            "title": gettext("Message for %(mailbox)s, %(line)s") % {"mailbox": self.box(row), "line": row.line or "–"},
            "facts": self.facts(request, row),
            "message": row,
            "has_sound": has_sound,
            "sound_url": reverse("admin:calls_recording_sound", args=[row.pk]),
            "may_hear": request.user.has_perm(HEAR),
            "silence": "" if has_sound else why_silent(row, timezone.now()),
            "call_url": reverse("admin:calls_call_change", args=[call.pk])
            if call and request.user.has_perm("calls.view_call")
            else "",
        }
        if self.sees_numbers(request) and _caller(row):
            access.note(Access.What.SAW_NUMBERS, request.user, row.call_uuid, gettext_noop("message"))
        return super().render_change_form(request, context | more, *args, **kwargs)

    # --- what is done about it ---

    @admin.action(description=_("Assign to me"), permissions=["change"])
    def take(self, request: HttpRequest, chosen: QuerySet[Recording]) -> None:
        mine = Recording.objects.exclude(assigned_to=request.user.pk)
        self._do(request, chosen, mine, {"assigned_to": request.user.pk}, f"Assigned: {request.user}.")

    @admin.action(description=_("Mark as done"), permissions=["change"])
    def finish(self, request: HttpRequest, chosen: QuerySet[Recording]) -> None:
        due = Recording.objects.exclude(state=State.DONE)
        self._do(request, chosen, due, {"state": State.DONE, "done_at": timezone.now()}, "Done.")

    def _do(
        self, request: HttpRequest, chosen: QuerySet[Recording], free: Any, change: dict[str, Any], words: str
    ) -> None:
        """Only those that are not so already; each is noted as changed."""
        done = [row for row in chosen if free.filter(pk=row.pk).update(**change)]
        for row in done:
            self.log_change(request, row, words)
        told = ngettext("%(count)d message was changed.", "%(count)d messages were changed.", len(done))
        (notices.success if done else notices.warning)(request, told % {"count": len(done)})

    def save_model(self, request: HttpRequest, obj: Recording, form: Any, change: bool) -> None:
        """Only what the form has, for the sound may come meanwhile."""
        now = timezone.now()
        obj.done_at = (obj.done_at or now) if obj.state == State.DONE else None
        if obj.state == State.HEARD:
            obj.heard_at = obj.heard_at or now
        obj.save(update_fields=["state", "assigned_to", "note", "done_at", "heard_at"])


def _zone(row: Recording) -> str:
    return row.line.timezone if row.line else "UTC"


def _caller(row: Recording) -> str:
    return getattr(row, "its_caller", None) or ""
