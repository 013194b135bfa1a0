"""What is kept of one caller: found by number, taken away as a file, erased. The number never stands in an address."""

from __future__ import annotations

import logging
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from calls import access
from calls.models import Access
from calls.privacy.caller import Kept, counts, told
from calls.privacy.erase import Erased, NotNow, erase
from calls.script import number as shown_number
from menus.numbers import read_number

log = logging.getLogger(__name__)

ERASE: Final = "calls.erase_caller"
WORDS: Final = {
    "calls": gettext_lazy("Calls"),
    "turns": gettext_lazy("Turns: what was keyed and said"),
    "events": gettext_lazy("Webhooks"),
    "legs": gettext_lazy("Persons rung for them"),
    "messages": gettext_lazy("Messages"),
    "callbacks": gettext_lazy("Requests to be called back"),
    "languages": gettext_lazy("Languages remembered"),
    "wrong_pins": gettext_lazy("Wrong PINs of the last day"),
    "refused": gettext_lazy("Records that the database had refused"),
}


class NumberForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the caller"),
        max_length=40,
        help_text=_("With the country code, for example +1 202 555 0142."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        try:
            return read_number(self.cleaned_data["number"])
        except ValueError as fault:
            raise forms.ValidationError(f"{fault}.") from None


@never_cache
def caller_page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ERASE):
        raise PermissionDenied
    form = NumberForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form)
    kept = Kept(form.cleaned_data["number"])
    match request.POST.get("do"):
        case "export":
            return _file(request, kept)
        case "ask":
            return _page(request, form, kept, is_asked=True)
        case "erase" if request.POST.get("sure"):
            return _erase(request, form, kept)
        case "erase":
            return _page(request, form, kept, is_asked=True, fault=gettext("Tick the box first: it cannot be undone."))
        case _:
            access.note(Access.What.SAW_NUMBERS, request.user, detail="what is kept of a caller")
            return _page(request, form, kept)


def _file(request: HttpRequest, kept: Kept) -> HttpResponse:
    found = told(kept, timezone.now())
    access.note(Access.What.TOLD, request.user, detail=f"calls {len(found['calls'])}")
    answer = JsonResponse(found, json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = 'attachment; filename="caller.json"'
    return answer


def _erase(request: HttpRequest, form: NumberForm, kept: Kept) -> HttpResponse:
    try:
        done = erase(kept.number, request.user, timezone.now())
    except NotNow as reason:
        return _page(request, form, kept, fault=str(reason))
    except OperationalError:  # a lock, or the bound of what a page may wait
        log.exception("a caller could not be erased")
        why = gettext("The database took too long, and nothing was erased. Try again, or run manage.py erase_caller.")
        return _page(request, form, kept, fault=why)
    return _page(request, NumberForm(), kept, done=done)


def _page(
    request: HttpRequest,
    form: NumberForm,
    kept: Kept | None = None,
    *,
    is_asked: bool = False,
    fault: str = "",
    done: Erased | None = None,
) -> HttpResponse:
    found = done.counts if done else counts(kept) if kept else {}
    context: dict[str, Any] = admin.site.each_context(request) | {
        "opts": Access._meta,
        "title": gettext("What is kept of a caller"),
        "form": form,
        "number": kept.number if kept else "",
        "shown_number": shown_number(kept.number) if kept else "",
        "found": [(WORDS[what], count) for what, count in found.items() if count],
        "lists": (done.lists if done else kept.lists()) if kept else [],
        "is_asked": is_asked,
        "fault": fault,
        "done": done,
    }
    return TemplateResponse(request, "admin/calls/caller.html", context)
