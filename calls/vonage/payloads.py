"""In: what does Vonage say? Unknown words are kept, and never fail a call."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from calls.models import ID_LENGTH, EventKind, Status
from menus.dialogue import Fate, Guess, Heard, Keyed, Silence, Spoken
from menus.words import LONG_NUMBER, MASKED_FROM

MAX_BODY_BYTES: Final = 64 * 1024
KEPT_PAYLOAD: Final = 16 * 1024
"""Characters of a payload kept in the log."""

STATUSES: Final[dict[str, Status]] = {
    "started": Status.STARTED,
    "ringing": Status.RINGING,
    "answered": Status.ANSWERED,
    "busy": Status.BUSY,
    "cancelled": Status.CANCELLED,
    "unanswered": Status.UNANSWERED,
    "timeout": Status.TIMEOUT,
    "rejected": Status.REJECTED,
    "failed": Status.FAILED,
    "completed": Status.COMPLETED,
    "disconnected": Status.COMPLETED,
}
FATES: Final[dict[str, Fate]] = {
    "timeout": Fate.NO_ANSWER,
    "unanswered": Fate.NO_ANSWER,
    "cancelled": Fate.NO_ANSWER,
    "busy": Fate.BUSY,
    "rejected": Fate.REJECTED,
    "failed": Fate.FAILED,
    "disconnected": Fate.LEFT,
}
"""The statuses of a rung leg after which we are asked what to do next (NCCO reference, connect, eventType)."""

_NESTED: Final = ("dtmf", "speech", "body", "payload", "custom_data", "headers", "original_request")
"""What a GET webhook carries as JSON text in its query."""


class Ring(NamedTuple):
    """The answer webhook: somebody calls."""

    uuid: str
    conversation: str
    caller: str
    dialled: str
    endpoint: str
    region_url: str
    details: dict[str, Any]


class News(NamedTuple):
    """Any other webhook."""

    kind: EventKind
    leg: str
    conversation: str
    word: str
    """The status, or type, in Vonage's own word."""
    outbound: bool
    at: datetime | None
    heard: Heard | None
    """What the caller did, if the webhook says that."""
    data: Mapping[str, Any]

    @property
    def status(self) -> Status:
        return STATUSES.get(self.word, Status.UNKNOWN)

    @property
    def fate(self) -> Fate | None:
        """How ringing somebody ended, where we are then asked what to do next."""
        return FATES.get(self.word) if self.kind is EventKind.STATUS else None


def read_body(body: bytes) -> dict[str, Any]:
    """A posted payload; whatever cannot be read comes back as text under `unparsed`, and fails nobody."""
    if not body:
        return {}
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return {"unparsed": body[:KEPT_PAYLOAD].decode("utf-8", "replace")}
    return payload if isinstance(payload, dict) else {"unparsed": payload}


def read_query(query: Mapping[str, str]) -> dict[str, Any]:
    """The payload of a GET webhook: nested parts are JSON text."""
    payload: dict[str, Any] = dict(query.items())
    for name in _NESTED:
        if isinstance(text := payload.get(name), str) and text[:1] in "{[":
            payload[name] = read_body(text.encode("utf-8", "replace"))
    return payload


def read_ring(payload: Mapping[str, Any]) -> Ring:
    """The caller's information; only `uuid`, the numbers and the conversation are always there (answer webhook)."""
    known = {"uuid", "conversation_uuid", "from", "to", "from_user", "endpoint_type", "region_url"}
    conversation = word(payload.get("conversation_uuid"))
    return Ring(
        word(payload.get("uuid")) or conversation,
        conversation,
        number(payload.get("from")) or word(payload.get("from_user")),
        number(payload.get("to")),
        word(payload.get("endpoint_type"), 20),
        word(payload.get("region_url"), 200),
        {name: value for name, value in payload.items() if name not in known},
    )


