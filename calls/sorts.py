"""What the figures of the reports count, as conditions: on calls, on visits to a place, on whom we rang.

With them the list of calls shows the calls behind a figure, and no others (docs/measures.md says what each is).
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from calls.models import Leg, Status
from calls.reports.wayfinding import took
from calls.tallies import FIRST, PRESSED
from menus.dialogue import Outcome

NO_LANGUAGE: Final = "-"
"""Of calls that ended before they had one; no key of a language."""


class Sort(NamedTuple):
    words: str | Promise
    wanted: Q


def _left(*outcomes: Outcome) -> Q:
    return Q(outcome__in=outcomes)


def _heard(last: Outcome) -> Q:
    """The try at which the tries were used up is one of them: the visit tells what was heard at it."""
    return Q(outcome=last) | Q(outcome=Outcome.GAVE_UP, option=last)


CALLS: Final = {
    "answered": Sort(_("answered"), Q(answered_at__isnull=False)),
    "person": Sort(_("talked with somebody"), Q(person_seconds__isnull=False)),
    "served": Sort(_("came to be served"), Q(served_seconds__isnull=False)),
    "again": Sort(_("had rung in the 24 hours before"), Q(is_recontact=True)),
    "short": Sort(_("short calls"), Q(is_short=True)),
    "long": Sort(_("no short calls"), Q(is_short=False)),
}
VISITS: Final = {
    "hung_up": Sort(_("hung up there"), _left(Outcome.HUNG_UP)),
    "no_input": Sort(_("were silent there"), _heard(Outcome.NO_INPUT)),
    "no_match": Sort(_("pressed a wrong key there"), _heard(Outcome.NO_MATCH)),
    "gave_up": Sort(_("used up their tries there"), _left(Outcome.GAVE_UP)),
    "asked_operator": Sort(_("asked for the operator there"), _left(Outcome.ASKED_OPERATOR)),
    "pressed_first": Sort(_("pressed something when first asked there"), FIRST & PRESSED),
    "hung_up_first": Sort(_("hung up when first asked there"), FIRST & _left(Outcome.HUNG_UP)),
    "wrong_turn": Sort(_("took a wrong turn there"), Q(wrong_turn=True)),
}
REACHED: Final = "answered"
MISSED: Final = "missed"
_FATES: Final = {
    "no_answer": _("no answer"),
    "busy": _("busy"),
    "rejected": _("rejected"),
    "failed": _("failed"),
    "left": _("left"),
}
FATES: Final = {
    REACHED: _("answered"),
    MISSED: _("nobody answered"),
    **{status.value: status.label for status in Status},
    **_FATES,
}
"""What became of an attempt, by the words of `calls.tallies.came_to`; and that it was answered, or was not."""
CAME_TO: Final = {
    REACHED: FATES[REACHED],
    MISSED: FATES[MISSED],
    **_FATES,
    Status.CANCELLED.value: Status.CANCELLED.label,
}
"""Those that are offered to choose from."""


def went(ways: str = "", to: str = "", second: str = "") -> Q:
    """Visits that went on by one of these ways of the map, or to this place; or that were over, when first asked, in
    this second after the place began to speak (`60+`: or later)."""
    wanted = Q(led_to=to) if to else Q()
    if ways:
        wanted &= reduce(or_, map(took, ways.split(",")))
    if second:
        since = Q(seconds__gte=int(second[:-1])) if second.endswith("+") else Q(seconds=int(second))
        wanted &= FIRST & since
    return wanted


def rung(dialled: str, destination: str = "", fate: str = "") -> Q:
    """Calls for which this number or address was rung. By the call's id; where that was not told, by the
    conversation."""
    legs = Leg.objects.filter(_came_to(fate), dialled=dialled)
    legs = legs.filter(destination=destination) if destination else legs
    by_conversation = legs.filter(call_uuid="", conversation=OuterRef("conversation")).exclude(conversation="")
    return Q(Exists(legs.filter(call_uuid=OuterRef("pk")))) | Q(Exists(by_conversation))


def _came_to(fate: str) -> Q:
    """As `calls.tallies.came_to` says it."""
    if not fate:
        return Q()
    if fate == REACHED:
        return Q(answered_at__isnull=False)
    if fate == MISSED:
        return Q(answered_at=None)
    statuses = [fate, Status.COMPLETED] if fate == Status.CANCELLED else [fate]
    return Q(answered_at=None) & (Q(fate=fate) | Q(fate="", status__in=statuses))
