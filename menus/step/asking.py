"""What all kinds share that ask: silent rounds, tries, the line's own keys."""

from __future__ import annotations

from typing import assert_never

from menus.dialogue import Ask, Outcome
from menus.flow import Asks, Flow, HouseKey, Menu, Prompt
from menus.step.walk import Walk


def silent_round(walk: Walk, ask: Ask, seconds: int) -> bool:
    """Whether to wait for the first key once more without a word, because `seconds` are more than one round has."""
    if (walk.waited + 1) * ask.seconds >= seconds:
        return False
    walk.waited += 1
    walk.says.append(ask)
    return True


def fail(walk: Walk, here: Asks, outcome: Outcome, sorry: str = "") -> None:
    """Nothing keyed, or a wrong key: say so and ask again, or go where used-up tries lead."""
    retry = here.no_input if outcome is Outcome.NO_INPUT else here.no_match
    sorry = sorry or f"sorry_{outcome}"
    failed = _count(walk, outcome)
    used_up = failed >= retry.tries
    if used_up or walk.no_input + walk.no_match >= here.max_failures:
        _sorry(walk, here, retry.last or retry.second or retry.first, sorry)
        return _give_up(walk, retry.then if used_up else here.failures_then, failed, outcome)
    _sorry(walk, here, retry.first if failed == 1 else retry.second or retry.first, sorry)
    walk.leave(outcome, to=walk.at)
    return walk.ask(here, again=True)


def once_more(walk: Walk, here: Asks) -> None:
    """The caller says that we got it wrong: ask again, in bounds."""
    failed = _count(walk, Outcome.REENTERED)
    if failed >= here.no_match.tries or walk.no_input + walk.no_match >= here.max_failures:
        return _give_up(walk, here.no_match.then or here.failures_then, failed, Outcome.REENTERED)
    walk.leave(Outcome.REENTERED, to=walk.at)
    return walk.ask(here, again=True)


def _count(walk: Walk, outcome: Outcome) -> int:
    walk.waited, walk.ahead = 0, ""
    if outcome is Outcome.NO_INPUT:
        walk.no_input += 1
        return walk.no_input
    walk.no_match += 1
    return walk.no_match


def _sorry(walk: Walk, here: Asks, prompt: Prompt, phrase: str) -> None:
    if not walk.say(prompt, here.barge_in):
        walk.say_phrase(phrase, here.barge_in)


_WHAT = {
    Outcome.NO_INPUT: "nothing was keyed",
    Outcome.NO_MATCH: "a wrong key was pressed",
    Outcome.REENTERED: "it was not what the caller meant",
}


def _give_up(walk: Walk, then: str | None, failed: int, outcome: Outcome) -> None:
    why = f"{_WHAT[outcome]} {failed} times" if failed > 1 else _WHAT[outcome]
    here = walk.at
    then = then or (walk.flow.operator if walk.flow.operator != here else None)
    walk.leave(Outcome.GAVE_UP, why=why, to=then or "")
    if then:
        walk.enter(then, here)
    else:
        walk.hang_up()


def use_house_key(walk: Walk, here: Asks, key: HouseKey) -> None:
    match key:
        case HouseKey.REPEAT:
            walk.waited = 0
            walk.leave(Outcome.REPEATED, to=walk.at)
            walk.ask(here, again=False)
        case HouseKey.BACK:
            walk.back(Outcome.WENT_BACK)
        case HouseKey.MAIN:
            walk.trail, walk.came = (), ""
            walk.follow(walk.flow.main or walk.flow.start, Outcome.WENT_MAIN)
        case HouseKey.OPERATOR:
            walk.follow(walk.flow.operator, Outcome.ASKED_OPERATOR)
        case _:
            assert_never(key)


def house_key(flow: Flow, here: Asks, digits: str) -> HouseKey | None:
    """Which of the line's own keys `digits` is here. The operator key needs an operator to lead to."""
    without = here.without if isinstance(here, Menu) else ()
    for key in HouseKey:
        if digits and getattr(flow.house_keys, key.value) == digits and key not in without:
            return None if key is HouseKey.OPERATOR and not flow.operator else key
    return None


def tried_speech_out(walk: Walk) -> bool:
    """After two failures the menu is asked by keys only: who is not understood twice will not be the third time."""
    return walk.no_input + walk.no_match >= 2
