"""Out: what we say, in Vonage's words (NCCO reference); and back, for those who read the log.

The rules that hold always: addresses in lists, an `input` after barge-in, a closing action after each action that
waits for an answer, one endpoint, JSON types, numbers as digits without `+`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, assert_never
from uuid import UUID

from django.conf import settings

from calls import place
from calls.place import Place
from menus import words
from menus.dialogue import Ask, Connect, Dip, Flip, HangUp, Hold, Record, Remember, RequestCallback, Say, Says
from menus.flow import (
    AppTarget,
    Flow,
    PhoneTarget,
    Said,
    SipTarget,
    Target,
    Transfer,
    VbcTarget,
    Voice,
    WebsocketTarget,
)
from menus.tryout import Turn

Action = dict[str, Any]

NO_VERSION: Final = UUID(int=0)
"""What the places of a draft are sealed with."""

AFTER_INPUT: Final = "input"
AFTER_CONNECT: Final = "connect"
AFTER_RECORD: Final = "record"
AFTER_HOLD: Final = "hold"
"""Payloads of the `notify` that closes an action: the answer to the action itself got lost, or there is none."""

END_ON_SILENCE: Final = 1.0
"""Seconds of silence after which what a caller said is complete."""
MAX_SPEECH: Final = 15
"""Seconds; a choice is short."""
MAX_HINTS: Final = 100
"""Phrases that the recogniser is told; they are hints, and any other words are heard too."""
_E164: Final = re.compile(r"[1-9][0-9]{6,14}", re.ASCII)


def render(flow: Flow, says: Sequence[Says], here: Place) -> list[Action]:
    """The says as an NCCO. `here` is where the caller then waits; it is sealed into the addresses."""
    sealed = place.seal(here)
    actions: list[Action] = []
    for index, said in enumerate(says):
        match said:
            case Say():
                actions.append(_say(said, barge_in=_may_barge_in(said, says[index:])))
            case Ask():
                actions.append(_input(said, sealed))
                actions += _closing(AFTER_INPUT, sealed, flow, here)
            case Record():
                actions.append(_record(said, sealed))
                actions += _closing(AFTER_RECORD, sealed, flow, here)
            case Connect():
                actions.append(_connect(said, sealed))
                actions += _closing(AFTER_CONNECT, sealed, flow, here)
            case Hold():
                actions += _closing(AFTER_HOLD, sealed, flow, here)
            case HangUp():
                pass  # the call ends where the NCCO ends
            case Remember() | RequestCallback() | Dip() | Flip():
                pass  # nothing that Vonage does
            case _:
                assert_never(said)
    return actions


# A circle cannot be: actions are made here, from plain values.
_as_text: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def of_turn(flow: Flow, turn: Turn, version: UUID = NO_VERSION) -> str:
    """The NCCO that Vonage would get for a turn of a call that is only tried out."""
    return dump(render(flow, turn.says, Place("try-a-call", version, turn.state)))


def loggable(flow: Flow, says: Sequence[Says], here: Place, text: str) -> str:
    """The NCCO `text` as it may be kept: without the long numbers that it says."""
    if not any(isinstance(said, Say) and said.shown is not None for said in says):
        return text
    shown = [
        said._replace(text=said.shown) if isinstance(said, Say) and said.shown is not None else said for said in says
    ]
    return dump(render(flow, shown, here))


def dump(actions: Sequence[Action]) -> str:
    return _as_text(actions)


def _may_barge_in(first: Say, says: Sequence[Says]) -> bool:
    """Barge-in is sticky up to the next `input`, and the next action of another kind must be that: so nothing before
    a prompt that must be heard may be interrupted, nothing before a connect, a record or the end, and no words before
    a recording or the other way round (NCCO reference, bargeIn)."""
    for said in says:
        if isinstance(said, Ask):
            return True
        if isinstance(said, Remember | RequestCallback):
            continue
        if not (isinstance(said, Say) and said.barge_in and bool(said.audio) is bool(first.audio)):
            return False
    return False


def _say(said: Say, *, barge_in: bool = False) -> Action:
    if said.audio:
        action: Action = {"action": "stream", "streamUrl": [_absolute(said.audio)]}
    else:
        action = _talk(said.text, said.voice)
    if barge_in:
        action["bargeIn"] = True
    return action


def _talk(text: str, voice: Voice) -> Action:
    action: Action = {"action": "talk", "text": text, "language": voice.language, "style": voice.style}
    if voice.premium:
        action["premium"] = True
    return action


def _input(ask: Ask, sealed: str) -> Action:
    action: Action = {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": {"timeOut": ask.seconds, "maxDigits": ask.max_digits, "submitOnHash": ask.finish_on_hash},
        "eventUrl": [_url("event", sealed)],
        "eventMethod": "POST",
    }
    if ask.listen:
        action["type"] = ["dtmf", "speech"]
        action["speech"] = {
            "language": ask.listen.language,
            "context": list(ask.listen.phrases[:MAX_HINTS]),
            "startTimeout": ask.listen.seconds,
            "endOnSilence": END_ON_SILENCE,
            "maxDuration": MAX_SPEECH,
        }
    return action


def _record(record: Record, sealed: str) -> Action:
    return {
        "action": "record",
        "format": "mp3",
        "endOnSilence": record.silence_seconds,
        "endOnKey": record.finish_key,
        "timeOut": record.max_seconds,
        "beepStart": record.beep,
        "eventUrl": [_url("recording", sealed)],
        "eventMethod": "POST",
    }


def _connect(connect: Connect, sealed: str) -> Action:
    action: Action = {
        "action": "connect",
        "endpoint": [_endpoint(connect.target, _url("whisper", sealed) if connect.whisper else "")],
        "timeout": connect.target.ring_seconds,
        "limit": connect.max_seconds,
        "eventType": "synchronous",
        "eventUrl": [_url("event", sealed)],
        "eventMethod": "POST",
    }
    if _E164.fullmatch(connect.caller_id):
        action["from"] = connect.caller_id
    else:
        action["randomFromNumber"] = True
    if connect.ringback:
        action["ringbackTone"] = _absolute(connect.ringback)
    return action


def _endpoint(target: Target, whisper_url: str) -> Action:
    match target:
        case PhoneTarget():
            phone: Action = {"type": "phone", "number": target.number}
            return phone | ({"onAnswer": {"url": whisper_url}} if whisper_url else {})
        case SipTarget():
            return {"type": "sip", "uri": target.uri}
        case AppTarget():
            return {"type": "app", "user": target.user}
        case WebsocketTarget():
            return {"type": "websocket", "uri": target.uri, "content-type": f"audio/l16;rate={target.rate}"}
        case VbcTarget():
            return {"type": "vbc", "extension": target.extension}
        case _:
            assert_never(target)


def _closing(after: str, sealed: str, flow: Flow, here: Place) -> list[Action]:
    """What Vonage does when the action before it brought no NCCO: ask us once more, and else say so and end."""
    return [
        {
            "action": "notify",
            "payload": {"after": after},
            "eventUrl": [_url("event", sealed)],
            "eventMethod": "POST",
        },
        _phrase(flow, "trouble", here.state.language, here.state.values),
    ]


def _phrase(flow: Flow, name: str, language: str, values: Mapping[str, str]) -> Action:
    said, spoken_in = words.phrase(flow, name, language)

    def known(value: str) -> str:
        return flow.name if value == "line" else words.speak_digits(values.get(value, ""))

    text = words.fill(said.text, known)
    return _say(Say(text, said.audio, spoken_in.key, spoken_in.voice, seconds=said.seconds))


def _absolute(audio: str) -> str:
    """A recording of this site is known by its path; Vonage fetches it from where it reaches us."""
    return f"{settings.PUBLIC_URL}{audio}" if audio.startswith("/audio/") else audio


def _url(kind: str, sealed: str) -> str:
    return f"{settings.PUBLIC_URL}/webhooks/{kind}/{sealed}/"


# --- without a flow, or in spite of it --------------------------------------------------------------------------

_ENGLISH: Final = Voice(language="en-US")


def not_in_service() -> list[Action]:
    return [_talk(words.PHRASES["not_in_service"]["en"], _ENGLISH)]


def apology(flow: Flow | None = None, language: str = "", dialled: str = "") -> list[Action]:
    """The last resort: sorry, and the operator's telephone if there is one. Reads no database and cannot fail."""
    if flow is None:
        return [_talk(words.PHRASES["trouble"]["en"], _ENGLISH)]
    operator = flow.destinations.get(flow.operator or "")
    phones = [target for target in getattr(operator, "targets", ()) if isinstance(target, PhoneTarget)]
    if not (isinstance(operator, Transfer) and phones):
        return [_phrase(flow, "trouble", language, {"dialled": dialled})]
    connect: Action = {
        "action": "connect",
        "endpoint": [{"type": "phone", "number": phones[0].number}],
        "timeout": phones[0].ring_seconds,
    }
    shown = operator.caller_id or dialled
    connect |= {"from": shown} if _E164.fullmatch(shown) else {"randomFromNumber": True}
    return [connect, _phrase(flow, "trouble", language, {"dialled": dialled})]


