"""In: is it from Vonage? (Vonage, signed webhooks)"""

from __future__ import annotations

import hashlib
import hmac
import warnings
from typing import Any, Final, NamedTuple

import jwt

MAX_AGE_SECONDS: Final = 300
"""How far `iat` may be from our clock, either way. The tokens have no `exp` (Vonage, signed webhooks)."""

# Vonage chooses the length of its secrets; PyJWT's advice on them is of no use here.
warnings.filterwarnings("ignore", category=jwt.InsecureKeyLengthWarning)


class Unsigned(Exception):
    """No signature at all. Rarely Vonage itself fails to sign; answered 503, it tries once more."""


class WrongSignature(Exception):
    """The signature is not Vonage's, too old, or of another body or application."""


class Signature(NamedTuple):
    """What a webhook must prove; several secrets while one replaces another."""

    secrets: tuple[str, ...]
    application_id: str = ""

    def check(self, authorization: str, body: bytes, now: float) -> None:
        """Raises Unsigned or WrongSignature. `body` is what was posted, byte for byte; empty for GET."""
        scheme, _, token = authorization.strip().partition(" ")
        if not token:
            raise Unsigned
        if scheme.lower() != "bearer":
            raise WrongSignature("not a bearer token")
        claims = self._claims(token.strip())
        issued = claims.get("iat")
        if not isinstance(issued, int | float) or abs(now - issued) > MAX_AGE_SECONDS:
            raise WrongSignature("too old, or from the future")
        application = claims.get("application_id")
        if self.application_id and application not in (None, self.application_id):
            raise WrongSignature("of another application")
        if body and not _same_hash(claims.get("payload_hash"), body):
            raise WrongSignature("of another body")

    def _claims(self, token: str) -> dict[str, Any]:
        for secret in self.secrets:
            try:
                return jwt.decode(token, secret, algorithms=["HS256"], leeway=MAX_AGE_SECONDS)
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError, RecursionError) as fault:
                raise WrongSignature(str(fault)) from fault
        raise WrongSignature("made with no secret that is known here")


def _same_hash(claimed: object, body: bytes) -> bool:
    return isinstance(claimed, str) and hmac.compare_digest(
        claimed.lower().encode(errors="replace"), hashlib.sha256(body).hexdigest().encode()
    )
