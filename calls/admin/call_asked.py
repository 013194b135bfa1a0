"""What is asked of the list of calls by its address: read, said in words, and turned into conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls import sorts
from calls.models import Call, CallOutcome, Visit
from calls.script import Names, number
from menus import live
from menus.flow import Flow
from menus.map.ways import ways_of
from menus.models import Line, Version

FEW: Final = 5000
"""Calls of one caller that are looked through at most."""
SHORTEST: Final = 6
"""Characters of a call's id that are enough to find it."""
STAYS: Final = timedelta(days=1)
"""No call comes to a place later than this after it rang."""
WORDS: Final = ("line", "from", "to", "outcome", "destination", "option", "hour", "weekday", "version", "language")
SORTS: Final = ("only", "how", "rang", "fate", "way", "to_place", "second")
NAMES: Final = (*WORDS, *SORTS, "min", "max", "number", "q", "same")
OLD_NAMES: Final = {"line__id__exact": "line", "outcome__exact": "outcome"}


class Asked:
    """The filters that an address holds. What cannot be read is a fault, in words, and finds nothing."""

    def __init__(self, given: Mapping[str, str], sees_numbers: bool) -> None:
        renamed = {OLD_NAMES.get(name, name): value for name, value in given.items()}
        self.given = {name: value for name in NAMES if (value := renamed.get(name, "").strip()[:100])}
        self.sees_numbers = sees_numbers
        self.faults: list[str] = []
        self.line = self._line()
        self.first, self.last = self._day("from"), self._day("to")
        self.hour, self.weekday = self._whole("hour", 23), self._whole("weekday", 6)
        self.shortest, self.longest = self._whole("min", 10**6), self._whole("max", 10**6)
        self.outcome, self.language = self._outcome(), self.text("language")
        self.destination, self.option = self.text("destination"), self.text("option")
        self.version = self._version()
        self.only, self.how = self._sort("only", sorts.CALLS), self._sort("how", sorts.VISITS)
        rang = self.text("rang")
        self.rang, self.fate = digits_of(rang) or rang, self._sort("fate", sorts.FATES)
        self.way, self.to_place = self.text("way"), self.text("to_place")
        self.second = self._second()
        self._together()
        self.found, self.many = (None, Q()) if self.faults else self._searched()

    def text(self, name: str) -> str:
        return self.given.get(name, "")

    # --- read ---

    def _whole(self, name: str, most: int) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) <= most:
            return int(text)
        self._fault(name, _("a whole number from 0 to %(most)s is needed") % {"most": f"{most:,}"})
        return None

    def _fault(self, name: str, cure: str) -> None:
        self.faults.append(
            _("“%(value)s” for “%(name)s”: %(cure)s.") % {"value": self.text(name), "name": name, "cure": cure}
        )

    def _day(self, name: str) -> date | None:
        if not (text := self.text(name)):
            return None
        try:
            day = date.fromisoformat(text)
            if 1971 <= day.year < 3000:
                return day
        except ValueError:
            pass
        self._fault(name, _("write the day like 2026-11-30"))
        return None

    def _line(self) -> Line | None:
        pk = self._whole("line", 10**9 - 1)
        found = Line.objects.filter(pk=pk).first() if pk is not None else None
        if pk is not None and not found:
            self._fault("line", _("there is no such line; choose one below"))
        return found

    def _outcome(self) -> str:
        outcome = self.text("outcome")
        if outcome and outcome not in CallOutcome.values:
            self._fault("outcome", _("there is no such outcome; choose one below"))
        return outcome

    def _version(self) -> UUID | None:
        if not (text := self.text("version")):
            return None
        try:
            return UUID(text)
        except ValueError:
            self._fault("version", _("there is no such version; choose one below"))
            return None

    def _sort(self, name: str, known: Mapping[str, object]) -> str:
        sort = self.text(name)
        if sort and sort not in known:
            self._fault(name, _("there are only %(known)s") % {"known": ", ".join(known)})
        return sort

    def _second(self) -> str:
        second = self.text("second")
        if second and not re.fullmatch(r"[0-9]{1,4}\+?", second):
            self._fault("second", _("write a second like 7, or 60+ for all from the 60th on"))
        return second

    def _together(self) -> None:
        if self.first and self.last and self.last < self.first:
            self.faults.append(_("The last day is before the first."))
        if self.shortest is not None and self.longest is not None and self.longest < self.shortest:
            self.faults.append(_("The longest duration is below the shortest."))
        if self.destination and "line" not in self.given:
            self.faults.append(_("Choose the line of the destination too."))
        if self.option and not self.destination:
            self.faults.append(_("Choose the menu of the option too."))
        if (self.how or self.way or self.to_place or self.second) and not self.destination:
            self.faults.append(_("Choose the place where they did so too."))
        if self.fate and not self.rang:
            self.faults.append(_("Say which number was rung too."))
        if self.text("number") and not self.sees_numbers:
            self.faults.append(_("Numbers are masked for you, so calls cannot be found by them."))

    # --- as conditions ---

    @cached_property
    def begins(self) -> datetime | None:
        """No local day begins further than this from its namesake in UTC."""
        return datetime.combine(self.first, time(), UTC) - timedelta(hours=15) if self.first else None

    @cached_property
    def ends(self) -> datetime | None:
        return datetime.combine(self.last, time(), UTC) + timedelta(hours=39) if self.last else None

    def within(self) -> Q:
        """Served by the index on when calls rang, of all or of one line."""
        wanted = Q(line=self.line) if self.line else Q()
        wanted &= Q(started_at__gte=self.begins) if self.begins else Q()
        return wanted & (Q(started_at__lt=self.ends) if self.ends else Q())

    def days(self) -> Q:
        wanted = Q(local_day__gte=self.first) if self.first else Q()
        return wanted & (Q(local_day__lte=self.last) if self.last else Q())

    @cached_property
    def rest(self) -> Q:
        """What no index serves."""
        exact = {
            "outcome": self.outcome,
            "language": "" if self.language == sorts.NO_LANGUAGE else self.language,
            "version": self.version,
            "local_hour": self.hour,
            "local_day__iso_week_day": None if self.weekday is None else self.weekday + 1,
            "duration_seconds__gte": self.shortest,
            "duration_seconds__lte": self.longest,
        }
        wanted = Q(**{name: value for name, value in exact.items() if value not in ("", None)}) & self.many
        wanted &= Q(language="") if self.language == sorts.NO_LANGUAGE else Q()
        wanted &= sorts.CALLS[self.only].wanted if self.only else Q()
        return wanted & (sorts.rung(self.rang, self.destination, self.fate) if self.rang else Q())

    def _searched(self) -> tuple[Q | None, Q]:
        """The few calls that the search means, each way by its index; and what means too many for that."""
        few: list[Q] = []
        many = Q()
        if term := self.text("q"):
            ids = list(Call.objects.filter(_begins(term)).order_by().values_list("pk", flat=True)[:FEW])
            few.append(Q(pk__in=ids))
            if not ids and self.sees_numbers:
                few.pop()
                many &= _of_caller(term)
        if (term := self.text("number")) and self.sees_numbers:
            many &= _of_caller(term)
        if many and len(callers := list(_ids(Call.objects.filter(many))[: FEW + 1])) <= FEW:
            few.append(Q(pk__in=callers))
            many = Q()
        if uuid := self.text("same"):
            known = Call.objects.filter(pk=uuid).exclude(caller_key="").values_list("line_id", "caller_key").first()
            few.append(Q(pk__in=list(_ids(of_key(*known))[:FEW]) if known else [uuid]))
        return (_all(few) if few else None), many

    def visits(self) -> QuerySet[Visit]:
        """Those at the destination, whatever was done there: its index tells no more."""
        return Visit.objects.filter(line=self.line, destination=self.destination).order_by()

    @property
    def done_there(self) -> Q:
        """At the destination."""
        wanted = sorts.VISITS[self.how].wanted if self.how else Q()
        wanted &= sorts.went(self.way, self.to_place, self.second)
        return wanted & (Q(option=self.option) if self.option else Q())

    # --- in words ---

    @cached_property
    def flow(self) -> Flow | None:
        """Of the line's newest version."""
        if not self.line:
            return None
        newest = Version.objects.filter(line=self.line).order_by("-number").values_list("pk", flat=True).first()
        return live.flow_if_known(newest)

    @property
    def words(self) -> str:
        """`Riverbend Clinic, 1 Nov – 30 Nov 2026, hung up in the menu`."""
        names = Names(self.flow)
        chosen = names.option(self.destination, self.option)
        told = [str(self.line or ""), self._days_told()]
        told.append(str(CallOutcome(self.outcome).label) if self.outcome in CallOutcome.values else "")
        told.append(_("came to %(place)s") % {"place": names.place(self.destination)} if self.destination else "")
        told.append(_("chose “%(option)s”") % {"option": chosen} if self.option else "")
        told.append(str(sorts.VISITS[self.how].words) if self.how in sorts.VISITS else "")
        told += [self._way_told(), self._rung_told()]
        told.append(_("in second %(second)s there") % {"second": self.second} if self.second else "")
        told.append(str(sorts.CALLS[self.only].words) if self.only in sorts.CALLS else "")
        told.append(_("rang on a %(day)s") % {"day": WEEKDAYS[self.weekday]} if self.weekday is not None else "")
        told.append(_("rang from %(hour)s:00 to %(hour)s:59") % {"hour": self.hour} if self.hour is not None else "")
        told.append(self._version_told())
        told.append(_("in %(language)s") % {"language": self._language_told()} if self.language else "")
        told.append(_("%(n)s seconds or longer") % {"n": self.shortest} if self.shortest is not None else "")
        told.append(_("%(n)s seconds or shorter") % {"n": self.longest} if self.longest is not None else "")
        told.append(_("number %(number)s") % {"number": number(self.text("number"))} if self.text("number") else "")
        told.append(_("found by “%(term)s”") % {"term": self.text("q")} if self.text("q") else "")
        told.append(_("of one caller") if self.text("same") else "")
        return ", ".join(filter(None, told)) or _("all calls")

    def _way_told(self) -> str:
        """In the words of the map."""
        if self.to_place:
            return _("went on to %(place)s") % {"place": Names(self.flow).place(self.to_place)}
        here = self.flow.destinations.get(self.destination) if self.flow else None
        known = {way.name: way.words for way in ways_of(here)} if here else {}
        words = ", ".join(known.get(name, name) for name in self.way.split(","))
        return _("went on by “%(way)s”") % {"way": words} if self.way else ""

    def _rung_told(self) -> str:
        if not self.rang:
            return ""
        about = {"number": number(self.rang), "fate": str(sorts.FATES.get(self.fate, ""))}
        return (_("%(number)s was rung for them: %(fate)s") if self.fate else _("%(number)s was rung for them")) % about

    def _days_told(self) -> str:
        first, last = (date_format(day, "j M Y") if day else "" for day in (self.first, self.last))
        if first and last:
            return first if first == last else f"{first} – {last}"
        if first:
            return _("since %(day)s") % {"day": first}
        return _("until %(day)s") % {"day": last} if last else ""

    def _version_told(self) -> str:
        if not self.version:
            return ""
        return str(Version.objects.defer("flow").filter(pk=self.version).first() or _("a version that is gone"))

    def _language_told(self) -> str:
        known = {one.key: one.name for one in self.flow.languages} if self.flow else {}
        known[sorts.NO_LANGUAGE] = _("no language yet")
        return known.get(self.language, self.language)


