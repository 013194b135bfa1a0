"""What the pages of a line share: who may open one, the tabs above it, and its frame. Also for the pages in `calls`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from menus.models import Line

PUBLISH: Final = "menus.publish_line"
EDIT: Final = "menus.change_line"
REPORTS: Final = "calls.see_reports"


class Tab(NamedTuple):
    """A page of a line, as its tabs name it."""

    name: str
    """Of its URL; those of `desk:` stand in `calls/desk/urls.py`, of `reports:` in `calls/report_pages/urls.py`."""
    words: str | Promise
    needs: str = ""
    """A permission beside seeing lines."""


TABS: Final = (
    Tab("admin:menus_line_home", _("Call flow")),
    Tab("desk:try", _("Try it")),
    Tab("desk:when", _("Time machine")),
    Tab("admin:menus_line_check", _("Check")),
    Tab("desk:golden", _("Golden calls")),
    Tab("desk:publish", _("Publish"), PUBLISH),
    Tab("admin:menus_line_versions", _("History")),
    Tab("reports:overview", _("Reports"), REPORTS),
    Tab("admin:menus_line_switches", _("Switches")),
    Tab("admin:menus_line_audio", _("Recordings")),
    Tab("admin:menus_line_change", _("Settings")),
)


def tabs(request: HttpRequest, line: Line, here: str = "") -> list[dict[str, Any]]:
    """The pages of the line that this user may open; `here` is the URL name of the open one."""
    return [
        {"words": tab.words, "url": reverse(tab.name, args=[line.pk]), "here": tab.name == here}
        for tab in TABS
        if not tab.needs or request.user.has_perm(tab.needs)
    ]


def line_for(request: HttpRequest, line_id: int, needs: str = "") -> Line:
    """The line, for who may see it and has the permission `needs`. Raises Http404 and PermissionDenied."""
    line = get_object_or_404(Line.objects.select_related("live__published_by"), pk=line_id)
    if not may_see(request) or (needs and not request.user.has_perm(needs)):
        raise PermissionDenied
    return line


def may_see(request: HttpRequest) -> bool:
    user = request.user
    return user.has_perm("menus.view_line") or user.has_perm("menus.change_line")


def line_page(
    request: HttpRequest, line: Line, template: str, title: str | Promise, here: str, more: Mapping[str, Any]
) -> TemplateResponse:
    """A page of the line in the admin's frame. `here`: the URL name of its tab; the template extends
    `admin/menus/line_page.html`."""
    context = admin.site.each_context(request) | {
        "opts": Line._meta,
        "line": line,
        "title": f"{line}: {title}",
        "page": title,
        "tabs": tabs(request, line, here),
        "may_publish": request.user.has_perm(PUBLISH),
        "may_edit": request.user.has_perm(EDIT),
    }
    return TemplateResponse(request, template, context | dict(more))


def log_change(request: HttpRequest, line: Line, words: str) -> None:
    """For “Who changed it”, in words."""
    LogEntry.objects.log_actions(user_of(request).pk, [line], CHANGE, words, single_object=True)


def user_of(request: HttpRequest) -> AbstractBaseUser:
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user
