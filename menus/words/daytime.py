"""How a language says when: “Monday at 8:30 AM”, “February 29, 1980”, “tomorrow between 2 PM and 4 PM”."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_HALF_YEAR: Final = timedelta(days=183)


class Clock(NamedTuple):
    """How a language says a time of day; `one…` in an hour that is one, where it differs: “a la 1:30”, not “a las”."""

    usual: str
    sharp: str
    """On the hour."""
    one: str = ""
    one_sharp: str = ""

    def say(self, at: datetime) -> str:
        usual, one = (self.usual, self.one) if at.minute else (self.sharp, self.one_sharp)
        return (one if at.hour == 1 and one else usual).format(
            hour=at.hour,
            hour12=at.hour % 12 or 12,
            minute=f"{at.minute:02}",
            half="AM" if at.hour < 12 else "PM",
        )


class DayTime(NamedTuple):
    """The words of a language for days and times, with the prepositions that it needs."""

    days: str
    """Monday first, parted by commas."""
    months: str
    """January first, parted by spaces."""
    today: str
    tomorrow: str
    date: str
    """A day a week or more away."""
    full: str
    """A day of any year, without its weekday."""
    at: Clock
    between: str
    bare: Clock
    """As `between` needs its times."""
    first: str = ""
    """The first of a month, where it is not said “1”."""


DAY_TIME: Final[Mapping[str, DayTime]] = MappingProxyType(
    {
        "en": DayTime(
            days="Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
            months="January February March April May June July August September October November December",
            today="today",
            tomorrow="tomorrow",
            date="{day}, {month} {date},",
            full="{month} {date}, {year}",
            at=Clock("at {hour12}:{minute} {half}", "at {hour12} {half}"),
            between="between {begins} and {ends}",
            bare=Clock("{hour12}:{minute} {half}", "{hour12} {half}"),
        ),
        "es": DayTime(
            days="el lunes, el martes, el miércoles, el jueves, el viernes, el sábado, el domingo",
            months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            today="hoy",
            tomorrow="mañana",
            date="{day} {date} de {month}",
            full="{date} de {month} de {year}",
            at=Clock("a las {hour}:{minute}", "a las {hour}", "a la 1:{minute}", "a la 1"),
            between="entre {begins} y {ends}",
            bare=Clock("las {hour}:{minute}", "las {hour}", "la 1:{minute}", "la 1"),
        ),
        "fr": DayTime(
            days="lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche",
            months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            today="aujourd'hui",
            tomorrow="demain",
            date="{day} {date} {month}",
            full="{date} {month} {year}",
            first="premier",
            at=Clock("à {hour} heures {minute}", "à {hour} heures", "à 1 heure {minute}", "à 1 heure"),
            between="entre {begins} et {ends}",
            bare=Clock("{hour} heures {minute}", "{hour} heures", "1 heure {minute}", "1 heure"),
        ),
        "de": DayTime(
            days="am Montag, am Dienstag, am Mittwoch, am Donnerstag, am Freitag, am Samstag, am Sonntag",
            months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            today="heute",
            tomorrow="morgen",
            date="{day}, den {date}. {month},",
            full="{date}. {month} {year}",
            at=Clock("um {hour} Uhr {minute}", "um {hour} Uhr"),
            between="zwischen {begins} und {ends}",
            bare=Clock("{hour} Uhr {minute}", "{hour} Uhr"),
        ),
        "it": DayTime(
            days="lunedì, martedì, mercoledì, giovedì, venerdì, sabato, domenica",
            months="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            today="oggi",
            tomorrow="domani",
            date="{day} {date} {month}",
            full="{date} {month} {year}",
            first="primo",
            at=Clock("alle {hour}:{minute}", "alle {hour}", "all'1:{minute}", "all'1"),
            between="tra {begins} e {ends}",
            bare=Clock("le {hour}:{minute}", "le {hour}", "l'1:{minute}", "l'1"),
        ),
        "pt": DayTime(
            days="na segunda-feira, na terça-feira, na quarta-feira, na quinta-feira, "
            "na sexta-feira, no sábado, no domingo",
            months="janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            today="hoje",
            tomorrow="amanhã",
            date="{day}, {date} de {month},",
            full="{date} de {month} de {year}",
            first="primeiro",
            at=Clock("às {hour}:{minute}", "às {hour} horas", "à 1:{minute}", "à 1 hora"),
            between="entre {begins} e {ends}",
            bare=Clock("as {hour}:{minute}", "as {hour} horas", "a 1:{minute}", "a 1 hora"),
        ),
        "nl": DayTime(
            days="maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag",
            months="januari februari maart april mei juni juli augustus september oktober november december",
            today="vandaag",
            tomorrow="morgen",
            date="{day} {date} {month}",
            full="{date} {month} {year}",
            at=Clock("om {hour}:{minute} uur", "om {hour} uur"),
            between="tussen {begins} en {ends}",
            bare=Clock("{hour}:{minute} uur", "{hour} uur"),
        ),
        "pl": DayTime(
            days="w poniedziałek, we wtorek, w środę, w czwartek, w piątek, w sobotę, w niedzielę",
            months="stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
            today="dzisiaj",
            tomorrow="jutro",
            date="{day} {date} {month}",
            full="{date} {month} {year}",
            at=Clock("o godzinie {hour}:{minute}", "o godzinie {hour}:00"),
            between="między godziną {begins} a {ends}",
            bare=Clock("{hour}:{minute}", "{hour}:00"),
        ),
        "sv": DayTime(
            days="på måndag, på tisdag, på onsdag, på torsdag, på fredag, på lördag, på söndag",
            months="januari februari mars april maj juni juli augusti september oktober november december",
            today="i dag",
            tomorrow="i morgon",
            date="{day} den {date} {month}",
            full="den {date} {month} {year}",
            at=Clock("klockan {hour}:{minute}", "klockan {hour}"),
            between="mellan klockan {begins} och {ends}",
            bare=Clock("{hour}:{minute}", "{hour}"),
        ),
    }
)


def speak_time(at: datetime, language: str, today: date | None = None) -> str:
    """“Monday at 8:30 AM”; “today at 8:30 AM” if it is today; with the date if a week or more away."""
    says = _says(language)
    return f"{_day(says, at.date(), today)} {says.at.say(at)}"


def speak_date(day: date, language: str, today: date | None = None) -> str:
    """“February 29, 1980”. Told `today`, as a day to come is called: “today”, “tomorrow”, “Monday”; with the date
    if a week or more away, or past; with the year if half a year or more away."""
    says = _says(language)
    if today is None or abs(day - today) >= _HALF_YEAR:
        return _dated(says, says.full, day)
    return _coming(says, day, today).rstrip(",")


def speak_moment(at: datetime, language: str) -> str:
    """“February 29, 1980 at 8:30 AM”."""
    return f"{speak_date(at.date(), language)} {_says(language).at.say(at)}"


def speak_window(begins: datetime, ends: datetime, language: str, today: date) -> str:
    """“today between 2 PM and 4 PM”: both in the line's time zone. The day is that on which it begins."""
    says = _says(language)
    between = says.between.format(begins=says.bare.say(begins), ends=says.bare.say(ends))
    return f"{_coming(says, begins.date(), today)} {between}"


def _says(language: str) -> DayTime:
    return DAY_TIME.get(language.partition("-")[0], DAY_TIME["en"])


def _coming(says: DayTime, day: date, today: date) -> str:
    """The weekday alone is the next one."""
    if day - today == _DAY:
        return says.tomorrow
    return _dated(says, says.date, day) if day < today else _day(says, day, today)


def _day(says: DayTime, day: date, today: date | None) -> str:
    if day == today:
        return says.today
    if today and abs(day - today) >= _WEEK:
        return _dated(says, says.date, day)
    return says.days.split(", ")[day.weekday()]


def _dated(says: DayTime, template: str, day: date) -> str:
    return template.format(
        day=says.days.split(", ")[day.weekday()],
        date=says.first if day.day == 1 and says.first else day.day,
        month=says.months.split()[day.month - 1],
        year=day.year,
    )
