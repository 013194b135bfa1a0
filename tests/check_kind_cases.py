"""For each rule about branches, switches, speech and promises: a line that breaks it, and one close by that does not.

tests/test_check.py asks.
"""

from __future__ import annotations

from typing import Any

from menus.check import Rule
from menus.flow import Flow
from tests.check_lines import (
    BOTH,
    EN,
    HMN,
    Case,
    Plain,
    branch,
    chain,
    collect,
    hours,
    line,
    menu,
    option,
    pin,
    rule,
    switch,
    table,
    transfer,
)

ONE = "12025550142"
OFFICE = {"schedules": {"office": {"name": "Office"}}}
HOLIDAYS = {"schedules": {"office": {"name": "Office", "holidays": [{"name": "Xmas", "when": "12-25"}]}}}
OPERATOR = {"operator": "desk"}


def ruled(*rules: Plain, of_line: Plain | None = None, **destinations: Plain) -> Flow:
    return line(of_line, who=branch(*rules), **destinations)


OF_RULES = (
    Case(Rule.BRANCH_LEADS_NOWHERE, "who", line(who=branch(otherwise=None)), line(who=branch())),
    Case(
        Rule.BRANCH_LEADS_NOWHERE,
        "who",
        ruled(rule(to=None, languages=["en"])),
        ruled(rule(to="bye", languages=["en"])),
    ),
    Case(Rule.LOOP_ASKS_NOTHING, "who", line(who=branch(otherwise="who")), line(who=branch())),
    Case(
        Rule.CHAIN_TOO_LONG,
        "who",
        line(who=branch(otherwise="m0"), **chain(20)),
        line(who=branch(otherwise="m0"), **chain(18)),
    ),
    Case(
        Rule.RULE_TWICE,
        "who",
        ruled(rule("vip", lists=["a"]), rule("vip", lists=["b"])),
        ruled(rule("vip", lists=["a"]), rule("vip-2", lists=["b"])),
    ),
    Case(Rule.VALUE_UNKNOWN, "who", ruled(rule(value="tier")), ruled(rule(value="caller", equals=["1"]))),
    Case(Rule.RULE_NAMES_NOTHING, "who", ruled(rule()), ruled(rule(prefixes=["1202"]))),
    Case(Rule.RULE_WITHOUT_VALUE, "who", ruled(rule(equals=["1"])), ruled(rule(value="caller", equals=["1"]))),
    Case(Rule.RULE_WITHOUT_VALUE, "who", ruled(rule(low="3", lists=["a"])), ruled(rule(value="pressed", low="3"))),
    Case(
        Rule.RULE_NEVER_HOLDS,
        "who",
        ruled(rule(percent=60), rule("r2", percent=41)),
        ruled(rule(percent=60), rule("r2", percent=40)),
    ),
    Case(Rule.RULE_NEVER_HOLDS, "who", ruled(rule(percent=0)), ruled(rule(percent=1))),
    Case(
        Rule.RULE_NEVER_HOLDS,
        "who",
        ruled(rule(value="pressed", low="10", high="9")),
        ruled(rule(value="pressed", low="9", high="10")),
    ),
    Case(
        Rule.RULE_NEVER_HOLDS,
        "who",
        ruled(rule(value="account", low="2026-12-24", high="2026-12-01"), ask=collect(asks="date")),
        ruled(rule(value="account", low="2026-12-01", high="2026-12-24"), ask=collect(asks="date")),
    ),
    Case(
        Rule.RULE_NEVER_HOLDS,
        "who",
        ruled(rule(value="account", equals=["1"]), ask=collect(asks="yes_no")),
        ruled(rule(value="account", equals=["Yes"]), ask=collect(asks="yes_no")),
    ),
    Case(
        Rule.RULE_NEVER_HOLDS,
        "who",
        ruled(rule(schedule="office", opening="holiday"), of_line=OFFICE),
        ruled(rule(schedule="office", opening="holiday"), of_line=HOLIDAYS),
    ),
    Case(
        Rule.RULE_NEVER_ASKED,
        "who",
        ruled(rule(languages=["en"]), rule("r2", lists=["a"])),
        ruled(rule(languages=["en"]), rule("r2", lists=["a"]), of_line=BOTH),
    ),
    Case(
        Rule.RULE_NEVER_ASKED,
        "who",
        ruled(rule(percent=50), rule("r2", percent=50), rule("r3", lists=["a"])),
        ruled(rule(percent=50), rule("r2", percent=50, lists=["b"]), rule("r3", lists=["a"])),
    ),
    Case(Rule.RULE_LANGUAGE_UNKNOWN, "who", ruled(rule(languages=["es"])), ruled(rule(languages=["es"]), of_line=BOTH)),
    Case(Rule.SCHEDULE_UNKNOWN, "who", ruled(rule(schedule="office")), ruled(rule(schedule="office"), of_line=OFFICE)),
)


def staffed(**more: Any) -> Flow:
    """A switch behind a PIN."""
    return line(OPERATOR | {"start": "ask"}, ask=pin(then="find"), find=table("{pin}", found="off"), off=switch(**more))


