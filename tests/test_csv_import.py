"""CSV files of every sort, good and bad, as the import reads them; nothing is stored here."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus.imports import Unreadable
from menus.imports.sheets import MAX_BYTES, MAX_ROWS, guarded, read_sheet

PLAIN = "account,note\n0042,café\n"


def cells(data: bytes | str) -> list[list[str]]:
    sheet = read_sheet(data.encode() if isinstance(data, str) else data)
    assert sheet.faults == []
    return [sheet.heading, *(row for _, row in sheet.rows)]


def faults(data: bytes | str) -> list[str]:
    return [str(fault) for fault in read_sheet(data.encode() if isinstance(data, str) else data).faults]


def refusal(data: bytes | str) -> str:
    with pytest.raises(Unreadable) as refused:
        read_sheet(data.encode() if isinstance(data, str) else data)
    return str(refused.value)


# --- however a spreadsheet wrote it -----------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_separators_and_line_ends(codec: str, separator: str, end: str) -> None:
    data = PLAIN.replace(",", separator).replace("\n", end).encode(codec)
    assert cells(data) == [["account", "note"], ["0042", "café"]]


def test_windows_letters_are_pointed_out_and_utf_8_is_not() -> None:
    assert "Windows-1252" in read_sheet(PLAIN.encode("cp1252")).remarks[0]
    assert read_sheet(PLAIN.encode()).remarks == []


def test_utf_16_with_its_mark_the_other_way_round() -> None:
    assert cells(b"\xfe\xff" + PLAIN.encode("utf-16-be"))[1] == ["0042", "café"]


def test_the_heading_decides_the_separator_and_a_quoted_comma_does_not() -> None:
    assert cells('"a, b";c\n1,5;2\n') == [["a, b", "c"], ["1,5", "2"]]


def test_excels_line_that_names_the_separator_is_taken_at_its_word() -> None:
    sheet = read_sheet(b"sep=;\r\na,b;c\r\n1;2\r\n")
    assert (sheet.heading, sheet.heading_line, sheet.rows) == (["a,b", "c"], 2, [(3, ["1", "2"])])


def test_one_column_needs_no_separator() -> None:
    assert cells("number\n+1 202 555 0110\n") == [["number"], ["+1 202 555 0110"]]


def test_blank_lines_are_skipped_and_counted_and_cells_may_go_over_lines() -> None:
    sheet = read_sheet(b'\n\na,b\n,\n1,"two\nlines"\n \n2,x\n')
    assert (sheet.heading_line, sheet.rows) == (3, [(5, ["1", "two lines"]), (8, ["2", "x"])])


def test_empty_columns_at_the_end_are_no_columns() -> None:
    assert cells("a,b,,\n1,2,,\n3,,,\n") == [["a", "b"], ["1", "2"], ["3", ""]]


def test_blanks_around_a_cell_do_not_count_and_zeros_and_inner_blanks_stay() -> None:
    assert cells('a,b\n 007 , "x  y"\n')[1] == ["007", "x  y"]


# --- what cannot be read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty; its first line must name the columns"),
        (b"\n \n,,\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04 rest", "a workbook and not a CSV file. In the spreadsheet choose “Save as”, then “CSV UTF-8”"),
        (b"\xd0\xcf\x11\xe0 rest", "a workbook"),
        (b"abc\0def\n", "no text"),
        (b"\xff\xfea\0b", "damaged"),
        (b"\xef\xbb\xbfa\xff", "damaged"),
        (b"a,b\n\x81\x8d,1\n", "letters of this file cannot be read"),
        (b'"a,b\n1,2\n', "Line 1: a double quote opens a cell here and is never closed"),
        (b"x" * (MAX_BYTES + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_cure(data: bytes, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("1,2,3", "Line 2: it has 3 cells, and the heading names 2; a text with a comma needs quotes."),
        ("1", "Line 2: it has 1 of 2 cells; write the empty ones too."),
        (f"1,{'x' * 201}", "Line 2: the cell under “b” has 201 characters; shorten it to 200."),
        ('1,"x" y', "Line 2: a cell has a double quote in its middle; put the cell in double quotes"),
        ('1,"x\n2,y\n', "Line 2: a double quote opens a cell here and is never closed; close it, or take it out."),
        ("1,2\n\n3", "Line 4: it has 1 of 2 cells"),
    ],
)
def test_a_faulty_line_is_named(lines: str, fault: str) -> None:
    [found] = faults(f"a,b\n{lines}")
    assert found.startswith(fault)


def test_a_misquoted_line_hides_no_other_fault() -> None:
    assert [fault.split(":")[0] for fault in faults('a,b\n1,"x" y\n1,2\n3\n')] == ["Line 2", "Line 4"]


def test_a_quote_that_swallows_the_rest_is_one_fault() -> None:
    assert len(faults('a,b\n1,"' + "2,3\n" * 60_000)) == 1


def test_a_hundred_thousand_rows_and_no_more() -> None:
    data = "a\n" + "1\n" * MAX_ROWS
    assert faults(data) == []
    assert faults(f"{data}1\n") == ["Line 100002: this is more than 100,000 rows; split the file."]


@pytest.mark.parametrize("cell", ["1.23E+09", "1,23E+09", "4E+15", "1.2e+10", "#N/A", "#NAME?", "########"])
def test_what_a_spreadsheet_spoilt_is_pointed_out(cell: str) -> None:
    [notice] = read_sheet(f'a,b\n1,"{cell}"\n'.encode()).notices
    assert str(notice).startswith("Line 2: the cell under “b” looks like what a spreadsheet made of a longer number")


@pytest.mark.parametrize("cell", ["E9", "1E", "12345678901", "2E5", "#1", "1.23"])
def test_what_only_looks_a_little_like_it_is_not(cell: str) -> None:
    assert read_sheet(f"a,b\n1,{cell}\n".encode()).notices == []


# --- formulas ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["=1+1", "+1 202", "-5", "@SUM(A1)", "'=1", "\t=1", "\r1"])
def test_a_cell_that_might_be_a_formula_is_marked(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "84.20", "'tis", "a=b", "O'Neill"])
def test_any_other_cell_is_not(cell: str) -> None:
    assert guarded(cell) == cell


def test_a_formula_is_text() -> None:
    assert cells('a,b\n1,"=HYPERLINK(""http://x"",""y"")"\n')[1] == ["1", '=HYPERLINK("http://x","y")']


VISIBLE = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(VISIBLE.filter(bool), VISIBLE | st.sampled_from(["=1", "'=1", "-", '"', "a,b"])), max_size=5))
def test_what_is_written_is_read_again(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["a", "b"], *([guarded(cell) for cell in row] for row in rows)])
    assert cells(text.getvalue().encode("utf-8-sig")) == [["a", "b"], *map(list, rows)]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80) | st.text(st.sampled_from("a1,;\t\"'\n\r =*+é\0"), max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_stumble(data: bytes) -> None:
    with suppress(Unreadable):
        sheet = read_sheet(data)
        assert all(len(row) == len(sheet.heading) for _, row in sheet.rows)
