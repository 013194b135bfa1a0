"""What a line promises its callers: so many keys and seconds to a person. Pure; `check` proves it or says why not."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from menus.flow.parts import Key, Label, Part


class PromisedWhen(StrEnum):
    ANY = "any"
    """Whatever the hour."""
    OPEN = "open"
    """While all schedules of the line are open."""
    CLOSED = "closed"
    """While all of them are closed, holidays counted."""


class Promise(Part):
    """Who wants to reach the transfer does, in every language, whatever look-ups and branches bring.

    Counted is what the caller keys, and for how long they listen before they can: words are heard up to the key they
    want, or to their end where keys do not interrupt them.
    """

    reaches: Key | None = None
    """The transfer; left out: nobody is promised a person, but every path ends, in a voicemail, a call back or a
    goodbye, and rings nobody. Keys and seconds do not count then."""
    label: Label = ""
    """What staff call it: “A lost card reaches a person”."""
    max_keys: int = Field(default=2, ge=0, le=20)
    max_seconds: int | None = Field(default=None, ge=1, le=600)
    """From the answer until the transfer begins; left out: only the keys count."""
    when: PromisedWhen = PromisedWhen.ANY
    except_lists: Annotated[tuple[Key, ...], AfterValidator(lambda keys: tuple(sorted(set(keys))))] = ()
    """Callers on these lists of numbers are promised nothing: the blocked ones, those with a desk of their own."""
