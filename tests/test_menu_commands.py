"""The commands for lines: what they do, what they say, and that they change nothing when they refuse."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from menus import live
from menus.draft import read_line_file
from menus.linefile import read_yaml
from menus.models import Line, Message, PhoneNumber, Version

pytestmark = pytest.mark.django_db

DEMO = Path(__file__).parents[1] / "menus" / "demo"
CLINIC = """\
format: 1
name: Riverbend Clinic
numbers: ["12025550120"]
timezone: America/New_York
languages: [{key: en, name: English}]
start: main
operator: bye
house_keys: {repeat: "9"}
destinations:
  main:
    kind: menu
    label: Main menu
    options:
      - {key: hours, digits: "1", label: Opening hours, words: {en: For our hours}, to: hours}
  hours: {kind: message, label: Hours, prompt: {en: We open at nine.}, then: bye}
  bye: {kind: hangup, label: Goodbye, goodbye: {en: Goodbye.}}
"""
BROKEN = CLINIC.replace('digits: "1"', "digits: one").replace("to: hours", "to: hour")


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path / "var"
    live.forget()
    yield
    live.forget()


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.yaml"
    path.write_text(CLINIC)
    return path


def run(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def refusal(*words: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(*words)
    return str(refused.value)


# --- import -----------------------------------------------------------------------------------------------------


def test_an_import_writes_the_draft_and_says_how_to_publish(clinic: Path) -> None:
    said = run("import_line", str(clinic))
    assert "Riverbend Clinic: the draft is written." in said
    assert "Callers hear nothing yet. To publish: manage.py publish_line 12025550120" in said
    assert read_line_file(Line.objects.get()) == read_yaml(CLINIC)
    assert not Version.objects.exists()


def test_an_import_of_a_live_line_changes_nothing_for_callers(clinic: Path) -> None:
    run("import_line", str(clinic), "--publish")
    clinic.write_text(CLINIC.replace("at nine", "at ten"))
    assert "Callers hear version 1 as before." in run("import_line", str(clinic))
    version = Line.objects.get().live
    assert version is not None
    assert "at nine" in version.flow


def test_an_import_may_publish_with_a_note(clinic: Path) -> None:
    assert "version 1 is live" in run("import_line", str(clinic), "--publish", "--note", "From head office")
    assert Version.objects.get().note == "From head office"


def test_a_note_is_made_from_the_files_name(clinic: Path) -> None:
    run("import_line", str(clinic), "--publish")
    assert Version.objects.get().note == "Imported from clinic.yaml"


def test_a_line_may_come_from_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(CLINIC.encode())))
    run("import_line", "-")
    assert Line.objects.get().name == "Riverbend Clinic"


def test_a_broken_file_is_refused_with_file_line_field_fault_and_cure(clinic: Path) -> None:
    run("import_line", str(clinic))
    clinic.write_text(BROKEN)
    assert refusal("import_line", str(clinic)).splitlines() == [
        f"{clinic}:14: destinations › main › options › 1 › digits: “one” are not keys of a phone. "
        'Use digits, * and #, at most ten, like "4" or "*".',
        "Nothing was changed.",
    ]
    assert read_line_file(Line.objects.get()) == read_yaml(CLINIC)


def test_a_file_that_is_not_there_is_refused() -> None:
    assert (
        refusal("import_line", "no.yaml") == "no.yaml cannot be read: No such file or directory. Nothing was changed."
    )


def test_a_number_of_another_line_is_refused_and_nothing_is_changed(clinic: Path) -> None:
    other = Line.objects.create(name="Harbor")
    PhoneNumber.objects.create(line=other, number="12025550130")
    run("import_line", str(clinic))
    clinic.write_text(CLINIC.replace('["12025550120"]', '["12025550120", "12025550130"]').replace("nine", "ten"))
    said = refusal("import_line", str(clinic))
    assert "+1 202 555 0130 belongs to “Harbor”" in said
    assert "Nothing was changed." in said
    assert Message.objects.get().prompt == {"en": "We open at nine."}


def test_an_import_that_cannot_be_published_leaves_the_draft_as_it_was(clinic: Path) -> None:
    run("import_line", str(clinic))
    clinic.write_text(CLINIC.replace("start: main\n", ""))
    said = refusal("import_line", str(clinic), "--publish")
    assert "was not published: 1 error" in said
    assert "\nerror " in said
    assert Line.objects.get().start is not None


def test_a_number_that_the_file_does_not_name_is_kept_and_said(clinic: Path) -> None:
    run("import_line", str(clinic))
    clinic.write_text(CLINIC.replace('["12025550120"]', '["12025550121"]'))
    assert "It still has +1 202 555 0120, which the file does not name" in run("import_line", str(clinic))


# --- export, check, publish -------------------------------------------------------------------------------------


def test_an_export_is_what_an_import_reads(clinic: Path) -> None:
    run("import_line", str(clinic))
    exported = run("export_line", "+1 202 555 0120")
    assert read_yaml(exported) == read_yaml(CLINIC)


def test_an_export_of_what_is_live_is_not_the_draft(clinic: Path) -> None:
    run("import_line", str(clinic))
    assert "was never published" in refusal("export_line", "12025550120", "--live")
    run("publish_line", "12025550120", "--note", "First")
    Message.objects.update(prompt={"en": "We open at ten."})
    assert "at nine" in run("export_line", "12025550120", "--live")
    assert "at ten" in run("export_line", "12025550120")


def test_an_unfinished_draft_is_not_exported_but_explained(clinic: Path) -> None:
    run("import_line", str(clinic))
    Line.objects.get().languages.all().delete()
    said = refusal("export_line", "12025550120")
    assert said == (
        "The draft of “Riverbend Clinic” is not finished:\nlanguages: nothing is written here. Write at least one."
    )


def test_a_check_without_errors_says_so(clinic: Path) -> None:
    run("import_line", str(clinic))
    assert "Riverbend Clinic, draft: no error" in run("check_line", "+1 202 555 0120")


def test_a_check_with_errors_names_them_and_fails(clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic.write_text(CLINIC.replace("start: main\n", ""))
    run("import_line", str(clinic))
    with pytest.raises(CommandError, match=r"draft: 1 error\(s\)") as refused:
        call_command("check_line", "12025550120")
    assert refused.value.returncode == 1
    assert capsys.readouterr().out.startswith("error ")


def test_a_check_of_what_is_live_does_not_look_at_the_draft(clinic: Path) -> None:
    run("import_line", str(clinic), "--publish")
    Line.objects.update(start=None)
    assert "Riverbend Clinic, version 1: no error" in run("check_line", "12025550120", "--live")
    assert "1 error(s)" in refusal("check_line", "12025550120")


def test_publishing_says_what_is_live_now(clinic: Path) -> None:
    run("import_line", str(clinic))
    assert "Riverbend Clinic: version 1 is live." in run("publish_line", "+1 202 555 0120", "--note", "First")
    assert "nothing differs from version 1" in refusal("publish_line", "12025550120", "--note", "Again")


def test_publishing_needs_a_note() -> None:
    assert "--note" in refusal("publish_line", "12025550120")


def test_a_number_that_no_line_has_is_refused_with_those_there_are(clinic: Path) -> None:
    run("import_line", str(clinic))
    for command in (("export_line",), ("check_line",), ("publish_line", "--note", "x")):
        said = refusal(*command, "+1 202 555 0199")
        assert said == "no line has the number +1 202 555 0199; there are: +1 202 555 0120"


def test_a_number_without_its_country_code_is_refused(clinic: Path) -> None:
    assert "write it with + and the country code" in refusal("check_line", "(202) 555-0120")


# --- demo and schema --------------------------------------------------------------------------------------------


def test_the_demo_lines_are_loaded_and_published() -> None:
    said = run("load_demo", "--publish")
    paths = list(DEMO.glob("*.yaml"))
    assert said.count("version 1 is live.") == len(paths) == Line.objects.filter(live__number=1).count()
    assert Line.objects.filter(numbers__number="441632960960").exists()


def test_loading_the_demo_lines_again_changes_nothing() -> None:
    run("load_demo", "--publish")
    count = Version.objects.count()
    assert run("load_demo", "--publish").count("version 1 is live already.") == count
    assert Version.objects.count() == count


def test_demo_lines_may_be_loaded_without_publishing() -> None:
    assert "the draft is written" in run("load_demo")
    assert not Version.objects.exists()


def test_the_schema_of_a_file_is_json_schema_and_names_every_kind() -> None:
    schema = json.loads(run("flow_schema"))
    assert {"name", "numbers", "destinations"} <= set(schema["properties"])
    assert {"Menu", "Message", "Hours", "Transfer", "Voicemail", "HangUp"} <= set(schema["$defs"])
