"""What is wrong with words: missing, too long, faulty, or not what the voice can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, assert_never

from menus import words
from menus.flow import (
    MAX_SPOKEN,
    VALUES,
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
    Option,
    Prompt,
    Said,
    SetSwitch,
    Transfer,
    Voicemail,
)
from menus.voices import speaks_ssml
from menus.words.values import put

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed
from .mentions import mention_faults

MAX_HEARD_SECONDS: Final = 25


class Part(NamedTuple):
    """A prompt of a destination; `needed`: callers must hear something here, in the line's first language at least."""

    at: str
    prompt: Prompt
    needed: bool = False
    values: frozenset[str] = frozenset()
    """The `{name}`s that only these words may hold."""


def parts(here: Destination) -> Iterator[Part]:
    """Every prompt, in the order of the form; the words of options are told of with the prompt made from them."""
    match here:
        case Menu():
            yield Part("greeting", here.greeting)
            yield from _of_asking(here, bool(here.prompt), "wrong key")
        case Collect():
            yield from _of_asking(here, True, "wrong entry")
            yield Part("words that read back", here.confirm, values=frozenset({"value", here.value}))
        case Callback():
            yield from _of_asking(here, False, "wrong key")
            yield Part("words after the request", here.done)
        case Message():
            yield Part("prompt", here.prompt, needed=True)
        case LookUp():
            yield Part("words while asking", here.hold)
        case SetSwitch():
            yield Part("emergency message", here.words)
        case Hours() | Branch():
            return
        case Transfer():
            yield Part("prompt before ringing", here.prompt)
            yield Part("whisper to the person called", here.whisper)
        case Voicemail():
            yield Part("prompt before the beep", here.prompt)
        case HangUp():
            yield Part("goodbye", here.goodbye)
        case _:
            assert_never(here)


def _of_asking(here: Asks, needed: bool, wrong: str) -> Iterator[Part]:
    yield Part("prompt", here.prompt, needed)
    yield Part("shorter prompt", here.short_prompt, bool(here.short_prompt))
    for retry, what in ((here.no_input, "silence"), (here.no_match, wrong)):
        yield Part(f"prompt after the first {what}", retry.first)
        yield Part(f"prompt after a later {what}", retry.second)
        yield Part(f"prompt after the last {what}", retry.last)


def word_faults(facts: Facts, key: str, here: Destination) -> Iterator[Finding]:
    spot = facts.spot(key)
    for part in parts(here):
        yield from prompt_faults(facts, spot.within(part.at), part.prompt, part.needed, part.values)
    if isinstance(here, Menu):
        yield from mention_faults(facts, key, here)
        if not here.prompt:
            yield from _composed_faults(facts, key, here)


