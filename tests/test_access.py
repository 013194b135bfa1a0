"""Who heard, saw, took away or erased is noted, once; and the list of it is for those who answer for that."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from calls import access
from calls.models import Access, Call
from tests import kept, staff
from tests.pages import text

pytestmark = pytest.mark.django_db

What = Access.What
LIST = "/admin/calls/access/"


def noted() -> list[tuple[str, str, str, str]]:
    return list(Access.objects.order_by("pk").values_list("who", "what", "call_uuid", "detail"))


def test_a_user_a_key_and_a_command_are_noted_by_name() -> None:
    ana = staff.user("viewer")
    access.note(What.HEARD, ana, "call-1", "message rec-1")
    access.note(What.EXPORTED, "Power BI", detail="calls")
    assert noted() == [("viewer", "heard", "call-1", "message rec-1"), ("Power BI", "exported", "", "calls")]
    assert list(Access.objects.order_by("pk").values_list("user", flat=True)) == [ana.pk, None]
    ana.delete()
    assert noted()[0][0] == "viewer", "also when the user is gone"


def test_numbers_of_the_same_call_are_noted_once_an_hour_and_everything_else_each_time() -> None:
    ana, ben = staff.user("viewer"), staff.user("editor")
    for who in (ana, ana, ben, "Power BI", "Power BI"):
        access.note(What.SAW_NUMBERS, who, "call-1")
    access.note(What.SAW_NUMBERS, ana, "call-2")
    assert len(noted()) == 4
    Access.objects.update(at=timezone.now() - access.ONCE[What.SAW_NUMBERS] - timedelta(seconds=1))
    access.note(What.SAW_NUMBERS, ana, "call-1")
    assert len(noted()) == 5
    for _ in range(2):
        access.note(What.EXPORTED, ana, "call-1")
    assert len(noted()) == 7


def test_a_hearing_in_parts_is_one_hearing() -> None:
    ana = staff.user("viewer")
    for who, recording in ((ana, "r1"), (ana, "r1"), (ana, "r2"), ("Power BI", "r1"), ("Power BI", "r1")):
        access.note(What.HEARD, who, "call-1", recording)
    assert len(noted()) == 3
    Access.objects.update(at=timezone.now() - timedelta(minutes=5, seconds=1))
    access.note(What.HEARD, ana, "call-1", "r1")
    assert len(noted()) == 4


def test_a_list_is_noted_only_where_a_number_stands_in_it() -> None:
    ana = staff.user("viewer")
    access.note_list(ana, ["", ""])
    assert noted() == []
    access.note_list(ana, ["", "12025550142"])
    assert noted() == [("viewer", "saw_numbers", "", "list")]


def test_calls_that_are_on_are_noted_where_numbers_are_whole() -> None:
    Call.objects.create(uuid="on", caller="12025550142", started_at=timezone.now(), local_day=timezone.now())
    for role, rows in (("Analyst", 0), ("Supervisor", 1)):
        assert "42" in text(staff.client(role), "/admin/calls/live/")
        assert len(noted()) == rows, role


@pytest.mark.parametrize("asked", ["number=%2B12025550142", "number=1202555014", "q=(202)+555-0142"])
def test_files_of_a_searched_number_are_noted_without_it(asked: str) -> None:
    """Accesses are kept for longer than numbers, and read by more people."""
    Call.objects.create(uuid="old", caller="12025550142", started_at=timezone.now(), local_day=timezone.now())
    url = f"/admin/calls/call/export/?format=csv&what=calls&{asked}&outcome=in_progress"
    sent: Any = staff.client("Supervisor").get(url)
    assert b"".join(sent.streaming_content)
    [(_, what, _, detail)] = noted()
    assert (what, "•••" in detail, "in progress" in detail) == ("exported", True, True)
    assert not re.search("[0-9]{3}", detail)


def test_whoever_calls_back_by_the_api_is_noted_too() -> None:
    kept.callback(kept.line(), "call-1")
    client = staff.with_rights("view_callbackrequest", "change_callbackrequest")
    assert kept.NUMBER in client.get("/api/v1/callbacks/").content.decode()
    assert [row[1] for row in noted()] == ["saw_numbers"]


def test_what_is_longer_than_its_column_is_cut() -> None:
    access.note(What.EXPORTED, "k" * 999, "c" * 999, "d" * 999)
    assert [len(words) for words in noted()[0]] == [150, 8, 64, 200]


def test_a_page_does_not_fail_because_it_cannot_be_noted(caplog: Any) -> None:
    with patch.object(Access, "save", side_effect=OperationalError("locked")):
        access.note(What.HEARD, "ana", "call-1")
    access.note(What.HEARD, AnonymousUser(), "call-2")
    assert [row[2] for row in noted()] == ["call-2"]
    assert "could not be noted: ana heard call-1" in caplog.text


@pytest.mark.parametrize("code", ["view_access", "erase_caller"])
def test_the_list_is_for_those_who_have_the_right(code: str) -> None:
    user = staff.user("no rights")
    client = Client()
    client.force_login(user)
    assert client.get(LIST).status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename=code))
    page = text(client, LIST)
    assert ("/admin/calls/access/caller/" in page) == (code == "erase_caller")


def test_the_list_is_narrowed_by_what_who_and_day_and_changed_by_nobody() -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ana = staff.user("viewer")
    Access.objects.create(at=at, who="viewer", user=ana, what="heard", call_uuid="call-1234-abcd")
    Access.objects.create(at=at, who="Power BI", what="exported", detail="500 calls")
    client = staff.client("superuser")
    both = text(client, LIST)
    assert "heard a message" in both
    assert "500 calls" in both
    assert "/admin/calls/call/call-1234-abcd/change/" in both
    for asked, shown in (
        ("?what__exact=heard", False),
        (f"?user__id__exact={ana.pk}", False),
        ("?q=Power+BI", True),
        ("?at__gte=2026-11-21+00:00:00%2B00:00", False),
    ):
        assert ("500 calls" in text(client, LIST + asked)) == shown, asked
    row = Access.objects.all()[0]
    assert client.post(f"{LIST}{row.pk}/change/", {"who": "x"}).status_code == 403
    assert client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
