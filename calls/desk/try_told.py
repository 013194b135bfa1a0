"""How a call that is tried out stands, for the page: who said what, why it went where it went, what can be done now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from calls import dips, ncco, script
from calls.desk.try_call import Question, SoFar, Tried
from calls.desk.try_flows import Chosen
from calls.script import Names
from menus import words
from menus.dialogue import (
    Answered,
    Ask,
    Connect,
    Dialled,
    Dip,
    Fate,
    Hold,
    HungUp,
    Keyed,
    Outcome,
    Record,
    Recorded,
    RequestCallback,
    Say,
    Silence,
    Spoken,
    Visit,
)
from menus.doings import done, read_answer
from menus.flow import Flow, LookUp, Said
from menus.step import target_name
from menus.tryout import Doing, TakesCall, TargetHangsUp, Tryout, Turn, Waits

AS_TOLD: Final = "as told"
"""How an answer came about that stands in a script (`doings.read_answer`)."""
LATEST: Final = 40_000
"""Characters of an NCCO that are shown."""

Plain = dict[str, Any]


def answer(chosen: Chosen, tried: Tried) -> Plain:
    """What the page is told, as JSON."""
    call, names = tried.call, Names(chosen.flow)
    place = tried.ends_at if call.over else call.state.at
    turns = zip(call.turns, _hows(tried.so_far), strict=False)
    return {
        "call": tried.so_far.model_dump(mode="json"),
        "fault": tried.fault,
        "asks": _question(chosen.flow, tried.question) if tried.question else None,
        "notes": [*tried.notes, *_notes(call)],
        "turns": [_turn(turn, chosen, names, list(_explained(turn.visits, hows))) for turn, hows in turns],
        "seconds": round(sum(_seconds(said) for turn in call.turns for said in _heard(turn))),
        "ncco": _ncco(chosen, call),
        "waits": _waits(call),
        "place": {"key": place, "label": names.place(place).strip("“”") if place else ""},
        "ends_at": tried.ends_at,
        "way": [[visit.destination, visit.to] for visit in (call.turns[-1].visits if call.turns else ())],
        "over": call.over,
    }


# --- what was said and why --------------------------------------------------------------------------------------


def _turn(turn: Turn, chosen: Chosen, names: Names, visits: list[Visit]) -> Plain:
    zone = chosen.flow.zone()
    return {
        "at": f"{turn.at.astimezone(zone):%H:%M:%S}",
        "who": _who(turn.doing),
        "did": did(turn.doing),
        "words": done(turn.doing),
        "said": [_said(said, chosen.flow) for said in _heard(turn)],
        "whispered": _said(turn.whispered, chosen.flow) if turn.whispered else None,
        "why": script.led(visits, names),
        "then": then(turn, chosen.flow, names),
    }


def _heard(turn: Turn) -> Iterator[Say]:
    """By the caller."""
    return (said for said in turn.says if isinstance(said, Say))


def _said(said: Say, flow: Flow) -> Plain:
    return {
        "text": words.transcript(Said(text=said.text)) if said.text else "",
        "audio": said.audio,
        "language": said.voice.language,
        "name": flow.by_language[said.language].name,
        "seconds": round(_seconds(said), 1),
    }


def _seconds(said: Say) -> float:
    return words.lasts(said.text, said.language, said.audio, said.seconds)


def then(turn: Turn, flow: Flow, names: Names) -> list[str]:
    """What the line does after its words: waits, rings, records, ends."""
    if not turn.answered:
        return [script.THE_END] if turn.over else []
    lines = script.heard(ncco.of_turn(flow, turn), turn.state.at, names)
    return [line for line in lines if not line.startswith("hears ")]


def _hows(so_far: SoFar) -> Iterator[Iterator[str]]:
    """For each turn, how the look-ups that led to it came about: their answers stand before it in the script."""
    answers, hows = 0, iter(so_far.hows)
    for done_or_answer in so_far.script:
        if read_answer(done_or_answer) is not None:
            answers += 1
        else:
            yield iter([how for _, how in zip(range(answers), hows, strict=False)])
            answers = 0


def _explained(visits: tuple[Visit, ...], hows: Iterator[str]) -> Iterator[Visit]:
    """What the script says only in short: how a look-up came about when it was really asked."""
    for visit in visits:
        how = next(hows, "") if AS_TOLD in visit.why else ""
        yield visit._replace(why=visit.why.replace(AS_TOLD, how)) if how else visit


def _notes(call: Tryout) -> Iterator[str]:
    """What a real call would have done in the last turn, beside what is heard."""
    if not call.turns:
        return
    last = call.turns[-1]
    if any(visit.outcome is Outcome.SWITCHED for visit in last.visits):
        yield _("The switch is thrown for this call only; in a real one it would hold for all callers.")
    if any(isinstance(said, RequestCallback) for said in last.says):
        yield _("Nobody is asked to call back; after a real call the request would be listed.")


def _who(doing: Doing) -> str:
    match doing:
        case Dialled() | TakesCall() | TargetHangsUp():
            return "target"
        case Waits():
            return "time"
        case _:
            return "caller"


def did(doing: Doing) -> str:
    """In the words of the page."""
    match doing:
        case Answered():
            return _("rings")
        case Keyed(digits):
            return _("presses %(keys)s") % {"keys": digits}
        case Spoken(guesses):
            return f"“{guesses[0].text}”" if guesses else _("says something")
        case Silence():
            return _("presses nothing")
        case Recorded():
            return _("leaves a message")
        case HungUp():
            return _("hangs up")
        case TakesCall():
            return _("answers")
        case TargetHangsUp():
            return _("hangs up")
        case Dialled(fate):
            return str(_FATES[fate]())
        case Waits(seconds):
            return _("%(seconds)s seconds pass") % {"seconds": seconds}
        case _:
            return _("hears it out")


_FATES: Final = {
    Fate.NO_ANSWER: lambda: _("does not answer"),
    Fate.BUSY: lambda: _("is busy"),
    Fate.REJECTED: lambda: _("rejects the call"),
    Fate.FAILED: lambda: _("cannot be rung"),
    Fate.LEFT: lambda: _("gives the call back"),
}


# --- what can be done now ---------------------------------------------------------------------------------------


def _waits(call: Tryout) -> Plain:
    if call.over or not call.turns:
        return {"for": "over" if call.over else "nothing"}
    if call.talking:
        return {"for": "talks"}
    match call.waits:
        case Ask(seconds, keys, hash_ends, listen):
            speech = listen.language if listen else ""
            return {"for": "keys", "seconds": seconds, "max": keys, "hash": hash_ends, "speech": speech}
        case Connect(target):
            return {"for": "target", "target": target_name(target), "seconds": target.ring_seconds}
        case Record(seconds):
            return {"for": "message", "seconds": seconds}
        case _:
            return {"for": "nothing"}


def _question(flow: Flow, question: Question) -> Plain:
    dip = question.dip
    return {
        "name": look_up_name(flow, dip),
        "source": dips.source_name(dip.source),
        "given": [[name, "••••" if name in flow.sensitive else value] for name, value in dip.given.items()],
        "wanted": [fetched.value for fetched in dip.wanted],
        "do": list(question.do),
    }


def look_up_name(flow: Flow, dip: Dip) -> str:
    every = (here for here in flow.destinations.values() if isinstance(here, LookUp))
    found = (here.label for here in every if here.source == dip.source and here.values == dip.wanted)
    return next(found, dips.source_name(dip.source))


def _ncco(chosen: Chosen, call: Tryout) -> str:
    """Of the last turn in which the line said what comes next."""
    turns = [turn for turn in call.turns if turn.answered and not isinstance(call.waits, Hold)]
    if not turns:
        return ""
    return script.pretty(ncco.of_turn(chosen.flow, turns[-1], chosen.version))[:LATEST]
