"""Keys of the API in the admin: made, shown once, revoked; and never more in one than its maker may do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from calls.models import ApiKey
from tests import staff

pytestmark = pytest.mark.django_db
ADD = "/admin/calls/apikey/add/"


def made(client: Client, **given: Any) -> Any:
    none = {"expires_at_0": "", "expires_at_1": ""}
    return client.post(ADD, {"name": "Power BI", "scopes": ["calls"]} | none | given)


def shown_key(answer: Any) -> str:
    found = re.search(r"ivr_[a-z0-9]+_[A-Za-z0-9_-]{43}", answer.content.decode())
    return found[0] if found else ""


def test_a_key_is_shown_once_and_opens_what_it_may() -> None:
    client = staff.client("superuser")
    answer = made(client)
    key, row = shown_key(answer), ApiKey.objects.get()
    assert "no-store" in answer.headers["Cache-Control"]
    assert (row.scopes, row.created_by) == (["calls"], User.objects.get())
    asking = Client(headers={"authorization": f"Bearer {key}"})
    assert (asking.get("/api/v1/calls/").status_code, asking.get("/api/v1/lines/").status_code) == (200, 403)
    secret = key.split("_", 2)[2]
    for page in ("/admin/calls/apikey/", f"/admin/calls/apikey/{row.pk}/change/", "/admin/"):
        assert secret not in client.get(page).content.decode()
    kept = [*ApiKey.objects.values(), *LogEntry.objects.values(), *(one.get_decoded() for one in Session.objects.all())]
    assert secret not in str(kept)


def test_a_revoked_key_opens_nothing_and_stays_in_the_list() -> None:
    client = staff.client("superuser")
    key, row = shown_key(made(client)), ApiKey.objects.get()
    sent = {"name": "Power BI", "expires_at_0": "", "expires_at_1": "", "_revoke": "1"}
    assert client.post(f"/admin/calls/apikey/{row.pk}/change/", sent).status_code == 302
    assert Client(headers={"authorization": f"Bearer {key}"}).get("/api/v1/calls/").status_code == 401
    assert "revoked on" in client.get("/admin/calls/apikey/").content.decode()
    assert client.post(f"/admin/calls/apikey/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_gives_a_key_more_than_they_may_do_themselves() -> None:
    client = staff.with_rights("add_apikey", "view_apikey", "view_call", "see_reports")
    page = client.get(ADD).content.decode()
    assert sorted(re.findall(r'name="scopes" value="([a-z]+)"', page)) == ["calls", "reports"]
    for more in ("numbers", "write", "lines"):
        assert "not one of the available choices" in made(client, scopes=["calls", more]).content.decode()
    assert not ApiKey.objects.exists()
    assert shown_key(made(client))


def test_what_is_wrong_with_a_key_is_said() -> None:
    client = staff.client("superuser")
    past = made(client, expires_at_0="2020-01-01", expires_at_1="00:00")
    assert "This moment is past" in past.content.decode()
    assert "Tick at least one" in made(client, scopes=[]).content.decode()
    assert not ApiKey.objects.exists()


def test_what_a_key_may_do_stays_as_it_was_made() -> None:
    client = staff.client("superuser")
    made(client)
    row = ApiKey.objects.get()
    sent = {"name": "Tableau", "scopes": ["numbers"], "expires_at_0": "2099-01-01", "expires_at_1": "00:00"}
    assert client.post(f"/admin/calls/apikey/{row.pk}/change/", sent).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.scopes, bool(row.expires_at)) == ("Tableau", ["calls"], True)
