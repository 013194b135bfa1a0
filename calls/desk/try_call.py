"""A call that is tried out: begun as the page says, and played anew from its first ring for each thing done.

Nothing is kept between two requests, and nothing is written down: the page holds the call, as a Trial.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from calls import callers, deeds
from calls.desk.strip_page import thrown
from calls.desk.try_flows import Chosen
from menus.admin.until import Moment, read_wall
from menus.dialogue import LOTS, Caller, Dip, Failed, Found, Hold, Locked, NotFound, Result, Switch
from menus.doings import answered, done, switched
from menus.flow import Flow, Prompt, Said, SwitchKind
from menus.models import Line
from menus.numbers import read_number
from menus.trial import Played, Trial, play
from menus.tryout import Tryout

MOST: Final = 200
"""Things done in one try."""
PRETENDED: Final = timedelta(hours=12)
"""How long a pretended switch is on, from the beginning of the call."""
HEARD_OUT: Final = "caller hears it out"
NOBODY_RINGS: Final = "try-a-call"

Short = Annotated[str, StringConstraints(max_length=60)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Key = Annotated[str, StringConstraints(max_length=100)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class KnownOf(_Part):
    lot: int = Field(0, ge=0, lt=LOTS)
    lists: tuple[Key, ...] = Field((), max_length=100)
    language: Short = ""


class SoFar(_Part):
    """The call up to now, as the page keeps it: a Trial, and how its look-ups came about."""

    at: AwareDatetime
    caller: Short = ""
    dialled: Short = ""
    known: KnownOf = KnownOf()
    switches: tuple[Words, ...] = Field((), max_length=50)
    script: tuple[Words, ...] = Field((), max_length=MOST)
    hows: tuple[Words, ...] = Field((), max_length=MOST)

    def trial(self, script: Sequence[str] | None = None) -> Trial:
        known = Caller(self.known.lot, self.known.lists, self.known.language)
        so_far = self.script if script is None else tuple(script)
        return Trial(self.at, self.caller, self.dialled, known, self.switches, so_far)


class Setup(_Part):
    """What the page says before the call."""

    date: Short = ""
    time: Short = ""
    caller: Short = ""
    dialled: Short = ""
    lists: tuple[Key, ...] | None = Field(None, max_length=100)
    """None: those that the caller is really on."""
    language: Short | None = None
    """None: the one that is really remembered; empty: none is."""
    switches: Literal["now", "none", "open", "closed", "message"] = "now"
    message: Words = ""


class Answer(_Part):
    """What a look-up comes to, by hand."""

    kind: Literal["found", "nothing", "fails", "locked"]
    values: dict[Key, Key] = Field(default_factory=dict, max_length=20)

    @property
    def result(self) -> Result:
        match self.kind:
            case "found":
                return Found(self.values)
            case "nothing":
                return NotFound()
            case "fails":
                return Failed("")
            case "locked":
                return Locked()


class Asked(_Part):
    """A request of the page: begin a call (`setup`), or do something in one (`call`, `do`)."""

    which: Short = "draft"
    by_hand: bool = False
    setup: Setup | None = None
    call: SoFar | None = None
    do: tuple[Words, ...] = Field((), max_length=20)
    """What happens next; answers to look-ups stand before what leads to them."""
    answer: Answer | None = None
    """To the look-up that the last of `do` leads to."""


class Question(NamedTuple):
    """A look-up that is to be answered by hand."""

    dip: Dip
    do: tuple[str, ...]
    """What leads to it, to be done again with the answer."""


class Tried(NamedTuple):
    """How the call stands."""

    so_far: SoFar
    call: Tryout
    ends_at: str = ""
    fault: str = ""
    question: Question | None = None
    notes: tuple[str, ...] = ()
    """What a real call would do beside what the caller hears."""


# --- beginning --------------------------------------------------------------------------------------------------


def begin(line: Line, flow: Flow, setup: Setup) -> SoFar:
    """Raises ValueError, in words for staff."""
    at = time_of(flow.zone(), setup.date, setup.time).at
    caller = read_number(setup.caller) if setup.caller.strip() else ""
    dialled = read_number(setup.dialled) if setup.dialled.strip() else ""
    known = callers.known(caller, NOBODY_RINGS, line.pk, flow, at)
    lists = known.lists if setup.lists is None else setup.lists
    language = known.language if setup.language is None else setup.language
    return SoFar(
        at=at.astimezone(flow.zone()),
        caller=caller,
        dialled=dialled,
        known=KnownOf(lot=known.lot, lists=lists, language=language),
        switches=tuple(switched(one, flow.zone()) for one in _switches(line, flow, setup, at)),
    )


def time_of(zone: ZoneInfo, date: str, time: str) -> Moment:
    """The instant that is meant; both left out: now. Raises ValueError, in words for staff."""
    now = timezone.now().astimezone(zone).replace(microsecond=0)
    if not (date.strip() or time.strip()):
        return Moment(now, twice=False)
    try:
        wall = datetime.fromisoformat(f"{date.strip() or f'{now:%Y-%m-%d}'}T{time.strip() or f'{now:%H:%M}'}")
    except ValueError:
        raise ValueError(_("This is no date and time; choose a date like 2026-12-25 and a time like 09:10.")) from None
    if wall.tzinfo or not 1971 <= wall.year <= 2999:
        raise ValueError(_("This date cannot be tried; choose one between the years 1971 and 2999."))
    return read_wall(wall, zone)


def _switches(line: Line, flow: Flow, setup: Setup, at: datetime) -> tuple[Switch, ...]:
    ends = (at + PRETENDED).timestamp()
    match setup.switches:
        case "now":
            now = timezone.now()
            return tuple(one.switch for _row, one in thrown(line, now, now + PRETENDED) if one.holds(now))
        case "none":
            return ()
        case "message":
            if not setup.message.strip():
                raise ValueError(_("The emergency message has no words yet; write what callers are to hear."))
            words = Prompt({flow.languages[0].key: Said(text=setup.message.strip())})
            return (Switch(SwitchKind.MESSAGE, ends, "", words),)
        case kind:
            return (Switch(SwitchKind(kind), ends),)


# --- going on ---------------------------------------------------------------------------------------------------


class _NotAnswered(Exception):
    """A look-up waits to be answered by hand."""

    def __init__(self, dip: Dip) -> None:
        self.dip = dip


class _LookUps:
    """What the look-ups of what is done now come to: asked for, or left to be answered by hand."""

    def __init__(self, by_hand: bool) -> None:
        self.by_hand = by_hand
        self.came: list[Result] = []
        self.notes: list[str] = []
        self.ask = deeds.pretend(self.notes.append)

    def __call__(self, dip: Dip) -> Result:
        if self.by_hand:
            raise _NotAnswered(dip)
        self.came.append(self.ask(dip))
        return self.came[-1]


def go_on(chosen: Chosen, so_far: SoFar, do: Sequence[str], by_hand: bool, answer: Answer | None = None) -> Tried:
    """Play what was done so far, then do `do`; what nobody decides (words before a look-up) follows by itself.

    Raises ValueError when what was done so far cannot be read.
    """
    if not do:
        return _stands(chosen, so_far)
    if answer:
        do = (*do[:-1], answered(answer.result), do[-1])
        so_far = so_far.model_copy(update={"hows": (*so_far.hows, _("answered by hand"))})
    tried = _done(chosen, so_far, tuple(do), by_hand)
    while not (tried.fault or tried.question) and isinstance(tried.call.waits, Hold):
        tried = _done(chosen, tried.so_far, (HEARD_OUT,), by_hand, tried.notes)
    return tried


def _done(chosen: Chosen, so_far: SoFar, do: tuple[str, ...], by_hand: bool, notes: tuple[str, ...] = ()) -> Tried:
    if len(so_far.script) + len(do) > MOST:
        return _stands(chosen, so_far, _("So much happens in no call; begin again from the start."))
    look_up = _LookUps(by_hand)
    try:
        played = play(chosen.flow, so_far.trial((*so_far.script, *do)), look_up)
    except _NotAnswered as waiting:
        return _stands(chosen, so_far)._replace(question=Question(waiting.dip, do), notes=notes)
    if played.fault:
        return _stands(chosen, so_far, _said(played))
    came = [answered(one) for one in look_up.came]
    then = so_far.model_copy(
        update={
            "script": (*so_far.script, *do[:-1], *came, _as_done(played, do[-1])),
            "hows": (*so_far.hows, *(getattr(one, "how", "") for one in look_up.came)),
        }
    )
    return Tried(then, played.call, played.ends_at, notes=(*notes, *look_up.notes))


def _as_done(played: Played, words: str) -> str:
    """Of keys those that the line takes."""
    return done(played.call.turns[-1].doing) if words.startswith("caller presses ") else words


def _said(played: Played) -> str:
    """The fault without its place in the script, which the page does not show."""
    words = played.fault.partition(". ")[2] or played.fault
    return words[0].upper() + words[1:]


def _stands(chosen: Chosen, so_far: SoFar, fault: str = "") -> Tried:
    played = play(chosen.flow, so_far.trial())
    return Tried(so_far, played.call, played.ends_at, fault or (_said(played) if played.fault else ""))
