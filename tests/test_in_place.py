"""“New destination” beside a picker: made from its name and kind, logged, offered by the pickers at once."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.test import Client

from menus.draft import MODELS, read_draft
from menus.models import Destination, Line, Message
from tests import staff
from tests.pages import text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def address(line: Line, kind: str = "message") -> str:
    return f"/admin/menus/{kind}/add/in-place/?line={line.pk}"


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model._meta.model_name)
def test_every_kind_can_be_made_from_its_name(model: type[Destination], line: Line, ana: Client) -> None:
    answer = ana.post(address(line, str(model._meta.model_name)), {"label": "  Brand   new "})
    assert answer.status_code == 201
    row = model._default_manager.get(pk=answer.json()["value"])
    assert (row.label, row.key, row.line_id) == ("Brand new", "brand-new", line.pk)
    assert answer.json() == {
        "value": str(row.pk),
        "words": f"Brand new ({row.get_kind_display().lower()})",
        "url": row.get_absolute_url(),
    }
    assert "brand-new" in read_draft(line).destinations
    assert answer.json()["words"] in text(ana, url_of(staff.part(line, "main")))


def test_it_is_logged(line: Line, ana: Client) -> None:
    ana.post(address(line), {"label": "Parking"})
    entry = LogEntry.objects.get(action_flag=ADDITION)
    assert (entry.object_repr, entry.user.get_username()) == ("Parking", "editor")


@pytest.mark.parametrize(
    ("label", "fault"),
    [("", "Give it a name"), ("   ", "Give it a name"), ("x" * 101, "at most 100 characters"), ("a\x01b", "character")],
)
def test_a_name_that_is_none_is_refused_in_words(label: str, fault: str, line: Line, ana: Client) -> None:
    answer = ana.post(address(line), {"label": label})
    assert answer.status_code == 400
    assert fault in answer.json()["fault"]
    assert not Message.objects.exclude(key="address").exists()


@pytest.mark.parametrize(("role", "code"), [("viewer", 403), ("no rights", 403), ("anonymous", 302)])
def test_who_may_not_add_may_not_add_here_either(role: str, code: int, line: Line) -> None:
    assert staff.client(role).post(address(line), {"label": "X"}).status_code == code
    assert not Destination.objects.filter(label="X").exists()


def test_it_needs_the_token_a_line_and_a_post(line: Line, ana: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff.user("superuser"))
    assert strict.post(address(line), {"label": "X"}).status_code == 403
    assert ana.get(address(line)).status_code == 405
    assert ana.post("/admin/menus/message/add/in-place/", {"label": "X"}).status_code == 404
    assert not Destination.objects.filter(label="X").exists()


def test_only_who_may_make_some_is_offered_the_way_there(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, "main"))
    assert address(line, "voicemail") in text(ana, url)
    assert "new-destination" not in text(staff.client("viewer"), url)
