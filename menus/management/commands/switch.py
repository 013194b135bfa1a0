"""Throw a line's switch from the terminal, at night."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from ivrsite import database
from menus import switches
from menus.dialogue import Flip
from menus.flow import Prompt, SwitchKind
from menus.management import asked
from menus.models import Line, Switch
from menus.models.switches import MAX_AHEAD

BY: Final = "by the command"
MAX_HOURS: Final = MAX_AHEAD / timedelta(hours=1)


class Command(BaseCommand):
    help = "Forces a line open or closed, or puts a message before its greeting, at once and for some hours."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="one of the line's numbers, like +1 202 555 0110")
        parser.add_argument(
            "switch",
            nargs="?",
            choices=[kind.value for kind in SwitchKind],
            help="normal ends all that is on; left out: only says what is on",
        )
        parser.add_argument("--hours", type=float, help="for how long, like 2 or 0.5; needed for all but normal")
        parser.add_argument("--words", default="", help="the message, in the line's first language")
        parser.add_argument("--schedule", default="", help="the key of the only hours that are meant")

    def handle(self, *args: Any, **options: Any) -> None:
        line = asked.line_of(options["number"])
        if options["switch"]:
            self._throw(line, SwitchKind(options["switch"]), options)
        on = [switches.in_words(switch) for switch in switches.rows_on(timezone.now()).filter(line=line)]
        self.stdout.write(f"{line}: {'; '.join(on) or 'no switch is on'}.")

    def _throw(self, line: Line, kind: SwitchKind, options: dict[str, Any]) -> None:
        hours = options["hours"]
        if kind is not SwitchKind.NORMAL and not hours:
            raise CommandError("A switch ends by itself; say after how many hours, like --hours 2.")
        if hours and not 0 < hours <= MAX_HOURS:
            raise CommandError(f"A switch is on for at most {MAX_HOURS:g} hours; choose fewer, and more than 0.")
        if options["words"] and kind is not SwitchKind.MESSAGE:
            raise CommandError("Only a message has words; leave --words out, or throw the switch message.")
        now = timezone.now()
        ends = now + timedelta(hours=hours or 1)
        flip = Flip(kind, options["schedule"], int(ends.timestamp()), _prompt(line, options["words"]))
        try:
            switches.throw(line.pk, flip, now, via=Switch.Via.ADMIN, note=BY)
        except switches.SwitchRefused as refused:
            raise CommandError(str(refused)) from None
        except database.DatabaseAway as fault:
            raise CommandError(f"Nothing was switched: the database does not answer ({fault}).") from None


def _prompt(line: Line, words: str) -> Prompt:
    first = line.languages.first()
    return Prompt.model_validate({first.key: words} if first and words else {})
