"""Every measure of docs/measures.md in the plainest way, from calls, turns, legs and messages. Slow, and with no word
of the code that it is held against."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from calls.models import Call, Leg, Recording, Turn

STAYS = {"no_input", "no_match", "repeated", "reentered"}
PASSES = {"played", "open", "closed", "holiday", "otherwise", "found", "not_found", "failed", "locked", "switched"}
KEYS = {"chosen", "repeated", "went_back", "went_main", "asked_operator", "no_match", "entered", "reentered"}
WAYS = {
    "played": "then",
    "entered": "then",
    "recorded": "then",
    "requested": "then",
    "open": "open",
    "closed": "closed",
    "holiday": "holiday",
    "otherwise": "otherwise",
    "found": "found",
    "not_found": "not_found",
    "failed": "failed",
    "cancelled": "cancel",
    "not_reached": "last_resort",
    "connected": "last_resort",
    "went_back": "back",
    "went_main": "main",
    "asked_operator": "operator",
}


class Step:
    def __init__(self, place: str, how: str, option: str, to: str) -> None:
        self.place, self.how, self.option, self.to = place, how, option, to
        self.came = self.left = datetime.min.replace(tzinfo=UTC)
        self.seconds: int | None = None
        self.kind = ""
        self.silent = self.entry = self.first = self.wrong = False


class Told:
    """One call, as the definitions have it."""

    def __init__(self, call: Call, flow: dict[str, Any] | None, legs: list[Leg]) -> None:
        self.call = call
        self.turns = list(Turn.objects.filter(call=call).order_by("n"))
        self.legs = [leg for leg in legs if leg.call_uuid == call.uuid] + [
            leg for leg in legs if not leg.call_uuid and leg.conversation == call.conversation
        ]
        self.messages = Recording.objects.filter(call_uuid=call.uuid).count()
        self.places = (flow or {}).get("destinations", {})
        local = call.started_at.astimezone(ZoneInfo(call.time_zone))
        self.day, self.hour = local.date(), local.hour
        self.language = self.turns[-1].language if self.turns else call.language
        self.steps = self._steps()
        self._look_around()
        self.outcome = self._outcome()

    def _steps(self) -> list[Step]:
        steps: list[Step] = []
        since = self.call.started_at
        for turn in self.turns:
            for n, (place, how, option, _why, to) in enumerate(json.loads(turn.visits or "[]")):
                if steps and steps[-1].how == "ringing" and steps[-1].place == place:
                    del steps[-1]
                step = Step(place, how, option, to)
                step.silent = turn.heard == "silence"
                step.came, step.left = turn.at, turn.at
                if n == 0 and turn.waited_at == place:
                    step.came, step.seconds = since, round((turn.at - since).total_seconds())
                steps.append(step)
            since = turn.at
        if self.turns and self.turns[-1].waits_at and self.call.ended_at:
            talked = any(leg.answered_at for leg in self.legs)
            last = Step(self.turns[-1].waits_at, "hung_up", "", "")
            last.came = since
            if steps and steps[-1].how == "ringing" and steps[-1].place == last.place:
                del steps[-1]
                last.how = "connected" if talked else "hung_up"
            last.left, last.seconds = self.call.ended_at, round((self.call.ended_at - since).total_seconds())
            steps.append(last)
        return steps

    def _look_around(self) -> None:
        for n, step in enumerate(self.steps):
            step.kind = self.places.get(step.place, {}).get("kind", "")
            step.first = step.place not in {before.place for before in self.steps[:n]}
            before = self.steps[n - 1] if n else None
            step.entry = before is None or before.place != step.place or before.to != step.place
        for n, step in enumerate(self.steps):
            if step.how == "chosen" and step.kind != "branch":
                step.wrong = self._regretted(self.steps[n + 1 :])

    def _regretted(self, after: list[Step]) -> bool:
        came = None
        for step in after:
            if step.entry or came is None:
                came = step.came
            if step.how in ("went_back", "went_main"):
                return (step.left - came).total_seconds() <= 10
            if step.how not in STAYS | PASSES and not (step.how == "chosen" and step.kind == "branch"):
                return False
        return False

    def _served(self) -> list[Step]:
        return [step for step in self.steps if self.places.get(step.place, {}).get("outcome") == "served"]

    def _content(self) -> bool:
        """Served last, or at least before the last wish for a person."""
        wish, served = -1, -1
        for n, step in enumerate(self.steps):
            if step in self._served():
                served = n
            elif step.how == "asked_operator" or step.kind == "transfer":
                wish = n
        return served > wish

    def _outcome(self) -> str:
        hows = {step.how for step in self.steps}
        if any(leg.answered_at for leg in self.legs):
            return "transferred"
        if self.messages:
            return "voicemail"
        if "requested" in hows:
            return "callback"
        if not self.call.ended_at:
            return "in_progress"
        if self._content():
            return "served"
        if hows & {"over_limit", "led_nowhere"}:
            return "over_limit"
        if any(step.how == "not_reached" and step.to != step.place for step in self.steps):
            return "not_reached"
        if self.steps and self.steps[-1].how == "hung_up":
            return "abandoned"
        if "gave_up" in hows:
            return "gave_up"
        return "ended" if self.steps else "failed"

    def figures(self, others: Iterable[Call]) -> dict[str, Any]:
        call, start = self.call, self.call.started_at
        prices = [price for price in [call.price, *[leg.price for leg in self.legs]] if price]
        answers = [leg.answered_at for leg in self.legs if leg.answered_at]
        served = self._served()
        short = self.outcome == "abandoned" and round((call.ended_at - start).total_seconds()) <= 10  # type: ignore[operator]
        again = call.caller.isdigit() and any(
            other.caller == call.caller and timedelta(0) < start - other.started_at <= timedelta(hours=24)
            for other in others
        )
        return {
            "offered": 1,
            "answered": int(call.answered_at is not None),
            "short": int(short),
            "recontacts": int(again),
            "seconds": call.duration_seconds or 0,
            "cost": sum(prices, Decimal(0)),
            "person_calls": int(bool(answers)),
            "person_seconds": round((min(answers) - start).total_seconds()) if answers else 0,
            "served_calls": int(bool(served)),
            "served_seconds": round((served[0].came - start).total_seconds()) if served else 0,
        }


class Oracle:
    """Reads everything of a line, once."""

    def __init__(self, line_id: int) -> None:
        calls = list(Call.objects.filter(line_id=line_id).select_related("version"))
        flows = {call.version_id: json.loads(call.version.flow) for call in calls if call.version}
        legs = list(Leg.objects.all())
        self.told = [Told(call, flows.get(call.version_id), legs) for call in calls]
        self.figures = {told.call.uuid: told.figures(calls) for told in self.told}

    def of(self, first: date, last: date, version: UUID | None = None) -> list[Told]:
        return [
            told
            for told in self.told
            if first <= told.day <= last and (version is None or told.call.version_id == version)
        ]

    def totals(self, calls: list[Told]) -> dict[str, Any]:
        summed = Counter[str](offered=0)
        for told in calls:
            summed.update(self.figures[told.call.uuid])
        return dict(summed) | {"by_outcome": dict(Counter(told.outcome for told in calls))}

    def places(self, calls: list[Told]) -> dict[str, dict[str, int]]:
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for step in _steps(calls):
            gave_up, asks = step.how == "gave_up", step.kind in ("menu", "collect", "callback")
            found[step.place].update(
                passes=1,
                entries=step.entry,
                callers=step.first,
                asks=asks and step.how not in ("over_limit", "led_nowhere"),
                silences=step.how == "no_input" or (gave_up and step.silent),
                wrong_keys=step.how == "no_match" or (gave_up and not step.silent),
                hang_ups=step.how == "hung_up",
                operator=step.how == "asked_operator",
                gave_up=gave_up,
                wrong_turns=step.wrong,
                seconds=step.seconds or 0,
            )
        return {place: dict(counts) for place, counts in found.items()}

    def options(self, calls: list[Told], menu: str) -> dict[str, tuple[int, int]]:
        chosen = [step for step in _steps(calls) if step.place == menu and step.how == "chosen"]
        wrong = Counter(step.option for step in chosen if step.wrong)
        return {option: (count, wrong[option]) for option, count in Counter(step.option for step in chosen).items()}

    def ways(self, calls: list[Told]) -> dict[tuple[str, str], int]:
        found: Counter[tuple[str, str]] = Counter()
        for step in _steps(calls):
            name = WAYS.get(step.how, "")
            if step.how == "chosen":
                name = ("rule/" if step.kind == "branch" else "option/") + step.option
            if step.how == "gave_up":
                name = "no_input" if step.silent else "no_match"
            if name and step.to and (step.to != step.place or step.how == "chosen"):
                found[step.place, name] += 1
        return dict(found)

    def seconds(self, calls: list[Told], place: str) -> dict[int, tuple[int, int, int]]:
        found: defaultdict[int, list[Step]] = defaultdict(list)
        for step in _steps(calls):
            if step.place == place and step.entry and step.seconds is not None:
                found[min(step.seconds, 120)].append(step)
        counted = {
            second: (
                sum(step.how in KEYS | {"cancelled"} or (step.how == "gave_up" and not step.silent) for step in steps),
                sum(step.how == "asked_operator" for step in steps),
                sum(step.how == "hung_up" for step in steps),
            )
            for second, steps in found.items()
        }
        return {second: counts for second, counts in counted.items() if any(counts)}

    def targets(self, calls: list[Told]) -> dict[tuple[str, str], dict[str, Any]]:
        found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        fates: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for leg in (leg for told in calls for leg in told.legs):
            whom = leg.destination, leg.dialled
            talked = leg.answered_at is not None
            rang = round((leg.answered_at - leg.started_at).total_seconds()) if leg.answered_at else 0
            talk = (leg.duration_seconds or 0) if talked else 0
            found[whom].update(attempts=1, answered=talked, ring_seconds=rang, talk_seconds=talk)
            if not talked:
                fates[whom][leg.fate or ("cancelled" if leg.status == "completed" else leg.status)] += 1
        return {whom: {**counts, "by_fate": dict(fates[whom])} for whom, counts in found.items()}


def _steps(calls: list[Told]) -> Iterable[Step]:
    return (step for told in calls for step in told.steps)
