"""The small parts of a flow: keys, labels, numbers, and what is said in each language. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Final, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_serializer,
    model_validator,
)

V = TypeVar("V")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def as_text(value: object) -> object:
    """YAML reads `1` as a number; keys and numbers are text here."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every time zone there is; Python would read them from the disk each time."""
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name not in zones():
        raise ValueError(f"“{name}” is not a time zone; write it like America/Chicago or Europe/London")
    return name


def _printable(value: str) -> str:
    """Control characters and half characters are heard by nobody, and no database keeps them all."""
    if _UNPRINTABLE.search(value):
        raise ValueError("it holds a control character that nobody can see; type the words anew")
    return value


Key = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""A stable name that survives new digits and labels: small letters, digits and single hyphens."""
Digits = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[0-9*#]{1,10}$")]
Digit = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[0-9*#]$")]
E164 = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[1-9][0-9]{6,14}$")]
"""A telephone number as Vonage wants it: country code first, digits only, no `+` (ITU-T E.164)."""
Zone = Annotated[str, AfterValidator(_zone)]
LanguageKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$", max_length=20)]
ValueName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=30)]
"""What words call a value: `{account}`. Small letters, digits and `_`."""
Label = Annotated[
    str,
    BeforeValidator(as_text),
    StringConstraints(strip_whitespace=True, max_length=100),
    AfterValidator(_printable),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), AfterValidator(_printable)]
AudioUrl = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s?#]+|/audio/[a-z0-9-]+\.mp3)?$", max_length=500)]
"""Absolute address of an MP3 or 16-bit WAV file, or the path of one that was uploaded to this site; no query (Vonage
does not play addresses with one)."""


class Part(BaseModel):
    """A frozen part of a flow; an unknown field is an error, so that a typing slip cannot pass unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(Part):
    """What is said in one language: words for the voice, or recorded audio (the words are then its transcript)."""

    text: Words = ""
    audio: AudioUrl = ""
    seconds: float | None = Field(default=None, gt=0, le=600)
    """How long the recording lasts; None: nobody has measured it."""

    @model_validator(mode="before")
    @classmethod
    def _plain_words(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value

    @model_serializer(mode="plain")
    def _shortest(self) -> str | dict[str, str | float]:
        if not self.audio:
            return self.text
        measured: dict[str, str | float] = {"seconds": self.seconds} if self.seconds else {}
        return {"text": self.text, "audio": self.audio} | measured


def by_name(values: dict[str, V]) -> dict[str, V]:
    """One order, whatever order a database gives them in: the same flow is always the same text."""
    return dict(sorted(values.items()))


class Prompt(RootModel[dict[LanguageKey, Said]]):
    """What is said, per language: `{en: "Hello", es: "Hola"}`. Empty: nothing is said."""

    model_config = ConfigDict(frozen=True)
    root: Annotated[dict[LanguageKey, Said], AfterValidator(by_name)] = Field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(said.text or said.audio for said in self.root.values())

    def get(self, language: str) -> Said | None:
        said = self.root.get(language)
        return said if said and (said.text or said.audio) else None


class Named(Part):
    """A destination."""

    label: Label


class Voice(Part):
    """A Vonage voice (NCCO reference, talk: `language`, `style`, `premium`); `voices` knows which exist."""

    language: str = "en-US"
    style: int = Field(default=0, ge=0, le=99)
    premium: bool = False


class Language(Part):
    key: LanguageKey
    name: Label
    voice: Voice = Voice()
    recognition: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]*$", max_length=20)] = ""
    """Code of the language for speech recognition (Vonage, guide “Speech recognition”); empty: as the voice."""
