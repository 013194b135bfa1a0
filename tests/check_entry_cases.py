"""For each rule about entries, look-ups and their values: a line that breaks it, and one close by that does not.

tests/test_check.py asks.
"""

from __future__ import annotations

from typing import Any

from menus.check import Rule
from menus.flow import Flow
from tests.check_lines import (
    AUDIO,
    Case,
    branch,
    callback,
    collect,
    line,
    message,
    pin,
    rule,
    service,
    switch,
    table,
)

ONE = "12025550142"
OFFICE = {"schedules": {"office": {"name": "Office"}}}
HOLIDAYS = {"schedules": {"office": {"name": "Office", "holidays": [{"name": "Xmas", "when": "12-25"}]}}}
OPERATOR = {"operator": "desk"}


def entry(**more: Any) -> Flow:
    return line(ask=collect(**more))


def found_by(**more: Any) -> Flow:
    return line(ask=collect(), find=table("{account}", "balance") | more)


OF_ENTRIES = (
    Case(Rule.COLLECT_LEADS_NOWHERE, "ask", entry(then=None), entry()),
    Case(Rule.COLLECT_LEADS_NOWHERE, "ask", entry(cancel="gone"), entry(cancel="main")),
    Case(Rule.TRIES_LEAD_NOWHERE, "ask", entry(no_match={"then": "gone"}), entry(no_match={"then": "main"})),
    Case(Rule.WORDS_NEEDED, "ask", entry(prompt={}), entry(prompt={"en": AUDIO})),
    Case(Rule.CALLBACK_LEADS_NOWHERE, "back", line(back=callback(then="gone")), line(back=callback(then=None))),
    Case(Rule.TRIES_LEAD_NOWHERE, "back", line(back=callback(failures_then="gone")), line(back=callback(no_input={}))),
    Case(
        Rule.SCHEDULE_UNKNOWN,
        "back",
        line(back=callback(schedule="office")),
        line(OFFICE, back=callback(schedule="office")),
    ),
    Case(Rule.SCHEDULE_UNUSED, "", line(OFFICE), line(OFFICE, back=callback(schedule="office")), "schedule “Office”"),
    Case(
        Rule.SCHEDULE_UNUSED,
        "",
        line(OFFICE, who=branch(rule(languages=["en"]))),
        line(OFFICE, who=branch(rule(schedule="office"))),
        "schedule “Office”",
    ),
    Case(Rule.SCHEDULE_UNUSED, "", line(OFFICE, off=switch()), line(OFFICE, off=switch(schedule="office")), "“Office”"),
    Case(Rule.COUNTRY_UNKNOWN, "ask", entry(asks="phone", country="UK"), entry(asks="phone", country="GB")),
    Case(Rule.COUNTRY_UNKNOWN, "back", line(back=callback(country="XX")), line(back=callback(country="US"))),
    Case(Rule.ENTRY_IMPOSSIBLE, "ask", entry(allowed=["621"]), entry(allowed=["6210"])),
    Case(Rule.ENTRY_IMPOSSIBLE, "ask", entry(allowed=["621-629"]), entry(allowed=["6210-6290"])),
    Case(
        Rule.ENTRY_IMPOSSIBLE,
        "ask",
        entry(allowed=["18", "79927398710"], check_digit="luhn", min_digits=2, max_digits=11),
        entry(allowed=["18", "79927398713"], check_digit="luhn", min_digits=2, max_digits=11),
    ),
    Case(Rule.ENTRY_IMPOSSIBLE, "ask", entry(low=100_000_000), entry(low=99_999_999)),
    Case(
        Rule.ENTRY_IMPOSSIBLE,
        "ask",
        entry(asks="amount", cents=True, low=1_000_000),
        entry(asks="amount", low=1_000_000),
    ),
    Case(Rule.ENTRY_IMPOSSIBLE, "ask", entry(asks="rating", low=6), entry(asks="rating", low=6, high=7)),
    Case(Rule.ENTRY_IMPOSSIBLE, "ask", entry(asks="rating", low=10, high=12), entry(asks="date", low=10, high=12)),
    Case(Rule.SENSITIVE_READ_BACK, "ask", entry(read_back=True, sensitive=True), entry(read_back=True)),
    Case(Rule.SENSITIVE_READ_BACK, "ask", line(ask=pin(read_back=True)), line(ask=pin())),
    Case(
        Rule.CONFIRM_LACKS_VALUE,
        "ask",
        entry(read_back=True, confirm={"en": "Is that right? Press 1."}),
        entry(read_back=True, confirm={"en": "{value}? Press 1."}),
    ),
    Case(
        Rule.CONFIRM_LACKS_VALUE,
        "ask",
        entry(read_back=True, confirm={"en": "Right?"}),
        entry(read_back=True, confirm={"en": "{account}?"}),
    ),
    Case(Rule.CANCEL_KEY_CLASHES, "ask", entry(cancel_key="0"), entry(cancel_key="*")),
    Case(Rule.CANCEL_KEY_CLASHES, "ask", entry(cancel_key="#"), entry(cancel_key="#", finish_on_hash=False)),
    Case(
        Rule.CANCEL_KEY_CLASHES,
        "ask",
        entry(cancel_key="6", allowed=["6210"]),
        entry(cancel_key="9", allowed=["6210"]),
    ),
    Case(
        Rule.CANCEL_KEY_CLASHES,
        "ask",
        entry(asks="rating", cancel_key="5"),
        entry(asks="rating", cancel_key="9"),
    ),
    Case(
        Rule.CANCEL_KEY_CLASHES,
        "ask",
        entry(asks="yes_no", cancel_key="2"),
        entry(asks="yes_no", cancel_key="3"),
    ),
    Case(
        Rule.CANCEL_KEY_CLASHES,
        "ask",
        entry(asks="rating", low=3, cancel_key="1", read_back=True),
        entry(asks="rating", low=3, cancel_key="1"),
    ),
    Case(Rule.ENTRY_MUST_WAIT, "ask", entry(finish_on_hash=False), entry(finish_on_hash=False, min_digits=8)),
    Case(
        Rule.ENTRY_MUST_WAIT,
        "ask",
        entry(finish_on_hash=False, allowed=["6210", "62101"]),
        entry(finish_on_hash=False, allowed=["6210", "6211"]),
    ),
    Case(
        Rule.ENTRY_MUST_WAIT,
        "ask",
        entry(finish_on_hash=False, asks="phone"),
        entry(finish_on_hash=False, asks="date"),
    ),
    Case(Rule.FIRST_WAIT_LONG, "ask", entry(first_wait_seconds=31), entry(first_wait_seconds=30)),
)

