"""Still more lines that break a rule, of words and of kinds, and lines close by that do not."""

from __future__ import annotations

from menus.check import Rule
from tests.check_entry_cases import OPERATOR, entry, found_by
from tests.check_kind_cases import PERSON, promising, ruled, said, spoken
from tests.check_lines import (
    AUDIO,
    BOTH,
    EN,
    NO_SSML,
    callback,
    collect,
    hours,
    line,
    menu,
    message,
    option,
    pin,
    rule,
    saying,
    service,
    switch,
    table,
    with_office,
)
from tests.check_more_cases import WEEK, WELSH, cases

OF_MORE_WORDS = (
    *cases(
        Rule.WORDS_STRAY,
        "news",
        (
            line(news=message() | {"prompt": {"en": "Hi.", "es": "Hola."}}),
            line(BOTH, news=message() | {"prompt": {"en": "Hi.", "es": "Hola."}}),
        ),
    ),
    *cases(
        Rule.SSML_FAULTY,
        "main",
        (saying("<speak>Hi"), saying("<speak>Hi</speak>")),
        (saying("Hi <break/> you"), saying("Hi, you < me")),
        (saying("<speak><break time='long'/></speak>"), saying("<speak><break time='1s'/></speak>")),
    ),
    *cases(
        Rule.VOICE_WITHOUT_SSML,
        "main",
        (saying("<speak>Hi <break/></speak>", languages=[NO_SSML]), saying("Hi", languages=[NO_SSML])),
        (
            line({"languages": [NO_SSML]}, main=menu(prompt={"en": "<speak>Press 1.</speak>"})),
            line(main=menu(prompt={"en": "<speak>Press 1.</speak>"})),
        ),
    ),
    *cases(
        Rule.MENU_SAYS_NOTHING,
        "main",
        (
            line(main=menu(option("1", spoken=False), option("2", spoken=False))),
            line(main=menu(option("1", spoken=False), option("2"))),
        ),
        (
            line(main=menu(option("1", spoken=False), greeting={"en": "Hi."})),
            line(main=menu(option("1"), greeting={"en": "Hi."})),
        ),
    ),
    *cases(Rule.COLLECT_LEADS_NOWHERE, "ask", (entry(then="gone"), entry(then="desk"))),
    *cases(
        Rule.CALLBACK_LEADS_NOWHERE,
        "back",
        (line({"start": "back"}, back=callback(then="away")), line({"start": "back"}, back=callback(then="main"))),
        (line({"operator": "back"}, back=callback(then="x")), line({"operator": "back"}, back=callback())),
    ),
    *cases(
        Rule.COUNTRY_UNKNOWN,
        "ask",
        (entry(asks="phone", country="ZZ"), entry(asks="phone", country="")),
    ),
    *cases(
        Rule.CONFIRM_LACKS_VALUE,
        "ask",
        (
            entry(read_back=True, confirm={"en": "You keyed {caller}."}),
            entry(read_back=True, confirm={"en": "You keyed {value}."}),
        ),
    ),
    *cases(
        Rule.FIRST_WAIT_LONG,
        "ask",
        (entry(first_wait_seconds=60), entry(first_wait_seconds=10)),
        (entry(asks="date", first_wait_seconds=40), entry(asks="date", first_wait_seconds=20)),
    ),
    *cases(
        Rule.LOOK_UP_WITHOUT_SOURCE,
        "find",
        (
            line({"start": "find"}, find=table() | {"source": None}),
            line({"start": "find"}, ask=collect(), find=table()),
        ),
        (line(find=table("x") | {"source": None}), line(ask=collect(), find=service())),
    ),
    *cases(
        Rule.LOOK_UP_WITHOUT_KEY,
        "find",
        (line({"start": "find"}, find=table("")), line({"start": "find"}, ask=collect(), find=table())),
        (line(find=table(" ")), line(find=table("{caller}"))),
    ),
    *cases(
        Rule.TOO_MANY_LOOK_UPS,
        "t0",
        (line(**{f"t{n}": table("x", found=f"t{n + 1}" if n < 7 else "bye") for n in range(8)}), line(t0=table("x"))),
    ),
    *cases(
        Rule.VALUE_OF_TWO_KINDS,
        "day",
        (
            line(ask=collect("when", asks="amount"), day=collect("when", label="Day")),
            line(ask=collect("when"), day=collect("day", asks="date", label="Day")),
        ),
    ),
    *cases(
        Rule.HOST_NOT_FIXED,
        "find",
        (
            found_by(source={"type": "http", "url": "https://{account}/"}),
            found_by(source={"type": "http", "url": "https://a.example.com/?a={account}"}),
        ),
        (
            found_by(source={"type": "http", "url": "https://a.example.com:{account}/"}),
            found_by(source={"type": "http", "url": "https://a.example.com:8443/{account}"}),
        ),
    ),
    *cases(
        Rule.SENSITIVE_IN_ADDRESS,
        "find",
        (
            line(OPERATOR, ask=pin(), find=service("https://a.example.com/{pin}")),
            line(OPERATOR, ask=pin(), find=table("{pin}")),
        ),
    ),
)

