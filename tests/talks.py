"""A call as tests write it: small flows, what the caller does, and what then is said, asked and passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from menus.dialogue import (
    NOBODY,
    Answered,
    Ask,
    Caller,
    Deed,
    Failed,
    Guess,
    Heard,
    Keyed,
    Result,
    Say,
    Says,
    Silence,
    Spoken,
    State,
    Step,
    Switch,
)
from menus.flow import Flow, read_flow
from menus.step import begin, take

AT: Final = datetime(2026, 3, 4, 10, tzinfo=UTC)
"""A Wednesday."""
CALLER: Final = "12025550142"
DIALLED: Final = "12025550110"


def line(start: dict[str, Any], **more: Any) -> Flow:
    """A line that begins at `start`; `more` are destinations by key, and settings of the line."""
    keys = [key for key, value in more.items() if isinstance(value, dict) and "kind" in value]
    others = {key.replace("_", "-"): more.pop(key) for key in keys}
    plain: dict[str, Any] = {
        "name": "Office",
        "languages": [
            {"key": "en", "name": "English"},
            {"key": "es", "name": "Español", "voice": {"language": "es-US"}},
        ],
        "start": "start",
        "operator": "desk",
        "house_keys": {"repeat": "9", "back": "*", "operator": "0"},
        "destinations": {"start": {"label": "Start", **start}} | _ENDS | others,
    }
    return read_flow(plain | more)


def message(words: str, then: str = "bye") -> dict[str, Any]:
    return {"kind": "message", "label": words, "prompt": {"en": words}, "then": then}


_ENDS: Final[dict[str, Any]] = {
    "desk": {"kind": "voicemail", "label": "Desk", "prompt": {"en": "The desk."}},
    "good": message("Good."),
    "bad": message("Bad."),
    "bye": {"kind": "hangup", "label": "Bye", "goodbye": {"en": "Bye."}},
}


class Talk:
    """One call. `results` answer its look-ups, by their turn; the last one answers all that follow."""

    def __init__(
        self,
        flow: Flow,
        *results: Result,
        at: datetime = AT,
        caller: str = CALLER,
        known: Caller = NOBODY,
        switches: tuple[Switch, ...] = (),
    ) -> None:
        self.flow, self.now, self.switches = flow, at, switches
        self.results = list(results)
        self.deeds: list[Deed] = []
        self.state: State = begin(flow, caller, DIALLED, at, known)
        self.taken: Step = self.hear(Answered())

    def hear(self, heard: Heard, seconds: int = 5) -> Step:
        self.now += timedelta(seconds=seconds)
        self.taken = take(self.flow, self.state, heard, self.now, self.switches, self._do)
        self.state = self.taken.state
        return self.taken

    def _do(self, deed: Deed) -> Result:
        self.deeds.append(deed)
        if not self.results:
            return Failed("nobody said what comes of it")
        return self.results.pop(0) if len(self.results) > 1 else self.results[0]

    def press(self, *keys: str) -> Talk:
        for each in keys:
            self.hear(Keyed(each))
        return self

    def wait(self, times: int = 1) -> Talk:
        for _ in range(times):
            self.hear(Silence())
        return self

    def speak(self, *guesses: tuple[str, float]) -> Talk:
        self.hear(Spoken(tuple(Guess(*guess) for guess in guesses)))
        return self

    # --- what came of the last thing done ---

    @property
    def at(self) -> str:
        return self.state.at

    @property
    def said(self) -> list[str]:
        return [said.text for said in self.taken.says if isinstance(said, Say)]

    @property
    def logged(self) -> list[str | None]:
        """What the log keeps in place of words that it may not keep."""
        return [said.shown for said in self.taken.says if isinstance(said, Say)]

    @property
    def asked(self) -> Ask:
        last = self.taken.says[-1]
        assert isinstance(last, Ask), last
        return last

    @property
    def passed(self) -> list[str]:
        return [f"{visit.destination} {visit.outcome}" for visit in self.taken.visits]

    def of(self, kind: type[Says]) -> list[Any]:
        return [said for said in self.taken.says if isinstance(said, kind)]
