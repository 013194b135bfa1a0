"""What every NCCO must be: Vonage's own models take it as it is, and our stricter rules find no fault in it.

Sources: Vonage's NCCO reference; vonage-voice 1.5.1 for the models.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from pydantic import BaseModel
from vonage_voice.models import ncco as theirs

from calls import place
from menus.recognition import CODES
from menus.words import spoken_length, ssml_faults

Action = dict[str, Any]
Rule = Callable[[Any], bool]

# --- Vonage's own models ----------------------------------------------------------------------------------------


def accepted_by_vonage(ncco: list[Action]) -> bool:
    """Their models read each action, and write the same again. Raises what they say otherwise."""
    for action in ncco:
        model: type[BaseModel] = getattr(theirs, action["action"].title())
        read = model.model_validate(_as_they_read(action))
        written = _as_we_write(read.model_dump(by_alias=True, exclude_none=True, mode="json"))
        assert written == action, (written, action)
    return True


def _as_they_read(action: Action) -> Action:
    """Their models read `from` and `content-type` by Python's names only, and want `ringbackTone` as a list, where
    the reference and their other libraries have a text."""
    read = dict(action)
    if "from" in read:
        read["from_"] = read.pop("from")
    if "ringbackTone" in read:
        read["ringbackTone"] = [read["ringbackTone"]]
    if "endpoint" in read:
        renamed = {"content-type": "contentType"}
        read["endpoint"] = [{renamed.get(name, name): value for name, value in read["endpoint"][0].items()}]
    return read


def _as_we_write(written: Action) -> Action:
    if "ringbackTone" in written:
        (written["ringbackTone"],) = written["ringbackTone"]
    if "speech" in written:
        assert written["speech"].pop("saveAudio") is False, "their default, which we leave out"
    return written


_WAITING: Final = ("input", "record", "connect")

# --- our own rules ----------------------------------------------------------------------------------------------

_E164: Final = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})*", re.ASCII)
_OURS: Final = re.compile(r"/webhooks/(?:event|recording|whisper)/([A-Za-z0-9_-]{60,3000})/", re.ASCII)
_SIX_DIGITS: Final = re.compile(rb"[0-9]{6}")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def faults(ncco: Any) -> list[str]:
    """What is wrong with it; empty when nothing is."""
    if not isinstance(ncco, list) or not all(isinstance(action, dict) for action in ncco):
        return ["an NCCO is a list of actions"]
    if not ncco:
        return ["nothing is said, and the call ends"]
    found = [f"{index} {fault}" for index, action in enumerate(ncco) for fault in _action_faults(action)]
    return found + list(_unclosed(ncco)) + list(_barge_in_faults(ncco)) + list(_order_faults(ncco))


def _action_faults(action: Action) -> Iterator[str]:
    kind = action.get("action")
    if kind not in _FIELDS:
        yield f"{kind!r} is no action of ours"
        return
    fields, needed = _FIELDS[kind], _NEEDED[kind]
    yield from _object_faults(kind, {name: value for name, value in action.items() if name != "action"}, fields, needed)
    if kind == "connect" and ("from" in action) == ("randomFromNumber" in action):
        yield "connect: either from or randomFromNumber"
    if kind == "input" and ("speech" in action) != ("speech" in action.get("type", ())):
        yield "input: speech in its type and its settings, or in neither"
    if kind == "connect" and action.get("eventType") and "eventUrl" not in action:
        yield "connect: synchronous, but no eventUrl to ask"


def _object_faults(where: str, value: Action, fields: Mapping[str, Rule], needed: frozenset[str]) -> Iterator[str]:
    yield from (f"{where}: {name} is missing" for name in sorted(needed - value.keys()))
    for name, field in value.items():
        if name not in fields:
            yield f"{where}: {name} is no field of it"
        elif not fields[name](field):
            yield f"{where}: {name} is {field!r}"


def _unclosed(ncco: list[Action]) -> Iterator[str]:
    """When the answer to one of these gets lost, the call goes on with the next action; without one it ends."""
    for index, action in enumerate(ncco):
        if action.get("action") in (*_WAITING, "notify") and index + 1 == len(ncco):
            yield f"{index} {action['action']}: nothing closes it"
        after = ncco[index + 1].get("action") if index + 1 < len(ncco) else ""
        if action.get("action") in _WAITING and "eventUrl" in action and after != "notify":
            yield f"{index} {action['action']}: when its answer gets lost, we are not asked at once"


def _barge_in_faults(ncco: list[Action]) -> Iterator[str]:
    """Sticky up to the next `input`, and the next action that is not of the same kind must be that `input`."""
    for index, action in enumerate(ncco):
        if not action.get("bargeIn"):
            continue
        after = [later for later in ncco[index + 1 :] if later.get("action") != action["action"]]
        if not after or after[0].get("action") != "input":
            yield f"{index} {action['action']}: barge-in, and no input follows"
        for later in ncco[index + 1 :]:
            if later.get("action") == "input":
                break
            if not later.get("bargeIn"):
                yield f"{index} {action['action']}: barge-in goes on into one that says it does not"


def _order_faults(ncco: list[Action]) -> Iterator[str]:
    """Behind an action that waits for the caller stands only what closes it: its answer replaces the rest."""
    waiting = [index for index, action in enumerate(ncco) if action.get("action") in _WAITING]
    if len(waiting) > 1:
        yield f"{waiting[1]}: the call waits twice in one NCCO"


# --- single values ----------------------------------------------------------------------------------------------


def _is(*values: object) -> Rule:
    return lambda value: any(value is known or (value == known and type(value) is type(known)) for known in values)


def _whole(first: int, last: int) -> Rule:
    return lambda value: type(value) is int and first <= value <= last


def _between(first: float, last: float) -> Rule:
    return lambda value: type(value) is float and first <= value <= last


def _matches(pattern: re.Pattern[str]) -> Rule:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _clean(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not _CONTROL.search(value)


def _text(value: Any) -> bool:
    if not _clean(value) or spoken_length(value) > 1500:
        return False
    return not ssml_faults(value) if value.lstrip().startswith("<speak") else True


def _absolute(value: Any) -> bool:
    if not _clean(value) or any(sign.isspace() for sign in value):
        return False
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _ours(value: Any) -> bool:
    """Under PUBLIC_URL, and nothing of the call to be read in it: neither as it is nor with base64 taken off."""
    if not _absolute(value) or not value.startswith(settings.PUBLIC_URL + "/"):
        return False
    match = _OURS.fullmatch(value.removeprefix(settings.PUBLIC_URL))
    if not match:
        return False
    sealed = match[1]
    opened = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    if any(_is_told(run.decode(), sealed) for run in _SIX_DIGITS.findall(opened)):
        return False
    return not _SIX_DIGITS.search(value.replace(sealed, "").encode())


def _is_told(digits: str, sealed: str) -> bool:
    """Whether they are the call's own: by chance six come together in one of a million addresses, too."""
    try:
        return digits in repr(place.unseal(sealed))
    except place.BadPlace:
        return True


