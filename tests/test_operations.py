"""The page for whoever is on call says what the code does: its log messages, files and figures are the code's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from ivrsite import database

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = (ROOT / "docs" / "operations.md").read_text()
SOURCE: Final = "\n".join(
    path.read_text() for room in ("calls", "menus", "ivrsite") for path in (ROOT / room).rglob("*.py")
)


def logged() -> list[str]:
    table = PAGE.partition("| in the log |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


@pytest.mark.parametrize("message", logged())
def test_each_message_of_the_page_is_logged(message: str) -> None:
    assert message in SOURCE


def test_the_page_has_the_messages() -> None:
    assert len(logged()) >= 12


def test_the_figures_of_the_page_are_the_codes() -> None:
    assert (
        f"at most {database.CALL_SECONDS:g} s in all, and for one piece of work {database.PATIENCE_SECONDS:g} s" in PAGE
    )
    assert f"waits for up to {database.PAGE_SECONDS:g} s" in PAGE


@pytest.mark.parametrize("name", ["refused.log", "*.jsonl", "secret_key", "ivr.sqlite3", '"published"'])
def test_the_files_of_the_page_are_the_codes(name: str) -> None:
    assert name in SOURCE
    assert name.strip('"') in PAGE
