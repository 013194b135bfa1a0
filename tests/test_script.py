"""The words of scripts, the format of recorded calls, and the telephone without Vonage that plays them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calls import logged, ncco, recorded, script
from calls.models import HeardKind
from calls.models import Turn as LoggedTurn
from calls.recorded import ScriptFault
from calls.script import OUTCOMES, Names, led, told
from menus.dialogue import (
    Answered,
    Dialled,
    Fate,
    Held,
    HungUp,
    Keyed,
    Outcome,
    Recorded,
    Silence,
    Visit,
)
from menus.doings import DOABLE, FATES, done, read_doing
from menus.flow import Flow, LineFile, plain, read_flow
from menus.linefile import write_yaml
from menus.tryout import Doing, NotNow, TakesCall, TargetHangsUp, Tryout, Turn, Waits
from tests import lines

LONDON = ZoneInfo("Europe/London")
TEN = datetime(2026, 3, 4, 10, tzinfo=LONDON)
HEAD = "line tutorial\nfrom +44 7700 900123\nat 2026-03-04 10:00\n\n"


def tryout(flow: Flow | None = None, *doings: Doing) -> Tryout:
    call = Tryout(flow or lines.tutorial(), "447700900123", lines.NUMBER, TEN)
    for doing in (Answered(), *doings):
        call.do(doing)
    return call


def last(call: Tryout, names: Names = script.BY_KEY) -> list[str]:
    return told(call.turns[-1], ncco.of_turn(call.flow, call.turns[-1]), names)


# --- words ------------------------------------------------------------------------------------------------------


def test_whatever_can_happen_is_written_and_read_back() -> None:
    for text in DOABLE:
        doing = read_doing(text)
        assert doing is not None, text
        assert done(doing) == text


def test_doings_are_told_apart_by_what_they_are() -> None:
    """Empty named tuples are equal to each other."""
    assert type(read_doing("caller rings")) is Answered
    assert type(read_doing("caller hangs up")) is HungUp
    assert read_doing("1 minute passes") == Waits(60)
    assert read_doing("caller dances") is None
    assert read_doing("caller presses x") is None


def test_every_outcome_and_every_fate_has_its_words() -> None:
    assert set(OUTCOMES) == set(Outcome)
    assert set(FATES) == set(Fate)


@pytest.mark.parametrize(
    ("visit", "words"),
    [
        (Visit("menu", Outcome.CHOSEN, "maybe", "", "maybe"), "goes menu → maybe (chosen: maybe)"),
        (Visit("menu", Outcome.NO_MATCH, "", "", "menu"), "stays at menu (a wrong key)"),
        (Visit("maybe", Outcome.RINGING, "", "Desk"), "rings Desk (at maybe)"),
        (
            Visit("clock", Outcome.CLOSED, "", "Office: closed, Sunday", "bye"),
            "goes clock → bye (Office: closed, Sunday)",
        ),
        (Visit("bye", Outcome.ENDED), "ends at bye"),
        (Visit("account", Outcome.ENTERED, "", "", "ask"), "goes account → ask (entered)"),
        (Visit("account", Outcome.REENTERED, "", "", "account"), "stays at account (to be entered again)"),
        (Visit("account", Outcome.CANCELLED, "", "", "main"), "goes account → main (the cancel key)"),
        (
            Visit("ask", Outcome.FOUND, "", "table accounts, 3 ms", "told"),
            "goes ask → told (found: table accounts, 3 ms)",
        ),
        (
            Visit("ask", Outcome.FAILED, "", "crm.example.com: no answer within 2 s", "desk"),
            "goes ask → desk (failed: crm.example.com: no answer within 2 s)",
        ),
        (Visit("ask", Outcome.LOCKED, "", "", "desk"), "goes ask → desk (too many wrong PINs)"),
        (Visit("who", Outcome.CHOSEN, "vip", "", "desk"), "goes who → desk (chosen: vip)"),
        (Visit("who", Outcome.OTHERWISE, "", "", "main"), "goes who → main (no rule holds)"),
        (Visit("call-me", Outcome.REQUESTED, "", "", "bye"), "goes call-me → bye (asked to be called back)"),
        (Visit("close", Outcome.SWITCHED, "", "closed", "bye"), "goes close → bye (switched: closed)"),
        (Visit("menu", Outcome.OVER_LIMIT, "", "60 turns"), "at menu: too long: 60 turns"),
        (Visit("", Outcome.LED_NOWHERE, "", "it leads nowhere"), "at the line: leads nowhere: it leads nowhere"),
    ],
)
def test_where_a_destination_led_and_why(visit: Visit, words: str) -> None:
    assert led([visit]) == [words]


def test_with_a_flow_destinations_and_options_go_by_their_labels() -> None:
    call = tryout(None, Keyed("1"))
    assert last(call, Names(call.flow))[0] == "goes “Maybe or not sure” → “Maybe department” (chosen: Maybe)"


def test_an_ncco_to_look_at_is_the_ncco_with_its_places_cut_short() -> None:
    call = tryout()
    whole = ncco.of_turn(call.flow, call.turns[-1])
    shown = script.pretty(whole)
    sealed = ncco.sealed_in(whole)
    assert shown.count(f"/webhooks/event/{sealed[:6]}…/") == whole.count(sealed)
    assert json.loads(shown.replace(f"{sealed[:6]}…", sealed)) == json.loads(whole)
    assert '"type": ["dtmf"]' in shown


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (LoggedTurn(heard="answered"), "caller rings"),
        (LoggedTurn(heard="keyed", digits="2"), "caller presses 2"),
        (LoggedTurn(heard="keyed", digits="(19 keys)"), "caller presses (19 keys)"),
        (LoggedTurn(heard="keyed", digits="(hidden)"), "caller presses (hidden)"),
        (LoggedTurn(heard="spoken", digits="my bill"), "caller says “my bill”"),
        (LoggedTurn(heard="spoken", digits="(hidden)"), "caller says “(hidden)”"),
        (LoggedTurn(heard="spoken"), "caller says something"),
        (LoggedTurn(heard="silence"), "caller presses nothing"),
        (LoggedTurn(heard="dialled", digits="busy"), "target is busy"),
        (LoggedTurn(heard="dialled", digits="a newer word"), "target does not answer"),
        (LoggedTurn(heard="recorded"), "caller leaves a message"),
        (LoggedTurn(heard="hung_up"), "caller hangs up"),
        (LoggedTurn(heard="held"), "caller hears it out"),
    ],
)
def test_what_the_log_has_of_a_turn_reads_as_what_somebody_did(turn: LoggedTurn, words: str) -> None:
    assert done(logged._doing(turn)) == words


def test_every_kind_of_thing_heard_has_words() -> None:
    for kind in HeardKind:
        assert done(logged._doing(LoggedTurn(heard=kind))).startswith(("caller ", "target "))


def test_before_a_look_up_staff_read_that_it_is_about_to_be_made() -> None:
    crm = {"type": "http", "url": "https://crm.example.com/"}
    ends = {"found": "bye", "not_found": "bye", "failed": "bye"}
    ask = {"kind": "lookup", "label": "Ask", "source": crm, "hold": {"en": "One moment."}} | ends
    flow = read_flow(lines.office(ask=ask).model_dump() | {"start": "ask"})
    call = tryout(flow)
    assert last(call, Names(flow)) == ["hears (en-GB) One moment.", "looks it up (at “Ask”)"]
    call.do(Held())
    assert last(call, Names(flow))[0].startswith("goes “Ask” → “Goodbye” (failed: ")


# --- a telephone without Vonage ---------------------------------------------------------------------------------


def test_the_tutorial_is_heard_word_for_word() -> None:
    call = tryout(None, Keyed("1#"))
    assert told(call.turns[0], ncco.of_turn(call.flow, call.turns[0]))[-3:] == [
        "hears (en-GB) Welcome to the Nexmo IVR demo.",
        "hears (en-GB) If you may, press 1. If you are not sure, press 2. Then press hash.",
        "waits 5 s for a key (at menu)",
    ]
    assert last(call) == [
        "goes menu → maybe (chosen: maybe)",
        "rings Maybe department (at maybe)",
        "hears (en-GB) Thank you. Forwarding you to the maybe department.",
        "connects phone +44 1632 960961 from +44 1632 960960, 25 s",
    ]


@pytest.mark.parametrize(
    ("before", "doing", "why"),
    [
        ((), Answered(), "the caller has rung already"),
        ((), TakesCall(), "the line waits for a key"),
        ((), Keyed("1a"), "cannot be pressed"),
        ((Keyed("1"),), Keyed("2"), "Maybe department is ringing"),
        ((Keyed("1"),), TargetHangsUp(), "nobody talks with the caller"),
        ((Keyed("1"), TakesCall()), Keyed("2"), "somebody talks with the caller"),
        ((Keyed("1"), TakesCall(), TargetHangsUp()), HungUp(), "the call is over"),
        ((HungUp(),), Silence(), "the call is over"),
    ],
)
def test_what_cannot_happen_where_the_call_stands_is_refused(before: tuple[Doing, ...], doing: Doing, why: str) -> None:
    call = tryout(None, *before)
    turns = list(call.turns)
    with pytest.raises(NotNow, match=why):
        call.do(doing)
    assert call.turns == turns


def test_a_call_begins_with_ringing() -> None:
    with pytest.raises(NotNow, match="nobody has rung"):
        Tryout(lines.tutorial(), "", "", TEN).do(Keyed("1"))


def test_keys_are_sent_as_a_telephone_company_sends_them() -> None:
    assert tryout(None, Keyed("#2")).turns[-1].doing == Keyed("#")
    assert tryout(lines.office(), Keyed("8812")).turns[-1].doing == Keyed("88")


def test_somebody_who_answers_hears_the_whisper_and_the_caller_does_not() -> None:
    call = tryout(lines.office(), Keyed("1"), TakesCall())
    assert last(call) == ["talks with +44 1632 960971 (at sales)", "target hears (en-GB) A call for sales."]
    call.do(TargetHangsUp())
    assert last(call) == ["the call ends"]
    assert call.over


def test_the_next_target_rings_when_one_is_busy_and_at_last_the_mailbox_answers() -> None:
    call = tryout(lines.office(), Keyed("1"), Dialled(Fate.BUSY))
    assert last(call)[:2] == ["stays at sales (not reached: +44 1632 960971: busy)", "rings +44 1632 960972 (at sales)"]
    call.do(Dialled(Fate.NO_ANSWER))
    call.do(Dialled(Fate.FAILED))
    assert last(call)[-1] == "records up to 180 s (at mailbox)"
    call.do(Recorded())
    assert last(call)[0] == "goes mailbox → bye (message left)"
    assert call.over


def test_what_was_connected_can_give_the_call_back_to_the_menu() -> None:
    call = tryout(lines.office(), Keyed("5"), TakesCall(), Dialled(Fate.LEFT))
    assert last(call)[0] == "goes bot → bye (connected: wss://example.com/bot: left)"
    assert not call.talking


def test_time_goes_on_as_it_would_on_a_telephone() -> None:
    call = tryout(None, Waits(90))
    assert call.turns[-1].at == TEN + timedelta(seconds=90)
    call = tryout(None, Keyed("1"))
    rings_at = call.now
    call.do(Dialled(Fate.NO_ANSWER))
    assert call.now - rings_at >= timedelta(seconds=25)
    spoken = tryout(None, Silence()).now - TEN
    assert timedelta(seconds=5 + 5) < spoken < timedelta(seconds=30)


def test_the_clock_of_the_try_out_decides_the_opening_hours() -> None:
    flow = lines.office().model_copy(update={"start": "clock"})
    assert told(*_first(flow))[0] == "goes clock → mailbox (Never: closed, Wednesday has no hours)"


def _first(flow: Flow) -> tuple[Turn, str]:
    call = tryout(flow)
    return call.turns[0], ncco.of_turn(call.flow, call.turns[0])


# --- recorded calls ---------------------------------------------------------------------------------------------


def test_a_recorded_call_is_written_out_and_then_agrees() -> None:
    text = HEAD + "# It begins.\ncaller rings\n\ncaller presses 1#   # and hash\ntarget answers\n"
    call = recorded.read(text, "x.txt")
    written = recorded.play(call, recorded.line_of(call), lines.NUMBER).text
    assert recorded.difference(call, recorded.play(call, recorded.line_of(call), lines.NUMBER))
    again = recorded.read(written, "x.txt")
    assert recorded.difference(again, recorded.play(again, recorded.line_of(again), lines.NUMBER)) == []
    assert "\n\ncaller presses 1#   # and hash\n  goes menu → maybe (chosen: maybe)\n" in written
    assert "# It begins.\ncaller rings\n  hears" in written


@pytest.mark.parametrize(
    ("recorded_words", "words_now"),
    [
        ("goes menu → maybe (chosen: maybe)", "goes menu → not-sure (chosen: not-sure)"),
        ("hears (en-GB) Thank you.", "hears (en-GB) Thank you. Forwarding you to the not-sure department."),
    ],
)
def test_another_decision_and_other_words_are_each_a_difference(recorded_words: str, words_now: str) -> None:
    text = HEAD + f"caller rings\ncaller presses 2\n  {recorded_words}\n"
    call = recorded.read(text, "x.txt")
    diff = recorded.difference(call, recorded.play(call, recorded.line_of(call), lines.NUMBER))
    assert diff[0] == "x.txt: the line does something else now (- as recorded, + as it is now)"
    assert f"  -  {recorded_words}" in diff
    assert f"  +  {words_now}" in diff


def test_what_the_call_cannot_do_is_a_fault_with_its_place() -> None:
    call = recorded.read(HEAD + "caller rings\ncaller presses 1\ncaller presses 2\n", "x.txt")
    played = recorded.play(call, recorded.line_of(call), lines.NUMBER)
    assert played.faults == ["x.txt:7: caller presses 2: Maybe department is ringing, and nothing else is heard."]
    assert recorded.difference(call, played)


def test_each_line_that_is_no_event_is_named_and_the_events_are_listed_once() -> None:
    with pytest.raises(ScriptFault) as fault:
        recorded.read(HEAD + "caller rings\ncaller sings\ntarget sings\n", "x.txt")
    said = str(fault.value)
    assert "x.txt:6: “caller sings” is nothing that happens in a call." in said
    assert "x.txt:7: “target sings”" in said
    assert said.count("target does not answer") == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "x.txt: nothing happens in it."),
        ("at 2026-03-04 10:00\ncaller rings\n", "it does not say whose call it is. Write “line tutorial”"),
        ("line nobodys\nat 2026-03-04 10:00\ncaller rings\n", "The demo lines are: "),
        ("line tutorial\ncaller rings\n", "“” is no time; write it like 2026-03-04 10:00"),
        ("line tutorial\nfrom 0\nat 2026-03-04 10:00\ncaller rings\n", "“0” is not a whole telephone number"),
    ],
)
def test_a_recorded_call_that_cannot_be_played_says_why_and_what_to_do(text: str, fault: str) -> None:
    with pytest.raises(ScriptFault) as found:
        played(text)
    assert fault in str(found.value)


def played(text: str) -> recorded.Played:
    call = recorded.read(text, "x.txt")
    return recorded.play(call, recorded.line_of(call), lines.NUMBER)


def test_the_line_of_a_recorded_call_may_be_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text(write_yaml(LineFile.model_validate(plain(lines.office()))))
    call = recorded.read("line ./office.yaml\nat 2026-03-04 10:00\ncaller rings\n", str(tmp_path / "x.txt"))
    assert recorded.line_of(call).name == "Office"


def test_the_time_of_a_recorded_call_is_the_lines_local_time() -> None:
    assert recorded.read_time("2026-07-01 10:00", LONDON).isoformat() == "2026-07-01T10:00:00+01:00"
    assert recorded.read_time("2026-07-01T10:00-05:00", LONDON).isoformat() == "2026-07-01T16:00:00+01:00"
