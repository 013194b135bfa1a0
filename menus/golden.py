"""Golden calls: the tries that staff saved as tests of a line, played again and compared with where they must end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TypedDict
from zoneinfo import ZoneInfo

from menus.dialogue import Caller
from menus.flow import Flow
from menus.models import GoldenCall, Line
from menus.numbers import read_number
from menus.trial import Trial, play

MAX_CALLS: Final = 100
"""Golden calls of one line."""
MAX_STEPS: Final = 200
"""Things that happen in one of them."""
_MAX_LISTS: Final = 50
_MAX_SWITCHES: Final = 20
_MAX_TEXT: Final = 2000


class Result(NamedTuple):
    golden: GoldenCall
    ends_at: str
    """Key of the destination where it ended; empty: it was never at one, or could not be played."""
    fault: str = ""
    """“ended at “Reception”, expected “Voicemail””, or what could not be done; empty: it is as it must be."""

    @property
    def ok(self) -> bool:
        return not self.fault


class Given(TypedDict, total=False):
    """A golden call as Try it sends it."""

    name: str
    at: str
    caller: str
    dialled: str
    known: dict[str, Any]
    switches: list[str]
    script: list[str]
    ends_at: str


class NotGolden(ValueError):
    """It cannot be saved so; the message says why, and what to do."""


def check_golden(line: Line, flow: Flow) -> list[Result]:
    """All golden calls of the line, played on a flow."""
    return [try_golden(golden, flow) for golden in line.golden_calls.all()]


def try_golden(golden: GoldenCall, flow: Flow) -> Result:
    try:
        played = play(flow, trial_of(golden))
    except (ValueError, TypeError) as fault:
        return Result(golden, "", f"cannot be played: {str(fault).rstrip('.')}")
    if played.fault:
        return Result(golden, "", f"cannot be done any more: {played.fault.rstrip('.')}")
    if played.ends_at == golden.ends_at:
        return Result(golden, played.ends_at)
    ended, expected = name_of(flow, played.ends_at), name_of(flow, golden.ends_at)
    return Result(golden, played.ends_at, f"ended at {ended}, expected {expected}")


def trial_of(golden: GoldenCall) -> Trial:
    """What Try it can play, too."""
    known = golden.known
    caller = Caller(int(known.get("lot") or 0), tuple(known.get("lists") or ()), str(known.get("language") or ""))
    script = tuple(words for line in golden.script.splitlines() if (words := line.strip()))
    return Trial(golden.at, golden.caller, golden.dialled, caller, tuple(golden.switches), script)


def name_of(flow: Flow | None, key: str) -> str:
    if not key:
        return "the start of the call"
    here = flow.destinations.get(key) if flow else None
    return f"“{here.label}”" if here and here.label else f"“{key}”, which is not in the line any more"


# --- saving -----------------------------------------------------------------------------------------------------


def new_golden(line: Line, flow: Flow, given: Mapping[str, Any]) -> GoldenCall:
    """The call, not saved yet: it plays on the draft, and ends where it says. Raises NotGolden."""
    golden = GoldenCall(
        line=line,
        name=_text(given, "name", 200),
        at=_instant(given.get("at"), line),
        caller=_number(given, "caller"),
        dialled=_number(given, "dialled"),
        known=_known(given.get("known")),
        switches=_texts(given, "switches", _MAX_SWITCHES),
        script="\n".join(_texts(given, "script", MAX_STEPS)),
        ends_at=_text(given, "ends_at", 40),
    )
    if not golden.name:
        raise NotGolden("Give it a name, for example Sunday morning, billing → Voicemail.")
    if not golden.script:
        raise NotGolden("Nothing happens in this call; ring, and do what a caller would do.")
    result = try_golden(golden, flow)
    if not result.ok:
        raise NotGolden(
            f"The call {result.fault}. Play it again on the draft, then save it; "
            "what a look-up comes to must be answered by hand in a golden call."
        )
    return golden


def _text(given: Mapping[str, Any], name: str, longest: int) -> str:
    text = given.get(name, "")
    if not isinstance(text, str) or len(text) > longest or "\x00" in text:
        raise NotGolden(f"“{name}” is not a text of at most {longest} characters; shorten it.")
    return " ".join(text.split())


def _texts(given: Mapping[str, Any], name: str, most: int) -> list[str]:
    texts = given.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) and len(text) <= _MAX_TEXT for text in texts):
        raise NotGolden(f"“{name}” is not a list of texts.")
    if len(texts) > most:
        raise NotGolden(f"“{name}” holds {len(texts)} lines; {most} is the most. Save a shorter call.")
    return [kept for text in texts if (kept := " ".join(text.replace("\x00", "").split()))]


def _instant(at: Any, line: Line) -> datetime:
    try:
        read = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise NotGolden("The time of the call cannot be read; choose a day and an hour.") from None
    if not 1970 < read.year < 2200:
        raise NotGolden("The time of the call is too far away; choose a year near this one.")
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(line.timezone))


def _number(given: Mapping[str, Any], name: str) -> str:
    text = _text(given, name, 40)
    try:
        return read_number(text) if text else ""
    except ValueError as fault:
        raise NotGolden(str(fault)) from None


def _known(known: Any) -> dict[str, Any]:
    known = {} if known is None else known
    if not isinstance(known, dict):
        raise NotGolden("What is known of the caller cannot be read.")
    lot = known.get("lot") or 0
    if not isinstance(lot, int) or isinstance(lot, bool) or not 0 <= lot < 2**31:
        raise NotGolden("The caller's lot is not a whole number.")
    return {
        "lot": lot,
        "lists": _texts(known, "lists", _MAX_LISTS),
        "language": _text(known, "language", 20),
    }
