"""What report pages compare with, what they leave out, and how long their bars are: figures planted on both sides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest

from calls.models import KeyTally
from calls.report_pages import flow
from calls.report_pages.prompts import Pressed
from calls.report_pages.sections import Section
from calls.reports.keys import Second
from calls.reports.places import places
from calls.reports.span import Span
from calls.worst import troubles
from menus import live
from menus.models import Line
from tests import lines, planted, reported, staff

pytestmark = pytest.mark.django_db
FIRST: Final = date(2026, 11, 23)
LAST: Final = FIRST + timedelta(days=1)


@pytest.fixture
def line() -> Line:
    return lines.publish(lines.office())


class Pages:
    """The report pages of a line, before an analyst."""

    def __init__(self, line: Line) -> None:
        self.address, self.browser = f"/admin/menus/line/{line.pk}/reports/", staff.client("Analyst")

    def __call__(self, page: str = "", first: date = FIRST, last: date = LAST, more: str = "") -> Any:
        return self.browser.get(f"{self.address}{page}?from={first}&to={last}{more}").context

    def planted(self, page: str, more: str = "") -> Any:
        return self(page, planted.DAY, planted.DAY, more)


@pytest.fixture
def pages(line: Line) -> Pages:
    return Pages(line)


def column(section: Section, name: str) -> list[Any]:
    n = section.table.columns.index(name)
    return [row[n].value for row in section.table.rows]


def widths(section: Section) -> list[float]:
    assert section.chart
    return [float(mark.width) for mark in section.chart.marks]


# --- days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "table", "rows"), [(100, "days", 100), (101, "weeks", 15)])
def test_more_than_a_hundred_days_are_shown_as_weeks_of_the_same_calls(
    days: int, table: str, rows: int, line: Line, pages: Pages
) -> None:
    reported.days(line, FIRST)
    found = pages(first=LAST - timedelta(days=days - 1))["sections"][0].table
    assert (found.name, len(found.rows)) == (table, rows)
    assert sum(row[1].value for row in found.rows) == 200


def test_the_range_before_is_as_many_days_just_before(line: Line, pages: Pages) -> None:
    assert pages()["before"] == (FIRST - timedelta(days=2), FIRST - timedelta(days=1))


def test_weekdays_are_compared_with_the_days_before(line: Line, pages: Pages) -> None:
    reported.days(line, FIRST, 1)
    reported.days(line, FIRST - timedelta(days=7), 1, times=2)
    found = pages("hours/", last=FIRST + timedelta(days=6))["sections"][1]
    assert column(found, "Calls")[0] == 100
    assert column(found, "In the days before")[0] == 200


# --- figures ----------------------------------------------------------------------------------------------------


def test_time_to_a_person_and_to_being_served_are_two_things(line: Line, pages: Pages) -> None:
    reported.days(line, FIRST)
    figures = {figure.measure: figure.shown for figure in pages()["figures"]}
    assert (figures["time to a person"], figures["time to being served"]) == ("45 s", "20 s")


def test_a_language_has_its_share_of_all_calls(line: Line, pages: Pages) -> None:
    reported.days(line, FIRST)
    assert column(pages("languages/")["sections"][0], "Share") == [1.0]


def test_half_of_the_keys_are_pressed_by_a_second_of_them() -> None:
    seconds = [Second(1, 39, 0, 0), Second(2, 1, 0, 0), Second(90, 40, 0, 7)]
    assert Pressed("main", seconds, None).median == 2
    assert Pressed("main", [Second(1, 0, 0, 3)], None).median is None


def test_prompts_are_of_places_that_ask(line: Line, pages: Pages) -> None:
    day = {"line": line, "version_id": line.live_id, "day": FIRST, "second": 3, "keys": 5, "operator": 0, "hang_ups": 1}
    for place in ("main", "sales", "mailbox"):
        KeyTally.objects.create(destination=place, **day)
    listed = pages("prompts/")["sections"][0].table.rows
    assert [row[0].words for row in listed] == ["Main"]


# --- findings ---------------------------------------------------------------------------------------------------


def test_few_visits_are_no_finding_however_many_hung_up(line: Line, pages: Pages) -> None:
    planted.step(line, "main", "hung_up", 19)
    assert pages.planted("menus/")["findings"] == []
    planted.step(line, "main", "hung_up", 1)
    assert len(pages.planted("menus/")["findings"]) == 1


def test_what_stands_out_at_the_menus_leads_to_its_calls(line: Line, pages: Pages) -> None:
    planted.step(line, "main", "chosen", 10, option="sales", led_to="sales")
    planted.step(line, "main", "chosen", 10, option="more", led_to="more", wrong_turns=2)
    planted.step(line, "sales", "connected", 10, kind="transfer")
    found = pages.planted("menus/")["findings"]
    assert [one.words for one in found] == [
        "Main > More: 20 % of 10 callers went back within 10 s of choosing it.",
        "Main > Sales: chosen in 50 % of 20 visits, and each rings somebody.",
    ]
    assert ["&option=more&how=wrong_turn" in found[0].url, "&option=sales" in found[1].url] == [True, True]


def test_versions_are_compared_when_both_had_enough_calls(line: Line, pages: Pages) -> None:
    planted.calls(line, served=49)
    lines.make_live(line, lines.office())
    planted.calls(line, served=60)
    assert pages.planted("versions/")["findings"] == []
    lines.make_live(line, lines.office())
    planted.calls(line, served=50)
    assert len(pages.planted("versions/")["findings"]) == 1


def test_where_half_come_from_being_served_nobody_was_lost(line: Line) -> None:
    marked = {"kind": "message", "label": "News", "prompt": {"en": "News."}, "then": "more", "outcome": "served"}
    lines.make_live(line, lines.office(news=marked))
    served = live.flow_if_known(line.live_id)
    planted.step(line, "more", "hung_up", 40, kind="menu")
    found = places(line.pk, Span(planted.DAY, planted.DAY))
    assert troubles(found, served, {("news", "then"): 20}) == []
    assert [one.destination for one in troubles(found, served, {("news", "then"): 19})] == ["more"]


# --- charts -----------------------------------------------------------------------------------------------------


def test_an_option_is_as_long_as_it_was_chosen_its_wrong_turns_being_a_part_of_it(line: Line, pages: Pages) -> None:
    reported.days(line, FIRST)
    went_well, wrong = widths(pages("menus/main/")["sections"][0])[:2]
    assert went_well / wrong == pytest.approx((120 - 24) / 24, rel=0.01)


def test_a_target_is_as_long_as_its_attempts_answered_and_not(line: Line, pages: Pages) -> None:
    planted.target(line, "sales", "441632960971", answered=30, missed=10)
    answered, missed = widths(pages.planted("transfers/")["sections"][0])
    assert answered / missed == pytest.approx(3, rel=0.01)


# --- the map ----------------------------------------------------------------------------------------------------


def test_the_map_of_one_version_has_its_callers_alone(
    line: Line, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.step(line, "main", "hung_up", 25)
    lines.make_live(line, lines.office())
    planted.step(line, "main", "hung_up", 30)

    def visits(more: str) -> int:
        crowds = pages.planted("flow/", more)["crowds"]
        return next(int(crowd.place.entries) for crowd in crowds if crowd.node.key == "main")

    assert [visits(more) for more in ("", "&version=1", "&version=2")] == [55, 25, 30]
    monkeypatch.setattr(flow, "VERSIONS_OFFERED", 1)
    assert [visits(more) for more in ("&version=1", "&version=2", "&version=3", "&version=x")] == [25, 30, 55, 55]


def test_the_worst_of_the_map_are_where_callers_hang_up_and_not_where_they_are_silent(line: Line, pages: Pages) -> None:
    planted.step(line, "main", "chosen", 60, option="sales", led_to="sales")
    planted.step(line, "main", "no_input", 40, entries=0, callers=0)
    assert pages.planted("flow/")["worst"] == []
