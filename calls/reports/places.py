"""What callers did at each place: how they left it, which options they chose, and the ways they took."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Sum

from calls.models import StepTally
from calls.reports.counted import rows, share
from calls.reports.names import Names
from calls.reports.span import Span
from calls.reports.wayfinding import way_name
from menus.dialogue import Outcome

ASKING: Final = ("menu", "collect", "callback")
NO_ASK: Final = (Outcome.OVER_LIMIT, Outcome.LED_NOWHERE)


class Place(NamedTuple):
    """A destination. A visit is an entry; being asked again is another pass of the same visit."""

    destination: str
    kind: str
    entries: int = 0
    callers: int = 0
    passes: int = 0
    asks: int = 0
    """Times that callers were asked there, the first time and again."""
    silences: int = 0
    """… and nothing was heard, the last time before the tries were used up included."""
    wrong_keys: int = 0
    """… and a key or entry was heard that leads nowhere, likewise."""
    hang_ups: int = 0
    operator: int = 0
    gave_up: int = 0
    wrong_turns: int = 0
    seconds: int = 0

    @property
    def drop_off(self) -> float | None:
        return share(self.hang_ups, self.entries)

    @property
    def silence_rate(self) -> float | None:
        return share(self.silences, self.asks)

    @property
    def wrong_key_rate(self) -> float | None:
        return share(self.wrong_keys, self.asks)

    @property
    def operator_share(self) -> float | None:
        return share(self.operator, self.entries)

    @property
    def gave_up_share(self) -> float | None:
        return share(self.gave_up, self.entries)

    @property
    def wrong_turn_share(self) -> float | None:
        return share(self.wrong_turns, self.entries)

    @property
    def average_seconds(self) -> float | None:
        """Spent there in one visit."""
        return share(self.seconds, self.entries)


class Option(NamedTuple):
    """An option of a menu, or a rule of a branch."""

    option: str
    count: int  # type: ignore[assignment]  # the tuple's own method is not wanted
    entries: int
    """Of the whole menu."""
    wrong_turns: int
    led_to: str
    """Where most of its callers came."""

    @property
    def share(self) -> float | None:
        return share(self.count, self.entries)

    @property
    def wrong_turn_share(self) -> float | None:
        return share(self.wrong_turns, self.count)


class Stage(NamedTuple):
    """A place on the busiest way."""

    destination: str
    kind: str
    came: int
    """Visits."""
    left: int
    """… in which the caller hung up."""
    went_on: int
    """… after which most came to the next stage."""

    @property
    def elsewhere(self) -> int:
        """… which led another way, or are not over."""
        return max(0, self.came - self.left - self.went_on)

    @property
    def left_share(self) -> float | None:
        return share(self.left, self.came)

    @property
    def went_on_share(self) -> float | None:
        return share(self.went_on, self.came)


def places(line_id: int, span: Span, version_id: UUID | None = None) -> list[Place]:
    """The most visited first."""
    sums = {f"{name}_sum": Sum(name) for name in ("passes", "entries", "callers", "seconds", "wrong_turns")}
    groups: Any = rows(StepTally, line_id, span, version_id).values("destination", "kind", "outcome", "option")
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for group in groups.annotate(**sums):
        key, passes = group["destination"], group["passes_sum"]
        kinds[key][group["kind"]] += passes
        counts[key].update({name.removesuffix("_sum"): group[name] for name in sums})
        counts[key].update(_how_left(group["kind"], group["outcome"], group["option"], passes))
    found = [Place(key, _usual(kinds[key]), **count) for key, count in counts.items()]
    return sorted(found, key=lambda place: (-place.entries, place.destination))


def _how_left(kind: str, outcome: str, option: str, passes: int) -> dict[str, int]:
    counted = {}
    if kind in ASKING and outcome not in NO_ASK:
        counted["asks"] = passes
    match outcome:
        case Outcome.NO_INPUT:
            counted["silences"] = passes
        case Outcome.NO_MATCH:
            counted["wrong_keys"] = passes
        case Outcome.GAVE_UP:
            counted["gave_up"] = passes
            if option in (Outcome.NO_INPUT, Outcome.NO_MATCH):  # what was heard at the last try
                counted["silences" if option == Outcome.NO_INPUT else "wrong_keys"] = passes
        case Outcome.HUNG_UP:
            counted["hang_ups"] = passes
        case Outcome.ASKED_OPERATOR:
            counted["operator"] = passes
    return counted


def options(line_id: int, span: Span, menu_key: str, version_id: UUID | None = None) -> list[Option]:
    """What was chosen at a menu (or held at a branch), the most chosen first."""
    return options_by_place(line_id, span, version_id, destination=menu_key).get(menu_key, [])


def options_by_place(line_id: int, span: Span, version_id: UUID | None = None, **only: str) -> dict[str, list[Option]]:
    """The same of every place, or of those that `only` says."""
    groups = (
        rows(StepTally, line_id, span, version_id)
        .filter(**only)
        .values_list("destination", "outcome", "option", "led_to")
        .annotate(Sum("entries"), Sum("passes"), Sum("wrong_turns"))
    )
    whole: Counter[str] = Counter()
    led: defaultdict[str, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    wrong: Counter[tuple[str, str]] = Counter()
    for here, outcome, option, led_to, entries, passes, wrong_turns in groups:
        whole[here] += entries
        if outcome == Outcome.CHOSEN:
            led[here][option][led_to] += passes
            wrong[here, option] += wrong_turns
    found = {
        here: [Option(key, ways.total(), whole[here], wrong[here, key], _usual(ways)) for key, ways in chosen.items()]
        for here, chosen in led.items()
    }
    return {here: sorted(chosen, key=lambda one: (-one.count, one.option)) for here, chosen in found.items()}


def ways(line_id: int, span: Span, version_id: UUID | None = None) -> dict[tuple[str, str], int]:
    """How often callers went each way, by destination and the way's name on the map. Being asked again is no way."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in _taken(line_id, span, version_id):
        name = way_name(row["kind"], row["outcome"], row["option"])
        if name and _leads_on(row):
            counts[row["destination"], name] += row["taken"]
    return dict(counts)


