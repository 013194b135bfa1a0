"""Who may ask for what, and how often."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from calls.api.login import KeyUser
from calls.api.scopes import NEEDED


class May(BasePermission):
    """Views name the permission: `needs` to read, `needs_to_change`. A key needs the scopes that stand for it."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user: Any = request.user
        if not user.is_authenticated:
            return False  # 401, which says how to log in
        if not isinstance(user, KeyUser) and not (user.is_staff and user.is_active):
            raise PermissionDenied("This is for staff.")
        reads = request.method in SAFE_METHODS
        needs = getattr(view, "needs" if reads else "needs_to_change", "")
        also = getattr(view, "needs_to_change", "") if reads else ""  # whoever may change it may see it
        if needs and not user.has_perm(needs) and not (also and user.has_perm(also)):
            raise PermissionDenied(_lacks(user, needs))
        return True


def _lacks(user: Any, permission: str) -> str:
    if not isinstance(user, KeyUser):
        return f"You need the permission {permission} for this. An administrator can give it to you."
    missing = sorted(scope.value for scope in NEEDED[permission] if scope not in user.key.scopes)
    words = " and ".join(f"“{scope}”" for scope in missing)
    return f"This key has no scope {words}. Ask an administrator for a key that has."


class Rate(SimpleRateThrottle):
    """So many requests a minute for each key and each user. Counted in memory, so by each worker process alone."""

    scope = "api"

    def get_rate(self) -> str:
        return f"{settings.API_RATE}/min"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        user: Any = request.user
        if isinstance(user, KeyUser):
            return f"api-rate-key-{user.key.pk}"
        return f"api-rate-user-{user.pk}" if user.is_authenticated else None
