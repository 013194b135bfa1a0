"""What is said: prompts in the caller's language, with values filled in, safe for the voice. Pure."""

from .daytime import speak_date, speak_moment, speak_time, speak_window
from .phrases import LANGUAGES, PHRASES
from .prompts import composed, phrase, resolve
from .ssml import is_ssml, spoken_length, ssml_faults, transcript
from .timing import RECORDING_SECONDS, lasts, seconds
from .values import LONG_NUMBER, MASKED_FROM, fill, speak_digits, value_names

__all__ = [
    "LANGUAGES",
    "LONG_NUMBER",
    "MASKED_FROM",
    "PHRASES",
    "RECORDING_SECONDS",
    "composed",
    "fill",
    "is_ssml",
    "lasts",
    "phrase",
    "resolve",
    "seconds",
    "speak_date",
    "speak_digits",
    "speak_moment",
    "speak_time",
    "speak_window",
    "spoken_length",
    "ssml_faults",
    "transcript",
    "value_names",
]
