"""What callers said, matched with what they may say: choices by their phrases and keys, yes and no. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Final, NamedTuple

from ..dialogue import Guess
from .answers import FILLERS, KEY_WORDS, KEYS, NO, NOT, UNSURE, YES

_UNSPACED: Final = frozenset({"zh", "cmn", "yue", "ja", "th", "lo", "km", "my"})
"""Languages written without spaces between words."""
_ELIDING: Final = frozenset({"fr", "it", "ca"})
"""Languages in which an apostrophe stands between two words (l’accueil); in the others it is inside one (don’t)."""
_MARKED: Final = frozenset({"vi"})
"""Languages in Latin letters whose words differ by their accents alone."""
_APOSTROPHES: Final = "'’‘ʼ`"
_ACCENTS: Final = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x064B, 0x065F), (0x0670, 0x0670))
"""Accents, and the points of Hebrew and Arabic: often left out. The marks of Thai, Hindi or Japanese are letters."""
_TWINS: Final = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "\u0640": ""}
"""Letters that Unicode does not take apart, and the stroke that only makes an Arabic word longer."""


class Match(NamedTuple):
    """The choice the caller meant, and how sure the recogniser was of its words, from 0 to 1."""

    choice: str
    confidence: float


class _Said(NamedTuple):
    run: str
    """The words, to be found as they are in another run."""
    length: int


# --- comparing --------------------------------------------------------------------------------------------------


def normalised(text: str, language: str) -> tuple[str, ...]:
    """The words that count: no case, accents or punctuation, digits as 0–9. `language` is a line's (`en-gb`)."""
    base = _base(language)
    apart = unicodedata.normalize("NFKD", text.replace("´", "'")).casefold()
    return tuple(unicodedata.normalize("NFC", apart.translate(_letters(base in _ELIDING, base in _MARKED))).split())


def matched(
    guesses: Iterable[Guess],
    phrases: Mapping[str, Sequence[str]],
    language: str,
    keys: Mapping[str, str] = MappingProxyType({}),
) -> Match | None:
    """The choice meant by the surest guess that means exactly one; None: not understood.

    `phrases` are by choice. A guess means the choice whose phrase stands in it word for word; the longest phrase
    wins, and two choices of the same length are no answer. A guess without any phrase may name a key and nothing
    else: `keys` are the choices by what is keyed for them.
    """
    for guess in sorted(guesses, key=_sure, reverse=True):
        found = _longest(guess.text, phrases, language)
        if not found and (digits := key_said(guess.text, language)) in keys and digits:
            found = [keys[digits]]
        if len(found) == 1:
            return Match(found[0], _sure(guess))
    return None


def key_said(text: str, language: str) -> str:
    """The keys that the words name: “two”, “number two”, “2” and “press 2, please” are 2. Empty when they say more
    than that, or when it is a language whose names of keys are not known and no digits are written."""
    if text.strip() in ("*", "#"):
        return text.strip()
    words = normalised(text, language)
    names, fillers = _key_names(_base(language)), _fillers(_base(language))
    if key := names.get(" ".join(words)):
        return key
    while words and words[0] in fillers:
        words = words[1:]
    while words and words[-1] in fillers:
        words = words[:-1]
    keys = [names.get(word) or (word if word.isdecimal() else "") for word in words]
    return names.get(" ".join(words)) or ("".join(keys) if all(keys) else "")


def said_yes(guesses: Iterable[Guess], language: str) -> bool | None:
    """Whether the caller agreed, by the surest guess that holds a yes or a no; None: it holds both or is in doubt,
    none does, or the yes and no of the language are not known."""
    for guess in sorted(guesses, key=_sure, reverse=True):
        kinds = _kinds(guess.text, _base(language))
        if kinds == {"yes"}:
            return True
        if "no" in kinds and kinds <= {"no", "not"}:
            return False
        if kinds:
            return None
    return None


# --- how --------------------------------------------------------------------------------------------------------


def _sure(guess: Guess) -> float:
    """From 0 to 1; what is not a number is not sure at all."""
    return min(1.0, max(0.0, guess.confidence))


def _longest(text: str, phrases: Mapping[str, Sequence[str]], language: str) -> list[str]:
    """The choices whose longest phrase in the text is as long as any other's."""
    base = _base(language)
    heard = _run(normalised(text, language), base).run
    lengths = {choice: _length_in(heard, said, base) for choice, said in phrases.items()}
    longest = max(lengths.values(), default=0)
    return [choice for choice, length in lengths.items() if length == longest] if longest else []


def _length_in(heard: str, phrases: Sequence[str], base: str) -> int:
    """The length of the longest of the phrases that were heard; 0: none was."""
    said = (_phrase(phrase, base) for phrase in phrases)
    return max((length for run, length in said if run in heard), default=0)


@lru_cache(maxsize=8192)
def _phrase(phrase: str, base: str) -> _Said:
    """Staff's words are kept, as every call compares them. What callers say is not: it may be secret."""
    return _run(normalised(phrase, base), base)


def _run(words: tuple[str, ...], base: str) -> _Said:
    """As one text in which only whole words can be found; without spaces any run of signs can. Length: in words, or
    in signs."""
    if base in _UNSPACED:
        joined = "".join(words)
        return _Said(joined, len(joined))
    return _Said(f" {' '.join(words)} ", len(words))


@cache
def _key_names(base: str) -> dict[str, str]:
    """The key by its name; a language that does not ship has none."""
    sayings = KEY_WORDS.get(base, {})
    return {" ".join(normalised(name, base)): key for key in KEYS for name in sayings.get(key, ())}


@cache
def _fillers(base: str) -> frozenset[str]:
    return frozenset(chain.from_iterable(normalised(word, base) for word in FILLERS.get(base, ())))


def _kinds(text: str, base: str) -> set[str]:
    """Which of yes, no, not and unsure are said; “not right” is a no and not also a yes."""
    left, kinds = _run(normalised(text, base), base).run, set()
    for run, kind in _answers(base):
        if run in left:
            left = left.replace(run, " | ")
            kinds.add(kind)
    return kinds


@cache
def _answers(base: str) -> tuple[tuple[str, str], ...]:
    """The ways to agree or not, the longest first, each with its kind."""
    kinds = {"yes": YES, "no": NO, "not": NOT, "unsure": UNSURE}
    said = [(_run(normalised(text, base), base), kind) for kind in kinds for text in kinds[kind].get(base, ())]
    return tuple((answer.run, kind) for answer, kind in sorted(said, key=lambda pair: -pair[0].length))


def _base(language: str) -> str:
    return language.lower().partition("-")[0]


class _Letters(dict[int, str]):
    """What is kept of each character, found out once for each: for `str.translate`."""

    def __init__(self, eliding: bool, marked: bool) -> None:
        self.apostrophe, self.marked = " " if eliding else "", marked

    def __missing__(self, code: int) -> str:
        self[code] = self._kept(chr(code), code)
        return self[code]

    def _kept(self, sign: str, code: int) -> str:
        if sign in _APOSTROPHES:
            return self.apostrophe
        if not self.marked and any(first <= code <= last for first, last in _ACCENTS):
            return ""
        if (digit := unicodedata.decimal(sign, None)) is not None:
            return str(digit)
        kind = unicodedata.category(sign)
        if kind == "Cf":
            return ""
        return _TWINS.get(sign, sign) if kind[0] in "LMN" else " "


@cache
def _letters(eliding: bool, marked: bool) -> _Letters:
    return _Letters(eliding, marked)
