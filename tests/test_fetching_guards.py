"""One slow service harms nobody else: so many look-ups at once, and a breaker for each host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
from django.conf import settings

from calls import fetching
from calls.fetching import Fault, FetchFailed, Request, addresses, guards, wire
from calls.fetching.guards import FAILURES, Guards
from calls.fetching.target import Target

HOST = "api.example.com"
GOOD = wire.Reply(200, b"{}", "")

Exchange = Callable[..., wire.Reply]


class Outside:
    """A clock that is set by hand, and a service that does as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.asked: list[str] = []
        self.does: Exchange = lambda *_args: GOOD
        self.guards = Guards(3)
        monkeypatch.setattr(guards, "monotonic", lambda: self.now)
        monkeypatch.setattr(fetching, "_guards", self.guards)
        monkeypatch.setattr(addresses, "resolve", lambda *_args: ("8.8.8.8",))
        monkeypatch.setattr(wire, "exchange", self.exchange)

    def exchange(self, found: object, target: Target, *rest: object) -> wire.Reply:
        self.asked.append(target.host)
        return self.does(found, target, *rest)

    def fails(self, fault: Exception) -> None:
        def does(*_args: object) -> wire.Reply:
            raise fault

        self.does = does

    def says(self, status: int, body: bytes = b"{}") -> None:
        self.does = lambda *_args: wire.Reply(status, body, "")

    def outcome(self, host: str = HOST) -> Fault | int:
        try:
            return fetching.fetch(Request("GET", f"https://{host}/"), frozenset({host})).status
        except FetchFailed as failed:
            return failed.reason


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    return Outside(monkeypatch)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (TimeoutError(), Fault.TIMEOUT),
        (ConnectionRefusedError(), Fault.UNREACHABLE),
        (FetchFailed(Fault.REFUSED_ADDRESS), Fault.REFUSED_ADDRESS),
    ],
    ids=str,
)
def test_a_host_that_fails_five_times_in_a_row_is_left_alone_at_once(
    fault: Exception, reason: Fault, outside: Outside
) -> None:
    outside.fails(fault)
    assert [outside.outcome() for _ in range(FAILURES)] == [reason] * 5
    began = monotonic()
    assert outside.outcome() is Fault.BREAKER_OPEN
    assert monotonic() - began < 0.1
    assert len(outside.asked) == FAILURES


def test_a_host_that_answers_500_five_times_is_left_alone(outside: Outside) -> None:
    outside.says(502)
    assert [outside.outcome() for _ in range(6)] == [Fault.STATUS] * 5 + [Fault.BREAKER_OPEN]


@pytest.mark.parametrize(("status", "body"), [(404, b""), (403, b""), (302, b""), (200, b"no JSON"), (200, b"{}")])
def test_a_host_that_answers_anything_else_is_asked_again(status: int, body: bytes, outside: Outside) -> None:
    outside.says(status, body)
    assert Fault.BREAKER_OPEN not in [outside.outcome() for _ in range(12)]


def test_failures_count_only_in_a_row(outside: Outside) -> None:
    for _ in range(3):
        outside.fails(TimeoutError())
        assert [outside.outcome() for _ in range(FAILURES - 1)] == [Fault.TIMEOUT] * 4
        outside.says(200)
        assert outside.outcome() == 200


def test_one_host_that_fails_does_not_close_another(outside: Outside) -> None:
    outside.fails(TimeoutError())
    for _ in range(FAILURES):
        outside.outcome()
    outside.says(200)
    assert (outside.outcome(), outside.outcome("other.example.com")) == (Fault.BREAKER_OPEN, 200)


def test_after_ten_seconds_one_trial_opens_the_way_again(outside: Outside) -> None:
    outside.fails(TimeoutError())
    for _ in range(FAILURES):
        outside.outcome()
    outside.says(200)
    outside.now += 9.9
    assert outside.outcome() is Fault.BREAKER_OPEN
    outside.now += 0.2
    assert [outside.outcome() for _ in range(3)] == [200] * 3


def test_a_trial_that_fails_shuts_the_way_for_ten_seconds_more(outside: Outside) -> None:
    outside.fails(TimeoutError())
    for _ in range(FAILURES):
        outside.outcome()
    outside.now += 10
    assert [outside.outcome() for _ in range(2)] == [Fault.TIMEOUT, Fault.BREAKER_OPEN]
    outside.now += 10
    assert [outside.outcome() for _ in range(2)] == [Fault.TIMEOUT, Fault.BREAKER_OPEN]


def test_while_one_tries_the_others_are_told_to_wait(outside: Outside) -> None:
    outside.fails(TimeoutError())
    for _ in range(FAILURES):
        outside.outcome()
    outside.now += 10
    others: list[Fault | int] = []

    def tries(*_args: object) -> wire.Reply:
        others.append(outside.outcome())
        return GOOD

    outside.does = tries
    assert outside.outcome() == 200
    assert others == [Fault.BREAKER_OPEN]


def test_a_trial_that_ends_by_a_fault_of_ours_is_not_a_trial_for_ever(outside: Outside) -> None:
    outside.fails(TimeoutError())
    for _ in range(FAILURES):
        outside.outcome()
    outside.now += 10
    outside.fails(KeyError())
    with pytest.raises(KeyError):
        outside.outcome()
    assert outside.outcome() is Fault.BREAKER_OPEN
    outside.says(200)
    outside.now += 10
    assert outside.outcome() == 200
    assert outside.guards.health().running == 0


def test_one_look_up_more_than_may_be_is_turned_away_at_once(outside: Outside) -> None:
    may_end, inside = threading.Event(), threading.Barrier(4)

    def waits(*_args: object) -> wire.Reply:
        inside.wait(5)
        may_end.wait(5)
        return GOOD

    outside.does = waits
    with ThreadPoolExecutor(3) as pool:
        under_way = [pool.submit(outside.outcome) for _ in range(3)]
        inside.wait(5)
        began = monotonic()
        assert outside.outcome() is Fault.BUSY
        assert monotonic() - began < 0.1
        assert outside.guards.health().running == 3
        may_end.set()
        assert [look_up.result() for look_up in under_way] == [200] * 3
    outside.says(200)
    assert outside.outcome() == 200
    assert outside.guards.health()[:3] == (0, 3, 1)


def test_many_threads_lose_no_count(outside: Outside) -> None:
    outside.guards.most = 99
    outside.says(200)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: outside.outcome(), range(400)))
    health = fetching.health()
    assert (health.running, health.hosts[HOST].outcomes) == (0, {"answered": 400})


def test_health_tells_each_host_apart_and_names_none_that_was_refused(outside: Outside) -> None:
    outside.says(200)
    outside.outcome("good.example.com")
    outside.fails(TimeoutError())
    for _ in range(FAILURES + 2):
        outside.outcome()
    with pytest.raises(FetchFailed):
        fetching.fetch(Request("GET", "https://evil.example.com/"), frozenset({HOST}))
    assert fetching.health().hosts == {
        "good.example.com": (False, 0, {"answered": 1}),
        HOST: (True, 5, {"timeout": 5, "breaker_open": 2}),
    }


def test_by_default_a_quarter_of_the_threads_may_wait_for_services() -> None:
    assert (settings.LOOKUP_THREADS, fetching.health().most) == (2, 2)
