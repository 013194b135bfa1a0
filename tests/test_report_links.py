"""Every number of the report pages leads to the calls that it counts, and to no others: by random calls, each link."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db.models import Q
from django.test import Client, RequestFactory

from calls import sorts
from calls.admin.call_list import filtered
from calls.models import Call, Leg, Visit
from calls.reports import places, targets
from calls.reports.span import Span
from calls.tallies import KEYED, came_to
from tests import staff
from tests.oracle import WAYS
from tests.test_reports import SPANS, counted, line_with_calls

pytestmark = pytest.mark.django_db
PAGES: Final = (
    *("", "menus/", "menus/main/", "transfers/", "hours/", "languages/", "versions/", "prompts/"),
    *("flow/", "flow/?version=1", "flow/?version=2"),
)
ONLY: Final[dict[str, Callable[[Call], bool]]] = {
    "answered": lambda call: call.answered_at is not None,
    "person": lambda call: call.person_seconds is not None,
    "served": lambda call: call.served_seconds is not None,
    "again": lambda call: call.is_recontact,
    "short": lambda call: call.is_short,
    "long": lambda call: not call.is_short,
}
HOW: Final[dict[str, Callable[[Visit], bool]]] = {
    "hung_up": lambda visit: visit.outcome == "hung_up",
    "no_input": lambda visit: "no_input" in (visit.outcome, visit.option),
    "no_match": lambda visit: "no_match" in (visit.outcome, visit.option),
    "gave_up": lambda visit: visit.outcome == "gave_up",
    "asked_operator": lambda visit: visit.outcome == "asked_operator",
    "wrong_turn": lambda visit: visit.wrong_turn,
    "hung_up_first": lambda visit: first(visit) and visit.outcome == "hung_up",
    "pressed_first": lambda visit: (
        first(visit) and (visit.outcome in KEYED or (visit.outcome, visit.option) == ("gave_up", "no_match"))
    ),
}
COUNTED: Final = {
    "hung_up": "hang_ups",
    "no_input": "silences",
    "no_match": "wrong_keys",
    "gave_up": "gave_up",
    "asked_operator": "operator",
    "wrong_turn": "wrong_turns",
}
"""What `calls.reports.places.Place` calls them."""
SPAN: Final = SPANS[0]


def first(visit: Visit) -> bool:
    return visit.is_entry and visit.seconds is not None


def way(visit: Visit) -> str:
    """Of the map; empty: it led nowhere, or to be asked again."""
    if not visit.led_to or visit.led_to == visit.destination:
        return ""
    if visit.outcome == "chosen" and visit.kind == "branch":
        return f"rule/{visit.option}"
    return visit.option if visit.outcome == "gave_up" else WAYS.get(visit.outcome, "")


class Log:
    """The calls of the days, with what stands in the log of each, looked through by hand."""

    def __init__(self, span: Span) -> None:
        self.calls = [call for call in Call.objects.all() if span.first <= call.local_day <= span.last]
        self.visits = list(Visit.objects.all())
        legs = list(Leg.objects.all())
        self.legs = {
            call.pk: [
                leg
                for leg in legs
                if (leg.call_uuid == call.pk if leg.call_uuid else leg.conversation == call.conversation)
            ]
            for call in self.calls
        }

    def behind(self, asked: dict[str, str]) -> Counter[str]:
        """Of each call that is meant, how often it was so."""
        found: Counter[str] = Counter()
        for call in self.calls:
            if self._is_meant(call, asked) and (times := self._times(call, asked)):
                found[call.pk] = times
        return found

    def _is_meant(self, call: Call, asked: dict[str, str]) -> bool:
        facts = {
            "outcome": call.outcome,
            "language": call.language or "-",
            "version": str(call.version_id),
            "hour": str(call.local_hour),
            "weekday": str(call.local_day.weekday()),
        }
        if not asked.get("from", "") <= str(call.local_day) <= asked.get("to", "9"):
            return False
        if "only" in asked and not ONLY[asked["only"]](call):
            return False
        return all(asked.get(name, fact) == fact for name, fact in facts.items())

    def _times(self, call: Call, asked: dict[str, str]) -> int:
        if "rang" in asked:
            wanted = asked["destination"], asked["rang"]
            rung = [leg for leg in self.legs[call.pk] if (leg.destination, leg.dialled) == wanted]
            if asked.get("fate") == "missed":
                return sum(not leg.answered_at for leg in rung)
            return sum(asked.get("fate") in (None, came_to(leg) or "answered") for leg in rung)
        if "destination" not in asked:
            return 1
        there = [one for one in self.visits if (one.call_id, one.destination) == (call.pk, asked["destination"])]
        if "option" in asked:
            there = [one for one in there if (one.outcome, one.option) == ("chosen", asked["option"])]
        if "how" in asked:
            there = [one for one in there if HOW[asked["how"]](one)]
        if "way" in asked:
            there = [one for one in there if way(one) in asked["way"].split(",")]
        if "to_place" in asked:
            there = [one for one in there if one.led_to == asked["to_place"]]
        if "second" in asked:
            seconds = range(int(asked["second"].rstrip("+")), 10**6)[: None if asked["second"].endswith("+") else 1]
            there = [one for one in there if first(one) and one.seconds in seconds]
        narrowed = {"option", "how", "way", "to_place", "second"} & {*asked}
        return len(there) if narrowed else sum(one.is_entry for one in there)


def links(context: Any) -> Iterator[tuple[str, int | None]]:
    """With the number that is linked, where one is; shares and means lead to calls, too."""
    for crowd in context.get("crowds", ()):
        yield from ((crowd.url, crowd.place.entries), (crowd.hung_url, crowd.place.hang_ups))
        yield from ((one.url, one.count) for one in crowd.ways)
    if "sections" not in context:
        return
    for figure in context["figures"]:
        yield figure.url, int(figure.shown) if figure.shown.isdecimal() else None
    for section in context["sections"]:
        for row in section.table.rows:
            yield from ((cell.url, cell.value if isinstance(cell.value, int) else None) for cell in row)
        for mark in section.chart.marks if section.chart else ():
            amount = re.search(r"\d+", mark.title.rpartition(": ")[2])
            yield mark.url, int(amount[0]) if amount and "%" not in mark.title else None


def listed(url: str, user: Any) -> tuple[dict[str, str], set[str]]:
    request: Any = RequestFactory().get(url)
    request.user = user
    calls, told = filtered(request)
    found = set(calls.values_list("pk", flat=True))
    assert found or calls.query.is_empty() is False, told
    return dict(parse_qsl(urlsplit(url).query)), found


def test_every_number_leads_to_the_calls_that_it_counts() -> None:
    line, _, uuids = line_with_calls(200, seed=11)
    counted(uuids)
    log, browser, user = Log(SPAN), Client(), staff.user("superuser")
    browser.force_login(user)
    followed: Counter[str] = Counter()
    known: dict[str, tuple[dict[str, str], set[str]]] = {}
    for page in PAGES:
        asked_for = f"{page}{'&' if '?' in page else '?'}{SPAN.query}"
        context = browser.get(f"/admin/menus/line/{line}/reports/{asked_for}").context
        for url, number in links(context):
            if not url.startswith("/admin/calls/call/"):
                continue
            known[url] = asked, found = known.get(url) or listed(url, user)
            behind = log.behind(asked)
            assert found == {*behind}, url
            assert found, f"{page}: a link to nothing, {url}"
            if number is not None:
                assert number in (behind.total(), len(behind)), (page, url)
            followed.update([page, *asked])
        if page == "menus/":
            asking = context["sections"][0].table
            told = {
                name: {dict(parse_qsl(row[n].url)).get("how") for row in asking.rows}
                for n, name in enumerate(asking.columns)
            }
    rates = ("Silence", "no_input"), ("Wrong key", "no_match"), ("Drop-off", "hung_up"), ("Opt-out", "asked_operator")
    for name, how in (*rates, ("Wrong turns", "wrong_turn")):
        assert told[name] - {None} == {how}
    assert {*PAGES, "only", "how", "rang", "fate", "option", "hour", "language", "version"} <= {*followed}
    assert {"way", "to_place", "second"} <= {*followed}


def test_what_a_visit_or_an_attempt_is_counted_as_is_how_it_is_found() -> None:
    line, _, uuids = line_with_calls(200, seed=12)
    counted(uuids)
    for place in places.places(line, SPAN):
        visits = Visit.objects.filter(line_id=line, destination=place.destination)
        for how, name in COUNTED.items():
            assert visits.filter(sorts.VISITS[how].wanted).count() == getattr(place, name), (place.destination, how)
    log = Log(SPAN)
    for target in targets.targets(line, SPAN):
        for fate, times in {"answered": target.answered, **target.by_fate}.items():
            asked = {"rang": target.dialled, "destination": target.destination, "fate": fate}
            assert log.behind(asked).total() == times
            found = Call.objects.filter(sorts.rung(target.dialled, target.destination, fate))
            if target.destination:
                assert {*found.values_list("pk", flat=True)} == {*log.behind(asked)}
        anywhere = {pk for pk, legs in log.legs.items() if target.dialled in {leg.dialled for leg in legs}}
        assert {*Call.objects.filter(sorts.rung(target.dialled)).values_list("pk", flat=True)} == anywhere
    assert Leg.objects.filter(call_uuid="").exists()
    assert Leg.objects.filter(Q(fate="") & Q(status="completed", answered_at=None)).exists()
