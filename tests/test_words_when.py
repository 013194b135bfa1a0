"""How days and spans of time are said in each language, and the values that callers keyed or that were looked up."""

import string
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import words
from menus.entries import speak_value
from menus.flow import Asked, SaidAs
from menus.words.daytime import DAY_TIME

MONDAY = date(2026, 11, 23)
BORN, FIRST = date(1980, 2, 29), date(2027, 5, 1)

# --- days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "born", "first"),
    [
        ("en", "February 29, 1980", "May 1, 2027"),
        ("es", "29 de febrero de 1980", "1 de mayo de 2027"),
        ("fr", "29 février 1980", "premier mai 2027"),
        ("de", "29. Februar 1980", "1. Mai 2027"),
        ("it", "29 febbraio 1980", "primo maggio 2027"),
        ("pt", "29 de fevereiro de 1980", "primeiro de maio de 2027"),
        ("nl", "29 februari 1980", "1 mei 2027"),
        ("pl", "29 lutego 1980", "1 maja 2027"),
        ("sv", "den 29 februari 1980", "den 1 maj 2027"),
        ("en-gb", "February 29, 1980", "May 1, 2027"),
        ("vi", "February 29, 1980", "May 1, 2027"),
    ],
)
def test_a_day_by_itself_is_said_with_its_year(language: str, born: str, first: str) -> None:
    assert words.speak_date(BORN, language) == born
    assert words.speak_date(FIRST, language) == first


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (2, "Wednesday"),
        (6, "Sunday"),
        (7, "Monday, November 30"),
        (182, "Monday, May 24"),
        (183, "May 25, 2027"),
        (-1, "Sunday, November 22"),
        (-183, "May 24, 2026"),
        (-9999, "July 9, 1999"),
    ],
)
def test_a_day_is_called_as_people_call_it_today(days: int, said: str) -> None:
    assert words.speak_date(MONDAY + timedelta(days), "en", MONDAY) == said


def test_the_first_of_a_month_is_said_so_in_a_time_too() -> None:
    at = datetime.combine(date(2026, 12, 1), clock(9, 30))
    assert words.speak_time(at, "fr", MONDAY) == "mardi premier décembre à 9 heures 30"
    assert words.speak_time(at, "it", MONDAY) == "martedì primo dicembre alle 9:30"


# --- spans of time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "today", "tomorrow", "next_week"),
    [
        (
            "en",
            "today between 2 PM and 4:30 PM",
            "tomorrow between 11 AM and 1 PM",
            "Wednesday, December 2, between 12 AM and 1 AM",
        ),
        (
            "es",
            "hoy entre las 14 y las 16:30",
            "mañana entre las 11 y las 13",
            "el miércoles 2 de diciembre entre las 0 y la 1",
        ),
        (
            "fr",
            "aujourd'hui entre 14 heures et 16 heures 30",
            "demain entre 11 heures et 13 heures",
            "mercredi 2 décembre entre 0 heures et 1 heure",
        ),
        (
            "de",
            "heute zwischen 14 Uhr und 16 Uhr 30",
            "morgen zwischen 11 Uhr und 13 Uhr",
            "am Mittwoch, den 2. Dezember, zwischen 0 Uhr und 1 Uhr",
        ),
        ("it", "oggi tra le 14 e le 16:30", "domani tra le 11 e le 13", "mercoledì 2 dicembre tra le 0 e l'1"),
        (
            "pt",
            "hoje entre as 14 horas e as 16:30",
            "amanhã entre as 11 horas e as 13 horas",
            "na quarta-feira, 2 de dezembro, entre as 0 horas e a 1 hora",
        ),
        (
            "nl",
            "vandaag tussen 14 uur en 16:30 uur",
            "morgen tussen 11 uur en 13 uur",
            "woensdag 2 december tussen 0 uur en 1 uur",
        ),
        (
            "pl",
            "dzisiaj między godziną 14:00 a 16:30",
            "jutro między godziną 11:00 a 13:00",
            "w środę 2 grudnia między godziną 0:00 a 1:00",
        ),
        (
            "sv",
            "i dag mellan klockan 14 och 16:30",
            "i morgon mellan klockan 11 och 13",
            "på onsdag den 2 december mellan klockan 0 och 1",
        ),
    ],
)
def test_a_window_is_said_as_people_say_it(language: str, today: str, tomorrow: str, next_week: str) -> None:
    def said(days: int, begins: clock, ends: clock) -> str:
        day = MONDAY + timedelta(days)
        return words.speak_window(datetime.combine(day, begins), datetime.combine(day, ends), language, MONDAY)

    assert said(0, clock(14), clock(16, 30)) == today
    assert said(1, clock(11), clock(13)) == tomorrow
    assert said(9, clock(0), clock(1)) == next_week


