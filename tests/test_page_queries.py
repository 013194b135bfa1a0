"""SQL statements of a page: as many for a line of 60 destinations as for one of 10, and no more than stated here."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from menus.models import Line, Menu, Option
from tests import large, lines, staff
from tests.pages import filled, row, url_of

pytestmark = pytest.mark.django_db

AT_MOST: Final = 40
AT_MOST_OF_A_FORM: Final = 55
"""A destination's page reads the draft (22), itself, what it may choose from, and who leads to it (one a kind)."""
PREVIEW: Final = 34


@pytest.fixture(autouse=True)
def forget() -> None:
    lines.forget()


@pytest.fixture
def root() -> Client:
    return staff.client("superuser")


def statements(page: large.Page, client: Client) -> int:
    """Of a page that was open before: what a process remembers, it has read."""
    page.open(client)
    with CaptureQueriesContext(connection) as captured:
        answer: Any = page.open(client)
    assert answer.status_code == 200, (page.name, answer.content)
    return len(captured)


def of_pages(line: Line, client: Client) -> dict[str, int]:
    return {page.name: statements(page, client) for page in large.pages(line, client)}


def of_preview(menu: Menu, client: Client, **more: Any) -> int:
    """While somebody types in each row."""
    fields = filled(client, url_of(menu))
    typed = {name: f"{words} now" for name, words in fields.items() if name.endswith("-words.en")}
    return statements(large.preview("preview", url_of(menu), fields | typed | more), client)


@pytest.mark.slow
def test_a_page_takes_as_many_statements_for_60_destinations_as_for_10_and_no_more_than_stated(root: Client) -> None:
    small = of_pages(large.large(10), root)
    assert of_pages(large.large(60), root) == small
    most = {name: AT_MOST_OF_A_FORM if name.endswith(" form") else AT_MOST for name in small}
    assert {name: found for name, found in small.items() if found > most[name]} == {}


def test_a_preview_takes_as_many_statements_for_30_rows_as_for_5(root: Client) -> None:
    menu = Menu.objects.get(line=large.large(10), key="m0")
    few = of_preview(menu, root)
    first = menu.options.all()[0]
    for n in range(25):
        key = {"key": f"more{n}", "digits": f"8{n:02}", "label": f"More {n}", "position": 10 + n}
        Option.objects.create(menu=menu, to=first.to, words={"en": "For more"}, **key)
    assert of_preview(menu, root) == few
    assert few <= PREVIEW


def test_a_preview_takes_no_more_for_rows_that_are_not_saved_yet(root: Client) -> None:
    menu = Menu.objects.get(line=large.large(10), key="m0")
    new = {"label": "New", "words__en": "For the new", "enabled": "on", "spoken": "on", "to": str(menu.pk)}
    rows: dict[str, Any] = {}
    for n in range(5, 15):
        rows |= row("options", n, digits=f"7{n:02}", **new)
    assert of_preview(menu, root, **rows) == of_preview(menu, root)
