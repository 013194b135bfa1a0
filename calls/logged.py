"""Any call from the log, as a script that staff can read: what was heard, where it led and why, who was rung."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from calls import script
from calls.models import Call, CallbackRequest, Event, EventKind, HeardKind, Leg, Recording, Status, Turn
from calls.script import Names
from calls.vonage.payloads import STATUSES
from menus import live
from menus.dialogue import (
    Answered,
    Dialled,
    Fate,
    Guess,
    Held,
    HungUp,
    Keyed,
    Outcome,
    Recorded,
    Silence,
    Spoken,
    Visit,
)
from menus.doings import done
from menus.spoken import spoken
from menus.tryout import Doing

SHORTEST: Final = 6
"""Characters of a call's id that are enough, if only one call begins with them."""
BESIDE: Final = " " * 10
"""As wide as a time of day and the blanks behind it."""
ENDED_BY: Final = {"user": "the caller hung up", "platform": "the line ended it"}


class Step(NamedTuple):
    """One thing that happened in a call, and what came of it."""

    at: datetime
    what: str
    came: list[str]
    seconds: int | None
    """Until the caller did the next thing, or the call ended; None: nobody knows, or it is news from elsewhere."""


class NoSuchCall(LookupError):
    """No call, or more than one, is meant; the message says which and what to do."""


def find_call(wanted: str) -> Call:
    """By its id, the beginning of it, or the id of its conversation. Raises NoSuchCall."""
    if exact := Call.objects.filter(uuid=wanted).first():
        return exact
    if len(wanted) < SHORTEST:
        raise NoSuchCall(
            f"“{wanted}” is too short for the beginning of a call's id: give {SHORTEST} characters or more"
        )
    begun = list(Call.objects.filter(Q(uuid__startswith=wanted) | Q(conversation__startswith=wanted))[:4])
    match begun:
        case [only]:
            return only
        case []:
            raise NoSuchCall(f"no call has an id that begins with “{wanted}”. {_newest()}")
        case _:
            ids = ", ".join(call.uuid for call in begun[:3])
            more = " …" if len(begun) > 3 else ""
            raise NoSuchCall(f"several calls begin with “{wanted}”: {ids}{more}. Give more of the id")


def _newest() -> str:
    newest = [call.uuid for call in Call.objects.order_by("-started_at")[:3]]
    return f"The newest calls are: {', '.join(newest)}" if newest else "No call was logged yet"


def script_of(call: Call) -> list[str]:
    """The whole call, a line for each thing heard, said or done. Reads the log; writes nothing."""
    return _Script(call).lines()


def steps_of(call: Call) -> list[Step]:
    """The same, as parts to lay out."""
    return _Script(call).steps()


