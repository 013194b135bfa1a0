"""The log in the admin: found fast, read as a script, changed by nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from calls.admin import call_list
from calls.admin.call_asked import following
from calls.models import Call, Event, Leg, Recording, Turn
from menus.models import Line
from tests import lines, staff
from tests.door import Door
from tests.pages import text

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
LIST = "/admin/calls/call/"


@pytest.fixture
def ana() -> Client:
    return staff.client("viewer")


def call(uuid: str, caller: str = "12025550142", minutes: int = 0, **more: Any) -> Call:
    return Call.objects.create(
        uuid=uuid, caller=caller, started_at=AT + timedelta(minutes=minutes), local_day=date(2026, 11, 23), **more
    )


def found(client: Client, query: str = "") -> list[str]:
    """The calls that the list shows, in its order."""
    response: Any = client.get(LIST, {"q": query} if query else {})
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_newest_call_is_first_and_empty_lists_say_what_to_do(ana: Client) -> None:
    assert "Ring one of your numbers" in text(ana, LIST)
    for n in (2, 3, 1):
        call(f"call-{n}", minutes=n)
    assert found(ana) == ["call-3", "call-2", "call-1"]


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ("+1 202 555 0142", ["a"]),
        ("12025550142", ["a"]),
        ("(1) 202-555", ["b", "a"]),
        ("+44", ["c"]),
        ("0142", []),
        ("b0f2-77", ["b0f2-77"]),
        ("b0f2-7", ["b0f2-77"]),
        ("b0f2-", []),
        ("anonymous", ["b0f2-77"]),
        ("99", ["d"]),
        ("%", []),
        ("²", []),
        ("٣", []),
        ("   ", ["a", "b", "c", "d", "b0f2-77"]),
    ],
)
def test_calls_are_found_by_number_its_beginning_or_their_id(query: str, calls: list[str], ana: Client) -> None:
    call("a", "12025550142")
    call("b", "12025559999")
    call("c", "447700900123")
    call("d", "9955501234")
    call("b0f2-77", "anonymous")
    assert sorted(found(ana, query)) == sorted(calls)


def test_the_text_after_all_with_a_beginning() -> None:
    assert [following(digits) for digits in ("1202", "1209", "1999", "999")] == ["1203", "121", "2", "a"]


def test_outcomes_and_lines_are_filters(ana: Client) -> None:
    line = Line.objects.create(name="Clinic")
    call("a", outcome="abandoned")
    call("b", outcome="transferred", line=line)
    for query, pk in (("outcome=abandoned", "a"), (f"line={line.pk}", "b"), (f"line__id__exact={line.pk}", "b")):
        response: Any = ana.get(f"{LIST}?{query}")
        assert [row.pk for row in response.context["cl"].result_list] == [pk]


def test_the_list_counts_no_further_than_it_says(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_list, "COUNTED", 60)
    Call.objects.bulk_create(
        Call(uuid=f"c{n}", started_at=AT + timedelta(seconds=n), local_day=AT.date()) for n in range(75)
    )
    with CaptureQueriesContext(connection) as queries:
        assert "more than 60 calls" in text(ana, LIST)
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "calls_call" in query["sql"]]
    assert len(counting) == 1
    assert "LIMIT 61" in counting[0]


def test_the_list_needs_no_more_queries_for_more_calls(
    ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    line = Line.objects.create(name="Clinic")
    call("first", line=line)
    found(ana)
    with CaptureQueriesContext(connection) as one:
        found(ana)
    for n in range(30):
        call(f"c{n}", line=line, minutes=n)
    with django_assert_num_queries(len(one)):
        assert len(found(ana)) == 31


# --- one call ---------------------------------------------------------------------------------------------------


def test_a_call_is_read_as_a_script_with_all_that_belongs_to_it(ana: Client) -> None:
    door = Door()
    lines.publish(lines.office(), lines.NUMBER)
    telephone = door.telephone()
    telephone.ring()
    page = text(ana, f"{LIST}{telephone.uuid}/change/")
    for words in ("caller rings", "hears (en-GB) Hello.", "waits ", "+44 7700 900123", "Office, version 1"):
        assert words in page, words
    assert "started" in page.partition("Events")[2]
    assert "Nobody was rung for this caller." in page
    assert "The caller left no message." in page


def test_legs_and_messages_are_shown_also_where_only_the_conversation_is_known(ana: Client) -> None:
    call("a", conversation="CON-1", time_zone="America/Chicago")
    Leg.objects.create(uuid="l1", call_uuid="a", dialled="12025550151", status="busy", started_at=AT)
    Leg.objects.create(uuid="l2", conversation="CON-1", dialled="12025550152", status="answered", started_at=AT)
    Leg.objects.create(uuid="l3", conversation="CON-2", dialled="12025550153", started_at=AT)
    Recording.objects.create(uuid="r1", conversation="CON-1", mailbox="Dispatch", received_at=AT)
    page = text(ana, f"{LIST}a/change/").partition("Who was rung")[2]  # the script above names them too
    assert "+1 202 555 0151" in page
    assert "+1 202 555 0152" in page
    assert "0153" not in page
    assert "Dispatch" in page.partition("Messages")[2]
    assert "23 Nov 2026, 09:30:00" in page


def test_the_page_of_a_call_needs_no_more_queries_for_a_longer_one(
    ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = f"{LIST}a/change/"
    call("a", conversation="CON-1")
    text(ana, url)
    with CaptureQueriesContext(connection) as short:
        text(ana, url)
    for n in range(12):
        Turn.objects.create(call_id="a", n=n, at=AT, heard="silence", waited_at="main", waits_at="main", ncco="[]")
        Leg.objects.create(uuid=f"l{n}", call_uuid="a", dialled="12025550151", started_at=AT)
        Event.objects.create(digest=f"{n}", kind="status", conversation="CON-1", received_at=AT, payload="{}")
    with django_assert_num_queries(len(short)):
        text(ana, url)


def test_what_a_carrier_sends_is_shown_as_text(ana: Client) -> None:
    call("a/b", "<script>alert(1)</script>")
    answer = ana.get(f"{LIST}a_2Fb/change/")
    assert b"<script>alert(1)" not in answer.content
    assert b"&lt;script&gt;alert(1)" in answer.content
    assert b"<script>alert(1)" not in ana.get(LIST).content
    assert ana.get(f"{LIST}nobody/change/").status_code == 404


# --- events -----------------------------------------------------------------------------------------------------


def test_an_event_is_shown_as_it_came_and_found_by_its_ids(ana: Client) -> None:
    event = Event.objects.create(
        digest="1", kind="status", status="ringing", leg_uuid="abc", received_at=AT, payload='{"a":"<b>"}'
    )
    Event.objects.create(digest="2", kind="error", conversation="CON-9", received_at=AT, payload="not JSON")
    page = text(ana, f"/admin/calls/event/{event.pk}/change/")
    assert '"a": "<b>"' in page
    assert 'name="_save"' not in page
    for query, count in (("abc", 1), ("CON-9", 1), ("ab", 0)):
        response: Any = ana.get("/admin/calls/event/", {"q": query})
        assert len(response.context["cl"].result_list) == count
