"""A line that asks for an account and a PIN and looks them up, and a service of its own to ask."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from calls import fetching
from calls.dips import hosts
from calls.fetching import addresses, guards, wire
from calls.models import Turn
from calls.place import Place
from menus.dialogue import Dip, State
from menus.flow import Fetched, Flow, HttpSource, TableSource
from menus.models import AllowedHost, LookupRow, LookupTable
from tests import lines
from tests.dip_server import NAME, Behaviour, DipServer, reply, says, serving

NOW: Final = datetime(2026, 3, 4, 10, tzinfo=UTC)
ACCOUNT: Final = "4821"
PIN: Final = "70519364"
BALANCE: Final = (Fetched(value="balance", field="balance"),)
TABLE: Final = TableSource(table="accounts", key="{account}:{pin}")


def table(key: str = f"{ACCOUNT}:{PIN}", *, hashed_keys: bool = False, **values: str) -> LookupTable:
    made = LookupTable.objects.create(key="accounts", name="Accounts", columns=["balance"], hashed_keys=hashed_keys)
    LookupRow.objects.create(table=made, key=key, values=values or {"balance": "84.20"})
    return made


def dip(source: TableSource | HttpSource = TABLE, *wanted: Fetched, **given: str) -> Dip:
    """What a step asks; `pin` is one wherever it is given."""
    return Dip(source, given, wanted or BALANCE, ("pin",) if "pin" in given else ())


def place(call: str = "a-call", caller: str = "12025550142", turn: int = 3, line: int = 0) -> Place:
    """Where a caller waits before the deed."""
    state = State(began=0, turn=turn, at="look", language="en", values={"caller": caller})
    return Place(call, UUID(int=1), state, line)


# --- the service ------------------------------------------------------------------------------------------------


@contextmanager
def service(pem: Path, monkeypatch: pytest.MonkeyPatch, at_once: int = 8) -> Iterator[DipServer]:
    """Found under a public name; only the judge of addresses and the list of authorities are not production's."""
    trusted = ssl.create_default_context(cafile=pem)
    monkeypatch.setattr(wire, "_context", lambda: trusted)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(fetching, "_guards", guards.Guards(at_once))
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    found = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *args, **more: rows if host == NAME else found(host, *args, **more)
    )
    with serving(pem) as server:
        yield server


def allow(server: DipServer) -> str:
    """Its host, now allowed."""
    host = f"{NAME}:{server.port}"
    AllowedHost.objects.create(host=host)
    hosts.forget()
    return host


def post(server: DipServer, path: str = "/balance", **more: Any) -> HttpSource:
    """A source that sends account and PIN."""
    sent = {"account": "{account}", "pin": "{pin}"}
    plain = {"type": "http", "method": "POST", "url": f"https://{NAME}:{server.port}{path}", "send": sent}
    return HttpSource.model_validate(plain | more)


def answers(body: object) -> Behaviour:
    return says(reply(json.dumps(body).encode()))


def sent_to(server: DipServer, n: int = -1) -> tuple[dict[str, str], dict[str, Any]]:
    """Headers and JSON of what the service was asked."""
    head, _, body = server.heard[n].partition(b"\r\n\r\n")
    rows = [row.partition(": ") for row in head.decode().split("\r\n")[1:]]
    return {name: value for name, _, value in rows}, json.loads(body or b"{}")


# --- the line ---------------------------------------------------------------------------------------------------


def flow(
    source: TableSource | HttpSource, *, told: str = "You have {balance}.", sensitive: bool = False, **look: Any
) -> Flow:
    """Account and PIN, then the look-up: found leads to `told`, not found asks anew, failed says so."""

    def collect(value: str, then: str, **more: Any) -> dict[str, Any]:
        digits = {"min_digits": 4, "max_digits": 16, "prompt": {"en": f"Your {value}?"}}
        return {"kind": "collect", "label": value, "value": value, "then": then} | digits | more

    return lines.office(
        main=collect("account", "pin", sensitive=sensitive),
        pin=collect("pin", "look", asks="pin"),
        look={
            "kind": "lookup",
            "label": "Look",
            "source": source.model_dump(),
            "values": [{"value": "balance", "field": "balance"}],
            "found": "told",
            "not_found": "main",
            "failed": "broken",
        }
        | look,
        told={"kind": "message", "label": "Told", "prompt": {"en": told}, "then": "bye"},
        broken={"kind": "message", "label": "Broken", "prompt": {"en": "Not now."}, "then": "bye"},
    )


def visits(destination: str = "look") -> list[tuple[str, str, str]]:
    """How the calls left a destination, as the log has it: outcome, why, where it led."""
    found = []
    for text in Turn.objects.order_by("pk").values_list("visits", flat=True):
        found += [(row[1], row[3], row[4]) for row in json.loads(text or "[]") if row[0] == destination]
    return found
