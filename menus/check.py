"""What is wrong with a flow. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from menus.flow import Flow


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Literal["error", "warning"]
    place: str
    where: str
    fault: str
    cure: str


def check(flow: Flow) -> list[Finding]:
    return []
