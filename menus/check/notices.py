"""Whether callers are told, before the tone, that they are recorded."""

from __future__ import annotations

from collections.abc import Iterator

from menus import words
from menus.flow import Message, Voicemail

from .facts import Facts
from .finding import Finding, Rule, called, listed
from .ways import passes


def notice_faults(facts: Facts, key: str, here: Voicemail) -> Iterator[Finding]:
    """A message right before the voicemail will do, if callers come no other way."""
    spot = facts.spot(key)
    untold = [
        called(language)
        for language in facts.flow.by_language.values()
        if not words.resolve(facts.flow, here.prompt, language.key) and _comes_untold(facts, key, language.key)
    ]
    if untold:
        spoken = f" in {listed(untold)}" if len(facts.flow.by_language) > 1 else ""
        yield spot.within("prompt before the beep").finding(
            Rule.RECORD_WITHOUT_NOTICE,
            f"{spot.name} records callers{spoken} who have been told nothing before the tone",
            f"write what {spot.name} says before the beep, like: Please leave a message after the tone",
        )


def _comes_untold(facts: Facts, key: str, language: str) -> bool:
    """Whether a call can come here, from where it last waited, without a word."""
    led_by = facts.kept("led by", lambda: _led_by(facts))
    todo, seen = [key], {key}
    while todo:
        there = todo.pop()
        if there in _first(facts):
            return True
        for before in led_by.get(there, ()):
            here = facts.flow.destinations[before]
            if isinstance(here, Message) and words.resolve(facts.flow, here.prompt, language):
                continue
            if not passes(here):
                return True
            if before not in seen:
                seen.add(before)
                todo.append(before)
    return False


def _first(facts: Facts) -> set[str | None]:
    """Where calls begin, and where the line's own keys and used-up tries lead."""
    return {facts.flow.start, facts.flow.main, facts.flow.operator}


def _led_by(facts: Facts) -> dict[str, list[str]]:
    led_by: dict[str, list[str]] = {}
    for key in facts.flow.destinations:
        for to in facts.edges[key] if key in facts.reached else ():
            led_by.setdefault(to, []).append(key)
    return led_by
