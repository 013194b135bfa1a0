"""The words that ship, in every language that ships. A line puts its own in their place with `phrases`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .said import always, callbacks, entries, switches

LANGUAGES: Final = ("en", "es", "fr", "de", "it", "pt", "nl", "pl", "sv")
"""Every phrase exists in each of these; a region (`en-gb`) may say some of them in another way."""

_SAID: Final = always.SAID | entries.SAID | callbacks.SAID | switches.SAID

PHRASES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {name: MappingProxyType(said) for name, said in _SAID.items()}
)
"""What the site says, by name and language. The {parts} that a phrase holds, `press` its {words} and {key}, are the
same in each language, and in a line's own words for it."""


def shipped(name: str, language: str) -> str | None:
    """The site's words in that language, or in the language of that region."""
    said = PHRASES[name]
    return said.get(language) or said.get(language.partition("-")[0])
