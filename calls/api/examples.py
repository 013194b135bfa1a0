"""An example of each thing that the API tells of, to stand in its documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer

Shape = TypeVar("Shape", bound=type)

LINE: Final = {
    "key": "riverbend-clinic",
    "name": "Riverbend Family Clinic",
    "timezone": "America/New_York",
    "numbers": ["12025550120"],
    "live": "0a4bd1b2-77c8-4ad9-9a9c-6ea8b6d1e1f0",
}
VERSION: Final = {
    "id": "0a4bd1b2-77c8-4ad9-9a9c-6ea8b6d1e1f0",
    "number": 7,
    "note": "Flu shots in the greeting",
    "published_at": "2026-11-20T21:05:00Z",
    "published_by": "ana",
    "digest": "5f0c3c1e8f7d4a55b1f7f0a1e6a2c9d04b7e8f6a1c2d3e4f5a6b7c8d9e0f1a2b",
    "is_live": True,
}
FLOW: Final = {
    "name": "Riverbend Family Clinic",
    "timezone": "America/New_York",
    "languages": [{"key": "en", "name": "English", "voice": {"language": "en-US"}}],
    "start": "bye",
    "destinations": {"bye": {"kind": "hangup", "label": "Goodbye", "goodbye": {"en": "Goodbye."}}},
}
CALL: Final = {
    "uuid": "63f61863-4a51-4f6b-86e1-46edebcf9356",
    "conversation": "CON-f972836a-550f-45fa-956c-12a2ab5b7d22",
    "line": "riverbend-clinic",
    "version": "0a4bd1b2-77c8-4ad9-9a9c-6ea8b6d1e1f0",
    "caller": "+1 ••• ••• ••42",
    "dialled": "12025550120",
    "started_at": "2026-11-23T14:03:11Z",
    "time_zone": "America/New_York",
    "local_day": "2026-11-23",
    "local_hour": 9,
    "answered_at": "2026-11-23T14:03:11Z",
    "ended_at": "2026-11-23T14:04:02Z",
    "duration_seconds": 51,
    "price": "0.01275000",
    "cost": "0.03100000",
    "status": "completed",
    "outcome": "transferred",
    "last_destination": "desk",
    "language": "en",
    "turn_count": 4,
    "person_seconds": 22,
    "served_seconds": None,
    "is_short": False,
    "is_recontact": False,
}
TURN: Final = {
    "n": 2,
    "at": "2026-11-23T14:03:30Z",
    "waited_at": "main",
    "heard": "keyed",
    "digits": "1",
    "outcome": "chosen",
    "option": "desk",
    "language": "en",
    "visits": [{"destination": "main", "outcome": "chosen", "option": "desk", "why": "", "led_to": "desk"}],
    "waits_at": "desk",
    "ncco": [{"action": "talk", "text": "One moment."}],
}
LEG: Final = {
    "uuid": "6b0a2b7e-5d34-4d57-9d1c-0a3c1f5f5d10",
    "destination": "desk",
    "target": 0,
    "caller": "12025550120",
    "dialled": "12025550121",
    "status": "completed",
    "fate": "",
    "started_at": "2026-11-23T14:03:31Z",
    "answered_at": "2026-11-23T14:03:33Z",
    "ended_at": "2026-11-23T14:04:02Z",
    "duration_seconds": 29,
    "price": "0.01825000",
}
CALLBACK: Final = {
    "id": 31,
    "call_uuid": "63f61863-4a51-4f6b-86e1-46edebcf9356",
    "line": "riverbend-clinic",
    "destination": "call-back-results",
    "team": "Records",
    "number": "+1 ••• ••• ••42",
    "begins_at": "2026-11-23T18:00:00Z",
    "ends_at": "2026-11-23T22:00:00Z",
    "time_zone": "America/New_York",
    "language": "en",
    "created_at": "2026-11-23T14:04:02Z",
    "state": "assigned",
    "assigned_to": "ana",
    "note": "",
    "done_at": None,
}
MESSAGE: Final = {
    "uuid": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    "call_uuid": "63f61863-4a51-4f6b-86e1-46edebcf9356",
    "line": "riverbend-clinic",
    "destination": "refill-message",
    "mailbox": "Refills",
    "language": "en",
    "seconds": 24,
    "is_fetched": True,
    "received_at": "2026-11-23T14:04:05Z",
    "transcript": "Please refill my prescription.",
    "state": "new",
    "assigned_to": None,
    "note": "",
    "heard_at": None,
    "done_at": None,
}
TOTALS: Final = {
    "offered": 369,
    "answered": 369,
    "contained": 21,
    "transferred": 212,
    "voicemail": 30,
    "callbacks": 12,
    "abandoned": 74,
    "short": 3,
    "recontacts": 13,
    "in_progress": 0,
    "seconds": 33210,
    "cost": "3.45000000",
    "answered_share": 1.0,
    "contained_share": 0.057,
    "transferred_share": 0.575,
    "abandoned_share": 0.201,
    "recontact_share": 0.035,
    "average_person_seconds": 79.2,
    "average_served_seconds": 60.4,
    "by_outcome": {"transferred": 212, "abandoned": 77, "voicemail": 30, "served": 21, "callback": 12, "ended": 17},
}
PLACE: Final = {
    "name": "Main menu",
    "destination": "main",
    "kind": "menu",
    "entries": 287,
    "callers": 281,
    "passes": 301,
    "asks": 301,
    "silences": 9,
    "wrong_keys": 5,
    "hang_ups": 14,
    "operator": 11,
    "gave_up": 1,
    "wrong_turns": 8,
    "seconds": 5453,
    "drop_off": 0.049,
    "silence_rate": 0.03,
    "wrong_key_rate": 0.017,
    "average_seconds": 19.0,
}
OPTION: Final = {
    "name": "Appointment",
    "option": "appointment",
    "count": 138,
    "entries": 287,
    "share": 0.481,
    "wrong_turns": 4,
    "led_to": "appointment",
}
TARGET: Final = {
    "name": "Ana",
    "destination": "desk",
    "dialled": "12025550121",
    "attempts": 120,
    "answered": 88,
    "share": 0.733,
    "by_fate": {"no_answer": 24, "busy": 8},
    "average_ring_seconds": 7.4,
    "talk_seconds": 9504,
}


def shown(title: str, value: dict[str, Any]) -> Callable[[Shape], Shape]:
    """The shape with this example."""
    return extend_schema_serializer(examples=[OpenApiExample(title, value=value, response_only=True)])


def of_november(**told: Any) -> dict[str, Any]:
    """A report."""
    return {"line": "riverbend-clinic", "from": "2026-11-01", "to": "2026-11-30", **told}
