"""Who leads to a destination, or uses a schedule: what has to be changed before it can be deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from menus.models import BranchRule, Destination, Line, LinePromise, Option, Schedule

Field = models.ForeignKey[Any, Any]

_NAMED_WITH: Final[Mapping[type[models.Model], tuple[str, ...]]] = {
    Option: ("menu",),
    BranchRule: ("branch", "to"),
    LinePromise: ("line", "reaches"),
}
"""What the name of a user is made of."""


def users(rows: Collection[models.Model]) -> list[SafeString]:
    """In words, with links; a user that is deleted along with the rows does not count."""
    pks = {row.pk for row in rows}
    model = Schedule if any(isinstance(row, Schedule) for row in rows) else Destination
    return [
        format_html('<a href="{}">{}</a>', *_link_and_words(user, field))
        for owner, fields in _by_owner(model).items()
        for user in _users_in(owner, fields, pks)
        for field in fields
        if getattr(user, field.attname) in pks and not _goes_too(user, pks if model is Destination else ())
    ]


def _users_in(owner: type[models.Model], fields: list[Field], pks: Collection[Any]) -> models.QuerySet[Any]:
    """One query for all the ways in which an owner can lead there."""
    leads = reduce(or_, (models.Q(**{f"{field.name}__in": pks}) for field in fields))
    return owner._default_manager.filter(leads).select_related(*_NAMED_WITH.get(owner, ()))


def _by_owner(model: type[models.Model]) -> dict[type[models.Model], list[Field]]:
    found: dict[type[models.Model], list[Field]] = {}
    for field in _fields_to(model):
        found.setdefault(field.model, []).append(field)
    return found


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
            return user.menu.get_absolute_url(), _("Menu “%(menu)s”: key %(digits)s, “%(label)s”") % {
                "menu": user.menu,
                "digits": user.digits,
                "label": user.label,
            }
        case BranchRule():
            return user.branch.get_absolute_url(), _("Branch “%(branch)s”: rule “%(user)s”, %(verbose_name)s") % {
                "branch": user.branch,
                "user": user,
                "verbose_name": field.verbose_name,
            }
        case LinePromise():
            return _settings(user.line_id), _("Line “%(line)s”: promise “%(user)s”") % {"line": user.line, "user": user}
        case Destination():
            return user.get_absolute_url(), f"{user.get_kind_display()} “{user}”: {_where(user, field)}"
        case _:
            return _settings(user.pk), _("Line “%(user)s”: %(verbose_name)s") % {
                "user": user,
                "verbose_name": field.verbose_name,
            }


def _settings(line_id: int) -> str:
    return reverse("admin:menus_line_change", args=[line_id])


def _where(user: Destination, field: models.ForeignKey[Any, Any]) -> str:
    """A field named “then” needs to be told from the other ones of that name."""
    name = field.name.removesuffix("_then")
    return {"no_input": _("when nothing is pressed"), "no_match": _("on a wrong key")}.get(
        name, str(field.verbose_name)
    )
