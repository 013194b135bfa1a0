"""What is wrong with a flow's data, in words for staff: where, what, and what to do. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from menus import flow
from menus.flow.asking import MAX_PHRASES
from menus.flow.deciding import HeaderName, Prefix

Path = tuple[str | int, ...]
"""Where a value stands in plain data: keys and list indexes from the root."""


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    """Counted from 1; 0: the data did not come from a file."""
    field: str
    fault: str
    cure: str

    def __str__(self) -> str:
        said = f"{self.fault}. {self.cure[:1].upper()}{self.cure[1:]}."
        return f"{self.field}: {said}" if self.field else said


MAX_FAULTS: Final = 50
"""Named at once; a file with more is broken in a way that the first of them show."""
_SPOKEN: Final = 'write words by language, like {en: "Hello"}'


def _pattern(kind: Any) -> str:
    """The regular expression of one of the flow's texts; pydantic's errors name it."""
    return next(str(meta.pattern) for meta in kind.__metadata__ if getattr(meta, "pattern", None))


def _pattern_at(part: type[BaseModel], name: str) -> str:
    """The same for a text that has no name of its own."""
    return next(str(meta.pattern) for meta in part.model_fields[name].metadata if getattr(meta, "pattern", None))


_BY_PATTERN: Final = {
    _pattern(flow.Key): (
        "is not a key",
        "use small letters, digits and single hyphens, like front-desk",
    ),
    _pattern(flow.Digits): ("are not keys of a phone", 'use digits, * and #, at most ten, like "4" or "*"'),
    _pattern(flow.Digit): ("is not a key of a phone", 'use one digit, "*" or "#"'),
    _pattern(flow.E164): ("is not a telephone number", "write the country code first, like 12025550110"),
    _pattern(flow.LanguageKey): ("is not a language code", "write it like en, es or hmn"),
    _pattern(flow.AudioUrl): (
        "is not an audio address",
        "write it like https://example.com/hello.mp3, without ? or #",
    ),
    _pattern(flow.Hours24): ("are not hours", "write them like 08:00-17:00"),
    _pattern(flow.ValueName): (
        "is not a name of a value",
        "begin with a small letter, then small letters, digits and _, like account",
    ),
    _pattern(Prefix): ("is not the beginning of a telephone number", "write the country code first, like 1202 or 44"),
    _pattern(HeaderName): ("is not the name of a header", "use letters, digits and hyphens, like X-Client"),
    _pattern_at(flow.HttpSource, "url"): (
        "is not an address that may be asked",
        "begin with https:// and leave no spaces, like https://api.example.com/accounts/{account}",
    ),
    _pattern_at(flow.Collect, "country"): ("is not a country", "write its two capital letters, like US or GB"),
    _pattern_at(flow.Language, "recognition"): ("is not a language code", "write it like en-US or es-MX"),
}
_TAGS: Final = {("kind", ""): "menu", ("type", ""): "phone", ("type", "source"): "table"}
_NOT_AS_USUAL: Final[dict[tuple[Any, ...], str]] = {
    ("model_attributes_type", "lookup", "source"): "source",
    **{("dict_type", *where): "texts" for where in (("http", "headers"), ("http", "send"))},
    **{("dict_type", name): "texts" for name in ("headers", "send", "values")},
}
"""By the fault and the end of its place; one name alone: in a field of a row."""
_WANTED: Final = {
    "bool_parsing": ("is neither yes nor no", "write true or false"),
    "bool_type": ("is neither yes nor no", "write true or false"),
    "int_parsing": ("is not a whole number", "write it in digits, like 5"),
    "int_from_float": ("is not a whole number", "write it in digits, like 5"),
    "int_type": ("is not a whole number", "write it in digits, like 5"),
    "string_type": ("is not text", 'write it in quotes, like "Front desk"'),
    "tuple_type": ("is not a list", "write one item to a line, each after “- ”"),
    "dict_type": ("is not a list of names and values", _SPOKEN),
    "model_type": (
        "is not what belongs here",
        "write names and values, one to a line, like label: Front desk",
    ),
    "model_attributes_type": (
        "is not a destination",
        "write its parts below it, the first of them kind: menu",
    ),
    "source": ("is not what a look-up asks", "write its parts below it, the first of them type: table or type: http"),
    "texts": ("is not a list of names and texts", "write one to a line, like account: 48213377"),
    "too_long": ("is too long a list", f"write at most {MAX_PHRASES} phrases"),
    "string_unicode": ("holds a broken character", "type it anew"),
}


def faults(error: ValidationError, data: Any) -> Iterator[tuple[Path, Fault]]:
    """The first MAX_FAULTS of `data` with their places, to be given a line by a reader who knows lines."""
    found = error.errors(include_url=False)
    for details in found[:MAX_FAULTS]:
        path = place(details, data)
        others = (other["loc"][: len(details["loc"])] for other in found if other is not details)
        if details["type"] == "too_short" and details["loc"] in others:
            continue  # the list is only short because its item is faulty, and that is said already
        fault, cure = explain(details)
        yield path, Fault(0, in_words(path), fault, cure)


def place(details: ErrorDetails, data: Any) -> Path:
    """The error's place in the data, without what pydantic adds to it (tags of unions, parts of a short form)."""
    path: list[str | int] = []
    tagged = False
    for part in details["loc"]:
        if isinstance(data, dict) and not tagged and part in (data.get("kind"), data.get("type")):
            tagged = True  # a kind may have a field of its own name: switch › switch
            continue
        if isinstance(data, dict):
            found = part in data
        else:
            found = isinstance(data, list) and isinstance(part, int) and part < len(data)
        if found:
            path.append(part)
            data, tagged = data[part], False
    return tuple(path)


