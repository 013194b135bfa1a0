"""Collect: takes an entry by keys, in its own time, reads it back if asked to, and keeps it as a value."""

from __future__ import annotations

from menus import entries
from menus.dialogue import Ask, Heard, Keyed, Outcome, Result
from menus.flow import MAX_VALUE, Collect
from menus.step.asking import fail, house_key, once_more, silent_round, use_house_key
from menus.step.walk import Walk

CONFIRM = "confirm"


def arrive(walk: Walk, key: str, here: Collect) -> None:
    walk.begin_asking(key)
    walk.values = {name: value for name, value in walk.values.items() if name != here.value}
    ask(walk, here, again=False)


def ask(walk: Walk, here: Collect, *, again: bool) -> None:
    walk.phase, walk.entry, walk.waited = "", "", 0
    walk.say((here.short_prompt if again else None) or here.prompt, here.barge_in)
    walk.says.append(_ask(here))


def _ask(here: Collect) -> Ask:
    return Ask(here.wait_seconds, entries.longest(here), here.finish_on_hash)


def hear(walk: Walk, here: Collect, heard: Heard | Result) -> None:
    keyed = heard.digits if isinstance(heard, Keyed) else ""
    if walk.phase == CONFIRM:
        return _confirmed(walk, here, keyed)
    if not keyed:
        # Keys that came before a pause are an entry; only before the first key there is more than one round.
        if silent_round(walk, _ask(here), here.first_wait_seconds):
            return None
        return fail(walk, here, Outcome.NO_INPUT)
    return _entered(walk, here, keyed)


def _entered(walk: Walk, here: Collect, keyed: str) -> None:
    if here.cancel_key and here.cancel_key in keyed:
        return _cancel(walk, here)
    value = entries.read_entry(here, keyed, walk.values.get("dialled", ""), walk.today())
    if value is None:
        if house := house_key(walk.flow, here, keyed) or house_key(walk.flow, here, keyed.removesuffix("#")):
            return use_house_key(walk, here, house)
        return fail(walk, here, Outcome.NO_MATCH, "sorry_invalid")
    if here.read_back and here.value not in walk.flow.sensitive:
        return _read_back(walk, here, value)
    return _accept(walk, here, value)


def _cancel(walk: Walk, here: Collect) -> None:
    if here.cancel:
        return walk.follow(here.cancel, Outcome.CANCELLED)
    return walk.back(Outcome.CANCELLED)


def _read_back(walk: Walk, here: Collect, value: str) -> None:
    walk.phase, walk.entry, walk.waited = CONFIRM, value[:MAX_VALUE], 0
    spoken = entries.speak_value(here.asks, value, walk.language)
    if not walk.say(here.confirm, here.barge_in, **{here.value: spoken, "value": spoken}):
        walk.say_phrase("confirm_entry", here.barge_in, value=spoken)
    walk.says.append(Ask(here.wait_seconds, 1))


def _confirmed(walk: Walk, here: Collect, keyed: str) -> None:
    match keyed.removesuffix("#") or keyed:
        case "1":
            _accept(walk, here, walk.entry)
        case "2":
            once_more(walk, here)
        case key if key and key == here.cancel_key:
            _cancel(walk, here)
        case "":
            fail(walk, here, Outcome.NO_INPUT)
        case _:
            fail(walk, here, Outcome.NO_MATCH)


def _accept(walk: Walk, here: Collect, value: str) -> None:
    walk.values = walk.values | {here.value: value[:MAX_VALUE]}
    walk.follow(here.then, Outcome.ENTERED)
