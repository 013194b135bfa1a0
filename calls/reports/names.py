"""What staff call a destination or an option now: by the newest version of the line that knew its key."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from menus.models import Version

LINES_KEPT: Final = 64
"""Lines whose names a worker keeps in memory."""


class Known(NamedTuple):
    label: str
    kind: str
    options: dict[str, str]
    """The options of a menu and the rules of a branch: their labels by their keys."""
    targets: dict[str, str]
    """Whom a transfer rings: labels by number or address, as far as they have one."""


class Names:
    """Counts know keys only, so that a new label changes nothing of what was counted."""

    def __init__(self, line_id: int) -> None:
        newest = Version.objects.filter(line_id=line_id).order_by("-number").values_list("pk", flat=True).first()
        told = _told(line_id, newest)
        self.start, self.languages, self._known = told.start, told.languages, told.known

    def destination(self, key: str) -> str:
        known = self._known.get(key)
        return (known.label if known else "") or key

    def kind(self, key: str) -> str:
        known = self._known.get(key)
        return known.kind if known else ""

    def option(self, destination: str, key: str) -> str:
        known = self._known.get(destination)
        return (known.options.get(key) if known else "") or key

    def target(self, destination: str, dialled: str) -> str:
        known = self._known.get(destination)
        return (known.targets.get(dialled) if known else "") or dialled

    def language(self, key: str) -> str:
        return self.languages.get(key, key)


class _Told:
    """By all versions of a line."""

    def __init__(self) -> None:
        self.start = ""
        self.languages: dict[str, str] = {}
        self.known: dict[str, Known] = {}

    def read(self, flow: dict[str, Any]) -> None:
        """What a newer one says stands over what an older one said."""
        self.start = flow.get("start") or self.start
        self.languages |= {one["key"]: one["name"] for one in flow.get("languages") or ()}
        for key, here in (flow.get("destinations") or {}).items():
            old = self.known.get(key)
            options = [*(here.get("options") or ()), *(here.get("rules") or ())]
            labels = {one["key"]: one.get("label") or "" for one in options}
            targets = {_address(one): one["label"] for one in here.get("targets") or () if one.get("label")}
            self.known[key] = Known(
                here.get("label") or "",
                here["kind"],
                (old.options if old else {}) | labels,
                (old.targets if old else {}) | targets,
            )


@lru_cache(maxsize=LINES_KEPT)
def _told(line_id: int, newest: UUID | None) -> _Told:
    """Versions never change, so that all of them are read once for each publish."""
    told = _Told()
    if newest is not None:
        flows = Version.objects.filter(line_id=line_id).order_by("number").values_list("flow", flat=True)
        for text in flows.iterator(chunk_size=20):
            told.read(json.loads(text))
    return told


def _address(target: dict[str, Any]) -> str:
    names = ("number", "uri", "user", "extension")
    return next((str(target[name]).removeprefix("+") for name in names if target.get(name)), "")
