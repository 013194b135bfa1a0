"""Where each kind of destination leads, in the order of its form; and whether a call waits there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from menus.flow import Destination, HangUp, Hours, Menu, Message, Transfer, Voicemail

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


def ways(here: Destination) -> Iterator[Way]:
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
        case HangUp():
            return
        case _:
            assert_never(here)


def passes(here: Destination) -> bool:
    """Whether a call goes on from here in the same step, without waiting for anybody."""
    match here:
        case Message() | Hours():
            return True
        case Transfer():
            return not here.targets
        case Menu() | Voicemail() | HangUp():
            return False
        case _:
            assert_never(here)


def _of_menu(menu: Menu) -> Iterator[Way]:
    for option in menu.options:
        key, on = f"key {option.digits}", option.enabled
        yield Way(Rule.OPTION_LEADS_NOWHERE, key, f"after {key}", option.to, needed=on, used=on)
    for when, to in (
        ("after too many silences", menu.no_input.then),
        ("after too many wrong keys", menu.no_match.then),
        ("after too many failures of any kind", menu.failures_then),
    ):
        yield _way(Rule.TRIES_LEAD_NOWHERE, when, to, needed=False)


def _way(rule: Rule, when: str, to: str | None, needed: bool = True) -> Way:
    return Way(rule, when, when, to, needed)
