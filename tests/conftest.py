"""What all tests share. Their settings are in tests/settings.py."""

import os

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
        "--only-database",
        action="store_true",
        help="leave out the tests that ask no database: they say the same on each",
    )


_ASKS = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--only-database"):
        return
    kept = [item for item in items if _asks_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _asks_database(item: pytest.Item) -> bool:
    """By its mark or its fixtures; also the tests that run a server or a command of their own."""
    alone = item.get_closest_marker("slow") or item.get_closest_marker("postgres")
    return bool(item.get_closest_marker("django_db") or alone or _ASKS & set(getattr(item, "fixturenames", ())))
