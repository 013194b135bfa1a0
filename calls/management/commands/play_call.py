"""Ring a running server by its webhooks, and print the call with its NCCOs."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calls import ringing
from calls.recorded import DEFAULT_CALLER
from calls.ringing import CannotRing
from calls.vonage.pretend import Telephone
from menus.management.asked import number_of


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Rings a running server over HTTP as Vonage would, signed with VONAGE_SIGNATURE_SECRET, and prints the call "
        "as a script with its NCCOs. The call is recorded like any other."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="the number that rings, like +1 202 555 0110")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="the running server (%(default)s)")
        parser.add_argument(
            "--keys",
            default="",
            help="what the caller presses, a menu's keys after another's by commas: “1,,23” presses 1, then nothing, "
            "then 23. Then the caller hangs up; whoever is rung on the way takes the call",
        )
        parser.add_argument("--from", dest="caller", default=DEFAULT_CALLER, help="the caller's number")

    def handle(self, *args: Any, **options: Any) -> None:
        dialled, caller = number_of(options["number"]), number_of(options["caller"])
        keys = options["keys"].replace(" ", "").split(",") if options["keys"].strip() else []
        if wrong := [entry for entry in keys if set(entry) - set("0123456789*#")]:
            raise CommandError(f"“{wrong[0]}” cannot be pressed; keys are 0 to 9, * and #.")
        try:
            telephone = Telephone(ringing.sender(options["url"]), signature_secret(), number=caller, dialled=dialled)
            for line in ringing.play(telephone, keys):
                self.stdout.write(line)
        except CannotRing as fault:
            raise CommandError(f"{fault}.") from None
        self.stdout.write(f"\nThe call as the server's log has it: manage.py show_call {telephone.uuid}")


def signature_secret() -> str:
    """Empty: the call goes unsigned."""
    return next(iter(settings.VONAGE_SIGNATURE_SECRETS), "")
