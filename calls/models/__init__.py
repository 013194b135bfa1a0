"""The log of calls, and what callers left behind: requests to be called back, the language they chose."""

from calls.models.callers import CallbackRequest, RememberedCaller, WrongPin
from calls.models.log import (
    ID_LENGTH,
    Call,
    CallOutcome,
    Event,
    EventKind,
    HeardKind,
    Leg,
    Recording,
    Status,
    Turn,
    Visit,
)

__all__ = [
    "ID_LENGTH",
    "Call",
    "CallOutcome",
    "CallbackRequest",
    "Event",
    "EventKind",
    "HeardKind",
    "Leg",
    "Recording",
    "RememberedCaller",
    "Status",
    "Turn",
    "Visit",
    "WrongPin",
]
