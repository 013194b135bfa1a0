"""Call back: at which number, and when; then somebody has a request to work on."""

from __future__ import annotations

from datetime import datetime, timedelta

from menus import entries, hours, words
from menus.dialogue import Ask, Heard, Keyed, Outcome, RequestCallback, Result
from menus.flow import Asked, Callback, Collect
from menus.step.asking import fail, house_key, once_more, use_house_key
from menus.step.walk import Walk

NUMBER, KEYING, CONFIRM, WINDOW = "number", "keying", "confirm", "window"
SHORTEST_NUMBER = 7


def arrive(walk: Walk, key: str, here: Callback) -> None:
    walk.begin_asking(key)
    caller = walk.values.get("caller", "").removeprefix("+")
    known = caller.isdecimal() and len(caller) >= SHORTEST_NUMBER
    walk.phase, walk.entry = (NUMBER, caller) if known else (KEYING, "")
    walk.say(here.prompt, here.barge_in)
    ask(walk, here, again=False)


def ask(walk: Walk, here: Callback, *, again: bool) -> None:
    walk.waited = 0
    match walk.phase:
        case "number":
            _ask_key(walk, here, "callback_number", number=words.speak_digits(walk.entry))
        case "confirm":
            _ask_key(walk, here, "confirm_entry", value=words.speak_digits(walk.entry))
        case "window":
            _offer(walk, here)
        case _:
            walk.say_phrase("callback_enter", here.barge_in, key=walk.phrase_text("hash"))
            walk.says.append(Ask(here.wait_seconds, 20, finish_on_hash=True))


def _ask_key(walk: Walk, here: Callback, phrase: str, **parts: str) -> None:
    walk.say_phrase(phrase, here.barge_in, **parts)
    walk.says.append(Ask(here.wait_seconds, 1))


def hear(walk: Walk, here: Callback, heard: Heard | Result) -> None:
    keyed = heard.digits if isinstance(heard, Keyed) else ""
    if not keyed:
        return fail(walk, here, Outcome.NO_INPUT)
    match walk.phase, keyed:
        case ("number" | "confirm", "1"):
            _choose_time(walk, here)
        case ("number" | "confirm", "2"):
            walk.phase = KEYING
            once_more(walk, here) if walk.was.phase == CONFIRM else ask(walk, here, again=True)
        case ("keying", _):
            _number_keyed(walk, here, keyed)
        case ("window", digit) if digit in (offered := _by_key(_windows(walk, here))):
            _request(walk, here, *offered[digit])
        case _:
            _else(walk, here, keyed, "sorry_no_match")
    return None


def _number_keyed(walk: Walk, here: Callback, keyed: str) -> None:
    entry = Collect(label=here.label, asks=Asked.PHONE, country=here.country)
    number = entries.read_entry(entry, keyed, walk.values.get("dialled", ""), walk.today())
    if number is None:
        return _else(walk, here, keyed, "sorry_invalid")
    walk.phase, walk.entry = CONFIRM, number
    return ask(walk, here, again=False)


def _else(walk: Walk, here: Callback, keyed: str, sorry: str) -> None:
    if house := house_key(walk.flow, here, keyed.removesuffix("#") or keyed):
        return use_house_key(walk, here, house)
    return fail(walk, here, Outcome.NO_MATCH, sorry)


# --- when -------------------------------------------------------------------------------------------------------


def _choose_time(walk: Walk, here: Callback) -> None:
    walk.asked = int(walk.now.timestamp())
    if not _windows(walk, here):
        return _request(walk, here)
    walk.phase = WINDOW
    return ask(walk, here, again=False)


def _windows(walk: Walk, here: Callback) -> list[tuple[datetime, datetime]]:
    """The times to choose from, as they were when they were offered."""
    schedule = walk.flow.schedules.get(here.schedule or "")
    if schedule is None:
        return []
    begin = walk.local(walk.asked) + timedelta(minutes=here.notice_minutes)
    length = timedelta(hours=here.window_hours)
    return hours.windows(schedule, walk.flow.zone(schedule), begin, length, here.windows)


def _by_key(windows: list[tuple[datetime, datetime]]) -> dict[str, tuple[datetime, datetime]]:
    return {str(number): window for number, window in enumerate(windows, start=1)}


def _offer(walk: Walk, here: Callback) -> None:
    for key, (begins, ends) in _by_key(_windows(walk, here)).items():
        walk.say_phrase("callback_window", here.barge_in, window=_spoken(walk, begins, ends), key=key)
    walk.says.append(Ask(here.wait_seconds, 1))


def _spoken(walk: Walk, begins: datetime, ends: datetime) -> str:
    return words.speak_window(begins, ends, walk.language, walk.now.astimezone(begins.tzinfo).date())


def _request(walk: Walk, here: Callback, begins: datetime | None = None, ends: datetime | None = None) -> None:
    """`done` may say {callback} and {window}."""
    spoken = walk.phrase_text("callback_soon")
    if begins and ends:
        spoken = _spoken(walk, begins, ends)
    zone = walk.flow.schedules[here.schedule].timezone if here.schedule in walk.flow.schedules else None
    walk.says.append(
        RequestCallback(
            walk.entry,
            walk.at,
            here.team,
            int(begins.timestamp()) if begins else 0,
            int(ends.timestamp()) if ends else 0,
            zone or walk.flow.timezone,
        )
    )
    if not walk.say(here.done, callback=words.speak_digits(walk.entry), window=spoken):
        walk.say_phrase("callback_done", window=spoken)
    if here.then:
        return walk.follow(here.then, Outcome.REQUESTED)
    walk.leave(Outcome.REQUESTED)
    return walk.hang_up()