def _taken(line_id: int, span: Span, version_id: UUID | None) -> Any:
    found = rows(StepTally, line_id, span, version_id)
    return found.values("destination", "kind", "outcome", "option", "led_to").annotate(taken=Sum("passes"))


def _leads_on(row: dict[str, Any]) -> bool:
    return bool(row["led_to"]) and (row["led_to"] != row["destination"] or row["outcome"] == Outcome.CHOSEN)


def funnel(line_id: int, span: Span, version_id: UUID | None = None, start: str = "") -> list[Stage]:
    """The busiest way: the place where calls begin (or `start`), then where most went, until most went no further."""
    came: Counter[str] = Counter()
    left: Counter[str] = Counter()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    went: defaultdict[str, Counter[str]] = defaultdict(Counter)
    groups = rows(StepTally, line_id, span, version_id).values("destination", "kind", "outcome", "led_to")
    for row in groups.annotate(taken=Sum("passes"), arrived=Sum("entries")):
        here = row["destination"]
        came[here] += row["arrived"]
        kinds[here][row["kind"]] += row["taken"]
        if row["outcome"] == Outcome.HUNG_UP:
            left[here] += row["taken"]
        if row["led_to"] and row["led_to"] != here:
            went[here][row["led_to"]] += row["taken"]
    stages: list[Stage] = []
    here, seen = start or Names(line_id).start, set[str]()
    while here and came[here] and here not in seen:
        seen.add(here)
        onward = {to: count for to, count in went[here].items() if to not in seen and came[to]}
        then = _usual(Counter(onward))
        stages.append(Stage(here, _usual(kinds[here]), came[here], left[here], onward.get(then, 0)))
        here = then
    return stages


def _usual(counts: Counter[str]) -> str:
    """The most frequent; of equals, the first by name."""
    return min(counts, key=lambda name: (-counts[name], name), default="")
