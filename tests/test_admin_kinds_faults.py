"""What is typed wrong in the forms of the newer kinds comes back at its field, in staff's words, with all that was
typed; who may not change them reads them in words; what they use is not deleted."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from menus.draft import read_draft
from menus.impact import changes as changes_between
from menus.models import (
    AllowedHost,
    Branch,
    BranchRule,
    Callback,
    Collect,
    Line,
    LookUp,
    LookupTable,
    Message,
    NumberList,
    Schedule,
    SetSwitch,
)
from tests import kinds, staff
from tests.pages import add_url, faults, filled, row, saved, text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return kinds.utilities()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


# --- faults in words --------------------------------------------------------------------------------------------

ENTRY, LOOK, SERVICE, WHO, CALLS, SNOW, MAIN = "account", "look", "ask-billing", "who", "calls", "snow", "main"


@pytest.mark.parametrize(
    ("key", "field", "typed", "fault"),
    [
        (ENTRY, "value", "Account No", "Begin with a small letter; then small letters, digits and _, like account."),
        (ENTRY, "allowed", "62101, ZIP", "“ZIP” is no entry or range. Write it like 62101 or 62101-62109."),
        (ENTRY, "allowed", "62109-62101", "needs two entries of one length, the lower first, like 62101-62109"),
        (ENTRY, "allowed", "1\0", "A character here cannot be kept; type it anew."),
        (ENTRY, "allowed", "1" * 200_000, "This is too long to be read; write commas between the entries."),
        (ENTRY, "max_digits", "7", "“fewest digits” is 8 and “most digits” only 7; write the greater one here."),
        (ENTRY, "max_digits", "21", "less than or equal to 20"),
        (ENTRY, "first_wait_seconds", "61", "less than or equal to 60"),
        (ENTRY, "wait_seconds", "0", "greater than or equal to 1"),
        (ENTRY, "country", "us", "Use the two capital letters of a country, like US or GB."),
        (ENTRY, "cancel_key", "a", "Use one key of the phone: a digit, * or #."),
        (ENTRY, "asks", "colour", "Select a valid choice."),
        (ENTRY, "low", "-1", "greater than or equal to 0"),
        (ENTRY, "label", "a\x01b", "It holds a control character that nobody can see. Type the words anew."),
        (ENTRY, "no_match_first.en.audio", "hello.mp3", "English: “hello.mp3” is not the address of a recording"),
        (CALLS, "window_hours", "9", "less than or equal to 8"),
        (CALLS, "notice_minutes", "2000", "less than or equal to 1440"),
        (CALLS, "country", "USA", "at most 2 characters"),
        (CALLS, "team", "a\x02", "It holds a control character that nobody can see."),
        (LOOK, "table", "", "Choose the table, or set “looks in” to Nothing yet."),
        (LOOK, "table", "999", "This look-up table was deleted; choose another."),
        (LOOK, "values-0-value", "Due date", "Begin with a small letter"),
        (LOOK, "values-0-field", "", "This field is required."),
        (SERVICE, "url", "http://api.example.com/", "Begin with https://"),
        (SERVICE, "url", "", "Write it, or set “looks in” to Nothing yet."),
        (SERVICE, "headers", "Accept", "Line 1, “Accept”, is not a name and a value; write a colon between them"),
        (SERVICE, "headers", "A: 1\n\n: 2", "Line 3, “: 2”, is not a name and a value"),
        (SERVICE, "headers", "A: 1\nA: 2", "“A” stands twice; remove line 2 or the one before it."),
        (SERVICE, "headers", "X Client: 1", "is not the name of a header. Use letters, digits and hyphens"),
        (SERVICE, "send", "id: " + "x" * 1001, "is too long. Write at most 1000 characters."),
        (SERVICE, "send", "id: \0", "A character here cannot be kept"),
        (WHO, "rules-0-value", "Amount!", "Begin with a small letter"),
        (WHO, "rules-0-percent", "101", "less than or equal to 100"),
        (WHO, "rules-0-prefixes", "0202", "“0202” is not the beginning of a telephone number. Write the country code"),
        (WHO, "rules-0-prefixes", "call me", "is not the beginning of a telephone number."),
        (WHO, "rules-0-equals", "x" * 101, "is too long. Write at most 100 characters."),
        (WHO, "rules-0-pattern", "*" * 5, "has more than 4 stars. Use fewer."),
        (WHO, "rules-0-lists", ["999"], "“999” is not there any more; choose again."),
        (WHO, "rules-0-dialled", ["12025550199"], "“12025550199” is not there any more"),
        (WHO, "rules-0-languages", ["fr"], "“fr” is not there any more"),
        (SNOW, "for_hours", "169", "less than or equal to 168"),
        (SNOW, "hours_value", "How long", "Begin with a small letter"),
        (SNOW, "switch", "party", "Select a valid choice."),
        (MAIN, "confirm_below", "101", "less than or equal to 100"),
        (MAIN, "options-0-phrases.es", "a," * 31, "Español: these are 31 phrases; write at most 30."),
        (MAIN, "options-0-phrases.en", "x" * 101, "English: “xx"),
        (MAIN, "options-0-phrases.en", "\0", "A character here cannot be kept"),
    ],
)
def test_a_fault_stands_at_its_field_with_the_cure(
    key: str, field: str, typed: Any, fault: str, line: Line, ana: Client
) -> None:
    url = url_of(staff.part(line, key))
    before = read_draft(line)
    answer: Any = ana.post(url, filled(ana, url) | {"label": "Typed anew"} | {field: typed})
    assert answer.status_code == 200, "it was saved"
    assert fault in faults(answer)
    assert list(errors_of(answer)) == [field.partition(".")[0]]
    page = html.unescape(answer.content.decode())
    assert 'value="Typed anew"' in page or field == "label"
    assert isinstance(typed, list) or len(typed) > 999 or "\0" in typed or typed.replace("\n", "") in plain(page)
    assert read_draft(line) == before


def errors_of(answer: Any) -> dict[str, Any]:
    """The faulty fields by their names on the page."""
    forms = [answer.context["adminform"].form]
    forms += [form for rows in answer.context["inline_admin_formsets"] for form in rows.formset.forms]
    return {form.add_prefix(name): fault for form in forms for name, fault in form.errors.items()}


def plain(page: str) -> str:
    return page.replace("\r", "").replace("\n", "")


def test_only_the_lines_own_is_offered_and_taken(line: Line, ana: Client) -> None:
    other = Line.objects.create(name="Other")
    foreign = Message.objects.create(line=other, label="Foreign")
    night = Schedule.objects.create(line=other, name="Foreign hours")
    wrong = {
        ENTRY: {"then": foreign.pk, "cancel": foreign.pk},
        CALLS: {"schedule": night.pk},
        LOOK: {"found": foreign.pk, "locked": foreign.pk},
        WHO: {"otherwise": foreign.pk, "rules-0-to": foreign.pk, "rules-0-schedule": night.pk},
        SNOW: {"schedule": night.pk, "failed": foreign.pk},
    }
    for key, typed in wrong.items():
        url = url_of(staff.part(line, key))
        assert "Foreign" not in text(ana, url)
        answer: Any = ana.post(url, filled(ana, url) | {name: str(pk) for name, pk in typed.items()})
        assert set(errors_of(answer)) == set(typed)
        assert "belongs to another line, or was deleted" in faults(answer)


# --- what the pages say -----------------------------------------------------------------------------------------


def test_a_service_says_which_hosts_may_be_asked_and_who_can_allow_more(line: Line, ana: Client) -> None:
    url = url_of(staff.part(line, SERVICE))
    assert "Only these hosts may be asked: api.example.com. A number manager can allow more." in text(ana, url)
    assert "/admin/menus/allowedhost/" not in text(ana, url)
    assert 'href="/admin/menus/allowedhost/"' in text(staff.client("superuser"), url)
    AllowedHost.objects.all().delete()
    assert "No host may be asked yet. A number manager can allow one." in text(ana, url)


def test_names_that_are_known_are_proposed(line: Line, ana: Client) -> None:
    page = text(ana, add_url("branch", line))
    assert [name for name in ("account", "amount", "balance", "due") if f'<option value="{name}">' not in page] == []
    assert 'list="values-of-line"' in page
    assert '<option value="due_date">' in text(ana, url_of(staff.part(line, LOOK)))


def test_without_lists_and_numbers_the_rule_says_where_they_come_from(line: Line, ana: Client) -> None:
    BranchRule.objects.all().delete()
    NumberList.objects.all().delete()
    line.numbers.all().delete()
    page = text(ana, add_url("branch", line))
    assert "No list yet. They are made on the start page, under Number lists." in page
    assert "The line has no number yet." in page


def test_who_may_only_look_reads_all_in_words(line: Line) -> None:
    viewer = staff.client("viewer")
    pages = "".join(text(viewer, url_of(staff.part(line, key))) for key in (ENTRY, SERVICE, WHO, CALLS, SNOW, MAIN))
    for words in ("48210000-48219999, 48230000", "<b>Authorization</b> Bearer {secret:BILLING}", "gold, silver, old"):
        assert words in pages
    for words in ("+1 202 555 0132", "Regular customers", "<b>es</b> factura, mi cuenta", "Cerrado por nieve."):
        assert words in pages
    assert 'name="_save"' not in pages
    assert "{'" not in pages
    assert '["' not in pages


@pytest.mark.parametrize("role", ["viewer", "publisher", "no rights"])
def test_who_may_not_edit_changes_nothing(role: str, line: Line, ana: Client) -> None:
    client, before = staff.client(role), read_draft(line)
    for key in (ENTRY, LOOK, WHO, CALLS, SNOW):
        url = url_of(staff.part(line, key))
        assert client.post(url, filled(ana, url) | {"label": "Changed"}).status_code == 403
    for kind in kinds.KINDS:
        assert client.post(add_url(kind, line), {"label": "Changed"}).status_code == 403
        assert role == "no rights" or add_url(kind, line) not in text(client, line.get_absolute_url())
    assert read_draft(line) == before


# --- deleting ---------------------------------------------------------------------------------------------------


def test_a_schedule_in_use_is_not_deleted_and_its_users_are_named(line: Line, ana: Client) -> None:
    SetSwitch.objects.update(schedule=line.schedules.get())
    url = f"/admin/menus/schedule/{line.schedules.get().pk}/delete/"
    answer: Any = ana.post(url, {"post": "yes"})
    said = html.unescape(answer.content.decode())
    for user in (
        "Call back “We call you”: schedule",
        "Branch “Who is it?”: rule “When closed”, schedule",
        "Switch “Snow day”: schedule",
    ):
        assert user in said
    assert line.schedules.exists()
    for model in (Callback, BranchRule, SetSwitch):
        model._default_manager.update(schedule=None)
    ana.post(url, {"post": "yes"})
    assert not line.schedules.exists()


def test_a_destination_that_a_rule_or_an_entry_leads_to_is_not_deleted(line: Line, ana: Client) -> None:
    answer: Any = ana.post(url_of(staff.part(line, CALLS)).replace("change", "delete"), {"post": "yes"})
    said = html.unescape(answer.content.decode())
    assert "Branch “Who is it?”: rule “One in five”, leads to" in said
    assert "Menu “Main menu”: key 2, “A person”" in said
    entry: Any = ana.post(url_of(staff.part(line, ENTRY)).replace("change", "delete"), {"post": "yes"})
    assert "Look-up “Balance”: when not found" in html.unescape(entry.content.decode())
    assert Callback.objects.exists()
    assert Collect.objects.count() == 2


def test_a_branch_goes_with_its_rules_and_a_look_up_with_its_values(line: Line, ana: Client) -> None:
    BranchRule.objects.filter(key="trial").update(to=Branch.objects.get())
    Message.objects.update(then=None)
    LookUp.objects.filter(key=SERVICE).update(found=None)
    for key in (WHO, SERVICE):
        ana.post(url_of(staff.part(line, key)).replace("change", "delete"), {"post": "yes"})
    assert not BranchRule.objects.exists()
    assert [look.key for look in LookUp.objects.all()] == [LOOK]
    assert (LookupTable.objects.count(), NumberList.objects.count()) == (1, 2)


# --- what differs, and what it costs ----------------------------------------------------------------------------


def test_what_changed_is_named_in_words(line: Line, ana: Client) -> None:
    before = read_draft(line)
    Line.objects.update(remember_language_days=30)
    changes: dict[str, dict[str, Any]] = {
        ENTRY: {"min_digits": "7", "low": "1", "high": "9", "no_match_tries": "3", "allowed": "", "sensitive": "on"},
        LOOK: {"key_template": "{due}", "values-1-says": "text"},
        WHO: {"rules-1-low": "50"},
        CALLS: {"windows": "2", "window_hours": "1", "no_input_tries": "1"},
        SNOW: {"for_hours": "9", "words.en": "Ice."},
        MAIN: {"confirm_below": "40", "options-0-phrases.en": "bill"},
    }
    for key, typed in changes.items():
        saved(ana, url_of(staff.part(line, key)), **typed)
    found: dict[str, list[str]] = {}
    for change in changes_between(before, read_draft(Line.objects.get())):
        found.setdefault(change.where, []).append(change.words)
    assert found[""] == ["how long the language is remembered is now 30 days, was 90 days."]
    assert set(found) == {"", "Account number", "Balance", "Who is it?", "We call you", "Snow day", "Main menu"}
    for where, said in {
        "Account number": "the fewest digits is now 7, was 8.",
        "Balance": "the key of the row is now “{due}”, was “{account}”.",
        "Who is it?": "the smallest is now “50”",
        "We call you": "how many times are offered is now 2, was 4.",
        "Snow day": "for how long is now 9 hours, was ",
        "Main menu": "is now “bill”, was “billing”, “my bill”, “pay, please”.",
    }.items():
        assert said in " ".join(found[where]), found[where]


@pytest.mark.parametrize("key", [WHO, SERVICE, MAIN])
def test_pages_need_no_more_queries_for_more_rows(
    key: str, line: Line, ana: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url = url_of(staff.part(line, key))
    text(ana, url)
    with CaptureQueriesContext(connection) as few:
        text(ana, url)
    for n in range(5):
        rule = BranchRule.objects.create(branch=Branch.objects.get(), label=f"More {n}", schedule=line.schedules.get())
        rule.lists.set(NumberList.objects.all())
        Message.objects.create(line=line, label=f"More {n}")
        LookUp.objects.get(key=SERVICE).values.create(value=f"v{n}", field="x", position=9)
    with django_assert_num_queries(len(few)):
        text(ana, url)


def test_a_new_rule_goes_to_the_end(line: Line, ana: Client) -> None:
    saved(ana, url_of(staff.part(line, WHO)), **row("rules", 6, label="Last", opening="open", percent="1"))
    assert [rule.label for rule in Branch.objects.get().rules.all()][-1] == "Last"