def prompt_faults(
    facts: Facts, spot: Spot, prompt: Prompt, needed: bool = False, more_values: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    yield from _missing(facts.flow, spot, prompt, needed)
    yield from said_faults(facts, spot, prompt, more_values)


def said_faults(
    facts: Facts, spot: Spot, prompt: Prompt, more_values: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """What is wrong with what is written, language by language. The transcript of a recording may be anything."""
    for key, said in prompt.root.items():
        language = facts.flow.by_language.get(key)
        if language is None and (said.text or said.audio):
            yield _stray(facts.flow, spot, key)
        elif language and said.text and not said.audio:
            yield from _text_faults(facts, spot, language, said.text, more_values)
        elif language and said.audio and (said.seconds or 0) > MAX_HEARD_SECONDS:
            yield _too_long(spot, language, f"takes {said.seconds:.0f} seconds to hear")


# --- missing or astray ------------------------------------------------------------------------------------------


def _missing(flow: Flow, spot: Spot, prompt: Prompt, needed: bool) -> Iterator[Finding]:
    first = flow.languages[0]
    lacking = [language for language in flow.by_language.values() if not prompt.get(language.key)]
    if needed and not prompt.get(first.key):
        yield spot.finding(
            Rule.WORDS_NEEDED,
            f"{spot.part} has neither words nor audio in {called(first)}, the line's first language",
            f"write {spot.part} in {called(first)}, or give a recording",
        )
    elif prompt and lacking:
        names = listed([called(language) for language in lacking])
        instead = called(first) if prompt.get(first.key) else "nothing"
        yield spot.finding(
            Rule.WORDS_MISSING,
            f"{spot.part} is missing in {names}; those callers hear {instead} there",
            f"add {spot.part} in {names}",
        )


def _stray(flow: Flow, spot: Spot, language: str) -> Finding:
    names = listed([called(spoken) for spoken in flow.by_language.values()])
    return spot.finding(
        Rule.WORDS_STRAY,
        f"{spot.part} has words in “{language}”, which the line does not speak (it speaks {names})",
        f"add the language “{language}” to the line, or take these words out of {spot.part}",
    )


# --- what is written --------------------------------------------------------------------------------------------


def _text_faults(
    facts: Facts, spot: Spot, language: Language, text: str, more_values: frozenset[str]
) -> Iterator[Finding]:
    what = f"{spot.part} in {called(language)}"
    names = dict.fromkeys(words.value_names(text))
    yield from unknown_values(spot, what, names, VALUES | facts.values | more_values)
    for name in names:
        if name in facts.flow.sensitive:
            yield spot.finding(
                Rule.SENSITIVE_READ_BACK,
                f"{what} holds {{{name}}}, which is sensitive and never said",
                f"take {{{name}}} out of {spot.part}",
            )
    for fault in words.ssml_faults(text):
        yield spot.finding(Rule.SSML_FAULTY, f"in {what}, {fault}", f"correct {spot.part}, or write it without tags")
    if words.is_ssml(text) and not speaks_ssml(language.voice):
        yield spot.finding(
            Rule.VOICE_WITHOUT_SSML,
            f"{what} is SSML, which the voice of this language does not understand",
            f"write {spot.part} without tags, or choose another voice for {called(language)}",
        )
    yield from _length_faults(facts, spot, language, text)


def unknown_values(spot: Spot, what: str, names: Iterable[str], known: frozenset[str]) -> Iterator[Finding]:
    """`what`: what holds the names, as it stands in a sentence."""
    for name in names:
        if name not in known:
            there = listed([f"{{{value}}}" for value in sorted(known)], "or")
            yield spot.finding(
                Rule.VALUE_UNKNOWN,
                f"{what} holds {{{name}}}, and there is no such value",
                f"in {spot.part}, write {there} instead, or take {{{name}}} out",
            )


def _length_faults(facts: Facts, spot: Spot, language: Language, text: str) -> Iterator[Finding]:
    what = f"{spot.part} in {called(language)}"
    length = words.spoken_length(put(text, **facts.longest_values))
    if length > MAX_SPOKEN:
        with_values = " with its values at their longest" if "{" in text else ""
        yield spot.finding(
            Rule.TEXT_TOO_LONG,
            f"{what} is {length:,} characters long{with_values}; a voice says {MAX_SPOKEN:,} at most",
            f"shorten {spot.part}, or divide it between two messages",
        )
    seconds = words.seconds(text, language.key)
    if seconds > MAX_HEARD_SECONDS:
        yield _too_long(spot, language, f"takes about {seconds:.0f} seconds to hear")


def _too_long(spot: Spot, language: Language, lasts: str) -> Finding:
    return spot.finding(
        Rule.TOO_LONG_TO_HEAR,
        f"{spot.part} in {called(language)} {lasts}; {MAX_HEARD_SECONDS} is about what callers bear",
        f"shorten {spot.part}",
    )


# --- the prompt made from the options ---------------------------------------------------------------------------


def _composed_faults(facts: Facts, key: str, menu: Menu) -> Iterator[Finding]:
    spot = facts.spot(key)
    spoken = [option for option in menu.options if option.enabled and option.spoken]
    if not spoken and menu.by_digits:
        yield spot.within("prompt").finding(
            Rule.MENU_SAYS_NOTHING,
            f"{spot.name} has no prompt and no spoken option: callers hear nothing and must guess a key",
            f"write a prompt for {spot.name}, or let its options be spoken",
        )
    for option in spoken:
        here = spot.within(f"wording of key {option.digits}")
        yield from _label_faults(facts.flow, here, option)
        yield from said_faults(facts, here, _as_words(option.words))
    for language in facts.flow.by_language.values():
        text, _ = words.composed(facts.flow, key, menu, language.key)
        yield from _length_faults(facts, spot.within("prompt made from the options"), language, text)


def _as_words(prompt: Prompt) -> Prompt:
    """A recording cannot become part of a made prompt; its transcript does."""
    return Prompt({key: Said(text=said.text) for key, said in prompt.root.items()})


def _label_faults(flow: Flow, spot: Spot, option: Option) -> Iterator[Finding]:
    """The label stands in for words in the line's first language; in the others it would be foreign."""
    others = list(flow.by_language.values())[1:]
    lacking = [language for language in others if not _text(option.words, language.key)]
    if lacking:
        names = listed([called(language) for language in lacking])
        first = _text(option.words, flow.languages[0].key)
        yield spot.finding(
            Rule.WORDS_MISSING,
            f"{spot.part} is missing in {names}; those callers hear “{first or option.label or option.key}” there",
            f"add {spot.part} in {names}",
        )


def _text(prompt: Prompt, language: str) -> str:
    said = prompt.get(language)
    return said.text if said else ""
