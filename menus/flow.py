"""What a published flow is: frozen models, joined by keys. Format 1; import and export have the same shape.

Pure. What is wrong *between* the parts (a key that leads nowhere) is for `check` to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

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

FORMAT: Final = 1
MAX_TURNS: Final = 60
"""What a caller may do in one call before the line ends it (keys, silences, unanswered targets)."""
MAX_PASSED: Final = 20
"""Destinations passed in one step before the flow counts as a loop."""
MAX_SPOKEN: Final = 1500
"""Characters of one `talk`, SSML tags not counted (Vonage NCCO reference, talk)."""
VALUES: Final = frozenset({"caller", "dialled", "line", "pressed", "opens", "holiday"})
"""The `{name}`s that words may hold: numbers of the caller and of the line, the line's name, the keys pressed last,
when the schedule asked last opens next, and the name of today's holiday there."""


def _text(value: object) -> object:
    """YAML reads `1` as a number; keys and numbers are text here."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"“{name}” is not a time zone; write it like America/Chicago or Europe/London")
    return name


Key = Annotated[str, BeforeValidator(_text), StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
"""A stable name that survives new digits and labels: small letters, digits and single hyphens."""
Digits = Annotated[str, BeforeValidator(_text), StringConstraints(pattern=r"^[0-9*#]{1,10}$")]
Digit = Annotated[str, BeforeValidator(_text), StringConstraints(pattern=r"^[0-9*#]$")]
E164 = Annotated[str, BeforeValidator(_text), StringConstraints(pattern=r"^[1-9][0-9]{6,14}$")]
"""A telephone number as Vonage wants it: country code first, digits only, no `+` (ITU-T E.164)."""
Zone = Annotated[str, AfterValidator(_zone)]
LanguageKey = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$", max_length=20)]
Label = Annotated[str, BeforeValidator(_text), StringConstraints(strip_whitespace=True, max_length=100)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
AudioUrl = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s?#]+)?$", max_length=500)]
"""Absolute address of an MP3 or 16-bit WAV file; no query (Vonage does not play addresses with one)."""


class Part(BaseModel):
    """A frozen part of a flow; an unknown field is an error, so that a typing slip cannot pass unseen."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- words ------------------------------------------------------------------------------------------------------


class Said(Part):
    """What is said in one language: words for the voice, or recorded audio (the words are then its transcript)."""

    text: Words = ""
    audio: AudioUrl = ""

    @model_validator(mode="before")
    @classmethod
    def _plain_words(cls, value: object) -> object:
        return {"text": value} if isinstance(value, str) else value

    @model_serializer(mode="plain")
    def _shortest(self) -> str | dict[str, str]:
        return {"text": self.text, "audio": self.audio} if self.audio else self.text


class Prompt(RootModel[dict[LanguageKey, Said]]):
    """What is said, per language: `{en: "Hello", es: "Hola"}`. Empty: nothing is said."""

    model_config = ConfigDict(frozen=True)
    root: dict[LanguageKey, Said] = Field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(said.text or said.audio for said in self.root.values())

    def get(self, language: str) -> Said | None:
        said = self.root.get(language)
        return said if said and (said.text or said.audio) else None


class Voice(Part):
    """A Vonage voice (NCCO reference, talk: `language`, `style`, `premium`); `voices` knows which exist."""

    language: str = "en-US"
    style: int = Field(default=0, ge=0, le=99)
    premium: bool = False


class Language(Part):
    key: LanguageKey
    name: Label
    voice: Voice = Voice()


# --- schedules --------------------------------------------------------------------------------------------------

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
Hours24 = Annotated[str, StringConstraints(pattern=rf"^{_CLOCK}-(?:{_CLOCK}|24:00)$")]
"""Local wall-clock time, `08:00-17:00`; `24:00` ends the day; an end at or before the start is the next day's."""

_ORDINAL = "1st|2nd|3rd|4th|5th|last"
_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
HOLIDAY_WHEN: Final = re.compile(
    rf"(?:(?P<date>\d{{4}}-\d\d-\d\d)|(?P<yearly>\d\d-\d\d)"
    rf"|(?P<ordinal>{_ORDINAL}) (?P<weekday>{_DAY}) of (?P<month>{_MONTH})"
    rf"|(?P<easter>easter))(?: ?(?P<sign>[+-]) ?(?P<days>\d{{1,3}})(?: days?)?)?"
)


