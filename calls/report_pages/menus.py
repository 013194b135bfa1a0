"""Menus: where callers hear nothing, press wrong keys, hang up or turn back; and one menu with its options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from calls.charts import Part, lying
from calls.report_pages.amounts import change, count, lasting, of_whole, percent, points
from calls.report_pages.findings import findings
from calls.report_pages.pages import asked_span, report_line
from calls.report_pages.sections import Cell, Figure, Links, Section, Table, answer, counted
from calls.reports.keys import OptOut, operator_requests
from calls.reports.names import Names
from calls.reports.places import ASKING, Option, Place, Stage, funnel, options, places

HERE = "reports:menus"
_MEASURES = ("visits", "callers", "silence rate, wrong-key rate", "drop-off", "opt-out", "wrong turn")


def menus_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links, names = Links(request, line, span), Names(line.pk)
    found = places(line.pk, span)
    before = {place.destination: place for place in places(line.pk, span.before)} if found else {}
    stages = funnel(line.pk, span, start=names.start) if found else []
    asking = [place for place in found if place.kind in ASKING]
    others = [place for place in found if place.kind not in ASKING]
    sections = [
        _asking(asking, before, names, links),
        _funnel(stages, names, links),
        _opt_outs(found, operator_requests(line.pk, span), names, links),
        _others(others, before, names, links),
    ]
    return answer(request, line, _("Menus"), HERE, sections, findings=findings(found, names, links))


def menu_page(request: HttpRequest, line_id: int, key: str) -> HttpResponseBase:
    """One menu: its options with their shares and wrong turns, and where callers went from it."""
    line = report_line(request, line_id)
    span = asked_span(request, line)
    links, names = Links(request, line, span), Names(line.pk)
    by_key = {place.destination: place for place in places(line.pk, span)}
    if key not in by_key and not names.kind(key):
        raise Http404
    here = by_key.get(key) or Place(key, names.kind(key))
    before = {place.destination: place for place in places(line.pk, span.before)}.get(key) or Place(key, here.kind)
    stages = funnel(line.pk, span, start=key) if here.entries else []
    chosen = _options(options(line.pk, span, key), key, names, links)
    sections = [chosen, _funnel(stages, names, links)]
    figures = _figures(here, before, links) if here.entries else ()
    return answer(request, line, names.destination(key), HERE, sections, figures=figures)


def _asking(asking: Sequence[Place], before: dict[str, Place], names: Names, links: Links) -> Section:
    columns = [
        *(_("Menu or question"), _("Visits"), _("Callers"), _("Silence"), _("Wrong key")),
        *(_("Drop-off"), _("Opt-out"), _("Wrong turns"), _("Mean time")),
    ]
    rows = []
    for place in asking:
        url = f"{reverse('reports:menu', args=[links.line.pk, place.destination])}?{links.span.query}"
        to_calls = links.calls(destination=place.destination)
        to = partial(_done, links, place.destination)
        was = before.get(place.destination)
        label = names.destination(place.destination)
        rows.append(
            [
                Cell(label, label, url),
                counted(count(place.entries), place.entries, to_calls),
                counted(count(place.callers), place.callers, to_calls),
                _rate(place.silence_rate, was and was.silence_rate, to("no_input")),
                _rate(place.wrong_key_rate, was and was.wrong_key_rate, to("no_match")),
                _rate(place.drop_off, was and was.drop_off, to("hung_up")),
                _rate(place.operator_share, was and was.operator_share, to("asked_operator")),
                _rate(place.wrong_turn_share, was and was.wrong_turn_share, to("wrong_turn")),
                Cell(lasting(place.average_seconds), place.average_seconds),
            ]
        )
    note = _("Arrows: against the days before, in points of a hundred.")
    return Section(_("Menus and questions"), Table("menus", columns, rows), None, note, _MEASURES)


def _rate(now: float | None, was: float | None, url: str) -> Cell:
    return Cell(percent(now), "" if now is None else now, url if now else "", points(now, was))


def _done(links: Links, destination: str, how: str) -> str:
    """The calls in which it was done there."""
    return links.calls(destination=destination, how=how)


def _others(others: Sequence[Place], before: dict[str, Place], names: Names, links: Links) -> Section:
    columns = [_("Place"), _("Visits"), _("Callers"), _("Drop-off"), _("Mean time")]
    rows = []
    for place in others:
        label, to_calls = names.destination(place.destination), links.calls(destination=place.destination)
        was = before.get(place.destination)
        rows.append(
            [
                Cell(label, label),
                counted(count(place.entries), place.entries, to_calls),
                counted(count(place.callers), place.callers, to_calls),
                _rate(place.drop_off, was and was.drop_off, _done(links, place.destination, "hung_up")),
                Cell(lasting(place.average_seconds), place.average_seconds),
            ]
        )
    return Section(_("Other places"), Table("places", columns, rows), measures=("visits", "callers", "drop-off"))


def _funnel(stages: Sequence[Stage], names: Names, links: Links) -> Section:
    parts, rows = [], []
    for stage, following in zip(stages, [*stages[1:], None], strict=True) if stages else ():
        label, url = names.destination(stage.destination), links.calls(destination=stage.destination)
        hung_up = _done(links, stage.destination, "hung_up")
        on = links.calls(destination=stage.destination, to_place=following.destination) if following else ""
        said = (
            _("%(place)s: %(count)s went on") % {"place": label, "count": count(stage.went_on)},
            _("%(place)s: %(count)s went elsewhere or ended here") % {"place": label, "count": count(stage.elsewhere)},
            _("%(place)s: %(count)s hung up") % {"place": label, "count": count(stage.left)},
        )
        parts.append(
            Part(label, (stage.went_on, stage.elsewhere, stage.left), said, count(stage.came), (on, "", hung_up))
        )
        rows.append(
            [
                Cell(label, label),
                counted(count(stage.came), stage.came, url),
                counted(of_whole(stage.went_on, stage.went_on_share), stage.went_on, on),
                Cell(count(stage.elsewhere), stage.elsewhere),
                counted(of_whole(stage.left, stage.left_share), stage.left, hung_up),
            ]
        )
    legend = [_("went on this way"), _("elsewhere, or ended here"), _("hung up")]
    chart = lying(_("The busiest way, with how many hung up at each place"), parts, legend) if parts else None
    columns = [_("Place"), _("Came"), _("Went on this way"), _("Elsewhere"), _("Hung up")]
    note = _("From each place to the one where most callers went next.")
    return Section(_("The busiest way"), Table("funnel", columns, rows), chart, note, ("drop-off",), folded=True)


def _opt_outs(found: Sequence[Place], first: Sequence[OptOut], names: Names, links: Links) -> Section:
    """`first`: those of whom it was the first key there; of them the second is known."""
    seconds = {one.destination: one.average_second for one in first}
    rows = []
    for place in sorted(found, key=lambda place: (-place.operator, place.destination)):
        if place.operator:
            label, second = names.destination(place.destination), seconds.get(place.destination)
            rows.append(
                [
                    Cell(label, label),
                    counted(count(place.operator), place.operator, _done(links, place.destination, "asked_operator")),
                    Cell(lasting(second), "" if second is None else second),
                ]
            )
    columns = [_("Menu or question"), _("Times"), _("Mean time into it")]
    note = _("The mean time is of those who pressed it before anything else.")
    return Section(_("Who asked for the operator"), Table("opt-outs", columns, rows), None, note, ("opt-out",))


def _options(found: Sequence[Option], key: str, names: Names, links: Links) -> Section:
    parts, rows = [], []
    for option in found:
        label, to = names.option(key, option.option), names.destination(option.led_to)
        url = links.calls(destination=key, option=option.option)
        wrong = links.calls(destination=key, option=option.option, how="wrong_turn")
        shown = of_whole(option.count, option.share)
        went_well = option.count - option.wrong_turns
        said = (
            _("%(option)s: chosen %(count)s times") % {"option": label, "count": count(option.count)},
            _("%(option)s: %(count)s wrong turns") % {"option": label, "count": count(option.wrong_turns)},
        )
        parts.append(Part(label, (went_well, option.wrong_turns), said, shown, (url, wrong)))
        rows.append(
            [
                Cell(label, label),
                counted(count(option.count), option.count, url),
                Cell(percent(option.share), "" if option.share is None else option.share, url),
                counted(of_whole(option.wrong_turns, option.wrong_turn_share), option.wrong_turns, wrong),
                Cell(to, to),
            ]
        )
    legend = [_("chosen"), _("… a wrong turn")]
    chart = lying(_("Options of this menu, by how often they were chosen"), parts, legend) if parts else None
    columns = [_("Option"), _("Chosen"), _("Share of visits"), _("Wrong turns"), _("Led to")]
    return Section(_("Options"), Table("options", columns, rows), chart, measures=("option share", "wrong turn"))


def _figures(here: Place, before: Place, links: Links) -> Iterator[Figure]:
    url = links.calls(destination=here.destination)
    was = count(before.entries)
    yield Figure(_("Visits"), count(here.entries), "visits", url, "", change(here.entries, before.entries), was)
    was = count(before.callers)
    yield Figure(_("Callers"), count(here.callers), "callers", url, "", change(here.callers, before.callers), was)
    for words, measure, now, then, how in (
        (_("Drop-off"), "drop-off", here.drop_off, before.drop_off, "hung_up"),
        (_("Silence"), "silence rate, wrong-key rate", here.silence_rate, before.silence_rate, "no_input"),
        (_("Wrong key"), "silence rate, wrong-key rate", here.wrong_key_rate, before.wrong_key_rate, "no_match"),
        (_("Opt-out"), "opt-out", here.operator_share, before.operator_share, "asked_operator"),
        (_("Wrong turns"), "wrong turn", here.wrong_turn_share, before.wrong_turn_share, "wrong_turn"),
    ):
        url = _done(links, here.destination, how) if now else ""
        yield Figure(words, percent(now), measure, url, "", points(now, then), percent(then))
