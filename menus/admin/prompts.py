"""The form of what is said: for each language of the line a box for words, and a choice of the line's recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from menus.sound.encoding import lasting
from menus.sound.named import FOLDER
from menus.words.phrases import PHRASES, shipped

Languages = Sequence[tuple[str, str]]
"""Key and name of each language of a line, its first one first."""


class Spoken(NamedTuple):
    """Of one language."""

    text: str = ""
    recording: str = ""
    """The path of one of this site's; empty: the voice says the words."""
    address: str = ""
    """Of one elsewhere."""

    @property
    def audio(self) -> str:
        return self.recording or self.address


Typed = dict[str, Spoken]
"""By language, as it came from the page."""


class Recording(NamedTuple):
    """One of the line's, as pickers offer it."""

    name: str
    language: str
    seconds: float


Recordings = Mapping[str, Recording]
"""By path."""
NO_RECORDINGS: Final[Recordings] = {}

MAX_WORDS: Final = 5000
_PLAYER: Final = forms.widgets.Script("ivrsite/player.js", type="module")
MEDIA: Final = forms.Media(css={"all": ["ivrsite/audio.css"]}, js=[_PLAYER])  # type: ignore[list-item]
_AUDIO: Final = re.compile(r"https?://[^\s?#]+")
_JSON_EXAMPLE: Final = re.compile(r'\{"[a-z]+": "(.*?)"\}(?:(?<=[.?!]"\})\.)?')
"""In the models' help texts; here nobody types JSON. A sentence within needs no second full stop."""
PHRASE_LABELS: Final = {
    "sorry_no_input": gettext_lazy("When a caller presses nothing"),
    "sorry_no_match": gettext_lazy("When a caller presses a wrong key"),
    "goodbye": gettext_lazy("Before the line hangs up"),
    "trouble": gettext_lazy("When something is broken"),
    "nobody": gettext_lazy("When nobody can take the call"),
    "not_in_service": gettext_lazy("When a number is not in use"),
    "press": gettext_lazy("How an option is said; keep {words} and {key} in it"),
    "for_label": gettext_lazy("How an option without words is said; keep {label} in it"),
    "star": gettext_lazy("What the * key is called"),
    "hash": gettext_lazy("What the # key is called"),
}


