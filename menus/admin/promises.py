"""What a line promises, as rows of its page."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from menus.admin.forms import OfLineField, RowForm
from menus.admin.parts import RowsInline
from menus.models import LinePromise


class PromiseForm(RowForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reaches" in self.fields:
            field = cast(OfLineField, self.fields["reaches"])
            field.offer(self.parts.transfers(self.initial.get("reaches")))
            named = ((pk, label) for pk, (_row, label) in field.rows.items())
            field.choices = [("", _("Nobody: every path ends by itself")), *named]


class PromiseInline(RowsInline):
    model = LinePromise
    form = PromiseForm
    verbose_name_plural = _("Promises: what callers can count on. The check proves each, or says how it is broken.")
    fields = ("position", "label", "reaches", "max_keys", "max_seconds", "when", "except_lists")
    labels = {
        "label": _("Name"),
        "reaches": _("Reaches"),
        "max_keys": _("Keys at most"),
        "max_seconds": _("Seconds at most"),
        "except_lists": _("Not for callers on"),
    }
    helps = {
        "label": _(
            "What your team calls it, for example “A lost card reaches a person”: in 2 keys and 15 seconds, "
            "whatever the hour. If it is broken, the check names the callers and the way that takes too long."
        ),
        "reaches": _(
            "The transfer that callers come to, for example Card desk. Nobody: then every path ends, in a "
            "voicemail, a call back or a goodbye, and rings nobody; usually while all is closed."
        ),
        "max_keys": _(
            "What callers key until then, in every language, who want just that; for example 2. Keys and "
            "seconds do not count where nobody is reached."
        ),
    }
    cards = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("reaches").prefetch_related("except_lists")
