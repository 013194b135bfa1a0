"""No call is dropped and no record is lost while the database is stopped, frozen or locked, or a worker is killed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from calls.vonage.pretend import Telephone
from tests.cluster import Cluster, free_port, wait_for, why_not
from tests.server import Server, Site, actions, at_once, copy_of, words

pytestmark = pytest.mark.slow

WITHIN_SECONDS: Final = 2.0
"""In which every signed webhook is answered, whatever is broken."""
TRANSFERRED: Final = [(0, "answered", ""), (1, "keyed", "7"), (2, "keyed", "1")]
ABANDONED: Final = [(0, "answered", ""), (1, "keyed", "7"), (2, "silence", "")]
NEWS_OF_TRANSFERRED: Final = Counter(started=1, ringing=2, answered=2, completed=2)
NEWS_OF_ABANDONED: Final = Counter(started=1, ringing=1, answered=1, completed=1)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if reason := why_not():
        pytest.skip(reason)
    made = Cluster()
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Site:
    cluster.rows("postgres", "CREATE DATABASE ready")
    site = Site(tmp_path_factory.mktemp("template") / "data", cluster.url("ready"))
    site.folder.mkdir()
    site.prepare()
    return site


@pytest.fixture
def site(cluster: Cluster, template: Site, tmp_path: Path) -> Iterator[Site]:
    name = f"site_{free_port()}"
    cluster.rows("postgres", f"CREATE DATABASE {name} TEMPLATE ready")
    made = copy_of(template, tmp_path / "data", cluster.url(name))
    yield made
    assert not (made.folder / "spool" / "refused.log").exists()
    print(made.log.read_text()[-4000:] if made.log.exists() else "")  # noqa: T201 - pytest shows it on a failure


@pytest.fixture(scope="module")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _sqlite_site(tmp_path_factory.mktemp("sqlite") / "data")


@pytest.fixture
def sqlite_site(sqlite_template: Site, tmp_path: Path) -> Iterator[Site]:
    made = copy_of(sqlite_template, tmp_path / "data", f"sqlite:///{tmp_path}/data/ivr.sqlite3")
    yield made
    assert not (made.folder / "spool" / "refused.log").exists()


def _sqlite_site(folder: Path) -> Site:
    folder.mkdir()
    made = Site(folder, f"sqlite:///{folder}/ivr.sqlite3")
    made.prepare()
    return made


def begin(server: Server, **facts: Any) -> Telephone:
    """A caller who has heard the menu and pressed a wrong key."""
    phone = server.telephone(**facts)
    assert "input" in actions(phone.ring())
    assert "input" in actions(phone.press("7"))
    return phone


def be_transferred(phone: Telephone) -> None:
    assert "connect" in actions(phone.press("1"))
    phone.talk_with_target(40)


def abandon(phone: Telephone) -> None:
    assert "input" in actions(phone.say_nothing())
    phone.hang_up(20)


def outcomes(site: Site) -> dict[str, tuple[str, bool, bool]]:
    """Of each call: what it came to, whether it is marked as degraded, whether its answer webhook is missing."""
    rows = site.rows("SELECT uuid, outcome, degraded, answer_missing FROM calls_call")
    return {uuid: (outcome, bool(degraded), bool(missing)) for uuid, outcome, degraded, missing in rows}


def news(site: Site) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for call, status in site.rows("SELECT call_uuid, status FROM calls_event"):
        found.setdefault(call, Counter())[status] += 1
    return found


def is_recorded(
    site: Site, phone: Telephone, turns: list[tuple[int, str, str]], outcome: str, *, degraded: bool
) -> None:
    """Every turn in its order, all news once, and what it came to."""
    assert site.turns()[phone.uuid] == turns
    assert news(site)[phone.uuid] == (NEWS_OF_TRANSFERRED if turns == TRANSFERRED else NEWS_OF_ABANDONED)
    assert outcomes(site)[phone.uuid] == (outcome, degraded, False)


def legs(site: Site) -> list[tuple[Any, ...]]:
    return sorted(site.rows("SELECT call_uuid, status, duration_seconds FROM calls_leg"))


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_calls_go_on_while_postgresql_is_stopped_and_everything_is_written_after_it(
    mode: str, cluster: Cluster, site: Site
) -> None:
    with Server(site) as server:
        before, silent = begin(server), begin(server)
        wait_for("the pointers are kept", 10, (site.folder / "published" / "numbers.json").exists)
        cluster.stop(mode)
        try:
            outage = len(server.seconds)
            be_transferred(before)
            abandon(silent)
            during = begin(server)
            be_transferred(during)
            between = [begin(server) for _ in range(10)]  # until both workers know
            behind_breaker = len(server.seconds)
            lasting = [begin(server) for _ in range(5)]
            with Server(site) as fresh:
                newcomer = begin(fresh)
                be_transferred(newcomer)
                stranger = fresh.telephone()
                assert "technical trouble" in words(stranger.ring("441632960999"))
                stranger.hang_up(2)
                assert fresh.slowest() < WITHIN_SECONDS
            assert site.spooled()
        finally:
            cluster.start()
        lasting += between
        for phone in lasting:
            abandon(phone)
        site.wait_until_all_is_written()
        _tell(f"stopped ({mode})", server, outage, behind_breaker)
    assert server.slowest() < WITHIN_SECONDS
    for phone in (before, during, newcomer):
        is_recorded(site, phone, TRANSFERRED, "transferred", degraded=phone is not before)
    for phone in (silent, *lasting):
        is_recorded(site, phone, ABANDONED, "abandoned", degraded=phone is not silent)
    ended = outcomes(site)
    assert ended[stranger.uuid] == ("failed", True, False)
    assert len(ended) == len(lasting) + 5
    assert legs(site) == sorted((phone.uuid, "completed", 40) for phone in (before, during, newcomer))


def test_a_frozen_postgresql_costs_callers_one_short_pause(cluster: Cluster, site: Site) -> None:
    with Server(site) as server:
        phones = [begin(server) for _ in range(6)]
        cluster.freeze()
        try:
            frozen = len(server.seconds)
            at_once([lambda phone=phone: be_transferred(phone) for phone in phones[:4]], 4)  # type: ignore[misc]
            behind_breaker = len(server.seconds)
            until = time.monotonic() + 3
            during = []
            while time.monotonic() < until:
                during.append(begin(server))
                time.sleep(0.1)
            abandon(phones[4])
            assert site.spooled()
        finally:
            cluster.thaw()
        abandon(phones[5])
        for phone in during:
            be_transferred(phone)
        site.wait_until_all_is_written()
        _tell("frozen", server, frozen, behind_breaker)
    assert server.slowest() < WITHIN_SECONDS
    turns, came, ended = site.turns(), news(site), outcomes(site)
    for phone in (*phones[:4], *during):
        assert (turns[phone.uuid], came[phone.uuid]) == (TRANSFERRED, NEWS_OF_TRANSFERRED)
        assert ended[phone.uuid][0] == "transferred"
    for phone in phones[4:]:
        assert (turns[phone.uuid], came[phone.uuid]) == (ABANDONED, NEWS_OF_ABANDONED)
        assert ended[phone.uuid][0] == "abandoned"
    assert len(ended) == len(phones) + len(during)


def test_a_locked_table_holds_no_caller_up(cluster: Cluster, site: Site) -> None:
    with Server(site) as server:
        phone = begin(server)
        with closing(cluster.connect(site.database_url.rpartition("/")[2])) as other, other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("LOCK TABLE calls_turn IN ACCESS EXCLUSIVE MODE")
            locked = len(server.seconds)
            be_transferred(phone)
            until = time.monotonic() + 8
            while time.monotonic() < until:
                abandon(begin(server))
            assert server.slowest(locked) < WITHIN_SECONDS
            assert site.spooled()
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            waiting = cursor.fetchone()[0]
            assert waiting <= 8, "whom nobody waits for any more, the server lets go"
            cursor.execute("ROLLBACK")
        site.wait_until_all_is_written()
        _tell("locked table", server, locked, None, f"{waiting} connections wait for the lock")
    turns, ended = site.turns(), outcomes(site)
    assert turns.pop(phone.uuid) == TRANSFERRED
    assert ended.pop(phone.uuid) == ("transferred", False, False)
    assert turns.keys() == ended.keys()
    assert all(turn == ABANDONED for turn in turns.values())
    assert {outcome for outcome, *_ in ended.values()} == {"abandoned"}


def test_a_locked_sqlite_file_holds_no_caller_up(sqlite_site: Site) -> None:
    site = sqlite_site
    with Server(site) as server:
        phone = begin(server)
        with closing(sqlite3.connect(site.folder / "ivr.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked = len(server.seconds)
            be_transferred(phone)
            newcomer = begin(server)
            assert server.slowest(locked) < WITHIN_SECONDS
            assert site.spooled()
            other.execute("ROLLBACK")
        abandon(newcomer)
        site.wait_until_all_is_written()
        _tell("locked SQLite", server, locked)
    assert site.turns() == {phone.uuid: TRANSFERRED, newcomer.uuid: ABANDONED}
    assert {call: outcome for call, (outcome, *_) in outcomes(site).items()} == {
        phone.uuid: "transferred",
        newcomer.uuid: "abandoned",
    }


def test_connections_that_died_between_two_webhooks_are_made_anew_and_nothing_is_spooled(
    cluster: Cluster, site: Site
) -> None:
    name = site.database_url.rpartition("/")[2]
    with Server(site) as server:
        phones = [begin(server) for _ in range(8)]  # so that many threads have a connection
        killed = cluster.rows(
            "postgres",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        for phone in phones:
            abandon(phone)
        assert len(killed) > 2
        assert not site.spooled()
        assert set(map(tuple, site.turns().values())) == {tuple(ABANDONED)}
        assert "goes to the spool" not in site.log.read_text()


def test_killed_workers_lose_no_call_and_double_no_turn(sqlite_site: Site) -> None:
    site, calls = sqlite_site, 200
    kills = random.Random(7)
    dead: list[int] = []
    done: list[Telephone] = []

    def call(server: Server) -> None:
        phone = server.telephone(retry=True)
        phone.ring()
        phone.press("7")
        be_transferred(phone) if len(done) % 2 else abandon(phone)
        done.append(phone)

    def kill(server: Server, after: int) -> None:
        wait_for(f"{after} calls", 60, lambda: len(done) >= after)
        worker = kills.choice(server.workers())
        os.kill(worker, signal.SIGKILL)
        dead.append(worker)

    with Server(site) as server:
        began = time.monotonic()
        killers = [threading.Thread(target=kill, args=(server, after)) for after in (calls // 4, calls // 2)]
        for killer in killers:
            killer.start()
        at_once([lambda: call(server)] * calls, 12)
        for killer in killers:
            killer.join()
        _tell(f"{calls} calls, {len(dead)} kills", server, 0, None, f"in {time.monotonic() - began:.1f} s")
        site.wait_until_all_is_written(30)
    turns, came, ended = site.turns(), news(site), outcomes(site)
    assert len(dead) == 2
    assert set(turns) == set(ended) == {phone.uuid for phone in done}
    for phone in done:
        transferred = turns[phone.uuid] == TRANSFERRED
        assert transferred or turns[phone.uuid] == ABANDONED
        assert came[phone.uuid] == (NEWS_OF_TRANSFERRED if transferred else NEWS_OF_ABANDONED)
        assert ended[phone.uuid][::2] == ("transferred" if transferred else "abandoned", False)


def _tell(what: str, server: Server, since: int, then: int | None = None, more: str = "") -> None:
    """The measured times, for whoever runs the test with -s."""
    times = sorted(seconds for _, seconds in server.seconds[since:then])
    shown = f"{what}: {len(times)} answers, p50 {times[len(times) // 2] * 1000:.0f} ms, most {times[-1] * 1000:.0f} ms"
    if then is not None:
        rest = sorted(seconds for _, seconds in server.seconds[then:])
        middle, most = rest[len(rest) // 2] * 1000, rest[-1] * 1000
        shown += f"; then {len(rest)}, p50 {middle:.0f} ms, most {most:.0f} ms"
    print(f"\n{shown} {more}")  # noqa: T201 - with -s
