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
