"""Every page of the desk, by a short name: of a demo line that was published and then changed, and of a line that
has every kind of destination."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from calls.models import ApiKey, Call, CallbackRequest, Event, Mailbox, Recording, Turn
from menus.draft import write_draft
from menus.linefile import read_yaml
from menus.models import AllowedCountry, AllowedHost, GoldenCall, Line, LookupTable, Menu, NumberList, Switch, Transfer
from menus.publish import publish
from tests import kinds, reported, staff
from tests.sounds import recording

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""A Monday."""


def pages() -> dict[str, str]:
    line = clinic()
    of_the_line = of_line(line) | of_parts(line) | of_versions(line) | of_reports(line)
    return of_site() | of_the_line | of_kinds() | of_tables() | of_calls(line)


def clinic() -> Line:
    """Live in its second version, changed since; with a recording, a golden call, and a switch that is on."""
    path = next(path for path in staff.DEMO if "clinic" in path.stem)
    line = write_draft(read_yaml(path.read_bytes()))
    publish(line, None, "First")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=11)
    line.refresh_from_db()
    publish(line, None, "Second")
    Line.objects.filter(pk=line.pk).update(max_call_minutes=12)
    recording(line, "Welcome", transcript="Welcome to the clinic.")
    GoldenCall.objects.create(line=line, name="It rings", at=AT, script="caller rings", ends_at="language")
    return line


def of_site() -> dict[str, str]:
    return {
        "index": "/admin/",
        "lines": "/admin/menus/line/",
        "line-start": "/admin/menus/line/start/",
        "line-import": "/admin/menus/line/import/",
        "choose-line": "/admin/menus/message/add/",
        "password": "/admin/password_change/",
        "menus": "/admin/menus/",
        "users": "/admin/auth/user/",
        "user-add": "/admin/auth/user/add/",
        "user": f"/admin/auth/user/{get_user_model().objects.get(username='ana').pk}/change/",
        "groups": "/admin/auth/group/",
        "failed-logins": "/admin/axes/accessattempt/",
    }


def of_line(line: Line) -> dict[str, str]:
    here = f"/admin/menus/line/{line.pk}"
    asked = "?caller=%2B12025550142&date=2026-12-25&time=09:10&which=draft"
    return {
        "home": f"{here}/",
        "try": f"{here}/try/",
        "when": f"{here}/when/",
        "when-told": f"{here}/when/{asked}",
        "check": f"{here}/check/",
        "golden": f"{here}/golden/",
        "publish": f"{here}/publish/",
        "switches": f"{here}/switches/",
        "recordings": f"{here}/audio/",
        "recording-delete": f"{here}/audio/{line.audio_prompts.get().pk}/delete/",
        "settings": f"{here}/change/",
        "line-log": f"{here}/history/",
        "duplicate": f"{here}/duplicate/",
        "import": f"{here}/import/",
        "ncco": f"{here}/ncco/{line.destinations.all()[0].key}/",
    }


def of_versions(line: Line) -> dict[str, str]:
    here = f"/admin/menus/line/{line.pk}/versions"
    second, first = line.versions.order_by("-number")
    return {
        "history": f"{here}/",
        "version": f"{here}/{second.pk}/",
        "roll-back": f"{here}/{first.pk}/live/",
        "compare": f"{here}/compare/?a={first.pk}&b={second.pk}",
        "comparing-nothing": f"{here}/compare/?a=gone&b=draft",
    }


def of_reports(line: Line) -> dict[str, str]:
    """Of two days with calls of every outcome."""
    reported.days(line, AT.date())
    here = f"/admin/menus/line/{line.pk}/reports"
    asked = f"?from={AT:%Y-%m-%d}&to={AT + timedelta(days=1):%Y-%m-%d}"
    found = ("menus", "hours", "prompts", "versions", "languages")
    return {"reports": f"{here}/{asked}", "report-menu": f"{here}/menus/main/{asked}", "report-empty": f"{here}/"} | {
        f"report-{page}": f"{here}/{page}/{asked}" for page in found
    }


def of_parts(line: Line) -> dict[str, str]:
    menu, transfer = Menu.objects.filter(line=line)[0], Transfer.objects.filter(line=line)[0]
    return {
        "menu": menu.get_absolute_url(),
        "menu-add": f"/admin/menus/menu/add/?line={line.pk}",
        "menu-delete": menu.get_absolute_url().replace("change", "delete"),
        "menu-log": menu.get_absolute_url().replace("change", "history"),
        "menu-duplicate": f"/admin/menus/line/{line.pk}/duplicate/{menu.pk}/",
        "transfer": transfer.get_absolute_url(),
        "schedule": f"/admin/menus/schedule/{line.schedules.all()[0].pk}/change/",
    }