def tidy(text: str) -> str:
    """A page sends its line ends as two characters; what is stored has one."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def said(value: Any) -> tuple[str, str]:
    """Words and recording of one language, from the stored shape or from the page."""
    found = spoken(value)
    return found.text, found.audio


def spoken(value: Any) -> Spoken:
    if isinstance(value, Spoken):
        return value
    if not isinstance(value, Mapping):
        return Spoken(str(value or ""))
    text, audio = str(value.get("text", "")), str(value.get("audio", ""))
    return Spoken(text, audio) if audio.startswith(FOLDER) else Spoken(text, "", audio)


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
        self.recordings: Recordings = NO_RECORDINGS

    @property
    def media(self) -> forms.Media:
        return MEDIA

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
                    "example": self.examples.get(key, ""),
                    "said": (now := spoken(value.get(key))),
                    "audio": now.audio,
                    "recordings": self._offered(key, now.recording),
                }
                for key, language in self.languages
            ],
        }
        return context

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def _offered(self, language: str, chosen: str) -> list[tuple[str, str, bool]]:
        """Path, words and whether it is chosen: those in this language first; also one that is not the line's."""
        rows = sorted(self.recordings.items(), key=lambda row: row[1].language != language)
        offered = [(path, f"{row.name}, {lasting(row.seconds)}") for path, row in rows]
        if chosen and chosen not in self.recordings:
            offered.append((chosen, _("A recording that is not this line's")))
        return [(path, words, path == chosen) for path, words in offered]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Typed:
        parts = {"text": "", "recording": ".recording", "address": ".audio"}
        return {
            key: Spoken(**{part: data.get(f"{name}.{key}{suffix}") or "" for part, suffix in parts.items()})
            for key, _name in self.languages
            if any(f"{name}.{key}{suffix}" in data for suffix in parts.values())
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

    def speak(
        self,
        languages: Languages,
        stored: Mapping[str, Any],
        examples: Mapping[str, str] | None = None,
        recordings: Recordings = NO_RECORDINGS,
    ) -> None:
        """Show these languages; `stored` is what the row holds."""
        self.stored = dict(stored)
        self.boxes.languages = languages
        self.boxes.recordings = recordings
        self.boxes.examples = dict(examples or {})

    def clean(self, value: Typed) -> dict[str, Any]:
        faults = [
            f"{language}: {fault}"
            for key, language in self.boxes.languages
            for fault in self._faults(value.get(key, Spoken()), spoken(self.stored.get(key)))
        ]
        if faults:
            raise ValidationError(faults)
        return self.merged(value)

    def _faults(self, typed: Spoken, stored: Spoken) -> Iterator[str]:
        if len(tidy(typed.text)) > MAX_WORDS:
            yield gettext("these are %(tidy)s characters; write at most %(max_words)s.") % {
                "tidy": f"{len(tidy(typed.text)):,}",
                "max_words": f"{MAX_WORDS:,}",
            }
        if "\0" in typed.text:
            yield gettext("a character here cannot be spoken; type the words anew.")
        if typed.recording and typed.address.strip():
            yield _("choose a recording, or write the address of one elsewhere; both cannot be played.")
        if typed.recording and typed.recording not in (*self.boxes.recordings, stored.recording):
            yield _("this recording belongs to another line, or was deleted; choose one of this line's.")
        if fault := audio_fault(typed.address.strip()):
            yield fault

    def merged(self, typed: Typed) -> dict[str, Any]:
        """What is stored with what was typed, in the order in which it is stored."""
        merged: dict[str, Any] = {}
        for key in [*self.stored, *(key for key in typed if key not in self.stored)]:
            if key in self.stored and (key not in typed or _same(typed[key], self.stored[key])):
                merged[key] = self.stored[key]
            elif shortest := _shortest(typed[key], self._seconds(typed[key].audio.strip(), self.stored.get(key))):
                merged[key] = shortest
        return merged

    def _seconds(self, audio: str, stored: Any) -> float | None:
        """How long the recording lasts: as it was measured, or as the row has it."""
        if audio in self.boxes.recordings:
            return self.boxes.recordings[audio].seconds
        return stored.get("seconds") if isinstance(stored, Mapping) and stored.get("audio") == audio else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.merged(data) != self.stored

    @property
    def boxes(self) -> PromptWidget:
        return cast(PromptWidget, self.widget)


def _same(typed: Spoken, stored: Any) -> bool:
    text, audio = said(stored)
    return (tidy(typed.text), typed.audio.strip()) == (tidy(text), audio.strip())


def _shortest(typed: Spoken, seconds: float | None) -> Any:
    text, audio = tidy(typed.text), typed.audio.strip()
    measured = {"seconds": seconds} if seconds else {}
    return {"text": text, "audio": audio} | measured if audio else text


def audio_fault(address: str) -> str:
    """What is wrong with the address of a recording; Vonage plays none that has a query."""
    if not address or (_AUDIO.fullmatch(address) and len(address) <= 500):
        return ""
    cure = gettext("write it like https://example.com/hello.mp3, without ? or #.")
    return gettext("“%(address)s” is not the address of a recording; %(cure)s") % {
        "address": address[:80],
        "cure": cure,
    }


class PromptMapWidget(forms.Widget):
    """One box after another, each with its name above it."""

    template_name = "admin/menus/widgets/prompts.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.fields: dict[str, PromptFormField] = {}

    @property
    def media(self) -> forms.Media:
        return MEDIA

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
        kwargs["help_text"] = gettext("Left empty, the words in grey are said.")
        super().__init__(**kwargs)
        self.fields: dict[str, PromptFormField] = {}
        self.stored: dict[str, Any] = {}

    def speak(self, languages: Languages, stored: Mapping[str, Any], recordings: Recordings = NO_RECORDINGS) -> None:
        self.stored = dict(stored)
        for name in [*PHRASES, *(name for name in stored if name not in PHRASES)]:
            self.fields[name] = field = PromptFormField(label=PHRASE_LABELS.get(name, name))
            examples = {key: shipped(name, key) or "" for key, _ in languages} if name in PHRASES else {}
            field.speak(languages, stored.get(name) or {}, examples, recordings)
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
