"""A recorded call on Vonage's side: the same done at a telephone, and what the log then has of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from calls import ncco
from calls.models import Turn as LoggedTurn
from calls.records import HEARD, shown
from calls.vonage.pretend import Telephone
from menus.dialogue import Answered, Dialled, Fate, Held, HungUp, Keyed, Recorded, Silence, Spoken
from menus.flow import Asked, Collect
from menus.tryout import TakesCall, TargetHangsUp, Tryout, Turn

STATUSES: Final = {
    Fate.NO_ANSWER: "timeout",
    Fate.BUSY: "busy",
    Fate.REJECTED: "rejected",
    Fate.FAILED: "failed",
    Fate.LEFT: "disconnected",
}

Logged = list[tuple[object, ...]]


def expected(tryout: Tryout, turn: Turn) -> list[ncco.Line]:
    if turn.whispered:
        return ncco.read(ncco.dump(ncco.spoken(turn.whispered)))
    return ncco.read(ncco.of_turn(tryout.flow, turn)) if turn.answered else []


def do(telephone: Telephone, turn: Turn) -> list[ncco.Line]:
    """The same on Vonage's side; what is then heard."""
    match turn.doing:
        case Answered():
            telephone.ring()
        case Keyed(digits):
            telephone.press(digits)
        case Spoken(guesses):
            telephone.speak(*guesses)
        case Silence():
            telephone.say_nothing()
        case Recorded():
            telephone.leave_message()
        case Held():
            telephone.unheard()
        case Dialled(fate):
            telephone.target(STATUSES[fate])
        case TakesCall():
            return answered_by_target(telephone)
        case TargetHangsUp():
            telephone.target("completed")
            telephone.hang_up()
        case HungUp():
            telephone.hang_up()
    return ncco.read(json.dumps(telephone.ncco)) if turn.answered else []


def answered_by_target(telephone: Telephone) -> list[ncco.Line]:
    telephone.target("ringing")
    telephone.target("answered")
    endpoint = telephone.waiting["endpoint"][0] if telephone.waiting else {}
    if "onAnswer" not in endpoint:
        return []
    path = urlsplit(endpoint["onAnswer"]["url"]).path
    return ncco.read(telephone.post(path, {"conversation_uuid": telephone.conversation}))


# --- the log ----------------------------------------------------------------------------------------------------


def heard_by_the_log(uuid: str) -> Logged:
    """Each turn: what was heard, its keys as they may be kept, where it led."""
    return [
        (turn.heard, turn.digits, *(tuple(visit[:3] + visit[4:]) for visit in json.loads(turn.visits or "[]")))
        for turn in LoggedTurn.objects.filter(call_id=uuid).order_by("n")
    ]


def logged_turns(tryout: Tryout) -> Logged:
    """What the log should have of the call; why it led there is told otherwise by another source of the look-ups."""
    return [
        (
            HEARD[type(turn.doing)],
            "(hidden)" if _is_secret(tryout, turn, at) else shown(turn.doing, tryout.flow, at),  # type: ignore[arg-type]
            *((visit.destination, visit.outcome, visit.option, visit.to) for visit in turn.visits),
        )
        for at, turn in _waited(tryout)
        if turn.answered
    ]


def hidden_keys(tryout: Tryout) -> list[str]:
    """What the caller keyed that nobody may see."""
    return [
        turn.doing.digits
        for at, turn in _waited(tryout)
        if isinstance(turn.doing, Keyed) and _is_secret(tryout, turn, at)
    ]


def _is_secret(tryout: Tryout, turn: Turn, at: str) -> bool:
    here = tryout.flow.destinations.get(at)
    return isinstance(turn.doing, Keyed) and isinstance(here, Collect) and (here.sensitive or here.asks is Asked.PIN)


def _waited(tryout: Tryout) -> Iterator[tuple[str, Turn]]:
    """Each turn, with the destination where the caller waited before it."""
    return zip(["", *(turn.state.at for turn in tryout.turns)], tryout.turns, strict=False)
