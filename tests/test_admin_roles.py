"""Every page of the editor and of the log, and who may open it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from calls.models import Call, CallbackRequest, Event
from menus.models import (
    AllowedHost,
    Branch,
    Callback,
    Collect,
    Line,
    LookUp,
    LookupTable,
    NumberList,
    SetSwitch,
    Version,
)
from menus.publish import publish
from tests import staff
from tests.pages import filled, text

pytestmark = pytest.mark.django_db

NEW: Final = (Branch, Callback, Collect, LookUp, SetSwitch)
"""The clinic has none of these."""
KINDS: Final = (
    *("menu", "message", "hours", "transfer", "voicemail", "hangup"),
    *(str(model._meta.model_name) for model in NEW),
)
LOGS: Final = ("call", "event", "callbackrequest")
PARTS: Final = (*KINDS, "schedule")
WHOLES: Final = ("lookuptable", "numberlist")
SHEETS: Final = (*WHOLES, "lookuprow", "numberlistentry")
SEES, EDITS, PUBLISHES, RULES, NOBODY = "sees", "edits", "publishes", "rules", "nobody"
MAY: Final = {
    SEES: ("viewer", "editor", "publisher", "superuser"),
    EDITS: ("editor", "superuser"),
    PUBLISHES: ("publisher", "superuser"),
    RULES: ("superuser",),
    NOBODY: (),
}
NEEDS: Final = (
    {
        **{
            f"menus_{kind}_{page}": SEES
            for kind in (*KINDS, "schedule")
            for page in ("changelist", "change", "history")
        },
        **{f"menus_{kind}_{page}": EDITS for kind in (*KINDS, "schedule") for page in ("add", "delete")},
        **{
            f"menus_line_{page}": SEES
            for page in ("changelist", "change", "history", "check", "versions", "version", "version_file", "switches")
        },
        "menus_line_add": EDITS,
        "menus_line_end_switch": EDITS,
        "menus_line_delete": NOBODY,  # it was published: its calls' records name it
        "menus_line_publish": PUBLISHES,
        "menus_line_roll_back": PUBLISHES,
    }
    | {f"menus_{kind}_{page}": SEES for kind in SHEETS for page in ("changelist", "change", "history")}
    | {f"menus_{kind}_{page}": EDITS for kind in SHEETS for page in ("add", "delete")}
    | {f"menus_{kind}_import": EDITS for kind in WHOLES}
    | {f"menus_{kind}_export": SEES for kind in WHOLES}
    | {f"menus_allowedhost_{page}": RULES for page in ("changelist", "change", "history", "add", "delete")}
    | {f"calls_{kind}_{page}": SEES for kind in LOGS for page in ("changelist", "change", "history")}
    | {f"calls_{kind}_{page}": NOBODY for kind in LOGS for page in ("add", "delete")}
)


@pytest.fixture
def line() -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    return line


@pytest.fixture
def pages(line: Line) -> dict[str, str]:
    """The address of each page by its name."""
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    Call.objects.create(uuid="abc-1", caller="12025550142", line=line, started_at=at, local_day=date(2026, 11, 23))
    event = Event.objects.create(digest="1", kind="status", received_at=at, payload="{}")
    callback = CallbackRequest.objects.create(call_uuid="abc-1", n=1, line=line, number="12025550142", created_at=at)
    switch = line.switches.create(kind="open", ends_at=datetime.now(UTC) + timedelta(hours=1))
    version = line.versions.get()
    pks: dict[str, Any] = {row.kind: row.pk for row in line.destinations.all()}
    pks |= {str(model._meta.model_name): model.objects.create(line=line, label=f"New {model.KIND}").pk for model in NEW}
    pks |= {"schedule": line.schedules.get().pk, "line": line.pk, "call": "abc-1", "event": event.pk}
    table, numbers = LookupTable.objects.create(name="Bills", columns=["due"]), NumberList.objects.create(name="VIP")
    pks |= {"callbackrequest": callback.pk, "lookuptable": table.pk, "numberlist": numbers.pk}
    pks |= {"lookuprow": table.rows.create(key="1", values={"due": "x"}).pk}
    pks |= {"numberlistentry": numbers.entries.create(number="12025550142").pk}
    pks |= {"allowedhost": AllowedHost.objects.create(host="crm.example.com").pk}
    found = {}
    for name in NEEDS:
        _, kind, page = name.split("_", 2)
        args: list[Any] = [] if page in ("changelist", "add") else [pks[kind]]
        args += [version.pk] if page in ("version", "version_file", "roll_back") else []
        args += [switch.pk] if page == "end_switch" else []
        found[name] = reverse(f"admin:{name}", args=args) + (f"?line={line.pk}" if page == "add" else "")
    return found


def test_every_page_of_both_apps_is_in_the_table() -> None:
    patterns = [
        pattern
        for model, site in admin.site._registry.items()
        if model._meta.app_label in ("menus", "calls")
        for pattern in site.urls
    ]
    names = {pattern.name for pattern in patterns if getattr(pattern, "name", None)}
    assert names == set(NEEDS)


@pytest.mark.parametrize("role", staff.ROLES)
def test_a_page_opens_for_those_who_may(role: str, pages: dict[str, str]) -> None:
    client = staff.client(role)
    got = {name: client.get(url) for name, url in pages.items()}
    wanted = {name: _status(role, need) for name, need in NEEDS.items()}
    assert {name: response.status_code for name, response in got.items()} == wanted
    if role == "anonymous":
        assert all("/login/" in response.headers["Location"] for response in got.values())


def _status(role: str, need: str) -> int:
    return 302 if role == "anonymous" else 200 if role in MAY[need] else 403


@pytest.mark.parametrize("role", staff.ROLES)
def test_only_publishers_publish(role: str, line: Line) -> None:
    staff.part(line, "bye").save()
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    response = staff.client(role).post(f"/admin/menus/line/{line.pk}/publish/", {"seen": line.live_id, "accept": "on"})
    assert line.versions.count() == (2 if role in MAY[PUBLISHES] else 1)
    assert response.status_code == (403 if role in ("no rights", "viewer", "editor") else 302)


@pytest.mark.parametrize("role", staff.ROLES)
def test_only_publishers_roll_back(role: str, line: Line) -> None:
    first = line.versions.get()
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    second = publish(line, None, "Second")
    staff.client(role).post(f"/admin/menus/line/{line.pk}/versions/{first.pk}/live/", {"seen": second.pk})
    assert Version.objects.count() == (3 if role in MAY[PUBLISHES] else 2)


@pytest.mark.parametrize("role", staff.ROLES)
def test_only_editors_change_and_delete(role: str, line: Line, pages: dict[str, str]) -> None:
    mailbox = pages["menus_voicemail_change"]
    data = filled(staff.client("superuser" if role != "superuser" else "editor"), mailbox)
    client = staff.client(role)
    client.post(mailbox, data | {"label": "Changed"})
    client.post(pages["menus_hours_delete"], {"post": "yes"})
    assert line.destinations.filter(label="Changed").exists() == (role in MAY[EDITS])
    assert line.destinations.filter(key="open").exists() == (role not in MAY[EDITS])


@pytest.mark.parametrize("name", ["menus_line_publish", "menus_line_roll_back"])
def test_a_post_without_its_token_is_refused(name: str, pages: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.user("superuser"))
    assert client.post(pages[name], {"accept": "on"}).status_code == 403


def test_who_may_only_look_sees_the_words_and_no_button(pages: dict[str, str]) -> None:
    client = staff.client("viewer")
    html = "".join(text(client, pages[f"menus_{kind}_change"]) for kind in (*PARTS, "line"))
    assert "Clínica Riverbend." in html
    assert "+1 202 555 0121" in html or "12025550121" in html
    for button in ('name="_save"', "Add a schedule", "/publish/", "/delete/", 'MAX_NUM_FORMS" value="1000', "?line="):
        assert button not in html


def test_an_editor_has_no_publish_button_and_a_publisher_no_save(pages: dict[str, str]) -> None:
    editor, publisher = (text(staff.client(role), pages["menus_line_change"]) for role in ("editor", "publisher"))
    assert 'name="_save"' in editor
    assert "/publish/" not in editor
    assert "/publish/" in publisher
    assert 'name="_save"' not in publisher


def test_calls_have_no_way_to_change_them_even_for_superusers(pages: dict[str, str]) -> None:
    client = staff.client("superuser")
    assert client.post(pages["calls_event_change"], {"status": "x"}).status_code == 403
    client.post(pages["calls_call_change"], {"caller": "1"})
    client.post(pages["calls_call_changelist"], {"action": "delete_selected", "_selected_action": "abc-1", "post": "1"})
    assert Call.objects.get().caller == "12025550142"
