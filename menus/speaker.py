"""What a step says: prompts and phrases in the caller's language, with this call's values. Pure."""

from __future__ import annotations

from datetime import datetime

from menus import hours, words
from menus.dialogue import Say, Says, State
from menus.flow import Flow, Prompt


class Speaker:
    """Collects what is said in one step."""

    def __init__(self, flow: Flow, state: State, at: datetime) -> None:
        self.flow = flow
        self.now = at
        self.language = state.language
        self.values = state.values
        self.schedule = state.schedule
        self.says: list[Says] = []

    def say(self, prompt: Prompt, barge_in: bool = False) -> bool:
        """Whether there was anything to say: in the caller's language, or in the line's first."""
        resolved = words.resolve(self.flow, prompt, self.language)
        if resolved is None:
            return False
        said, language = resolved
        return self.speak(said.text, language.key, barge_in, said.audio)

    def say_phrase(self, name: str, barge_in: bool = False) -> None:
        said, language = words.phrase(self.flow, name, self.language)
        self.speak(said.text, language.key, barge_in, said.audio)

    def speak(self, text: str, language: str, barge_in: bool, audio: str = "") -> bool:
        voice = self.flow.by_language[language].voice
        filled = words.fill(text, lambda name: self.value(name, language))
        if not (filled or audio):
            return False
        self.says.append(Say(filled, audio, language, voice, barge_in))
        return True

    def value(self, name: str, language: str) -> str:
        """What stands for `{name}` in this call's words; numbers are spaced, to be read digit by digit."""
        match name:
            case "caller" | "dialled" | "pressed":
                return words.speak_digits(self.values.get(name, ""))
            case "line":
                return self.flow.name
            case "opens" | "holiday":
                return self.clock_value(name, language)
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
        opens = hours.next_opening(schedule, zone, self.now)
        return words.speak_time(opens, language, self.now.astimezone(zone).date()) if opens else ""
