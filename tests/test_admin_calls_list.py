"""The list of calls is narrowed by its address, paged by the last call shown, and bounded in what it looks through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from calls.admin import call_list
from calls.models import Access, Call, CallbackRequest, Leg, Recording, Turn, Visit
from menus.models import Line
from menus.publish import publish
from tests import staff
from tests.pages import text

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
DAY = AT.date()
LIST = "/admin/calls/call/"


@pytest.fixture
def line() -> Line:
    line = staff.clean_clinic()
    publish(line, None, "First")
    return line


@pytest.fixture
def ana() -> Client:
    return staff.client("viewer")


def call(uuid: str, minutes: int = 0, day: date = DAY, **more: Any) -> Call:
    return Call.objects.create(uuid=uuid, started_at=AT + timedelta(minutes=minutes), local_day=day, **more)


def visit(call: Call, destination: str, option: str = "") -> None:
    Visit.objects.create(
        call=call,
        n=call.visits.count(),
        line=call.line,
        destination=destination,
        kind="menu",
        outcome="chosen",
        option=option,
        entered_at=call.started_at,
    )


def page(client: Client, query: str = "") -> Any:
    response: Any = client.get(f"{LIST}?{query}")
    assert response.status_code == 200, response.context["faults"]
    return response.context


def found(client: Client, query: str = "") -> list[str]:
    return [call.pk for call in page(client, query)["cl"].result_list]


def test_each_filter_finds_its_calls_and_says_so(line: Line, ana: Client) -> None:
    live = str(line.versions.get().pk)
    a = call(
        "a", line=line, outcome="abandoned", local_hour=9, language="es", duration_seconds=30, version_id=line.live_id
    )
    b = call("b", 1, date(2026, 11, 24), line=line, outcome="served", local_hour=10, duration_seconds=90)
    call("c", 2)
    visit(a, "main", "desk")
    visit(b, "main", "address")
    visit(b, "main")
    b.visits.filter(option="").update(outcome="hung_up")
    Call.objects.filter(uuid="a").update(is_short=True)
    rung = {"dialled": "12025550150", "started_at": AT}
    Leg.objects.create(uuid="la", call_uuid="a", fate="busy", **rung)
    Leg.objects.create(uuid="lb", call_uuid="b", answered_at=AT, **rung)
    of = f"line={line.pk}"
    for query, uuids, words in (
        (of, ["b", "a"], "Riverbend Clinic"),
        (f"{of}&destination=main", ["b", "a"], "came to “Main”"),
        (f"{of}&destination=main&option=desk", ["a"], "chose “Front desk”"),
        (f"{of}&destination=mailbox", [], "came to “Mailbox”"),
        ("outcome=abandoned", ["a"], "hung up in the menu"),
        (f"{of}&from=2026-11-24&to=2026-11-24", ["b"], "24 Nov 2026"),
        (f"{of}&to=2026-11-23", ["a"], "until 23 Nov 2026"),
        ("hour=10", ["b"], "10:00"),
        ("weekday=1", ["b"], "Tuesday"),
        (f"version={live}", ["a"], "version 1"),
        ("language=es", ["a"], "in es"),
        ("language=-", ["c", "b"], "in no language yet"),
        ("min=30&max=89", ["a"], "30 seconds or longer"),
        ("only=short", ["a"], "short calls"),
        ("only=long", ["c", "b"], "no short calls"),
        (f"{of}&destination=main&how=hung_up", ["b"], "hung up there"),
        ("rang=%2B1+202-555-0150", ["b", "a"], "+1 202 555 0150 was rung for them"),
        ("rang=12025550150&fate=answered", ["b"], "rung for them: answered"),
        ("rang=12025550150&fate=busy", ["a"], "rung for them: busy"),
        ("rang=sip:desk@example.com", [], "sip:desk@example.com was rung"),
    ):
        assert found(ana, query) == uuids, query
        assert words in page(ana, query)["told"], query


def test_how_they_went_on_from_a_place_and_in_which_second_finds_its_calls(line: Line, ana: Client) -> None:
    for one in (call("a", line=line), call("b", 1, line=line)):
        visit(one, "main", "desk")
    Leg.objects.create(uuid="la", call_uuid="a", dialled="1", destination="main", status="timeout", started_at=AT)
    Visit.objects.filter(call="a").update(led_to="desk", seconds=7)
    Visit.objects.filter(call="b").update(led_to="mailbox", seconds=61, outcome="asked_operator", option="")
    of = f"line={line.pk}&destination=main"
    for query, uuids, words in (
        ("to_place=desk", ["a"], "went on to “Front desk”"),
        ("way=option/desk,back", ["a"], "went on by “Front desk, back”"),
        ("way=rule/desk", [], "went on by “rule/desk”"),
        ("way=back", [], "went on by “back”"),
        ("way=operator", ["b"], "went on by “operator”"),
        ("second=7", ["a"], "in second 7 there"),
        ("second=60%2B", ["b"], "in second 60+ there"),
        ("second=62%2B", [], "in second 62+ there"),
        ("rang=1&fate=missed", ["a"], "1 was rung for them: nobody answered"),
        ("rang=1&fate=answered", [], "1 was rung for them: answered"),
    ):
        assert found(ana, f"{of}&{query}") == uuids, query
        assert words in page(ana, f"{of}&{query}")["told"], query
    assert 'name="way" value="back"' in ana.get(f"{LIST}?{of}&way=back").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "line=x",
        "line=99999",
        "from=yesterday",
        "from=2026-11-30&to=2026-11-01",
        "outcome=fine",
        "destination=main",
        "line=1&option=desk",
        "hour=24",
        "weekday=7",
        "version=3",
        "min=-1",
        "min=9&max=3",
        "older=nowhere",
        "number=1202",
        "caller__startswith=1202",
        "only=good",
        "rang=12025550150&fate=well",
        "fate=busy",
        "line=1&way=open",
        "line=1&to_place=desk",
        "line=1&second=7",
        "line=1&destination=main&second=-7",
    ],
)
def test_what_the_address_holds_that_cannot_be_read_is_said(query: str) -> None:
    call("a", caller="12025550142")
    response: Any = staff.client("Analyst").get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert response.context["faults"]
    assert response.context["cl"].result_list == []


@pytest.mark.parametrize(
    "query", ["call/?q=%00", "call/?older=2026-11-30T10:00Z~%00", "recording/?state=%00", "call/%00/change/"]
)
def test_an_address_with_a_sign_that_no_database_keeps_is_refused(query: str) -> None:
    answer = staff.client("superuser").get(f"/admin/calls/{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain")


@pytest.mark.parametrize("query", ["event/?received_at__gte=0001-01-01T00:00:00%2B14:00", f"recording/?line={10**23}"])
def test_what_no_day_and_no_number_can_be_leads_back_to_the_whole_list(query: str) -> None:
    answer = staff.client("superuser").get(f"/admin/calls/{query}")
    assert answer.status_code in (200, 302)
    assert answer.status_code == 200 or answer.headers["Location"].endswith("/?e=1")


def test_what_was_done_is_asked_of_a_place(line: Line, ana: Client) -> None:
    for query in ("how=hung_up", "destination=main&how=well"):
        response: Any = ana.get(f"{LIST}?line={line.pk}&{query}")
        assert (response.status_code, len(response.context["faults"])) == (400, 1), query


def test_pages_go_on_after_the_last_call_though_several_rang_at_once(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_list.take, "__defaults__", (4,))
    for n in range(10):
        call(f"c{n}", n // 5)
    newest_first = [f"c{n}" for n in range(9, -1, -1)]
    assert found(ana) == newest_first[:4]
    second = page(ana, page(ana)["cl"].older[1:])
    call("later", 60)
    assert [one.pk for one in second["cl"].result_list] == newest_first[4:8]
    last = page(ana, second["cl"].older[1:])
    assert [one.pk for one in last["cl"].result_list] == newest_first[8:]
    assert last["cl"].older == ""
    back = page(ana, last["cl"].newer[1:])
    assert [one.pk for one in back["cl"].result_list] == newest_first[4:8]


def test_who_came_to_the_place_after_a_later_call_rang_stands_on_the_page_behind_it(line: Line, ana: Client) -> None:
    for one in (call("a", line=line), call("b", 5, line=line)):
        visit(one, "main")
    Visit.objects.filter(call="a").update(entered_at=AT + timedelta(minutes=10))
    edge = urlencode({"older": f"{(AT + timedelta(minutes=5)).isoformat()}~b"})
    assert found(ana, f"line={line.pk}&destination=main&{edge}") == ["a"]


@pytest.mark.parametrize("query", ["outcome=served", "line={line}&destination=main&option=desk"])
def test_a_page_looks_through_so_many_and_leads_further(
    query: str, line: Line, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_list, "LOOKED", 5)
    for n in range(20):
        one = call(f"c{n:02}", n, line=line, outcome="served" if n == 1 else "ended")
        visit(one, "main", "desk" if n == 1 else "address")
    query = query.format(line=line.pk)
    seen, asked = [], 0
    while query:
        listed = page(ana, query)["cl"]
        seen += [one.pk for one in listed.result_list]
        query, asked = listed.further[1:], asked + 1
    assert seen == ["c01"]
    assert asked == 4


def test_who_sees_whole_numbers_is_noted_and_who_sees_masked_ones_is_not() -> None:
    call("a", caller="12025550142")
    assert "+1 202 555 0142" not in text(staff.client("Analyst"), f"{LIST}a/change/")
    assert not Access.objects.exists()
    assert "+1 202 555 0142" in text(staff.client("Supervisor"), f"{LIST}a/change/")
    assert [(row.what, row.call_uuid) for row in Access.objects.all()] == [("saw_numbers", "a")]


@pytest.mark.parametrize("page", ["call", "callbackrequest", "recording", "live"])
def test_whole_numbers_in_a_list_are_noted_once_too(page: str, line: Line) -> None:
    call("a", caller="12025550142", line=line)
    Call.objects.update(started_at=timezone.now())
    CallbackRequest.objects.create(call_uuid="a", n=1, line=line, number="12025550142", created_at=AT)
    Recording.objects.create(uuid="r", call_uuid="a", line=line, received_at=AT)
    sees = staff.client("superuser")
    for _ in range(2):
        assert "+1 202 555 0142" in text(sees, f"/admin/calls/{page}/")
    staff.client("Analyst").get(f"/admin/calls/{page}/")
    assert [(row.who, row.detail) for row in Access.objects.all()] == [("root", "list")]


def test_the_other_calls_of_a_caller_are_found_also_where_numbers_are_masked(line: Line) -> None:
    for uuid, minutes, key in (("a", 0, "k"), ("b", 1, "k"), ("c", 2, "other")):
        call(uuid, minutes, line=line, caller="", caller_key=key)
    masked = staff.client("Analyst")
    page_of_a = text(masked, f"{LIST}a/change/")
    assert f"{LIST}b/change/" in str(masked.get(f"{LIST}a/change/").content)
    assert "number no longer kept" in page_of_a
    assert found(masked, "same=a") == ["b", "a"]


def test_a_call_leads_to_its_neighbours_in_the_list_it_was_opened_from(ana: Client) -> None:
    for n, outcome in enumerate(("served", "ended", "served", "served")):
        call(f"c{n}", n, outcome=outcome)
    context: Any = ana.get(f"{LIST}c2/change/?outcome=served").context
    assert context["next_url"] == f"{LIST}c3/change/?outcome=served"
    assert context["previous_url"] == f"{LIST}c0/change/?outcome=served"


def test_words_that_are_no_longer_kept_are_told_from_the_version(line: Line, ana: Client) -> None:
    line.refresh_from_db()
    call("a", line=line, version_id=line.live_id, ended_at=AT + timedelta(seconds=40))
    Turn.objects.create(call_id="a", n=0, at=AT, heard="answered", waits_at="main", language="es", ncco="[]")
    keyed = {"heard": "keyed", "waited_at": "main", "visits": '[["main","chosen","address","","address"]]'}
    Turn.objects.create(call_id="a", n=1, at=AT + timedelta(seconds=12), language="es", ncco="", **keyed)
    told = text(ana, f"{LIST}a/change/")
    assert "what was said is no longer kept; by the version it was:" in told
    assert "heard (es) Clínica Riverbend." in told
    assert "caller pressed what is no longer kept" in told
    assert "goes “Main” → “Our address” (chosen: Our address)" in told
    assert "heard (es) Calle Main 12." in told
    assert "12 seconds until the next step" in told
    assert "28 seconds until the next step" in told
