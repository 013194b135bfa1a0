"""The exact NCCO that a caller gets on arriving at a destination of the saved draft."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from calls import ncco
from calls.script import pretty, told
from menus import switches
from menus.admin.pages import line_for, line_page
from menus.dialogue import Answered, Switch
from menus.draft import DraftFault, read_draft
from menus.flow import Flow, SwitchKind
from menus.tryout import Tryout, Turn

CALLER = "12025550142"
"""Nobody's number: reserved for stories."""


def ncco_page(request: HttpRequest, line_id: int, key: str) -> HttpResponse:
    """`?part=1`: the NCCO alone, as plain text; `?language=es`: as callers hear it who chose that language."""
    line = line_for(request, line_id)
    number = line.numbers.values_list("number", flat=True).first() or ""
    try:
        flow = read_draft(line)
    except DraftFault as fault:
        found, here = str(fault), ""
        story: list[str] = []
    else:
        if key not in flow.destinations:
            raise Http404
        turn = _arriving(flow, key, number, switches.on(line.pk), request.GET.get("language", ""))
        text = ncco.of_turn(flow, turn)
        found, here, story = pretty(text), flow.destinations[key].label or key, told(turn, text)
    if request.GET.get("part"):
        return HttpResponse(found, content_type="text/plain; charset=utf-8")
    more = {"ncco": found, "story": story}
    return line_page(request, line, "desk/ncco.html", _("NCCO of %(here)s") % {"here": here or key}, "", more)


def _arriving(flow: Flow, key: str, number: str, on: tuple[Switch, ...], language: str) -> Turn:
    """The call as if it began there. An emergency message belongs to the line, not to the destination."""
    clock = tuple(switch for switch in on if switch.kind is not SwitchKind.MESSAGE)
    call = Tryout(flow.model_copy(update={"start": key}), CALLER, number, timezone.now(), switches=clock)
    if language in flow.by_language:
        call.state = replace(call.state, language=language)
    return call.do(Answered())
