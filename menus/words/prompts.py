"""Which words are said, in which language, and by which voice."""

from __future__ import annotations

from functools import cache
from html import escape

from ..flow import Flow, Language, Menu, Option, Prompt, Said
from .phrases import PHRASES, shipped
from .ssml import inner, is_ssml
from .values import put


def resolve(flow: Flow, prompt: Prompt, language: str) -> tuple[Said, Language] | None:
    """The prompt in the caller's language, else in the line's first; None: nothing is said."""
    spoken, first = flow.by_language.get(language), flow.languages[0]
    if spoken and (said := prompt.get(language)):
        return said, spoken
    if said := prompt.get(first.key):
        return said, first
    return None


def phrase(flow: Flow, name: str, language: str) -> tuple[Said, Language]:
    """The line's words for a phrase, else the site's, in the caller's language; else the same in the line's
    first language; else English in that one's voice. Raises KeyError for a name that is not in `PHRASES`."""
    first = flow.languages[0]
    own = flow.phrases.get(name)
    for spoken in (flow.by_language.get(language, first), first):
        if own and (said := own.get(spoken.key)):
            return said, spoken
        if text := shipped(name, spoken.key):
            return _said(text), spoken
    return _said(PHRASES[name]["en"]), first


@cache
def _said(text: str) -> Said:
    """Of the site's own words there are not many, and each NCCO has some."""
    return Said(text=text)


def composed(flow: Flow, menu_key: str, menu: Menu, language: str) -> tuple[str, Language]:
    """The menu's prompt made from its options, so that words and keys cannot disagree; may be empty."""
    spoken = flow.by_language.get(language) or flow.languages[0]
    text = flow.composed.get((menu_key, spoken.key))
    if text is None:
        text = flow.composed[menu_key, spoken.key] = _compose(flow, menu, spoken.key)
    return text, spoken


def _compose(flow: Flow, menu: Menu, language: str) -> str:
    press = _template(flow, "press", language)
    options = [option for option in menu.options if option.enabled and option.spoken]
    words = [_option_words(flow, option, language) for option in options]
    keys = [_spoken_keys(flow, option.digits, language) for option in options]
    as_ssml = any(is_ssml(text) for text in (press, *words, *keys))
    pieces = [
        put(_piece(press, as_ssml), words=_trimmed(_piece(text, as_ssml)), key=_piece(key, as_ssml))
        for text, key in zip(words, keys, strict=True)
    ]
    text = " ".join(pieces)
    return f"<speak>{text}</speak>" if as_ssml and text else text


def _piece(text: str, as_ssml: bool) -> str:
    """A part of the prompt, as it stands within SSML when the prompt is SSML."""
    if not as_ssml:
        return text
    return inner(text) if is_ssml(text) else escape(text, quote=False)


def _trimmed(words: str) -> str:
    """“For billing.” goes before “, press 1.” as “For billing”."""
    return words.strip().rstrip(",. ")


def _option_words(flow: Flow, option: Option, language: str) -> str:
    resolved = resolve(flow, option.words, language)
    if resolved and resolved[0].text:
        return resolved[0].text
    return put(_template(flow, "for_label", language), label=option.label or option.key)


def _spoken_keys(flow: Flow, digits: str, language: str) -> str:
    names = {"*": "star", "#": "hash"}
    return " ".join(_template(flow, names[digit], language) if digit in names else digit for digit in digits)


def _template(flow: Flow, name: str, language: str) -> str:
    """The words of a phrase that becomes part of a prompt; a recording cannot."""
    said, spoken = phrase(flow, name, language)
    return said.text or shipped(name, spoken.key) or PHRASES[name]["en"]
