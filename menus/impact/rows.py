"""What differs in the rows of a part: options, rules, people to ring, values, holidays, languages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

from menus.flow import Fetched, Holiday, Language, Option, PhoneTarget, Rule, Target
from menus.impact.names import NAMES
from menus.impact.said import Both, Found, Sort, another_order, ordinal, prompts, value
from menus.numbers import show_number

T = TypeVar("T")


def by_key(rows: Sequence[T], name: str) -> dict[tuple[str, int], T]:
    """By the field `name`; a second one of that name counts as another."""
    found: dict[tuple[str, int], T] = {}
    for row in rows:
        key = str(getattr(row, name))
        found[key, sum(other == key for other, _ in found)] = row
    return found


def _go(both: Both, what: str, was: str | None, now: str | None, option: str) -> Found:
    to, before = both.places(now, was)
    return Found(f"{what} now goes to {to}, was {before}.", Sort.GOES, option)


# --- options ----------------------------------------------------------------------------------------------------


def options(both: Both, was: Sequence[Option], now: Sequence[Option]) -> Iterator[Found]:
    old, new = by_key(was, "key"), by_key(now, "key")
    for key, option in new.items():
        if key in old:
            yield from _option(both, old[key], option)
        else:
            goes = (
                f": {option.label}"
                if option.label == both.place(option.to)
                else f": {option.label}, goes to {both.place(option.to)}"
            )
            off = "" if option.enabled else ", switched off"
            yield Found(f"key {option.digits} is new{goes}{off}.", Sort.NEW, option.key)
    for key, option in old.items():
        if key not in new:
            yield Found(f"key {option.digits} ({option.label}) is gone.", Sort.GONE, option.key)
    if another_order(list(old), list(new)):
        yield Found(f"the keys are in another order: {', '.join(option.label for option in now)}.")


def _option(both: Both, old: Option, new: Option) -> Iterator[Found]:
    here = f"key {new.digits}"
    if old.digits != new.digits:
        yield Found(f"{new.label} is now on key {new.digits}, was on key {old.digits}.", Sort.OTHER, new.key)
    if old.to != new.to:
        yield _go(both, here, old.to, new.to, new.key)
    if old.label != new.label:
        yield Found(f"{here} is now called “{new.label}”, was “{old.label}”.", Sort.SAYS, new.key)
    if old.enabled != new.enabled:
        yield Found(f"{here} ({new.label}) is switched {'on' if new.enabled else 'off'}.", Sort.OTHER, new.key)
    if old.spoken != new.spoken:
        yield Found(f"{here} ({new.label}) is {'now' if new.spoken else 'no longer'} spoken.", Sort.SAYS, new.key)
    if old.language != new.language:
        now, was = both.language(new.language), both.language(old.language)
        yield Found(f"the language that {here} changes to is now {now}, was {was}.", Sort.OTHER, new.key)
    yield from prompts(both, f"the words for {here} ({new.label})", old.words, new.words, new.key)
    yield from _spoken(both, here, old, new)


def _spoken(both: Both, here: str, old: Option, new: Option) -> Iterator[Found]:
    said: tuple[Mapping[str, Any], Mapping[str, Any]] = old.phrases, new.phrases
    for language in dict.fromkeys([*said[1], *said[0]]):
        was, now = (value("", tuple(one.get(language, ()))) for one in said)
        if was != now:
            words = f"what callers may say{both.spoken(language)} for {here} ({new.label}) is now {now}, was {was}."
            yield Found(words, Sort.OTHER, new.key)


# --- rules ------------------------------------------------------------------------------------------------------


def rules(both: Both, was: Sequence[Rule], now: Sequence[Rule]) -> Iterator[Found]:
    old, new = by_key(was, "key"), by_key(now, "key")
    for key, rule in new.items():
        if key in old:
            yield from _rule(both, old[key], rule)
        else:
            yield Found(f"the rule “{_name(rule)}” is new, goes to {both.place(rule.to)}.", Sort.NEW, rule.key)
    for key, rule in old.items():
        if key not in new:
            yield Found(f"the rule “{_name(rule)}” is gone.", Sort.GONE, rule.key)
    if another_order(list(old), list(new)):
        yield Found(f"the rules are asked in another order: {', '.join(_name(rule) for rule in now)}.")


def _name(rule: Rule) -> str:
    return rule.label or rule.key


def _rule(both: Both, old: Rule, new: Rule) -> Iterator[Found]:
    here = f"the rule “{_name(new)}”"
    for name in Rule.model_fields:
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        if name == "to":
            yield _go(both, here, was, now, new.key)
        elif name == "schedule":
            words = f"{here}: the schedule is now {both.schedule(now)}, was {both.schedule(was)}."
            yield Found(words, Sort.OTHER, new.key)
        else:
            words = f"{here}: {NAMES.get(name, name)} is now {value(name, now)}, was {value(name, was)}."
            yield Found(words, Sort.OTHER, new.key)


# --- people to ring ---------------------------------------------------------------------------------------------


def targets(was: Sequence[Target], now: Sequence[Target]) -> Iterator[Found]:
    for n, (old, new) in enumerate(zip_longest(was, now)):
        if old == new:
            continue
        if old is None and new is not None:
            yield Found(f"also rings {_target(new)} {ordinal(n)}.", Sort.GOES)
        elif new is None and old is not None:
            yield Found(f"no longer rings {_target(old)}.", Sort.GOES)
        elif old is not None and new is not None:
            yield Found(f"rings {_target(new)} {ordinal(n)}, was {_target(old)}.", Sort.GOES)


def _target(target: Target) -> str:
    """With all that it is, so that no two sound the same."""
    name = show_number(target.number) if isinstance(target, PhoneTarget) else _address(target)
    label = f" ({target.label})" if target.label else ""
    return f"{name}{label} for {target.ring_seconds} seconds"


def _address(target: Target) -> str:
    held = target.model_dump(exclude={"label", "ring_seconds", "type"}).values()
    return f"{target.type} {' '.join(map(str, held))}"


# --- the rest ---------------------------------------------------------------------------------------------------


def values(was: Sequence[Fetched], now: Sequence[Fetched]) -> Iterator[Found]:
    old, new = by_key(was, "value"), by_key(now, "value")
    yield from _come_and_go("the value", old, new)
    for key in new:
        if key in old and old[key] != new[key]:
            yield Found(f"the value “{key[0]}” is now {_brought(new[key])}, was {_brought(old[key])}.")
    if another_order(list(old), list(new)):
        yield Found(f"the values are in another order: {', '.join(one.value for one in now)}.")


def _brought(one: Fetched) -> str:
    return f"“{one.field}” said as {one.says.value}"


def holidays(both: Both, was: Sequence[Holiday], now: Sequence[Holiday]) -> Iterator[Found]:
    old, new = by_key(was, "name"), by_key(now, "name")
    for key, day in new.items():
        if key in old:
            yield from _holiday(both, old[key], day)
        else:
            yield Found(f"Holiday “{day.name}” on {day.when} is new{_closed_part(day)}.", Sort.OTHER)
    for key, day in old.items():
        if key not in new:
            yield Found(f"Holiday “{day.name}” on {day.when} is removed.", Sort.OTHER)
    if another_order(list(old), list(new)):
        yield Found(f"the holidays are in another order: {', '.join(day.name for day in now)}.")


def _holiday(both: Both, old: Holiday, new: Holiday) -> Iterator[Found]:
    if old.when != new.when:
        yield Found(f"Holiday “{new.name}” is on {new.when}, was on {old.when}.")
    if old.closed != new.closed:
        yield Found(f"Holiday “{new.name}” is closed {_closed(new)}, was {_closed(old)}.")
    yield from prompts(both, f"the words on holiday “{new.name}”", old.words, new.words)


def _closed(day: Holiday) -> str:
    return day.closed.replace("-", "–") if day.closed else "the whole day"


def _closed_part(day: Holiday) -> str:
    return f", closed {_closed(day)}" if day.closed else ""


def languages(was: Sequence[Any], now: Sequence[Any]) -> Iterator[Found]:
    """The line's, or the keys that a rule names."""
    if not all(isinstance(one, Language) for one in (*was, *now)):
        yield Found(f"the languages are now {value('', tuple(now))}, was {value('', tuple(was))}.")
        return
    old, new = by_key(was, "key"), by_key(now, "key")
    yield from _come_and_go("the language", old, new)
    for key in new:
        if key in old:
            yield from _language(old[key], new[key])
    if another_order(list(old), list(new)):
        yield Found(f"the languages are in another order: {', '.join(one.name for one in now)}.")


def _language(old: Language, new: Language) -> Iterator[Found]:
    for name in Language.model_fields:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            what = NAMES.get(name, name)
            yield Found(f"{new.name}: {what} is now {value(name, now)}, was {value(name, was)}.", Sort.SAYS)


def _come_and_go(what: str, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Found]:
    def name(row: Any) -> str:
        return str(row.name if isinstance(row, Language) else row.value)

    yield from (Found(f"{what} “{name(row)}” is new.") for key, row in new.items() if key not in old)
    yield from (Found(f"{what} “{name(row)}” is gone.") for key, row in old.items() if key not in new)
