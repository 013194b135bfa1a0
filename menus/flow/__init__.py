"""What a published flow is: frozen models, joined by keys. Format 1; import and export have the same shape.

Pure. What is wrong *between* the parts (a key that leads nowhere) is for `check` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from menus.flow.asking import (
    Allowed,
    Asked,
    Asks,
    Callback,
    CheckDigit,
    Collect,
    DateOrder,
    DateWithin,
    HouseKey,
    HouseKeys,
    Menu,
    Option,
    Phrases,
    Retry,
)
from menus.flow.deciding import (
    SECRET,
    SECRETS_IN,
    Branch,
    Fetched,
    HttpSource,
    LookUp,
    Rule,
    SaidAs,
    SetSwitch,
    SwitchKind,
    TableSource,
)
from menus.flow.destinations import (
    AppTarget,
    Destination,
    HangUp,
    Hours,
    Mark,
    Message,
    PhoneTarget,
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
    Named,
    Part,
    Prompt,
    Said,
    ValueName,
    Voice,
    Words,
    Zone,
    by_name,
)
from menus.flow.promises import Promise, PromisedWhen
from menus.flow.schedules import HOLIDAY_WHEN, WEEKDAYS, Holiday, Hours24, Opening, Schedule, Weekday

__all__ = [
    "E164",
    "FORMAT",
    "HOLIDAY_WHEN",
    "MAX_DIPS",
    "MAX_FOUND_BYTES",
    "MAX_PASSED",
    "MAX_PINS",
    "MAX_SPOKEN",
    "MAX_TURNS",
    "MAX_VALUE",
    "SECRET",
    "SECRETS_IN",
    "VALUES",
    "WEEKDAYS",
    "Allowed",
    "AppTarget",
    "Asked",
    "Asks",
    "AudioUrl",
    "Branch",
    "Callback",
    "CheckDigit",
    "Collect",
    "DateOrder",
    "DateWithin",
    "Destination",
    "Digit",
    "Digits",
    "Fetched",
    "Flow",
    "HangUp",
    "Holiday",
    "Hours",
    "Hours24",
    "HouseKey",
    "HouseKeys",
    "HttpSource",
    "Key",
    "Label",
    "Language",
    "LanguageKey",
    "LineFile",
    "LookUp",
    "Mark",
    "Menu",
    "Message",
    "Named",
    "Opening",
    "Option",
    "Part",
    "PhoneTarget",
    "Phrases",
    "Promise",
    "PromisedWhen",
    "Prompt",
    "Retry",
    "Rule",
    "Said",
    "SaidAs",
    "Schedule",
    "SetSwitch",
    "SipTarget",
    "SwitchKind",
    "TableSource",
    "Target",
    "Transfer",
    "ValueName",
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
MAX_DIPS: Final = 5
"""Look-ups in one turn."""
MAX_PINS: Final = 3
"""Wrong PINs in one call."""
MAX_VALUE: Final = 100
"""Characters of a value that is kept through the call."""
MAX_FOUND_BYTES: Final = 256
"""Bytes (UTF-8, as JSON) of all values together that look-ups bring back in one call."""
VALUES: Final = frozenset({"caller", "dialled", "line", "pressed", "opens", "holiday", "callback", "window"})
"""The `{name}`s that every line's words may hold: numbers of the caller and of the line, the line's name, the keys
pressed last, when the schedule asked last opens next, the name of today's holiday there, and the number and time
of a call back. What is collected and looked up comes in addition."""


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
    remember_language_days: int = Field(default=0, ge=0, le=730)
    """For how long the language that a caller chose is offered first the next time; 0: it is not remembered."""
    type_ahead: bool = False
    """Callers may key the digits of several menus at once."""
    phrases: Annotated[dict[str, Prompt], AfterValidator(by_name)] = Field(default_factory=dict)
    """The line's own words in place of the site's (see `words.PHRASES`)."""
    promises: tuple[Promise, ...] = ()
    schedules: dict[Key, Schedule] = Field(default_factory=dict)
    destinations: dict[Key, Destination] = Field(default_factory=dict)

    @cached_property
    def by_language(self) -> dict[str, Language]:
        return {language.key: language for language in self.languages}

    @cached_property
    def composed(self) -> dict[tuple[str, str], str]:
        """The menus' prompts made from their options, by (menu, language), as far as they were asked for."""
        return {}

    @cached_property
    def collected(self) -> dict[str, Collect]:
        """What callers key, by the name of the value."""
        return {here.value: here for here in self.destinations.values() if isinstance(here, Collect)}

    @cached_property
    def looked_up(self) -> dict[str, Fetched]:
        """What look-ups bring back, by the name of the value."""
        dips = (here for here in self.destinations.values() if isinstance(here, LookUp))
        return {fetched.value: fetched for dip in dips for fetched in dip.values}

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The values that are never written down or said; one sensitive entry makes the name so."""
        entries = (here for here in self.destinations.values() if isinstance(here, Collect))
        return frozenset(here.value for here in entries if here.is_sensitive)

    @cached_property
    def pins(self) -> frozenset[str]:
        entries = (here for here in self.destinations.values() if isinstance(here, Collect))
        return frozenset(here.value for here in entries if here.asks is Asked.PIN)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The lists of numbers that its branches ask for."""
        branches = (here for here in self.destinations.values() if isinstance(here, Branch))
        return frozenset(key for branch in branches for rule in branch.rules for key in rule.lists)

    @cached_property
    def draws_lots(self) -> bool:
        """Whether a branch of it shares callers out by per cent."""
        branches = (here for here in self.destinations.values() if isinstance(here, Branch))
        return any(rule.percent is not None for branch in branches for rule in branch.rules)

    def zone(self, schedule: Schedule | None = None) -> ZoneInfo:
        """A schedule's clocks; without one, the line's."""
        return ZoneInfo((schedule and schedule.timezone) or self.timezone)


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
        if isinstance(destination, LookUp) and destination.source:
            source = kept["destinations"][key]["source"]
            kept["destinations"][key]["source"] = {"type": destination.source.type} | source
    return kept
