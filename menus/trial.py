"""A call written down to be tried: when, from whom, and what happens. Try it and golden calls play them. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from menus.dialogue import NOBODY, Caller, Dip, Failed, Found, Locked, NotFound, Result
from menus.doings import read_answer, read_doing, read_switch
from menus.flow import Flow
from menus.tryout import Doing, NotNow, Tryout


class Trial(NamedTuple):
    at: datetime
    """The pretended time, aware."""
    caller: str
    dialled: str
    known: Caller = NOBODY
    switches: tuple[str, ...] = ()
    """What is on, as `doings.read_switch` reads it, in the line's time zone."""
    script: tuple[str, ...] = ()
    """What happens, one thing each, as `doings.read_doing` and `doings.read_answer` read it."""


class Played(NamedTuple):
    call: Tryout
    fault: str = ""
    """What could not be done, and why, in words for staff; the rest of the script was left out."""

    @property
    def ends_at(self) -> str:
        """Key of the destination where the call stands, or ended; empty: it was never at one."""
        visits = [visit for turn in self.call.turns for visit in turn.visits]
        return (visits[-1].to or visits[-1].destination) if visits else ""


def play(flow: Flow, trial: Trial, look_up: Callable[[Dip], Result] | None = None) -> Played:
    """Do what the trial does. Raises ValueError, in words for staff, when a switch of it cannot be read."""
    switches = tuple(read_switch(text, ZoneInfo(flow.timezone)) for text in trial.switches)
    more = {"look_up": look_up} if look_up else {}
    call = Tryout(flow, trial.caller, trial.dialled, trial.at, known=trial.known, switches=switches, **more)
    for number, words in enumerate(trial.script, 1):
        try:
            _do(call, words)
        except (NotNow, ValueError) as fault:
            return Played(call, f"{number}. {words}: {fault}.")
    return Played(call)


def _do(call: Tryout, words: str) -> None:
    match _read(words):
        case None:
            raise ValueError("this is nothing that happens in a call")
        case Found() | NotFound() | Failed() | Locked() as answer:
            call.answers.append(answer)
        case doing:
            call.do(doing)


def _read(words: str) -> Doing | Result | None:
    doing = read_doing(words)
    return read_answer(words) if doing is None else doing
