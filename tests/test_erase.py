"""A caller is told what is kept of them, and erased: nothing that names them is left, and figures stay."""

from __future__ import annotations

import base64
import html
import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from calls import journal, spool, summary
from calls.journal import Record
from calls.models import Access, Call, CallbackRequest, Event, Leg, Pruned, Recording, Sound, Turn
from calls.privacy import traces
from calls.privacy.caller import Kept, told
from calls.privacy.erase import STILL_ON, NotNow, erase
from calls.privacy.prune import LOOK_BACK, prune
from menus.hashing import hashed, hashed_by_all
from menus.models import NumberList
from tests import kept, staff

LATER: Final = kept.AT + timedelta(days=1)
USES: Final = ("caller again", "caller", "pin caller")
LOOSE: Final = re.compile(r"(?:\+?1\W*)?2\W*0\W*2\W*5\W*5\W*5\W*0\W*1\W*4\W*2")
OTHER: Final = "12025550199"
PAGE: Final = "/admin/calls/access/caller/"


def dumped() -> list[str]:
    """Every value of every row of every table."""
    return [
        f"{model._meta.label}: {value!r}"
        for model in apps.get_models()
        for row in model._default_manager.order_by("pk").values()
        for value in (bytes(value) if isinstance(value, memoryview) else value for value in row.values())
    ]


def words(response: Any) -> str:
    """Of a page, without its marks."""
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(response.content.decode())).split())


def named(said: list[str]) -> list[str]:
    """Where the number or a hash of it stands."""
    hashes = [each for use in USES for each in hashed_by_all(use, kept.NUMBER)]
    return [one for one in said if LOOSE.search(one) or any(each in one for each in hashes)]


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.django_db
def test_nothing_is_left_in_any_table_under_this_key_or_the_one_before(settings: Settings) -> None:
    line = kept.line()
    call = kept.all_of(line)
    older = kept.call(line, "call-0", kept.AT - timedelta(days=100))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    Call.objects.filter(pk=older.pk).update(caller="")
    Leg.objects.filter(call_uuid=older.pk).update(caller="")
    # Named in what is kept of somebody else:
    other = kept.call(line, "call-x", caller=OTHER)
    kept.callback(line, other.pk, note="Also 202 555 0142.")
    kept.callback(line, other.pk, n=3, number=OTHER, note="Not +1 202-555-0142, but this.")
    kept.event(other, digest="of-other", payload=json.dumps({"from": OTHER, "to": f"+{kept.NUMBER}"}))
    Turn.objects.filter(call=other, n=0).update(ncco='[{"action":"talk","text":"We call 202 555 0142 back."}]')
    Access.objects.create(at=kept.AT, who="ana", what="exported", detail="calls of +1 202-555-0142")
    keyed = kept.event(call, digest="keyed", payload='{"dtmf": "4711"}')
    assert len(named(dumped())) > 15
    done = erase(kept.NUMBER, "test", LATER)
    assert named(dumped()) == []
    assert done.counts["calls"] == 2
    keyed.refresh_from_db()
    assert (keyed.payload, keyed.digest) == ("{}", f"erased {keyed.pk}")
    assert set(Call.objects.exclude(pk=other.pk).values_list("caller", "details")) == {("", "")}
    assert not Sound.objects.exists()
    # … and of the other only that went:
    other.refresh_from_db()
    assert (other.caller, other.details) == (OTHER, json.dumps({"from": f"+{OTHER}"}))
    assert Event.objects.get(conversation=other.conversation).payload == json.dumps({"from": OTHER, "to": "(erased)"})
    assert CallbackRequest.objects.get(n=3).number == OTHER
    assert LogEntry.objects.get().change_message == "Called (erased)"
    assert call.turns.get(n=1).outcome == "chosen"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "caller",
    [f"+{kept.NUMBER}", f"00{kept.NUMBER}", f"sip:+{kept.NUMBER}@192.0.2.1;user=phone", f"{kept.NUMBER}@sip.test"],
)
def test_a_caller_is_found_however_the_carrier_wrote_the_number(caller: str) -> None:
    line = kept.line()
    kept.call(line, caller=caller)
    longer = kept.call(line, "call-x", caller=f"sip:{kept.NUMBER}99@sip.test")
    assert erase(kept.NUMBER, "test", LATER).counts["calls"] == 1
    assert set(Call.objects.values_list("caller", flat=True)) == {"", longer.caller}
    assert Leg.objects.get(call_uuid="call-1").caller == ""


