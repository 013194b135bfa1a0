"""The languages that Vonage recognises when callers speak, and which of them belongs to a voice.

Source: Vonage's guide “Speech recognition (ASR)”, supported languages; Vonage may know more by now.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

CODES: Final = tuple(
    """
    af-ZA sq-AL am-ET
    ar-EG ar-AE ar-BH ar-DZ ar-IL ar-IQ ar-JO ar-KW ar-LB ar-MA ar-OM ar-PS ar-QA ar-SA ar-TN
    hy-AM az-AZ eu-ES bn-BD bn-IN bg-BG my-MM ca-ES yue-hant-HK zh zh-TW hr-HR cs-CZ da-DK nl-NL nl-BE
    en-US en-AU en-CA en-GB en-GH en-IE en-IN en-KE en-NG en-NZ en-PH en-SG en-TZ en-ZA
    et-EE fil-PH fi-FI fr-FR fr-CA gl-ES ka-GE de-DE el-GR gu-IN he-IL hi-IN hu-HU is-IS id-ID it-IT ja-JP
    jv-ID kn-IN km-KH ko-KR lo-LA lv-LV lt-LT mk-MK ms-MY ml-IN mr-IN mn-MN ne-NP nb-NO fa-IR pl-PL
    pt-BR pt-PT pa-guru-IN ro-RO ru-RU sr-RS si-LK sk-SK sl-SI
    es-ES es-AR es-BO es-CL es-CO es-CR es-DO es-EC es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-US
    es-UY es-VE
    su-ID sw-KE sw-TZ sv-SE ta-IN ta-LK ta-MY ta-SG te-IN th-TH tr-TR uk-UA ur-PK ur-IN uz-UZ vi-VN zu-ZA
    """.split()
)
"""By language. The first region of a language, mostly the one with the most speakers, stands for those not listed."""

RENAMED: Final = MappingProxyType(
    {
        "cmn-CN": "zh",
        "cmn-TW": "zh-TW",
        "yue-CN": "yue-hant-HK",
        "no-NO": "nb-NO",
        "pa-IN": "pa-guru-IN",
        "es-419": "es-MX",
    }
)
"""Voices whose language has another name where it is recognised."""

_KNOWN: Final = {code.lower(): code for code in CODES}
_RENAMED: Final = {code.lower(): renamed for code, renamed in RENAMED.items()}


def recognition_language(voice_language: str) -> str | None:
    """The code to recognise callers by who hear this voice: its own, else its other name, else that of the wider
    region (en-GB for en-GB-SCT), else the first of its language (de-DE for de-AT). None: they can only press keys."""
    code = voice_language.lower()
    wider = [code.rsplit("-", cut)[0] for cut in range(code.count("-") + 1)]
    for near in wider:
        if known := _KNOWN.get(near) or _RENAMED.get(near):
            return known
    return next(iter(_of_language(wider[-1])), None)


def recognition_fault(code: str) -> str | None:
    """Why Vonage would not recognise speech in this language as it is written, and the cure; None when it would."""
    if code in CODES:
        return None
    renamed = _KNOWN.get(code.lower()) or _RENAMED.get(code.lower())
    near = [renamed] if renamed else _of_language(code.lower().split("-")[0])
    cure = f"choose {' or '.join(near)}" if near else "choose one like en-US or es-US, or let callers press keys only"
    return f"“{code}” is not a language Vonage recognises in speech; {cure}"


def _of_language(language: str) -> list[str]:
    return [known for known in CODES if known.lower().split("-")[0] == language]
