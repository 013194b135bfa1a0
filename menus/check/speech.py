"""What is wrong with what callers may say in a menu: phrases that cannot be told apart, and languages without any."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from menus.flow import Flow, Language, Menu, Option
from menus.recognition import recognition_language
from menus.words.hearing import normalised

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed


class _Phrase(NamedTuple):
    option: Option
    text: str
    words: str
    """As they are compared, with a space at both ends."""


def speech_faults(facts: Facts, spot: Spot, menu: Menu) -> Iterator[Finding]:
    for option in menu.options:
        yield from _stray(facts.flow, spot.within(f"phrases of key {option.digits}"), option)
    if menu.speech:
        for language in facts.flow.by_language.values():
            yield from _faults_in(spot, menu, language)


def _stray(flow: Flow, spot: Spot, option: Option) -> Iterator[Finding]:
    for language, phrases in option.phrases.items():
        if phrases and language not in flow.by_language:
            names = listed([called(spoken) for spoken in flow.by_language.values()])
            yield spot.finding(
                Rule.SPEECH_STRAY,
                f"{spot.part} are in “{language}” too, which the line does not speak (it speaks {names})",
                f"add the language “{language}” to the line, or take these phrases out of {spot.name}",
            )


def _faults_in(spot: Spot, menu: Menu, language: Language) -> Iterator[Finding]:
    name = called(language)
    phrases = [
        _Phrase(option, text, f" {' '.join(normalised(text, language.key))} ")
        for option in menu.options
        if option.enabled
        for text in option.phrases.get(language.key, ())
    ]
    if not phrases:
        yield spot.within("phrases").finding(
            Rule.SPEECH_MISSING,
            f"{spot.name} listens for words, and has no phrases in {name}: those callers can only press keys",
            f"add phrases in {name} to the options of {spot.name}",
        )
    elif not language.recognition and not recognition_language(language.voice.language):
        yield spot.within("phrases").finding(
            Rule.RECOGNITION_MISSING,
            f"{spot.name} has phrases in {name}, which no recogniser understands: those callers can only press keys",
            f"choose the language in which callers in {name} are understood, or take the phrases out of {spot.name}",
        )
    for one, other in combinations(phrases, 2):
        if one.option is not other.option:
            yield from _alike(spot, one, other, name)


def _alike(spot: Spot, one: _Phrase, other: _Phrase, language: str) -> Iterator[Finding]:
    keys = f"keys {one.option.digits} and {other.option.digits}"
    if one.words == other.words:
        yield spot.within(f"phrase “{other.text}”").finding(
            Rule.SPEECH_TWICE,
            f"in {spot.name}, “{other.text}” in {language} is to mean {keys} at once",
            f"give {keys} of {spot.name} phrases of their own",
        )
    elif one.words in other.words or other.words in one.words:
        short, long = sorted((one, other), key=lambda phrase: len(phrase.words))
        yield spot.within(f"phrase “{short.text}”").finding(
            Rule.SPEECH_WITHIN,
            f"in {spot.name}, “{short.text}” for key {short.option.digits} is part of “{long.text}” for key "
            f"{long.option.digits}, so that a half-heard caller is led astray",
            f"give {keys} of {spot.name} phrases that differ more",
        )
