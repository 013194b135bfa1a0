"""Publish a line's draft."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from menus.flow import read_flow
from menus.management import asked
from menus.publish import findings


class Command(BaseCommand):
    help = (
        "Makes a line's draft live, if the check finds no error and every golden call is green. "
        "New calls hear it within two seconds."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="one of the line's numbers, like +1 202 555 0110")
        parser.add_argument("--note", required=True, help="what changed and why, for the list of versions")

    def handle(self, *args: Any, **options: Any) -> None:
        line = asked.line_of(options["number"])
        version = asked.publish_now(line, options["note"])
        for said in asked.in_words(findings(read_flow(version.flow))):
            self.stdout.write(said)
        self.stdout.write(self.style.SUCCESS(f"{line}: {version} is live."))
