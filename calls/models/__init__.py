"""The log of calls, what callers left behind, the counts that reports are made of, and who looked at what."""

from calls.models.callers import CallbackRequest, RememberedCaller, WrongPin
from calls.models.keys import ApiKey
from calls.models.lengths import ID_LENGTH
from calls.models.log import Call, CallOutcome, Event, EventKind, HeardKind, Leg, Status, Turn, Visit
from calls.models.messages import Mailbox, Recording, Sound
from calls.models.privacy import Access, Pruned
from calls.models.tallies import CallTally, DueDay, KeyTally, StepTally, TargetTally

__all__ = [
    "ID_LENGTH",
    "Access",
    "ApiKey",
    "Call",
    "CallOutcome",
    "CallTally",
    "CallbackRequest",
    "DueDay",
    "Event",
    "EventKind",
    "HeardKind",
    "KeyTally",
    "Leg",
    "Mailbox",
    "Pruned",
    "Recording",
    "RememberedCaller",
    "Sound",
    "Status",
    "StepTally",
    "TargetTally",
    "Turn",
    "Visit",
    "WrongPin",
]
