"""Fill a demo with calls as a real line has them."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from pydantic import ValidationError

from calls import keeper, ringing
from calls.management.commands.demo import signature_secret
from calls.management.server import Server, ServerFault
from calls.management.site import database_in_plain_words
from calls.ringing import CannotRing
from calls.simulation.caller import Played, SimulatedCall
from calls.simulation.mix import Mix, ordinary, read_mix
from calls.simulation.plan import Planned, plan
from calls.vonage.pretend import BadAnswer
from menus import live
from menus.draft import DraftRefused, find_line
from menus.models import Line
from menus.numbers import read_number

T = TypeVar("T")
WORKERS: Final = 4
MOST_CALLS: Final = 1_000_000


class Command(BaseCommand):
    help = (
        "Sends the signed webhooks of made-up calls over HTTP, in the mix that callers of the demo lines have: peaks, "
        "storms, drop-offs; some news late, doubled or out of order. For demos only: the server it starts believes "
        "the time that each webhook tells. The same seed makes the same calls, and a call made twice is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="a number of the line, like +1 202 555 0110")
        parser.add_argument("--days", type=int, default=30, help="how many days up to yesterday (%(default)s)")
        parser.add_argument("--per-day", type=int, default=100, help="calls on an ordinary day (%(default)s)")
        parser.add_argument("--until", default="", help="the last day, like 2026-11-22 (yesterday)")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other calls (%(default)s)")
        parser.add_argument("--url", default="", help="a server that runs with DEMO_CLOCK=1 (else one is started)")
        parser.add_argument("--port", type=int, default=8047, help="the port of the one that is started (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This makes calls up, and is for demos: it runs with DEBUG=1 only.")
        with database_in_plain_words():
            try:
                line, dialled = find_line(options["number"]), read_number(options["number"])
            except DraftRefused as fault:
                raise CommandError(f"{fault}.") from None
            if line.live is None:
                raise CommandError(f"“{line}” is not published; manage.py publish_line publishes it.")
        mix, zone = _mix(line), ZoneInfo(line.timezone)
        last = _last_day(options["until"], zone)
        days, per_day = _within(options["days"], "--days", 1000), _within(options["per_day"], "--per-day", 100_000)

        def planned() -> Iterator[Planned]:
            return islice(plan(mix, zone, last, days, per_day, options["seed"]), MOST_CALLS)

        try:
            with self.server(options) as url:
                self.play(planned, mix, dialled, url)
        except (ServerFault, CannotRing, BadAnswer) as fault:
            raise CommandError(f"{str(fault).rstrip('.')}.") from None

    @contextmanager
    def server(self, options: dict[str, Any]) -> Iterator[str]:
        if options["url"]:
            yield ringing.base_of(options["url"])
            return
        environment = {"VONAGE_SIGNATURE_SECRET": signature_secret(), "DEMO_CLOCK": "1", "DEBUG": "1"}
        server = Server(options["port"], environment)
        server.start()
        try:
            yield server.url
        finally:
            server.stop()
        self.stdout.write("Counting …")
        keeper.settle()

    def play(self, planned: Callable[[], Iterator[Planned]], mix: Mix, dialled: str, url: str) -> None:
        """Each call is made up when its turn comes: of a million, a few are held at once."""
        secret, send = signature_secret(), ringing.sender(url)
        progress = Progress(sum(1 for _ in planned()), self.stdout)
        played = Played(0, 0, 0, 0)
        made = (SimulatedCall(one, mix, dialled, send, secret, live.flow) for one in planned())
        try:
            for done in at_once(call.play for call in made):
                played = Played(*map(sum, zip(played, done, strict=True)))
                progress.step()
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {progress.done:,} of {progress.total:,} calls; those are kept. The same command makes "
                "the rest: a call made twice is one."
            ) from None
        self.stdout.write(
            f"{progress.done:,} calls, {played.turns:,} turns; of their webhooks {played.doubled:,} came twice, "
            f"{played.late:,} late, {played.swapped:,} out of order."
        )


def at_once(work: Iterable[Callable[[], T]]) -> Iterator[T]:
    """What each comes to, WORKERS at a time, in the order in which they are done; the next is taken when it begins."""
    waiting: set[Future[T]] = set()
    rest = iter(work)
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            waiting = {pool.submit(one) for one in islice(rest, WORKERS)}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                waiting |= {pool.submit(one) for one in islice(rest, len(done))}
                yield from [one.result() for one in done]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class Progress:
    """A bar on a terminal; elsewhere a line at each tenth."""

    def __init__(self, total: int, out: Any) -> None:
        self.total, self.out, self.done = total, out, 0
        self.began = time.monotonic()
        self.on_terminal = sys.stdout.isatty()

    def step(self) -> None:
        self.done += 1
        if self.on_terminal:
            filled = 30 * self.done // self.total
            end = "\n" if self.done == self.total else "\r"
            self.out.write(f"[{'#' * filled}{'.' * (30 - filled)}] {self._told()}", ending=end)
            self.out.flush()
        elif self.done * 10 // self.total > (self.done - 1) * 10 // self.total:
            self.out.write(self._told())

    def _told(self) -> str:
        left = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        return f"{self.done:,} of {self.total:,} calls, {left:.0f} s to go  "


def _mix(line: Line) -> Mix:
    try:
        return read_mix(line.key) or ordinary()
    except ValidationError as fault:
        raise CommandError(f"The mix of “{line}” cannot be read: {fault}") from None


def _last_day(text: str, zone: ZoneInfo) -> date:
    yesterday = datetime.now(zone).date() - timedelta(days=1)
    try:
        last = date.fromisoformat(text) if text else yesterday
    except ValueError:
        raise CommandError(f"“{text}” is not a day; write it like 2026-11-22.") from None
    if last > yesterday:
        raise CommandError(f"--until is {last}, and that day is not over; write {yesterday} or an earlier day.")
    return last


def _within(number: int, name: str, most: int) -> int:
    if not 1 <= number <= most:
        raise CommandError(f"{name} is {number}; write a number from 1 to {most:,}.")
    return number
