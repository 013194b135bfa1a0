"""The laws of the house, read from its files; and proof that the reader sees when one is broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house import House

ROOT = Path(__file__).resolve().parent.parent

# A reason that a reviewer would accept stands behind each.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

HOUSE = House(ROOT, tuple(LONG_FILES), tuple(LONG_FUNCTIONS))

Law = Callable[[House], Iterator[str]]

LAWS: tuple[Law, ...] = (
    House.menus_that_import_calls,
    House.impure_modules,
    House.vonage_words,
    House.circles,
    House.too_long,
    House.unannotated,
    House.forbidden_names,
    House.without_docstring,
)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_house_keeps_its_laws(law: Law) -> None:
    faults = list(law(HOUSE))
    assert not faults, "\n" + "\n".join(faults)


def test_every_exception_is_still_needed() -> None:
    faults = "\n".join(House(ROOT).too_long())
    spare = [place for place in LONG_FILES if f"{place}:1:" not in faults]
    spare += [place for place in LONG_FUNCTIONS if f"{place.rpartition(':')[2]} has" not in faults]
    assert not spare


def planted(root: Path, files: dict[str, str]) -> House:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return House(root)


@pytest.mark.parametrize(
    ("law", "files", "fault"),
    [
        (
            House.menus_that_import_calls,
            {"menus/a.py": "def f() -> None:\n    from calls.models import Call\n"},
            "menus/a.py:2: menus never imports calls (calls.models.Call)",
        ),
        (
            House.menus_that_import_calls,
            {"menus/a.py": "import calls\n"},
            "menus/a.py:1: menus never imports calls (calls)",
        ),
        (
            House.impure_modules,
            {"menus/step.py": "from django.utils import timezone\n"},
            "menus/step.py:1: a pure module, or one it imports, imports django.utils.timezone",
        ),
        (
            House.impure_modules,
            {"menus/flow/kinds.py": "from .. import models\n", "menus/models.py": "import rest_framework\n"},
            "menus/models.py:1: a pure module, or one it imports, imports rest_framework",
        ),
        (
            House.vonage_words,
            {"calls/webhooks.py": "x = {'eventUrl': ['https://a']}\n", "calls/ncco.py": "x = 'eventUrl'\n"},
            "calls/webhooks.py:1: eventUrl is Vonage's word",
        ),
        (
            House.vonage_words,
            {"calls/place.py": "x = dict(bargeIn=True)\n"},
            "calls/place.py:1: bargeIn is Vonage's word",
        ),
        (
            House.circles,
            {"menus/a.py": "from menus import b\n", "menus/b.py": "from menus.a import x\n"},
            "menus/a.py:1: imports in a circle: menus.a -> menus.b -> menus.a",
        ),
        (
            House.circles,
            {
                "menus/a/__init__.py": "from menus.a.x import one\n",
                "menus/a/x.py": "from menus.b import two\n",
                "menus/a/y.py": "three = 3\n",
                "menus/b.py": "from menus.a import y\n",
            },
            "menus/a/__init__.py:1: imports in a circle: menus.a -> menus.a.x -> menus.b -> menus.a",
        ),
        (House.too_long, {"calls/a.py": "x = 1\n" * 401}, "calls/a.py:1: 401 lines"),
        (
            House.too_long,
            {"calls/a.py": "def f() -> None:\n" + "    x = 1\n" * 40},
            "calls/a.py:1: f has 41 lines",
        ),
        (House.unannotated, {"menus/a.py": "def f(x: int):\n    pass\n"}, "menus/a.py:1: f does not say"),
        (House.forbidden_names, {"menus/utils.py": ""}, "menus/utils.py:1: utils says nothing"),
        (House.forbidden_names, {"calls/common/x.py": ""}, "calls/common/x.py:1: common says nothing"),
        (House.without_docstring, {"calls/a.py": "x = 1\n"}, "calls/a.py:1: no docstring"),
    ],
)
def test_a_broken_law_is_found(law: Law, files: dict[str, str], fault: str, tmp_path: Path) -> None:
    faults = list(law(planted(tmp_path, files)))
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_what_only_the_type_checker_reads_counts_too(tmp_path: Path) -> None:
    """Two modules that each need the other's names to be understood are one."""
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from menus.b import B\n"
    house = planted(tmp_path, {"menus/a.py": source, "menus/b.py": "import menus.a\n"})
    assert list(house.circles()) == ["menus/a.py:1: imports in a circle: menus.a -> menus.b -> menus.a"]
