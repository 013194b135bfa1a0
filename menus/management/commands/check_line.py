"""Say what is wrong with a line, whether it keeps its promises, and whether its golden calls end where they must."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from menus.check import Severity, promised
from menus.draft import DraftFault, read_draft
from menus.flow import Flow, read_flow
from menus.golden import Result, check_golden
from menus.management import asked
from menus.models import Line
from menus.publish import find, findings


class Command(BaseCommand):
    help = (
        "Checks a line's draft, says what to do about each finding, how each promise is kept, and plays "
        "the golden calls. Exit status 1 when there is an error, or a golden call is red."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="one of the line's numbers, like +1 202 555 0110")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--draft", action="store_true", help="check the draft (this is the default)")
        which.add_argument("--live", action="store_true", help="check what callers hear now")

    def handle(self, *args: Any, **options: Any) -> None:
        line = asked.line_of(options["number"])
        what = f"{line}, {asked.live_of(line)}" if options["live"] else f"{line}, draft"
        flow = read_flow(asked.live_of(line).flow) if options["live"] else _draft(line)
        found = findings(flow) if flow else find(line)
        kept = [f"{'kept':8} {sentence}" for sentence in promised(flow)] if flow else []
        golden = check_golden(line, flow) if flow else []
        for said in [*asked.in_words(found), *kept, *map(_said, golden)]:
            self.stdout.write(said)
        red = sum(not result.ok for result in golden)
        errors = sum(finding.severity is Severity.ERROR for finding in found)
        warnings = len(found) - errors
        if errors:
            raise CommandError(f"{what}: {errors} error(s), {warnings} warning(s); it cannot be published so.")
        if red:
            raise CommandError(f"{what}: {red} golden call(s) red; it cannot be published so.")
        self.stdout.write(self.style.SUCCESS(f"{what}: no error, {warnings} warning(s)."))


def _draft(line: Line) -> Flow | None:
    """None: it is too unfinished to be a flow, and `find` says why."""
    try:
        return read_draft(line)
    except DraftFault:
        return None


def _said(result: Result) -> str:
    return f"{'green' if result.ok else 'red':8} {result.golden}{f': it {result.fault}' if result.fault else ''}."
