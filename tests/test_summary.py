"""What a call came to: each outcome, each visit with its seconds; the same however often and in whatever order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Final
from uuid import uuid4

import pytest

from calls import keeper, place
from calls.models import Call, CallOutcome, Leg, Recording, Turn, Visit
from calls.place import Place
from calls.summary import summarise, summarise_call
from calls.vonage.pretend import Telephone
from menus.dialogue import State
from menus.flow import Flow
from tests import lines
from tests.door import ANSWER, EVENT, UUID, Door, completed, keyed, leg, ncco_in, place_in, ring, settled, status

pytestmark = pytest.mark.django_db

START: Final = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
Way = list[tuple[str, str]]


@pytest.fixture
def door() -> Door:
    door = Door()
    lines.publish(lines.office(plain={"kind": "message", "label": "Plain", "prompt": {"en": "So."}, "then": "bye"}))
    return door


@pytest.fixture
def phone(door: Door) -> Telephone:
    return door.telephone(uuid=UUID)


# --- each outcome -----------------------------------------------------------------------------------------------


def rings(phone: Telephone) -> None:
    phone.ring()


def hears_the_news(phone: Telephone) -> None:
    phone.ring()
    phone.press("3")
    phone.hang_up()


def talks(phone: Telephone) -> None:
    phone.ring()
    phone.press("1")
    phone.talk_with_target()


def talks_after_the_news_was_asked_for(phone: Telephone) -> None:
    phone.ring()
    phone.press("1")
    phone.target("busy")
    phone.talk_with_target()


def leaves_a_message(phone: Telephone) -> None:
    phone.ring()
    phone.press("2")
    phone.leave_message()
    phone.hang_up()


def reaches_nobody_and_leaves_a_message(phone: Telephone) -> None:
    phone.ring()
    phone.press("1")
    for _ in range(3):
        phone.target("timeout")
    phone.leave_message()
    phone.hang_up()


def reaches_nobody(phone: Telephone) -> None:
    phone.ring()
    phone.press("0")
    phone.target("busy")
    phone.hang_up()


def says_nothing(phone: Telephone) -> None:
    phone.ring()
    for _ in range(3):
        phone.say_nothing()
    phone.target("busy")
    phone.hang_up()


def hangs_up(phone: Telephone) -> None:
    phone.ring()
    phone.press("4")
    phone.hang_up()


def hangs_up_while_it_rings(phone: Telephone) -> None:
    phone.ring()
    phone.press("1")
    phone.hang_up()


def stays_for_ever(phone: Telephone) -> None:
    phone.ring()
    path = place_in(phone.ncco)
    here = place.unseal(path.split("/")[3])
    old = State(began=1_600_000_000, turn=0, at="main", language="en", values=here.state.values)
    phone.post(f"{EVENT}{place.seal(Place(here.call, here.version, old))}/", keyed("4"))
    phone.hang_up()


def calls_a_number_that_is_nobodys(phone: Telephone) -> None:
    phone.ring("441632960999")
    phone.hang_up()


def never_gets_through(phone: Telephone) -> None:
    phone.status("started")
    phone.status("failed", detail="internal_error")


OUTCOMES: Final[list[tuple[Callable[[Telephone], None], str, Way]]] = [
    (rings, "in_progress", []),
    (hears_the_news, "served", [("main", "chosen"), ("news", "played"), ("bye", "ended")]),
    (talks, "transferred", [("main", "chosen"), ("sales", "connected")]),
    (
        talks_after_the_news_was_asked_for,
        "transferred",
        [("main", "chosen"), ("sales", "not_reached"), ("sales", "connected")],
    ),
    (leaves_a_message, "voicemail", [("main", "chosen"), ("mailbox", "recorded"), ("bye", "ended")]),
    (
        reaches_nobody_and_leaves_a_message,
        "voicemail",
        [("main", "chosen"), *[("sales", "not_reached")] * 3, ("mailbox", "recorded"), ("bye", "ended")],
    ),
    (reaches_nobody, "not_reached", [("main", "asked_operator"), ("desk", "not_reached"), ("bye", "ended")]),
    (
        says_nothing,
        "not_reached",
        [*[("main", "no_input")] * 2, ("main", "gave_up"), ("desk", "not_reached"), ("bye", "ended")],
    ),
    (hangs_up, "abandoned", [("main", "chosen"), ("more", "hung_up")]),
    (hangs_up_while_it_rings, "abandoned", [("main", "chosen"), ("sales", "hung_up")]),
    (stays_for_ever, "over_limit", [("main", "over_limit"), ("desk", "hung_up")]),
    (calls_a_number_that_is_nobodys, "unrouted", []),
    (never_gets_through, "failed", []),
]


def way(uuid: str = UUID) -> Way:
    return list(Visit.objects.filter(call_id=uuid).order_by("n").values_list("destination", "outcome"))


@pytest.mark.parametrize(("caller", "outcome", "visits"), OUTCOMES, ids=[row[0].__name__ for row in OUTCOMES])
def test_the_outcome_and_the_way(
    phone: Telephone, caller: Callable[[Telephone], None], outcome: str, visits: Way
) -> None:
    caller(phone)
    summarise_call(UUID)
    call = Call.objects.get(uuid=UUID)
    assert (call.outcome, way()) == (outcome, visits)
    assert call.last_destination == (visits[-1][0] if visits else "")
    assert call.turn_count == Turn.objects.count()


def test_ended_by_the_menu_is_not_served_where_staff_did_not_say_so(door: Door) -> None:
    flow = lines.office(news={"kind": "message", "label": "News", "prompt": {"en": "So."}, "then": "bye"})
    lines.publish(flow, "441632960961")
    phone = door.telephone("441632960961", uuid=UUID)
    hears_the_news(phone)
    assert settled(UUID).outcome == "ended"


@pytest.mark.parametrize(
    ("operator", "then", "outcome"),
    [
        ("desk", "", "served"),
        ("desk", "0", "abandoned"),
        ("desk", "0t", "not_reached"),
        ("clock", "0", "abandoned"),  # nobody is rung: the office is closed
    ],
)
def test_who_then_seeks_somebody_in_vain_was_not_served(door: Door, operator: str, then: str, outcome: str) -> None:
    news = {"kind": "message", "label": "News", "prompt": {"en": "So."}, "outcome": "served", "then": "main"}
    lines.publish(lines.office(news=news).model_copy(update={"operator": operator}), "441632960961")
    phone = door.telephone("441632960961", uuid=UUID)
    phone.ring()
    for key in "3" + then:
        (phone.target if key == "t" else phone.press)("busy" if key == "t" else key)
    phone.hang_up()
    assert (settled(UUID).outcome, Call.objects.get().served_seconds is None) == (outcome, False)


def test_tries_used_up_without_an_operator_is_gave_up(door: Door) -> None:
    lines.publish(lines.office().model_copy(update={"operator": None}), "441632960961")
    phone = door.telephone("441632960961", uuid=UUID)
    phone.ring()
    for _ in range(3):
        phone.press("77")
    phone.hang_up()
    assert settled(UUID).outcome == "gave_up"
    assert way() == [("main", "no_match"), ("main", "no_match"), ("main", "gave_up")]


def test_who_asked_to_be_called_back_was_not_left_alone(door: Door) -> None:
    """Also when they hang up then, or the next place is one that staff marked as served."""
    for number, then in (("441632960961", "news"), ("441632960962", "more")):
        called_back = {"kind": "callback", "label": "Call me back", "then": then}
        lines.publish(lines.office(sales=called_back), number)
        phone = door.telephone(number)
        phone.ring()
        phone.press("1")
        phone.press("1")
        assert Turn.objects.filter(call_id=phone.uuid).count() == 3
        phone.hang_up()
        assert settled(phone.uuid).outcome == "callback"


def test_every_outcome_is_reached_in_these_tests() -> None:
    assert {row[1] for row in OUTCOMES} | {"ended", "gave_up", "callback"} == set(CallOutcome.values)


def test_a_call_in_progress_waits_for_its_end(phone: Telephone) -> None:
    phone.ring()
    phone.press("4")
    call = settled(UUID)
    assert (call.summarised_at, call.outcome, way()) == (None, "in_progress", [])


# --- visits -----------------------------------------------------------------------------------------------------


def timed(*seconds: int, end: int) -> None:
    """Puts the turns of the call, and its end, at so many seconds after its start."""
    for n, second in enumerate(seconds):
        Turn.objects.filter(call_id=UUID, n=n).update(at=START + timedelta(seconds=second))
    Call.objects.filter(uuid=UUID).update(started_at=START, ended_at=START + timedelta(seconds=end))
    summarise_call(UUID)


def spent() -> list[tuple[str, str, int | None]]:
    return list(Visit.objects.order_by("n").values_list("destination", "outcome", "seconds"))


def test_each_visit_has_its_seconds(phone: Telephone) -> None:
    phone.ring()
    phone.press("8")
    phone.say_nothing()
    phone.press("1")
    phone.target("busy")
    phone.talk_with_target()
    timed(0, 7, 19, 24, 44, end=104)
    assert spent() == [
        ("main", "no_match", 7),
        ("main", "no_input", 12),
        ("main", "chosen", 5),
        ("sales", "not_reached", 20),
        ("sales", "connected", 60),
    ]
    entered = [f"{visit.entered_at:%M:%S}" for visit in Visit.objects.order_by("n")]
    assert entered == ["00:00", "00:07", "00:19", "00:24", "00:44"]


def test_what_is_only_passed_takes_no_time_of_its_own(phone: Telephone) -> None:
    phone.ring()
    phone.press("6")
    phone.hang_up()
    timed(0, 4, end=30)
    assert spent() == [("main", "chosen", 4), ("clock", "closed", None), ("mailbox", "hung_up", 26)]
    clock = Visit.objects.get(destination="clock")
    assert (clock.kind, clock.label, clock.led_to) == ("hours", "Hours", "mailbox")
    assert clock.why


def test_a_clock_that_runs_backwards_gives_no_negative_time(phone: Telephone) -> None:
    phone.ring()
    phone.press("4")
    phone.hang_up()
    timed(10, 5, end=3)
    assert [seconds for *_, seconds in spent()] == [0, 0]


def test_an_option_is_named_as_it_was_when_the_call_was_made(phone: Telephone) -> None:
    phone.ring()
    phone.press("88")
    phone.hang_up()
    call = settled(UUID)
    chosen = Visit.objects.get(n=0)
    assert (chosen.option, chosen.option_label, chosen.line_id) == ("sip", "Another office", call.line_id)


def test_without_its_version_a_call_is_summarised_by_keys_alone(phone: Telephone) -> None:
    hears_the_news(phone)
    Call.objects.update(version_id=uuid4())
    lines.forget()
    call = settled(UUID)
    assert (call.outcome, way()) == ("ended", [("main", "chosen"), ("news", "played"), ("bye", "ended")])
    assert set(Visit.objects.values_list("label", "option_label", "kind")) == {("", "", "")}


# --- again, and in any order ------------------------------------------------------------------------------------


def everything() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    call, visits = Call.objects.values().get(uuid=UUID), Visit.objects.values()
    return (
        {name: value for name, value in call.items() if name != "summarised_at"},
        [{name: value for name, value in visit.items() if name != "id"} for visit in visits],
    )


@pytest.mark.parametrize("caller", [row[0] for row in OUTCOMES], ids=lambda caller: caller.__name__)
def test_done_again_it_is_the_same(phone: Telephone, caller: Callable[[Telephone], None]) -> None:
    caller(phone)
    summarise_call(UUID)
    first = everything()
    for _ in range(2):
        summarise_call(UUID)
        assert everything() == first
    Call.objects.filter(uuid=UUID).update(summarised_at=None)
    keeper.settle()
    assert everything() == first


def test_rows_written_in_any_order_give_the_same(phone: Telephone) -> None:
    """As after a replay of several spool files."""
    talks_after_the_news_was_asked_for(phone)
    summarise_call(UUID)
    first = everything()
    models: list[Any] = [Turn, Leg, Recording]
    kept = {model: list(model._default_manager.all()) for model in models}
    for order in permutations(kept[Turn]):
        Turn.objects.all().delete()
        for row in order:
            row.pk = None
            row.save(force_insert=True)
        Leg.objects.all().delete()
        Leg.objects.bulk_create(reversed(kept[Leg]))
        summarise_call(UUID)
        assert everything() == first


def test_news_in_any_order_gives_the_same(door: Door) -> None:
    """A talk and its end, the caller's own news and the callee's, each summarised as soon as it came."""
    seen = set()
    for n, order in enumerate(permutations(["answered", "completed", "target answered", "target completed"])):
        ids = {"uuid": f"call {n}", "conversation_uuid": f"CON-{n}"}
        target = place_in(ncco_in(door.post(place_in(ncco_in(door.post(ANSWER, ring(**ids)))), keyed("1"))))
        theirs = ids | {"uuid": f"leg {n}"}
        news = {
            "answered": (EVENT, status("answered", **ids)),
            "completed": (EVENT, completed(**ids)),
            "target answered": (target, leg("answered", **theirs)),
            "target completed": (target, leg("completed", **theirs, start_time="2026-03-04T10:11:20Z", duration="30")),
        }
        for what in order:
            door.post(*news[what])
            keeper.settle()
        call = Call.objects.get(uuid=ids["uuid"])
        seen.add((call.outcome, call.status, call.answered_at, call.ended_at, call.turn_count, *way(call.uuid)))
    ((outcome, *_, first, second),) = seen
    assert (outcome, first, second) == ("transferred", ("main", "chosen"), ("sales", "connected"))


def test_it_is_pure() -> None:
    """Rows that no database has seen, and a flow that no line has."""
    flow: Flow = lines.office()
    call = Call(uuid="u", line_id=1, started_at=START, ended_at=START + timedelta(seconds=9), status="completed")
    turns = [
        Turn(call_id="u", n=0, at=START, waits_at="main"),
        Turn(
            call_id="u",
            n=1,
            at=START + timedelta(seconds=4),
            waited_at="main",
            visits='[["main","chosen","sales","","sales"],["sales","ringing","","+44",""]]',
            waits_at="sales",
            language="es",
        ),
    ]
    rung = Leg(uuid="l", call_uuid="u", answered_at=START)
    came_to = summarise(call, turns, [rung], [], flow)
    assert (came_to.outcome, came_to.last_destination, came_to.turn_count) == (CallOutcome.TRANSFERRED, "sales", 2)
    assert came_to.language == "es"
    assert [(visit.destination, visit.outcome, visit.seconds) for visit in came_to.visits] == [
        ("main", "chosen", 4),
        ("sales", "connected", 5),
    ]
    assert came_to.visits[1].why == "+44"
    assert summarise(call, turns, [], [], flow).outcome == CallOutcome.ABANDONED
    assert summarise(call, turns, [], [Recording(uuid="r")], flow).outcome == CallOutcome.VOICEMAIL
    assert summarise(call, [], [], [], flow).visits == []
