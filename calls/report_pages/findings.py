"""What stands out at the menus, in sentences that lead to their calls; by the rules in `calls/worst.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.report_pages.amounts import count, percent
from calls.report_pages.sections import Finding, Links
from calls.reports.names import Names
from calls.reports.places import Option, Place, options_by_place, ways
from calls.worst import DROPPED, HOW, crowded, misleading, troubles
from menus import live

MOST: Final = 3
"""Places, and options, of which something is said."""
_SAID: Final = {
    DROPPED: gettext_lazy("%(place)s: %(share)s of %(of)s visits ended with the caller hanging up there."),
    "silence": gettext_lazy("%(place)s: nothing was heard in %(share)s of the %(of)s times that it asked."),
    "opt-out": gettext_lazy("%(place)s: %(share)s of %(of)s visits ended with the operator key."),
}


def findings(found: Sequence[Place], names: Names, links: Links) -> Iterator[Finding]:
    if found:
        yield from islice(_troubles(found, names, links), MOST)
        yield from islice(_options(found, names, links), MOST)


def _troubles(found: Sequence[Place], names: Names, links: Links) -> Iterator[Finding]:
    flow = live.flow_if_known(links.line.live_id)
    for one in troubles(found, flow, ways(links.line.pk, links.span)):
        about = {"place": names.destination(one.destination), "share": percent(one.share), "of": count(one.of)}
        yield Finding(str(_SAID[one.what]) % about, links.calls(destination=one.destination, how=HOW[one.what]))


def _options(found: Sequence[Place], names: Names, links: Links) -> Iterator[Finding]:
    rings = [place.destination for place in found if place.kind == "transfer"]
    for menu, chosen in sorted(options_by_place(links.line.pk, links.span, kind="menu").items()):
        for one in misleading(chosen):
            said = _("%(menu)s > %(option)s: %(share)s of %(of)s callers went back within 10 s of choosing it.")
            about = {"share": percent(one.wrong_turn_share), "of": count(one.count)} | _named(menu, one, names)
            yield Finding(said % about, links.calls(destination=menu, option=one.option, how="wrong_turn"))
        for one in crowded(chosen, rings):
            said = _("%(menu)s > %(option)s: chosen in %(share)s of %(of)s visits, and each rings somebody.")
            about = {"share": percent(one.share), "of": count(one.entries)} | _named(menu, one, names)
            yield Finding(said % about, links.calls(destination=menu, option=one.option))


def _named(menu: str, one: Option, names: Names) -> dict[str, str]:
    return {"menu": names.destination(menu), "option": names.option(menu, one.option)}
