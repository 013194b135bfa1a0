"""The demo lines have weaknesses planted in them: made-up callers meet them, and the pages say so by themselves."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from calls import keeper
from calls.letter import letter
from calls.reports.span import Span
from calls.simulation.caller import SimulatedCall
from calls.simulation.mix import Mix, read_mix
from calls.simulation.plan import plan
from menus import live
from menus.draft import find_line
from menus.models import Line
from tests import lines, staff
from tests.door import Door

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LAST: Final = date(2026, 11, 20)
SPAN: Final = Span(LAST - timedelta(days=6), LAST)
NIGHT: Final = [1.0] * 4 + [0.0] * 20
DAY: Final = [0.0] * 10 + [1.0] * 4 + [0.0] * 10


@pytest.fixture(autouse=True)
def demo(settings: LazySettings) -> None:
    settings.DEMO_CLOCK = True
    call_command("load_demo", publish=True, verbosity=0, stdout=StringIO())
    lines.forget()


def called(number: str, secret: str, **changed: object) -> Line:
    """A week of calls as the line's mix has them, but for what is `changed`: fewer are enough so."""
    line = find_line(number)
    found = read_mix(line.key)
    assert found
    mix = Mix.model_validate(found.model_dump() | changed)
    for one in plan(mix, ZoneInfo(line.timezone), LAST, 7, 20, 2):
        SimulatedCall(one, mix, number, Door(fresh=False).send, secret, live.flow).play()
    keeper.settle()
    return line


def said(line: Line) -> list[str]:
    address = f"/admin/menus/line/{line.pk}/reports/menus/?{SPAN.query}"
    return [one.words for one in staff.client("Analyst").get(address).context["findings"]]


@pytest.mark.parametrize(
    ("key", "page", "told"),
    [
        ("2", "Account number: ", "Account number: "),
        ("4", "Trash and recycling > Missed pick-up: ", "Trash and recycling > Missed pick-up: wrong turns"),
    ],
)
def test_the_weak_places_of_the_utility_stand_out(key: str, page: str, told: str, settings: LazySettings) -> None:
    """No account number at hand; a missed pick-up is mistaken for the timetable."""
    mix = read_mix("mapleton-city-utilities")
    assert mix
    at = mix.at | {"language": {"1": 1}, "main": {key: 1}}
    changed = {"at": at, "storm": {"days": 0, "factor": 1}, "hours": {"mon": DAY}}
    line = called("12025550110", settings.VONAGE_SIGNATURE_SECRETS[0], **changed)
    found = said(line)
    assert any(one.startswith(page) for one in found), found
    assert told in letter(line, SPAN)


def test_after_hours_too_many_say_that_it_is_urgent(settings: LazySettings) -> None:
    line = called("12025550120", settings.VONAGE_SIGNATURE_SECRETS[0], hours={"mon": NIGHT})
    found = said(line)
    assert any(one.startswith("Closed > Urgent, cannot wait: chosen in ") for one in found), found
    assert "Closed > Urgent, cannot wait: over-used" in letter(line, SPAN)