@pytest.mark.django_db
def test_what_no_known_call_has_is_erased_by_the_number() -> None:
    call = kept.call(kept.line())
    for uuid, call_uuid in (("leg-a", ""), ("leg-b", "lost")):
        Leg.objects.create(uuid=uuid, call_uuid=call_uuid, conversation="?", caller=kept.NUMBER, started_at=kept.AT)
    nameless = {"conversation": "", "payload": '{"words": "rosebud"}'}
    kept.event(call, digest="of the leg", leg_uuid="leg-call-1", **nameless)
    kept.event(call, digest="of the place", leg_uuid="", call_uuid=call.pk, **nameless)
    erase(kept.NUMBER, "test", LATER)
    assert named(dumped()) == []
    assert "rosebud" not in str(dumped())


@pytest.mark.django_db
def test_why_a_place_was_left_does_not_name_the_number() -> None:
    call = kept.call(kept.line())
    call.visits.update(why=f"+{kept.NUMBER} is engaged", option_label="202-555-0142")
    erase(kept.NUMBER, "test", LATER)
    assert set(call.visits.values_list("why", "option_label")) == {("(erased) is engaged", "(erased)")}


@pytest.mark.django_db
def test_webhooks_of_others_are_searched_as_far_back_as_they_are_not_emptied_for_sure() -> None:
    """Also where the number stands as it is written at home."""
    line = kept.line()
    kept.call(line)
    other = kept.call(line, "call-x", caller=OTHER)
    Pruned.objects.create(what="payloads", until=kept.AT + LOOK_BACK)
    event = kept.event(other, payload='{"to": "2025550142"}', received_at=kept.AT)
    erase(kept.NUMBER, "test", LATER)
    event.refresh_from_db()
    assert (event.payload, event.digest) == ('{"to": "(erased)"}', f"erased {event.pk}")


@pytest.mark.django_db
def test_a_call_whose_end_was_never_told_is_over_after_a_day() -> None:
    kept.call(kept.line())
    Call.objects.update(ended_at=None)
    with pytest.raises(NotNow):
        erase(kept.NUMBER, "test", kept.AT + STILL_ON - timedelta(seconds=1))
    assert erase(kept.NUMBER, "test", kept.AT + STILL_ON).counts["calls"] == 1


@pytest.mark.django_db
def test_the_number_goes_out_of_what_the_carrier_told_of_others_calls() -> None:
    other = kept.call(kept.line(), "call-x", caller=OTHER)
    Call.objects.update(details=f'{{"SipHeader_Diversion":"<sip:+{kept.NUMBER}@sip.test>","a":1}}')
    erase(kept.NUMBER, "test", LATER)
    other.refresh_from_db()
    assert (other.caller, other.details) == (OTHER, '{"SipHeader_Diversion":"<sip:(erased)@sip.test>","a":1}')


@pytest.mark.django_db
def test_a_summary_that_was_being_made_meanwhile_brings_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    call, rang_before = kept.call(kept.line()), summary.rang_before

    def erased_meanwhile(*told: Any) -> bool:
        erase(kept.NUMBER, "test", LATER)
        return rang_before(*told)

    monkeypatch.setattr(summary, "rang_before", erased_meanwhile)
    summary.summarise_call(call.pk)
    assert named(dumped()) == []


