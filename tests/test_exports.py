"""Calls and steps taken away as files: complete, harmless in a spreadsheet, and in constant memory."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.signals import request_finished
from django.test import Client, RequestFactory

from calls.exports import rows as told
from calls.exports import views
from calls.exports.cells import Cell, guarded, is_dangerous
from calls.exports.files import csv_chunks, xlsx_file
from calls.models import Access, Call, CallbackRequest, Turn
from menus.models import Line
from tests import lines, staff

URL = "/admin/calls/call/export/"
AT = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 01:30 in New York, for the first time that night
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a")
HIDDEN = ("  =1", '"=1', "' =1", ",=1", ";=1", "\u200b=1", "\ufeff=1", "\u00a0=1", "|=1", "﹢1", "−1", "\x01=1")


@pytest.fixture
def line() -> Line:
    return lines.publish(lines.office())


def taker(*rights: str) -> Client:
    return staff.with_rights("view_call", *rights)


def call(line: Line, uuid: str = "a", minutes: int = 0, **more: Any) -> Call:
    return Call.objects.create(
        uuid=uuid,
        line=line,
        version=line.live,
        started_at=AT + timedelta(minutes=minutes),
        local_day=date(2026, 11, 1),
        time_zone="America/New_York",
        **({"caller": "12025550142", "dialled": "441632960960"} | more),
    )


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.content
    data = b"".join(answer.streaming_content)
    return data


def read(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    heading, *records = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return [dict(zip(heading, record, strict=True)) for record in records]


def sheets(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return [book.read(name).decode() for name in sorted(book.namelist()) if "/worksheets/" in name]


# --- cells ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [*DANGEROUS, *HIDDEN])
def test_no_text_can_become_a_formula(text: str) -> None:
    data = b"".join(csv_chunks(["a"], [[text]])).decode("utf-8-sig")
    cell = next(iter(list(csv.reader(io.StringIO(data, newline="")))[1]))
    assert cell.startswith("'")
    with xlsx_file(["a"], [[text]]) as file:
        (sheet,) = sheets(file.read())
    assert "<f>" not in sheet
    assert 's="2" t="inlineStr"' in sheet  # marked as text for good


@pytest.mark.parametrize("text", ["a;=1+1;b", "a; =1", "a\n@SUM(1)", "a\t+1", 'a";-1', "a;b;＝1"])
def test_nor_can_what_stands_behind_a_semicolon_or_a_line_end(text: str) -> None:
    """Where lists are separated by semicolons, Excel takes our quotes for text, being in the middle of a cell."""
    data = b"".join(csv_chunks(["id", "a"], [["x", text]])).decode("utf-8-sig")
    (cell,) = [cell for cell in re.split(r"[;\t\r\n]", data) if is_dangerous(cell)]
    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["a; b", "Mon; 9–5\nTue", "a;b"])
def test_semicolons_do_no_harm_by_themselves(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", ["Ana", "1 = one", "a@example.com", "•••", "“Sales”", "12345", "7#", "…", "", "   "])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", ["0042", "123456789012345678", "1e5", "12E20"])
def test_digits_that_a_spreadsheet_would_change_stay_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert not is_dangerous(text)


def test_numbers_stay_numbers_and_lines_end_as_rfc_4180_has_it() -> None:
    row: list[Cell] = [-5, Decimal("-0.00000001"), 2.5, True, None, 'say "no", please\nnow', date(2026, 11, 1), AT]
    data = b"".join(csv_chunks(["a"] * 8, [row])).decode("utf-8-sig")
    assert data.split("\r\n")[1] == ('-5,-0.00000001,2.5,yes,,"say ""no"", please\nnow",2026-11-01,2026-11-01 05:30:00')
    with xlsx_file(["a"] * 8, [row]) as file:
        (sheet,) = sheets(file.read())
    assert "<v>-5</v>" in sheet
    assert "<v>46327.2291" in sheet  # a real moment
    assert "<v>46327</v>" in sheet


def test_controls_are_taken_out() -> None:
    with xlsx_file(["a"], [["a\x00\x0b\x1b[31m\ufffe\ud800b"]]) as file:
        assert ">a[31mb<" in sheets(file.read())[0]
    assert b"".join(csv_chunks(["a"], [["a\x00\x1bb\ud800"]])).endswith(b"\r\nab\r\n")


def test_rows_that_one_sheet_cannot_hold_go_on_to_the_next_under_the_same_heading() -> None:
    with xlsx_file(["count"], ([n] for n in range(5)), sheet_rows=3) as file:
        found = [re.findall(r"<v>(\d)</v>", sheet) for sheet in sheets(file.read())]
    assert found == [["0", "1"], ["2", "3"], ["4"]]


# --- calls and steps --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_call_is_in_the_file_once_however_many_pages_it_takes(line: Line, monkeypatch: Any) -> None:
    monkeypatch.setattr(told, "PAGE", 2)
    for n in range(7):
        call(line, f"call-{n}", minutes=n // 3)  # several rang at once
    found = read(body(taker("export_call").get(URL)))
    assert [row["Call id"] for row in found] == [f"call-{n}" for n in (6, 5, 4, 3, 2, 1, 0)]


@pytest.mark.django_db
def test_a_call_tells_its_local_time_and_its_zone_and_hides_its_number(line: Line) -> None:
    call(line, caller="12025550142", outcome="abandoned", is_short=True, cost=Decimal("0.0136"), duration_seconds=9)
    call(line, "b", minutes=60)
    later, first = read(body(taker("export_call").get(URL)))
    assert first["Rang (local time)"] == later["Rang (local time)"] == "2026-11-01 01:30:00"
    assert (first["Rang (UTC)"], later["Rang (UTC)"]) == ("2026-11-01 05:30:00", "2026-11-01 06:30:00")
    assert (first["Time zone"], first["Version"], first["Seconds"]) == ("America/New_York", "1", "9")
    assert (first["Outcome"], first["Short call"], first["Cost (EUR)"]) == ("hung up in the menu", "yes", "0.01360000")
    assert "5550142" not in str(first)
    assert first["Caller"] == "'+1 ••• ••• ••42"


@pytest.mark.django_db
def test_whole_numbers_are_for_those_who_may_see_them(line: Line) -> None:
    call(line)
    (row,) = read(body(taker("export_call", "see_numbers").get(URL)))
    assert (row["Caller"], row["Dialled"]) == ("'+12025550142", "'+441632960960")


@pytest.mark.django_db
def test_a_step_tells_where_it_was_what_was_heard_and_where_it_led(line: Line) -> None:
    one = call(line)
    CallbackRequest.objects.create(call_uuid="a", n=2, number="12025550199", line=line, created_at=AT)
    for n, (here, heard, digits, outcome, option, to) in enumerate(
        [
            ("", "answered", "", "", "", "main"),
            ("main", "keyed", "1", "chosen", "sales", "sales"),
            ("main", "keyed", "2025550199", "no_match", "", "main"),
            ("main", "spoken", '=HYPERLINK("x")', "no_match", "", ""),
        ]
    ):
        at = AT + timedelta(seconds=4 * n)
        Turn.objects.create(
            call=one,
            n=n,
            at=at,
            waited_at=here,
            heard=heard,
            digits=digits,
            outcome=outcome,
            option=option,
            waits_at=to,
        )
    data = body(taker("export_call").get(URL, {"what": "steps"}))
    rang, _chose, keyed, said = read(data)
    assert rang["Heard"] == "rang"
    row = data.decode("utf-8-sig").split("\r\n")[2].split(",")
    assert row[6:16] == ["main", "Main", "pressed", "1", "chosen", "sales", "Sales", "4", "sales", "Sales"]
    assert "550199" not in keyed["Keyed or said"]
    assert said["Keyed or said"] == '\'=HYPERLINK("x")'


@pytest.mark.django_db
def test_only_those_with_the_right_take_calls_away_and_each_time_is_noted(line: Line) -> None:
    call(line)
    assert Client().get(URL).status_code == 302
    assert taker().get(URL).status_code == 403
    assert staff.with_rights("export_call", name="eve").get(URL).status_code == 403
    assert not Access.objects.exists()
    browser = staff.client("superuser")
    body(browser.get(URL, {"format": "xlsx", "what": "steps"}))
    answer = browser.get(URL, {"line": str(line.pk), "from": "2026-11-01", "to": "2026-11-02"})
    name = answer["Content-Disposition"]
    assert "calls" in name
    assert "office" in name
    assert ".csv" in name
    body(answer)
    first, second = Access.objects.order_by("pk")
    assert (first.what, first.who) == ("exported", "root")
    assert first.detail.startswith("0 × steps")
    assert "Office" in second.detail
    found = browser.get(URL, {"number": "+1 202 555 0142"})
    body(found)
    assert ("0142" in found["Content-Disposition"], "0142" in Access.objects.latest("pk").detail) == (False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked", [{"what": "events"}, {"format": "pdf"}, {"from": "yesterday"}, {"what": ""}, {"line": "99999"}]
)
def test_what_cannot_be_read_is_refused_in_words(asked: dict[str, str], line: Line) -> None:
    call(line)
    answer = staff.client("superuser").get(URL, asked)
    assert answer.status_code == 400
    assert answer.content
    assert not Access.objects.exists()


@pytest.mark.django_db
def test_one_file_is_made_at_a_time_and_the_next_when_it_is_closed(line: Line, monkeypatch: Any) -> None:
    monkeypatch.setattr(request_finished, "send", lambda **_: [])  # it would close the test's own connection
    call(line)
    browser = staff.client("superuser")
    held = RequestFactory().get(URL)
    held.user = get_user_model().objects.get(username="root")
    first = views.export_view(held, Call.objects.all(), "all")
    assert browser.get(URL).status_code == 503
    first.close()  # by a caller who read nothing of it
    assert body(browser.get(URL))
    first.close()
    assert body(browser.get(URL, {"format": "xlsx"}))


def test_a_reports_table_is_a_file_of_its_own_name() -> None:
    request = RequestFactory().get("/")
    answer: Any = views.table_response(
        request, "Riverbend Clinic: places 2026-11-01 2026-11-30", ["a"], [["=1"]], "csv"
    )
    assert 'filename="riverbend-clinic-places-2026-11-01-2026-11-30.csv"' in answer["Content-Disposition"]
    assert body(answer) == "\ufeffa\r\n'=1\r\n".encode()
    assert views.table_response(request, "x", ["a"], [], "pdf").status_code == 400


# --- memory, and a real spreadsheet -----------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_rows() -> None:
    def peak(count: int) -> int:
        rows: Iterator[list[Any]] = ([n, "text"] for n in range(count))
        tracemalloc.start()
        try:
            for chunk in csv_chunks(["a", "b"], rows):
                assert chunk
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(30_000) < peak(2_000) + 50_000


def test_an_xlsx_file_keeps_no_rows_in_memory_and_none_on_the_disk(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            xlsx_file(["a", "b"], ([n, "text"] for n in range(count))).close()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(6_000) < peak(500) + 200_000
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice here")
def test_libreoffice_finds_no_formula(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[text, -5] for text in (*DANGEROUS, *HIDDEN)]
    made = [tmp_path / "csv.csv", tmp_path / "xlsx.xlsx"]
    made[0].write_bytes(b"".join(csv_chunks(["text", "number"], rows)))
    with xlsx_file(["text", "number"], rows) as file:
        made[1].write_bytes(file.read())
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods"]
    subprocess.run([*command, "--outdir", str(tmp_path), *map(str, made)], check=True, capture_output=True, timeout=90)
    for kind in ("csv", "xlsx"):
        opened = (tmp_path / f"{kind}.fods").read_text()
        assert "table:formula" not in opened
        assert opened.count('office:value="-5"') == len(rows)
