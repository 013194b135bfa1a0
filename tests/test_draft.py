"""Rows and flow are the same draft: what is written is read back; what is unfinished is said in words."""

from __future__ import annotations

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import RestrictedError
from hypothesis import HealthCheck, given, settings
from pytest_django import DjangoAssertNumQueries

from menus import flow
from menus.draft import (
    MODELS,
    PARTS,
    DraftFault,
    DraftRefused,
    find_line,
    read_draft,
    read_line_file,
    write_draft,
)
from menus.flow import LineFile
from menus.linefile import read_yaml
from menus.models import (
    Branch,
    BranchRule,
    Destination,
    HangUp,
    Holiday,
    Line,
    LineLanguage,
    LinePromise,
    LookUp,
    LookupTable,
    LookUpValue,
    Menu,
    Message,
    NumberList,
    OpeningHours,
    Option,
    PhoneNumber,
    Schedule,
    Transfer,
    TransferTarget,
)
from tests.strategies import line_files

pytestmark = pytest.mark.django_db

CLINIC = """\
format: 1
name: Riverbend Clinic
numbers: ["12025550120"]
timezone: America/New_York
languages: [{key: en, name: English}, {key: es, name: Español, voice: {language: es-US, style: 1}}]
start: open
main: main
operator: desk
house_keys: {repeat: 9, back: "*"}
phrases: {sorry: {en: Pardon?}}
schedules:
  office:
    name: Office
    weekly: {mon: ["08:00-12:30", "13:15-24:00"], fri: ["22:00-06:00"]}
    holidays:
      - {name: Christmas, when: 12-25}
      - {name: Christmas Eve, when: 12-24, closed: "12:00-24:00", words: {en: Merry Christmas.}}
destinations:
  open: {kind: hours, label: Open?, schedule: office, open: main, closed: bye}
  main:
    kind: menu
    label: Main menu
    without: [back]
    no_input: {tries: 2, last: {en: Hello?}, then: desk}
    options:
      - {key: billing, digits: "4", label: Billing, to: desk}
      - {key: spanish, digits: "2", label: Español, to: main, language: es, spoken: false}
  desk:
    kind: transfer
    label: Front desk
    caller_id: "12025550120"
    targets: [{type: phone, number: "12025550121"}, {type: websocket, uri: "wss://example.com/bot", rate: 8000}]
    last_resort: bye
  bye: {kind: hangup, label: Goodbye, outcome: served}
"""


@pytest.fixture
def clinic() -> Line:
    return write_draft(read_yaml(CLINIC))


def rows(line: Line) -> dict[str, int]:
    return dict(line.destinations.values_list("key", "pk"))


# --- there and back ---------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line_files())
def test_a_draft_that_is_written_is_read_back_equal(line: LineFile) -> None:
    with transaction.atomic():
        assert read_line_file(write_draft(line)) == line
        transaction.set_rollback(True)


def test_a_draft_that_is_written_over_another_is_read_back_equal(clinic: Line) -> None:
    for name in ("Clinic A", "Clinic B"):
        other = read_yaml(CLINIC.replace("Riverbend Clinic", name).replace("bye", "end").replace("office", "desk"))
        assert read_line_file(write_draft(other)) == other
    assert Line.objects.count() == 1


def test_the_order_of_destinations_and_languages_is_kept(clinic: Line) -> None:
    read = read_draft(clinic)
    assert list(read.destinations) == ["open", "main", "desk", "bye"]
    assert [language.key for language in read.languages] == ["en", "es"]