@pytest.mark.django_db
def test_the_figures_stay_also_when_all_is_counted_anew() -> None:
    line = kept.line()
    for number, hours in enumerate((0, 3, 50)):
        kept.call(line, f"call-{number}", kept.AT + timedelta(hours=hours))
    days = sorted({call.local_day for call in Call.objects.all()})
    before = kept.figures(line, *days)
    erase(kept.NUMBER, "test", kept.AT + timedelta(days=9))
    assert kept.figures(line, *days) == before
    keys = set(Call.objects.values_list("caller_key", flat=True))
    assert len(keys) == 1, "that it was one caller is still known"
    assert hashed("caller again", kept.NUMBER) not in keys


@pytest.mark.django_db
def test_an_open_request_to_be_called_back_is_closed_with_it() -> None:
    line = kept.line()
    kept.callback(line, kept.call(line).pk, state="assigned", number=OTHER, note="Ring 12025550199")
    erase(kept.NUMBER, "test", LATER)
    row = CallbackRequest.objects.get()
    assert (row.number, row.note, row.state, row.done_at) == ("", "", "done", LATER)


@pytest.mark.django_db
@pytest.mark.parametrize("ended", [None, LATER - timedelta(minutes=9)])
def test_whoever_is_on_the_telephone_is_not_erased(ended: Any) -> None:
    kept.all_of(kept.line())
    Call.objects.update(ended_at=ended, started_at=LATER - timedelta(hours=2))
    before = dumped()
    with pytest.raises(NotNow, match="on the telephone"):
        erase(kept.NUMBER, "test", LATER)
    assert dumped() == before


@pytest.mark.django_db
@pytest.mark.parametrize("of", ["number", "call"])
def test_what_waits_in_the_spool_is_written_first(of: str) -> None:
    call = kept.call(kept.line())
    turn = {"call_id": call.pk, "n": 3, "at": kept.AT, "heard": "keyed", "digits": "1", "ncco": "[]"}
    ring = {"uuid": "call-2", "caller": kept.NUMBER, "started_at": kept.AT, "local_day": "2026-08-03"}
    spool.add([("turn", turn) if of == "call" else ("call", ring)])
    with pytest.raises(NotNow, match="wait in the spool"):
        erase(kept.NUMBER, "test", LATER)
    assert journal.replay() == 1, "it was handed over"
    erase(kept.NUMBER, "test", LATER)
    assert named(dumped()) == []


@pytest.mark.django_db
def test_what_the_database_had_refused_is_erased_line_by_line() -> None:
    call = kept.call(kept.line())
    refused = spool.folder() / "refused.log"
    refused.parent.mkdir()
    refused.write_text(f'1 ["call",{{"caller":"{OTHER}"}}]\n2 ["call",{{"caller":"{kept.NUMBER}"}}]\n3 {call.pk}\n')
    assert erase(kept.NUMBER, "test", LATER).counts["refused"] == 2
    assert refused.read_text() == f'1 ["call",{{"caller":"{OTHER}"}}]\n'


@pytest.mark.django_db
def test_a_webhook_that_comes_once_more_after_the_erasure_brings_nothing_back() -> None:
    call = kept.call(kept.line())
    Leg.objects.update(status="completed", status_rank=5)
    erase(kept.NUMBER, "test", LATER)
    began = {"caller": kept.NUMBER, "started_at": kept.AT}
    news = began | {"status": "completed", "status_rank": 5}
    for record in (
        Record("call", began | {"uuid": call.pk, "local_day": kept.AT.date()}),
        Record("status", news | {"uuid": call.pk, "local_day": kept.AT.date(), "answer_missing": True}),
        Record("leg", news | {"uuid": "leg-call-1"}),
    ):
        journal.write(record)
    assert (Call.objects.get().caller, Leg.objects.get().caller) == ("", "")


