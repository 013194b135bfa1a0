"""For how long callers listen: up to each option, and to each destination; and promises' figures against `step`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import words
from menus.check.facts import Facts
from menus.check.listening import options_told, reach
from menus.check.mentions import told_by
from menus.check.promises import MOST_KEYS, proofs
from menus.dialogue import Answered, Ask, Keyed, Say, Says, State
from menus.flow import Flow
from menus.step import begin, step
from tests.check_lines import (
    BOTH,
    Plain,
    branch,
    collect,
    hours,
    line,
    menu,
    message,
    option,
    rule,
    transfer,
    voicemail,
)
from tests.test_check_any_flow import BUSY, small_flows

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEN = "one two three four five six seven eight nine ten"  # 4 s at 150 words a minute
MAIN = menu(option("1"), option("2", "bye"), prompt={"en": f"Press 1. {TEN}. Press 2."}, greeting={"en": TEN})


def near(soonest: float, expected: float, worst: float, keys: int) -> Any:
    return pytest.approx((soonest, expected, worst, keys), abs=0.05)


# --- options ----------------------------------------------------------------------------------------------------


def test_an_option_is_told_where_the_words_say_its_key_greeting_included() -> None:
    assert options_told(line(main=MAIN), "main", "en") == pytest.approx({"k1": 4 + 0.8, "k2": 4 + 6.6}, abs=0.05)


def test_words_made_from_the_options_tell_them_in_their_order_and_leave_out_the_quiet_ones() -> None:
    here = menu(option("1"), option("2", "bye", spoken=False), option("3", "bye"))
    told = options_told(line(main=here), "main", "en")
    assert list(told) == ["k1", "k3"]
    assert 0 < told["k1"] < told["k3"]


def test_a_recording_is_as_long_as_it_was_measured() -> None:
    recorded = {"audio": "https://example.com/a.mp3", "seconds": 20}
    told = {"k1": 20, "k2": 20}
    here = menu(option("1"), option("2", "bye"), prompt={"en": recorded})
    assert options_told(line(main=here), "main", "en") == told
    here = menu(option("1"), option("2", "bye"), prompt={"en": recorded | {"text": "Press 1. Press 2"}})
    assert options_told(line(main=here), "main", "en") == pytest.approx({"k1": 7.6, "k2": 20}, abs=0.1)


def test_each_language_has_its_own_pace_and_words() -> None:
    here = menu(option("1"), option("2", "bye"), prompt={"en": "Press 1. Press 2.", "es": "Oprima 2. Oprima 1."})
    english, spanish = (options_told(line(BOTH, main=here), "main", language) for language in ("en", "es"))
    assert english["k1"] < english["k2"]
    assert spanish["k1"] > spanish["k2"]


def test_what_is_no_menu_tells_nothing() -> None:
    assert options_told(line(), "desk", "en") == options_told(line(), "gone", "en") == {}


# --- destinations -----------------------------------------------------------------------------------------------


def test_who_knows_the_way_who_waits_for_the_key_and_who_hears_it_all() -> None:
    found = reach(line(main=MAIN))
    assert found["main"] == near(0, 0, 0, 0)
    assert found["desk"] == near(4, 4.8, 11.1, 1)
    assert found["bye"] == near(4, 10.6, 11.1, 1)


def test_keys_that_do_not_interrupt_are_keyed_at_the_end() -> None:
    assert reach(line(main=MAIN | {"barge_in": False}))["desk"] == near(11.1, 11.1, 11.1, 1)


def test_keys_interrupt_a_message_for_the_menu_behind_it() -> None:
    assert reach(line({"start": "news"}, news=message("main", said=TEN)))["main"] == near(4, 4, 4, 0)
    assert reach(line({"start": "news"}, news=message("main", said=TEN, barge_in=True)))["main"] == near(0, 4, 4, 0)
    assert reach(line({"start": "news"}, news=message("desk", said=TEN, barge_in=True)))["desk"] == near(4, 4, 4, 0)


def test_behind_people_who_do_not_answer_comes_all_their_ringing() -> None:
    ring = transfer("12025550142", "12025550143", last_resort="box", prompt={"en": TEN})
    assert reach(line({"start": "ring"}, ring=ring, box=voicemail()))["box"] == near(54, 54, 54, 0)


def test_what_nobody_comes_to_is_missing() -> None:
    found = reach(line(main=menu(option("1", enabled=False), option("2", "bye"))))
    assert list(found) == ["main", "bye"]


def test_what_is_led_to_by_silence_or_wrong_keys_only_is_reached_through_all_tries() -> None:
    silent = reach(line(main=MAIN | {"options": [option("2", "bye")], "no_input": {"tries": 2, "then": "desk"}}))
    wrong = reach(line(main=MAIN | {"options": [option("2", "bye")], "no_match": {"tries": 2, "then": "desk"}}))
    assert silent["desk"].keys == 0
    assert wrong["desk"].keys == 2
    assert min(silent["desk"].expected, wrong["desk"].expected) > 2 * 6.6


def test_on_a_holiday_callers_come_only_where_there_are_holidays() -> None:
    door = hours("main", "main", holiday="box")
    week = {"name": "Office"}
    with_some = week | {"holidays": [{"name": "Christmas", "when": "12-25"}]}
    for office, comes in ((week, False), (with_some, True)):
        found = reach(line({"start": "door", "schedules": {"office": office}}, door=door, box=voicemail()))
        assert ("box" in found) is comes


def test_callers_on_lists_count_only_where_no_others_come() -> None:
    who = branch(rule(lists=["vip"], to="desk"), rule("r2", lists=["blocked"], to="box"), otherwise="main")
    found = reach(line({"start": "who"}, who=who, main=MAIN, box=voicemail()))
    assert found["desk"] == near(4, 4.8, 11.1, 1)
    assert found["box"] == near(0, 0, 0, 0)


def test_it_is_told_in_the_first_language_where_that_leads_there() -> None:
    long = f"{TEN} {TEN}"
    language = menu(option("2", "news", language="es"), option("1", "news"), option("3", "es", language="es"))
    news = message("desk") | {"prompt": {"en": long, "es": "Hola."}}
    spanish = branch(rule(languages=["es"], to="box"), otherwise="bye")
    found = reach(line(BOTH, main=language, news=news, es=spanish, box=voicemail()))
    assert found["desk"].expected > 8
    assert found["box"].keys == 1


@settings(BUSY, max_examples=60)
@given(small_flows)
def test_what_is_reached_is_what_callers_can_come_to_and_the_figures_are_in_order(flow: Flow) -> None:
    found = reach(flow)
    assert set(found) <= Facts(flow).reached
    assert all(0 <= one.soonest <= one.expected <= one.worst for one in found.values())


# --- promises' figures, against every sequence of keys -------------------------------------------------------------

SIZE = 4
NAMES = [f"d{n}" for n in range(SIZE)]
keys_of_menus = st.lists(st.sampled_from(["1", "2", "3", "44"]), min_size=1, max_size=3, unique=True)
ways_on = st.lists(st.sampled_from([*NAMES, "desk", "bye"]), min_size=3, max_size=3)
spoken = st.lists(st.sampled_from(["Hello.", TEN, "Now,", "Here"]), max_size=2).map(" ".join)


@st.composite
def places(draw: st.DrawFn) -> Plain:
    match draw(st.sampled_from(["menu", "menu", "message", "collect"])):
        case "menu":
            pairs = zip(draw(keys_of_menus), draw(ways_on), strict=False)
            options = [option(digits, to, label=f"Choice {n}") for n, (digits, to) in enumerate(pairs)]
            here = menu(*options, barge_in=draw(st.booleans()), no_input={"then": "bye"}, label="M")
            return here | {"greeting": {"en": draw(spoken)}}
        case "message":
            return message(draw(ways_on)[0], said=draw(spoken) or "Hi.")
        case _:
            asked = collect("entry", then=draw(ways_on)[0], no_input={"then": "bye"}, label="C")
            return asked | {"min_digits": 2, "max_digits": 2, "prompt": {"en": draw(spoken) or "Key."}}


def promised(shape: list[Plain], most: int) -> Flow:
    promise = {"reaches": "desk", "max_keys": most, "max_seconds": 1}
    return line({"start": "d0", "promises": [promise]}, **dict(zip(NAMES, shape, strict=True)))


def listening(says: tuple[Says, ...], digits: str) -> float:
    """How long somebody hears this who keys as soon as they may and know the key."""
    said = [one for one in says if isinstance(one, Say)]
    ask = next((one for one in says if isinstance(one, Ask)), None)
    seconds = sum(words.seconds(one.text, one.language) for one in said)
    if ask and said and said[-1].barge_in and (end := told_by(said[-1].text, digits)):
        seconds -= words.seconds(said[-1].text, "en") - words.seconds(said[-1].text[:end], "en")
    return seconds + (ask.seconds if ask and len(digits) < ask.max_digits and not ask.finish_on_hash else 0)


def walked(flow: Flow, most: int) -> Iterator[tuple[int, float]]:
    """The keys and seconds of every way to the desk, by trying every key at every place."""
    taken = step(flow, begin(flow, "1", "2", AT), Answered(), AT)
    todo: list[tuple[State, tuple[Says, ...], int, float]] = [(taken.state, taken.says, 0, 0.0)]
    while todo:
        state, says, keys, seconds = todo.pop()
        if state.at == "desk":
            yield keys, seconds + listening(says, "")
            continue
        for digits in ("1", "2", "3", "44", "12#") if state.at else ():
            then = step(flow, state, Keyed(digits), AT)
            pressed = len(digits.removesuffix("#"))
            if keys + pressed <= most and then.state.no_match == 0:
                todo.append((then.state, then.says, keys + pressed, seconds + listening(says, digits)))


@settings(BUSY, max_examples=80)
@given(st.lists(places(), min_size=SIZE, max_size=SIZE), st.integers(0, 4))
def test_the_keys_and_seconds_of_a_promise_are_those_of_the_best_way_that_a_call_can_take(
    shape: list[Plain], most: int
) -> None:
    flow = promised(shape, most)
    [found] = proofs(Facts(flow))
    ways = sorted(walked(flow, most))
    best = min((seconds for _, seconds in ways), default=inf)
    assert (found.keys <= most) == bool(ways)
    if ways:
        assert found.seconds == pytest.approx(best, abs=0.5)
        assert found.keys in {keys for keys, seconds in ways if seconds <= max(1, best + 0.5)}
    else:
        assert found.keys > most
        assert found.keys <= MOST_KEYS + 1
