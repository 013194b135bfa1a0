"""A destination made in place, beside the picker that wants it: only its name is asked."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from menus.admin.as_flow import flow_faults
from menus.draft import MODELS
from menus.models import Destination, Line


class NewKind(NamedTuple):
    """A kind that this user may make, and where."""

    name: str
    url: str


def new_kinds(request: HttpRequest, line: Line) -> list[NewKind]:
    """In the order of the flow's kinds."""
    return [
        NewKind(capfirst(str(model._meta.verbose_name)), f"{reverse(_url_name(model))}?line={line.pk}")
        for model in MODELS.values()
        if admin.site.is_registered(model) and admin.site.get_model_admin(model).has_add_permission(request)
    ]


def _url_name(model: type[Destination]) -> str:
    return f"admin:menus_{model._meta.model_name}_in_place"


def make_in_place(page: admin.ModelAdmin[Any], request: HttpRequest, line: Line | None) -> HttpResponse:
    """Makes it from `label`, all else as the form proposes it; answers with what the pickers offer."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not page.has_add_permission(request):
        raise PermissionDenied
    if line is None:
        raise Http404
    row = page.model(line=line, label=" ".join(request.POST.get("label", "").split()))
    if fault := _fault(row):
        return JsonResponse({"fault": fault}, status=400)
    with transaction.atomic():
        row.save()
        page.log_addition(request, row, [{"added": {}}])
    words = f"{row} ({row.get_kind_display().lower()})"
    return JsonResponse({"value": str(row.pk), "words": words, "url": row.get_absolute_url()}, status=201)


def _fault(row: Any) -> str:
    if not row.label:
        return _("Give it a name, for example Front desk.")
    try:
        row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name != "label"])
    except ValidationError as error:
        return " ".join(error.messages)
    return next((fault for _name, fault in flow_faults(row, ["label"])), "")