def _hints(value: Any) -> bool:
    """Each said once, in words or a short phrase."""
    if not isinstance(value, list) or not 1 <= len(value) <= _HINTS or len(set(map(str, value))) < len(value):
        return False
    return all(_clean(hint) and len(hint) <= 100 for hint in value)


def _list_of_one(rule: Rule) -> Rule:
    return lambda value: isinstance(value, list) and len(value) == 1 and rule(value[0])


def _object(fields: Mapping[str, Rule], needed: str) -> Rule:
    return lambda value: isinstance(value, dict) and not [*_object_faults("", value, fields, frozenset(needed.split()))]


def _endpoint(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") in _ENDPOINTS and _ENDPOINTS[value["type"]](value)


_BOOL: Final = _is(True, False)
_AUDIO: Final = _is("audio/l16;rate=8000", "audio/l16;rate=16000", "audio/l16;rate=24000")
_DTMF: Final[dict[str, Rule]] = {"timeOut": _whole(1, 10), "maxDigits": _whole(1, 20), "submitOnHash": _BOOL}
_HINTS: Final = 100
"""The reference names no bound. Hints only help, and an NCCO of a menu with every phrase it may have (30 for each
option and language) would be longer than all else in it."""
_SPEECH: Final[dict[str, Rule]] = {
    "language": _is(*CODES),
    "context": _hints,
    "startTimeout": _whole(1, 60),
    "endOnSilence": _between(0.4, 10.0),
    "maxDuration": _whole(1, 60),
}
_KIND: Final[dict[str, Rule]] = {"type": _clean}
_SIP: Final = re.compile(r"sips?:[^\s]{1,96}", re.ASCII)
_ENDPOINTS: Final[dict[str, Rule]] = {
    "phone": _object(
        _KIND | {"number": _matches(_E164), "onAnswer": _object({"url": _ours}, "url")}, needed="type number"
    ),
    "sip": _object(_KIND | {"uri": _matches(_SIP)}, needed="type uri"),
    "app": _object(_KIND | {"user": _clean}, needed="type user"),
    "vbc": _object(_KIND | {"extension": _matches(re.compile("[0-9]+", re.ASCII))}, needed="type extension"),
    "websocket": _object(
        _KIND | {"uri": _matches(re.compile(r"wss?://\S+")), "content-type": _AUDIO}, needed="type uri content-type"
    ),
}
_BACK: Final[dict[str, Rule]] = {"eventUrl": _list_of_one(_ours), "eventMethod": _is("POST")}
_FIELDS: Final[dict[str, dict[str, Rule]]] = {
    "talk": {
        "text": _text,
        "language": _matches(_LANGUAGE),
        "style": _whole(0, 99),
        "premium": _BOOL,
        "bargeIn": _BOOL,
    },
    "stream": {"streamUrl": _list_of_one(_absolute), "bargeIn": _BOOL},
    "input": _BACK
    | {
        "type": _is(["dtmf"], ["dtmf", "speech"]),
        "dtmf": _object(_DTMF, "timeOut maxDigits submitOnHash"),
        "speech": _object(_SPEECH, "language context startTimeout endOnSilence maxDuration"),
    },
    "record": _BACK
    | {
        "format": _is("mp3"),
        "endOnSilence": _whole(3, 10),
        "endOnKey": _matches(re.compile("[0-9*#]", re.ASCII)),
        "timeOut": _whole(3, 7200),
        "beepStart": _BOOL,
    },
    "connect": _BACK
    | {
        "endpoint": _list_of_one(_endpoint),
        "from": _matches(_E164),
        "randomFromNumber": _is(True),
        "timeout": _whole(1, 120),
        "limit": _whole(1, 7200),
        "eventType": _is("synchronous"),
        "ringbackTone": _absolute,
    },
    "notify": _BACK | {"payload": _object({"after": _is("input", "connect", "record", "hold")}, "after")},
}
_NEEDED: Final[dict[str, frozenset[str]]] = {
    "talk": frozenset({"text", "language", "style"}),
    "stream": frozenset({"streamUrl"}),
    "input": frozenset({"type", "dtmf", "eventUrl", "eventMethod"}),
    "record": frozenset({"endOnSilence", "endOnKey", "timeOut", "eventUrl", "eventMethod"}),
    "connect": frozenset({"endpoint", "timeout"}),
    "notify": frozenset({"payload", "eventUrl", "eventMethod"}),
}
