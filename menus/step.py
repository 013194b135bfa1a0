"""The whole behaviour of a call: `step(flow, state, heard, at)` says what happens next. Pure; time is an argument.

From one thing the caller did to the next thing we wait for. The live webhook, the terminal phone, the checker and the
tests all use it, so that none of them can disagree with what callers hear.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from menus import hours, words
from menus.dialogue import (
    TRAIL_KEPT,
    Answered,
    Ask,
    Connect,
    Dialled,
    Fate,
    HangUp,
    Heard,
    HungUp,
    Keyed,
    Outcome,
    Record,
    Recorded,
    Say,
    Spoken,
    State,
    Step,
    Visit,
)
from menus.flow import (
    MAX_PASSED,
    MAX_TURNS,
    Destination,
    Flow,
    HouseKey,
    Menu,
    Message,
    Option,
    PhoneTarget,
    Prompt,
    Retry,
    Target,
    Transfer,
    Voicemail,
)
from menus.flow import HangUp as HangUpHere
from menus.flow import Hours as HoursHere
from menus.hours import Opening
from menus.speaker import Speaker


def begin(flow: Flow, caller: str, dialled: str, at: datetime) -> State:
    """The state of a call that rings at `at`; the first thing heard at it is `Answered`."""
    return State(
        began=int(at.timestamp()),
        language=flow.languages[0].key,
        values={"caller": caller, "dialled": dialled},
    )


def step(flow: Flow, state: State, heard: Heard, at: datetime) -> Step:
    """What we say to what we heard, where the caller then waits, and which destinations were passed on the way."""
    walk = _Walk(flow, state, at)
    walk.hear(heard)
    return walk.done()


def whisper(flow: Flow, state: State, at: datetime) -> Say | None:
    """What the callee hears before being connected with the caller."""
    transfer = flow.destinations.get(state.at)
    if not isinstance(transfer, Transfer):
        return None
    speaker = Speaker(flow, state, at)
    speaker.say(transfer.whisper)
    said = speaker.says[0] if speaker.says else None
    return said if isinstance(said, Say) else None


class _Walk(Speaker):
    """One step being taken: the state as it changes, and what is said and passed so far."""

    def __init__(self, flow: Flow, state: State, at: datetime) -> None:
        super().__init__(flow, state, at)
        self.was = state
        self.at = state.at
        self.no_input = state.no_input
        self.no_match = state.no_match
        self.target = state.target
        self.over = state.over
        self.trail = state.trail
        self.greeted = state.greeted
        self.came = state.at
        self.visits: list[Visit] = []

    def done(self) -> Step:
        state = State(
            self.was.began,
            self.was.turn + 1,
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
        )
        return Step(state, tuple(self.says), tuple(self.visits))

    # --- what was heard, at the place where the caller waits ---

    def hear(self, heard: Heard) -> None:
        if isinstance(heard, Answered):
            return self.enter(self.flow.start, "the line")
        if isinstance(heard, HungUp):
            self.leave(Outcome.HUNG_UP)
            self.at = ""
            return None
        if why := self.past_bounds(heard):
            self.over = self.over or isinstance(heard, Dialled | Recorded)  # they rang on past every bound
            return self.over_limit(why)
        here = self.flow.destinations.get(self.at)
        match here:
            case Menu():
                self.hear_at_menu(here, heard)
            case Transfer():
                self.hear_at_transfer(here, heard)
            case Voicemail() if here.then:
                self.follow(here.then, Outcome.RECORDED)
            case Voicemail():
                self.leave(Outcome.RECORDED)
                self.hang_up()
            case _:
                self.lost(self.at, "the call waited where nothing is asked")
        return None

    def past_bounds(self, heard: Heard) -> str:
        """Why the call has gone on for too long; empty when it has not."""
        turn = self.was.turn + 1
        ringing = isinstance(heard, Dialled | Recorded)
        if turn >= MAX_TURNS + (MAX_PASSED if ringing else 0):
            return f"{turn} turns in one call"
        if not ringing and self.now.timestamp() - self.was.began > self.flow.max_call_minutes * 60:
            return f"more than {self.flow.max_call_minutes} minutes in the menus"
        return ""

    def hear_at_menu(self, menu: Menu, heard: Heard) -> None:
        match heard:
            case Keyed(digits) if digits:
                self.keyed(menu, digits)
            case Spoken(phrases) if phrases:
                self.fail(menu, menu.no_match, Outcome.NO_MATCH)
            case _:
                self.fail(menu, menu.no_input, Outcome.NO_INPUT)

    def keyed(self, menu: Menu, digits: str) -> None:
        """An option first, then the line's own keys; a `#` that only ends the entry is no part of it."""
        shorter = digits[:-1] if digits[-1] == "#" else ""
        for keyed in (digits, shorter):
            if option := menu.by_digits.get(keyed):
                return self.choose(option)
        for keyed in (digits, shorter):
            if house := house_key(self.flow, menu, keyed):
                return self.use_house_key(menu, house)
        return self.fail(menu, menu.no_match, Outcome.NO_MATCH)

    def choose(self, option: Option) -> None:
        self.values = self.values | {"pressed": option.digits}
        if option.language in self.flow.by_language:
            self.language = option.language or self.language
        self.follow(option.to, Outcome.CHOSEN, option.key)

    def use_house_key(self, menu: Menu, key: HouseKey) -> None:
        match key:
            case HouseKey.REPEAT:
                self.leave(Outcome.REPEATED, to=self.at)
                self.ask(self.at, menu)
            case HouseKey.BACK:
                back = self.trail[-1] if self.trail else self.at
                self.trail, self.came = self.trail[:-1], ""
                self.follow(back, Outcome.WENT_BACK)
            case HouseKey.MAIN:
                self.trail, self.came = (), ""
                self.follow(self.flow.main or self.flow.start, Outcome.WENT_MAIN)
            case HouseKey.OPERATOR:
                self.follow(self.flow.operator, Outcome.ASKED_OPERATOR)
            case _:
                assert_never(key)

    def fail(self, menu: Menu, retry: Retry, outcome: Outcome) -> None:
        """Nothing keyed, or a wrong key: say so and ask again, or go where used-up tries lead."""
        if outcome is Outcome.NO_INPUT:
            self.no_input += 1
            failed = self.no_input
        else:
            self.no_match += 1
            failed = self.no_match
        used_up = failed >= retry.tries
        if used_up or self.no_input + self.no_match >= menu.max_failures:
            self.sorry(retry.last or retry.second or retry.first, outcome, menu.barge_in)
            return self.give_up(retry.then if used_up else menu.failures_then, failed, outcome)
        self.sorry(retry.first if failed == 1 else retry.second or retry.first, outcome, menu.barge_in)
        self.leave(outcome, to=self.at)
        return self.ask(self.at, menu, again=True)

    def sorry(self, prompt: Prompt, outcome: Outcome, barge_in: bool) -> None:
        if not self.say(prompt, barge_in):
            self.say_phrase(f"sorry_{outcome}", barge_in)

    def give_up(self, then: str | None, failed: int, outcome: Outcome) -> None:
        what = "nothing was keyed" if outcome is Outcome.NO_INPUT else "a wrong key was pressed"
        why = f"{what} {failed} times" if failed > 1 else what
        here = self.at
        then = then or (self.flow.operator if self.flow.operator != here else None)
        self.leave(Outcome.GAVE_UP, why=why, to=then or "")
        if then:
            self.enter(then, here)
        else:
            self.hang_up()

    def hear_at_transfer(self, transfer: Transfer, heard: Heard) -> None:
        fate = heard.fate if isinstance(heard, Dialled) else Fate.NO_ANSWER
        here = self.at
        rung = transfer.targets[self.target : self.target + 1]
        why = f"{target_name(rung[0])}: {fate.replace('_', ' ')}" if rung else fate.replace("_", " ")
        self.target += 1
        if fate is Fate.LEFT:  # they have talked: nobody else is to be rung
            return self.follow(transfer.last_resort, Outcome.CONNECTED, why=why)
        if self.target < len(transfer.targets):
            self.leave(Outcome.NOT_REACHED, why=why, to=here)
            return self.connect(here, transfer)
        return self.follow(transfer.last_resort, Outcome.NOT_REACHED, why=why)

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
            arrived = self.arrive(key, here)
            if arrived is None:
                return None
            source, key = key, arrived or None
        self.at = source
        return self.over_limit(f"{MAX_PASSED} destinations in one step")

    def arrive(self, key: str, here: Destination) -> str | None:
        """Do what the destination does. Gives the key of the next one; None when the call waits or is over."""
        self.at = key
        match here:
            case Menu():
                self.no_input = self.no_match = 0
                self.remember_way(key)
                self.ask(key, here)
                return None
            case Message():
                self.say(here.prompt, here.barge_in)
                self.leave(Outcome.PLAYED, to=here.then or "")
                return here.then or ""
            case HoursHere():
                return self.look_at_clock(here)
            case Transfer():
                self.say(here.prompt)
                self.target = 0
                if not here.targets:
                    return here.last_resort or ""
                self.connect(key, here)
                return None
            case Voicemail():
                self.say(here.prompt)
                self.says.append(Record(here.max_seconds, here.silence_seconds, here.finish_key, here.beep))
                return None
            case HangUpHere():
                self.leave(Outcome.ENDED)
                self.hang_up(here.goodbye)
                return None
            case _:
                assert_never(here)

    def look_at_clock(self, here: HoursHere) -> str:
        schedule = self.flow.schedules.get(here.schedule or "")
        if schedule is None:
            self.leave(Outcome.LED_NOWHERE, why="it has no schedule", to=here.closed or "")
            return here.closed or ""
        self.schedule = here.schedule or ""
        opening, why, holiday = hours.status(schedule, self.flow.zone(schedule), self.now)
        match opening:
            case Opening.OPEN:
                outcome, to = Outcome.OPEN, here.open
            case Opening.CLOSED:
                outcome, to = Outcome.CLOSED, here.closed
            case Opening.HOLIDAY:
                outcome, to = Outcome.HOLIDAY, here.holiday or here.closed
                if holiday:
                    self.say(holiday.words)
            case _:
                assert_never(opening)
        self.leave(outcome, why=why, to=to or "")
        return to or ""

    def connect(self, key: str, transfer: Transfer) -> None:
        target = transfer.targets[self.target]
        self.at = key
        self.leave(Outcome.RINGING, why=target_name(target))
        self.says.append(
            Connect(
                target,
                transfer.caller_id or self.values.get("dialled", ""),
                transfer.max_minutes * 60,
                transfer.ringback,
                bool(transfer.whisper),
            )
        )

    def ask(self, key: str, menu: Menu, *, again: bool = False) -> None:
        self.at = key
        if menu.greeting and key not in self.greeted:
            self.greeted = (*self.greeted, key)[-TRAIL_KEPT:]
            self.say(menu.greeting)
        prompt = (menu.short_prompt if again else None) or menu.prompt
        if not self.say(prompt, menu.barge_in):
            text, language = words.composed(self.flow, key, menu, self.language)
            self.speak(text, language.key, menu.barge_in)
        self.says.append(Ask(menu.wait_seconds, max_digits(self.flow, menu), menu.finish_on_hash))

    def remember_way(self, key: str) -> None:
        """The back key leads through the menus passed; a menu met again cuts the way short."""
        if self.came and self.came != key and isinstance(self.flow.destinations.get(self.came), Menu):
            self.trail = (*self.trail, self.came)[-TRAIL_KEPT:]
        if key in self.trail:
            self.trail = self.trail[: self.trail.index(key)]

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
        self.at = ""


def house_key(flow: Flow, menu: Menu, digits: str) -> HouseKey | None:
    """Which of the line's own keys `digits` is in this menu. The operator key needs an operator to lead to."""
    for key in HouseKey:
        if digits and getattr(flow.house_keys, key.value) == digits and key not in menu.without:
            return None if key is HouseKey.OPERATOR and not flow.operator else key
    return None


def max_digits(flow: Flow, menu: Menu) -> int:
    """As many keys as the longest choice has, and one more where `#` may end the entry. Never set by staff."""
    longest = max((len(digits) for digits in menu.by_digits), default=1)
    return min(longest + menu.finish_on_hash, 20)


def target_name(target: Target) -> str:
    """A target as staff know it: its label, else its address."""
    if target.label:
        return target.label
    match target:
        case PhoneTarget():
            return f"+{target.number}"
        case _:
            return str(getattr(target, "uri", "") or getattr(target, "user", "") or getattr(target, "extension", ""))
