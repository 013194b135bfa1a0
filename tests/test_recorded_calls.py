"""Recorded calls: each line does what tests/scripts says, and callers hear the same by the real webhooks.

After a change that is meant: pytest tests/test_recorded_calls.py --rewrite-scripts, and look at the diff.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, DjangoDbBlocker

from calls import callers, deeds, journal, recorded, spool
from calls.logged import find_call, script_of
from calls.models import CallbackRequest, RememberedCaller
from calls.place import Place
from calls.rehearsal import Rehearsal
from menus import dialogue, models
from menus.dialogue import Caller, Deed, Failed, Found, Locked, NotFound, Outcome, Result, Switch
from menus.flow import Branch, Flow, LineFile, Menu, read_flow
from menus.hashing import hashed
from menus.linefile import read_yaml
from menus.management import demo_sheets
from tests import lines
from tests.door import Door
from tests.replay import do, expected, heard_by_the_log, hidden_keys, logged_turns

SCRIPTS = Path(__file__).parent / "scripts"
EACH_SCRIPT = pytest.mark.parametrize(
    "path", sorted(SCRIPTS.rglob("*.txt")), ids=lambda path: str(path.relative_to(SCRIPTS).with_suffix(""))
)


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


# --- what is recorded -------------------------------------------------------------------------------------------

ASKED = {
    *(Outcome.NO_INPUT, Outcome.NO_MATCH, Outcome.GAVE_UP, Outcome.REENTERED),
    *(Outcome.REPEATED, Outcome.WENT_BACK, Outcome.ASKED_OPERATOR),
}
LEFT = {
    "menu": ASKED | {Outcome.CHOSEN, Outcome.WENT_MAIN, Outcome.HUNG_UP},
    "collect": ASKED | {Outcome.ENTERED, Outcome.CANCELLED, Outcome.WENT_MAIN, Outcome.HUNG_UP},
    "callback": ASKED | {Outcome.REQUESTED},
    "lookup": {Outcome.FOUND, Outcome.NOT_FOUND, Outcome.FAILED, Outcome.LOCKED},
    "branch": {Outcome.CHOSEN, Outcome.OTHERWISE},
    "switch": {Outcome.SWITCHED, Outcome.FAILED},
    "hours": {Outcome.OPEN, Outcome.CLOSED, Outcome.HOLIDAY},
    "transfer": {Outcome.RINGING, Outcome.NOT_REACHED, Outcome.CONNECTED},
    "voicemail": {Outcome.RECORDED},
    "message": {Outcome.PLAYED},
    "hangup": {Outcome.ENDED},
}


@cache
def every_call() -> list[Rehearsal]:
    loaded = map(load, sorted(SCRIPTS.rglob("*.txt")))
    return [played_on(call, line, next(iter(line.numbers), "")) for call, line in loaded]


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_way_to_leave_every_kind_is_recorded(language: str) -> None:
    left: dict[str, set[Outcome]] = defaultdict(set)
    for call in every_call():
        for turn in call.turns:
            for visit in turn.visits if turn.state.language == language else ():
                left[call.flow.destinations[visit.destination].kind].add(visit.outcome)
    assert {kind: wanted - left[kind] for kind, wanted in LEFT.items() if wanted - left[kind]} == {}


@pytest.mark.parametrize("name", sorted(path.stem for path in recorded.DEMO.glob("*.yaml")))
def test_every_destination_option_and_rule_of_a_demo_line_is_in_a_recorded_call(name: str) -> None:
    line = read_yaml((recorded.DEMO / f"{name}.yaml").read_bytes())
    visits = [
        visit for call in every_call() if call.flow.name == line.name for turn in call.turns for visit in turn.visits
    ]
    assert set(line.destinations) - {visit.destination for visit in visits} == set()
    chosen = {(visit.destination, visit.option) for visit in visits}
    for key, here in line.destinations.items():
        parts = here.options if isinstance(here, Menu) else here.rules if isinstance(here, Branch) else ()
        assert {(key, part.key) for part in parts} <= chosen


# --- by the webhooks --------------------------------------------------------------------------------------------

SetClock = Callable[[datetime], None]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
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


@pytest.fixture(scope="module")
def _sheets(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo's tables and lists, once for all scripts: they only read them."""
    with django_db_blocker.unblock():
        for _ in demo_sheets.load(recorded.DEMO):
            pass
        yield
        models.LookupTable.objects.all().delete()
        models.NumberList.objects.all().delete()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> deque[Result]:
    """What look-ups and switches come to, before anything is done."""
    told: deque[Result] = deque()
    real = deeds.doer

    def doer(here: Place, now: datetime) -> Callable[[Deed], Result]:
        do = real(here, now)
        return lambda deed: told.popleft() if told else do(deed)

    monkeypatch.setattr(deeds, "doer", doer)
    return told


