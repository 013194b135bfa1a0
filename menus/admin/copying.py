"""A line taken away as a file, made twice, or brought; and a destination copied with all below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from menus import copying
from menus.admin.bringing import BringViews
from menus.admin.pages import EDIT, line_for, line_page, log_change
from menus.admin.starting import ADD, HOME, NameForm, StartViews, sentence
from menus.draft import DraftFault, DraftRefused, draft_digest, read_line_file
from menus.draft.duplicating import duplicate_line, duplicate_part
from menus.flow import LineFile
from menus.linefile import write_yaml
from menus.models import Destination, Kind, Line

_KINDS: Final = dict(Kind.choices)


class Listed(NamedTuple):
    """A destination on the page that asks before it is copied."""

    label: str
    kind: str


class PortViews(StartViews, BringViews, admin.ModelAdmin[Line]):
    """Whoever sees a line may take it away; a new one needs `menus.add_line`, changing one `menus.change_line`."""

    def get_urls(self) -> list[URLPattern]:
        ways: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("export/", self.export_file, "export"),
            ("duplicate/", self.duplicate_page, "duplicate"),
            ("duplicate/<int:destination_id>/", self.duplicate_part_page, "duplicate_part"),
        ]
        wrap = self.admin_site.admin_view
        ours = [path(f"<int:line_id>/{way}", wrap(view), name=f"menus_line_{name}") for way, view, name in ways]
        return [*ours, *super().get_urls()]

    # --- away -------------------------------------------------------------------------------------------------------

    def export_file(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = line_for(request, line_id)
        try:
            text = write_yaml(read_line_file(line))
        except DraftFault as error:
            return unfinished_page(request, line, _("Export"), error)
        headers = {"Content-Disposition": f'attachment; filename="{line.key}-draft.yaml"'}
        return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)

    # --- twice ------------------------------------------------------------------------------------------------------

    def duplicate_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        line = line_for(request, line_id, ADD)
        try:
            read_line_file(line)
        except DraftFault as error:
            return unfinished_page(request, line, _("Duplicate"), error)
        form = NameForm(request.POST or None, initial={"name": _("%(line)s (copy)") % {"line": line}})
        if request.method == "POST" and form.is_valid():
            try:
                copy = duplicate_line(line, form.cleaned_data["name"])
            except (DraftFault, DraftRefused) as error:
                form.add_error(None, sentence(str(error)))
            else:
                self.log_addition(request, copy, _("Made from “%(line)s”.") % {"line": line})
                messages.success(
                    request,
                    _("“%(copy)s” is made from “%(line)s”. Give it its numbers, then publish it.")
                    % {"copy": copy, "line": line},
                )
                return HttpResponseRedirect(reverse(HOME, args=[copy.pk]))
        return line_page(request, line, "admin/menus/duplicate.html", _("Duplicate"), "", {"form": form})

    def duplicate_part_page(self, request: HttpRequest, line_id: int, destination_id: int) -> HttpResponse:
        line = line_for(request, line_id, EDIT)
        part = get_object_or_404(Destination, line=line, pk=destination_id)
        refused = ""
        if request.method == "POST":
            try:
                copy, keys = duplicate_part(line, part.key, request.POST.get("seen", ""))
            except DraftFault as error:
                return unfinished_page(request, line, _("Duplicate"), error)
            except DraftRefused as error:
                refused = sentence(str(error))
            else:
                return self._copied(request, line, part, copy, len(keys))
        try:
            line_file, seen = read_line_file(line), draft_digest(line)
        except DraftFault as error:
            return unfinished_page(request, line, _("Duplicate"), error)
        context = _what_is_copied(line_file, part.key) | {"part": part, "seen": seen, "refused": refused}
        title = _("Duplicate “%(part)s”") % {"part": part}
        return line_page(request, line, "admin/menus/duplicate_part.html", title, "", context)

    def _copied(
        self, request: HttpRequest, line: Line, part: Destination, copy: Destination, count: int
    ) -> HttpResponse:
        words = gettext_noop("Copied “%(part)s” with all below it (%(count)d).")
        about = {"part": part, "count": count}
        log_change(request, line, words % about)
        copied = _("This is the copy. Nothing leads to it yet: let an option lead here.")
        messages.success(request, f"{_(words) % about} {copied}")
        return HttpResponseRedirect(copy.get_absolute_url())


def unfinished_page(request: HttpRequest, line: Line, title: str, error: DraftFault) -> HttpResponse:
    """What is missing before the draft can be taken as a whole."""
    return line_page(request, line, "admin/menus/export.html", title, "", {"faults": error.faults})


def _what_is_copied(line_file: LineFile, key: str) -> dict[str, Any]:
    own = copying.below(line_file, key)
    shared = copying.shared(line_file, own)
    return {"copied": [_listed(line_file, one) for one in own], "shared": [_listed(line_file, one) for one in shared]}


def _listed(line_file: LineFile, key: str) -> Listed:
    here = line_file.destinations[key]
    return Listed(here.label, str(_KINDS[here.kind]))
