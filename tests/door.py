"""Vonage before our door: signed webhooks by Django's test client. Every NCCO that comes is held against the rules."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from calls import keeper
from calls.models import Call
from calls.vonage.pretend import Action, Telephone, sign
from tests import lines
from tests.ncco_rules import accepted_by_vonage, faults

CALLER: Final = "447700900123"
UUID: Final = "0f3d9a7c11e24d0f8a55b0c6d7e8f901"
CONVERSATION: Final = "CON-1b4e6a0c-2d57-4c53-9a3e-0a1b2c3d4e5f"
ANSWER, EVENT, FALLBACK = "/webhooks/answer/", "/webhooks/event/", "/webhooks/fallback/"


class Door:
    """A process that has just started (or, not `fresh`, the one that is there), and Vonage before its door."""

    def __init__(self, *, fresh: bool = True) -> None:
        if fresh:
            lines.forget()
        self.client = Client()
        self.nccos: list[list[Action]] = []
        """Everything that was said."""

    def telephone(self, dialled: str = lines.NUMBER, **facts: Any) -> Telephone:
        return Telephone(self.send, _secret(), dialled=dialled, **facts)

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """What a Telephone posts with."""
        response = self.request("POST", path, body, **headers)
        return response.status_code, response.text

    def post(self, path: str, payload: object = None, body: bytes | None = None, **headers: str) -> HttpResponse:
        """A signed POST: of the payload, or of the very bytes of `body`."""
        body = json.dumps(payload).encode() if body is None else body
        signed = {"Authorization": sign(body, _secret())} | headers
        return self.request("POST", path, body, **signed)

    def get(self, path: str, payload: dict[str, Any], **headers: str) -> HttpResponse:
        """A signed GET, its nested parts as JSON text in the query."""
        flat = {
            name: json.dumps(value) if isinstance(value, dict | list) else "" if value is None else value
            for name, value in payload.items()
        }
        address = f"{path}?{urlencode(flat, quote_via=quote)}"
        return self.request("GET", address, b"", **{"Authorization": sign(b"", _secret())} | headers)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> HttpResponse:
        """As it is: nothing signed, nothing followed."""
        kind = headers.pop("Content-Type", "application/json")
        response: Any = self.client.generic(method, path, body, content_type=kind, headers=headers)
        assert response.status_code not in range(300, 400), response.headers
        if response.status_code == 200:
            self.nccos.append(ncco_in(response))
        return response  # type: ignore[no-any-return]


def ncco_in(response: HttpResponse) -> list[Action]:
    """The NCCO that came, held against Vonage's models and our rules."""
    assert (response.status_code, response["Content-Type"]) == (200, "application/json"), response.content
    ncco: list[Action] = json.loads(response.content)
    assert faults(ncco) == [], ncco
    assert accepted_by_vonage(ncco)
    return ncco


def said(ncco: list[Action]) -> list[str]:
    """What the caller hears of it: words up to where the call waits, and what is done there."""
    heard: list[str] = []
    for action in ncco:
        heard.append(action.get("text") or (action.get("streamUrl") or [action["action"]])[0])
        if action["action"] in ("input", "connect", "record"):
            break
    return heard


def place_in(ncco: list[Action]) -> str:
    """The path of the first address in it, of the action at which the call waits."""
    url: str = next(action["eventUrl"][0] for action in ncco if "eventUrl" in action)
    return url.removeprefix(settings.PUBLIC_URL)


def settled(uuid: str) -> Call:
    """The call, after the keeper's round."""
    keeper.settle()
    return Call.objects.get(uuid=uuid)


# --- payloads, in Vonage's shapes -------------------------------------------------------------------------------


def ring(**facts: Any) -> dict[str, Any]:
    return _without(_IDS | {"from": CALLER, "to": lines.NUMBER, "endpoint_type": "phone"} | facts)


def keyed(digits: str | None, **facts: Any) -> dict[str, Any]:
    """A v2 input, from and to the other way round than in the answer webhook, as in captures."""
    dtmf = {"digits": digits, "timed_out": not digits}
    both = {"from": lines.NUMBER, "to": CALLER, "timestamp": "2026-03-04T10:11:30.123Z"}
    return _without(_IDS | {"speech": {"results": []}, "dtmf": dtmf} | both | facts)


def status(word: str, at: str = "2026-03-04T10:11:12.345Z", **facts: Any) -> dict[str, Any]:
    both = {"headers": {}, "from": CALLER, "to": lines.NUMBER, "direction": "inbound"}
    return _without(_IDS | both | {"status": word, "timestamp": at} | facts)


def completed(**facts: Any) -> dict[str, Any]:
    more = {
        "start_time": "2026-03-04T10:11:12.000Z",
        "end_time": "2026-03-04T10:12:00.000Z",
        "duration": "48",
        "rate": "0.00450000",
        "price": "0.00360000",
        "network": "GB-FIXED",
        "disconnected_by": "user",
        "sip_code": 200,
    }
    return status("completed", "2026-03-04T10:12:00.310Z", **more | facts)


def leg(word: str, **facts: Any) -> dict[str, Any]:
    """News of somebody rung for the caller."""
    outbound = {"uuid": "leg-of-a-desk", "direction": "outbound", "from": lines.NUMBER, "to": "441632960971"}
    return status(word, **outbound | facts)


_IDS: Final = {"uuid": UUID, "conversation_uuid": CONVERSATION}


class _Absent:
    pass


ABSENT: Final = _Absent()
"""For a field that is not there."""


def _without(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in payload.items() if value is not ABSENT}


def _secret() -> str:
    secret: str = settings.VONAGE_SIGNATURE_SECRETS[0]
    return secret
