"""Every page of the editor, of the desk and of the log, opened and sent by everybody: who may, and who is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from unittest.mock import patch

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, reverse

from calls.desk.urls import urlpatterns as desk
from calls.models import Access, ApiKey, Call, CallbackRequest, Event, Mailbox, Recording, Sound
from calls.report_pages.urls import urlpatterns as reports
from menus.models import (
    AllowedCountry,
    AllowedHost,
    AudioPrompt,
    BookedPublish,
    Branch,
    Callback,
    Collect,
    GoldenCall,
    Line,
    LookUp,
    LookupTable,
    NumberList,
    SetSwitch,
    Version,
)
from menus.publish import publish
from tests import staff
from tests.pages import filled, form_of, text

pytestmark = pytest.mark.django_db

ROLES: Final = ("anonymous", "no rights", *staff.GROUPS, "superuser")
NEW: Final = (Branch, Callback, Collect, LookUp, SetSwitch)
"""The clinic has none of these."""
KINDS: Final = (
    *("menu", "message", "hours", "voicemail", "hangup"),
    *(str(model._meta.model_name) for model in NEW),
)
PARTS: Final = (*KINDS, "transfer", "schedule")
WHOLES: Final = ("lookuptable", "numberlist")
SHEETS: Final = (*WHOLES, "lookuprow", "numberlistentry")
ALLOWED: Final = ("allowedhost", "allowedcountry")
STAFF: Final = frozenset(("no rights", *staff.GROUPS))
SEES: Final = frozenset(staff.GROUPS)
EDITS: Final = frozenset(("Menu editor",))
PUBLISHES: Final = frozenset(("Publisher",))
NUMBERS: Final = frozenset(("Number manager",))
SWITCHES: Final = frozenset(("Publisher", "Supervisor"))
CALLS: Final = frozenset(("Supervisor", "Analyst"))
SUPERVISES: Final = frozenset(("Supervisor",))
RULES: Final = frozenset[str]()
"""Superusers alone, who may all that anybody may."""
NOBODY: Final = frozenset(("nobody",))

Table = dict[str, frozenset[str]]
LOOKS: Final = ("changelist", "change", "history")
WRITES: Final = ("add", "delete")
OF_LINE: Final = "home check versions version version_file compare switches audio export".split()
GETS: Final[Table] = (
    {f"menus_{kind}_{page}": SEES for kind in PARTS for page in LOOKS}
    | {f"menus_{kind}_{page}": EDITS for kind in PARTS for page in WRITES}
    | {f"menus_{kind}_{page}": STAFF for kind in PARTS for page in ("preview", "preview_new")}  # POST alone
    | {f"menus_{kind}_in_place": STAFF for kind in PARTS if kind != "schedule"}  # POST alone
    | {f"menus_line_{page}": SEES for page in (*LOOKS, *OF_LINE)}
    | {f"menus_line_{page}": EDITS for page in ("add", "start", "calls_start", "duplicate", "duplicate_part")}
    | {f"menus_line_{page}": EDITS for page in ("import", "import_new", "audio_delete")}
    | {"menus_line_delete": NOBODY}  # it was published: its calls' records name it
    | {"menus_line_roll_back": PUBLISHES, "menus_line_end_switch": SWITCHES}
    | {f"menus_{kind}_{page}": EDITS for kind in SHEETS for page in LOOKS}
    | {f"menus_{kind}_{page}": RULES for kind in SHEETS for page in WRITES}
    | {f"menus_{kind}_import": RULES for kind in WHOLES}
    | {f"menus_{kind}_export": EDITS for kind in WHOLES}
    | {f"menus_{kind}_{page}": NUMBERS for kind in ALLOWED for page in (*LOOKS, *WRITES)}
    | {f"calls_{kind}_{page}": CALLS for kind in ("call", "callbackrequest") for page in LOOKS}
    | {"calls_call_export": CALLS}
    | {f"calls_event_{page}": SUPERVISES for page in LOOKS}
    | {f"calls_access_{page}": RULES for page in (*LOOKS, "caller")}
    | {f"calls_access_{page}": NOBODY for page in WRITES}
    | {f"calls_apikey_{page}": RULES for page in (*LOOKS, "add")}
    | {"calls_apikey_delete": NOBODY}
    | {f"calls_recording_{page}": SUPERVISES for page in (*LOOKS, "sound")}
    | {f"calls_recording_{page}": NOBODY for page in WRITES}
    | {f"calls_mailbox_{page}": SUPERVISES for page in (*LOOKS, *WRITES)}
    | {f"calls_{kind}_{page}": NOBODY for kind in ("call", "event", "callbackrequest") for page in WRITES}
    | {f"desk:{page}": SEES for page in ("try", "when", "golden", "ncco")}
    | {f"desk:{page}": STAFF for page in ("try_play", "golden_save", "golden_change", "cancel_booking")}  # POST alone
    | {"desk:publish": PUBLISHES}
    | {f"reports:{pattern.name}": CALLS for pattern in reports}
)
"""Who may open a page. What takes POST alone answers everybody that it does."""
POSTS: Final[Table] = GETS | (
    {f"menus_{kind}_change": EDITS for kind in PARTS}
    | {f"menus_{kind}_{page}": EDITS for kind in PARTS for page in ("preview", "preview_new")}
    | {f"menus_{kind}_in_place": EDITS for kind in PARTS if kind != "schedule"}
    | {f"menus_{kind}_{page}": EDITS | NUMBERS for kind, page in (("transfer", "change"), ("transfer", "preview"))}
    | {"menus_line_change": EDITS | NUMBERS, "menus_line_switches": SWITCHES, "menus_line_audio": EDITS}
    | {f"menus_{kind}_change": RULES for kind in SHEETS}
    | {"calls_access_change": NOBODY}
    | {"calls_recording_sound": STAFF}  # GET alone
    | {"calls_call_change": CALLS, "calls_event_change": NOBODY, "calls_callbackrequest_change": SUPERVISES}
    | {f"desk:{page}": EDITS for page in ("golden_save", "golden_change")}
    | {"desk:try_play": SEES, "desk:cancel_booking": PUBLISHES}
)
"""Who may send it."""


def patterns() -> dict[str, URLPattern]:
    """Every page by its name."""
    found: dict[str, URLPattern] = {f"desk:{pattern.name}": pattern for pattern in desk}
    found |= {f"reports:{pattern.name}": pattern for pattern in reports}
    for model, site in admin.site._registry.items():
        for pattern in site.urls if model._meta.app_label in ("menus", "calls") else ():
            if name := getattr(pattern, "name", None):
                found[name] = pattern
    return found


@pytest.fixture
def line() -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    return line


@pytest.fixture
def pages(line: Line) -> dict[str, str]:
    """The address of each page by its name."""
    _make_rows(line)
    pks = _pks(line)
    return {name: _address(name, pattern, pks) for name, pattern in patterns().items() if name in GETS}


def _pks(line: Line) -> dict[str, Any]:
    """The key of a row of each sort by its model's name, or by what a page's address calls it."""
    found: dict[str, Any] = {row.kind: row.pk for row in line.destinations.all()}
    models = (*NEW, Access, ApiKey, Call, CallbackRequest, Event, Mailbox, Recording)
    found |= {str(model._meta.model_name): model.objects.get().pk for model in models}
    found |= {str(model._meta.model_name): model.objects.get().pk for model in (AllowedCountry, AllowedHost)}
    table, numbers = LookupTable.objects.get(), NumberList.objects.get()
    found |= {"line": line.pk, "schedule": line.schedules.get().pk, "lookuptable": table.pk, "numberlist": numbers.pk}
    found |= {"lookuprow": table.rows.get().pk, "numberlistentry": numbers.entries.get().pk}
    return found | {
        "line_id": line.pk,
        "version_id": line.versions.get().pk,
        "switch_id": line.switches.get().pk,
        "destination_id": found["menu"],
        "golden_id": line.golden_calls.get().pk,
        "booking_id": line.bookings.get().pk,
        "audio_id": line.audio_prompts.get().pk,
        "key": "main",
    }


def _make_rows(line: Line) -> None:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    Call.objects.create(uuid="abc-1", caller="12025550142", line=line, started_at=at, local_day=date(2026, 11, 23))
    Event.objects.create(digest="1", kind="status", received_at=at, payload="{}")
    ApiKey.objects.create(name="Power BI", prefix="abc", digest="x", scopes=["calls"])
    Access.objects.create(at=at, who="ana", what="heard", call_uuid="abc-1")
    message = Recording.objects.create(uuid="rec-1", call_uuid="abc-1", line=line, url="https://x", received_at=at)
    Sound.objects.create(recording=message, data=b"ID3", media_type="audio/mpeg", size_bytes=3)
    Mailbox.objects.create(line=line, emails="ana@example.com")
    CallbackRequest.objects.create(call_uuid="abc-1", n=1, line=line, number="12025550142", created_at=at)
    line.switches.create(kind="open", ends_at=datetime.now(UTC) + timedelta(hours=1))
    for model in NEW:
        model.objects.create(line=line, label=f"New {model.KIND}")
    LookupTable.objects.create(name="Bills", columns=["due"]).rows.create(key="1", values={"due": "x"})
    NumberList.objects.create(name="VIP").entries.create(number="12025550142")
    AllowedHost.objects.create(host="crm.example.com")
    AllowedCountry.objects.create(code="CA")
    GoldenCall.objects.create(line=line, name="Morning", at=at, script="", ends_at="bye")
    BookedPublish.objects.create(line=line, at=datetime(2099, 1, 1, tzinfo=UTC), flow="{}", digest="x")
    AudioPrompt.objects.create(
        line=line, name="Hello", path="/audio/x.mp3", digest="x", seconds=1, size_bytes=1, data=b"x", uploaded_at=at
    )


def _address(name: str, pattern: URLPattern, pks: dict[str, Any]) -> str:
    kind = "" if name.startswith(("desk:", "reports:")) else name.split("_")[1]
    args = [pks[one] if one in pks else pks[kind] for one in pattern.pattern.converters]
    url = reverse(name if not kind else f"admin:{pattern.name}", args=args)
    return f"{url}?line={pks['line']}" if kind in PARTS and not args else url


def test_every_page_is_in_the_tables() -> None:
    assert set(patterns()) - set(GETS) == set(), "these pages have nobody who may open them: add them"
    assert set(GETS) | set(POSTS) == set(patterns())


def _refused(role: str, need: frozenset[str]) -> bool:
    return role not in need and not (role == "superuser" and need != NOBODY)


def _wrong(role: str, table: Table, answers: Iterator[tuple[str, Any]]) -> list[str]:
    """The pages that answered otherwise than the table says."""
    found = []
    for name, answer in answers:
        if role == "anonymous":
            right = answer.status_code == 302 and "/login/" in answer.headers["Location"]
        elif _refused(role, table[name]):
            right = answer.status_code == 403
        else:
            right = answer.status_code in (200, 201, 302, 400, 405) and "/login/" not in answer.headers.get(
                "Location", ""
            )
        found += [] if right else [f"{name}: {answer.status_code}"]
        if answer.streaming:
            list(answer)  # as a browser does; a file that is still being sent holds up the next
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_for_those_who_may(role: str, pages: dict[str, str]) -> None:
    client = staff.client(role)
    assert _wrong(role, GETS, ((name, client.get(url)) for name, url in pages.items())) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_page_is_taken_from_those_who_may(role: str, pages: dict[str, str]) -> None:
    """With nothing filled in: whoever may send it hears what is missing."""
    client = staff.client(role)
    with patch.object(Version, "save", side_effect=AssertionError("published")):
        answers = ((name, client.post(url, headers={"accept": "text/html"})) for name, url in pages.items())
        assert _wrong(role, POSTS, answers) == []


# --- and what comes of it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_only_publishers_publish_and_roll_back(role: str, line: Line) -> None:
    first, client, may = line.versions.get(), staff.client(role), not _refused(role, PUBLISHES)
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    client.post(f"/admin/menus/line/{line.pk}/publish/", _publish_form(client, line, may))
    assert line.versions.count() == 1 + may
    line.refresh_from_db()
    client.post(f"/admin/menus/line/{line.pk}/versions/{first.pk}/live/", {"seen": line.live_id})
    assert line.versions.count() == 1 + 2 * may


def _publish_form(client: Client, line: Line, may: bool) -> dict[str, Any]:
    page = client.get(f"/admin/menus/line/{line.pk}/publish/").content.decode() if may else ""
    return form_of(page, "publish_form") | {"seen": line.live_id, "accept": "on"}


@pytest.mark.parametrize("role", ROLES)
def test_only_editors_change_and_delete(role: str, line: Line, pages: dict[str, str]) -> None:
    mailbox, may = pages["menus_voicemail_change"], not _refused(role, EDITS)
    data = filled(staff.client("superuser" if role != "superuser" else "Menu editor"), mailbox)
    client = staff.client(role)
    client.post(mailbox, data | {"label": "Changed"})
    client.post(pages["menus_hours_delete"], {"post": "yes"})
    assert line.destinations.filter(label="Changed").exists() == may
    assert line.destinations.filter(key="open").exists() == (not may)


@pytest.mark.parametrize(
    "name", ["desk:publish", "menus_line_roll_back", "desk:golden_change", "menus_line_end_switch"]
)
def test_a_post_without_its_token_is_refused(name: str, pages: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff.user("superuser"))
    assert client.post(pages[name], {"accept": "on"}).status_code == 403


def test_who_may_only_look_sees_the_words_and_no_button(pages: dict[str, str]) -> None:
    client = staff.client("Analyst")
    html = "".join(text(client, pages[f"menus_{kind}_change"]) for kind in (*PARTS, "line"))
    assert "Clínica Riverbend." in html
    assert "+1 202 555 0121" in html
    for button in ('name="_save"', "Add a schedule", "/delete/", 'MAX_NUM_FORMS" value="1000'):
        assert button not in html, button


def test_calls_have_no_way_to_change_them_even_for_superusers(pages: dict[str, str]) -> None:
    client = staff.client("superuser")
    assert client.post(pages["calls_event_change"], {"status": "x"}).status_code == 403
    client.post(pages["calls_call_change"], {"caller": "1"})
    client.post(pages["calls_call_changelist"], {"action": "delete_selected", "_selected_action": "abc-1", "post": "1"})
    assert Call.objects.get().caller == "12025550142"
