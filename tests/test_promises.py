"""What a line promises, as rows: written and read back, made in the editor, proved on its pages, told apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import RestrictedError
from django.test import Client

from menus.draft import read_draft, read_line_file, write_draft
from menus.flow import Promise, PromisedWhen
from menus.impact import changes
from menus.linefile import LineFileError, read_yaml, write_yaml
from menus.models import Line, LinePromise, NumberList, Transfer
from tests import staff
from tests.pages import filled, refused, row, saved, text, url_of

pytestmark = pytest.mark.django_db

PROMISES = """\
promises:
  - {reaches: desk, label: A person, max_keys: 1, max_seconds: 600, except_lists: [vip, blocked, vip]}
  - {reaches: desk, max_keys: 3, when: closed}
schedules:
"""
FILE = staff.CLINIC.replace("schedules:\n", PROMISES)


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def promising() -> Line:
    return write_draft(read_yaml(FILE))


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def promises(line: Line) -> tuple[Promise, ...]:
    return read_draft(Line.objects.get(pk=line.pk)).promises


def typed(line: Line, n: int = 0, **more: Any) -> dict[str, Any]:
    desk = str(staff.part(line, "desk").pk)
    return row("promises", n, **{"reaches": desk, "max_keys": "2", "when": "any", "max_seconds": ""} | more)


# --- rows and flow ----------------------------------------------------------------------------------------------


def test_promises_are_read_back_as_they_were_written(promising: Line) -> None:
    assert promises(promising) == (
        Promise(reaches="desk", label="A person", max_keys=1, max_seconds=600, except_lists=("blocked", "vip")),
        Promise(reaches="desk", max_keys=3, when=PromisedWhen.CLOSED),
    )
    assert read_yaml(write_yaml(read_line_file(promising))) == read_yaml(FILE)


def test_a_file_that_is_written_again_replaces_them(promising: Line) -> None:
    write_draft(read_yaml(FILE.replace("label: A person, ", "").replace("max_keys: 3", "max_keys: 4")))
    assert [(one.label, one.max_keys) for one in promises(promising)] == [("", 1), ("", 4)]
    write_draft(read_yaml(staff.CLINIC))
    assert not LinePromise.objects.exists()


def test_a_list_that_only_a_promise_names_is_made_empty_and_one_that_is_there_stays() -> None:
    vip = NumberList.objects.create(key="vip", name="Regulars")
    write_draft(read_yaml(FILE))
    assert set(NumberList.objects.values_list("key", "name")) == {("vip", "Regulars"), ("blocked", "Blocked")}
    assert vip.promises.get().label == "A person"


def test_a_promise_of_what_the_file_does_not_have_is_a_fault_of_its_line() -> None:
    with pytest.raises(LineFileError) as told:
        read_yaml(FILE.replace("reaches: desk, label", "reaches: gone, label"))
    [fault] = told.value.faults
    assert (fault.line, fault.field) == (FILE[: FILE.index("reaches: desk")].count("\n") + 1, "promises › 1 › reaches")
    assert fault.fault == "“gone” is not among the destinations of this file"


def test_what_is_promised_is_not_deleted_alone_but_with_its_line(promising: Line) -> None:
    spare = Transfer.objects.create(line=promising, label="Spare desk")
    LinePromise.objects.create(line=promising, reaches=spare)
    with pytest.raises(RestrictedError):
        spare.delete()
    promising.delete()
    assert not LinePromise.objects.exists()
    assert NumberList.objects.count() == 2


# --- the editor -------------------------------------------------------------------------------------------------


def test_a_promise_is_made_changed_and_deleted_on_the_page_of_its_line(line: Line, ana: Client) -> None:
    vip = NumberList.objects.create(name="VIP")
    more: dict[str, Any] = {"label": "A person", "max_seconds": "600", "when": "open", "except_lists": [str(vip.pk)]}
    saved(ana, url_of(line), **typed(line, **more))
    made = Promise(reaches="desk", label="A person", max_seconds=600, when=PromisedWhen.OPEN, except_lists=("vip",))
    assert promises(line) == (made,)
    saved(ana, url_of(line))
    assert promises(line) == (made,)
    saved(ana, url_of(line), **typed(line, 1, position="0") | {"promises-0-position": "1", "promises-0-max_keys": "3"})
    assert [(one.label, one.max_keys) for one in promises(line)] == [("", 2), ("A person", 3)]
    saved(ana, url_of(line), **{"promises-0-DELETE": "on", "promises-1-except_lists": []})
    assert promises(line) == (made.model_copy(update={"max_keys": 3, "except_lists": ()}),)


def test_only_transfers_of_the_line_are_offered_and_what_a_file_has_put_there(line: Line, ana: Client) -> None:
    other = write_draft(read_yaml(staff.CLINIC.replace("2025550120", "2025550129").replace("Riverbend", "Hill")))
    page = text(ana, url_of(line))
    assert offered(page) == ["Nobody: every path ends by itself", "Front desk (transfer)"]
    assert "belongs to another line" in refused(ana, url_of(line), **typed(other))
    with pytest.raises(ValidationError, match="“Front desk” belongs to another line"):
        LinePromise(line=line, reaches=other.destinations.get(key="desk")).full_clean()
    bye = str(staff.part(line, "bye").pk)
    assert "<li>reaches<ul" in refused(ana, url_of(line), **typed(line, reaches=bye))
    LinePromise.objects.create(line=line, reaches=line.destinations.get(key="bye"))
    saved(ana, url_of(line))
    assert [one.reaches for one in promises(line)] == ["bye"]
    assert "which is no transfer of the line" in text(ana, f"/admin/menus/line/{line.pk}/check/")


def offered(page: str) -> list[str]:
    """By the picker of the row that the page's button copies."""
    picker = page.partition('name="promises-__prefix__-reaches"')[2].partition("</select>")[0]
    return [option.partition(">")[2].partition("<")[0] for option in picker.split("<option")[1:]]