def goodbye(flow: Flow, language: str) -> list[Action]:
    return [_phrase(flow, "goodbye", language, {})]


def spoken(said: Say) -> list[Action]:
    return [_say(said)]


# --- back: what an NCCO says ------------------------------------------------------------------------------------


class Line(NamedTuple):
    """One action, readable: what kind it is, what is said or done, in which language."""

    kind: str
    text: str
    language: str = ""


def read(text: str) -> list[Line]:
    """A logged NCCO as lines for people; what closes an action is left out, callers do not hear it."""
    lines: list[Line] = []
    for action in json.loads(text or "[]"):
        match action.get("action"):
            case "talk":
                said = words.transcript(Said(text=action["text"]))
                lines.append(Line("says", said, action.get("language", "")))
            case "stream":
                lines.append(Line("plays", action["streamUrl"][0]))
            case "input":
                what = "a key or words" if "speech" in action["type"] else "a key"
                return [*lines, Line("waits", f"{action['dtmf']['timeOut']} s for {what}")]
            case "notify":
                return [*lines, Line("looks up", "")]
            case "record":
                return [*lines, Line("records", f"up to {action['timeOut']} s")]
            case "connect":
                endpoint = {**action["endpoint"][0]}
                kind = endpoint.pop("type")
                address = next((str(value) for value in endpoint.values()), "")
                shown = f" from {action['from']}" if "from" in action else ""
                return [*lines, Line("connects", f"{kind} {address}{shown}, {action['timeout']} s")]
    return [*lines, Line("hangs up", "")]


_SEALED: Final = re.compile(r"/webhooks/(?:event|recording|whisper)/([A-Za-z0-9_-]+)")


def sealed_in(text: str) -> str:
    """The sealed place in an address or in a logged NCCO; empty when there is none."""
    found = _SEALED.search(text)
    return found[1] if found else ""
