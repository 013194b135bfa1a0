"""What a key may do: scopes, and the users' permissions that each stands for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    LINES = "lines", _("Read lines, with their published versions")
    CALLS = "calls", _("Read calls, with what was said and keyed")
    REPORTS = "reports", _("Read the measures of the reports")
    MESSAGES = "messages", _("Read the messages that callers left")
    CALLBACKS = "callbacks", _("Read the requests to be called back")
    WRITE = "write", _("Change the state of messages and callback requests, of those that it may read")
    NUMBERS = "numbers", _("See callers’ numbers whole")


NEEDED: Final[dict[str, frozenset[Scope]]] = {
    "menus.view_line": frozenset({Scope.LINES}),
    "menus.view_version": frozenset({Scope.LINES}),
    "calls.view_call": frozenset({Scope.CALLS}),
    "calls.see_reports": frozenset({Scope.REPORTS}),
    "calls.view_recording": frozenset({Scope.MESSAGES}),
    "calls.hear_recording": frozenset({Scope.MESSAGES}),
    "calls.view_callbackrequest": frozenset({Scope.CALLBACKS}),
    "calls.change_recording": frozenset({Scope.MESSAGES, Scope.WRITE}),
    "calls.change_callbackrequest": frozenset({Scope.CALLBACKS, Scope.WRITE}),
    "calls.see_numbers": frozenset({Scope.NUMBERS}),
}
"""The scopes that a key must have for what a user needs a permission for. What is not here no key may do."""


def allows(scopes: Iterable[str], permission: str) -> bool:
    needed = NEEDED.get(permission)
    return needed is not None and needed <= set(scopes)


def may_give(user: Any) -> list[Scope]:
    """Nobody gives a key more than they may do themselves."""
    return [
        scope for scope in Scope if all(user.has_perm(right) for right, needed in NEEDED.items() if scope in needed)
    ]
