"""What a saved page changed, in words, for “Who changed it”: the fields by name, short values as they were and are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils import translation
from django.utils.text import capfirst

from menus.admin.forms import NumberFormField, OfLineField
from menus.admin.prompts import PromptFormField, said
from menus.models import Destination, Option
from menus.numbers import show_number

LONGEST: Final = 1000
"""Characters of all that one page changed."""
QUOTED: Final = 60
"""Characters of one value."""
NOT_TOLD: Final = frozenset(("headers", "send", "url", "values"))
"""Fields in which keys and passwords may stand; of these only the name is told."""


class ChangesInWords(admin.ModelAdmin[Any]):
    """An admin whose log says what changed: `Label: “Main” → “Main menu”. Key 3 now leads to “Permits”, was …`."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> str:  # type: ignore[override]
        # The log has many readers: its words are in one language, whoever saved.
        with translation.override(settings.LANGUAGE_CODE):
            words = [] if add else list(form_words(form))
            for formset in formsets or ():
                words += row_words(formset)
        if add:
            words.insert(0, "Added")
        return _bounded(words) or "Saved without a change."


def form_words(form: Any) -> Iterator[str]:
    """A sentence for each field of the form that changed."""
    for name in form.changed_data:
        if name in form.fields and name != forms.formsets.DELETION_FIELD_NAME:
            yield from _field_words(form, name)


def row_words(formset: Any) -> Iterator[str]:
    """A sentence for each row that was added, changed or deleted."""
    known = {id(form.instance): form for form in formset.forms}
    for row in formset.new_objects:
        yield f"Added {_row_name(row)}{_leads(row)}"
    for row, _ in formset.changed_objects:
        for words in form_words(known[id(row)]) if id(row) in known else ():
            here = _row_name(row)
            yield f"{capfirst(here)} {words}" if words.startswith("now leads") else f"{capfirst(here)}: {words}"
    for row in formset.deleted_objects:
        yield f"Deleted {_row_name(row)}"


def _field_words(form: Any, name: str) -> Iterator[str]:
    field: forms.Field = form.fields[name]
    label = str(field.label or name.replace("_", " "))
    was, now = form.initial.get(name, field.initial), form.cleaned_data.get(name)
    if name in NOT_TOLD:
        yield f"{label} changed"
    elif isinstance(field, PromptFormField):
        yield from _prompt_words(label, field, was or {}, now or {})
    elif isinstance(form.instance, Option) and name == "to":
        yield f"now leads to {_shown(field, now)}, was {_shown(field, was)}"
    elif isinstance(field, OfLineField | forms.ChoiceField | forms.CharField | forms.BooleanField) or _is_plain(now):
        yield f"{label}: {_shown(field, was)} → {_shown(field, now)}"
    else:
        yield f"{label} changed"


def _prompt_words(label: str, field: PromptFormField, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    names = dict(field.boxes.languages)
    for key in dict.fromkeys((*names, *was, *now)):
        if was.get(key) != now.get(key):
            yield f"{label} ({names.get(key, key)}): {_quoted(' '.join(filter(None, said(now.get(key)))))}"


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) or hasattr(value, "isoformat")


def _shown(field: forms.Field, value: Any) -> str:
    """A value of the field as the page showed it."""
    if isinstance(field, forms.BooleanField):
        return "yes" if value else "no"
    if isinstance(field, OfLineField) and not isinstance(value, models.Model):
        row = field.rows.get(str(value or ""))
        value = row[0] if row else value
    elif choices := getattr(field.widget, "choices", None):
        value = dict(_flat(choices)).get(str(value), value)
    elif isinstance(field, NumberFormField) and value:
        return show_number(str(value))
    if isinstance(value, int | float):
        return str(value)
    return _quoted(f"{value:%H:%M}" if hasattr(value, "hour") and not hasattr(value, "day") else str(value or ""))


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(value), str(label)


def _row_name(row: models.Model) -> str:
    if isinstance(row, Option):
        return f"key {row.digits}" if row.digits else f"option {_quoted(row.label)}"
    return f"{row._meta.verbose_name} {_quoted(str(row))}"


def _leads(row: models.Model) -> str:
    to = getattr(row, "to", None)
    return f", which leads to {_quoted(str(to))}" if isinstance(to, Destination) else ""


def _quoted(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return "nothing"
    return f"“{text[: QUOTED - 1].rstrip()}…”" if len(text) > QUOTED else f"“{text}”"


def _bounded(words: list[str]) -> str:
    """As many whole sentences as there is room for, and how many more there were."""
    kept, length = list[str](), 0
    for sentence in words:
        length += len(sentence) + 2
        if length > LONGEST - 40:
            return " ".join(f"{one}." for one in kept) + f" And {len(words) - len(kept)} more changes."
        kept.append(sentence)
    return " ".join(f"{one}." for one in kept)