OF_VALUES = (
    Case(Rule.LOOK_UP_LEADS_NOWHERE, "find", found_by(found=None), found_by()),
    Case(Rule.LOOK_UP_LEADS_NOWHERE, "find", found_by(not_found=None), found_by()),
    Case(Rule.LOOK_UP_LEADS_NOWHERE, "find", found_by(failed="gone"), found_by()),
    Case(Rule.LOOK_UP_LEADS_NOWHERE, "find", found_by(locked="gone"), found_by(locked=None)),
    Case(Rule.LOOK_UP_WITHOUT_SOURCE, "find", found_by(source=None), found_by()),
    Case(Rule.LOOK_UP_WITHOUT_KEY, "find", line(find=table("")), line(find=table("rates"))),
    Case(
        Rule.LOOP_ASKS_NOTHING,
        "find",
        line(find=table(not_found="again"), again=table(not_found="find")),
        line(find=table(not_found="again"), again=table(not_found="main")),
    ),
    Case(
        Rule.TOO_MANY_LOOK_UPS,
        "t0",
        line(**{f"t{n}": table("x", found=f"t{n + 1}" if n < 5 else "bye") for n in range(6)}),
        line(**{f"t{n}": table("x", found=f"t{n + 1}" if n < 4 else "bye") for n in range(5)}),
    ),
    Case(
        Rule.TOO_MANY_LOOK_UPS,
        "t0",
        line(off=switch(), **{f"t{n}": table("x", found=f"t{n + 1}" if n < 4 else "off") for n in range(5)}),
        line(
            off=switch(),
            **{f"t{n}": table("x", found=f"t{n + 1}" if n < 4 else "off") for n in range(5)}
            | {"t2": service() | {"hold": {"en": "One moment."}, "found": "t3"}},
        ),
    ),
    Case(
        Rule.VALUE_UNKNOWN,
        "news",
        line(news=message(said="It is {balance}.")),
        line(ask=collect(), find=table("{account}", "balance"), news=message(said="{balance} for {account}.")),
    ),
    Case(Rule.VALUE_UNKNOWN, "ask", entry(confirm={"en": "{value} {valu}?"}), entry(confirm={"en": "{value}?"})),
    Case(Rule.VALUE_UNKNOWN, "news", line(news=message(said="{value}.")), line(news=message(said="{caller}."))),
    Case(
        Rule.VALUE_UNKNOWN,
        "find",
        line(ask=collect(), find=table("{acount}")),
        line(ask=collect(), find=table("{account}:{caller}:{language}")),
    ),
    Case(
        Rule.VALUE_UNKNOWN,
        "find",
        line(ask=collect(), find=service(send={"at": "{opens}"})),
        line(ask=collect(), find=service(send={"at": "{dialled}"})),
    ),
    Case(
        Rule.SENSITIVE_READ_BACK,
        "news",
        line(ask=collect(sensitive=True), news=message(said="You are {account}.")),
        line(ask=collect(), news=message(said="You are {account}.")),
    ),
    Case(Rule.VALUE_NAME_TAKEN, "ask", entry(value="caller"), entry(value="caller_2")),
    Case(Rule.VALUE_NAME_TAKEN, "ask", entry(value="language"), entry(value="lang")),
    Case(Rule.VALUE_NAME_TAKEN, "find", line(find=table("x", "opens")), line(find=table("x", "opening"))),
    Case(
        Rule.VALUE_OF_TWO_KINDS,
        "day",
        line(ask=collect("when"), day=collect("when", asks="date", label="Day")),
        line(ask=collect("when", asks="date"), day=collect("when", asks="date", label="Day")),
    ),
    Case(
        Rule.VALUE_OF_TWO_KINDS,
        "find",
        line(ask=collect("balance"), find=table("x", "balance")),
        line(find=table("x", "balance"), other=table("y", "balance")),
    ),
    Case(
        Rule.SECRET_FAULTY,
        "find",
        line(ask=collect(), find=service(headers={"Authorization": "Bearer {secret:crm}"})),
        line(ask=collect(), find=service(headers={"Authorization": "Bearer {secret:CRM_2}"})),
    ),
    Case(Rule.SECRET_FAULTY, "find", line(find=table("{secret:CRM}")), line(find=table("crm"))),
    Case(
        Rule.SECRET_FAULTY,
        "find",
        line(find=service("https://a.example.com/", send={"key": "{secret:CRM}"})),
        line(find=service("https://a.example.com/", headers={"Key": "{secret:CRM}"})),
    ),
    Case(
        Rule.HOST_NOT_FIXED,
        "find",
        line(ask=collect(), find=service("https://{account}.example.com/a")),
        line(ask=collect(), find=service("https://example.com/{account}")),
    ),
    Case(
        Rule.SENSITIVE_IN_ADDRESS,
        "find",
        line(ask=collect(sensitive=True), find=service(method="POST")),
        line(ask=collect(sensitive=True), find=table()),
    ),
    Case(
        Rule.SENSITIVE_IN_ADDRESS,
        "find",
        line(OPERATOR, ask=pin(), find=service("https://a.example.com/", send={"pin": "{pin}"})),
        line(OPERATOR, ask=pin(), find=service("https://a.example.com/", send={"pin": "{pin}"}, method="POST")),
    ),
    Case(Rule.PIN_WITHOUT_PERSON, "find", line(ask=pin(), find=table("{pin}")), line(ask=pin(), find=table("x"))),
    Case(
        Rule.PIN_WITHOUT_PERSON,
        "find",
        line(ask=pin(), find=table("{pin}")),
        line(ask=pin(), find=table("{pin}", locked="desk")),
    ),
    Case(
        Rule.PIN_WITHOUT_PERSON,
        "find",
        line(ask=pin(), find=table("{pin}")),
        line(OPERATOR, ask=pin(), find=table("{pin}")),
    ),
    Case(
        Rule.PLACE_TOO_LONG,
        "",
        line(**{f"a{n}": collect(f"value_number_{n}") for n in range(26)}),
        line(**{f"a{n}": collect(f"value_number_{n}") for n in range(14)}),
    ),
    Case(
        Rule.TEXT_TOO_LONG,
        "news",
        line(ask=collect(), news=message(said="x" * 1486 + "{account}")),
        line(ask=collect(), news=message(said="x" * 1485 + "{account}")),
    ),
)
