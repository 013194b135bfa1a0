"""From a host's name to the addresses it may be reached at: asked once, and all of them public or none is taken."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from calls.fetching.words import Deadline, Fault, FetchFailed

# IANA's special-purpose registries (RFC 6890 and later), and what leads elsewhere than it says. Python's own
# is_global calls multicast, site-local, NAT64 and 6to4 addresses global.
_CLOSED = tuple(
    ip_network(net)
    for net in """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
    192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
    2001::/23 2001:db8::/32 2002::/16 3fff::/20
    """.split()
)
# All of IPv6 that was ever given out to the public. It leaves out ::1, ::ffff:0:0/96 (IPv4 in disguise),
# 64:ff9b::/96 and 64:ff9b:1::/48 (NAT64), 5f00::/16, fc00::/7, fe80::/10, fec0::/10 and ff00::/8.
_OPEN = IPv6Network("2000::/3")


def is_public(address: str) -> bool:
    """Whether a machine on the public internet has it, and by no detour. False for what is no address."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    return read.is_global and not _is_closed(read)


def _is_closed(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _OPEN:
        return True
    return any(address in net for net in _CLOSED)


_lock = threading.Lock()
_asked: dict[tuple[str, int], Future[tuple[str, ...]]] = {}


def resolve(host: str, port: int, deadline: Deadline) -> tuple[str, ...]:
    """The host's addresses, the system's favourite first. Raises FetchFailed and TimeoutError.

    The system's resolver cannot be stopped, so it works on a thread of its own; who asks for a name that is being
    asked for waits for the same answer. A resolver that hangs thus keeps one thread for each host, never a caller's.
    """
    found = _asking(host, port).result(deadline.left())
    if not found:
        raise FetchFailed(Fault.UNREACHABLE)
    if not all(is_public(address) for address in found):
        raise FetchFailed(Fault.REFUSED_ADDRESS)
    return found


def _asking(host: str, port: int) -> Future[tuple[str, ...]]:
    with _lock:
        if under_way := _asked.get((host, port)):
            return under_way
        future: Future[tuple[str, ...]] = Future()
        # A server that stops does not wait for a resolver.
        threading.Thread(target=_ask, args=(host, port, future), name="look-up name", daemon=True).start()
        _asked[host, port] = future
        return future


def _ask(host: str, port: int, future: Future[tuple[str, ...]]) -> None:
    found: list[str] = []
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = [str(row[4][0]) for row in rows]
    except (OSError, UnicodeError):
        pass  # no such name, or nobody to ask
    finally:
        with _lock:
            _asked.pop((host, port), None)
        future.set_result(tuple(dict.fromkeys(found)))
