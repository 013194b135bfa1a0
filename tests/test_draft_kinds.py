"""Drafts that ask for entries, look up, decide, call back and switch; and what they share with other lines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import RestrictedError
from django.utils import timezone

from menus import flow
from menus.draft import DraftFault, DraftRefused, read_draft, read_line_file, write_draft
from menus.linefile import read_yaml
from menus.models import (
    Branch,
    BranchRule,
    Collect,
    Line,
    LineLanguage,
    LookUp,
    LookupRow,
    LookupTable,
    Message,
    NumberList,
    NumberListEntry,
    Schedule,
    SetSwitch,
    Switch,
)

pytestmark = pytest.mark.django_db

BANK = """\
format: 1
name: Harbor Savings
numbers: ["12025550130"]
remember_language_days: 90
type_ahead: true
languages: [{key: en, name: English}, {key: es, name: Español, recognition: es-MX}]
start: who
schedules:
  office: {name: Office, weekly: {mon: ["08:00-17:00"]}}
destinations:
  who:
    kind: branch
    label: Who calls
    rules:
      - {key: blocked, to: bye, lists: [nuisance, blocked, nuisance]}
      - {key: gold, label: Gold, to: call, value: level, equals: ["gold, old", silver], percent: 20}
      - {key: large, to: call, value: amount, low: 100, high: 2026-12-24, pattern: "62*"}
      - {key: away, prefixes: ["+44"], dialled: ["12025550130"], languages: [es], schedule: office, opening: closed}
    otherwise: account
  account:
    kind: collect
    label: Account
    value: account
    prompt: {en: Your account?}
    no_match: {tries: 2, first: {en: Sorry?}, then: bye}
    min_digits: 6
    max_digits: 8
    low: 0
    allowed: [100000-499999, "62101"]
    check_digit: luhn
    cancel_key: "*"
    cancel: bye
    then: find
  find:
    kind: lookup
    label: Find the account
    source: {type: table, table: bank-accounts, key: "{account}"}
    values: [{value: balance, field: Balance}, {value: due, field: Due date, says: date}]
    hold: {en: One moment.}
    found: ask
    not_found: account
    failed: bye
  ask:
    kind: lookup
    label: Ask the bank
    source:
      type: http
      method: POST
      url: https://api.example.com/accounts
      headers: {Authorization: "Bearer {secret:BANK}"}
      send: {account: "{account}", amount: "{balance}"}
      found_field: account.id
    found: call
    not_found: bye
    failed: bye
    locked: bye
  call: {kind: callback, label: Call back, schedule: office, windows: 4, team: Lending, then: snow}
  snow: {kind: switch, label: Snow, switch: message, schedule: office, hours: 12, words: {en: Snow.}, failed: bye}
  bye: {kind: hangup, label: Goodbye}
