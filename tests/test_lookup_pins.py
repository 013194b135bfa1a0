"""Wrong PINs are counted over all calls, by caller and by account; who tried too often is not even looked up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any, NoReturn

import pytest
from django.db import connection

from calls import deeds, pins
from calls.dips import Told
from calls.keeper import Rounds
from calls.models import WrongPin
from ivrsite import database
from menus import tables
from menus.dialogue import Dip, Failed, Found, Locked, NotFound, Result
from menus.flow import HttpSource, TableSource
from menus.models import LookupRow
from tests import bank
from tests.bank import ACCOUNT, NOW, PIN, place

pytestmark = pytest.mark.django_db

Patch = pytest.MonkeyPatch
WRONG = "70519365"


@pytest.fixture(autouse=True)
def breaker() -> None:
    database.forget_away()


@pytest.fixture
def looked_up(monkeypatch: Patch) -> list[str]:
    """The keys that a table was asked for."""
    asked: list[str] = []
    find = tables.find

    def spy(table: str, key: str) -> dict[str, str] | None:
        asked.append(key)
        return find(table, key)

    monkeypatch.setattr(tables, "find", spy)
    return asked


def attempt(
    pin: str = WRONG,
    call: str = "a-call",
    caller: str = "12025550142",
    account: str = ACCOUNT,
    turn: int = 3,
    now: datetime = NOW,
) -> Result:
    return deeds.doer(place(call, caller, turn), now)(bank.dip(account=account, pin=pin))


def wrong(times: int, **more: Any) -> None:
    """So many wrong ones, each in a call of its own."""
    for n in range(times):
        assert isinstance(attempt(call=f"call-{len(str(more))}-{n}", **more), NotFound)


# --- how many ---------------------------------------------------------------------------------------------------


def test_the_eleventh_try_within_an_hour_is_locked_over_new_calls_and_nothing_is_looked_up(
    looked_up: list[str],
) -> None:
    bank.table()
    for n in range(10):
        assert isinstance(attempt(call=f"call-{n}", account=f"{n}"), NotFound)
    assert len(looked_up) == 10
    assert attempt(PIN, call="call-10") == Locked(), "even with the right one"
    assert len(looked_up) == 10


def test_an_hour_later_it_may_be_tried_again(looked_up: list[str]) -> None:
    bank.table()
    wrong(10)
    assert attempt(PIN, call="new", now=NOW + timedelta(minutes=59)) == Locked()
    assert isinstance(attempt(PIN, call="new", now=NOW + timedelta(minutes=61)), Found)


def test_an_account_is_locked_for_every_caller_and_the_others_are_not() -> None:
    bank.table()
    for n in range(10):
        assert isinstance(attempt(call=f"call-{n}", caller=f"1202555{n:04}"), NotFound)
    assert attempt(PIN, call="new", caller="12025559999") == Locked()
    assert isinstance(attempt(call="new", caller="12025559999", account="5000"), NotFound)


def test_callers_who_hide_their_number_share_nothing_but_the_account() -> None:
    bank.table()
    for n in range(11):
        assert isinstance(attempt(call=f"call-{n}", caller="", account=f"{n}"), NotFound)
    for n in range(10):
        assert isinstance(attempt(call=f"other-{n}", caller=""), NotFound)
    assert attempt(PIN, call="new", caller="") == Locked()


def test_what_every_call_brings_along_makes_no_other_account_of_it() -> None:
    bank.table()
    for n in range(10):
        own = {"caller": f"1202555{n:04}", "language": f"l{n}", "pressed": str(n)}
        dip = Dip(bank.TABLE, {"account": ACCOUNT, "pin": WRONG} | own, bank.BALANCE, ("pin",))
        assert isinstance(deeds.doer(place(f"d{n}", own["caller"]), NOW)(dip), NotFound)
    assert attempt(PIN, call="new", caller="12025559999") == Locked()


def test_who_is_known_by_their_number_locks_nobody_else() -> None:
    bank.table()
    source = TableSource(table="accounts", key="{caller}:{pin}")

    def by_number(caller: str, call: str) -> Result:
        return deeds.doer(place(call, caller), NOW)(bank.dip(source, caller=caller, pin=WRONG))

    for n in range(10):
        assert isinstance(by_number("12025550142", f"c{n}"), NotFound)
    assert by_number("12025550142", "new") == Locked()
    assert isinstance(by_number("12025559999", "other"), NotFound)


def test_by_a_pin_alone_it_is_one_account_for_everybody() -> None:
    bank.table()
    source = TableSource(table="accounts", key="{pin}")
    for n in range(11):
        last = deeds.doer(place(f"c{n}", f"1202555{n:04}"), NOW)(bank.dip(source, pin=WRONG))
    assert last == Locked()


def test_a_right_pin_is_not_counted_and_undoes_nothing() -> None:
    bank.table()
    wrong(9)
    for n in range(3):
        assert isinstance(attempt(PIN, call=f"right-{n}"), Found)
    assert WrongPin.objects.count() == 2 * 9
    wrong(1, turn=5)
    assert attempt(PIN, call="new") == Locked()


def test_a_locked_try_is_not_counted_either() -> None:
    """Else a lock would last as long as somebody tries."""
    wrong_now = {"now": NOW - timedelta(minutes=30)}
    bank.table()
    wrong(10, **wrong_now)
    for n in range(11):
        assert attempt(call=f"late-{n}") == Locked()
    assert isinstance(attempt(PIN, call="later", now=NOW + timedelta(minutes=31)), Found)


def test_a_webhook_delivered_twice_is_one_try_and_ends_alike() -> None:
    bank.table()
    wrong(9)
    for _ in range(3):
        assert isinstance(attempt(call="tenth"), NotFound)
    assert WrongPin.objects.filter(call_uuid="tenth", n=4).count() == 2
    assert WrongPin.objects.count() == 2 * 10
    LookupRow.objects.update(key=f"{ACCOUNT}:{WRONG}")
    assert isinstance(attempt(call="tenth"), Found)
    assert WrongPin.objects.count() == 2 * 10, "what was wrong the first time stays counted"


def test_after_a_change_of_keys_the_tries_before_it_still_count(settings: Any) -> None:
    bank.table()
    wrong(10)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a-new-key-" * 4
    assert attempt(PIN, call="new") == Locked()


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_get_no_more_tries_than_one_by_one(looked_up: list[str]) -> None:
    bank.table()
    wrong(8)
    looked_up.clear()
    ready = Barrier(6)

    def go(n: int) -> Result:
        ready.wait(10)
        try:
            return attempt(call=f"at-once-{n}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        done = list(threads.map(go, range(6)))
    assert len(looked_up) <= 2
    assert {type(result) for result in done} <= {NotFound, Locked, Failed}


# --- what counts ------------------------------------------------------------------------------------------------


def ask_service(monkeypatch: Patch, told: Told) -> Result:
    monkeypatch.setattr("calls.dips.ask", lambda *_: told)
    source = HttpSource(type="http", url="https://crm.example.com/{account}?pin={pin}")
    return deeds.doer(place(), NOW)(bank.dip(source, account=ACCOUNT, pin=WRONG))


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        (Told(NotFound("404")), 2),
        (Told(Failed("403")), 2),
        (Told(Failed("timeout"), judged=False), 0),
        (Told(NotFound("nothing to ask by"), judged=False), 0),
        (Told(Found({})), 0),
    ],
    ids=str,
)
def test_a_try_counts_when_it_was_judged_and_not_found_right(told: Told, counted: int, monkeypatch: Patch) -> None:
    assert ask_service(monkeypatch, told) == told.result
    assert WrongPin.objects.count() == counted


def test_without_a_pin_nothing_is_counted() -> None:
    bank.table(key=ACCOUNT)
    result = deeds.doer(place(), NOW)(bank.dip(TableSource(table="accounts", key="{account}"), account="1"))
    assert isinstance(result, NotFound)
    assert not WrongPin.objects.exists()


def test_a_pin_that_is_gone_is_not_tried(looked_up: list[str]) -> None:
    bank.table()
    result = attempt(pin="")
    assert isinstance(result, Failed)
    assert "there is no pin" in result.how
    assert (looked_up, WrongPin.objects.count()) == ([], 0)


def test_while_the_database_is_away_no_pin_is_tried(monkeypatch: Patch, looked_up: list[str]) -> None:
    def away(*_: object) -> NoReturn:
        raise database.DatabaseAway("frozen")

    bank.table()
    asked: list[Dip] = []
    monkeypatch.setattr(database, "run", away)
    monkeypatch.setattr("calls.dips.ask", lambda dip, *_: asked.append(dip))
    assert attempt(PIN) == Failed("the database is away")
    assert asked == []


def test_only_hashes_are_kept_and_not_for_longer_than_a_day() -> None:
    bank.table()
    wrong(1)
    kept = str(list(WrongPin.objects.values_list()))
    assert not any(secret in kept for secret in (WRONG, ACCOUNT, "12025550142"))
    assert {len(who) for who in WrongPin.objects.values_list("who", flat=True)} == {64}
    pins.forget_old(NOW + timedelta(hours=23))
    assert WrongPin.objects.count() == 2
    pins.forget_old(NOW + timedelta(hours=25))
    assert not WrongPin.objects.exists()


def test_the_keeper_forgets_them() -> None:
    bank.table()
    wrong(1)  # long ago, by the keeper's clock
    Rounds().settle()
    assert not WrongPin.objects.exists()


def test_accounts_at_different_places_and_with_different_names_are_not_one(monkeypatch: Patch) -> None:
    monkeypatch.setattr("calls.dips.ask", lambda *_: Told(NotFound()))
    sources: Callable[[str], HttpSource] = lambda host: HttpSource(  # noqa: E731
        type="http", url=f"https://{host}/{{account}}?pin={{pin}}"
    )
    for n in range(10):
        deeds.doer(place(f"c{n}", f"1202555{n:04}"), NOW)(bank.dip(sources("a.example.com"), account="1", pin="9"))
    new = deeds.doer(place("new", "12025559999"), NOW)
    assert new(bank.dip(sources("a.example.com"), account="1", pin="9")) == Locked()
    assert new(bank.dip(sources("b.example.com"), account="1", pin="9")) == NotFound()
