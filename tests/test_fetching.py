"""Look-ups over HTTP against a real server: what is taken for an answer, what is not, and that each ends in time."""

from __future__ import annotations

import json
import logging
import os
import socket
import ssl
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from calls import fetching
from calls.fetching import Answer, Fault, FetchFailed, Request, addresses, guards, wire
from calls.fetching.words import Deadline
from tests.dip_server import NAME, Behaviour, DipServer, certificate, drip, drips, hangs, reply, says, serving

SOON = 0.4
SLACK = 1.0
"""Seconds for a machine that does other things beside; without a deadline it would be ten and more."""

Fetch = Callable[..., Answer]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("dip"))


@pytest.fixture
def server(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DipServer]:
    """Found under a public name; only the judge of addresses and the list of authorities are not production's."""
    trusted = ssl.create_default_context(cafile=pem)
    monkeypatch.setattr(wire, "_context", lambda: trusted)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(fetching, "_guards", guards.Guards(8))
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: rows)
    with serving(pem) as found:
        yield found


@pytest.fixture
def fetch(server: DipServer) -> Fetch:
    def ask(path: str = "/", seconds: float = 2.0, name: str = NAME, **changes: Any) -> Answer:
        place = f"{name}:{server.port}"
        return fetching.fetch(
            Request(**{"method": "GET", "url": f"https://{place}{path}"} | changes), frozenset({place}), seconds
        )

    return ask


def fault(fetch: Fetch, **changes: Any) -> Fault:
    with pytest.raises(FetchFailed) as failed:
        fetch(**changes)
    return failed.value.reason


# --- What is sent and what is understood -------------------------------------------------------------------


def test_a_right_answer_comes_as_status_body_and_time(server: DipServer, fetch: Fetch) -> None:
    server.behaviour = says(reply('{"name": "Ä", "balance": 12.50, "count": 3, "open": null}'.encode()))
    answer = fetch()
    assert answer.status == 200
    assert answer.body == {"name": "Ä", "balance": Decimal("12.50"), "count": 3, "open": None}
    assert str(answer.body["balance"]) == "12.50"
    assert 0 < answer.ms < 2000


def test_what_is_asked_reaches_the_server_whole(server: DipServer, fetch: Fetch) -> None:
    fetch("/or%20ders/ä?a=1", headers={"X-Key": "s3cret"}, query={"key": "5&6 /é"})
    head = server.heard[0].decode()
    assert head.startswith("GET /or%20ders/%C3%A4?a=1&key=5%266+%2F%C3%A9 HTTP/1.1\r\n")
    assert f"\r\nhost: {NAME}:{server.port}\r\n" in head
    assert "\r\nx-key: s3cret\r\n" in head
    assert "\r\naccept-encoding: identity\r\n" in head
    assert server.asked_for == [NAME]


def test_a_post_sends_its_values_as_json(server: DipServer, fetch: Fetch) -> None:
    server.behaviour = says(reply(b'{"made": true}', "201 Created"))
    answer = fetch(method="POST", json={"account": "12\r\n3é"}, headers={"Authorization": "Bearer x"})
    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert b"content-type: application/json" in head
    assert json.loads(body) == {"account": "12\r\n3é"}
    assert (answer.status, answer.body) == (201, {"made": True})


@pytest.mark.parametrize("body", [b"", b"nothing here", b'{"error": "no such order"}'])
def test_404_is_an_answer_whatever_its_body(body: bytes, server: DipServer, fetch: Fetch) -> None:
    server.behaviour = says(reply(body, "404 Not Found"))
    assert fetch()[:2] == (404, {})


def test_404_does_not_wait_for_its_body(server: DipServer, fetch: Fetch) -> None:
    server.behaviour = drips(b"x" * 500, reply(b"x" * 500, "404 Not Found")[:-500])
    assert fetch(seconds=SOON)[:2] == (404, {})


def test_an_answer_in_chunks_or_without_a_length_is_read_to_its_end(server: DipServer, fetch: Fetch) -> None:
    server.behaviour = says(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n3\r\n:1}\r\n0\r\n\r\n')
    assert fetch().body == {"a": 1}
    server.behaviour = says(b'HTTP/1.0 200 OK\r\n\r\n{"a": 2}')
    assert fetch().body == {"a": 2}


def test_a_body_of_64_kib_is_taken_and_one_byte_more_is_not(server: DipServer, fetch: Fetch) -> None:
    full = b'{"a": "%s"}' % (b"x" * (64 * 1024 - 9))
    server.behaviour = says(reply(full))
    assert len(str(fetch().body["a"])) == 64 * 1024 - 9
    server.behaviour = says(reply(full + b" "))
    assert fault(fetch) is Fault.TOO_LONG


# --- What is no answer -------------------------------------------------------------------------------------

_BOMB = zlib.compressobj(9, wbits=31)
BOMB = _BOMB.compress(b" " * 10_000_000) + _BOMB.flush()

