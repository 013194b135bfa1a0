"""What is wrong with a switch that is thrown by phone; above all, that anybody could throw it."""

from __future__ import annotations

from collections.abc import Iterator

from menus.flow import LookUp, SetSwitch, SwitchKind

from .facts import Facts
from .finding import Finding, Rule, called, schedule_fault
from .lookups import asks_for_pin
from .ways import ways


def switch_faults(facts: Facts, key: str, here: SetSwitch) -> Iterator[Finding]:
    spot = facts.spot(key)
    yield from schedule_fault(spot, here.schedule, facts.flow)
    first = facts.flow.languages[0]
    if here.switch is SwitchKind.MESSAGE and not here.words.get(first.key):
        yield spot.within("emergency message").finding(
            Rule.SWITCH_WITHOUT_WORDS,
            f"{spot.name} switches an emergency message on and has no words for it in {called(first)}",
            f"write the emergency message of {spot.name} in {called(first)}",
        )
    if here.hours_value is not None and here.hours_value not in facts.values:
        yield spot.within("hours").finding(
            Rule.SWITCH_HOURS_UNKNOWN,
            f"{spot.name} takes its hours from the value “{here.hours_value}”, which nobody keys",
            f"choose a value that callers key before {spot.name}, or write a number of hours",
        )
    if key in without_pin(facts):
        yield spot.finding(
            Rule.SWITCH_WITHOUT_PIN,
            f"callers can come to {spot.name} without a PIN",
            f"let {spot.name} be reached only where a look-up that asks for a PIN has found it",
        )


def without_pin(facts: Facts) -> set[str]:
    """What callers can come to without a look-up having found their PIN."""
    flow = facts.flow
    todo = [flow.start, flow.main, flow.operator]
    seen: set[str] = set()
    while todo:
        key = todo.pop()
        here = flow.destinations.get(key or "")
        if key is None or here is None or key in seen:
            continue
        seen.add(key)
        guards = isinstance(here, LookUp) and asks_for_pin(facts, here)
        todo += [way.to for way in ways(here) if way.used and way.to and not (guards and way.at == "when found")]
    return seen
