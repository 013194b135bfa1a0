"""The report pages of a line: what they say, whom they let in, and that they stay as cheap with more to say."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls import charts
from calls.models import DueDay
from calls.report_pages.amounts import change, euros, percent, points
from calls.report_pages.meanings import MEANINGS
from menus.models import Line
from menus.publish import publish
from tests import reported, staff

FIRST: Final = date(2026, 11, 23)
"""A Monday."""
ASKED: Final = "?from=2026-11-23&to=2026-11-24"
PAGES: Final = ("", "menus/", "menus/main/", "hours/", "prompts/", "versions/", "languages/")


@pytest.fixture
def line(db: None) -> Line:
    line = staff.clinic()
    publish(line, None, "First")
    line.refresh_from_db()
    return line


def url(line: Line, page: str = "", asked: str = ASKED) -> str:
    return f"/admin/menus/line/{line.pk}/reports/{page}{asked}"


def read(browser: Client, line: Line, page: str = "", asked: str = ASKED) -> str:
    answer = browser.get(url(line, page, asked))
    assert answer.status_code == 200, page
    return answer.content.decode()


def words(page: str) -> str:
    """What stands on it, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


# --- what they say ----------------------------------------------------------------------------------------------


def test_the_overview_counts_and_compares_with_the_days_before(line: Line) -> None:
    reported.days(line, FIRST)
    reported.days(line, date(2026, 11, 21), number=1)
    said = words(read(staff.client("superuser"), line))
    assert "Calls 200 ▲ +100 % before: 100 What is counted" in said
    assert "Contained 100 50 % of calls ▲ +100 % before: 50" in said
    assert "Abandoned 32 16 % of calls ▲ +100 % before: 16" in said, "short calls apart"
    assert "Short calls 8 4.0 % of calls" in said
    assert "Cost €4.00 €0.0200 a call" in said
    assert "Time to a person 45 s mean of 60 calls = as before" in said


def test_each_number_leads_to_its_calls_for_those_who_may_see_them(line: Line) -> None:
    reported.days(line, FIRST)
    days = "from=2026-11-23&amp;to=2026-11-24"
    calls = f"/admin/calls/call/?line={line.pk}&amp;{days}"
    analyst = staff.client("Analyst")
    assert f'href="{calls}&amp;outcome=served"' in read(analyst, line)
    assert f'href="{calls}&amp;weekday=0&amp;hour=15"' in read(analyst, line, "hours/")
    assert f'href="{calls}&amp;destination=main&amp;option=pay"' in read(analyst, line, "menus/main/")
    assert f'href="{calls}&amp;outcome=abandoned&amp;version={line.live_id}&amp;only=long"' in read(
        analyst, line, "versions/"
    )
    assert f'href="{calls}&amp;language=en"' in read(analyst, line, "languages/")
    blind = staff.user("no rights")
    blind.user_permissions.set(_rights("view_line", "see_reports"))
    browser = Client()
    browser.force_login(blind)
    assert "/admin/calls/call/" not in read(browser, line)


def _rights(*codes: str) -> Any:
    return Permission.objects.filter(codename__in=codes)


def test_the_weak_menu_stands_out_with_its_shares(line: Line) -> None:
    reported.days(line, FIRST)
    browser = staff.client("Analyst")
    said = words(read(browser, line, "menus/"))
    assert "Main: 20 % of 200 visits ended with the caller hanging up there." in said
    assert "pay: 20 % of 120 callers went back within 10 s of choosing it." in said
    assert "Main 200 200 9.1 % 0 % 20 % 20 % 12 % 9 s" in said, "20 silences of 220 times that it asked"
    said = words(read(browser, line, "menus/main/"))
    assert "pay 120 60 % 24 (20 %) pay" in said


def test_hours_are_weekdays_and_hours_of_the_line(line: Line) -> None:
    reported.days(line, FIRST)
    page = read(staff.client("Analyst"), line, "hours/")
    assert "Most calls ring on Monday, 10:00 to 11:00: 60 of these days." in page
    assert page.count('class="h5"') == 2, "Monday and Tuesday at 10"
    assert "<title>Tuesday 15:00: 40 calls</title>" in page


def test_a_prompt_that_nobody_waits_for_is_said(line: Line) -> None:
    reported.days(line, FIRST)
    page = read(staff.client("Analyst"), line, "prompts/")
    assert "Main: 75 % press before the words end." in page
    assert "60+" in page, "the last bar stands for all later ones"
    assert "the words end</text>" in page


