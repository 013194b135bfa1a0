"""The groups that a new site has: what each of them may, and what the editor is for those who are in one."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client

from menus.models import Line, Transfer, TransferTarget
from tests import kinds, staff
from tests.pages import add_url, faults, filled, form_of, row, saved, text, url_of

pytestmark = pytest.mark.django_db
roles: Final[Any] = import_module("calls.migrations.0002_roles")


@pytest.fixture
def line() -> Line:
    return staff.clinic()


def codes(name: str) -> set[str]:
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


# --- the migration ----------------------------------------------------------------------------------------------


def test_a_new_site_has_the_groups() -> None:
    for name in staff.GROUPS:
        staff.group(name)
    assert set(Group.objects.values_list("name", flat=True)) == set(staff.GROUPS) == set(roles.ROLES)
    for name in staff.GROUPS:
        assert codes(name) == roles.rights(name)


def test_what_nobody_may_but_its_own_group() -> None:
    for code, wanted in {
        "publish_line": {"Publisher"},
        "see_numbers": {"Supervisor"},
        "view_event": {"Supervisor"},
        "hear_recording": {"Supervisor"},
        "see_reports": {"Supervisor", "Analyst"},
        "export_call": {"Supervisor", "Analyst"},
        "erase_caller": set(),
        "change_line": {"Menu editor"},
        "add_switch": {"Publisher", "Supervisor"},
        "change_transfertarget": {"Number manager"},
        "change_phonenumber": {"Number manager"},
        "add_allowedhost": {"Number manager"},
        "add_allowedcountry": {"Number manager"},
        "change_callbackrequest": {"Supervisor"},
        "view_line": set(staff.GROUPS),
    }.items():
        assert {name for name in staff.GROUPS if code in roles.rights(name)} == wanted, code


def test_every_sort_of_thing_that_is_edited_belongs_to_a_role() -> None:
    """A new kind of destination must be given to the Menu editor, or to another."""
    given = {code for name in staff.GROUPS for code in roles.rights(name)}
    models = [model for app in roles.APPS for model in apps.get_app_config(app).get_models()]
    forgotten = {str(one._meta.model_name) for one in models if f"view_{one._meta.model_name}" not in given}
    hashes = {"rememberedcaller", "wrongpin"}
    counts = {"calltally", "steptally", "keytally", "targettally", "dueday", "pruned"}
    assert forgotten - hashes - counts == {"sound", "access", "apikey"}, "heard by a right of its own; superusers alone"


def test_made_again_groups_stay_as_staff_changed_them() -> None:
    group = staff.group("Analyst")
    group.permissions.remove(Permission.objects.get(codename="view_call"))
    staff.group("Publisher").delete()
    roles.make_groups(apps, connection.schema_editor())
    assert "view_call" not in codes("Analyst")
    assert codes("Publisher") == roles.rights("Publisher")


def test_taken_back_only_groups_that_nobody_changed_go() -> None:
    for name in staff.GROUPS:
        staff.group(name)
    staff.group("Analyst").permissions.clear()
    roles.remove_groups(apps, connection.schema_editor())
    assert list(Group.objects.values_list("name", flat=True)) == ["Analyst"]


# --- the start page ---------------------------------------------------------------------------------------------

NAV: Final = {
    "Menu editor": ["line", "lookuptable", "numberlist"],
    "Publisher": ["line"],
    "Number manager": ["line", "allowedhost", "allowedcountry"],
    "Supervisor": ["line", "call", "callbackrequest", "recording", "event", "mailbox"],
    "Analyst": ["line", "call", "callbackrequest"],
}


@pytest.mark.parametrize("role", staff.GROUPS)
def test_somebody_of_a_group_sees_what_is_theirs_and_nothing_else(role: str, line: Line) -> None:
    page = text(staff.client(role), "/admin/")
    nav = page.partition('<nav class="site-nav"')[2].partition("</nav>")[0]
    found = [part.partition('"')[0].strip("/").rpartition("/")[2] for part in nav.split('href="')[1:]]
    assert found == NAV[role]
    assert "Riverbend Clinic" in page
    assert "/auth/" not in page


# --- numbers ----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(line: Line) -> Any:
    return staff.part(line, "desk")


def test_a_menu_editor_sees_who_is_rung_and_changes_all_else(desk: Any) -> None:
    editor = staff.client("Menu editor")
    page = text(editor, url_of(desk))
    assert "Numbers are changed by a number manager." in page
    assert "+1 202 555 0121" in page
    assert 'name="caller_id"' not in page
    assert 'name="targets-0-address"' not in page
    saved(editor, url_of(desk), label="Reception", **{"prompt.en": "One moment."})
    found = Transfer.objects.get(pk=desk.pk)
    assert (found.label, found.prompt, found.targets.get().address) == (
        "Reception",
        {"en": "One moment."},
        "12025550121",
    )


def test_a_menu_editor_who_sends_numbers_all_the_same_changes_none(desk: Any) -> None:
    editor, manager = staff.client("Menu editor"), staff.client("superuser")
    sent = filled(manager, url_of(desk)) | {"targets-0-address": "+1 202 555 0199", "caller_id": "+1 202 555 0120"}
    sent |= row("targets", 1, type="phone", address="+1 202 555 0198", ring_seconds="20", rate="16000")
    editor.post(url_of(desk), sent | {"targets-0-DELETE": "on"})
    found = Transfer.objects.get(pk=desk.pk)
    assert (found.caller_id, [target.address for target in found.targets.all()]) == ("", ["12025550121"])


def test_a_new_transfer_of_a_menu_editor_has_nobody_yet(line: Line) -> None:
    editor = staff.client("Menu editor")
    answer = editor.post(add_url("transfer", line), filled(editor, add_url("transfer", line)) | {"label": "Night"})
    assert answer.status_code == 302, faults(answer)
    assert Transfer.objects.get(label="Night").targets.count() == 0


def test_a_number_manager_changes_the_numbers_of_a_transfer_and_nothing_else(desk: Any) -> None:
    manager = staff.client("Number manager")
    page = text(manager, url_of(desk))
    assert "Numbers are changed by" not in page
    assert 'name="label"' not in page.partition('id="targets-group"')[0]
    assert 'name="prompt.en"' not in page
    added = row("targets", 1, type="phone", address="+1 202 555 0198", ring_seconds="20", rate="16000")
    saved(manager, url_of(desk), label="Mine", caller_id="+1 202 555 0120", **added)
    found = Transfer.objects.get(pk=desk.pk)
    assert (found.label, found.caller_id) == ("Front desk", "12025550120")
    assert [target.address for target in found.targets.all()] == ["12025550121", "12025550198"]


def test_a_number_manager_changes_the_numbers_of_a_line_and_nothing_else(line: Line) -> None:
    manager, url = staff.client("Number manager"), f"/admin/menus/line/{line.pk}/change/"
    added = row("numbers", 1, number="+1 202 555 0129")
    saved(manager, url, name="Mine", timezone="Europe/Berlin", **added)
    found = Line.objects.get(pk=line.pk)
    assert (found.name, found.timezone) == ("Riverbend Clinic", "America/New_York")
    assert sorted(found.numbers.values_list("number", flat=True)) == ["12025550120", "12025550129"]


def test_a_menu_editor_changes_a_line_but_not_its_numbers(line: Line) -> None:
    editor, url = staff.client("Menu editor"), f"/admin/menus/line/{line.pk}/change/"
    assert "Numbers are changed by a number manager." in text(editor, url)
    sent = filled(staff.client("superuser"), url) | {"numbers-0-number": "+1 202 555 0129", "name": "Riverbend"}
    editor.post(url, sent)
    assert (Line.objects.get().name, Line.objects.get().numbers.get().number) == ("Riverbend", "12025550120")


def test_a_publisher_changes_neither(desk: Any) -> None:
    publisher = staff.client("Publisher")
    assert publisher.post(url_of(desk), {"label": "Mine"}).status_code == 403
    assert TransferTarget.objects.get().address == "12025550121"


# --- every table within a page ----------------------------------------------------------------------------------


def test_a_menu_editor_works_in_every_table_of_every_page() -> None:
    line = kinds.utilities()
    editor: Client = staff.client("Menu editor")
    for part in [*(one.whole() for one in line.destinations.all()), *line.schedules.all(), line]:
        url = url_of(part)
        response: Any = editor.get(url)
        for inline in response.context["inline_admin_formsets"]:
            numbers = inline.opts.model.__name__ in ("TransferTarget", "PhoneNumber")
            may = (inline.has_add_permission, inline.has_change_permission, inline.has_delete_permission)
            assert may == (not numbers,) * 3, f"{part}: {inline.opts.model.__name__}"
        answer = editor.post(url, form_of(response.content.decode(), f"{url.split('/')[3]}_form"))
        assert answer.status_code == 302, f"{part}: {faults(answer)}"
