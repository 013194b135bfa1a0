"""What staff call a destination or an option now: by the newest version of the line that knew its key."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from menus.models import Version


class Known(NamedTuple):
    label: str
    kind: str
    options: dict[str, str]
    """The options of a menu and the rules of a branch: their labels by their keys."""
    targets: dict[str, str]
    """Whom a transfer rings: labels by number or address, as far as they have one."""


class Names:
    """One query. Counts know keys only, so that a new label changes nothing of what was counted."""

    def __init__(self, line_id: int) -> None:
        self.start = ""
        self.languages: dict[str, str] = {}
        self._known: dict[str, Known] = {}
        flows = Version.objects.filter(line_id=line_id).order_by("number").values_list("flow", flat=True)
        for text in flows.iterator(chunk_size=20):  # what a newer one says stands over what an older one said
            self._read(json.loads(text))

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

    def _read(self, flow: dict[str, Any]) -> None:
        self.start = flow.get("start") or self.start
        self.languages |= {one["key"]: one["name"] for one in flow.get("languages") or ()}
        for key, here in (flow.get("destinations") or {}).items():
            old = self._known.get(key)
            options = [*(here.get("options") or ()), *(here.get("rules") or ())]
            labels = {one["key"]: one.get("label") or "" for one in options}
            targets = {_address(one): one["label"] for one in here.get("targets") or () if one.get("label")}
            self._known[key] = Known(
                here.get("label") or "",
                here["kind"],
                (old.options if old else {}) | labels,
                (old.targets if old else {}) | targets,
            )


def _address(target: dict[str, Any]) -> str:
    names = ("number", "uri", "user", "extension")
    return next((str(target[name]).removeprefix("+") for name in names if target.get(name)), "")
