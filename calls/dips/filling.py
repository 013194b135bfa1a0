"""What is sent: a look-up's templates with this call's values in them, which can change nothing around them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from calls.fetching import Request
from menus.flow import SECRET, SECRETS_IN, HttpSource
from menus.hashing import hashed
from menus.words import value_names

ONCE_HEADER: Final = "Idempotency-Key"
"""A request that comes twice with the same key is carried out once, by services that know it (an IETF draft)."""

_URL: Final = re.compile(r"(https://([^/?#]*))([^?#]*)(.*)", re.IGNORECASE | re.DOTALL)


class Unfit(ValueError):
    """It cannot be sent; the message says why and what to do, in staff's words, and names no value."""


class NothingGiven(ValueError):
    """A part of the address is empty: it would be another address. Its text is the value's name."""


def host(url: str) -> str:
    """The host of an address template, for the log; empty when it has none that could be asked."""
    found = _URL.fullmatch(url)
    return found[2] if found and found[2].isprintable() and "@" not in found[2] else ""


def filled(template: str, given: Mapping[str, str]) -> str:
    """With its values in place. Raises Unfit."""
    _refuse_secrets(template)
    return _put(template, given)


def request(source: HttpSource, given: Mapping[str, str], turn: str) -> Request:
    """Raises Unfit and NothingGiven. The same turn asks the same, whenever it is taken again."""
    url = address(source.url, given)
    sent = {name: filled(template, given) for name, template in source.send.items()}
    headers = {name: header(template, given) for name, template in source.headers.items()}
    if source.method == "GET":
        return Request("GET", url, headers, query=sent)
    once = hashed("asked once", turn, source.model_dump_json(), *(f"{name}={given[name]}" for name in sorted(given)))
    return Request("POST", url, headers | {ONCE_HEADER: once}, json=sent)


def address(template: str, given: Mapping[str, str]) -> str:
    """Values stand within one part of the path, or within the query, and nowhere else. Raises Unfit, NothingGiven."""
    found = _URL.fullmatch(template)
    if not found:
        raise Unfit("its address does not begin with https://")
    place, name, path, rest = found.groups()
    if value_names(name) or not name:
        raise Unfit("its address has a value where the host stands; write the host itself")
    _refuse_secrets(template)
    for part in value_names(path):
        _judge(part, given.get(part))
    quoted = {part: quote(value, safe="") for part, value in given.items()}
    return place + _put(path, quoted) + _put(rest, quoted)


def _judge(name: str, value: str | None) -> None:
    """Servers decode %2F and %2E%2E and then walk up: such a value would ask for something else."""
    if value == "":
        raise NothingGiven(name)
    if value and (set(value) & set("/\\") or not value.strip(".")):
        raise Unfit(f"“{name}” holds what cannot stand in the path of an address; send it as a named value instead")


def header(template: str, given: Mapping[str, str]) -> str:
    """The only place where `{secret:NAME}` stands for a secret. Raises Unfit."""
    secrets = {name: _secret(name) for name in value_names(template) if name.startswith("secret:")}
    return _put(template, {**given, **secrets})


def _secret(name: str) -> str:
    found = SECRET.fullmatch(name)
    if not found:
        raise Unfit("the name of a secret is faulty; write it like {secret:BILLING}, in capital letters")
    variable = SECRETS_IN + found[1]
    if not (secret := os.environ.get(variable, "").strip()):
        raise Unfit(f"the secret {found[1]} is not set; set {variable} in the server's environment")
    return secret


def _refuse_secrets(template: str) -> None:
    if any(name.startswith("secret:") for name in value_names(template)):
        raise Unfit("a secret stands outside the headers; move it into one")


def _put(template: str, parts: Mapping[str, str]) -> str:
    """Once, from left to right: what looks like `{name}` within a value stays as it is."""
    done, rest = [], template
    for name in value_names(template):
        before, braced, rest = rest.partition(f"{{{name}}}")
        done += [before, parts.get(name, braced)]
    return "".join([*done, rest])
