"""What is wrong with a look-up: nothing to ask, secrets in the wrong place, and callers left alone after wrong PINs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from menus.flow import SECRET, HttpSource, LookUp, TableSource
from menus.step.deciding import templated
from menus.words import value_names

from .entries import name_faults
from .facts import Facts
from .finding import Finding, Rule, Spot
from .said import unknown_values


class Text(NamedTuple):
    """One template of a source. `open`: others than the service may read it, as an address is kept in logs."""

    at: str
    template: str
    open: bool = False
    header: bool = False
    """Only headers may hold secrets."""


def texts(source: TableSource | HttpSource) -> Iterator[Text]:
    if isinstance(source, TableSource):
        yield Text("row's key", source.key)
        return
    yield Text("address", source.url, open=True)
    for name, template in source.headers.items():
        yield Text(f"header “{name}”", template, header=True)
    for name, template in source.send.items():
        yield Text(f"“{name}” that is sent", template, open=source.method == "GET")


def look_up_faults(facts: Facts, spot: Spot, here: LookUp) -> Iterator[Finding]:
    for fetched in here.values:
        yield from name_faults(facts, spot, fetched.value)
    if here.source is None:
        yield spot.within("source").finding(
            Rule.LOOK_UP_WITHOUT_SOURCE,
            f"{spot.name} asks neither a table nor a service",
            f"choose the table of {spot.name}, or write the address of its service",
        )
        return
    if isinstance(here.source, TableSource) and not here.source.key:
        yield spot.within("row's key").finding(
            Rule.LOOK_UP_WITHOUT_KEY,
            f"{spot.name} does not say which row of the table it asks for",
            f"write the row's key of {spot.name}, like {{account}}",
        )
    for text in texts(here.source):
        yield from _text_faults(facts, spot.within(text.at), text)
    yield from _host_faults(spot, here.source)
    yield from _pin_faults(facts, spot, here)


def _text_faults(facts: Facts, spot: Spot, text: Text) -> Iterator[Finding]:
    names = list(dict.fromkeys(value_names(text.template)))
    yield from unknown_values(spot, spot.part, [name for name in names if ":" not in name], facts.sent_values)
    for name in names:
        if ":" in name and not (text.header and SECRET.fullmatch(name)):
            yield spot.finding(
                Rule.SECRET_FAULTY,
                f"{spot.part} holds {{{name}}}, which is no secret, or in the wrong place for one",
                f"take {{{name}}} out of {spot.part}; secrets stand in headers, like {{secret:BILLING}} in capital "
                "letters",
            )
        if text.open and name in facts.flow.sensitive:
            yield spot.finding(
                Rule.SENSITIVE_IN_ADDRESS,
                f"{spot.part} holds {{{name}}}, which is sensitive; addresses are kept in logs that others read",
                f"in {spot.name}, choose POST and send {{{name}}} with it, not in the address",
            )


def _host_faults(spot: Spot, source: TableSource | HttpSource) -> Iterator[Finding]:
    if isinstance(source, HttpSource) and "{" in re.split(r"[/?#]", source.url.removeprefix("https://"))[0]:
        yield spot.within("address").finding(
            Rule.HOST_NOT_FIXED,
            f"callers would choose whom {spot.name} asks: there is a value in the host of its address",
            f"write the host of {spot.name} as it is, and values only behind it, like https://api.example.com/{{id}}",
        )


def _pin_faults(facts: Facts, spot: Spot, here: LookUp) -> Iterator[Finding]:
    if asks_for_pin(facts, here) and here.locked is None and facts.flow.operator is None:
        yield spot.within("after too many wrong PINs").finding(
            Rule.PIN_WITHOUT_PERSON,
            f"after too many wrong PINs {spot.name} leads to nobody: the line has no operator",
            f"choose where {spot.name} leads after too many wrong PINs, or give the line an operator",
        )


def asks_for_pin(facts: Facts, here: LookUp) -> bool:
    return here.source is not None and not facts.flow.pins.isdisjoint(templated(here.source))
