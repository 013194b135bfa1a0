"""For every rule of the check: a line that breaks it, and a line close by that does not. tests/test_check.py asks."""

from __future__ import annotations

from typing import Any, NamedTuple

from menus.check import Rule
from menus.flow import Flow, read_flow

Plain = dict[str, Any]

EN = {"key": "en", "name": "English"}
ES = {"key": "es", "name": "Spanish", "voice": {"language": "es-US"}}
HMN = {"key": "hmn", "name": "Hmong"}
NO_SSML = {"key": "en", "name": "English", "voice": {"language": "en-US", "style": 0, "premium": True}}
BOTH = {"languages": [EN, ES]}
AUDIO = {"audio": "https://example.com/hello.mp3"}


def option(digits: str, to: str | None = "desk", **more: Any) -> Plain:
    return {"key": f"k{'-'.join(digits.translate(SIGNS))}", "digits": digits, "label": f"Choice {digits}", "to": to} | more


SIGNS = str.maketrans({"*": "s", "#": "h"})


def menu(*options: Plain, **more: Any) -> Plain:
    return {"kind": "menu", "label": "Main", "options": list(options or (option("1"),))} | more


def message(then: str | None = "bye", label: str = "News", said: Any = "Hello.", **more: Any) -> Plain:
    return {"kind": "message", "label": label, "prompt": {"en": said}, "then": then} | more


def hours(opened: str | None = "main", closed: str | None = "bye", **more: Any) -> Plain:
    return {"kind": "hours", "label": "Door", "schedule": "office", "open": opened, "closed": closed} | more


def transfer(*numbers: str, **more: Any) -> Plain:
    targets = [{"type": "phone", "number": number} for number in numbers]
    return {"kind": "transfer", "label": "Desk", "targets": targets, "last_resort": "bye"} | more


def voicemail(then: str | None = "bye") -> Plain:
    return {"kind": "voicemail", "label": "Mailbox", "prompt": {"en": "Leave a message."}, "then": then}


def line(of_line: Plain | None = None, **destinations: Plain) -> Flow:
    """A small sound line, with these destinations added or put in place of its own."""
    own = {
        "main": menu(option("1"), option("2", "bye")),
        "desk": transfer("12025550142"),
        "bye": {"kind": "hangup", "label": "Goodbye", "goodbye": {"en": "Goodbye."}},
    }
    shape = {"name": "City Hall", "languages": [EN], "start": "main"} | (of_line or {})
    return read_flow(shape | {"destinations": own | destinations})


def with_office(start: str = "door", **destinations: Plain) -> Flow:
    return line({"start": start, "schedules": {"office": {"name": "Office"}}}, **destinations)


def chain(length: int, last: str = "bye") -> dict[str, Plain]:
    """So many messages, one after the other, and then `last`."""
    keys = [f"m{n}" for n in range(length)]
    return {key: message(then, key) for key, then in zip(keys, [*keys[1:], last], strict=True)}


def deep(menus: int) -> Flow:
    """The last of so many menus, each behind the other, is called Main."""
    keys = [f"n{n}" for n in range(menus - 1)] + ["main"]
    inner = {key: menu(option("1", to), label=key) for key, to in zip(keys, keys[1:], strict=False)}
    return line({"start": keys[0]}, **inner)


def saying(text: Any, **of_line: Any) -> Flow:
    """A line whose menu greets with this."""
    return line(of_line, main=menu(greeting={"en": text}))


def prompting(text: str, *options: Plain, **more: Any) -> Flow:
    return line({"house_keys": {"repeat": "9"}}, main=menu(*options, prompt={"en": text}, **more))


def long_keys(length: int) -> Flow:
    keys = [f"{n}".rjust(length, "x") for n in range(9)]
    others = {key: menu(label=key) for key in keys}
    return line(main=menu(*(option(f"{n}", key) for n, key in enumerate(keys))), **others)


class Case(NamedTuple):
    rule: Rule
    place: str
    named: str
    """What fault and cure must name."""
    faulty: Flow
    sound: Flow


LINE = "City Hall"

