"""One file of a call from Vonage, by the application's key: over https, from Vonage's own hosts, in bounds."""

from __future__ import annotations

from http.client import HTTPException
from ssl import SSLCertVerificationError
from typing import Final

from django.conf import settings

from calls import vonage
from calls.fetching import addresses, wire
from calls.fetching.target import HTTPS_PORT, Target, message, read_target
from calls.fetching.words import Deadline, Fault, FetchFailed, Request

SECONDS: Final = 60.0
MOST_SOUND: Final = 25 * 1024 * 1024


def has_key() -> bool:
    """Without the application's key Vonage gives nothing."""
    return bool(settings.VONAGE_PRIVATE_KEY and settings.VONAGE_APPLICATION_ID)


def fetch(url: str, most: int = MOST_SOUND, seconds: float = SECONDS) -> bytes:
    """What is behind the URL, within `seconds` from the first look at it to the last byte. Raises FetchFailed only.

    A webhook named the URL, so the key is shown to Vonage's hosts alone, and no redirect is followed.
    """
    deadline = Deadline.after(seconds)
    try:
        return _ask(url, most, deadline)
    except FetchFailed as failed:
        fault, status = failed.reason, failed.status
    except TimeoutError:
        fault, status = Fault.TIMEOUT, None
    except SSLCertVerificationError:
        fault, status = Fault.UNTRUSTED, None
    except (OSError, HTTPException, ValueError, RuntimeError):  # as in calls.fetching
        fault, status = Fault.UNREACHABLE, None
    # Raised out here, so that no error that quotes a header hangs on it as its cause.
    raise FetchFailed(fault, deadline.ms(), status)


def _ask(url: str, most: int, deadline: Deadline) -> bytes:
    target = read_target(url, {})
    if target.port != HTTPS_PORT or not vonage.is_api_host(target.host):
        raise FetchFailed(Fault.REFUSED_HOST)
    sent = _question(url, target)
    reply = wire.exchange(addresses.resolve(target.host, target.port, deadline), target, sent, deadline, most)
    if 300 <= reply.status < 400:
        raise FetchFailed(Fault.REDIRECT, status=reply.status)
    if reply.status != 200 or reply.encoding not in ("", "identity"):
        raise FetchFailed(Fault.STATUS, status=reply.status)
    return reply.body


def _question(url: str, target: Target) -> bytes:
    token = vonage.application_token(settings.VONAGE_APPLICATION_ID, settings.VONAGE_PRIVATE_KEY)
    return message(Request("GET", url, {"Authorization": f"Bearer {token}", "Accept": "*/*"}), target)
