"""The one way from a call to an outside service: https, to hosts that were allowed, with one limit of time for all."""

from __future__ import annotations

import json
from decimal import Decimal
from http.client import HTTPException
from ssl import SSLCertVerificationError
from typing import Final, NoReturn

from django.conf import settings

from calls.fetching import addresses, wire
from calls.fetching.guards import Guards, Health, HostHealth
from calls.fetching.target import Target, check_host, message, normal_place, read_target
from calls.fetching.words import Answer, Deadline, Fault, FetchFailed, Json, Request

__all__ = [
    "SECONDS",
    "Answer",
    "Fault",
    "FetchFailed",
    "Health",
    "HostHealth",
    "Json",
    "Request",
    "fetch",
    "health",
    "normal_place",
]

SECONDS: Final = 2.0
NOT_FOUND: Final = 404
MOST_EXPONENT: Final = 30

_guards = Guards(settings.LOOKUP_THREADS)


def fetch(request: Request, hosts: frozenset[str], seconds: float = SECONDS) -> Answer:
    """Ask the service, within `seconds` from the first look at the URL to the last byte. Raises FetchFailed only.

    `hosts` are names that a number manager allowed, each with :port where it is not 443. No redirect is followed;
    proxies and passwords that the environment names are not used. Nothing is logged here: who calls logs the Fault.
    """
    deadline = Deadline.after(seconds)
    status = None
    try:
        target = read_target(request.url, request.query)
        check_host(target, hosts)
        sent = message(request, target)
        with _guards.passed(target.place):
            return _ask(target, sent, deadline)
    except FetchFailed as failed:
        fault, status = failed.reason, failed.status
    # Raised out here, so that no error that quotes a header or a line of the answer hangs on it as its cause.
    raise FetchFailed(fault, deadline.ms(), status)


def health() -> Health:
    """The look-ups of this process, for whoever watches it."""
    return _guards.health()


def _ask(target: Target, sent: bytes, deadline: Deadline) -> Answer:
    try:
        found = addresses.resolve(target.host, target.port, deadline)
        reply = wire.exchange(found, target, sent, deadline)
    except TimeoutError:
        raise FetchFailed(Fault.TIMEOUT) from None
    except SSLCertVerificationError:
        raise FetchFailed(Fault.UNTRUSTED) from None
    except (OSError, HTTPException, ValueError, RuntimeError):
        # ValueError: http.client, of some lengths that are none. RuntimeError: no thread can be had for the name.
        raise FetchFailed(Fault.UNREACHABLE) from None
    return _answer(reply, deadline)


def _answer(reply: wire.Reply, deadline: Deadline) -> Answer:
    if reply.status == NOT_FOUND:
        return Answer(NOT_FOUND, {}, deadline.ms())
    if 300 <= reply.status < 400:
        raise FetchFailed(Fault.REDIRECT, status=reply.status)
    if not 200 <= reply.status < 300:
        raise FetchFailed(Fault.STATUS, status=reply.status)
    if reply.encoding not in ("", "identity"):
        raise FetchFailed(Fault.NOT_JSON)  # never unpacked: a few bytes may hold gigabytes
    return Answer(reply.status, _json_object(reply.body), deadline.ms())


def _json_object(body: bytes) -> dict[str, Json]:
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_float=_number, parse_constant=_no_number)
    except (ValueError, ArithmeticError, RecursionError):
        raise FetchFailed(Fault.NOT_JSON) from None
    if not isinstance(found, dict):
        raise FetchFailed(Fault.NOT_JSON)
    return found


def _number(text: str) -> Decimal:
    """Raises ValueError for 1e999999, which would fill the memory of whoever makes a whole number of it."""
    number = Decimal(text)
    if abs(number.adjusted()) > MOST_EXPONENT:
        raise ValueError("a number out of all bounds")
    return number


def _no_number(_text: str) -> NoReturn:
    """NaN and Infinity, which Python would take and JSON does not know."""
    raise ValueError("not a number of JSON")