OF_THE_LINE = (
    Case(Rule.START_MISSING, "", LINE, line({"start": None}), line()),
    Case(Rule.LINE_LEADS_NOWHERE, "", LINE, line({"start": "gone"}), line({"start": "desk"})),
    Case(Rule.LINE_LEADS_NOWHERE, "", LINE, line({"main": "gone"}), line({"main": None})),
    Case(Rule.LINE_LEADS_NOWHERE, "", LINE, line({"operator": "gone"}), line({"operator": "desk"})),
    Case(Rule.LANGUAGE_TWICE, "", LINE, line({"languages": [EN, EN]}), line(BOTH)),
    Case(
        Rule.VOICE_UNKNOWN,
        "",
        LINE,
        line({"languages": [EN | {"voice": {"language": "en-US", "style": 98}}]}),
        line({"languages": [EN | {"voice": {"language": "en-GB"}}]}),
    ),
    Case(Rule.HOUSE_KEY_TWICE, "", LINE, line({"house_keys": {"repeat": "9", "main": "9"}}), line({"house_keys": {"repeat": "9"}})),
    Case(
        Rule.OPERATOR_KEY_IS_DEAD,
        "",
        LINE,
        line({"house_keys": {"operator": "0"}}),
        line({"house_keys": {"operator": "0"}, "operator": "desk"}),
    ),
    Case(Rule.PHRASE_UNKNOWN, "", LINE, line({"phrases": {"godbye": {"en": "Bye."}}}), line({"phrases": {"goodbye": {"en": "Bye."}}})),
    Case(
        Rule.PHRASE_LACKS_PART,
        "",
        "“press”",
        line({"phrases": {"press": {"en": "Press {key}."}}}),
        line({"phrases": {"press": {"en": "Press {key} for {words}."}}}),
    ),
    Case(Rule.PHRASE_MISSING, "", "Hmong", line({"languages": [EN, HMN]}), line(BOTH)),
    Case(Rule.PLACE_TOO_LONG, "", LINE, long_keys(40), long_keys(30)),
    Case(
        Rule.SCHEDULE_UNUSED,
        "",
        "schedule “Office”",
        line({"schedules": {"office": {"name": "Office"}}}),
        with_office(door=hours()),
    ),
)

OF_THE_WAYS = (
    Case(Rule.OPTION_LEADS_NOWHERE, "main", "Main", line(main=menu(option("1", None))), line()),
    Case(Rule.OPTION_LEADS_NOWHERE, "main", "Main", line(main=menu(option("1", "gone"))), line()),
    Case(
        Rule.OPTION_LEADS_NOWHERE,
        "main",
        "Main",
        line(main=menu(option("1"), option("2", "gone", enabled=False))),
        line(main=menu(option("1"), option("2", None, enabled=False))),
    ),
    Case(Rule.TRIES_LEAD_NOWHERE, "main", "Main", line(main=menu(no_input={"then": "gone"})), line(main=menu(no_input={"then": "bye"}))),
    Case(Rule.TRIES_LEAD_NOWHERE, "main", "Main", line(main=menu(no_match={"then": "gone"})), line(main=menu(no_match={"then": None}))),
    Case(Rule.TRIES_LEAD_NOWHERE, "main", "Main", line(main=menu(failures_then="gone")), line(main=menu(failures_then="bye"))),
    Case(Rule.MESSAGE_LEADS_NOWHERE, "news", "News", line(news=message(None)), line(news=message())),
    Case(Rule.MESSAGE_LEADS_NOWHERE, "news", "News", line(news=message("gone")), line(news=message("main"))),
    Case(Rule.HOURS_LEAD_NOWHERE, "door", "Door", with_office(door=hours(None)), with_office(door=hours())),
    Case(Rule.HOURS_LEAD_NOWHERE, "door", "Door", with_office(door=hours(closed="gone")), with_office(door=hours())),
    Case(Rule.HOURS_LEAD_NOWHERE, "door", "Door", with_office(door=hours(holiday="gone")), with_office(door=hours(holiday=None))),
    Case(
        Rule.TRANSFER_LEADS_NOWHERE,
        "desk",
        "Desk",
        line(desk=transfer("12025550142", last_resort=None)),
        line(desk=transfer("12025550142", last_resort="bye")),
    ),
    Case(Rule.VOICEMAIL_LEADS_NOWHERE, "box", "Mailbox", line(box=voicemail(None)), line(box=voicemail())),
    Case(
        Rule.LOOP_ASKS_NOTHING,
        "news",
        "News",
        line(news=message("more"), more=message("news", "More")),
        line(news=message("more"), more=message("main", "More")),
    ),
    Case(Rule.LOOP_ASKS_NOTHING, "door", "Door", with_office(door=hours(closed="door")), with_office(door=hours(closed="bye"))),
    Case(
        Rule.LOOP_ASKS_NOTHING,
        "door",
        "Door",
        with_office(door=hours(holiday="empty"), empty=transfer(last_resort="door")),
        with_office(door=hours(holiday="desk"), desk=transfer("12025550142", last_resort="door")),
    ),
    Case(Rule.CHAIN_TOO_LONG, "m0", "m0", line({"start": "m0"}, **chain(20)), line({"start": "m0"}, **chain(19))),
    Case(Rule.UNREACHABLE, "news", "News", line(news=message()), line(main=menu(option("1", "news")), news=message())),
    Case(
        Rule.UNREACHABLE,
        "news",
        "News",
        line(main=menu(option("1"), option("2", "news", enabled=False)), news=message()),
        line({"operator": "news"}, news=message()),
    ),
    Case(Rule.TOO_DEEP, "main", "Main", deep(4), deep(3)),
)

