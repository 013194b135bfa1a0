"""What a caller hears at a time, and why: until the line first waits, and what each key and silence then lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from calls import callers, deeds, script
from calls.desk.try_call import NOBODY_RINGS
from calls.desk.try_flows import Chosen
from calls.desk.try_told import Plain, then
from calls.script import Names
from menus import words
from menus.dialogue import (
    Answered,
    Ask,
    Connect,
    Dialled,
    Dip,
    Failed,
    Fate,
    Held,
    Hold,
    Keyed,
    Record,
    Recorded,
    Result,
    Say,
    Silence,
    Switch,
)
from menus.flow import Menu, Said, TableSource
from menus.models import Line
from menus.tryout import Doing, TakesCall, Tryout, Turn

MOST_SILENCES: Final = 12


class Ring(NamedTuple):
    """Who rings which number, when (aware), with which switches on."""

    caller: str
    dialled: str
    at: datetime
    switches: tuple[Switch, ...] = ()


class Led(NamedTuple):
    """What one thing that is done leads to."""

    did: str
    to: str
    """Label of the destination where the call then stands; empty: it ends."""
    told: list[Plain]
    key: str = ""


class Heard(NamedTuple):
    told: list[Plain]
    stands: str
    waits: str
    then: list[Led]


def heard(line: Line, chosen: Chosen, ring: Ring) -> Heard:
    """The call from its first ring until the line waits, and one step further."""
    known = callers.known(ring.caller, NOBODY_RINGS, line.pk, chosen.flow, ring.at)
    look_up = _tables_only()

    def call() -> Tryout:
        begun = Tryout(
            chosen.flow, ring.caller, ring.dialled, ring.at, known=known, switches=ring.switches, look_up=look_up
        )
        _do(begun, Answered())
        return begun

    first = call()
    names = Names(chosen.flow)
    return Heard(
        told(first.turns, chosen, names), _place(first, names), _waits(first), list(_ways(call, chosen, names))
    )


def _tables_only() -> Callable[[Dip], Result]:
    """A page that is only looked at asks no service."""
    ask = deeds.pretend(lambda _: None)

    def look_up(dip: Dip) -> Result:
        return (
            ask(dip) if isinstance(dip.source, TableSource) else Failed(_("no service is asked here; Try it asks it"))
        )

    return look_up


def _do(call: Tryout, doing: Doing) -> None:
    call.do(doing)
    while isinstance(call.waits, Hold):
        call.do(Held())


def told(turns: Iterable[Turn], chosen: Chosen, names: Names) -> list[Plain]:
    """Each turn as reasons, words and what the line then does."""
    return [
        {
            "why": script.led(turn.visits, names),
            "said": [_said(said) for said in turn.says if isinstance(said, Say)],
            "then": then(turn, chosen.flow, names),
        }
        for turn in turns
    ]


def _said(said: Say) -> Plain:
    text = words.transcript(Said(text=said.text)) if said.text else _("the recording %(url)s") % {"url": said.audio}
    return {"text": text, "language": said.voice.language}


def _place(call: Tryout, names: Names) -> str:
    return names.place(call.state.at).strip("“”") if call.state.at and not call.over else ""


def _waits(call: Tryout) -> str:
    match call.waits:
        case Ask():
            return "keys"
        case Connect():
            return "target"
        case Record():
            return "message"
        case _:
            return ""


# --- one step further -------------------------------------------------------------------------------------------


def _ways(call: Callable[[], Tryout], chosen: Chosen, names: Names) -> Iterator[Led]:
    first = call()
    match first.waits:
        case Ask():
            menu = chosen.flow.destinations.get(first.state.at)
            for option in menu.options if isinstance(menu, Menu) else ():
                if option.enabled:
                    yield _led(call(), [Keyed(option.digits)], option.label, chosen, names)._replace(key=option.digits)
            yield _silent(call(), chosen, names)
        case Connect():
            yield _led(call(), [TakesCall()], _("They answer"), chosen, names)
            yield _led(call(), [Dialled(Fate.BUSY)], _("They are busy"), chosen, names)
            yield _led(call(), [Dialled(Fate.NO_ANSWER)], _("They do not answer"), chosen, names)
        case Record():
            yield _led(call(), [Recorded()], _("The caller leaves a message"), chosen, names)


def _led(call: Tryout, doings: list[Doing], did: str, chosen: Chosen, names: Names) -> Led:
    before = len(call.turns)
    for doing in doings:
        _do(call, doing)
    return Led(did, _place(call, names), told(call.turns[before:], chosen, names))


def _silent(call: Tryout, chosen: Chosen, names: Names) -> Led:
    """Nothing is pressed for as long as the line stays where it is."""
    before, here, times = len(call.turns), call.state.at, 0
    while times < MOST_SILENCES and isinstance(call.waits, Ask) and call.state.at == here:
        _do(call, Silence())
        times += 1
    did = ngettext("Nothing is pressed", "Nothing is pressed, %(times)s times", times) % {"times": times}
    return Led(did, _place(call, names), told(call.turns[before:], chosen, names))
