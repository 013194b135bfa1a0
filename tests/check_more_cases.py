"""More lines that break a rule, and lines close by that do not: three of each at least. tests/test_check.py counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from menus.check import Rule
from menus.flow import Flow
from tests.check_kind_cases import PERSON, promising
from tests.check_lines import (
    AUDIO,
    BOTH,
    EN,
    ES,
    Case,
    Plain,
    branch,
    chain,
    collect,
    deep,
    hours,
    line,
    long_keys,
    menu,
    message,
    option,
    prompting,
    rule,
    transfer,
    voicemail,
    with_office,
)

ONE = "12025550142"
MENU_AGAIN = {"no_input": {"then": "again"}, "no_match": {"then": "again"}}
MENU_MAIN = {"no_input": {"then": "main"}, "no_match": {"then": "main"}}
WELSH = {"voice": {"language": "cy-GB"}}
WEEK = {"weekly": {"mon": ["08:00-17:00"]}}


def cases(of: Rule, place: str, *pairs: tuple[Flow, Flow], part: str = "") -> Iterator[Case]:
    for faulty, sound in pairs:
        yield Case(of, place, faulty, sound, part)


def speaking(**more: Any) -> Flow:
    return line({"languages": [EN | more]})


def two(first: str, second: str, **more: Any) -> Flow:
    """A menu of two keys."""
    return line(more, main=menu(option("1", key=first), option("2", key=second)))


def office(start: str = "door", **schedule: Any) -> Flow:
    of_line = {"start": start, "schedules": {"office": {"name": "Office"} | schedule}}
    return line(of_line, door=hours())


def recording(*, of_line: Plain | None = None, prompt: Plain | None = None, **destinations: Plain) -> Flow:
    box = voicemail() | {"prompt": prompt or {}}
    return line(of_line, **{"main": menu(option("1", "box")), "box": box} | destinations)


def named(text: str, **more: Any) -> Flow:
    """Billing is key 3, and parking is key 4."""
    keys = (option("3", label="Billing", **more), option("4", "bye", label="Parking and permits"))
    return prompting(text, *keys)


def shut(of_line: Plain | None = None, **more: Any) -> Flow:
    """Two menus that lead to each other, and whose used-up tries do so too."""
    again = menu(option("1", "main"), label="Again", **(MENU_MAIN | more))
    return line(of_line, main=menu(option("1", "again"), **MENU_AGAIN), again=again)


def led_back(door: Plain, **more: Any) -> tuple[Flow, Flow]:
    """A menu with one key, to a destination that decides the way; and the same with a key for a person."""

    def over_and_over(*options: Plain) -> Flow:
        return line(
            {"schedules": {"office": {"name": "Office"} | WEEK}}, main=menu(*options, **MENU_MAIN), door=door, **more
        )

    return over_and_over(option("1", "door")), over_and_over(option("1", "door"), option("2", "desk"))


OF_NEW_RULES = (
    *cases(
        Rule.SOME_SHUT_IN,
        "main",
        led_back(hours("bye", "main")),
        led_back(branch(rule(prefixes=["1202"]))),
        led_back(hours("news", "main"), news=message("box"), box=voicemail()),
        led_back(hours("bye", "again"), again=menu(option("1", "main"), label="Again", **MENU_AGAIN)),
    ),
    *cases(
        Rule.NO_WAY_OUT,
        "main",
        (shut(), shut(no_input={"then": "bye"})),
        (shut({"house_keys": {"back": "8"}}), shut(no_match={"then": None})),
        (
            shut({"house_keys": {"operator": "0"}, "operator": "main"}),
            shut({"house_keys": {"operator": "0"}, "operator": "desk"}),
        ),
    ),
    *cases(
        Rule.SCHEDULE_EMPTY,
        "",
        (office(), office(weekly={"mon": ["08:00-17:00"]})),
        (office(timezone="Europe/London"), office(weekly={"tue": ["00:00-24:00"]})),
        (office(holidays=[{"name": "Xmas", "when": "12-25"}]), line()),
        part="“Office”",
    ),
    *cases(
        Rule.KEY_MISNAMED,
        "main",
        (named("For billing, press 4. For the rest, press 3."), named("For billing, press 3. For the rest, press 4.")),
        (named("Press 4 for billing, press 3 for parking."), named("Press 3 for billing, press 4 for parking.")),
        (
            named("For your bill, press 4. Press 3.", words={"en": "Your bill"}),
            named("For your bill, press 3. Press 4.", words={"en": "Your bill"}),
        ),
        (named("Press 3. Parking and permits: press 3; 4."), named("Press 3; 4. To hear of billing again, press 9.")),
        (named("For Billing, press 4; 3."), named("For billing and parking and permits, press 4; 3.")),
    ),
    *cases(
        Rule.RECORD_WITHOUT_NOTICE,
        "box",
        (recording(), recording(prompt={"en": "Please leave a message."})),
        (recording(of_line={"start": "box"}), recording(prompt={"en": AUDIO})),
        (
            recording(
                main=menu(option("1", "door")),
                door=hours("box", "bye"),
                of_line={"schedules": {"office": WEEK | {"name": "O"}}},
            ),
            line(main=menu(option("1", "news")), news=message("box"), box=voicemail() | {"prompt": {}}),
        ),
        (
            line(
                main=menu(option("1", "news"), option("2", "box")),
                news=message("box"),
                box=voicemail() | {"prompt": {}},
            ),
            line(
                main=menu(option("1", "news"), option("2", "more")),
                news=message("box"),
                more=message("box", "More"),
                box=voicemail() | {"prompt": {}},
            ),
        ),
    ),
)

OF_LINES = (
    *cases(
        Rule.START_MISSING,
        "",
        (line({"start": None, "main": "main"}), line({"start": "main"})),
        (two("a", "b", start=None), two("a", "b")),
    ),
    *cases(
        Rule.LANGUAGE_TWICE,
        "",
        (line({"languages": [EN, ES, EN]}), line({"languages": [ES, EN]})),
        (line({"languages": [ES, ES]}), line({"languages": [ES]})),
    ),
    *cases(
        Rule.VOICE_UNKNOWN,
        "",
        (speaking(voice={"language": "en-XX"}), speaking(voice={"language": "en-AU"})),
        (speaking(voice={"language": ""}), speaking(voice={"language": "en-US", "style": 1})),
    ),
    *cases(
        Rule.HOUSE_KEY_TWICE,
        "",
        (line({"house_keys": {"back": "*", "main": "*"}}), line({"house_keys": {"back": "*", "main": "#"}})),
        (
            line({"house_keys": {"operator": "0", "repeat": "0"}, "operator": "desk"}),
            line({"house_keys": {"operator": "0", "repeat": "9"}, "operator": "desk"}),
        ),
    ),
    *cases(
        Rule.OPERATOR_KEY_IS_DEAD,
        "",
        (line({"house_keys": {"operator": "9"}}), line({"operator": "desk"})),
        (line({"house_keys": {"operator": "0", "main": "*"}}), line({"house_keys": {"main": "*"}})),
    ),
    *cases(
        Rule.PHRASE_UNKNOWN,
        "",
        (line({"phrases": {"hello": {"en": "Hi."}}}), line({"phrases": {"trouble": {"en": "Oh."}}})),
        (line({"phrases": {"bye": {"en": AUDIO}}}), line({"phrases": {"nobody": {"en": AUDIO}}})),
    ),
    *cases(
        Rule.PHRASE_LACKS_PART,
        "",
        (line({"phrases": {"press": {"en": "{words}"}}}), line({"phrases": {"press": {"en": "{words}, {key}"}}})),
        part="“press”",
    ),
    *cases(
        Rule.PHRASE_MISSING,
        "",
        (line({"languages": [EN, {"key": "ht", "name": "Kreyol"}]}), line({"languages": [EN]})),
        (line({"languages": [{"key": "ht", "name": "Kreyol"}]}), line({"languages": [ES]})),
        part="Kreyol",
    ),
    *cases(
        Rule.RECOGNITION_UNKNOWN,
        "",
        (speaking(recognition="xx"), speaking(recognition="")),
        (speaking(recognition="en-ENG"), speaking(recognition="es-US")),
        part="English",
    ),
    *cases(Rule.PLACE_TOO_LONG, "", (long_keys(39), long_keys(20))),
    *cases(Rule.CHAIN_TOO_LONG, "m0", (line({"start": "m0"}, **chain(25)), line({"start": "m0"}, **chain(3)))),
    *cases(
        Rule.TOO_DEEP,
        "main",
        (
            line(
                {"start": "n0"},
                **{f"n{n}": menu(option("2", f"n{n + 1}"), label=f"{n}") for n in range(2)},
                n2=menu(option("3", "main"), label="2"),
            ),
            deep(1),
        ),
    ),
    *cases(Rule.UNREACHABLE, "news", (line(news=message("main")), line({"start": "news"}, news=message("main")))),
    *cases(
        Rule.PROMISE_LEADS_NOWHERE,
        "",
        (promising(promise={"reaches": "main"}), promising(promise={"reaches": None, "when": "closed"})),
        part=PERSON,
    ),
    *cases(
        Rule.PROMISE_BROKEN,
        "",
        (promising(promise={"reaches": None}), promising({"start": "bye"}, promise={"reaches": None})),
        (
            promising({"operator": "desk", "start": "ask"}, {"reaches": None}, ask=collect()),
            promising({"start": "ask"}, {"reaches": None}, ask=collect()),
        ),
        part=PERSON,
    ),
)

OF_PLACES = (
    *cases(
        Rule.MESSAGE_LEADS_NOWHERE,
        "news",
        (line({"start": "news"}, news=message("door")), line({"start": "news"}, news=message("desk"))),
    ),
    *cases(
        Rule.TRANSFER_LEADS_NOWHERE,
        "desk",
        (line(desk=transfer(ONE, last_resort="gone")), line(desk=transfer(ONE, last_resort="main"))),
        (line(desk=transfer(last_resort=None)), line(desk=transfer(last_resort="bye"))),
    ),
    *cases(
        Rule.VOICEMAIL_LEADS_NOWHERE,
        "box",
        (line({"start": "box"}, box=voicemail("gone")), line({"start": "box"}, box=voicemail("bye"))),
        (line({"operator": "box"}, box=voicemail("boxes")), line({"operator": "box"}, box=voicemail("main"))),
    ),
    *cases(
        Rule.HOURS_WITHOUT_SCHEDULE, "door", (line({"start": "door"}, door=hours()), with_office("door", door=hours()))
    ),
    *cases(
        Rule.TRANSFER_WITHOUT_TARGET,
        "desk",
        (line({"start": "desk"}, desk=transfer()), line({"start": "desk"}, desk=transfer(ONE))),
        (
            line({"operator": "desk"}, desk=transfer(last_resort="main")),
            line({"operator": "desk"}, desk=transfer(ONE, last_resort="main")),
        ),
    ),
    *cases(
        Rule.CALLER_ID_IMPOSSIBLE,
        "desk",
        (line(desk=transfer(ONE, caller_id="9991234567")), line(desk=transfer(ONE, caller_id=None))),
        (line(desk=transfer(ONE, caller_id="1202555")), line(desk=transfer(ONE, caller_id=ONE))),
    ),
    *cases(
        Rule.MENU_WITHOUT_OPTIONS,
        "main",
        (line(main=menu() | {"options": []}), line(main=menu(option("#")))),
        (
            line(main=menu(option("1", enabled=False), option("2", enabled=False))),
            line(main=menu(option("1", enabled=False), option("2"))),
        ),
    ),
    *cases(
        Rule.OPTION_TWICE,
        "main",
        (two("a", "a"), two("a", "b")),
        (
            line(main=menu(option("1", key="a"), option("2", key="a", enabled=False))),
            line(main=menu(option("1", key="a"), option("2", key="a-2"))),
        ),
    ),
    *cases(
        Rule.KEY_TWICE,
        "main",
        (line(main=menu(option("*"), option("*", "bye", key="b"))), line(main=menu(option("*"), option("#", "bye")))),
        (
            line(main=menu(option("12"), option("12", "bye", key="b"))),
            line(main=menu(option("12"), option("21", "bye"))),
        ),
    ),
    *cases(
        Rule.HASH_ENDS_ENTRY,
        "main",
        (line(main=menu(option("1#"), finish_on_hash=True)), line(main=menu(option("1"), finish_on_hash=True))),
    ),
    *cases(
        Rule.OPTION_LANGUAGE_UNKNOWN,
        "main",
        (line(main=menu(option("1", language="xx"))), line(main=menu(option("1", language="en")))),
        (line(BOTH, main=menu(option("1", language="fr"))), line(BOTH, main=menu(option("1", language="en")))),
    ),
    *cases(
        Rule.TOO_MANY_OPTIONS,
        "main",
        (line(main=menu(*map(option, "1234567"))), line(main=menu(*map(option, "12345")))),
        (
            line(main=menu(*map(option, "123456"), prompt={"en": "1 to 6."})),
            line(main=menu(*map(option, "12345"), prompt={"en": "1 to 5."})),
        ),
    ),
    *cases(
        Rule.KEY_MUST_WAIT,
        "main",
        (line(main=menu(option("9"), option("123"))), line(main=menu(option("9"), option("1")))),
    ),
    *cases(
        Rule.KEY_HIDES_HOUSE_KEY, "main", (line({"house_keys": {"main": "2"}}), line({"house_keys": {"main": "3"}}))
    ),
    *cases(
        Rule.OPTION_STAYS,
        "main",
        (
            line(main=menu(option("*", "main"), option("2"))),
            line(main=menu(option("*", "main", enabled=False), option("2"))),
        ),
        (line(main=menu(option("1", "main"))), line(main=menu(option("1", "desk")))),
    ),
)

MORE_CASES = (*OF_NEW_RULES, *OF_LINES, *OF_PLACES)
