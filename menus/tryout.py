"""A telephone without Vonage: rings a flow, does what a caller or a callee does, and keeps no record. Pure."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, assert_never

from menus import words
from menus.dialogue import (
    NOBODY,
    Answered,
    Ask,
    Caller,
    Connect,
    Deed,
    Dialled,
    Dip,
    Failed,
    Fate,
    Flip,
    Found,
    Heard,
    Held,
    Hold,
    HungUp,
    Keyed,
    Outcome,
    Record,
    Recorded,
    Result,
    Say,
    Says,
    Silence,
    Spoken,
    State,
    Switch,
    Visit,
)
from menus.flow import Flow, SwitchKind
from menus.step import begin, take, target_name, whisper

PRESS_SECONDS, MISSED_SECONDS, ANSWER_SECONDS, MESSAGE_SECONDS, TALK_SECONDS = 2, 3, 6, 8, 60


class TakesCall(NamedTuple):
    """The target answers; the two talk."""


class TargetHangsUp(NamedTuple):
    """The target ends the conversation, and with it the call."""


class Waits(NamedTuple):
    """Nothing is done for a while."""

    seconds: int


Doing = Heard | TakesCall | TargetHangsUp | Waits
"""What somebody does at a telephone of the call."""


class NotNow(ValueError):
    """It cannot be done where the call stands; the message says why, in words for staff."""


class Turn(NamedTuple):
    """One thing done, what it led to, and what was said."""

    doing: Doing
    at: datetime
    state: State
    visits: tuple[Visit, ...] = ()
    says: tuple[Says, ...] = ()
    whispered: Say | None = None
    """What the target hears on answering."""
    over: bool = False

    @property
    def answered(self) -> bool:
        """Whether the line says what comes next: not when somebody hangs up, and not while two talk."""
        return not isinstance(self.doing, TakesCall | TargetHangsUp | HungUp | Waits)


def _cannot(dip: Dip) -> Result:
    return Failed("nothing is looked up in this call")


def thrown(switches: tuple[Switch, ...], flip: Flip) -> tuple[Switch, ...]:
    """What is on after a switch was thrown, the latest first: it ends what it speaks against."""
    if flip.kind is SwitchKind.NORMAL:
        return ()
    clock = (SwitchKind.OPEN, SwitchKind.CLOSED)
    ended = (SwitchKind.MESSAGE,) if flip.kind is SwitchKind.MESSAGE else clock
    kept = (one for one in switches if one.kind not in ended or one.schedule != flip.schedule)
    return (Switch(flip.kind, flip.ends, flip.schedule, flip.words), *kept)


class Tryout:
    """One call to `flow`, at the pretended time `at` (aware).

    What it looks up comes to the first of `answers`, and when there is none, to what `look_up` says. The switches that
    it throws are on for the rest of the call, and for nobody else.
    """

    def __init__(
        self,
        flow: Flow,
        caller: str,
        dialled: str,
        at: datetime,
        *,
        known: Caller = NOBODY,
        switches: tuple[Switch, ...] = (),
        look_up: Callable[[Dip], Result] = _cannot,
    ) -> None:
        self.flow, self.caller, self.dialled, self.now = flow, caller, dialled, at
        self.state = begin(flow, caller, dialled, at, known)
        self.switches, self.look_up = switches, look_up
        self.answers: deque[Result] = deque()
        self.turns: list[Turn] = []
        self.talking = self.over = False
        self._waits: Ask | Record | Connect | Hold | None = None

    @property
    def waits(self) -> Ask | Record | Connect | Hold | None:
        """What the line waits for; None when somebody talks, or the call has not begun or is over."""
        return None if self.talking or self.over else self._waits

    def do(self, doing: Doing) -> Turn:
        """Raises NotNow."""
        if isinstance(doing, Keyed):
            doing = Keyed(self.as_sent(doing.digits))
        if why := self.why_not(doing):
            raise NotNow(why)
        self.now += timedelta(seconds=math.ceil(self._takes(doing)))
        turn = self._turn(doing)
        self.turns.append(turn)
        self.over = self.over or turn.over
        return turn

    def _turn(self, doing: Doing) -> Turn:
        match doing:
            case Waits():
                return Turn(doing, self.now, self.state)
            case TakesCall():
                return self._take_call(doing)
            case TargetHangsUp():
                return Turn(doing, self.now, self.state, over=True)
            case HungUp() if self.talking:
                return Turn(doing, self.now, self.state, over=True)
            case _:
                return self._step(doing)

    def _take_call(self, doing: TakesCall) -> Turn:
        self.talking = True
        name = target_name(self._waits.target) if isinstance(self._waits, Connect) else ""
        visit = Visit(self.state.at, Outcome.CONNECTED, why=name)
        return Turn(doing, self.now, self.state, (visit,), (), whisper(self.flow, self.state, self.now))

    def _step(self, heard: Heard) -> Turn:
        taken = take(self.flow, self.state, heard, self.now, self.switches, self.come_to)
        self.state = taken.state
        self.talking = False
        waits = [said for said in taken.says if isinstance(said, Ask | Record | Connect | Hold)]
        self._waits = waits[-1] if waits else None
        return Turn(heard, self.now, taken.state, taken.visits, taken.says, over=self._waits is None)

    def come_to(self, deed: Deed) -> Result:
        """What a look-up or a switch comes to."""
        # What a look-up finds is no answer to a switch that is thrown before it.
        if self.answers and (isinstance(deed, Dip) or isinstance(self.answers[0], Failed)):
            return self.answers.popleft()
        match deed:
            case Dip():
                return self.look_up(deed)
            case Flip():
                self.switches = thrown(self.switches, deed)
                return Found({}, "by phone")
            case _:
                assert_never(deed)

    # --- what can be done now ---

    def why_not(self, doing: Doing) -> str:
        """Why this cannot be done where the call stands; empty when it can."""
        if self.over:
            return "the call is over"
        if not self.turns:
            return "" if isinstance(doing, Answered) else "nobody has rung yet"
        match doing:
            case Answered():
                return "the caller has rung already"
            case Waits() | HungUp():
                return ""
            case TargetHangsUp():
                return "" if self.talking else "nobody talks with the caller"
            case Dialled(Fate.LEFT) if self.talking:
                return ""
            case _ if self.talking:
                return "somebody talks with the caller; either may hang up"
            case Keyed(digits) if not re.fullmatch(r"[0-9*#]+", digits):
                return f"“{digits}” cannot be pressed; keys are 0 to 9, * and #"
        return self._other_wait(doing)

    def _other_wait(self, doing: Doing) -> str:
        fits: tuple[type, ...]
        match self._waits:
            case Ask(listen=None):
                fits, why = (Keyed, Silence), "the line waits for a key"
            case Ask():
                fits, why = (Keyed, Silence, Spoken), "the line waits for a key or words"
            case Hold():
                fits, why = (Held,), "the line is about to look something up"
            case Connect(target):
                fits, why = (Dialled, TakesCall), f"{target_name(target)} is ringing, and nothing else is heard"
            case _:
                fits, why = (Recorded,), "a message is being recorded, and nothing else is heard"
        return "" if isinstance(doing, fits) else why

    def as_sent(self, keys: str) -> str:
        """As many of the keys as the telephone company sends: it stops at a finishing #, or when it has enough."""
        ask = self.waits
        if not isinstance(ask, Ask):
            return keys
        before, hash_key, _ = keys.partition("#")
        return (before + hash_key if ask.finish_on_hash else keys)[: ask.max_digits]

    # --- how long it takes ---

    def _takes(self, doing: Doing) -> float:
        """Seconds since what was done before: the words in between, and what people need to do it."""
        heard = sum(_seconds(said) for said in self.turns[-1].says if isinstance(said, Say)) if self.turns else 0.0
        match doing:
            case Answered():
                return 0
            case Waits(seconds):
                return seconds
            case TargetHangsUp():
                return TALK_SECONDS
            case HungUp() if self.talking:
                return TALK_SECONDS
            case TakesCall():
                return heard + ANSWER_SECONDS
            case Silence() if isinstance(self._waits, Ask):
                return heard + self._waits.seconds
            case Recorded():
                return heard + MESSAGE_SECONDS
            case Held():
                return heard
            case Dialled(Fate.NO_ANSWER) if isinstance(self._waits, Connect):
                return heard + self._waits.target.ring_seconds
            case Dialled():
                return heard + MISSED_SECONDS
        return heard + PRESS_SECONDS


def _seconds(said: Say) -> float:
    return words.lasts(said.text, said.language, said.audio, said.seconds)
