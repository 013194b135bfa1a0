"""For each rule of the check: a line that breaks it, and a line close by that does not. tests/test_check.py asks.

The rules about words have theirs in tests/check_word_cases.py.
"""

from __future__ import annotations

from menus.check import Rule
from tests.check_lines import (
    AUDIO,
    BOTH,
    EN,
    HMN,
    Case,
    chain,
    deep,
    hours,
    line,
    long_keys,
    menu,
    message,
    option,
    transfer,
    voicemail,
    with_office,
)

OF_THE_LINE = (
    Case(Rule.START_MISSING, "", line({"start": None}), line()),
    Case(Rule.LINE_LEADS_NOWHERE, "", line({"start": "gone"}), line({"start": "desk"})),
    Case(Rule.LINE_LEADS_NOWHERE, "", line({"main": "gone"}), line({"main": None})),
    Case(Rule.LINE_LEADS_NOWHERE, "", line({"operator": "gone"}), line({"operator": "desk"})),
    Case(Rule.LANGUAGE_TWICE, "", line({"languages": [EN, EN]}), line(BOTH)),
    Case(
        Rule.VOICE_UNKNOWN,
        "",
        line({"languages": [EN | {"voice": {"language": "en-US", "style": 98}}]}),
        line({"languages": [EN | {"voice": {"language": "en-GB"}}]}),
    ),
    Case(
        Rule.HOUSE_KEY_TWICE,
        "",
        line({"house_keys": {"repeat": "9", "main": "9"}}),
        line({"house_keys": {"repeat": "9"}}),
    ),
    Case(
        Rule.OPERATOR_KEY_IS_DEAD,
        "",
        line({"house_keys": {"operator": "0"}}),
        line({"house_keys": {"operator": "0"}, "operator": "desk"}),
    ),
    Case(
        Rule.PHRASE_UNKNOWN,
        "",
        line({"phrases": {"godbye": {"en": "Bye."}}}),
        line({"phrases": {"goodbye": {"en": "Bye."}}}),
    ),
    Case(
        Rule.PHRASE_LACKS_PART,
        "",
        line({"phrases": {"press": {"en": "Press {key}."}}}),
        line({"phrases": {"press": {"en": "Press {key} for {words}."}}}),
        "“press”",
    ),
    Case(
        Rule.PHRASE_LACKS_PART,
        "",
        line({"phrases": {"for_label": {"en": "For this"}}}),
        line({"phrases": {"for_label": {"en": AUDIO}}}),
        "“for_label”",
    ),
    Case(Rule.PHRASE_MISSING, "", line({"languages": [EN, HMN]}), line(BOTH), "Hmong"),
    Case(
        Rule.RECOGNITION_UNKNOWN,
        "",
        line({"languages": [EN | {"recognition": "en-XX"}]}),
        line({"languages": [EN | {"recognition": "en-GB"}]}),
        "English",
    ),
    Case(Rule.PLACE_TOO_LONG, "", long_keys(40), long_keys(30)),
    Case(
        Rule.SCHEDULE_UNUSED,
        "",
        line({"schedules": {"office": {"name": "Office"}}}),
        with_office(door=hours()),
        "schedule “Office”",
    ),
)

OF_THE_WAYS = (
    Case(Rule.OPTION_LEADS_NOWHERE, "main", line(main=menu(option("1", None))), line()),
    Case(Rule.OPTION_LEADS_NOWHERE, "main", line(main=menu(option("1", "gone"))), line()),
    Case(
        Rule.OPTION_LEADS_NOWHERE,
        "main",
        line(main=menu(option("1"), option("2", "gone", enabled=False))),
        line(main=menu(option("1"), option("2", None, enabled=False))),
    ),
    Case(
        Rule.TRIES_LEAD_NOWHERE,
        "main",
        line(main=menu(no_input={"then": "gone"})),
        line(main=menu(no_input={"then": "bye"})),
    ),
    Case(
        Rule.TRIES_LEAD_NOWHERE,
        "main",
        line(main=menu(no_match={"then": "gone"})),
        line(main=menu(no_match={"then": None})),
    ),
    Case(Rule.TRIES_LEAD_NOWHERE, "main", line(main=menu(failures_then="gone")), line(main=menu(failures_then="bye"))),
    Case(Rule.MESSAGE_LEADS_NOWHERE, "news", line(news=message(None)), line(news=message())),
    Case(Rule.MESSAGE_LEADS_NOWHERE, "news", line(news=message("gone")), line(news=message("main"))),
    Case(Rule.HOURS_LEAD_NOWHERE, "door", with_office(door=hours(None)), with_office(door=hours())),
    Case(Rule.HOURS_LEAD_NOWHERE, "door", with_office(door=hours(closed="gone")), with_office(door=hours())),
    Case(
        Rule.HOURS_LEAD_NOWHERE, "door", with_office(door=hours(holiday="gone")), with_office(door=hours(holiday=None))
    ),
    Case(
        Rule.TRANSFER_LEADS_NOWHERE,
        "desk",
        line(desk=transfer("12025550142", last_resort=None)),
        line(desk=transfer("12025550142", last_resort="bye")),
    ),
    Case(Rule.VOICEMAIL_LEADS_NOWHERE, "box", line(box=voicemail("gone")), line(box=voicemail(None))),
    Case(
        Rule.LOOP_ASKS_NOTHING,
        "news",
        line(news=message("more"), more=message("news", "More")),
        line(news=message("more"), more=message("main", "More")),
    ),
    Case(Rule.LOOP_ASKS_NOTHING, "door", with_office(door=hours(closed="door")), with_office(door=hours(closed="bye"))),
    Case(
        Rule.LOOP_ASKS_NOTHING,
        "door",
        with_office(door=hours(holiday="empty"), empty=transfer(last_resort="door")),
        with_office(door=hours(holiday="desk"), desk=transfer("12025550142", last_resort="door")),
    ),
    Case(Rule.CHAIN_TOO_LONG, "m0", line({"start": "m0"}, **chain(20)), line({"start": "m0"}, **chain(19))),
    Case(
        Rule.UNREACHABLE,
        "news",
        line(news=message()),
        line(main=menu(option("1"), option("2", "news")), news=message()),
    ),
    Case(
        Rule.UNREACHABLE,
        "news",
        line(main=menu(option("1"), option("2", "news", enabled=False)), news=message()),
        line({"operator": "news"}, news=message()),
    ),
    Case(Rule.TOO_DEEP, "main", deep(4), deep(3)),
    Case(Rule.TOO_DEEP, "main", deep(4, between="message"), deep(3, between="message")),
)

