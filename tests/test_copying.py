"""A destination copied with all below it that nothing else leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus.copying import below, changed, copied, recordings, shared, with_recordings, without_targets
from menus.flow import Flow, Menu, Transfer, plain, read_flow
from menus.linefile import read_yaml
from tests.staff import DEMO

LINE = {
    "format": 1,
    "name": "Shop",
    "languages": [{"key": "en", "name": "English"}],
    "start": "main",
    "operator": "desk",
    "destinations": {
        "main": {
            "kind": "menu",
            "label": "Main",
            "options": [
                {"key": "orders", "digits": "1", "label": "Orders", "to": "orders"},
                {"key": "desk", "digits": "2", "label": "Desk", "to": "desk"},
            ],
        },
        "orders": {
            "kind": "menu",
            "label": "Orders",
            "options": [
                {"key": "new", "digits": "1", "label": "New", "to": "new"},
                {"key": "off", "digits": "2", "label": "Old", "to": "old", "enabled": False},
                {"key": "up", "digits": "3", "label": "Back", "to": "main"},
                {"key": "again", "digits": "4", "label": "Again", "to": "orders"},
            ],
            "no_input": {"then": "bye"},
        },
        "new": {"kind": "message", "label": "New orders", "prompt": {"en": "New."}, "then": "thanks"},
        "old": {"kind": "message", "label": "Old orders", "prompt": {"en": "Old."}, "then": "bye"},
        "thanks": {"kind": "message", "label": "Thanks", "prompt": {"en": "Thanks."}, "then": "bye"},
        "desk": {"kind": "transfer", "label": "Desk", "targets": [{"number": "12025550121", "type": "phone"}],
                 "caller_id": "12025550120", "last_resort": "bye"},
        "bye": {"kind": "hangup", "label": "Goodbye"},
    },
}  # fmt: skip


@pytest.fixture
def flow() -> Flow:
    return read_flow(LINE)


def test_what_nothing_else_leads_to_is_copied_with_it(flow: Flow) -> None:
    assert below(flow, "orders") == ("orders", "new", "old", "thanks")
    assert shared(flow, below(flow, "orders")) == ("main", "bye")


def test_a_way_from_elsewhere_keeps_all_below_it_shared(flow: Flow) -> None:
    desk = changed(flow.destinations["desk"], last_resort="new")
    led_there = changed(flow, destinations={**flow.destinations, "desk": desk})
    assert below(led_there, "orders") == ("orders", "old")


def test_the_start_and_the_operator_are_never_copied_with_another(flow: Flow) -> None:
    assert below(flow, "bye") == ("bye",)
    assert "desk" not in below(flow, "main")
    assert below(flow, "main") == ("main", "orders", "new", "old", "thanks")


def test_a_destination_that_is_not_there_is_refused(flow: Flow) -> None:
    with pytest.raises(KeyError):
        copied(flow, "nowhere")


def test_copies_lead_to_each_other_and_else_where_the_originals_lead(flow: Flow) -> None:
    made, keys = copied(flow, "orders")
    assert keys == {"orders": "orders-copy", "new": "new-copy", "old": "old-copy", "thanks": "thanks-copy"}
    copy = made.destinations["orders-copy"]
    assert isinstance(copy, Menu)
    assert [option.to for option in copy.options] == ["new-copy", "old-copy", "main", "orders-copy"]
    assert copy.no_input.then == "bye"
    assert [option.key for option in copy.options] == ["new", "off", "up", "again"]


def test_what_was_there_stays_as_it_was(flow: Flow) -> None:
    made, keys = copied(flow, "orders")
    kept = {key: here for key, here in made.destinations.items() if key not in keys.values()}
    assert plain(changed(made, destinations=kept)) == plain(flow)


def test_copies_stand_behind_the_last_that_was_copied(flow: Flow) -> None:
    made, _ = copied(flow, "orders")
    there = list(made.destinations)
    assert there[4:10] == ["thanks", "orders-copy", "new-copy", "old-copy", "thanks-copy", "desk"]


def test_a_copy_of_a_copy_has_a_name_of_its_own(flow: Flow) -> None:
    once, _ = copied(flow, "new")
    twice, keys = copied(once, "new-copy")
    assert keys == {"new-copy": "new-copy-2", "thanks-copy": "thanks-copy-2"}
    assert twice.destinations["new-copy-2"].label == "New orders (copy 2)"


def test_long_names_are_cut_to_what_may_be_kept(flow: Flow) -> None:
    long = changed(flow.destinations["bye"], label="x" * 100)
    made, keys = copied(changed(flow, destinations={**flow.destinations, "k" * 40: long}), "k" * 40)
    (key,) = keys.values()
    assert key == "k" * 35 + "-copy"
    assert made.destinations[key].label == "x" * 93 + " (copy)"
    assert key in read_flow(plain(made)).destinations


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_every_destination_of_the_demo_lines_can_be_copied(path: Path) -> None:
    flow = read_yaml(path.read_bytes())
    for key in flow.destinations:
        made, keys = copied(flow, key)
        read = type(made).model_validate(plain(made))
        assert keys[key] in read.destinations
        assert len(read.destinations) == len(flow.destinations) + len(keys)


@given(st.data())
def test_only_what_cannot_be_reached_without_it_is_copied(data: st.DataObject) -> None:
    """By walking the line with the destination taken out."""
    names = [f"d{n}" for n in range(8)]
    leads = {name: data.draw(st.lists(st.sampled_from(names), max_size=3)) for name in names}
    options = {name: [{"key": f"o{n}", "digits": str(n), "label": "x", "to": to} for n, to in enumerate(tos)]
               for name, tos in leads.items()}  # fmt: skip
    there = {name: {"kind": "menu", "label": name, "options": options[name]} for name in names}
    start = data.draw(st.sampled_from(names))
    flow = read_flow({"format": 1, "name": "x", "languages": [{"key": "en", "name": "E"}], "start": start,
                      "destinations": there})  # fmt: skip
    key = data.draw(st.sampled_from(names))
    below_it = _walk(leads, [key], "")
    others = [name for name in names if name not in below_it] + [start]
    elsewhere = _walk(leads, [name for name in others if name != key], key)
    assert set(below(flow, key)) == {key} | (below_it - elsewhere)


def _walk(leads: dict[str, list[str]], begin: list[str], closed: str) -> set[str]:
    seen, todo = set(begin), list(begin)
    while todo:
        new = {to for to in leads[todo.pop()] if to not in seen and to != closed}
        seen |= new
        todo.extend(new)
    return seen


def test_without_targets_nobody_is_rung_and_no_number_shown() -> None:
    flow = without_targets(read_flow(LINE))
    desk = flow.destinations["desk"]
    assert isinstance(desk, Transfer)
    assert (desk.targets, desk.caller_id, desk.last_resort) == ((), None, "bye")


def test_recordings_move_wherever_they_are_played() -> None:
    said = {"text": "Hello", "audio": "/audio/old.mp3", "seconds": 2}
    there: dict[str, dict[str, Any]] = {
        "main": {"kind": "menu", "label": "Main", "greeting": {"en": said}, "no_input": {"last": {"en": said}},
                 "options": [{"key": "a", "digits": "1", "label": "A", "to": "desk", "words": {"en": said}}]},
        "desk": {"kind": "transfer", "label": "Desk", "ringback": "/audio/old.mp3", "whisper": {"en": said}},
    }  # fmt: skip
    closed = {"holidays": [{"name": "x", "when": "12-25", "words": {"en": said}}], "name": "Hours"}
    flow = read_flow(LINE | {"destinations": there, "phrases": {"goodbye": {"en": said}}, "schedules": {"h": closed}})
    assert recordings(flow) == {"/audio/old.mp3"}
    ring = {"desk": there["desk"] | {"ringback": "/audio/ring.mp3", "prompt": {"en": said | {"audio": "/audio/b.mp3"}}}}
    assert recordings(read_flow(LINE | {"start": "desk", "destinations": ring})) == {
        *("/audio/ring.mp3", "/audio/old.mp3", "/audio/b.mp3")
    }
    moved = with_recordings(flow, {"/audio/old.mp3": "/audio/new.mp3"})
    assert recordings(moved) == {"/audio/new.mp3"}
    assert str(plain(moved)) == str(plain(flow)).replace("old.mp3", "new.mp3")
