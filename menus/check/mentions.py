"""Words and keys that disagree: a prompt that tells callers to press what is no choice, or leaves a choice unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from menus.flow import Language, Menu, Option, Prompt
from menus.words import PHRASES, transcript

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed
from .misnamed import Telling, misnamed

_NUMBERS: Final = {
    "0": "zero|cero",
    "1": "one|uno",
    "2": "two|dos",
    "3": "three|tres",
    "4": "four|cuatro",
    "5": "five|cinco",
    "6": "six|seis",
    "7": "seven|siete",
    "8": "eight|ocho",
    "9": "nine|nueve",
}
_SIGNS: Final = {"*": "star", "#": "hash"}
_ALSO: Final = {"*": {"asterisk", "estrella"}, "#": {"hash", "pound", "hashtag", "gato"}}
_SPELT_OUT: Final = frozenset({"en", "es"})
"""Languages whose words for numbers are known here."""


def _spellings(key: str) -> str:
    """Every way to write one key, as alternatives of a pattern."""
    if key in _NUMBERS:
        return f"{key}|{_NUMBERS[key]}"
    said = sorted({re.escape(said) for said in PHRASES[_SIGNS[key]].values()} | _ALSO[key])
    return "|".join([re.escape(key), *said])


_SPELLINGS: Final = {key: _spellings(key) for key in "0123456789*#"}
_VERBS: Final = (
    "press|dial|push|oprima|oprime|marque|marca|pulse|pulsa|presione|presiona"
    "|tapez|appuyez sur|drücken sie|prema|pressione|toets|tryck"
)
_BETWEEN: Final = "the|key|number|button|el|la|tecla|número|le|touche|die|taste"
_NAMED: Final = "|".join(f"(?P<k{n}>{_SPELLINGS[key]})" for n, key in enumerate("0123456789*#"))
_TOLD: Final = re.compile(
    rf"\b(?:{_VERBS})\s+(?:(?:{_BETWEEN})\s+){{0,3}}[“‘\"']?(?:{_NAMED})(?!\w)"
    # not a telephone number, not “press one of …”, not “dial 5 digits”
    rf"(?![\s-]*(?:\d|{'|'.join(_NUMBERS.values())}))(?!\s+(?:of|de|digits?|dígitos?|times|veces)\b)",
    re.IGNORECASE,
)


def told(text: str) -> list[str]:
    """The keys that a text tells callers to press, as far as simple words say so: “press 3”, “oprima el 3”."""
    return list(dict.fromkeys(telling.key for telling in tellings(text)))


@lru_cache(maxsize=4096)
def tellings(text: str) -> tuple[Telling, ...]:
    return tuple(
        Telling(key, match.start(), match.end())
        for match in _TOLD.finditer(text)
        for n, key in enumerate("0123456789*#")
        if match[f"k{n}"] is not None
    )


def told_by(text: str, digits: str) -> int | None:
    """Where the text has told callers to press the key: the place behind it; None: it does not."""
    for telling in tellings(text):
        if telling.key == digits:
            return telling.end
    found = _anywhere(digits).search(text)
    return found.end() if found else None


def says(text: str, digits: str) -> bool:
    """Whether the text holds the key anywhere, as a sign or as a word."""
    return _anywhere(digits).search(text) is not None


@lru_cache(maxsize=1024)
def _anywhere(digits: str) -> re.Pattern[str]:
    spelt = r"[\s-]*".join(f"(?:{_SPELLINGS[digit]})" for digit in digits)
    return re.compile(rf"(?<!\w){spelt}(?!\w)", re.IGNORECASE)


def mention_faults(facts: Facts, key: str, menu: Menu) -> Iterator[Finding]:
    spot = facts.spot(key)
    options = [option for option in menu.options if option.enabled]
    keys = {option.digits for option in options}
    house = set(facts.house_keys(menu).values()) - keys
    keys |= house
    if menu.finish_on_hash:
        keys.add("#")
    for at, prompt in (
        ("greeting", menu.greeting),
        ("prompt", menu.prompt),
        ("shorter prompt", menu.short_prompt),
        ("prompt after the first silence", menu.no_input.first),
        ("prompt after a later silence", menu.no_input.second),
        ("prompt after the first wrong key", menu.no_match.first),
        ("prompt after a later wrong key", menu.no_match.second),
    ):
        yield from _not_there(facts, prompt, keys, spot.within(at))
        for language, text in _texts(facts, prompt):
            told_of = [telling for telling in tellings(text) if telling.key not in house]
            yield from misnamed(text, told_of, options, language, spot.within(at))
    yield from _not_said(facts, menu.prompt, [option for option in options if option.spoken], spot)


def _not_there(facts: Facts, prompt: Prompt, keys: set[str], spot: Spot) -> Iterator[Finding]:
    for language, text in _texts(facts, prompt):
        for key in told(text):
            if key not in keys:
                yield spot.finding(
                    Rule.KEY_NOT_THERE,
                    f"{spot.part} in {called(language)} tells callers to press {key}, which is no key there",
                    f"take key {key} out of {spot.part}, or add an option with it",
                )


def _not_said(facts: Facts, prompt: Prompt, options: list[Option], spot: Spot) -> Iterator[Finding]:
    for language, text in _texts(facts, prompt):
        unsaid = [option.digits for option in options if not says(text, option.digits)]
        code = language.key.partition("-")[0]
        if unsaid and (code in _SPELT_OUT or len(unsaid) < len(options)):
            yield spot.within("prompt").finding(
                Rule.KEY_NOT_SAID,
                f"the prompt of {spot.name} in {called(language)} does not say key {listed(unsaid)}",
                f"add key {listed(unsaid)} to the prompt of {spot.name}, or mark the option as not spoken",
            )


def _texts(facts: Facts, prompt: Prompt) -> Iterator[tuple[Language, str]]:
    for key, said in prompt.root.items():
        language = facts.flow.by_language.get(key)
        if language and said.text:
            yield language, transcript(said)