def test_a_day_that_is_yet_to_be_counted_is_said(line: Line) -> None:
    reported.days(line, FIRST)
    browser = staff.client("Analyst")
    assert "counted up to" not in read(browser, line)
    DueDay.objects.create(line=line, day=FIRST, since="2026-11-24T10:30:00Z")
    assert "23 November 2026 is being counted again: counted up to 24 November 2026, 05:30" in words(
        read(browser, line)
    )


@pytest.mark.parametrize("page", PAGES)
def test_days_without_calls_say_what_to_do(line: Line, page: str) -> None:
    said = words(read(staff.client("Analyst"), line, page, ""))
    assert "Nothing was counted in these days" in said


@pytest.mark.parametrize(
    "asked", ["?from=x", "?from=2026-11-24&to=2026-11-23", "?days=-1", "?days=9999", "?to=9999-12-31"]
)
def test_days_that_cannot_be_are_said_and_never_fail(line: Line, asked: str) -> None:
    assert 'class="errornote"' in read(staff.client("Analyst"), line, "", asked)


def test_a_place_that_never_was_is_not_found(line: Line) -> None:
    assert staff.client("Analyst").get(url(line, "menus/gone/")).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_reports_are_for_those_who_may_see_them(line: Line, page: str) -> None:
    assert staff.client("Analyst").get(url(line, page)).status_code == 200
    assert staff.client("Menu editor").get(url(line, page)).status_code == 403
    assert Client().get(url(line, page)).status_code == 302
    assert "/reports/" not in staff.client("Publisher").get(f"/admin/menus/line/{line.pk}/").content.decode()


def test_each_table_can_be_taken_away_by_those_who_may(line: Line) -> None:
    reported.days(line, FIRST)
    analyst = staff.client("Analyst")
    assert "table=days" in read(analyst, line)
    answer: Any = analyst.get(url(line, "", f"{ASKED}&format=csv&table=days"))
    told = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert told[0] == "Day,Calls,Contained,Transferred,Abandoned,Cost (EUR)"
    assert told[1].startswith("2026-11-23,100,50,30,16,2")
    assert analyst.get(url(line, "", f"{ASKED}&format=csv&table=gone")).status_code == 404
    reader = staff.user("no rights")
    reader.user_permissions.set(_rights("view_line", "see_reports"))
    browser = Client()
    browser.force_login(reader)
    assert "format=csv" not in read(browser, line)
    assert browser.get(url(line, "", f"{ASKED}&format=csv&table=days")).status_code == 403


# --- what they cost ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_more_to_say_takes_no_more_queries(line: Line, page: str) -> None:
    browser = staff.client("Analyst")
    reported.days(line, FIRST)
    read(browser, line, page)  # flows and content types are known from here on
    few = queries(browser, line, page)
    for place in ("one", "two", "three", "four"):
        reported.days(line, date(2026, 9, 1), number=40, place=place)
    assert queries(browser, line, page, "?from=2026-09-01&to=2026-11-24") == few
    assert few <= 16


def queries(browser: Client, line: Line, page: str, asked: str = ASKED) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        read(browser, line, page, asked)
    return len(found)


# --- pure -------------------------------------------------------------------------------------------------------


def test_pages_and_document_define_each_measure_in_the_same_words() -> None:
    document = (Path(__file__).parents[1] / "docs" / "measures.md").read_text().replace("*", "")
    for name, meaning in MEANINGS.items():
        assert f"| {name} | {meaning} |" in document, name


def test_changes_are_read_without_colour() -> None:
    assert change(112, 100) == ("▲", "+12 %")
    assert change(Decimal(95), Decimal(100)) == ("▼", "−5 %")
    assert change(5, 0) is None, "from nothing there is no share"
    assert change(992, 18) == ("▲", "55 times as much")
    assert points(0.31, 0.25) == ("▲", "+6 points")
    assert (percent(0.0317), percent(0), percent(None)) == ("3.2 %", "0 %", "–")
    assert (percent(0.829), euros(Decimal("0.019"))) == ("83 %", "€0.02"), "rounded, not cut off"


def test_bars_are_as_high_as_their_values() -> None:
    chart = charts.bars(
        "x", [charts.Bar("a", (5, 0), ("five", "")), charts.Bar("b", (10, 5), ("ten", "half"))], ["", ""]
    )
    heights = {mark.title: float(mark.height) for mark in chart.marks}
    assert heights["ten"] == 2 * heights["five"] == 2 * heights["half"]
    assert len(chart.marks) == 3, "nothing is drawn of nothing"
    assert [charts.rounded_up(top) for top in (0, 3, 17, 100, 101)] == [2, 4, 20, 100, 120]


def test_the_darkest_is_the_most_and_only_nothing_is_empty() -> None:
    assert [charts.shade(value, 1000) for value in (0, 1, 200, 201, 1000)] == [0, 1, 1, 2, 5]
