"""“Who changed it” says what changed, in the words of the pages; and tells no secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from menus.admin.changes import LONGEST
from menus.models import AllowedCountry, AllowedHost, Line, LookUp, Menu, Option
from tests import staff
from tests.pages import add_url, filled, row, saved, text, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> Line:
    return staff.clinic()


@pytest.fixture
def root() -> Client:
    return staff.client("superuser")


def told() -> str:
    """What the newest entry says."""
    return LogEntry.objects.latest("pk").get_change_message()


# --- a page -----------------------------------------------------------------------------------------------------


def test_a_short_value_is_told_as_it_was_and_is(line: Line, root: Client) -> None:
    main = staff.part(line, "main")
    saved(root, url_of(main), label="Main menu", wait_seconds="7")
    assert "“Main” → “Main menu”." in told()
    assert "→ 7." in told()


def test_a_prompt_is_told_in_each_language_that_changed(line: Line, root: Client) -> None:
    saved(root, url_of(staff.part(line, "address")), **{"prompt.en": "14 Main Street."})
    assert told() == "Prompt (English): “14 Main Street.”."


def test_long_words_are_cut(line: Line, root: Client) -> None:
    saved(root, url_of(staff.part(line, "address")), **{"prompt.en": "We are at " + "the end of the road " * 20})
    assert told().endswith("…”.")
    assert len(told()) < 100


def test_where_a_page_leads_is_told_by_name(line: Line, root: Client) -> None:
    bye = staff.part(line, "main")
    saved(root, url_of(staff.part(line, "address")), then=str(bye.pk))
    assert "“Goodbye” → “Main”." in told()


def test_a_tick_is_told_as_yes_or_no(line: Line, root: Client) -> None:
    address = staff.part(line, "address")
    ticked = "barge_in" in filled(root, url_of(address))
    data = filled(root, url_of(address)) | {"barge_in": "on"}
    if ticked:
        del data["barge_in"]
    assert root.post(url_of(address), data).status_code == 302
    assert ("yes → no" if ticked else "no → yes") in told()


def test_a_choice_is_told_by_its_words(line: Line, root: Client) -> None:
    saved(root, url_of(line), timezone="Europe/Berlin")
    assert "“America/New York” → “Europe/Berlin”." in told()


def test_nothing_changed_is_said(line: Line, root: Client) -> None:
    saved(root, url_of(staff.part(line, "bye")))
    assert told() == "Saved without a change."


# --- rows within it ---------------------------------------------------------------------------------------------


def test_a_key_that_leads_elsewhere_is_told_by_its_key(line: Line, root: Client) -> None:
    main = staff.part(line, "main")
    saved(root, url_of(main), **{"options-1-to": str(staff.part(line, "mailbox").pk)})
    assert told() == "Key 2 now leads to “Mailbox”, was “Our address”."


def test_rows_added_changed_and_deleted_are_named(line: Line, root: Client) -> None:
    main, mailbox = staff.part(line, "main"), staff.part(line, "mailbox")
    added = row("options", 2, digits="3", label="Mailbox", to=str(mailbox.pk), enabled="on")
    typed = added | {"options-0-label": "Reception", "options-1-DELETE": "on"}
    saved(root, url_of(main), **typed)
    assert "Added key 3, which leads to “Mailbox”." in told()
    assert "Key 1: Label: “Front desk” → “Reception”." in told()
    assert "Deleted key 2." in told()


def test_a_target_is_named_with_its_number(line: Line, root: Client) -> None:
    desk = staff.part(line, "desk")
    saved(root, url_of(desk), **{"targets-0-address": "+1 202 555 0129", "targets-0-ring_seconds": "40"})
    assert "+1 202 555 0129" in told()
    assert "25 → 40." in told()


def test_who_added_a_destination_is_told(line: Line, root: Client) -> None:
    saved(root, add_url("message", line), label="Parking", **{"prompt.en": "Behind the house."})
    assert told() == "Added."


# --- what is never told -----------------------------------------------------------------------------------------


def test_headers_addresses_and_what_is_sent_are_not_told(line: Line, root: Client) -> None:
    AllowedHost.objects.create(host="crm.example.com")
    ask: Any = LookUp.objects.create(
        line=line, label="Ask", source_type="http", url="https://crm.example.com/x", headers={"X-Key": "old-secret"}
    )
    typed = {"headers": "X-Key: new-secret", "url": "https://crm.example.com/y?token=new-secret"}
    assert root.post(url_of(ask), filled(root, url_of(ask)) | typed).status_code == 302
    assert "changed." in told()
    assert "secret" not in told()


def test_what_one_page_changed_is_bounded(line: Line, root: Client) -> None:
    many = [
        Option(menu_id=staff.part(line, "main").pk, key=f"o{n}", label=f"Option {n}", digits=str(n))
        for n in range(100, 160)
    ]
    Option.objects.bulk_create(many)
    menu = Menu.objects.get(key="main")
    data = filled(root, url_of(menu))
    typed = {name: f"{value} more" for name, value in data.items() if name.startswith("options-") and "label" in name}
    saved(root, url_of(menu), **typed)
    assert len(told()) <= LONGEST
    assert "more changes." in told()


# --- other pages ------------------------------------------------------------------------------------------------


def test_a_country_and_a_host_are_told_too(root: Client) -> None:
    saved(root, "/admin/menus/allowedcountry/add/", code="CA", note="Night desk")
    country = AllowedCountry.objects.get()
    saved(root, f"/admin/menus/allowedcountry/{country.pk}/change/", code="MX")
    assert told() == "Country: “Canada (CA)” → “Mexico (MX)”."
    saved(root, "/admin/menus/allowedhost/add/", host="crm.example.com")
    host = AllowedHost.objects.get()
    saved(root, f"/admin/menus/allowedhost/{host.pk}/change/", note="Ask Ana")
    assert told() == "Note: nothing → “Ask Ana”."


def test_the_page_shows_it(line: Line, root: Client) -> None:
    main = staff.part(line, "main")
    saved(root, url_of(main), label="Main menu")
    assert "“Main” → “Main menu”." in text(root, url_of(main).replace("/change/", "/history/"))
