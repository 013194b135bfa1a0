"""Write a line as YAML to the standard output."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from menus.draft import DraftFault, read_line_file
from menus.flow import LineFile, plain, read_flow
from menus.linefile import write_yaml
from menus.management import asked


class Command(BaseCommand):
    help = "Writes a line's draft as YAML; import_line reads it. With --live: the version that callers hear."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="one of the line's numbers, like +1 202 555 0110")
        parser.add_argument("--live", action="store_true", help="the live version, not the draft")

    def handle(self, *args: Any, **options: Any) -> None:
        line = asked.line_of(options["number"])
        if options["live"]:
            numbers = list(line.numbers.values_list("number", flat=True))
            live = plain(read_flow(asked.live_of(line).flow))
            line_file = LineFile.model_validate(live | {"numbers": numbers})
        else:
            try:
                line_file = read_line_file(line)
            except DraftFault as error:
                raise asked.draft_faults(line, error) from None
        self.stdout.write(write_yaml(line_file), ending="")
