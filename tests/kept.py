"""A caller of whom something is kept everywhere, for the tests of what is taken out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model

from calls import tallies
from calls.models import (
    Call,
    CallbackRequest,
    CallTally,
    Event,
    KeyTally,
    Leg,
    Recording,
    RememberedCaller,
    Sound,
    StepTally,
    TargetTally,
    Turn,
    WrongPin,
)
from calls.summary import summarise_call
from menus.hashing import hashed
from menus.models import Line
from tests import lines

NUMBER: Final = "12025550142"
FORMS: Final = (NUMBER, "2025550142", "202 555 0142", "202-555-0142", "(202) 555-0142", "2 0 2 5 5 5 0 1 4 2")
"""As it may be written; each is found in the others of its sort too."""
AT: Final = datetime(2026, 8, 3, 9, tzinfo=UTC)
_VISITS: Final = [["main", "chosen", "desk", "", "desk"], ["desk", "ringing", "", "Ana", ""]]


def line() -> Line:
    return lines.publish(lines.office())


def call(line: Line, uuid: str = "call-1", at: datetime = AT, caller: str = NUMBER) -> Call:
    """Rang, pressed 1, talked with the desk, and it is over; summarised."""
    told: dict[str, Any] = {
        "conversation": f"CON-{uuid}",
        "line": line,
        "version": line.live,
        "caller": caller,
        "dialled": lines.NUMBER,
        "details": json.dumps({"from": f"+{caller}"}),
        "started_at": at,
        "answered_at": at,
        "ended_at": at + timedelta(seconds=60),
        "local_day": at.date(),
        "duration_seconds": 60,
        "status": "completed",
    }
    made = Call.objects.create(uuid=uuid, **told)
    words = json.dumps([{"action": "talk", "text": f"We call +{caller} back. 202-555-0142? 2 0 2 5 5 5 0 1 4 2."}])
    Turn.objects.create(call=made, n=0, at=at, heard="answered", ncco=words, waits_at="main")
    later = at + timedelta(seconds=8)
    pressed = {"digits": caller, "waited_at": "main", "waits_at": "desk", "visits": json.dumps(_VISITS)}
    Turn.objects.create(call=made, n=1, at=later, heard="keyed", outcome="chosen", ncco=words, **pressed)
    Turn.objects.create(call=made, n=2, at=later, heard="dialled", digits="busy", ncco="[]", waits_at="desk")
    Leg.objects.create(
        uuid=f"leg-{uuid}",
        call_uuid=uuid,
        destination="desk",
        caller=caller,
        dialled=lines.DESK,
        started_at=later,
        answered_at=later + timedelta(seconds=5),
        duration_seconds=30,
    )
    summarise_call(uuid)
    made.refresh_from_db()
    return made


def all_of(line: Line) -> Call:
    """A row of each sort that holds the number, or a hash of it."""
    made = call(line)
    payload = json.dumps({"from": f"+{NUMBER}", "to": lines.NUMBER, "dtmf": "202 555 0142"})
    event(made, payload=payload)
    Event.objects.create(digest="stray", kind="unknown", received_at=AT, payload=f'{{"caller": "{NUMBER}"}}')
    message = Recording.objects.create(
        uuid="rec-1",
        call_uuid=made.uuid,
        url="https://api.example.com/v1/files/rec-1",
        received_at=AT,
        transcript="My number is (202) 555-0142.",
        note="Ring 2025550142.",
        line=line,
    )
    Sound.objects.create(
        recording=message, data=b"ID3" + NUMBER.encode(), media_type="audio/mpeg", digest="x", size_bytes=9
    )
    wanted = callback(line, made.uuid, note="Called +1 202 555 0142 at ten.")
    user = get_user_model().objects.create_user("ana", is_staff=True)
    LogEntry.objects.log_actions(user.pk, [wanted], CHANGE, f"Called {NUMBER}", single_object=True)
    RememberedCaller.objects.create(
        line=line, caller=hashed("caller", NUMBER), language="es", chosen_at=AT, expires_at=AT + timedelta(days=900)
    )
    WrongPin.objects.create(who=hashed("pin caller", NUMBER), at=AT, call_uuid=made.uuid, n=1)
    return made


def event(of: Call, **changes: Any) -> Event:
    given = {"digest": f"digest-{of.uuid}", "kind": "input", "received_at": of.started_at, "payload": '{"a": 1}'}
    ids = {"leg_uuid": of.uuid, "conversation": of.conversation}
    return Event.objects.create(**given | ids | changes)


def callback(line: Line, call_uuid: str, **changes: Any) -> CallbackRequest:
    given = {"n": 2, "line": line, "destination": "back", "number": NUMBER, "created_at": AT}
    return CallbackRequest.objects.create(call_uuid=call_uuid, **given | changes)


def figures(line: Line, *days: date) -> list[Any]:
    """All calls summarised anew and the days counted anew: every row of every count."""
    for uuid in Call.objects.order_by("started_at").values_list("pk", flat=True):
        summarise_call(uuid)
    for day in days:
        tallies.recount(line.pk, day)
    found: list[Any] = []
    for model in (CallTally, StepTally, KeyTally, TargetTally):
        names = [field.attname for field in model._meta.concrete_fields if field.name != "id"]
        found += sorted(model._default_manager.values_list(*names), key=str)
    return found
