"""The letter about a month of a line: a page of plain findings, each with its figures and where its calls are.

The same counts give the same text. What is worth a sentence is said by the rules in `calls/worst.py` and by those here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from calls.models import CallTally
from calls.reports.keys import by_second
from calls.reports.names import Names
from calls.reports.places import Place, options_by_place, places, ways
from calls.reports.span import Span
from calls.reports.targets import targets
from calls.reports.totals import Totals, per_hour, per_version, totals
from calls.script import number
from calls.worst import DROPPED, HOW, crowded, is_poor, misleading, troubles
from menus import live
from menus.flow import Flow
from menus.models import Line

ENOUGH: Final = 50
"""Calls in the month; with fewer there are no findings."""
ENOUGH_TO_COMPARE: Final = 50
"""Calls on both sides of a publish."""
WORST: Final = 3
CUT_OFF: Final = 0.5
"""Of the keys at a menu, pressed within so many seconds: its callers do not wait for its words."""
CUT_OFF_SECONDS: Final = 3
FEWEST_KEYS: Final = 50
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SAID: Final = {
    DROPPED: "{share} of visits ended with the caller hanging up there ({count} of {of})",
    "silence": "{share} of the times that callers were asked, nothing was heard ({count} of {of})",
    "opt-out": "{share} of visits ended with the operator key ({count} of {of})",
}


class Month(NamedTuple):
    line: Line
    span: Span
    names: Names
    flow: Flow | None

    def url(self, **only: object) -> str:
        """The calls behind a figure."""
        asked = {"line": self.line.pk, "from": self.span.first, "to": self.span.last} | only
        return f"{settings.PUBLIC_URL}{reverse('admin:calls_call_changelist')}?{urlencode(asked)}"


def month_of(year: int, month: int) -> Span:
    return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def month_before(day: date) -> Span:
    last = day.replace(day=1) - timedelta(days=1)
    return month_of(last.year, last.month)


def letter(line: Line, span: Span) -> str:
    """`span`: a month, or the beginning of one that is not over."""
    month = Month(line, span, Names(line.pk), live.flow_if_known(line.live_id))
    now = totals(line.pk, span)
    title = f"{line}: {span.first:%B %Y}"
    title += "" if _is_whole(span) else f", the first {_many(span.days, 'day')}"
    lines = [title, "=" * len(title), "", *_calls(month, now)]
    if now.offered < ENOUGH:
        lines += ["", f"Fewer than {ENOUGH} calls are too few to tell what callers find hard; nothing more is said."]
        return "\n".join(lines) + "\n"
    for heading, told in _findings(month):
        lines += ["", heading, *(f"- {one}" for one in told)] if told else []
    pages = f"{settings.PUBLIC_URL}{reverse('reports:overview', args=[line.pk])}?{span.query}"
    return "\n".join([*lines, "", f"All figures: {pages}"]) + "\n"


def _findings(month: Month) -> Iterator[tuple[str, list[str]]]:
    found = places(month.line.pk, month.span)
    yield "Where callers have trouble", list(_worst(month, found))[:WORST] or ["No place stands out."]
    yield "Keys", [*_menus(month, found)]
    yield "Who does not answer", list(_targets(month))
    yield "Words that callers do not wait for", list(_cut_off(month, found))
    yield "When they ring", list(_busiest(month))
    yield "What a publish changed", list(_publishes(month))


def _calls(month: Month, now: Totals) -> Iterator[str]:
    yield f"{_many(now.offered, 'call')}{_against(month, now.offered)}. {month.url()}"
    if now.offered:
        kinds = (
            ("served by the menu", now.contained, "served"),
            ("talked with somebody", now.transferred, "transferred"),
            ("hung up in the menu (short calls apart)", now.abandoned, "abandoned"),
        )
        for words, amount, outcome in kinds:
            only = {"only": "long"} if outcome == "abandoned" else {}
            link = f": {month.url(outcome=outcome, **only)}" if amount else ""
            yield f"- {amount} ({_percent(amount, now.offered)}) {words}{link}"


def _against(month: Month, now: int) -> str:
    """The month before, or as much of it; and that the line was not there for all of it."""
    days = month_before(month.span.first)
    named = "the month before"
    if not _is_whole(month.span):
        days = Span(days.first, min(days.last, days.first + timedelta(days=month.span.days - 1)))
        named = "the same days of the month before"
    before = totals(month.line.pk, days).offered
    if not before:
        return f"; none were counted in {named}"
    first = CallTally.objects.filter(line=month.line).order_by("day").values_list("day", flat=True)[0]
    but = f", in which calls were counted from {first.day} {first:%B} on only" if first > days.first else ""
    by = round((now / before - 1) * 100)
    if not by:
        return f", as many as in {named} ({before}){but}"
    return f", {abs(by)} % {'more' if by > 0 else 'fewer'} than the {before} of {named}{but}"


def _is_whole(span: Span) -> bool:
    return span == month_of(span.first.year, span.first.month)


def _worst(month: Month, found: list[Place]) -> Iterator[str]:
    for one in troubles(found, month.flow, ways(month.line.pk, month.span)):
        said = _SAID[one.what].format(count=one.count, of=one.of, share=_percent(one.count, one.of))
        name = month.names.destination(one.destination)
        yield f"{name}: {said}. {month.url(destination=one.destination, how=HOW[one.what])}"


def _menus(month: Month, found: list[Place]) -> Iterator[str]:
    """Options that mislead, and options that ring people for too many."""
    rings = [place.destination for place in found if place.kind == "transfer"]
    by_menu = options_by_place(month.line.pk, month.span, kind="menu")
    for key, chosen in sorted(by_menu.items()):
        name = month.names.destination(key)
        for one in misleading(chosen):
            label = month.names.option(key, one.option)
            back = f"{one.wrong_turns} of {one.count} ({_percent(one.wrong_turns, one.count)}) went back within 10 s"
            link = month.url(destination=key, option=one.option, how="wrong_turn")
            yield f"{name} > {label}: wrong turns, {back}. {link}"
        for one in crowded(chosen, rings):
            label = month.names.option(key, one.option)
            used = f"{one.count} of {one.entries} visits ({_percent(one.count, one.entries)}) chose it"
            words = f"over-used, {used}, and each rings somebody"
            yield f"{name} > {label}: {words}. {month.url(destination=key, option=one.option)}"


def _targets(month: Month) -> Iterator[str]:
    for one in targets(month.line.pk, month.span):
        if is_poor(one.answered, one.attempts):
            label, dialled = month.names.target(one.destination, one.dialled), number(one.dialled)
            whom = dialled if label == one.dialled else f"{label}, {dialled}"
            answered = (
                f"{one.answered} of {one.attempts} attempts ({_percent(one.answered, one.attempts)}) were answered"
            )
            place = month.names.destination(one.destination)
            link = f" {month.url(destination=one.destination, rang=one.dialled)}" if one.destination else ""
            yield f"{place} ({whom}): {answered}.{link}"


def _cut_off(month: Month, found: list[Place]) -> Iterator[str]:
    for menu in sorted((place for place in found if place.kind == "menu"), key=lambda place: place.destination):
        seconds = by_second(month.line.pk, month.span, menu.destination)
        keys = sum(one.keys for one in seconds)
        early = sum(one.keys for one in seconds if one.second < CUT_OFF_SECONDS)
        if keys >= FEWEST_KEYS and early / keys >= CUT_OFF:
            told = f"{early} of {keys} first keys ({_percent(early, keys)}) within {CUT_OFF_SECONDS} s"
            name = month.names.destination(menu.destination)
            yield f"{name}: {told}. {month.url(destination=menu.destination)}"


def _busiest(month: Month) -> Iterator[str]:
    hours = per_hour(month.line.pk, month.span)
    (weekday, hour), calls = min(hours.items(), key=lambda item: (-item[1], item[0]))
    times = sum(day.weekday() == weekday for day in month.span.each)
    clock = f"{hour:02}:00 to {hour + 1:02}:00"
    mean = f"{calls / times:.1f} on each of {times}"
    link = month.url(weekday=weekday, hour=hour)
    yield f"Busiest: {WEEKDAYS[weekday]}, {clock}, {_many(calls, 'call')} ({mean}). {link}"


def _publishes(month: Month) -> Iterator[str]:
    """The newest first, so the next one is the one before."""
    found = [row for row in per_version(month.line.pk, month.span) if row.number is not None]
    for row, older in pairwise(found):
        if min(row.offered, older.offered) >= ENOUGH_TO_COMPARE:
            was, now = older.totals, row.totals
            yield (
                f"Version {row.number} against version {older.number}: served by the menu "
                f"{_percent(now.contained, now.offered)} (was {_percent(was.contained, was.offered)}), hung up in the "
                f"menu {_percent(now.abandoned, now.offered)} (was {_percent(was.abandoned, was.offered)})."
            )


def _many(amount: int, what: str) -> str:
    return f"{amount} {what}{'' if amount == 1 else 's'}"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"
