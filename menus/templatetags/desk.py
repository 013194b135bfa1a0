"""What the start page says of the lines."""

from __future__ import annotations

from typing import Any

from django import template

from menus.models import Line

register = template.Library()


@register.inclusion_tag("admin/menus/desk.html")
def desk(user: Any) -> dict[str, Any]:
    """Every line with its state, for those who may see lines."""
    may_view = user.has_perm("menus.view_line") or user.has_perm("menus.change_line")
    lines = Line.objects.select_related("live").prefetch_related("numbers") if may_view else []
    return {"may_view": may_view, "may_add": user.has_perm("menus.add_line"), "lines": lines}
