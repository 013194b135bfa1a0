"""Look-ups in whole signed calls, against a real service: each outcome leads where the flow says, and in time."""

from __future__ import annotations

import json
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.db import connection

from calls import journal, spool
from calls.models import Turn, WrongPin
from calls.vonage.pretend import Telephone
from menus.models import AllowedHost
from tests import bank, lines
from tests.bank import ACCOUNT, PIN, sent_to, visits
from tests.dip_server import Behaviour, DipServer, certificate, drips, hangs, reply, says
from tests.door import EVENT, Door, keyed, ncco_in, place_in, ring, said

pytestmark = pytest.mark.django_db

Patch = pytest.MonkeyPatch
FOUND = {"balance": 84.2}
CARD = "7305192866045170"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("dip"))


@pytest.fixture
def server(pem: Path, monkeypatch: Patch) -> Iterator[DipServer]:
    with bank.service(pem, monkeypatch) as found:
        found.behaviour = bank.answers(FOUND)
        yield found


@pytest.fixture
def door(server: DipServer) -> Door:
    """The bank's line, that asks the service."""
    door = Door()
    bank.allow(server)
    lines.publish(bank.flow(bank.post(server)))
    return door


def ask(telephone: Telephone, pin: str = PIN, account: str = ACCOUNT) -> list[str]:
    """What the caller hears after account and PIN."""
    telephone.press(account)
    return said(telephone.press(pin))


def called(door: Door, **facts: Any) -> Telephone:
    telephone = door.telephone(**facts)
    telephone.ring()
    return telephone


# --- each outcome -----------------------------------------------------------------------------------------------


def test_what_is_found_is_said_and_the_call_goes_on(door: Door, server: DipServer) -> None:
    assert ask(called(door)) == ["You have 84.2.", "Goodbye."]
    ((outcome, why, to),) = visits()
    assert (outcome, to) == ("found", "told")
    assert why.startswith(f"dip.example.com:{server.port}, ")
    assert why.endswith(" ms")
    assert visits("told") == [("played", "", "bye")]


def test_404_is_not_found_and_asks_anew(door: Door, server: DipServer) -> None:
    server.behaviour = says(reply(b"", "404 Not Found"))
    telephone = called(door)
    assert ask(telephone)[0] == "Your account?"
    assert [(outcome, to) for outcome, _, to in visits()] == [("not_found", "main")]
    server.behaviour = bank.answers(FOUND)
    assert ask(telephone)[0] == "You have 84.2."


def test_found_may_hang_on_a_field(door: Door, server: DipServer) -> None:
    lines.publish(bank.flow(bank.post(server, found_field="account.id")), "12025550199")
    for body, to in (({"account": {"id": False}}, "main"), (FOUND | {"account": {"id": 0}}, "told")):
        server.behaviour = bank.answers(body)
        ask(called(door, dialled="12025550199"))
        assert visits()[-1][2] == to


