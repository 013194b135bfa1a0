"""What callers meet while a switch is on, step by step; and the menu by which staff throw one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from menus.dialogue import (
    Answered,
    Ask,
    Caller,
    Dip,
    Failed,
    Flip,
    Found,
    Heard,
    Keyed,
    NotFound,
    Outcome,
    Say,
    Step,
    Switch,
)
from menus.flow import Flow, Prompt, SwitchKind, read_flow
from menus.step import begin, step, take
from tests.switched import PIN, clinic, staff_line

LONDON: Final = ZoneInfo("Europe/London")
MONDAY: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
SUNDAY: Final = datetime(2026, 11, 22, 10, tzinfo=UTC)
CHRISTMAS: Final = datetime(2026, 12, 25, 10, tzinfo=UTC)
"""A Friday."""
HOUR: Final = 3600
OPEN, CLOSED, MESSAGE, NORMAL = SwitchKind.OPEN, SwitchKind.CLOSED, SwitchKind.MESSAGE, SwitchKind.NORMAL


def called(at: datetime, *on: Switch, flow: Flow | None = None, known: Caller | None = None) -> Step:
    flow = flow or clinic()
    state = begin(flow, "447700900123", "441632960960", at, known or Caller())
    return step(flow, state, Answered(), at, on)


def words(taken: Step) -> list[str]:
    return [says.text for says in taken.says if isinstance(says, Say)]


def outcome(taken: Step) -> Outcome:
    return taken.visits[0].outcome


def until(at: datetime, kind: SwitchKind, hours: float = 1, schedule: str = "", **said: str) -> Switch:
    return Switch(kind, at.timestamp() + hours * HOUR, schedule, Prompt.model_validate(said))


# --- open and closed --------------------------------------------------------------------------------------------


def test_without_a_switch_the_hours_decide() -> None:
    found = [outcome(called(at)) for at in (MONDAY, SUNDAY, CHRISTMAS)]
    assert found == [Outcome.OPEN, Outcome.CLOSED, Outcome.HOLIDAY]


def test_force_open_opens_a_closed_day_and_a_holiday_without_its_words() -> None:
    for at in (SUNDAY, CHRISTMAS):
        taken = called(at, until(at, OPEN))
        assert outcome(taken) is Outcome.OPEN
        assert words(taken) == ["Open.", "Bye."]


def test_force_closed_closes_in_the_hours_and_the_log_says_why() -> None:
    taken = called(MONDAY, until(MONDAY, CLOSED, 2))
    assert outcome(taken) is Outcome.CLOSED
    assert taken.visits[0].why == "switched to closed until 23 November, 12:00"


def test_a_switch_of_one_schedule_leaves_the_others() -> None:
    pharmacy = clinic(start="pharmacy")
    closed = until(SUNDAY, CLOSED, schedule="pharmacy")
    assert outcome(called(SUNDAY, closed, flow=pharmacy)) is Outcome.CLOSED
    assert outcome(called(SUNDAY, until(SUNDAY, CLOSED, schedule="office"), flow=pharmacy)) is Outcome.OPEN
    assert outcome(called(MONDAY, until(MONDAY, CLOSED, schedule="pharmacy"))) is Outcome.OPEN


def test_of_two_the_latest_has_the_last_word() -> None:
    everything, office = until(MONDAY, CLOSED), until(MONDAY, OPEN, schedule="office")
    assert outcome(called(MONDAY, office, everything)) is Outcome.OPEN
    assert outcome(called(MONDAY, everything, office)) is Outcome.CLOSED


def test_a_branch_asks_the_switched_hours_too() -> None:
    rule = {"key": "in-hours", "schedule": "office", "to": "yes"}
    branch = {"kind": "branch", "label": "Hours?", "rules": [rule], "otherwise": "no"}
    flow = clinic(start="branch")
    flow = read_flow(flow.model_dump() | {"destinations": flow.model_dump()["destinations"] | {"branch": branch}})
    assert called(MONDAY, flow=flow).visits[0].to == "yes"
    assert called(MONDAY, until(MONDAY, CLOSED), flow=flow).visits[0].to == "no"


# --- when it opens next -----------------------------------------------------------------------------------------


def test_forced_closed_the_caller_hears_when_the_switch_ends_if_it_is_open_then() -> None:
    assert "We open today at 12 PM." in words(called(MONDAY, until(MONDAY, CLOSED, 2)))[0]


def test_forced_closed_past_the_hours_the_caller_hears_the_next_opening() -> None:
    assert "We open Tuesday at 9 AM." in words(called(MONDAY, until(MONDAY, CLOSED, 10)))[0]


def test_the_closing_of_another_schedule_does_not_delay_the_opening() -> None:
    other = until(SUNDAY, CLOSED, 40, schedule="pharmacy")
    assert "We open Monday at 9 AM." in words(called(SUNDAY, other))[0]


def test_where_another_switch_holds_it_open_then_it_opens_when_the_closing_ends() -> None:
    """All is forced open on a Sunday, and the office is closed for an hour of it."""
    closed, opened = until(SUNDAY, CLOSED, 1, schedule="office"), until(SUNDAY, OPEN, 6)
    assert "We open today at 11 AM." in words(called(SUNDAY, closed, opened))[0]
    assert "We open Monday at 9 AM." in words(called(SUNDAY, closed, opened._replace(ends=closed.ends)))[0]
    other = opened._replace(schedule="pharmacy")
    assert "We open Monday at 9 AM." in words(called(SUNDAY, closed, other))[0]


# --- until its end ----------------------------------------------------------------------------------------------


def test_a_switch_ends_by_itself_at_its_very_second() -> None:
    closed = until(MONDAY, CLOSED, 0)
    before, after = (datetime.fromtimestamp(closed.ends + more, UTC) for more in (-1, 0))
    assert outcome(called(before, closed)) is Outcome.CLOSED
    assert outcome(called(after, closed)) is Outcome.OPEN


def test_an_ended_one_that_is_still_listed_does_nothing() -> None:
    ended = (until(MONDAY, CLOSED, -1), until(MONDAY, MESSAGE, -1, en="Snow."))
    assert words(called(MONDAY, *ended)) == ["Open.", "Bye."]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (datetime(2026, 3, 28, 23, tzinfo=LONDON), datetime(2026, 3, 29, 3, tzinfo=LONDON)),
        (datetime(2026, 10, 24, 23, tzinfo=LONDON), datetime(2026, 10, 25, 3, tzinfo=LONDON)),
    ],
    ids=["clocks put forward", "clocks put back"],
)
def test_a_switch_over_a_change_of_the_clocks_ends_at_the_time_on_the_wall(begins: datetime, ends: datetime) -> None:
    on = Switch(OPEN, ends.timestamp())
    assert outcome(called(begins, on)) is Outcome.OPEN
    assert called(begins, on).visits[0].why.endswith(f"until {ends:%d %B}, 03:00")
    last = datetime.fromtimestamp(ends.timestamp() - 1, UTC)
    assert f"{last.astimezone(LONDON):%H:%M:%S}" == "02:59:59"
    assert outcome(called(last, on)) is Outcome.OPEN
    assert outcome(called(ends, on)) is Outcome.CLOSED


# --- the emergency message --------------------------------------------------------------------------------------


def test_the_message_comes_before_anything_else_in_every_language_that_has_words() -> None:
    taken = called(MONDAY, until(MONDAY, MESSAGE, en="Snow today.", es="Hay nieve."))
    said = [(says.text, says.language) for says in taken.says if isinstance(says, Say)]
    assert said[:3] == [("Snow today.", "en"), ("Hay nieve.", "es"), ("Open.", "en")]


def test_a_language_without_words_is_left_out() -> None:
    assert words(called(MONDAY, until(MONDAY, MESSAGE, en="Snow today."))) == ["Snow today.", "Open.", "Bye."]


def test_whose_language_is_remembered_hears_only_that_or_the_first_where_it_has_no_words() -> None:
    flow = clinic(remember_language_days=90)
    spanish = Caller(language="es")
    both = until(MONDAY, MESSAGE, en="Snow today.", es="Hay nieve.")
    assert words(called(MONDAY, both, flow=flow, known=spanish))[0:2] == ["Hay nieve.", "Open."]
    english = until(MONDAY, MESSAGE, en="Snow today.")
    assert words(called(MONDAY, english, flow=flow, known=spanish))[0:2] == ["Snow today.", "Open."]


def test_the_message_is_said_once_in_a_call_and_opens_or_closes_nothing() -> None:
    menu = {"kind": "menu", "label": "Menu", "prompt": {"en": "Choose."}, "options": []}
    flow = read_flow(clinic().model_dump() | {"start": "menu", "destinations": {"menu": menu}})
    on = until(MONDAY, MESSAGE, en="Snow today.")
    taken = called(MONDAY, on, flow=flow)
    assert words(taken)[0] == "Snow today."
    again = step(flow, taken.state, Keyed("9"), MONDAY, (on,))
    assert "Snow today." not in words(again)


# --- thrown by phone --------------------------------------------------------------------------------------------


class Call:
    """A call to the staff's line, whose look-ups and switches the test answers by hand."""

    def __init__(self, result: Any = None) -> None:
        self.flow = staff_line()
        self.deeds: list[Any] = []
        self.flipped = result or Found({}, "")
        self.heard: list[str] = []
        self.state = begin(self.flow, "447700900123", "441632960960", MONDAY)
        self.taken = self.do(Answered())

    def do(self, heard: Heard) -> Step:
        taken = take(self.flow, self.state, heard, MONDAY, (), self._do)
        self.state, self.taken = taken.state, taken
        self.heard = words(taken)
        return taken

    def _do(self, deed: Any) -> Any:
        self.deeds.append(deed)
        return (
            Found({}, "")
            if isinstance(deed, Dip) and deed.given == {"pin": PIN}
            else (NotFound() if isinstance(deed, Dip) else self.flipped)
        )

    def key(self, *keys: str) -> Call:
        for digits in keys:
            self.do(Keyed(digits))
        return self

    def outcomes(self) -> list[tuple[str, Outcome]]:
        return [(visit.destination, visit.outcome) for visit in self.taken.visits]


