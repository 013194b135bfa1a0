"""What is old is taken out, to the second; what reports are made of stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from calls import records, vonage
from calls.models import (
    Access,
    Call,
    CallbackRequest,
    Event,
    Leg,
    Pruned,
    Recording,
    RememberedCaller,
    Sound,
    Turn,
)
from calls.privacy import old
from calls.privacy import prune as pruning
from calls.privacy.prune import LOOK_BACK, Taken, kinds, prune
from ivrsite.database import DatabaseAway
from menus.hashing import hashed
from tests import kept

pytestmark = pytest.mark.django_db

AT = kept.AT
SECOND = timedelta(seconds=1)
PAYLOAD, DIGIT, RECORDING, NUMBER = (timedelta(days=days) for days in (14, 30, 30, 90))


def done(now: datetime, at_most: int = 1000, *, really: bool = True) -> dict[str, int]:
    return {one.kind: one.rows for one in prune(now, at_most, really=really) if one.rows}


def left(row: Any, *names: str) -> list[Any]:
    row.refresh_from_db()
    return [getattr(row, name) for name in names]


def test_nothing_goes_before_its_time_and_each_class_at_its_own_second() -> None:
    line = kept.line()
    call = kept.all_of(line)
    key, sound = call.caller_key, Sound.objects.get()
    turn, message, event = call.turns.get(n=1), Recording.objects.get(), call.events().get()
    assert done(AT + PAYLOAD) == {}
    assert done(AT + PAYLOAD + SECOND) == {"payloads": 2, "details": 1}
    assert (left(event, "payload"), left(call, "details")) == (["{}"], [""])
    assert done(AT + DIGIT) == {}
    assert (turn.digits, bytes(sound.data)[:3]) == (kept.NUMBER, b"ID3")
    assert done(AT + DIGIT + SECOND) == {"digits": 1, "recordings": 1}
    assert left(turn, "digits", "ncco", "outcome") == ["", "[]", "chosen"]
    assert left(message, "url", "transcript", "note", "call_uuid") == ["", "", "", call.uuid]
    assert not Sound.objects.exists()
    assert None not in left(message, "fetched_at", "mailed_at"), "it is not to be fetched, nor told of, any more"
    assert done(AT + NUMBER) == {}
    assert left(call, "caller") == [kept.NUMBER]
    assert done(AT + NUMBER + SECOND) == {"numbers": 1}
    assert left(call, "caller", "caller_key") == ["", key]
    assert Leg.objects.get().caller == ""
    assert done(AT + NUMBER * 2) == {}, "once is enough"


def test_how_a_target_was_not_reached_stays_and_so_do_the_visits() -> None:
    line = kept.line()
    call = kept.call(line)
    visits = call.turns.get(n=1).visits
    done(AT + NUMBER * 2)
    assert call.turns.get(n=2).digits == "busy"
    assert call.turns.get(n=1).visits == visits
    assert call.visits.count() == 2


def test_summaries_and_counts_made_again_afterwards_are_the_same() -> None:
    line = kept.line()
    for number, hours in enumerate((0, 3, 50)):
        kept.call(line, f"call-{number}", AT + timedelta(hours=hours))
    kept.call(line, "call-x", AT + timedelta(hours=4), caller="12025550199")
    Call.objects.filter(pk="call-2").update(caller_key="")  # never summarised since its number came
    days = sorted({call.local_day for call in Call.objects.all()})
    before = kept.figures(line, *days)
    assert sum(Call.objects.values_list("is_recontact", flat=True)) == 1
    Call.objects.filter(pk="call-2").update(caller_key="")
    done(AT + NUMBER * 2)
    assert set(Call.objects.values_list("caller", flat=True)) == {""}
    assert kept.figures(line, *days) == before
    assert Call.objects.get(pk="call-2").caller_key == Call.objects.get(pk="call-0").caller_key != ""


def test_whoever_is_to_be_called_back_is_left_alone_however_long_it_takes() -> None:
    line = kept.line()
    row = kept.callback(line, "call-1", state="assigned", note="Not there: +1 202 555 0142. Again at ten.")
    assert done(AT + NUMBER * 9) == {}
    at = AT + NUMBER * 9
    CallbackRequest.objects.update(state="done", done_at=at)
    assert done(at + NUMBER) == {}
    assert done(at + NUMBER + SECOND) == {"callbacks": 1}
    assert left(row, "number", "note", "state") == ["", "Not there: (erased). Again at ten.", "done"]


def test_a_call_that_is_on_is_not_touched(settings: Settings) -> None:
    for name in ("PAYLOAD", "DIGIT", "RECORDING", "NUMBER"):
        setattr(settings, f"KEEP_{name}_DAYS", 1)
    line = kept.line()
    kept.all_of(line)
    Call.objects.update(ended_at=None)
    assert done(AT + timedelta(hours=3)) == {}


def test_a_run_that_was_cut_short_goes_on_where_it_was_and_does_not_read_all_again(settings: Settings) -> None:
    line, day = kept.line(), timedelta(days=1)
    call = kept.call(line)
    for number in range(5):
        kept.event(call, digest=str(number), received_at=AT + number * day)
    now = AT + PAYLOAD + 30 * day
    assert done(now, at_most=2)["payloads"] == 2
    assert list(Event.objects.order_by("received_at").values_list("payload", flat=True)[:3]) == ["{}", "{}", '{"a": 1}']
    assert Pruned.objects.get(what="payloads").until == AT + day
    assert done(now)["payloads"] == 3
    assert Pruned.objects.get(what="payloads").until == now - PAYLOAD
    kept.event(call, digest="late", received_at=now - PAYLOAD - LOOK_BACK)
    kept.event(call, digest="too late", received_at=now - PAYLOAD - LOOK_BACK - SECOND)
    assert done(now) == {"payloads": 1}, "what lay in a spool for some days is found, and nothing else is read"


def test_a_note_that_is_written_late_goes_too() -> None:
    kept.all_of(kept.line())
    done(AT + RECORDING + SECOND)
    done(AT + RECORDING + LOOK_BACK * 2)
    Recording.objects.update(note=f"Called +{kept.NUMBER}.")
    assert done(AT + RECORDING + LOOK_BACK * 3) == {"recordings": 1}
    assert Recording.objects.get().note == ""


def test_a_leg_whose_call_was_lost_keeps_no_number() -> None:
    for uuid, call_uuid in (("leg-a", ""), ("leg-b", "lost")):
        Leg.objects.create(uuid=uuid, call_uuid=call_uuid, caller=kept.NUMBER, started_at=AT)
    assert done(AT + NUMBER) == {}
    assert done(AT + NUMBER + SECOND) == {"legs": 2}
    assert set(Leg.objects.values_list("caller", flat=True)) == {""}


def test_what_a_webhook_is_known_by_tells_nobody_its_number() -> None:
    """All numbers could be tried, were it a hash without a key."""
    told = {"uuid": "call-1", "conversation_uuid": "CON-1", "status": "ringing", "from": kept.NUMBER}
    digest = records.event(vonage.read_news(told), "call-1", AT).values["digest"]
    plain = vonage.kept(told)[1]
    assert digest == hashed("event", "call-1", plain)
    assert records.unread(told, AT).values["digest"] == hashed("event", plain)


def test_a_run_that_dies_within_a_batch_leaves_that_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    event = kept.event(kept.call(kept.line()))

    def dies(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as fault:
        fault.setattr(pruning, "_read_to", dies)
        with pytest.raises(MemoryError):
            done(AT + PAYLOAD + SECOND)
    assert left(event, "payload") == ['{"a": 1}']
    assert done(AT + PAYLOAD + SECOND)["payloads"] == 1


@pytest.mark.skipif("sqlite" not in connection.vendor, reason="SQLite's file")
def test_what_is_taken_out_is_overwritten_in_the_file() -> None:
    kept.all_of(kept.line())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")
        done(AT + PAYLOAD + SECOND)
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)


def test_what_was_done_before_a_fault_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    call = kept.call(kept.line())
    kept.event(call)

    def fails(*_: object) -> None:
        raise DatabaseAway("for this test")

    monkeypatch.setattr(old, "empty_digits", fails)
    with pytest.raises(DatabaseAway):
        done(AT + NUMBER * 2)
    assert Access.objects.get().detail == "payloads 1, details 1"
    assert call.turns.get(n=1).digits == kept.NUMBER


def test_what_holds_several_sorts_goes_with_the_first_of_them(settings: Settings) -> None:
    settings.KEEP_PAYLOAD_DAYS, settings.KEEP_DIGIT_DAYS, settings.KEEP_NUMBER_DAYS = 50, 40, 20
    days = {kind.name: kind.days for kind in kinds()}
    assert (days["payloads"], days["digits"], days["numbers"]) == (20, 20, 20)
    settings.KEEP_RECORDING_DAYS = 10
    days = {kind.name: kind.days for kind in kinds()}
    assert (days["payloads"], days["details"], days["digits"], days["recordings"]) == (10, 10, 20, 10)


def test_accesses_go_after_two_years_and_languages_at_their_end() -> None:
    kept.all_of(kept.line())
    Access.objects.create(at=AT, who="ana", what="heard")
    until = RememberedCaller.objects.get().expires_at
    done(until)
    assert RememberedCaller.objects.exists()
    assert done(until + SECOND)["languages"] == 1
    assert Access.objects.filter(who="ana").count() == 0


def test_the_command_only_counts_until_it_is_told_to() -> None:
    line = kept.line()
    kept.all_of(line)
    before = [list(model.objects.order_by("pk").values()) for model in (Call, Turn, Event, Recording)]
    said = StringIO()
    call_command("prune", stdout=said)
    assert "payloads" in said.getvalue()
    assert "--really" in said.getvalue()
    assert before == [list(model.objects.order_by("pk").values()) for model in (Call, Turn, Event, Recording)]
    assert not Pruned.objects.exists()
    assert not Access.objects.exists()


def test_the_command_does_it_and_says_so_in_the_log_of_accesses(settings: Settings) -> None:
    settings.KEEP_NUMBER_DAYS = 1
    Call.objects.create(uuid="old", caller=kept.NUMBER, started_at=AT - timedelta(days=400), local_day=AT)
    said = StringIO()
    call_command("prune", "--really", stdout=said)
    assert "numbers            1 taken out, older than 1 days" in said.getvalue()
    assert Access.objects.get().detail == "numbers 1"
    assert Call.objects.get().caller == ""
    for count in ("none", "0", "-1", "1" * 20):
        with pytest.raises(CommandError, match="whole number from 1"):
            call_command("prune", f"--at-most={count}")


def test_a_count_without_doing_it_stops_at_the_bound() -> None:
    call = kept.call(kept.line())
    for number in range(3):
        kept.event(call, digest=str(number))
    told = prune(AT + PAYLOAD * 2, 2, really=False)
    assert told[0] == Taken("payloads", 14, 2, is_all=False)
