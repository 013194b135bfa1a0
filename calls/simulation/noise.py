"""What a network does to webhooks: some come twice, some late, some in another order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from calls.vonage.pretend import DEMO_TIME_HEADER, Send

DOUBLED: Final = 0.02
LATE: Final = 0.01
SWAPPED: Final = 0.02
_NEWS: Final = "/webhooks/event/"
"""Where news comes that nobody waits for."""


class Noise:
    """Sends on, and remembers how often it did something else."""

    def __init__(self, send: Send, random: Random, clock: Callable[[], datetime]) -> None:
        self._send, self._random, self._clock = send, random, clock
        self._held: list[tuple[str, bytes, dict[str, str]]] = []
        self._late: list[tuple[str, bytes, dict[str, str]]] = []
        self.doubled = self.late = self.swapped = 0

    def send(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        chance = self._random.random()
        if path == _NEWS and b"completed" not in body:
            if chance < LATE:
                self.late += 1
                self._late.append((path, body, headers))
                return 204, ""
            if chance < LATE + SWAPPED:
                self.swapped += 1
                self._held.append((path, body, headers))
                return 204, ""
        answer = self._send(path, body, headers)
        if chance > 1 - DOUBLED:
            self.doubled += 1
            answer = self._send(path, body, headers)
        while self._held:
            self._send(*self._held.pop())
        return answer

    def send_late(self) -> None:
        """Minutes after the call has ended."""
        for path, body, headers in self._held + self._late:
            if DEMO_TIME_HEADER in headers:
                late = self._clock() + timedelta(minutes=self._random.randint(1, 40))
                headers = headers | {DEMO_TIME_HEADER: late.isoformat()}
            self._send(path, body, headers)
        self._held, self._late = [], []
