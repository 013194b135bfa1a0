"""The forms of what decides or does something without asking: branch, look-up, switch by phone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from menus.admin.destinations import FILES, DestinationAdmin
from menus.admin.forms import OfLineForm, Parts, RowForm
from menus.admin.parts import RowsInline
from menus.models import AllowedHost, Branch, BranchRule, LookUp, LookupTable, LookUpValue, NumberList, SetSwitch

VALUES, COLUMNS = "values-of-line", "columns-of-table"
"""Ids of what the browser proposes."""


# --- branch -----------------------------------------------------------------------------------------------------


class RuleForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        propose(self, "value", VALUES)


def propose(form: OfLineForm, name: str, offer: str) -> None:
    if name in form.fields:
        form.fields[name].widget.attrs["list"] = offer


class RuleInline(RowsInline):
    model = BranchRule
    fk_name = "branch"
    form = RuleForm
    verbose_name_plural = "Rules: the first that holds says where callers go"
    fields = (
        *("position", "label", "to"),
        *("value", "equals", "low", "high", "pattern"),
        *("lists", "prefixes", "dialled", "languages"),
        *("schedule", "opening", "percent"),
    )
    labels = {
        "label": "Name",
        "value": "Value",
        "low": "… at least",
        "high": "… at most",
        "equals": "… is one of",
        "pattern": "… looks like",
        "lists": "Caller is on a list",
        "prefixes": "Caller's number begins with",
        "dialled": "Number dialled",
        "languages": "Language of the call",
        "schedule": "Schedule",
        "opening": "… which is",
        "percent": "Share of callers, %",
    }
    helps = {
        "equals": "Any of these, with commas between, for example gold, silver.",
        "prefixes": "Country code first, with commas between, for example +1 202, +44.",
        "dialled": "The number that the caller called: one of those ticked.",
        "languages": "The language that the call is in: one of those ticked.",
        "percent": "So many of a hundred callers, the same ones each time, for example 20.",
    }
    cards = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("to", "schedule").prefetch_related("lists")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


@admin.register(Branch)
class BranchAdmin(DestinationAdmin):
    inlines = (RuleInline,)

    def offers(self, request: HttpRequest, obj: Any) -> dict[str, list[str]]:
        return values_of_line(request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        how = format_html(
            "Callers hear nothing here. The rules are asked one after the other; all that a rule names must hold, "
            "and the first rule that holds counts. {}",
            _way_to(request, NumberList, "Lists of numbers"),
        )
        fields = [
            (None, {"fields": ("label",), "description": how}),
            ("No rule holds", {"fields": ("otherwise",)}),
            FILES,
        ]
        return self.for_viewers(request, obj, fields)


def values_of_line(request: HttpRequest) -> dict[str, list[str]]:
    parts: Parts = vars(request)["parts_of_line"]
    return {VALUES: parts.values}


# --- look-up ----------------------------------------------------------------------------------------------------


class ValueForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        propose(self, "field", COLUMNS)


class ValueInline(RowsInline):
    model = LookUpValue
    form = ValueForm
    verbose_name_plural = "Values: what it brings back"
    fields = ("position", "value", "field", "says")
    labels = {"value": "Name of the value", "field": "Column or field", "says": "Is said"}
    helps = {
        "value": "What words and rules call it, for example balance: then {balance} is what was found.",
        "field": "A table's column, for example balance. Of a service: the way to a field of its answer, for example "
        "account.balance, or visits.0.date for the first visit.",
        "says": "How {balance} sounds within words, for example Digit by digit for an account number.",
    }

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class LookUpForm(OfLineForm):
    def _post_clean(self) -> None:
        super()._post_clean()
        # A file may leave it open; the check says so, and the rest can be edited meanwhile.
        if not {"source_type", "table", "key_template"} & set(self.changed_data):
            self.errors.pop("key_template", None)


@admin.register(LookUp)
class LookUpAdmin(DestinationAdmin):
    form = LookUpForm
    inlines = (ValueInline,)
    rows_after = 5
    labels = {"key_template": "Row", "found_field": "Found when there is", "locked": "When locked"}
    helps = {
        "source_type": "For example A table. Then fill in only that one's part below.",
        "key_template": "The key of the row: what was keyed, by its name in braces, for example {account}. Two "
        "together as {account}:{pin}.",
        "url": "Begins with https://; values in braces, for example https://api.example.com/accounts/{account}.",
        "method": "GET sends nothing but the address; with POST “what is sent” goes along. For example GET.",
        "headers": "One to a line, for example X-Client: phone. A secret is never written here: put {secret:BILLING} "
        "in its place, as in Authorization: Bearer {secret:BILLING}, and have it set on the server as "
        "IVR_SECRET_BILLING.",
        "send": "One to a line, for example id: {account}. With GET it is added to the address, with POST it is sent "
        "as JSON.",
        "found_field": "A field of the answer, for example account.id: when it is missing or empty, nothing was found. "
        "Left out: only the answer 404 means not found.",
        "hold": "Said before a service is asked, for example “One moment, please.”",
        "failed": "Where it goes when there was no answer in time, for example Front desk.",
    }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [
            (None, {"fields": ("label",)}),
            ("What callers hear", {"fields": ("hold",)}),
            ("Where to look", {"fields": ("source_type",)}),
            (
                "A table",
                {"fields": ("table", "key_template"), "description": _way_to(request, LookupTable, "Tables")},
            ),
            (
                "A service",
                {"fields": ("url", "method", "headers", "send", "found_field"), "description": _hosts(request)},
            ),
            ("Where the call goes on", {"fields": (("found", "not_found"), ("failed", "locked"))}),
            FILES,
        ]
        return self.for_viewers(request, obj, fields)

    def offers(self, request: HttpRequest, obj: Any) -> dict[str, list[str]]:
        return {COLUMNS: list(obj.table.columns) if obj and obj.table else []}


def _hosts(request: HttpRequest) -> SafeString:
    """What staff may write as an address; only a superuser can change that."""
    hosts = ", ".join(AllowedHost.objects.values_list("host", flat=True))
    may = f"Only these hosts may be asked: {hosts}." if hosts else "No host may be asked yet."
    if getattr(request.user, "is_superuser", False):
        return format_html("{} {}", may, _way_to(request, AllowedHost, "Allowed hosts"))
    return format_html("{} A superuser can allow {}.", may, "more" if hosts else "one")


def _way_to(request: HttpRequest, model: Any, name: str) -> SafeString:
    """A link to the pages of what belongs to no line, for those who may see them."""
    if not admin.site.is_registered(model) or not request.user.has_perm(f"menus.view_{model._meta.model_name}"):
        return format_html("")
    url = reverse(f"admin:menus_{model._meta.model_name}_changelist")
    return format_html('<a href="{}">{}: see and edit them</a>', url, name)


# --- switch by phone --------------------------------------------------------------------------------------------


class SetSwitchForm(OfLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        propose(self, "hours_value", VALUES)


@admin.register(SetSwitch)
class SetSwitchAdmin(DestinationAdmin):
    form = SetSwitchForm
    labels = {"switch": "It sets", "for_hours": "Hours", "words": "Emergency message"}
    helps = {
        "schedule": "Only for open and closed: these hours alone, for example Office hours. Empty: all of the line's.",
        "words": "Only for an emergency message, for example “We are closed because of snow.”",
        "for_hours": "For how long, for example 4; then it ends by itself.",
        "hours_value": "The name of an entry that says for how many hours, for example hours. Empty: as many as said "
        "beside it.",
    }
    fieldsets = (
        (
            None,
            {
                "fields": ("label",),
                "description": "Callers who come here change the line for everybody, at once. Lead here only after "
                "a PIN, so that it is your own staff.",
            },
        ),
        ("What is switched", {"fields": (("switch", "schedule"), "words")}),
        ("For how long", {"fields": (("for_hours", "hours_value"),)}),
        ("Afterwards", {"fields": (("then", "failed"),)}),
        FILES,
    )

    def offers(self, request: HttpRequest, obj: Any) -> dict[str, list[str]]:
        return values_of_line(request)
