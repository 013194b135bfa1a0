"""Out: we are the application whose calls these are (Vonage, authentication; recordings are given to nobody else)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import jwt

from calls.vonage.payloads import word

TOKEN_SECONDS: Final = 300
"""How long a token may be used; Vonage takes up to a day."""
# The API's own hosts: api.nexmo.com, and those of the regions such as api-eu-3.vonage.com (Application API 2.4).
_API_HOST: Final = re.compile(r"api(?:-[a-z]{2}(?:-[0-9])?)?\.(?:nexmo|vonage)\.com", re.ASCII)


def application_token(application_id: str, private_key: str) -> str:
    """For the `Authorization` of a request. Raises ValueError or PyJWTError where the key is none."""
    now = int(time.time())
    claims = {"application_id": application_id, "iat": now, "jti": str(uuid4()), "exp": now + TOKEN_SECONDS}
    return jwt.encode(claims, private_key, algorithm="RS256")


def is_api_host(name: str) -> bool:
    """Whether our key may be shown to it: whoever forges a webhook could name any other."""
    return bool(_API_HOST.fullmatch(name))


def transcript_of(payload: Mapping[str, Any]) -> tuple[str, str]:
    """Of news that a transcript is ready: the recording's id, and where the transcript is."""
    return word(payload.get("recording_uuid")), word(payload.get("transcription_url"), 500)


def transcript_words(file: Any) -> str:
    """The sentences of a transcript's file, one line for each side of the call (Vonage, recording guide)."""
    channels = file.get("channels") if isinstance(file, dict) else None
    sides = (_sentences(channel) for channel in channels) if isinstance(channels, list) else ()
    return "\n".join(filter(None, sides))


def _sentences(channel: Any) -> str:
    said = channel.get("transcript") if isinstance(channel, dict) else None
    rows = [row for row in said if isinstance(row, dict)] if isinstance(said, list) else []
    return " ".join(filter(None, (word(row.get("sentence") or row.get("raw_sentence"), 2000) for row in rows)))
