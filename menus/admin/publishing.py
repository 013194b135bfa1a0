"""The pages of a line that check it, show what was published, and make an older version live again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

from menus.admin.forms import PublishForm
from menus.admin.impact import Group, grouped, urls_of
from menus.admin.pages import PUBLISH, line_for, line_page, log_change, user_of
from menus.check import Finding, promised
from menus.draft import DraftFault, read_draft
from menus.faults import cut
from menus.flow import Flow, LineFile, plain, read_flow
from menus.impact import About, Change, Sort, changes
from menus.linefile import write_yaml
from menus.models import Line, Version
from menus.publish import PublishRefused, as_text, digest_of, find, findings, roll_back

_TAB: Final = "admin:menus_line_versions"
_ROLLED_BACK: Final = gettext_noop("Made version %(version)s live again, as version %(made)s")
SHOWN: Final = 200
"""Versions on the history page."""
DRAFT: Final = "draft"


class Shown(NamedTuple):
    """A finding with the page where it can be cured; empty: the line's own."""

    finding: Finding
    url: str


class Look(NamedTuple):
    """A line's draft as it is now, beside what callers hear."""

    findings: list[Shown]
    changes: list[Change] | None
    """None: there is nothing to compare (never published, or the draft is unfinished)."""
    kept: list[str]
    """The promises that are proved, each with its way."""
    draft: Flow | None = None
    """None: the draft is unfinished."""
    groups: Sequence[Group] = ()
    """The changes, by the places that they are about."""

    @property
    def digest(self) -> str:
        """Tells one draft from another; empty: it is unfinished."""
        return digest_of(as_text(self.draft)) if self.draft else ""

    @property
    def gone(self) -> list[str]:
        """Names of destinations and schedules that are not in the draft any more."""
        return [change.where for change in self.changes or () if change.kind is Sort.GONE and change.place]

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
    differ = changes(live, draft) if live and draft else None
    urls = urls_of(line) if found or differ else {}
    shown = sorted((Shown(one, urls.get((About.DESTINATION, one.place), "")) for one in found), key=_errors_first)
    return Look(shown, differ, promised(draft) if draft else [], draft, grouped(differ or (), urls))


def _errors_first(shown: Shown) -> bool:
    return shown.finding.severity != "error"


def read_version(version: Version) -> Flow | None:
    """None: a version that this program can no longer read."""
    try:
        return read_flow(version.flow)
    except ValidationError:
        return None


class Side(NamedTuple):
    """One of the two that are compared."""

    which: str
    """Id of a version, or `draft`; empty: there is none."""
    name: str
    flow: Flow | None
    why_not: str = ""


def _choices(line: Line) -> list[tuple[str, str]]:
    """What can be compared: the draft, and the newest versions."""
    found = [(DRAFT, _("The draft"))]
    for version in line.versions.only("number", "note", "line_id")[:SHOWN]:
        live = _(" (live)") if version.pk == line.live_id else ""
        note = f": {cut(version.note)}" if version.note else ""
        found.append((str(version.pk), f"{str(version).capitalize()}{live}{note}"))
    return found


def _side(line: Line, which: str) -> Side:
    if which == DRAFT:
        try:
            return Side(DRAFT, _("the draft"), read_draft(line))
        except DraftFault:
            return Side(DRAFT, _("the draft"), None, _("The draft is not finished; correct its errors first."))
    version = line.live if which == "live" else _one_of(line, which)
    if version is None:
        return Side("", _("nothing"), None, _("There is no such version; choose two from the list."))
    flow = read_version(version)
    why = (
        "" if flow else _("%(version)s can no longer be read by this program.") % {"version": str(version).capitalize()}
    )
    return Side(str(version.pk), str(version), flow, why)


def _one_of(line: Line, which: str) -> Version | None:
    try:
        return line.versions.filter(pk=UUID(which)).first()
    except ValueError:
        return None