def _holiday_when(value: str) -> str:
    value = " ".join(value.lower().split())
    match = HOLIDAY_WHEN.fullmatch(value)
    if not match:
        raise ValueError(
            f"“{value}” is not a day; write 12-25 (every year), 2026-12-25, "
            "“4th thursday of november”, “last monday of may” or “easter - 2”"
        )
    day = match["date"] or (match["yearly"] and f"2024-{match['yearly']}")
    if day:
        date.fromisoformat(day)
    return value


class Holiday(Part):
    """A day by date or rule; `closed` says which part of it (left out: the whole day); `words` are said first."""

    name: Label
    when: Annotated[str, BeforeValidator(str), AfterValidator(_holiday_when)]
    closed: Hours24 | None = None
    words: Prompt = Prompt()


class Schedule(Part):
    """When a place is open, in its own wall-clock time. A weekday left out is closed."""

    name: Label
    timezone: Zone | None = None
    weekly: dict[Weekday, tuple[Hours24, ...]] = Field(default_factory=dict)
    holidays: tuple[Holiday, ...] = ()


# --- destinations -----------------------------------------------------------------------------------------------


class Mark(StrEnum):
    """What staff say of a call that comes this far; reports count a call as contained only by `served`."""

    NONE = ""
    SERVED = "served"


class HouseKey(StrEnum):
    REPEAT = "repeat"
    BACK = "back"
    MAIN = "main"
    OPERATOR = "operator"


class HouseKeys(Part):
    """Keys that mean the same in every menu of the line; None: the line has no such key."""

    repeat: Digit | None = None
    back: Digit | None = None
    main: Digit | None = None
    operator: Digit | None = None


class Option(Part):
    """One key of a menu. `words` go before “press 1”; without them the label does. `spoken: false` keeps it quiet."""

    key: Key
    digits: Digits
    label: Label
    words: Prompt = Prompt()
    to: Key | None = None
    language: LanguageKey | None = None
    enabled: bool = True
    spoken: bool = True


class Retry(Part):
    """What happens on silence, or on a wrong key: `tries` hearings in all, tapered words, and where it leads then."""

    tries: int = Field(default=3, ge=1, le=9)
    first: Prompt = Prompt()
    second: Prompt = Prompt()
    last: Prompt = Prompt()
    then: Key | None = None


class Named(Part):
    label: Label


class Menu(Named):
    """Says what there is to choose, and waits for a key."""

    kind: Literal["menu"] = "menu"
    greeting: Prompt = Prompt()
    prompt: Prompt = Prompt()
    short_prompt: Prompt = Prompt()
    wait_seconds: int = Field(default=5, ge=1, le=10)
    barge_in: bool = True
    finish_on_hash: bool = False
    options: tuple[Option, ...] = ()
    no_input: Retry = Retry()
    no_match: Retry = Retry()
    max_failures: int = Field(default=4, ge=1, le=18)
    failures_then: Key | None = None
    without: tuple[HouseKey, ...] = ()

    @cached_property
    def by_digits(self) -> dict[str, Option]:
        return {option.digits: option for option in reversed(self.options) if option.enabled}

    @cached_property
    def by_key(self) -> dict[str, Option]:
        return {option.key: option for option in self.options}


class Message(Named):
    """Says something and goes on."""

    kind: Literal["message"] = "message"
    prompt: Prompt = Prompt()
    barge_in: bool = False
    outcome: Mark = Mark.NONE
    then: Key | None = None


class Hours(Named):
    """Goes one way when the schedule is open, another when closed, a third on a holiday (left out: as closed)."""

    kind: Literal["hours"] = "hours"
    schedule: Key | None = None
    open: Key | None = None
    closed: Key | None = None
    holiday: Key | None = None


class _Target(Part):
    label: Label = ""
    ring_seconds: int = Field(default=25, ge=1, le=120)


class PhoneTarget(_Target):
    type: Literal["phone"] = "phone"
    number: E164


class SipTarget(_Target):
    type: Literal["sip"]
    uri: Annotated[str, StringConstraints(pattern=r"^sips?:[^\s]+$", max_length=100)]