def _all(wanted: list[Q]) -> Q:
    together = Q()
    for one in wanted:
        together &= one
    return together


def digits_of(term: str) -> str:
    """Of a number however it is written; empty: it is none."""
    digits = re.sub(r"[\s()+./-]", "", term)
    return digits if digits.isascii() and digits.isdigit() else ""


def _begins(term: str) -> Q:
    """The whole id, or its beginning: with what each database has an index for."""
    if len(term) < SHORTEST:
        return Q(pk=term)
    if connection.vendor == "postgresql":
        return Q(pk__startswith=term)
    return Q(pk__gte=term, pk__lt=f"{term}\U0010ffff")


def _of_caller(term: str) -> Q:
    """A number or its beginning, however it is written; else what carriers say of one who is not known."""
    digits = digits_of(term)
    return Q(caller__gte=digits, caller__lt=following(digits)) if digits else Q(caller=term.lower())


def _ids(calls: QuerySet[Call]) -> QuerySet[Call, str]:
    """In no order, so that no other index is taken for it."""
    return calls.order_by().values_list("pk", flat=True)


def of_key(line_id: int | None, key: str) -> QuerySet[Call]:
    """The calls of one caller to one line. What is excluded is what its index leaves out."""
    calls = Call.objects.filter(caller_key=key).exclude(caller_key="")
    return calls.filter(line_id=line_id) if line_id is not None else calls.none()


def following(digits: str) -> str:
    """The first text after all that begin with these digits: with it an index serves, which LIKE may not have."""
    kept = digits.rstrip("9")
    return f"{kept[:-1]}{int(kept[-1]) + 1}" if kept else "a"  # letters come after all digits
