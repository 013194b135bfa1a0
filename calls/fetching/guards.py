"""What keeps one slow service from every other caller: so many look-ups at once, and a breaker for each host."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, NamedTuple

from calls.fetching.words import Fault, FetchFailed

FAILURES: Final = 5
"""So many in a row open the breaker."""
REST_SECONDS: Final = 10.0
ANSWERED: Final = "answered"

# The host's own fault or its line's. A 4xx or a page that is no JSON shows a host that answers.
BROKEN: Final = frozenset({Fault.TIMEOUT, Fault.UNREACHABLE, Fault.UNTRUSTED, Fault.REFUSED_ADDRESS})


class HostHealth(NamedTuple):
    """One host since this process began."""

    open: bool
    """It is left alone for now."""
    failures_in_a_row: int
    outcomes: dict[str, int]
    """How often each Fault, and “answered”."""


class Health(NamedTuple):
    """The look-ups of this process."""

    running: int
    most: int
    busy: int
    """How many were turned away because `most` were running."""
    hosts: dict[str, HostHealth]


class Breaker:
    """Shut while the host answers; after FAILURES in a row open for REST_SECONDS, then for all but one trial."""

    def __init__(self) -> None:
        self.failures = 0
        self.outcomes: Counter[str] = Counter()
        self._rests_until = 0.0
        self._trying = False

    @property
    def open(self) -> bool:
        return self.failures >= FAILURES

    def admits(self) -> bool:
        """Whether the host may be asked now. After a yes, `settle` has to follow."""
        if not self.open:
            return True
        if self._trying or monotonic() < self._rests_until:
            self.outcomes[Fault.BREAKER_OPEN] += 1
            return False
        self._trying = True
        return True

    def settle(self, failed: FetchFailed | None) -> None:
        """None: an answer. Only what the host did or did not do is counted against it."""
        self._trying = False
        self.outcomes[failed.reason if failed else ANSWERED] += 1
        if failed and (failed.reason in BROKEN or (failed.status or 0) >= 500):
            self.failures += 1
            self._rests_until = monotonic() + REST_SECONDS
        else:
            self.failures = 0


class Guards:
    """At most `most` look-ups at once, so that calls that need none always find a thread."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._running = 0
        self._busy = 0
        self._breakers: dict[str, Breaker] = {}

    @contextmanager
    def passed(self, host: str) -> Iterator[None]:
        """While the host is asked. Raises FetchFailed: BUSY or BREAKER_OPEN, at once."""
        breaker = self._enter(host)
        failed: FetchFailed | None = None
        try:
            yield
        except FetchFailed as fault:
            failed = fault
            raise
        except BaseException:
            failed = FetchFailed(Fault.UNREACHABLE)  # a fault of ours, or the process ends: it must not stay a trial
            raise
        finally:
            with self._lock:
                self._running -= 1
                breaker.settle(failed)

    def _enter(self, host: str) -> Breaker:
        with self._lock:
            if self._running >= self.most:
                self._busy += 1
                raise FetchFailed(Fault.BUSY)
            breaker = self._breakers.setdefault(host, Breaker())
            if not breaker.admits():
                raise FetchFailed(Fault.BREAKER_OPEN)
            self._running += 1
            return breaker

    def health(self) -> Health:
        with self._lock:
            hosts = {
                host: HostHealth(breaker.open, breaker.failures, dict(breaker.outcomes))
                for host, breaker in self._breakers.items()
            }
            return Health(self._running, self.most, self._busy, hosts)
