"""The pages of a line that publish it, show what was published, and make an older version live again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from pydantic import ValidationError

from menus.admin.differences import Difference, differences
from menus.admin.forms import PublishForm
from menus.check import Finding, promised
from menus.draft import DraftFault, read_draft
from menus.flow import Flow, LineFile, plain, read_flow
from menus.linefile import write_yaml
from menus.models import Kind, Line, Version
from menus.publish import PublishRefused, find, findings, publish, roll_back

SHOWN: Final = 200
"""Versions on the history page."""


class Shown(NamedTuple):
    """A finding with the page where it can be cured; empty: the line's own."""

    finding: Finding
    url: str


class Look(NamedTuple):
    """A line's draft as it is now, beside what callers hear."""

    findings: list[Shown]
    changes: list[Difference] | None
    """None: there is nothing to compare (never published, or the draft is unfinished)."""
    kept: list[str]
    """The promises that are proved, each with its way."""

    @property
    def errors(self) -> int:
        return sum(shown.finding.severity == "error" for shown in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors


def look(line: Line) -> Look:
    draft: Flow | None = None
    try:
        draft = read_draft(line)
        found = findings(draft)
    except DraftFault:
        found = find(line)
    live = read_version(line.live) if line.live else None
    changes = differences(live, draft) if live and draft else None
    return Look(_with_links(line, found), changes, promised(draft) if draft else [])


def read_version(version: Version) -> Flow | None:
    """None: a version that this program can no longer read."""
    try:
        return read_flow(version.flow)
    except ValidationError:
        return None


def _with_links(line: Line, findings: list[Finding]) -> list[Shown]:
    rows = line.destinations.values_list("key", "kind", "pk") if findings else ()
    urls = {key: reverse(f"admin:menus_{Kind(kind).model_name}_change", args=[pk]) for key, kind, pk in rows}
    shown = [Shown(finding, urls.get(finding.place, "")) for finding in findings]
    return sorted(shown, key=lambda one: one.finding.severity != "error")


class PublishingViews(admin.ModelAdmin[Line]):
    """Everybody who may see a line sees its versions; publishing and rolling back need `menus.publish_line`."""

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("check/", self.check_page, "check"),
            ("publish/", self.publish_page, "publish"),
            ("versions/", self.versions_page, "versions"),
            ("versions/<uuid:version_id>/", self.version_page, "version"),
            ("versions/<uuid:version_id>/yaml/", self.version_file, "version_file"),
            ("versions/<uuid:version_id>/live/", self.roll_back_page, "roll_back"),
        ]
        wrap = partial(self.admin_site.admin_view)
        ours = [path(f"<int:line_id>/{way}", wrap(view), name=f"menus_line_{name}") for way, view, name in ways]
        return [*ours, *super().get_urls()]

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("menus.publish_line")

    # --- looking ----------------------------------------------------------------------------------------------

    def check_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = self._line(request, line_id)
        return self._page(request, line, "check", "Check", {"look": look(line)})

    def versions_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = self._line(request, line_id)
        versions = line.versions.select_related("published_by").defer("flow")[: SHOWN + 1]
        context = {"versions": versions[:SHOWN], "more": len(versions) > SHOWN, "shown": SHOWN}
        return self._page(request, line, "versions", "History", context)

    def version_page(self, request: HttpRequest, line_id: int, version_id: UUID) -> HttpResponse:
        line = self._line(request, line_id)
        version = _version(line, version_id)
        context = {"version": version, "yaml": as_yaml(line, version)}
        return self._page(request, line, "version", f"Version {version.number}", context)

    def version_file(self, request: HttpRequest, line_id: int, version_id: UUID) -> HttpResponse:
        line = self._line(request, line_id)
        version = _version(line, version_id)
        text = as_yaml(line, version)
        if text is None:
            messages.error(request, f"{version} can no longer be read by this program.".capitalize())
            return HttpResponseRedirect(reverse("admin:menus_line_versions", args=[line.pk]))
        name = f"{line.key}-version-{version.number}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)

    # --- publishing -------------------------------------------------------------------------------------------

    def publish_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = self._line(request, line_id, publishing=True)
        form = PublishForm(request.POST or None)
        refused = ""
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                version = publish(line, user_of(request), given["note"], given["seen"], given["accept"])
            except PublishRefused as error:
                refused = str(error)
            else:
                return self._published(request, line, version, f"Published {version}", given["note"])
        elif request.method == "POST":
            refused = "The page could not be read; look at it again, then publish."
        line.refresh_from_db()
        context = {"look": look(line), "form": form, "refused": refused}
        return self._page(request, line, "publish", "Publish", context)

    def roll_back_page(self, request: HttpRequest, line_id: int, version_id: UUID) -> HttpResponse:
        line = self._line(request, line_id, publishing=True)
        version = _version(line, version_id)
        form = PublishForm(request.POST or None)
        refused = ""
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                made = roll_back(line, version, user_of(request), given["note"], given["seen"])
            except PublishRefused as error:
                refused = str(error)
            else:
                return self._published(request, line, made, f"Made {version} live again, as {made}", given["note"])
        elif request.method == "POST":
            refused = "The page could not be read; look at it again."
        line.refresh_from_db()
        context = {"version": version, "form": form, "refused": refused}
        return self._page(request, line, "roll_back", f"Make version {version.number} live again", context)

    def _published(self, request: HttpRequest, line: Line, version: Version, words: str, note: str) -> HttpResponse:
        self.log_change(request, line, f"{words}: {note}" if note else f"{words}.")
        messages.success(request, f"{words}. New calls hear it now; calls in progress keep what they began with.")
        return HttpResponseRedirect(line.get_absolute_url())

    # --- what the pages share ---------------------------------------------------------------------------------

    def _line(self, request: HttpRequest, line_id: int, publishing: bool = False) -> Line:
        line = get_object_or_404(Line.objects.select_related("live__published_by"), pk=line_id)
        if not self.has_view_permission(request, line) or (publishing and not self.may_publish(request)):
            raise PermissionDenied
        return line

    def _page(self, request: HttpRequest, line: Line, name: str, title: str, more: dict[str, Any]) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "line": line,
            "title": f"{line}: {title}",
            "page": title,
            "may_publish": self.may_publish(request),
        }
        return TemplateResponse(request, f"admin/menus/{name}.html", context | more)


def as_yaml(line: Line, version: Version) -> str | None:
    """The version as `export_line` writes it; None when this program can no longer read it."""
    found = read_version(version)
    if found is None:
        return None
    numbers = list(line.numbers.values_list("number", flat=True))
    return write_yaml(LineFile.model_validate(plain(found) | {"numbers": numbers}))


def user_of(request: HttpRequest) -> AbstractBaseUser:
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


def _version(line: Line, version_id: UUID) -> Version:
    return get_object_or_404(line.versions.select_related("published_by"), pk=version_id)
