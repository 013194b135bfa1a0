"""How numbers and times are said, what is wrong with SSML, and how long words last."""

from datetime import UTC, date, datetime

import pytest

from menus import words
from menus.flow import Said
from menus.words.daytime import DAY_TIME
from menus.words.ssml import TAGS

# --- numbers, days and times ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("12025550142", "1 2 0 2 5 5 5 0 1 4 2"),
        ("+12", "1 2"),
        ("*9#", "* 9 #"),
        ("", ""),
        ("anonymous", "anonymous"),
        ("sip:a@b", "sip:a@b"),
        ("١٢", "١٢"),
    ],
)
def test_digits_are_said_one_by_one(digits: str, said: str) -> None:
    assert words.speak_digits(digits) == said


MORNING, LATE, ONE = (
    datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    datetime(2026, 11, 28, 17, 0, tzinfo=UTC),
    datetime(2026, 11, 29, 1, 5, tzinfo=UTC),
)


@pytest.mark.parametrize(
    ("at", "language", "today", "said"),
    [
        (MORNING, "en", None, "Monday at 8:30 AM"),
        (MORNING, "en-gb", date(2026, 11, 22), "Monday at 8:30 AM"),
        (MORNING, "en", date(2026, 11, 23), "today at 8:30 AM"),
        (LATE, "en", date(2026, 11, 22), "Saturday at 5 PM"),
        (LATE, "en", date(2026, 11, 21), "Saturday, November 28, at 5 PM"),
        (datetime(2026, 11, 23, 0, 15, tzinfo=UTC), "en", None, "Monday at 12:15 AM"),
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "en", None, "Monday at 12 PM"),
        (MORNING, "vi", None, "Monday at 8:30 AM"),
        (MORNING, "es", None, "el lunes a las 8:30"),
        (MORNING, "es-mx", date(2026, 11, 23), "hoy a las 8:30"),
        (ONE, "es", None, "el domingo a la 1:05"),
        (LATE, "es", date(2026, 11, 1), "el sábado 28 de noviembre a las 17"),
        (LATE, "fr", date(2026, 11, 1), "samedi 28 novembre à 17 heures"),
        (ONE, "fr", None, "dimanche à 1 heure 05"),
        (MORNING, "de", None, "am Montag um 8 Uhr 30"),
        (LATE, "de", date(2026, 11, 1), "am Samstag, den 28. November, um 17 Uhr"),
        (ONE, "it", None, "domenica all'1:05"),
        (LATE, "pt-br", date(2026, 11, 1), "no sábado, 28 de novembro, às 17 horas"),
        (MORNING, "nl", None, "maandag om 8:30 uur"),
        (MORNING, "pl", None, "w poniedziałek o godzinie 8:30"),
        (LATE, "sv", date(2026, 11, 28), "i dag klockan 17"),
    ],
)
def test_a_time_is_said_as_people_say_it(at: datetime, language: str, today: date | None, said: str) -> None:
    assert words.speak_time(at, language, today) == said


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_language_that_ships_says_days_and_times(language: str) -> None:
    says = DAY_TIME[language]
    assert len(set(says.days.split(", "))) == 7
    assert len(set(says.months.split())) == 12
    for hour in range(24):
        for minute in (0, 5, 30):
            said = words.speak_time(datetime(2026, 11, 23, hour, minute, tzinfo=UTC), language, date(2026, 1, 1))
            assert "{" not in said
            assert "  " not in said