@pytest.mark.parametrize(
    ("field", "wrong", "fault"),
    [
        ("reaches", "77", "belongs to another line, or was deleted"),
        ("max_keys", "", "This field is required."),
        ("max_keys", "21", "less than or equal to 20"),
        ("max_seconds", "0", "greater than or equal to 1"),
        ("max_seconds", "soon", "Enter a whole number."),
        ("when", "never", "never is not one of the available choices"),
        ("label", "x" * 101, "at most 100 characters"),
        ("label", "a\x07b", "holds a control character that nobody can see. Type the words anew."),
        ("except_lists", ["77"], "“77” is not there any more; choose again."),
    ],
)
def test_what_is_typed_wrong_comes_back_at_its_field(
    field: str, wrong: str, fault: str, line: Line, ana: Client
) -> None:
    said = refused(ana, url_of(line), **typed(line, label="Kept") | row("promises", 0, **{field: wrong}))
    assert f"<li>{field}<ul" in said
    assert fault in said
    assert not line.promises.exists()


@pytest.mark.parametrize("role", staff.ROLES)
def test_only_editors_make_promises_and_viewers_read_them(role: str, promising: Line) -> None:
    data = filled(staff.client("superuser" if role != "superuser" else "editor"), url_of(promising))
    client = staff.client(role)
    client.post(url_of(promising), data | {"promises-0-label": "Changed"})
    assert promising.promises.filter(label="Changed").exists() == (role in ("editor", "superuser"))
    if role in ("viewer", "publisher"):
        page = text(client, url_of(promising))
        assert "While all is closed" in page
        assert "Blocked, Vip" in page
        assert 'name="promises-0-label"' not in page


def test_a_new_line_is_not_asked_for_promises(ana: Client) -> None:
    assert "Promises" not in text(ana, "/admin/menus/line/add/")


