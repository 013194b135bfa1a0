"""What a call came to: its outcome and its visits, counted from the log. Pure, but for `summarise_call` at the end.

It can be done again at any time, and gives the same for the same log: late news simply means doing it again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from calls import tallies
from calls.measured import RECONTACT, Figures, figures, mark, seconds_between
from calls.models import Call, CallOutcome, HeardKind, Leg, Recording, Status, Turn, Visit
from ivrsite import database
from menus import live
from menus.dialogue import Outcome
from menus.flow import Flow, Mark, Menu
from menus.hashing import hashed

log = logging.getLogger(__name__)


class Summary(NamedTuple):
    outcome: CallOutcome
    last_destination: str
    turn_count: int
    language: str
    visits: list[Visit]
    figures: Figures


def summarise(
    call: Call, turns: Sequence[Turn], legs: Sequence[Leg], messages: Sequence[Recording], flow: Flow | None
) -> Summary:
    """The turns in their order; the flow of the version that the call walked through, if it is known."""
    visits = _visits(call, turns, legs, flow)
    for number, visit in enumerate(visits):
        visit.n = number
    mark(visits)
    outcome = _outcome(call, visits, legs, messages, flow)
    return Summary(
        outcome,
        visits[-1].destination if visits else "",
        len(turns),
        turns[-1].language if turns else call.language,
        visits,
        figures(call, outcome, visits, legs, [visit for visit in visits if _is_served(flow, visit)]),
    )


def _visits(call: Call, turns: Sequence[Turn], legs: Sequence[Leg], flow: Flow | None) -> list[Visit]:
    visits: list[Visit] = []
    came_at = call.started_at
    for turn in turns:
        for index, (destination, outcome, option, why, to) in enumerate(json.loads(turn.visits or "[]")):
            if visits and _is_ringing_on(visits[-1], destination):
                visits.pop()  # what came of the ringing says more than that it rang
            waited = index == 0 and destination == turn.waited_at
            visit = _visit(call, flow, destination, came_at if waited else turn.at)
            visit.outcome, visit.option, visit.why, visit.led_to = outcome, option, why[:200], to
            if outcome == Outcome.GAVE_UP:
                visit.option = Outcome.NO_INPUT if turn.heard == HeardKind.SILENCE else Outcome.NO_MATCH
            visit.option_label = _option_label(flow, destination, option)
            visit.seconds = seconds_between(came_at, turn.at) if waited else None
            visits.append(visit)
        came_at = turn.at
    if turns and turns[-1].waits_at:
        _close_last(call, turns[-1].waits_at, visits, legs, flow, came_at)
    return visits


def _is_ringing_on(visit: Visit, destination: str) -> bool:
    return visit.outcome == Outcome.RINGING and visit.destination == destination


def _close_last(
    call: Call, destination: str, visits: list[Visit], legs: Sequence[Leg], flow: Flow | None, came_at: datetime
) -> None:
    """The caller's last place: they talked with somebody there, or hung up."""
    if call.ended_at is None:
        return
    if visits and _is_ringing_on(visits[-1], destination):
        visit = visits[-1]
        visit.outcome = Outcome.CONNECTED if _talked(legs) else Outcome.HUNG_UP
    else:
        visit = _visit(call, flow, destination, came_at)
        visit.outcome = Outcome.HUNG_UP
        visits.append(visit)
    visit.seconds = seconds_between(came_at, call.ended_at)


def _visit(call: Call, flow: Flow | None, destination: str, entered_at: datetime) -> Visit:
    here = flow.destinations.get(destination) if flow else None
    return Visit(
        call=call,
        line_id=call.line_id,
        destination=destination,
        kind=here.kind if here else "",
        label=here.label if here else "",
        entered_at=entered_at,
    )


def _option_label(flow: Flow | None, destination: str, option: str) -> str:
    menu = flow.destinations.get(destination) if flow and option else None
    return menu.by_key[option].label if isinstance(menu, Menu) and option in menu.by_key else ""


def _talked(legs: Iterable[Leg]) -> bool:
    return any(leg.answered_at for leg in legs)