OF_KEYS = (
    Case(Rule.HOURS_WITHOUT_SCHEDULE, "door", "Door", with_office(door=hours(schedule=None)), with_office(door=hours())),
    Case(Rule.HOURS_WITHOUT_SCHEDULE, "door", "Door", with_office(door=hours(schedule="gone")), with_office(door=hours())),
    Case(Rule.MENU_WITHOUT_OPTIONS, "main", "Main", line(main=menu(option("1", enabled=False))), line(main=menu(option("1")))),
    Case(
        Rule.OPTION_TWICE,
        "main",
        "Main",
        line(main=menu(option("1", key="pay"), option("2", key="pay"))),
        line(main=menu(option("1", key="pay"), option("2", key="ask"))),
    ),
    Case(
        Rule.KEY_TWICE,
        "main",
        "Main",
        line(main=menu(option("1", key="pay"), option("1", key="ask"))),
        line(main=menu(option("1", key="pay"), option("1", key="ask", enabled=False))),
    ),
    Case(
        Rule.HASH_ENDS_ENTRY,
        "main",
        "Main",
        line(main=menu(option("1"), option("#"), finish_on_hash=True)),
        line(main=menu(option("1"), option("#"))),
    ),
    Case(
        Rule.HASH_ENDS_ENTRY,
        "main",
        "Main",
        line({"house_keys": {"main": "#"}}, main=menu(finish_on_hash=True)),
        line({"house_keys": {"main": "#"}}, main=menu(finish_on_hash=True, without=["main"])),
    ),
    Case(
        Rule.OPTION_LANGUAGE_UNKNOWN,
        "main",
        "Main",
        line(main=menu(option("1", language="es"))),
        line(BOTH, main=menu(option("1", language="es"))),
    ),
    Case(Rule.TRANSFER_WITHOUT_TARGET, "desk", "Desk", line(desk=transfer()), line(desk=transfer("441632960961"))),
    Case(Rule.NUMBER_IMPOSSIBLE, "desk", "Desk", line(desk=transfer("1202555014")), line(desk=transfer("12025550142"))),
    Case(Rule.NUMBER_IMPOSSIBLE, "desk", "Desk", line(desk=transfer("9991234567")), line(desk=transfer("441632960961"))),
    Case(
        Rule.CALLER_ID_IMPOSSIBLE,
        "desk",
        "Desk",
        line(desk=transfer("12025550142", caller_id="120255501422222")),
        line(desk=transfer("12025550142", caller_id="441632960960")),
    ),
    Case(
        Rule.TOO_MANY_OPTIONS,
        "main",
        "Main",
        line(main=menu(*map(option, "123456"))),
        line(main=menu(*map(option, "12345"), option("6", spoken=False), option("7", enabled=False))),
    ),
    Case(
        Rule.KEY_MUST_WAIT,
        "main",
        "Main",
        line(main=menu(option("1"), option("10"))),
        line(main=menu(option("11"), option("10"))),
    ),
    Case(
        Rule.KEY_MUST_WAIT,
        "main",
        "Main",
        line({"house_keys": {"repeat": "9"}}, main=menu(option("11"))),
        line(main=menu(option("1"), option("10"), finish_on_hash=True)),
    ),
    Case(
        Rule.KEY_HIDES_HOUSE_KEY,
        "main",
        "Main",
        line({"house_keys": {"repeat": "1"}}),
        line({"house_keys": {"repeat": "1"}}, main=menu(without=["repeat"])),
    ),
    Case(
        Rule.OPTION_STAYS,
        "main",
        "Main",
        line(main=menu(option("1"), option("2", "main"))),
        line(BOTH, main=menu(option("1"), option("2", "main", language="es"))),
    ),
)

