"""Where the time of one input webhook goes, part by part, in one process: `step`, the sealed place, and the rest.

`make bench` runs it against each of its databases. By itself it leaves the database out: python bench/micro.py
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench" / "webhooks")]

import signed  # noqa: E402 - it lies in webhooks/

BLOCKS: Final = 15
IN_BLOCK: Final = 100
STEP_MICROSECONDS: Final = 20
PLACE_MICROSECONDS: Final = 60


class Timing(NamedTuple):
    """µs of this thread's own CPU time; another's work on the machine makes the median worse, the best hardly."""

    best: float
    median: float


def timing(work: Callable[..., object], *arguments: Iterable[Any]) -> Timing:
    """Of one call of `work`; the arguments are taken in turn, so that nothing is measured but once warmed up."""
    rows = list(zip(*arguments, strict=True))
    size = min(IN_BLOCK, len(rows) // BLOCKS)
    found = []
    for first in range(0, size * BLOCKS, size):
        began = time.thread_time_ns()
        for row in rows[first : first + size]:
            work(*row)
        found.append((time.thread_time_ns() - began) / size / 1000)
    return Timing(min(found), median(found[1:]))


class Parts:
    """Requests as they come, and each stage of them as the next one wants it."""

    def __init__(self) -> None:
        from calls import ncco, place, records, vonage
        from calls.place import Place
        from menus.dialogue import Answered
        from menus.step import begin, step

        self.now = datetime.now(UTC)
        self.flow, version = _tutorial()
        ringing = begin(self.flow, signed.CALLER, signed.NUMBER, self.now)
        menu = Place("", version, step(self.flow, ringing, Answered(), self.now).state)
        self.signature = vonage.Signature((os.environ["VONAGE_SIGNATURE_SECRET"],))
        count = BLOCKS * IN_BLOCK
        self.requests = [signed.webhook(menu, signed.DIGITS[n % len(signed.DIGITS)]) for n in range(count)]
        self.bodies = [request.partition(b"\r\n\r\n")[2] for request in self.requests]
        self.headers = [_between(request, b"Authorization: ", b"\r\n") for request in self.requests]
        self.sealed = [_between(request, b"/webhooks/event/", b"/ HTTP") for request in self.requests]
        self.places = [place.unseal(sealed) for sealed in self.sealed]
        self.news = [vonage.read_news(vonage.read_body(body)) for body in self.bodies]
        self.taken = [
            step(self.flow, here.state, news.heard, self.now)
            for here, news in zip(self.places, self.news, strict=True)
            if news.heard is not None
        ]
        self.then = [here._replace(state=taken.state) for here, taken in zip(self.places, self.taken, strict=True)]
        self.actions = [
            ncco.render(self.flow, taken.says, here) for taken, here in zip(self.taken, self.then, strict=True)
        ]
        self.texts = [ncco.dump(actions) for actions in self.actions]
        self.records = [
            records.turn(self.flow, here, news.heard, taken, text, self.now)
            for here, news, taken, text in zip(self.places, self.news, self.taken, self.texts, strict=True)
            if news.heard is not None
        ]

    def timings(self) -> dict[str, Timing]:
        from calls import ncco, place, records, vonage
        from menus.step import step

        now, flow, check = self.now, self.flow, self.signature.check
        heard = [news.heard for news in self.news]
        states = [here.state for here in self.places]
        return {
            "signature": timing(lambda header, body: check(header, body, now.timestamp()), self.headers, self.bodies),
            "opening the sealed place": timing(place.unseal, self.sealed),
            "reading the payload": timing(lambda body: vonage.read_news(vonage.read_body(body)), self.bodies),
            "step": timing(lambda state, what: step(flow, state, what, now), states, heard),
            "NCCO, with sealing": timing(
                lambda taken, here: ncco.dump(ncco.render(flow, taken.says, here)), self.taken, self.then
            ),
            "record": timing(
                lambda here, what, taken, text: records.turn(flow, here, what, taken, text, now),
                *(self.places, heard, self.taken, self.texts),
            ),
        }


def _tutorial() -> tuple[Any, Any]:
    """The flow as it ships, and the version that is published of it, if there is a database."""
    from uuid import UUID

    from menus import live
    from menus.flow import read_flow
    from menus.linefile import read_yaml

    if "DATABASE_URL" in os.environ:
        pointer = live.for_number(signed.NUMBER)
        assert pointer, "the tutorial line is not published"
        return live.flow(pointer.version), pointer.version
    draft = read_yaml((ROOT / "menus" / "demo" / "tutorial.yaml").read_text(encoding="utf-8"))
    return read_flow(draft.model_dump(exclude={"numbers"})), UUID(int=0)


def _between(request: bytes, before: bytes, after: bytes) -> str:
    return request.partition(before)[2].partition(after)[0].decode()


def with_database(parts: Parts) -> dict[str, Timing]:
    """The whole webhook from WSGI's door, without and with its INSERT; no server around it, and one at a time."""
    from django.core.wsgi import get_wsgi_application

    from calls import journal
    from ivrsite import database

    database.watch_waits()
    application = get_wsgi_application()

    def whole(environ: dict[str, Any]) -> None:
        response = application(environ, _nothing)
        body = b"".join(response)
        response.close()
        assert response.status_code == 200, body

    append = journal.append
    journal.append = lambda records: journal.Written.STORED
    without = timing(whole, [_environ(request) for request in parts.requests])
    journal.append = append
    return {
        "without the INSERT": without,
        "all": timing(whole, [_environ(request) for request in parts.requests]),
    }


def _nothing(*_: object) -> Callable[[bytes], object]:
    """WSGI's start_response, for nobody."""
    return len


def _environ(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, path, protocol = first.split()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": protocol,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    for line in lines:
        name, _, value = line.partition(": ")
        name = name.upper().replace("-", "_")
        environ[name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"] = value
    return environ


def _less(much: Timing, part: Timing) -> Timing:
    return Timing(much.best - part.best, much.median - part.median)


def show(parts: dict[str, Timing], whole: dict[str, Timing]) -> None:
    print(f"{'µs of CPU in our process':40}{'best':>7}{'median':>8}")
    lines = dict(parts)
    if whole:
        without, complete = whole["without the INSERT"], whole["all"]
        known = Timing(*(sum(column) for column in zip(*parts.values(), strict=True)))
        lines["Django, DRF, all the rest"] = _less(without, known)
        lines["INSERT, and what its wait makes cold"] = _less(complete, without)
        lines["the whole webhook"] = complete
    for name, found in lines.items():
        print(f"  {name:38}{found.best:7.1f}{found.median:8.1f}")
    for name, most in (("step", STEP_MICROSECONDS), ("opening the sealed place", PLACE_MICROSECONDS)):
        met = "met" if parts[name].best <= most else "MISSED"
        print(f"{name}: {parts[name].best:.1f} µs, aim ≤ {most}: {met}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ivr-micro-") as folder:
        for name, value in signed.PRODUCTION.items():
            os.environ.setdefault(name, value)
        os.environ.setdefault("DATA_DIR", folder)
        signed.set_up()
        parts = Parts()
        show(parts.timings(), with_database(parts) if "DATABASE_URL" in os.environ else {})


if __name__ == "__main__":
    main()