BAD: dict[str, tuple[bytes, Fault]] = {
    "ten megabytes": (reply(b"x" * 10_000_000), Fault.TOO_LONG),
    "ten megabytes in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1_600_000,
        Fault.TOO_LONG,
    ),
    "ten megabytes of headers": (b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"x" * 10_000_000, Fault.UNREACHABLE),
    "many long headers": (b"HTTP/1.1 200 OK\r\n" + (b"X-A: " + b"x" * 60_000 + b"\r\n") * 90, Fault.TOO_LONG),
    "100 Continue for ever": (b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000, Fault.TOO_LONG),
    "gzip bomb": (reply(BOMB, "200 OK", "Content-Encoding: gzip"), Fault.NOT_JSON),
    "a little gzip": (reply(zlib.compress(b"{}", wbits=31), "200 OK", "Content-Encoding: GZIP"), Fault.NOT_JSON),
    "said to be packed": (reply(b"{}", "200 OK", "Content-Encoding: br"), Fault.NOT_JSON),
    "compressed without saying so": (reply(zlib.compress(b"{}")), Fault.NOT_JSON),
    "a web page": (reply(b"<html></html>"), Fault.NOT_JSON),
    "nothing": (reply(b""), Fault.NOT_JSON),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", Fault.NOT_JSON),
    "a list": (reply(b'[{"a": 1}]'), Fault.NOT_JSON),
    "a text": (reply(b'"a"'), Fault.NOT_JSON),
    "NaN": (reply(b'{"a": NaN}'), Fault.NOT_JSON),
    "a number out of bounds": (reply(b'{"a": 1e999999}'), Fault.NOT_JSON),
    "a number beyond Decimal": (reply(b'{"a": 1e99999999999999999999999}'), Fault.NOT_JSON),
    "a number of 5000 figures": (reply(b'{"a": %s}' % (b"1" * 5000)), Fault.NOT_JSON),
    "deeper than any object": (reply(b'{"a":' * 10_000 + b"1" + b"}" * 10_000), Fault.NOT_JSON),
    "Latin-1": (reply('{"a": "é"}'.encode("latin-1")), Fault.NOT_JSON),
    "500": (reply(b'{"a": 1}', "500 Oh"), Fault.STATUS),
    "403": (reply(b"{}", "403 No"), Fault.STATUS),
    "410": (reply(b"{}", "410 Gone"), Fault.STATUS),
    "redirect": (reply(b"{}", "302 Found", "Location: https://127.0.0.1/"), Fault.REDIRECT),
    "304": (b"HTTP/1.1 304 Not Modified\r\n\r\n", Fault.REDIRECT),
    "broken off": (reply(b'{"a": 1}')[:-1], Fault.UNREACHABLE),
    "broken off after an object": (reply(b'{"a": 1}   ')[:-1], Fault.UNREACHABLE),
    "broken off in a chunk": (b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{"a":1}', Fault.UNREACHABLE),
    "a chunk of negative length": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
        Fault.UNREACHABLE,
    ),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", Fault.UNREACHABLE),
    "silence": (b"", Fault.UNREACHABLE),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_a_bad_answer_fails_with_its_reason(data: bytes, reason: Fault, server: DipServer, fetch: Fetch) -> None:
    server.behaviour = says(data)
    began = monotonic()
    assert fault(fetch) is reason
    assert monotonic() - began < SLACK
    assert len(server.heard) == 1


def test_a_status_is_told_with_its_number(server: DipServer, fetch: Fetch) -> None:
    server.behaviour = says(reply(b"{}", "503 Oh"))
    with pytest.raises(FetchFailed) as failed:
        fetch()
    assert (failed.value.reason, failed.value.status) == (Fault.STATUS, 503)
    assert 0 < failed.value.ms < 1000


def test_nobody_listens(server: DipServer, fetch: Fetch) -> None:
    server.close()
    assert fault(fetch) is Fault.UNREACHABLE


def test_no_such_name(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    assert fault(fetch) is Fault.UNREACHABLE


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    server: DipServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "_context", ssl.create_default_context)
    assert fault(fetch) is Fault.UNTRUSTED
    assert server.heard == []


def test_a_certificate_for_another_name_is_not_trusted(server: DipServer, fetch: Fetch) -> None:
    assert fault(fetch, name="other.example.com") is Fault.UNTRUSTED
    assert server.heard == []


def test_production_trusts_what_the_system_trusts_and_asks_for_the_name() -> None:
    context = wire._context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


# --- In time -----------------------------------------------------------------------------------------------

SLOW: dict[str, Behaviour] = {
    "says nothing": hangs,
    "drips its head": drips(reply(b"{}" + b" " * 1000)),
    "drips its body": drips(b"{}" + b" " * 1000, reply(b"x" * 1002)[:-1002]),
    "drips chunks": drips(b"1\r\n \r\n" * 200, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "drips 100 Continue": drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 50),
}


@pytest.mark.parametrize("behaviour", SLOW.values(), ids=SLOW)
def test_a_slow_server_is_left_at_the_deadline_and_its_line_closed(
    behaviour: Behaviour, server: DipServer, fetch: Fetch
) -> None:
    server.behaviour = behaviour
    began = monotonic()
    assert fault(fetch, seconds=SOON) is Fault.TIMEOUT
    assert SOON - 0.05 < monotonic() - began < SOON + SLACK
    server.close()
    assert server.lived[0] < SOON + SLACK


