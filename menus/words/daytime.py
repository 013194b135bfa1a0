"""How a language says when: “Monday at 8:30 AM”."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple

_WEEK: Final = timedelta(days=7)


class DayTime(NamedTuple):
    """The words of a language for days and times, with the prepositions that it needs."""

    days: str
    """Monday first, parted by commas."""
    months: str
    """January first, parted by spaces."""
    date: str
    """A day a week or more away."""
    today: str
    at: str
    sharp: str
    """The time on the hour."""
    at_one: str = ""
    """The time in an hour that is one, where it differs: “a la 1:30”, but “a las 2:30”."""
    sharp_one: str = ""


DAY_TIME: Final[Mapping[str, DayTime]] = MappingProxyType(
    {
        "en": DayTime(
            days="Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
            months="January February March April May June July August September October November December",
            date="{day}, {month} {date},",
            today="today",
            at="at {hour12}:{minute} {half}",
            sharp="at {hour12} {half}",
        ),
        "es": DayTime(
            days="el lunes, el martes, el miércoles, el jueves, el viernes, el sábado, el domingo",
            months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            date="{day} {date} de {month}",
            today="hoy",
            at="a las {hour}:{minute}",
            sharp="a las {hour}",
            at_one="a la 1:{minute}",
            sharp_one="a la 1",
        ),
        "fr": DayTime(
            days="lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche",
            months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            date="{day} {date} {month}",
            today="aujourd'hui",
            at="à {hour} heures {minute}",
            sharp="à {hour} heures",
            at_one="à 1 heure {minute}",
            sharp_one="à 1 heure",
        ),
        "de": DayTime(
            days="am Montag, am Dienstag, am Mittwoch, am Donnerstag, am Freitag, am Samstag, am Sonntag",
            months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
            date="{day}, den {date}. {month},",
            today="heute",
            at="um {hour} Uhr {minute}",
            sharp="um {hour} Uhr",
        ),
        "it": DayTime(
            days="lunedì, martedì, mercoledì, giovedì, venerdì, sabato, domenica",
            months="gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
            date="{day} {date} {month}",
            today="oggi",
            at="alle {hour}:{minute}",
            sharp="alle {hour}",
            at_one="all'1:{minute}",
            sharp_one="all'1",
        ),
        "pt": DayTime(
            days="na segunda-feira, na terça-feira, na quarta-feira, na quinta-feira, "
            "na sexta-feira, no sábado, no domingo",
            months="janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
            date="{day}, {date} de {month},",
            today="hoje",
            at="às {hour}:{minute}",
            sharp="às {hour} horas",
            at_one="à 1:{minute}",
            sharp_one="à 1 hora",
        ),
        "nl": DayTime(
            days="maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag",
            months="januari februari maart april mei juni juli augustus september oktober november december",
            date="{day} {date} {month}",
            today="vandaag",
            at="om {hour}:{minute} uur",
            sharp="om {hour} uur",
        ),
        "pl": DayTime(
            days="w poniedziałek, we wtorek, w środę, w czwartek, w piątek, w sobotę, w niedzielę",
            months="stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
            date="{day} {date} {month}",
            today="dzisiaj",
            at="o godzinie {hour}:{minute}",
            sharp="o godzinie {hour}:00",
        ),
        "sv": DayTime(
            days="på måndag, på tisdag, på onsdag, på torsdag, på fredag, på lördag, på söndag",
            months="januari februari mars april maj juni juli augusti september oktober november december",
            date="{day} den {date} {month}",
            today="i dag",
            at="klockan {hour}:{minute}",
            sharp="klockan {hour}",
        ),
    }
)


def speak_time(at: datetime, language: str, today: date | None = None) -> str:
    """“Monday at 8:30 AM”; “today at 8:30 AM” if it is today; with the date if a week or more away."""
    says = DAY_TIME.get(language.partition("-")[0], DAY_TIME["en"])
    return f"{_day(says, at.date(), today)} {_time(says, at)}"


def _day(says: DayTime, day: date, today: date | None) -> str:
    weekday = says.days.split(", ")[day.weekday()]
    if day == today:
        return says.today
    if today and abs(day - today) >= _WEEK:
        return says.date.format(day=weekday, date=day.day, month=says.months.split()[day.month - 1])
    return weekday


def _time(says: DayTime, at: datetime) -> str:
    usual, at_one = (says.at, says.at_one) if at.minute else (says.sharp, says.sharp_one)
    return (at_one if at.hour == 1 and at_one else usual).format(
        hour=at.hour,
        hour12=at.hour % 12 or 12,
        minute=f"{at.minute:02}",
        half="AM" if at.hour < 12 else "PM",
    )
