"""The commands of the calls side: what they show, what they refuse, and that trying a call leaves no trace."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from calls.models import Call, Recording, Turn
from calls.vonage.pretend import Telephone
from menus.draft import write_draft
from menus.flow import LineFile, plain, read_flow
from menus.models import Line, Menu
from tests import door, lines
from tests.door import Door

ROOT = Path(__file__).parents[1]
ROOT = Path(__file__).parents[1]
MENU = "hears (en-GB) If you may, press 1. If you are not sure, press 2. Then press hash."
HEAD = "line tutorial\nfrom +44 7700 900123\nat 2026-03-04 10:00\n\n"
Type = Callable[[str], None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Type:
    """What is typed at the terminal phone, a line for each prompt; then the input ends."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def run(*args: str) -> list[str]:
    out = io.StringIO()
    call_command(*args, stdout=out)
    return [line.strip() for line in out.getvalue().splitlines()]


# --- try_call ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_terminal_phone_shows_what_callers_hear_and_where_a_key_led(typed: Type) -> None:
    lines.publish(lines.tutorial())
    typed("1#\na\ne\n")
    shown = run("try_call", "+44 1632 960960", "--at", "2026-03-04T10:00")
    assert "Wednesday 4 March 2026, 10:00:00 (Europe/London). Nothing is recorded. ? = help" in shown
    assert "goes “Maybe or not sure” → “Maybe department” (chosen: Maybe)" in shown
    assert "connects phone +44 1632 960961 from +44 1632 960960, 25 s" in shown
    assert shown[-1] == "the call ends"
    assert not Call.objects.exists()
    assert not Turn.objects.exists()


@pytest.mark.django_db
def test_the_terminal_phone_hangs_up_when_the_input_ends(typed: Type) -> None:
    lines.publish(lines.tutorial())
    typed("")
    assert run("try_call", lines.NUMBER)[-2:] == ["at “Maybe or not sure”: the caller hung up", "the call ends"]


@pytest.mark.django_db
def test_the_ncco_is_shown_on_request_and_what_cannot_be_is_refused(typed: Type) -> None:
    lines.publish(lines.tutorial())
    typed("n\n9x\n?\n1\n5\nb\n")
    shown = run("try_call", lines.NUMBER)
    assert '"action": "input",' in shown
    assert any(line.startswith("Not possible: “9x” cannot be pressed") for line in shown)
    assert any(line.startswith("Not possible: Maybe department is ringing") for line in shown)
    assert any(line.startswith("What you type is what the caller does.") for line in shown)
    assert any(line.startswith("goes “Maybe department” →") for line in shown)


@pytest.mark.django_db
def test_words_can_be_said_at_the_terminal_phone_and_mumbled(typed: Type) -> None:
    news = {"key": "news", "digits": "3", "label": "News", "to": "news", "phrases": {"en": ["the news"]}}
    listening = {"kind": "menu", "label": "Main", "speech": True, "options": [news]}
    lines.publish(lines.office(main=listening))
    typed("mumble the news\nsay no\nsay I want the news\n")
    shown = run("try_call", lines.NUMBER)
    assert any(line.endswith("  caller says “the news” (30% sure)") for line in shown)
    assert "stays at “Main” (to be entered again)" in shown
    assert "goes “Main” → “News” (chosen: News: said)" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("ends", ["\n", "#\n"])
def test_a_message_ends_by_itself_or_by_its_finish_key(ends: str, typed: Type) -> None:
    lines.publish(lines.office())
    typed(f"2\n{ends}")
    assert "goes “Mailbox” → “Goodbye” (message left)" in run("try_call", lines.NUMBER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-03-04T08:59:59", "Office: closed, Wednesday opens 09:00–17:00"),
        ("2026-03-04T09:00", "Office: open, Wednesday 09:00–17:00"),
        ("2026-03-04T04:00-05:00", "Office: open, Wednesday 09:00–17:00"),
    ],
)
def test_the_pretended_time_is_the_lines_local_time_and_decides(at: str, opening: str, typed: Type) -> None:
    flow = lines.office().model_dump(mode="json")
    flow["schedules"]["never"] = {"name": "Office", "weekly": {"wed": ["09:00-17:00"]}}
    lines.publish(read_flow(flow | {"start": "clock"}))
    typed("")
    assert any(f"({opening})" in line for line in run("try_call", lines.NUMBER, "--at", at))


@pytest.mark.django_db
def test_the_published_version_rings_unless_the_draft_is_asked_for(typed: Type) -> None:
    line = drafted()
    typed("")
    with pytest.raises(CommandError, match=r"was never published. Try its draft with --draft, or publish it: .*"):
        run("try_call", lines.NUMBER)
    lines.make_live(line, lines.tutorial())
    Menu.objects.filter(line=line, key="menu").update(greeting={"en": {"text": "A new greeting."}})
    assert "hears (en-GB) Welcome to the Nexmo IVR demo." in run("try_call", lines.NUMBER)
    typed("")
    assert "hears (en-GB) A new greeting." in run("try_call", lines.NUMBER, "--draft")


