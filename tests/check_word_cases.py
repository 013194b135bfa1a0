"""For each rule about words: a line that breaks it, and a line close by that does not. tests/test_check.py asks."""

from __future__ import annotations

from menus.check import Rule
from menus.flow import Flow
from tests.check_lines import AUDIO, BOTH, HMN, NO_SSML, Case, line, menu, message, option, prompting, saying

BILLS = option("1", words={"en": "Bills", "es": "Cuentas"})
LONG = "Our office is closed today. " * 54  # 1,512 characters
HMONG = {"languages": [HMN]}
XMAS = {
    "schedules": {
        "long": {"name": "S", "holidays": [{"name": "Day", "when": "01-01"}, {"name": "Xmases", "when": "12-25"}]},
        "none": {"name": "N"},
    }
}
TALK = "one two three four five six seven eight nine ten, " * 8


def pausing(time: str) -> Flow:
    return saying(f"<speak><break time='{time}'/></speak>")


OF_WORDS = (
    Case(Rule.WORDS_NEEDED, "news", line(news=message(said="")), line(news=message(said=AUDIO))),
    Case(
        Rule.WORDS_NEEDED,
        "main",
        line(BOTH, main=menu(prompt={"es": "Oprima el 1."})),
        line(BOTH, main=menu(prompt={"en": "Press 1.", "es": "Oprima el 1."})),
    ),
    Case(
        Rule.WORDS_MISSING,
        "main",
        line(BOTH, main=menu(BILLS, greeting={"en": "Hi."})),
        line(BOTH, main=menu(BILLS, greeting={"en": "Hi.", "es": AUDIO})),
    ),
    Case(
        Rule.WORDS_MISSING,
        "main",
        line(BOTH, main=menu(option("1", words={"en": "Bills"}))),
        line(BOTH, main=menu(BILLS)),
    ),
    Case(
        Rule.WORDS_STRAY,
        "main",
        line(main=menu(greeting={"en": "Hi.", "fr": "Bonjour."})),
        line(main=menu(greeting={"en": "Hi.", "fr": ""})),
    ),
    Case(
        Rule.WORDS_STRAY,
        "main",
        line(main=menu(greeting={"en": "Hi.", "fr": AUDIO})),
        line(main=menu(greeting={"en": AUDIO})),
    ),
    Case(
        Rule.WORDS_MISSING,
        "main",
        line(BOTH, main=menu(BILLS, option("2"))),
        line(BOTH, main=menu(BILLS, option("2", enabled=False), option("3", spoken=False))),
    ),
    Case(Rule.VALUE_UNKNOWN, "main", saying("Hello {calller}."), saying("Hello {caller}.")),
    Case(
        Rule.VALUE_UNKNOWN,
        "",
        line(
            {"schedules": {"s": {"name": "S", "holidays": [{"name": "Xmas", "when": "12-25", "words": {"en": "{x}"}}]}}}
        ),
        line(
            {
                "schedules": {
                    "s": {"name": "S", "holidays": [{"name": "Xmas", "when": "12-25", "words": {"en": "{line}"}}]}
                }
            }
        ),
        "holiday “Xmas”",
    ),
    Case(
        Rule.VALUE_UNKNOWN,
        "main",
        line(main=menu(option("1", words={"en": "Bills {no}"}))),
        line(main=menu(option("1", words={"en": "Bills {line}"}), option("2", words={"en": "{no}"}, spoken=False))),
    ),
    Case(
        Rule.VALUE_UNKNOWN,
        "",
        line({"phrases": {"goodbye": {"en": "Bye {key}."}}}),
        line({"phrases": {"goodbye": {"en": "Bye {caller}."}, "press": {"en": "{words}: {key}."}}}),
        "“goodbye”",
    ),
    Case(Rule.SSML_FAULTY, "main", saying("<speak>Hi <b>you</b></speak>"), saying("<speak>Hi <p>you</p></speak>")),
    Case(Rule.TEXT_TOO_LONG, "main", saying(LONG), saying(LONG[:1500])),
    Case(Rule.TEXT_TOO_LONG, "main", saying(LONG[:1472] + "{caller}"), saying(LONG[:1471] + "{caller}")),
    Case(Rule.TEXT_TOO_LONG, "main", saying(LONG[:1482] + "{pressed}"), saying(LONG[:1481] + "{pressed}")),
    Case(Rule.TEXT_TOO_LONG, "main", saying(LONG[:1492] + "{line}"), saying(LONG[:1491] + "{line}")),
    Case(
        Rule.TEXT_TOO_LONG, "main", saying(LONG[:1495] + "{holiday}", **XMAS), saying(LONG[:1494] + "{holiday}", **XMAS)
    ),
    Case(Rule.TOO_LONG_TO_HEAR, "main", saying(TALK), saying(TALK[:200])),
    Case(Rule.TOO_LONG_TO_HEAR, "main", pausing("25500ms"), pausing("25s")),
    Case(
        Rule.TOO_LONG_TO_HEAR,
        "main",
        line(main=menu(*(option(digit, words={"en": TALK[:99]}) for digit in "12345"))),
        line(main=menu(*(option(digit, words={"en": "Bills"}) for digit in "12345"))),
    ),
    Case(
        Rule.VOICE_WITHOUT_SSML,
        "main",
        saying("<speak>Hi</speak>", languages=[NO_SSML]),
        saying("<speak>Hi</speak>"),
    ),
    Case(
        Rule.MENU_SAYS_NOTHING,
        "main",
        line(main=menu(option("1", spoken=False))),
        prompting("Press 1.", option("1", spoken=False)),
    ),
    Case(
        Rule.KEY_NOT_THERE,
        "main",
        prompting("Press 1, or press 3."),
        prompting("Press 1. To hear this again, press 9."),
    ),
    Case(
        Rule.KEY_NOT_THERE,
        "main",
        prompting("Press 1, then press hash."),
        prompting("Press 1, then press hash.", finish_on_hash=True),
    ),
    Case(Rule.KEY_NOT_THERE, "main", prompting("Oprima el 1 o marque la tecla cuatro."), prompting("Oprima el 1.")),
    Case(
        Rule.KEY_NOT_THERE,
        "main",
        prompting("Press 1. Press 2."),
        prompting("Press 1. Dial 911, dial nine one one, or dial 5 digits."),
    ),
    Case(
        Rule.KEY_NOT_SAID,
        "main",
        prompting("Press 1.", option("1"), option("2")),
        prompting("Press 1 or 2.", option("1"), option("2")),
    ),
    Case(
        Rule.KEY_NOT_SAID,
        "main",
        prompting("Choose.", option("1")),
        prompting("One for bills.", option("1"), option("2", spoken=False), option("3", enabled=False)),
    ),
    Case(
        Rule.KEY_NOT_SAID,
        "main",
        line(HMONG, main=menu(option("1"), option("2"), prompt={"hmn": "Nias 1."})),
        line(HMONG, main=menu(option("1"), option("2"), prompt={"hmn": "Nias ib."})),
    ),
    Case(
        Rule.KEY_NOT_SAID,
        "main",
        line(main=menu(prompt={"en": AUDIO | {"text": "Choose."}})),
        line(main=menu(prompt={"en": AUDIO})),
    ),
    Case(Rule.KEY_NOT_SAID, "main", prompting("Press 12.", option("1")), prompting("Press star.", option("*"))),
)
