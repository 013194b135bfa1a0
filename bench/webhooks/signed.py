"""Pre-made webhooks: what callers keyed at the tutorial line's menu, each of a call of its own, signed as Vonage signs.

Run in our server's environment (its SECRET_KEY seals the places). Writes a file that loader.py reads.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import django

ROOT: Final = Path(__file__).resolve().parents[2]
NUMBER: Final = "441632960960"
CALLER: Final = "447700900123"
DIGITS: Final = ("1", "2", "9", "")
"""Two right keys, a wrong one, and silence: equally many of each."""
_AT_ONCE: Final = 2000
PRODUCTION: Final = {
    "SECRET_KEY": "only-for-the-bench-8f2b61c05d7e49a3b1c6d2e7f40a95583c",
    "ALLOWED_HOSTS": "ivr.example.com",
    "PUBLIC_URL": "https://ivr.example.com",
    "VONAGE_SIGNATURE_SECRET": "bench-signature-secret-0123456789abcdef",
    "VONAGE_APPLICATION_ID": "78d335fa-323d-0114-9c3d-d6f0d48968cf",
    "LOG_LEVEL": "WARNING",
}
"""Our server's environment, but for the data that each run makes anew."""

Place = Any
"""calls.place.Place; Django has to be set up before anything of ours is imported."""


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")
    django.setup(set_prefix=False)


def waiting() -> Place:
    """The place of a caller who has just heard the menu of the published tutorial line."""
    from calls.place import Place
    from menus import live
    from menus.dialogue import Answered
    from menus.step import begin, step

    now = datetime.now(UTC)
    pointer = live.for_number(NUMBER)
    assert pointer, "the tutorial line is not published"
    flow = live.flow(pointer.version)
    taken = step(flow, begin(flow, CALLER, NUMBER, now), Answered(), now)
    return Place("", pointer.version, taken.state)


def webhook(place: Place, digits: str) -> bytes:
    """One whole HTTP request."""
    from calls.place import seal
    from calls.vonage.pretend import sign

    call = str(uuid4())
    payload = {
        "uuid": call,
        "conversation_uuid": f"CON-{uuid4()}",
        "speech": {"results": []},
        "dtmf": {"digits": digits, "timed_out": not digits},
        "from": NUMBER,
        "to": CALLER,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    body = json.dumps(payload, separators=(",", ":")).encode()
    application = os.environ["VONAGE_APPLICATION_ID"]
    lines = (
        f"POST /webhooks/event/{seal(place._replace(call=call))}/ HTTP/1.1",
        "Host: ivr.example.com",
        "User-Agent: Vonage/Voice",
        "Accept: */*",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Authorization: {sign(body, os.environ['VONAGE_SIGNATURE_SECRET'], application_id=application)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def some(place: Place, count: int) -> bytes:
    """`count` requests, each behind its length."""
    made = (webhook(place, DIGITS[index % len(DIGITS)]) for index in range(count))
    return b"".join(struct.pack("<I", len(request)) + request for request in made)


def write(path: Path, count: int) -> None:
    place = waiting()
    shares = [min(_AT_ONCE, count - done) for done in range(0, count, _AT_ONCE)]
    with path.open("wb") as file, ProcessPoolExecutor(2) as helpers:
        for part in helpers.map(some, [place] * len(shares), shares):
            file.write(part)


# --- what the peers write and answer ----------------------------------------------------------------------------


def template() -> dict[str, Any]:
    """For each of DIGITS the row that our server writes and the NCCO that it answers; `call_id` and `at` are blanks."""
    from calls.models import Turn

    place = waiting()._replace(call="0" * 36)
    columns = [str(field.column) for field in Turn._meta.concrete_fields if not field.primary_key]
    return {"columns": columns, "heard": {digits: _taken(place, digits, columns) for digits in DIGITS}}


def _taken(place: Place, digits: str, columns: Iterable[str]) -> dict[str, Any]:
    from calls import ncco, records
    from menus import live
    from menus.dialogue import Keyed, Silence
    from menus.step import step

    now = datetime.now(UTC)
    flow = live.flow(place.version)
    heard = Keyed(digits) if digits else Silence()
    taken = step(flow, place.state, heard, now)
    text = ncco.dump(ncco.render(flow, taken.says, place._replace(state=taken.state)))
    values = records.turn(flow, place, heard, taken, text, now).values | {"call_id": "", "at": ""}
    return {"ncco": text, "row": [values[column] for column in columns]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    set_up()
    if asked.count:
        write(asked.out, asked.count)
    else:
        asked.out.write_text(json.dumps(template()))


if __name__ == "__main__":
    import sys

    sys.path.insert(0, str(ROOT))
    main()
