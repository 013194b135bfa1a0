"""Call back: the number, the time, and the request that staff get."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from menus.dialogue import Ask, RequestCallback
from menus.flow import Flow
from tests.talks import AT, CALLER, Talk, line

WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def desk(**more: Any) -> Flow:
    here = {"kind": "callback", "prompt": {"en": "We are busy."}, "team": "Loans", "then": "good", "schedule": "office"}
    office = {"name": "Office", "timezone": "America/New_York", "weekly": WEEK}
    return line(here | more, schedules={"office": office})


def window(day: int, begin: int, end: int) -> tuple[int, int]:
    """In UTC; New York is five hours behind in early March."""
    return tuple(int(datetime(2026, 3, day, hour, tzinfo=UTC).timestamp()) for hour in (begin, end))  # type: ignore[return-value]


def test_the_callers_own_number_is_offered_and_not_shown_in_logs() -> None:
    talk = Talk(desk())
    assert talk.said == [
        "We are busy.",
        f"We can call you back at {' '.join(CALLER)}. If that is right, press 1. To give another number, press 2.",
    ]
    assert talk.asked == Ask(5, 1)


def test_the_times_to_choose_from_are_opening_hours_in_the_schedules_clocks() -> None:
    talk = Talk(desk()).press("1")  # 05:00 in New York
    assert talk.said == [
        "For a call today between 9 AM and 11 AM, press 1.",
        "For a call today between 11 AM and 1 PM, press 2.",
        "For a call today between 1 PM and 3 PM, press 3.",
    ]


def test_the_time_chosen_makes_the_request() -> None:
    talk = Talk(desk()).press("1", "2")
    begins, ends = window(4, 16, 18)
    assert talk.of(RequestCallback) == [RequestCallback(CALLER, "start", "Loans", begins, ends, "America/New_York")]
    assert talk.said[:2] == ["Thank you. We will call you back today between 11 AM and 1 PM.", "Good."]
    assert talk.passed[0] == "start requested"


def test_a_slow_caller_gets_the_times_that_were_offered() -> None:
    talk = Talk(desk(notice_minutes=0), at=datetime(2026, 3, 4, 15, 59, 50, tzinfo=UTC)).press("1")
    assert talk.said[0] == "For a call today between 11 AM and 1 PM, press 1."
    talk.wait()
    assert "11 AM" in talk.said[1], "offered again, not anew"
    assert talk.press("1").of(RequestCallback)[0].begins == window(4, 16, 18)[0]


def test_late_in_the_day_the_last_time_is_shorter_and_the_next_day_follows() -> None:
    talk = Talk(desk(), at=datetime(2026, 3, 6, 20, 20, tzinfo=UTC)).press("1")  # Friday, 15:20 in New York
    assert talk.said[0] == "For a call today between 4 PM and 5 PM, press 1."
    assert "Monday" in talk.said[1]


def test_without_a_schedule_somebody_calls_as_soon_as_they_can() -> None:
    talk = Talk(desk(schedule=None)).press("1")
    assert talk.of(RequestCallback) == [RequestCallback(CALLER, "start", "Loans", 0, 0, "UTC")]
    assert talk.said[0] == "Thank you. We will call you back as soon as we can."


def test_words_of_its_own_for_the_end_know_number_and_time() -> None:
    talk = Talk(desk(done={"en": "{callback}, {window}."})).press("1", "1")
    assert talk.said[0] == f"{' '.join(CALLER)}, today between 9 AM and 11 AM."
    assert talk.logged[0] == "(11 keys), today between 9 AM and 11 AM."


def test_another_number_is_keyed_read_back_and_used() -> None:
    talk = Talk(desk()).press("2")
    assert talk.asked == Ask(5, 20, finish_on_hash=True)
    talk.press("2025550143#")
    assert talk.said == ["You entered 1 2 0 2 5 5 5 0 1 4 3. If that is right, press 1. To enter it again, press 2."]
    assert talk.press("1", "1").of(RequestCallback)[0].number == "12025550143"


def test_a_number_read_back_and_refused_is_keyed_again_and_not_for_ever() -> None:
    talk = Talk(desk(no_match={"tries": 2, "then": "bad"})).press("2", "2025550143#", "2")
    assert talk.asked.max_digits == 20
    assert talk.press("2025550144#", "2").passed[0] == "start gave_up"


def test_what_is_no_number_is_asked_for_again() -> None:
    talk = Talk(desk()).press("2", "12#")
    assert (talk.passed, talk.asked.max_digits) == (["start no_match"], 20)


def test_a_hidden_number_is_asked_for_at_once() -> None:
    assert Talk(desk(), caller="anonymous").asked.max_digits == 20


def test_silence_and_wrong_keys_are_counted_and_lead_to_the_operator() -> None:
    assert Talk(desk()).press("7").passed == ["start no_match"]
    assert Talk(desk()).wait(3).at == "desk"


def test_the_operator_key_works() -> None:
    assert Talk(desk()).press("0").at == "desk"


def test_without_a_next_place_the_call_ends_with_thanks() -> None:
    talk = Talk(desk(then=None)).press("1", "1")
    assert talk.said[-1] == "Thank you for calling. Goodbye."
    assert talk.at == ""


def test_a_schedule_that_never_opens_offers_no_times() -> None:
    flow = line(
        {"kind": "callback", "schedule": "never", "then": "good"}, schedules={"never": {"name": "Never", "weekly": {}}}
    )
    assert Talk(flow, at=AT).press("1").of(RequestCallback)[0].begins == 0
