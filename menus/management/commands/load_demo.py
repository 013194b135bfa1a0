"""Load the demo lines that ship with the project, with their tables and lists."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from menus.management import asked, demo_sheets
from menus.models import Line
from menus.publish import NothingChanged, PublishRefused, publish

FOLDER: Final = Path(__file__).parents[2] / "demo"


class Command(BaseCommand):
    help = "Writes the demo lines, their tables and lists anew. Changes to them are lost; nothing else is touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--publish", action="store_true", help="make them live, so that they can be called")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = sorted(FOLDER.glob("*.yaml"))
        if not paths:
            raise CommandError(f"There is no demo line in {FOLDER}.")
        files = [asked.read_file(str(path)) for path in paths]
        with transaction.atomic():
            for words in demo_sheets.load(FOLDER):
                self.stdout.write(words)
            for line_file in files:
                line = asked.import_draft(line_file)
                what = self.publish(line) if options["publish"] else "the draft is written"
                self.stdout.write(f"{line} ({', '.join(map(str, line.numbers.all()))}): {what}.")

    def publish(self, line: Line) -> str:
        try:
            return f"{publish(line, None, 'Demo line')} is live"
        except NothingChanged:
            return f"{line.live} is live already"
        except PublishRefused as error:
            raise CommandError("\n".join([str(error), *asked.in_words(error.findings)])) from None