def _outcome(
    call: Call, visits: Sequence[Visit], legs: Sequence[Leg], messages: Sequence[Recording], flow: Flow | None
) -> CallOutcome:
    """The first that holds. `served` is only what staff marked so: not reaching a person is not being served."""
    outcomes = {visit.outcome for visit in visits}
    last = visits[-1].outcome if visits else ""
    if call.line_id is None and not call.answer_missing:
        return CallOutcome.FAILED if call.outcome == CallOutcome.FAILED else CallOutcome.UNROUTED
    if _talked(legs):
        return CallOutcome.TRANSFERRED
    if messages:
        return CallOutcome.VOICEMAIL
    if Outcome.REQUESTED in outcomes:
        return CallOutcome.CALLBACK
    if call.ended_at is None:
        return CallOutcome.IN_PROGRESS
    if _is_contained(flow, visits):
        return CallOutcome.SERVED
    if Outcome.OVER_LIMIT in outcomes or Outcome.LED_NOWHERE in outcomes:
        return CallOutcome.OVER_LIMIT
    if any(visit.outcome == Outcome.NOT_REACHED and visit.led_to != visit.destination for visit in visits):
        return CallOutcome.NOT_REACHED
    if last == Outcome.HUNG_UP:
        return CallOutcome.ABANDONED
    if Outcome.GAVE_UP in outcomes:
        return CallOutcome.GAVE_UP
    if visits:
        return CallOutcome.ENDED
    return CallOutcome.FAILED if call.status != Status.COMPLETED else CallOutcome.ABANDONED


def _is_contained(flow: Flow | None, visits: Sequence[Visit]) -> bool:
    """Served, and sought nobody after that: whoever did, in vain, was not done with what the menu told."""
    after = list(takewhile(lambda visit: not _is_served(flow, visit), reversed(visits)))
    sought = any(visit.kind == "transfer" or visit.outcome == Outcome.ASKED_OPERATOR for visit in after)
    return len(after) < len(visits) and not sought


def _is_served(flow: Flow | None, visit: Visit) -> bool:
    here = flow.destinations.get(visit.destination) if flow else None
    return getattr(here, "outcome", Mark.NONE) is Mark.SERVED


# --- with the database ------------------------------------------------------------------------------------------


def summarise_call(uuid: str) -> None:
    """Read one call's log and write what it came to. Two at once do no harm: the second waits, and writes the same."""
    read_at = timezone.now()
    call = Call.objects.get(uuid=uuid)
    turns = list(Turn.objects.filter(call_id=uuid).order_by("n"))
    legs, messages = list(call.legs()), list(call.recordings())
    summary = summarise(call, turns, legs, messages, live.flow_if_known(call.version_id))
    key = caller_key(call)
    names = ("status", "ended_at", "answer_missing", "conversation", "caller")  # who may have been erased meanwhile
    unchanged = {name: getattr(call, name) for name in names}
    with transaction.atomic():
        written = Call.objects.filter(uuid=uuid, **unchanged).update(
            outcome=summary.outcome,
            last_destination=summary.last_destination,
            turn_count=summary.turn_count,
            language=summary.language,
            caller_key=key,
            local_hour=call.started_at.astimezone(ZoneInfo(call.time_zone)).hour,
            is_recontact=rang_before(call, key),
            **summary.figures._asdict(),
            # News that came before that moment was counted; what came a little later may have been on its way.
            summarised_at=read_at - timedelta(seconds=database.CALL_SECONDS),
        )
        if written:  # else news of the call itself came meanwhile: it is still due
            Visit.objects.filter(call_id=uuid).delete()
            Visit.objects.bulk_create(summary.visits)
            tallies.is_due(call.line_id, call.local_day)
            _count_again_who_rang_later(call, key)


def caller_key(call: Call) -> str:
    """What is no number is nobody; of a number that was taken out, what was known of it stays."""
    number = call.caller.removeprefix("+")
    return hashed("caller again", number) if number.isascii() and number.isdecimal() else call.caller_key


def rang_before(call: Call, key: str) -> bool:
    return (
        bool(key)
        and _of_caller(call, key)
        .filter(started_at__gte=call.started_at - RECONTACT, started_at__lt=call.started_at)
        .exists()
    )


def _count_again_who_rang_later(call: Call, key: str) -> None:
    """Calls may be summarised in any order: one that rang later is a recontact because of this one."""
    if key:
        later = _of_caller(call, key).filter(
            started_at__gt=call.started_at, started_at__lte=call.started_at + RECONTACT, is_recontact=False
        )
        later.update(summarised_at=None)


def _of_caller(call: Call, key: str) -> QuerySet[Call]:
    if call.line_id is None:
        return Call.objects.none()
    return Call.objects.filter(line_id=call.line_id, caller_key=key).exclude(uuid=call.uuid)
