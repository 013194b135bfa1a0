"""What callers hear at a destination, piece by piece in each language, and for how many seconds. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from menus import words
from menus.check.listening import options_told
from menus.dialogue import Switch
from menus.flow import (
    Asks,
    Branch,
    Callback,
    Collect,
    Destination,
    Flow,
    HangUp,
    Hours,
    Language,
    LookUp,
    Menu,
    Message,
    Prompt,
    Said,
    SetSwitch,
    Transfer,
    Voicemail,
)
from menus.speaker import Speaker
from menus.step import begin


class Piece(NamedTuple):
    """Some words, as they are said now."""

    name: str
    text: str
    audio: str
    seconds: float
    language: Language
    """Of the voice: the line's first one where the asked one has no words."""
    others: bool = False
    """The words are the first language's, because there are none in this one."""


class Told(NamedTuple):
    """An option, and when callers know of it."""

    digits: str
    label: str
    seconds: float | None
    """From the beginning of the menu; None: no words tell it."""


class Spoken(NamedTuple):
    """All of a destination in one language."""

    language: Language
    first: list[Piece]
    """On arrival."""
    later: list[Piece]
    """When it is asked again, or something goes wrong."""
    told: list[Told]

    @property
    def seconds(self) -> float:
        return sum(piece.seconds for piece in self.first)


def spoken(flow: Flow, key: str, at: datetime, switches: tuple[Switch, ...] = ()) -> list[Spoken]:
    """In the order of the line's languages; empty where callers hear nothing. `at` (aware) and the
    switches are for words like {opens}."""
    here = flow.destinations.get(key)
    if here is None or isinstance(here, Branch | SetSwitch):
        return []
    return [_in(flow, key, here, language, _Voice(flow, language, at, switches)) for language in flow.languages]


def _in(flow: Flow, key: str, here: Destination, language: Language, voice: _Voice) -> Spoken:
    told = list(_told(flow, key, here, language.key)) if isinstance(here, Menu) else []
    return Spoken(language, list(_first(flow, key, here, voice)), list(_later(here, voice)), told)


class _Voice:
    """Words as one language says them; the values of a call that nobody knows yet stay `{account}`."""

    def __init__(self, flow: Flow, language: Language, at: datetime, switches: tuple[Switch, ...]) -> None:
        self.flow, self.language = flow, language
        self.speaker = Speaker(flow, begin(flow, "", "", at), at, switches)
        self.speaker.language = language.key
        self.speaker.schedule = next(iter(flow.schedules), "")

    def prompt(self, name: str, prompt: Prompt) -> Iterator[Piece]:
        if resolved := words.resolve(self.flow, prompt, self.language.key):
            yield self.piece(name, *resolved)

    def phrase(self, name: str, phrase: str, **parts: str) -> Iterator[Piece]:
        said, language = words.phrase(self.flow, phrase, self.language.key)
        yield self.piece(name, said, language, **parts)

    def either(self, name: str, prompt: Prompt, phrase: str) -> Iterator[Piece]:
        """The destination's own words, else the line's."""
        return self.prompt(name, prompt) if prompt else self.phrase(name, phrase)

    def piece(self, name: str, said: Said, language: Language, **parts: str) -> Piece:
        def value(of: str) -> str:
            return parts.get(of) or self.speaker.value(of, language.key) or f"{{{of}}}"

        text = words.transcript(Said(text=words.fill(said.text, value)))
        seconds = words.lasts(words.fill(said.text, value), language.key, said.audio, said.seconds)
        return Piece(name, text, said.audio, seconds, language, language.key != self.language.key)


def _first(flow: Flow, key: str, here: Destination, voice: _Voice) -> Iterator[Piece]:
    match here:
        case Menu():
            yield from voice.prompt("Greeting", here.greeting)
            yield from _choices(flow, key, here, voice)
        case Collect() | Callback() | Message() | Voicemail():
            yield from voice.prompt("Prompt", here.prompt)
            if isinstance(here, Callback):
                yield from voice.phrase("Then", "callback_number")
        case Transfer():
            yield from voice.prompt("Before it rings", here.prompt)
        case HangUp():
            yield from voice.either("Last words", here.goodbye, "goodbye")
        case LookUp():
            yield from voice.prompt("While it is looked up", here.hold)
        case Hours() if schedule := flow.schedules.get(here.schedule or ""):
            for holiday in schedule.holidays:
                yield from voice.prompt(f"On {holiday.name}", holiday.words)


def _choices(flow: Flow, key: str, here: Menu, voice: _Voice) -> Iterator[Piece]:
    if here.prompt:
        yield from voice.prompt("Prompt", here.prompt)
        return
    text, language = words.composed(flow, key, here, voice.language.key)
    if text:
        yield voice.piece("Prompt, made from the options", Said(text=text), language)


def _later(here: Destination, voice: _Voice) -> Iterator[Piece]:
    if isinstance(here, Transfer):
        yield from voice.prompt("To whoever answers", here.whisper)
    if not isinstance(here, Asks):
        return
    if isinstance(here, Collect) and here.read_back:
        yield from voice.either("Read back", here.confirm, "confirm_entry")
    yield from voice.prompt("Asked again", here.short_prompt)
    yield from voice.either("Nothing pressed", here.no_input.first, "sorry_no_input")
    wrong = "sorry_invalid" if isinstance(here, Collect) else "sorry_no_match"
    yield from voice.either("Wrong key" if wrong == "sorry_no_match" else "Not taken", here.no_match.first, wrong)
    if isinstance(here, Callback):
        yield from voice.either("Last words", here.done, "callback_done")


def _told(flow: Flow, key: str, here: Menu, language: str) -> Iterator[Told]:
    told = options_told(flow, key, language)
    for option in here.options:
        if option.enabled:
            yield Told(option.digits, option.label, told.get(option.key))
