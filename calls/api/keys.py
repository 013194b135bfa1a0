"""Keys of the API: made, told once, and known again by their hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from calls.models import ApiKey

BEGIN: Final = "ivr"
_PREFIX_SIGNS: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_NOTED_EACH: Final = timedelta(minutes=1)


class BadKey(Exception):
    """The key opens nothing; the message says why."""


def make(name: str, scopes: Sequence[str], expires_at: datetime | None = None, by: Any = None) -> tuple[ApiKey, str]:
    """The row, saved, and the key itself, which nothing keeps."""
    row = ApiKey(name=name, scopes=list(scopes), expires_at=expires_at, created_by=by)
    key = fill(row)
    row.save(force_insert=True)
    return row, key


def fill(row: ApiKey) -> str:
    """Give the row a new key: `ivr_<prefix>_<secret>`."""
    row.prefix = "".join(secrets.choice(_PREFIX_SIGNS) for _ in range(10))
    key = f"{BEGIN}_{row.prefix}_{secrets.token_urlsafe(32)}"
    row.digest = digest(key)
    return key


def digest(key: str) -> str:
    """Plain SHA-256 is right here: the secret has 256 random bits, so there is nothing that guessing could find and
    that a slow hash (made for passwords, which people choose) would have to hold up; and each request pays for it."""
    return hashlib.sha256(key.encode()).hexdigest()


def known(key: str) -> ApiKey:
    """The row of a key that is good now. Raises BadKey."""
    parts = key.split("_", 2)
    if len(key) > 200 or len(parts) != 3 or parts[0] != BEGIN or not (parts[1].isascii() and parts[1].isalnum()):
        raise BadKey("This is no key of this site: it begins with ivr_ and has three parts.")
    row = ApiKey.objects.select_related("created_by").filter(prefix=parts[1]).first()
    if not hmac.compare_digest(row.digest if row else "", digest(key)) or row is None:
        raise BadKey("No such key. Was it copied whole?")
    now = timezone.now()
    if row.revoked_at is not None:
        raise BadKey(f"This key was revoked on {row.revoked_at:%Y-%m-%d}. Ask for a new one.")
    if row.expires_at is not None and row.expires_at <= now:
        raise BadKey(f"This key expired on {row.expires_at:%Y-%m-%d}. Ask for a new one.")
    _note_use(row, now)
    return row


def _note_use(row: ApiKey, now: datetime) -> None:
    """At most once a minute: reading must not cost a write each time."""
    if row.used_at is None or row.used_at <= now - _NOTED_EACH:
        stale = Q(used_at=None) | Q(used_at__lte=now - _NOTED_EACH)
        ApiKey.objects.filter(stale, pk=row.pk).update(used_at=now)
