"""What comes out of an answer: single values as harmless text, or the name of the field that is lacking."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.dips import answers
from calls.dips.answers import NoField
from menus.flow import MAX_VALUE, Fetched

ANSWER: Any = {
    "name": "Ana",
    "balance": Decimal("84.20"),
    "count": 0,
    "open": False,
    "paid": True,
    "none": None,
    "empty": "",
    "visits": [{"date": "2026-03-04"}, {"date": "2026-03-11"}],
    "nested": {"0": "by name", "nothing": {}, "no": []},
}
single = st.text() | st.integers() | st.booleans() | st.decimals(allow_nan=False, allow_infinity=False, places=2)
anything = st.recursive(
    st.none() | single, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
)


def looked(*paths: str) -> dict[str, str]:
    wanted = [Fetched(value=f"v{n}", field=path) for n, path in enumerate(paths)]
    return answers.values(wanted, lambda path: answers.at(ANSWER, path))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("name", "Ana"),
        ("balance", "84.20"),
        ("count", "0"),
        ("open", "false"),
        ("paid", "true"),
        ("empty", ""),
        ("visits.0.date", "2026-03-04"),
        ("visits.1.date", "2026-03-11"),
        ("nested.0", "by name"),
    ],
)
def test_a_path_leads_to_a_value(path: str, text: str) -> None:
    assert looked(path) == {"v0": text}


@pytest.mark.parametrize(
    "path",
    """
    nothing none visits visits.2.date visits.-1.date visits.0 visits.x name.0 name.first nested nested.no
    visits.9999999.date balance.0 . visits..date
    """.split(),
)
def test_what_is_missing_null_or_no_single_value_is_named_and_nothing_else_is_kept(path: str) -> None:
    with pytest.raises(NoField) as missing:
        looked("name", path)
    assert str(missing.value) == path


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", True),
        ("name", True),
        ("count", True),
        ("paid", True),
        ("visits", True),
        ("open", False),
        ("none", False),
        ("empty", False),
        ("nothing", False),
        ("nested.nothing", False),
        ("nested.no", False),
    ],
)
def test_found_is_what_is_neither_missing_nor_false_nor_empty(path: str, found: bool) -> None:
    assert answers.is_found(ANSWER, path) is found


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\x00\x1b[2J\u202eb\ud800", "a[2Jb"),
        ("one\r\n\ttwo  \u2028three\x85four", "one two three four"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.0000001"), "0.0000001"),
        ("x" * 10_000, "x" * MAX_VALUE),
        (10**200, "1" + "0" * (MAX_VALUE - 1)),
        ("می‌خواهم", "می‌خواهم"),
    ],
)
def test_a_value_is_one_short_line_without_anything_unseen(value: Any, text: str) -> None:
    assert answers.as_text(value) == text


@given(anything)
def test_any_answer_gives_text_that_can_be_kept_and_sealed_or_nothing(value: Any) -> None:
    text = answers.as_text(value)
    if text is None:
        assert value is None or isinstance(value, dict | list)
        return
    text.encode()
    assert len(text) <= MAX_VALUE
    assert not any(sign < " " or "\x7f" <= sign <= "\x9f" for sign in text)


@given(anything, st.text(alphabet="ab0.-", max_size=6))
def test_any_path_into_any_answer_ends_somewhere_or_nowhere(value: Any, path: str) -> None:
    answers.at(value, path)
    assert answers.is_found(value, path) in (True, False)
