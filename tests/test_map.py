"""The call-flow map: every place and every way is on it, nothing lies upon anything else, keys stand in dial order."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from menus.check import check
from menus.check.ways import ways as checked_ways
from menus.flow import Flow, LineFile, read_flow
from menus.linefile import read_yaml
from menus.map import Drawing, Node, draw
from menus.map.lettering import fit, width, wrap
from menus.map.order import crossings, in_order
from menus.map.ways import ways_of
from tests import staff
from tests.strategies import flows

LINE = {"name": "Line", "languages": [{"key": "en", "name": "English"}]}


def flow(start: str | None = "main", **destinations: Any) -> Flow:
    """Keys with `_` in place of `-`."""
    named = {key.replace("_", "-"): {"label": key} | told for key, told in destinations.items()}
    return read_flow(LINE | {"start": start, "destinations": named})


def menu(**options: str) -> dict[str, Any]:
    """By key of the option: its digits and where it leads."""
    told = (one.split() for one in options.values())
    return {
        "kind": "menu",
        "options": [
            {"key": key, "digits": digits, "label": key, "to": to}
            for key, (digits, to) in zip(options, told, strict=True)
        ],
    }


BYE: dict[str, Any] = {"kind": "hangup"}


def node(drawing: Drawing, key: str) -> Node:
    return next(node for node in drawing.nodes if node.key == key)


def rows(drawing: Drawing, key: str) -> list[str]:
    return [f"{row.key or row.words} {row.sign or '-'} {row.led}".strip() for row in node(drawing, key).rows]


def apart(one: Node, other: Node) -> bool:
    beside = one.x + one.w <= other.x or other.x + other.w <= one.x
    return beside or one.y + one.h <= other.y + 0.01 or other.y + other.h <= one.y + 0.01


# --- what holds for every flow ----------------------------------------------------------------------------------


def holds(line: Flow) -> None:
    drawing = draw(line, check(line))
    assert drawing == draw(line, check(line)), "the same flow is drawn the same"
    assert {node.key for node in drawing.nodes} == set(line.destinations)
    assert all(apart(one, other) for one, other in combinations(drawing.nodes, 2)), "boxes lie upon each other"
    for one in drawing.nodes:
        assert one.x >= 0 <= one.y
        assert one.x + one.w <= drawing.width
        assert one.y + one.h <= drawing.height
    every_way_is_drawn_or_told(line, drawing)
    lines_lead_one_column_to_the_right(drawing)
    the_list_tells_every_place_once(line, drawing)


def every_way_is_drawn_or_told(line: Flow, drawing: Drawing) -> None:
    for key, here in line.destinations.items():
        shown = {(name, row.to) for row in node(drawing, key).rows for name in row.ways}
        led = {(way.name, way.to) for way in ways_of(here) if way.to is not None}
        assert {(name, to) for name, to in shown if to} == led
        assert {to for _, to in led} == {way.to for way in checked_ways(here) if way.used and way.to}
        drawn = [edge.id[1:] for edge in drawing.edges if edge.source == key]
        assert drawn == [("+".join(row.ways), row.to) for row in node(drawing, key).drawn_rows]


def lines_lead_one_column_to_the_right(drawing: Drawing) -> None:
    place = {node.key: node for node in drawing.nodes}
    columns = sorted({node.x for node in drawing.nodes if node.reached})
    for edge in drawing.edges:
        begin, end = place[edge.source], place[edge.to]
        assert columns.index(end.x) == columns.index(begin.x) + 1
        assert edge.path.startswith(f"M{begin.x + begin.w:g} ")
    assert len({edge.id for edge in drawing.edges}) == len(drawing.edges) or has_twins(drawing)


def has_twins(drawing: Drawing) -> bool:
    """Two options of one name, which a draft may have."""
    return any(len({row.ways for row in node.rows}) < len(node.rows) for node in drawing.nodes)


def the_list_tells_every_place_once(line: Flow, drawing: Drawing) -> None:
    told = [one.to for one in drawing.listed if one.to and not one.again]
    assert sorted(told) == sorted(line.destinations)
    first = {one.to: n for n, one in enumerate(drawing.listed) if one.to and not one.again}
    for n, one in enumerate(drawing.listed):
        if one.again:
            assert one.again == ("above" if first[one.to] < n else "below")
    depth = 0
    for one in drawing.listed:
        assert one.depth == depth
        depth += one.opens - one.closes
    assert depth == 0


@pytest.mark.parametrize("path", staff.DEMO, ids=lambda path: path.stem)
def test_every_demo_line_is_drawn_whole(path: Any) -> None:
    holds(read_yaml(path.read_bytes()))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(flows(every=True))
def test_every_flow_is_drawn_whole(line: Flow) -> None:
    holds(line)


@pytest.mark.parametrize("path", staff.DEMO, ids=lambda path: path.stem)
def test_words_of_the_demo_lines_stay_in_their_boxes(path: Any) -> None:
    for one in draw(read_yaml(path.read_bytes())).nodes:
        for text in (*one.texts, *(text for row in one.rows for text in row.lines)):
            assert width(text.words, 11) <= one.w - 16
            assert 0 < text.y <= one.h


def test_a_line_of_sixty_is_a_sheet_and_not_a_strip() -> None:
    for path in staff.DEMO:
        drawing = draw(read_yaml(path.read_bytes()))
        assert drawing.height < 1700
        assert drawing.width < 3400


def test_a_thousand_places_are_drawn_without_recursion() -> None:
    chain: dict[str, Any] = {f"m{n}": {"kind": "message", "label": f"M{n}", "then": f"m{n + 1}"} for n in range(1000)}
    drawing = draw(read_flow(LINE | {"start": "m0", "destinations": chain | {"m1000": {"label": "End"} | BYE}}))
    assert len(drawing.edges) == 1000


# --- what staff see ---------------------------------------------------------------------------------------------


def test_keys_stand_in_dial_order_and_words_after_them() -> None:
    told = menu(star="* bye", zero="0 bye", ten="12 bye", two="2 bye", one="1 bye") | {"no_input": {"then": "bye"}}
    drawing = draw(flow(main=told, bye=BYE))
    assert [row.key for row in node(drawing, "main").rows] == ["1", "12", "2", "0", "*", ""]
    assert [edge.label for edge in drawing.edges] == ["1", "12", "2", "0", "*", ""]
    beginnings = [edge.y for edge in drawing.edges]
    assert beginnings == sorted(beginnings)


def test_children_stand_in_the_order_of_their_keys() -> None:
    drawing = draw(flow(main=menu(c="3 c", a="1 a", b="2 b"), c=BYE, b=BYE, a=BYE))
    assert sorted("abc", key=lambda key: node(drawing, key).y) == ["a", "b", "c"]


def test_ways_back_are_words_and_no_lines() -> None:
    drawing = draw(flow(main=menu(sub="1 sub", bye="9 bye"), sub=menu(back="9 main", again="1 sub"), bye=BYE))
    assert rows(drawing, "sub") == ["1 ↩ sub", "9 ↩ main"]
    assert [edge.id for edge in drawing.edges] == [
        ("main", "option/sub", "sub"),
        ("main", "option/bye", "bye"),
    ]


def test_a_way_on_that_skips_a_column_or_stays_in_it_is_words() -> None:
    line = flow(main=menu(a="1 a", b="2 b"), a={"kind": "message", "then": "b"}, b={"kind": "message", "then": "main"})
    assert rows(draw(line), "a") == ["then → b"]


def test_silence_and_wrong_keys_to_one_place_are_one_dashed_line() -> None:
    told = menu(one="1 desk") | {"no_input": {"then": "bye"}, "no_match": {"then": "bye"}}
    drawing = draw(flow(main=told, desk=BYE, bye=BYE))
    assert rows(drawing, "main") == ["1 - desk", "silence, wrong key - bye"]
    assert [edge.minor for edge in drawing.edges] == [False, True]


def test_who_does_as_asked_decides_the_column() -> None:
    told = menu(one="1 desk") | {"no_input": {"then": "late"}}
    drawing = draw(flow(main=told, desk={"kind": "message", "then": "late"}, late=BYE))
    assert node(drawing, "late").x > node(drawing, "desk").x
    assert rows(drawing, "main") == ["1 - desk", "silence → late"]


def test_what_leads_nowhere_yet_says_so() -> None:
    line = flow(main={"kind": "hours"}, other={"kind": "transfer", "last_resort": "gone"})
    drawing = draw(line)
    assert rows(drawing, "main") == ["open ✗", "closed ✗"]
    assert rows(drawing, "other") == ["nobody answers ✗"]
    assert drawing.listed[1].words == "Open"


def test_what_no_caller_reaches_stands_below_and_what_a_house_key_reaches_does_not() -> None:
    line = read_flow(
        LINE
        | {"start": "main", "operator": "desk", "house_keys": {"operator": "0"}}
        | {"destinations": {"main": BYE | {"label": "M"}, "lost": BYE | {"label": "L"}, "desk": BYE | {"label": "D"}}}
    )
    drawing = draw(line)
    assert [node.key for node in drawing.nodes] == ["main", "desk", "lost"]
    assert [node.reached for node in drawing.nodes] == [True, True, False]
    assert [text.words for text in drawing.headings] == [
        "Reached by the line’s own keys, from every menu",
        "No caller gets here",
    ]
    assert node(drawing, "desk").roles == ("Operator: key 0 in every menu",)
    assert drawing.edges == ()


def test_without_a_start_all_stands_there_and_nothing_is_called_unreachable() -> None:
    drawing = draw(flow(None, main=BYE, more=BYE))
    assert [text.words for text in drawing.headings] == ["It is not chosen yet where calls start"]
    assert len(drawing.nodes) == 2
    assert draw(flow(None)) == Drawing(24, 12, (), (), (), ())


def test_problems_are_counted_in_words() -> None:
    line = flow(main=menu(one="1 desk") | {"prompt": {"en": "Press 7."}}, desk={"kind": "transfer", "targets": []})
    drawing = draw(line, check(line))
    desk = node(drawing, "desk")
    assert (desk.problem, desk.errors) == ("error", 2)
    assert "✗ 2 errors" in [text.words for text in desk.texts]
    assert node(drawing, "main").problem == "warning"


def test_an_option_that_is_off_and_house_keys_are_not_drawn() -> None:
    told = menu(one="1 bye", two="2 bye")
    told["options"][1]["enabled"] = False
    line = read_flow(LINE | {"start": "main", "house_keys": {"repeat": "9"}, "main": "main"} | {"destinations": {}})
    drawing = draw(line.model_copy(update={"destinations": flow(main=told, bye=BYE).destinations}))
    assert [row.key for row in node(drawing, "main").rows] == ["1"]


def test_ids_of_lines_survive_new_names_keys_and_places() -> None:
    before = draw(flow(main=menu(a="1 a", b="2 b"), a=BYE, b=BYE))
    after = draw(flow(main=menu(b="7 b", a="8 a"), b=BYE | {"label": "New"}, a=BYE))
    assert {edge.id for edge in before.edges} == {edge.id for edge in after.edges}


def test_the_list_follows_the_map_and_names_the_keys() -> None:
    drawing = draw(flow(main=menu(a="1 a", b="2 b"), a={"kind": "message", "then": "b"}, b=BYE))
    assert [(one.depth, one.words, one.to, one.again) for one in drawing.listed] == [
        (0, "Calls start here", "main", ""),
        (1, "Key 1, a", "a", ""),
        (2, "Then", "b", "below"),
        (1, "Key 2, b", "b", ""),
    ]


# --- lines that cross, words that fit ---------------------------------------------------------------------------


def test_lines_that_can_be_drawn_without_crossing_are() -> None:
    tree: dict[str, Any] = {"main": menu(x="1 x", y="2 y"), "x": menu(p="1 p", q="2 q"), "y": menu(r="1 r", s="2 s")}
    drawing = draw(flow(**tree, s=BYE, r=BYE, q=BYE, p=BYE))
    assert sorted("pqrs", key=lambda key: node(drawing, key).y) == list("pqrs")


@pytest.mark.parametrize(
    ("links", "count"),
    [
        ({"a": [("x", 0.1)], "b": [("y", 0.1)]}, 0),
        ({"a": [("y", 0.1)], "b": [("x", 0.1)]}, 1),
        ({"a": [("y", 0.1), ("x", 0.5)]}, 1),
        ({"a": [("x", 0.1), ("y", 0.5)], "b": [("x", 0.1), ("y", 0.5)]}, 1),
    ],
)
def test_crossings_are_counted(links: Any, count: int) -> None:
    assert crossings([["a", "b"], ["x", "y"]], links) == count


def test_no_order_that_is_found_has_more_crossings_than_the_one_given() -> None:
    mixed, fewer = Random(1), 0
    columns = [[f"{name}{n}" for n in range(5)] for name in "abc"]
    for _ in range(100):
        links = {
            key: [(to, n / 3) for n, to in enumerate(mixed.sample(after, 3))]
            for column, after in pairwise(columns)
            for key in column
        }
        ordered = in_order(columns, links)
        found = crossings(ordered, links)
        assert crossings(in_order(ordered, links), links) <= found <= crossings(columns, links)
        fewer += found < crossings(columns, links)
    assert fewer > 50


def test_long_words_are_wrapped_and_cut_where_there_is_no_room() -> None:
    assert wrap("Billing and payments for your home", 13, 100, 2) == ["Billing and", "payments for…"]
    assert wrap("Desk", 13, 100, 3) == ["Desk"]
    assert fit("W" * 50, 13, 100).endswith("…")
    assert width("漢字", 10) > width("ab", 10)


def test_a_line_as_a_file_is_drawn_as_its_flow() -> None:
    assert draw(LineFile.model_validate(LINE | {"destinations": {}})).nodes == ()
