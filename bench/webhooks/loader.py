"""The load, in a process of its own: keep-alive connections, each sends again as soon as it is answered.

Closed on purpose: as many callers as connections. Every answer must be 200 and an NCCO; anything else ends the run.
"""

from __future__ import annotations

import argparse
import json
import re
import select
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PATIENCE_SECONDS: Final = 30.0
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)\r\n", re.IGNORECASE)


class Refused(Exception):
    """An answer that no caller should get."""


class Connection:
    """One keep-alive connection and the answer that it waits for."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.sent_at = 0.0

    def ask(self, request: bytes) -> None:
        self.got = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Read what is there. Raises Refused for anything but a whole 200."""
        part = self.socket.recv(65536)
        if not part:
            raise Refused(f"the server closed the connection; it had sent {self.got[:300]!r}")
        self.got += part
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return False
        length = _LENGTH.search(head + b"\r\n")
        if not head.startswith(b"HTTP/1.1 200 ") or not length:
            raise Refused(self.got[:600].decode(errors="replace"))
        if len(body) < int(length[1]):
            return False
        if not body.startswith(b'[{"action"'):
            raise Refused(body[:600].decode(errors="replace"))
        return True


def drive(port: int, requests: list[bytes], connections: int, seconds: float) -> dict[str, Any]:
    """Send until the time or the requests run out; then wait for the answers still due. Latencies in µs."""
    left = iter(requests)
    poller = select.epoll()
    open_ones = {one.socket.fileno(): one for one in (Connection(port) for _ in range(connections))}
    busy = 0
    latencies: list[int] = []
    cpu, began = time.process_time(), time.perf_counter()
    for number, connection in open_ones.items():
        poller.register(number, select.EPOLLIN)
        if request := next(left, None):
            connection.ask(request)
            busy += 1
    until = began + seconds
    while busy:
        ready = poller.poll(PATIENCE_SECONDS)
        if not ready:
            raise Refused(f"no answer for {PATIENCE_SECONDS:.0f} s")
        for number, _ in ready:
            connection = open_ones[number]
            if not connection.is_answered():
                continue
            now = time.perf_counter()
            latencies.append(round((now - connection.sent_at) * 1e6))
            request = next(left, None) if now < until else None
            if request is None:
                busy -= 1
            else:
                connection.ask(request)
    took = time.perf_counter() - began
    for connection in open_ones.values():
        connection.socket.close()
    return {"seconds": took, "latencies": latencies, "cpu_seconds": time.process_time() - cpu}


def read(path: Path, first: int) -> list[bytes]:
    """The requests of a file that signed.py wrote, without the `first` ones."""
    return list(_parts(path.read_bytes()))[first:]


def _parts(text: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(text):
        (length,) = struct.unpack_from("<I", text, at)
        yield text[at + 4 : at + 4 + length]
        at += 4 + length


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0, help="how many of the file's requests to leave out")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args()
    requests = read(asked.requests, asked.first)
    try:
        print(json.dumps(drive(asked.port, requests, asked.connections, asked.seconds)))
    except (Refused, OSError) as fault:
        raise SystemExit(f"port {asked.port}: {fault}") from fault


if __name__ == "__main__":
    main()
