"""Forms of what belongs to a line: its own languages, its own destinations and schedules, and nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from menus.admin.as_flow import flow_faults
from menus.admin.prompts import Languages, PromptFormField, PromptMapFormField, Recording, Recordings
from menus.admin.selects import LongSelect
from menus.admin.texts import ChecksField, ItemsFormField, Offered, PairsFormField, PhrasesFormField
from menus.faults import cut
from menus.flow.parts import zones
from menus.models import Collect, Destination, Kind, Line, LookupTable, LookUpValue, NumberList, Schedule
from menus.numbers import read_number, show_number


class Parts:
    """What the pickers of a line's forms offer; each list is read once for a page."""

    def __init__(self, line: Line) -> None:
        self.line = line

    @cached_property
    def languages(self) -> Languages:
        return [(language.key, language.name) for language in self.line.languages.all()]

    @cached_property
    def recordings(self) -> Recordings:
        rows = self.line.audio_prompts.defer("data") if self.line.pk else ()
        return {row.path: Recording(row.name, row.language, row.seconds) for row in rows}

    @cached_property
    def destinations(self) -> dict[str, tuple[models.Model, str]]:
        rows = Destination.objects.filter(line=self.line)
        return {str(row.pk): (row, f"{row} ({row.get_kind_display().lower()})") for row in rows}

    def transfers(self, stored: Any) -> dict[str, tuple[models.Model, str]]:
        """With what is stored, even if it is no transfer: the check says so."""
        kinds = {pk: getattr(row, "kind", "") for pk, (row, _) in self.destinations.items()}
        wanted = {pk for pk, kind in kinds.items() if kind == Kind.TRANSFER} | {str(stored)}
        return {pk: offered for pk, offered in self.destinations.items() if pk in wanted}

    @cached_property
    def schedules(self) -> dict[str, tuple[models.Model, str]]:
        return {str(row.pk): (row, str(row)) for row in Schedule.objects.filter(line=self.line)}

    @cached_property
    def tables(self) -> dict[str, tuple[models.Model, str]]:
        """Of the whole site, with the columns that a look-up can bring back."""
        return {str(row.pk): (row, _with_columns(row)) for row in LookupTable.objects.all()}

    def of(self, model: type[models.Model]) -> dict[str, tuple[models.Model, str]]:
        known = {Schedule: self.schedules, LookupTable: self.tables} if model is not Destination else {}
        return known.get(model, self.destinations)

    @cached_property
    def values(self) -> list[str]:
        """The names of what callers key and look-ups bring back."""
        keyed = Collect.objects.filter(line=self.line).values_list("value", flat=True)
        brought = LookUpValue.objects.filter(lookup__line=self.line).values_list("value", flat=True)
        return sorted({*keyed, *brought})

    @cached_property
    def _lists(self) -> Offered:
        return {str(row.pk): (row, row.name) for row in NumberList.objects.all()}

    @cached_property
    def _numbers(self) -> Offered:
        rows = self.line.numbers.all() if self.line.pk else ()
        return {row.number: (row.number, " · ".join(filter(None, (str(row), row.label)))) for row in rows}

    def ticks(self, of: str) -> tuple[Offered, str]:
        """What there is to tick, and what to do when that is nothing."""
        match of:
            case "lists":
                return self._lists, gettext("No list yet. They are made on the start page, under Number lists.")
            case "dialled":
                return self._numbers, gettext("The line has no number yet.")
            case _:
                return {key: (key, name) for key, name in self.languages}, gettext("The line has no language yet.")


def remember(request: HttpRequest, line: Line) -> Parts:
    """The parts of the line that this page is about."""
    parts: Parts = vars(request).setdefault("parts_of_line", Parts(line))
    return parts


def _with_columns(table: LookupTable) -> str:
    columns = cut(", ".join(table.columns))
    return f"{table}: {columns}" if columns else str(table)


