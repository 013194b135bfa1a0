"""What `make demo` runs: from an empty database to a server with demo lines, one call played, and what to open next."""

from __future__ import annotations

import os
import secrets
import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from calls import logged, ringing
from calls.management.server import Server, ServerFault
from calls.management.site import database_in_plain_words, stop_on_wrong_settings
from calls.models import Call
from calls.recorded import DEMO
from calls.ringing import CannotRing
from calls.vonage.pretend import Telephone
from menus.management import asked
from menus.models import PhoneNumber
from menus.numbers import show_number

LOGIN: Final = "admin"
COUNTED_WITHIN_SECONDS: Final = 10


class Command(BaseCommand):
    requires_system_checks = []
    help = (
        "Prepares the database, loads and publishes the demo lines, makes a staff login, starts the server, plays one "
        "signed call through it, and serves until Ctrl-C."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = os.environ.get("PORT", "8000")
        parser.add_argument("--port", type=int, default=default, help="the server's port (%(default)s)")
        parser.add_argument("--no-serve", action="store_true", help="stop after the played call")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_wrong_settings("On your own machine set DEBUG=1, as make demo does." if not settings.DEBUG else "")
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        secret = signature_secret()
        with database_in_plain_words():
            with self.step("Preparing the database"):
                call_command("migrate", verbosity=0, interactive=False)
            numbers = self.load_lines()
            self.make_login()
        server = Server(options["port"], {"VONAGE_SIGNATURE_SECRET": secret})
        try:
            with self.step(f"Starting the server on {server.url}"):
                server.start()
            self.ring(server, secret, numbers[0])
            self.say_what_next(server, numbers)
            if not options["no_serve"]:
                self.stdout.write("\nServing until Ctrl-C.")
                self.stdout.flush()
                server.serve()
        except (ServerFault, CannotRing) as fault:
            raise CommandError(str(fault)) from None
        except KeyboardInterrupt:
            self.stdout.write("\nThe server is stopped; its data stays.")
        finally:
            server.stop()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Says what is being done, and how long it took."""
        self.stdout.write(f"{what} … ", ending="")
        self.stdout.flush()
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self.stdout.write("")
            raise
        self.stdout.write(f"done ({time.monotonic() - began:.1f} s)")

    def load_lines(self) -> list[str]:
        """The demo lines' numbers, the tutorial's first. Lines that are live already stay as staff made them."""
        paths = sorted(DEMO.glob("*.yaml"), key=lambda path: (path.stem != "tutorial", path.stem))
        numbers = [number for path in paths for number in asked.read_file(str(path)).numbers]
        live = PhoneNumber.objects.filter(number__in=numbers, line__live__isnull=False).count()
        if live == len(numbers):
            self.stdout.write("The demo lines are there already (manage.py load_demo --publish makes them new).")
        else:
            self.stdout.write("Loading and publishing the demo lines …")
            call_command("load_demo", publish=True, stdout=self.stdout)
        return numbers

    def make_login(self) -> None:
        User = get_user_model()  # noqa: N806
        if User.objects.filter(username=LOGIN).exists():
            said = f"“{LOGIN}”, with the password it has (a new one: manage.py changepassword {LOGIN})"
        else:
            password = secrets.token_urlsafe(9)
            User.objects.create_superuser(LOGIN, "", password)
            said = f"“{LOGIN}”, password “{password}” (shown only now)"
        self.login = said

    def ring(self, server: Server, secret: str, number: str) -> None:
        """One call through the webhooks, as Vonage would make it."""
        self.stdout.write(f"\nA call to {show_number(number)}, by signed webhooks over HTTP:\n\n")
        telephone = Telephone(ringing.sender(server.url), secret, dialled=number)
        for line in ringing.play(telephone, ["1#"]):
            self.stdout.write(f"  {line}")
        with self.step("\nThe server counts the call"):
            call = counted(telephone.uuid)
        for line in logged.script_of(call):
            if not line:
                break
            self.stdout.write(f"  {line}")
        self.stdout.write(f"  all of it: manage.py show_call {call.uuid[:8]}")

    def say_what_next(self, server: Server, numbers: list[str]) -> None:
        secret = "" if settings.VONAGE_SIGNATURE_SECRETS else f"VONAGE_SIGNATURE_SECRET=$(cat {secret_file()}) "
        names = dict(PhoneNumber.objects.filter(number__in=numbers).values_list("number", "line__name"))
        manage = "DEBUG=1 .venv/bin/python manage.py" if settings.DEBUG else ".venv/bin/python manage.py"
        self.stdout.write("\nOpen next:")
        self.stdout.write(f"  {server.url}/admin/   login {self.login}")
        for number in numbers:
            self.stdout.write(f"  {show_number(number):20} {names.get(number, '')}")
        first = f'"{show_number(numbers[0])}"'
        self.stdout.write(f"  Ring one in this terminal:         {manage} try_call {first}")
        play = f"{secret}{manage} play_call {first} --url {server.url} --keys 2"
        self.stdout.write(f"  Ring the server as Vonage would:   {play}")


def signature_secret() -> str:
    """What the played call is signed with: the site's own secret, else one made for the demo and kept."""
    if settings.VONAGE_SIGNATURE_SECRETS:
        return str(settings.VONAGE_SIGNATURE_SECRETS[0])
    path = secret_file()
    try:
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(32))
        return path.read_text().strip()
    except OSError as fault:
        raise CommandError(f"{path} cannot be kept: {fault.strerror}. Set DATA_DIR to another directory.") from None


def secret_file() -> Path:
    return Path(settings.DATA_DIR) / "demo_signature_secret"


def counted(uuid: str) -> Call:
    """The call, once the server has summed it up. Raises CannotRing when it was not even logged."""
    give_up_at = time.monotonic() + COUNTED_WITHIN_SECONDS
    while True:
        call = Call.objects.filter(uuid=uuid).first()
        if call and call.summarised_at:
            return call
        if time.monotonic() > give_up_at:
            if call:
                return call
            raise CannotRing("The call was answered but is not in this database. Has the server another DATABASE_URL?")
        time.sleep(0.2)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
