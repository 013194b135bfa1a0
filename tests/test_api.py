"""The reporting API: lines and calls to read, for staff who may see them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from calls.models import Call, HeardKind, Turn
from menus.draft import write_draft
from menus.linefile import read_yaml

LINE = """\
format: 1
name: Riverbend Clinic
numbers: ["12025550120"]
languages: [{key: en, name: English}]
start: bye
destinations:
  bye: {kind: hangup, label: Goodbye, goodbye: {en: Goodbye.}}
"""

pytestmark = pytest.mark.django_db


def staff(*permissions: str) -> Client:
    user = User.objects.create_user("ana", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def call(uuid: str, **facts: object) -> Call:
    now = timezone.now()
    return Call.objects.create(uuid=uuid, started_at=now, local_day=now.date(), **facts)


@pytest.mark.parametrize("path", ["/api/", "/api/lines/", "/api/calls/", "/api/calls/a/"])
def test_nobody_reads_without_a_login(path: str) -> None:
    assert Client().get(path).status_code == 403


@pytest.mark.parametrize(
    ("path", "needed"), [("/api/lines/", "view_line"), ("/api/calls/", "view_call"), ("/api/calls/a/", "view_call")]
)
def test_staff_read_what_they_may_see_and_nothing_else(path: str, needed: str) -> None:
    call("a")
    assert staff(needed).get(path).status_code == 200
    User.objects.all().delete()
    assert staff("view_line" if needed == "view_call" else "view_call").get(path).status_code == 403


@pytest.mark.parametrize("path", ["/api/lines/", "/api/calls/", "/api/calls/a/"])
def test_whoever_is_no_staff_any_more_reads_nothing(path: str) -> None:
    call("a")
    client = staff("view_line", "view_call")
    User.objects.update(is_staff=False)
    assert client.get(path).status_code == 403


def test_nothing_can_be_written() -> None:
    client = staff("view_call", "add_call", "change_call", "delete_call")
    call("a")
    assert [client.post("/api/calls/").status_code, client.delete("/api/calls/a/").status_code] == [405, 405]
    assert Call.objects.count() == 1


def test_lines_come_with_their_numbers() -> None:
    write_draft(read_yaml(LINE))
    [line] = staff("view_line").get("/api/lines/").json()["results"]
    assert (line["key"], line["numbers"], line["live"]) == ("riverbend-clinic", ["12025550120"], None)


def test_calls_come_newest_first_and_can_be_narrowed() -> None:
    line = write_draft(read_yaml(LINE))
    call("first", caller="12025550142", line=line)
    call("second", caller="12025550143")
    client = staff("view_call", "see_numbers")
    assert [found["uuid"] for found in client.get("/api/calls/").json()["results"]] == ["second", "first"]
    for query in ("caller=12025550142", "line=riverbend-clinic"):
        assert [found["uuid"] for found in client.get(f"/api/calls/?{query}").json()["results"]] == ["first"]
    assert client.get("/api/calls/?line=nothing").json()["results"] == []


def test_pages_of_calls_follow_one_another() -> None:
    for number in range(120):
        call(f"{number:03}")
    client = staff("view_call")
    found, url = [], "/api/calls/"
    while url:
        page = client.get(url).json()
        found += [one["uuid"] for one in page["results"]]
        url = page["next"]
    assert sorted(found) == [f"{number:03}" for number in range(120)]


def test_a_call_comes_with_its_turns_in_order(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    call("a")
    for n in (1, 0):
        Turn.objects.create(call_id="a", n=n, at=timezone.now(), heard=HeardKind.KEYED, digits=str(n), ncco="[]")
    client = staff("view_call", "see_numbers")
    with django_assert_num_queries(6):  # session, user, two of permissions, call, turns
        turns = client.get("/api/calls/a/").json()["turns"]
    assert [(turn["n"], turn["digits"], turn["ncco"], turn["visits"]) for turn in turns] == [
        (0, "0", [], []),
        (1, "1", [], []),
    ]


def test_an_unknown_call_is_not_found() -> None:
    assert staff("view_call").get("/api/calls/nothing/").status_code == 404
