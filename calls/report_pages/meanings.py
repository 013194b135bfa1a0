"""What each figure means, in the words of docs/measures.md, to stand beside it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

MEANINGS: Final = {
    "calls offered": _("All calls that rang the line, those still going on included."),
    "answered": _("… that the line took."),
    "contained": _(
        "Calls with the outcome served by the menu: they came to a place that staff marked “served” and did not seek a "
        "person after that (the operator key, or a transfer); they talked with nobody, left no message and asked for "
        "no call. Not having reached a person is not being served."
    ),
    "transferred": _("Calls that talked with somebody."),
    "abandoned": _("Calls that ended with the caller hanging up in the menu, short calls apart."),
    "short call": _(
        "Abandoned within 10 seconds of the ring (in whole seconds, the tenth included): a wrong number, or a second "
        "thought."
    ),
    "recontact in 24 h": _(
        "Calls whose caller had rung the same line in the 24 hours before. Callers are recognised by a keyed hash; "
        "withheld numbers never count. To the second: 24 hours before counts, the same moment does not."
    ),
    "time to a person": _("Seconds from the ring until somebody answered; of calls that talked with somebody."),
    "time to being served": _(
        "Seconds from the ring until the first place marked “served”; of calls that came to one."
    ),
    "cost": _("EUR: the caller's leg and all legs to targets, so far as Vonage told prices."),
    "visits": _(
        "Callers coming to the place. Being asked again after silence or a wrong key, a repeat, an option that leads "
        "to the same menu, and a transfer's next target are the same visit."
    ),
    "callers": _("Calls that came to the place at least once. Somebody who rings twice is two."),
    "option share": _(
        "Of all visits to a menu, those that left by this option. Options are counted by their stable key, so a new "
        "digit or label changes nothing."
    ),
    "silence rate, wrong-key rate": _(
        "Times that nothing, or a key that leads nowhere, was heard, per times that the menu asked. The last time, "
        "when the tries were used up, is one of them."
    ),
    "drop-off": _("Of all visits to the place, those in which the caller hung up there."),
    "opt-out": _("The operator key, by menu, and the second after the menu began to speak."),
    "wrong turn": _(
        "A choice after which the caller took the back or main menu key within 10 seconds of coming to where it led "
        "(in whole seconds, the tenth included). It counts where the choice was made; messages, branches, hours and "
        "look-ups between are passed over, and whoever does something else first has come further than that."
    ),
    "attempts": _("Times that a target was rung."),
    "success": _("Attempts that were answered."),
    "why not": _(
        "No answer, busy, rejected, failed: as Vonage told it; or cancelled: the caller hung up while it rang."
    ),
    "time to answer": _("Seconds of ringing until the answer; of attempts that were answered."),
    "keys by second": _(
        "When the first key was pressed, in seconds after the place began to speak, beside the length of its words. "
        "What the telephone company needs to tell us of the key is in it (about a second)."
    ),
}
"""By the name that the measure has there."""
NAMES: Final = {
    "calls offered": _("calls offered"),
    "answered": _("answered"),
    "contained": _("contained"),
    "transferred": _("transferred"),
    "abandoned": _("abandoned"),
    "short call": _("short call"),
    "recontact in 24 h": _("recontact in 24 h"),
    "time to a person": _("time to a person"),
    "time to being served": _("time to being served"),
    "cost": _("cost"),
    "visits": _("visits"),
    "callers": _("callers"),
    "option share": _("option share"),
    "silence rate, wrong-key rate": _("silence rate, wrong-key rate"),
    "drop-off": _("drop-off"),
    "opt-out": _("opt-out"),
    "wrong turn": _("wrong turn"),
    "attempts": _("attempts"),
    "success": _("success"),
    "why not": _("why not"),
    "time to answer": _("time to answer"),
    "keys by second": _("keys by second"),
}
"""In the reader's language."""
