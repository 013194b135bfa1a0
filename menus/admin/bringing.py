"""A line brought as a file: read, shown as what it would change, then applied if the draft still is what it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from menus.admin.impact import Group, grouped
from menus.admin.pages import EDIT, line_for, line_page, log_change, user_of
from menus.admin.publishing import Shown
from menus.admin.starting import ADD, ADD_NUMBER, HOME, NameForm, sentence
from menus.bringing import Brought, May, weigh
from menus.check import Severity
from menus.copying import changed, flow_in
from menus.draft import DraftRefused
from menus.draft.duplicating import new_line, refuse_name, replace_draft
from menus.flow import LineFile
from menus.impact import Change, changes
from menus.linefile import MAX_BYTES, LineFileError, read_yaml
from menus.models import Line
from menus.publish import findings

TARGETS: Final = "menus.change_transfertarget"
KEPT_SECONDS: Final = 3600
_SALT: Final = "menus.admin.bringing"


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json,text/plain,application/json"}),
        help_text=gettext_lazy("YAML or JSON, as Export writes it; at most 1 MB."),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or its text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "file-text"}),
        help_text=gettext_lazy("Pasted here. A file that is chosen above counts before it."),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        file = given.get("file")
        if not self.errors and not file and not given.get("pasted", "").strip():
            raise forms.ValidationError(_("Choose a file, or paste its text."))
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 1 MB; split it into several lines."))
        return given


def _named(form: FileForm) -> tuple[str, str]:
    """What the file is called, and what is in it. Bytes that are no text are kept in a form that the reader refuses,
    with the line where they are."""
    file = form.cleaned_data["file"]
    if file:
        return str(file.name)[:100], file.read().decode("utf-8-sig", "surrogateescape")
    return _("the text"), form.cleaned_data["pasted"]


@dataclass(frozen=True)
class Kept:
    """What the preview was made of, as it travels in the page: signed, so that just that is applied."""

    file: str
    text: str
    user: int
    line: int
    """0: a new one."""
    seen: str

    def token(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def find_kept(token: str, user: int, line: int) -> Kept | None:
    """None: it is over, or it is not this user's, or not this line's."""
    try:
        kept = Kept(**signing.loads(token, salt=_SALT, max_age=KEPT_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return kept if (kept.user, kept.line) == (user, line) else None


@dataclass(frozen=True)
class Weighed:
    """What the preview shows; `findings` and the counts are as `findings.html` wants them."""

    brought: Brought
    changes: list[Change] | None
    """None: there is nothing to compare with."""
    groups: list[Group]
    findings: list[Shown]
    kept: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        return sum(shown.finding.severity is Severity.ERROR for shown in self.findings)

    @property
    def warnings(self) -> int:
        return len(self.findings) - self.errors

    @property
    def nothing(self) -> bool:
        return self.changes == [] and not self.brought.new_numbers


class BringViews(admin.ModelAdmin[Line]):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_new_page), name="menus_line_import_new"),
            path("<int:line_id>/import/", wrap(self.import_line_page), name="menus_line_import"),
            *super().get_urls(),
        ]

    def import_line_page(self, request: HttpRequest, line_id: int) -> HttpResponse:
        return self._import(request, line_for(request, line_id, EDIT))

    def import_new_page(self, request: HttpRequest) -> HttpResponse:
        if not (request.user.has_perm(ADD) and request.user.has_perm(EDIT)):
            raise PermissionDenied
        return self._import(request, None)

    def _import(self, request: HttpRequest, line: Line | None) -> HttpResponse:
        if request.method != "POST":
            return _page(request, line, "import_line", {"form": FileForm()})
        if "apply" in request.POST:
            return self._apply(request, line)
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return _page(request, line, "import_line", {"form": form})
        file, text = _named(form)
        kept = Kept(file, text, user_of(request).pk, line.pk if line else 0, "")
        return _preview(request, line, kept)

    def _apply(self, request: HttpRequest, line: Line | None) -> HttpResponse:
        kept = find_kept(request.POST.get("kept", ""), user_of(request).pk, line.pk if line else 0)
        if kept is None:
            messages.error(request, _("That preview is over: it is older than an hour. Bring the file again."))
            return HttpResponseRedirect(request.path)
        try:
            brought = weigh(read_yaml(kept.text), line, _may(request))
            if brought.refused:
                return _preview(request, line, kept)
            made = self._write(request, line, kept, brought)
        except LineFileError:
            return _preview(request, line, kept)
        except DraftRefused as error:
            return _preview(request, line, kept, sentence(str(error)))
        except DatabaseError:  # it is locked, or a number was given to another line at this moment
            return _preview(request, line, kept, _("The database is busy. Nothing was imported; try it again."))
        messages.success(request, _("Imported into the draft of “%(line)s”. Nobody hears it yet.") % {"line": made})
        return HttpResponseRedirect(reverse(HOME, args=[made.pk]))

    def _write(self, request: HttpRequest, line: Line | None, kept: Kept, brought: Brought) -> Line:
        words = _("Imported %(file)s.") % {"file": kept.file}
        if line:
            made = replace_draft(line, brought.file, kept.seen)
            log_change(request, made, words)
            return made
        form = NameForm(request.POST)
        if not form.is_valid():
            raise DraftRefused(" ".join(str(error) for error in form.errors.get("name", ())))
        made = new_line(changed(brought.file, name=form.cleaned_data["name"]))
        self.log_addition(request, made, words)
        return made


def _may(request: HttpRequest) -> May:
    return May(add_numbers=request.user.has_perm(ADD_NUMBER), change_targets=request.user.has_perm(TARGETS))


def _preview(request: HttpRequest, line: Line | None, kept: Kept, refused: str = "") -> HttpResponse:
    try:
        line_file = read_yaml(kept.text)
    except LineFileError as error:
        form = FileForm(initial={"pasted": kept.text.encode("utf-8", "replace").decode()})
        context = {"form": form, "faults": error.faults, "file": kept.file}
        return _page(request, line, "import_line", context)
    brought = weigh(line_file, line, _may(request))
    kept = replace(kept, seen=brought.seen)
    context = {
        "weighed": _weighed(line_file, brought),
        "brought": brought,
        "file": kept.file,
        "token": kept.token(),
        "refused": refused or brought.refused,
        "may_apply": not brought.refused,
        "name_form": None if line else _name_form(request, line_file),
    }
    return _page(request, line, "import_line_preview", context)


def _weighed(line_file: LineFile, brought: Brought) -> Weighed:
    found = changes(brought.before, flow_in(line_file)) if brought.before else None
    shown = sorted((Shown(one, "") for one in findings(brought.file)), key=lambda one: one.finding.severity != "error")
    return Weighed(brought, found, grouped(found or (), {}), shown)


def _name_form(request: HttpRequest, line_file: LineFile) -> NameForm:
    if "name" in request.POST:
        return NameForm(request.POST)
    try:
        refuse_name(line_file.name)
    except DraftRefused:
        return NameForm({"name": line_file.name})  # and says so
    return NameForm(initial={"name": line_file.name})


def _page(request: HttpRequest, line: Line | None, template: str, context: dict[str, Any]) -> HttpResponse:
    name = f"admin/menus/{template}.html"
    if line:
        return line_page(request, line, name, _("Import"), "", context | {"base": "admin/menus/line_page.html"})
    base = admin.site.each_context(request) | {
        "opts": Line._meta,
        "title": _("Import a line"),
        "page": _("Import"),
        "base": "admin/menus/no_line_page.html",
    }
    return TemplateResponse(request, name, base | context)
