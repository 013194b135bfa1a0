"""Who leads to a destination, or uses a schedule: what has to be changed before it can be deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString

from menus.models import BranchRule, Destination, Line, LinePromise, Option, Schedule


def users(rows: Collection[models.Model]) -> list[SafeString]:
    """In words, with links; a user that is deleted along with the rows does not count."""
    pks = {row.pk for row in rows}
    model = Schedule if any(isinstance(row, Schedule) for row in rows) else Destination
    return [
        format_html('<a href="{}">{}</a>', *_link_and_words(user, field))
        for field in _fields_to(model)
        for user in field.model._default_manager.filter(**{f"{field.name}__in": pks})
        if not _goes_too(user, pks if model is Destination else ())
    ]


def _fields_to(model: type[models.Model]) -> Iterator[models.ForeignKey[Any, Any]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and not relation.one_to_one:
            field = relation.field
            if field.model in (Line, LinePromise, Option, BranchRule) or issubclass(field.model, Destination):
                yield field


def _goes_too(user: models.Model, pks: Collection[Any]) -> bool:
    """An option goes with its menu, a rule with its branch."""
    match user:
        case Option():
            return user.menu_id in pks
        case BranchRule():
            return user.branch_id in pks
        case _:
            return isinstance(user, Destination) and user.pk in pks


def _link_and_words(user: models.Model, field: models.ForeignKey[Any, Any]) -> tuple[str, str]:
    match user:
        case Option():
            return user.menu.get_absolute_url(), f"Menu “{user.menu}”: key {user.digits}, “{user.label}”"
        case BranchRule():
            return user.branch.get_absolute_url(), f"Branch “{user.branch}”: rule “{user}”, {field.verbose_name}"
        case LinePromise():
            return user.line.get_absolute_url(), f"Line “{user.line}”: promise “{user}”"
        case Destination():
            return user.get_absolute_url(), f"{user.get_kind_display()} “{user}”: {_where(user, field)}"
        case _:
            return Line.get_absolute_url(user), f"Line “{user}”: {field.verbose_name}"  # type: ignore[arg-type]


def _where(user: Destination, field: models.ForeignKey[Any, Any]) -> str:
    """A field named “then” needs to be told from the other ones of that name."""
    name = field.name.removesuffix("_then")
    return {"no_input": "when nothing is pressed", "no_match": "on a wrong key"}.get(name, str(field.verbose_name))
