"""The ways out of each kind of destination, as the map names them: by keys in dial order, else by a word or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, assert_never

from menus.flow import (
    Asks,
    Branch,
    Callback,
    Collect,
    Destination,
    HangUp,
    Hours,
    LookUp,
    Menu,
    Message,
    SetSwitch,
    Transfer,
    Voicemail,
)

_DIAL: Final = {digit: n for n, digit in enumerate("1234567890*#")}


class Way(NamedTuple):
    """`name` is stable: `option/billing`, `rule/vip`, or the field's own name."""

    name: str
    words: str
    to: str | None
    key: str = ""
    minor: bool = False
    """Only callers take it who do not do as asked, or when something fails."""
    needed: bool = True
    """Left out, it is an error; else something usual happens."""


def ways_of(here: Destination) -> Iterator[Way]:  # noqa: C901
    """Every way that calls can take."""
    match here:
        case Menu():
            yield from _options(here)
            yield from _failures(here)
        case Message():
            yield Way("then", "then", here.then)
        case Hours():
            yield Way("open", "open", here.open)
            yield Way("closed", "closed", here.closed)
            yield Way("holiday", "on a holiday", here.holiday, needed=False)
        case Transfer():
            yield Way("last_resort", "nobody answers", here.last_resort)
        case Voicemail():
            yield Way("then", "then", here.then, needed=False)
        case Collect():
            yield Way("then", "then", here.then)
            yield Way("cancel", "cancelled", here.cancel, here.cancel_key or "", minor=True, needed=False)
            yield from _failures(here)
        case LookUp():
            yield Way("found", "found", here.found)
            yield Way("not_found", "not found", here.not_found)
            yield Way("failed", "out of order", here.failed, minor=True)
            yield Way("locked", "too many wrong PINs", here.locked, minor=True, needed=False)
        case Branch():
            for rule in here.rules:
                yield Way(f"rule/{rule.key}", rule.label or rule.key, rule.to)
            yield Way("otherwise", "otherwise", here.otherwise)
        case Callback():
            yield Way("then", "then", here.then, needed=False)
            yield from _failures(here)
        case SetSwitch():
            yield Way("then", "then", here.then)
            yield Way("failed", "out of order", here.failed, minor=True, needed=False)
        case HangUp():
            return
        case _:
            assert_never(here)


def _options(menu: Menu) -> Iterator[Way]:
    enabled = (option for option in menu.options if option.enabled)
    for option in sorted(enabled, key=lambda option: [_DIAL[digit] for digit in option.digits]):
        yield Way(f"option/{option.key}", option.label or option.key, option.to, option.digits)


def _failures(here: Asks) -> Iterator[Way]:
    wrong = "wrong key" if isinstance(here, Menu) else "wrong entry"
    yield Way("no_input", "silence", here.no_input.then, minor=True, needed=False)
    yield Way("no_match", wrong, here.no_match.then, minor=True, needed=False)
    yield Way("failures_then", "too many tries", here.failures_then, minor=True, needed=False)
