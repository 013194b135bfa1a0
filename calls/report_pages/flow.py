"""The call-flow map with traffic on it: how many callers took each way, how many hung up at each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from calls.report_pages.amounts import Change, change, count, lasting, of_whole, percent, points
from calls.report_pages.pages import asked_span, report_line, report_page
from calls.report_pages.sections import Links
from calls.reports.places import Place, places, ways
from calls.worst import DROPPED, troubles
from menus import live
from menus.admin.maps import Map, map_of
from menus.flow import Flow
from menus.map import Edge, Node, Row
from menus.models import Line, Version

HERE = "reports:flow"
WIDTHS: Final = 8
"""Classes of width in the style sheet, w1 to w8."""
WORST: Final = 3
_TRIES: Final = ("no_input", "no_match")
VERSIONS_OFFERED: Final = 20


class Flowed(NamedTuple):
    """Callers on one way of the map."""

    count: int  # type: ignore[assignment]  # the tuple's own method is not wanted
    share: float | None
    """Of the visits to where it begins."""
    width: int
    words: str
    said: str
    url: str


class Traffic(NamedTuple):
    """A line of the map, with its callers; the words stand at x, y."""

    edge: Edge
    flowed: Flowed
    x: float
    y: float


class Told(NamedTuple):
    """A way that stands in words in its box; the callers stand beside it."""

    row: Row
    flowed: Flowed
    x: float
    y: float


class Crowd(NamedTuple):
    """A place, with who came there."""

    node: Node
    kind: str
    place: Place
    url: str
    rank: int
    """1 for where most are lost; 0: it is none of the worst."""
    told: list[Told]
    ways: list[Flowed]
    """All that callers took, for the list."""
    hung_url: str = ""
    """The calls that were hung up here."""
    change: Change | None = None
    """Of the visits."""
    hung_change: Change | None = None

    @property
    def entries(self) -> str:
        return count(self.place.entries)

    @property
    def hang_ups(self) -> str:
        return count(self.place.hang_ups)

    @property
    def hung(self) -> str:
        return _("%(share)s hang up") % {"share": percent(self.place.drop_off)}

    @property
    def wait(self) -> str:
        return lasting(self.place.average_seconds)

    @property
    def lost(self) -> str:
        return f"{self.hung} · {self.wait}"

    @property
    def visits(self) -> str:
        return _("%(label)s: %(visits)s visits") % {
            "label": self.node.label or self.node.key,
            "visits": self.entries,
        }

    @property
    def name(self) -> str:
        return f"{self.visits}, {self.lost}" if self.place.entries else self.visits


def flow_page(request: HttpRequest, line_id: int) -> HttpResponseBase:
    line = report_line(request, line_id)
    asked = request.GET.get("version", "")
    span, versions = asked_span(request, line), _versions(line, asked)
    chosen = next((one for one in versions if str(one.number) == asked), None)
    shown = chosen or line.live
    flow = live.flow_if_known(shown.pk) if shown else None
    only: UUID | None = chosen.pk if chosen else None
    more: dict[str, object] = {"versions": versions, "chosen": chosen, "shown_version": shown}
    if flow is not None:
        links = Links(request, line, span, only)
        found, before = places(line.pk, span, only), places(line.pk, span.before, only)
        drawn = traffic_of(map_of(line, flow), flow, found, ways(line.pk, span, only), links, before)
        more |= drawn | {"counted": bool(found)}
    return report_page(request, line, "reports/flow.html", _("Flow"), HERE, more)


def traffic_of(
    drawn: Map,
    flow: Flow,
    found: list[Place],
    taken: Mapping[tuple[str, str], int],
    links: Links,
    before: Sequence[Place] = (),
) -> dict[str, object]:
    """What the template draws: the map's lines and places, each with its callers."""
    known, were = ({place.destination: place for place in some} for some in (found, before))
    most = max([1, *taken.values()])
    lost = [trouble for trouble in troubles(found, flow, taken) if trouble.what == DROPPED][:WORST]
    rank = {trouble.destination: n for n, trouble in enumerate(lost, 1)}
    crowds, edges = [], []
    for place in drawn.places:
        node = place.node
        here = known.get(node.key, Place(node.key, node.kind))
        flows = {row.ways: _flowed(node, row, here, taken, most, links) for row in node.rows}
        told = [
            Told(row, flows[row.ways], node.w + 5, row.lines[0].y) for row in node.told_rows if flows[row.ways].count
        ]
        taken_ways = [flowed for flowed in flows.values() if flowed.count]
        url = links.calls(destination=node.key) if here.entries else ""
        hung_url = links.calls(destination=node.key, how="hung_up") if here.hang_ups else ""
        was = were.get(node.key)
        more, worse = change(here.entries, was and was.entries), points(here.drop_off, was and was.drop_off)
        lost_here = rank.get(node.key, 0)
        crowds.append(Crowd(node, place.kind, here, url, lost_here, told, taken_ways, hung_url, more, worse))
        edges += [_on(edge, flows[edge.ways]) for edge in drawn.drawing.edges if edge.source == node.key]
    worst = sorted((crowd for crowd in crowds if crowd.rank), key=lambda crowd: crowd.rank)
    size = {"width": drawn.drawing.width + 80, "height": drawn.drawing.height + 16}
    return {"map": drawn, "crowds": crowds, "edges": edges, "worst": worst, "size": size}


def _flowed(node: Node, row: Row, here: Place, taken: Mapping[tuple[str, str], int], most: int, links: Links) -> Flowed:
    names = _counted_as(node, row)
    amount = sum(taken.get((node.key, name), 0) for name in names)
    share = amount / here.entries if here.entries and amount <= here.entries else None
    sort, _apart, option = names[0].partition("/")
    which: dict[str, Any] = {"option": option} if sort == "option" else {"way": ",".join(names)}
    words = percent(share) if share is not None else count(amount)
    said = _("%(words)s to %(to)s: %(amount)s of %(all)s visits") % {
        "words": f"{row.key} {row.words}".strip(),
        "to": row.led or "–",
        "amount": of_whole(amount, share),
        "all": count(here.entries),
    }
    url = links.calls(destination=node.key, **which) if amount else ""
    return Flowed(amount, share, ceil(WIDTHS * sqrt(amount / most)) if amount else 0, words, said, url)


def _counted_as(node: Node, row: Row) -> list[str]:
    """Who is silent or errs too often, where no way of its own is drawn for that, goes where too many tries lead."""
    names = list(row.ways)
    if "failures_then" in names:
        drawn = {name for one in node.rows for name in one.ways}
        names += [name for name in _TRIES if name not in drawn]
    return names


def _on(edge: Edge, flowed: Flowed) -> Traffic:
    return Traffic(edge, flowed, edge.x + (edge.w + 4 if edge.label else 6), edge.y - 5)


def _versions(line: Line, asked: str) -> list[Version]:
    """The newest, and the one that is asked for."""
    found = Version.objects.filter(line=line).order_by("-number").only("number", "published_at", "line")
    newest = list(found[:VERSIONS_OFFERED])
    known = asked.isascii() and asked.isdecimal() and len(asked) < 9
    older = found.filter(number=int(asked), number__lt=newest[-1].number) if known and newest else ()
    return [*newest, *older]
