"""What the fields of a flow are called in sentences about them. Pure; a field that is not here is called as it is
written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MEMBERS: Final = frozenset({"format", "promises", "schedules", "destinations"})
"""Fields of the flow that have sentences of their own."""
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "menu": "menu",
        "message": "message",
        "hours": "opening hours",
        "transfer": "transfer",
        "voicemail": "voicemail",
        "collect": "entry",
        "lookup": "look-up",
        "branch": "branch",
        "callback": "call back",
        "switch": "switch",
        "hangup": "hang up",
    }
)
LEADS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "start": "a call",
        "main": "the main key",
        "operator": "the operator key",
        "then": "afterwards it",
        "open": "when open it",
        "closed": "when closed it",
        "holiday": "on a holiday it",
        "last_resort": "when nobody answers it",
        "otherwise": "when no rule holds it",
        "found": "when something is found it",
        "not_found": "when nothing is found it",
        "failed": "when it cannot be done it",
        "locked": "after too many wrong PINs it",
        "cancel": "the cancel key",
        "failures_then": "after too many failed tries it",
        "reaches": "it",
    }
)
"""Fields that hold where a call goes."""
ELSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "main": "the start",
        "failures_then": "the operator",
        "failed": "the operator",
        "locked": "the operator",
        "cancel": "the menu before",
        "holiday": "where it goes when closed",
        "reaches": "nobody",
    }
)
"""Where it goes when the field is empty, where that is not nowhere."""
PROMPTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "prompt": "the prompt",
        "short_prompt": "the prompt when it is asked again",
        "greeting": "the greeting",
        "goodbye": "the goodbye",
        "whisper": "the whisper to who answers",
        "hold": "the words before it looks",
        "confirm": "the words that ask whether it is right",
        "done": "the words after the request",
        "words": "the words",
        "first": "the words after the first failed try",
        "second": "the words after the second failed try",
        "last": "the words before the last try",
    }
)
NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "label": "its name",
        "name": "its name",
        "timezone": "the time zone",
        "max_call_minutes": "the longest call",
        "remember_language_days": "how long the language is remembered",
        "type_ahead": "keying ahead",
        "barge_in": "keying during the words",
        "wait_seconds": "the wait for a key",
        "first_wait_seconds": "the wait for the first key",
        "max_failures": "failed tries in all",
        "finish_on_hash": "ending with #",
        "speech": "speaking in place of keys",
        "confirm_below": "how sure (in per cent) a spoken choice must be not to be asked back",
        "without": "the line’s keys that do nothing here",
        "value": "the value",
        "asks": "what is asked for",
        "min_digits": "the fewest digits",
        "max_digits": "the most digits",
        "low": "the smallest",
        "high": "the greatest",
        "allowed": "the entries taken",
        "check_digit": "the check digit",
        "cents": "keying cents",
        "date_order": "the order of a date",
        "date_within": "which dates are taken",
        "country": "the country of short numbers",
        "cancel_key": "the cancel key’s digit",
        "read_back": "reading the entry back",
        "sensitive": "keeping the entry out of the log",
        "outcome": "how the call counts",
        "schedule": "the schedule",
        "opening": "what the schedule must be",
        "caller_id": "the number shown to who is rung",
        "max_minutes": "the longest conversation",
        "ringback": "the sound while it rings",
        "ring_seconds": "ringing",
        "max_seconds": "the longest",
        "silence_seconds": "the silence that ends it",
        "finish_key": "the key that ends it",
        "beep": "the tone",
        "mailbox": "the mailbox",
        "window_hours": "the length of the times offered",
        "windows": "how many times are offered",
        "notice_minutes": "the soonest time offered, from now",
        "team": "who calls back",
        "switch": "what it sets",
        "hours": "for how long",
        "hours_value": "the value that says for how long",
        "tries": "tries",
        "equals": "the values that fit",
        "pattern": "the pattern that fits",
        "lists": "the lists of numbers",
        "prefixes": "the beginnings of callers’ numbers",
        "dialled": "the numbers dialled",
        "languages": "the languages",
        "percent": "the share of callers",
        "table": "the table",
        "key": "the key of the row",
        "method": "the way it is asked",
        "url": "the address",
        "headers": "the headers",
        "send": "what is sent",
        "found_field": "the field that must be there",
        "field": "the column or field",
        "says": "how it is spoken",
        "max_keys": "the most keys",
        "when": "at which hours",
        "except_lists": "who is excepted",
        "language": "the language that it changes to",
        "recognition": "the language in which callers are understood",
        "voice": "the voice",
        "style": "the voice",
        "premium": "the better voice",
        "enabled": "being on",
        "spoken": "being spoken",
        "phrases": "what callers may say",
        "source": "where it looks",
        "repeat": "the repeat key",
        "back": "the back key",
    }
)
FOR_WHOM: Final[Mapping[str, str]] = MappingProxyType(
    {"no_input": "when nothing is pressed", "no_match": "on a wrong key"}
)
"""Before what happens then."""
NOT_TOLD: Final = frozenset({"url"})
"""Fields in which keys and passwords may stand: that they differ is told, and no more."""
ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
DAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "mon": "Monday",
        "tue": "Tuesday",
        "wed": "Wednesday",
        "thu": "Thursday",
        "fri": "Friday",
        "sat": "Saturday",
        "sun": "Sunday",
    }
)
UNITS: Final = ("seconds", "minutes", "hours", "days")
