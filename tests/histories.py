"""Random call histories, as rows of the log: what callers may do at each kind of place, and some that they may not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from calls.models import Call, Leg, Recording, Turn
from menus.flow import Flow
from tests import lines

MOMENTS: Final = [  # around both changes of the clocks in New York
    datetime(2026, 3, 8, 4, tzinfo=UTC),
    datetime(2026, 3, 9, 3, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 3, tzinfo=UTC),
    datetime(2026, 11, 2, 4, 30, tzinfo=UTC),
]
_ALWAYS: Final = {"repeated": "", "went_back": "main", "went_main": "main", "asked_operator": "desk"}
_WAYS: Final[dict[str, dict[str, str]]] = {
    "main": {
        "sales": "sales",
        "message": "mailbox",
        "news": "news",
        "more": "more",
        "clock": "clock",
        "spanish": "main",
    }
    | {"account": "account", "who": "who", "back-later": "later"},
    "more": {"sales": "sales", "news": "news", "who": "who"},
}
_PASSED: Final[dict[str, list[tuple[str, str, str]]]] = {
    "news": [("played", "", "bye"), ("played", "", "more")],
    "clock": [("open", "", "sales"), ("closed", "", "mailbox"), ("holiday", "", "bye"), ("led_nowhere", "", "desk")],
    "who": [("chosen", "vip", "more"), ("otherwise", "", "more"), ("chosen", "vip", "clock")],
    "find": [("found", "", "more"), ("not_found", "", "account"), ("failed", "", "desk")],
}


def flow(**changes: Any) -> Flow:
    more: dict[str, Any] = {
        "account": {
            "kind": "collect",
            "label": "Account",
            "prompt": {"en": "Key it."},
            "value": "account",
            "then": "find",
        },
        "find": {"kind": "lookup", "label": "Find"},
        "who": {"kind": "branch", "label": "Who", "rules": [{"key": "vip", "to": "more", "percent": 5}]},
        "later": {"kind": "callback", "label": "Call me", "then": "bye"},
    }
    return lines.office(**(more | changes))


class History:
    """One call. Times are whole seconds apart, so that no rounding decides."""

    def __init__(self, draw: Random, n: int, line_id: int, versions: list[UUID | None]) -> None:
        self.draw, self.turns, self.legs, self.messages = draw, list[Turn](), list[Leg](), list[Recording]()
        self.at = start = draw.choice(MOMENTS) + timedelta(
            seconds=draw.randint(0, 100_000), milliseconds=draw.randint(0, 999)
        )
        zone = "Europe/London" if draw.random() < 0.2 else "America/New_York"  # the line once had another
        caller = draw.choice(["", "anonymous", *(f"1202555{number:04}" for number in range(120))])
        self.call = Call(
            uuid=f"call-{n}",
            conversation=f"CON-{n}",
            line_id=line_id,
            version_id=draw.choice(versions),
            caller=caller,
            started_at=start,
            time_zone=zone,
            local_day=start.astimezone(ZoneInfo(zone)).date(),
            language="en",
        )
        self.language = "en"
        self.waits = self._turn("answered", [], "main")
        while self.waits and draw.random() < 0.85 and len(self.turns) < 12:
            self.at += timedelta(seconds=draw.choice([1, 2, 4, 5, 6, 9, 10, 11, 30, 130]))
            self._does()
        self._ends()

    def _turn(self, heard: str, visits: list[list[str]], waits: str) -> str:
        was = self.turns[-1].waits_at if self.turns else ""
        self.turns.append(
            Turn(call=self.call, n=len(self.turns), at=self.at, waited_at=was, heard=heard, language=self.language)
        )
        self.turns[-1].visits, self.turns[-1].waits_at = json.dumps(visits), waits
        return waits

    def _does(self) -> None:
        here, draw = self.waits, self.draw
        if here in ("sales", "desk"):
            return self._rings(here)
        if here == "mailbox":
            self.messages.append(Recording(uuid=f"{self.call.uuid}-m", call_uuid=self.call.uuid, received_at=self.at))
            how, option, to, heard = "recorded", "", "bye", "recorded"
        else:
            how, option, to, heard = self._chooses(here)
        if option == "spanish":
            self.language = "es"
        if draw.random() < 0.02:
            how, option, to = "over_limit", "", ""
        self.waits = self._turn(heard, *self._passes([[here, how, option, "", to]], to or "desk"))

    def _chooses(self, here: str) -> tuple[str, str, str, str]:
        draw = self.draw
        failing = draw.random()
        if failing < 0.25:
            silent = draw.random() < 0.5
            how = "gave_up" if failing < 0.05 else "no_input" if silent else "no_match"
            return how, "", here if how != "gave_up" else "desk", "silence" if silent else "keyed"
        if here == "account":
            how = draw.choice(["entered", "entered", "reentered", "cancelled"])
            return how, "", {"entered": "find", "reentered": here, "cancelled": "main"}[how], "keyed"
        if here == "later":
            return "requested", "", "bye", "keyed"
        if draw.random() < 0.4:
            how = draw.choice([*_ALWAYS])
            return how, "", _ALWAYS[how] or here, "keyed"
        option = draw.choice([*_WAYS[here]])
        return "chosen", option, _WAYS[here][option], "keyed"

    def _passes(self, visits: list[list[str]], here: str) -> tuple[list[list[str]], str]:
        while here in _PASSED:
            how, option, to = self.draw.choice(_PASSED[here])
            visits.append([here, how, option, "", to])
            here = to
        if here == "bye":
            return [*visits, ["bye", "ended", "", "", ""]], ""
        if here in ("sales", "desk"):
            visits.append([here, "ringing", "", "", ""])
            self._leg(here)
        return visits, here

    def _leg(self, here: str) -> None:
        known = self.draw.random() < 0.9
        self.legs.append(
            Leg(
                uuid=f"{self.call.uuid}-{len(self.legs)}",
                call_uuid=self.call.uuid if known else "",
                conversation=self.call.conversation,
                destination=here if known else "",
                dialled=f"44163296097{self.draw.randint(1, 3)}",
                started_at=self.at,
                status="ringing",
            )
        )

    def _rings(self, here: str) -> None:
        draw, leg = self.draw, self.legs[-1]
        if draw.random() < 0.4:
            leg.answered_at = self.at
            leg.status, leg.duration_seconds = "completed", draw.randint(5, 600)
            leg.price = Decimal(draw.randint(1, 10**6)) / 10**8
            return
        leg.status, leg.fate = draw.choice([("busy", "busy"), ("timeout", "no_answer"), ("completed", "")])
        to = here if here == "sales" and draw.random() < 0.6 else "mailbox" if here == "sales" else "bye"
        self.waits = self._turn("dialled", *self._passes([[here, "not_reached", "", "", to]], to))

    def _ends(self) -> None:
        draw, call = self.draw, self.call
        if draw.random() < 0.95:
            call.answered_at = call.started_at
        if draw.random() < 0.95:
            call.ended_at = self.at + timedelta(seconds=draw.choice([0, 3, 9, 10, 11, 60, 300]))
            call.status, call.duration_seconds = "completed", draw.randint(1, 900)
            call.price = Decimal(draw.randint(1, 10**6)) / 10**8 if draw.random() < 0.9 else None


def write(count: int, seed: int, line_id: int, versions: list[UUID | None]) -> list[str]:
    """Puts them into the log, as it stands when all news has come. Gives the calls' ids."""
    draw = Random(seed)
    made = [History(draw, n, line_id, versions) for n in range(count)]
    Call.objects.bulk_create(history.call for history in made)
    Turn.objects.bulk_create((turn for history in made for turn in history.turns), batch_size=500)
    Leg.objects.bulk_create(leg for history in made for leg in history.legs)
    Recording.objects.bulk_create({row.pk: row for history in made for row in history.messages}.values())
    return [history.call.uuid for history in made]
