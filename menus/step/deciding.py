"""What goes on without asking the caller: opening hours, branches, look-ups, switches."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import assert_never

from menus import words
from menus.dialogue import Dip, Failed, Flip, Found, Heard, Hold, Locked, NotFound, Outcome, Result
from menus.flow import (
    MAX_FOUND_BYTES,
    MAX_PINS,
    MAX_VALUE,
    Branch,
    Hours,
    HttpSource,
    LookUp,
    Opening,
    Rule,
    SetSwitch,
    SwitchKind,
    TableSource,
)
from menus.step.walk import Walk

# --- opening hours ----------------------------------------------------------------------------------------------


def look_at_clock(walk: Walk, here: Hours) -> str:
    if here.schedule not in walk.flow.schedules:
        walk.leave(Outcome.LED_NOWHERE, why="it has no schedule", to=here.closed or "")
        return here.closed or ""
    walk.schedule = here.schedule or ""
    opening, why, holiday = walk.opening(walk.schedule)
    match opening:
        case Opening.OPEN:
            outcome, to = Outcome.OPEN, here.open
        case Opening.CLOSED:
            outcome, to = Outcome.CLOSED, here.closed
        case Opening.HOLIDAY:
            outcome, to = Outcome.HOLIDAY, here.holiday or here.closed
            if holiday:
                walk.say(holiday.words)
        case _:
            assert_never(opening)
    walk.leave(outcome, why=why, to=to or "")
    return to or ""


# --- branch -----------------------------------------------------------------------------------------------------


def branch(walk: Walk, key: str, here: Branch) -> str:
    share = 0
    for rule in here.rules:
        low, share = share, share + (rule.percent or 0)
        if _holds(walk, rule, key, low):
            walk.leave(Outcome.CHOSEN, rule.key, to=rule.to or "")
            return rule.to or ""
    walk.leave(Outcome.OTHERWISE, to=here.otherwise or "")
    return here.otherwise or ""


def _holds(walk: Walk, rule: Rule, key: str, low: int) -> bool:
    values = walk.values
    caller = values.get("caller", "").removeprefix("+")
    if not rule.names_something:
        return False
    return (
        (rule.value is None or _value_holds(rule, values.get(rule.value)))
        and (not rule.lists or any(name in walk.was.lists for name in rule.lists))
        and (not rule.prefixes or any(caller.startswith(prefix.removeprefix("+")) for prefix in rule.prefixes))
        and (not rule.dialled or values.get("dialled", "") in rule.dialled)
        and (not rule.languages or walk.language in rule.languages)
        and (rule.schedule is None or _is_so(walk, rule.schedule, rule.opening))
        and (rule.percent is None or low * 100 <= lot(walk.was.lot, key) < (low + rule.percent) * 100)
    )


def _is_so(walk: Walk, schedule: str, wanted: Opening) -> bool:
    opening = walk.opening(schedule).opening if schedule in walk.flow.schedules else Opening.CLOSED
    return opening is wanted or (wanted is Opening.CLOSED and opening is Opening.HOLIDAY)


def lot(caller: int, branch: str) -> int:
    """The caller's place from 0 to 9,999, another one in each branch, the same in each call."""
    digest = sha256(f"{branch}/{caller}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 10_000


def _value_holds(rule: Rule, value: str | None) -> bool:
    if value is None:
        return False
    if rule.equals and value.casefold() not in (one.casefold() for one in rule.equals):
        return False
    if rule.pattern and not fnmatchcase(value.casefold(), rule.pattern.casefold().replace("[", "[[]")):
        return False
    return (not rule.low or not_above(rule.low, value)) and (not rule.high or not_above(value, rule.high))


def not_above(low: str, high: str) -> bool:
    """Numbers by what they are worth; dates (ISO 8601) and other text by their letters."""
    try:
        return Decimal(low) <= Decimal(high)
    except InvalidOperation:
        return low.casefold() <= high.casefold()


# --- look-up ----------------------------------------------------------------------------------------------------


def look_up(walk: Walk, here: LookUp) -> str | None:
    if here.source is None:
        walk.leave(Outcome.FAILED, why="it asks neither a table nor a service", to=here.failed or "")
        return here.failed or ""
    if walk.pins >= MAX_PINS and walk.flow.pins.intersection(templated(here.source)):
        return _locked(walk, here)
    if isinstance(here.source, HttpSource) and walk.say(here.hold):
        walk.says.append(Hold())
        return None
    _dip(walk, here, here.source)
    return None


def _dip(walk: Walk, here: LookUp, source: TableSource | HttpSource) -> None:
    known = walk.values | {"language": walk.language}
    given = {name: known.get(name, "") for name in templated(source)}
    pins = tuple(sorted(walk.flow.pins.intersection(given)))
    walk.says.append(Dip(source, given, here.values, pins))


def templated(source: TableSource | HttpSource) -> list[str]:
    """The values that a look-up sends."""
    match source:
        case TableSource():
            texts = [source.key]
        case HttpSource():
            texts = [source.url, *source.headers.values(), *source.send.values()]
        case _:
            assert_never(source)
    return list(dict.fromkeys(name for text in texts for name in words.value_names(text) if ":" not in name))


def hear_look_up(walk: Walk, here: LookUp, heard: Heard | Result) -> None:
    if here.source is None:
        return walk.follow(here.failed, Outcome.FAILED, why="it asks neither a table nor a service")
    if not isinstance(heard, Found | NotFound | Failed | Locked):  # the hold line was heard
        return _dip(walk, here, here.source)
    sent = set(templated(here.source))
    with_pin = bool(sent & walk.flow.pins)
    # What nobody may see is not carried on once it has been used; and what an earlier look-up found is of no use now.
    gone = sent & walk.flow.sensitive | {fetched.value for fetched in here.values}
    walk.values = {name: value for name, value in walk.values.items() if name not in gone}
    match heard:
        case Found(values, how):
            walk.pins = 0 if with_pin else walk.pins
            _found(walk, here, {name: value[:MAX_VALUE] for name, value in values.items()}, how)
        case NotFound(how):
            walk.pins += with_pin
            if with_pin and walk.pins >= MAX_PINS:
                return walk.enter(_locked(walk, here), walk.at)
            walk.follow(here.not_found, Outcome.NOT_FOUND, why=how)
        case Failed(how):
            walk.follow(here.failed, Outcome.FAILED, why=how)
        case Locked():
            walk.enter(_locked(walk, here), walk.at)
    return None


def _found(walk: Walk, here: LookUp, found: dict[str, str], how: str) -> None:
    if not _fits(walk, found):
        return walk.follow(here.failed, Outcome.FAILED, why=f"{how}: more than a call can keep".lstrip(": "))
    walk.values = walk.values | found
    return walk.follow(here.found, Outcome.FOUND, why=how)


def _fits(walk: Walk, found: dict[str, str]) -> bool:
    """Whether the caller's place can hold it: half a value would be a wrong one."""
    kept = {name: value for name, value in walk.values.items() if name in walk.flow.looked_up} | found
    return sum(len(json.dumps(value, ensure_ascii=False).encode()) - 2 for value in kept.values()) <= MAX_FOUND_BYTES


def _locked(walk: Walk, here: LookUp) -> str:
    to = here.locked or walk.flow.operator or here.not_found or ""
    walk.say_phrase("too_many_tries")
    walk.leave(Outcome.LOCKED, to=to)
    return to


# --- switch -----------------------------------------------------------------------------------------------------

MAX_HOURS = 168


def set_switch(walk: Walk, here: SetSwitch) -> str | None:
    keyed = walk.values.get(here.hours_value, "") if here.hours_value else str(here.hours)
    if not (keyed.isdecimal() and 0 < int(keyed) <= MAX_HOURS):
        to = here.failed or walk.flow.operator or ""
        walk.leave(Outcome.FAILED, why=f"a switch is for 1 to {MAX_HOURS} hours", to=to)
        return to
    ends = walk.now + timedelta(hours=int(keyed))
    walk.asked = int(ends.timestamp())
    walk.says.append(Flip(here.switch, here.schedule or "", walk.asked, here.words))
    return None


def hear_switch(walk: Walk, here: SetSwitch, heard: Heard | Result) -> None:
    if isinstance(heard, Found):
        ends = walk.local(walk.asked)
        until = "" if here.switch is SwitchKind.NORMAL else words.speak_time(ends, walk.language, walk.today())
        walk.say_phrase(f"switch_{here.switch}", until=until)
        return walk.follow(here.then, Outcome.SWITCHED, why=f"{here.switch}")
    why = heard.how if isinstance(heard, Failed) else "it could not be set"
    return walk.follow(here.failed or walk.flow.operator, Outcome.FAILED, why=why)
