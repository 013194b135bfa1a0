"""Print all that is kept of one caller, as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from calls import access
from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.models import Access
from calls.privacy.caller import Kept, told
from menus.management.asked import number_of


class Command(BaseCommand):
    requires_system_checks = []
    help = "Prints all that is kept of one caller as JSON: calls, keys, webhooks, messages with their sound, callbacks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMBER", help='with the country code, like "+1 202 555 0142"')

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        number = number_of(options["number"])
        with database_in_plain_words():
            found = told(Kept(number), timezone.now())
            access.note(Access.What.TOLD, "export_caller", detail=f"calls {len(found['calls'])}")
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
