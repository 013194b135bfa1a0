"""Rows of entries, rules, look-ups, tables, lists, hosts and switches: what a form refuses, and what the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from menus.fields import ListFormField
from menus.models import (
    AllowedHost,
    Branch,
    BranchRule,
    Callback,
    Collect,
    HangUp,
    Line,
    LineLanguage,
    LookUp,
    LookupRow,
    LookupTable,
    LookUpValue,
    Menu,
    NumberList,
    NumberListEntry,
    Option,
    Schedule,
    SetSwitch,
    Switch,
)
from tests.drawn import texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return Line.objects.create(name="Harbor Savings", timezone="America/New_York")


def refused(row: models.Model) -> dict[str, list[str]]:
    """By field; a row that passes is no test."""
    with pytest.raises(ValidationError) as fault:
        row.full_clean()
    return fault.value.message_dict


# --- limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (
            Collect,
            {
                "value": "Account No", "asks": "song", "min_digits": 0, "max_digits": 21, "low": -1, "high": 10**18,
                "allowed": ["9-1"], "check_digit": "sum", "date_order": "ydm", "date_within": "soon", "country": "us",
                "cancel_key": "a", "first_wait_seconds": 61, "wait_seconds": 11, "no_match_tries": 0,
            },
        ),
        (Callback, {"window_hours": 9, "windows": 0, "notice_minutes": 1441, "country": "USA", "max_failures": 19}),
        (SetSwitch, {"switch": "on", "for_hours": 169, "hours_value": "Hours"}),
        (Menu, {"confirm_below": 101}),
        (LookUp, {"source_type": "ftp", "method": "PUT", "url": "http://a.example", "headers": {"A b": "x"}}),
    ],
)  # fmt: skip
def test_limits_of_columns_are_the_limits_of_the_flow(
    kind: type[models.Model], wrong: dict[str, Any], line: Line
) -> None:
    assert set(refused(kind(line=line, label="x", **wrong))) == set(wrong)


def test_limits_of_rows_below_a_destination_are_the_limits_of_the_flow(line: Line) -> None:
    rule = {
        "value": "A", "equals": ["x" * 101], "prefixes": ["0"], "dialled": ["desk"], "languages": ["English"],
        "opening": "late", "percent": 101,
    }  # fmt: skip
    branch = Branch.objects.create(line=line, label="x")
    assert set(refused(BranchRule(branch=branch, key="a", **rule))) == set(rule)
    value = {"value": "", "field": "", "says": "loud"}
    lookup = LookUp.objects.create(line=line, label="x")
    assert set(refused(LookUpValue(lookup=lookup, **value))) == set(value)
    assert set(refused(LineLanguage(line=line, key="en", name="x", recognition="en US"))) == {"recognition"}
    assert set(refused(Line(name="x", remember_language_days=731))) == {"remember_language_days"}


@pytest.mark.parametrize(
    ("phrases", "fault"),
    [
        ({"en": "billing"}, "“billing” is not a list. Write one item to a line, each after “- ”."),
        ({"English": ["billing"]}, "“English” is not a language code. Write it like en, es or hmn."),
        ({"en": ["x"] * 31}, "This is too long a list. Write at most 30 phrases."),
        ({"en": [" "]}, "Nothing is written here. Write at least one."),
    ],
)
def test_phrases_that_are_none_are_refused_in_words(phrases: Any, fault: str, line: Line) -> None:
    menu = Menu.objects.create(line=line, label="Main")
    assert refused(Option(menu=menu, digits="1", label="x", phrases=phrases)) == {"phrases": [fault]}


def test_an_entry_that_is_none_is_refused_in_words(line: Line) -> None:
    row = Collect(line=line, label="x", allowed=["62101", "62109-62101"], min_digits=1)
    assert "the range “62109-62101” needs two entries of one length" in refused(row)["allowed"][0]


@pytest.mark.parametrize(("small", "great"), [("min_digits", "max_digits"), ("low", "high")])
def test_the_smallest_is_not_greater_than_the_greatest(small: str, great: str, line: Line) -> None:
    faults = refused(Collect(line=line, label="x", **{small: 9, great: 2}))
    assert "only 2; write the greater one here" in faults[great][0]
    Collect(line=line, label="x", **{small: 2, great: 2}).full_clean()


@pytest.mark.parametrize(("source", "field"), [({"source_type": "table"}, "table"), ({"source_type": "http"}, "url")])
def test_a_look_up_names_what_it_asks(source: dict[str, str], field: str, line: Line) -> None:
    assert set(refused(LookUp(line=line, label="x", **source))) == {field}
    LookUp(line=line, label="x").full_clean()


def test_a_look_up_of_a_table_needs_a_key(line: Line) -> None:
    table = LookupTable.objects.create(name="Accounts")
    assert set(refused(LookUp(line=line, label="x", source_type="table", table=table))) == {"key_template"}
    LookUp(line=line, label="x", source_type="table", table=table, key_template="{account}").full_clean()


def test_a_rule_stays_in_its_line(line: Line) -> None:
    other = Line.objects.create(name="Other")
    branch = Branch.objects.create(line=line, label="x")
    bye = HangUp.objects.create(line=other, label="Goodbye")
    assert "belongs to another line" in refused(BranchRule(branch=branch, to=bye))["to"][0]
    hours = Schedule.objects.create(line=other, name="Office")
    assert "belongs to another line" in refused(BranchRule(branch=branch, schedule=hours))["schedule"][0]


# --- keys and what is typed -------------------------------------------------------------------------------------


def test_keys_are_made_from_names(line: Line) -> None:
    tables = [LookupTable.objects.create(name="Bank accounts") for _ in range(2)]
    lists = [NumberList.objects.create(name="Regular customers") for _ in range(2)]
    branch = Branch.objects.create(line=line, label="Who")
    rules = [BranchRule.objects.create(branch=branch, label=label) for label in ("Gold", "Gold", "")]
    made = [[row.key for row in rows] for rows in (tables, lists, rules)]
    assert made == [
        ["bank-accounts", "bank-accounts-2"],
        ["regular-customers", "regular-customers-2"],
        ["gold", "gold-2", "rule"],
    ]


@pytest.mark.parametrize(
    ("typed", "is_prefix", "kept"),
    [
        ("+1 202 555 0110", False, "12025550110"),
        ("12025550110", False, "12025550110"),
        ("+1 (202)", True, "1202"),
        ("44", True, "44"),
        ("+1 202", False, None),
        ("0202", True, None),
        ("desk", True, None),
        ("", True, None),
    ],
)
def test_a_number_of_a_list_is_a_whole_one_or_the_beginning_of_some(
    typed: str, is_prefix: bool, kept: str | None
) -> None:
    entry = NumberListEntry(list=NumberList.objects.create(name="Blocked"), number=typed, is_prefix=is_prefix)
    if kept is None:
        assert set(refused(entry)) == {"number"}
    else:
        entry.full_clean()
        assert entry.number == kept


@pytest.mark.parametrize("host", ["api.example.com", "api.example.com:8443", "localhost", "10.0.0.1"])
def test_a_host_is_kept_in_small_letters(host: str) -> None:
    allowed = AllowedHost(host=host.upper())
    allowed.full_clean()
    allowed.save()
    assert AllowedHost.objects.get().host == host
    assert refused(AllowedHost(host=host.title()))["host"] == ["This host is allowed already."]


@pytest.mark.parametrize(
    "host", ["https://api.example.com", "api.example.com/x", "a b", "user@api.example.com", "", "a..b", "-a.com", "a:"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    assert set(refused(AllowedHost(host=host))) == {"host"}


@example(["a\u2028b", "c\rd"])
@given(st.lists(st.one_of(texts(20), st.sampled_from([",", '"', 'a "b", c', "a\nb"])), max_size=4))
def test_a_list_is_typed_as_it_is_shown(items: list[str]) -> None:
    field = ListFormField(required=False)
    shown = field.prepare_value(items)
    assert field.clean(shown) == items
    assert not field.has_changed(items, shown)
    assert field.has_changed([*items, "more"], shown)


def test_a_list_is_typed_with_commas() -> None:
    field = Collect._meta.get_field("allowed").formfield()
    assert isinstance(field, ListFormField)
    assert field.clean(" 62101,62105-62109 , ") == ["62101", "62105-62109"]
    assert field.clean("62101\n62102") == ["62101", "62102"]
    assert field.clean("") == []


def test_numbers_of_a_rule_are_typed_as_people_write_them(line: Line) -> None:
    rule = BranchRule(branch=Branch.objects.create(line=line, label="x"), key="a", dialled=["+1 202 555 0110"])
    rule.full_clean()
    assert rule.dialled == ["12025550110"]


# --- switches ---------------------------------------------------------------------------------------------------


def test_a_switch_of_a_line_is_shown_in_the_lines_own_time(line: Line) -> None:
    ends = datetime.fromisoformat("2026-11-24T02:30:00+00:00")
    assert str(Switch(line=line, kind="closed", ends_at=ends)) == "Force closed until 23 November 2026, 21:30"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "message"}, "words"),
        ({"words": {"en": "Snow."}}, "words"),
        ({"ends_at": None}, "ends_at"),
        ({"ends_at": timedelta(days=31, minutes=1)}, "ends_at"),
        ({"ends_at": timedelta(minutes=-1)}, "__all__"),
        ({"kind": "normal"}, "kind"),
    ],
)
def test_a_switch_that_nobody_can_mean_is_refused(change: dict[str, Any], field: str, line: Line) -> None:
    now = timezone.now()
    if ends := change.get("ends_at"):
        change = {"ends_at": now + ends}
    wanted: dict[str, Any] = {"kind": "closed", "begins_at": now, "ends_at": now + timedelta(days=30)}
    Switch(line=line, **wanted).full_clean()
    assert set(refused(Switch(line=line, **wanted | change))) == {field}


def test_a_switch_is_for_hours_of_its_own_line(line: Line) -> None:
    hours = Schedule.objects.create(line=Line.objects.create(name="Other"), name="Office")
    switch = Switch(line=line, kind="open", schedule=hours, ends_at=timezone.now() + timedelta(hours=1))
    assert "belongs to another line" in refused(switch)["schedule"][0]


# --- what the database refuses ----------------------------------------------------------------------------------


def twice(row: Callable[[], models.Model]) -> None:
    """The first may be there, the second not; a form says so, and the database too."""
    row().save()
    assert "__all__" in refused(row()) or {"key", "host"} & set(refused(row()))
    with pytest.raises(IntegrityError), transaction.atomic():
        row().save()


def test_a_key_stands_once_in_a_table(line: Line) -> None:
    table = LookupTable.objects.create(name="Accounts")
    twice(lambda: LookupRow(table=table, key="48213377"))
    LookupRow.objects.create(table=LookupTable.objects.create(name="Cards"), key="48213377")


def test_a_number_stands_once_in_a_list_but_may_also_be_the_beginning_of_others(line: Line) -> None:
    blocked = NumberList.objects.create(name="Blocked")
    twice(lambda: NumberListEntry(list=blocked, number="12025550110"))
    NumberListEntry(list=blocked, number="12025550110", is_prefix=True).save()
    NumberListEntry(list=NumberList.objects.create(name="Regulars"), number="12025550110").save()


def test_a_rules_key_stands_once_in_a_branch(line: Line) -> None:
    branch = Branch.objects.create(line=line, label="Who")
    twice(lambda: BranchRule(branch=branch, key="gold"))


def test_keys_of_tables_and_lists_and_hosts_stand_once(line: Line) -> None:
    twice(lambda: LookupTable(key="accounts", name="Accounts"))
    twice(lambda: NumberList(key="blocked", name="Blocked"))
    twice(lambda: AllowedHost(host="api.example.com"))


def test_a_switch_that_ends_before_it_begins_is_stopped_by_the_database(line: Line) -> None:
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Switch.objects.create(line=line, kind="closed", begins_at=now, ends_at=now)


def test_a_switch_without_an_end_is_stopped_by_the_database(line: Line) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Switch.objects.create(line=line, kind="closed")


def test_a_switch_goes_with_the_hours_it_is_for(line: Line) -> None:
    hours = Schedule.objects.create(line=line, name="Office")
    ends = timezone.now() + timedelta(hours=1)
    Switch.objects.create(line=line, kind="closed", schedule=hours, ends_at=ends)
    everywhere = Switch.objects.create(line=line, kind="closed", ends_at=ends)
    hours.delete()
    assert list(Switch.objects.all()) == [everywhere]


@pytest.mark.parametrize("bad", ["a\0b", "\ud83d", "\x1b[0m", "a\\\0"])
def test_a_character_that_no_database_keeps_is_refused(bad: str, line: Line) -> None:
    lookup = LookUp(line=line, label="x", send={"a": bad}, headers={"A": "\\u0000 😀"})
    assert refused(lookup) == {"send": ["It holds a control character that nobody can see; type the words anew."]}


def test_values_of_a_row_are_texts() -> None:
    table = LookupTable.objects.create(name="Accounts")
    assert refused(LookupRow(table=table, key="1", values={"Balance": 5}))["values"] == [
        '“5” is not text. Write it in quotes, like "Front desk".'
    ]
    faults = refused(LookupRow(table=table, key="1", values=["x"]))["values"]
    assert faults == ["This is not a list of names and texts. Write one to a line, like account: 48213377."]
    with pytest.raises(ValueError, match="valid string"):
        LookupRow.objects.create(table=table, key="1", values={"Balance": 5})
