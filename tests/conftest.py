"""What all tests share. Their settings are in tests/settings.py."""

import gc
import os
from zlib import crc32

import pytest

# Django has its settings by now; a server that a test starts takes the site's own, not the tests'.
os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-scripts",
        action="store_true",
        help="write into the recorded calls (tests/scripts) what the lines do now; then look at the diff",
    )
    parser.addoption(
        "--share",
        choices=["1", "2"],
        help="of the tests that ask no database only a part, 1 the smaller one: where two runs go on at once, on two "
        "databases, each such test is in one of them",
    )


_ASKS = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    share = config.getoption("--share")
    if share is None:
        return
    kept = [item for item in items if _asks_database(item) or _share_of(item) == share]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def pytest_collection_finish(session: pytest.Session) -> None:
    """What all tests share stays for good: looking through it for garbage again and again takes a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _share_of(item: pytest.Item) -> str:
    """By its file, so that what a file's tests share is made once."""
    return "1" if crc32(item.path.name.encode()) % 4 == 0 else "2"


def _asks_database(item: pytest.Item) -> bool:
    """By its mark or its fixtures; also the tests that run a server or a command of their own."""
    alone = item.get_closest_marker("slow") or item.get_closest_marker("postgres")
    return bool(item.get_closest_marker("django_db") or alone or _ASKS & set(getattr(item, "fixturenames", ())))
