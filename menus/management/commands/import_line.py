"""Read a line from a file into its draft; with --publish, make it live."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from menus.management import asked
from menus.models import Line


class Command(BaseCommand):
    help = (
        "Replaces a line's draft by a YAML or JSON file (-: the standard input). The line is the one that has a "
        "number of the file, else the one of that name, else a new one. Callers hear no change without --publish."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--publish", action="store_true", help="make it live if the check finds no error")
        parser.add_argument("--note", default="", help="what changed and why, for the list of versions")

    def handle(self, *args: Any, **options: Any) -> None:
        name: str = options["file"]
        line_file = asked.read_file(name)
        self.stdout.write(f"{line_file.name}: writing {len(line_file.destinations)} destinations …")
        with transaction.atomic():
            line = asked.import_draft(line_file)
            note = options["note"] or f"Imported from {Path(name).name}"
            version = asked.publish_now(line, note) if options["publish"] else None
        if version:
            self.stdout.write(self.style.SUCCESS(f"{line}: {version} is live."))
        else:
            self.stdout.write(self.style.SUCCESS(f"{line}: the draft is written."))
            self.say_what_callers_hear(line)
        if kept := list(line.numbers.exclude(number__in=line_file.numbers)):
            shown = ", ".join(map(str, kept))
            self.stdout.write(f"It still has {shown}, which the file does not name; remove it in the admin.")

    def say_what_callers_hear(self, line: Line) -> None:
        number = line.numbers.values_list("number", flat=True).first()
        hear = f"{line.live} as before" if line.live else "nothing yet"
        how = f'manage.py publish_line {number} --note "…"' if number else "first give the line a number"
        self.stdout.write(f"Callers hear {hear}. To publish: {how}")
