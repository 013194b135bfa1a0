"""What is wrong with the rules of a branch: that cannot hold, are never asked, or ask for what is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from menus.entries import NO, YES
from menus.flow import Asked, Branch, Flow, Opening
from menus.flow import Rule as BranchRule
from menus.step.deciding import not_above

from .facts import Facts
from .finding import Finding, Rule, Spot, called, listed, schedule_fault
from .said import unknown_values

ALL: Final = 100


def branch_faults(facts: Facts, spot: Spot, here: Branch) -> Iterator[Finding]:
    yield from _twice(here, spot)
    share = 0
    always: BranchRule | None = None
    covered = 0
    for rule in here.rules:
        at = spot.within(f"rule “{rule.label or rule.key}”")
        if always:
            yield at.finding(
                Rule.RULE_NEVER_ASKED,
                f"{at.part} is never asked, because the rules before it hold for every caller",
                f"move {at.part} up, or take it out",
            )
        yield from _knows_not(facts, at, rule)
        yield from _never_holds(facts.flow, at, rule, share)
        share += rule.percent or 0
        covered += (rule.percent or 0) if _names_only(rule, "percent") else 0
        if covered >= ALL or _holds_in_all(facts.flow, rule):
            always = rule


def _twice(here: Branch, spot: Spot) -> Iterator[Finding]:
    for stable, uses in Counter(rule.key for rule in here.rules).items():
        if uses > 1:
            yield spot.within(f"rule “{stable}”").finding(
                Rule.RULE_TWICE,
                f"{spot.name} has {uses} rules with the short name “{stable}”; reports could not tell them apart",
                f"give each rule of {spot.name} a short name of its own",
            )


def _knows_not(facts: Facts, at: Spot, rule: BranchRule) -> Iterator[Finding]:
    """What the rule asks for, and the line does not have."""
    if rule.value is not None:
        yield from unknown_values(at, at.part, [rule.value], facts.call_values)
    for language in rule.languages:
        if language not in facts.flow.by_language:
            names = listed([called(spoken) for spoken in facts.flow.languages])
            yield at.finding(
                Rule.RULE_LANGUAGE_UNKNOWN,
                f"{at.part} asks for the language “{language}”, which the line does not speak (it speaks {names})",
                f"choose a language of the line in {at.part}, or add “{language}” to the line",
            )
    yield from schedule_fault(at, rule.schedule, facts.flow)


# --- rules that cannot hold -------------------------------------------------------------------------------------


def _never_holds(flow: Flow, at: Spot, rule: BranchRule, share: int) -> Iterator[Finding]:
    compares = bool(rule.equals or rule.low or rule.high or rule.pattern)
    if compares and rule.value is None:
        yield at.finding(
            Rule.RULE_WITHOUT_VALUE,
            f"{at.part} does not say which value it compares",
            f"choose the value in {at.part}, or take out what it is compared with",
        )
    elif not rule.names_something:
        yield at.finding(
            Rule.RULE_NAMES_NOTHING,
            f"{at.part} names nothing, so it never holds",
            f"say in {at.part} what must be so, or take it out",
        )
    elif why := _why_never(flow, rule, share):
        yield at.finding(Rule.RULE_NEVER_HOLDS, f"{at.part} can never hold: {why}", f"correct {at.part}")


def _why_never(flow: Flow, rule: BranchRule, share: int) -> str:
    if rule.percent is not None and not 0 < rule.percent <= ALL - share:
        if not rule.percent:
            return "it is for 0 % of the callers"
        return f"with it the branch would share out {share + rule.percent} % of the callers"
    if rule.low and rule.high and not not_above(rule.low, rule.high):
        return f"nothing is at least “{rule.low}” and at most “{rule.high}”"
    collected = flow.collected.get(rule.value or "")
    operands = {operand.casefold() for operand in rule.equals}
    if collected and collected.asks is Asked.YES_NO and operands and operands.isdisjoint({YES, NO}):
        return f"“{rule.value}” is yes or no"
    schedule = flow.schedules.get(rule.schedule or "")
    if schedule and rule.opening is Opening.HOLIDAY and not schedule.holidays:
        return f"the schedule “{schedule.name or rule.schedule}” has no holidays"
    return ""


def _holds_in_all(flow: Flow, rule: BranchRule) -> bool:
    return _names_only(rule, "languages") and set(rule.languages) >= set(flow.by_language)


def _names_only(rule: BranchRule, field: str) -> bool:
    """Whether this is all that the rule asks for."""
    asked = [name for name in ("value", "lists", "prefixes", "dialled", "languages") if getattr(rule, name)]
    asked += ["schedule"] if rule.schedule is not None else []
    asked += ["percent"] if rule.percent is not None else []
    return asked == [field]
