"""A real HTTPS server on this machine for look-ups to ask: it behaves as it is told, badly as a rule."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME = "dip.example.com"
GIVES_UP_SECONDS = 10.0

Behaviour = Callable[[ssl.SSLSocket], None]


def certificate(folder: Path, name: str = NAME) -> Path:
    """A file with a key and a certificate for `name` that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


class DipServer:
    """Each connection meets `behaviour`; `heard` keeps what was asked, `lived` the seconds that each line was open."""

    def __init__(self, pem: Path) -> None:
        self.behaviour: Behaviour = lambda line: line.sendall(reply(b"{}"))
        self.heard: list[bytes] = []
        self.lived: list[float] = []
        self.asked_for: list[str] = []
        self.instead_of_tls: Callable[[socket.socket], None] | None = None
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(pem)
        self._tls.sni_callback = lambda _line, name, _context: self.asked_for.append(str(name))
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return  # closed: the test is over
            thread = threading.Thread(target=self._meet, args=(line,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _meet(self, line: socket.socket) -> None:
        began = monotonic()
        line.settimeout(GIVES_UP_SECONDS)
        with line, contextlib.suppress(OSError):
            if self.instead_of_tls:
                self.instead_of_tls(line)
            with self._tls.wrap_socket(line, server_side=True) as tls:
                self.heard.append(_heard(tls))
                self.behaviour(tls)
        self.lived.append(monotonic() - began)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)  # wakes accept, which close alone does not
        self._door.close()
        for thread in self._threads:
            thread.join(GIVES_UP_SECONDS)


def _heard(line: ssl.SSLSocket) -> bytes:
    """A whole request: the head, and as much body as it announces."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")]
    while len(body) < sum(lengths):
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def reply(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def says(data: bytes) -> Behaviour:
    return lambda line: line.sendall(data)


def drips(data: bytes, at_once: bytes = b"") -> Behaviour:
    """First some bytes, then one every 20 ms until the other side is gone."""

    def behave(line: ssl.SSLSocket) -> None:
        line.sendall(at_once)
        drip(line, data)

    return behave


def drip(line: socket.socket, data: bytes) -> None:
    pause = threading.Event()
    for byte in data:
        line.sendall(bytes([byte]))
        pause.wait(0.02)


def hangs(line: socket.socket) -> None:
    """Until the other side is gone."""
    while line.recv(65536):
        pass


@contextlib.contextmanager
def serving(pem: Path) -> Iterator[DipServer]:
    server = DipServer(pem)
    try:
        yield server
    finally:
        server.close()
