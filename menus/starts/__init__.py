"""What a line can begin with: small complete menus to make one's own, the demo lines, or nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from menus.copying import without_targets
from menus.flow import LineFile
from menus.linefile import read_yaml

_HERE: Final = Path(__file__).parent
_DEMO: Final = _HERE.parent / "demo"


class Start(NamedTuple):
    key: str
    name: str | Promise
    words: str | Promise
    """What is in it, and what is left to do."""
    path: Path
    is_demo: bool = False

    def line_file(self) -> LineFile:
        """Without numbers, and with transfers that ring nobody yet: whom they ring is for who makes the line to say."""
        return _read(self.path)


@cache
def _read(path: Path) -> LineFile:
    return without_targets(read_yaml(path.read_bytes()).model_copy(update={"numbers": ()}))


def _own(key: str, name: str | Promise, words: str | Promise) -> Start:
    return Start(key, name, words, _HERE / f"{key}.yaml")


def _demo(key: str, name: str | Promise, words: str | Promise) -> Start:
    return Start(key, name, words, _DEMO / f"{key}.yaml", is_demo=True)


STARTS: Final = (
    _own(
        "shop",
        _("Shop"),
        _("A menu with three options: talk to us, opening hours, leave a message. Voicemail at night and on holidays."),
    ),
    _own(
        "clinic",
        _("Clinic"),
        _("Emergency words first; appointments, a nurse, refills; the doctor on call when you are closed."),
    ),
    _own(
        "single",
        _("Single person"),
        _("No menu: it rings you while you work. Else, and when you cannot answer, it takes a message."),
    ),
    _own("empty", _("Empty"), _("Nothing but English. You build all of it.")),
    _demo(
        "mapleton-utilities",
        _("City utilities"),
        _("Outages day and night, bills by account number, callers may speak. Asks your tables and lists."),
    ),
    _demo(
        "riverbend-clinic",
        _("Large clinic"),
        _("Three languages, one of them recorded; several schedules, results behind a PIN. Asks your tables."),
    ),
    _demo(
        "harbor-credit-union",
        _("Credit union"),
        _("A lost card reaches a person in two keys; balances behind a PIN, call backs. Asks your tables."),
    ),
    _demo("tutorial", _("Tutorial"), _("The smallest menu: two options, and each rings a department.")),
)


def find(key: str) -> Start | None:
    return next((start for start in STARTS if start.key == key), None)
