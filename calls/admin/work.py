"""What the two lists to work on have in common: who may change them, who works on what, and what the history says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from calls import access
from calls.admin.looking import LogAdmin


class TeamFilter(admin.AllValuesFieldListFilter):
    def choices(self, changelist: Any) -> Iterator[Any]:
        """A link needs a name, also that to requests for no team."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or gettext("No team")}


class LineFilter(admin.RelatedOnlyFieldListFilter):
    def choices(self, changelist: Any) -> Iterator[Any]:
        """A dash is no name for a choice."""
        for choice in super().choices(changelist):
            yield {**choice, "display": gettext("No line")} if choice["display"] == self.empty_value_display else choice


class AssignedFilter(admin.SimpleListFilter):
    title = _("who works on it")
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", gettext("Assigned to me")), ("nobody", gettext("Nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "me":
                return queryset.filter(assigned_to=request.user.pk)
            case "nobody":
                return queryset.filter(assigned_to=None)
            case _:
                return queryset


class WorkAdmin(LogAdmin):
    badges: Mapping[Any, str]
    """How each state looks."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_change_permission(request, obj)

    def sees_numbers(self, request: HttpRequest) -> bool:
        """Whoever is to call back needs the number."""
        return super().sees_numbers(request) or self.has_change_permission(request)

    def number_of(self, row: Any) -> str:
        """The caller's, as a list shows it."""
        raise NotImplementedError

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        answer = super().changelist_view(request, extra_context)
        changelist = (getattr(answer, "context_data", None) or {}).get("cl")
        if changelist and self.sees_numbers(request):
            access.note_list(request.user, map(self.number_of, changelist.result_list))
        return answer

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return super().response_action(request, queryset, *args, **kwargs)
        except (ValueError, OverflowError) as fault:
            raise SuspiciousOperation("What was chosen is no id of a row.") from fault

    @admin.display(description=_("state"))
    def shown_state(self, row: Any) -> SafeString:
        return format_html('<span class="badge {}">{}</span>', self.badges.get(row.state, ""), row.get_state_display())

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> str:  # type: ignore[override]
        """`Done: ana. Note written.`"""
        row = form.instance
        with translation.override(settings.LANGUAGE_CODE):
            state = str(row.get_state_display())
        words = [state + (f": {row.assigned_to}" if row.assigned_to else "")]
        words += ["Note written"] if "note" in form.changed_data else []
        return ". ".join(words) + "."

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assigned_to":
            people = get_user_model().objects.filter(is_staff=True, is_active=True)
            kwargs["queryset"] = people.order_by(get_user_model().USERNAME_FIELD)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "assigned_to" in form.base_fields:
            widget: Any = form.base_fields["assigned_to"].widget
            widget.can_add_related = widget.can_change_related = False
            widget.can_view_related = widget.can_delete_related = False
        return form
