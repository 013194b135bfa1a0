"""Who asks: a program with its key, or staff by their session."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from calls.api import keys
from calls.api.scopes import allows
from calls.models import ApiKey

REALM: Final = 'Bearer realm="api"'


class KeyUser:
    """A program, in the place of a user: what it may do follows from its key's scopes."""

    is_authenticated = is_active = True
    is_anonymous = is_staff = is_superuser = False
    pk = None

    def __init__(self, key: ApiKey) -> None:
        self.key = key

    def __str__(self) -> str:
        return self.get_username()

    def get_username(self) -> str:
        return f"API key {self.key}"

    def has_perm(self, permission: str, obj: object = None) -> bool:
        return allows(self.key.scopes, permission)


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ivr_…`"""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Write the header as Authorization: Bearer, a blank, and the key.")
        try:
            row = keys.known(words[1].decode("latin-1"))
        except keys.BadKey as fault:
            raise AuthenticationFailed(str(fault)) from None
        return KeyUser(row), row

    def authenticate_header(self, request: Request) -> str:
        return REALM


class KeyInSchema(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        told = "A key that an administrator made: Authorization: Bearer ivr_…"
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ivr_…", "description": told}
