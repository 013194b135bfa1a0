"""One made-up call: listens to what the line says, and does at each place what people do there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple
from uuid import UUID

from calls import ncco, place
from calls.place import Place
from calls.simulation.mix import Mix, Weights
from calls.simulation.noise import Noise
from calls.simulation.plan import Planned
from calls.vonage.pretend import Send, Telephone
from menus import entries, words
from menus.flow import Asked, Callback, CheckDigit, Collect, Destination, Flow, Menu

MOST_TURNS: Final = 70
PRESS_SECONDS: Final = 2
BUSY_SECONDS: Final = 2
ANSWERED_AFTER: Final = (3, 15)
"""Seconds of ringing, from and to."""
HUNG_UP_AFTER: Final = (5, 20)
READ_BACK: Final[Weights] = {"1": 92, "2": 5, "hang up": 3}
ENTRY: Final[Weights] = {"entry": 86, "bad entry": 7, "silence": 3, "hang up": 4}
RINGING: Final[Weights] = {"answered": 84, "no answer": 9, "busy": 4, "hang up": 3}
RECORDING: Final[Weights] = {"message": 80, "hang up": 20}
_LISTENED: Final = 0.7
"""The share of words that can be interrupted which people hear before they press a key."""


class Played(NamedTuple):
    """How many turns a call took, and how many of its webhooks came twice, late, or out of order."""

    turns: int
    doubled: int
    late: int
    swapped: int


class SimulatedCall:
    """`flow_of` gives the flow of a version."""

    def __init__(
        self, planned: Planned, mix: Mix, dialled: str, send: Send, secret: str, flow_of: Callable[[UUID], Flow]
    ) -> None:
        self.planned, self.mix, self.flow_of = planned, mix, flow_of
        self.random = Random(f"{dialled}/{planned.key}")
        self.person = self.random.choice(mix.people) if mix.people else {}
        self.now: datetime = planned.at
        self.began: datetime = planned.at
        self.noise = Noise(send, Random(f"{planned.key}/noise"), lambda: self.now)
        self.telephone = Telephone(
            self.noise.send,
            secret,
            number=planned.caller,
            dialled=dialled,
            uuid=self._uuid(),
            conversation=f"CON-{self._uuid()}",
            clock=lambda: self.now,
        )

    def _uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def play(self) -> Played:
        """From the ring to the end. Raises what the telephone raises."""
        self.telephone.ring()
        turns = 1
        while self.telephone.waiting and turns < MOST_TURNS:
            turns += 1
            if not self._turn(self.telephone.waiting["action"]):
                break
        self._listen(1.0)
        self.telephone.hang_up(max(1, round((self.now - self.began).total_seconds())))
        self.noise.send_late()
        return Played(turns, self.noise.doubled, self.noise.late, self.noise.swapped)

    def _turn(self, kind: str) -> bool:
        """Whether the call goes on."""
        match kind:
            case "input":
                return self._answer_input()
            case "connect":
                return self._while_ringing()
            case "record":
                return self._leave_message()
            case _:
                self._listen(1.0)
                self.telephone.hear_out()
                return True

    # --- what is done ---

    def _answer_input(self) -> bool:
        here = self._here()
        destination = self.flow_of(here.version).destinations.get(here.state.at)
        doing = self._choose(self._weights(here, destination))
        if doing == "hang up":
            self._listen(0.5)
            return False
        keys = self._keys(doing, destination)
        seconds, most = self.telephone.wanted
        self._listen(_LISTENED if keys else 1.0)
        self._pass(PRESS_SECONDS if keys else seconds)
        if keys:
            self.telephone.press(keys[:most])
        else:
            self.telephone.say_nothing()
        return True

    def _here(self) -> Place:
        return place.unseal(ncco.sealed_in(json.dumps(self.telephone.waiting)))

    def _weights(self, here: Place, destination: Destination | None) -> Weights:
        state = here.state
        said = self.planned.extra.get(state.at) or self.mix.at.get(state.at)
        if state.phase and not isinstance(destination, Callback):
            return {**READ_BACK, "hang up": (said or {}).get("hang up at read back", READ_BACK["hang up"])}
        if isinstance(destination, Callback):
            return {"key": 100} if state.phase == "keying" else {"1": 80, "2": 15, "hang up": 5}
        if isinstance(destination, Collect):
            return said or ENTRY
        if isinstance(destination, Menu):
            return said or {option.digits: 1 for option in destination.options if option.enabled and option.spoken}
        return {"silence": 1}

    def _keys(self, doing: str, destination: Destination | None) -> str:
        match doing:
            case "silence":
                return ""
            case "wrong":
                taken = destination.by_digits if isinstance(destination, Menu) else {}
                return next((key for key in "87654321" if key not in taken), "8")
            case "back":
                return "*"
            case "key":
                return "2025550143#"
            case "entry" if isinstance(destination, Collect):
                return self._entry(destination)
            case "bad entry" if isinstance(destination, Collect):
                return self._ended(self._entry(destination).rstrip("#")[:-1] or "99", destination)
            case _:
                return doing

    def _entry(self, collect: Collect) -> str:
        known = self.mix.entries.get(collect.value)
        entry = self.person.get(collect.value) or (
            self.random.choice(known) if known else made_up(collect, self.random)
        )
        return self._ended(entry, collect)

    def _ended(self, entry: str, collect: Collect) -> str:
        """With the `#` that people press where the entry may be shorter."""
        return f"{entry}#" if collect.finish_on_hash and entries.longest(collect) > len(entry) else entry

    def _while_ringing(self) -> bool:
        self._listen(1.0)
        doing = self._choose(self.mix.at.get(self._here().state.at) or RINGING)
        self.telephone.target("started" if doing == "busy" else "ringing")
        match doing:
            case "no answer":
                self._pass(self.telephone.ring_seconds)
                self.telephone.target("timeout")
            case "busy":
                self._pass(BUSY_SECONDS)
                self.telephone.target("busy")
            case "hang up":
                self._ring(*HUNG_UP_AFTER)
                self.telephone.target("completed")
                return False
            case _:
                self._talk()
                return False
        return True

    def _talk(self) -> None:
        self._ring(*ANSWERED_AFTER)
        self.telephone.target("answered")
        seconds = max(10, round(self.random.lognormvariate(4.8, 0.7)))
        self._pass(seconds)
        self.telephone.target("completed", duration=str(seconds), price="0.01000000", rate="0.01000000")

    def _ring(self, least: int, most: int) -> None:
        """Some seconds, fewer than those after which it has rung out."""
        self._pass(min(self.random.randint(least, most), self.telephone.ring_seconds - 1))

    def _leave_message(self) -> bool:
        self._listen(1.0)
        if self._choose(self.mix.at.get(self._here().state.at) or RECORDING) == "hang up":
            return False
        seconds = self.random.randint(5, 60)
        self._pass(seconds)
        self.telephone.leave_message(seconds)
        return True

    # --- time and chance ---

    def _choose(self, weights: Weights) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _listen(self, share: float) -> None:
        """The words before the action at which the call stands; those that can be interrupted only in part."""
        for text, language, can_interrupt in self.telephone.words():
            seconds = words.seconds(text, language) if text else words.RECORDING_SECONDS
            self._pass(seconds * (share if can_interrupt else max(share, 0.9)))


def made_up(collect: Collect, random: Random) -> str:
    """An entry of the kind asked for, good as far as its form goes."""
    match collect.asks:
        case Asked.YES_NO:
            return "1"
        case Asked.RATING:
            return str(random.randint(collect.low or 1, collect.high or 5))
        case Asked.DATE:
            month, day, year = f"{random.randint(1, 12):02}", f"{random.randint(1, 28):02}", random.randint(1940, 2015)
            return {"mdy": f"{month}{day}{year}", "dmy": f"{day}{month}{year}", "ymd": f"{year}{month}{day}"}[
                collect.date_order
            ]
        case Asked.PHONE:
            return f"202555{random.randint(100, 199):04}"
        case _ if collect.allowed:
            return random.choice(collect.allowed).partition("-")[0]
    length = random.randint(collect.min_digits, min(collect.max_digits, collect.min_digits + 3))
    digits = "".join(str(random.randint(1, 9)) for _ in range(length))
    if collect.check_digit is CheckDigit.LUHN:
        return next(f"{digits[:-1]}{last}" for last in range(10) if entries.luhn(f"{digits[:-1]}{last}"))
    return digits
