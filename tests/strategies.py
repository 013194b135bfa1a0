"""Hypothesis strategies: valid flows of every kind, whose keys all lead somewhere, and lines as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from menus import flow
from tests.drawn import VOICES, ZONES, keys, labels, numbers, prompts, schedules, sets_of, texts, values


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

        self.schedule = st.sampled_from([None, *schedule_keys])

    def any(self) -> st.SearchStrategy[Any]:
        kinds = [self.menus(), self.messages(), self.transfers(), self.voicemails(), self.hangups()]
        return st.one_of(*kinds, self.hours()) if self.schedule_keys else st.one_of(*kinds)

    def every(self) -> st.SearchStrategy[Any]:
        """Also those that ask for an entry, look up, decide, call back and switch."""
        more = [self.collects(), self.lookups(), self.branches(), self.callbacks(), self.switches()]
        return st.one_of(self.any(), *more)

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
            phrases=st.dictionaries(st.sampled_from(self.languages), sets_of(texts(20)), max_size=2),
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
            finish_on_hash=st.booleans(),
            options=self.options(),
            without=self.without(),
            **self.asks(),
            speech=st.booleans(),
            confirm_below=st.integers(0, 100),
        )

    def asks(self) -> dict[str, st.SearchStrategy[Any]]:
        return {
            "prompt": self.prompt,
            "short_prompt": self.prompt,
            "wait_seconds": st.integers(1, 10),
            "barge_in": st.booleans(),
            "no_input": self.retries(),
            "no_match": self.retries(),
            "max_failures": st.integers(1, 18),
            "failures_then": self.maybe_to,
        }

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

    def collects(self) -> st.SearchStrategy[flow.Collect]:
        number = st.one_of(st.none(), st.integers(0, 10**18 - 1))
        allowed = st.one_of(st.sampled_from(["62101", "007", "62101-62109"]), st.integers(0, 10**20 - 1).map(str))
        return st.builds(
            flow.Collect,
            label=self.label,
            value=values(),
            asks=st.sampled_from(flow.Asked),
            min_digits=st.integers(1, 8),
            max_digits=st.integers(8, 20),
            low=number.map(lambda low: low if low is None else low // 10**9),
            high=number.map(lambda high: high if high is None else max(high, 10**9)),
            allowed=sets_of(allowed),
            check_digit=st.sampled_from(flow.CheckDigit),
            cents=st.booleans(),
            date_order=st.sampled_from(flow.DateOrder),
            date_within=st.sampled_from(flow.DateWithin),
            country=st.sampled_from(["", "US", "GB"]),
            finish_on_hash=st.booleans(),
            cancel_key=st.sampled_from([None, "*", "0"]),
            cancel=self.maybe_to,
            first_wait_seconds=st.integers(1, 60),
            read_back=st.booleans(),
            confirm=self.prompt,
            sensitive=st.booleans(),
            then=self.maybe_to,
            **self.asks(),
        )

    def callbacks(self) -> st.SearchStrategy[flow.Callback]:
        return st.builds(
            flow.Callback,
            label=self.label,
            schedule=self.schedule,
            window_hours=st.integers(1, 8),
            windows=st.integers(1, 8),
            notice_minutes=st.integers(0, 1440),
            country=st.sampled_from(["", "US", "GB"]),
            team=st.one_of(st.just(""), self.label),
            done=self.prompt,
            then=self.maybe_to,
            **self.asks(),
        )

    def sources(self) -> st.SearchStrategy[Any]:
        template = st.one_of(st.sampled_from(["{account}", "{account}:{pin}", ""]), texts(20))
        table = st.builds(flow.TableSource, table=keys(), key=template)
        http = st.builds(
            flow.HttpSource,
            type=st.just("http"),
            method=st.sampled_from(["GET", "POST"]),
            url=st.sampled_from(["https://api.example.com/{account}", "https://a.example:8443/?q=a,b"]),
            headers=st.dictionaries(st.sampled_from(["Accept", "X-Client"]), template, max_size=2),
            send=st.dictionaries(texts(20), template, max_size=2),
            found_field=st.sampled_from(["", "account.id"]),
        )
        return st.one_of(st.none(), table, http)

    def lookups(self) -> st.SearchStrategy[flow.LookUp]:
        fetched = st.builds(
            flow.Fetched,
            value=values(),
            field=st.one_of(st.sampled_from(["balance", "visits.0.date", "x" * 200]), texts(20)),
            says=st.sampled_from(flow.SaidAs),
        )
        return st.builds(
            flow.LookUp,
            label=self.label,
            source=self.sources(),
            values=st.lists(fetched, max_size=3).map(tuple),
            hold=self.prompt,
            found=self.maybe_to,
            not_found=self.maybe_to,
            failed=self.maybe_to,
            locked=self.maybe_to,
        )

    def rules(self) -> st.SearchStrategy[flow.Rule]:
        operand = st.one_of(st.sampled_from(["", "100", "2026-12-24"]), texts(20))
        return st.builds(
            flow.Rule,
            key=keys(),
            label=st.one_of(st.just(""), self.label),
            to=self.maybe_to,
            value=st.one_of(st.none(), values()),
            equals=sets_of(st.one_of(texts(20), st.sampled_from(["a, b", 'a "b"', '",', "gold"]))),
            low=operand,
            high=operand,
            pattern=st.sampled_from(["", "62*", "a?, *"]),
            lists=sets_of(keys()),
            prefixes=sets_of(st.sampled_from(["+1202", "44", "1"])),
            dialled=sets_of(numbers()),
            languages=sets_of(st.sampled_from(self.languages)),
            schedule=self.schedule,
            opening=st.sampled_from(flow.Opening),
            percent=st.one_of(st.none(), st.integers(0, 100)),
        )

    def branches(self) -> st.SearchStrategy[flow.Branch]:
        rules = st.lists(self.rules(), max_size=3, unique_by=lambda rule: rule.key).map(tuple)
        return st.builds(flow.Branch, label=self.label, rules=rules, otherwise=self.maybe_to)

    def switches(self) -> st.SearchStrategy[flow.SetSwitch]:
        return st.builds(
            flow.SetSwitch,
            label=self.label,
            switch=st.sampled_from(flow.SwitchKind),
            schedule=self.schedule,
            hours=st.integers(1, 168),
            hours_value=st.one_of(st.none(), values()),
            words=self.prompt,
            then=self.maybe_to,
            failed=self.maybe_to,
        )

    def promises(self) -> st.SearchStrategy[flow.Promise]:
        return st.builds(
            flow.Promise,
            reaches=self.to,
            label=st.one_of(st.just(""), self.label),
            max_keys=st.integers(0, 20),
            max_seconds=st.one_of(st.none(), st.integers(1, 600)),
            when=st.sampled_from(flow.PromisedWhen),
            except_lists=sets_of(keys()),
        )

    def hangups(self) -> st.SearchStrategy[flow.HangUp]:
        return st.builds(flow.HangUp, label=self.label, goodbye=self.prompt, outcome=self.mark)


def house_keys() -> st.SearchStrategy[flow.HouseKeys]:
    digit = st.one_of(st.none(), st.sampled_from("0123456789*#"))
    return st.builds(flow.HouseKeys, repeat=digit, back=digit, main=digit, operator=digit)


def languages() -> st.SearchStrategy[tuple[flow.Language, ...]]:
    built = [
        flow.Language(key=key, name=name, voice=voice, recognition="es-MX" if key == "es" else "")
        for key, name, voice in VOICES
    ]
    return st.lists(st.sampled_from(built), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def flows(draw: st.DrawFn, /, shape: type[flow.Flow] = flow.Flow, every: bool = False, **more: Any) -> Any:
    """Valid flows of one to three languages and one to twelve destinations, on wish of every kind; every key leads
    somewhere."""
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
        remember_language_days=draw(st.integers(0, 730)) if every else 0,
        type_ahead=draw(st.booleans()),
        promises=draw(sets_of(kinds.promises(), 2)) if every else (),
        phrases=draw(st.dictionaries(st.sampled_from(["sorry", "goodbye"]), kinds.prompt)),
        schedules={key: draw(schedules(known)) for key in schedule_keys},
        destinations={key: draw(kinds.every() if every else kinds.any()) for key in names},
        **{name: draw(strategy) for name, strategy in more.items()},
    )


def line_files() -> Any:
    """Lines as files: a flow, and the numbers that ring it."""
    return flows(
        flow.LineFile,
        every=True,
        numbers=st.lists(numbers(), max_size=2, unique=True).map(lambda some: tuple(sorted(some))),
    )
