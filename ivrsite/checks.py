"""Wrong settings stop the start: each fault has an id, says what is wrong and how to put it right."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import BaseCommand, SystemCheckError
from django.core.validators import validate_email

TAG = "ivr"
SECRET_KEY_LENGTH = 32
SIGNATURE_SECRET_LENGTH = 16

# gunicorn takes this exit code of a worker as "do not start another one, stop".
CANNOT_START = 3


def secret_key() -> Iterator[CheckMessage]:
    key = _secret_key()
    cure = "Set SECRET_KEY to a random text that only this site knows; `openssl rand -base64 48` prints one."
    if not key:
        yield Error("SECRET_KEY is not set.", cure, id="ivr.E001")
    elif len(key) < SECRET_KEY_LENGTH and not settings.DEBUG:
        yield Error(f"SECRET_KEY has {len(key)} characters; it needs {SECRET_KEY_LENGTH}.", cure, id="ivr.E001")
    for place, old in enumerate(settings.SECRET_KEY_FALLBACKS, start=1):
        if len(old) < SECRET_KEY_LENGTH and not settings.DEBUG:
            fault = f"Key {place} of SECRET_KEY_FALLBACKS has {len(old)} characters; it needs "
            yield Error(
                f"{fault}{SECRET_KEY_LENGTH}.",
                "Leave it out: a short key can be guessed, old or not.",
                id="ivr.E001",
            )


def _secret_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's way to say that it is empty
        return ""


def flags() -> Iterator[CheckMessage]:
    for name in ("DEBUG", "ALLOW_UNSIGNED_WEBHOOKS", "TRUST_PROXY", "DEMO_CLOCK"):
        if fault := settings.UNREADABLE.get(name):
            yield Error(f"{name}: {fault}.", f"Set {name}=1 or {name}=0.", id="ivr.E002")


def public_url() -> Iterator[CheckMessage]:
    if fault := _public_url_fault(settings.PUBLIC_URL):
        cure = "Set PUBLIC_URL to the address that Vonage reaches this site by, such as https://ivr.example.com."
        yield Error(f"PUBLIC_URL {fault}.", cure, id="ivr.E003")


def _public_url_fault(url: str) -> str | None:
    if not url:
        return "is not set"
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or any(sign.isspace() for sign in url):
        return f"{url[:80]!r} is not an absolute http or https address"
    if "?" in url or "#" in url or "@" in parts.netloc:
        return f"has a query, a fragment or a user name, and none can be part of it: {_shown(url)!r}"
    if parts.scheme == "http" and not settings.DEBUG:
        return f"{url[:80]!r} is plain http, which anybody on the way can read; it must be https"
    return None


def _shown(url: str) -> str:
    """The address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{parts.path}"[:80]


def signature_secrets() -> Iterator[CheckMessage]:
    secrets = settings.VONAGE_SIGNATURE_SECRETS
    cure = "Copy the signature secret from the settings page of your Vonage dashboard; several go by comma."
    for place, secret in enumerate(secrets, start=1):
        if len(secret) < SIGNATURE_SECRET_LENGTH:
            fault = f"Secret {place} in VONAGE_SIGNATURE_SECRET has {len(secret)} characters; it needs "
            yield Error(f"{fault}{SIGNATURE_SECRET_LENGTH}.", cure, id="ivr.E005")
    if secrets:
        return
    if settings.ALLOW_UNSIGNED_WEBHOOKS:
        fault = "WEBHOOKS ARE NOT CHECKED: anybody who finds this server can pretend to be Vonage."
        yield Warning(fault, "Set VONAGE_SIGNATURE_SECRET before real calls come in.", id="ivr.W001")
    else:
        without = "To try without, set DEBUG=1 or ALLOW_UNSIGNED_WEBHOOKS=1."
        yield Error("VONAGE_SIGNATURE_SECRET is not set.", f"{cure} {without}", id="ivr.E004")


def database_url() -> Iterator[CheckMessage]:
    if fault := settings.UNREADABLE.get("DATABASE_URL"):
        cure = "Write postgres://user:password@host:5432/name or sqlite:////path/to/file."
        yield Error(f"DATABASE_URL cannot be used: {fault}.", cure, id="ivr.E006")


def data_dir() -> Iterator[CheckMessage]:
    path = settings.DATA_DIR
    if not path.is_dir() or not os.access(path, os.W_OK | os.X_OK):
        cure = "Make the directory and let this user write to it, or set DATA_DIR to another one."
        yield Error(f"DATA_DIR {str(path)!r} is not a directory that this server can write to.", cure, id="ivr.E007")


def allowed_hosts() -> Iterator[CheckMessage]:
    if not settings.ALLOWED_HOSTS and not settings.DEBUG:
        host = urlsplit(settings.PUBLIC_URL).hostname if not _public_url_fault(settings.PUBLIC_URL) else None
        cure = f"Set ALLOWED_HOSTS to the names staff open the site by, such as {host or 'ivr.example.com'}."
        yield Error("ALLOWED_HOSTS is not set.", cure, id="ivr.E008")


