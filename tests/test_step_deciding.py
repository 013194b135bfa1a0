"""Branches and look-ups: what a call goes by, without asking the caller."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from calls import callers
from menus.dialogue import Caller, Dip, Failed, Found, Held, Hold, Locked, NotFound, Switch
from menus.flow import MAX_DIPS, Flow, LookUp, SwitchKind
from menus.step.deciding import lot
from tests.talks import AT, Talk, line

SUNDAY = datetime(2026, 3, 8, 12, tzinfo=UTC)


def branch(*rules: dict[str, Any], **more: Any) -> Flow:
    named = [{"key": f"rule-{n}", "to": "good", **rule} for n, rule in enumerate(rules)]
    return line({"kind": "branch", "rules": named, "otherwise": "bad"}, **more)


def goes(flow: Flow, **more: Any) -> str:
    return Talk(flow, **more).taken.visits[0].to


def after(value: str, **rule: Any) -> str:
    """Where a branch leads once `{n}` holds the value."""
    collect = {"kind": "collect", "value": "n", "prompt": {"en": "?"}, "then": "fork", "first_wait_seconds": 1}
    fork = {"kind": "branch", "label": "Fork", "otherwise": "bad"}
    talk = Talk(line(collect, fork={**fork, "rules": [{"key": "rule", "to": "good", "value": "n", **rule}]}))
    return talk.press(f"{value}#").taken.visits[1].to


# --- rules ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "rule", "to"),
    [
        ("5", {"equals": ["4", "5"]}, "good"),
        ("6", {"equals": ["4", "5"]}, "bad"),
        ("05", {"equals": ["5"]}, "bad"),
        ("9", {"low": "10"}, "bad"),
        ("10", {"low": "10"}, "good"),
        ("100", {"low": "10", "high": "99"}, "bad"),
        ("99", {"low": "10", "high": "99"}, "good"),
        ("62104", {"pattern": "621*"}, "good"),
        ("62204", {"pattern": "621*"}, "bad"),
        ("62104", {"pattern": "621??"}, "good"),
        ("6210", {"pattern": "621??"}, "bad"),
        ("1", {}, "good"),
    ],
)
def test_a_value_that_equals_lies_in_a_range_or_has_a_pattern(value: str, rule: dict[str, Any], to: str) -> None:
    assert after(value, **rule) == to


def test_a_value_that_is_not_there_fits_no_rule() -> None:
    flow = branch({"value": "n", "equals": [""]}, ask={"kind": "collect", "label": "x", "value": "n", "then": "bye"})
    assert goes(flow) == "bad"


def test_dates_are_compared_as_dates() -> None:
    collect = {"kind": "collect", "value": "n", "asks": "date", "then": "fork", "prompt": {"en": "?"}}
    rule = {"key": "r", "to": "good", "value": "n", "low": "2026-09-15", "high": "2027-01-31"}
    fork = {"kind": "branch", "label": "Fork", "otherwise": "bad", "rules": [rule]}
    flow = line(collect, fork=fork)
    assert Talk(flow).press("09152026").taken.visits[1].to == "good"
    assert Talk(flow).press("09142026").taken.visits[1].to == "bad"


def test_the_first_rule_that_holds_wins() -> None:
    flow = branch({"languages": ["en"]}, {"languages": ["en"], "to": "bye"})
    assert [(visit.option, visit.to) for visit in Talk(flow).taken.visits[:1]] == [("rule-0", "good")]


def test_all_that_a_rule_names_must_hold() -> None:
    assert goes(branch({"languages": ["en"], "prefixes": ["+1202"]})) == "good"
    assert goes(branch({"languages": ["es"], "prefixes": ["+1202"]})) == "bad"
    assert goes(branch({"languages": ["en"], "prefixes": ["44"]})) == "bad"


def test_a_rule_that_names_nothing_never_holds() -> None:
    assert goes(branch({"equals": ["1"]})) == "bad"


def test_the_number_dialled_and_the_callers_beginning() -> None:
    assert goes(branch({"dialled": ["12025550110"]})) == "good"
    assert goes(branch({"dialled": ["12025550111"]})) == "bad"
    assert goes(branch({"prefixes": ["4", "12025"]})) == "good"
    assert goes(branch({"prefixes": ["1"]}), caller="anonymous") == "bad"


def test_the_lists_that_the_caller_is_on() -> None:
    flow = branch({"lists": ["blocked", "vip"]})
    assert goes(flow, known=Caller(lists=("vip",))) == "good"
    assert goes(flow, known=Caller(lists=("other",))) == "bad"
    assert Talk(flow, known=Caller(lists=("other", "vip"))).state.lists == ("vip",), "only what the flow asks for"


def test_a_schedule_that_is_open_closed_or_on_holiday() -> None:
    office = {"name": "Office", "weekly": {"wed": ["08:00-17:00"]}, "holidays": [{"name": "Sun", "when": "03-08"}]}
    more = {"schedules": {"office": office}}
    for opening, at, to in [
        ("open", AT, "good"),
        ("open", SUNDAY, "bad"),
        ("closed", AT, "bad"),
        ("closed", SUNDAY, "good"),
        ("holiday", SUNDAY, "good"),
    ]:
        assert goes(branch({"schedule": "office", "opening": opening}, **more), at=at) == to
    forced = (Switch(SwitchKind.CLOSED, AT.timestamp() + 60),)
    assert goes(branch({"schedule": "office", "opening": "closed"}, **more), switches=forced) == "good"


# --- sharing out ------------------------------------------------------------------------------------------------


def shares(*rules: dict[str, Any]) -> Counter[str]:
    """Where ten thousand callers go."""
    flow = branch(*rules)
    return Counter(goes(flow, known=callers.known(str(12025550000 + n), "", 1, flow, AT)) for n in range(10_000))


@pytest.mark.parametrize("percent", [1, 20, 50, 99])
def test_ten_thousand_callers_are_shared_out_within_one_per_cent(percent: int) -> None:
    assert abs(shares({"percent": percent})["good"] / 100 - percent) < 1


def test_shares_add_up_in_order_and_the_rest_goes_otherwise() -> None:
    found = shares({"percent": 20}, {"percent": 30, "to": "bye"})
    assert abs(found["good"] / 100 - 20) < 1
    assert abs(found["bye"] / 100 - 30) < 1
    assert abs(found["bad"] / 100 - 50) < 1


def test_nobody_and_everybody() -> None:
    assert shares({"percent": 0}) == {"bad": 10_000}
    assert shares({"percent": 100}) == {"good": 10_000}


def test_the_same_caller_goes_the_same_way_in_each_call() -> None:
    flow = branch({"percent": 50})
    for drawn in range(0, 100_000, 9973):
        assert len({goes(flow, known=Caller(lot=drawn), at=at) for at in (AT, SUNDAY)}) == 1


def test_one_branch_does_not_decide_the_next() -> None:
    both = sum(lot(n, "one") < 5000 and lot(n, "two") < 5000 for n in range(10_000))
    assert abs(both / 100 - 25) < 1.5


# --- look-ups ---------------------------------------------------------------------------------------------------

TABLE = {"type": "table", "table": "accounts", "key": "{n}"}
HTTP = {"type": "http", "url": "https://crm.example.com/{n}", "headers": {"X-Key": "{secret:CRM}"}}


def look_up(
    source: dict[str, Any] = TABLE, asks: str = "digits", words: str = "You have {balance}.", **more: Any
) -> Flow:
    collect = {"kind": "collect", "value": "n", "asks": asks, "prompt": {"en": "?"}, "then": "dip"}
    dip = {
        "kind": "lookup",
        "label": "Dip",
        "source": source,
        "values": [{"value": "balance", "field": "balance"}],
        "found": "told",
        "not_found": "start",
        "failed": "bad",
        **more,
    }
    told = {"kind": "message", "label": "Told", "prompt": {"en": words}, "then": "bye"}
    return line(collect, dip=dip, told=told)


def test_what_is_found_becomes_a_value_and_is_spoken() -> None:
    talk = Talk(look_up(), Found({"balance": "12 dollars"}, "table accounts")).press("1234#")
    assert talk.said[0] == "You have 12 dollars."
    assert talk.passed[:2] == ["start entered", "dip found"]
    assert talk.taken.visits[1].why == "table accounts"
    dip = talk.flow.destinations["dip"]
    assert isinstance(dip, LookUp)
    assert dip.source
    assert talk.deeds == [Dip(dip.source, {"n": "1234"}, dip.values)]


@pytest.mark.parametrize(
    ("result", "outcome", "at"),
    [(NotFound(), "not_found", "start"), (Failed("too slow"), "failed", ""), (Locked(), "locked", "desk")],
)
def test_every_other_end_of_a_look_up_leads_where_staff_say(result: Any, outcome: str, at: str) -> None:
    talk = Talk(look_up(), result).press("1234#")
    assert (talk.taken.visits[1].outcome, talk.at) == (outcome, at)


def test_a_look_up_is_no_turn_of_its_own() -> None:
    talk = Talk(look_up(), Found({"balance": "1"}))
    before = talk.state.turn
    assert talk.press("1234#").state.turn == before + 1


def test_an_answers_text_is_no_markup_and_no_value() -> None:
    bad = "</speak><break time='9s'/>{n} & {caller}"
    said = Talk(look_up(words="{balance}"), Found({"balance": bad})).press("1234#").said[0]
    assert "break" in said
    assert not [power for power in ("<", "1 2 3 4", "2 0 2") if power in said]
    said = Talk(look_up(words="<speak>{balance}</speak>"), Found({"balance": bad})).press("1234#").said[0]
    assert said.count("<") == 2, "the words' own tags, and no other"


def test_look_ups_in_a_circle_end() -> None:
    talk = Talk(look_up(failed="dip"), Failed("no")).press("1234#")
    assert (len(talk.deeds), talk.passed[-1], talk.at) == (MAX_DIPS, "dip over_limit", "desk")


def test_look_ups_in_a_circle_end_even_where_the_operator_is_one_of_them() -> None:
    talk = Talk(look_up(failed="dip").model_copy(update={"operator": "dip"}), Failed("no")).press("1234#")
    assert (talk.at, talk.said[-1]) == ("", "Thank you for calling. Goodbye.")


def test_a_hold_line_is_said_before_a_service_is_asked_and_not_before_a_table() -> None:
    hold: dict[str, Any] = {"hold": {"en": "One moment."}}
    talk = Talk(look_up(HTTP, **hold), Found({"balance": "5"})).press("1234#")
    assert (talk.said, talk.of(Hold), talk.deeds, talk.at) == (["One moment."], [Hold()], [], "dip")
    talk.hear(Held())
    assert talk.said[0] == "You have 5."
    assert Talk(look_up(**hold), Found({"balance": "5"})).press("1234#").said[0] == "You have 5."


def test_a_look_up_whose_answer_got_lost_is_made_once_more() -> None:
    talk = Talk(look_up(HTTP, hold={"en": "One moment."}), NotFound()).press("1234#").wait()
    assert talk.passed[0] == "dip not_found"


def test_a_name_that_is_no_value_of_the_line_is_silence() -> None:
    words = "A {nothing} b {x.__class__} {caller!r} {values} {flow} {n} {balance} c"
    talk = Talk(look_up(words=words, found="told"), Found({"balance": "5"})).press("1234#")
    assert talk.said[0].split() == ["A", "b", "1", "2", "3", "4", "5", "c"]


# --- PINs -------------------------------------------------------------------------------------------------------


def test_three_wrong_pins_in_a_call_lead_to_a_person() -> None:
    talk = Talk(look_up(asks="pin"), NotFound()).press("1234")
    assert [deed.pin for deed in talk.deeds if isinstance(deed, Dip)] == [("n",)]
    talk.press("1234")
    assert talk.at == "start"
    talk.press("1234")
    assert talk.said[0] == "Sorry, that is too many wrong tries."
    assert (talk.passed[1], talk.at) == ("dip locked", "desk")


def test_a_place_of_its_own_for_those_who_are_locked_out() -> None:
    talk = Talk(look_up(asks="pin", locked="good"), Locked()).press("1234")
    assert "good played" in talk.passed


def test_a_right_pin_begins_the_count_anew() -> None:
    talk = Talk(look_up(asks="pin", found="start"), NotFound(), NotFound(), Found({}), NotFound())
    assert talk.press("1234", "1234", "1234").state.pins == 0
    assert talk.press("1234").at == "start"


def test_a_pin_is_forgotten_once_it_has_been_used() -> None:
    for result in (Found({}), NotFound(), Failed("no")):
        assert "n" not in Talk(look_up(asks="pin"), result).press("1234").state.values


def test_an_entry_that_is_not_sensitive_stays() -> None:
    assert Talk(look_up(), NotFound()).press("1234#").passed[1] == "dip not_found"
    assert Talk(look_up(found="good"), Found({})).press("1234#").state.values["n"] == "1234"


def test_whoever_was_locked_out_is_not_even_looked_up_again_in_that_call() -> None:
    talk = Talk(look_up(asks="pin", locked="start"), NotFound()).press("1234", "1234", "1234")
    assert (talk.at, len(talk.deeds)) == ("start", 3)
    talk.press("1234")
    assert (talk.passed[1], len(talk.deeds)) == ("dip locked", 3)


def test_what_is_not_found_without_a_pin_locks_nobody_out() -> None:
    two = look_up(asks="pin", locked="again")
    plain = {"kind": "lookup", "label": "Zip", "source": {"type": "table", "table": "zips", "key": "1"}}
    again = plain | {"found": "good", "not_found": "bad", "failed": "bad"}
    flow = two.model_copy(update={"destinations": two.destinations | {"again": LookUp.model_validate(again)}})
    assert Talk(flow, NotFound()).press("1234", "1234", "1234").passed[2:4] == ["again not_found", "bad played"]


def test_what_an_earlier_look_up_found_is_not_taken_for_what_this_one_did_not_find() -> None:
    talk = Talk(look_up(found="start", not_found="start"), Found({"balance": "12"}), NotFound())
    assert talk.press("1234#").state.values["balance"] == "12"
    assert "balance" not in talk.press("4321#").state.values
