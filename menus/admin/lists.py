"""Lists of numbers and what is on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.admin.wholes import EntriesAdmin, WholeAdmin, in_drafts, in_live, in_promises
from menus.imports import ListTarget, Target
from menus.models import Branch, NumberList, NumberListEntry
from menus.numbers import read_number, show_number


@admin.register(NumberList)
class NumberListAdmin(WholeAdmin):
    entries = NumberListEntry
    entries_name = "list"
    list_display = ("name", "key", "note")
    fieldsets = (
        (None, {"fields": ("name", "note")}),
        (_("In files"), {"fields": ("key",), "classes": ("collapse",)}),
    )

    def target(self, whole: Any) -> Target:
        return ListTarget(whole)

    def format_help(self, whole: Any) -> Sequence[str]:
        zone = timezone.get_default_timezone_name()
        return [
            gettext("The first line names the columns: number, and if wanted prefix, label, expires."),
            gettext(
                "Numbers have their country code, like +1 202 555 0110. The beginning of numbers has a star behind it, "
                "like +1 202*, or yes under prefix."
            ),
            gettext(
                "Under expires stands a day that still counts, like 2026-12-31, "
                "or a time, like 2026-12-31 18:00 (%(zone)s)."
            )
            % {"zone": zone},
        ]

    def users(self, whole: Any) -> list[Any]:
        drafts = in_drafts(Branch.objects.filter(rules__lists=whole), "branch")
        return [*drafts, *in_promises(whole.promises.all()), *in_live(lambda flow: whole.key in flow.lists)]


# --- what is on it ----------------------------------------------------------------------------------------------


class EntryForm(forms.ModelForm[NumberListEntry]):
    whole: ClassVar[NumberList]

    class Meta:
        model = NumberListEntry
        fields = ("number", "is_prefix", "label", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.list = self.whole
        elif "number" in self.fields:
            number = self.instance.number
            self.initial["number"] = f"+{number}" if self.instance.is_prefix else show_number(number)

    def _get_validation_exclusions(self) -> set[str]:
        # The list is not in the form, and yet a number that stands twice in it must be found here.
        return super()._get_validation_exclusions() - {"list"}  # type: ignore[misc,no-any-return]


class InForce(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", gettext("In force")), ("over", gettext("Over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        over = Q(expires_at__lte=timezone.now())
        return {"now": queryset.exclude(over), "over": queryset.filter(over)}.get(self.value() or "", queryset)


@admin.register(NumberListEntry)
class NumberListEntryAdmin(EntriesAdmin):
    whole_model = NumberList
    whole_name = "list"
    form = EntryForm
    fields = ("number", "is_prefix", "label", "expires_at")
    list_display = ("__str__", "label", "until")
    list_filter = (InForce,)
    search_fields = ("number",)

    @admin.display(description=_("until"))
    def until(self, entry: NumberListEntry) -> str | SafeString:
        if entry.expires_at is None:
            return gettext("for good")
        until = date_format(timezone.localtime(entry.expires_at), "d M Y, H:i")
        over = entry.expires_at <= timezone.now()
        return format_html('{} <span class="badge warning">{}</span>', until, gettext("Over")) if over else until

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        more = {
            "search_help": gettext(
                "A number as people write it (what covers it is found too), its beginning, or a label."
            )
        }
        return super().changelist_view(request, more | (extra_context or {}))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = search_term.strip()
        return (queryset.filter(meant(term)) if term else queryset), False


def meant(term: str) -> Q:
    """A number or how it begins, with the beginnings that cover it; else words of the label."""
    try:
        digits = read_number(term)
    except ValueError:
        digits = re.sub(r"[\s()+./*-]", "", term)
    if not (digits.isascii() and digits.isdecimal()):
        return Q(label__icontains=term)
    covering = [digits[:length] for length in range(1, min(len(digits), 15) + 1)]
    return Q(number__startswith=digits) | Q(is_prefix=True, number__in=covering)
