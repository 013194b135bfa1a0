"""One webhook's worth of a call: open the place, take the step, write it down, answer. Gives NCCOs as text.

Nothing has to be read to answer. A webhook delivered twice takes the same step, finds its turn written, and sends that.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from calls import callers, deeds, journal, ncco, place, records, vonage
from calls.journal import Written
from calls.models import Call, CallOutcome, EventKind, Leg, Turn
from calls.place import BadPlace, Place
from ivrsite import database
from menus import live, switches
from menus.dialogue import Answered, Dialled, Fate, Heard, Held, Recorded, Silence
from menus.flow import Flow
from menus.step import begin, take, whisper

log = logging.getLogger(__name__)


def answer(ring: vonage.Ring, now: datetime) -> str:
    """The first NCCO of a call. A ring repeated gets the same once more, and makes no second call."""
    try:
        pointer = live.for_number(ring.dialled)
        flow = live.flow(pointer.version) if pointer else None
    except (live.NothingKnown, live.UnknownVersion) as fault:
        log.error("the line of a call to %s is not known here and now: %r", ring.dialled, fault)
        return _answer_without_line(ring, ncco.apology(), CallOutcome.FAILED, now)
    if pointer is None or flow is None:
        return _answer_without_line(ring, ncco.not_in_service(), CallOutcome.UNROUTED, now)
    known = callers.known(ring.caller, ring.uuid, pointer.line, flow, now)
    state = begin(flow, ring.caller, ring.dialled, now, known)
    call = records.call(ring, pointer, flow, now, degraded=database.is_away())
    return _take(flow, Place(ring.uuid, pointer.version, state, pointer.line), Answered(), now, [call])


def _take(flow: Flow, here: Place, heard: Heard, now: datetime, more: Sequence[journal.Record] = ()) -> str:
    """One turn: taken, written down, answered. The hot path: one INSERT, no read."""
    taken = take(flow, here.state, heard, now, switches.on(here.line), deeds.doer(here, now))
    then = here._replace(state=taken.state)
    text = ncco.dump(ncco.render(flow, taken.says, then))
    kept = ncco.loggable(flow, taken.says, then, text)
    batch = [records.turn(flow, here, heard, taken, kept, now), *more, *records.wishes(here, taken, now)]
    return _write_turn(batch, text, kept)


def _answer_without_line(ring: vonage.Ring, said: list[dict[str, Any]], outcome: CallOutcome, now: datetime) -> str:
    text = ncco.dump(said)
    call = records.call(ring, None, None, now, degraded=database.is_away(), outcome=outcome)
    return _write_turn([records.unrouted(ring, text, now), call], text, text)


def hear(here: Place, heard: Heard, now: datetime) -> str:
    """The next NCCO, made in function of what the caller did at `here`."""
    return _take(live.flow(here.version), here, heard, now)


def _write_turn(batch: list[journal.Record], text: str, kept: str) -> str:
    """What was sent for this turn: `text`, logged as `kept`; or, when it was taken before, what was sent then."""
    if journal.append(batch) is not Written.REPEATED:
        return text
    values = batch[0].values
    try:
        sent = database.run(
            lambda: Turn.objects.filter(call_id=values["call_id"], n=values["n"]).values_list("ncco", flat=True).first()
        )
    except database.DatabaseAway:
        return text
    return sent if sent and sent != kept else text


def note(news: vonage.News, here: Place | None, now: datetime) -> Written:
    """Write down news that no answer is wanted to: at most three statements."""
    call_uuid = here.call if here else "" if news.outbound else news.leg
    batch = [records.event(news, call_uuid, now)]
    if news.kind is EventKind.STATUS and news.leg:
        if news.outbound or (here and news.leg != here.call):
            batch.append(records.leg(news, here, now))
        else:
            batch.append(records.status(news, now))
    if news.kind is EventKind.RECORDING:
        batch.append(records.recording(news, here, live.flow_if_known(here.version if here else None), now))
    return journal.append(batch)


def keep_unread(payload: dict[str, Any], now: datetime) -> Written:
    """The last resort of the log: our own code failed on this webhook."""
    return journal.append([records.unread(payload, now)])


def hear_fate(news: vonage.News, here: Place, now: datetime) -> str:
    """Nobody was reached at a target: the news is written down, and the call goes on to the next."""
    note(news, here, now)
    return hear(here, Dialled(news.fate or Fate.NO_ANSWER), now)


def resume(after: object, here: Place, now: datetime) -> str:
    """The `notify` that closes an action came: a recording is done, or the answer to an input or connect got lost."""
    match after:
        case ncco.AFTER_RECORD:
            return hear(here, Recorded(), now)
        case ncco.AFTER_HOLD:
            return hear(here, Held(), now)
        case ncco.AFTER_CONNECT:
            if _talked(here):
                return ncco.dump(ncco.goodbye(live.flow(here.version), here.state.language))
            return hear(here, Dialled(Fate.NO_ANSWER), now)
        case _:
            return hear(here, Silence(), now)


def _talked(here: Place) -> bool:
    """Whether the target that rang from `here` took the call: then the conversation is over, not lost."""
    legs = Leg.objects.filter(
        call_uuid=here.call, destination=here.state.at, target=here.state.target, answered_at__isnull=False
    )
    try:
        return database.run(legs.exists)
    except database.DatabaseAway:
        return False


def whispered(here: Place, now: datetime) -> str:
    """What the callee hears before being connected; empty: nothing."""
    said = whisper(live.flow(here.version), here.state, now)
    return ncco.dump(ncco.spoken(said)) if said else ""


def place_of(news: vonage.News) -> Place | None:
    """Where the call waits, for an input that came without a sealed place: from the last NCCO logged for that call."""
    turns = Turn.objects.order_by("-n").values_list("ncco", flat=True)
    found = turns.filter(call_id=news.leg) if news.leg else turns.none()
    by_conversation = Call.objects.filter(conversation=news.conversation).order_by("-started_at").values("uuid")[:1]
    try:
        text = database.run(found.first) or (
            database.run(turns.filter(call_id__in=by_conversation).first) if news.conversation else None
        )
    except database.DatabaseAway:
        return None
    sealed = ncco.sealed_in(text or "")
    try:
        return place.unseal(sealed) if sealed else None
    except BadPlace:
        return None


def apology(here: Place | None = None, dialled: str = "") -> str:
    """The last resort, whatever is broken: of the caller's line if that is known, by place or by number."""
    try:
        if here and (flow := live.flow_if_known(here.version)):
            return ncco.dump(ncco.apology(flow, here.state.language, here.state.values.get("dialled", "")))
        if not here and (pointer := live.for_number(dialled)):
            return ncco.dump(ncco.apology(live.flow(pointer.version), "", dialled))
    except Exception:
        log.exception("the line's own apology failed; the constant one is said")
    return ncco.dump(ncco.apology())
