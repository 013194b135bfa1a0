"""What a flow needs of the database and of the server is looked for before it is published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from menus.check import Finding, Rule, Severity
from menus.countries import costs_extra, country_name, country_names, country_of
from menus.draft import read_draft, write_draft
from menus.flow import Flow, LineFile, plain
from menus.models import AllowedCountry, AllowedHost, Line, LookupTable, NumberList
from menus.needs import needs
from menus.publish import PublishRefused, find, findings, publish
from tests.check_lines import Plain, branch, collect, line, menu, option, rule, service, table

pytestmark = pytest.mark.django_db
NUMBER = "12025550120"


def rules(found: list[Finding]) -> list[Rule]:
    return [finding.rule for finding in found]


def with_table(*columns: str, rows: int = 1) -> LookupTable:
    made = LookupTable.objects.create(key="accounts", name="Accounts", columns=list(columns))
    for n in range(rows):
        made.rows.create(key=str(n), values=dict.fromkeys(columns, "1"))
    return made


def asking_table(*values: str) -> Flow:
    return line(ask=collect(), find=table("{account}", *values))


def asking_service(url: str = "https://crm.example.com/{account}", **more: Any) -> Flow:
    return line(ask=collect(), find=service(url, **more))


def listing(*lists: str) -> Flow:
    return line(who=branch(*(rule(key, lists=[key]) for key in lists)))


# --- tables -----------------------------------------------------------------------------------------------------


def test_a_table_that_has_rows_and_the_columns_is_all_that_is_needed() -> None:
    with_table("balance", "due")
    assert needs(asking_table("balance")) == []


def test_an_empty_table_is_a_doubt() -> None:
    with_table("balance", rows=0)
    [finding] = needs(asking_table("balance"))
    assert (finding.rule, finding.severity, finding.place) == (Rule.TABLE_EMPTY, Severity.WARNING, "find")
    assert finding.fault == "Look-up “Balance” asks the table “Accounts”, which is empty"


def test_a_table_that_is_not_there_is_told_once() -> None:
    [finding] = needs(asking_table("balance"))
    assert (finding.rule, "“accounts”, which is not there" in finding.fault) == (Rule.TABLE_EMPTY, True)


def test_a_column_that_the_table_lacks_is_an_error_that_names_those_it_has() -> None:
    with_table("due", "owner")
    [finding] = needs(asking_table("balance", "due"))
    assert (finding.rule, finding.severity) == (Rule.TABLE_LACKS_COLUMN, Severity.ERROR)
    assert "wants “balance” from the table “Accounts”, which has “due” and “owner”" in finding.fault


# --- lists ------------------------------------------------------------------------------------------------------


def test_a_list_with_nobody_on_it_is_a_doubt() -> None:
    blocked = NumberList.objects.create(key="blocked", name="Blocked")
    blocked.entries.create(number="12025550142")
    over = NumberList.objects.create(key="over", name="Over")
    over.entries.create(number="12025550143", expires_at=timezone.now() - timedelta(days=1))
    later = NumberList.objects.create(key="later", name="Later")
    later.entries.create(number="12025550143", expires_at=timezone.now() + timedelta(days=1))
    NumberList.objects.create(key="empty", name="Empty")
    found = needs(listing("blocked", "over", "later", "empty", "gone"))
    assert [finding.where for finding in found] == [f"Branch “Who”, list “{key}”" for key in ("over", "empty", "gone")]
    assert {(finding.rule, finding.severity) for finding in found} == {(Rule.LIST_EMPTY, Severity.WARNING)}


# --- services ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("crm.example.com", "https://crm.example.com/{account}"),
        ("crm.example.com", "https://CRM.example.com:443/"),
        ("crm.example.com:8443", "https://crm.example.com:8443?id={account}"),
    ],
)
def test_a_host_that_is_allowed_may_be_asked(allowed: str, url: str) -> None:
    AllowedHost.objects.create(host=allowed)
    assert needs(asking_service(url)) == []


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("example.com", "crm.example.com"),
        ("crm.example.com", "crm.example.com:8443"),
        ("crm.example.com", "me@crm.example.com"),
        ("crm.example.com", "crm.example.com.evil.example"),
    ],
)
def test_any_other_host_is_an_error_that_names_it(allowed: str, host: str) -> None:
    AllowedHost.objects.create(host=allowed)
    [finding] = needs(asking_service(f"https://{host}/"))
    assert (finding.rule, finding.severity, finding.place) == (Rule.HOST_NOT_ALLOWED, Severity.ERROR, "find")
    assert f"“{host}”" in finding.fault
    assert f"“{host}”" in finding.cure


def test_a_host_that_callers_would_choose_is_left_to_the_check() -> None:
    flow = asking_service("https://{account}.example.com/")
    assert {Rule.HOST_NOT_FIXED, Rule.HOST_NOT_ALLOWED} & set(rules(findings(flow))) == {Rule.HOST_NOT_FIXED}


def test_a_secret_that_this_server_does_not_have_is_a_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    AllowedHost.objects.create(host="crm.example.com")
    flow = asking_service(headers={"A": "Bearer {secret:CRM}", "B": "{secret:CRM}{secret:OTHER}"})
    monkeypatch.setenv("IVR_SECRET_OTHER", "x")
    monkeypatch.delenv("IVR_SECRET_CRM", raising=False)
    [finding] = needs(flow)
    assert (finding.rule, finding.severity) == (Rule.SECRET_NOT_SET, Severity.WARNING)
    assert "this server has no IVR_SECRET_CRM" in finding.fault
    monkeypatch.setenv("IVR_SECRET_CRM", "x")
    assert needs(flow) == []


# --- numbers ----------------------------------------------------------------------------------------------------


def ringing(*numbers: str, caller_id: str | None = None) -> Flow:
    targets = [{"type": "phone", "number": number} for number in numbers]
    more = {"caller_id": caller_id} if caller_id else {}
    return line(desk={"kind": "transfer", "label": "Desk", "targets": targets, "last_resort": "bye"} | more)


@pytest.fixture
def ours() -> Line:
    """The site has a number in the United States."""
    made = Line.objects.create(name="Clinic")
    made.numbers.create(number=NUMBER)
    return made


@pytest.mark.parametrize("number", ["447700900123", "14165550100", "18765550100", "4915123456789"])
def test_a_target_in_another_country_is_an_error_until_that_is_allowed(number: str, ours: Line) -> None:
    [finding] = needs(ringing("12025550121", number))
    assert (finding.rule, finding.severity) == (Rule.NUMBER_COUNTRY_NOT_ALLOWED, Severity.ERROR)
    assert "which is not allowed" in finding.fault
    AllowedCountry.objects.create(code=country_of(number))
    assert needs(ringing("12025550121", number)) == []


def test_the_country_is_told_by_name_and_how_to_allow_it(ours: Line) -> None:
    [finding] = needs(ringing("441632960961"))
    assert finding.fault == "Transfer “Desk” rings +44 1632 960961, in Britain (UK), which is not allowed"
    assert finding.cure.startswith("Have a number manager allow Britain (UK), or correct the number")


@pytest.mark.parametrize("number", ["12025550121", "19175550100", "12125550199"])
def test_a_target_where_one_of_our_numbers_is_needs_nothing(number: str, ours: Line) -> None:
    assert needs(ringing(number)) == []


def test_a_site_without_numbers_and_countries_is_not_doubted() -> None:
    assert needs(ringing("441632960961")) == []


def test_countries_alone_say_what_is_allowed() -> None:
    AllowedCountry.objects.create(code="GB")
    assert needs(ringing("441632960961")) == []
    assert rules(needs(ringing("12025550121"))) == [Rule.NUMBER_COUNTRY_NOT_ALLOWED]


@pytest.mark.parametrize("number", ["19005550100", "449061234567", "881612345678", "870773111632", "979123456789"])
def test_premium_and_satellite_numbers_are_errors_wherever_they_are(number: str, ours: Line) -> None:
    AllowedCountry.objects.create(code="GB")
    [finding] = needs(ringing(number))
    assert (finding.rule, finding.severity) == (Rule.NUMBER_COSTS_EXTRA, Severity.ERROR)


@pytest.mark.parametrize("number", ["12025550121", "447700900123", "18005550100"])
def test_other_numbers_cost_nothing_extra(number: str) -> None:
    assert costs_extra(number) == ""


def test_a_caller_id_must_be_one_of_our_numbers(ours: Line) -> None:
    assert needs(ringing("12025550121", caller_id=NUMBER)) == []
    assert needs(ringing("12025550121")) == []
    [finding] = needs(ringing("12025550121", caller_id="12025550199"))
    assert (finding.rule, finding.severity) == (Rule.CALLER_ID_NOT_OURS, Severity.ERROR)
    assert "shows the caller ID +1 202 555 0199, which is no number of your lines" in finding.fault


def test_a_line_that_rings_abroad_is_not_published(ours: Line) -> None:
    made = write_draft(LineFile.model_validate(plain(ringing("441632960961")) | {"numbers": ["12025550125"]}))
    with pytest.raises(PublishRefused, match="1 error to look at"):
        publish(made, None, "")
    AllowedCountry.objects.create(code="gb")
    assert publish(made, None, "").number == 1


def test_names_of_countries_are_known() -> None:
    assert (country_name("CA"), country_name("ZZ"), len(country_names()) > 200) == ("Canada", "ZZ", True)


# --- in use -----------------------------------------------------------------------------------------------------


def test_it_takes_one_query_for_each_sort_of_thing_and_none_without_any(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    many: dict[str, Plain] = {f"t{n}": table("x") for n in range(5)} | {f"s{n}": service() for n in range(5)}
    with django_assert_num_queries(5):
        needs(line(ask=collect(), who=branch(rule(lists=["a", "b"])), other=branch(rule(lists=["c"])), **many))
    with django_assert_num_queries(2):  # its own transfer
        needs(line())


def as_file(flow: Flow) -> LineFile:
    return LineFile.model_validate(plain(flow) | {"numbers": [NUMBER]})


def looking_up(**of_line: Any) -> Flow:
    return line(of_line, main=menu(option("1", "ask"), option("2")), ask=collect(then="find"), find=service())


def test_publishing_and_looking_find_the_same() -> None:
    made = write_draft(as_file(looking_up()))
    assert Rule.HOST_NOT_ALLOWED in rules(find(made))
    with pytest.raises(PublishRefused) as refused:
        publish(made, None, "")
    assert refused.value.findings == find(made) == findings(read_draft(made))
    AllowedHost.objects.create(host="api.example.com")
    assert publish(made, None, "").number == 1


PROMISES = [
    {"reaches": "desk", "label": "A person", "max_keys": 2, "max_seconds": 30, "except_lists": ["vip"]},
    {"reaches": "desk", "when": "closed"},
]


def test_promises_are_kept_in_the_draft() -> None:
    flow = looking_up(promises=PROMISES)
    assert read_draft(write_draft(as_file(flow))).promises == flow.promises
    assert [promise.max_keys for promise in flow.promises] == [2, 2]


def test_check_line_tells_of_hosts_and_of_promises_that_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    made = write_draft(as_file(looking_up(promises=PROMISES)))
    with pytest.raises(CommandError, match=r"draft: 1 error\(s\)"):
        call_command("check_line", NUMBER)
    assert "no number manager has allowed that host" in capsys.readouterr().out
    AllowedHost.objects.create(host="api.example.com")
    publish(made, None, "")
    for which in ("--draft", "--live"):
        call_command("check_line", NUMBER, which)
        said = capsys.readouterr().out
        assert (
            "kept     “A person” reaches transfer “Desk” in 1 key and 5 s at most, whatever the hour, but for" in said
        )
        assert "kept     “desk” reaches transfer “Desk” in 1 key and 5 s at most, while all is closed (" in said
