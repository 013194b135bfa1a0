"""Try it: a telephone in the page. The page holds the call and sends it whole; nothing of it is recorded."""

from __future__ import annotations

import logging
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from calls.desk import try_call, try_flows, try_told, try_words
from calls.desk.try_call import Asked
from calls.desk.try_flows import Chosen, NoFlow
from calls.recorded import DEFAULT_CALLER
from menus import switches
from menus.admin.maps import map_of
from menus.admin.pages import EDIT, line_for, line_page
from menus.flow import Flow
from menus.models import Line, NumberList
from menus.numbers import show_number

log = logging.getLogger(__name__)

MOST_BYTES: Final = 200_000
"""Of one request; a long call takes about 20,000."""
KEYPAD: Final = tuple(
    zip("123456789*0#", ("", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ", "", "+", ""), strict=True)
)


def try_page(request: HttpRequest, line_id: int) -> HttpResponse:
    line = line_for(request, line_id)
    return line_page(request, line, "desk/try.html", _("Try it"), "desk:try", _page(request, line))


def _page(request: HttpRequest, line: Line) -> dict[str, Any]:
    which = request.GET.get("which") or try_flows.DRAFT
    flow, fault = _flow_or_fault(line, which)
    now = timezone.now().astimezone(ZoneInfo(line.timezone))
    return {
        "choices": try_flows.choices(line),
        "which": which,
        "flow": flow,
        "fault": fault,
        "now": date_format(now, "D j M, H:i"),
        "numbers": try_flows.numbers(line),
        "caller": show_number(DEFAULT_CALLER),
        "lists": NumberList.objects.filter(key__in=flow.lists if flow else ()),
        "switches_on": switches.rows_on(timezone.now()).filter(line=line),
        "words": try_words.words(),
        "save_url": reverse("desk:golden_save", args=[line.pk]) if request.user.has_perm(EDIT) else "",
        "keypad": KEYPAD,
        "map": map_of(line, flow) if flow else None,
    }


def _flow_or_fault(line: Line, which: str) -> tuple[Flow | None, str]:
    try:
        return try_flows.chosen(line, which).flow, ""
    except NoFlow as fault:
        return None, str(fault)


@require_POST
def play(request: HttpRequest, line_id: int) -> JsonResponse:
    """What comes of what was done so far, and of one thing more. What staff can mend is said with status 200."""
    line = line_for(request, line_id)
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        return _fault(_("The call has become too long for one try; begin again from the start."), 413)
    try:
        asked = Asked.model_validate_json(request.body)
    except ValidationError:
        return _fault(_("The page sent what cannot be read; load it again."), 400)
    try:
        return JsonResponse(_played(line, asked))
    except ValueError as fault:  # NoFlow, NoSuchTime, a number that is none …
        return _fault(str(fault))
    except Exception as fault:
        log.exception("a try of line %s failed by a fault of ours: %s", line.pk, type(fault).__name__)
        return _fault(
            _("This is a fault of ours, not of your line; it is in the server's log. Take the last step back.")
        )


def _played(line: Line, asked: Asked) -> dict[str, Any]:
    chosen: Chosen = try_flows.chosen(line, asked.which)
    if asked.setup:
        so_far, do = try_call.begin(line, chosen.flow, asked.setup), ("caller rings",)
        return try_told.answer(chosen, try_call.go_on(chosen, so_far, do, asked.by_hand))
    if asked.call is None:
        raise ValueError(_("No call was begun; press Call."))
    return try_told.answer(chosen, try_call.go_on(chosen, asked.call, asked.do, asked.by_hand, asked.answer))


def _fault(words: str, status: int = 200) -> JsonResponse:
    return JsonResponse({"fault": words[:1].upper() + words[1:]}, status=status)