LONG = "Our office is closed today. " * 54  # 1,512 characters
TALK = "one two three four five six seven eight nine ten, " * 8

OF_WORDS = (
    Case(Rule.WORDS_NEEDED, "news", "News", line(news=message(said="")), line(news=message(said=AUDIO))),
    Case(
        Rule.WORDS_NEEDED,
        "main",
        "Main",
        line(BOTH, main=menu(prompt={"es": "Oprima el 1."})),
        line(BOTH, main=menu(prompt={"en": "Press 1.", "es": "Oprima el 1."})),
    ),
    Case(Rule.WORDS_MISSING, "main", "Main", line(BOTH, main=menu(greeting={"en": "Hi."})), line(main=menu(greeting={"en": "Hi."}))),
    Case(
        Rule.WORDS_MISSING,
        "main",
        "Main",
        line(BOTH, main=menu(option("1", words={"en": "Bills"}))),
        line(BOTH, main=menu(option("1", words={"en": "Bills", "es": "Cuentas"}))),
    ),
    Case(
        Rule.WORDS_STRAY,
        "main",
        "Main",
        line(main=menu(greeting={"en": "Hi.", "fr": "Bonjour."})),
        line(main=menu(greeting={"en": "Hi.", "fr": ""})),
    ),
    Case(Rule.VALUE_UNKNOWN, "main", "Main", saying("Hello {calller}."), saying("Hello {caller}.")),
    Case(
        Rule.VALUE_UNKNOWN,
        "",
        "holiday “Xmas”",
        line({"schedules": {"s": {"name": "S", "holidays": [{"name": "Xmas", "when": "12-25", "words": {"en": "{x}"}}]}}}),
        line({"schedules": {"s": {"name": "S", "holidays": [{"name": "Xmas", "when": "12-25", "words": {"en": "{line}"}}]}}}),
    ),
    Case(Rule.SSML_FAULTY, "main", "Main", saying("<speak>Hi <b>you</b></speak>"), saying("<speak>Hi <p>you</p></speak>")),
    Case(Rule.TEXT_TOO_LONG, "main", "Main", saying(LONG), saying(LONG[:1500])),
    Case(Rule.TEXT_TOO_LONG, "main", "Main", saying(LONG[:1470] + "{caller}"), saying(LONG[:1470] + "{line}")),
    Case(Rule.TOO_LONG_TO_HEAR, "main", "Main", saying(TALK), saying(TALK[:200])),
    Case(
        Rule.TOO_LONG_TO_HEAR,
        "main",
        "Main",
        line(main=menu(*(option(digit, words={"en": TALK[:99]}) for digit in "12345"))),
        line(main=menu(*(option(digit, words={"en": "Bills"}) for digit in "12345"))),
    ),
    Case(
        Rule.VOICE_WITHOUT_SSML,
        "main",
        "Main",
        saying("<speak>Hi</speak>", languages=[NO_SSML]),
        saying("Hi", languages=[NO_SSML]),
    ),
    Case(
        Rule.MENU_SAYS_NOTHING,
        "main",
        "Main",
        line(main=menu(option("1", spoken=False))),
        prompting("Press 1.", option("1", spoken=False)),
    ),
    Case(Rule.KEY_NOT_THERE, "main", "Main", prompting("Press 1, or press 3."), prompting("Press 1. To hear this again, press 9.")),
    Case(Rule.KEY_NOT_THERE, "main", "Main", prompting("Press 1, then press hash."), prompting("Press 1, then press hash.", finish_on_hash=True)),
    Case(Rule.KEY_NOT_THERE, "main", "Main", prompting("Oprima el 1 o marque la tecla cuatro."), prompting("Oprima el 1.")),
    Case(Rule.KEY_NOT_THERE, "main", "Main", prompting("Press 1. Press 2."), prompting("Press 1. Dial 911, dial nine one one, or dial 5 digits.")),
    Case(Rule.KEY_NOT_SAID, "main", "Main", prompting("Press 1.", option("1"), option("2")), prompting("Press 1 or 2.", option("1"), option("2"))),
    Case(
        Rule.KEY_NOT_SAID,
        "main",
        "Main",
        prompting("Choose.", option("1")),
        prompting("One for bills.", option("1"), option("2", spoken=False), option("3", enabled=False)),
    ),
    Case(Rule.KEY_NOT_SAID, "main", "Main", prompting("Press 12.", option("1")), prompting("Press star.", option("*"))),
)

CASES = (*OF_THE_LINE, *OF_THE_WAYS, *OF_KEYS, *OF_WORDS)
