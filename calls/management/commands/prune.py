"""Take out what is kept of callers for longer than the settings say; to be run each night."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.privacy.prune import prune, told
from ivrsite.database import DatabaseAway


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Takes out what is old: webhooks as they came, digits, recordings, numbers of callers. Figures stay. "
        "Without --really it only says how much there is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--really", action="store_true", help="do it; what is taken out cannot be brought back")
        parser.add_argument(
            "--at-most",
            type=_count,
            metavar="N",
            default=None,
            help=f"of each class; the next run goes on there (now {settings.PRUNE_AT_MOST}, by PRUNE_AT_MOST)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        really, at_most = options["really"], options["at_most"] or settings.PRUNE_AT_MOST
        try:
            with database_in_plain_words():
                taken = prune(timezone.now(), at_most, really=really)
        except DatabaseAway as fault:
            raise CommandError(f"The database is away: {fault}. What was done stays done; run it again.") from None
        self.stdout.write("\n".join(told(taken, really=really)))
        if not really:
            self.stdout.write("Nothing was changed. Take it out with --really.")


def _count(typed: str) -> int:
    if not re.fullmatch("[1-9][0-9]{0,8}", typed):
        raise ArgumentTypeError(f"{typed[:40]!r} is not a whole number from 1 to 999999999")
    return int(typed)
