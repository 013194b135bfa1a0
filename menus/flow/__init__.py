"""What a published flow is: frozen models, joined by keys. Format 1; import and export have the same shape.

Pure. What is wrong *between* the parts (a key that leads nowhere) is for `check` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from menus.flow.destinations import (
    AppTarget,
    Destination,
    HangUp,
    Hours,
    HouseKey,
    HouseKeys,
    Mark,
    Menu,
    Message,
    Named,
    Option,
    PhoneTarget,
    Retry,
    SipTarget,
    Target,
    Transfer,
    VbcTarget,
    Voicemail,
    WebsocketTarget,
)
from menus.flow.parts import (
    E164,
    AudioUrl,
    Digit,
    Digits,
    Key,
    Label,
    Language,
    LanguageKey,
    Part,
    Prompt,
    Said,
    Voice,
    Words,
    Zone,
    by_name,
)
from menus.flow.schedules import HOLIDAY_WHEN, WEEKDAYS, Holiday, Hours24, Schedule, Weekday

__all__ = [
    "E164",
    "FORMAT",
    "HOLIDAY_WHEN",
    "MAX_PASSED",
    "MAX_SPOKEN",
    "MAX_TURNS",
    "VALUES",
    "WEEKDAYS",
    "AppTarget",
    "AudioUrl",
    "Destination",
    "Digit",
    "Digits",
    "Flow",
    "HangUp",
    "Holiday",
    "Hours",
    "Hours24",
    "HouseKey",
    "HouseKeys",
    "Key",
    "Label",
    "Language",
    "LanguageKey",
    "LineFile",
    "Mark",
    "Menu",
    "Message",
    "Named",
    "Option",
    "Part",
    "PhoneTarget",
    "Prompt",
    "Retry",
    "Said",
    "Schedule",
    "SipTarget",
    "Target",
    "Transfer",
    "VbcTarget",
    "Voice",
    "Voicemail",
    "WebsocketTarget",
    "Weekday",
    "Words",
    "Zone",
    "plain",
    "read_flow",
]

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
    phrases: Annotated[dict[str, Prompt], AfterValidator(by_name)] = Field(default_factory=dict)
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

    numbers: Annotated[tuple[E164, ...], AfterValidator(lambda numbers: tuple(sorted(set(numbers))))] = ()


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
