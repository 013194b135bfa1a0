"""Count days anew from the log, and say what differed."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max, Min

from calls import tallies
from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.models import Call
from menus.management import asked
from menus.models import Line


class Command(BaseCommand):
    requires_system_checks = []
    help = "Counts the calls of each day anew, for the reports, and says what differed from the counts that stood."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("line", nargs="?", metavar="LINE", help="one of its numbers; left out: all lines")
        parser.add_argument("--from", dest="first", type=_date, metavar="DATE", help="the first day, like 2026-03-01")
        parser.add_argument("--to", dest="last", type=_date, metavar="DATE", help="the last day, like 2026-03-31")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        first, last = options["first"], options["last"]
        if first and last and first > last:
            raise CommandError(f"--from {first} is after --to {last}; give the earlier day first.")
        with database_in_plain_words():
            lines = [asked.line_of(options["line"])] if options["line"] else Line.objects.order_by("name", "pk")
            for line in lines:
                self._recount(line, first, last)

    def _recount(self, line: Line, first: date | None, last: date | None) -> None:
        days = differed = 0
        for day in _days(line, first, last):
            before = tallies.counted(line.pk, day)
            tallies.recount(line.pk, day)
            after = tallies.counted(line.pk, day)
            days += 1
            if before != after:
                differed += 1
                gone, came = (before - after).total(), (after - before).total()
                self.stdout.write(f"{line}, {day}: {gone} counts were wrong, {came} stand in their place.")
        self.stdout.write(f"{line}: {days} days with calls counted, {differed} differed.")


def _days(line: Line, first: date | None, last: date | None) -> list[date]:
    """Only days that have calls: what was counted of calls that are no longer kept stays counted."""
    calls = Call.objects.filter(line=line)
    ends = calls.aggregate(first=Min("local_day"), last=Max("local_day"))
    if ends["first"] is None:
        return []
    begin, end = max(first or ends["first"], ends["first"]), min(last or ends["last"], ends["last"])
    days = (begin + timedelta(days=n) for n in range((end - begin).days + 1))
    return [day for day in days if tallies.calls_of(line.pk, day).exists()]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no day; write it like 2026-03-31.") from None
