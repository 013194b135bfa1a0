"""The forms of what asks, decides or does something: what is typed is what is published, what is not typed stays."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.test import Client

from menus import flow
from menus.draft import read_draft
from menus.models import Branch, BranchRule, Line, LookUp, LookupTable, NumberList, Option
from menus.publish import as_text
from tests import kinds, staff
from tests.pages import add_url, faults, filled, refused, row, saved, text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return kinds.utilities()


@pytest.fixture
def ana() -> Client:
    return staff.client("editor")


def flow_of(line: Line) -> flow.Flow:
    return read_draft(Line.objects.get(pk=line.pk))


def made(client: Client, kind: str, line: Line, **typed: Any) -> Any:
    """A new destination as typed into an empty form, saved, then opened and saved once more."""
    url = add_url(kind, line)
    assert url in text(client, line.get_absolute_url())
    answer: Any = client.post(url, filled(client, url) | {"label": "New place"} | typed)
    assert answer.status_code == 302, faults(answer)
    assert answer.headers["Location"] == line.get_absolute_url()
    found = flow_of(line).destinations["new-place"]
    saved(client, url_of(staff.part(line, "new-place")))
    assert flow_of(line).destinations["new-place"] == found
    return found


def to(line: Line, key: str) -> str:
    return str(staff.part(line, key).pk)


def wanted(part: type[flow.Part], **fields: Any) -> flow.Part:
    return part.model_validate(fields)


ZIP: Final = {
    "prompt.en": "Please enter your ZIP code.",
    "prompt.es": "Marque su código postal.",
    "short_prompt.en": "Your ZIP code.",
    "asks": "digits",
    "value": "zip",
    "min_digits": "5",
    "max_digits": "5",
    "low": "10",
    "high": "99999",
    "allowed": "62101-62109\r\n62120, 00501\r\n",
    "check_digit": "",
    "cancel_key": "*",
    "first_wait_seconds": "45",
    "wait_seconds": "4",
    "read_back": "on",
    "confirm.en": "{zip}?",
    "no_input_tries": "2",
    "no_input_first.en": "Hello?",
    "country": "GB",
    "date_order": "dmy",
    "date_within": "past",
}


# --- made in the editor -----------------------------------------------------------------------------------------


def test_an_entry_is_made_with_all_that_it_asks(line: Line, ana: Client) -> None:
    ways = {"cancel": to(line, "main"), "no_match_then": to(line, "desk"), "then": to(line, "say")}
    found = made(ana, "collect", line, **ZIP, **ways)
    assert found == wanted(
        flow.Collect,
        label="New place",
        prompt={"en": "Please enter your ZIP code.", "es": "Marque su código postal."},
        short_prompt={"en": "Your ZIP code."},
        value="zip",
        min_digits=5,
        max_digits=5,
        low=10,
        high=99999,
        allowed=("62101-62109", "62120", "00501"),
        cancel_key="*",
        cancel="main",
        first_wait_seconds=45,
        wait_seconds=4,
        read_back=True,
        confirm={"en": "{zip}?"},
        no_input=wanted(flow.Retry, tries=2, first={"en": "Hello?"}),
        no_match=wanted(flow.Retry, then="desk"),
        country="GB",
        date_order="dmy",
        date_within="past",
        then="say",
    )


@pytest.mark.parametrize("asks", list(flow.Asked))
def test_an_entry_of_every_sort_is_made(asks: str, line: Line, ana: Client) -> None:
    found = made(ana, "collect", line, asks=asks, sensitive="on", cents="on")
    assert found == wanted(flow.Collect, label="New place", asks=asks, sensitive=True, cents=True)


def test_a_call_back_is_made_with_its_times(line: Line, ana: Client) -> None:
    typed = {
        "prompt.en": "We call you.",
        "team": "Billing",
        "schedule": str(line.schedules.get().pk),
        "window_hours": "3",
        "windows": "4",
        "notice_minutes": "0",
        "country": "US",
        "done.es": "Le llamamos {window}.",
        "then": to(line, "bye"),
    }
    assert made(ana, "callback", line, **typed) == wanted(
        flow.Callback,
        label="New place",
        prompt={"en": "We call you."},
        team="Billing",
        schedule="office",
        window_hours=3,
        windows=4,
        notice_minutes=0,
        country="US",
        done={"es": "Le llamamos {window}."},
        then="bye",
    )


def test_a_look_up_in_a_table_is_made_with_its_values(line: Line, ana: Client) -> None:
    found = made(
        ana,
        "lookup",
        line,
        source_type="table",
        table=str(LookupTable.objects.get().pk),
        key_template="{account}:{pin}",
        found=to(line, "say"),
        not_found=to(line, "account"),
        failed=to(line, "desk"),
        locked=to(line, "bye"),
        **(
            row("values", 0, value="balance", field="balance", says="text")
            | row("values", 1, value="due", field="due_date", says="date")
        ),
    )
    assert found == wanted(
        flow.LookUp,
        label="New place",
        source=wanted(flow.TableSource, table="accounts", key="{account}:{pin}"),
        values=(
            wanted(flow.Fetched, value="balance", field="balance"),
            wanted(flow.Fetched, value="due", field="due_date", says="date"),
        ),
        found="say",
        not_found="account",
        failed="desk",
        locked="bye",
    )


def test_a_look_up_of_a_service_is_made_from_plain_lines(line: Line, ana: Client) -> None:
    found = made(
        ana,
        "lookup",
        line,
        source_type="http",
        method="POST",
        url="https://api.example.com/a/{account}",
        headers="Authorization: Bearer {secret:BILLING}\r\n\r\nX-Client :phone\r\n",
        send="id: {account}\r\nwhen: 10:30\r\nempty:",
        found_field="account.id",
        **{"hold.en": "One moment."},
    )
    assert found.source == wanted(
        flow.HttpSource,
        type="http",
        method="POST",
        url="https://api.example.com/a/{account}",
        headers={"Authorization": "Bearer {secret:BILLING}", "X-Client": "phone"},
        send={"id": "{account}", "when": "10:30", "empty": ""},
        found_field="account.id",
    )
    assert found.hold == flow.Prompt.model_validate({"en": "One moment."})


def test_a_branch_is_made_with_rules_of_every_sort(line: Line, ana: Client) -> None:
    large = str(NumberList.objects.get(key="large").pk)
    schedule = str(line.schedules.get().pk)
    rules: list[dict[str, Any]] = [
        {"label": "Gold", "value": "level", "equals": 'gold, "silver, old"', "to": to(line, "desk")},
        {"value": "amount", "low": "100", "high": "500", "pattern": "1*"},
        {"label": "Known", "lists": [large], "prefixes": "+1 (202), 44"},
        {"label": "Here", "dialled": ["12025550132"], "languages": ["es", "en"]},
        {"label": "Late", "schedule": schedule, "opening": "closed", "percent": "20"},
    ]
    more = {
        name: value
        for n, rule in enumerate(rules)
        for name, value in row("rules", n, **{"opening": "open"} | rule).items()
    }
    found = made(ana, "branch", line, otherwise=to(line, "main"), **more)
    assert found.otherwise == "main"
    assert found.rules == (
        wanted(flow.Rule, key="gold", label="Gold", value="level", equals=("gold", "silver, old"), to="desk"),
        wanted(flow.Rule, key="rule", value="amount", low="100", high="500", pattern="1*"),
        wanted(flow.Rule, key="known", label="Known", lists=("large",), prefixes=("1202", "44")),
        wanted(flow.Rule, key="here", label="Here", dialled=("12025550132",), languages=("en", "es")),
        wanted(flow.Rule, key="late", label="Late", schedule="office", opening="closed", percent=20),
    )


def test_a_switch_by_phone_is_made(line: Line, ana: Client) -> None:
    typed = {"switch": "message", "words.en": "Snow.", "for_hours": "6", "hours_value": "hours"}
    assert made(ana, "setswitch", line, **typed, then=to(line, "main"), failed=to(line, "desk")) == wanted(
        flow.SetSwitch,
        label="New place",
        switch="message",
        words={"en": "Snow."},
        hours=6,
        hours_value="hours",
        then="main",
        failed="desk",
    )


def test_a_menu_says_by_which_words_its_options_are_known(line: Line, ana: Client) -> None:
    bye = to(line, "bye")
    phrases = {"phrases__en": 'bill, "pay, please"\nmy bill', "phrases__es": "factura"}
    option = row("options", 0, digits="1", label="Bill", to=bye, enabled="on", spoken="on", **phrases)
    found = made(ana, "menu", line, speech="on", confirm_below="70", **option)
    assert (found.speech, found.confirm_below) == (True, 70)
    assert found.options[0].phrases == {"en": ("bill", "pay, please", "my bill"), "es": ("factura",)}


def test_the_line_remembers_and_lets_key_ahead(line: Line, ana: Client) -> None:
    saved(ana, url_of(line), remember_language_days="0", **{"languages-1-recognition": "es-ES"})
    found = flow_of(line)
    assert (found.remember_language_days, found.type_ahead) == (0, True)
    assert [language.recognition for language in found.languages] == ["", "es-ES"]


# --- nothing is lost --------------------------------------------------------------------------------------------


def test_saving_every_form_unchanged_changes_nothing(line: Line, ana: Client) -> None:
    before = as_text(flow_of(line))
    saved(ana, url_of(line))
    for part in line.destinations.all():
        saved(ana, url_of(part.whole()))
        assert as_text(flow_of(line)) == before, part


def test_what_a_form_cannot_show_as_it_is_stays_until_it_is_changed(line: Line, ana: Client) -> None:
    look = staff.part(line, "ask-billing")
    odd = {"a": "first\nsecond", "with: colon": "x"}
    LookUp.objects.filter(pk=look.pk).update(send=odd)
    Option.objects.filter(key="bill").update(phrases={"hmn": ["nqi"], "en": ["bill"]})
    BranchRule.objects.filter(key="gold").update(
        low="one\n two", equals=["", "two\nlines"], languages=["fr"], dialled=["12025550199"]
    )
    before = as_text(flow_of(line))
    for key in ("ask-billing", "main", "who"):
        saved(ana, url_of(staff.part(line, key)), label=str(staff.part(line, key)))
    assert as_text(flow_of(line)) == before
    saved(ana, url_of(staff.part(line, "who")), **{"rules-2-label": "Gold"})
    gold = BranchRule.objects.get(key="gold")
    assert gold.low == "one\n two"
    assert (gold.label, gold.equals, gold.languages, gold.dialled) == (
        "Gold",
        ["", "two\nlines"],
        ["fr"],
        ["12025550199"],
    )
    saved(ana, url_of(look), send="a: first\r\n  second\r\nb: {account}")
    assert flow_of(line).destinations["ask-billing"].source.send == {  # type: ignore[union-attr]
        "a": "first\nsecond",
        "b": "{account}",
    }
    saved(ana, url_of(staff.part(line, "main")), **{"options-0-phrases.en": "", "options-0-phrases.es": "factura"})
    assert Option.objects.get(key="bill").phrases == {"hmn": ["nqi"], "es": ["factura"]}


def test_a_look_up_that_a_file_left_open_can_be_edited(line: Line, ana: Client) -> None:
    look = staff.part(line, "look")
    LookUp.objects.filter(pk=look.pk).update(key_template="")
    saved(ana, url_of(look), label="Balance, later")
    assert LookUp.objects.get(pk=look.pk).label == "Balance, later"
    assert "Choose the table, or set “looks in” to Nothing yet." in refused(ana, url_of(look), table="")
    assert "Write it, or set “looks in” to Nothing yet." in refused(
        ana, url_of(look), key_template=" ", source_type="http"
    )


def test_ticks_are_taken_away_and_numbers_are_shown_as_people_write_them(line: Line, ana: Client) -> None:
    who = staff.part(line, "who")
    assert "+1 202 555 0132" in text(ana, url_of(who))
    saved(ana, url_of(who), **{"rules-0-lists": [], "rules-3-dialled": [], "rules-3-prefixes": ""})
    rules = {rule.key: rule for rule in flow_of(line).destinations["who"].rules}  # type: ignore[union-attr]
    assert rules["regular"].lists == ()
    assert (rules["abroad"].dialled, rules["abroad"].prefixes, rules["abroad"].languages) == ((), (), ("es",))
    assert Branch.objects.get().rules.count() == 6
