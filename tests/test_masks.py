"""A card's number keyed where nothing is sensitive, and what is: neither stands in a table, log, file or kept NCCO."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings as site
from django.db import connection

from calls import dips, keeper, logged, spool, turns
from calls.dips import Told
from calls.models import Call, Event, Turn
from ivrsite import database
from menus import tables
from menus.dialogue import Dip, Found
from menus.entries import luhn
from menus.flow import Flow, HttpSource, read_flow
from menus.models import LookupRow, LookupTable
from tests import lines
from tests.door import ANSWER, CONVERSATION, EVENT, FALLBACK, UUID, Door, keyed, ncco_in, place_in, ring
from tests.staff import client

Log = pytest.LogCaptureFixture
Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db

CARD: Final = "6283495170263948175"
SPACED: Final = " ".join(CARD)
GROUPED: Final = "6283-4951 7026.3948, 175"
SECRET: Final = "914275038866"
PIN: Final = "7391"
READ_BACK: Final = f"You entered {SPACED}. If that is right, press 1. To enter it again, press 2."


def bank(**more: Any) -> Flow:
    """A card's number, read back; a service that answers with it; a menu that says it; a secret and a PIN."""
    wanted = [{"value": "echo", "field": "card"}, {"value": "said", "field": "said", "says": "digits"}]
    crm = {"type": "http", "url": "https://crm.example.com/cards", "method": "POST", "send": {"card": "{card}"}}
    accounts = {"type": "table", "table": "accounts", "key": "{secret} {pin}"}
    then = {"found": "told", "not_found": "bad", "failed": "bad"}
    card = {"kind": "collect", "value": "card", "min_digits": 12, "max_digits": 19, "check_digit": "luhn"}
    return lines.office(
        card=card | {"label": "Card", "prompt": {"en": "Key your card."}, "read_back": True, "then": "ask"},
        ask={"kind": "lookup", "label": "Ask", "source": crm, "values": wanted} | then,
        told=_says("Card {card}, or {echo}, or {said}.", "choose"),
        choose={
            "kind": "menu",
            "label": "Choose",
            "prompt": {"en": "<speak>For card {card}, press 1.</speak>"},
            "options": [{"key": "go-on", "digits": "1", "label": "Go on", "to": "secret"}],
        },
        secret={"kind": "collect", "label": "Secret", "value": "secret", "min_digits": 12, "max_digits": 12}
        | {"sensitive": True, "read_back": True, "then": "pin"},
        pin={"kind": "collect", "label": "PIN", "asks": "pin", "value": "pin", "min_digits": 4, "then": "account"},
        account={"kind": "lookup", "label": "Account", "source": accounts, "found": "good"}
        | {"not_found": "bad", "failed": "bad"},
        good=_says("{secret}{pin}Thank you.", "again"),
        bad=_says("{secret}{pin}Sorry.", "again"),
        again={"kind": "collect", "label": "Again", "value": "secret", "min_digits": 12, "then": "bye"}
        | {"read_back": True},
        **more,
    )


def _says(text: str, then: str) -> dict[str, Any]:
    return {"kind": "message", "label": "Says", "prompt": {"en": text}, "then": then}


@pytest.fixture(autouse=True)
def _data_dir(settings: Settings, tmp_path: Path) -> Iterator[None]:
    spool.hand_over()
    settings.DATA_DIR = tmp_path
    yield
    spool.hand_over()
    database.forget_away()


@pytest.fixture
def door(monkeypatch: Patch) -> Door:
    lines.publish(read_flow(bank().model_dump() | {"start": "card"}))
    table = LookupTable.objects.create(key="accounts", name="Accounts", hashed_keys=True)
    row = tables.kept_key(table, tables.as_key(f"{SECRET} {PIN}"))
    LookupRow.objects.create(table=table, key=row, values={"owner": "Ana"})
    ask = dips.ask

    def answered(dip: Dip, *more: Any) -> Told:
        if not isinstance(dip.source, HttpSource):
            return ask(dip, *more)
        assert dip.given == {"card": CARD}, "the service has it whole"
        return Told(Found({"echo": GROUPED, "said": CARD}, "crm.example.com, 84 ms"))

    monkeypatch.setattr(dips, "ask", answered)
    return Door(fresh=False)


def heard(door: Door) -> str:
    """What the caller heard last."""
    return " ".join(action["text"] for action in door.nccos[-1] if action["action"] == "talk")


def go(door: Door, *keys: str) -> list[str]:
    """Ring and press; gives the places at which the keys were pressed, and the last."""
    places = [place_in(ncco_in(door.post(ANSWER, ring())))]
    for key in keys:
        places.append(place_in(ncco_in(door.post(places[-1], keyed(key)))))
    return places


# --- where it may not be ----------------------------------------------------------------------------------------


