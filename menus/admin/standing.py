"""How each line stands, for the start page: what differs from what is live, what is wrong with the draft, what is
booked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from menus.admin.publishing import read_version
from menus.check import Severity, check
from menus.draft import DraftFault, read_drafts
from menus.flow import Flow
from menus.impact import changes
from menus.models import BookedPublish, Line
from menus.needs import needs_of
from menus.publish import as_text, digest_of

LOOKED_AT: Final = 20
"""Lines whose drafts are read for one page; of the others the page says where to look."""
REFUSED_FOR: Final = timedelta(days=14)
"""So long a booking that was refused is told of, unless somebody published since."""
_REMEMBERED: Final = 200


class Standing(NamedTuple):
    errors: int = 0
    warnings: int = 0
    unfinished: bool = False
    """The draft is no flow yet; what is missing counts as errors."""
    changes: int | None = None
    """From what is live; None: there is nothing to compare."""


_known: OrderedDict[str, tuple[int, int]] = OrderedDict()
"""What was worked out of a draft, or of two flows, by their digests: the same every time, so that it is done once."""


def standings(lines: Sequence[Line]) -> dict[int, Standing]:
    """By primary key, of the first lines, in a fixed number of queries. Expects `live` to be read with them."""
    looked_at = lines[:LOOKED_AT]
    drafts = read_drafts(looked_at) if looked_at else {}
    flows = {key: draft for key, draft in drafts.items() if not isinstance(draft, DraftFault)}
    of_site = dict(zip(flows, needs_of(flows.values()), strict=True))
    return {
        line.pk: _standing(line, drafts[line.pk], [finding.severity for finding in of_site.get(line.pk, ())])
        for line in looked_at
    }


def _standing(line: Line, draft: Flow | DraftFault, of_site: Sequence[Severity]) -> Standing:
    if isinstance(draft, DraftFault):
        return Standing(errors=len(draft.faults), unfinished=True)
    digest = digest_of(as_text(draft))
    errors, warnings = _found(draft, digest)
    return Standing(
        errors=errors + of_site.count(Severity.ERROR),
        warnings=warnings + len(of_site) - of_site.count(Severity.ERROR),
        changes=_changes(line, draft, digest),
    )


def _found(draft: Flow, digest: str) -> tuple[int, int]:
    if digest not in _known:
        severities = [finding.severity for finding in check(draft)]
        errors = severities.count(Severity.ERROR)
        _note(digest, (errors, len(severities) - errors))
    return _known[digest]


def _changes(line: Line, draft: Flow, digest: str) -> int | None:
    if line.live is None or line.live.digest == digest:
        return None if line.live is None else 0
    key = f"{line.live_id} {digest}"
    if key not in _known:
        live = read_version(line.live)
        if live is None:  # this program can no longer read it
            return None
        _note(key, (len(changes(live, draft)), 0))
    return _known[key][0]


def _note(key: str, value: tuple[int, int]) -> None:
    while len(_known) >= _REMEMBERED:
        _known.popitem(last=False)
    _known[key] = value


def bookings(lines: Sequence[Line], now: datetime) -> Mapping[int, BookedPublish]:
    """Of each line what waits to be published, or was refused and nothing published since."""
    told = (BookedPublish.State.WAITING, BookedPublish.State.REFUSED)
    rows = BookedPublish.objects.filter(line__in=lines, state__in=told, at__gt=now - REFUSED_FOR)
    by_line = {line.pk: line for line in lines}
    found: dict[int, BookedPublish] = {}
    for row in rows.defer("flow").order_by("at", "pk"):
        waits = row.state == BookedPublish.State.WAITING
        live = by_line[row.line_id].live
        if waits or not live or live.published_at < row.at:
            found[row.line_id] = row
    return found