def in_words(path: Path) -> str:
    """`destinations › main › options › 2 › digits`; items of lists are counted from 1."""
    return " › ".join(str(part + 1) if isinstance(part, int) else cut(part) for part in path)


def explain(details: ErrorDetails) -> tuple[str, str]:
    """The fault and the cure, in words for staff."""
    given, last, context = _shown(details["input"]), cut(str(details["loc"][-1])), details.get("ctx", {})
    match details["type"]:
        case "missing":
            return f"“{last}” is missing", f"add it, like {last}: …"
        case "extra_forbidden":
            return f"“{last}” is not known here", _nearest(last, details["loc"])
        case "string_pattern_mismatch":
            fault, cure = _BY_PATTERN.get(
                context["pattern"], ("is not written as it should be", "see what manage.py flow_schema prints")
            )
            return f"{given} {fault}", cure
        case "value_error":
            fault, _, cure = str(context["error"]).partition("; ")
            return (fault, cure) if cure else (f"{given}: {fault}", "write another value")
        case "literal_error" | "enum":
            return f"{given} is not one of the words for this", f"write {_quoted(context['expected'])}"
        case "union_tag_invalid":
            fault = f"“{cut(context['tag'])}” is not a {_bare(context['discriminator'])}"
            return fault, f"write one of {_quoted(context['expected_tags'])}"
        case "union_tag_not_found":
            name = _bare(context["discriminator"])
            return f"“{name}” is missing", f"add it, like {name}: {_TAGS.get((name, last), _TAGS[name, ''])}"
        case "greater_than_equal" | "less_than_equal":
            low = "ge" in context
            return f"{given} is too {'small' if low else 'large'}", (
                f"write at {'least' if low else 'most'} {context['ge' if low else 'le']}"
            )
        case "string_too_long" | "too_long" if isinstance(details["input"], str):
            return f"{given} is too long", f"write at most {context['max_length']} characters"
        case "too_short" | "string_too_short":
            return "nothing is written here", "write at least one"
        case "string_type" if details["input"] is None:
            return "nothing is written here", 'write a text; * and # need quotes, like "#"'
        case word:
            known = _WANTED.get(_NOT_AS_USUAL.get((word, *details["loc"][-2:]), word))
            fault, cure = known or (f"does not fit: {details['msg']}", "see what manage.py flow_schema prints")
            return f"{given} {fault}", cure


_KINDS: Final[tuple[type[BaseModel], ...]] = get_args(get_args(flow.Destination)[0])


def _names(part: type[BaseModel]) -> Iterator[str]:
    for inner in part.__subclasses__():
        yield from inner.model_fields
        yield from _names(inner)


def _nearest(name: str, loc: Path) -> str:
    """A name that is known there, or at least somewhere."""
    here = next((part for part in _KINDS if loc[2:3] == (part.model_fields["kind"].default,)), flow.LineFile)
    near = difflib.get_close_matches(name, here.model_fields, n=1) if len(loc) in (1, 4) else []
    near = near or difflib.get_close_matches(name, sorted(set(_names(flow.Part))), n=1)
    return f"did you mean “{near[0]}”? If not, remove it" if near else "remove it"


def _shown(value: object) -> str:
    text = " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
    if isinstance(value, dict | list | tuple):
        return "this"
    return f"“{cut(text)}”" if text else "nothing"


def cut(text: str) -> str:
    return f"{text[:60]}…" if len(text) > 60 else text


def _quoted(words: str) -> str:
    return re.sub(r"'([^']*)'", r"“\1”", words)


def _bare(word: str) -> str:
    return word.strip("'")
