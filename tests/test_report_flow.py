"""The map with traffic: each line has its callers, its share and its width; where most are lost is marked."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.models import StepTally
from calls.report_pages.flow import Crowd, Traffic, traffic_of
from calls.report_pages.sections import Links
from calls.reports.places import places, ways
from calls.reports.span import Span
from calls.worst import troubles
from menus import live
from menus.admin.maps import map_of
from menus.models import Line
from tests import lines, planted, staff

pytestmark = pytest.mark.django_db
SPAN = Span(planted.DAY, planted.DAY)


@pytest.fixture
def line() -> Line:
    line = lines.publish(lines.office())
    planted.step(line, "main", "chosen", 60, option="sales", led_to="sales")
    planted.step(line, "main", "chosen", 15, option="news", led_to="news")
    planted.step(line, "main", "hung_up", 25)
    planted.step(line, "news", "played", 5, led_to="bye")
    planted.step(line, "news", "hung_up", 95)
    return line


def drawn(line: Line) -> tuple[dict[str, Crowd], list[Traffic]]:
    flow = live.flow_if_known(line.live_id)
    assert flow
    request = type("Request", (), {"user": type("User", (), {"has_perm": lambda *_: True})()})()
    found = traffic_of(map_of(line, flow), flow, places(line.pk, SPAN), ways(line.pk, SPAN), Links(request, line, SPAN))
    crowds, edges = found["crowds"], found["edges"]
    assert isinstance(crowds, list)
    assert isinstance(edges, list)
    return {crowd.node.key: crowd for crowd in crowds}, edges


def test_each_way_has_its_callers_their_share_and_a_width_by_the_busiest(line: Line) -> None:
    crowds, edges = drawn(line)
    main = {one.words: one for one in crowds["main"].ways}
    assert set(main) == {"60 %", "15 %"}
    busiest, other = main["60 %"], main["15 %"]
    assert (busiest.width, other.width) == (8, 4)
    assert "destination=main" in busiest.url
    assert "option=sales" in busiest.url
    unused = [one for one in edges if one.edge.source == "main" and not one.flowed.count]
    assert unused
    assert all(one.flowed.width == 0 and not one.flowed.url for one in unused)


def test_in_the_list_who_hung_up_leads_to_the_calls_hung_up_there_and_nobody_leads_nowhere(line: Line) -> None:
    crowds, _edges = drawn(line)
    assert "destination=main&how=hung_up" in crowds["main"].hung_url
    assert {key for key, crowd in crowds.items() if crowd.hung_url} == {"main", "news"}
    page = staff.client("superuser").get(f"/admin/menus/line/{line.pk}/reports/flow/?{SPAN.query}").content.decode()
    listed = page.split('class="map-list"')[1]
    assert len(re.findall(r'<a href="[^"]*destination=main&amp;how=hung_up"', listed)) == 1


def test_visits_and_hang_ups_are_compared_with_the_days_before(line: Line) -> None:
    StepTally.objects.filter(destination="main", outcome="hung_up").update(day=planted.DAY - timedelta(days=1))
    url = f"/admin/menus/line/{line.pk}/reports/flow/?{SPAN.query}"
    crowds = {crowd.node.key: crowd for crowd in staff.client("Analyst").get(url).context["crowds"]}
    main, news = crowds["main"], crowds["news"]
    assert (main.change.words, main.hung_change.words) == ("+200 %", "−100 points")
    assert (news.change, news.hung_change) == (None, None)


def test_the_worst_is_where_most_hang_up_but_not_where_they_were_served(line: Line) -> None:
    crowds, _edges = drawn(line)
    assert crowds["main"].rank == 1
    assert crowds["main"].place.hang_ups == 25
    assert crowds["news"].rank == 0, "news is marked as served: who hangs up there has what they wanted"
    found = troubles(places(line.pk, SPAN), None, {})
    assert [one.destination for one in found] == ["news", "main"], "without the mark it would be"


def test_silence_for_too_long_is_counted_where_too_many_tries_lead() -> None:
    plain = lines.office(main=lines.office().destinations["main"].model_dump() | {"failures_then": "bye"})
    line = lines.publish(plain)
    planted.step(line, "main", "gave_up", 7, option="no_input", led_to="bye")
    planted.step(line, "main", "hung_up", 13)
    crowds, _edges = drawn(line)
    assert [one.count for one in crowds["main"].ways] == [7]


def test_the_page_draws_no_inline_style_and_asks_few_questions_however_many_places(line: Line) -> None:
    browser = staff.client("superuser")
    url = f"/admin/menus/line/{line.pk}/reports/flow/?{SPAN.query}"
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = browser.get(url)
    told = page.content.decode()
    assert page.status_code == 200
    assert len(asked) <= 12
    assert "60 of 100" not in told
    assert "60 (60 %) of 100 visits" in told
    assert not re.search(r'<[^>]+ style="', told.split('class="panel map-panel traffic"')[1])


@pytest.mark.parametrize(("role", "status"), [("no rights", 403), ("Menu editor", 403), ("Analyst", 200)])
@pytest.mark.parametrize("name", ["flow", "transfers", "backlog"])
def test_only_who_may_see_reports_sees_these(line: Line, role: str, status: int, name: str) -> None:
    assert staff.client(role).get(f"/admin/menus/line/{line.pk}/reports/{name}/").status_code == status