def test_a_window_past_midnight_is_called_by_the_day_on_which_it_begins() -> None:
    begins = datetime.combine(MONDAY, clock(23))
    assert words.speak_window(begins, begins + timedelta(hours=2), "en", MONDAY) == "today between 11 PM and 1 AM"


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_day_and_window_of_every_language_has_its_words(language: str) -> None:
    says = DAY_TIME[language]
    assert len({says.today, says.tomorrow, *says.days.split(", ")}) == 9
    said = {words.speak_date(MONDAY + timedelta(days), language, MONDAY) for days in range(-200, 400)}
    assert len(said) == 600
    for hour in range(24):
        begins = datetime.combine(MONDAY, clock(hour, 30))
        said.add(words.speak_window(begins, begins + timedelta(minutes=90), language, MONDAY))
    assert len(said) == 624
    assert not any(text != text.strip() or "{" in text or "  " in text or text.endswith(",") for text in said)


# --- values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said_as", "value", "language", "said"),
    [
        (Asked.DIGITS, "0042", "en", "0 0 4 2"),
        (Asked.PIN, "1234", "en", "1 2 3 4"),
        (Asked.PHONE, "12025550142", "en", "1 2 0 2 5 5 5 0 1 4 2"),
        (Asked.RATING, "5", "en", "5"),
        (Asked.AMOUNT, "12.50", "en", "12.50"),
        (Asked.AMOUNT, "1250", "en", "1250"),
        (Asked.DATE, "1980-02-29", "es", "29 de febrero de 1980"),
        (Asked.YES_NO, "yes", "fr", "oui"),
        (Asked.YES_NO, "no", "pt-br", "não"),
        (Asked.YES_NO, "no", "vi", "no"),
        (SaidAs.TEXT, "2026-12-24", "en", "2026-12-24"),
        (SaidAs.TEXT, "12345", "en", "12345"),
        (SaidAs.TEXT, "yes", "fr", "yes"),
        (SaidAs.DIGITS, "12345", "en", "1 2 3 4 5"),
        (SaidAs.DIGITS, "A-17", "en", "A-17"),
        (SaidAs.DATE, "2026-12-24", "de", "24. Dezember 2026"),
        (SaidAs.DATE, " 2026-12-24 ", "en", "December 24, 2026"),
        (SaidAs.DATE, "2026-12-24T15:30", "en", "December 24, 2026 at 3:30 PM"),
        (SaidAs.DATE, "2026-12-24T15:00:00-06:00", "de", "24. Dezember 2026 um 15 Uhr"),
        (SaidAs.DATE, "2026-12-24T00:00:00", "en", "December 24, 2026"),
        (SaidAs.DATE, "soon", "en", "soon"),
        (SaidAs.DATE, "2026-02-29", "en", "2026-02-29"),
        (SaidAs.DATE, "", "en", ""),
    ],
)
def test_a_value_is_said_by_its_kind(said_as: Asked | SaidAs, value: str, language: str, said: str) -> None:
    assert speak_value(said_as, value, language) == said


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([*Asked, *SaidAs]),
    st.text(max_size=30) | st.text(string.digits + "-:TZW+", max_size=26),
    st.sampled_from([*words.LANGUAGES, "en-gb", "vi", ""]),
)
def test_any_value_can_be_said(said_as: Asked | SaidAs, value: str, language: str) -> None:
    assert bool(speak_value(said_as, value, language)) == bool(value)


# --- phrases ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "names_itself"),
    [
        ("en", "English"),
        ("es", "español"),
        ("fr", "français"),
        ("de", "Deutsch"),
        ("it", "italiano"),
        ("pt", "português"),
        ("nl", "Nederlands"),
        ("pl", "polsku"),
        ("sv", "svenska"),
    ],
)
def test_each_language_names_itself_to_those_who_stay(language: str, names_itself: str) -> None:
    said = words.PHRASES["stay_on_line"]
    assert all(names_itself in text for key, text in said.items() if key.partition("-")[0] == language)


@pytest.mark.parametrize("name", ["confirm_entry", "confirm_choice", "callback_number"])
def test_a_confirmation_says_which_key_accepts_and_then_which_does_not(name: str) -> None:
    for text in words.PHRASES[name].values():
        assert [sign for sign in text if sign.isdigit()] == ["1", "2"]


def test_phrases_that_become_part_of_others_are_no_sentences() -> None:
    for name in ("yes", "no", "callback_soon"):
        assert all(text[-1].isalpha() and text[0].islower() for text in words.PHRASES[name].values())
