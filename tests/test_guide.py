"""The staff guide names what is there: its pictures, its pages, and the words on the screen."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
INDEX: Final = ROOT / "docs" / "guide.md"
GUIDE: Final = [INDEX, *sorted((ROOT / "docs" / "guide").glob("*.md"))]
SHOTS: Final = ROOT / "docs" / "shots"
LARGEST: Final = 120 * 1024
COUNTED: Final = re.compile(r"^Add another ")
"""Django's own words before the name of a row."""
DJANGOS: Final = {"Users", "Staff status"}


@cache
def words_of_the_site() -> str:
    """Templates, code and the browser's scripts, with quotes and spaces of one kind."""
    kinds = (
        ("templates", "*.html"),
        ("menus", "*.py"),
        ("menus/starts", "*.yaml"),
        ("calls", "*.py"),
        ("ivrsite", "*.js"),
    )
    paths = [path for folder, kind in kinds for path in (ROOT / folder).rglob(kind)]
    return plain("\n".join(path.read_text(encoding="utf-8") for path in paths))


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).replace("’", "'").casefold()


def quoted(path: Path) -> list[str]:
    """What stands in bold."""
    return [COUNTED.sub("", words) for words in re.findall(r"\*\*(.+?)\*\*", path.read_text(encoding="utf-8"))]


def named(path: Path, folder: str = "") -> set[str]:
    return set(re.findall(rf"\]\({folder}([^)#]+)\)", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.stem)
def test_every_word_in_bold_stands_on_the_screen(path: Path) -> None:
    shown = words_of_the_site()
    assert [words for words in quoted(path) if words not in DJANGOS and not is_shown(plain(words), shown)] == []


def is_shown(words: str, shown: str) -> bool:
    """As a whole word or sentence, not as a part of another."""
    return bool(re.search(rf"(?<!\w){re.escape(words.rstrip(':.'))}(?!\w)", shown))


@pytest.mark.parametrize("path", GUIDE, ids=lambda path: path.stem)
def test_every_link_and_picture_of_the_guide_is_there(path: Path) -> None:
    assert [link for link in named(path) if not (path.parent / link).exists()] == []


def test_every_picture_is_used_and_small() -> None:
    used = set().union(*(named(path, r"(?:\.\./)?shots/") for path in GUIDE))
    assert {picture.name for picture in SHOTS.glob("*")} == used
    assert [picture.name for picture in SHOTS.glob("*") if picture.stat().st_size > LARGEST] == []


def test_every_page_of_the_guide_is_in_its_index() -> None:
    assert {f"guide/{path.name}" for path in GUIDE if path != INDEX} <= named(INDEX)


def test_every_role_is_in_the_guide() -> None:
    roles = re.findall(
        r'^    "([A-Z][a-z ]+)": \{$', (ROOT / "calls/migrations/0002_roles.py").read_text(), re.MULTILINE
    )
    assert len(roles) == 5
    assert set(roles) <= set(quoted(ROOT / "docs" / "guide" / "roles.md"))
