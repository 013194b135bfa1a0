"""The command that throws a switch from the terminal, and what the page for whoever is on call says of it."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ivrsite import database
from menus import live, switches
from menus.models import Line, Switch
from menus.publish import publish
from tests import lines, staff

pytestmark = pytest.mark.django_db(transaction=True)
PAGE: Final = (Path(__file__).parents[1] / "docs" / "operations.md").read_text()
NUMBER: Final = "+1 202 555 0120"


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    yield
    lines.forget()


@pytest.fixture
def line() -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    return line


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("switch", *words, stdout=out)
    return out.getvalue()


def refusal(*words: str) -> str:
    with pytest.raises(CommandError) as refused:
        run(*words)
    assert not Switch.objects.exists()
    return str(refused.value)


def test_it_throws_a_switch_for_some_hours_and_says_what_is_on(line: Line) -> None:
    begun = timezone.now()
    told = run(NUMBER, "closed", "--hours", "2.5", "--schedule", "office")
    row = Switch.objects.get()
    assert timedelta(hours=2.5) - timedelta(seconds=1) <= row.ends_at - begun < timedelta(hours=2.5, seconds=20)
    assert told.startswith("Riverbend Clinic: Force closed, Office, until ")
    assert [(switch.kind, switch.schedule) for switch in switches.on(line.pk)] == [("closed", "office")]
    assert (row.set_by, row.via, row.note) == (None, "admin", "by the command")
    assert run(NUMBER) == told


def test_a_message_is_said_in_the_lines_first_language(line: Line) -> None:
    run(NUMBER, "message", "--hours", "1", "--words", "Snow today.")
    assert Switch.objects.get().words == {"en": "Snow today."}


def test_normal_needs_no_hours_and_ends_all(line: Line) -> None:
    run(NUMBER, "closed", "--hours", "1")
    assert run(NUMBER, "normal") == "Riverbend Clinic: no switch is on.\n"
    assert live.switches(line.pk) == ()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("closed", "say after how many hours, like --hours 2"),
        ("closed --hours 0", "say after how many hours"),
        ("closed --hours -1", "choose fewer, and more than 0"),
        ("closed --hours 800", "on for at most 744 hours"),
        ("closed --hours 1e300", "on for at most 744 hours"),
        ("closed --hours nan", "on for at most 744 hours"),
        ("message --hours 1", "write what callers are to hear"),
        ("closed --hours 1 --words Snow", "leave --words out"),
        ("closed --hours 1 --schedule gone", "The hours “gone” were deleted"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_cure(words: str, fault: str, line: Line) -> None:
    assert fault in refusal(NUMBER, *words.split())


def test_a_number_that_no_line_has_is_refused() -> None:
    assert "12025559999" in refusal("12025559999", "closed", "--hours", "1").replace(" ", "")


def test_without_the_database_it_says_so(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise database.DatabaseAway("for this test")

    monkeypatch.setattr(database, "run", away)
    assert "Nothing was switched: the database does not answer" in refusal(NUMBER, "closed", "--hours", "1")


def test_every_command_of_the_page_works(line: Line) -> None:
    block = re.search(r"```sh\n(manage\.py switch .*?)```", PAGE, re.DOTALL)
    assert block
    commands = [shlex.split(command, comments=True)[2:] for command in block[1].splitlines()]
    assert len(commands) == 4
    told = [run(*words) for words in commands]
    assert ["Force closed" in one for one in told] == [True, True, False, False]
    assert ["Emergency message" in one for one in told] == [False, True, False, False]


def test_the_file_of_the_page_is_the_codes() -> None:
    assert "DATA_DIR/published/switches.json" in PAGE
    assert live._SWITCHES == "switches.json"