OF_SWITCHES = (
    Case(Rule.SWITCH_LEADS_NOWHERE, "off", line(off=switch(then=None)), line(off=switch())),
    Case(Rule.SWITCH_LEADS_NOWHERE, "off", line(off=switch(failed="gone")), line(off=switch(failed="main"))),
    Case(Rule.SCHEDULE_UNKNOWN, "off", line(off=switch(schedule="office")), line(off=switch())),
    Case(
        Rule.SWITCH_WITHOUT_WORDS,
        "off",
        line(BOTH, off=switch(switch="message", words={"es": "Fuego."})),
        line(off=switch(switch="message", words={"en": "Fire."})),
    ),
    Case(
        Rule.SWITCH_HOURS_UNKNOWN,
        "off",
        line(off=switch(hours_value="account")),
        line(ask=collect(), off=switch(hours_value="account")),
    ),
    Case(Rule.SWITCH_WITHOUT_PIN, "off", line({"start": "off"}, off=switch()), staffed()),
    Case(Rule.SWITCH_WITHOUT_PIN, "off", line({"operator": "off"}, off=switch()), line(off=switch())),
    Case(
        Rule.SWITCH_WITHOUT_PIN,
        "off",
        line(OPERATOR | {"start": "ask"}, ask=pin(then="find"), find=table("{pin}", failed="off"), off=switch()),
        staffed(failed="main"),
    ),
    Case(
        Rule.SWITCH_WITHOUT_PIN,
        "off",
        line({"start": "ask"}, ask=collect(then="find"), find=table("{account}", found="off"), off=switch()),
        staffed(switch="normal"),
    ),
)


def spoken(*options: Plain, of_line: Plain | None = None, **more: Any) -> Flow:
    return line(of_line, main=menu(*options, speech=True, **more))


def said(digits: str, *phrases: str, **more: tuple[str, ...]) -> Plain:
    return option(digits, phrases={"en": phrases, **more})


OF_SPEECH = (
    Case(Rule.SPEECH_STRAY, "main", spoken(said("1", "bills", es=("pagos",))), spoken(said("1", "bills"))),
    Case(
        Rule.SPEECH_MISSING,
        "main",
        spoken(said("1", "bills"), of_line=BOTH),
        spoken(said("1", "bills", es=("pagos",)), of_line=BOTH),
    ),
    Case(Rule.SPEECH_MISSING, "main", spoken(option("1")), line(main=menu(option("1")))),
    Case(
        Rule.RECOGNITION_MISSING,
        "main",
        spoken(said("1", "bills", hmn=("nqi",)), of_line={"languages": [EN, HMN | {"voice": {"language": "cy-GB"}}]}),
        spoken(
            said("1", "bills", hmn=("nqi",)),
            of_line={"languages": [EN, HMN | {"voice": {"language": "cy-GB"}, "recognition": "en-US"}]},
        ),
    ),
    Case(
        Rule.SPEECH_TWICE,
        "main",
        spoken(said("1", "My bill."), said("2", "my  BILL")),
        spoken(said("1", "My bill."), said("2", "my water")),
    ),
    Case(
        Rule.SPEECH_TWICE,
        "main",
        spoken(said("1", "bill"), said("2", "bill")),
        spoken(said("1", "bill", "bill"), said("2", "bill") | {"enabled": False}),
    ),
    Case(
        Rule.SPEECH_WITHIN,
        "main",
        spoken(said("1", "bill"), said("2", "pay my bill")),
        spoken(said("1", "bill"), said("2", "pay my billing")),
    ),
    Case(
        Rule.TYPE_AHEAD_STOPS,
        "main",
        line({"type_ahead": True}, main=menu(option("1"), option("12"))),
        line({"type_ahead": True}, main=menu(option("11"), option("12"))),
    ),
    Case(
        Rule.TYPE_AHEAD_STOPS,
        "main",
        line({"type_ahead": True}, main=menu(option("1"), option("12"))),
        line(main=menu(option("1"), option("12"))),
    ),
    Case(
        Rule.TYPE_AHEAD_STOPS,
        "main",
        line({"type_ahead": True}, main=menu(said("1", "bill"), speech=True)),
        line({"type_ahead": True}, main=menu(said("1", "bill"), speech=False)),
    ),
)


def promising(of_line: Plain | None = None, promise: Plain | None = None, **destinations: Plain) -> Flow:
    own = {"promises": [{"reaches": "desk", "label": "A person", "max_keys": 1} | (promise or {})]}
    return line(own | (of_line or {}), **destinations)


PERSON = "“A person”"
OF_PROMISES = (
    Case(Rule.PROMISE_LEADS_NOWHERE, "", promising(promise={"reaches": "gone"}), promising(), PERSON),
    Case(Rule.PROMISE_LEADS_NOWHERE, "", promising(promise={"reaches": "bye"}), promising(), PERSON),
    Case(Rule.PROMISE_BROKEN, "", promising(promise={"max_keys": 0}), promising({"start": "desk"}), PERSON),
    Case(Rule.PROMISE_BROKEN, "", promising(promise={"max_seconds": 2}), promising(promise={"max_seconds": 3}), PERSON),
    Case(
        Rule.PROMISE_BROKEN,
        "",
        promising(OFFICE | {"start": "door"}, door=hours("desk", "main"), promise={"max_keys": 0}),
        promising(OFFICE | {"start": "door"}, door=hours("desk", "main")),
        PERSON,
    ),
    Case(
        Rule.PROMISE_BROKEN,
        "",
        promising({"start": "who"}, who=branch(rule(lists=["blocked"]), otherwise="main")),
        promising(
            {"start": "who"},
            who=branch(rule(lists=["blocked"]), otherwise="main"),
            promise={"except_lists": ["blocked"]},
        ),
        PERSON,
    ),
    Case(
        Rule.PROMISE_BROKEN,
        "",
        promising(main=menu(option("1", "ring")), ring=transfer(ONE, last_resort="desk", label="Other")),
        promising(main=menu(option("1", "ring")), ring=transfer(last_resort="desk", label="Other")),
        PERSON,
    ),
)
