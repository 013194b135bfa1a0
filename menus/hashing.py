"""Keyed hashes: what must be recognised again and never read. Keyed by SECRET_KEY, each use apart from the others."""

from __future__ import annotations

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def hashed(use: str, *parts: str) -> str:
    """64 hex digits, by the first key."""
    return hashed_by_all(use, *parts)[0]


def hashed_by_all(use: str, *parts: str) -> list[str]:
    """By SECRET_KEY and by each of its fallbacks, so that what was hashed before a change of keys is still found."""
    text = "\x1f".join(parts).encode()
    return [hmac.digest(key, text, "sha256").hex() for key in _keys((settings.SECRET_KEY, *_fallbacks()), use)]


def _fallbacks() -> tuple[str, ...]:
    return tuple(settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=64)
def _keys(secrets: tuple[str, ...], use: str) -> tuple[bytes, ...]:
    return tuple(
        HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ivr {use}".encode()).derive(secret.encode())
        for secret in secrets
    )