class PublishingViews(admin.ModelAdmin[Line]):
    """Everybody who may see a line sees its versions; publishing and rolling back need `menus.publish_line`."""

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("check/", self.check_page, "check"),
            ("versions/", self.versions_page, "versions"),
            ("versions/compare/", self.compare_page, "compare"),
            ("versions/<uuid:version_id>/", self.version_page, "version"),
            ("versions/<uuid:version_id>/yaml/", self.version_file, "version_file"),
            ("versions/<uuid:version_id>/live/", self.roll_back_page, "roll_back"),
        ]
        wrap = partial(self.admin_site.admin_view)
        ours = [path(f"<int:line_id>/{way}", wrap(view), name=f"menus_line_{name}") for way, view, name in ways]
        return [*ours, *super().get_urls()]

    # --- looking ----------------------------------------------------------------------------------------------

    def check_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = line_for(request, line_id)
        return line_page(
            request, line, "admin/menus/check.html", _("Check"), "admin:menus_line_check", {"look": look(line)}
        )

    def versions_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = line_for(request, line_id)
        versions = list(line.versions.select_related("published_by").defer("flow")[: SHOWN + 1])
        before: list[Version | None] = [*versions[1:], None]
        context = {
            "versions": list(zip(versions, before, strict=True))[:SHOWN],
            "more": len(versions) > SHOWN,
            "shown": SHOWN,
            "choices": _choices(line),
            "a": str(line.live_id or ""),
            "b": DRAFT,
        }
        return line_page(request, line, "admin/menus/versions.html", _("History"), _TAB, context)

    def compare_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = line_for(request, line_id)
        before, after = (_side(line, request.GET.get(name, default)) for name, default in (("a", "live"), ("b", DRAFT)))
        found = changes(before.flow, after.flow) if before.flow and after.flow else None
        context = {
            "before": before,
            "after": after,
            "changes": found,
            "groups": grouped(found or (), urls_of(line)),
            "choices": _choices(line),
        }
        return line_page(request, line, "admin/menus/compare.html", _("Compare"), _TAB, context)

    def version_page(self, request: HttpRequest, line_id: int, version_id: UUID) -> HttpResponse:
        line = line_for(request, line_id)
        version = _version(line, version_id)
        context = {"version": version, "yaml": as_yaml(line, version)}
        return line_page(
            request,
            line,
            "admin/menus/version.html",
            _("Version %(number)s") % {"number": version.number},
            _TAB,
            context,
        )

    def version_file(self, request: HttpRequest, line_id: int, version_id: UUID) -> HttpResponse:
        line = line_for(request, line_id)
        version = _version(line, version_id)
        text = as_yaml(line, version)
        if text is None:
            words = _("Version %(version)s can no longer be read by this program.")
            messages.error(request, words % {"version": version.number})
            return HttpResponseRedirect(reverse(_TAB, args=[line.pk]))
        name = f"{line.key}-version-{version.number}.yaml"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)

    # --- publishing -------------------------------------------------------------------------------------------

    def roll_back_page(self, request: HttpRequest, line_id: int, version_id: UUID) -> HttpResponse:
        line = line_for(request, line_id, PUBLISH)
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
                return published(
                    request, line, _ROLLED_BACK, {"version": version.number, "made": made.number}, given["note"]
                )
        elif request.method == "POST":
            refused = _("The page could not be read; look at it again.")
        line.refresh_from_db()
        context = {"version": version, "form": form, "refused": refused}
        return line_page(
            request,
            line,
            "admin/menus/roll_back.html",
            _("Make version %(number)s live again") % {"number": version.number},
            _TAB,
            context,
        )


def published(request: HttpRequest, line: Line, words: str, about: Mapping[str, Any], note: str) -> HttpResponse:
    """Back to the line, whose history knows of it. `words` as they stand in the code: the log keeps one language."""
    told = words % about
    log_change(request, line, f"{told}: {note}" if note else f"{told}.")
    after = _("New calls hear it now; calls in progress keep what they began with.")
    messages.success(request, f"{_(words) % about}. {after}")
    return HttpResponseRedirect(line.get_absolute_url())


def as_yaml(line: Line, version: Version) -> str | None:
    """The version as `export_line` writes it; None when this program can no longer read it."""
    found = read_version(version)
    if found is None:
        return None
    numbers = list(line.numbers.values_list("number", flat=True))
    return write_yaml(LineFile.model_validate(plain(found) | {"numbers": numbers}))


def _version(line: Line, version_id: UUID) -> Version:
    return get_object_or_404(line.versions.select_related("published_by"), pk=version_id)
