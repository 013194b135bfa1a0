"""The form of what is said: one box for each language of the line, and a small one for the address of a recording."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from menus.words.phrases import PHRASES, shipped

Languages = Sequence[tuple[str, str]]
"""Key and name of each language of a line, its first one first."""
Typed = dict[str, tuple[str, str]]
"""Words and the address of a recording, by language, as they came from the page."""

MAX_WORDS: Final = 5000
_AUDIO: Final = re.compile(r"https?://[^\s?#]+")
_JSON_EXAMPLE: Final = re.compile(r'\{"en": "(.*?)"\}(?:(?<=[.?!]"\})\.)?')
"""In the models' help texts; here nobody types JSON. A sentence within needs no second full stop."""
PHRASE_LABELS: Final = {
    "sorry_no_input": "When a caller presses nothing",
    "sorry_no_match": "When a caller presses a wrong key",
    "goodbye": "Before the line hangs up",
    "trouble": "When something is broken",
    "nobody": "When nobody can take the call",
    "not_in_service": "When a number is not in use",
    "press": "How an option is said; keep {words} and {key} in it",
    "for_label": "How an option without words is said; keep {label} in it",
    "star": "What the * key is called",
    "hash": "What the # key is called",
}


def tidy(text: str) -> str:
    """A page sends its line ends as two characters; what is stored has one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def said(value: Any) -> tuple[str, str]:
    """Words and recording of one language, from the stored shape or from the page."""
    if isinstance(value, Mapping):
        return str(value.get("text", "")), str(value.get("audio", ""))
    return value if isinstance(value, tuple) else (str(value or ""), "")


class PromptWidget(forms.Widget):
    """A box for each language; `compact` is for a row of a table."""

    template_name = "admin/menus/widgets/prompt.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, compact: bool = False) -> None:
        super().__init__(attrs)
        self.compact = compact
        self.use_fieldset = not compact
        self.languages: Languages = ()
        self.examples: dict[str, str] = {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        base, value = context["widget"]["attrs"].get("id", f"id_{name}"), value or {}
        context["widget"] |= {
            "compact": self.compact,
            "boxes": [
                {
                    "name": f"{name}.{key}",
                    "id": f"{base}_{key}",
                    "key": key,
                    "language": language,
                    "text": said(value.get(key))[0],
                    "audio": said(value.get(key))[1],
                    "example": self.examples.get(key, ""),
                }
                for key, language in self.languages
            ],
        }
        return context

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        return {
            key: (data.get(f"{name}.{key}") or "", data.get(f"{name}.{key}.audio") or "")
            for key, _ in self.languages
            if f"{name}.{key}" in data or f"{name}.{key}.audio" in data
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_{self.languages[0][0]}" if self.languages else id_


class PromptFormField(forms.Field):
    """Gives what is stored of a `PromptField`. Languages that are not shown, and boxes left as they were, stay."""

    widget = PromptWidget

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        kwargs["help_text"] = _JSON_EXAMPLE.sub(r"“\1”", str(kwargs.get("help_text", "")))
        kwargs |= {"required": False, "initial": {}, "show_hidden_initial": False}
        super().__init__(**kwargs)
        self.stored: dict[str, Any] = {}

    def speak(self, languages: Languages, stored: Mapping[str, Any], examples: Mapping[str, str] | None = None) -> None:
        """Show these languages; `stored` is what the row holds."""
        self.stored = dict(stored)
        self.boxes.languages = languages
        self.boxes.examples = dict(examples or {})

    def clean(self, value: Typed) -> dict[str, Any]:
        faults = [fault for key, language in self.boxes.languages for fault in _faults(language, value.get(key))]
        if faults:
            raise ValidationError(faults)
        return self.merged(value)

    def merged(self, typed: Typed) -> dict[str, Any]:
        """What is stored with what was typed, in the order in which it is stored."""
        merged: dict[str, Any] = {}
        for key in [*self.stored, *(key for key in typed if key not in self.stored)]:
            if key in self.stored and (key not in typed or _same(typed[key], self.stored[key])):
                merged[key] = self.stored[key]
            elif shortest := _shortest(typed[key]):
                merged[key] = shortest
        return merged

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.merged(data) != self.stored

    @property
    def boxes(self) -> PromptWidget:
        return cast(PromptWidget, self.widget)


def _same(typed: tuple[str, str], stored: Any) -> bool:
    text, audio = said(stored)
    return (tidy(typed[0]), typed[1].strip()) == (tidy(text), audio.strip())


def _shortest(typed: tuple[str, str]) -> Any:
    text, audio = tidy(typed[0]), typed[1].strip()
    return {"text": text, "audio": audio} if audio else text


def _faults(language: str, typed: tuple[str, str] | None) -> Iterable[str]:
    text, audio = typed or ("", "")
    if len(tidy(text)) > MAX_WORDS:
        yield f"{language}: these are {len(tidy(text)):,} characters; write at most {MAX_WORDS:,}."
    if "\0" in text:
        yield f"{language}: a character here cannot be spoken; type the words anew."
    if fault := audio_fault(audio.strip()):
        yield f"{language}: {fault}"


def audio_fault(address: str) -> str:
    """What is wrong with the address of a recording; Vonage plays none that has a query."""
    if not address or (_AUDIO.fullmatch(address) and len(address) <= 500):
        return ""
    cure = "write it like https://example.com/hello.mp3, without ? or #."
    return f"“{address[:80]}” is not the address of a recording; {cure}"


class PromptMapWidget(forms.Widget):
    """One box after another, each with its name above it."""

    template_name = "admin/menus/widgets/prompts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.fields: dict[str, PromptFormField] = {}

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        boxes = [
            (field.label, field.boxes.render(f"{name}.{part}", (value or {}).get(part), {"id": f"id_{name}_{part}"}))
            for part, field in self.fields.items()
        ]
        return render_to_string(self.template_name, {"boxes": boxes})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Typed]:
        return {
            part: field.boxes.value_from_datadict(data, files, f"{name}.{part}") for part, field in self.fields.items()
        }

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class PromptMapFormField(forms.Field):
    """The line's own words for the usual phrases, and for those of other names that it holds."""

    widget = PromptMapWidget

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        kwargs |= {"required": False, "initial": {}, "show_hidden_initial": False}
        kwargs["help_text"] = "Left empty, the words in grey are said."
        super().__init__(**kwargs)
        self.fields: dict[str, PromptFormField] = {}
        self.stored: dict[str, Any] = {}

    def speak(self, languages: Languages, stored: Mapping[str, Any]) -> None:
        self.stored = dict(stored)
        for name in [*PHRASES, *(name for name in stored if name not in PHRASES)]:
            self.fields[name] = field = PromptFormField(label=PHRASE_LABELS.get(name, name))
            examples = {key: shipped(name, key) or "" for key, _ in languages} if name in PHRASES else {}
            field.speak(languages, stored.get(name) or {}, examples)
        cast(PromptMapWidget, self.widget).fields = self.fields

    def clean(self, value: dict[str, Typed]) -> dict[str, Any]:
        faults = []
        for name, field in self.fields.items():
            try:
                field.clean(value[name])
            except ValidationError as error:
                faults += [f"{field.label}: {message}" for message in error.messages]
        if faults:
            raise ValidationError(faults)
        return self.merged(value)

    def merged(self, typed: dict[str, Typed]) -> dict[str, Any]:
        merged = {name: self.fields[name].merged(typed[name]) for name in [*self.stored, *self.fields]}
        return {name: words for name, words in merged.items() if words or self.stored.get(name) == words}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.merged(data) != self.stored