def application_id() -> Iterator[CheckMessage]:
    given = settings.VONAGE_APPLICATION_ID
    cure = "Copy it from your Vonage dashboard; it looks like 78d335fa-323d-0114-9c3d-d6f0d48968cf."
    if not given:
        if settings.VONAGE_SIGNATURE_SECRETS and not settings.DEBUG:
            fault = "VONAGE_APPLICATION_ID is not set: webhooks of every application of the account are taken."
            yield Warning(fault, cure, id="ivr.W002")
        return
    try:
        UUID(given)
    except ValueError:
        yield Error(f"VONAGE_APPLICATION_ID {given[:60]!r} is not an application id.", cure, id="ivr.E009")


def log_level() -> Iterator[CheckMessage]:
    if fault := settings.UNREADABLE.get("LOG_LEVEL"):
        yield Error(f"LOG_LEVEL: {fault}.", "Set LOG_LEVEL=INFO, or leave it out.", id="ivr.E010")


def lookup_threads() -> Iterator[CheckMessage]:
    for name in ("LOOKUP_THREADS", "WEB_THREADS", "API_RATE"):
        if fault := settings.UNREADABLE.get(name):
            yield Error(f"{name}: {fault}.", f"Set {name} to a whole number, or leave it out.", id="ivr.E011")


def kept_days() -> Iterator[CheckMessage]:
    for name in ("KEEP_PAYLOAD_DAYS", "KEEP_DIGIT_DAYS", "KEEP_RECORDING_DAYS", "KEEP_NUMBER_DAYS", "PRUNE_AT_MOST"):
        if fault := settings.UNREADABLE.get(name):
            yield Error(f"{name}: {fault}.", f"Set {name} to a whole number, or leave it out.", id="ivr.E013")


def private_key() -> Iterator[CheckMessage]:
    cure = "Copy the whole file private.key that Vonage gave you when the application was made."
    if fault := settings.UNREADABLE.get("VONAGE_PRIVATE_KEY_FILE"):
        yield Error(f"VONAGE_PRIVATE_KEY_FILE {fault}.", "Name a file that this user may read.", id="ivr.E014")
    if key := settings.VONAGE_PRIVATE_KEY:
        if not _is_rsa_key(key):
            yield Error("VONAGE_PRIVATE_KEY is not an RSA private key in PEM.", cure, id="ivr.E014")
        elif not settings.VONAGE_APPLICATION_ID:
            fault = "VONAGE_PRIVATE_KEY is set and VONAGE_APPLICATION_ID is not: nobody can tell whose key it is."
            yield Error(fault, "Set VONAGE_APPLICATION_ID to the id of its application.", id="ivr.E014")


def _is_rsa_key(pem: str) -> bool:
    try:
        return isinstance(load_pem_private_key(pem.encode(), None), RSAPrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it is locked by a password
        return False


def mail() -> Iterator[CheckMessage]:
    if fault := settings.UNREADABLE.get("EMAIL_URL"):
        cure = "Write smtp://user:password@mail.example.com:587 or smtps://user:password@mail.example.com:465."
        yield Error(f"EMAIL_URL cannot be used: {fault}.", cure, id="ivr.E015")
    if settings.EMAIL_HOST and not is_address(settings.DEFAULT_FROM_EMAIL):
        fault = f"EMAIL_FROM {settings.DEFAULT_FROM_EMAIL[:80]!r} is not an e-mail address."
        yield Error(fault, "Set EMAIL_FROM to an address such as ivr@example.com.", id="ivr.E015")


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def demo_clock() -> Iterator[CheckMessage]:
    if settings.DEMO_CLOCK_WANTED and not settings.DEBUG:
        fault = "DEMO_CLOCK is set, and this is no demo: with it, anybody's webhooks could tell their own time."
        yield Error(fault, "Remove DEMO_CLOCK; it works with DEBUG=1 only.", id="ivr.E012")


def static_files() -> Iterator[CheckMessage]:
    if not settings.DEBUG and not settings.STATIC_ROOT.joinpath("staticfiles.json").is_file():
        fault = "The static files are not collected: calls are answered, but the pages of the admin fail."
        yield Warning(fault, "Run `manage.py collectstatic --noinput`.", id="ivr.W003")


CHECKS: tuple[Callable[[], Iterator[CheckMessage]], ...] = (
    secret_key,
    flags,
    public_url,
    signature_secrets,
    database_url,
    data_dir,
    allowed_hosts,
    application_id,
    log_level,
    demo_clock,
    lookup_threads,
    private_key,
    mail,
    kept_days,
    static_files,
)


def check_settings(app_configs: Sequence[AppConfig] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """All that is wrong with the settings, for Django's system checks."""
    return [message for check in CHECKS for message in check()]


def stop_on_wrong_settings() -> None:
    """For a server, which runs no system checks by itself: print warnings, and on an error leave at once."""
    try:
        BaseCommand().check(tags=[TAG])
    except SystemCheckError as error:
        print(
            f"{error}\n\nThe server did not start. docs/settings.md explains each id.",
            file=sys.stderr,
            flush=True,
        )
        sys.exit(CANNOT_START)