@pytest.mark.parametrize(
    ("behaviour", "why", "judged"),
    [
        (says(reply(b"x" * 10_000_000)), "too long", True),
        (says(reply(b"<html>")), "not json", True),
        (says(reply(b"[1]")), "not json", True),
        (says(reply(b'{"balance": "secret"}', "500 Oops")), "status 500", False),
        (says(reply(b"", "403 Forbidden")), "status 403", True),
        (says(reply(b"", "302 Found", "Location: https://evil.example.com/")), "redirect 302", True),
        (says(b""), "unreachable", False),
        (bank.answers({"owed": "secret"}), "the answer has no field “balance”", True),
        (bank.answers({"balance": {"a": "secret"}}), "the answer has no field “balance”", True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_whatever_else_comes_the_call_goes_the_way_for_failures(
    behaviour: Behaviour, why: str, judged: bool, door: Door, server: DipServer
) -> None:
    server.behaviour = behaviour
    assert ask(called(door)) == ["Not now.", "Goodbye."]
    ((outcome, reason, to),) = visits()
    assert (outcome, to) == ("failed", "broken")
    assert reason.startswith(f"dip.example.com:{server.port}: {why}")
    assert "secret" not in reason
    assert WrongPin.objects.count() == 2 * judged, "a service may say “wrong PIN” in words of its own"


def test_a_closed_port_and_a_host_that_was_taken_away_fail_too(door: Door, server: DipServer) -> None:
    server.close()
    assert ask(called(door))[0] == "Not now."
    AllowedHost.objects.all().delete()
    lines.forget()
    assert ask(called(door))[0] == "Not now."
    assert [why.split(": ")[1].split(",")[0] for _, why, _ in visits()] == [
        "unreachable",
        "this host is not allowed; a number manager allows it under Allowed hosts",
    ]


@pytest.mark.parametrize("behaviour", [hangs, drips(b"x" * 10_000)], ids=["hangs", "drips"])
def test_a_service_that_takes_its_time_holds_the_caller_for_two_and_a_half_seconds_at_most(
    behaviour: Behaviour, door: Door, server: DipServer
) -> None:
    server.behaviour = behaviour
    telephone = called(door)
    telephone.press(ACCOUNT)
    began = monotonic()
    assert said(telephone.press(PIN))[0] == "Not now."
    assert 1.9 < monotonic() - began < 2.5
    assert visits()[0][1].split(", ")[0].endswith("timeout")
    assert Turn.objects.count() == 3, "the turn is written to the database, not to the spool"


def test_what_is_said_before_a_look_up_comes_first_and_alone(door: Door, server: DipServer) -> None:
    lines.publish(bank.flow(bank.post(server), hold={"en": "One moment."}), "12025550199")
    telephone = called(door, dialled="12025550199")
    telephone.press(ACCOUNT)
    held = telephone.press(PIN)
    assert held[0]["text"] == "One moment."
    assert server.heard == []
    assert said(telephone.hear_out())[0] == "You have 84.2."


# --- an answer has no power -------------------------------------------------------------------------------------

HOSTILE = [
    "<speak>Hi</speak>",
    "</speak><audio src='https://evil.example.com/'/>",
    "<break time='10s'/>",
    "&lt;speak&gt;",
    "{caller} {pin} {line} {secret:KEY} {balance}",
    "\x00\x1b[2J\r\n]}",
    '", "action": "connect',
    "x" * 10_000,
    "\u202e\ud800<",
    "press 0",
]


@pytest.mark.parametrize("told", ["You have {balance}.", "<speak>You have {balance}.</speak>"], ids=["words", "SSML"])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_an_answer_changes_neither_the_way_nor_the_markup(text: str, told: str, door: Door, server: DipServer) -> None:
    lines.publish(bank.flow(bank.post(server), told=told), "12025550199")
    server.behaviour = says(reply(json.dumps({"balance": text, "caller": "0", "start": "desk", "to": "desk"}).encode()))
    telephone = called(door, dialled="12025550199")
    telephone.press(ACCOUNT)
    ncco = telephone.press(PIN)
    assert [(visit[0], visit[2]) for visit in visits()] == [("found", "told")]
    assert [action["action"] for action in ncco] == ["talk", "talk"]
    words: str = ncco[0]["text"]
    if told.startswith("<speak>"):
        root = ET.fromstring(words)
        assert (root.tag, list(root)) == ("speak", [])
        words = root.text or ""
    else:
        assert "<" not in words
    assert words.startswith("You have ")
    assert len(words) < 200
    assert words.isprintable()
    assert PIN not in words
    assert telephone.number not in words


# --- PINs -------------------------------------------------------------------------------------------------------


def test_the_third_wrong_pin_of_a_call_leads_to_a_person(door: Door, server: DipServer) -> None:
    server.behaviour = says(reply(b"", "404 Not Found"))
    telephone = called(door)
    for n in range(3):
        heard = ask(telephone, f"7051936{n}")
    assert telephone.waiting
    assert telephone.waiting["endpoint"][0]["number"] == lines.DESK
    assert len(heard) == 2
    assert [(outcome, to) for outcome, _, to in visits()] == [
        ("not_found", "main"),
        ("not_found", "main"),
        ("locked", "desk"),
    ]


def test_the_eleventh_within_an_hour_is_not_asked_over_new_calls(door: Door, server: DipServer) -> None:
    server.behaviour = says(reply(b"", "404 Not Found"))
    for _ in range(5):
        telephone = called(door)
        ask(telephone)
        ask(telephone)
    assert len(server.heard) == 10
    server.behaviour = bank.answers(FOUND)
    telephone = called(door)
    ask(telephone)
    assert telephone.waiting
    assert telephone.waiting["endpoint"][0]["number"] == lines.DESK
    assert visits()[-1] == ("locked", "", "desk")
    assert len(server.heard) == 10
    other = called(door, number="12025559999")
    assert ask(other, account="5000")[0] == "You have 84.2."


# --- twice, and at the same time --------------------------------------------------------------------------------


def test_a_webhook_delivered_twice_asks_with_the_same_key_and_is_one_turn(door: Door, server: DipServer) -> None:
    first = door.post("/webhooks/answer/", ring())
    second = door.post(place_in(ncco_in(first)), keyed(ACCOUNT))
    place = place_in(ncco_in(second))
    replies = [door.post(place, keyed(PIN)).content for _ in range(2)]
    assert replies[0] == replies[1]
    keys = [sent_to(server, n)[0]["idempotency-key"] for n in range(2)]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 64
    assert Turn.objects.count() == 3
    door.post("/webhooks/answer/", ring(uuid="another-call"))
    second = door.post(place_in(door.nccos[-1]), keyed(ACCOUNT))
    door.post(place_in(ncco_in(second)), keyed(PIN))
    assert sent_to(server)[0]["idempotency-key"] != keys[0]


def test_twice_with_another_answer_the_caller_still_hears_the_first(door: Door, server: DipServer) -> None:
    first = door.post("/webhooks/answer/", ring())
    second = door.post(place_in(ncco_in(first)), keyed(ACCOUNT))
    place = place_in(ncco_in(second))
    before = door.post(place, keyed(PIN)).content
    server.behaviour = bank.answers({"balance": 1})
    assert door.post(place, keyed(PIN)).content == before


@pytest.mark.django_db(transaction=True)
def test_while_a_service_hangs_other_calls_are_not_held_up(pem: Path, monkeypatch: Patch) -> None:
    with bank.service(pem, monkeypatch, at_once=2) as server:
        server.behaviour = hangs
        door = Door()
        bank.allow(server)
        lines.publish(bank.flow(bank.post(server)))
        lines.publish(lines.office(), "12025550199")
        waiting = [called(door), called(door, number="12025550143"), called(door, number="12025550144")]
        for telephone in waiting:
            telephone.press(ACCOUNT)

        def press(telephone: Telephone) -> list[str]:
            try:
                return said(telephone.press(PIN))
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            hanging = [threads.submit(press, telephone) for telephone in waiting[:2]]
            until = monotonic() + 1.5
            while len(server.heard) < 2 and monotonic() < until:
                threading.Event().wait(0.01)
            assert len(server.heard) == 2
            began = monotonic()
            assert press(waiting[2])[0] == "Not now.", "a third look-up is not even begun"
            for _ in range(5):
                other = called(door, dialled="12025550199")
                other.press("4")
            assert monotonic() - began < 1.0
            assert not any(one.done() for one in hanging)
            assert [one.result()[0] for one in hanging] == ["Not now."] * 2
        assert "busy" in visits()[0][1]


# --- what nobody may see ----------------------------------------------------------------------------------------


def everything_in_the_database() -> str:
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        found = []
        for name in tables:
            cursor.execute(f'SELECT * FROM "{name}"')
            found += [name, *map(str, cursor.fetchall())]
    return "\n".join(found)


@pytest.mark.parametrize("spooled", [False, True], ids=["database", "spool"])
@pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])
def test_what_is_sensitive_reaches_the_service_and_is_kept_nowhere(
    spooled: bool,
    wrong: bool,
    door: Door,
    server: DipServer,
    monkeypatch: Patch,
    caplog: Any,
    tmp_path: Path,
    settings: Any,
) -> None:
    spool.hand_over()
    settings.DATA_DIR = tmp_path
    caplog.set_level("DEBUG")
    if wrong:
        server.behaviour = says(reply(json.dumps({"why": PIN + CARD}).encode(), "404 Not Found"))
    lines.publish(bank.flow(bank.post(server), sensitive=True), "12025550199")
    telephone = called(door, dialled="12025550199")
    if spooled:
        monkeypatch.setattr(journal, "append", journal._spool)
    ask(telephone, account=CARD)
    telephone.status("completed", duration="10")
    telephone.post(EVENT, {"uuid": telephone.uuid, "odd": "news"})
    assert sent_to(server)[1] == {"account": CARD, "pin": PIN}
    kept = everything_in_the_database()
    logged = "\n".join(f"{vars(record)} {record.getMessage()}" for record in caplog.records)
    files = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert spooled == any('"turn"' in text for text in files)
    assert telephone.uuid in kept + str(files)
    assert "dip.example.com" in logged, "the log tells of the look-up"
    for place in (kept, logged, *files, json.dumps(door.nccos[-1])):
        assert PIN not in place
        assert CARD not in place
    assert WrongPin.objects.count() == 2 * wrong
    spool.hand_over()
