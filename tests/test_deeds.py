"""What a step wants done is done within its time, or fails in words; it never raises, and tells no values."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any, Final, NoReturn

import pytest
from django.core.management import call_command
from django.db import OperationalError

from calls import deeds
from calls.dips import hosts
from calls.fetching import Answer, Request
from calls.models import WrongPin
from ivrsite import database
from menus import models, switches, tables
from menus.dialogue import Dip, Failed, Flip, Found, NotFound, Result
from menus.flow import Fetched, HttpSource, Prompt, SwitchKind, TableSource
from menus.models import AllowedHost
from tests import bank, lines
from tests.bank import ACCOUNT, NOW, PIN, dip, place, table

pytestmark = pytest.mark.django_db

Patch = pytest.MonkeyPatch
Log = pytest.LogCaptureFixture
PLAIN = TableSource(table="accounts", key="{account}")
SERVICE = HttpSource(type="http", url="https://crm.example.com/accounts/{account}")
ENDS = int((NOW + timedelta(hours=4)).timestamp())


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    lines.forget()
    yield
    lines.forget()


def do(deed: Dip | Flip, **where: Any) -> Result:
    return deeds.doer(place(**where), NOW)(deed)


def failed(deed: Dip | Flip, **where: Any) -> str:
    result = do(deed, **where)
    assert isinstance(result, Failed), result
    return result.how


def fetched(value: str, field: str) -> Fetched:
    return Fetched(value=value, field=field)


@pytest.fixture
def service(monkeypatch: Patch) -> list[Request]:
    """A service that always answers with a balance, and what it was asked."""
    asked: list[Request] = []

    def fetch(request: Request, allowed: frozenset[str], seconds: float) -> Answer:
        asked.append(request)
        return Answer(200, {"balance": "84.20"}, 12)

    monkeypatch.setattr("calls.fetching.fetch", fetch)
    return asked


# --- tables -----------------------------------------------------------------------------------------------------


def test_a_row_gives_the_columns_that_are_wanted_as_clean_text() -> None:
    table(ACCOUNT, balance="84.20", due="2026-\u202e04-01  ", other="x" * 500)
    result = do(
        dip(PLAIN, fetched("owed", "balance"), fetched("due", "due"), fetched("long", "other"), account=ACCOUNT)
    )
    assert isinstance(result, Found)
    assert result.values == {"owed": "84.20", "due": "2026-04-01", "long": "x" * 100}
    assert result.how.startswith("table accounts, ")
    assert result.how.endswith(" ms")


def test_no_row_is_not_found_and_no_table_or_column_is_a_failure_by_name() -> None:
    assert failed(dip(PLAIN, account="1")) == "table accounts: there is no such table"
    table(ACCOUNT)
    assert isinstance(do(dip(PLAIN, account="1")), NotFound)
    assert failed(dip(PLAIN, fetched("a", "owed"), account=ACCOUNT)) == "table accounts: the row has no “owed”"


def test_a_key_kept_secret_is_found_by_account_and_pin() -> None:
    made = table(hashed_keys=True)
    made.rows.update(key=tables.kept_key(made, f"{ACCOUNT}:{PIN}"))
    assert isinstance(do(dip(account=ACCOUNT, pin=PIN)), Found)
    assert isinstance(do(dip(account=ACCOUNT, pin="1")), NotFound)


def test_a_secret_of_the_server_is_no_part_of_a_key(monkeypatch: Patch) -> None:
    monkeypatch.setenv("IVR_SECRET_KEY", "s3cret")
    table("s3cret")
    assert "headers" in failed(dip(TableSource(table="accounts", key="{secret:KEY}")))


@pytest.mark.parametrize("name", ["caller", "dialled", "line", "pressed", "opens", "holiday", "callback", "window"])
@pytest.mark.parametrize("source", [PLAIN, SERVICE], ids=["table", "service"])
def test_what_is_looked_up_never_takes_the_place_of_the_calls_own_values(
    name: str, source: TableSource | HttpSource, service: list[Request]
) -> None:
    table(ACCOUNT)
    assert f"“{name}”" in failed(dip(source, fetched(name, "balance"), account=ACCOUNT))
    assert service == [], "nothing was asked"


def test_nor_the_place_of_a_pin() -> None:
    table()
    assert "“pin”" in failed(dip(bank.TABLE, fetched("pin", "balance"), account=ACCOUNT, pin=PIN))


# --- allowed hosts ----------------------------------------------------------------------------------------------


def test_a_host_taken_away_is_not_asked_any_more_within_two_seconds(monkeypatch: Patch) -> None:
    AllowedHost.objects.create(host="crm.example.com")
    assert hosts.allowed(0.7) == {"crm.example.com"}
    AllowedHost.objects.all().delete()
    clock = monotonic() + 2
    monkeypatch.setattr("calls.dips.hosts.time.monotonic", lambda: clock)
    assert hosts.allowed(0.7) == frozenset()
    assert "this host is not allowed; a number manager" in failed(dip(SERVICE, account="1"))


def test_without_the_database_the_hosts_known_last_are_asked_and_else_none(
    monkeypatch: Patch, service: list[Request]
) -> None:
    def away(*_: object) -> NoReturn:
        raise database.DatabaseAway("frozen")

    AllowedHost.objects.create(host="crm.example.com")
    monkeypatch.setattr(hosts, "MEMO_SECONDS", -1.0)
    hosts.allowed(0.7)
    with monkeypatch.context() as patch:
        patch.setattr(database, "run", away)
        assert isinstance(do(dip(SERVICE, account="1")), Found)
        hosts.forget()
        assert "which hosts are allowed is not known" in failed(dip(SERVICE, account="1"))
    assert len(service) == 1


def test_the_hosts_are_read_once_a_second_at_most(django_assert_num_queries: Any, service: list[Request]) -> None:
    with django_assert_num_queries(1):
        for _ in range(5):
            do(dip(SERVICE, account="1"))


# --- time, and what goes wrong ----------------------------------------------------------------------------------


def test_all_look_ups_of_a_turn_share_one_deadline(monkeypatch: Patch) -> None:
    given: list[float] = []

    def fetch(request: Request, allowed: frozenset[str], seconds: float) -> Answer:
        given.append(seconds)
        pause(0.15)
        return Answer(200, {"balance": "1"}, 150)

    monkeypatch.setattr(deeds, "SECONDS", 0.4)
    monkeypatch.setattr("calls.fetching.fetch", fetch)
    take = deeds.doer(place(), NOW)
    results = [take(dip(SERVICE, account="1")) for _ in range(5)]
    assert [type(result) for result in results] == [Found, Found, Found, Failed, Failed]
    assert results[-1] == Failed("no time was left in this turn")
    assert given == sorted(given, reverse=True)
    assert given[2] < 0.12
    assert isinstance(deeds.doer(place(), NOW)(dip(SERVICE, account="1")), Found), "the next turn has its own"


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def test_what_a_service_takes_is_not_taken_from_the_databases_time(monkeypatch: Patch) -> None:
    def fetch(request: Request, allowed: frozenset[str], seconds: float) -> Answer:
        pause(0.3)
        return Answer(200, {"balance": "1"}, 300)

    monkeypatch.setattr("calls.fetching.fetch", fetch)
    with database.patience(0.25):
        assert isinstance(do(dip(SERVICE, account="1")), Found)
        assert database.run(AllowedHost.objects.count) == 0, "its turn can be written down"
    with database.patience(0.05):
        pause(0.06)
        with pytest.raises(database.DatabaseAway):
            database.run(AllowedHost.objects.count)


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (database.DatabaseAway("12025550142"), "table accounts: the database is away"),
        (OperationalError("12025550142"), "table accounts: the database is away"),
        (ValueError("12025550142"), "a fault of the server"),
        (TimeoutError("12025550142"), "no time was left in this turn"),
    ],
    ids=repr,
)
def test_whatever_breaks_it_fails_and_neither_the_reason_nor_the_log_quotes_the_fault(
    fault: Exception, how: str, monkeypatch: Patch, caplog: Log
) -> None:
    def find(*_: object) -> NoReturn:
        raise fault

    monkeypatch.setattr(tables, "find", find)
    assert failed(dip(PLAIN, account="1")) == how
    records = [record for record in caplog.records if record.name == "calls.deeds"]
    assert records
    assert not any("12025550142" in record.getMessage() or record.exc_info for record in records)


# --- switches ---------------------------------------------------------------------------------------------------


def flip(kind: SwitchKind = SwitchKind.CLOSED, ends: int = ENDS) -> Flip:
    return Flip(kind, "", ends, Prompt())


def test_a_switch_is_thrown_on_the_line_that_was_called_and_by_phone() -> None:
    line = lines.publish(lines.office())
    assert do(flip(), line=line.pk) == Found({})
    row = models.Switch.objects.get()
    assert (row.line, row.kind, row.via, row.begins_at) == (line, "closed", "phone", NOW)


def test_a_webhook_delivered_twice_throws_one_switch() -> None:
    line = lines.publish(lines.office())
    assert [do(flip(), line=line.pk) for _ in range(2)] == [Found({}), Found({})]
    assert models.Switch.objects.count() == 1


def test_a_switch_that_is_refused_or_cannot_be_written_fails(monkeypatch: Patch) -> None:
    line = lines.publish(lines.office())
    assert "would have ended already" in failed(flip(ends=1), line=line.pk)
    assert "draft" in failed(flip())

    def away(*_: object, **__: object) -> NoReturn:
        raise database.DatabaseAway("frozen")

    monkeypatch.setattr(switches, "throw", away)
    assert failed(flip(), line=line.pk) == "the database is away"
    assert not models.Switch.objects.exists()


# --- calls that are tried out -----------------------------------------------------------------------------------


def test_a_call_that_is_tried_out_looks_up_but_counts_no_pin() -> None:
    lines.publish(lines.office())
    table()
    told: list[str] = []
    do_it = deeds.pretend(told.append)
    assert isinstance(do_it(dip(account=ACCOUNT, pin=PIN)), Found)
    for _ in range(12):
        assert isinstance(do_it(dip(account=ACCOUNT, pin="1")), NotFound)
    assert told == ["a wrong PIN would be counted"] * 12
    assert not WrongPin.objects.exists()


ASKS: Final[dict[str, Any]] = {
    "kind": "collect",
    "label": "Account",
    "value": "account",
    "min_digits": 4,
    "max_digits": 4,
    "then": "look",
}


def typed(text: str, monkeypatch: Patch) -> str:
    """What the terminal phone shows."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("try_call", f"+{lines.NUMBER}", "--from", "+1 202 555 0142", stdout=out)
    return out.getvalue()


