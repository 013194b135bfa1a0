"""The forms of what decides or does something without asking: branch, look-up, switch by phone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    verbose_name_plural = _("Rules: the first that holds says where callers go")
    fields = (
        *("position", "label", "to"),
        *("value", "equals", "low", "high", "pattern"),
        *("lists", "prefixes", "dialled", "languages"),
        *("schedule", "opening", "percent"),
    )
    labels = {
        "label": _("Name"),
        "value": _("Value"),
        "low": _("… at least"),
        "high": _("… at most"),
        "equals": _("… is one of"),
        "pattern": _("… looks like"),
        "lists": _("Caller is on a list"),
        "prefixes": _("Caller's number begins with"),
        "dialled": _("Number dialled"),
        "languages": _("Language of the call"),
        "schedule": _("Schedule"),
        "opening": _("… which is"),
        "percent": _("Share of callers, %"),
    }
    helps = {
        "equals": _("Any of these, with commas between, for example gold, silver."),
        "prefixes": _("Country code first, with commas between, for example +1 202, +44."),
        "dialled": _("The number that the caller called: one of those ticked."),
        "languages": _("The language that the call is in: one of those ticked."),
        "percent": _("So many of a hundred callers, the same ones each time, for example 20."),
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
            "{} {}",
            gettext(
                "Callers hear nothing here. The rules are asked one after the other; all that a rule names must hold, "
                "and the first rule that holds counts."
            ),
            _way_to(request, NumberList, gettext("Lists of numbers")),
        )
        fields = [
            (None, {"fields": ("label",), "description": how}),
            (gettext("No rule holds"), {"fields": ("otherwise",)}),
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
    verbose_name_plural = _("Values: what it brings back")
    fields = ("position", "value", "field", "says")
    labels = {"value": _("Name of the value"), "field": _("Column or field"), "says": _("Is said")}
    helps = {
        "value": _("What words and rules call it, for example balance: then {balance} is what was found."),
        "field": _(
            "A table's column, for example balance. Of a service: the way to a field of its answer, for example "
            "account.balance, or visits.0.date for the first visit."
        ),
        "says": _("How {balance} sounds within words, for example Digit by digit for an account number."),
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
    shown_when = dict.fromkeys(("table", "key_template"), ("source_type", ("table",))) | dict.fromkeys(
        ("url", "method", "headers", "send", "found_field", "hold"), ("source_type", ("http",))
    )
    labels = {"key_template": _("Row"), "found_field": _("Found when there is"), "locked": _("When locked")}
    helps = {
        "source_type": _("For example A table. Then fill in only that one's part below."),
        "key_template": _(
            "The key of the row: what was keyed, by its name in braces, for example {account}. Two "
            "together as {account}:{pin}."
        ),
        "url": _("Begins with https://; values in braces, for example https://api.example.com/accounts/{account}."),
        "method": _("GET sends nothing but the address; with POST “what is sent” goes along. For example GET."),
        "headers": _(
            "One to a line, for example X-Client: phone. A secret is never written here: put {secret:BILLING} "
            "in its place, as in Authorization: Bearer {secret:BILLING}, and have it set on the server as "
            "IVR_SECRET_BILLING."
        ),
        "send": _(
            "One to a line, for example id: {account}. With GET it is added to the address, with POST it is sent "
            "as JSON."
        ),
        "found_field": _(
            "A field of the answer, for example account.id: when it is missing or empty, nothing was found. "
            "Left out: only the answer 404 means not found."
        ),
        "hold": _("Said before a service is asked, for example “One moment, please.”"),
        "failed": _("Where it goes when there was no answer in time, for example Front desk."),
    }

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = [
            (None, {"fields": ("label",)}),
            (gettext("What callers hear"), {"fields": ("hold",)}),
            (gettext("Where to look"), {"fields": ("source_type",)}),
            (
                gettext("A table"),
                {"fields": ("table", "key_template"), "description": _way_to(request, LookupTable, gettext("Tables"))},
            ),
            (
                gettext("A service"),
                {"fields": ("url", "method", "headers", "send", "found_field"), "description": _hosts(request)},
            ),
            (gettext("Where the call goes on"), {"fields": (("found", "not_found"), ("failed", "locked"))}),
            FILES,
        ]
        return self.for_viewers(request, obj, fields)

    def offers(self, request: HttpRequest, obj: Any) -> dict[str, list[str]]:
        return {COLUMNS: list(obj.table.columns) if obj and obj.table else []}


def _hosts(request: HttpRequest) -> SafeString:
    """What staff may write as an address; only a number manager can change that."""
    hosts = ", ".join(AllowedHost.objects.values_list("host", flat=True))
    may = (
        gettext("Only these hosts may be asked: %(hosts)s.") % {"hosts": hosts}
        if hosts
        else gettext("No host may be asked yet.")
    )
    if request.user.has_perm("menus.add_allowedhost"):
        return format_html("{} {}", may, _way_to(request, AllowedHost, gettext("Allowed hosts")))
    cure = gettext("A number manager can allow more.") if hosts else gettext("A number manager can allow one.")
    return format_html("{} {}", may, cure)


def _way_to(request: HttpRequest, model: Any, name: str) -> SafeString:
    """A link to the pages of what belongs to no line, for those who may see them."""
    if not admin.site.is_registered(model) or not request.user.has_perm(f"menus.view_{model._meta.model_name}"):
        return SafeString("")
    url = reverse(f"admin:menus_{model._meta.model_name}_changelist")
    return format_html('<a href="{}">{}</a>', url, gettext("%(name)s: see and edit them") % {"name": name})


# --- switch by phone --------------------------------------------------------------------------------------------


class SetSwitchForm(OfLineForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        propose(self, "hours_value", VALUES)


@admin.register(SetSwitch)
class SetSwitchAdmin(DestinationAdmin):
    form = SetSwitchForm
    shown_when = {
        "schedule": ("switch", ("open", "closed")),
        "words": ("switch", ("message",)),
        "for_hours": ("switch", ("open", "closed", "message")),
        "hours_value": ("switch", ("open", "closed", "message")),
    }
    labels = {"switch": _("It sets"), "for_hours": _("Hours"), "words": _("Emergency message")}
    helps = {
        "schedule": _(
            "Only for open and closed: these hours alone, for example Office hours. Empty: all of the line's."
        ),
        "words": _("Only for an emergency message, for example “We are closed because of snow.”"),
        "for_hours": _("For how long, for example 4; then it ends by itself."),
        "hours_value": _(
            "The name of an entry that says for how many hours, for example hours. Empty: as many as said beside it."
        ),
    }
    fieldsets = (
        (
            None,
            {
                "fields": ("label",),
                "description": _(
                    "Callers who come here change the line for everybody, at once. Lead here only after "
                    "a PIN, so that it is your own staff."
                ),
            },
        ),
        (_("What is switched"), {"fields": (("switch", "schedule"), "words")}),
        (_("For how long"), {"fields": (("for_hours", "hours_value"),)}),
        (_("Afterwards"), {"fields": (("then", "failed"),)}),
        FILES,
    )

    def offers(self, request: HttpRequest, obj: Any) -> dict[str, list[str]]:
        return values_of_line(request)