class AppTarget(_Target):
    type: Literal["app"]
    user: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class WebsocketTarget(_Target):
    type: Literal["websocket"]
    uri: Annotated[str, StringConstraints(pattern=r"^wss?://[^\s]+$", max_length=500)]
    rate: Literal[8000, 16000, 24000] = 16000
    """Samples a second of the 16-bit audio."""


class VbcTarget(_Target):
    type: Literal["vbc"]
    extension: Annotated[str, BeforeValidator(_text), StringConstraints(pattern=r"^[0-9]{1,10}$")]


Target = Annotated[PhoneTarget | SipTarget | AppTarget | WebsocketTarget | VbcTarget, Field(discriminator="type")]


class Transfer(Named):
    """Rings the targets in order; the last resort is where the caller goes when nobody answers."""

    kind: Literal["transfer"] = "transfer"
    prompt: Prompt = Prompt()
    targets: tuple[Target, ...] = ()
    caller_id: E164 | None = None
    """The number shown to the callee; left out: the number the caller dialled."""
    whisper: Prompt = Prompt()
    max_minutes: int = Field(default=120, ge=1, le=120)
    ringback: AudioUrl = ""
    last_resort: Key | None = None


class Voicemail(Named):
    """Records a message; it ends on silence, on the finish key, or when it is as long as it may be."""

    kind: Literal["voicemail"] = "voicemail"
    prompt: Prompt = Prompt()
    max_seconds: int = Field(default=180, ge=3, le=7200)
    silence_seconds: int = Field(default=5, ge=3, le=10)
    finish_key: Digit = "#"
    beep: bool = True
    mailbox: Label = ""
    then: Key | None = None


class HangUp(Named):
    """Says goodbye and ends the call."""

    kind: Literal["hangup"] = "hangup"
    goodbye: Prompt = Prompt()
    outcome: Mark = Mark.NONE


Destination = Annotated[Menu | Message | Hours | Transfer | Voicemail | HangUp, Field(discriminator="kind")]


class Flow(Part):
    """One line's whole menu. Destinations are joined by their keys; calls begin at `start`."""

    format: Literal[1] = FORMAT
    name: Label
    timezone: Zone = "UTC"
    languages: tuple[Language, ...] = Field(min_length=1)
    start: Key | None = None
    main: Key | None = None
    """Where the main key leads; left out: `start`."""
    operator: Key | None = None
    """Where the operator key, used-up tries and the bounds lead."""
    house_keys: HouseKeys = HouseKeys()
    max_call_minutes: int = Field(default=10, ge=1, le=120)
    """Minutes after the answer from which on no menu asks again. Whom the caller then talks to may talk on."""
    phrases: dict[str, Prompt] = Field(default_factory=dict)
    """The line's own words in place of the site's (see `words.PHRASES`)."""
    schedules: dict[Key, Schedule] = Field(default_factory=dict)
    destinations: dict[Key, Destination] = Field(default_factory=dict)

    @cached_property
    def by_language(self) -> dict[str, Language]:
        return {language.key: language for language in self.languages}

    @cached_property
    def composed(self) -> dict[tuple[str, str], str]:
        """The menus' prompts made from their options, by (menu, language), as far as they were asked for."""
        return {}

    def zone(self, schedule: Schedule) -> ZoneInfo:
        return ZoneInfo(schedule.timezone or self.timezone)


class LineFile(Flow):
    """A line as a file: its flow and the numbers that ring it."""

    numbers: tuple[E164, ...] = ()


def read_flow(data: str | bytes | Mapping[str, Any]) -> Flow:
    """A flow from its JSON. Raises `pydantic.ValidationError`."""
    if isinstance(data, str | bytes):
        return Flow.model_validate_json(data)
    return Flow.model_validate(data)


def plain(flow: Flow) -> dict[str, Any]:
    """The flow as plain data, without what stands at its default: short to read, stable to compare and to hash."""
    kept: dict[str, Any] = {"format": FORMAT} | flow.model_dump(mode="json", exclude_defaults=True)
    for key, destination in flow.destinations.items():
        kept["destinations"][key] = {"kind": destination.kind} | kept["destinations"][key]
        if isinstance(destination, Transfer) and destination.targets:
            kept["destinations"][key]["targets"] = [
                {"type": target.type} | dumped
                for target, dumped in zip(destination.targets, kept["destinations"][key]["targets"], strict=True)
            ]
    return kept
