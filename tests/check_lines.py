"""A small sound line, and the ways to make it unsound. tests/check_cases.py builds from it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from menus.check import Rule
from menus.flow import Flow, read_flow

Plain = dict[str, Any]

EN = {"key": "en", "name": "English"}
ES = {"key": "es", "name": "Spanish", "voice": {"language": "es-US"}}
HMN = {"key": "hmn", "name": "Hmong"}
NO_SSML = {"key": "en", "name": "English", "voice": {"language": "ca-ES"}}
BOTH = {"languages": [EN, ES]}
AUDIO = {"audio": "https://example.com/hello.mp3"}


def option(digits: str, to: str | None = "desk", **more: Any) -> Plain:
    key = f"k{digits}".replace("*", "star").replace("#", "hash")
    return {"key": key, "digits": digits, "label": f"Choice {digits}", "to": to} | more


def menu(*options: Plain, **more: Any) -> Plain:
    return {"kind": "menu", "label": "Main", "options": list(options or (option("1"),))} | more


def message(then: str | None = "bye", label: str = "News", said: Any = "Hello.", **more: Any) -> Plain:
    return {"kind": "message", "label": label, "prompt": {"en": said}, "then": then} | more


def hours(opened: str | None = "main", closed: str | None = "bye", **more: Any) -> Plain:
    return {"kind": "hours", "label": "Door", "schedule": "office", "open": opened, "closed": closed} | more


def transfer(*numbers: str, **more: Any) -> Plain:
    targets = [{"type": "phone", "number": number} for number in numbers]
    return {"kind": "transfer", "label": "Desk", "targets": targets, "last_resort": "bye"} | more


def voicemail(then: str | None = "bye") -> Plain:
    return {"kind": "voicemail", "label": "Mailbox", "prompt": {"en": "Leave a message."}, "then": then}


def collect(value: str = "account", **more: Any) -> Plain:
    own = {"kind": "collect", "label": "Account", "prompt": {"en": "Your account."}, "then": "bye"}
    return own | {"value": value, "min_digits": 4, "max_digits": 8} | more


def pin(**more: Any) -> Plain:
    return collect("pin", asks="pin", min_digits=4, max_digits=4, label="PIN") | more


def table(key: str = "{account}", *values: str, **more: Any) -> Plain:
    """A look-up in a table."""
    wanted = [{"value": value, "field": value} for value in values]
    own = {"kind": "lookup", "label": "Balance", "found": "bye", "not_found": "main", "failed": "main"}
    return own | {"source": {"type": "table", "table": "accounts", "key": key}, "values": wanted} | more


def service(url: str = "https://api.example.com/{account}", **more: Any) -> Plain:
    """A look-up at a service; more of its source."""
    return table() | {"source": {"type": "http", "url": url} | more}


def rule(key: str = "r1", to: str | None = "bye", **more: Any) -> Plain:
    return {"key": key, "to": to} | more


def branch(*rules: Plain, **more: Any) -> Plain:
    return {"kind": "branch", "label": "Who", "rules": list(rules), "otherwise": "main"} | more


def callback(**more: Any) -> Plain:
    return {"kind": "callback", "label": "Call me", "then": "bye"} | more


def switch(**more: Any) -> Plain:
    return {"kind": "switch", "label": "Close", "then": "bye"} | more


def line(of_line: Plain | None = None, **destinations: Plain) -> Flow:
    """A small sound line, with these destinations added or put in place of its own."""
    own = {
        "main": menu(option("1"), option("2", "bye")),
        "desk": transfer("12025550142"),
        "bye": {"kind": "hangup", "label": "Goodbye"},
    }
    shape = {"name": "City Hall", "languages": [EN], "start": "main"} | (of_line or {})
    return read_flow(shape | {"destinations": own | destinations})


def with_office(start: str = "door", **destinations: Plain) -> Flow:
    return line({"start": start, "schedules": {"office": {"name": "Office"}}}, **destinations)


def chain(length: int, last: str = "bye") -> dict[str, Plain]:
    """So many messages, one after the other, and then `last`."""
    keys = [f"m{n}" for n in range(length)]
    return {key: message(then, key) for key, then in zip(keys, [*keys[1:], last], strict=True)}


def deep(menus: int, between: str = "") -> Flow:
    """The last of so many menus, each behind the other, is called Main; messages between them do not count."""
    keys = [f"n{n}" for n in range(menus - 1)] + ["main"]
    inner = {}
    for key, to in pairwise(keys):
        inner[key] = menu(option("1", f"to-{to}" if between else to), label=key)
        inner |= {f"to-{to}": message(to)} if between else {}
    return line({"start": keys[0]}, **inner)


def saying(text: Any, **of_line: Any) -> Flow:
    """A line whose menu greets with this."""
    return line(of_line, main=menu(greeting={"en": text}))


def prompting(text: str, *options: Plain, **more: Any) -> Flow:
    return line({"house_keys": {"repeat": "9"}}, main=menu(*options, prompt={"en": text}, **more))


def long_keys(length: int) -> Flow:
    keys = [f"{n}".rjust(length, "x") for n in range(9)]
    others = {key: menu(label=key, greeting={"en": "Hi."}) for key in keys}
    schedules = {"schedules": {"x" * length: {"name": "Office"}}}
    return line(schedules, main=menu(*(option(f"{n}", key) for n, key in enumerate(keys))), **others)


class Case(NamedTuple):
    rule: Rule
    place: str
    faulty: Flow
    sound: Flow
    part: str = ""
    """What fault and cure must name, where it is neither a destination nor the line."""

    @property
    def named(self) -> str:
        here = self.faulty.destinations.get(self.place)
        return here.label if here else self.part or self.faulty.name
