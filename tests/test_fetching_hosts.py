"""Where look-ups may go: hostile URLs, addresses that are not public, names that change their mind. Nothing is sent."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import pytest

from calls import fetching
from calls.fetching import Fault, FetchFailed, Request, addresses, guards, normal_place, target
from calls.fetching.words import Deadline

HOSTS = frozenset({"api.example.com", "API.Bücher.example:8443"})

REFUSED_WORDS = """
    http://api.example.com/ HTTP://api.example.com/ ftp://api.example.com/ file:///etc/passwd gopher://api.example.com/
    ws://api.example.com/ wss://api.example.com/ data:application/json,{} javascript:alert(1) unix:///var/run/docker.sock
    //api.example.com/ /api.example.com api.example.com https: https:// https:/// https:/api.example.com/
    https:///api.example.com/ https:api.example.com/ https://?api.example.com https://#api.example.com
    https://user@api.example.com/ https://user:pass@api.example.com/ https://api.example.com@evil.example.com/
    https://api.example.com:443@evil.example.com/ https://evil.example.com#@api.example.com/
    https://api.example.com#.evil.example.com/ https://api.example.com/#fragment https://api.example.com/a?b#c
    https://api.example.com\\@evil.example.com/ https://evil.example.com\\.api.example.com/
    https://api.example.com/\\evil https:\\\\api.example.com/ https://api.example.com%00.evil.example.com/
    https://%61pi.example.com/ https://api.example.com%2f@evil.example.com/ https://api.example.com:/
    https://api.example.com:0/ https://api.example.com:00443/ https://api.example.com:99999/ https://api.example.com:-1/
    https://api.example.com:4４3/ https://api.example.com:443:80/ https://api.example.com./ https://.api.example.com/
    https://api..example.com/ https://*.example.com/ https://api.example.com／.evil.example.com/ https://localhost/
    https://127.0.0.1/ https://127.1/ https://2130706433/ https://0x7f000001/ https://0x7f.0.0.1/ https://0177.0.0.1/
    https://①②⑦.⓪.⓪.①/ https://[::1]/ https://[::ffff:127.0.0.1]/ https://[fe80::1%25eth0]/ https://169.254.169.254/
    https://api.example.com/../admin https://api.example.com/a/./b https://api.example.com/%2e%2E/admin
    https://api.example.com/.. https://-api.example.com/ https://api_.example.com/ https://xn--.example.com:x/
""".split()
REFUSED_URLS = [
    *REFUSED_WORDS,
    "",
    " https://api.example.com/",
    "https://api.example.com/ HTTP/1.1",
    "https://api.example.com/\r\nX-Injected: 1",
    "https://api.exam\tple.com/",
    "https://api.example.com\n.evil.example.com/",
    "https://api.example.com/\x00",
    "https://api.example.com/\u2028a",
    "https://api\u200b.example.com/",
    "https://api.example.com/\ud800",
    "https://api.example.com/" + "a" * 5000,
    "https://" + "a" * 64 + ".example.com/",
    "https://" + "a." * 130 + "example.com/",
]
REFUSED_HOSTS = """
    https://evil.example.com/ https://example.com/ https://api.example.com.evil.example.com/ https://xapi.example.com/
    https://evilapi.example.com/ https://api.example.co/ https://api.example.com:80/ https://api.example.com:8443/
    https://api.example.com:22/ https://xapi.example.com:443/ https://api.bücher.example/ https://api.bücher.example:443/
    https://api.bucher.example:8443/ https://metadata.google.internal/ https://аpi.example.com/
    https://api.example.com。evil.example.com/
    https://evil.example.com/?https://api.example.com/ https://evil.example.com/api.example.com
    https://127.0.0.1.nip.example/ https://api.example.comm/
""".split()


@pytest.fixture(autouse=True)
def own_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_guards", guards.Guards(2))


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any name looked up and any socket opened is a fault."""

    def never(*_args: object, **_kwargs: object) -> NoReturn:
        raise AssertionError("something left this machine")

    for name in ("getaddrinfo", "gethostbyname", "create_connection", "socket"):
        monkeypatch.setattr(socket, name, never)


def reason(url: str, hosts: frozenset[str] = HOSTS, **changes: Any) -> Fault:
    with pytest.raises(FetchFailed) as failed:
        fetching.fetch(Request(**{"method": "GET", "url": url} | changes), hosts, 0.5)
    assert url not in str(failed.value) or not url
    return failed.value.reason


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize("url", REFUSED_URLS, ids=ascii)
def test_a_hostile_url_is_refused_and_nothing_is_sent(url: str) -> None:
    assert reason(url) is Fault.REFUSED_URL


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize("url", REFUSED_HOSTS, ids=ascii)
def test_a_host_that_is_not_allowed_is_not_even_looked_up(url: str) -> None:
    assert reason(url) is Fault.REFUSED_HOST


def test_sixty_hostile_urls_are_tried() -> None:
    assert len({*REFUSED_URLS, *REFUSED_HOSTS}) >= 60


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize(
    "host",
    """
    localhost 127.0.0.1 2130706433 0x7f.1 [::1] ::1 8.8.8.8 169.254.169.254 * *.example.com https://evil.example.com
    evil.example.com/ user@evil.example.com . evil.example.com:0
    """.split(),
)
def test_an_entry_that_is_no_name_allows_nothing(host: str) -> None:
    assert reason(f"https://{host}/", frozenset({host})) in (Fault.REFUSED_URL, Fault.REFUSED_HOST)
    with pytest.raises(ValueError, match="it is"):
        normal_place(host)


