"""What the commands of the calls side ask of the site's settings before they begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.checks import ERROR
from django.core.management.base import CommandError
from django.db import DatabaseError

from ivrsite.checks import check_settings

SERVERS_ONLY = "ivr.E004"
"""No signature secret: only a server that Vonage reaches needs one."""


def stop_on_wrong_settings(hint: str = "") -> None:
    """Errors only, in plain words: warnings about the webhooks are for those who start a server."""
    faults = [fault for fault in check_settings() if fault.level >= ERROR and fault.id != SERVERS_ONLY]
    if faults:
        said = [f"({fault.id}) {fault.msg} {fault.hint or ''}".strip() for fault in faults]
        raise CommandError("\n".join([*said, f"docs/settings.md explains each id. {hint}".rstrip()]))


@contextmanager
def database_in_plain_words() -> Iterator[None]:
    """A database that is away, or empty, is no traceback."""
    try:
        yield
    except DatabaseError as fault:
        why = str(fault).strip().partition("\n")[0]
        cure = "Is it running, and prepared? DATABASE_URL says where it is; manage.py migrate prepares it."
        raise CommandError(f"The database cannot be used: {why}. {cure}") from None
