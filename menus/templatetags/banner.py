"""What every page of the editor says while a switch is on."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from menus import switches

register = template.Library()


@register.inclusion_tag("admin/menus/banner.html", takes_context=True)
def switches_on(context: Any) -> dict[str, Any]:
    """Every switch that is on, of all lines, for those who see anything of lines or calls."""
    request = context["request"]
    if not any(request.user.has_module_perms(app) for app in ("menus", "calls")):
        return {}
    return {
        "on": list(switches.rows_on(timezone.now())),
        "may_switch": request.user.has_perm("menus.add_switch"),
        "csrf_token": context.get("csrf_token"),
        "back": request.get_full_path(),
    }
