"""The work list of callback requests: what is due stands first, and of two who take one, one has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import ProtectedError
from django.test import Client
from django.utils import timezone

from calls.admin.callbacks import in_words, is_overdue
from calls.models import Call, CallbackRequest
from menus.models import Line
from tests.pages import filled, refused, saved, text
from tests.staff import client

pytestmark = pytest.mark.django_db
LIST: Final = "/admin/calls/callbackrequest/"
State = CallbackRequest.State
Settings = Any  # pytest-django's fixture


def somebody(name: str, *rights: str) -> Any:
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights or ["change_callbackrequest"]))
    return user


def at_desk(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def ana() -> Any:
    return somebody("ana", "change_callbackrequest", "view_call", "view_line")


@pytest.fixture
def desk(ana: Any) -> Client:
    return at_desk(ana)


@pytest.fixture
def line() -> Line:
    return Line.objects.create(name="Bank", timezone="America/New_York")


def asked(n: int = 0, line: Line | None = None, **more: Any) -> CallbackRequest:
    given = {"number": "12025550142", "created_at": timezone.now() - timedelta(hours=2), "destination": "callback"}
    return CallbackRequest.objects.create(call_uuid=f"call-{n}", n=3, line=line, **given | more)


def due(hours: float, length: float = 2, **more: Any) -> dict[str, Any]:
    """A time that begins so many hours from now."""
    begins = timezone.now() + timedelta(hours=hours)
    return {"begins_at": begins, "ends_at": begins + timedelta(hours=length), **more}


def found(browser: Client, query: str = "") -> list[str]:
    response: Any = browser.get(f"{LIST}?{query}")
    assert response.status_code == 200
    return [row.call_uuid for row in response.context["cl"].result_list]


def act(browser: Client, action: str, *rows: CallbackRequest) -> str:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    response: Any = browser.post(LIST, chosen, follow=True)
    return " ".join(str(message) for message in response.context["messages"])


def page(row: CallbackRequest) -> str:
    return f"{LIST}{row.pk}/change/"


def logged() -> list[str]:
    return [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")]


# --- the list ---------------------------------------------------------------------------------------------------


def test_what_is_due_first_stands_first_and_what_is_done_last(desk: Client, ana: Any) -> None:
    now = timezone.now()
    asked(1, state=State.DONE, assigned_to=ana, done_at=now - timedelta(hours=5), **due(-30))
    asked(2, state=State.DONE, assigned_to=ana, done_at=now - timedelta(hours=1), **due(-9))
    asked(3, state=State.ASSIGNED, assigned_to=ana, **due(-20))
    asked(4, **due(4))
    asked(5, **due(-1))
    asked(6, created_at=now - timedelta(minutes=5))  # soon: from when it was asked
    asked(7, state=State.ASSIGNED, assigned_to=ana, **due(-22))
    assert found(desk) == ["call-5", "call-6", "call-4", "call-7", "call-3", "call-2", "call-1"]


def test_an_empty_list_says_how_requests_come_to_be(desk: Client) -> None:
    assert "Nobody waits to be called back" in text(desk, LIST)


def test_a_request_is_shown_as_people_write_it(desk: Client, ana: Any, line: Line) -> None:
    line.languages.create(key="es", name="Español")
    asked(1, line, team="Loans", language="es", time_zone=line.timezone, assigned_to=ana, state=State.ASSIGNED)
    shown = text(desk, LIST)
    for words in ("+1 202 555 0142", "soon", "Bank", "Loans", "Español", "Assigned", "ana", "2\xa0hours ago"):
        assert words in shown, words


NOON: Final = datetime(2026, 11, 23, 17, tzinfo=UTC)
"""Noon in New York."""


@pytest.mark.parametrize(
    ("begins", "hours", "words"),
    [
        (NOON + timedelta(hours=2), 2, "today 14:00–16:00"),
        (NOON + timedelta(hours=11), 2, "today 23:00–01:00"),
        (NOON + timedelta(hours=12), 1, "tomorrow 00:00–01:00"),
        (NOON - timedelta(hours=13), 1, "yesterday 23:00–00:00"),
        (NOON + timedelta(days=2), 1, "Wed 25 Nov 12:00–13:00"),
        (None, 0, "soon"),
    ],
)
def test_the_time_is_that_of_the_lines_clocks(begins: datetime | None, hours: int, words: str) -> None:
    ends = begins and begins + timedelta(hours=hours)
    row = CallbackRequest(begins_at=begins, ends_at=ends, time_zone="America/New_York")
    assert in_words(row, NOON) == words


def test_a_request_is_overdue_once_its_time_is_over_and_until_it_is_done(desk: Client) -> None:
    row = CallbackRequest(begins_at=NOON - timedelta(hours=2), ends_at=NOON)
    assert not is_overdue(row, NOON - timedelta(seconds=1))
    assert is_overdue(row, NOON)
    row.state = State.ASSIGNED
    assert is_overdue(row, NOON)
    row.state = State.DONE
    assert not is_overdue(row, NOON)
    assert not is_overdue(CallbackRequest(), NOON), "soon has no end"
    asked(1, **due(-1))
    assert "overdue" not in text(desk, LIST)
    asked(2, **due(-3))
    assert text(desk, LIST).count("overdue") == 1


def test_state_line_team_and_mine_are_filters(desk: Client, ana: Any, line: Line) -> None:
    asked(1, line, team="Loans", **due(1))
    asked(2, team="Cards", state=State.ASSIGNED, assigned_to=ana, **due(2))
    asked(3, state=State.DONE, assigned_to=somebody("ben"), done_at=timezone.now(), **due(3))
    for query, calls in {
        "state=open": ["call-1"],
        "state=assigned": ["call-2"],
        "state=done": ["call-3"],
        "state=due": ["call-1", "call-2"],
        f"line__id__exact={line.pk}": ["call-1"],
        "team=Cards": ["call-2"],
        "assigned=me": ["call-2"],
        "assigned=nobody": ["call-1"],
        "": ["call-1", "call-2", "call-3"],
    }.items():
        assert found(desk, query) == calls, query


@pytest.mark.parametrize(
    ("typed", "calls"),
    [("+1 202 555 0142", ["call-1"]), ("(1) 202-555", ["call-1", "call-2"]), ("0142", []), ("call-2", ["call-2"])],
)
def test_a_request_is_found_by_its_number_or_its_call(typed: str, calls: list[str], desk: Client) -> None:
    asked(1, **due(1))
    asked(2, number="12025559999", **due(2))
    response: Any = desk.get(LIST, {"q": typed})
    assert [row.call_uuid for row in response.context["cl"].result_list] == calls


def test_more_requests_need_no_more_queries(desk: Client, line: Line, django_assert_max_num_queries: Any) -> None:
    for n in range(20):
        asked(n, line, language="en")
    with django_assert_max_num_queries(14):  # two of them note who saw the numbers
        assert len(found(desk)) == 20


# --- taken and done ---------------------------------------------------------------------------------------------


def test_take_it_makes_it_mine_and_the_log_says_so(desk: Client, ana: Any) -> None:
    row = asked(1)
    assert act(desk, "take", row) == "+1 202 555 0142: Took it."
    row.refresh_from_db()
    assert (row.state, row.assigned_to, row.done_at) == (State.ASSIGNED, ana, None)
    assert logged() == ["Took it."]


def test_whoever_takes_it_second_is_told_who_has_it(desk: Client, ana: Any) -> None:
    ben = at_desk(somebody("ben"))
    row, other = asked(1), asked(2, number="12025550177")
    act(desk, "take", row)
    assert act(ben, "take", row, other) == (
        "+1 202 555 0177: Took it. +1 202 555 0142: ana has it, so nothing was changed."
    )
    row.refresh_from_db()
    assert row.assigned_to == ana
    assert logged() == ["Took it.", "Took it."]


def test_what_somebody_had_who_is_no_user_any_more_can_be_taken(desk: Client, ana: Any) -> None:
    gone = somebody("gone")
    row = asked(1, state=State.ASSIGNED, assigned_to=gone)
    gone.delete()
    act(desk, "take", row)
    row.refresh_from_db()
    assert row.assigned_to == ana


@pytest.mark.parametrize("chosen", ["abc", "9" * 30])
def test_what_is_no_request_cannot_be_chosen(chosen: str, desk: Client) -> None:
    sent = {"action": "take", "_selected_action": chosen}
    assert desk.post("/admin/calls/callbackrequest/", sent).status_code in (302, 400)


def test_done_notes_when_and_who(desk: Client, ana: Any) -> None:
    ben = somebody("ben")
    free, bens = asked(1), asked(2, state=State.ASSIGNED, assigned_to=ben)
    before = timezone.now()
    act(desk, "finish", free, bens)
    for row, who in ((free, ana), (bens, ben)):
        row.refresh_from_db()
        assert (row.state, row.assigned_to) == (State.DONE, who)
        assert row.done_at is not None
        assert before <= row.done_at <= timezone.now()
    at = free.done_at
    assert "it was done by ana on" in act(desk, "finish", free)
    assert "it was done by ana on" in act(desk, "take", free)
    free.refresh_from_db()
    assert free.done_at == at
    assert logged() == ["Done.", "Done."]


# --- the form ---------------------------------------------------------------------------------------------------


def test_a_note_and_a_state_are_written_and_logged_in_words(desk: Client, ana: Any) -> None:
    row = asked(1)
    saved(desk, page(row), state="assigned", note="Called at 10:20.")
    row.refresh_from_db()
    assert (row.state, row.assigned_to, row.note) == (State.ASSIGNED, ana, "Called at 10:20.")
    saved(desk, page(row), state="done")
    row.refresh_from_db()
    assert row.done_at is not None
    saved(desk, page(row), state="open")
    row = CallbackRequest.objects.get()
    assert (row.state, row.assigned_to, row.done_at) == (State.OPEN, None, None)
    assert logged() == ["Assigned: ana. Note written.", "Done: ana.", "Open."]


def test_naming_somebody_assigns_it_and_naming_nobody_frees_it(desk: Client) -> None:
    row, ben = asked(1), somebody("ben")
    saved(desk, page(row), assigned_to=str(ben.pk))
    row.refresh_from_db()
    assert (row.state, row.assigned_to) == (State.ASSIGNED, ben)
    saved(desk, page(row), assigned_to="")
    row.refresh_from_db()
    assert (row.state, row.assigned_to) == (State.OPEN, None)


def test_work_goes_only_to_staff_who_are_there(desk: Client) -> None:
    row = asked(1)
    left = get_user_model().objects.create_user("left", is_staff=True, is_active=False)
    customer = get_user_model().objects.create_user("customer")
    for stranger in (left, customer):
        assert "not one of the available choices" in refused(desk, page(row), assigned_to=str(stranger.pk))


def test_a_form_that_was_opened_before_somebody_took_it_is_refused(desk: Client) -> None:
    row = asked(1)
    opened = filled(desk, page(row))
    act(at_desk(somebody("ben")), "take", row)
    answer: Any = desk.post(page(row), opened | {"state": "done"})
    assert answer.status_code == 200
    assert "Somebody changed this request meanwhile: ben has it." in str(answer.context["adminform"].form.errors)
    row.refresh_from_db()
    assert (row.state, str(row.assigned_to)) == (State.ASSIGNED, "ben")


def test_a_note_that_somebody_else_wrote_meanwhile_is_not_overwritten(desk: Client) -> None:
    row = asked(1)
    opened = filled(desk, page(row))
    CallbackRequest.objects.update(note="Rings at 5.")
    assert desk.post(page(row), opened | {"note": "Mine."}).status_code == 200
    row.refresh_from_db()
    assert row.note == "Rings at 5."


def test_the_call_that_it_came_from_is_one_click_away(desk: Client) -> None:
    row = asked(1)
    assert "What was said and keyed" not in text(desk, page(row)), "its answer webhook is not written yet"
    Call.objects.create(uuid="call-1", started_at=NOON, local_day=NOON.date())
    assert '<a href="/admin/calls/call/call-1/change/">What was said and keyed</a>' in text(desk, page(row))


def test_from_the_form_of_a_request_no_user_is_changed_or_deleted() -> None:
    shown = text(client("superuser"), page(asked(1)))
    assert 'name="assigned_to"' in shown
    assert "_id_assigned_to" not in shown, "the buttons beside it: add, change, delete, view"


# --- who may do what --------------------------------------------------------------------------------------------


def test_viewers_read_and_change_nothing() -> None:
    viewer, row = client("viewer"), asked(1)
    assert found(viewer) == ["call-1"]
    assert 'name="state"' not in text(viewer, page(row))
    assert "field-seen" not in text(viewer, page(row))
    assert "Take it" not in text(viewer, LIST)
    act(viewer, "take", row)
    act(viewer, "finish", row)
    assert viewer.post(page(row), {"state": "done"}).status_code == 403
    row.refresh_from_db()
    assert row.state == State.OPEN


def test_nobody_adds_or_deletes_one() -> None:
    root, row = client("superuser"), asked(1)
    assert root.get(f"{LIST}add/").status_code == 403
    assert root.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    act(root, "delete_selected", row)
    assert CallbackRequest.objects.count() == 1


@pytest.mark.parametrize("role", ["no rights", "anonymous"])
def test_the_list_is_for_whom_it_is_meant(role: str) -> None:
    assert client(role).get(LIST).status_code in (302, 403)


def test_a_line_with_requests_is_kept_and_the_page_says_why(line: Line) -> None:
    asked(1, line)
    with pytest.raises(ProtectedError):
        line.delete()
    root = client("superuser")
    shown = text(root, f"/admin/menus/line/{line.pk}/delete/")
    assert "Cannot delete line" in shown
    assert "<li>callback request</li>" in shown
    root.post(f"/admin/menus/line/{line.pk}/delete/", {"post": "yes"})
    assert Line.objects.filter(pk=line.pk).exists()
