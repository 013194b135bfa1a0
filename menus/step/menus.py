"""A menu: says what there is to choose, and takes a key, several keys ahead, or words."""

from __future__ import annotations

from menus import words
from menus.dialogue import TRAIL_KEPT, Ask, Guess, Heard, Keyed, Listen, Outcome, Remember, Result, Spoken
from menus.flow import Flow, Menu, Option
from menus.step.asking import fail, house_key, once_more, silent_round, tried_speech_out, use_house_key
from menus.step.walk import Walk
from menus.words import hearing

AHEAD_SECONDS = 2
"""Where keys may be pressed ahead: how long after each we wait for the next."""
AHEAD_DIGITS = 10
CONFIRM = "confirm"


def arrive(walk: Walk, key: str, menu: Menu) -> None:
    walk.begin_asking(key)
    if walk.ahead:
        digits, walk.ahead = walk.ahead, ""
        return _keyed(walk, menu, digits)
    return ask(walk, menu, again=False)


def ask(walk: Walk, menu: Menu, *, again: bool) -> None:
    walk.phase, walk.entry = "", ""
    if menu.greeting and walk.at not in walk.greeted:
        walk.greeted = (*walk.greeted, walk.at)[-TRAIL_KEPT:]
        walk.say(menu.greeting)
    prompt = (menu.short_prompt if again else None) or menu.prompt
    if not walk.say(prompt, menu.barge_in):
        text, language = words.composed(walk.flow, walk.at, menu, walk.language)
        walk.speak(text, language.key, menu.barge_in)
    if _remembered(walk, menu):
        walk.say_phrase("stay_on_line", menu.barge_in)
    walk.says.append(_ask(walk, menu))


def _ask(walk: Walk, menu: Menu) -> Ask:
    seconds = min(menu.wait_seconds, AHEAD_SECONDS) if takes_ahead(walk.flow, menu) else menu.wait_seconds
    return Ask(seconds, max_digits(walk.flow, menu), menu.finish_on_hash, _listen(walk, menu))


def _listen(walk: Walk, menu: Menu) -> Listen | None:
    if not menu.speech or tried_speech_out(walk):
        return None
    phrases = [phrase for option in menu.options if option.enabled for phrase in option.phrases.get(walk.language, ())]
    return walk.listen(phrases, menu.wait_seconds) if phrases else None


def hear(walk: Walk, menu: Menu, heard: Heard | Result) -> None:
    match heard:
        case Keyed(digits) if digits and walk.phase == CONFIRM:
            _confirmed(walk, menu, {"1": True, "2": False}.get(digits.removesuffix("#")))
        case Spoken(guesses) if guesses and walk.phase == CONFIRM:
            _confirmed(walk, menu, hearing.said_yes(guesses, walk.language))
        case Keyed(digits) if digits:
            _keyed(walk, menu, digits)
        case Spoken(guesses) if guesses:
            _said(walk, menu, guesses)
        case _:
            _silence(walk, menu)


def _silence(walk: Walk, menu: Menu) -> None:
    if walk.phase != CONFIRM and silent_round(walk, _ask(walk, menu), menu.wait_seconds):
        return None
    if option := _remembered(walk, menu):
        return _choose(walk, option, why="the language of the last call")
    return fail(walk, menu, Outcome.NO_INPUT)


def _remembered(walk: Walk, menu: Menu) -> Option | None:
    """The option for the language that the caller chose last time; whoever stays on the line gets it again."""
    if not walk.was.remembered:
        return None
    options = (option for option in menu.options if option.enabled and option.to)
    return next((option for option in options if option.language == walk.was.remembered), None)


# --- keys -------------------------------------------------------------------------------------------------------


def _keyed(walk: Walk, menu: Menu, digits: str) -> None:
    """An option first, then the line's own keys; a `#` that only ends the entry is no part of it."""
    shorter = digits[:-1] if digits[-1] == "#" else ""
    for keyed in (digits, shorter):
        if option := menu.by_digits.get(keyed):
            return _choose(walk, option)
    for keyed in (digits, shorter):
        if house := house_key(walk.flow, menu, keyed):
            return use_house_key(walk, menu, house)
    if takes_ahead(walk.flow, menu) and (option := _begun(menu, digits)):
        walk.ahead = digits.removeprefix(option.digits)
        return _choose(walk, option)
    return fail(walk, menu, Outcome.NO_MATCH)


def _begun(menu: Menu, digits: str) -> Option | None:
    return next((option for keys, option in menu.by_digits.items() if digits.startswith(keys)), None)


def takes_ahead(flow: Flow, menu: Menu) -> bool:
    """Keys can be pressed ahead where it is clear after each which option it is: none begins another. A menu that
    listens has to wait longer for words than for the next key."""
    if not flow.type_ahead or menu.speech:
        return False
    keys = list(menu.by_digits)
    return not any(other.startswith(key) for key in keys for other in keys if other != key)


def max_digits(flow: Flow, menu: Menu) -> int:
    """As many keys as the longest choice has, and one more where `#` may end the entry. Never set by staff."""
    longest = AHEAD_DIGITS if takes_ahead(flow, menu) else max((len(digits) for digits in menu.by_digits), default=1)
    return min(longest + menu.finish_on_hash, 20)


def _choose(walk: Walk, option: Option, why: str = "") -> None:
    walk.values = walk.values | {"pressed": option.digits}
    if option.language in walk.flow.by_language:
        walk.language = option.language or walk.language
        if walk.flow.remember_language_days:
            walk.says.append(Remember(walk.language, walk.flow.remember_language_days))
    walk.follow(option.to, Outcome.CHOSEN, option.key, why)


# --- words ------------------------------------------------------------------------------------------------------


def _said(walk: Walk, menu: Menu, guesses: tuple[Guess, ...]) -> None:
    options = {option.key: option for option in menu.options if option.enabled}
    phrases = {key: option.phrases.get(walk.language, ()) for key, option in options.items()}
    keys = {option.digits: key for key, option in options.items()}
    found = hearing.matched(guesses, phrases, walk.language, keys)
    if found is None:
        return fail(walk, menu, Outcome.NO_MATCH)
    option = options[found.choice]
    if found.confidence * 100 >= menu.confirm_below:
        return _choose(walk, option, why="said")
    walk.phase, walk.entry, walk.waited = CONFIRM, option.key, 0
    walk.say_phrase("confirm_choice", menu.barge_in, label=_named(walk, option))
    yes_and_no = [walk.phrase_text("yes"), walk.phrase_text("no")]
    walk.says.append(Ask(menu.wait_seconds, 1, listen=walk.listen(yes_and_no, menu.wait_seconds)))
    return None


def _named(walk: Walk, option: Option) -> str:
    """What the option is called to callers: the first of its phrases in their language."""
    return next(iter(option.phrases.get(walk.language, ())), option.label)


def _confirmed(walk: Walk, menu: Menu, answer: bool | None) -> None:
    option = menu.by_key.get(walk.entry)
    if answer and option:
        return _choose(walk, option, why="said and confirmed")
    if answer is None:
        return fail(walk, menu, Outcome.NO_MATCH)
    return once_more(walk, menu)