OTHER_TARGETS = [
    {"type": "sip", "uri": "sip:desk@example.com"},
    {"type": "app", "user": "ana"},
    {"type": "vbc", "extension": "104"},
    {"type": "websocket", "uri": "wss://example.com/bot"},
]

OF_KEYS = (
    Case(Rule.HOURS_WITHOUT_SCHEDULE, "door", with_office(door=hours(schedule=None)), with_office(door=hours())),
    Case(Rule.HOURS_WITHOUT_SCHEDULE, "door", with_office(door=hours(schedule="gone")), with_office(door=hours())),
    Case(Rule.MENU_WITHOUT_OPTIONS, "main", line(main=menu(option("1", enabled=False))), line(main=menu(option("1")))),
    Case(
        Rule.OPTION_TWICE,
        "main",
        line(main=menu(option("1", key="pay"), option("2", key="pay"))),
        line(main=menu(option("1", key="pay"), option("2", key="ask"))),
    ),
    Case(
        Rule.KEY_TWICE,
        "main",
        line(main=menu(option("1", key="pay"), option("1", key="ask"))),
        line(main=menu(option("1", key="pay"), option("1", key="ask", enabled=False))),
    ),
    Case(
        Rule.HASH_ENDS_ENTRY,
        "main",
        line(main=menu(option("1"), option("#"), finish_on_hash=True)),
        line(main=menu(option("1"), option("#"))),
    ),
    Case(
        Rule.HASH_ENDS_ENTRY,
        "main",
        line({"house_keys": {"main": "#"}}, main=menu(finish_on_hash=True)),
        line({"house_keys": {"main": "#"}}, main=menu(finish_on_hash=True, without=["main"])),
    ),
    Case(
        Rule.OPTION_LANGUAGE_UNKNOWN,
        "main",
        line(main=menu(option("1", language="es"))),
        line(BOTH, main=menu(option("1", language="es"))),
    ),
    Case(Rule.TRANSFER_WITHOUT_TARGET, "desk", line(desk=transfer()), line(desk=transfer("441632960961"))),
    Case(Rule.NUMBER_IMPOSSIBLE, "desk", line(desk=transfer("1202555014")), line(desk=transfer("12025550142"))),
    Case(Rule.NUMBER_IMPOSSIBLE, "desk", line(desk=transfer("120255501")), line(desk=transfer(targets=OTHER_TARGETS))),
    Case(Rule.NUMBER_IMPOSSIBLE, "desk", line(desk=transfer("9991234567")), line(desk=transfer("441632960961"))),
    Case(
        Rule.CALLER_ID_IMPOSSIBLE,
        "desk",
        line(desk=transfer("12025550142", caller_id="120255501422222")),
        line(desk=transfer("12025550142", caller_id="441632960960")),
    ),
    Case(
        Rule.TOO_MANY_OPTIONS,
        "main",
        line(main=menu(*map(option, "123456"))),
        line(main=menu(*map(option, "12345"), option("6", spoken=False), option("7", enabled=False))),
    ),
    Case(
        Rule.KEY_MUST_WAIT,
        "main",
        line(main=menu(option("1"), option("10"))),
        line(main=menu(option("11"), option("10"))),
    ),
    Case(
        Rule.KEY_MUST_WAIT,
        "main",
        line({"house_keys": {"repeat": "9"}}, main=menu(option("11"))),
        line(main=menu(option("1"), option("10"), finish_on_hash=True)),
    ),
    Case(
        Rule.KEY_HIDES_HOUSE_KEY,
        "main",
        line({"house_keys": {"operator": "1"}, "operator": "desk"}),
        line({"house_keys": {"operator": "1"}}),
    ),
    Case(
        Rule.KEY_HIDES_HOUSE_KEY,
        "main",
        line({"house_keys": {"repeat": "1"}}),
        line({"house_keys": {"repeat": "1"}}, main=menu(without=["repeat"])),
    ),
    Case(
        Rule.OPTION_STAYS,
        "main",
        line(main=menu(option("1"), option("2", "main"))),
        line(BOTH, main=menu(option("1"), option("2", "main", language="es"))),
    ),
)
