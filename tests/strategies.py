"""Hypothesis strategies: valid flows of every kind, whose keys all lead somewhere, and lines as files."""

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


class Kinds:
    """One strategy for each kind of destination, over the keys, prompts and labels there are.

    Prompts and labels come from a small pool: drawing each anew would make a flow of twelve menus slow to draw.
    """

    def __init__(
        self,
        languages: Sequence[str],
        destinations: Sequence[str],
        schedule_keys: Sequence[str],
        pool: tuple[Sequence[flow.Prompt], Sequence[str]],
    ) -> None:
        self.languages = languages
        self.schedule_keys = schedule_keys
        self.prompt = st.sampled_from(pool[0])
        self.label = st.sampled_from(pool[1])
        self.to = st.sampled_from(destinations)
        self.maybe_to = st.one_of(st.none(), self.to)
        self.mark = st.sampled_from(flow.Mark)

    def any(self) -> st.SearchStrategy[Any]:
        kinds = [self.menus(), self.messages(), self.transfers(), self.voicemails(), self.hangups()]
        return st.one_of(*kinds, self.hours()) if self.schedule_keys else st.one_of(*kinds)

    def retries(self) -> st.SearchStrategy[flow.Retry]:
        return st.builds(
            flow.Retry,
            tries=st.integers(1, 9),
            first=self.prompt,
            second=self.prompt,
            last=self.prompt,
            then=self.maybe_to,
        )

    def options(self) -> st.SearchStrategy[tuple[flow.Option, ...]]:
        option = st.builds(
            flow.Option,
            key=keys(),
            digits=st.one_of(
                st.sampled_from("0123456789*#"), st.from_regex(r"[0-9]{2,4}|\*[0-9]{1,2}", fullmatch=True)
            ),
            label=self.label,
            words=self.prompt,
            to=self.to,
            language=st.one_of(st.none(), st.sampled_from(self.languages)),
            enabled=st.booleans(),
            spoken=st.booleans(),
        )
        unique = (lambda option: option.key, lambda option: option.digits)
        return st.lists(option, min_size=1, max_size=4, unique_by=unique).map(tuple)

    @staticmethod
    def without() -> st.SearchStrategy[tuple[flow.HouseKey, ...]]:
        return st.sets(st.sampled_from(flow.HouseKey)).map(
            lambda chosen: tuple(key for key in flow.HouseKey if key in chosen)
        )

    def menus(self) -> st.SearchStrategy[flow.Menu]:
        return st.builds(
            flow.Menu,
            label=self.label,
            greeting=self.prompt,
            prompt=self.prompt,
            short_prompt=self.prompt,
            wait_seconds=st.integers(1, 10),
            barge_in=st.booleans(),
            finish_on_hash=st.booleans(),
            options=self.options(),
            no_input=self.retries(),
            no_match=self.retries(),
            max_failures=st.integers(1, 18),
            failures_then=self.maybe_to,
            without=self.without(),
        )

    def messages(self) -> st.SearchStrategy[flow.Message]:
        return st.builds(
            flow.Message,
            label=self.label,
            prompt=self.prompt,
            barge_in=st.booleans(),
            outcome=self.mark,
            then=self.to,
        )

    def hours(self) -> st.SearchStrategy[flow.Hours]:
        return st.builds(
            flow.Hours,
            label=self.label,
            schedule=st.sampled_from(self.schedule_keys),
            open=self.to,
            closed=self.to,
            holiday=self.maybe_to,
        )

    def targets(self) -> st.SearchStrategy[Any]:
        more = {"label": st.one_of(st.just(""), self.label), "ring_seconds": st.integers(1, 120)}
        sip, web = st.just("sip:desk@example.com"), st.just("wss://example.com/bot")
        rates = st.sampled_from([8000, 16000, 24000])
        return st.one_of(
            st.builds(flow.PhoneTarget, number=numbers(), **more),
            st.builds(flow.SipTarget, type=st.just("sip"), uri=sip, **more),
            st.builds(flow.AppTarget, type=st.just("app"), user=st.sampled_from(["ana", "desk 1"]), **more),
            st.builds(flow.WebsocketTarget, type=st.just("websocket"), uri=web, rate=rates, **more),
            st.builds(flow.VbcTarget, type=st.just("vbc"), extension=st.sampled_from(["104", "007"]), **more),
        )

    def transfers(self) -> st.SearchStrategy[flow.Transfer]:
        return st.builds(
            flow.Transfer,
            label=self.label,
            prompt=self.prompt,
            targets=st.lists(self.targets(), min_size=1, max_size=3).map(tuple),
            caller_id=st.one_of(st.none(), numbers()),
            whisper=self.prompt,
            max_minutes=st.integers(1, 120),
            ringback=st.sampled_from(["", "https://example.com/ring.mp3"]),
            last_resort=self.to,
        )

    def voicemails(self) -> st.SearchStrategy[flow.Voicemail]:
        return st.builds(
            flow.Voicemail,
            label=self.label,
            prompt=self.prompt,
            max_seconds=st.integers(3, 7200),
            silence_seconds=st.integers(3, 10),
            finish_key=st.sampled_from("#*1"),
            beep=st.booleans(),
            mailbox=st.one_of(st.just(""), self.label),
            then=self.maybe_to,
        )

    def hangups(self) -> st.SearchStrategy[flow.HangUp]:
        return st.builds(flow.HangUp, label=self.label, goodbye=self.prompt, outcome=self.mark)


def house_keys() -> st.SearchStrategy[flow.HouseKeys]:
    digit = st.one_of(st.none(), st.sampled_from("0123456789*#"))
    return st.builds(flow.HouseKeys, repeat=digit, back=digit, main=digit, operator=digit)


def languages() -> st.SearchStrategy[tuple[flow.Language, ...]]:
    built = [flow.Language(key=key, name=name, voice=voice) for key, name, voice in VOICES]
    return st.lists(st.sampled_from(built), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def flows(draw: st.DrawFn, /, shape: type[flow.Flow] = flow.Flow, **more: Any) -> Any:
    """Valid flows of one to three languages and one to twelve destinations; every key leads somewhere."""
    spoken = draw(languages())
    known = [language.key for language in spoken]
    schedule_keys = draw(st.lists(keys(), max_size=2, unique=True))
    names = draw(st.lists(keys(), min_size=1, max_size=12, unique=True))
    pool = (
        [flow.Prompt(), *draw(st.lists(prompts(known), max_size=4))],
        draw(st.lists(labels(), min_size=1, max_size=4)),
    )
    kinds = Kinds(known, names, schedule_keys, pool)
    return shape(
        name=draw(labels()),
        timezone=draw(st.sampled_from(ZONES)),
        languages=spoken,
        start=draw(kinds.to),
        main=draw(kinds.maybe_to),
        operator=draw(kinds.maybe_to),
        house_keys=draw(house_keys()),
        max_call_minutes=draw(st.integers(1, 120)),
        phrases=draw(st.dictionaries(st.sampled_from(["sorry", "goodbye"]), kinds.prompt)),
        schedules={key: draw(schedules(known)) for key in schedule_keys},
        destinations={key: draw(kinds.any()) for key in names},
        **{name: draw(strategy) for name, strategy in more.items()},
    )


def line_files() -> Any:
    """Lines as files: a flow, and the numbers that ring it."""
    return flows(
        flow.LineFile, numbers=st.lists(numbers(), max_size=2, unique=True).map(lambda some: tuple(sorted(some)))
    )
