"""What we write down: rows for the journal from a ring, a turn, or other news."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from calls import vonage
from calls.journal import Record
from calls.models import CallOutcome, EventKind, HeardKind
from calls.place import Place
from menus.dialogue import (
    Answered,
    Dialled,
    Heard,
    Held,
    HungUp,
    Keyed,
    Outcome,
    Recorded,
    Remember,
    RequestCallback,
    Silence,
    Spoken,
    Step,
    Visit,
)
from menus.flow import Collect, Flow, Voicemail
from menus.hashing import hashed
from menus.live import Pointer

_as_text: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode

HEARD: Final[dict[type, HeardKind]] = {
    Answered: HeardKind.ANSWERED,
    Keyed: HeardKind.KEYED,
    Spoken: HeardKind.SPOKEN,
    Silence: HeardKind.SILENCE,
    Dialled: HeardKind.DIALLED,
    Recorded: HeardKind.RECORDED,
    HungUp: HeardKind.HUNG_UP,
    Held: HeardKind.HELD,
}


def call(
    ring: vonage.Ring,
    pointer: Pointer | None,
    flow: Flow | None,
    now: datetime,
    *,
    degraded: bool,
    outcome: CallOutcome = CallOutcome.IN_PROGRESS,
) -> Record:
    zone = flow.timezone if flow else "UTC"
    local = now.astimezone(ZoneInfo(zone))
    return Record(
        "call",
        {
            "uuid": ring.uuid,
            "conversation": ring.conversation,
            "line_id": pointer.line if pointer else None,
            "version_id": pointer.version if pointer else None,
            "caller": ring.caller,
            "dialled": ring.dialled,
            "endpoint": ring.endpoint,
            "region_url": ring.region_url,
            "details": vonage.kept(ring.details)[0] if ring.details else "",
            "started_at": now,
            "time_zone": zone,
            "local_day": local.date(),
            "local_hour": local.hour,
            "degraded": degraded,
            "language": flow.languages[0].key if flow else "",
            "outcome": outcome,
        },
    )


def turn(flow: Flow, here: Place, heard: Heard, taken: Step, ncco: str, now: datetime) -> Record:
    waited_at = here.state.at
    left = _left_first(taken.visits, waited_at)
    return Record(
        "turn",
        {
            "call_id": here.call,
            "n": taken.state.turn,
            "at": now,
            "waited_at": waited_at,
            "heard": HEARD[type(heard)],
            "digits": shown(heard, flow, waited_at),
            "outcome": left.outcome if left else "",
            "option": left.option if left else "",
            "language": taken.state.language,
            "visits": _as_text(taken.visits) if taken.visits else "",
            "waits_at": taken.state.at,
            "ncco": ncco,
        },
    )


def wishes(here: Place, taken: Step, now: datetime) -> list[Record]:
    """What the caller leaves behind with this turn: the language to remember, a request to be called back."""
    found = []
    for said in taken.says:
        match said:
            case Remember():
                found.append(_remembered(here, said, now))
            case RequestCallback():
                found.append(_callback(here, taken, said, now))
    return [record for record in found if record]


def _remembered(here: Place, said: Remember, now: datetime) -> Record | None:
    number = here.state.values.get("caller", "").removeprefix("+")
    if not (number.isascii() and number.isdecimal() and here.line):
        return None
    expires = now + timedelta(days=said.days)
    return Record(
        "remembered",
        {
            "line_id": here.line,
            "caller": hashed("caller", number),
            "language": said.language,
            "chosen_at": now,
            "expires_at": expires,
        },
    )


def _callback(here: Place, taken: Step, said: RequestCallback, now: datetime) -> Record:
    return Record(
        "callback",
        {
            "call_uuid": here.call,
            "n": taken.state.turn,
            "line_id": here.line or None,
            "destination": said.destination,
            "team": said.team,
            "number": said.number,
            "begins_at": datetime.fromtimestamp(said.begins, UTC) if said.begins else None,
            "ends_at": datetime.fromtimestamp(said.ends, UTC) if said.ends else None,
            "time_zone": said.zone,
            "language": taken.state.language,
            "created_at": now,
        },
    )


def _left_first(visits: tuple[Visit, ...], waited_at: str) -> Visit | None:
    """How the caller left the place where they waited: the step's first visit, if it is of that place."""
    return visits[0] if visits and visits[0].destination == waited_at and waited_at else None


HIDDEN: Final = "(hidden)"


def shown(heard: Heard, flow: Flow, waited_at: str) -> str:
    """What was keyed or said, as it may be kept: of a long entry only its length, and nothing of a sensitive one."""
    at = flow.destinations.get(waited_at)
    match heard:
        case Keyed() | Spoken() if isinstance(at, Collect) and at.value in flow.sensitive:
            return HIDDEN
        case Keyed(digits):
            return str(vonage.shown_keys(digits))
        case Spoken(guesses):
            return str(vonage.shown_words(guesses[0].text)) if guesses else ""
        case Dialled(fate):
            return fate.value
        case _:
            return ""


def event(news: vonage.News, call_uuid: str, now: datetime) -> Record:
    text, digest = vonage.kept(news.data)
    return Record(
        "event",
        {
            "digest": hashed("event", call_uuid, digest),
            "call_uuid": call_uuid,
            "leg_uuid": news.leg,
            "conversation": news.conversation,
            "kind": news.kind,
            "status": news.word,
            "at": news.at,
            "received_at": now,
            "payload": text,
        },
    )


def unread(payload: dict[str, Any], now: datetime) -> Record:
    """A webhook on which our own code failed: kept as it came, for people to look at."""
    text, digest = vonage.kept(payload)
    what = {"digest": hashed("event", digest), "kind": EventKind.UNKNOWN, "status": "unread"}
    return Record("event", what | {"received_at": now, "payload": text})


def status(news: vonage.News, now: datetime) -> Record:
    """News of the caller's own leg. Where the answer webhook never came, this is all there is of the call."""
    at = news.at or now
    return Record(
        "status",
        vonage.leg_facts(news, at)
        | {
            "started_at": at,
            "local_day": at.astimezone(UTC).date(),
            "time_zone": "UTC",
            "answer_missing": True,
        },
    )


def leg(news: vonage.News, here: Place | None, now: datetime) -> Record:
    """News of somebody whom we rang for the caller."""
    values = vonage.leg_facts(news, news.at or now) | {"started_at": news.at or now, "fate": news.fate or ""}
    if here:
        values |= {"call_uuid": here.call, "destination": here.state.at, "target": here.state.target}
    return Record("leg", values)


def recording(news: vonage.News, here: Place | None, flow: Flow | None, now: datetime) -> Record:
    voicemail = flow.destinations.get(here.state.at) if flow and here else None
    return Record(
        "recording",
        vonage.recording_facts(news)
        | {
            "call_uuid": here.call if here else "",
            "destination": here.state.at if here else "",
            "mailbox": voicemail.mailbox if isinstance(voicemail, Voicemail) else "",
            "line_id": (here.line or None) if here else None,
            "language": here.state.language if here else "",
            "received_at": now,
        },
    )


def unrouted(ring: vonage.Ring, ncco: str, now: datetime) -> Record:
    """The only turn of a call to a number that no line has."""
    values: dict[str, Any] = {"call_id": ring.uuid, "n": 0, "at": now, "heard": HeardKind.ANSWERED}
    return Record("turn", values | {"outcome": Outcome.LED_NOWHERE, "ncco": ncco})
