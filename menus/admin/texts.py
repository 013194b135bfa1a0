"""Boxes for lists, for names with values and for what callers may say. What nobody touched stays exactly as it was."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from menus.admin.prompts import Languages, tidy
from menus.faults import cut
from menus.fields import ListFormField
from menus.flow.asking import MAX_PHRASES

MAX_PHRASE: Final = 100
_UNPUNCTUATED: Final = str.maketrans("", "", "+-().\u00a0")


def _refuse_unseen(text: str) -> None:
    if "\0" in text:
        raise ValidationError(gettext("A character here cannot be kept; type it anew."))


# --- lists ------------------------------------------------------------------------------------------------------


class ItemsFormField(ListFormField):
    """`gold, silver`, or one to a line."""

    widget: type[forms.Widget] | forms.Widget = AdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.stored: list[str] = []

    def clean(self, value: Any) -> list[str]:
        if not self.has_changed(self.stored, value):
            return self.stored
        _refuse_unseen(str(value or ""))
        try:
            return cast("list[str]", super().clean(value))
        except csv.Error:
            raise ValidationError(gettext("This is too long to be read; write commas between the entries.")) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.as_sent(str(data or "")) != self.as_sent(str(self.prepare_value(self.stored) or ""))

    def as_sent(self, text: str) -> str:
        """A browser takes line ends out of a box of one line."""
        return tidy(text).replace("\n", "")


class LinesFormField(ItemsFormField):
    widget = AdminTextareaWidget(attrs={"rows": 3, "cols": 50})

    def as_sent(self, text: str) -> str:
        return tidy(text)


class PrefixesFormField(ItemsFormField):
    """Beginnings of telephone numbers: typed as people write them, kept as digits."""

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return ", ".join(f"+{digits.removeprefix('+')}" for digits in value)
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        return ["".join(text.translate(_UNPUNCTUATED).split()) or text for text in super().to_python(value)]


ITEMS: Final[Mapping[str, type[ItemsFormField]]] = {"allowed": LinesFormField, "prefixes": PrefixesFormField}
"""By the list's shape; the others are one box with commas."""


# --- some of what there is --------------------------------------------------------------------------------------

Offered = Mapping[str, tuple[Any, str]]
"""Value and words by the text that the page sends."""


class ChecksWidget(forms.CheckboxSelectMultiple):
    """A tick for each; says so when there is none."""

    none_yet = ""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)
        return render_to_string("admin/menus/widgets/checks.html", context | {"none_yet": self.none_yet})