OF_MORE_KINDS = (
    *cases(
        Rule.BRANCH_LEADS_NOWHERE, "who", (ruled(rule(to="gone", lists=["a"])), ruled(rule(to="desk", lists=["a"])))
    ),
    *cases(
        Rule.RULE_TWICE,
        "who",
        (
            ruled(rule("a", lists=["a"]), rule("b", lists=["b"]), rule("a", lists=["c"])),
            ruled(rule("a", lists=["a"]), rule("b", lists=["b"])),
        ),
        (ruled(rule("a", percent=1), rule("a", percent=2)), ruled(rule("a", percent=1))),
    ),
    *cases(
        Rule.RULE_NAMES_NOTHING,
        "who",
        (ruled(rule(), rule("r2", lists=["a"])), ruled(rule(lists=["a"]))),
        (ruled(rule(opening="closed")), ruled(rule(percent=1))),
    ),
    *cases(Rule.RULE_WITHOUT_VALUE, "who", (ruled(rule(pattern="62*")), ruled(rule(value="pressed", pattern="62*")))),
    *cases(
        Rule.RULE_NEVER_ASKED,
        "who",
        (ruled(rule(percent=100), rule("r2", lists=["a"])), ruled(rule(percent=99), rule("r2", lists=["a"]))),
    ),
    *cases(
        Rule.RULE_LANGUAGE_UNKNOWN,
        "who",
        (ruled(rule(languages=["en", "fr"])), ruled(rule(languages=["en"]))),
        (ruled(rule(languages=["hmn"]), of_line=BOTH), ruled(rule(languages=["es", "en"]), of_line=BOTH)),
    ),
    *cases(Rule.SWITCH_LEADS_NOWHERE, "off", (line(off=switch(then="gone")), line(off=switch(then="main")))),
    *cases(
        Rule.SWITCH_WITHOUT_WORDS,
        "off",
        (line(off=switch(switch="message")), line(off=switch(switch="open"))),
        (line(off=switch(switch="message", words={"en": ""})), line(off=switch(switch="message", words={"en": AUDIO}))),
    ),
    *cases(
        Rule.SWITCH_HOURS_UNKNOWN,
        "off",
        (
            line(ask=collect(), off=switch(hours_value="hours")),
            line(ask=collect("hours"), off=switch(hours_value="hours")),
        ),
        (line(off=switch(hours_value="caller")), line(off=switch())),
    ),
    *cases(
        Rule.SPEECH_STRAY,
        "main",
        (
            spoken(said("1", "bill") | {"phrases": {"en": ["bill"], "fr": ["facture"]}}),
            spoken(said("1", "bill") | {"phrases": {"en": ["bill"], "fr": []}}),
        ),
        (
            spoken(said("1", "bill") | {"phrases": {"en": ["bill"], "es": ["cuenta"]}}),
            spoken(said("1", "bill") | {"phrases": {"en": ["bill", "pay"]}}),
        ),
    ),
    *cases(Rule.SPEECH_MISSING, "main", (line(main=menu(option("1"), speech=True)), line(main=menu(option("1"))))),
    *cases(
        Rule.RECOGNITION_MISSING,
        "main",
        (
            spoken(said("1", "bill"), of_line={"languages": [EN | WELSH]}),
            spoken(said("1", "bill"), of_line={"languages": [EN | WELSH | {"recognition": "en-GB"}]}),
        ),
        (spoken(said("2", "tax"), of_line={"languages": [EN | WELSH]}), spoken(said("2", "tax"))),
    ),
    *cases(
        Rule.SPEECH_TWICE,
        "main",
        (spoken(said("1", "taxes"), said("2", "Taxes!")), spoken(said("1", "taxes"), said("2", "parking"))),
    ),
    *cases(
        Rule.SPEECH_WITHIN,
        "main",
        (spoken(said("1", "tax office"), said("2", "tax")), spoken(said("1", "tax office"), said("2", "permits"))),
        (spoken(said("1", "water"), said("2", "hot water bill")), spoken(said("1", "water"), said("2", "gas bill"))),
    ),
)
OF_REST = (
    *cases(
        Rule.START_MISSING,
        "",
        (line({"start": None, "operator": "desk"}), line({"start": "desk", "operator": "desk"})),
        (line({"start": None}, news=message()), line({"start": "news"}, news=message())),
    ),
    *cases(
        Rule.HOURS_LEAD_NOWHERE,
        "door",
        (with_office(door=hours("gone")), with_office(door=hours("desk"))),
        (with_office(door=hours(closed=None)), with_office(door=hours(closed="main"))),
    ),
    *cases(
        Rule.HOURS_WITHOUT_SCHEDULE,
        "door",
        (with_office(door=hours("desk", schedule=None)), with_office(door=hours("desk"))),
        (with_office(door=hours("desk", schedule="x")), with_office(door=hours("desk", "main"))),
    ),
    *cases(
        Rule.LOOK_UP_LEADS_NOWHERE,
        "find",
        (found_by(found="gone"), found_by(found="desk")),
        (found_by(locked="x", failed="bye"), found_by(failed="bye")),
    ),
    *cases(
        Rule.LOOK_UP_WITHOUT_KEY,
        "find",
        (line({"operator": "find"}, find=table("")), line({"operator": "find"}, find=table("rates"))),
    ),
    *cases(Rule.OPTION_LEADS_NOWHERE, "main", (line(main=menu(option("*", "gone"))), line(main=menu(option("*"))))),
    *cases(
        Rule.PIN_WITHOUT_PERSON,
        "find",
        (
            line({"start": "ask"}, ask=pin(then="find"), find=table("{pin}")),
            line(OPERATOR | {"start": "ask"}, ask=pin(then="find"), find=table("{pin}")),
        ),
        (line(ask=pin(), find=table("{caller}-{pin}")), line(ask=pin(), find=table("{caller}-{pin}", locked="desk"))),
        (line(ask=pin(), find=table("{pin}", found="main")), line(ask=pin(), find=table("{caller}"))),
    ),
    *cases(
        Rule.PROMISE_LEADS_NOWHERE,
        "",
        (promising(promise={"reaches": "nobody"}), promising(promise={"reaches": "desk", "when": "open"})),
        part=PERSON,
    ),
    *cases(
        Rule.SCHEDULE_EMPTY,
        "",
        (
            line({"schedules": {"office": {"name": "Office"}}}, back=callback(schedule="office")),
            line({"schedules": {"office": WEEK | {"name": "Office"}}}, back=callback(schedule="office")),
        ),
        part="“Office”",
    ),
    *cases(
        Rule.SPEECH_MISSING,
        "main",
        (
            line(BOTH, main=menu(option("1", phrases={"en": ["bill"]}), speech=True)),
            line(BOTH, main=menu(option("1", phrases={"en": ["bill"], "es": ["cuenta"]}), speech=True)),
        ),
        (
            line(main=menu(option("2"), speech=True)),
            line(main=menu(option("2", phrases={"en": ["bill"]}), speech=True)),
        ),
    ),
    *cases(
        Rule.TYPE_AHEAD_STOPS,
        "main",
        (
            line({"type_ahead": True}, main=menu(option("*"), option("*1"))),
            line({"type_ahead": True}, main=menu(option("*"), option("#1"))),
        ),
        (
            line({"type_ahead": True}, main=menu(option("12"), option("123"))),
            line(main=menu(option("12"), option("123"))),
        ),
    ),
)
OTHER_CASES = (*OF_MORE_WORDS, *OF_MORE_KINDS, *OF_REST)
