"""Vonage's side of a call, pretended: rings a line through its real webhooks, signed, and does what the NCCOs say.

For the demo, for load, and for the tests; nothing that serves calls imports it.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import jwt

Send = Callable[[str, bytes, dict[str, str]], tuple[int, str]]
"""Post a body with headers to a path; gives status and text of the response."""
Action = dict[str, Any]
DEMO_TIME_HEADER: Final = "X-Demo-Time"
"""The pretended moment of a webhook, ISO 8601; read only where DEMO_CLOCK is on."""


class BadAnswer(Exception):
    """What came back is no NCCO: on a real call the caller would hear nothing, or the end."""


def sign(body: bytes, secret: str, **claims: object) -> str:
    """The `Authorization` of a webhook with this body (Vonage, signed webhooks)."""
    made = {
        "iat": int(time.time()),
        "jti": str(uuid4()),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": "abcd1234",
    }
    return "Bearer " + jwt.encode(made | claims, secret, algorithm="HS256")


@dataclass
class Telephone:
    """A caller's telephone. `ncco` is what was answered last; `waiting` the action at which the call stands."""

    send: Send
    secret: str = ""
    number: str = "447700900123"
    dialled: str = ""
    uuid: str = field(default_factory=lambda: str(uuid4()))
    conversation: str = field(default_factory=lambda: f"CON-{uuid4()}")
    ncco: list[Action] = field(default_factory=list)
    waiting: Action | None = None
    heard: list[Action] = field(default_factory=list)
    """Every action that was executed, in order."""
    clock: Callable[[], datetime] | None = None
    """Pretended time; sent with each webhook (DEMO_CLOCK of the server must be on)."""

    def ring(self, dialled: str = "") -> list[Action]:
        self.dialled = dialled or self.dialled
        self.status("started")
        self.status("ringing")
        payload = self._ids() | {"from": self.number, "to": self.dialled, "endpoint_type": "phone"}
        return self._execute(self.post("/webhooks/answer/", payload | {"region_url": "https://api-eu-3.vonage.com"}))

    def press(self, digits: str, *, timed_out: bool = False) -> list[Action]:
        return self._input({"digits": digits, "timed_out": timed_out})

    def speak(self, *guesses: tuple[str, float]) -> list[Action]:
        """What the recogniser made of the caller's words: text, and confidence from 0 to 1."""
        results = [{"text": text, "confidence": str(confidence)} for text, confidence in guesses]
        speech = {"timeout_reason": "end_on_silence_timeout", "results": results}
        return self._input({"digits": None, "timed_out": False}, speech)

    @property
    def wanted(self) -> tuple[int, int]:
        """Of the input at which the call stands: how many seconds it waits, and how many keys it takes."""
        dtmf = self._at("input")["dtmf"]
        return dtmf["timeOut"], dtmf["maxDigits"]

    @property
    def ring_seconds(self) -> int:
        return int(self._at("connect")["timeout"])

    def words(self) -> Iterator[tuple[str, str, bool]]:
        """What is said before the call stands: text (empty: a recording), language, whether keys interrupt it."""
        for action in self.ncco:
            if action["action"] not in ("talk", "stream"):
                return
            yield action.get("text", ""), action.get("language", ""), action.get("bargeIn", False)

    def hear_out(self) -> list[Action]:
        """The words before a look-up are over: the `notify` behind them is sent."""
        action = self._at("notify")
        return self._execute(self._notify(action))

    def say_nothing(self) -> list[Action]:
        return self._input({"digits": "", "timed_out": True})

    def target(self, status: str, **facts: object) -> list[Action]:
        """News of the leg that rings: `busy`, `timeout` and their like bring the next NCCO."""
        action = self._at("connect")
        endpoint = action["endpoint"][0]
        payload = {
            "uuid": self._leg(action),
            "conversation_uuid": self.conversation,
            "from": action.get("from", ""),
            "to": endpoint.get("number") or endpoint.get("uri") or endpoint.get("user", ""),
            "status": status,
            "direction": "outbound",
            "timestamp": self._now(),
        }
        text = self.post(_path(action["eventUrl"][0]), payload | facts)
        return self._execute(text) if text else []

    def talk_with_target(self, seconds: int = 60) -> None:
        """The target takes the call; both talk; the target hangs up, and with that the call ends."""
        self.target("ringing")
        self.target("answered")
        self.target("completed", duration=str(seconds), price="0.01000000", rate="0.01000000", network="GB-FIXED")
        self.hang_up(seconds)

    def leave_message(self, seconds: int = 8) -> list[Action]:
        action = self._at("record")
        recording = str(uuid4())
        payload = {
            "conversation_uuid": self.conversation,
            "recording_uuid": recording,
            "recording_url": f"https://api.nexmo.com/v1/files/{uuid4()}",
            "start_time": self._now(),
            "end_time": self._now(),
            "size": 2000 * seconds,
            "timestamp": self._now(),
        }
        self.post(_path(action["eventUrl"][0]), payload)
        return self._go_on()

    def unheard(self) -> list[Action]:
        """The action at which the call stands brought no NCCO: go on with what stands behind it."""
        return self._go_on()

    def hang_up(self, seconds: int = 30) -> None:
        self.waiting = None
        self.status("completed", duration=str(seconds), price="0.00360000", rate="0.00450000", network="GB-FIXED")

    def status(self, word: str, **facts: object) -> None:
        payload = self._ids() | {
            "headers": {},
            "from": self.number,
            "to": self.dialled,
            "status": word,
            "direction": "inbound",
            "timestamp": self._now(),
        }
        self.post("/webhooks/event/", payload | facts)

    def post(self, path: str, payload: dict[str, Any]) -> str:
        body = json.dumps(payload, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"}
        if self.clock:
            headers[DEMO_TIME_HEADER] = self.clock().isoformat()
        if self.secret:
            headers["Authorization"] = sign(body, self.secret)
        status, text = self.send(path, body, headers)
        if status not in (200, 204):
            raise BadAnswer(f"{path.split('/')[2]}: {status} {text[:200]}")
        return text

    def _ids(self) -> dict[str, str]:
        return {"uuid": self.uuid, "conversation_uuid": self.conversation}

    def _input(self, dtmf: dict[str, Any], speech: dict[str, Any] | None = None) -> list[Action]:
        payload = self._ids() | {
            "speech": speech or {"results": []},
            "dtmf": dtmf,
            "from": self.dialled,  # the other way round than in the answer webhook, as seen in captures
            "to": self.number,
            "timestamp": self._now(),
        }
        return self._execute(self.post(_path(self._at("input")["eventUrl"][0]), payload))

    def _go_on(self) -> list[Action]:
        behind = self.ncco[self.ncco.index(self.waiting) + 1 :] if self.waiting else []
        for action in behind:
            if action["action"] != "notify":
                return self._execute(json.dumps([action]))
            if text := self._notify(action):
                return self._execute(text)
        return []

    def _notify(self, action: Action) -> str:
        payload = {"payload": action["payload"], "conversation_uuid": self.conversation, "timestamp": self._now()}
        return self.post(_path(action["eventUrl"][0]), payload)

    def _execute(self, text: str) -> list[Action]:
        """Run an NCCO up to the action that waits for somebody."""
        ncco = json.loads(text or "null")
        if not isinstance(ncco, list):
            raise BadAnswer(text[:200])
        if not self.waiting and not self.ncco:
            self.status("answered", start_time=None, rate=None, network=None)
        self.ncco, self.waiting, done = ncco, None, []
        for action in ncco:
            done.append(action)
            if action["action"] in ("input", "connect", "record", "notify"):
                self.waiting = action
                break
        self.heard += done
        return done

    def _at(self, kind: str) -> Action:
        if self.waiting is None or self.waiting["action"] != kind:
            raise BadAnswer(f"the call does not stand at an {kind}, but at {self.waiting and self.waiting['action']}")
        return self.waiting

    def _now(self) -> str:
        now = self.clock() if self.clock else datetime.now(UTC)
        return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _leg(self, action: Action) -> str:
        return hashlib.sha256(action["eventUrl"][0].encode()).hexdigest()[:32]


def _path(url: str) -> str:
    return urlsplit(url).path
