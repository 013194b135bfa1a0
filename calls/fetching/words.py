"""What is asked of an outside service, what it answers, and the words for what can go wrong. Nothing shows a value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from time import monotonic
from typing import Literal, NamedTuple, TypeAlias

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"


class Fault(StrEnum):
    """Why there is no answer. The first three are found before the name is looked up."""

    REFUSED_URL = "refused_url"
    """Not plain https to a name: another scheme, a user name, a fragment, an address of figures …"""
    REFUSED_HOST = "refused_host"
    """The host, or that port of it, is not among those allowed."""
    REFUSED_REQUEST = "refused_request"
    """A method, header or body that may not be sent."""
    REFUSED_ADDRESS = "refused_address"
    """The name leads to an address that is not public."""
    BUSY = "busy"
    """As many look-ups are under way in this process as may be."""
    BREAKER_OPEN = "breaker_open"
    """The host failed several times in a row and is left alone for some seconds."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No such name, nobody listens, the connection broke, or what came is not HTTP."""
    UNTRUSTED = "untrusted"
    """The host's certificate is not one for its name from an authority this server trusts."""
    REDIRECT = "redirect"
    STATUS = "status"
    """Neither 2xx nor 404; the number is in `status`."""
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    """No JSON object in UTF-8, or one that is compressed."""


class Request(NamedTuple):
    """One question. `query` is added to what the URL has; a `json` body goes with POST only."""

    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    json: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        """Without the rest: it holds secrets, and what callers keyed."""
        return f"Request({self.method} …)"


class Answer(NamedTuple):
    """What the service said. With 404 (not found) the body is empty, whatever was sent."""

    status: int
    body: dict[str, Json]
    """Numbers with a point are Decimal, so that 12.50 keeps its nought. Texts are as they came, NUL and all."""
    ms: int

    def __repr__(self) -> str:
        return f"Answer({self.status}, …, ms={self.ms})"


class FetchFailed(Exception):
    """There is no answer, and why. Its text is safe to log: no URL, value or secret is in it."""

    def __init__(self, reason: Fault, ms: int = 0, status: int | None = None) -> None:
        super().__init__(f"look-up failed: {reason}" + (f" {status}" if status else "") + f" after {ms} ms")
        self.reason = reason
        self.ms = ms
        self.status = status


class Deadline(NamedTuple):
    """One limit for all that a look-up does, in seconds of the monotonic clock."""

    began: float
    ends: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        now = monotonic()
        return cls(now, now + seconds)

    def left(self) -> float:
        """Seconds, more than none. Raises TimeoutError: a socket would take 0 for “do not wait at all”."""
        seconds = self.ends - monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def ms(self) -> int:
        """Milliseconds since it began."""
        return round((monotonic() - self.began) * 1000)