def test_reading_takes_as_many_queries_for_many_destinations_as_for_few(
    clinic: Line, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        menu = Menu.objects.create(line=clinic, label=f"Menu {number}")
        Option.objects.create(menu=menu, digits="1", label="Again", to=menu)
        for kind in MODELS.values():
            kind._default_manager.create(line=clinic, label=f"Number {number}")
        lookup = LookUp.objects.latest("pk")
        lookup.source_type, lookup.table = "table", LookupTable.objects.create(name=f"Table {number}")
        lookup.save()
        LookUpValue.objects.create(lookup=lookup, value="balance", field="balance")
        rule = BranchRule.objects.create(branch=Branch.objects.latest("pk"), label="Regulars")
        rule.lists.add(NumberList.objects.create(name=f"Regulars {number}"))
        Schedule.objects.create(line=clinic, name=f"Hours {number}")
        promise = LinePromise.objects.create(line=clinic, reaches=clinic.destinations.get(key="desk"))
        promise.except_lists.set(NumberList.objects.all())
    with django_assert_num_queries(22):
        read_draft(clinic)


@pytest.mark.parametrize("kind", list(PARTS))
def test_every_field_of_a_kind_has_a_column_with_the_same_default(kind: str, clinic: Line) -> None:
    row = MODELS[kind]._default_manager.create(line=clinic, label="Fresh")
    assert read_draft(clinic).destinations[row.key] == PARTS[kind](label="Fresh")
    assert Destination.objects.get(pk=row.pk).whole() == row


def test_limits_of_columns_are_the_limits_of_the_flow(clinic: Line) -> None:
    menu = Menu(line=clinic, label="x", wait_seconds=11, no_input_tries=0, max_failures=19)
    with pytest.raises(ValidationError) as refused:
        menu.full_clean()
    assert set(refused.value.message_dict) == {"wait_seconds", "no_input_tries", "max_failures"}


# --- hours ------------------------------------------------------------------------------------------------------


def test_midnight_as_an_end_is_the_end_of_the_day(clinic: Line) -> None:
    schedule = Schedule.objects.create(line=clinic, name="Night")
    OpeningHours.objects.create(schedule=schedule, weekday=1, opens=time(8), closes=time(0))
    assert read_draft(clinic).schedules["night"].weekly == {"tue": ("08:00-24:00",)}


@pytest.mark.parametrize(
    ("begin", "end", "closed"),
    [
        (None, None, None),
        (time(12), None, "12:00-24:00"),
        (None, time(12), "00:00-12:00"),
        (time(12), time(15), "12:00-15:00"),
        (time(12), time(0), "12:00-24:00"),
    ],
)
def test_a_holiday_may_close_for_a_part_of_the_day(
    clinic: Line, begin: time | None, end: time | None, closed: str | None
) -> None:
    schedule = Schedule.objects.create(line=clinic, name="Desk")
    Holiday.objects.create(schedule=schedule, name="x", when="easter", closed_from=begin, closed_to=end)
    assert read_draft(clinic).schedules["desk"].holidays[0].closed == closed


# --- whose line it is -------------------------------------------------------------------------------------------


def test_a_file_finds_its_line_by_a_number_even_under_a_new_name(clinic: Line) -> None:
    line = write_draft(read_yaml(CLINIC.replace("Riverbend Clinic", "Hill Clinic")))
    assert (line.pk, line.key, line.name) == (clinic.pk, "riverbend-clinic", "Hill Clinic")


def test_a_file_without_known_numbers_finds_its_line_by_name(clinic: Line) -> None:
    assert write_draft(read_yaml(CLINIC.replace("12025550120", "12025550122"))).pk == clinic.pk


def test_a_number_counts_for_more_than_a_name(clinic: Line) -> None:
    hill = write_draft(read_yaml(CLINIC.replace("Riverbend", "Hill").replace("12025550120", "12025550129")))
    meant = CLINIC.replace("12025550120", "12025550129")
    assert write_draft(read_yaml(meant)).pk == hill.pk


def test_a_write_that_breaks_half_way_changes_nothing(clinic: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(self: object) -> None:
        raise RuntimeError

    before = read_line_file(clinic)
    monkeypatch.setattr("menus.draft.writing._Writer.join", break_off)
    with pytest.raises(RuntimeError):
        write_draft(read_yaml(CLINIC.replace("bye", "end")))
    assert read_line_file(Line.objects.get()) == before


def test_a_prompt_is_stored_in_its_shortest_form(clinic: Line) -> None:
    message = Message.objects.create(line=clinic, label="x", prompt={"en": {"text": " Hi ", "audio": ""}})
    assert message.prompt == Message.objects.get().prompt == {"en": "Hi"}


def test_a_number_of_another_line_is_refused_by_that_lines_name_and_nothing_is_changed(clinic: Line) -> None:
    other = Line.objects.create(name="Harbor Savings")
    PhoneNumber.objects.create(line=other, number="12025550130")
    before = read_line_file(clinic)
    both = read_yaml(CLINIC.replace('["12025550120"]', '["12025550120", "12025550130"]').replace("bye", "end"))
    with pytest.raises(DraftRefused, match="202 555 0130 belongs to “Harbor Savings”"):
        write_draft(both, clinic)
    assert read_line_file(clinic) == before


def test_numbers_are_added_but_never_taken_away(clinic: Line) -> None:
    write_draft(read_yaml(CLINIC.replace("12025550120", "12025550122")), clinic)
    assert [str(row) for row in clinic.numbers.all()] == ["+1 202 555 0120", "+1 202 555 0122"]


def test_destinations_of_the_same_key_keep_their_ids(clinic: Line) -> None:
    before = rows(clinic)
    write_draft(read_yaml(CLINIC.replace("Front desk", "Reception").replace("bye", "end")))
    after = rows(clinic)
    assert after["desk"] == before["desk"]
    assert "bye" not in after


def test_a_line_is_found_by_its_number_however_it_is_typed(clinic: Line) -> None:
    for typed in ("12025550120", "+1 202 555 0120", "+1 (202) 555-0120"):
        assert find_line(typed) == clinic
    with pytest.raises(DraftRefused, match="no line has the number"):
        find_line("+1 202 555 0199")


# --- half-finished drafts ---------------------------------------------------------------------------------------


def test_a_draft_may_lead_nowhere_yet() -> None:
    line = Line.objects.create(name="New")
    LineLanguage.objects.create(line=line, key="en", name="English")
    Option.objects.create(menu=Menu.objects.create(line=line, label="Main"), digits="1", label="One")
    draft = read_draft(line)
    assert draft.start is None
    main = draft.destinations["main"]
    assert isinstance(main, flow.Menu)
    assert main.options[0].to is None


def test_an_unfinished_draft_says_all_that_is_wrong_by_label() -> None:
    line = Line.objects.create(name="New", timezone="Mars")
    desk = Transfer.objects.create(line=line, label="Front desk")
    TransferTarget.objects.create(transfer=desk, type="sip", address="12")
    with pytest.raises(DraftFault) as unfinished:
        read_draft(line)
    fields = [fault.field for fault in unfinished.value.faults]
    assert fields == ["timezone", "languages", "Front desk › targets › 1 › uri"]


def test_a_destination_of_another_line_is_a_fault(clinic: Line) -> None:
    other = Line.objects.create(name="Other")
    LineLanguage.objects.create(line=other, key="en", name="English")
    message = Message.objects.create(line=other, label="Hello", then=clinic.start)
    with pytest.raises(DraftFault, match="Hello: “then” leads into another line"):
        read_draft(other)
    with pytest.raises(ValidationError, match="belongs to another line"):
        message.full_clean()


# --- rows -------------------------------------------------------------------------------------------------------


def test_a_key_is_made_from_the_label_and_stays() -> None:
    line = Line.objects.create(name="Café_Río  Clinic")
    first = Message.objects.create(line=line, label="Front desk")
    second = Menu.objects.create(line=line, label="Front Desk!")
    other = HangUp.objects.create(line=line, label="再见")
    first.label = "Reception"
    first.save()
    assert line.key == "cafe-rio-clinic"
    assert [first.key, second.key, other.key] == ["front-desk", "front-desk-2", "hangup"]


def test_a_key_twice_in_a_line_is_stopped_by_the_database(clinic: Line) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(line=clinic, label="x", key="desk")


def test_a_used_destination_cannot_be_deleted_and_its_users_are_named(clinic: Line) -> None:
    with pytest.raises(RestrictedError) as refused:
        clinic.destinations.get(key="desk").whole().delete()
    assert {str(user) for user in refused.value.restricted_objects} >= {"Main menu", "4 Billing"}


def test_a_used_schedule_cannot_be_deleted(clinic: Line) -> None:
    with pytest.raises(RestrictedError):
        clinic.schedules.get().delete()


def test_a_whole_line_can_be_deleted(clinic: Line) -> None:
    clinic.delete()
    tables: list[type[models.Model]] = [Line, Destination, Menu, Option, Schedule, PhoneNumber, TransferTarget]
    assert not any(model._default_manager.exists() for model in tables)


def test_an_unused_destination_can_be_deleted_although_the_line_starts_there(clinic: Line) -> None:
    clinic.destinations.get(key="open").delete()
    clinic.refresh_from_db()
    assert clinic.start is None


def test_a_prompt_that_is_none_is_refused_in_words(clinic: Line) -> None:
    message = Message(line=clinic, label="x", prompt={"English": 5})
    with pytest.raises(ValidationError) as refused:
        message.full_clean()
    assert 'Write it like {"en": "Hello"}' in refused.value.message_dict["prompt"][0]
    with pytest.raises(ValueError, match="Prompt"):
        message.save()


def test_a_holiday_is_typed_in_the_flows_own_grammar(clinic: Line) -> None:
    schedule = clinic.schedules.get()
    Holiday(schedule=schedule, name="x", when="Last Monday of May").full_clean()
    with pytest.raises(ValidationError, match="is not a day"):
        Holiday(schedule=schedule, name="x", when="some day").full_clean()


@pytest.mark.parametrize(
    ("kind", "address", "kept"),
    [
        ("phone", "+1 202 555 0151", "12025550151"),
        ("sip", "sip:desk@example.com", "sip:desk@example.com"),
        ("vbc", "104", "104"),
        ("phone", "desk", None),
        ("sip", "12025550151", None),
        ("websocket", "https://example.com", None),
        ("vbc", "desk", None),
    ],
)
def test_an_address_has_to_fit_its_type(clinic: Line, kind: str, address: str, kept: str | None) -> None:
    desk = Transfer.objects.get(line=clinic)
    target = TransferTarget(transfer=desk, type=kind, address=address)
    if kept is None:
        with pytest.raises(ValidationError):
            target.full_clean()
    else:
        target.full_clean()
        assert target.address == kept


def test_a_number_typed_with_spaces_is_the_same_number(clinic: Line) -> None:
    with pytest.raises(ValidationError, match="A line has this number already"):
        PhoneNumber(line=clinic, number="+1 202 555 0120").full_clean()
