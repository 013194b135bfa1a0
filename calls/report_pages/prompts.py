"""Prompts that people do not finish: when they press, beside how long the words of the place last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from calls.charts import Bar, bars
from calls.models import KeyTally
from calls.report_pages.amounts import count, lasting, percent, points
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Finding, Links, Section, Table, answer, counted
from calls.reports.counted import rows, share
from calls.reports.keys import Second
from calls.reports.names import Names
from calls.reports.places import ASKING
from calls.reports.span import Span
from menus import live
from menus.models import Line
from menus.spoken import spoken

HERE = "reports:prompts"
SHOWN = 60
"""Seconds of a chart; the last bar stands for all later ones."""


class Pressed(NamedTuple):
    """What was done at a place, and how long its words last."""

    destination: str
    seconds: list[Second]
    lasts: float | None
    """None: the live version says nothing there."""

    @property
    def keys(self) -> int:
        return sum(one.keys for one in self.seconds)

    @property
    def hang_ups(self) -> int:
        return sum(one.hang_ups for one in self.seconds)

    @property
    def before_end(self) -> float | None:
        """Of all first keys, those before the words were over."""
        if not self.lasts:
            return None
        return share(sum(one.keys for one in self.seconds if one.second < self.lasts), self.keys)

    @property
    def median(self) -> int | None:
        """The second by which half of the keys were pressed."""
        so_far, half = 0, self.keys / 2
        for one in self.seconds:
            so_far += one.keys
            if self.keys and so_far >= half:
                return one.second
        return None


def prompts_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links, names = Links(request, line, span), Names(line.pk)
    last = _lengths(line)
    found, before = _pressed(line, span, names, last), _pressed(line, span.before, names, last)
    was = {one.destination: one for one in before}
    asked = request.GET.get("place", "")
    chosen = next((one for one in found if one.destination == asked), found[0] if found else None)
    sections = [_places(found, was, names, links)]
    if chosen:
        sections.append(_seconds(chosen, names, links))
    findings = [_said(one, names, links) for one in found if one.keys >= 20 and (one.before_end or 0) >= 0.5][:3]
    return answer(request, line, _("Prompts"), HERE, sections, findings=findings)


def _said(one: Pressed, names: Names, links: Links) -> Finding:
    about = {"share": percent(one.before_end), "place": names.destination(one.destination)}
    words = _("%(place)s: %(share)s press before the words end.") % about
    return Finding(words, links.calls(destination=one.destination, how="pressed_first"))


def _lengths(line: Line) -> dict[str, float]:
    """Of the live version's places, in the line's first language, as they would be heard now."""
    flow = live.flow_if_known(line.live_id)
    found = {}
    for key, here in flow.destinations.items() if flow else ():
        if here.kind in ASKING and (said := spoken(flow, key, timezone.now()) if flow else []):
            found[key] = said[0].seconds
    return found


def _pressed(line: Line, span: Span, names: Names, last: Mapping[str, float]) -> list[Pressed]:
    """Of all places that ask, the most keys first; in one query."""
    groups = (
        rows(KeyTally, line.pk, span)
        .values_list("destination", "second")
        .annotate(Sum("keys"), Sum("operator"), Sum("hang_ups"))
    )
    by_place: defaultdict[str, list[Second]] = defaultdict(list)
    for destination, *second in groups:
        if names.kind(destination) in ASKING:
            by_place[destination].append(Second(*second))
    found = [Pressed(key, sorted(seconds), last.get(key)) for key, seconds in by_place.items()]
    return sorted(found, key=lambda one: (-one.keys, one.destination))


def _places(found: Sequence[Pressed], was: Mapping[str, Pressed], names: Names, links: Links) -> Section:
    listed = []
    for one in found:
        label, before = names.destination(one.destination), was.get(one.destination)
        url = f"{reverse(HERE, args=[links.line.pk])}?{links.span.query}&place={one.destination}"
        part = one.before_end
        pressed = links.calls(destination=one.destination, how="pressed_first")
        hung_up = links.calls(destination=one.destination, how="hung_up_first")
        listed.append(
            [
                Cell(label, label, url),
                Cell(lasting(one.lasts), "" if one.lasts is None else round(one.lasts, 1)),
                counted(count(one.keys), one.keys, pressed),
                Cell(percent(part), "" if part is None else part, change=points(part, before and before.before_end)),
                Cell(lasting(one.median), "" if one.median is None else one.median),
                counted(count(one.hang_ups), one.hang_ups, hung_up),
            ]
        )
    columns = [
        *(_("Place"), _("Its words last"), _("Pressed"), _("… before the words end")),
        *(_("Half pressed by"), _("Hung up")),
    ]
    note = _("The length is of the live version's words in the line's first language; estimated unless recorded.")
    return Section(_("Who waits for the end"), Table("prompts", columns, listed), None, note, ("keys by second",))


def _seconds(one: Pressed, names: Names, links: Links) -> Section:
    label = names.destination(one.destination)
    by_second = {second: [0, 0, 0] for second in range(min(SHOWN, max(s.second for s in one.seconds)) + 1)}
    for second, *amounts in one.seconds:
        sums = by_second[min(second, SHOWN)]
        sums[:] = [a + b for a, b in zip(sums, amounts, strict=True)]
    found, listed = [], []
    for second, (keys, operator, hang_ups) in by_second.items():
        name = f"{second}+" if second == SHOWN else str(second)
        about = {"second": name, "keys": count(keys), "hang_ups": count(hang_ups)}
        said = (
            _("Second %(second)s: %(keys)s pressed") % about,
            _("Second %(second)s: %(hang_ups)s hung up") % about,
        )
        ways = ("pressed_first", "asked_operator", "hung_up_first")
        urls = [links.calls(destination=one.destination, how=how, second=name) for how in ways]
        found.append(Bar(name, (keys, hang_ups), said, (urls[0], urls[2])))
        if keys or hang_ups:
            done = zip((keys, operator, hang_ups), urls, strict=True)
            listed.append([Cell(name, name), *(counted(count(amount), amount, url) for amount, url in done)])
    ends = (min(one.lasts, len(by_second)), _("the words end")) if one.lasts else None
    title = _("%(place)s: when callers press") % {"place": label}
    chart = bars(title, found, [_("pressed"), _("hung up")], ends, ticks=15)
    columns = [_("Second"), _("Pressed"), _("… the operator key"), _("Hung up")]
    return Section(title, Table("seconds", columns, listed), chart, measures=("keys by second",), folded=True)