@pytest.mark.django_db
def test_all_that_is_kept_is_told_with_the_sound() -> None:
    line = kept.line()
    call = kept.all_of(line)
    kept.call(line, "call-x", caller=OTHER)
    NumberList.objects.create(name="Good customers").entries.create(number=kept.NUMBER)
    found = told(Kept(kept.NUMBER), LATER)
    assert json.loads(json.dumps(found)) == found
    assert [row["uuid"] for row in found["calls"]] == [call.pk]
    assert [len(found[what]) for what in ("turns", "visits", "events", "legs", "messages", "callbacks")] == [
        3,
        2,
        2,
        1,
        1,
        1,
    ]
    assert base64.b64decode(found["messages"][0]["sound"]["base64"]) == b"ID3" + kept.NUMBER.encode()
    assert [row["language"] for row in found["languages"]] == ["es"]
    assert found["on_lists"] == ["Good customers"]
    assert OTHER not in json.dumps(found)


@pytest.mark.django_db
def test_a_caller_whose_number_is_gone_is_still_found_by_the_hash() -> None:
    kept.all_of(kept.line())
    prune(kept.AT + timedelta(days=100), 1000, really=True)
    assert [row["caller"] for row in told(Kept(kept.NUMBER), LATER)["calls"]] == [""]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" not in connection.vendor, reason="SQLite's file")
def test_the_file_of_the_database_has_no_trace() -> None:
    kept.all_of(kept.line())
    Recording.objects.update(transcript=f"{kept.NUMBER} " * 5000)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")  # as another process may have taken it out once
    Access.objects.bulk_create(Access(at=kept.AT, who=kept.NUMBER, what="heard") for _ in range(200))
    Access.objects.all().delete()
    path = Path(str(connection.settings_dict["NAME"]))
    files = [path, path.with_name(path.name + "-wal")]
    key = hashed("caller again", kept.NUMBER).encode()

    def traces_left() -> int:
        return sum(
            file.read_bytes().count(mark) for file in files if file.exists() for mark in (kept.NUMBER.encode(), key)
        )

    assert traces_left() > 5000
    assert erase(kept.NUMBER, "test", LATER).is_clean
    assert traces_left() == 0
    assert traces.clean_file()


@pytest.mark.django_db
def test_the_commands_tell_and_erase_and_each_is_noted() -> None:
    kept.all_of(kept.line())
    said = StringIO()
    call_command("export_caller", "+1 (202) 555-0142", stdout=said)
    assert json.loads(said.getvalue())["number"] == f"+{kept.NUMBER}"
    call_command("erase_caller", "+1 202 555 0142", stdout=said)
    assert Call.objects.get().caller == kept.NUMBER
    call_command("erase_caller", "+1 202 555 0142", "--really", stdout=said)
    assert "calls            1 erased" in said.getvalue()
    assert named(dumped()) == []
    assert [(row.who, row.what) for row in Access.objects.order_by("at")] == [
        ("export_caller", "told"),
        ("erase_caller", "erased"),
    ]
    with pytest.raises(CommandError, match="country code"):
        call_command("erase_caller", "(202) 555-0142")


@pytest.mark.django_db
def test_the_page_finds_tells_and_erases_only_after_the_box_was_ticked() -> None:
    kept.all_of(kept.line())
    client = staff.client("superuser")
    assert "country code" in words(client.post(PAGE, {"number": "555", "do": "find"}))
    found = words(client.post(PAGE, {"number": "+1 202 555 0142", "do": "find"}))
    assert "Requests to be called back 1" in found
    file = client.post(PAGE, {"number": kept.NUMBER, "do": "export"})
    assert file["Content-Disposition"] == 'attachment; filename="caller.json"'
    assert file.json()["calls"][0]["uuid"] == "call-1"
    client.post(PAGE, {"number": kept.NUMBER, "do": "ask"})
    assert "Tick the box" in words(client.post(PAGE, {"number": kept.NUMBER, "do": "erase"}))
    assert Call.objects.get().caller == kept.NUMBER
    assert "is erased" in words(client.post(PAGE, {"number": kept.NUMBER, "do": "erase", "sure": "yes"}))
    assert named(dumped()) == []
    assert list(Access.objects.order_by("at").values_list("what", flat=True)) == ["saw_numbers", "told", "erased"]