def drafted() -> Line:
    lines.forget()
    return write_draft(LineFile.model_validate(plain(lines.tutorial()) | {"numbers": [lines.NUMBER]}))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (("12025550199",), r"no line has the number \+1 202 555 0199; there are: \+44 1632 960960"),
        (("(202) 555-0110",), "is not a whole telephone number"),
        ((lines.NUMBER, "--at", "tomorrow"), "“tomorrow” is no time; write it like 2026-03-04 10:00"),
        ((lines.NUMBER, "--from", "me"), "“me” is not a whole telephone number"),
        ((), "Which number rings"),
        (("--script", "nowhere.txt"), "nowhere.txt cannot be read: No such file"),
    ],
)
def test_try_call_says_in_plain_words_what_it_was_not_given(args: tuple[str, ...], fault: str) -> None:
    lines.publish(lines.tutorial())
    with pytest.raises(CommandError, match=fault):
        run("try_call", *args)


@pytest.mark.parametrize("command", ["try_call", "show_call"])
def test_a_database_that_is_not_prepared_is_no_traceback(command: str, tmp_path: Path) -> None:
    env = os.environ | {
        "DEBUG": "1",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}",
    }
    manage = [sys.executable, "manage.py", command, "441632960960"]
    found = subprocess.run(manage, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert found.returncode == 1
    assert found.stderr.startswith("CommandError: The database cannot be used: no such table: ")
    assert "manage.py migrate prepares it" in found.stderr


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "call.txt"
    path.write_text(HEAD + "caller rings\ncaller presses 2\n")
    return path


def test_a_recorded_call_is_compared_and_written_without_a_database(script: Path) -> None:
    with pytest.raises(CommandError) as fault:
        run("try_call", "--script", str(script))
    assert "+  goes menu → not-sure (chosen: not-sure)" in str(fault.value)
    assert "add --write" in str(fault.value)
    assert run("try_call", "--script", str(script), "--write") == [f"{script}: written."]
    assert "\ncaller presses 2\n  goes menu → not-sure (chosen: not-sure)\n" in script.read_text()
    assert run("try_call", "--script", str(script)) == [f"{script}: the line does what is recorded."]


def test_a_recorded_call_that_cannot_go_like_that_is_not_written(script: Path) -> None:
    text = script.read_text() + "caller presses 1\n"
    script.write_text(text)
    with pytest.raises(CommandError, match=r"call.txt:7: caller presses 1: .*\nNothing was written"):
        run("try_call", "--script", str(script), "--write")
    assert script.read_text() == text


@pytest.mark.django_db
def test_with_a_number_a_recorded_call_is_played_on_that_line(script: Path) -> None:
    run("try_call", "--script", str(script), "--write")
    flow = plain(lines.tutorial())
    flow["destinations"]["menu"]["options"][1]["to"] = "maybe"
    lines.publish(read_flow(flow))
    with pytest.raises(CommandError, match=r"\+  goes menu → maybe \(chosen: not-sure\)"):
        run("try_call", lines.NUMBER, "--script", str(script))


# --- show_call --------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(db: None) -> Telephone:
    visitor = Door()
    lines.publish(lines.office())
    return visitor.telephone()


def shown(phone: Telephone) -> list[str]:
    """Without the times of day."""
    door.settled(phone.uuid)
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in run("show_call", phone.uuid)]


def in_order(found: list[str], *wanted: str) -> None:
    places = [found.index(line) for line in wanted]
    assert places == sorted(places), found


def test_a_call_is_shown_with_its_turns_legs_and_end(phone: Telephone) -> None:
    phone.ring()
    phone.press("7")
    phone.press("1")
    phone.target("busy")
    phone.talk_with_target(40)
    told = shown(phone)
    assert told[:3] == [
        f"Call {phone.uuid}",
        "from     +44 7700 900123",
        "to       +44 1632 960960 (Office, version 1)",
    ]
    assert "outcome  talked with somebody" in told
    assert "price    0.0036 EUR" in told
    in_order(
        told,
        "caller rings",
        "hears (en-GB) Hello.",
        "caller presses 7",
        "stays at “Main” (chosen: Spanish)",
        "caller presses 1",
        "goes “Main” → “Sales” (chosen: Sales)",
        "rings +44 1632 960971 (at “Sales”)",
        "+44 1632 960971 busy",
        "target is busy",
        "rings +44 1632 960972 (at “Sales”)",
        "+44 1632 960972 answers",
        "+44 1632 960972 hangs up (after 40 s, 0.01 EUR)",
        "the call ended: talked with somebody",
    )
    assert any(line.startswith("hears (es-ES)") for line in told)


