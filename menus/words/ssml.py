"""SSML as Vonage's voices know it (protocol 2.12): what is wrong with it, what is left without its tags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Final, NamedTuple
from xml.parsers import expat
from xml.parsers.expat import errors

from ..flow import Said

MAX_MARKED: Final = 20_000
"""Characters of SSML, tags counted, that are looked at."""
TAG: Final = re.compile(r"""<(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
_OPENS: Final = re.compile(r"\s*<speak\b", re.IGNORECASE)
_PAUSES: Final = re.compile(r"""</?(?:break|p|s)\b(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""")
_LOOKS_TAGGED: Final = re.compile(r"</?[A-Za-z][^<>]*>?")


def is_ssml(text: str) -> bool:
    """Whether the voice reads the text as SSML: it begins with `<speak`."""
    return _OPENS.match(text) is not None


def inner(text: str) -> str:
    """What stands between `<speak>` and `</speak>`."""
    return re.sub(r"\s*</?speak\b[^<>]*>\s*", "", text)


def spoken_length(text: str) -> int:
    """Characters as Vonage counts them: SSML tags are not counted."""
    return len(TAG.sub("", text)) if is_ssml(text) else len(text)


def stripped(text: str) -> str:
    """The words of the text, without SSML."""
    if not is_ssml(text):
        return text
    return " ".join(unescape(TAG.sub("", _PAUSES.sub(" ", text))).split())


def transcript(said: Said) -> str:
    """The words for scripts and screens."""
    return stripped(said.text)


# --- what is wrong ------------------------------------------------------------------------------------------


class _Attribute(NamedTuple):
    allowed: re.Pattern[str]
    cure: str
    needed: bool = False


def _one_of(*words: str) -> _Attribute:
    return _Attribute(re.compile("|".join(map(re.escape, words))), f"write one of {', '.join(words)}")


_FORMATS: Final = "mdy dmy ymd md dm ym my d m y yyyymmdd".split()
_KINDS: Final = "character cardinal ordinal digits fraction unit date time expletive telephone address".split()
_TEXT: Final = re.compile(r"(?s).*\S.*")
_NO_ATTRIBUTES: Final[Mapping[str, _Attribute]] = {}

TAGS: Final[Mapping[str, Mapping[str, _Attribute]]] = {
    "speak": _NO_ATTRIBUTES,
    "p": _NO_ATTRIBUTES,
    "s": _NO_ATTRIBUTES,
    "break": {
        "time": _Attribute(re.compile(r"\d{1,5}ms|\d{1,2}(\.\d{1,3})?s"), "write it like 500ms or 2s"),
        "strength": _one_of("none", "x-weak", "weak", "medium", "strong", "x-strong"),
    },
    "emphasis": {"level": _one_of("strong", "moderate", "reduced")},
    "lang": {"xml:lang": _Attribute(re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"), "write it like fr-FR", True)},
    "phoneme": {
        "alphabet": _one_of("ipa", "x-sampa"),
        "ph": _Attribute(_TEXT, "write the sounds, like pɪˈkɑːn", True),
    },
    "prosody": {
        "volume": _Attribute(
            re.compile(r"default|silent|x-soft|soft|medium|loud|x-loud|[+-]\d{1,2}(\.\d)?dB"),
            "write default, silent, x-soft, soft, medium, loud, x-loud, or like +6dB",
        ),
        "rate": _one_of("x-slow", "slow", "medium", "fast", "x-fast"),
        "pitch": _Attribute(
            re.compile(r"x-low|low|medium|high|x-high|[+-]\d{1,3}(\.\d)?%"),
            "write x-low, low, medium, high, x-high, or like +10%",
        ),
    },
    "say-as": {
        "interpret-as": _one_of(*_KINDS)._replace(needed=True),
        "format": _one_of(*_FORMATS),
    },
    "sub": {"alias": _Attribute(_TEXT, "write the words to be said instead", True)},
}


def ssml_faults(text: str) -> list[str]:
    """What a voice would stumble over, each with its cure; an empty list when all is well."""
    if is_ssml(text):
        return _Reader().read(text)
    tag = _LOOKS_TAGGED.search(text)
    if not tag:
        return []
    return [f"“{tag[0]}” would be read out: tags work only when all the words stand inside <speak>…</speak>"]


class _Reader:
    """Reads SSML tag by tag. It begins with `<speak`: no document type, and so no entity, can come first."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.opened_any = False

    def read(self, text: str) -> list[str]:
        if len(text) > MAX_MARKED:
            return [f"the SSML is {len(text)} characters long; {MAX_MARKED} is the most, so shorten it"]
        parser = expat.ParserCreate(namespace_separator=None)
        parser.StartElementHandler = self.opened
        parser.CommentHandler = self.refuse_comment
        parser.ProcessingInstructionHandler = self.refuse_instruction
        parser.StartCdataSectionHandler = self.refuse_cdata
        try:
            parser.Parse(text.encode(), True)
        except UnicodeEncodeError:
            self.faults.append("the SSML has half a character in it; type its words again")
        except expat.ExpatError as error:
            self.faults.append(_misread(error))
        return list(dict.fromkeys(self.faults))

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        known = TAGS.get(tag)
        if self.opened_any == (tag == "speak"):
            self.faults.append("the words stand inside one <speak>…</speak>, in small letters, with no other in it")
        self.opened_any = True
        if known is None:
            others = ", ".join(sorted(TAGS.keys() - {"speak"}))
            self.faults.append(f"the voices do not know the tag <{tag}>; they know {others}")
            return
        for name, value in attributes.items():
            self.check_attribute(tag, name, value)
        missing = [name for name, attribute in known.items() if attribute.needed and name not in attributes]
        self.faults.extend(f"<{tag}> needs {name}: {known[name].cure}" for name in missing)

    def check_attribute(self, tag: str, name: str, value: str) -> None:
        attribute = TAGS[tag].get(name)
        if attribute is None:
            takes = ", ".join(TAGS[tag]) or "nothing"
            self.faults.append(f"<{tag}> does not take {name}; it takes {takes}")
        elif not attribute.allowed.fullmatch(value):
            self.faults.append(f'<{tag} {name}="{value}"> is not possible: {attribute.cure}')

    def refuse_comment(self, _: str) -> None:
        self.faults.append("a comment <!-- … --> has no place in words for a voice; take it out")

    def refuse_instruction(self, *_: str) -> None:
        self.faults.append("an instruction <? … ?> has no place in words for a voice; take it out")

    def refuse_cdata(self) -> None:
        self.faults.append("<![CDATA[ … ]]> has no place in words for a voice; write &lt; for < and &amp; for &")


def _misread(error: expat.ExpatError) -> str:
    """What expat stumbled over, in staff's words."""
    place = f"near character {error.offset + 1}" + (f" of line {error.lineno}" if error.lineno > 1 else "")
    match expat.ErrorString(error.code):
        case errors.XML_ERROR_TAG_MISMATCH:
            return f"the SSML closes a tag {place} that is not the one opened last; close tags in turn"
        case errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
            return f"there is more after </speak> {place}; all the words must stand inside <speak>…</speak>"
        case errors.XML_ERROR_NO_ELEMENTS:
            return "a tag of the SSML is left open; close each tag, and end with </speak>"
        case errors.XML_ERROR_UNDEFINED_ENTITY:
            return f"the SSML has an unknown &…; {place}; write the sign itself, and &amp; for &"
        case reason:
            return f"the SSML cannot be read {place} ({reason}); write &lt; for < and &amp; for &"