def test_a_promise_that_names_a_destination_or_a_list_is_named_where_they_are_deleted(
    promising: Line, ana: Client
) -> None:
    desk = staff.part(promising, "desk")
    assert "Line “Riverbend Clinic”: promise “A person”" in text(ana, f"/admin/menus/transfer/{desk.pk}/delete/")
    vip = NumberList.objects.get(key="vip")
    assert "Riverbend Clinic: promise “A person”" in text(ana, url_of(vip))
    ana.post(f"/admin/menus/numberlist/{vip.pk}/delete/", {"post": "yes"})
    assert NumberList.objects.filter(pk=vip.pk).exists()


def test_a_promise_that_rings_nobody_is_typed_kept_in_the_file_and_shown(line: Line, ana: Client) -> None:
    saved(ana, url_of(line), **typed(line, reaches="", label="At night nobody is rung", when="closed"))
    made = Promise(label="At night nobody is rung", when=PromisedWhen.CLOSED)
    assert promises(line) == (made,)
    assert read_yaml(write_yaml(read_line_file(line))).promises == (made,)
    said = text(ana, f"/admin/menus/line/{line.pk}/check/")
    assert "The promise “At night nobody is rung” of line “Riverbend Clinic” is broken: " in said
    assert "→ rings transfer “Front desk”" in said
    Transfer.objects.get(line=line).targets.all().delete()
    kept = text(ana, f"/admin/menus/line/{line.pk}/check/").partition(">Kept</span>")[2].partition("</li>")[0]
    assert "“At night nobody is rung”: while all is closed every path ends in" in kept


# --- what the pages say -----------------------------------------------------------------------------------------


def test_a_kept_promise_is_shown_with_its_proof_and_a_broken_one_as_an_error(promising: Line, ana: Client) -> None:
    promising.promises.filter(max_keys=3).update(label="At once", max_keys=0)
    said = text(ana, f"/admin/menus/line/{promising.pk}/check/")
    kept = said.partition(">Kept</span>")[2].partition("</li>")[0]
    assert "“A person” reaches transfer “Front desk” in 1 key and" in kept
    assert "but for callers on the lists “blocked” or “vip” (menu “Main”, key 1)." in kept
    assert said.count(">Kept</span>") == 1
    assert "The promise “At once” of line “Riverbend Clinic” is broken" in said.partition(">Error</span>")[2]


def test_a_draft_that_is_unfinished_keeps_nothing(promising: Line, ana: Client) -> None:
    promising.languages.all().delete()
    assert ">Kept</span>" not in text(ana, url_of(promising))


# --- what differs -----------------------------------------------------------------------------------------------


def differs(*replaced: tuple[str, str], before: str = FILE) -> list[str]:
    after = before
    for old, new in replaced:
        assert old in after
        after = after.replace(old, new)
    return [change.sentence for change in changes(read_yaml(before), read_yaml(after))]


def test_promises_that_differ_are_named() -> None:
    for what in (("max_keys: 1", "max_keys: 2"), ("max_seconds: 600, ", ""), ("[vip, blocked, vip]", "[]")):
        [sentence] = differs(what)
        assert sentence.startswith("Promise “A person”: ")


def test_promises_that_come_and_go_are_named() -> None:
    second = "  - {reaches: desk, max_keys: 3, when: closed}\n"
    assert differs((second, "")) == ["Promise “to Front desk” is removed."]
    twice = FILE.replace(second, second + second)
    assert differs((second + second, second), before=twice) == ["Promise “to Front desk” is removed."]
    assert differs(("label: A person", "label: Somebody")) == [
        "Promise “Somebody” is new.",
        "Promise “A person” is removed.",
    ]


def test_promises_in_another_order_are_said_to_be_so() -> None:
    first, second = PROMISES.splitlines(keepends=True)[1:3]
    [sentence] = differs((first + second, second + first))
    assert sentence.startswith("The promises are in another order: ")
