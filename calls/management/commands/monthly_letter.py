"""Print the letter about a month of a line."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calls.letter import letter, month_before, month_of
from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.reports.span import Span
from menus.management.asked import line_of
from menus.models import Line


class Command(BaseCommand):
    requires_system_checks = []
    help = "Prints a page of plain findings about a month of a line's calls, with figures and links to the calls."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("line", metavar="LINE", help="a number of the line, for example +1 202 555 0110")
        parser.add_argument("--month", metavar="YYYY-MM", help="for example 2026-10; left out: the last whole month")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        with database_in_plain_words():
            line = line_of(options["line"])
            self.stdout.write(letter(line, _asked(options["month"], line)), ending="")


def _asked(month: str | None, line: Line) -> Span:
    today = timezone.now().astimezone(ZoneInfo(line.timezone)).date()
    if month is None:
        return month_before(today)
    found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", month)
    if not found:
        raise CommandError(f"“{month}” is no month. Write it like 2026-10.")
    span = month_of(int(found[1]), int(found[2]))
    if span.first >= today:
        raise CommandError(f"No day of {month} is over yet. Choose an earlier month, or leave it out.")
    return span if span.last < today else Span(span.first, today - timedelta(days=1))
