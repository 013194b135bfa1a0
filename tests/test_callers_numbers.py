"""A caller's number is kept in one form, however the carrier writes it: else erasing and the recontact miss calls."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calls import vonage


@pytest.mark.parametrize("written", ["12025550142", "+12025550142", "+1 202-555-0142", "1 (202) 555.0142"])
def test_a_callers_number_is_its_digits(written: str) -> None:
    news = vonage.read_news({"from": written, "to": "441632960960", "status": "ringing"})
    assert vonage.leg_facts(news, datetime.now(UTC))["caller"] == "12025550142"
    assert vonage.read_ring({"from": written, "to": "441632960960"}).caller == "12025550142"


@pytest.mark.parametrize("written", ["sip:+12025550142@sip.test", "anonymous"])
def test_what_is_no_number_is_kept_as_it_is(written: str) -> None:
    assert vonage.read_ring({"from": written}).caller == written
