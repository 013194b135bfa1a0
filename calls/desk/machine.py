"""The time machine: what a caller hears at a date and time, and why; and a fortnight of every schedule."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from calls.desk import strip_page, try_flows, try_when
from calls.desk.try_call import time_of
from calls.desk.try_flows import Chosen, NoFlow
from calls.recorded import DEFAULT_CALLER
from menus.admin.pages import line_for, line_page
from menus.admin.until import Moment
from menus.models import Line
from menus.numbers import read_number, show_number
from menus.switches import in_words

FIELDS: Final = ("caller", "date", "time", "dialled", "which")
_SHOWN: Final = timedelta(days=strip_page.DAYS + 1)


def when_page(request: HttpRequest, line_id: int) -> HttpResponse:
    line = line_for(request, line_id)
    return line_page(request, line, "desk/when.html", _("Time machine"), "desk:when", _page(request, line))


def _page(request: HttpRequest, line: Line) -> dict[str, Any]:
    typed = _typed(request, line)
    page = {"typed": typed, "choices": try_flows.choices(line), "numbers": try_flows.numbers(line)}
    try:
        chosen = try_flows.chosen(line, typed["which"])
        moment = time_of(ZoneInfo(chosen.flow.timezone), typed["date"], typed["time"])
        caller, dialled = _number(typed["caller"]), _number(typed["dialled"])
    except NoFlow as fault:
        return page | {"fault": str(fault)}
    except ValueError as fault:
        return page | {"fault": f"{fault}"[:1].upper() + f"{fault}"[1:]}
    return page | _answer(line, chosen, moment, caller, dialled)


def _typed(request: HttpRequest, line: Line) -> dict[str, str]:
    """What stands in the form: as it was sent, else who rings what callers hear now, now."""
    given = {name: request.GET.get(name, "")[:60] for name in FIELDS}
    if "which" in request.GET:
        return given
    now = timezone.now().astimezone(ZoneInfo(line.timezone))
    number = line.numbers.values_list("number", flat=True).first()
    usual = {
        "caller": show_number(DEFAULT_CALLER),
        "date": f"{now:%Y-%m-%d}",
        "time": f"{now:%H:%M}",
        "dialled": f"+{number}" if number else "",
        "which": str(line.live_id) if line.live_id else try_flows.DRAFT,
    }
    return {name: given[name] or usual[name] for name in FIELDS}


def _number(typed: str) -> str:
    return read_number(typed) if typed.strip() else ""


def _answer(line: Line, chosen: Chosen, moment: Moment, caller: str, dialled: str) -> dict[str, Any]:
    local = moment.at.astimezone(chosen.flow.zone())
    thrown = strip_page.thrown(line, moment.at - timedelta(days=1), moment.at + _SHOWN)
    on = [(row, one.switch) for row, one in thrown if one.holds(moment.at)]
    ring = try_when.Ring(caller, dialled, moment.at, tuple(switch for _row, switch in on))
    return {
        "question": _question(caller, local),
        "chosen": chosen,
        "twice": moment.twice,
        "heard": try_when.heard(line, chosen, ring),
        "switches_on": [in_words(row) for row, _switch in on],
        "hours": strip_page.hours_then(chosen.flow, [one for _row, one in thrown], moment.at),
        "strips": strip_page.strips(chosen.flow, [one for _row, one in thrown], timezone.now(), moment.at),
    }


def _question(caller: str, local: datetime) -> str:
    who = show_number(caller) if caller else _("a hidden number")
    values = {"who": who, "day": date_format(local, "l j F Y"), "time": f"{local:%H:%M}"}
    return _("What does %(who)s hear on %(day)s at %(time)s, and why?") % values
