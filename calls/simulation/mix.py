"""What the callers of a line do, by weights: a file beside this one for each demo line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field

from menus.flow import WEEKDAYS, Weekday

MIXES: Final = Path(__file__).parent / "mixes"
Weights = dict[str, float]
"""What is done -> how often, in any unit: `{"1": 22, silence: 5, hang up: 3}`."""
Hours = Annotated[list[float], Field(min_length=24, max_length=24)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Storm(_Part):
    """Days on which far more people call, and for something else."""

    days: int = Field(ge=0)
    """Of thirty."""
    factor: float = Field(gt=0)
    at: dict[str, Weights] = Field(default_factory=dict)


class Mix(_Part):
    """`at` says by destination what callers do there; where it says nothing, one option is as likely as another.

    At a menu: keys, `silence`, `wrong`, `back`. At an entry: `entry`, `bad entry`, `silence`. At a transfer:
    `answered`, `no answer`, `busy`. At voicemail: `message`. Anywhere: `hang up`.
    """

    weekdays: dict[Weekday, float] = Field(default_factory=dict)
    """How busy the day is, an ordinary one being 1."""
    days_of_month: dict[int, float] = Field(default_factory=dict)
    hours: dict[Weekday, Hours]
    """By hour of the day, in the line's time; a weekday left out is as the one before it."""
    storm: Storm = Storm(days=0, factor=1)
    callers: int = Field(default=400, ge=1)
    """How many people call again and again."""
    regulars: float = Field(default=0.6, ge=0, le=1)
    """The share of calls that is theirs."""
    at: dict[str, Weights] = Field(default_factory=dict)
    people: list[dict[str, str]] = Field(default_factory=list)
    """Whose entries belong together, by the names of the values: `{member: "482133", pin: "2468"}`. A caller is one."""
    entries: dict[str, list[str]] = Field(default_factory=dict)
    """Other good entries, by the name of the value."""

    def hours_of(self, weekday: int) -> list[float]:
        """Of the weekday (0 is Monday)."""
        for day in range(weekday, weekday - 7, -1):
            if found := self.hours.get(WEEKDAYS[day % 7]):
                return found
        raise KeyError("the mix names no hours at all")


def read_mix(line_key: str) -> Mix | None:
    """Raises pydantic.ValidationError."""
    path = MIXES / f"{line_key}.yaml"
    return Mix.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.is_file() else None


def ordinary() -> Mix:
    """For a line that no mix was made for."""
    day = [0.1] * 7 + [1, 3, 4, 4, 3, 2, 3, 3, 3, 2, 1] + [0.3] * 6
    return Mix(hours={"mon": day}, weekdays={"sat": 0.4, "sun": 0.2})
