"""In: is it from Vonage? What did the caller do? A visible table from Vonage's words to ours."""

from calls.vonage.payloads import (
    KEPT_PAYLOAD,
    MAX_BODY_BYTES,
    News,
    Ring,
    euros,
    kept,
    kind_of,
    moment,
    number,
    read_body,
    read_news,
    read_query,
    read_ring,
    whole,
    word,
)
from calls.vonage.signature import MAX_AGE_SECONDS, Signature, Unsigned, WrongSignature

__all__ = [
    "KEPT_PAYLOAD",
    "MAX_AGE_SECONDS",
    "MAX_BODY_BYTES",
    "News",
    "Ring",
    "Signature",
    "Unsigned",
    "WrongSignature",
    "euros",
    "kept",
    "kind_of",
    "moment",
    "number",
    "read_body",
    "read_news",
    "read_query",
    "read_ring",
    "whole",
    "word",
]
