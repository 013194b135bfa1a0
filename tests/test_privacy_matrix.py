"""Everybody × everything that tells of callers: whether it opens, and whether numbers are whole in it.

A new page or address of calls is a new line of TABLE.
"""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.test import Client

from calls.models import Access, CallbackRequest, Event, Recording
from tests import kept, staff

pytestmark = pytest.mark.django_db

ROLES: Final = ("anonymous", "no rights", *staff.GROUPS, "superuser")
WHOLE, MASKED, NONE, REFUSED = "whole", "masked", "no number", "refused"
"""What one sees: numbers, numbers of which two digits are left, a page without any; or nothing."""
_WHOLE: Final = re.compile(r"202[\s.)(-]*555[\s.-]*0142")
_MASKED: Final = re.compile(r"•42\b")

Seen = dict[str, str]


def of(*, supervisor: str = REFUSED, analyst: str = REFUSED, superuser: str = WHOLE, others: str = REFUSED) -> Seen:
    """`others`: the groups that have nothing to do with calls."""
    groups = dict.fromkeys(staff.GROUPS, others) | {"Supervisor": supervisor, "Analyst": analyst}
    return {"anonymous": REFUSED, "no rights": REFUSED, "superuser": superuser} | groups


BY_SIGHT: Final = of(supervisor=WHOLE, analyst=MASKED)
"""Supervisors see numbers, analysts see that they are there."""
RULES: Final = of()

TABLE: Final[dict[str, tuple[str, Seen]]] = {
    "call list": ("/admin/calls/call/", BY_SIGHT),
    "call page": ("/admin/calls/call/call-1/change/", BY_SIGHT),
    "call history": ("/admin/calls/call/call-1/history/", of(supervisor=WHOLE, analyst=MASKED)),
    "event list": ("/admin/calls/event/", of(supervisor=NONE, superuser=NONE)),
    "event page": ("/admin/calls/event/{event}/change/", of(supervisor=WHOLE)),
    "callback list": ("/admin/calls/callbackrequest/", BY_SIGHT),
    "callback page": ("/admin/calls/callbackrequest/{callback}/change/", BY_SIGHT),
    "message list": ("/admin/calls/recording/", of(supervisor=WHOLE)),
    "message page": ("/admin/calls/recording/{message}/change/", of(supervisor=WHOLE)),
    "sound": ("/admin/calls/recording/{message}/sound/", of(supervisor=WHOLE)),
    "calls as a file": ("/admin/calls/call/export/?format=csv&what=calls", BY_SIGHT),
    "calls that are on": ("/admin/calls/live/", of(supervisor=NONE, analyst=NONE, superuser=NONE)),
    "report": ("/admin/menus/line/{line}/reports/", of(supervisor=NONE, analyst=NONE, superuser=NONE)),
    "report on what is to be done": (
        "/admin/menus/line/{line}/reports/backlog/",
        of(supervisor=NONE, analyst=NONE, superuser=NONE),
    ),
    "accesses": ("/admin/calls/access/", of(superuser=NONE)),
    "all of a caller": ("/admin/calls/access/caller/", of(superuser=NONE)),
    "found caller": ("POST /admin/calls/access/caller/?do=find", RULES),
    "file of a caller": ("POST /admin/calls/access/caller/?do=export", RULES),
    "calls, API": ("/api/v1/calls/", BY_SIGHT),
    "call, API": ("/api/v1/calls/call-1/", BY_SIGHT),
    "turns, API": ("/api/v1/calls/call-1/turns/", BY_SIGHT),
    "legs, API": ("/api/v1/calls/call-1/legs/", BY_SIGHT),
    "messages, API": ("/api/v1/messages/", of(supervisor=WHOLE)),
    "message, API": ("/api/v1/messages/{message}/", of(supervisor=WHOLE)),
    "callbacks, API": ("/api/v1/callbacks/", BY_SIGHT),
    "callback, API": ("/api/v1/callbacks/{callback}/", BY_SIGHT),
    "start page": ("/admin/", of(supervisor=NONE, analyst=NONE, superuser=NONE, others=NONE) | {"no rights": NONE}),
}


@pytest.fixture
def pages() -> dict[str, str]:
    """The address of each, with something of a caller behind it."""
    call = kept.all_of(kept.line())
    Access.objects.create(at=kept.AT, who="ana", what="saw_numbers", call_uuid=call.pk)
    pks: dict[str, Any] = {
        "event": Event.objects.get(conversation=call.conversation).pk,
        "callback": CallbackRequest.objects.get().pk,
        "message": Recording.objects.get().pk,
        "line": call.line_id,
    }
    return {name: path.format(**pks) for name, (path, _) in TABLE.items()}


def answer(client: Client, page: str) -> Any:
    if not page.startswith("POST "):
        return client.get(page)
    path, _, do = page.removeprefix("POST ").partition("?do=")
    return client.post(path, {"number": f"+{kept.NUMBER}", "do": do})


def seen(response: Any) -> str:
    if response.status_code in (302, 401, 403, 404):
        return REFUSED
    assert response.status_code == 200
    body = b"".join(response.streaming_content) if response.streaming else response.content
    said = _own_words(body.decode("utf-8", "replace"))
    return WHOLE if _WHOLE.search(said) else MASKED if _MASKED.search(said) else NONE


def _own_words(page: str) -> str:
    """Without what the user typed in, which is no news to them, and without examples."""
    return re.sub(r'<input[^>]*>|<p class="help".*?</p>', "", page)


@pytest.mark.parametrize("role", ROLES)
def test_each_sees_what_the_table_says(role: str, pages: dict[str, str]) -> None:
    client = staff.client(role)
    wrong = {}
    for name, page in pages.items():
        if (is_so := seen(answer(client, page))) != (due := TABLE[name][1][role]):
            wrong[name] = f"{is_so}, not {due}"
    assert wrong == {}


@pytest.mark.parametrize("role", ["Supervisor", "Analyst", "superuser"])
def test_whoever_sees_whole_numbers_or_hears_is_noted_and_nobody_else(role: str, pages: dict[str, str]) -> None:
    client = staff.client(role)
    wrong = {}
    for name, page in pages.items():
        Access.objects.all().delete()
        is_so = seen(answer(client, page))
        noted = Access.objects.exclude(what=Access.What.EXPORTED).exists()
        if noted != (is_so == WHOLE) and "file" not in name:
            wrong[name] = f"{is_so}, and noted: {noted}"
        assert kept.NUMBER not in str(list(Access.objects.values()))
    assert wrong == {}


def test_every_role_stands_in_every_line_of_the_table() -> None:
    assert [name for name, (_, row) in TABLE.items() if set(row) != set(ROLES)] == []