def read_news(payload: Mapping[str, Any]) -> News:
    kind = kind_of(payload)
    return News(
        kind,
        word(payload.get("uuid")) or word(payload.get("call_uuid")),
        word(payload.get("conversation_uuid")) or word(payload.get("conversation_uuid_to")),
        LONG_NUMBER.sub("…", word(payload.get("status") or payload.get("type") or payload.get("reason"), 40)),
        payload.get("direction") == "outbound",
        moment(payload.get("timestamp")),
        _heard(payload) if kind is EventKind.INPUT else None,
        payload,
    )


def kind_of(payload: Mapping[str, Any]) -> EventKind:
    """Told by shape, in an order in which no kind is taken for another."""
    has = payload.__contains__
    match payload.get("status"):
        case _ if has("original_request"):
            return EventKind.FALLBACK
        case "transcribed":
            return EventKind.TRANSCRIPT
        case "human" | "machine":
            return EventKind.MACHINE
        case status if status:
            return EventKind.STATUS
    if payload.get("type") == "transfer" or has("conversation_uuid_from"):
        return EventKind.TRANSFER
    for name, kind in (
        ("recording_url", EventKind.RECORDING),
        ("dtmf", EventKind.INPUT),
        ("speech", EventKind.INPUT),
        ("payload", EventKind.NOTIFY),
        ("reason", EventKind.ERROR),
    ):
        if has(name):
            return kind
    return EventKind.UNKNOWN


_KEYS: Final = re.compile(r"[0-9*#]+", re.ASCII)
_MAX_KEYED: Final = 40


def _heard(payload: Mapping[str, Any]) -> Heard:
    """What the caller did. Decided by the digits: `timed_out` may be true with digits."""
    dtmf = payload.get("dtmf")
    digits = dtmf.get("digits") if isinstance(dtmf, dict) else dtmf  # v2: an object; v1: plain text
    if isinstance(digits, int) and not isinstance(digits, bool):
        digits = str(digits)
    if isinstance(digits, str) and digits.strip():
        digits = digits.strip()
        return Keyed(digits[:_MAX_KEYED] if _KEYS.fullmatch(digits) else "?")
    speech = payload.get("speech")
    results = speech.get("results") if isinstance(speech, dict) else None
    if isinstance(results, list):
        guesses = (_guess(result) for result in results if isinstance(result, dict))
        if found := tuple(guess for guess in guesses if guess.text):
            return Spoken(found)
    return Silence()


def _guess(result: Mapping[str, Any]) -> Guess:
    """The confidence comes as text, from 0 to 1; what is none is no confidence."""
    try:
        confidence = float(str(result.get("confidence"))[:30])
    except ValueError:
        confidence = 0.0
    return Guess(word(result.get("text"), 200), confidence if 0 <= confidence <= 1 else 0.0)


def kept(payload: Mapping[str, Any]) -> tuple[str, str]:
    """The payload as bounded ASCII JSON for the log, and the digest by which the same news is known."""
    try:
        text = json.dumps(_masked(payload), separators=(",", ":"), sort_keys=True, default=str).replace("\\u0000", "")
    except (ValueError, TypeError, RecursionError):
        text = '{"unparsed":"nested too deeply, or with keys that are no text"}'
    return text[:KEPT_PAYLOAD], hashlib.sha256(text.encode()).hexdigest()


_MANY_DIGITS: Final = re.compile(r"\d(?:\W{0,3}\d){3,}")
"""What may be a PIN, or part of a longer number, however its digits are set apart."""
SAID_KEPT: Final = 40


