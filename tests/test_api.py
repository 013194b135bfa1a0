"""The API: lines, versions and calls to read, by session or key; who may, and what they are told of numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from calls.api import keys
from calls.api.scopes import NEEDED, Scope
from calls.models import Access, ApiKey, Call, CallbackRequest, HeardKind, Leg, Recording, Turn, Visit
from menus.models import Line
from tests import lines, staff

V1: Final = "/api/v1"
CALLER: Final = "12025550142"
NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """Requests are counted in memory, and a test's database gives the same ids again."""
    cache.clear()


def session(*permissions: str) -> Client:
    return staff.with_rights(*permissions, name=f"ana{User.objects.count()}")


def key(*scopes: str, **facts: Any) -> Client:
    _, secret = keys.make("Power BI", scopes, **facts)
    return Client(headers={"authorization": f"Bearer {secret}"})


def call(uuid: str, at: datetime = NOON, **facts: Any) -> Call:
    return Call.objects.create(uuid=uuid, **{"started_at": at, "local_day": at.date(), "caller": CALLER} | facts)


def uuids(client: Client, query: str = "") -> list[str]:
    return [found["uuid"] for found in client.get(f"{V1}/calls/{query}").json()["results"]]


def everything() -> dict[str, str]:
    """An address of each sort, by the permission that opens it."""
    line = lines.publish(lines.tutorial())
    call("a", line=line)
    Recording.objects.create(uuid="r", call_uuid="a", line=line, received_at=NOON)
    row = CallbackRequest.objects.create(call_uuid="a", n=1, line=line, number=CALLER, created_at=NOON)
    reports = ("totals", "days", "places", "options", "targets", "versions", "languages")
    return {
        f"{V1}/lines/": "menus.view_line",
        f"{V1}/lines/{line.key}/versions/": "menus.view_version",
        f"{V1}/lines/{line.key}/versions/1/": "menus.view_version",
        **{f"{V1}/calls/{path}": "calls.view_call" for path in ("", "a/", "a/turns/", "a/legs/")},
        **{f"{V1}/messages/{path}": "calls.view_recording" for path in ("", "r/")},
        **{f"{V1}/callbacks/{path}": "calls.view_callbackrequest" for path in ("", f"{row.pk}/")},
        **{
            f"{V1}/reports/{line.key}/{name}/{'?menu=main' * (name == 'options')}": "calls.see_reports"
            for name in reports
        },
    }


# --- who may ----------------------------------------------------------------------------------------------------


def test_each_address_opens_for_its_permission_or_scope_and_for_no_other() -> None:
    for path, needed in everything().items():
        assert Client().get(path).status_code == 401, path
        right = needed.split(".")[1]
        others = [code.split(".")[1] for code in NEEDED if code != needed and f"change_{right[5:]}" not in code]
        assert session(right).get(path).status_code == 200, path
        assert session(*others).get(path).status_code == 403, path
        scope = min(NEEDED[needed])
        assert key(scope).get(path).status_code == 200, path
        refused = key(*(one for one in Scope if one != scope)).get(path)
        assert (refused.status_code, f"no scope “{scope}”" in refused.json()["detail"]) == (403, True), path


def test_whoever_is_no_staff_any_more_reads_nothing() -> None:
    client = session("view_call")
    User.objects.update(is_staff=False)
    assert client.get(f"{V1}/calls/").status_code == 403


def test_only_the_state_of_work_can_be_written() -> None:
    client, paths = staff.client("superuser"), everything()
    for path in paths:
        for send in (client.post, client.put, client.delete, client.patch):
            if send == client.patch and path.endswith(
                ("/r/", *(f"/{row.pk}/" for row in CallbackRequest.objects.all()))
            ):
                continue
            assert send(path, content_type="application/json").status_code == 405, path
    assert Call.objects.count() == 1


# --- keys -------------------------------------------------------------------------------------------------------


def test_of_a_key_only_its_hash_is_kept() -> None:
    row, secret = keys.make("Power BI", ["calls"])
    kept = str(ApiKey.objects.values().get(pk=row.pk))
    assert secret.rpartition("_")[2] not in kept
    assert len(secret.split("_", 2)[2]) >= 43, "256 random bits"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda row: {"revoked_at": NOON}, "was revoked on 2026-11-23"),
        (lambda row: {"expires_at": NOON - timedelta(days=30)}, "expired on 2026-10-24"),
        (lambda row: {"expires_at": timezone.now()}, "expired on"),
        (lambda row: {"digest": keys.digest("another")}, "No such key"),
        (lambda row: {"prefix": "another"}, "No such key"),
    ],
)
def test_a_key_that_is_not_good_opens_nothing_and_says_why(spoil: Any, told: str) -> None:
    client = key("calls")
    row = ApiKey.objects.get()
    ApiKey.objects.update(**spoil(row))
    answer = client.get(f"{V1}/calls/")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert told in answer.json()["detail"]


