"""Keys, messages and legs that come after a call was summarised are counted, and none on its way is missed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from calls import keeper
from calls.models import Call, CallOutcome, Event, Visit
from tests import lines
from tests.door import EVENT, UUID, Door, completed, leg, place_in

Patch = pytest.MonkeyPatch
Settings = Any  # pytest-django's fixture
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data_dir(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def outcome(uuid: str) -> str:
    return Call.objects.get(uuid=uuid).outcome


def summarised(uuid: str) -> bool:
    return Call.objects.get(uuid=uuid).summarised_at is not None


@pytest.fixture
def ended(monkeypatch: Patch) -> Door:
    """A call that waited in the main menu when it was hung up, and was summarised a while ago."""
    door = Door()
    lines.publish(lines.office())
    phone = door.telephone(uuid=UUID, conversation="CON-late")
    phone.ring()
    phone.hang_up()
    keeper.settle()
    before = timezone.now() - timedelta(minutes=10)
    assert Call.objects.filter(uuid=UUID).update(summarised_at=before, started_at=before) == 1
    assert outcome(UUID) == CallOutcome.ABANDONED
    door.nccos = [phone.ncco]
    return door


def recorded(**facts: str) -> dict[str, Any]:
    return {"recording_uuid": "r1", "recording_url": "https://x", "conversation_uuid": "CON-late"} | facts


def test_a_message_that_comes_after_the_summary_is_counted(ended: Door) -> None:
    ended.post(place_in(ended.nccos[0]).replace("/event/", "/recording/"), recorded())
    keeper.settle()
    assert outcome(UUID) == CallOutcome.VOICEMAIL


def test_a_message_that_names_only_the_conversation_is_counted_too(ended: Door) -> None:
    ended.post("/webhooks/recording/", recorded())
    keeper.settle()
    assert outcome(UUID) == CallOutcome.VOICEMAIL


def test_news_of_a_leg_that_comes_after_the_summary_is_counted(ended: Door) -> None:
    ended.post(place_in(ended.nccos[0]), leg("answered"))
    keeper.settle()
    assert outcome(UUID) == CallOutcome.TRANSFERRED


def test_a_key_that_comes_after_the_summary_is_counted(ended: Door) -> None:
    ended.post(place_in(ended.nccos[0]), {"dtmf": {"digits": "3"}, "uuid": UUID})
    keeper.settle()
    assert (Call.objects.get(uuid=UUID).turn_count, outcome(UUID)) == (2, CallOutcome.SERVED)


def test_nothing_new_is_not_summarised_again(ended: Door) -> None:
    marked = timezone.now() - timedelta(minutes=5)
    Call.objects.filter(uuid=UUID).update(summarised_at=marked)
    keeper.settle()
    assert Call.objects.get(uuid=UUID).summarised_at == marked


def test_news_on_its_way_while_a_call_is_summarised_is_not_missed(ended: Door, monkeypatch: Patch) -> None:
    """Received before the summary was begun, written after it had read the log."""
    from calls import summary

    real = summary.summarise

    def while_it_counts(*arguments: Any) -> Any:
        counted = real(*arguments)
        monkeypatch.setattr(summary, "summarise", real)
        ended.post("/webhooks/recording/", recorded())
        Event.objects.filter(kind="recording").update(received_at=received_at)
        return counted

    received_at = timezone.now()
    Call.objects.filter(uuid=UUID).update(summarised_at=None)
    monkeypatch.setattr(summary, "summarise", while_it_counts)
    rounds = keeper.Rounds()
    rounds.settle(late=False)
    assert outcome(UUID) == CallOutcome.ABANDONED
    rounds.settle()
    assert outcome(UUID) == CallOutcome.VOICEMAIL


def test_a_calls_own_news_while_it_is_summarised_leaves_it_due(ended: Door, monkeypatch: Patch) -> None:
    from calls import summary

    real = summary.summarise

    def while_it_counts(*arguments: Any) -> Any:
        Call.objects.filter(uuid=UUID).update(ended_at=timezone.now(), summarised_at=None)
        return real(*arguments)

    Call.objects.filter(uuid=UUID).update(summarised_at=None)
    visits = list(Visit.objects.filter(call_id=UUID).values_list("pk", flat=True))
    monkeypatch.setattr(summary, "summarise", while_it_counts)
    keeper.settle()
    assert not summarised(UUID)
    assert list(Visit.objects.filter(call_id=UUID).values_list("pk", flat=True)) == visits != []
    monkeypatch.setattr(summary, "summarise", real)
    keeper.settle()
    assert summarised(UUID)


def test_completed_twice_is_one_summary(ended: Door) -> None:
    ended.post(EVENT, completed(uuid=UUID, conversation_uuid="CON-late"))
    keeper.settle()
    assert Visit.objects.filter(call_id=UUID).count() == 1
