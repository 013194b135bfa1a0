"""Recorded calls: each line does what tests/scripts says, and callers hear the same by the real webhooks.

After a change that is meant: pytest tests/test_recorded_calls.py --rewrite-scripts, and look at the diff.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from calls import ncco, recorded
from calls.tryout import TakesCall, TargetHangsUp, Tryout, Turn
from calls.vonage.pretend import Telephone
from menus.dialogue import Answered, Dialled, Fate, HungUp, Keyed, Recorded, Silence
from menus.flow import LineFile, read_flow
from tests import lines
from tests.door import Door

SCRIPTS = Path(__file__).parent / "scripts"
EACH_SCRIPT = pytest.mark.parametrize(
    "path", sorted(SCRIPTS.rglob("*.txt")), ids=lambda path: str(path.relative_to(SCRIPTS).with_suffix(""))
)
OFFICE = """\
line office.yaml
at 2026-03-04 10:00

"""


def load(path: Path) -> tuple[recorded.Recorded, LineFile]:
    call = recorded.read(path.read_text(encoding="utf-8"), str(path))
    return call, recorded.line_of(call)


@EACH_SCRIPT
def test_the_line_does_what_is_recorded(path: Path, request: pytest.FixtureRequest) -> None:
    call, line = load(path)
    played = recorded.play(call, line, next(iter(line.numbers), ""))
    assert not played.faults, "\n".join(played.faults)
    if request.config.getoption("--rewrite-scripts"):
        path.write_text(played.text, encoding="utf-8")
    else:
        assert not (diff := recorded.difference(call, played)), "\n" + "\n".join(diff)


# --- by the webhooks --------------------------------------------------------------------------------------------


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The server's clock, Vonage's, and that of the signature check."""

    def set_clock(at: datetime) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return at.astimezone(tz)

        monkeypatch.setattr("django.utils.timezone.now", lambda: at.astimezone(UTC))
        monkeypatch.setattr("calls.vonage.pretend.time", SimpleNamespace(time=at.timestamp))
        monkeypatch.setattr("calls.vonage.pretend.datetime", Clock)
        monkeypatch.setattr("jwt.api_jwt.datetime", Clock)

    return set_clock


@EACH_SCRIPT
@pytest.mark.django_db
def test_callers_hear_the_same_by_the_webhooks(path: Path, set_clock: Callable[[datetime], None]) -> None:
    call, line = load(path)
    dialled = next(iter(line.numbers), lines.NUMBER)
    tryout = played_on(call, line, dialled)
    door = Door()
    lines.publish(read_flow(line.model_dump(exclude={"numbers"})), dialled)
    telephone = door.telephone(dialled, number=tryout.caller)
    for turn in tryout.turns:
        set_clock(turn.at)
        heard = do(telephone, turn)
        assert heard == expected(tryout, turn), turn.doing


def played_on(call: recorded.Recorded, line: LineFile, dialled: str) -> Tryout:
    tryout = recorded.begin(call, line, dialled)
    for doing in call.doings.values():
        tryout.do(doing)
    return tryout


def expected(tryout: Tryout, turn: Turn) -> list[ncco.Line]:
    if turn.whispered:
        return ncco.read(ncco.dump(ncco.spoken(turn.whispered)))
    return ncco.read(tryout.answer(turn)) if turn.answered else []


def do(telephone: Telephone, turn: Turn) -> list[ncco.Line]:
    """The same on Vonage's side; what is then heard."""
    match turn.doing:
        case Answered():
            telephone.ring()
        case Keyed(digits):
            telephone.press(digits)
        case Silence():
            telephone.say_nothing()
        case Recorded():
            telephone.leave_message()
        case Dialled(fate):
            telephone.target(STATUSES[fate])
        case TakesCall():
            return answered_by_target(telephone)
        case TargetHangsUp():
            telephone.target("completed")
            telephone.hang_up()
        case HungUp():
            telephone.hang_up()
    return ncco.read(json.dumps(telephone.ncco)) if turn.answered else []


STATUSES = {
    Fate.NO_ANSWER: "timeout",
    Fate.BUSY: "busy",
    Fate.REJECTED: "rejected",
    Fate.FAILED: "failed",
    Fate.LEFT: "disconnected",
}


def answered_by_target(telephone: Telephone) -> list[ncco.Line]:
    telephone.target("ringing")
    telephone.target("answered")
    endpoint = telephone.waiting["endpoint"][0] if telephone.waiting else {}
    if "onAnswer" not in endpoint:
        return []
    path = urlsplit(endpoint["onAnswer"]["url"]).path
    return ncco.read(telephone.post(path, {"conversation_uuid": telephone.conversation}))
