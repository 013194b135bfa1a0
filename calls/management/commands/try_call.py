"""A telephone in the terminal: ring a line and hear what callers hear. Nothing is recorded."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from calls import callers, deeds, ncco, recorded, script
from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.recorded import ScriptFault
from calls.script import Names
from menus import live, switches
from menus.dialogue import (
    Answered,
    Ask,
    Connect,
    Dialled,
    Fate,
    Guess,
    Held,
    Hold,
    HungUp,
    Keyed,
    Outcome,
    Recorded,
    Silence,
    Spoken,
)
from menus.doings import done
from menus.draft import DraftFault, read_draft
from menus.flow import Flow, read_flow
from menus.management import asked
from menus.models import Line
from menus.numbers import read_number
from menus.tryout import Doing, NotNow, TakesCall, TargetHangsUp, Tryout, Turn

_KEYS: Final = {
    "asks": "keys (Enter = silence, h = hang up, n = show the NCCO, ? = help)",
    "rings": "a = they answer, b = busy, t = no answer, r = they reject, f = failed, h = hang up, n = show the NCCO",
    "records": "Enter = message left, h = hang up, n = show the NCCO",
    "talks": "e = they hang up, l = they give the call back, h = hang up",
}
_HELP: Final = """What you type is what the caller does.
  1, 23, 4#, *   press these keys               Enter   press nothing until the line goes on
  say my bill    say these words                mumble my bill   say them hard to understand
  h              hang up                        n       show the NCCO: what Vonage would be told
  While somebody is rung:   a answers, b busy, t no answer, r rejects, f cannot be rung
  While a message is recorded:   Enter ends it
  While two talk:   e they hang up, l they give the call back to the menu, h the caller hangs up"""
_SAYING: Final = {"say": 1.0, "mumble": 0.3}
"""How sure a recogniser is of it."""
_RINGING: Final[dict[str, Doing]] = {
    "a": TakesCall(),
    "b": Dialled(Fate.BUSY),
    "t": Dialled(Fate.NO_ANSWER),
    "r": Dialled(Fate.REJECTED),
    "f": Dialled(Fate.FAILED),
}
_TALKING: Final[dict[str, Doing]] = {"e": TargetHangsUp(), "l": Dialled(Fate.LEFT)}


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Rings a line in the terminal: shows what callers hear and asks what they do. Nothing is recorded. "
        "With --script it plays a recorded call and says what the line does differently now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "number",
            nargs="?",
            help="one of the line's numbers, like +1 202 555 0110; with --script it may be left out: "
            "the call is then played on the line that the file names",
        )
        parser.add_argument("--at", help="the pretended time, like 2026-12-25T10:00; in the line's time zone")
        parser.add_argument("--from", dest="caller", default=recorded.DEFAULT_CALLER, help="the caller's number")
        parser.add_argument("--draft", action="store_true", help="the draft, not what callers hear now")
        parser.add_argument("--script", type=Path, metavar="FILE", help="play a recorded call and compare")
        parser.add_argument("--write", action="store_true", help="with --script: write into it what the line does now")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings()
        with database_in_plain_words():
            return self.play(options["script"], options) if options["script"] else self.ring(options)

    def ring(self, options: dict[str, Any]) -> None:
        if not options["number"]:
            raise CommandError("Which number rings? Write it like +1 202 555 0110.")
        line = asked.line_of(options["number"])
        flow, version, which = self.chosen(line, draft=options["draft"])
        try:
            caller = read_number(options["caller"])
            zone = ZoneInfo(flow.timezone)
            at = recorded.read_time(options["at"], zone) if options["at"] else timezone.now().astimezone(zone)
        except ValueError as fault:
            raise CommandError(f"{fault}.") from None
        dialled = read_number(options["number"])
        shown = f"{script.number(dialled)}, from {script.number(caller)}"
        self.stdout.write(self.style.MIGRATE_HEADING(f"{line}, {which}: {shown}"))
        self.stdout.write(f"{at:%A} {at.day} {at:%B %Y, %H:%M:%S} ({flow.timezone}). Nothing is recorded. ? = help\n\n")
        known = callers.known(caller, "try-a-call", line.pk, flow, at)
        live.refresh()
        on = switches.on(line.pk)
        self.version = version
        look_up = deeds.pretend(self.tell)
        self.talk(Tryout(flow, caller, dialled, at, known=known, switches=on, look_up=look_up))

    def tell(self, words: str) -> None:
        """What a real call would do beside what the caller hears."""
        self.stdout.write(self.style.NOTICE(f"          ({words})"))

    def chosen(self, line: Line, *, draft: bool) -> tuple[Flow, UUID, str]:
        if draft:
            try:
                return read_draft(line), ncco.NO_VERSION, "draft"
            except DraftFault as error:
                raise asked.draft_faults(line, error) from None
        if line.live is None:
            number = line.numbers.values_list("number", flat=True).first()
            publish = f'manage.py publish_line +{number} --note "…"'
            raise CommandError(f"“{line}” was never published. Try its draft with --draft, or publish it: {publish}")
        return read_flow(line.live.flow), line.live.pk, str(line.live)

    # --- by hand ---

    def talk(self, tryout: Tryout) -> None:
        names = Names(tryout.flow)
        turn = self.do(tryout, Answered(), names)
        while not tryout.over:
            typed = self.ask(tryout)
            if typed in ("?", "help"):
                self.stdout.write(_HELP)
            elif typed in ("n", "N"):
                self.stdout.write(script.pretty(self.answer(tryout, turn)))
            else:
                try:
                    turn = self.do(tryout, meant(tryout, typed), names)
                except NotNow as fault:
                    self.stdout.write(self.style.WARNING(f"Not possible: {fault}. ? = help"))

    def ask(self, tryout: Tryout) -> str:
        try:
            typed = input(f"\n{_KEYS[state(tryout)]}\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            self.stdout.write("")
            return "h"
        if not sys.stdin.isatty():
            self.stdout.write(typed)
        return typed

    def do(self, tryout: Tryout, doing: Doing, names: Names) -> Turn:
        turn = tryout.do(doing)
        self.stdout.write(self.style.SUCCESS(f"{turn.at:%H:%M:%S}  {done(turn.doing)}"))
        if isinstance(doing, Keyed) and turn.doing != doing:
            self.stdout.write("          (the line takes no more keys at once)")
        for said in script.told(turn, self.answer(tryout, turn), names):
            self.stdout.write(f"          {said}")
        if any(visit.outcome is Outcome.SWITCHED for visit in turn.visits):
            self.tell("only for this call: nothing was switched")
        # What is said before a look-up waits for nobody.
        return self.do(tryout, Held(), names) if isinstance(tryout.waits, Hold) else turn

    def answer(self, tryout: Tryout, turn: Turn) -> str:
        return ncco.of_turn(tryout.flow, turn, self.version)

    # --- a recorded call ---

    def play(self, path: Path, options: dict[str, Any]) -> None:
        try:
            call = recorded.read(path.read_text(encoding="utf-8"), str(path))
            if options["number"]:
                line = asked.line_of(options["number"])
                flow, dialled = self.chosen(line, draft=options["draft"])[0], read_number(options["number"])
            else:
                line_file = recorded.line_of(call)
                flow, dialled = line_file, next(iter(line_file.numbers), "")
            played = recorded.play(call, flow, dialled)
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"{path} cannot be read: {getattr(fault, 'strerror', None) or fault}.") from None
        except ScriptFault as fault:
            raise CommandError(str(fault)) from None
        if options["write"] and not played.faults:
            path.write_text(played.text, encoding="utf-8")
            self.stdout.write(self.style.SUCCESS(f"{path}: written."))
            return
        if lines := [*recorded.difference(call, played), *played.faults]:
            raise CommandError("\n".join([*lines, *self.cure(options)]))
        self.stdout.write(self.style.SUCCESS(f"{path}: the line does what is recorded."))

    def cure(self, options: dict[str, Any]) -> Iterator[str]:
        if options["write"]:
            yield "Nothing was written: the call cannot go like that."
        else:
            yield "If that is meant, write it into the file: add --write."


def state(tryout: Tryout) -> str:
    """What the call waits for, as a key of `_KEYS`."""
    if tryout.talking:
        return "talks"
    match tryout.waits:
        case Ask():
            return "asks"
        case Connect():
            return "rings"
        case _:
            return "records"


def meant(tryout: Tryout, typed: str) -> Doing:
    """What the caller or the callee does by what was typed. Raises NotNow."""
    if typed == "h":
        return HungUp()
    for verb, confidence in _SAYING.items():
        if typed.lower().startswith(f"{verb} "):
            return Spoken((Guess(typed[len(verb) :].strip(), confidence),))
    match state(tryout):
        case "asks":
            return Keyed(typed.replace(" ", "")) if typed else Silence()
        case "records" if typed in ("", getattr(tryout.waits, "finish_key", "")):
            return Recorded()
        case "rings" if typed in _RINGING:
            return _RINGING[typed]
        case "talks" if typed in _TALKING:
            return _TALKING[typed]
    if not typed:
        raise NotNow("say what happens")
    return Keyed(typed)
