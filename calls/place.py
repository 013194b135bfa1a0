"""The caller's place in the menu, sealed into the address of the next webhook.

Encrypted and authenticated with AES-SIV (RFC 5297), keys derived from SECRET_KEY and its fallbacks. Deterministic on
purpose: the same place is the same address, so that a webhook delivered twice gets the same bytes from any worker,
with or without the database. (A place names its call, so equal addresses tell nobody anything new.)
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from menus.dialogue import State

FORMAT: Final = 2
"""The first thing in a place. Old and new workers can serve one call: a new format is read before it is written."""
MAX_LENGTH: Final = 1500
"""Characters of a sealed place at most; `check` refuses a flow that could need more."""


_as_text: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


class BadPlace(ValueError):
    """Not a place that we sealed, or sealed with a key that is no longer known."""


class Place(NamedTuple):
    call: str
    """The caller's leg uuid, as Vonage gave it."""
    version: UUID
    state: State
    line: int = 0
    """Whose switches count; 0: a draft that is tried out."""


def seal(place: Place) -> str:
    """The place as one URL path segment: letters, digits, `-` and `_`."""
    call, version, state, line = place
    parts = (
        FORMAT,
        call,
        version.hex,
        state.began,
        state.turn,
        state.at,
        state.language,
        state.no_input,
        state.no_match,
        state.target,
        int(state.over),
        state.schedule,
        state.trail,
        state.greeted,
        state.values,
        line,
        *_without_tail(
            (
                state.phase,
                state.waited,
                state.entry,
                state.asked,
                state.pins,
                state.remembered,
                state.lists,
                state.lot,
            )
        ),
    )
    text = _as_text(parts).encode()
    return urlsafe_b64encode(_ciphers()[0].encrypt(text, None)).rstrip(b"=").decode()


def _without_tail(parts: tuple[Any, ...]) -> list[Any]:
    """What stands at its default at the end is left out: most calls have none of it."""
    kept = list(parts)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def unseal(sealed: str) -> Place:
    """Raises BadPlace for anything that we did not seal."""
    if len(sealed) > 2 * MAX_LENGTH or not sealed.isascii():
        raise BadPlace("too long, or not text that we sealed")
    try:
        secret = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        number, *parts = json.loads(_decrypt(secret))
        if number != FORMAT:
            raise BadPlace(f"format {number} is not known here")
        return _place(*parts)
    except (ValueError, TypeError) as fault:
        raise BadPlace(str(fault)) from fault


def _place(call: str, version: str, *parts: Any) -> Place:
    began, turn, at, language, no_input, no_match, target, over, schedule, trail, greeted, values, line, *more = parts
    rest: tuple[Any, ...] = tuple(tuple(part) if isinstance(part, list) else part for part in more)
    state = State(
        began,
        turn,
        at,
        language,
        no_input,
        no_match,
        target,
        bool(over),
        schedule,
        tuple(trail),
        tuple(greeted),
        values,
        *rest,
    )
    return Place(call, UUID(version), state, line)


def _decrypt(secret: bytes) -> bytes:
    for cipher in _ciphers():
        try:
            return cipher.decrypt(secret, None)
        except (InvalidTag, ValueError):
            continue
    raise BadPlace("sealed with no key that is known here")


def _ciphers() -> tuple[AESSIV, ...]:
    return _derived((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=8)
def _derived(keys: tuple[str, ...]) -> tuple[AESSIV, ...]:
    return tuple(
        AESSIV(HKDF(algorithm=SHA256(), length=64, salt=None, info=b"ivr place").derive(key.encode())) for key in keys
    )