@EACH_SCRIPT
@pytest.mark.django_db
@pytest.mark.usefixtures("_sheets")
def test_callers_hear_the_same_by_the_webhooks_and_the_log_keeps_it(
    path: Path,
    set_clock: SetClock,
    answers: deque[Result],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    call, line = load(path)
    dialled = next(iter(line.numbers), lines.NUMBER)
    tryout = played_on(call, line, dialled)
    set_clock(tryout.turns[0].at)
    door = Door()
    row = set_up(call, tryout, dialled, monkeypatch)
    telephone = door.telephone(dialled, number=tryout.caller)
    turns = iter(tryout.turns)
    for doing in call.doings.values():
        if isinstance(doing, Found | NotFound | Failed | Locked):
            answers.append(doing)
            continue
        turn = next(turns)
        set_clock(turn.at)
        with django_capture_on_commit_callbacks(execute=True):
            heard = do(telephone, turn)
        assert heard == expected(tryout, turn), turn.doing
    spool.hand_over()  # on a busy machine the database may have taken too long for one of them
    journal.replay()
    assert heard_by_the_log(telephone.uuid) == logged_turns(tryout)
    assert left_behind(telephone.uuid, row) == wished(tryout)
    assert_hidden(telephone.uuid, hidden_keys(tryout))


def played_on(call: recorded.Recorded, line: LineFile, dialled: str) -> Rehearsal:
    tryout = recorded.begin(call, line, dialled)
    for doing in call.doings.values():
        recorded.do(tryout, doing)
    return tryout


def set_up(call: recorded.Recorded, tryout: Rehearsal, dialled: str, monkeypatch: pytest.MonkeyPatch) -> models.Line:
    """The line is live, and what the recorded call takes for granted is so."""
    line = lines.publish(read_flow(tryout.flow.model_dump(exclude={"numbers"})), dialled)
    for key in tryout.flow.schedules:
        models.Schedule.objects.create(line=line, key=key, name=key)
    switch_on(line, recorded.begin(call, tryout.flow, dialled).switches, tryout.turns[0].at)
    if remembered := call.said("remembered"):
        RememberedCaller.objects.create(
            line=line,
            caller=hashed("caller", tryout.caller),
            language=remembered,
            chosen_at=tryout.turns[0].at - timedelta(days=10),
            expires_at=tryout.turns[0].at + timedelta(days=100),
        )
    draw(int(call.said("lot", "0")), monkeypatch)
    lines.forget()
    return line


def switch_on(line: models.Line, switches: tuple[Switch, ...], at: datetime) -> None:
    for switch in switches:
        models.Switch.objects.create(
            line=line,
            kind=switch.kind,
            schedule=line.schedules.get(key=switch.schedule) if switch.schedule else None,
            words=switch.words.model_dump(mode="json"),
            begins_at=at - timedelta(hours=1),
            ends_at=datetime.fromtimestamp(switch.ends, UTC),
        )


def draw(lot: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller's lot hangs on the site's key; a recorded call says it itself."""
    real = callers.known

    def known(number: str, uuid: str, line: int, flow: Flow, now: datetime) -> Caller:
        return real(number, uuid, line, flow, now)._replace(lot=lot)

    monkeypatch.setattr(callers, "known", known)


def left_behind(uuid: str, line: models.Line) -> dict[str, Any]:
    """What the call has left in the database beside its turns."""
    requests = CallbackRequest.objects.filter(call_uuid=uuid).order_by("n")
    kept = RememberedCaller.objects.filter(line=line).values_list("language", flat=True)
    on = models.Switch.objects.filter(line=line, ended_at__isnull=True).order_by("-begins_at", "-pk")
    return {
        "call backs": [
            (one.number, one.team, one.begins_at and one.begins_at.timestamp(), one.ends_at and one.ends_at.timestamp())
            for one in requests
        ],
        "language": next(iter(kept), ""),
        "switches": [(one.kind, one.schedule.key if one.schedule else "", one.ends_at.timestamp()) for one in on],
    }


def wished(tryout: Rehearsal) -> dict[str, Any]:
    """The same, by what was said in the call that nobody recorded."""
    says = [said for turn in tryout.turns for said in turn.says]
    kept = [said.language for said in says if isinstance(said, dialogue.Remember)]
    return {
        "call backs": [
            (said.number, said.team, said.begins or None, said.ends or None)
            for said in says
            if isinstance(said, dialogue.RequestCallback)
        ],
        "language": kept[-1] if kept else tryout.state.remembered,
        "switches": [(switch.kind, switch.schedule, switch.ends) for switch in tryout.switches],
    }


def assert_hidden(uuid: str, secrets: list[str]) -> None:
    """What staff see of the call has none of them."""
    timed = [line[len("10:00:00  ") :] for line in script_of(find_call(uuid))]
    seen = [line for line in timed if line.startswith(("caller presses", "hears"))]
    assert seen.count("caller presses (hidden)") == len(secrets)
    assert [line for line in seen if any(secret in line for secret in secrets)] == []