@pytest.mark.parametrize("greeting", [hangs, lambda line: drip(line, b"\x16\x03\x03\x3f\xff" + b"\x02" * 9_000)])
def test_a_server_that_is_slow_before_tls_is_left_at_the_deadline(
    greeting: Callable[[socket.socket], None], server: DipServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name has two addresses: the first may use half of the time to take the connection, all of it afterwards."""
    rows = [(0, 0, 0, "", (address, 0)) for address in ("127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: rows)
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    server.instead_of_tls = greeting
    began = monotonic()
    assert fault(fetch, seconds=SOON) is Fault.TIMEOUT
    assert SOON - 0.05 < monotonic() - began < SOON + SLACK
    server.close()
    assert server.lived[0] < SOON + SLACK


def test_nobody_takes_the_connection(server: DipServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of a listener that never accepts is full: the system drops what comes."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        first = [socket.socket() for _ in range(3)]
        for line in first:
            line.setblocking(False)
            line.connect_ex(deaf.getsockname())
        monkeypatch.setattr(server, "port", deaf.getsockname()[1])
        began = monotonic()
        assert fault(fetch, seconds=SOON) is Fault.TIMEOUT
        assert monotonic() - began < SOON + SLACK
        for line in first:
            line.close()


def test_by_default_the_caller_is_free_after_two_seconds(server: DipServer) -> None:
    server.behaviour = drips(reply(b"{}" + b" " * 1000))
    place = f"{NAME}:{server.port}"
    began = monotonic()
    with pytest.raises(FetchFailed) as failed:
        fetching.fetch(Request("GET", f"https://{place}/"), frozenset({place}))
    assert failed.value.reason is Fault.TIMEOUT
    assert 1.9 < monotonic() - began < 2.3
    assert 1900 < failed.value.ms < 2300


def test_a_resolver_that_hangs_keeps_one_thread_and_no_caller(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    awake, asked = threading.Event(), []

    def hang(host: str, *_args: object, **_kwargs: object) -> list[object]:
        asked.append(host)
        awake.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    threads = threading.active_count()
    began = monotonic()
    assert [fault(fetch, seconds=0.2) for _ in range(3)] == [Fault.TIMEOUT] * 3
    assert monotonic() - began < SLACK
    assert (asked, threading.active_count()) == ([NAME], threads + 1)
    awake.set()
    for thread in threading.enumerate():
        if thread.name == "look-up name":
            thread.join(5)
    assert threading.active_count() == threads


def test_a_silent_address_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, float | None]] = []

    class Line(socket.socket):
        def connect(self, address: Any) -> None:
            tried.append((address[0], self.gettimeout()))
            raise TimeoutError

    monkeypatch.setattr(socket, "socket", Line)
    with pytest.raises(TimeoutError):
        wire._connected(["9.9.9.9", "2620:fe::fe", "8.8.8.8"], 443, Deadline.after(3))
    assert [address for address, _ in tried] == ["9.9.9.9", "2620:fe::fe", "8.8.8.8"]
    assert [round(seconds or 0, 1) for _, seconds in tried] == [1.0, 1.5, 3.0]


# --- Nothing of it is shown or kept ------------------------------------------------------------------------


def test_no_url_header_value_or_answer_reaches_a_log_or_an_error(
    server: DipServer, fetch: Fetch, caplog: pytest.LogCaptureFixture
) -> None:
    """Also at DEBUG, where many HTTP libraries write the whole URL."""
    caplog.set_level(logging.DEBUG)
    mark, sent = "CANARY", {"headers": {"X-Key": "CANARY1"}, "query": {"card": "CANARY2"}, "json": {"pin": "CANARY3"}}
    path, answer = f"/{mark}", mark.encode()
    shown, hidden = [repr(Request("POST", f"https://{mark}", **sent))], []
    for data in (
        reply(b'{"a": "%s"}' % answer),
        reply(answer),
        answer + b"\r\n\r\n",
        reply(answer, f"500 {mark}"),
        b"",
    ):
        server.behaviour = says(data)
        try:
            shown.append(repr(fetch(path, method="POST", **sent)))
        except FetchFailed as failed:
            hidden += [failed.__cause__, failed.__context__]
            shown += [repr(failed), *traceback.format_exception(failed)]
    assert len(server.heard) == 5
    assert b"CANARY2" in server.heard[0]
    assert b"CANARY3" in server.heard[0]
    assert mark not in "".join(shown) + caplog.text
    assert hidden == [None] * 8


def test_what_the_environment_and_earlier_answers_say_is_not_used(
    server: DipServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text(f"machine {NAME} login me password hunter2\n")
    os.chmod(tmp_path / ".netrc", 0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    server.behaviour = says(reply(b"{}", "200 OK", "Set-Cookie: id=7; Path=/"))
    fetch()
    fetch()
    assert len(server.heard) == 2
    assert b"authorization" not in server.heard[0].lower()
    assert b"cookie" not in server.heard[1].lower()
