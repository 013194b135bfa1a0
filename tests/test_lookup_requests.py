"""What is sent: values change nothing around them, secrets stand in headers only, the same turn asks the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.dips import filling
from calls.dips.filling import NothingGiven, Unfit
from calls.fetching import FetchFailed, Request
from calls.fetching.target import message, read_target
from menus.flow import HttpSource

URL = "https://crm.example.com/accounts/{account}/now?by={who}&v=2"
HOSTILE = [
    "a b",
    "ä",
    "1&admin=1",
    "?x=1",
    "#top",
    "%2e%2e",
    "@evil.example.com",
    ":80",
    "{who}",
    "{secret:KEY}",
    ";a=b",
]


def http(url: str = URL, **more: Any) -> HttpSource:
    return HttpSource.model_validate({"type": "http", "url": url} | more)


def asked(source: HttpSource, turn: str = "a-call 4", **given: str) -> Request:
    return filling.request(source, {"account": "1", "who": "me"} | given, turn)


# --- the address ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_stays_where_it_was_put(value: str) -> None:
    url = asked(http(), account=value, who=value).url
    target = read_target(url, {})
    path, _, query = target.path.partition("?")
    assert target.place == "crm.example.com"
    assert [unquote(part) for part in path.split("/")] == ["", "accounts", value, "now"]
    assert parse_qs(query, strict_parsing=True) == {"by": [value], "v": ["2"]}


@pytest.mark.parametrize("value", ["..", ".", "../admin", "a/b", "..\\admin", "/"])
def test_a_value_that_could_walk_up_the_path_is_refused_without_being_named(value: str) -> None:
    with pytest.raises(Unfit) as fault:
        asked(http(), account=value)
    assert "“account”" in str(fault.value)
    assert str(fault.value).count(value) <= str(fault.value).count(".")
    assert read_target(asked(http(), who=value).url, {}).place == "crm.example.com", "in the query it may stand"


def test_dots_of_two_values_that_meet_are_refused_too() -> None:
    with pytest.raises((Unfit, FetchFailed)):
        read_target(asked(http("https://crm.example.com/a/{account}{who}/b"), account=".", who=".").url, {})


def test_an_empty_part_of_the_path_is_nothing_to_ask_by() -> None:
    with pytest.raises(NothingGiven, match=r"^account$"):
        asked(http(), account="")
    assert asked(http(), who="").url.endswith("?by=&v=2")


@pytest.mark.parametrize(
    "url",
    [
        "https://{account}/",
        "https://{account}.example.com/",
        "https://crm.example.com:{account}/",
        "https://{account}@crm.example.com/",
        "https://crm.example.com{account}",
        "https://?a={account}",
    ],
)
def test_a_value_where_the_host_stands_is_refused(url: str) -> None:
    with pytest.raises(Unfit, match="host"):
        asked(http(url), account="evil.example.com")


@given(st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()))
def test_no_value_changes_the_host_the_depth_of_the_path_or_the_names_of_the_query(value: str) -> None:
    try:
        parts = urlsplit(asked(http(), account=value, who=value).url)
    except Unfit:
        assert set(value) & set("/\\.")
        return
    assert (parts.netloc, parts.path.count("/"), parts.fragment) == ("crm.example.com", 3, "")
    assert set(parse_qs(parts.query, keep_blank_values=True)) == {"by", "v"}


# --- what is sent along -----------------------------------------------------------------------------------------


def test_get_sends_its_values_as_a_query_and_post_as_json_and_each_value_once() -> None:
    send = {"id": "{account}", "text": "for {who}: {account}", "plain": "yes", "template": "{template}"}
    given = {"account": "{who}", "template": "t"}
    sent = {"id": "{who}", "text": "for me: {who}", "plain": "yes", "template": "t"}
    assert asked(http(send=send), **given).query == sent
    assert asked(http(send=send), **given).json is None
    posted = asked(http(send=send, method="POST"), **given)
    assert (posted.json, posted.query) == (sent, {})


def test_a_secret_comes_from_the_environment_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_SECRET_CRM_2", "s3cret\n")
    request = asked(http(headers={"Authorization": "Bearer {secret:CRM_2}", "X-Account": "{account}"}), account="77")
    assert request.headers == {"Authorization": "Bearer s3cret", "X-Account": "77"}
    assert "s3cret" not in repr(request)


@pytest.mark.parametrize("value", ["", "  "])
def test_a_secret_that_is_not_set_is_named(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_SECRET_CRM", value)
    with pytest.raises(Unfit, match="the secret CRM is not set; set IVR_SECRET_CRM in"):
        asked(http(headers={"Authorization": "{secret:CRM}"}))


@pytest.mark.parametrize("name", ["secret:", "secret:A-B", "secret:crm", "secret:PATH/x"])
def test_a_secret_with_a_strange_name_is_refused(name: str) -> None:
    with pytest.raises(Unfit, match="the name of a secret"):
        asked(http(headers={"Authorization": f"{{{name}}}"}))


@pytest.mark.parametrize(
    "where",
    [
        {"url": "https://crm.example.com/{secret:KEY}"},
        {"url": "https://crm.example.com/?k={secret:KEY}"},
        {"send": {"key": "{secret:KEY}"}},
        {"send": {"key": "{secret:KEY}"}, "method": "POST"},
    ],
    ids=str,
)
def test_a_secret_outside_the_headers_is_refused(where: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_SECRET_KEY", "s3cret")
    with pytest.raises(Unfit, match="headers"):
        asked(http(**where))


def test_a_value_that_looks_like_a_secret_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_SECRET_KEY", "s3cret")
    request = asked(http(headers={"X-Account": "{account}"}, send={"a": "{account}"}), account="{secret:KEY}")
    assert request.headers == {"X-Account": "{secret:KEY}"}
    assert request.query == {"a": "{secret:KEY}"}


@pytest.mark.parametrize("value", ["a\r\nX-Admin: 1", "a\nb", "a\x00", "ä"])
def test_a_value_that_no_header_may_hold_is_not_sent(value: str) -> None:
    request = asked(http(headers={"X-Account": "{account}"}, url="https://crm.example.com/"), account=value)
    with pytest.raises(FetchFailed, match="refused_request"):
        message(request, read_target(request.url, {}))


# --- asked twice ------------------------------------------------------------------------------------------------


def once(source: HttpSource, turn: str = "a-call 4", **given: str) -> str:
    return asked(source, turn, **given).headers["Idempotency-Key"]


def test_the_same_turn_asks_with_the_same_key_and_any_other_with_another() -> None:
    pay = http(method="POST", send={"amount": "{amount}"})
    first = once(pay, amount="5")
    assert once(pay, amount="5") == first
    others = [
        once(pay, "a-call 5", amount="5"),
        once(pay, "b-call 4", amount="5"),
        once(pay, amount="6"),
        once(http("https://crm.example.com/{account}/other", method="POST"), amount="5"),
    ]
    assert len({first, *others}) == 5
    assert len(first) == 64


def test_staff_cannot_give_all_requests_one_key_and_get_has_none() -> None:
    fixed = http(method="POST", headers={"idempotency-key": "always"})
    target = read_target(asked(fixed).url, {})
    assert message(asked(fixed), target).count(b"idempotency-key: ") == 1
    assert b"always" not in message(asked(fixed), target)
    assert "Idempotency-Key" not in asked(http()).headers


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (URL, "crm.example.com"),
        ("https://crm.example.com:8443?a={b}", "crm.example.com:8443"),
        ("https://ana:secret@crm.example.com/", ""),
    ],
)
def test_the_log_names_the_host_and_nothing_else_of_the_address(url: str, name: str) -> None:
    assert filling.host(url) == name
