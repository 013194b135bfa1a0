"""One question over TLS to an address already judged, and the answer as it came; every wait ends at the deadline."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Sequence
from functools import cache
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from calls.fetching.target import Target
from calls.fetching.words import Deadline, Fault, FetchFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MOST_BODY: Final = 64 * 1024
_BESIDES: Final = 32 * 1024
"""Bytes of the head, and of what a body in chunks carries besides."""
MOST_ADDRESSES: Final = 3


class Reply(NamedTuple):
    """What came back. The body of any status but 2xx is left unread."""

    status: int
    body: bytes
    encoding: str


def exchange(
    addresses: Sequence[str], target: Target, message: bytes, deadline: Deadline, most: int = MOST_BODY
) -> Reply:
    """Takes a body of at most `most` bytes. Raises FetchFailed, and TimeoutError, OSError, HTTPException or ValueError
    as the line breaks."""
    with (
        _connected(addresses[:MOST_ADDRESSES], target.port, deadline) as line,
        # The certificate must bear the host's name, though the address was chosen here.
        _context().wrap_socket(line, server_hostname=target.host, do_handshake_on_connect=False) as tls,
    ):
        tls.settimeout(deadline.left())  # of the whole handshake, however many pieces it comes in
        tls.do_handshake()
        _send(tls, message, deadline)
        wire = _Wire(tls, deadline, most + _BESIDES)
        return _receive(wire, message.split(b" ", 1)[0].decode("ascii"), most)


@cache
def _context() -> ssl.SSLContext:
    """The system's authorities; reading them takes tens of milliseconds, so once."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _connected(addresses: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    """To the first address that takes it; a silent one leaves the others a fair share of the time."""
    fault: OSError = TimeoutError()
    for place, address in enumerate(addresses):
        try:
            return _connect(address, port, deadline.left() / (len(addresses) - place))
        except OSError as refused:
            fault = refused
    raise fault


def _connect(address: str, port: int, seconds: float) -> socket.socket:
    line = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        line.connect((address, port))
    except BaseException:
        line.close()
        raise
    return line


def _send(tls: ssl.SSLSocket, message: bytes, deadline: Deadline) -> None:
    rest = memoryview(message)
    while rest:
        tls.settimeout(deadline.left())
        rest = rest[tls.send(rest) :]


class _Wire(io.RawIOBase):
    """What the server sends, read by HTTPResponse as if it were a socket. A socket's own time limit is for each read:
    a server that drips would never end."""

    def __init__(self, tls: ssl.SSLSocket, deadline: Deadline, most: int) -> None:
        self._tls = tls
        self._deadline = deadline
        self._most = most
        self._received = 0

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._tls.settimeout(self._deadline.left())
        count = self._tls.recv_into(buffer)
        self._received += count
        if self._received > self._most:
            raise FetchFailed(Fault.TOO_LONG)
        return count


def _receive(wire: _Wire, method: str, most: int) -> Reply:
    with HTTPResponse(cast(socket.socket, wire), method=method) as response:
        response.begin()
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        return Reply(response.status, _body(response, most), encoding)


def _body(response: HTTPResponse, most: int) -> bytes:
    if not 200 <= response.status < 300:
        return b""
    body = response.read(most + 1)
    if len(body) > most:
        raise FetchFailed(Fault.TOO_LONG)
    if response.length:
        raise FetchFailed(Fault.UNREACHABLE)  # it broke off before the length it gave
    return body
