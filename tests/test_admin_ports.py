"""A line taken away as a file and brought back; a line, and a destination with all below it, made twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from menus.admin import bringing
from menus.draft import draft_digest, read_draft, read_line_file
from menus.flow import Menu, Transfer, plain
from menus.linefile import read_yaml, write_yaml
from menus.models import AudioPrompt, Destination, Line, LookupTable, PhoneNumber, Schedule, Switch
from tests import staff
from tests.pages import form_of, text

pytestmark = pytest.mark.django_db
NEW = "/admin/menus/line/import/"


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def way(line: Line, page: str) -> str:
    return f"/admin/menus/line/{line.pk}/{page}/"


def file_of(line: Line) -> str:
    return write_yaml(read_line_file(line))


def bring(client: Client, url: str, words: str) -> str:
    return str(client.post(url, {"pasted": words}).content.decode())


def press(client: Client, url: str, page: str, **typed: str) -> Any:
    return client.post(url, form_of(page, "apply_form") | {"apply": "1"} | typed)


def without(*names: str) -> Client:
    """An editor who lacks some rights."""
    someone = staff.user("editor")
    someone.user_permissions.remove(*Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(someone)
    return client


# --- away ---------------------------------------------------------------------------------------------------------


def test_the_draft_is_taken_away_as_the_file_that_comes_back(line: Line, ana: Client) -> None:
    response: Any = ana.get(way(line, "export"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="riverbend-clinic-draft.yaml"'
    assert read_yaml(response.content) == read_line_file(line)


def test_an_unfinished_draft_says_what_is_missing(line: Line, ana: Client) -> None:
    line.languages.all().delete()
    for page in ("export", "duplicate"):
        words = text(ana, way(line, page))
        assert "The draft is not finished yet" in words
        assert "languages" in words
        assert f"/admin/menus/line/{line.pk}/check/" in words


# --- brought: look, then apply --------------------------------------------------------------------------------------


def test_a_file_is_shown_and_then_applied(line: Line, ana: Client) -> None:
    words = file_of(line).replace("12 Main Street.", "14 Main Street.")
    page = bring(ana, way(line, "import"), words)
    assert "One change to the draft" in page
    assert "14 Main Street." in page
    assert "12 Main Street." in file_of(line)
    response = press(ana, way(line, "import"), page)
    assert response.url == f"/admin/menus/line/{line.pk}/"
    assert file_of(line) == words
    assert LogEntry.objects.get().get_change_message() == "Imported the text."


def test_a_file_may_be_uploaded_as_json_too(line: Line, ana: Client) -> None:
    words = read_line_file(line).model_dump_json().replace("12 Main", "15 Main").encode()
    page = ana.post(way(line, "import"), {"file": SimpleUploadedFile("clinic.json", words)}).content.decode()
    assert "What clinic.json would change" in page
    press(ana, way(line, "import"), page)
    assert "15 Main Street." in file_of(line)
    assert LogEntry.objects.get().get_change_message() == "Imported clinic.json."


def test_faults_are_named_by_line_and_the_text_is_kept(line: Line, ana: Client) -> None:
    words = file_of(line).replace("kind: hangup", "kind: hangup\n    goodby: x")
    at = words.split("\n").index("    goodby: x") + 1
    page = bring(ana, way(line, "import"), words)
    assert f"Line {at}</span>" in page
    assert "“goodby” is not known here" in page
    assert form_of(page, "import_form")["pasted"].replace("\r", "") == words
    assert 'name="kept"' not in page


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "Choose a file, or paste its text."),
        ({"file": SimpleUploadedFile("x.yaml", b"#" * ((1 << 20) + 1))}, "larger than 1 MB"),
        ({"file": SimpleUploadedFile("x.yaml", b"name: \xff")}, "the file is not UTF-8 text"),
        ({"pasted": "- a"}, "this is not a line"),
    ],
)
def test_what_is_no_file_of_a_line_is_refused(line: Line, ana: Client, given: Any, fault: str) -> None:
    assert fault in ana.post(way(line, "import"), given).content.decode()


def test_the_same_file_leaves_nothing_to_apply(line: Line, ana: Client) -> None:
    page = bring(ana, way(line, "import"), file_of(line))
    assert "The draft is this already" in page
    assert 'name="apply"' not in page


def test_a_draft_changed_since_the_preview_refuses_it_and_shows_it_anew(line: Line, ana: Client) -> None:
    page = bring(ana, way(line, "import"), file_of(line).replace("12 Main", "14 Main"))
    Destination.objects.filter(line=line, key="bye").update(label="Farewell")
    again = press(ana, way(line, "import"), page).content.decode()
    assert "Somebody changed the draft since you looked at it" in again
    assert "Farewell" in again
    assert "12 Main Street." in file_of(line)
    press(ana, way(line, "import"), again)
    assert "14 Main Street." in file_of(line)


def test_an_unfinished_draft_is_replaced_as_a_whole(line: Line, ana: Client) -> None:
    words = file_of(line)
    line.languages.all().delete()
    page = bring(ana, way(line, "import"), words)
    assert "The draft is not finished, so that the file cannot be compared" in page
    press(ana, way(line, "import"), page)
    assert file_of(line) == words


def test_findings_of_the_result_are_shown_before_it_is_applied(line: Line, ana: Client) -> None:
    page = bring(ana, way(line, "import"), file_of(line).replace("        to: desk\n", "", 1))
    assert "leads nowhere" in page
    assert 'name="apply"' in page


def test_a_schedule_with_a_switch_on_is_not_taken_away(line: Line, ana: Client) -> None:
    now = datetime.now(UTC)
    office = Schedule.objects.get(line=line)
    Switch.objects.create(line=line, kind="closed", schedule=office, begins_at=now, ends_at=now + timedelta(hours=1))
    words = file_of(line).replace("office:", "bureau:").replace("schedule: office", "schedule: bureau")
    page = bring(ana, way(line, "import"), words)
    again = press(ana, way(line, "import"), page).content.decode()
    assert "a switch is on for it" in again
    assert "End the switch first" in again


# --- numbers and targets --------------------------------------------------------------------------------------------

NUMBERS = "numbers: ['12025550120', '12025550199']"


def with_number(line: Line) -> str:
    words = file_of(line)
    old = next(row for row in words.split("\n") if row.startswith("numbers:"))
    return words.replace(old, NUMBERS)


def test_numbers_of_the_file_are_added_and_said(line: Line, ana: Client) -> None:
    page = bring(ana, way(line, "import"), with_number(line))
    assert "This number is added, and rings at once: +1 202 555 0199" in page
    press(ana, way(line, "import"), page)
    assert {row.number for row in line.numbers.all()} == {"12025550120", "12025550199"}


def test_who_may_not_add_numbers_imports_the_rest(line: Line) -> None:
    client = without("add_phonenumber")
    page = bring(client, way(line, "import"), with_number(line).replace("12 Main", "14 Main"))
    assert "+1 202 555 0199: left out, because you may not add numbers" in page
    press(client, way(line, "import"), page)
    assert [row.number for row in line.numbers.all()] == ["12025550120"]
    assert "14 Main Street." in file_of(line)


def test_a_number_of_another_line_stays_there(line: Line, ana: Client) -> None:
    PhoneNumber.objects.create(line=Line.objects.create(name="Other"), number="12025550199")
    page = bring(ana, way(line, "import"), with_number(line).replace("12 Main", "14 Main"))
    assert "+1 202 555 0199 stays with “Other”, which has it." in page
    assert press(ana, way(line, "import"), page).status_code == 302
    assert PhoneNumber.objects.get(number="12025550199").line.name == "Other"


def test_who_may_not_change_targets_imports_nothing_that_changes_them(line: Line) -> None:
    client = without("change_transfertarget")
    words = file_of(line)
    page = bring(client, way(line, "import"), words.replace("12025550121", "12025550666"))
    assert "The file changes whom “Front desk” rings, and you may not change that" in page
    assert 'name="apply"' not in page
    press(client, way(line, "import"), page)
    assert file_of(line) == words
    page = bring(client, way(line, "import"), words.replace("12 Main", "14 Main"))
    press(client, way(line, "import"), page)
    assert "14 Main Street." in file_of(line)


def test_a_right_that_is_lost_after_the_preview_counts(line: Line) -> None:
    client = without()
    page = bring(client, way(line, "import"), file_of(line).replace("12025550121", "12025550666"))
    someone = staff.user("publisher")  # any change of rights: those of the editor are read anew with each request
    assert someone.has_perm("menus.publish_line")
    editor = type(someone).objects.get(username="editor")
    editor.user_permissions.remove(Permission.objects.get(codename="change_transfertarget"))
    press(client, way(line, "import"), page)
    assert "12025550666" not in file_of(line)


# --- what is kept between preview and apply ---------------------------------------------------------------------------


def test_a_preview_is_for_its_user_its_line_and_an_hour(
    line: Line, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = file_of(line)
    page = bring(ana, way(line, "import"), words.replace("12 Main", "14 Main"))
    other = Line.objects.create(name="Other")
    url = way(line, "import")
    assert press(staff.client("superuser"), url, page).url == url
    assert press(ana, way(other, "import"), page).url == way(other, "import")
    assert press(ana, url, page, kept=form_of(page, "apply_form")["kept"] + "x").url == url
    monkeypatch.setattr(bringing, "KEPT_SECONDS", -1)
    assert press(ana, url, page).url == url
    assert "That preview is over" in text(ana, url)
    assert file_of(line) == words


def test_what_is_in_the_file_is_text_on_the_page(line: Line, ana: Client) -> None:
    hostile = "<script>alert(1)</script>"
    for words in (file_of(line).replace("Our address", hostile), f"{hostile}: 1", f"kind: {hostile}"):
        assert hostile not in bring(ana, way(line, "import"), words)


# --- as a new line ----------------------------------------------------------------------------------------------------


def test_a_file_becomes_a_line_of_its_own(line: Line, ana: Client) -> None:
    page = bring(ana, NEW, file_of(line))
    assert "There is a line called “Riverbend Clinic” already" in page
    assert "+1 202 555 0120 stays with “Riverbend Clinic”, which has it." in page
    response = press(ana, NEW, page, name="Riverbend North")
    made = Line.objects.get(name="Riverbend North")
    assert response.url == f"/admin/menus/line/{made.pk}/"
    assert plain(read_draft(made)) == plain(read_draft(line)) | {"name": "Riverbend North"}
    assert not made.numbers.exists()
    assert "There is a line called" in press(ana, NEW, page, name="Riverbend North").content.decode()
    assert Line.objects.count() == 2


def test_tables_that_nobody_has_made_are_made_and_said(ana: Client) -> None:
    words = next(path for path in staff.DEMO if "mapleton" in path.name).read_text()
    page = bring(ana, NEW, words)
    press(ana, NEW, page)
    for table in LookupTable.objects.all():
        assert f"The table “{table.key}” is made, empty" in page
    assert LookupTable.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "publisher", "no rights"])
def test_who_may_not_change_lines_brings_and_copies_none(role: str, line: Line) -> None:
    client = staff.client(role)
    for url in (NEW, way(line, "import"), way(line, "duplicate"), way(line, f"duplicate/{line.start_id}")):
        assert client.get(url).status_code == 403
        assert client.post(url, {"pasted": "x", "name": "x"}).status_code == 403
    assert Line.objects.count() == 1


@pytest.mark.parametrize("lacking", ["add_line", "change_line"])
def test_a_new_line_is_brought_by_those_who_may_add_and_change_lines(lacking: str) -> None:
    assert without(lacking).get(NEW).status_code == 403


# --- twice ------------------------------------------------------------------------------------------------------------


def recording(line: Line) -> AudioPrompt:
    return AudioPrompt.objects.create(
        line=line, name="Welcome", path="/audio/abc.mp3", digest="d" * 64, seconds=2, size_bytes=3, data=b"abc",
        uploaded_at=datetime.now(UTC),
    )  # fmt: skip


def test_a_line_is_duplicated_without_its_numbers_and_versions(line: Line, ana: Client) -> None:
    response: Any = ana.post(way(line, "duplicate"), {"name": "Riverbend North"})
    copy = Line.objects.get(name="Riverbend North")
    assert response.url == f"/admin/menus/line/{copy.pk}/"
    assert plain(read_draft(copy)) == plain(read_draft(line)) | {"name": "Riverbend North"}
    assert (copy.live, copy.numbers.count(), copy.versions.count()) == (None, 0, 0)
    assert copy.key == "riverbend-north"


def test_the_copy_has_recordings_of_its_own(line: Line, ana: Client) -> None:
    old = recording(line)
    row = staff.part(line, "bye")
    row.goodbye = {"en": {"text": "Goodbye.", "audio": old.path}, "es": "Adiós."}  # type: ignore[attr-defined]
    row.save()
    ana.post(way(line, "duplicate"), {"name": "Riverbend North"})
    copy = Line.objects.get(name="Riverbend North")
    new = AudioPrompt.objects.get(line=copy)
    assert new.path != old.path
    assert bytes(new.data) == b"abc"
    assert new.path in file_of(copy)
    assert old.path not in file_of(copy)
    assert old.path in file_of(line)


def test_a_copy_needs_a_name_of_its_own(line: Line, ana: Client) -> None:
    page = ana.post(way(line, "duplicate"), {"name": line.name}).content.decode()
    assert "There is a line called “Riverbend Clinic” already" in page
    assert Line.objects.count() == 1


def test_a_destination_is_copied_with_all_below_it_after_a_look(line: Line, ana: Client) -> None:
    desk = staff.part(line, "desk")
    url = way(line, f"duplicate/{desk.pk}")
    page = text(ana, url)
    assert "This is copied" in page
    assert "These stay shared" in page
    response: Any = ana.post(url, form_of(page, "duplicate_form"))
    copy = Destination.objects.get(line=line, key="desk-copy")
    assert response.url == copy.get_absolute_url()
    made = read_draft(line).destinations["desk-copy"]
    assert isinstance(made, Transfer)
    assert (made.label, made.last_resort, len(made.targets)) == ("Front desk (copy)", "mailbox", 1)
    assert "Nothing leads to it yet" in text(ana, response.url)
    main = read_draft(line).destinations["main"]
    assert isinstance(main, Menu)
    assert main.options[0].to == "desk"


def test_a_draft_changed_since_the_look_is_shown_anew(line: Line, ana: Client) -> None:
    url = way(line, f"duplicate/{line.start_id}")
    page = text(ana, url)
    Destination.objects.filter(line=line, key="bye").update(label="Farewell")
    again = ana.post(url, form_of(page, "duplicate_form")).content.decode()
    assert "Somebody changed the draft since you looked at it" in again
    assert not Destination.objects.filter(key__contains="copy").exists()


def test_a_destination_of_another_line_is_not_found(line: Line, ana: Client) -> None:
    other = Line.objects.create(name="Other")
    assert ana.get(way(other, f"duplicate/{line.start_id}")).status_code == 404


def test_the_digest_tells_one_draft_from_another_unfinished_ones_too(line: Line) -> None:
    first = draft_digest(line)
    assert draft_digest(Line.objects.get()) == first
    line.languages.filter(key="es").delete()
    second = draft_digest(line)
    line.languages.all().delete()
    assert len({first, second, draft_digest(line)}) == 3


def test_the_ways_there_are_on_the_pages_for_those_who_may(line: Line, ana: Client) -> None:
    home, part = f"/admin/menus/line/{line.pk}/", staff.part(line, "desk").get_absolute_url()
    viewer = staff.client("viewer")
    for page in ("export", "import", "duplicate"):
        assert way(line, page) in text(ana, home)
        assert (way(line, page) in text(viewer, home)) == (page == "export")
    assert f"/duplicate/{staff.part(line, 'desk').pk}/" in text(ana, part)
    assert "/duplicate/" not in text(viewer, part)
