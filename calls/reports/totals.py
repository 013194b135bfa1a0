"""What came of the calls of a span: all together, per day, hour, language and version."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

from django.db.models import Sum

from calls.models import CallOutcome, CallTally
from calls.reports.counted import money, rows, share
from calls.reports.span import Span
from menus.models import Version

_SUMMED: Final = (
    "calls",
    "answered",
    "short",
    "recontacts",
    "seconds",
    "cost",
    "person_calls",
    "person_seconds",
    "served_calls",
    "served_seconds",
)

_SIX_DAYS: Final = timedelta(days=6)


class Totals(NamedTuple):
    """Calls of a span. Shares are of the calls offered; None where none were."""

    offered: int = 0
    answered: int = 0
    short: int = 0
    recontacts: int = 0
    seconds: int = 0
    """Of all calls that ended, as Vonage counts them."""
    cost: Decimal = Decimal(0)
    person_calls: int = 0
    person_seconds: int = 0
    served_calls: int = 0
    served_seconds: int = 0
    by_outcome: dict[str, int] = {}
    """How many calls ended so, by `CallOutcome`; short calls are among the abandoned ones here."""

    @property
    def contained(self) -> int:
        return self._ended(CallOutcome.SERVED)

    @property
    def transferred(self) -> int:
        return self._ended(CallOutcome.TRANSFERRED)

    @property
    def voicemail(self) -> int:
        return self._ended(CallOutcome.VOICEMAIL)

    @property
    def callbacks(self) -> int:
        return self._ended(CallOutcome.CALLBACK)

    @property
    def abandoned(self) -> int:
        """Without the short calls."""
        return self._ended(CallOutcome.ABANDONED) - self.short

    @property
    def not_reached(self) -> int:
        return self._ended(CallOutcome.NOT_REACHED)

    @property
    def gave_up(self) -> int:
        return self._ended(CallOutcome.GAVE_UP)

    @property
    def in_progress(self) -> int:
        return self._ended(CallOutcome.IN_PROGRESS)

    @property
    def answered_share(self) -> float | None:
        return share(self.answered, self.offered)

    @property
    def contained_share(self) -> float | None:
        return share(self.contained, self.offered)

    @property
    def transferred_share(self) -> float | None:
        return share(self.transferred, self.offered)

    @property
    def voicemail_share(self) -> float | None:
        return share(self.voicemail, self.offered)

    @property
    def callbacks_share(self) -> float | None:
        return share(self.callbacks, self.offered)

    @property
    def abandoned_share(self) -> float | None:
        return share(self.abandoned, self.offered)

    @property
    def short_share(self) -> float | None:
        return share(self.short, self.offered)

    @property
    def recontact_share(self) -> float | None:
        return share(self.recontacts, self.offered)

    @property
    def average_person_seconds(self) -> float | None:
        return share(self.person_seconds, self.person_calls)

    @property
    def average_served_seconds(self) -> float | None:
        return share(self.served_seconds, self.served_calls)

    @property
    def average_cost(self) -> Decimal | None:
        return self.cost / self.offered if self.offered else None

    def _ended(self, outcome: str) -> int:
        return self.by_outcome.get(outcome, 0)


class Day(NamedTuple):
    day: date
    totals: Totals

    @property
    def offered(self) -> int:
        return self.totals.offered

    @property
    def contained(self) -> int:
        return self.totals.contained

    @property
    def transferred(self) -> int:
        return self.totals.transferred

    @property
    def abandoned(self) -> int:
        return self.totals.abandoned

    @property
    def cost(self) -> Decimal:
        return self.totals.cost


class Week(NamedTuple):
    """Seven days from the first of the span on; the last one may have fewer."""

    days: Span
    totals: Totals


class LanguageRow(NamedTuple):
    language: str
    """The key of the line's language; empty: the call ended before it had one."""
    totals: Totals

    @property
    def offered(self) -> int:
        return self.totals.offered


class VersionRow(NamedTuple):
    version_id: UUID | None
    """None: no version answered."""
    number: int | None
    """None also where the version is gone."""
    published_at: datetime | None
    totals: Totals

    @property
    def offered(self) -> int:
        return self.totals.offered


def totals(line_id: int, span: Span, version_id: UUID | None = None) -> Totals:
    return _of(_grouped(line_id, span, version_id))


def per_day(line_id: int, span: Span, version_id: UUID | None = None) -> list[Day]:
    """Every day of the span, those without a call too."""
    found = _by("day", line_id, span, version_id)
    return [Day(day, found.get(day, Totals())) for day in span.each]


def per_week(line_id: int, span: Span, version_id: UUID | None = None) -> list[Week]:
    """Every one of the span, those without a call too."""
    groups: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for group in _grouped(line_id, span, version_id, "day"):
        groups[(group["day"] - span.first).days // 7].append(group)
    firsts = list(span.each)[::7]
    return [Week(Span(day, min(day + _SIX_DAYS, span.last)), _of(groups[n])) for n, day in enumerate(firsts)]


def per_hour(line_id: int, span: Span, version_id: UUID | None = None) -> dict[tuple[int, int], int]:
    """Calls by weekday (Monday is 0) and hour, in the line's time at each call. Hours without a call are left out."""
    counts: defaultdict[tuple[int, int], int] = defaultdict(int)
    groups = rows(CallTally, line_id, span, version_id).values_list("day", "hour").annotate(Sum("calls"))
    for day, hour, calls in groups:
        counts[day.weekday(), hour] += calls
    return dict(counts)


def per_language(line_id: int, span: Span, version_id: UUID | None = None) -> list[LanguageRow]:
    """The most used first."""
    found = _by("language", line_id, span, version_id).items()
    return sorted(
        (LanguageRow(language, counted) for language, counted in found), key=lambda row: (-row.offered, row.language)
    )


def per_version(line_id: int, span: Span, version_id: UUID | None = None) -> list[VersionRow]:
    """The newest first."""
    found = _by("version_id", line_id, span, version_id)
    known = {
        version.pk: version
        for version in Version.objects.filter(line_id=line_id, pk__in=[*found]).only("number", "published_at", "line")
    }
    listed = [
        VersionRow(pk, known[pk].number, known[pk].published_at, counted)
        if pk in known
        else VersionRow(pk, None, None, counted)
        for pk, counted in found.items()
    ]
    return sorted(listed, key=lambda row: (row.number or 0, str(row.version_id)), reverse=True)


def _grouped(line_id: int, span: Span, version_id: UUID | None, *names: str) -> Iterable[dict[str, Any]]:
    sums = {f"{name}_sum": Sum(name) for name in _SUMMED}
    groups: Any = rows(CallTally, line_id, span, version_id).values(*names, "outcome").annotate(**sums)
    return cast("Iterable[dict[str, Any]]", groups)


def _by(name: str, line_id: int, span: Span, version_id: UUID | None) -> dict[Any, Totals]:
    groups: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    for group in _grouped(line_id, span, version_id, name):
        groups[group[name]].append(group)
    return {value: _of(found) for value, found in groups.items()}


def _of(groups: Iterable[dict[str, Any]]) -> Totals:
    found = list(groups)
    by_outcome: Counter[str] = Counter()
    for group in found:
        by_outcome[group["outcome"]] += group["calls_sum"]
    summed: dict[str, Any] = {name: sum(group[f"{name}_sum"] for group in found) for name in _SUMMED}
    summed["offered"] = summed.pop("calls")
    summed["cost"] = money(Decimal(summed["cost"]))
    return Totals(**summed, by_outcome=dict(by_outcome))
