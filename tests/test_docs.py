"""What the documents say is true of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from menus.check import check
from menus.check.finding import Severity
from menus.doings import read_doing
from menus.linefile import read_yaml

ROOT = Path(__file__).resolve().parent.parent
LINES = (ROOT / "docs" / "lines.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_line_in_the_document_can_be_imported_and_published() -> None:
    line = read_yaml("".join(re.findall(r"```yaml\n(.*?)```", LINES, re.DOTALL)))
    assert [found for found in check(line) if found.severity is Severity.ERROR] == []


def test_the_events_of_recorded_calls_in_the_document_are_known() -> None:
    named = re.findall(r"`((?:caller|target|\d+ minutes) [^`]+)`", LINES)
    assert len(named) > 8
    assert [event for event in named if read_doing(event) is None] == []


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`(\w+_\w+)[ `\[]", README)) - {"ALLOWED_HOSTS"}))
def test_every_command_in_the_readme_exists(command: str) -> None:
    assert command in get_commands()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"(?:^  |   )(\w+(?:\.py|/)) ", README, re.MULTILINE))))
def test_every_room_in_the_readme_exists(name: str) -> None:
    assert list(ROOT.glob(f"menus/{name}")) or list(ROOT.glob(f"calls/{name}"))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w/.-]+)\)", README))))
def test_every_link_of_the_readme_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()
