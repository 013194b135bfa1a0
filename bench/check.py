"""How long a line of 1,000 destinations takes to be checked, and to be told how long callers listen in it.

python bench/check.py [destinations]: prints seconds, in one language and in three, without promises and with them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from menus.check import check  # noqa: E402
from menus.check.listening import reach  # noqa: E402
from menus.flow import Flow, plain, read_flow  # noqa: E402

SIZE: Final = 1000
LEAVES: Final = ("hours", "message", "transfer", "voicemail", "hangup")
BRANCHES: Final = 5
LANGUAGES: Final = (("en", "English", "press"), ("es", "Spanish", "oprima"), ("fr", "French", "tapez"))
PROMISES: Final = [
    {"label": "Somebody answers", "reaches": "d2", "max_keys": 9},
    {"label": "Somebody answers while open", "reaches": "d2", "max_keys": 9, "max_seconds": 600, "when": "open"},
    {"label": "Whoever rings at night is let go", "when": "closed"},
]
Plain = dict[str, Any]


def line(size: int, languages: int, promises: int) -> Flow:
    """Menus of five options in a tree, and behind its last menus opening hours, messages, people and voicemail."""
    spoken = LANGUAGES[:languages]
    menus = size // 2
    shape = {f"m{n}": _menu(n, menus, spoken) for n in range(menus)}
    shape |= {f"d{n}": _leaf(n, size - menus - 1, spoken) for n in range(size - menus - 1)}
    chosen = [{"key": key, "digits": str(n), "label": name, "language": key} for n, (key, name, _) in enumerate(spoken)]
    shape["language"] = {"kind": "menu", "label": "Language", "options": [one | {"to": "m0"} for one in chosen]}
    return read_flow(
        {
            "name": "Large line",
            "languages": [{"key": key, "name": name} for key, name, _ in spoken],
            "start": "language",
            "main": "m0",
            "operator": "d2",
            "house_keys": {"repeat": "9", "main": "*", "operator": "0"},
            "schedules": {
                key: {"name": key, "weekly": {"mon": ["08:00-17:00"]}, "holidays": [{"name": "Xmas", "when": "12-25"}]}
                for key in ("office", "desk")
            },
            "promises": PROMISES[:promises],
            "destinations": shape,
        }
    )


def _menu(n: int, menus: int, spoken: tuple[tuple[str, str, str], ...]) -> Plain:
    below = [n * BRANCHES + k for k in range(1, BRANCHES + 1)]
    to = [f"m{child}" if child < menus else f"d{child % (menus - 1)}" for child in below]
    prompt = {
        key: " ".join(f"For the matters of office number {child}, {press} {k}." for k, child in enumerate(below, 1))
        for key, _, press in spoken
    }
    options = [{"key": f"k{k}", "digits": str(k), "label": f"Office {k}", "to": key} for k, key in enumerate(to, 1)]
    return {"kind": "menu", "label": f"Menu {n}", "options": options} | ({"prompt": prompt} if n % 2 else {})


def _leaf(n: int, leaves: int, spoken: tuple[tuple[str, str, str], ...]) -> Plain:
    def behind(places: int) -> str:
        return f"d{n + places if n + places < leaves else places}"

    words = {key: f"{name} words of destination {n}, as long as such words mostly are." for key, name, _ in spoken}
    desk = {"type": "phone", "number": "12025550142"}
    kind = LEAVES[n % len(LEAVES)]
    fields: dict[str, Plain] = {
        "hours": {"schedule": "office" if n % 2 else "desk", "open": behind(2), "closed": behind(3)},
        "message": {"prompt": words, "then": behind(1)},
        "transfer": {"prompt": words, "targets": [desk], "last_resort": behind(1)},
        "voicemail": {"prompt": words},
        "hangup": {"goodbye": words},
    }
    return {"kind": kind, "label": f"Destination {n}"} | fields[kind]


def _seconds(work: Callable[[Flow], object], flow: Flow) -> float:
    """Of this process, the best of three, each on a flow of which nothing is known yet."""
    found = []
    for _ in range(3):
        fresh = read_flow(plain(flow))
        began = time.process_time()
        work(fresh)
        found.append(time.process_time() - began)
    return min(found)


def _report(size: int) -> Iterator[str]:
    for languages in (1, 3):
        for promises in (0, len(PROMISES)):
            flow = line(size, languages, promises)
            took = f"check {_seconds(check, flow):.3f} s, listening {_seconds(reach, flow):.3f} s"
            yield f"{len(flow.destinations)} destinations, {languages} languages, {promises} promises: {took}"


if __name__ == "__main__":
    for sentence in _report(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE):
        print(sentence)
