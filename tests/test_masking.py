"""Callers' numbers are seen whole by those who may, and by nobody else, on no page and in no answer."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from calls.masking import HIDDEN, Mask, masked
from calls.models import Call, CallbackRequest, Event, HeardKind, Leg, Turn
from menus.models import Line
from menus.publish import publish
from tests import staff
from tests.pages import text

CALLER: Final = "12025550142"
OTHER: Final = "442079460955"
AT: Final = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


# --- one number -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (CALLER, "+1 ••• ••• ••42"),
        ("441632960961", "+44 •••• ••••61"),
        ("+12025550142", "+1 ••• ••• ••42"),
        ("sip:ana@example.com", HIDDEN),
        ("ana", HIDDEN),
        ("4821", HIDDEN),
        ("anonymous", "anonymous"),
        ("Restricted", "Restricted"),
        ("", ""),
    ],
)
def test_the_country_and_two_digits_stay_of_a_number(number: str, shown: str) -> None:
    assert masked(number) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "written",
    [
        "12025550142",
        "+1 202 555 0142",
        "+1-202-555-0142",
        "(202) 555-0142",
        "202.555.0142",
        "0012025550142",
        "1 2 0 2 5 5 5 0 1 4 2",
        "2, 0, 2, 5, 5, 5, 0, 1, 4, 2",
        "tel:%2B12025550142",
        '<say-as interpret-as="telephone">12025550142</say-as>',
        '202<break time="300ms"/>555<break time="300ms"/>0142',
    ],
)
def test_a_number_is_hidden_however_it_is_written(written: str) -> None:
    told = Mask([CALLER]).text(f"We have {written} of you at 09:10:00.")
    assert "0142" not in re.sub(r"\W", "", told)
    assert told.startswith("We have")
    assert told.endswith("of you at 09:10:00.")


@pytest.mark.parametrize("kept", ["+1 202 555 0143", "2025-11-23 14:20", "banana", "63f61863-4a51-4f6b-86e1"])
def test_what_is_another_stays(kept: str) -> None:
    assert Mask([CALLER, "ana", "anonymous"]).text(kept) == kept


def test_a_number_that_begins_with_another_is_masked_as_itself() -> None:
    told = Mask([CALLER[:-2], CALLER, CALLER[:-1]]).text(f"{CALLER} and {CALLER[:-2]}.")
    assert told == f"{masked(CALLER)} and {masked(CALLER[:-2])}."


def test_a_short_number_is_looked_for_with_its_countrys_code_only() -> None:
    """Of Saint Helena, where numbers have five digits, as many other things have."""
    assert Mask(["29022158"]).text("Order 22158, from +290 22158.") == f"Order 22158, from {masked('29022158')}."


def test_all_of_a_json_value_is_masked() -> None:
    told = Mask([CALLER]).deep({"to": [{"number": CALLER}], CALLER: int(CALLER), "n": 3, "on": True, "no": None})
    assert CALLER not in json.dumps(told)
    assert (told["n"], told["on"], told["no"]) == (3, True, None)


# --- all that the log shows -------------------------------------------------------------------------------------


@pytest.fixture
def line() -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    return line


@pytest.fixture
def call(line: Line) -> Call:
    """Whoever rang stands in the words, the keys, the NCCO, the legs, a request and an event."""
    call = Call.objects.create(
        uuid="abc-1", conversation="CON-1", caller=CALLER, dialled="12025550120", line=line, version=line.live,
        started_at=AT, local_day=date(2026, 11, 23), ended_at=AT, duration_seconds=9,
    )  # fmt: skip
    said = [{"action": "talk", "text": f"Is {' '.join(CALLER)} your number, {CALLER}? Or {' '.join(OTHER[2:])}?"}]
    Turn.objects.create(call=call, n=0, at=AT, heard=HeardKind.ANSWERED, ncco=json.dumps(said), visits="[]")
    Turn.objects.create(call=call, n=1, at=AT, heard=HeardKind.KEYED, digits="20255501", ncco="[]", visits="[]")
    Leg.objects.create(uuid="leg-1", call_uuid="abc-1", caller=CALLER, dialled=CALLER, started_at=AT)
    CallbackRequest.objects.create(
        call_uuid="abc-1", n=1, line=line, number=OTHER, created_at=AT, note="Call +44 20 7946 0955 after six."
    )
    Event.objects.create(
        digest="1", kind="status", leg_uuid="abc-1", received_at=AT, payload=json.dumps({"from": CALLER})
    )
    return call


def pages(call: Call) -> list[str]:
    event, callback = Event.objects.get(), CallbackRequest.objects.get()
    log = [f"/admin/calls/{kind}/" for kind in ("call", "event", "callbackrequest")]
    ones = [f"{log[0]}{call.pk}", f"{log[1]}{event.pk}", f"{log[2]}{callback.pk}"]
    found = [f"{one}/{page}/" for one in ones for page in ("change", "history")]
    return [*log, *found, "/admin/", *reported(call)]


def reported(call: Call) -> list[str]:
    one = f"/api/v1/calls/{call.pk}/"
    return ["/api/v1/calls/", one, f"{one}turns/", f"{one}legs/", "/api/v1/callbacks/"]


def digits(page: str) -> str:
    """All digits of a page in a row, whatever stands between two of them."""
    return re.sub(r"<[^>]*>|[\s,.()/–-]", "", page)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["Analyst", "view"])
def test_no_page_has_a_callers_digits_for_those_who_see_none(role: str, call: Call) -> None:
    views = ("view_call", "view_event", "view_callbackrequest", "view_line", "view_turn")
    client = staff.client("Analyst") if role == "Analyst" else staff.with_rights(*views)
    for url in pages(call):
        response: Any = client.get(url)
        assert response.status_code == (403 if role == "Analyst" and "/event/" in url else 200), url
        told = digits(response.content.decode()) + url
        for number in (CALLER, CALLER[1:], OTHER, OTHER[2:]):
            assert number not in told, url


@pytest.mark.django_db
def test_those_who_may_see_them_whole(call: Call) -> None:
    client = staff.client("Supervisor")
    for url in [one for one in pages(call) if one != "/admin/" and "history" not in one]:
        response: Any = client.get(url)
        told = digits(response.content.decode())
        assert CALLER in told or OTHER in told or url == "/admin/calls/event/", url


@pytest.mark.django_db
def test_the_masked_page_still_tells_the_call(call: Call) -> None:
    page = text(staff.client("Analyst"), f"/admin/calls/call/{call.pk}/change/")
    assert "<title>Call from +1 ••• ••• ••42" in page
    assert "Is +1 ••• ••• ••42 your number, +1 ••• ••• ••42?" in page
    assert "to be called back at +44 •• •••• ••55" in page
    assert "(Riverbend Clinic, version 1)" not in page  # the head is told above


@pytest.mark.django_db
@pytest.mark.parametrize("query", [CALLER, "+1 202 555", "1202", "+44", OTHER])
def test_searching_by_a_number_confirms_none(query: str, call: Call) -> None:
    client = staff.client("Analyst")
    for kind in ("call", "callbackrequest"):
        response: Any = client.get(f"/admin/calls/{kind}/", {"q": query})
        assert list(response.context["cl"].result_list) == []
        assert "cannot be found by them" in response.content.decode()
        found: Any = client.get(f"/admin/calls/{kind}/", {"q": call.pk})
        assert len(found.context["cl"].result_list) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        "call/?caller=12025550142",
        "call/?caller__startswith=1202",
        "call/?caller__regex=0142$",
        "call/?details__contains=1",
        "callbackrequest/?number__startswith=44",
        "event/?payload__contains=1202",
        "call/?line__calls__caller__gt=1",
    ],
)
def test_an_address_that_narrows_a_list_by_what_is_masked_is_refused(asked: str, call: Call) -> None:
    masking = staff.with_rights("view_call", "view_event", "view_callbackrequest")
    assert masking.get(f"/admin/calls/{asked}").status_code == 400
    assert masking.get(f"/admin/calls/call/?outcome__exact=served&line__id__exact={call.line_id}").status_code == 200


@pytest.mark.django_db
def test_the_api_finds_no_call_by_a_masked_number(call: Call) -> None:
    assert staff.client("Analyst").get(f"/api/v1/calls/?caller={CALLER}").status_code == 403
    [found] = staff.client("Supervisor").get(f"/api/v1/calls/?caller={CALLER}").json()["results"]
    assert found["caller"] == CALLER


@pytest.mark.django_db
def test_whoever_calls_back_sees_whom(call: Call) -> None:
    client = staff.with_rights("change_callbackrequest", "view_call")
    callback = CallbackRequest.objects.get()
    assert "+44 20 7946 0955" in text(client, "/admin/calls/callbackrequest/")
    assert "+44 20 7946 0955" in text(client, f"/admin/calls/callbackrequest/{callback.pk}/change/")
    assert "+44 20 7946 0955" not in text(client, f"/admin/calls/call/{call.pk}/change/")


@pytest.mark.django_db
def test_an_event_says_that_its_payload_is_kept_back(call: Call) -> None:
    page = f"/admin/calls/event/{Event.objects.get().pk}/change/"
    assert "it holds the caller’s number" in text(staff.with_rights("view_event"), page)
    assert CALLER in text(staff.client("Supervisor"), page)
