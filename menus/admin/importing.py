"""CSV files in the admin: bring one, look at what it would change, apply it; and take one away."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from menus.admin.pages import user_of
from menus.imports import MAX_BYTES, Changes, NotApplied, Target, Unreadable, compare, drafts, write_csv
from menus.imports.changes import Cells
from menus.imports.drafts import Draft

FAULTS_SHOWN: Final = 50
CHANGES_SHOWN: Final = 20
NEW_SHOWN: Final = 5


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=format_lazy(_("As a spreadsheet saves it, at most {size} MB."), size=MAX_BYTES // 1_000_000),
    )
    pasted = forms.CharField(
        label=_("Or its lines"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Copied from a spreadsheet, with the line that names the columns."),
    )
    remove = forms.BooleanField(label=_("Also remove what is not in the file"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        file, pasted = given.get("file"), given.get("pasted", "")
        if not self.errors and bool(file) == bool(pasted.strip()):
            raise forms.ValidationError(
                gettext("Choose the file, or paste its lines; not both.")
                if file
                else gettext("Choose a file, or paste its lines.")
            )
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than %(value)s MB; split it.") % {"value": MAX_BYTES // 1000000}
            )
        return given

    def brought(self) -> tuple[str, bytes]:
        """What it is called, and what is in it."""
        if file := self.cleaned_data["file"]:
            return str(file.name)[:100], file.read()
        return gettext("pasted lines"), self.cleaned_data["pasted"].encode()


class Row(NamedTuple):
    """As the preview shows it."""

    name: str
    cells: Sequence[tuple[str, str, str]]
    """Column, what it was, what it will be."""


class ImportPages(admin.ModelAdmin[Any]):
    """Importing takes the rights to change it and to add and change what is in it; removing, to delete that."""

    entries: ClassVar[type[models.Model]]
    entries_name: ClassVar[str]

    @abstractmethod
    def target(self, whole: Any) -> Target:
        raise NotImplementedError

    @abstractmethod
    def format_help(self, whole: Any) -> Sequence[str]:
        """How its file looks, a sentence each."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("<int:pk>/import/", wrap(self.import_page), name=f"{name}_import"),
            path("<int:pk>/export/", wrap(self.export_file), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def may(self, request: HttpRequest, *actions: str) -> bool:
        """Do so with what is in it."""
        app, model = self.entries._meta.app_label, self.entries._meta.model_name
        return all(request.user.has_perm(f"{app}.{action}_{model}") for action in actions)

    def may_import(self, request: HttpRequest, whole: Any = None) -> bool:
        return self.has_change_permission(request, whole) and self.may(request, "add", "change")

    def entries_url(self, whole: models.Model) -> str:
        name = f"admin:{self.entries._meta.app_label}_{self.entries._meta.model_name}_changelist"
        return f"{reverse(name)}?{self.entries_name}={whole.pk}"

    # --- out ------------------------------------------------------------------------------------------------------

    def export_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        whole = self._whole(request, pk)
        if not (self.has_view_permission(request, whole) and self.may(request, "view")):
            raise PermissionDenied
        headers = {"Content-Disposition": f'attachment; filename="{whole.key}.csv"'}
        return HttpResponse(write_csv(self.target(whole)), content_type="text/csv; charset=utf-8", headers=headers)

    # --- in -------------------------------------------------------------------------------------------------------

    def import_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        whole = self._whole(request, pk)
        if not self.may_import(request, whole):
            raise PermissionDenied
        if request.method != "POST":
            return self._upload_page(request, whole, UploadForm())
        if "draft" in request.POST:
            return self._go_on(request, whole)
        return self._take(request, whole)

    def _take(self, request: HttpRequest, whole: Any) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._upload_page(request, whole, form)
        file, data = form.brought()
        target = self.target(whole)
        try:
            reading = target.read(data)
        except Unreadable as error:
            form.add_error(None, str(error))
            return self._upload_page(request, whole, form)
        if reading.faults:
            shown = {"faults": reading.faults[:FAULTS_SHOWN], "more": len(reading.faults) - FAULTS_SHOWN, "file": file}
            return self._upload_page(request, whole, form, shown | {"count": len(reading.faults)})
        remove = form.cleaned_data["remove"] and self.may(request, "delete")
        draft = Draft(self._name(whole), file, "", reading.incoming, reading.notices, reading.remarks, remove)
        return self._preview(request, whole, draft)

    def _go_on(self, request: HttpRequest, whole: Any) -> HttpResponse:
        token, user = request.POST["draft"], user_of(request).pk
        draft = drafts.find(token, user, self._name(whole))
        if draft is None:
            messages.error(
                request,
                gettext("That preview is over: it was applied, or is older than an hour. Bring the file again."),
            )
            return HttpResponseRedirect(request.path)
        ticked = replace(
            draft,
            remove="remove" in request.POST and self.may(request, "delete"),
            add_columns="add_columns" in request.POST or "offers_columns" not in request.POST,
        )
        if ticked != draft or "apply" not in request.POST:
            words = gettext("You changed what is to be done. This is what it comes to; look at it, then apply it.")
            return self._preview(request, whole, ticked, token, words if "apply" in request.POST else "")
        return self._apply(request, whole, draft, token)

    def _apply(self, request: HttpRequest, whole: Any, draft: Draft, token: str) -> HttpResponse:
        target = self.target(whole)
        try:
            changes = target.apply(_chosen(draft, target), draft.remove, draft.seen)
        except NotApplied as error:
            return self._preview(request, self._whole(request, whole.pk), draft, token, str(error))
        drafts.drop(token, user_of(request).pk)
        self.log_change(request, whole, f"Imported {draft.file}: {changes}.")
        messages.success(
            request,
            gettext("Imported into “%(whole)s”: %(changes)s. Calls find it at once.")
            % {"whole": whole, "changes": changes},
        )
        return HttpResponseRedirect(self.entries_url(whole))

    # --- the pages ------------------------------------------------------------------------------------------------

    def _upload_page(
        self, request: HttpRequest, whole: Any, form: UploadForm, more: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        if not self.may(request, "delete"):
            del form.fields["remove"]
        context = {"form": form, "format_help": self.format_help(whole), **(more or {})}
        return self._page(request, whole, "import", context)

    def _preview(
        self, request: HttpRequest, whole: Any, draft: Draft, token: str = "", refused: str = ""
    ) -> HttpResponse:
        target = self.target(whole)
        stored = target.stored()
        changes = compare(_chosen(draft, target), stored, target.columns, draft.remove)
        draft = replace(draft, seen=target.state(stored))
        try:
            token = drafts.keep(draft, user_of(request).pk, token)
        except OSError as error:
            refused = gettext(
                "The file cannot be kept until it is applied: %(strerror)s. Tell who looks after the server."
            ) % {"strerror": error.strerror}
        context = {
            "draft": draft,
            "token": token,
            "refused": refused,
            "changes": changes,
            "offered": [column for column in draft.incoming.columns if column not in target.columns],
            "key_name": draft.incoming.key_name,
            "old_key_name": getattr(whole, "key_name", draft.incoming.key_name),
            "may_remove": self.may(request, "delete"),
            "notices": draft.notices[:FAULTS_SHOWN],
            "more_notices": len(draft.notices) - FAULTS_SHOWN,
            **_samples(target, draft, stored, changes),
        }
        return self._page(request, whole, "import_preview", context)

    def _page(self, request: HttpRequest, whole: Any, template: str, context: dict[str, Any]) -> HttpResponse:
        base = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "whole": whole,
            "title": gettext("%(whole)s: Import CSV") % {"whole": whole},
            "whole_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[whole.pk]),
            "list_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
        }
        return TemplateResponse(request, f"admin/menus/{template}.html", base | context)

    def _whole(self, request: HttpRequest, pk: int) -> Any:
        whole = self.get_object(request, str(pk))
        if whole is None:
            raise Http404
        return whole

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """SQLite cannot even look for a number of this length, and fails."""
        return super().get_object(request, object_id, from_field) if len(object_id) < 19 else None

    def _name(self, whole: models.Model) -> str:
        return f"{self.opts.model_name} {whole.pk}"


def _chosen(draft: Draft, target: Target) -> Any:
    unwanted = [] if draft.add_columns else [name for name in draft.incoming.columns if name not in target.columns]
    return draft.incoming.without(unwanted)


def _samples(target: Target, draft: Draft, stored: Mapping[str, Cells], changes: Changes) -> dict[str, list[Row]]:
    incoming = _chosen(draft, target)

    def rows(keys: Iterable[str], differing: bool = False) -> list[Row]:
        return [Row(target.shown_key(key, incoming.lines.get(key)), list(cells(key, differing))) for key in keys]

    def cells(key: str, differing: bool) -> Iterable[tuple[str, str, str]]:
        before, after = stored.get(incoming.renamed.get(key, key), {}), incoming.rows.get(key, {})
        for column in incoming.columns if key in incoming.rows else target.columns:
            old, new = before.get(column, ""), after.get(column, "")
            if not differing or old != new:
                yield column, target.shown_cell(column, old), target.shown_cell(column, new)

    return {
        "new": rows(changes.new[:NEW_SHOWN]),
        "changed": rows(changes.changed[:CHANGES_SHOWN], differing=True),
        "removed": rows(changes.removed[:CHANGES_SHOWN]),
    }