def test_a_message_is_shown_where_it_was_left(phone: Telephone) -> None:
    phone.ring()
    phone.press("2")
    phone.leave_message()
    phone.hang_up()
    message = Recording.objects.get()
    told = shown(phone)
    kept = next(line for line in told if line.endswith(message.url))
    assert kept.startswith("message of 0 s kept for Sales: ")
    in_order(told, "records up to 180 s (at “Mailbox”)", kept, "caller leaves a message")


def test_a_call_that_goes_on_is_shown_so(phone: Telephone) -> None:
    phone.ring()
    told = shown(phone)
    assert "lasted   still going on" in told
    assert told[-1] == "Still going on, at “Main”."


def test_masked_keys_stay_masked(phone: Telephone) -> None:
    phone.ring()
    phone.press("4111111111111111")
    told = "\n".join(shown(phone))
    assert "caller presses (16 keys)" in told
    assert "4111" not in told


def test_keys_that_came_where_nothing_was_asked_are_not_shown(phone: Telephone) -> None:
    phone.ring("12025550199")
    phone.post("/webhooks/event/", {"dtmf": {"digits": "4111"}, "uuid": phone.uuid})
    phone.post("/webhooks/event/", {"status": "unheard-of", "uuid": phone.uuid, "dtmf": {"digits": "4111"}})
    told = shown(phone)
    in_order(told, "keys came without their place in the menu", "unknown status from Vonage: unheard-of")
    assert "4111" not in "\n".join(told)


def test_errors_and_unknown_news_are_shown(phone: Telephone) -> None:
    phone.ring()
    known = {"conversation_uuid": phone.conversation, "timestamp": "2026-03-04T10:00:00Z"}
    phone.post("/webhooks/event/", known | {"reason": "Syntax error in NCCO. Invalid value type or action."})
    phone.post("/webhooks/event/", known | {"wonder": 1})
    told = shown(phone)
    in_order(
        told,
        "caller rings",
        "error reported by Vonage: Syntax error in NCCO. Invalid value type or action.",
        "unknown news from Vonage, with the fields conversation_uuid, timestamp, wonder",
    )


def test_a_call_to_a_number_without_a_line_is_shown(phone: Telephone) -> None:
    phone.ring("12025550199")
    phone.hang_up()
    told = shown(phone)
    assert "to       +1 202 555 0199 (no line has this number)" in told
    assert "hears (en-US) Sorry, this number is not in service. Goodbye." in told
    assert told[-1] == "the call ended: no line has this number"


def test_times_are_the_lines_local_times(phone: Telephone) -> None:
    phone.ring()
    Call.objects.update(started_at=datetime(2026, 7, 1, 9, 30, tzinfo=UTC))
    Turn.objects.update(at=datetime(2026, 7, 1, 9, 30, 5, tzinfo=UTC))
    told = run("show_call", phone.uuid)
    assert "began    Wednesday 1 July 2026, 10:30:00 (Europe/London)" in told
    assert "10:30:05  caller rings" in told


def test_a_call_is_found_by_a_beginning_of_its_id_and_by_its_conversation(phone: Telephone) -> None:
    phone.ring()
    whole = run("show_call", phone.uuid)
    assert run("show_call", phone.uuid[:6]) == whole
    assert run("show_call", phone.conversation) == whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ("abcdef", "several calls begin with “abcdef”: abcdef-2, abcdef-1. Give more of the id"),
        ("abcde", "“abcde” is too short .* give 6 characters or more"),
        ("zzzzzz", "no call has an id that begins with “zzzzzz”. The newest calls are: abcdef-2, abcdef-1"),
    ],
)
def test_a_call_that_is_not_told_apart_is_refused_in_plain_words(wanted: str, fault: str) -> None:
    for n in (1, 2):
        at = datetime(2026, 3, n, tzinfo=UTC)
        Call.objects.create(uuid=f"abcdef-{n}", started_at=at, local_day=at.date())
    with pytest.raises(CommandError, match=fault):
        run("show_call", wanted)


@pytest.mark.django_db
def test_a_whole_id_is_enough_though_another_begins_with_it() -> None:
    for uuid in ("abcdef-1", "abcdef-10"):
        Call.objects.create(uuid=uuid, started_at=datetime(2026, 3, 1, tzinfo=UTC), local_day="2026-03-01")
    assert run("show_call", "abcdef-1")[0] == "Call abcdef-1"


@pytest.mark.django_db
def test_without_any_call_show_call_says_so() -> None:
    with pytest.raises(CommandError, match="No call was logged yet"):
        run("show_call", "abcdef")
