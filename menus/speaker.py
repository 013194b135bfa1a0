"""What a step says: prompts and phrases in the caller's language, with this call's values. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Final

from menus import entries, hours, recognition, words
from menus.dialogue import Listen, Say, Says, State, Switch
from menus.flow import VALUES, Flow, Opening, Prompt, Schedule, SwitchKind
from menus.hours import Status

NO_PARTS: Final[Mapping[str, str]] = MappingProxyType({})
_SHOWN: Final = VALUES - {"callback"} | {"until"}
_DIGIT: Final = re.compile(r"\d")


class Speaker:
    """Collects what is said in one step."""

    def __init__(self, flow: Flow, state: State, at: datetime, switches: tuple[Switch, ...] = ()) -> None:
        self.flow = flow
        self.now = at
        self.language = state.language
        self.values = state.values
        self.schedule = state.schedule
        self.switches = switches
        self.says: list[Says] = []

    # --- words ---

    def say(self, prompt: Prompt, barge_in: bool = False, /, **parts: str) -> bool:
        """Whether there was anything to say: in the caller's language, or in the line's first.

        `parts` stand for their names in these words, as they are spoken, before any value of the call.
        """
        resolved = words.resolve(self.flow, prompt, self.language)
        if resolved is None:
            return False
        said, language = resolved
        return self.speak(said.text, language.key, barge_in, said.audio, parts, said.seconds)

    def say_phrase(self, name: str, barge_in: bool = False, **parts: str) -> None:
        said, language = words.phrase(self.flow, name, self.language)
        self.speak(said.text, language.key, barge_in, said.audio, parts, said.seconds)

    def phrase_text(self, name: str) -> str:
        """A phrase that becomes part of others."""
        return words.phrase(self.flow, name, self.language)[0].text

    def speak(
        self,
        text: str,
        language: str,
        barge_in: bool,
        audio: str = "",
        parts: Mapping[str, str] = NO_PARTS,
        seconds: float | None = None,
    ) -> bool:
        """`seconds` as the audio was measured. Whether there was anything to say."""

        def value(name: str) -> str:
            return parts[name] if name in parts else self.value(name, language)

        voice = self.flow.by_language[language].voice
        filled = words.fill(text, value)
        if not (filled or audio):
            return False
        shown = words.fill(text, lambda name: _loggable(name, value(name))) if "{" in text else filled
        self.says.append(Say(filled, audio, language, voice, barge_in, shown if shown != filled else None, seconds))
        return True

    def listen(self, phrases: Iterable[str], seconds: int) -> Listen | None:
        """None: the caller's language cannot be recognised."""
        spoken = self.flow.by_language.get(self.language, self.flow.languages[0])
        code = spoken.recognition or recognition.recognition_language(spoken.voice.language)
        return Listen(code, tuple(dict.fromkeys(phrases)), seconds) if code else None

    # --- values ---

    def value(self, name: str, language: str) -> str:
        """What stands for `{name}` in this call's words; numbers are spaced, to be read digit by digit."""
        match name:
            case "caller" | "dialled" | "pressed":
                return words.speak_digits(self.values.get(name, ""))
            case "line":
                return self.flow.name
            case "opens" | "holiday":
                return self.clock_value(name, language)
            case _ if name in self.flow.sensitive:
                return ""
            case _ if collect := self.flow.collected.get(name):
                return entries.speak_value(collect.asks, self.values.get(name, ""), language)
            case _ if fetched := self.flow.looked_up.get(name):
                return entries.speak_value(fetched.says, self.values.get(name, ""), language)
            case _:
                return ""

    def clock_value(self, name: str, language: str) -> str:
        schedule = self.flow.schedules.get(self.schedule)
        if schedule is None:
            return ""
        zone = self.flow.zone(schedule)
        if name == "holiday":
            holiday = hours.status(schedule, zone, self.now).holiday
            return holiday.name if holiday else ""
        opens = self.next_opening(schedule)
        return words.speak_time(opens, language, self.now.astimezone(zone).date()) if opens else ""

    # --- time ---

    def opening(self, schedule: str) -> Status:
        """What a schedule of the line says of now; a switch that is on has the last word."""
        for switch in self.on(SwitchKind.OPEN, SwitchKind.CLOSED):
            if switch.schedule in ("", schedule):
                until = self.local(int(switch.ends))
                forced = Opening.OPEN if switch.kind is SwitchKind.OPEN else Opening.CLOSED
                return Status(forced, f"switched to {switch.kind} until {until:%d %B, %H:%M}")
        found = self.flow.schedules[schedule]
        return hours.status(found, self.flow.zone(found), self.now)

    def next_opening(self, schedule: Schedule) -> datetime | None:
        """When it opens next; not before a switch to closed has ended."""
        zone = self.flow.zone(schedule)
        closed = [switch.ends for switch in self.on(SwitchKind.CLOSED) if switch.schedule in ("", self.schedule)]
        if not closed:
            return hours.next_opening(schedule, zone, self.now)
        ends = datetime.fromtimestamp(max(closed), UTC).astimezone(zone)
        opened = (one for one in self.on(SwitchKind.OPEN) if one.schedule in ("", self.schedule))
        if any(one.ends > max(closed) for one in opened) or hours.status(schedule, zone, ends).opening is Opening.OPEN:
            return ends
        return hours.next_opening(schedule, zone, ends)

    def on(self, *kinds: SwitchKind) -> Iterator[Switch]:
        """The switches that are on now, the latest first."""
        return (switch for switch in self.switches if switch.kind in kinds and self.now.timestamp() < switch.ends)

    def local(self, seconds: int) -> datetime:
        """A time in seconds since 1970 UTC, by the line's clocks."""
        return datetime.fromtimestamp(seconds, UTC).astimezone(self.flow.zone())

    def today(self) -> date:
        return self.now.astimezone(self.flow.zone()).date()


def _loggable(name: str, value: str) -> str:
    """Of a long number only its length."""
    return (
        value if name in _SHOWN else words.LONG_NUMBER.sub(lambda keys: f"({len(_DIGIT.findall(keys[0]))} keys)", value)
    )