def _masked(value: Any, name: str = "") -> Any:
    """Without what was keyed or said: where its place in a menu is not known, it may be a PIN or a card's number."""
    match name, value:
        case "dtmf" | "digits" | "digit", _:
            return _hidden_keys(value)
        case "unparsed", _:
            return _MANY_DIGITS.sub("…", value if isinstance(value, str) else json.dumps(value, default=str))
        case "text", str():
            return _MANY_DIGITS.sub("…", value)
        case "reason" | "error", str():
            return LONG_NUMBER.sub("…", value)  # it may quote what we said
        case "original_request", {"url": str(url)}:
            return {**value, "url": url.partition("?")[0]}  # of a webhook by GET, what was keyed stands behind it
        case _, dict():
            return {name: _masked(inner, name) for name, inner in value.items()}
        case _, list():
            return [_masked(inner) for inner in value]
        case _:
            return value


def _hidden_keys(keys: Any) -> Any:
    match keys:
        case dict():
            return {name: _hidden_keys(value) for name, value in keys.items()}
        case list():
            return [_hidden_keys(value) for value in keys]
        case bool() | None | "":
            return keys
        case _:
            return f"({len(str(keys))} keys)"


def shown_keys(keys: object) -> object:
    """What was keyed in a menu, as it may be kept: of a long entry only its length."""
    if isinstance(keys, str | int) and len(str(keys)) >= MASKED_FROM:
        return f"({len(str(keys))} keys)"
    return keys


def shown_words(text: str) -> str:
    """What was said, as it may be kept: without a long number."""
    return LONG_NUMBER.sub("…", text)[:SAID_KEPT]


def leg_facts(news: News, at: datetime) -> dict[str, Any]:
    """What a status event says of its leg, by the names that the log has for it."""
    data, status = news.data, news.status
    ended = status.rank >= Status.BUSY.rank
    return {
        "uuid": news.leg,
        "conversation": news.conversation,
        "caller": number(data.get("from")),
        "dialled": number(data.get("to")),
        "status": status,
        "status_rank": status.rank,
        "status_detail": word(data.get("detail"), 60),
        "answered_at": at if status is Status.ANSWERED else moment(data.get("start_time")),
        "ended_at": (moment(data.get("end_time")) or at) if ended else None,
        "duration_seconds": whole(data.get("duration")),
        "price": euros(data.get("price")),
        "rate": euros(data.get("rate")),
        "network": word(data.get("network"), 40),
        "disconnected_by": word(data.get("disconnected_by"), 20),
    }


def recording_facts(news: News) -> dict[str, Any]:
    """What a record webhook says, by the names that the log has for it."""
    data = news.data
    return {
        "uuid": word(data.get("recording_uuid")) or kept(data)[1],
        "conversation": news.conversation,
        "url": word(data.get("recording_url"), 500),
        "size_bytes": whole(data.get("size"), 2**63 - 1),
        "started_at": moment(data.get("start_time")),
        "ended_at": moment(data.get("end_time")),
    }


# --- single words, as a database can keep them ------------------------------------------------------------------

_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def word(value: object, limit: int = ID_LENGTH) -> str:
    """Text from outside: no control characters, no lone surrogates, never longer than its column."""
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return _UNPRINTABLE.sub("", str(value)[: 4 * limit]).strip()[:limit]


def number(value: object) -> str:
    """A telephone number as digits, whether or not it came with `+` or blanks; anything else (a SIP name) as it is."""
    text = word(value)
    digits = re.sub(r"[+\s().-]", "", text)
    return digits if digits.isascii() and digits.isdigit() else text


def moment(value: object) -> datetime | None:
    """ISO 8601, with or without milliseconds, in UTC. A time that no call can have had is none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if not 2000 <= found.year < 2200:  # at the edges of time, its UTC cannot be reckoned
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def whole(value: object, limit: int = 2**31 - 1) -> int | None:
    """Seconds and sizes come as text or as numbers."""
    try:
        return min(max(int(float(str(value)[:30])), 0), limit)
    except (ValueError, OverflowError):
        return None


def euros(value: object) -> Decimal | None:
    """Prices come as text with eight decimals."""
    try:
        found = Decimal(str(value)[:30])
    except InvalidOperation:
        return None
    return round(found, 8) if found.is_finite() and abs(found) < 10_000 else None
