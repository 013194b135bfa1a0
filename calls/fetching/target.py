"""Where a request may go and what may be sent: judged from its text alone, before any name is looked up."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

import idna

from calls.fetching.words import Fault, FetchFailed, Request

HTTPS_PORT: Final = 443
MOST_TARGET: Final = 4096
"""Characters of path and query together."""
MOST_SENT: Final = 32 * 1024
"""Bytes of headers and body together."""

_URL = re.compile(r"https://([^/?]+)(/[^?]*)?(?:\?(.*))?", re.IGNORECASE | re.DOTALL)
_PLACE = re.compile(r"([^:]+)(?::([1-9][0-9]{0,4}))?", re.ASCII)
# A name's last part begins with a letter: 127.1, 2130706433 and 0x7f000001 are addresses to a resolver.
_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
)
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_PATH_SIGNS = "/%!$&'()*+,;=:@~"

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", re.ASCII)
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?|", re.ASCII)
# What frames the message, names the host or unlocks the connection is ours; the rest is staff's.
_OURS = frozenset(
    """
    accept-encoding connection content-encoding content-length cookie expect host keep-alive proxy-authorization
    proxy-connection te trailer transfer-encoding upgrade
    """.split()
)


class Target(NamedTuple):
    """Where a request goes: a name in lower case and ASCII, a port, and path with query, ready to be sent."""

    host: str
    port: int
    path: str

    @property
    def place(self) -> str:
        """As in the list of allowed hosts, and in the Host header."""
        return self.host if self.port == HTTPS_PORT else f"{self.host}:{self.port}"


def normal_place(text: str) -> str:
    """A host, or host:port, as it is compared: IDNA (UTS 46), lower case, without port 443. Raises ValueError."""
    found = _PLACE.fullmatch(text)
    if not found:
        raise ValueError("it is neither a host name nor a host name with a port")
    # UTS 46 also folds full-width letters and dots; the pattern judges what came of it.
    name = found[1].lower() if found[1].isascii() else idna.encode(found[1], uts46=True).decode("ascii")
    port = int(found[2] or HTTPS_PORT)
    if not _NAME.fullmatch(name) or port > 65535:
        raise ValueError("it is not the full name of a host")
    return Target(name, port, "").place


def read_target(url: str, query: Mapping[str, str]) -> Target:
    """Raises FetchFailed(REFUSED_URL)."""
    # Parsers quietly drop tabs and line ends, turn \ into / and disagree about the rest: none of it is taken.
    found = _URL.fullmatch(url) if url.isprintable() and not re.search(r"[\s\\#]", url) else None
    if not found or _DOTS.search(found[2] or "/"):
        raise FetchFailed(Fault.REFUSED_URL)
    try:
        host, _, port = normal_place(found[1]).partition(":")
        path = quote(found[2] or "/", safe=_PATH_SIGNS)
        queries = [quote(found[3] or "", safe=_PATH_SIGNS + "?"), urlencode(query)]
    except ValueError:
        raise FetchFailed(Fault.REFUSED_URL) from None
    if asked := "&".join(filter(None, queries)):
        path = f"{path}?{asked}"
    if len(path) > MOST_TARGET:
        raise FetchFailed(Fault.REFUSED_URL)
    return Target(host, int(port or HTTPS_PORT), path)


@lru_cache(maxsize=64)
def _normal(hosts: frozenset[str]) -> frozenset[str]:
    return frozenset(_normal_entries(hosts))


def _normal_entries(hosts: frozenset[str]) -> Iterator[str]:
    """An entry that is no host allows none."""
    for host in hosts:
        try:
            yield normal_place(host)
        except ValueError:
            continue


def check_host(target: Target, hosts: frozenset[str]) -> None:
    """Raises FetchFailed(REFUSED_HOST)."""
    if target.place not in _normal(frozenset(hosts)):
        raise FetchFailed(Fault.REFUSED_HOST)


def message(request: Request, target: Target) -> bytes:
    """The request as it goes over the wire (RFC 9112). Raises FetchFailed(REFUSED_REQUEST)."""
    body = b"" if request.json is None else json.dumps(dict(request.json)).encode("ascii")
    methods = ("GET", "POST") if request.json is None else ("POST",)
    if request.method not in methods or not all(_may_be_sent(*header) for header in request.headers.items()):
        raise FetchFailed(Fault.REFUSED_REQUEST)
    given = {name.lower(): value for name, value in request.headers.items()}
    kind = {} if request.json is None else {"content-type": "application/json"}
    headers = {"accept": "application/json", "user-agent": "ivr"} | kind | given
    headers |= {"host": target.place, "accept-encoding": "identity", "connection": "close"}
    if request.method == "POST":
        headers["content-length"] = str(len(body))
    head = [f"{request.method} {target.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    sent = "\r\n".join([*head, "", ""]).encode("ascii") + body
    if len(sent) > MOST_SENT:
        raise FetchFailed(Fault.REFUSED_REQUEST)
    return sent


def _may_be_sent(name: str, value: str) -> bool:
    return bool(_HEADER.fullmatch(name) and _VALUE.fullmatch(value)) and name.lower() not in _OURS