class OfLineField(forms.ChoiceField):
    """A destination or a schedule of the line, by name and kind, or a table; one list serves all pickers of a page."""

    widget = LongSelect

    def __init__(self, *, model: type[models.Model], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["data-picker"] = model._meta.model_name
        self.model = model
        self.rows: Mapping[str, tuple[models.Model, str]] = {}

    def offer(self, rows: Mapping[str, tuple[models.Model, str]]) -> None:
        self.rows = rows
        self.choices = [("", "—"), *((pk, label) for pk, (_, label) in rows.items())]

    def clean(self, value: Any) -> models.Model | None:
        if value in self.empty_values:
            self.validate(value)
            return None
        if str(value) not in self.rows:
            raise ValidationError(self._astray())
        return self.rows[str(value)][0]

    def _astray(self) -> str:
        name = self.model._meta.verbose_name
        if self.model is LookupTable:
            return gettext("This %(name)s was deleted; choose another.") % {"name": name}
        return gettext("This %(name)s belongs to another line, or was deleted; choose one of this line's.") % {
            "name": name
        }

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class NumberFormField(forms.CharField):
    """A telephone number, shown as people write it and kept as digits."""

    widget = AdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return show_number(value) if value and str(value).isdigit() else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _digits(initial) != _digits(data)


def _digits(number: Any) -> str:
    try:
        return read_number(str(number or ""))
    except ValueError:
        return str(number or "").strip()


class OfLineForm(forms.ModelForm[Any]):
    """The form of a row that belongs to a line; the admin makes a subclass that knows which."""

    parts: ClassVar[Parts]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and isinstance(self.instance, Destination | Schedule):
            self.instance.line = self.parts.line
        for name, field in self.fields.items():
            self._prepare(field, self.initial.get(name))

    def _prepare(self, field: forms.Field, stored: Any) -> None:
        """The field learns what the line has, and what the row holds."""
        match field:
            case PromptFormField() | PromptMapFormField():
                field.speak(self.parts.languages, stored or {}, recordings=self.parts.recordings)
            case PhrasesFormField():
                field.speak(self.parts.languages, stored or {})
            case OfLineField():
                field.offer(self.parts.of(field.model))
            case ChecksField():
                rows, none_yet = self.parts.ticks(field.of)
                field.offer(rows, stored or (), none_yet)
            case ItemsFormField():
                field.stored = list(stored or ())
            case PairsFormField():
                field.stored = dict(stored or {})

    def _post_clean(self) -> None:
        for name, stored in self.initial.items():
            # A file may hold line ends that a browser takes out of a box of one line.
            if isinstance(stored, str) and self.cleaned_data.get(name) == "".join(stored.splitlines()):
                self.cleaned_data[name] = stored
        super()._post_clean()  # type: ignore[misc]
        for name, fault in flow_faults(self.instance, self.cleaned_data):
            if name not in self.errors:
                self.add_error(name, fault)

    def _get_validation_exclusions(self) -> set[str]:
        # The line is not in the form, and yet a key that stands twice in it must be found here, not by the database.
        excluded: set[str] = super()._get_validation_exclusions() - {"line"}  # type: ignore[misc]
        # What was chosen comes from the database already, a list for the whole page; no query more for each of them.
        return excluded | {name for name, field in self.fields.items() if isinstance(field, OfLineField)}


@cache
def zone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(zones())]


class RowForm(OfLineForm):
    """A row of a table in a page, in an order of its own: a new row without a number goes to the end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.widgets.Input | forms.Textarea | forms.Select):
                # The heading of its column is no label that belongs to it.
                field.widget.attrs.setdefault("aria-label", capfirst(str(field.label)))
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].label = gettext("order")
            self.fields["position"].widget.attrs["class"] = "short"
            if self.instance._state.adding:
                self.initial["position"] = None


class RowItself(forms.ModelChoiceField[Any]):
    """Which row a form of a table is of. The table has read its rows; Django would ask for each of them once more."""

    def __init__(self, rows: Mapping[Any, models.Model], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_python(self, value: Any) -> Any:
        row = self.rows.get(str(value))
        return row if row is not None else super().to_python(value)


class Rows(forms.BaseInlineFormSet[Any, Any, Any]):
    """The table itself; gives new rows their place."""

    @cached_property
    def stored(self) -> dict[str, models.Model]:
        return {str(row.pk): row for row in self.get_queryset()}

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name = self._pk_field.name  # type: ignore[attr-defined]
        field = form.fields.get(name)
        if isinstance(field, forms.ModelChoiceField) and form.is_bound:
            form.fields[name] = RowItself(
                self.stored, queryset=field.queryset, initial=field.initial, required=False, widget=field.widget
            )

    def kept(self) -> list[forms.ModelForm[Any]]:
        """The rows that will be there, as far as they are filled in."""
        return [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data") and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def clean(self) -> None:
        super().clean()
        rows = [form for form in self.kept() if "position" in form.fields]
        last = max([form.cleaned_data.get("position") or 0 for form in rows], default=-1)
        if not any(form.cleaned_data.get("position") is not None for form in rows):
            last = -1
        for form in rows:
            if form.cleaned_data.get("position") is None and "position" not in form.errors:
                last += 1
                form.instance.position = form.cleaned_data["position"] = last


class PublishForm(forms.Form):
    """For both ways; `seen` is the version that was live when the page was made; empty: none was."""

    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What changed and why, for example Winter hours."),
    )
    accept = forms.BooleanField(required=False, label=gettext_lazy("I have read the warnings, and they are all right."))