"""


@pytest.fixture
def bank() -> Line:
    return write_draft(read_yaml(BANK))


def rule(line: Line, key: str) -> BranchRule:
    return BranchRule.objects.get(branch__line=line, key=key)


def test_every_new_kind_is_read_back_as_it_was_written(bank: Line) -> None:
    written = read_yaml(BANK.replace("[nuisance, blocked, nuisance]", "[nuisance, blocked]"))
    assert read_line_file(bank) == written
    snow = read_draft(bank).destinations["snow"]
    assert isinstance(snow, flow.SetSwitch)
    assert (snow.hours, SetSwitch.objects.get().for_hours) == (12, 12)


def test_writing_it_again_changes_nothing(bank: Line) -> None:
    before, ids = read_line_file(bank), set(bank.destinations.values_list("key", "pk"))
    write_draft(before)
    assert read_line_file(Line.objects.get()) == before
    assert set(bank.destinations.values_list("key", "pk")) == ids


def test_headers_typed_in_another_order_are_the_same_flow(bank: Line) -> None:
    texts = {"b": "1", "a": "2", "aa": "3"}
    LookUp.objects.filter(label="Ask the bank").update(send=texts, headers=texts)
    ask = read_draft(bank).destinations["ask"]
    assert isinstance(ask, flow.LookUp)
    assert isinstance(ask.source, flow.HttpSource)
    assert [list(ask.source.send), list(ask.source.headers)] == [["a", "aa", "b"]] * 2


# --- tables and lists, which belong to no line ------------------------------------------------------------------


def test_a_table_that_nobody_made_is_made_empty_with_the_columns_it_is_asked_for(bank: Line) -> None:
    table = LookupTable.objects.get()
    assert (table.key, table.name, table.key_name) == ("bank-accounts", "Bank accounts", "account")
    assert (table.columns, table.hashed_keys, table.rows.count()) == (["Balance", "Due date"], False, 0)


def test_a_list_that_nobody_made_is_made_empty(bank: Line) -> None:
    assert set(NumberList.objects.values_list("key", "name")) == {("nuisance", "Nuisance"), ("blocked", "Blocked")}
    assert not NumberListEntry.objects.exists()


def test_a_table_and_a_list_that_are_there_stay_as_they_are() -> None:
    table = LookupTable.objects.create(key="bank-accounts", name="Accounts", key_name="number", columns=["Name"])
    LookupRow.objects.create(table=table, key="1", values={"Name": "Ana"})
    blocked = NumberList.objects.create(key="blocked", name="Nobody")
    NumberListEntry.objects.create(list=blocked, number="12025550199")
    write_draft(read_yaml(BANK))
    assert LookupTable.objects.values_list("pk", "name", "key_name", "columns").get() == (
        (table.pk, "Accounts", "number", ["Name"])
    )
    assert LookupRow.objects.get().values == {"Name": "Ana"}
    assert NumberList.objects.get(key="blocked").name == "Nobody"
    assert NumberListEntry.objects.get().list == blocked


def test_a_line_that_goes_leaves_its_tables_and_lists_to_the_others(bank: Line) -> None:
    bank.delete()
    assert LookupTable.objects.count() == 1
    assert NumberList.objects.count() == 2
    assert not BranchRule.objects.exists()


def test_a_table_that_a_look_up_asks_cannot_be_deleted(bank: Line) -> None:
    with pytest.raises(RestrictedError):
        LookupTable.objects.get().delete()


def test_the_lists_of_a_rule_keep_their_order(bank: Line) -> None:
    write_draft(read_yaml(BANK.replace("[nuisance, blocked, nuisance]", "[blocked, nuisance]")))
    branch = read_draft(bank).destinations["who"]
    assert isinstance(branch, flow.Branch)
    assert [one.lists for one in branch.rules] == [("blocked", "nuisance"), (), (), ()]


# --- switches that are on ---------------------------------------------------------------------------------------


def switched(line: Line, hours: int = 4) -> Switch:
    now = timezone.now()
    return Switch.objects.create(
        line=line,
        kind=Switch.Kind.CLOSED,
        schedule=line.schedules.get(key="office"),
        begins_at=now - timedelta(days=1),
        ends_at=now + timedelta(hours=hours),
    )


def test_a_switch_stays_on_its_schedule_when_the_line_is_imported_again(bank: Line) -> None:
    switch = switched(bank)
    write_draft(read_yaml(BANK.replace("name: Office", "name: The office").replace("08:00", "09:00")))
    switch.refresh_from_db()
    assert switch.schedule
    assert (switch.schedule.key, switch.schedule.name) == ("office", "The office")
    assert read_draft(bank).schedules["office"].weekly == {"mon": ("09:00-17:00",)}


def test_a_schedule_with_a_switch_on_is_not_imported_away(bank: Line) -> None:
    switched(bank)
    before = read_line_file(bank)
    with pytest.raises(DraftRefused, match="no schedule “Office”, and a switch is on for it"):
        write_draft(read_yaml(BANK.replace("office", "lobby")))
    assert read_line_file(bank) == before


def test_a_switch_that_is_over_holds_no_schedule(bank: Line) -> None:
    switched(bank, hours=-1)
    by_hand = switched(bank)
    Switch.objects.filter(pk=by_hand.pk).update(ended_at=timezone.now())
    write_draft(read_yaml(BANK.replace("office", "lobby")))
    assert [schedule.key for schedule in Schedule.objects.all()] == ["lobby"]


# --- half-finished drafts ---------------------------------------------------------------------------------------


def test_a_look_up_that_is_to_ask_a_table_has_no_source_until_the_table_is_chosen(bank: Line) -> None:
    for source in LookUp.Source:
        LookUp.objects.create(line=bank, key=f"new-{source or 'none'}", label="New", source_type=source)
    read = read_draft(bank).destinations
    news = [read[key] for key in ("new-none", "new-table", "new-http")]
    assert news == [flow.LookUp(label="New")] * 3


def test_a_rule_that_leads_into_another_line_is_a_fault_by_its_label(bank: Line) -> None:
    other = Line.objects.create(name="Other")
    LineLanguage.objects.create(line=other, key="en", name="English")
    branch = Branch.objects.create(line=other, label="Who")
    BranchRule.objects.create(branch=branch, label="Gold", to=bank.destinations.get(key="bye"))
    BranchRule.objects.create(branch=branch, label="Away", schedule=bank.schedules.get())
    with pytest.raises(DraftFault) as unfinished:
        read_draft(other)
    assert [str(fault) for fault in unfinished.value.faults] == [
        "Who › Gold: “leads to” leads into another line. Choose one of this line's.",
        "Who › Away: “schedule” leads into another line. Choose one of this line's.",
    ]


def test_an_unfinished_entry_is_a_fault_in_staffs_words(bank: Line) -> None:
    Collect.objects.filter(line=bank).update(min_digits=9, value="Account No")
    with pytest.raises(DraftFault) as unfinished:
        read_draft(bank)
    assert [fault.field for fault in unfinished.value.faults] == ["Account › value"]
    Collect.objects.filter(line=bank).update(value="account")
    with pytest.raises(DraftFault, match="Account: it asks for at least 9 keys and at most 8"):
        read_draft(bank)


def test_a_line_is_known_by_its_new_settings(bank: Line) -> None:
    bank.refresh_from_db()
    assert (bank.remember_language_days, bank.type_ahead) == (90, True)
    assert list(bank.languages.values_list("recognition", flat=True)) == ["", "es-MX"]
    assert rule(bank, "gold").equals == ["gold, old", "silver"]
    assert not Message.objects.exists()