@pytest.mark.parametrize(
    "sent", ["Bearer", "Bearer a b", "Bearer x", "Bearer ivr__", "Bearer ivr_é_x", "bearer ivr_a_b"]
)
def test_what_is_no_key_is_refused(sent: str) -> None:
    staff_too = staff.client("superuser")
    assert staff_too.get(f"{V1}/calls/", headers={"authorization": sent}).status_code == 401


def test_the_use_of_a_key_is_written_once_a_minute() -> None:
    client = key("calls")
    client.get(f"{V1}/calls/")
    first = ApiKey.objects.get().used_at
    client.get(f"{V1}/calls/")
    assert first is not None
    assert ApiKey.objects.get().used_at == first
    ApiKey.objects.update(used_at=first - timedelta(minutes=2))
    client.get(f"{V1}/calls/")
    assert (ApiKey.objects.get().used_at or NOON) >= first


def test_too_many_requests_are_refused_for_that_key_alone(settings: Settings) -> None:
    settings.API_RATE = 2
    mine, other = key("calls"), key("calls")
    answers = [mine.get(f"{V1}/calls/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert other.get(f"{V1}/calls/").status_code == 200


# --- what is told -----------------------------------------------------------------------------------------------


def test_lines_come_with_their_numbers_and_versions_with_their_flow() -> None:
    line = lines.publish(lines.tutorial())
    client = session("view_line", "view_version")
    [told] = client.get(f"{V1}/lines/").json()["results"]
    assert (told["key"], told["numbers"], told["live"]) == (line.key, [lines.NUMBER], str(line.live_id))
    [version] = client.get(f"{V1}/lines/{line.key}/versions/").json()["results"]
    assert (version["number"], version["is_live"], "flow" in version) == (1, True, False)
    whole = client.get(f"{V1}/lines/{line.key}/versions/1/").json()
    assert whole["flow"]["name"] == line.name


def test_numbers_are_masked_but_for_the_right_or_the_scope_and_who_sees_them_is_noted() -> None:
    everything()
    Turn.objects.create(call_id="a", n=0, at=NOON, heard=HeardKind.KEYED, ncco=f'[{{"text": "{CALLER}"}}]')
    Leg.objects.create(uuid="l", call_uuid="a", caller=CALLER, dialled="441632960979", started_at=NOON)
    Recording.objects.update(note=f"Rang {CALLER}", transcript="Call +1 202 555 0142.")
    row = CallbackRequest.objects.get()
    paths = [f"{V1}/calls/{path}" for path in ("", "a/", "a/turns/", "a/legs/")]
    paths += [f"{V1}/messages/", f"{V1}/messages/r/", f"{V1}/callbacks/", f"{V1}/callbacks/{row.pk}/"]
    masking = key("calls", "messages", "callbacks")
    for path in paths:
        assert "0142" not in masking.get(path).content.decode().replace(" ", ""), path
    assert not Access.objects.exists()
    seeing = key("calls", "messages", "callbacks", "numbers")
    for path in paths:
        assert "0142" in seeing.get(path).content.decode(), path
    assert {(one.what, one.who[:16]) for one in Access.objects.all()} == {("saw_numbers", "API key Power BI")}


def test_calls_are_narrowed_by_each_filter() -> None:
    line = lines.publish(lines.tutorial())
    call("wanted", line=line, version=line.live, outcome="served", language="en", local_day=date(2026, 11, 22))
    call("other", local_day=date(2026, 11, 23), caller="12025550143", at=NOON + timedelta(hours=1))
    Visit.objects.create(call_id="wanted", n=0, line=line, destination="main", kind="menu", entered_at=NOON)
    client = session("view_call", "see_numbers")
    wanted = f"line={line.key}", "outcome=served", f"version={line.live_id}", "language=en", "to=2026-11-22"
    for query in (*wanted, f"line={line.key}&destination=main", f"caller=%2B{CALLER}", "&".join(wanted)):
        assert uuids(client, f"?{query}") == ["wanted"], query
    assert uuids(client, "?from=2026-11-23") == ["other"]
    assert uuids(client, f"?line={line.key}&destination=nowhere") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=11/23/2026", "from"),
        ("to=0001-01-01", "to"),
        ("line=nothing", "line"),
        ("outcome=good", "outcome"),
        ("version=1", "version"),
        ("destination=main", "destination"),
        ("language=%00", "language"),
        ("caller=%00", "caller"),
        ("cursor=abc", "cursor"),
        ("page_size=0", "page_size"),
        ("outcom=served", "outcom"),
    ],
)
def test_a_wrong_filter_is_named(query: str, field: str) -> None:
    answer = session("view_call", "see_numbers").get(f"{V1}/calls/?{query}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_calls_cannot_be_found_by_a_masked_number() -> None:
    assert key("calls").get(f"{V1}/calls/?caller={CALLER}").status_code == 403


def test_pages_stay_whole_while_calls_come_in() -> None:
    """All at the same moment but those that come later: even then none is told twice or left out."""
    for number in range(60):
        call(f"{number:03}")
    client = session("view_call")
    found, url = [], f"{V1}/calls/?page_size=7"
    while url:
        page = client.get(url).json()
        found += [one["uuid"] for one in page["results"]]
        call(f"new{len(found)}", at=NOON + timedelta(minutes=len(found)))
        url = page["next"]
    assert found == [f"{number:03}" for number in range(60)]


def test_a_page_of_one_list_is_none_of_another() -> None:
    call("a"), call("b")
    client = session("view_call", "view_callbackrequest")
    behind = client.get(f"{V1}/calls/?page_size=1").json()["next"].partition("?")[2]
    assert len(client.get(f"{V1}/calls/?{behind}").json()["results"]) == 1
    assert list(client.get(f"{V1}/callbacks/?{behind}").json()["fields"]) == ["cursor"]


def test_a_call_comes_with_its_turns_in_order(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    call("a")
    for n in (1, 0):
        Turn.objects.create(call_id="a", n=n, at=timezone.now(), heard=HeardKind.KEYED, digits=str(n), ncco="[]")
    client = session("view_call")
    with django_assert_num_queries(7):  # session, user, two of permissions, call, turns, numbers to mask
        turns = client.get(f"{V1}/calls/a/turns/").json()["results"]
    assert [(turn["n"], turn["digits"], turn["ncco"], turn["visits"]) for turn in turns] == [
        (0, "0", [], []),
        (1, "1", [], []),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "calls/nothing/",
        "calls/%00/",
        "calls/x/turns/",
        "callbacks/999999999/",
        "lines/x/versions/",
        "a%0Ab/",
    ],
)
def test_what_is_not_there_is_not_found_in_json(path: str) -> None:
    answer = staff.client("superuser").get(f"{V1}/{path}")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_a_fault_of_ours_is_told_in_json_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("calls.api.reading.note_numbers", lambda *_: 1 / 0)
    answer = staff.client("superuser").get(f"{V1}/calls/")
    assert (answer.status_code, list(answer.json())) == (500, ["detail"])
    assert "ZeroDivisionError" in caplog.text


def test_the_schema_is_sound_and_tells_of_every_fault(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    schema = staff.client("superuser").get(f"{V1}/schema/").json()
    assert {"key", "cookieAuth"} == set(schema["components"]["securitySchemes"])
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert {"400", "401", "403", "405", "429"} <= set(operation["responses"]), path
            assert operation["summary"], path
    assert Line.objects.count() == 0


def test_every_answer_is_shown_by_an_example_with_all_its_fields() -> None:
    schema = staff.client("superuser").get(f"{V1}/schema/").json()
    shapes, seen = schema["components"]["schemas"], 0
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            content = operation["responses"]["200"].get("content", {}).get("application/json")
            if content is None:  # the sound of a message
                continue
            (example,) = content["examples"].values()
            shape, value = content["schema"], example["value"]
            while "items" in shape or "$ref" in shape or "results" in shape.get("properties", {}):
                shape = shapes[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape
                if "items" in shape:
                    shape, value = shape["items"], value[0]
                elif "results" in shape.get("properties", {}) and "line" not in shape["properties"]:
                    shape, value = shape["properties"]["results"], value["results"]
                else:
                    break
            assert set(value) == set(shape["properties"]), path
            seen += 1
    assert seen > 15
