"""Golden calls: the tests of a line, played on the draft and on what is live; saved by Try it."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from calls.script import number
from menus.admin.pages import EDIT, line_for, line_page, log_change, user_of
from menus.admin.publishing import read_version
from menus.draft import DraftFault, read_draft
from menus.flow import Flow
from menus.golden import MAX_CALLS, NotGolden, Result, name_of, new_golden, try_golden
from menus.models import GoldenCall, Line

MOST_BYTES: Final = 600_000
"""Of a golden call as it is sent."""


class Shown(NamedTuple):
    golden: GoldenCall
    caller: str
    dialled: str
    expected: str
    draft: Result | None
    """None: the draft is unfinished."""
    live: Result | None
    """None: nothing is live."""
    ends_now: str
    """What the draft's ending is called, where it may be accepted as the right one; empty: it may not."""


def golden_page(request: HttpRequest, line_id: int) -> HttpResponse:
    line = line_for(request, line_id)
    draft, live = _draft(line), read_version(line.live) if line.live else None
    shown = [_shown(golden, draft, live) for golden in line.golden_calls.select_related("saved_by")]
    context = {
        "shown": shown,
        "red": sum(one.draft is not None and not one.draft.ok for one in shown),
        "draft": draft,
        "most": MAX_CALLS,
    }
    return line_page(request, line, "desk/golden.html", _("Golden calls"), "desk:golden", context)


def _draft(line: Line) -> Flow | None:
    try:
        return read_draft(line)
    except DraftFault:
        return None


def _shown(golden: GoldenCall, draft: Flow | None, live: Flow | None) -> Shown:
    on_draft = try_golden(golden, draft) if draft else None
    on_live = try_golden(golden, live) if live else None
    red = on_draft and not on_draft.ok and on_draft.ends_at
    ends_now = name_of(draft, on_draft.ends_at) if on_draft and red else ""
    expected = name_of(draft or live, golden.ends_at)
    return Shown(golden, number(golden.caller), number(golden.dialled), expected, on_draft, on_live, ends_now)


# --- changing one -----------------------------------------------------------------------------------------------


@require_POST
def change_page(request: HttpRequest, line_id: int, golden_id: int) -> HttpResponse:
    """Rename it, delete it, or accept where it ends now."""
    line = line_for(request, line_id, EDIT)
    golden = get_object_or_404(line.golden_calls, pk=golden_id)
    match request.POST.get("do"):
        case "rename":
            _rename(request, line, golden)
        case "accept":
            _accept(request, line, golden)
        case "delete":
            golden.delete()
            _say(request, line, gettext_noop("Golden call “%(name)s” is deleted."), name=golden)
    return HttpResponseRedirect(reverse("desk:golden", args=[line.pk]))


def _rename(request: HttpRequest, line: Line, golden: GoldenCall) -> None:
    old, new = golden.name, " ".join(request.POST.get("name", "").split())
    if not new or len(new) > 200 or "\x00" in new:
        messages.error(request, _("A golden call needs a name of at most 200 characters; write one."))
        return
    golden.name = new
    golden.save(update_fields=["name"])
    _say(request, line, gettext_noop("Golden call “%(old)s” is now called “%(new)s”."), old=old, new=new)


def _accept(request: HttpRequest, line: Line, golden: GoldenCall) -> None:
    """Only the ending that the page showed: the draft may have changed since."""
    draft = _draft(line)
    result = try_golden(golden, draft) if draft else None
    if draft is None or result is None or not result.ends_at or result.ends_at != request.POST.get("ends_at"):
        messages.error(request, _("It does not end there any more. Look at it again."))
        return
    golden.ends_at = result.ends_at
    golden.save(update_fields=["ends_at"])
    words = gettext_noop("Golden call “%(name)s” now expects %(place)s.")
    _say(request, line, words, name=golden, place=name_of(draft, golden.ends_at))


def _say(request: HttpRequest, line: Line, words: str, **names: object) -> None:
    """In the reader's language; in the log, which everybody reads, in English."""
    log_change(request, line, words % names)
    messages.success(request, _(words) % names)


# --- saving one -------------------------------------------------------------------------------------------------


@require_POST
def save(request: HttpRequest, line_id: int) -> JsonResponse:
    """From Try it: JSON in, `{url, name}` or `{error}` out."""
    line = line_for(request, line_id)
    if not request.user.has_perm(EDIT):
        return _error(_("Only who may edit the line can save golden calls."), 403)
    try:
        golden = _saved(request, line, _given(request))
    except NotGolden as fault:
        return _error(str(fault), 400)
    log_change(request, line, f"Golden call “{golden}” is saved.")
    return JsonResponse({"url": f"{reverse('desk:golden', args=[line.pk])}#golden-{golden.pk}", "name": golden.name})


def _given(request: HttpRequest) -> dict[str, Any]:
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise NotGolden(_("This call is too long to be kept; save a shorter one."))
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise NotGolden(_("The page sent what cannot be read; load it again.")) from None
    if not isinstance(given, dict):
        raise NotGolden(_("The page sent what cannot be read; load it again."))
    return given


def _saved(request: HttpRequest, line: Line, given: dict[str, Any]) -> GoldenCall:
    draft = _draft(line)
    if draft is None:
        raise NotGolden(_("The draft is not finished. Correct its errors, then save the call."))
    golden = new_golden(line, draft, given)
    with transaction.atomic():
        kept = Line.objects.select_for_update().get(pk=line.pk).golden_calls
        if kept.count() >= MAX_CALLS:
            raise NotGolden(
                _("The line has %(n)s golden calls, and more are not kept; delete one first.") % {"n": MAX_CALLS}
            )
        golden.position = (kept.aggregate(last=Max("position"))["last"] or 0) + 1
        golden.saved_by_id = user_of(request).pk
        golden.save(force_insert=True)
    return golden


def _error(words: str, status: int) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)
