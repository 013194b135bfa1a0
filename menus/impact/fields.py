"""Which fields of two parts differ, each in a sentence; no field is left out. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from menus.flow import HouseKeys, Part, Prompt, Retry
from menus.impact.names import FOR_WHOM, LEADS, NAMES, NOT_TOLD, PROMPTS
from menus.impact.rows import holidays, languages, options, rules, targets, values
from menus.impact.said import Both, Found, Sort, prompts, value
from menus.impact.week import week


def differing(both: Both, old: Part, new: Part, leave_out: Collection[str] = ()) -> Iterator[Found]:
    """Of two parts of one shape: what of them differs."""
    for name in type(new).model_fields:
        was, now = getattr(old, name), getattr(new, name)
        if name not in leave_out and was != now:
            yield from _field(both, name, was, now)


def _field(both: Both, name: str, was: Any, now: Any) -> Iterator[Found]:
    match name:
        case "options":
            yield from options(both, was, now)
        case "rules":
            yield from rules(both, was, now)
        case "targets":
            yield from targets(was, now)
        case "values":
            yield from values(was, now)
        case "holidays":
            yield from holidays(both, was, now)
        case "languages":
            yield from languages(was, now)
        case "weekly":
            yield from week(was, now)
        case "phrases":
            yield from _phrases(both, was, now)
        case _:
            yield from _by_value(both, name, was, now)


def _by_value(both: Both, name: str, was: Any, now: Any) -> Iterator[Found]:
    match was, now:
        case Prompt(), Prompt():
            yield from prompts(both, PROMPTS.get(name, name), was, now)
        case Retry(), Retry():
            yield from _retry(both, FOR_WHOM.get(name, name), was, now)
        case HouseKeys(), HouseKeys():
            yield from differing_keys(was, now)
        case Mapping(), Mapping():
            yield from _entries(name, was, now)
        case Part(), Part() if type(was) is type(now):
            yield from differing(both, was, now)
        case _:
            yield _single(both, name, was, now)


def _single(both: Both, name: str, was: Any, now: Any) -> Found:
    if name in LEADS:
        return leads(both, LEADS[name], was, now, name)
    if name == "schedule":
        return Found(f"the schedule is now {both.schedule(now)}, was {both.schedule(was)}.")
    what = NAMES.get(name, name.replace("_", " "))
    if name in NOT_TOLD:
        return Found(f"{what} is another one.")
    if isinstance(now, bool):
        return Found(f"{what} is now {'on' if now else 'off'}, was {'off' if now else 'on'}.")
    return Found(f"{what} is now {value(name, now)}, was {value(name, was)}.")


def leads(both: Both, what: str, was: str | None, now: str | None, field: str = "", option: str = "") -> Found:
    to, before = both.places(now, was, field)
    return Found(f"{what} now goes to {to}, was {before}.", Sort.GOES, option)


def differing_keys(was: HouseKeys, now: HouseKeys) -> Iterator[Found]:
    for name in HouseKeys.model_fields:
        old, new = getattr(was, name), getattr(now, name)
        if old != new:
            yield Found(f"the {name} key is now {new or 'none'}, was {old or 'none'}.")


def _retry(both: Both, when: str, was: Retry, now: Retry) -> Iterator[Found]:
    if was.tries != now.tries:
        yield Found(f"{when}, a caller is asked {_times(now.tries)}, was {_times(was.tries)}.")
    for name in ("first", "second", "last"):
        for found in prompts(both, PROMPTS[name], getattr(was, name), getattr(now, name)):
            yield found._replace(words=f"{when}, {found.words}")
    if was.then != now.then:
        yield leads(both, f"{when}, after the last try it", was.then, now.then, "failures_then")


def _times(tries: int) -> str:
    return {1: "once", 2: "twice"}.get(tries, f"{tries} times")


def _phrases(both: Both, was: Mapping[str, Prompt], now: Mapping[str, Prompt]) -> Iterator[Found]:
    """The line's own words in place of the site's."""
    for name in dict.fromkeys([*now, *was]):
        words = f"the line’s own words for “{name.replace('_', ' ')}”"
        yield from prompts(both, words, was.get(name, Prompt()), now.get(name, Prompt()))


def _entries(name: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Found]:
    """By their names only: they may hold what is not to be read aloud."""
    what = NAMES.get(name, name)
    for key in dict.fromkeys([*now, *was]):
        if was.get(key) != now.get(key):
            how = "is new" if key not in was else "is gone" if key not in now else "is another"
            yield Found(f"{what}: “{key}” {how}.")