# --- SSML -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Hello & welcome, 3 < 4 > 2 {line}",
        "<speak>Hello {line} &amp; welcome</speak>",
        '<speak><p><s>A</s></p><break time="500ms"/><break time=\'1.5s\'/><break strength="x-strong"/><break/></speak>',
        '<speak><lang xml:lang="fr-FR">oui</lang><phoneme alphabet="ipa" ph="pɪˈkɑːn">pecan</phoneme></speak>',
        '<speak><prosody volume="+6dB" rate="x-slow" pitch="-10%">a</prosody></speak>',
        '<speak><say-as interpret-as="date" format="mdy">1/2/2026</say-as><sub alias="{line}">us</sub></speak>',
        "",
    ],
)
def test_sound_words_have_no_faults(text: str) -> None:
    assert words.ssml_faults(text) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('Hi <break time="1s"/>', '“<break time="1s"/>” would be read out: tags work only when all the words stand'),
        ("Hi <speak>there</speak>", "“<speak>” would be read out"),
        ("<speak>Hi", "a tag of the SSML is left open; close each tag, and end with </speak>"),
        ("<speak><p>Hi</speak>", "the SSML closes a tag near character 15 that is not the one opened last"),
        ("<speak>Hi</speak> there", "there is more after </speak> near character 19; all the words must stand inside"),
        ("<speak>Smith & Sons</speak>", "the SSML cannot be read near character 15"),
        ("<speak>\n3 < 4</speak>", "the SSML cannot be read near character 4 of line 2"),
        ("<speak>a&nbsp;b</speak>", "the SSML has an unknown &…; near character 9; write the sign itself"),
        ("<speak>\ud800</speak>", "the SSML has half a character in it"),
        ("<speak>\x00</speak>", "the SSML cannot be read"),
        ("<speak><!-- x --></speak>", "a comment <!-- … --> has no place"),
        ("<speak><![CDATA[x]]></speak>", "<![CDATA[ … ]]> has no place"),
        ("<speak><?php ?></speak>", "an instruction <? … ?> has no place"),
        ("<speak><speak>a</speak></speak>", "the words stand inside one <speak>…</speak>"),
        ("<SPEAK>a</SPEAK>", "the words stand inside one <speak>…</speak>, in small letters"),
        ('<speak version="1.0">a</speak>', "<speak> does not take version; it takes nothing"),
        ("<speak><audio/></speak>", "the voices do not know the tag <audio>; they know break, emphasis, lang, p,"),
        ('<speak><break time="5"/></speak>', '<break time="5"> is not possible: write it like 500ms or 2s'),
        ('<speak><break time="2s or so"/></speak>', '<break time="2s or so"> is not possible'),
        ('<speak><break for="5"/></speak>', "<break> does not take for; it takes time, strength"),
        ('<speak><emphasis level="none">a</emphasis></speak>', '<emphasis level="none"> is not possible: write one of'),
        ('<speak><prosody rate="{line}">a</prosody></speak>', '<prosody rate="{line}"> is not possible'),
        ("<speak><sub>a</sub></speak>", "<sub> needs alias: write the words to be said instead"),
        ("<speak><say-as>a</say-as></speak>", "<say-as> needs interpret-as: write one of character, cardinal"),
        ("<speak>" + "x" * 20_000 + "</speak>", "the SSML is 20015 characters long"),
    ],
)
def test_a_fault_of_ssml_says_what_and_how_to_cure_it(text: str, fault: str) -> None:
    assert words.ssml_faults(text)[0].startswith(fault)


def test_entities_are_refused_before_they_grow() -> None:
    bomb = '<speak><!DOCTYPE x [<!ENTITY a "ha">]>&a;</speak>'
    assert words.ssml_faults(bomb)
    assert words.ssml_faults('<!DOCTYPE speak [<!ENTITY a "ha">]><speak>&a;</speak>')


def test_each_fault_is_said_once() -> None:
    assert len(words.ssml_faults("<speak><b>a</b><b>b</b><i>c</i></speak>")) == 2


def test_every_tag_with_a_cure_is_in_the_table() -> None:
    assert set(TAGS) == set("speak p s break emphasis lang phoneme prosody say-as sub".split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello <b>", "Hello <b>"),
        (
            '<speak>Hello<break time="1s"/>there, <emphasis>w</emphasis>orld &amp; all.</speak>',
            "Hello there, world & all.",
        ),
        ('<speak><sub alias="a > b">x</sub><p>One.</p><p>Two.</p></speak>', "x One. Two."),
    ],
)
def test_a_transcript_is_the_words_without_the_tags(text: str, said: str) -> None:
    assert words.transcript(Said(text=text)) == said


# --- how long it lasts ----------------------------------------------------------------------------------------


def test_seconds_are_about_right() -> None:
    minute = "word " * 150
    assert words.seconds(minute, "en-us") == pytest.approx(60)
    assert words.seconds(minute, "de") > words.seconds(minute, "en")
    assert words.seconds("", "en") == 0
    assert 4 < words.seconds("For billing, press 1. For repairs, press 2.", "en") < 6
    assert words.seconds("1 2 0 2", "en") == words.seconds("1202", "en")
    assert 2 < words.seconds("お電話ありがとうございます", "ja") < 4


def test_breaks_count_in_ssml_only() -> None:
    assert words.seconds('<speak><break time="2s"/><break time="500ms"/></speak>', "en") == pytest.approx(2.5)
    assert words.seconds('<speak><break strength="none"/><break/></speak>', "en") == pytest.approx(0.5)
    assert words.seconds("<speak>a</speak>", "en") == words.seconds("a", "en")