def test_the_terminal_phone_looks_up_and_knows_the_caller(monkeypatch: Patch) -> None:
    rule = {"key": "vip", "label": "VIP", "lists": ["vip"], "to": "account"}
    look: dict[str, Any] = {
        "kind": "lookup",
        "label": "Look",
        "source": PLAIN.model_dump(),
        "values": [{"value": "balance", "field": "balance"}],
        "found": "found",
        "not_found": "switch",
    }
    flow = lines.office(
        main={"kind": "branch", "label": "Listed", "rules": [rule], "otherwise": "bye"},
        account=ASKS,
        look=look,
        found={"kind": "message", "label": "Found", "prompt": {"en": "You have {balance}."}, "then": "bye"},
        switch={"kind": "switch", "label": "Switch", "switch": "closed", "then": "bye"},
    )
    lines.publish(flow)
    table(ACCOUNT)
    vip = models.NumberList.objects.create(key="vip", name="VIP")
    models.NumberListEntry.objects.create(list=vip, number="12025550142")
    assert "You have 84.20." in typed(f"{ACCOUNT}\n", monkeypatch)
    assert "nothing was switched" in typed("9999\n", monkeypatch)
    assert not models.Switch.objects.exists()


def test_the_terminal_phone_hears_the_words_before_a_look_up_out(monkeypatch: Patch, service: list[Request]) -> None:
    look = {"kind": "lookup", "label": "Look", "source": SERVICE.model_dump(), "hold": {"en": "One moment."}}
    lines.publish(lines.office(main=ASKS, look=look | {"found": "bye"}))
    shown = typed("4821\n", monkeypatch)
    assert "One moment." in shown
    assert "the call ends" in shown
    assert [request.url for request in service] == ["https://crm.example.com/accounts/4821"]


def test_nor_does_it_raise(monkeypatch: Patch) -> None:
    def find(*_: object) -> NoReturn:
        raise ValueError("x")

    monkeypatch.setattr(tables, "find", find)
    assert deeds.pretend(print)(dip(account=ACCOUNT, pin=PIN)) == Failed("a fault of the server")
