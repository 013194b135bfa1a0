"""Where each kind of destination leads, in the order of its form; and whether a call waits there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

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

from .finding import Finding, Rule, Spot


class Way(NamedTuple):
    """One field by which a destination leads to another."""

    rule: Rule
    at: str
    when: str
    to: str | None
    needed: bool = True
    used: bool = True
    """False: the option is switched off."""

    def faults(self, spot: Spot, there: bool) -> Iterator[Finding]:
        """`there`: whether the line has the destination it leads to."""
        if there or (self.to is None and not self.needed):
            return
        fault = f"{spot.name} leads nowhere {self.when}"
        if self.to is not None:
            fault = f"{spot.name} leads to “{self.to}” {self.when}, and the line has no such destination"
        yield spot.within(self.at).finding(self.rule, fault, f"choose where {spot.name} leads {self.when}")


def ways(here: Destination) -> Iterator[Way]:  # noqa: C901
    """Every way out."""
    match here:
        case Menu():
            yield from _of_menu(here)
        case Message():
            yield _way(Rule.MESSAGE_LEADS_NOWHERE, "after the message", here.then)
        case Hours():
            yield _way(Rule.HOURS_LEAD_NOWHERE, "when open", here.open)
            yield _way(Rule.HOURS_LEAD_NOWHERE, "when closed", here.closed)
            yield _way(Rule.HOURS_LEAD_NOWHERE, "on a holiday", here.holiday, needed=False)
        case Transfer():
            yield _way(Rule.TRANSFER_LEADS_NOWHERE, "when nobody answers", here.last_resort)
        case Voicemail():
            yield _way(Rule.VOICEMAIL_LEADS_NOWHERE, "after the recording", here.then, needed=False)
        case Collect():
            yield _way(Rule.COLLECT_LEADS_NOWHERE, "after the entry", here.then)
            yield _way(Rule.COLLECT_LEADS_NOWHERE, "after the cancel key", here.cancel, needed=False)
            yield from _when_tries_are_used_up(here)
        case LookUp():
            yield _way(Rule.LOOK_UP_LEADS_NOWHERE, "when found", here.found)
            yield _way(Rule.LOOK_UP_LEADS_NOWHERE, "when not found", here.not_found)
            yield _way(Rule.LOOK_UP_LEADS_NOWHERE, "when it failed", here.failed)
            yield _way(Rule.LOOK_UP_LEADS_NOWHERE, "after too many wrong PINs", here.locked, needed=False)
        case Branch():
            for rule in here.rules:
                at = f"rule “{rule.label or rule.key}”"
                yield Way(Rule.BRANCH_LEADS_NOWHERE, at, f"by {at}", rule.to)
            yield _way(Rule.BRANCH_LEADS_NOWHERE, "otherwise", here.otherwise)
        case Callback():
            yield _way(Rule.CALLBACK_LEADS_NOWHERE, "after the request", here.then, needed=False)
            yield from _when_tries_are_used_up(here)
        case SetSwitch():
            yield _way(Rule.SWITCH_LEADS_NOWHERE, "when switched", here.then)
            yield _way(Rule.SWITCH_LEADS_NOWHERE, "when it failed", here.failed, needed=False)
        case HangUp():
            return
        case _:
            assert_never(here)


def passes(here: Destination) -> bool:
    """Whether a call goes on from here without waiting for anybody; what a look-up takes is no wait for the caller."""
    match here:
        case Message() | Hours() | Branch() | LookUp() | SetSwitch():
            return True
        case Transfer():
            return not here.targets
        case Menu() | Collect() | Callback() | Voicemail() | HangUp():
            return False
        case _:
            assert_never(here)


def _of_menu(menu: Menu) -> Iterator[Way]:
    for option in menu.options:
        key, on = f"key {option.digits}", option.enabled
        yield Way(Rule.OPTION_LEADS_NOWHERE, key, f"after {key}", option.to, needed=on, used=on)
    yield from _when_tries_are_used_up(menu)


def _when_tries_are_used_up(here: Asks) -> Iterator[Way]:
    for when, to in (
        ("after too many silences", here.no_input.then),
        (f"after too many wrong {'keys' if isinstance(here, Menu) else 'entries'}", here.no_match.then),
        ("after too many failures of any kind", here.failures_then),
    ):
        yield _way(Rule.TRIES_LEAD_NOWHERE, when, to, needed=False)


def _way(rule: Rule, when: str, to: str | None, needed: bool = True) -> Way:
    return Way(rule, when, when, to, needed)
