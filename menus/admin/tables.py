"""Look-up tables and their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext, gettext_lazy

from menus.admin.parts import StaffFields
from menus.admin.texts import ItemsFormField
from menus.admin.wholes import EntriesAdmin, WholeAdmin, in_drafts, in_live
from menus.flow import Flow, TableSource
from menus.flow import LookUp as LookUpPart
from menus.imports import TableTarget, Target
from menus.imports.sheets import MAX_CELL
from menus.models import LookUp, LookupRow, LookupTable
from menus.tables import as_key, hashed_keys, kept_key

COLUMNS_SHOWN: Final = 6


class LookupTableForm(forms.ModelForm[LookupTable]):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        columns = self.fields.get("columns")
        if isinstance(columns, ItemsFormField):
            columns.stored = list(self.instance.columns)


@admin.register(LookupTable)
class LookupTableAdmin(StaffFields, WholeAdmin):
    form = LookupTableForm
    entries = LookupRow
    entries_name = "table"
    list_display = ("name", "key", "shown_columns")
    fieldsets = (
        (None, {"fields": ("name", "key_name", "columns", "hashed_keys", "note")}),
        (gettext_lazy("In files"), {"fields": ("key",), "classes": ("collapse",)}),
    )

    @admin.display(description=gettext_lazy("columns"))
    def shown_columns(self, table: LookupTable) -> str:
        return ", ".join([table.key_name, *table.columns])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keys that are stored one way would not be found the other way."""
        filled = obj is not None and obj.rows.exists()
        return (*super().get_readonly_fields(request, obj), *(("hashed_keys",) if filled else ()))

    def target(self, whole: Any) -> Target:
        return TableTarget(whole)

    def format_help(self, whole: Any) -> Sequence[str]:
        named = ", ".join([whole.key_name, *whole.columns])
        words = [
            gettext("The first line names the columns, the key column first: %(named)s.") % {"named": named},
            gettext("Each key stands once."),
        ]
        if whole.hashed_keys:
            words.append(gettext("Keys are kept secret: only a hash of each is stored, and nobody can see them again."))
        return words

    def users(self, whole: Any) -> list[Any]:
        drafts = in_drafts(LookUp.objects.filter(table=whole), "look-up")
        return [*drafts, *in_live(lambda flow: asks_table(flow, whole.key))]


def asks_table(flow: Flow, key: str) -> bool:
    return any(
        isinstance(part, LookUpPart) and isinstance(part.source, TableSource) and part.source.table == key
        for part in flow.destinations.values()
    )


# --- rows -------------------------------------------------------------------------------------------------------


class LookupRowForm(forms.ModelForm[LookupRow]):
    """A box for the key and one for each column of the table."""

    whole: ClassVar[LookupTable]
    columns: ClassVar[dict[str, str]]
    """The table's columns, by field."""

    class Meta:
        model = LookupRow
        fields = ("key",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.table = self.whole
        for name, column in self.columns.items():
            self.initial[name] = self.instance.values.get(column, "")
        if "key" in self.fields:
            self._prepare_key()

    def _prepare_key(self) -> None:
        field = self.fields["key"]
        field.label = self.whole.key_name
        if self.whole.hashed_keys:
            self.initial["key"] = ""
            field.required = self.instance._state.adding
            words = gettext("Kept secret: only a hash of it is stored, and it is not shown again.")
            field.help_text = (
                words
                if self.instance._state.adding
                else gettext("%(words)s Empty: it stays as it is.") % {"words": words}
            )
            field.widget.attrs["autocomplete"] = "off"

    def clean_key(self) -> str:
        typed = self.cleaned_data["key"] or ""
        if not typed and not self.instance._state.adding:
            return self.instance.key
        plain = as_key(typed)
        if not plain:
            raise ValidationError(gettext("This key has no letter or digit that can be seen; write it like 48213377."))
        keys = hashed_keys(self.whole.key, plain) if self.whole.hashed_keys else [plain]
        if self.whole.rows.filter(key__in=keys).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("This table has a row with that key already; change that one."))
        return kept_key(self.whole, plain)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        typed = {column: given[name] for name, column in self.columns.items() if name in given}
        self.instance.values = self.instance.values | typed
        return given


@admin.register(LookupRow)
class LookupRowAdmin(EntriesAdmin):
    whole_model = LookupTable
    whole_name = "table"
    form = LookupRowForm
    search_fields = ("key",)
    readonly_fields = ("shown_key", "shown_values")

    def form_of(self, whole: Any) -> Any:
        columns = {f"column_{n}": column for n, column in enumerate(whole.columns)}
        fields: dict[str, Any] = {
            name: forms.CharField(label=column, required=False, max_length=MAX_CELL, widget=AdminTextInputWidget())
            for name, column in columns.items()
        }
        form: Any = self.form
        return type(form)("Form", (form,), {"whole": whole, "columns": columns, **fields})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return ("shown_key", "shown_values")
        return ("key", *(f"column_{n}" for n, _ in enumerate(self.whole(request).columns)))

    def get_list_display(self, request: HttpRequest) -> Any:
        return ("shown_key", *map(_column, self.whole(request).columns[:COLUMNS_SHOWN]))

    @admin.display(description=gettext_lazy("key"))
    def shown_key(self, row: LookupRow) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("values"))
    def shown_values(self, row: LookupRow) -> str:
        return format_html_join(
            "", "<p><b>{}</b> {}</p>", ((name, row.values.get(name, "")) for name in row.table.columns)
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        table = self.whole(request)
        exact = table is not None and table.hashed_keys
        self_help = gettext("A whole key: keys are kept secret, so parts of one cannot be found.") if exact else ""
        more = {"search_help": self_help or gettext("A key, or how it begins.")}
        return super().changelist_view(request, more | (extra_context or {}))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        table, plain = self.whole(request), as_key(search_term)
        if not search_term.strip() or table is None:
            return queryset, False
        if table.hashed_keys:
            return queryset.filter(key__in=hashed_keys(table.key, plain)), False
        return queryset.filter(key__startswith=plain) if plain else queryset.none(), False


def _column(name: str) -> Callable[[LookupRow], str]:
    def shown(row: LookupRow) -> str:
        return str(row.values.get(name, ""))

    shown.short_description = name  # type: ignore[attr-defined]
    return shown