class ChecksField(forms.Field):
    """Some of the line's languages, of its numbers, or of the lists of callers; `of` says which."""

    widget = ChecksWidget

    def __init__(self, *, of: str, **kwargs: Any) -> None:
        super().__init__(required=False, initial=[], **kwargs)
        self.of = of
        self.rows: dict[str, tuple[Any, str]] = {}
        self.stored: list[Any] = []

    def offer(self, rows: Offered, stored: Iterable[Any], none_yet: str) -> None:
        """What there is, and what is stored even if it is gone."""
        self.stored = list(stored)
        gone = {
            _key(value): (value, gettext("%(value)s (no longer there)") % {"value": value}) for value in self.stored
        }
        self.rows = {**rows, **{key: row for key, row in gone.items() if key not in rows}}
        widget = cast(ChecksWidget, self.widget)
        widget.choices = [(key, label) for key, (_, label) in self.rows.items()]
        widget.none_yet = none_yet

    def prepare_value(self, value: Any) -> list[str]:
        return [_key(one) for one in value or ()]

    def clean(self, value: Any) -> list[Any]:
        if not self.has_changed(self.stored, value):
            return self.stored
        if astray := [key for key in value or () if key not in self.rows]:
            raise ValidationError(
                gettext("“%(astray)s” is not there any more; choose again.") % {"astray": cut(str(astray[0]))}
            )
        return [self.rows[key][0] for key in self.rows if key in set(value or ())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(data or ()) != set(self.prepare_value(self.stored))


def _key(value: Any) -> str:
    return str(getattr(value, "pk", value))


# --- names and values -------------------------------------------------------------------------------------------


class PairsFormField(forms.CharField):
    """`Accept: application/json`, one to a line; a line that begins with a blank goes on with the one above."""

    widget = AdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"})

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        kwargs |= {"required": False, "initial": {}, "show_hidden_initial": False}
        super().__init__(**kwargs)
        self.stored: dict[str, str] = {}

    def prepare_value(self, value: Any) -> Any:
        return show_pairs(value) if isinstance(value, Mapping) else value

    def clean(self, value: Any) -> dict[str, str]:
        text = str(value or "")
        if not self.has_changed(self.stored, text):
            return self.stored
        _refuse_unseen(text)
        return read_pairs(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return tidy(str(data or "")) != tidy(show_pairs(self.stored))


def show_pairs(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value.replace(chr(10), chr(10) + '  ')}".rstrip() for name, value in pairs.items())


def read_pairs(text: str) -> dict[str, str]:
    """Raises ValidationError, with the number of the line."""
    pairs: dict[str, str] = {}
    for number, line in enumerate(tidy(text).split("\n"), start=1):
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if line[0].isspace() and pairs:
            pairs[next(reversed(pairs))] += f"\n{line.strip()}"
        elif not colon or not name:
            fault = gettext("Line %(number)s, “%(name)s”, is not a name and a value; ") % {
                "number": number,
                "name": cut(line.strip()),
            }
            raise ValidationError(
                gettext("%(fault)swrite a colon between them, like Accept: application/json.") % {"fault": fault}
            )
        elif name in pairs:
            raise ValidationError(
                gettext("“%(name)s” stands twice; remove line %(number)s or the one before it.")
                % {"name": cut(name), "number": number}
            )
        else:
            pairs[name] = value
    return pairs


# --- what callers may say ---------------------------------------------------------------------------------------


class PhrasesWidget(forms.Widget):
    """A small box for each language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.languages: Languages = ()

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        base = (attrs or {}).get("id", f"id_{name}")
        boxes = [
            {"name": f"{name}.{key}", "id": f"{base}_{key}", "key": key, "language": language, "text": text}
            for key, language in self.languages
            for text in [show_phrases((value or {}).get(key))]
        ]
        context = {"boxes": boxes, "used": any(box["text"] for box in boxes)}
        return render_to_string("admin/menus/widgets/phrases.html", context)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {key: data[f"{name}.{key}"] for key, _ in self.languages if f"{name}.{key}" in data}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)


class PhrasesFormField(forms.Field):
    """`billing, my bill` for each language; languages that are not shown stay."""

    widget = PhrasesWidget

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        kwargs |= {"required": False, "initial": {}, "show_hidden_initial": False}
        kwargs["help_text"] = gettext("What callers may say instead of the key, with commas between: billing, my bill.")
        super().__init__(**kwargs)
        self.stored: dict[str, list[str]] = {}

    def speak(self, languages: Languages, stored: Mapping[str, list[str]]) -> None:
        self.stored = dict(stored)
        cast(PhrasesWidget, self.widget).languages = languages

    def clean(self, value: dict[str, str]) -> dict[str, list[str]]:
        names = dict(cast(PhrasesWidget, self.widget).languages)
        for key, typed in value.items():
            _refuse_unseen(typed)
            if self._touched(key, typed) and (fault := phrases_fault(typed)):
                raise ValidationError(f"{names[key]}: {fault}")
        return self.merged(value)

    def merged(self, typed: Mapping[str, str]) -> dict[str, list[str]]:
        merged = {key: phrases for key, phrases in self.stored.items() if not self._touched(key, typed.get(key))}
        read = {key: read_phrases(text) for key, text in typed.items() if key not in merged}
        return merged | {key: phrases for key, phrases in read.items() if phrases}

    def _touched(self, key: str, typed: str | None) -> bool:
        return typed is not None and tidy(typed) != tidy(show_phrases(self.stored.get(key)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return any(self._touched(key, typed) for key, typed in (data or {}).items())


_PHRASES: Final = ListFormField()


def show_phrases(phrases: Any) -> str:
    return str(_PHRASES.prepare_value(phrases) or "")


def read_phrases(typed: str) -> list[str]:
    return list(_PHRASES.to_python(typed))


def phrases_fault(typed: str) -> str:
    try:
        phrases = read_phrases(typed)
    except csv.Error:
        return gettext("this is too long to be read; write commas between the phrases.")
    if len(phrases) > MAX_PHRASES:
        return gettext("these are %(phrases)s phrases; write at most %(max_phrases)s.") % {
            "phrases": len(phrases),
            "max_phrases": MAX_PHRASES,
        }
    long = next((phrase for phrase in phrases if len(phrase) > MAX_PHRASE), "")
    return (
        gettext("“%(long)s” is too long to be said; write at most %(max_phrase)s characters.")
        % {"long": cut(long), "max_phrase": MAX_PHRASE}
        if long
        else ""
    )