def flips(deeds: Iterable[Any]) -> list[Flip]:
    return [deed for deed in deeds if isinstance(deed, Flip)]


def test_a_pin_leads_to_the_switches_and_the_caller_hears_until_when() -> None:
    call = Call().key("77", PIN, "1")
    ends = int(MONDAY.timestamp()) + 2 * HOUR
    assert flips(call.deeds) == [Flip(CLOSED, "", ends, Prompt())]
    assert call.heard == ["The line is now switched to closed until today at 12 PM.", "Bye."]
    assert call.outcomes()[-2:] == [("close", Outcome.SWITCHED), ("bye", Outcome.ENDED)]
    assert [visit.why for visit in call.taken.visits if visit.destination == "close"] == ["closed"]


def test_a_wrong_pin_throws_nothing() -> None:
    call = Call().key("77", "1234", "1")
    assert flips(call.deeds) == []


@pytest.mark.parametrize(
    ("key", "flip", "heard"),
    [
        ("2", Flip(OPEN, "office", 4 * HOUR, Prompt()), "switched to open until today at 2 PM"),
        ("3", Flip(MESSAGE, "", 4 * HOUR, Prompt.model_validate({"en": "Snow today."})), "message is now on until"),
        ("4", Flip(NORMAL, "", 4 * HOUR, Prompt()), "All switches are now off."),
    ],
)
def test_every_switch_can_be_thrown_by_phone(key: str, flip: Flip, heard: str) -> None:
    call = Call().key("77", PIN, key)
    assert flips(call.deeds) == [flip._replace(ends=int(MONDAY.timestamp()) + flip.ends)]
    assert heard in call.heard[0]


def test_the_hours_may_be_keyed_from_one_to_a_week() -> None:
    call = Call().key("77", PIN, "5", "12#")
    assert [flip.ends for flip in flips(call.deeds)] == [int(MONDAY.timestamp()) + 12 * HOUR]
    for wrong in ("0", "169"):
        call = Call().key("77", PIN, "5", wrong)
        assert flips(call.deeds) == []
        assert "That did not work." in call.heard


def test_a_switch_that_could_not_be_set_leads_elsewhere_and_says_why_in_the_log() -> None:
    call = Call(Failed("the database is away")).key("77", PIN, "1")
    assert call.heard == ["That did not work.", "Bye."]
    failed = next(visit for visit in call.taken.visits if visit.destination == "close")
    assert (failed.outcome, failed.why, failed.to) == (Outcome.FAILED, "the database is away", "sorry")


def test_staff_wait_at_their_menu_while_nothing_is_thrown() -> None:
    call = Call().key("77", PIN)
    assert isinstance(call.taken.says[-1], Ask)
    assert call.state.at == "desk"
