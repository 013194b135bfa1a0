"""Erase all that is kept of one caller."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.privacy.caller import Kept, counts
from calls.privacy.erase import NotNow, erase
from menus.management.asked import number_of


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Erases one caller: numbers, hashes, keys, words, webhooks, messages, notes. The calls stay as nobody's, so "
        "that figures stay. Without --really it only says how much there is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMBER", help='with the country code, like "+1 202 555 0142"')
        parser.add_argument("--really", action="store_true", help="do it; it cannot be brought back")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        number = number_of(options["number"])
        with database_in_plain_words():
            self._erase(number) if options["really"] else self._count(number)

    def _count(self, number: str) -> None:
        self._say(counts(Kept(number)), "kept")
        self.stdout.write("Nothing was changed. Erase it with --really.")

    def _erase(self, number: str) -> None:
        try:
            done = erase(number, "erase_caller", timezone.now())
        except NotNow as reason:
            raise CommandError(str(reason)) from None
        self._say(done.counts, "erased")
        for name in done.lists:
            self.stdout.write(f"Staff keep the number in {name}: take it out there.")
        if not done.is_clean:
            self.stdout.write("The database's file could not be written anew; traces may be left in it. Run it again.")
        self.stdout.write("Older backups and files that staff took away still hold it.")

    def _say(self, found: dict[str, int], did: str) -> None:
        for what, count in found.items():
            self.stdout.write(f"{what:<11}{count:>7} {did}")
