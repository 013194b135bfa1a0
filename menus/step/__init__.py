"""The whole behaviour of a call: `step(flow, state, heard, at)` says what happens next. Pure; time is an argument.

From one thing the caller did to the next thing we wait for. The live webhook, the terminal phone, the checker and the
tests all use it, so that none of them can disagree with what callers hear.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from menus.dialogue import (
    NOBODY,
    Answered,
    Caller,
    Deed,
    Dialled,
    Heard,
    HungUp,
    Outcome,
    Recorded,
    Result,
    Say,
    State,
    Step,
    Switch,
)
from menus.flow import (
    MAX_DIPS,
    MAX_PASSED,
    MAX_TURNS,
    Asks,
    Branch,
    Callback,
    Collect,
    Destination,
    Flow,
    HangUp,
    Hours,
    LookUp,
    Menu,
    Message,
    SetSwitch,
    SwitchKind,
    Transfer,
    Voicemail,
)
from menus.speaker import Speaker
from menus.step import callbacks, collects, deciding, menus, talking
from menus.step.asking import house_key
from menus.step.menus import max_digits
from menus.step.talking import target_name
from menus.step.walk import Walk

__all__ = ["begin", "house_key", "max_digits", "step", "take", "target_name", "whisper"]


def begin(flow: Flow, caller: str, dialled: str, at: datetime, known: Caller = NOBODY) -> State:
    """The state of a call that rings at `at`; the first thing heard at it is `Answered`."""
    remembered = known.language if flow.remember_language_days and known.language in flow.by_language else ""
    return State(
        began=int(at.timestamp()),
        language=remembered or flow.languages[0].key,
        values={"caller": caller, "dialled": dialled},
        remembered=remembered,
        lists=tuple(sorted(flow.lists.intersection(known.lists))),
        lot=known.lot if flow.draws_lots else 0,
    )


def take(
    flow: Flow,
    state: State,
    heard: Heard,
    at: datetime,
    switches: tuple[Switch, ...],
    do: Callable[[Deed], Result],
) -> Step:
    """A whole turn: `step`, and what it wants done (`do` does it), until something is to be said or awaited."""
    taken = step(flow, state, heard, at, switches)
    deeds = 0
    while taken.says and isinstance(taken.says[-1], Deed):
        deeds += 1
        if deeds > MAX_DIPS:
            walk = _Steps(flow, taken.state, at, switches)
            walk.over_limit(f"{MAX_DIPS} look-ups in one turn")
            then = walk.done(taken.state.turn)
        else:
            then = step(flow, taken.state, do(taken.says[-1]), at, switches)
        taken = Step(then.state, taken.says[:-1] + then.says, taken.visits + then.visits)
    return taken


def step(flow: Flow, state: State, heard: Heard | Result, at: datetime, switches: tuple[Switch, ...] = ()) -> Step:
    """What we say to what we heard, where the caller then waits, and which destinations were passed on the way.

    Where it says a deed last, that has to be done, and what comes of it is the next thing heard, in the same turn.
    """
    walk = _Steps(flow, state, at, switches)
    walk.hear(heard)
    return walk.done(state.turn + (not isinstance(heard, Result)))


def whisper(flow: Flow, state: State, at: datetime) -> Say | None:
    """What the callee hears before being connected with the caller."""
    transfer = flow.destinations.get(state.at)
    if not isinstance(transfer, Transfer):
        return None
    speaker = Speaker(flow, state, at)
    speaker.say(transfer.whisper)
    said = speaker.says[0] if speaker.says else None
    return said if isinstance(said, Say) else None


class _Steps(Walk):
    """What each kind does when a call comes to it, and when something is heard there."""

    def hear(self, heard: Heard | Result) -> None:
        if isinstance(heard, Answered):
            self.say_emergency()
            return self.enter(self.flow.start, "the line")
        if isinstance(heard, HungUp):
            self.leave(Outcome.HUNG_UP)
            self.at = ""
            return None
        if why := self.past_bounds(heard):
            self.over = self.over or isinstance(heard, Dialled | Recorded)  # they rang on past every bound
            return self.over_limit(why)
        return self.hear_here(self.flow.destinations.get(self.at), heard)

    def hear_here(self, here: Destination | None, heard: Heard | Result) -> None:
        match here:
            case Menu():
                menus.hear(self, here, heard)
            case Collect():
                collects.hear(self, here, heard)
            case Callback():
                callbacks.hear(self, here, heard)
            case LookUp():
                deciding.hear_look_up(self, here, heard)
            case SetSwitch():
                deciding.hear_switch(self, here, heard)
            case Transfer():
                talking.hear_transfer(self, here, heard)
            case Voicemail():
                talking.hear_voicemail(self, here)
            case _:
                self.lost(self.at, "the call waited where nothing is asked")

    def past_bounds(self, heard: Heard | Result) -> str:
        """Why the call has gone on for too long; empty when it has not."""
        if isinstance(heard, Result):
            return ""
        turn = self.was.turn + 1
        ringing = isinstance(heard, Dialled | Recorded)
        if turn >= MAX_TURNS + (MAX_PASSED if ringing else 0):
            return f"{turn} turns in one call"
        if not ringing and self.now.timestamp() - self.was.began > self.flow.max_call_minutes * 60:
            return f"more than {self.flow.max_call_minutes} minutes in the menus"
        return ""

    def say_emergency(self) -> None:
        """Before anything else; to those whose language is not known, in every language that has words."""
        language = self.language
        for switch in self.on(SwitchKind.MESSAGE):
            for spoken in [language] if self.was.remembered else list(self.flow.by_language):
                if self.was.remembered or switch.words.get(spoken):
                    self.language = spoken
                    self.say(switch.words)
        self.language = language

    def ask(self, here: Asks, *, again: bool) -> None:
        match here:
            case Menu():
                menus.ask(self, here, again=again)
            case Collect():
                collects.ask(self, here, again=again)
            case Callback():
                callbacks.ask(self, here, again=again)

    def arrive(self, key: str, here: Destination) -> str | None:
        match here:
            case Menu():
                menus.arrive(self, key, here)
            case Collect():
                collects.arrive(self, key, here)
            case Callback():
                callbacks.arrive(self, key, here)
            case Voicemail():
                talking.record(self, here)
            case HangUp():
                self.leave(Outcome.ENDED)
                self.hang_up(here.goodbye)
            case Message():
                self.say(here.prompt, here.barge_in)
                self.leave(Outcome.PLAYED, to=here.then or "")
                return here.then or ""
            case Hours():
                return deciding.look_at_clock(self, here)
            case Branch():
                return deciding.branch(self, key, here)
            case LookUp():
                return deciding.look_up(self, here)
            case SetSwitch():
                return deciding.set_switch(self, here)
            case Transfer():
                return talking.ring(self, here)
            case _:
                assert_never(here)
        return None
