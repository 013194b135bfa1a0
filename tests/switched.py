"""A clinic whose hours switches open and close, and the menu by which its staff throw them with a PIN."""

from __future__ import annotations

from typing import Any, Final

from menus.flow import Flow, read_flow

PIN: Final = "4711"


def message(words: str, then: str = "bye") -> dict[str, Any]:
    return {"kind": "message", "label": words, "prompt": {"en": words}, "then": then}


def clinic(**changes: Any) -> Flow:
    """Calls begin at the office's hours; closed, they hear when it opens; the pharmacy has hours of its own."""
    weekdays = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    plain: dict[str, Any] = {
        "name": "Clinic",
        "timezone": "Europe/London",
        "languages": [{"key": "en", "name": "English"}, {"key": "es", "name": "Español"}],
        "start": "office",
        "schedules": {
            "office": {
                "name": "Office",
                "weekly": weekdays,
                "holidays": [{"name": "Christmas", "when": "12-25", "words": {"en": "Merry Christmas."}}],
            },
            "pharmacy": {"name": "Pharmacy", "weekly": {"sun": ["00:00-24:00"]}},
        },
        "destinations": {
            "office": {"kind": "hours", "label": "Office?", "schedule": "office", "open": "yes", "closed": "no"},
            "pharmacy": {"kind": "hours", "label": "Pharmacy?", "schedule": "pharmacy", "open": "yes", "closed": "no"},
            "yes": message("Open."),
            "no": message("Closed. We open {opens}."),
            "bye": {"kind": "hangup", "label": "Bye", "goodbye": {"en": "Bye.", "es": "Adiós."}},
        },
    }
    return read_flow(plain | changes)


STAFF: Final[dict[str, Any]] = {
    "menu": {
        "kind": "menu",
        "label": "Welcome",
        "prompt": {"en": "Welcome."},
        "options": [
            {"key": "office", "digits": "1", "label": "The office", "to": "office"},
            {"key": "staff", "digits": "77", "label": "Staff", "to": "pin", "spoken": False},
        ],
    },
    "pin": {
        "kind": "collect",
        "label": "PIN",
        "asks": "pin",
        "value": "pin",
        "prompt": {"en": "Your PIN, please."},
        "min_digits": 4,
        "max_digits": 4,
        "then": "look",
    },
    "look": {
        "kind": "lookup",
        "label": "Who is it?",
        "source": {"type": "table", "table": "staff", "key": "{pin}"},
        "found": "desk",
        "not_found": "bye",
        "failed": "bye",
    },
    "desk": {
        "kind": "menu",
        "label": "Staff menu",
        "prompt": {"en": "One closes, two opens, three is the message, four is normal, five for some hours."},
        "options": [
            {"key": "close", "digits": "1", "label": "Close", "to": "close"},
            {"key": "open", "digits": "2", "label": "Open", "to": "open"},
            {"key": "message", "digits": "3", "label": "Message", "to": "snow"},
            {"key": "normal", "digits": "4", "label": "Normal", "to": "normal"},
            {"key": "some", "digits": "5", "label": "Some hours", "to": "how-long"},
        ],
    },
    "close": {"kind": "switch", "label": "Close", "switch": "closed", "hours": 2, "then": "bye", "failed": "sorry"},
    "open": {"kind": "switch", "label": "Open", "switch": "open", "schedule": "office", "then": "bye"},
    "snow": {"kind": "switch", "label": "Snow", "switch": "message", "words": {"en": "Snow today."}, "then": "bye"},
    "normal": {"kind": "switch", "label": "Normal", "switch": "normal", "then": "bye"},
    "how-long": {
        "kind": "collect",
        "label": "How long?",
        "asks": "digits",
        "value": "hours",
        "prompt": {"en": "How many hours?"},
        "min_digits": 1,
        "max_digits": 3,
        "finish_on_hash": True,
        "then": "close-some",
    },
    "close-some": {
        "kind": "switch",
        "label": "Close for some hours",
        "hours_value": "hours",
        "then": "bye",
        "failed": "sorry",
    },
    "sorry": message("That did not work."),
    "bye": {"kind": "hangup", "label": "Bye", "goodbye": {"en": "Bye."}},
}


def staff_line(**changes: Any) -> Flow:
    """The clinic behind a menu, and behind a hidden option of it the menu of its staff."""
    plain = clinic().model_dump()
    return read_flow(plain | {"start": "menu", "destinations": plain["destinations"] | STAFF} | changes)