def dump() -> dict[str, str]:
    """Each table as text: every row, every column."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = " x ".join(str(value) for row in cursor.fetchall() for value in row)
    return found


def files() -> dict[str, str]:
    paths = (path for path in Path(site.DATA_DIR).rglob("*") if path.is_file())
    return {str(path): path.read_bytes().decode("utf-8", "replace") for path in paths}


def holders(number: str, part: int, *more: str) -> set[str]:
    """Where the number, or so many of its digits one after the other, can be read, however they are set apart."""
    parts = {number[first : first + part] for first in range(len(number) - part + 1)}
    places = {**dump(), **files()} | {f"text {n}": text for n, text in enumerate(more)}
    return {name for name, text in places.items() if any(one in re.sub(r"[\W_]+", "", text) for one in parts)}


def assert_kept_nowhere(caplog: Log) -> None:
    assert "INFO" in {record.levelname for record in caplog.records}, "the log is read"
    assert holders(CARD, 10, caplog.text) == set()
    assert holders(SECRET, 8, caplog.text) == set()


def test_the_search_would_find_it() -> None:
    """In a table, in a file, and in whatever spacing."""
    Event.objects.create(digest="d", received_at="2026-11-23T09:00Z", payload=f"a{SPACED[6:28]}b")
    (Path(site.DATA_DIR) / "some").write_text(GROUPED)
    assert holders(CARD, 10, f"…{CARD[:10]}", CARD[:9]) == {
        "calls_event",
        str(Path(site.DATA_DIR) / "some"),
        "text 0",
    }
    assert luhn(CARD)
    assert len(CARD) == 19


@pytest.mark.parametrize("present", [True, False], ids=["database there", "database away"])
def test_neither_the_card_nor_the_secret_can_be_read_anywhere(
    present: bool, door: Door, monkeypatch: Patch, caplog: Log
) -> None:
    caplog.set_level(logging.DEBUG)
    with monkeypatch.context() as outage:
        if not present:
            outage.setattr(database, "run", _away)
        spoken = whole_call(door, monkeypatch)
        assert_kept_nowhere(caplog)
    assert bool(list((Path(site.DATA_DIR) / "spool").glob("*.jsonl"))) is not present
    keeper.settle()
    assert_kept_nowhere(caplog)
    assert READ_BACK in spoken, "the caller hears it"
    assert f"Card {SPACED}, or {GROUPED}, or {SPACED}." in spoken
    assert f"For card {SPACED}, press 1." in spoken
    assert ("Thank you." in spoken) is present
    assert " ".join(SECRET) not in spoken, "not even where another entry of that name may be read back"
    log = list(Turn.objects.filter(call_id=UUID).order_by("n").values_list("waited_at", "digits"))
    assert log[:5] == [("", ""), ("card", "(20 keys)"), ("card", "1"), ("choose", "1"), ("secret", "(hidden)")]
    assert log[5:] == [("secret", "(hidden)"), ("pin", "(hidden)"), ("again", "(hidden)")]
    kept = " ".join(Turn.objects.values_list("ncco", flat=True))
    assert "You entered (19 keys)." in kept
    assert "Card (19 keys), or (19 keys), or (19 keys)." in kept
    story = "\n".join(logged.script_of(Call.objects.get(uuid=UUID)))
    assert "caller presses (hidden)" in story
    reported = client("superuser").get(f"/api/v1/calls/{UUID}/turns/").content.decode()
    assert '"digits":"(20 keys)"' in reported
    for number, part in ((CARD, 10), (SECRET, 8)):
        assert holders(number, part, story, reported) == set()
    assert PIN not in re.findall(r"\w+", f"{story} {kept}")


def whole_call(door: Door, monkeypatch: Patch) -> str:
    """All that a caller can do with them, and all that can go wrong. Gives what was heard."""
    places = go(door, f"{CARD}#", "1", "1")
    with monkeypatch.context() as fault:
        fault.setattr(turns, "take", _fails)
        for digits in (CARD, SECRET):
            door.post(places[0], keyed(digits))
    for digits in (SECRET[:-1], SECRET, PIN):
        places.append(place_in(ncco_in(door.post(places[-1], keyed(digits)))))
    door.post(places[-1], keyed(SECRET))
    spoken = " ".join(action.get("text", "") for said in door.nccos for action in said)
    for place, digits in ((places[0], f"{CARD}#"), (places[4], SECRET)):
        door.post(place, keyed(digits))
        door.post(place, keyed(CARD))
        door.get(place, keyed(digits))
    for payload in unplaced(CARD) + unplaced(SECRET):
        door.post(EVENT, payload)
        door.get(EVENT, payload)
        door.post(ANSWER, payload | {"status": "started"})
    for body in unreadable(CARD) + unreadable(SECRET):
        door.post(EVENT, body=body)
    return re.sub(r"</?speak>", "", spoken)


def unplaced(number: str) -> list[dict[str, Any]]:
    """Inputs of a call that nobody knows, in every shape they may come in."""
    nobody = {"uuid": f"nobody {number[:3]}", "conversation_uuid": "CON-nobody"}
    original = {"url": f"https://ivr.example.com{EVENT}?dtmf=%7B%22digits%22%3A%22{number}%22%7D", "type": "event"}
    said = {"results": [{"text": f"it is {' '.join(number)}", "confidence": "0.9"}]}
    return [
        keyed(number, **nobody),
        keyed(f"{number}#", **nobody),
        keyed(None, **nobody, dtmf=number),
        keyed(None, **nobody, dtmf=int(number)),
        keyed(None, **nobody, dtmf={"digits": int(number)}),
        keyed(None, **nobody, dtmf={"digits": float(number), "more": {"a": [number]}}),
        keyed(None, **nobody, dtmf=list(number)),
        keyed(None, **nobody, dtmf=[{"digits": number}]),
        keyed(None, **nobody, speech=said),
        keyed(None, **nobody, speech=said | {"error": f"no words in {number}"}, dtmf=None),
        nobody | {"reason": f"cannot say “{number}”"},
        nobody | {"type": "audio:dtmf", "body": {"digit": number}},
        keyed(number, **nobody) | {"reason": "Connection closed.", "original_request": original},
        {"payload": {"dtmf": {"digits": number}}, "conversation_uuid": "CON-nobody"},
    ]


def unreadable(number: str) -> list[bytes]:
    """What is no JSON, or no object."""
    return [
        f"dtmf={number}&uuid=x".encode(),
        f'{{"dtmf":{{"digits":"{number}"'.encode(),
        f"keys: {' '.join(number)}".encode(),
        f'["{number}"]'.encode(),
        f"[[{number}]]".encode(),
        f'"{number}"'.encode(),
        number.encode(),
        json.dumps({"dtmf": {"digits": number}}).encode("utf-16"),
    ]


def _away(*_: object, **__: object) -> None:
    raise database.DatabaseAway("for this test")


def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("a fault of ours")


def test_where_our_own_code_fails_on_a_key_it_is_kept_without_what_was_keyed(door: Door, monkeypatch: Patch) -> None:
    place = go(door)[0]
    monkeypatch.setattr(turns, "take", _fails)
    door.post(place, keyed(PIN))
    kept = json.loads(Event.objects.get(status="unread").payload)
    assert kept["dtmf"] == {"digits": "(4 keys)", "timed_out": False}
    assert kept["conversation_uuid"] == CONVERSATION, "all else is as it came"


@pytest.mark.parametrize("digits", ["1", PIN, "12345678"])
def test_of_keys_whose_place_is_not_known_not_even_short_ones_are_kept(digits: str, door: Door) -> None:
    door.post(EVENT, keyed(digits, uuid="nobody", conversation_uuid="CON-nobody"))
    assert json.loads(Event.objects.get().payload)["dtmf"]["digits"] == f"({len(digits)} keys)"


def test_a_fallback_keeps_the_address_without_what_was_keyed(door: Door) -> None:
    door.post(FALLBACK, unplaced(CARD)[-2])
    kept = json.loads(Event.objects.get(kind="fallback").payload)
    assert kept["original_request"] == {"url": f"https://ivr.example.com{EVENT}", "type": "event"}


# --- heard again ------------------------------------------------------------------------------------------------


def test_a_webhook_that_comes_again_is_answered_byte_for_byte_though_the_log_has_it_masked(door: Door) -> None:
    first = go(door)[0]
    for at, digits in ((first, f"{CARD}#"), (None, "1")):
        place = at or place_in(door.nccos[-1])
        sent = door.post(place, keyed(digits)).content
        assert SPACED in sent.decode()
        turn = Turn.objects.order_by("n").last()
        assert turn is not None
        assert SPACED not in turn.ncco
        assert "(19 keys)" in turn.ncco
        assert [door.post(place, keyed(digits)).content for _ in range(2)] == [sent] * 2
        assert place_in(json.loads(turn.ncco)) == place_in(json.loads(sent)), "the call goes on from the same place"
    assert Turn.objects.count() == 3


def test_a_webhook_that_comes_again_with_other_keys_says_what_was_sent_first(door: Door) -> None:
    """As the log has it: what was keyed first is not known any more."""
    first = go(door)[0]
    door.post(first, keyed(f"{CARD}#"))
    other = door.post(first, keyed("4111111111111111#")).content.decode()
    assert other == Turn.objects.get(n=1).ncco
    assert "You entered (19 keys)." in other
    assert "4 1 1 1" not in other
    assert Turn.objects.count() == 2


# --- single rules -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "kept"), [("123456789", "123456789"), ("1234567890", "(10 keys)")])
def test_from_ten_digits_on_only_the_length_is_kept(keys: str, kept: str, door: Door) -> None:
    door.post(go(door)[0], keyed(keys))
    assert Turn.objects.get(n=1).digits == kept


def test_words_said_where_something_sensitive_is_asked_are_hidden_too(door: Door) -> None:
    at = go(door, f"{CARD}#", "1", "1")[-1]
    door.post(at, keyed(None, speech={"results": [{"text": "nine one four", "confidence": "0.9"}]}))
    turn = Turn.objects.order_by("n").last()
    assert turn is not None
    assert (turn.waited_at, turn.heard, turn.digits) == ("secret", "spoken", "(hidden)")
