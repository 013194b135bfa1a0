"""Print any call as a script, from the log."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from calls import logged
from calls.management.site import database_in_plain_words, stop_on_wrong_settings


class Command(BaseCommand):
    requires_system_checks = []
    help = "Prints a call from the log: what was heard and said, where it led and why, who was rung, how it ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "uuid",
            metavar="UUID",
            help=f"the call's id as Vonage gave it, its first {logged.SHORTEST} characters or more, "
            "or the id of its conversation",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        try:
            with database_in_plain_words():
                lines = logged.script_of(logged.find_call(options["uuid"].strip()))
        except logged.NoSuchCall as fault:
            raise CommandError(f"{fault}.") from None
        self.stdout.write("\n".join(lines))
