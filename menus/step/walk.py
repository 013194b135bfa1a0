"""One step being taken: the state as it changes, what is said and passed so far, and how a call goes on and ends."""

from __future__ import annotations

from datetime import datetime

from menus.dialogue import TRAIL_KEPT, HangUp, Outcome, State, Step, Switch, Visit
from menus.flow import MAX_PASSED, Asks, Destination, Flow, Menu, Prompt
from menus.speaker import Speaker


class Walk(Speaker):
    """What each kind of destination does to it is in the modules beside this one; `Steps` joins them."""

    def __init__(self, flow: Flow, state: State, at: datetime, switches: tuple[Switch, ...] = ()) -> None:
        super().__init__(flow, state, at, switches)
        self.was = state
        self.at = state.at
        self.no_input = state.no_input
        self.no_match = state.no_match
        self.target = state.target
        self.over = state.over
        self.trail = state.trail
        self.greeted = state.greeted
        self.phase = state.phase
        self.waited = state.waited
        self.entry = state.entry
        self.asked = state.asked
        self.pins = state.pins
        self.came = state.at
        self.ahead = ""
        """Keys that were pressed ahead, for the menus to come."""
        self.visits: list[Visit] = []

    def done(self, turn: int) -> Step:
        was = self.was
        state = State(
            was.began,
            turn,
            self.at,
            self.language,
            self.no_input,
            self.no_match,
            self.target,
            self.over,
            self.schedule,
            self.trail,
            self.greeted,
            self.values,
            self.phase,
            self.waited,
            self.entry,
            self.asked,
            self.pins,
            was.remembered,
            was.lists,
            was.lot,
        )
        return Step(state, tuple(self.says), tuple(self.visits))

    # --- what each kind does: see `Steps` ---

    def arrive(self, key: str, here: Destination) -> str | None:
        """Do what the destination does. Gives the key of the next one; None when the call waits or is over."""
        raise NotImplementedError

    def ask(self, here: Asks, *, again: bool) -> None:
        """Say what is asked where the caller is, and wait."""
        raise NotImplementedError

    # --- on the way ---

    def leave(self, outcome: Outcome, option: str = "", why: str = "", to: str = "") -> None:
        self.visits.append(Visit(self.at, outcome, option, why, to))

    def follow(self, to: str | None, outcome: Outcome, option: str = "", why: str = "") -> None:
        """Leave the place where the caller waited, and go on to `to`."""
        here = self.at
        self.leave(outcome, option, why, to or "")
        self.enter(to, here)

    def enter(self, key: str | None, source: str) -> None:
        """Pass destinations until one waits for the caller, or the call ends."""
        for _ in range(MAX_PASSED):
            here = self.flow.destinations.get(key) if key else None
            if key is None or here is None:
                return self.lost(source, f"it leads to “{key}”, which is not there" if key else "it leads nowhere")
            self.phase, self.waited, self.entry, self.asked = "", 0, "", 0
            self.at = key
            arrived = self.arrive(key, here)
            if arrived is None:
                return None
            source, key = key, arrived or None
        self.at = source
        return self.over_limit(f"{MAX_PASSED} destinations in one step")

    def begin_asking(self, key: str) -> None:
        """Tries begin anew. The back key leads through the menus passed; a menu met again cuts the way short."""
        self.no_input = self.no_match = 0
        if self.came and self.came != key and isinstance(self.flow.destinations.get(self.came), Menu):
            self.trail = (*self.trail, self.came)[-TRAIL_KEPT:]
        if key in self.trail:
            self.trail = self.trail[: self.trail.index(key)]

    def back(self, outcome: Outcome) -> None:
        back = self.trail[-1] if self.trail else self.at
        self.trail, self.came = self.trail[:-1], ""
        self.follow(back, outcome)

    # --- the ends ---

    def lost(self, source: str, why: str) -> None:
        """The flow leads nowhere (the check should have caught it): say so, and save the caller."""
        self.at = source if source in self.flow.destinations else ""
        self.leave(Outcome.LED_NOWHERE, why=why)
        self.say_phrase("trouble")
        self.resort()

    def over_limit(self, why: str) -> None:
        self.leave(Outcome.OVER_LIMIT, why=why)
        self.resort()

    def resort(self) -> None:
        """The operator, once; after that a goodbye."""
        if self.flow.operator and not self.over:
            self.over = True
            return self.enter(self.flow.operator, "the operator")
        return self.hang_up()

    def hang_up(self, prompt: Prompt | None = None) -> None:
        if not self.say(prompt or Prompt()):
            self.say_phrase("goodbye")
        self.says.append(HangUp())
        self.at = self.phase = self.entry = ""
