"""Telephone numbers on the pages of others' work: number managers change them, and only them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from menus.admin.parts import RowsInline, StaffFields

MANAGED = _("Numbers are changed by a number manager.")


class NumberRows(RowsInline):
    """A table of numbers; those who may only look are told who changes them."""

    template = "admin/menus/number_rows.html"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.managed = "" if self.manages(request) else MANAGED
        return formset

    def manages(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))


class WithNumbers(StaffFields):
    """A page with telephone numbers: who may change those may change nothing else of it, and the other way round."""

    numbers_need: ClassVar[str]
    """The permission to change the numbers of this page."""
    number_fields: ClassVar[tuple[str, ...]] = ()
    """Those beside the tables."""

    def manages_numbers(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.numbers_need))

    def edits(self, request: HttpRequest, obj: Any = None) -> bool:
        """All but the numbers."""
        return bool(super().has_change_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.edits(request, obj) or self.manages_numbers(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = tuple(super().get_readonly_fields(request, obj))
        if obj is not None and not self.edits(request, obj):
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            return [name for name in shown if name not in self.number_fields]
        return fixed if self.manages_numbers(request) else (*fixed, *self._in_words())

    def for_viewers(self, request: HttpRequest, obj: Any, fieldsets: Any) -> Any:
        if obj is not None and not self.has_change_permission(request, obj):
            return super().for_viewers(request, obj, fieldsets)
        keep = self.number_fields if obj is not None and not self.edits(request, obj) else None
        hidden = () if self.manages_numbers(request) else self.number_fields
        return [
            (name, {**options, "fields": [self._one(field, keep, hidden) for field in options["fields"]]})
            for name, options in fieldsets
        ]

    def _one(self, field: Any, keep: tuple[str, ...] | None, hidden: tuple[str, ...]) -> Any:
        if isinstance(field, tuple | list):
            return tuple(self._one(part, keep, hidden) for part in field)
        in_words = field in hidden if keep is None else field not in keep
        return self._readable(field) if in_words else field

    def _in_words(self) -> list[Any]:
        return [self._readable(name) for name in self.number_fields]
