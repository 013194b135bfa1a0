"""The kinds that decide or do something without asking: branch, look-up, switch. Pure; see `menus.step`."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from menus.flow.parts import E164, Key, Label, LanguageKey, Named, Part, Prompt, ValueName, as_text, by_name
from menus.flow.schedules import Opening

# --- branch -----------------------------------------------------------------------------------------------------

MAX_STARS: Final = 4


def _pattern(value: str) -> str:
    if value.count("*") > MAX_STARS:
        raise ValueError(f"the pattern “{value}” has more than {MAX_STARS} stars; use fewer")
    return value


Operand = Annotated[str, BeforeValidator(as_text), StringConstraints(strip_whitespace=True, max_length=100)]
Pattern = Annotated[Operand, AfterValidator(_pattern)]
Prefix = Annotated[
    str, BeforeValidator(as_text), StringConstraints(strip_whitespace=True, pattern=r"^\+?[1-9][0-9]{0,14}$")
]


class Rule(Part):
    """One rule of a branch: all that it names must hold. A rule that names nothing never holds."""

    key: Key
    label: Label = ""
    to: Key | None = None
    value: ValueName | None = None
    """The value that `equals`, `low`, `high` and `pattern` speak of; alone: it must be there."""
    equals: tuple[Operand, ...] = ()
    """One of these, letter case aside."""
    low: Operand = ""
    """Numbers as numbers, dates (2026-12-24) as dates; both ends belong to the range."""
    high: Operand = ""
    pattern: Pattern = ""
    """`*` stands for any characters, `?` for one: `62*`."""
    lists: tuple[Key, ...] = ()
    """The caller is on one of these lists of numbers."""
    prefixes: tuple[Prefix, ...] = ()
    """The caller's number begins with one of these, country code first."""
    dialled: tuple[E164, ...] = ()
    languages: tuple[LanguageKey, ...] = ()
    schedule: Key | None = None
    opening: Opening = Opening.OPEN
    """What the schedule must be; a holiday is closed too."""
    percent: int | None = Field(default=None, ge=0, le=100)
    """So many of a hundred callers, the same callers each time. The branch's shares are added up in order."""

    @property
    def names_something(self) -> bool:
        return self.percent is not None or any(
            (self.value, self.lists, self.prefixes, self.dialled, self.languages, self.schedule)
        )


class Branch(Named):
    """Goes where the first rule that holds leads."""

    kind: Literal["branch"] = "branch"
    rules: tuple[Rule, ...] = ()
    otherwise: Key | None = None


# --- look-up ----------------------------------------------------------------------------------------------------

Template = Annotated[str, BeforeValidator(as_text), StringConstraints(strip_whitespace=True, max_length=1000)]
"""Text with `{value}`s in it."""
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$", max_length=60)]
FieldPath = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
"""A column of the table, or the way to a field of the JSON answer: `account.balance`, `visits.0.date`."""


class SaidAs(StrEnum):
    """How a value that was looked up is spoken."""

    TEXT = "text"
    DIGITS = "digits"
    """One by one."""
    DATE = "date"
    """An ISO 8601 date or time in the caller's language."""


class Fetched(Part):
    """One thing that a look-up brings back."""

    value: ValueName
    field: FieldPath
    says: SaidAs = SaidAs.TEXT


class TableSource(Part):
    """A table that staff edit: the row whose key is `key`, with its `{value}`s filled in."""

    type: Literal["table"] = "table"
    table: Key
    key: Template


SECRETS_IN: Final = "IVR_SECRET_"
"""What the server's environment calls a secret, before its NAME."""
SECRET: Final = re.compile(r"secret:([A-Z0-9_]{1,60})", re.ASCII)
"""What stands in the braces of a header."""


class HttpSource(Part):
    """A service asked by https. Secrets in headers are `{secret:NAME}`, from the server's environment."""

    type: Literal["http"]
    method: Literal["GET", "POST"] = "GET"
    url: Annotated[Template, StringConstraints(pattern=r"^https://[^\s]+$")]
    headers: Annotated[dict[HeaderName, Template], AfterValidator(by_name)] = Field(default_factory=dict)
    send: Annotated[dict[str, Template], AfterValidator(by_name)] = Field(default_factory=dict)
    """GET: the query; POST: a JSON object."""
    found_field: FieldPath = ""
    """Empty: any answer but 404 is found; else this field must be there, and be neither false nor empty."""


Source = Annotated[TableSource | HttpSource, Field(discriminator="type")]


class LookUp(Named):
    """Asks a table or a service about what the caller keyed. What comes back becomes values, never anything else."""

    kind: Literal["lookup"] = "lookup"
    source: Source | None = None
    values: tuple[Fetched, ...] = ()
    hold: Prompt = Prompt()
    """Said before a service is asked."""
    found: Key | None = None
    not_found: Key | None = None
    failed: Key | None = None
    locked: Key | None = None
    """After too many wrong PINs; left out: the operator."""


# --- switch -----------------------------------------------------------------------------------------------------


class SwitchKind(StrEnum):
    OPEN = "open"
    """Opening hours count as open."""
    CLOSED = "closed"
    """Opening hours count as closed."""
    MESSAGE = "message"
    """Emergency words before the greeting."""
    NORMAL = "normal"
    """Ends all that is on."""


class SetSwitch(Named):
    """Throws one of the line's switches, at once and until its end. For staff, behind a PIN."""

    kind: Literal["switch"] = "switch"
    switch: SwitchKind = SwitchKind.CLOSED
    schedule: Key | None = None
    """The schedule that is forced open or closed; left out: all of the line's."""
    hours: int = Field(default=4, ge=1, le=168)
    hours_value: ValueName | None = None
    """The value that says how many hours; left out: `hours`."""
    words: Prompt = Prompt()
    """The emergency message."""
    then: Key | None = None
    failed: Key | None = None
    """Where it leads when the switch could not be set; left out: the operator."""