@pytest.mark.usefixtures("silence")
def test_without_allowed_hosts_nothing_is_asked() -> None:
    assert reason("https://api.example.com/", frozenset()) is Fault.REFUSED_HOST


@pytest.mark.parametrize(
    ("url", "place", "path"),
    [
        ("https://api.example.com", "api.example.com", "/"),
        ("HTTPS://API.Example.COM:443/a", "api.example.com", "/a"),
        ("https://api.example.com?a=1", "api.example.com", "/?a=1"),
        ("https://api.bücher.example:8443/", "api.xn--bcher-kva.example:8443", "/"),
        ("https://api.xn--bcher-kva.example:8443/", "api.xn--bcher-kva.example:8443", "/"),
        ("https://ａpi.example。com/", "api.example.com", "/"),
        ("https://api.example.com/a/.b/..c/d..?x=../..", "api.example.com", "/a/.b/..c/d..?x=../.."),
        ("https://api.example.com//evil.example.com/", "api.example.com", "//evil.example.com/"),
        (
            "https://api.example.com/?next=https://evil.example.com/",
            "api.example.com",
            "/?next=https://evil.example.com/",
        ),
        ('https://api.example.com/a"<é>', "api.example.com", "/a%22%3C%C3%A9%3E"),
    ],
)
def test_an_allowed_host_is_known_however_it_is_written(url: str, place: str, path: str) -> None:
    found = target.read_target(url, {})
    target.check_host(found, HOSTS)
    assert (found.place, found.path) == (place, path)


def test_values_stay_inside_their_place_of_the_query() -> None:
    found = target.read_target("https://api.example.com/a?x=1", {"k": "1&admin=1#\r\nX: y", "é": "/../"})
    assert found.path == "/a?x=1&k=1%26admin%3D1%23%0D%0AX%3A+y&%C3%A9=%2F..%2F"


@pytest.mark.usefixtures("silence")
@pytest.mark.parametrize(
    "changes",
    [
        {"headers": {"X-A": "1\r\nX-B: 2"}},
        {"headers": {"X-A": "1\nX-B: 2"}},
        {"headers": {"X-A": "1\x00"}},
        {"headers": {"X-A": "é"}},
        {"headers": {"X-A": " 1"}},
        {"headers": {"X-A: 1\r\nX-B": "2"}},
        {"headers": {"X A": "1"}},
        {"headers": {"": "1"}},
        {"headers": {"Host": "evil.example.com"}},
        {"headers": {"hOsT": "evil.example.com"}},
        {"headers": {"Content-Length": "0"}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {"Connection": "keep-alive"}},
        {"headers": {"Accept-Encoding": "gzip"}},
        {"headers": {"Cookie": "a=1"}},
        {"headers": {f"X-{number}": "x" * 1000 for number in range(40)}},
        {"method": "DELETE"},
        {"method": "GET / HTTP/1.1\r\nX: y"},
        {"json": {"a": "1"}},
        {"method": "POST", "json": {"a": "x" * 40_000}},
    ],
    ids=ascii,
)
def test_a_request_that_could_say_more_than_it_should_is_refused(changes: dict[str, Any]) -> None:
    assert reason("https://api.example.com/", **changes) is Fault.REFUSED_REQUEST


# --- Addresses ---------------------------------------------------------------------------------------------

PRIVATE = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:8.8.8.8 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1
    100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::
    2002:808:808::1 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
    localhost 1.2.3 0x7f000001
""".split()
PUBLIC = (
    "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.32.0.1 192.0.1.1 223.255.255.1 2606:4700::1 2a00:1450::1".split()
)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_known(address: str) -> None:
    assert addresses.is_public(address)


class Resolver:
    """Gives each question the next answer, and notes who is called up."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.answers = [answer.split() for answer in answers]
        self.asked: list[str] = []
        self.called: list[tuple[Any, ...]] = []
        called = self.called

        class Line(socket.socket):
            def connect(self, address: Any) -> None:
                called.append(address)
                raise ConnectionRefusedError

        monkeypatch.setattr(socket, "socket", Line)
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, *_args: object, **_kwargs: object) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        return [(0, 0, 0, "", (address, 0)) for address in self.answers.pop(0)]


@pytest.mark.parametrize("answer", ["127.0.0.1", "8.8.8.8 10.0.0.1", "10.0.0.1 8.8.8.8", "8.8.8.8 ::ffff:127.0.0.1"])
def test_a_name_with_one_address_that_is_not_public_is_not_called_up(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver = Resolver(monkeypatch, answer)
    assert reason("https://api.example.com/") is Fault.REFUSED_ADDRESS
    assert (resolver.asked, resolver.called) == (["api.example.com"], [])


def test_a_name_that_changes_its_mind_is_asked_once_and_taken_at_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver(monkeypatch, "8.8.8.8", "127.0.0.1", "127.0.0.1")
    assert reason("https://api.example.com/") is Fault.UNREACHABLE
    assert resolver.asked == ["api.example.com"]
    assert resolver.called == [("8.8.8.8", 443)]


def test_each_look_up_asks_for_the_name_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Resolver(monkeypatch, "8.8.8.8", "127.0.0.1")
    assert reason("https://api.example.com/") is Fault.UNREACHABLE
    assert reason("https://api.example.com/") is Fault.REFUSED_ADDRESS


def test_a_resolver_that_fails_in_its_own_way_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: object, **_kwargs: object) -> NoReturn:
        raise UnicodeError("label too long")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(FetchFailed) as failed:
        addresses.resolve("api.example.com", 443, Deadline.after(1))
    assert failed.value.reason is Fault.UNREACHABLE
