"""What the start page says of the lines, and the way to everything else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import template

from menus.models import Line

register = template.Library()


@register.inclusion_tag("admin/menus/desk.html")
def desk(user: Any) -> dict[str, Any]:
    """Every line with its state, for those who may see lines."""
    may_view = user.has_perm("menus.view_line") or user.has_perm("menus.change_line")
    lines = Line.objects.select_related("live").prefetch_related("numbers") if may_view else []
    return {"may_view": may_view, "may_add": user.has_perm("menus.add_line"), "lines": lines}


ORDER: Final = ("Line", "Call", "CallbackRequest", "LookupTable", "NumberList", "Event", "AllowedHost")
"""What staff need most often comes first."""


@register.filter
def site_nav(apps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What this user may see of the lines and calls, of the admin's list of everything."""
    models = [model for app in apps if app["app_label"] in ("menus", "calls") for model in app["models"]]
    return sorted(models, key=lambda model: ORDER.index(model["object_name"]))
