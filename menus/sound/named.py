"""Which recordings of this site a part of a flow names, and where in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import BaseModel

from menus.flow import Prompt, Said

FOLDER: Final = "/audio/"
_IN_TEXT: Final = re.compile(r'"(/audio/[a-z0-9-]+\.mp3)"')


def named(part: object, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Said]]:
    """Each recording of this site with the names of the fields that lead to it; a transfer's ringing is one too."""
    match part:
        case Said():
            if part.audio.startswith(FOLDER):
                yield at, part
        case Prompt():
            yield from named(part.root, at)
        case BaseModel():
            for name in type(part).model_fields:
                value = getattr(part, name)
                if isinstance(value, BaseModel | Mapping | tuple):
                    yield from named(value, (*at, name))
                elif name == "ringback" and value.startswith(FOLDER):
                    yield (*at, name), Said(audio=value)
        case Mapping():
            for name, value in part.items():
                yield from named(value, (*at, str(name)))
        case tuple():
            for value in part:
                yield from named(value, at)


def in_text(text: str) -> set[str]:
    """The paths that JSON names."""
    return set(_IN_TEXT.findall(text))