def of_kinds() -> dict[str, str]:
    """The forms of what asks, decides or does something: filled in, and one of them new. A switch of the line is on."""
    line = kinds.utilities()
    filled = {part.key: part.get_absolute_url() for part in line.destinations.all()}
    shown = ("account", "look", "ask-billing", "who", "calls", "snow", "main", "say", "bye")
    now = timezone.now()
    switch = Switch.objects.create(
        line=line, kind="message", begins_at=now, ends_at=now + timedelta(hours=3), words={"en": "Snow."}
    )
    here = f"/admin/menus/line/{line.pk}"
    return {f"of-{key}": filled[key] for key in shown} | {
        "branch-add": f"/admin/menus/branch/add/?line={line.pk}",
        "home-of-kinds": f"{here}/",
        "publish-first": f"{here}/publish/",
        "switches-on": f"{here}/switches/",
        "switch-end": f"{here}/switches/{switch.pk}/end/",
        "no-recording": f"{here}/audio/",
        "no-golden": f"{here}/golden/",
    }


def of_tables() -> dict[str, str]:
    """Made by the line of all kinds: they come after it."""
    table, numbers = LookupTable.objects.get(key="accounts"), NumberList.objects.all()[0]
    row = table.rows.create(key="4711", values={"balance": "12.50"})
    entry = numbers.entries.create(number="12025550142")
    country, _ = AllowedCountry.objects.get_or_create(code="CA")
    return {
        "tables": "/admin/menus/lookuptable/",
        "table": f"/admin/menus/lookuptable/{table.pk}/change/",
        "table-import": f"/admin/menus/lookuptable/{table.pk}/import/",
        "rows": f"/admin/menus/lookuprow/?table__id__exact={table.pk}",
        "row": f"/admin/menus/lookuprow/{row.pk}/change/",
        "lists": "/admin/menus/numberlist/",
        "list": f"/admin/menus/numberlist/{numbers.pk}/change/",
        "list-import": f"/admin/menus/numberlist/{numbers.pk}/import/",
        "entries": f"/admin/menus/numberlistentry/?list__id__exact={numbers.pk}",
        "entry": f"/admin/menus/numberlistentry/{entry.pk}/change/",
        "hosts": "/admin/menus/allowedhost/",
        "host": f"/admin/menus/allowedhost/{AllowedHost.objects.all()[0].pk}/change/",
        "countries": "/admin/menus/allowedcountry/",
        "country-add": "/admin/menus/allowedcountry/add/",
        "country": f"/admin/menus/allowedcountry/{country.pk}/change/",
    }


def of_calls(line: Line) -> dict[str, str]:
    call = Call.objects.create(
        uuid="abc", caller="12025550142", dialled="12025550120", line=line, started_at=AT, local_day=AT
    )
    Turn.objects.create(call=call, n=1, at=AT, heard="answered", ncco="[]", waits_at="main")
    event = Event.objects.create(
        digest="d", call_uuid="abc", kind="status", status="busy", received_at=AT, payload="{}"
    )
    wanted = CallbackRequest.objects.create(
        call_uuid="abc", n=1, line=line, destination="callback", number="12025550142", created_at=timezone.now()
    )
    key = ApiKey.objects.create(name="Power BI", prefix="abc", digest="x", scopes=["calls", "reports"])
    message = Recording.objects.create(
        uuid="rec", call_uuid="abc", line=line, mailbox="Desk", url="https://x", received_at=timezone.now()
    )
    mailbox = Mailbox.objects.create(line=line, name="Desk", emails="ana@example.com")
    return {
        "messages": "/admin/calls/recording/",
        "message-of-caller": f"/admin/calls/recording/{message.pk}/change/",
        "mailboxes": "/admin/calls/mailbox/",
        "mailbox": f"/admin/calls/mailbox/{mailbox.pk}/change/",
        "calls": "/admin/calls/call/",
        "call": "/admin/calls/call/abc/change/",
        "events": "/admin/calls/event/",
        "event": f"/admin/calls/event/{event.pk}/change/",
        "callbacks": "/admin/calls/callbackrequest/",
        "callback": f"/admin/calls/callbackrequest/{wanted.pk}/change/",
        "calls-found": "/admin/calls/call/?q=nobody",
        "accesses": "/admin/calls/access/",
        "caller": "/admin/calls/access/caller/",
        "api-keys": "/admin/calls/apikey/",
        "api-key-add": "/admin/calls/apikey/add/",
        "api-key": f"/admin/calls/apikey/{key.pk}/change/",
    }