class _Script:
    def __init__(self, call: Call) -> None:
        self.call = call
        self.zone = ZoneInfo(call.time_zone)
        self.turns = list(Turn.objects.filter(call_id=call.uuid).order_by("n"))
        self.names = Names(live.flow_if_known(call.version_id))
        self.news: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        """What came between a turn and the next one, by the turn's place in `turns` (-1: before the first)."""

    def lines(self) -> list[str]:
        self.add_news()
        lines = [*self.head(), ""]
        lines += self.between(-1)
        for index, turn in enumerate(self.turns):
            came = [f"{BESIDE}{line}" for line in self.what_came(turn)]
            lines += [self.timed(turn.at, _did(turn)), *came, *self.between(index)]
        return [*lines, "", *self.end()]

    def steps(self) -> list[Step]:
        self.add_news()
        steps = self.news_steps(-1)
        for index, turn in enumerate(self.turns):
            later = self.turns[index + 1].at if index + 1 < len(self.turns) else self.call.ended_at
            seconds = max(0, round((later - turn.at).total_seconds())) if later else None
            steps += [Step(turn.at, _did(turn), self.what_came(turn), seconds), *self.news_steps(index)]
        return steps

    def news_steps(self, index: int) -> list[Step]:
        return [Step(at, what, [], None) for at, what in sorted(self.news[index], key=lambda told: told[0])]

    def add_news(self) -> None:
        self.add_legs(self.call.legs())
        self.add_messages(self.call.recordings())
        self.add_callbacks()
        self.add_events()

    def timed(self, at: datetime, what: str) -> str:
        return f"{at.astimezone(self.zone):%H:%M:%S}  {what}"

    # --- the head ---

    def head(self) -> list[str]:
        call = self.call
        began = call.started_at.astimezone(self.zone)
        facts = {
            "from": caller(call),
            "to": f"{script.number(call.dialled)} ({self.line()})",
            "began": f"{began:%A} {began.day} {began:%B %Y, %H:%M:%S} ({call.time_zone})",
            "lasted": self.lasted(),
            "outcome": self.outcome(),
            "price": f"{call.price.normalize():f} EUR" if call.price is not None else "",
            "note": self.note(),
        }
        return [f"Call {call.uuid}", *(f"  {name:9}{fact}" for name, fact in facts.items() if fact)]

    def line(self) -> str:
        call = self.call
        if call.line is None:
            return "the answer webhook never came" if call.answer_missing else "no line has this number"
        return f"{call.line.name}, {call.version}" if call.version else call.line.name

    def lasted(self) -> str:
        if self.call.duration_seconds is not None:
            return f"{self.call.duration_seconds} s"
        return "" if self.call.ended_at else "still going on"

    def outcome(self) -> str:
        if self.call.ended_at and not self.call.summarised_at:
            return "not counted yet (the server does it within seconds)"
        return str(self.call.get_outcome_display())

    def note(self) -> str:
        return "answered while the database was away" if self.call.degraded else ""

    # --- the turns ---

    def what_came(self, turn: Turn) -> list[str]:
        visits = [Visit(*visit) for visit in json.loads(turn.visits or "[]")]
        led = script.led(visits, self.names)
        if _is_pruned(turn):
            return [*led, *self.retold(turn, visits)]
        return [*led, *script.heard(turn.ncco, turn.waits_at, self.names)]

    def retold(self, turn: Turn, visits: Sequence[Visit]) -> list[str]:
        """What the version says at the places that the caller came to, where the words themselves are gone."""
        came = [visit.to for visit in visits if visit.to]
        if visits and not turn.waited_at:
            came.insert(0, visits[0].destination)
        if turn.waits_at and turn.waits_at not in came:
            came.append(turn.waits_at)
        told = [line for key in came for line in self.words_of(key, turn)]
        if not told:
            return ["what was said is no longer kept"]
        return ["what was said is no longer kept; by the version it was:", *told]

    def words_of(self, key: str, turn: Turn) -> list[str]:
        if self.names.flow is None:
            return []
        told = spoken(self.names.flow, key, turn.at)
        own = next((one for one in told if one.language.key == turn.language), told[0] if told else None)
        return [f"heard ({piece.language.key}) {piece.text}" for piece in own.first if piece.text] if own else []

    def between(self, index: int) -> list[str]:
        return [self.timed(at, what) for at, what in sorted(self.news[index], key=lambda told: told[0])]

    def add_legs(self, legs: Iterable[Leg]) -> None:
        rung = _rung_targets(self.turns)
        for leg in legs:
            places = [index for index, what in rung.items() if what == (leg.destination, leg.target)]
            before = [index for index in places if self.turns[index].at.timestamp() < leg.started_at.timestamp() + 2]
            index = (before or places or [len(self.turns) - 1])[-1]
            self.news[index] += _leg_news(leg)

    def add_messages(self, messages: Iterable[Recording]) -> None:
        for message in messages:
            length = ""
            if message.started_at and message.ended_at:
                length = f" of {(message.ended_at - message.started_at).total_seconds():.0f} s"
            where = message.mailbox or self.names.place(message.destination)
            at_vonage = f": {message.url}" if message.url else ""
            self.tell(message.received_at, f"message{length} kept for {where}{at_vonage}")

    def add_callbacks(self) -> None:
        for row in CallbackRequest.objects.filter(call_uuid=self.call.uuid):
            self.tell(row.created_at, _callback(row))

    def add_events(self) -> None:
        for event in self.call.events():
            if what := _event_news(event):
                self.tell(event.received_at, what)

    def tell(self, at: datetime, what: str) -> None:
        index = max((index for index, turn in enumerate(self.turns) if turn.at <= at), default=-1)
        self.news[index].append((at, what))

    # --- the end ---

    def end(self) -> list[str]:
        call = self.call
        if call.ended_at is None:
            waits_at = self.turns[-1].waits_at if self.turns else ""
            return [f"Still going on, at {self.names.place(waits_at)}." if waits_at else "Still going on."]
        how = [ENDED_BY.get(call.disconnected_by, call.disconnected_by), call.status_detail.replace("_", " ")]
        if call.status != Status.COMPLETED:
            how.insert(0, str(call.get_status_display()))
        facts = ", ".join(filter(None, how))
        return [self.timed(call.ended_at, f"the call ended{facts and f' ({facts})'}: {self.outcome()}")]


