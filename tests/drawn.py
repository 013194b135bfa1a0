"""Hypothesis strategies: the small parts of a flow, and the texts that a careless writer would spoil."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from menus import flow

VOICES = (
    ("en", "English", flow.Voice(language="en-US", style=0)),
    ("es", "Español", flow.Voice(language="es-US", style=1, premium=True)),
    ("no", "Norsk", flow.Voice(language="nb-NO")),
)
ZONES = ("UTC", "America/Chicago", "Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe")
DAYS = (
    "12-25",
    "2026-07-04",
    "4th thursday of november",
    "4th thursday of november + 1",
    "last monday of may",
    "easter - 2",
    "02-29",
)
TRICKY = (
    "1",
    "007",
    "no",
    "null",
    "~",
    "12:30",
    "2026-12-25",
    "- a",
    "a: b",
    "# no comment",
    "“quoted”",
    'it\'s "so"',
    "two\nlines",
    "two\n\n  lines, indented\n- and listed",
    "tab\there",
    "¡Hola! Nyob zoo 😀 \u2028 ok",
    "Press 1 <break time='1s'/> now",
    "{a: [b]}",
    "&x *y !z",
    "100%",
)
"""Texts that a careless writer of YAML would spoil."""


def keys() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(["main", "front-desk", "billing", "1", "24h", "no", "true", "null", "a" * 40]),
        st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True),
    )


def texts(longest: int = 60) -> st.SearchStrategy[str]:
    plain = st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=1, max_size=longest
    )
    return st.one_of(st.sampled_from(TRICKY), plain).map(str.strip).filter(bool)


def labels() -> st.SearchStrategy[str]:
    return texts(30).map(lambda text: " ".join(text.split())).filter(bool)


def numbers() -> st.SearchStrategy[str]:
    """Possible telephone numbers, in the ranges kept for fiction."""
    return st.one_of(
        st.integers(100, 199).map(lambda n: f"12025550{n}"),
        st.integers(0, 999).map(lambda n: f"441632960{n:03}"),
    )


def prompts(languages: Sequence[str]) -> st.SearchStrategy[flow.Prompt]:
    audio = st.sampled_from(["", "", "https://example.com/hello.mp3"])
    said = st.builds(flow.Said, text=texts(), audio=audio)
    return st.one_of(
        st.just(flow.Prompt()),
        st.dictionaries(st.sampled_from(languages), said, max_size=len(languages)).map(flow.Prompt),
    )


def clocks(first: int = 0, last: int = 1439) -> st.SearchStrategy[int]:
    """Minutes of a day, round ones mostly."""
    return st.one_of(st.sampled_from([0, 450, 480, 720, 1020, 1439]), st.integers(0, 1439)).filter(
        lambda minute: first <= minute <= last
    )


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def hours(draw: st.DrawFn) -> str:
    """`08:00-17:00`, some over midnight; the end of a day is written 24:00."""
    opens, closes = draw(clocks()), draw(st.one_of(st.just(1440), clocks(first=1)))
    return f"{clock(opens)}-{clock(closes)}"


@st.composite
def schedules(draw: st.DrawFn, languages: Sequence[str]) -> flow.Schedule:
    holiday = st.builds(
        flow.Holiday,
        name=labels(),
        when=st.sampled_from(DAYS),
        closed=st.one_of(st.none(), hours()),
        words=prompts(languages),
    )
    ranges = st.lists(hours(), min_size=1, max_size=3, unique_by=lambda text: text[:5])
    weekly = draw(st.dictionaries(st.sampled_from(flow.WEEKDAYS), ranges))
    return flow.Schedule(
        name=draw(labels()),
        timezone=draw(st.sampled_from([None, *ZONES])),
        weekly={day: tuple(sorted(weekly[day])) for day in flow.WEEKDAYS if day in weekly},
        holidays=tuple(draw(st.lists(holiday, max_size=3))),
    )


def values() -> st.SearchStrategy[str]:
    """Names of values."""
    return st.sampled_from(["account", "pin", "amount", "entry", "a1_b"])


def sets_of(one: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """None to `most` of them, no two the same."""
    return st.lists(one, max_size=most, unique=True).map(tuple)
