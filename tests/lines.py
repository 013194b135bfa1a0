"""Small flows that tests call, and how a test makes one a live line without the editor."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from calls.dips import hosts
from ivrsite import database
from menus import live
from menus.flow import Flow, read_flow
from menus.linefile import read_yaml
from menus.models import Line, PhoneNumber, Version
from menus.publish import as_text

NUMBER: Final = "441632960960"
DESK: Final = "441632960979"
"""The operator's telephone in `office`."""
GOODBYE: Final = """\
format: 1
name: Riverbend Clinic
numbers: ["12025550120"]
timezone: America/New_York
languages: [{key: en, name: English}]
start: bye
destinations:
  bye: {kind: hangup, label: Goodbye, goodbye: {en: Goodbye.}}
"""
"""A line of one destination, as a line file."""
THANK_YOU: Final = GOODBYE.replace("en: Goodbye.", "en: Goodbye and thank you.")
"""The same line, edited."""


def publish(flow: Flow, *numbers: str) -> Line:
    """Make the flow a live line as it is, faults and all (`menus.publish` would refuse some that tests need)."""
    forget()
    line = Line.objects.create(name=flow.name, timezone=flow.timezone)
    PhoneNumber.objects.bulk_create(PhoneNumber(number=number, line=line) for number in numbers or (NUMBER,))
    make_live(line, flow)
    return line


def make_live(line: Line, flow: Flow) -> Version:
    """A next version of the line, live at once."""
    text = as_text(flow)
    version = Version(line=line, number=line.versions.count() + 1, flow=text, digest=sha256(text.encode()).hexdigest())
    version.published_at = datetime.now(UTC)
    version.save()
    line.live = version
    line.save()
    live.keep(version.pk, text)
    return version


def forget() -> None:
    """What a process knows when it starts: nothing of an earlier test."""
    live.forget()
    hosts.forget()
    database.forget_away()


def tutorial() -> Flow:
    """The line of Vonage's own tutorial, as it ships."""
    folder = Path(__file__).parents[1] / "menus" / "demo"
    return read_flow(read_yaml((folder / "tutorial.yaml").read_text()).model_dump(exclude={"numbers"}))


def office(**changes: Any) -> Flow:
    """One menu that leads to every kind; in English and Spanish. `changes` are destinations by key, put in or over."""
    plain = {
        "name": "Office",
        "timezone": "Europe/London",
        "languages": [
            {"key": "en", "name": "English", "voice": {"language": "en-GB"}},
            {"key": "es", "name": "Español", "voice": {"language": "es-ES", "style": 1}},
        ],
        "start": "main",
        "operator": "desk",
        "house_keys": {"repeat": "9", "back": "*", "operator": "0"},
        "schedules": {"never": {"name": "Never", "weekly": {}}},
        "destinations": _DESTINATIONS | {key.replace("_", "-"): value for key, value in changes.items()},
    }
    return read_flow(plain)


def _option(digits: str, key: str, label: str, to: str = "") -> dict[str, Any]:
    return {"digits": digits, "key": key, "label": label, "to": to or key}


def _phone(number: str, seconds: int = 20) -> dict[str, Any]:
    return {"type": "phone", "number": number, "ring_seconds": seconds}


_DESTINATIONS: Final[dict[str, Any]] = {
    "main": {
        "kind": "menu",
        "label": "Main",
        "greeting": {"en": "Hello.", "es": "Hola."},
        "options": [
            _option("1", "sales", "Sales"),
            _option("2", "message", "A message", to="mailbox"),
            _option("3", "news", "News"),
            _option("4", "more", "More"),
            _option("5", "bot", "The robot"),
            _option("6", "clock", "Opening hours"),
            _option("7", "spanish", "Spanish", to="main") | {"language": "es"},
            _option("88", "sip", "Another office"),
        ],
    },
    "more": {"kind": "menu", "label": "More", "options": [_option("1", "sales", "Sales")]},
    "sales": {
        "kind": "transfer",
        "label": "Sales",
        "prompt": {"en": "One moment."},
        "caller_id": NUMBER,
        "whisper": {"en": "A call for sales."},
        "targets": [_phone("441632960971"), _phone("441632960972", 10), _phone("441632960973")],
        "last_resort": "mailbox",
    },
    "bot": {
        "kind": "transfer",
        "label": "The robot",
        "targets": [{"type": "websocket", "uri": "wss://example.com/bot"}],
        "last_resort": "bye",
    },
    "sip": {
        "kind": "transfer",
        "label": "Another office",
        "ringback": "https://example.com/ring.mp3",
        "targets": [
            {"type": "sip", "uri": "sip:desk@example.com"},
            {"type": "app", "user": "ana"},
            {"type": "vbc", "extension": "104"},
        ],
        "last_resort": "bye",
    },
    "mailbox": {
        "kind": "voicemail",
        "label": "Mailbox",
        "prompt": {"en": "Speak after the tone."},
        "mailbox": "Sales",
        "then": "bye",
    },
    "news": {
        "kind": "message",
        "label": "News",
        "prompt": {"en": "All is well."},
        "outcome": "served",
        "then": "bye",
    },
    "clock": {"kind": "hours", "label": "Hours", "schedule": "never", "open": "sales", "closed": "mailbox"},
    "desk": {"kind": "transfer", "label": "Desk", "targets": [_phone(DESK, 30)], "last_resort": "bye"},
    "bye": {"kind": "hangup", "label": "Goodbye", "goodbye": {"en": "Goodbye.", "es": "Adiós."}},
}