def caller(call: Call) -> str:
    """Who rang; a number that was taken out is told from one that nobody knew."""
    return "a number that is no longer kept" if not call.caller and call.caller_key else script.number(call.caller)


def _is_pruned(turn: Turn) -> bool:
    return turn.ncco in ("", "[]") and turn.heard != HeardKind.HUNG_UP and bool(turn.visits or turn.waits_at)


def _did(turn: Turn) -> str:
    if turn.heard == HeardKind.KEYED and not turn.digits and _is_pruned(turn):
        return "caller pressed what is no longer kept"
    return done(_doing(turn))


def _doing(turn: Turn) -> Doing:
    match HeardKind(turn.heard):
        case HeardKind.ANSWERED:
            return Answered()
        case HeardKind.KEYED:
            return Keyed(turn.digits)
        case HeardKind.SPOKEN:
            return Spoken((Guess(turn.digits, 1.0),) if turn.digits else ())
        case HeardKind.SILENCE:
            return Silence()
        case HeardKind.DIALLED:
            return Dialled(Fate(turn.digits) if turn.digits in set(Fate) else Fate.NO_ANSWER)
        case HeardKind.RECORDED:
            return Recorded()
        case HeardKind.HUNG_UP:
            return HungUp()
        case HeardKind.HELD:
            return Held()


def _rung_targets(turns: Sequence[Turn]) -> dict[int, tuple[str, int]]:
    """Which target of which destination began to ring at a turn, by the turn's place."""
    rung: dict[int, tuple[str, int]] = {}
    last = ("", -1)
    for index, turn in enumerate(turns):
        if any(visit[1] == Outcome.RINGING for visit in json.loads(turn.visits or "[]")):
            again = turn.heard == HeardKind.DIALLED and turn.waited_at == turn.waits_at == last[0]
            last = (turn.waits_at, last[1] + 1 if again else 0)
            rung[index] = last
    return rung


def _leg_news(leg: Leg) -> list[tuple[datetime, str]]:
    who = script.number(leg.dialled)
    news = [(leg.started_at, f"{who} rings")]
    if leg.answered_at:
        news.append((leg.answered_at, f"{who} answers"))
    if leg.ended_at:
        how = "hangs up" if leg.answered_at and leg.status == Status.COMPLETED else str(leg.get_status_display())
        facts = [f"after {leg.duration_seconds} s"] if leg.answered_at and leg.duration_seconds is not None else []
        facts += [leg.status_detail.replace("_", " ")] if leg.status_detail else []
        facts += [f"{leg.price.normalize():f} EUR"] if leg.price is not None else []
        news.append((leg.ended_at, f"{who} {how}" + (f" ({', '.join(facts)})" if facts else "")))
    return news


def _callback(row: CallbackRequest) -> str:
    zone = ZoneInfo(row.time_zone)
    when = "soon"
    if row.begins_at:
        ends = f"–{row.ends_at.astimezone(zone):%H:%M}" if row.ends_at else ""
        when = f"{row.begins_at.astimezone(zone):%d %b %H:%M}{ends}"
    by = f" by {row.team}" if row.team else ""
    return f"to be called back at {script.number(row.number)}, {when}{by}: {row.get_state_display().lower()}"


def _event_news(event: Event) -> str:
    """What an event tells beside the turns, legs and messages. Its payload is not shown: it may hold keys."""
    kind = str(EventKind(event.kind).label)
    match event.kind:
        case EventKind.RECORDING:
            return ""
        case EventKind.STATUS:
            return "" if event.status in STATUSES else f"unknown status from Vonage: {event.status}"
        case EventKind.ERROR | EventKind.FALLBACK:
            return f"{kind} reported by Vonage: {_reason(event)}"
        case EventKind.INPUT:
            return "keys came without their place in the menu"
        case EventKind.UNKNOWN:
            return f"unknown news from Vonage, with the fields {', '.join(sorted(_payload(event))[:12])}"
        case _:
            return f"{kind}: {event.status}".rstrip(": ")


def _reason(event: Event) -> str:
    reason = _payload(event).get("reason")
    return str(reason)[:200] if reason else event.status or "no reason given"


def _payload(event: Event) -> dict[str, Any]:
    try:
        payload = json.loads(event.payload)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}
