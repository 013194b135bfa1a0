"""Opening hours the slow way: a table with an entry for each minute on the wall. Nothing of menus/hours.py."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from menus.flow import Schedule

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [f"{date(2024, month, 1):%B}".lower() for month in range(1, 13)]


@cache
def easter(year: int) -> date:
    """Knuth, The Art of Computer Programming 1.3.2, exercise 14 (Clavius's tables), not the computus of the house."""
    golden, century = year % 19 + 1, year // 100 + 1
    skipped, moon = 3 * century // 4 - 12, (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moon - skipped) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full = 44 - epact + (30 if 44 - epact < 21 else 0)
    return date(year, 3, 1) + timedelta(days=full + 7 - (5 * year // 4 - skipped - 10 + full) % 7 - 1)


@cache
def is_day(when: str, day: date) -> bool:
    """Looks at the day and asks whether the rule means it; the house goes the other way round."""
    for sign in "+-":
        rule, found, days = when.replace(" days", "").replace(" day", "").rpartition(f" {sign} ")
        if found:
            return is_day(rule, day - timedelta(days=int(sign + days)))
    if when == "easter":
        return day == easter(day.year)
    if " of " not in when:
        return when in (f"{day:%m-%d}", f"{day:%Y-%m-%d}")
    ordinal, weekday, _, month = when.split()
    if (weekday, month) != (WEEKDAYS[day.weekday()], MONTHS[day.month - 1]):
        return False
    return (day + 7 * DAY).month != day.month if ordinal == "last" else (day.day + 6) // 7 == int(ordinal[0])


def minutes(hours: str) -> list[int]:
    start, end = ([int(part) for part in clock.split(":")] for clock in hours.split("-"))
    listed, now = [], start[0] * 60 + start[1]
    while True:
        listed.append(now)
        now += 1
        if now in (end[0] * 60 + end[1], end[0] * 60 + end[1] + 1440):
            return listed


class Oracle:
    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.days: dict[date, list[str]] = {}

    def at_wall(self, wall: datetime) -> str:
        day = wall.date()
        if day not in self.days:
            self.days[day] = self.paint(day)
        return self.days[day][wall.hour * 60 + wall.minute]

    def at(self, zone: ZoneInfo, at: datetime) -> str:
        return self.at_wall(at.astimezone(zone).replace(tzinfo=None))

    def paint(self, day: date) -> list[str]:
        table = ["closed"] * 1440
        for begun, shift in ((day - DAY, 1440), (day, 0)):
            for minute in self.open_minutes(begun):
                if 0 <= minute - shift < 1440:
                    table[minute - shift] = "open"
        for begun, shift in ((day - DAY, 1440), (day, 0)):
            for minute in self.holiday_minutes(begun):
                if 0 <= minute - shift < 1440:
                    table[minute - shift] = "holiday"
        return table

    def open_minutes(self, day: date) -> set[int]:
        hours = self.schedule.weekly.get(f"{day:%a}".lower(), ())  # type: ignore[call-overload]
        listed = {minute for text in hours for minute in minutes(text)}
        ended = 1439 in self.holiday_minutes(day)
        return {minute for minute in listed if not (ended and minute >= 1440)}

    def holiday_minutes(self, day: date) -> set[int]:
        return {
            minute
            for holiday in self.schedule.holidays
            if is_day(holiday.when, day)
            for minute in minutes(holiday.closed or "00:00-24:00")
        }

    def next_opening(self, zone: ZoneInfo, at: datetime, days: int) -> datetime | None:
        """Asks each minute, one after the other."""
        now = at.astimezone(UTC)
        last = now + days * DAY
        while now <= last:
            if self.at(zone, now) == "open":
                return now
            now = now.replace(second=0, microsecond=0) + MINUTE
        return None
