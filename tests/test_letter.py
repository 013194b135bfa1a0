"""The monthly letter: planted weaknesses are found with their figures, in the same text each time; few calls say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from calls.letter import letter, month_before, month_of
from calls.models import CallTally
from calls.reports.span import Span
from menus.models import Line
from tests import lines, planted

pytestmark = pytest.mark.django_db
OCTOBER = month_of(2026, 10)


@pytest.fixture
def line() -> Line:
    return lines.publish(lines.office())


def plant(line: Line) -> None:
    """Drop-off at the mailbox, wrong turns in News, and a key for the desk that most of a menu's callers press."""
    planted.calls(line, served=30, transferred=40, abandoned=30)
    planted.calls(line, date(2026, 9, 14), served=80)
    planted.step(line, "mailbox", "recorded", 41, kind="voicemail", led_to="bye")
    planted.step(line, "mailbox", "hung_up", 9, kind="voicemail")
    planted.step(line, "main", "chosen", 14, option="news", led_to="news", wrong_turns=3)
    planted.step(line, "main", "chosen", 66, option="sales", led_to="sales")
    planted.step(line, "main", "no_input", 20, entries=0, callers=0)
    planted.step(line, "sales", "not_reached", 66, kind="transfer", led_to="mailbox")
    planted.target(line, "sales", "441632960971", answered=1, missed=13)
    planted.key(line, "main", 1, 45)
    planted.key(line, "main", 9, 35)


def test_it_finds_what_was_planted_and_nothing_else(line: Line) -> None:
    plant(line)
    told = letter(line, OCTOBER)
    counted = "in which calls were counted from 14 September on only"
    assert f"100 calls, 25 % more than the 80 of the month before, {counted}. https://" in told
    assert "- 30 (30 %) served by the menu: https://ivr.example.com/admin/calls/call/?" in told
    findings = [row.split(". http")[0].split(": http")[0] for row in told.splitlines() if row.startswith("- ")][3:]
    assert findings == [
        "- Main: 20 % of the times that callers were asked, nothing was heard (20 of 100)",
        "- Mailbox: 18 % of visits ended with the caller hanging up there (9 of 50)",
        "- Main > News: wrong turns, 3 of 14 (21 %) went back within 10 s",
        "- Main > Sales: over-used, 66 of 80 visits (82 %) chose it, and each rings somebody",
        "- Sales (+44 1632 960971): 1 of 14 attempts (7 %) were answered",
        "- Main: 45 of 80 first keys (56 %) within 3 s",
        "- Busiest: Wednesday, 09:00 to 10:00, 100 calls (25.0 on each of 4)",
    ]
    assert "destination=mailbox" in told
    assert "option=news" in told
    assert letter(line, OCTOBER) == told


def test_a_month_is_compared_with_all_of_the_one_before_or_with_as_many_days_of_it(line: Line) -> None:
    planted.calls(line, served=60)
    planted.calls(line, date(2026, 8, 31), served=1)
    planted.calls(line, date(2026, 9, 14), served=40)
    planted.calls(line, date(2026, 9, 15), served=20)
    assert "60 calls, as many as in the month before (60). https://" in letter(line, OCTOBER)
    CallTally.objects.filter(day=date(2026, 8, 31)).update(day=date(2026, 9, 1))
    assert "the 61 of the month before. https://" in letter(line, OCTOBER), "there from its first day on"
    CallTally.objects.filter(day=date(2026, 9, 1)).update(day=date(2026, 8, 31))
    begun = letter(line, Span(OCTOBER.first, date(2026, 10, 14)))
    assert begun.startswith("Office: October 2026, the first 14 days\n")
    assert "60 calls, 50 % more than the 40 of the same days of the month before. https://" in begun
    assert "none were counted in the same days of the month before" in letter(
        line, Span(OCTOBER.first, date(2026, 10, 13))
    )


def test_the_links_find_what_is_counted(line: Line) -> None:
    plant(line)
    told = letter(line, OCTOBER)
    for query in (
        "outcome=abandoned&only=long",
        "destination=main&how=no_input",
        "destination=mailbox&how=hung_up",
        "destination=main&option=news&how=wrong_turn",
        "destination=sales&rang=441632960971",
    ):
        assert f"&{query}\n" in told


def test_a_target_of_no_known_place_has_no_link_that_would_find_other_calls_too(line: Line) -> None:
    plant(line)
    planted.target(line, "", "441632960979", answered=1, missed=9)
    (told,) = [row for row in letter(line, OCTOBER).splitlines() if "960979" in row and "1 of 10" in row]
    assert told.endswith("were answered.")


def test_just_below_a_threshold_is_no_finding(line: Line) -> None:
    planted.calls(line, abandoned=60)
    planted.step(line, "main", "hung_up", 9)
    planted.step(line, "main", "chosen", 91, option="more", led_to="more")
    planted.target(line, "desk", lines.DESK, answered=0, missed=4)
    told = letter(line, OCTOBER)
    assert "No place stands out." in told
    assert "Who does not answer" not in told


def test_a_publish_is_compared_when_both_versions_had_enough_calls(line: Line) -> None:
    planted.calls(line, served=10, abandoned=50)
    lines.make_live(line, lines.office())
    planted.calls(line, served=40, abandoned=20)
    assert "Version 2 against version 1: served by the menu 67 % (was 17 %), hung up" in letter(line, OCTOBER)


def test_few_calls_are_said_to_be_too_few(line: Line) -> None:
    planted.calls(line, abandoned=49)
    planted.step(line, "main", "hung_up", 49)
    told = letter(line, OCTOBER)
    assert "Fewer than 50 calls are too few" in told
    assert "hanging up there" not in told
    assert "0 calls" in letter(line, month_of(2026, 5))


def test_the_command_prints_it_and_refuses_what_is_no_month(line: Line) -> None:
    plant(line)
    out = StringIO()
    call_command("monthly_letter", f"+{lines.NUMBER}", "--month", "2026-10", stdout=out)
    assert out.getvalue() == letter(line, OCTOBER)
    with pytest.raises(CommandError, match="Write it like 2026-10"):
        call_command("monthly_letter", f"+{lines.NUMBER}", "--month", "2026-13")
    with pytest.raises(CommandError, match="No day of 2099-01 is over yet"):
        call_command("monthly_letter", f"+{lines.NUMBER}", "--month", "2099-01")
    assert month_before(date(2026, 1, 31)) == month_of(2025, 12)


def test_a_month_is_over_when_it_is_for_the_line(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    Line.objects.filter(pk=line.pk).update(timezone="America/New_York")
    midnight = datetime(2026, 11, 1, 4, tzinfo=UTC)
    for now, month in ((midnight - timedelta(seconds=1), "September"), (midnight, "October")):
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        out = StringIO()
        call_command("monthly_letter", f"+{lines.NUMBER}", stdout=out)
        assert out.getvalue().startswith(f"Office: {month} 2026\n")
