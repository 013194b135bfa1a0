"""Made-up calls: the same seed makes the same ones, in the mix that the file says, through signed webhooks."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from io import StringIO
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from calls import keeper, ringing
from calls.management.commands import simulate_calls
from calls.management.commands.simulate_calls import WORKERS, Progress, at_once
from calls.measured import seconds_between
from calls.models import Call, Event, Leg, Turn
from calls.simulation.caller import Played, SimulatedCall, made_up
from calls.simulation.mix import MIXES, Mix, ordinary, read_mix
from calls.simulation.noise import Noise
from calls.simulation.plan import Planned, plan
from calls.tallies import came_to
from menus import entries, live
from menus.draft import find_line
from menus.flow import Collect, Menu, Transfer, Voicemail
from menus.linefile import read_yaml
from menus.models.keys import new_key
from tests import lines
from tests.door import Door

CHICAGO = ZoneInfo("America/Chicago")
LAST = date(2026, 11, 20)
"""A Friday."""
DEMO = sorted((MIXES.parents[2] / "menus" / "demo").glob("*.yaml"))


def planned(mix: Mix, days: int = 14, per_day: int = 50, seed: int = 1) -> list[Planned]:
    return list(plan(mix, CHICAGO, LAST, days, per_day, seed))


# --- the plan ---------------------------------------------------------------------------------------------------


def test_the_same_seed_plans_the_same_calls_and_another_seed_others() -> None:
    assert planned(ordinary()) == planned(ordinary())
    assert planned(ordinary()) != planned(ordinary(), seed=2)


def test_a_day_planned_by_itself_is_the_same_day_as_among_others() -> None:
    assert planned(ordinary(), days=1) == [call for call in planned(ordinary()) if call.at.date() == LAST]


def test_days_and_hours_are_as_busy_as_the_mix_says() -> None:
    mix = Mix(hours={"mon": [0.0] * 9 + [3, 1] + [0.0] * 13}, weekdays={"sun": 0, "fri": 2})
    calls = planned(mix, days=7, per_day=200)
    by_day = Counter(call.at.strftime("%a") for call in calls)
    assert (by_day["Mon"], by_day["Fri"], by_day["Sun"]) == (200, 400, 0)
    by_hour = Counter(call.at.hour for call in calls)
    assert set(by_hour) == {9, 10}
    assert 2.5 < by_hour[9] / by_hour[10] < 3.6


def test_on_stormy_days_more_people_call_and_for_something_else() -> None:
    storm = {"days": 3, "factor": 6, "at": {"main": {"1": 1}}}
    mix = Mix.model_validate({"hours": ordinary().hours, "storm": storm})
    by_day = Counter(call.at.date() for call in planned(mix, days=30, per_day=10))
    stormy = {call.at.date() for call in planned(mix, days=30, per_day=10) if call.extra}
    assert (len(stormy), {by_day[day] for day in stormy}) == (3, {60})


def test_the_first_days_of_a_month_can_be_busier() -> None:
    mix = Mix(hours=ordinary().hours, days_of_month={20: 3})
    by_day = Counter(call.at.date() for call in planned(mix, days=2))
    assert by_day[LAST] == 3 * by_day[LAST - timedelta(days=1)]


# --- the mixes that ship ----------------------------------------------------------------------------------------


def test_every_mix_speaks_of_a_demo_line_and_of_places_keys_and_values_that_it_has() -> None:
    flows = {new_key(file.name, (), "line"): file for file in (read_yaml(path.read_text()) for path in DEMO)}
    doings = {
        Menu: {"silence", "wrong", "back", "hang up"},
        Collect: {"entry", "bad entry", "silence", "back", "1", "2", "hang up"},
        Transfer: {"answered", "no answer", "busy", "hang up"},
        Voicemail: {"message", "hang up"},
    }
    for path in MIXES.glob("*.yaml"):
        flow, mix = flows[path.stem], read_mix(path.stem)
        assert mix
        for key, weights in [*mix.at.items(), *mix.storm.at.items()]:
            here = flow.destinations[key]
            known = doings[type(here)] | ({*here.by_digits, "0"} if isinstance(here, Menu) else set())
            assert set(weights) <= known, f"{path.stem}: {key}"
        assert {name for person in mix.people for name in person} | set(mix.entries) <= set(flow.collected)


def test_everybody_in_a_mix_keys_what_their_line_takes() -> None:
    for path in DEMO:
        file = read_yaml(path.read_text())
        mix = read_mix(new_key(file.name, (), "line"))
        for person in mix.people if mix else []:
            for name, entry in person.items():
                assert entries.read_entry(file.collected[name], entry, "12025550110", LAST), (path.stem, name)


@pytest.mark.parametrize("asks", ["digits", "amount", "date", "phone", "pin", "yes_no", "rating"])
def test_made_up_entries_are_good_ones(asks: str) -> None:
    collect = Collect.model_validate(
        {"label": "x", "asks": asks, "min_digits": 4, "max_digits": 6, "date_order": "dmy"}
    )
    for seed in range(20):
        assert entries.read_entry(collect, made_up(collect, Random(seed)), "12025550110", LAST)


def test_a_made_up_number_has_its_check_digit() -> None:
    collect = Collect(label="x", min_digits=9, max_digits=9, check_digit="luhn")  # type: ignore[arg-type]
    assert entries.luhn(made_up(collect, Random(3)))


# --- noise ------------------------------------------------------------------------------------------------------


def test_news_comes_late_twice_and_out_of_order_and_all_of_it_comes() -> None:
    came: list[bytes] = []

    def send(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        came.append(body)
        return 204, ""

    noise = Noise(send, Random(5), lambda: planned(ordinary())[0].at)
    sent = [str(number).encode() for number in range(1000)]
    for body in sent:
        noise.send("/webhooks/event/", body, {})
    noise.send_late()
    assert set(came) == set(sent)
    assert came != sorted(came, key=sent.index)
    assert len(came) - len(sent) == noise.doubled
    assert min(noise.doubled, noise.late, noise.swapped) > 0


def test_what_a_caller_waits_for_is_never_held_back() -> None:
    noise = Noise(lambda path, body, headers: (200, "[]"), Random(5), lambda: planned(ordinary())[0].at)
    assert {noise.send("/webhooks/event/place/", b"", {}) for _ in range(500)} == {(200, "[]")}


# --- whole calls ------------------------------------------------------------------------------------------------


@pytest.fixture
def demo_clock(settings: LazySettings) -> None:
    settings.DEMO_CLOCK = True


@pytest.mark.django_db
@pytest.mark.usefixtures("demo_clock")
def test_calls_of_the_past_are_logged_as_of_then_once_each(settings: LazySettings) -> None:
    call_command("load_demo", publish=True, verbosity=0, stdout=StringIO())
    lines.forget()
    line, secret = find_line("12025550110"), settings.VONAGE_SIGNATURE_SECRETS[0]
    mix = read_mix(line.key)
    assert mix
    some = planned(mix, days=2, per_day=8)
    for _ in range(2):
        for one in some:
            SimulatedCall(one, mix, "12025550110", Door(fresh=False).send, secret, live.flow).play()
    keeper.settle()
    calls = list(Call.objects.order_by("started_at"))
    assert [call.started_at for call in calls] == sorted(one.at for one in some)
    assert {call.local_day for call in calls} == {LAST, LAST - timedelta(days=1)}
    assert {call.status for call in calls} == {"completed"}
    assert all(call.summarised_at for call in calls)
    turns = Turn.objects.values_list("call_id", "n")
    assert len(set(turns)) == len(turns)
    assert not Event.objects.filter(status="unread").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("demo_clock")
def test_a_target_rings_for_some_seconds_and_rings_out_when_nobody_answers(settings: LazySettings) -> None:
    lines.publish(lines.office())
    mix = Mix(hours=ordinary().hours, at={"main": {"1": 1}, "sales": {"answered": 5, "no answer": 3, "hang up": 2}})
    some = planned(mix, days=1, per_day=15)

    def play() -> list[Leg]:
        for one in some:
            secret = settings.VONAGE_SIGNATURE_SECRETS[0]
            SimulatedCall(one, mix, lines.NUMBER, Door(fresh=False).send, secret, live.flow).play()
        return list(Leg.objects.order_by("call_uuid", "started_at"))

    legs, starts = play(), dict(Call.objects.values_list("uuid", "started_at"))
    rings = [seconds_between(leg.started_at, leg.answered_at) for leg in legs if leg.answered_at]
    assert len(set(rings)) > 3
    assert all(3 <= seconds <= 15 for seconds in rings)
    most = {"441632960971": 20, "441632960972": 10, "441632960973": 20}  # as tests/lines.py has it
    for leg in legs:
        assert leg.ended_at
        lasted = seconds_between(leg.started_at, leg.ended_at)
        if leg.fate:
            assert lasted == most[leg.dialled]
        elif not leg.answered_at:
            assert 5 <= lasted < most[leg.dialled]
        assert starts[leg.call_uuid] < leg.started_at < (leg.answered_at or leg.ended_at) <= leg.ended_at
    assert {came_to(leg) for leg in legs} == {"", "no_answer", "cancelled"}
    for before, leg in itertools.pairwise(legs):
        assert before.call_uuid != leg.call_uuid or (before.ended_at and before.ended_at <= leg.started_at)
    Leg.objects.all().delete()
    assert [(leg.started_at, leg.answered_at) for leg in play()] == [(leg.started_at, leg.answered_at) for leg in legs]


@pytest.mark.django_db
def test_without_the_demo_clock_no_webhook_tells_the_time(settings: LazySettings) -> None:
    lines.publish(lines.office())
    one = planned(ordinary())[0]
    SimulatedCall(
        one, ordinary(), lines.NUMBER, Door(fresh=False).send, settings.VONAGE_SIGNATURE_SECRETS[0], live.flow
    ).play()
    assert Call.objects.get().started_at - one.at > timedelta(days=1)


# --- the command ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--days", "0"], "--days is 0; write a number from 1 to 1,000"),
        (["--per-day", "-3"], "--per-day is -3"),
        (["--until", "yesterday"], "“yesterday” is not a day; write it like 2026-11-22"),
        (["--until", "2999-01-01"], "--until is 2999-01-01, and that day is not over; write 20"),
        (["--url", "nowhere"], "“nowhere” is no address of a server"),
    ],
)
@pytest.mark.django_db
def test_wrong_words_are_answered_with_right_ones(arguments: list[str], fault: str, settings: LazySettings) -> None:
    settings.DEBUG = True
    lines.publish(lines.office())
    with pytest.raises(CommandError, match=fault.replace("(", "\\(")):
        call_command("simulate_calls", lines.NUMBER, *arguments)


@pytest.mark.django_db
def test_it_refuses_where_real_calls_come_in_and_where_nothing_is_published(settings: LazySettings) -> None:
    line = lines.publish(lines.office())
    with pytest.raises(CommandError, match="runs with DEBUG=1 only"):
        call_command("simulate_calls", lines.NUMBER)
    settings.DEBUG = True
    line.live = None
    line.save()
    with pytest.raises(CommandError, match="is not published"):
        call_command("simulate_calls", lines.NUMBER)
    with pytest.raises(CommandError, match="no line has the number"):
        call_command("simulate_calls", "441632960999")


@pytest.fixture
def at_the_door(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Door:
    """In place of a server; one call at a time."""
    settings.DEBUG = settings.DEMO_CLOCK = True
    door = Door(fresh=False)
    monkeypatch.setattr(ringing, "sender", lambda url: door.send)
    monkeypatch.setattr(simulate_calls, "at_once", lambda work: (one() for one in work))
    return door


@pytest.mark.django_db
@pytest.mark.usefixtures("at_the_door")
def test_it_dials_the_number_that_it_was_given() -> None:
    line = lines.publish(lines.office())
    line.numbers.create(number="12025550199")
    for number in ("12025550199", lines.NUMBER):
        call_command(
            "simulate_calls", f"+{number}", "--days", "1", "--per-day", "3", "--url", "http://x", stdout=StringIO()
        )
        assert set(Call.objects.values_list("dialled", flat=True)) == {number}
        Call.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.usefixtures("at_the_door")
def test_who_stops_it_is_told_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    lines.publish(lines.office())
    played = iter([Played(3, 1, 0, 0), Played(2, 0, 0, 1)])

    def play(_: SimulatedCall) -> Played:
        if one := next(played, None):
            return one
        raise KeyboardInterrupt

    monkeypatch.setattr(SimulatedCall, "play", play)
    with pytest.raises(CommandError, match=r"Stopped after 2 of \d+ calls; those are kept. The same command makes the"):
        call_command("simulate_calls", lines.NUMBER, "--days", "2", "--url", "http://x", stdout=StringIO())


def test_calls_are_made_up_when_their_turn_comes() -> None:
    taken: list[int] = []

    def work() -> Iterator[Callable[[], int]]:
        for number in range(100):
            taken.append(number)
            yield partial(int, number)

    done = at_once(work())
    first = next(done)
    assert len(taken) <= 3 * WORKERS
    assert {first, *done} == set(range(100))


class Written:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, text: str, ending: str = "\n") -> None:
        self.lines.append(text + ending)

    def flush(self) -> None: ...


@pytest.mark.parametrize(("terminal", "count"), [(True, 40), (False, 10)])
def test_progress_is_a_bar_on_a_terminal_and_ten_lines_elsewhere(terminal: bool, count: int) -> None:
    out: Any = Written()
    progress = Progress(40, out)
    progress.on_terminal = terminal
    for _ in range(40):
        progress.step()
    assert len(out.lines) == count
    assert out.lines[-1].startswith("[" + "#" * 30 + "] 40 of 40" if terminal else "40 of 40 calls")
    assert out.lines[-1].endswith("\n")
