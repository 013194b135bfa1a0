"""Rings a running server over HTTP as Vonage would, and tells the call as a script. For play_call and the demo."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from calls import ncco, script
from calls.vonage.pretend import BadAnswer, Send, Telephone

PATIENCE_SECONDS: Final = 5
MOST_TURNS: Final = 80
"""More than any call may have: a server that goes on for ever is no server of ours."""
WITHIN: Final = " " * 4


class CannotRing(Exception):
    """The server cannot be rung, or gave no NCCO; the message says why and what to do."""


def base_of(url: str) -> str:
    """The server's address without the slash at its end. Raises CannotRing when it is none."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise CannotRing(f"“{url}” is no address of a server; write it like http://127.0.0.1:8000")
    return url.rstrip("/")


def sender(base: str) -> Send:
    """Posts to that server only; no redirect is followed."""
    parts = urlsplit(base_of(base))
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection

    def send(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", parts.path + path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as fault:
            why = str(fault) or type(fault).__name__
            raise CannotRing(f"{base} does not answer ({why}). Is the server running? make serve") from None
        finally:
            connection.close()

    return send


def play(telephone: Telephone, keys: Sequence[str], *, with_ncco: bool = True) -> Iterator[str]:
    """The call as lines, while it goes on: each entry of `keys` at one menu (empty: nothing), then the caller hangs up;
    whoever is rung takes the call. Raises CannotRing."""
    try:
        yield from _play(telephone, list(keys), with_ncco)
    except BadAnswer as fault:
        raise CannotRing(_cured(str(fault))) from None
    except ValueError as fault:
        raise CannotRing(f"what came back is no NCCO: {fault}. Is that the address of this project's server?") from None


def _play(telephone: Telephone, keys: list[str], with_ncco: bool) -> Iterator[str]:
    tell = _teller(telephone, with_ncco)
    telephone.ring()
    yield from tell("caller rings")
    for _ in range(MOST_TURNS):
        match ncco.read(json.dumps(telephone.ncco))[-1].kind:
            case "waits" if keys:
                pressed = keys.pop(0)
                telephone.press(pressed) if pressed else telephone.say_nothing()
                yield from tell(f"caller presses {pressed or 'nothing'}")
            case "waits":
                telephone.hang_up()
                yield "caller hangs up"
                return
            case "connects":
                telephone.talk_with_target()
                yield from ("target answers", "target hangs up", f"{WITHIN}{script.THE_END}")
                return
            case "records":
                telephone.leave_message()
                yield from tell("caller leaves a message")
            case _:
                telephone.hang_up()
                return
    raise CannotRing(f"the call does not end within {MOST_TURNS} turns")


def _teller(telephone: Telephone, with_ncco: bool) -> Callable[[str], Iterator[str]]:
    def tell(what: str) -> Iterator[str]:
        text = json.dumps(telephone.ncco)
        yield what
        yield from (f"{WITHIN}{line}" for line in script.heard(text, ""))
        if with_ncco:
            yield from ("", f"{WITHIN}the NCCO of it:")
            yield from (f"{WITHIN}{line}" for line in script.pretty(text).splitlines())
            yield ""

    return tell


def _cured(fault: str) -> str:
    if ": 401 " in fault:
        cure = "VONAGE_SIGNATURE_SECRET here is not the one that the server has; set the same for both"
    elif ": 503 not signed" in fault:
        cure = "the server wants signed webhooks; set its VONAGE_SIGNATURE_SECRET here too"
    else:
        cure = "the server's log says more"
    return f"the server did not take the call ({fault}): {cure}"
