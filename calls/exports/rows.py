"""Calls and their steps, row by row: read in pages by the call before, so that no long statement is held open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from calls.exports.cells import Cell
from calls.masking import Mask, masked
from calls.measured import seconds_between
from calls.models import Call, CallbackRequest, CallOutcome, HeardKind, Status, Turn
from calls.script import OUTCOMES, Names
from menus import live

PAGE: Final = 1000
"""Calls that are read at once."""
_READ: Final = (
    "uuid conversation caller dialled endpoint started_at time_zone local_day local_hour status answered_at ended_at"
    " duration_seconds price cost network language outcome last_destination turn_count person_seconds served_seconds"
    " is_short is_recontact degraded version_id line__name version__number"
).split()
_TURN: Final = ("call_id", "n", "at", "waited_at", "heard", "digits", "outcome", "option", "language", "waits_at")
_zone = lru_cache(maxsize=100)(ZoneInfo)
_masked = lru_cache(maxsize=10_000)(masked)
Plain = dict[str, Any]


class Told(NamedTuple):
    """What a file is made of."""

    heading: list[str]
    rows: Iterator[list[Cell]]


def calls_told(calls: QuerySet[Call], whole: bool) -> Told:
    """`whole`: with callers' whole numbers."""
    return Told(_call_heading(), (_call_row(call, whole) for page in _pages(calls) for call in page))


def steps_told(calls: QuerySet[Call], whole: bool) -> Told:
    return Told(_step_heading(), (row for page in _pages(calls) for row in _steps(page, whole)))


def _pages(calls: QuerySet[Call]) -> Iterator[list[Plain]]:
    """The newest first; calls that ring meanwhile are newer and are left out."""
    wanted: Any = calls.select_related(None).order_by("-started_at", "-uuid").values(*_READ)
    after = Q()
    while page := list(wanted.filter(after)[:PAGE]):
        yield page
        at, uuid = page[-1]["started_at"], page[-1]["uuid"]
        after = Q(started_at__lte=at) & (Q(started_at__lt=at) | Q(uuid__lt=uuid))


# --- calls ------------------------------------------------------------------------------------------------------


def _call_heading() -> list[str]:
    return [
        _("Call id"), _("Line"), _("Version"), _("Rang (local time)"), _("Time zone"), _("Rang (UTC)"), _("Local day"),
        _("Local hour"), _("Caller"), _("Dialled"), _("Came by"), _("Network"), _("Status"), _("Answered (local time)"),
        _("Ended (local time)"), _("Seconds"), _("Outcome"), _("Language"), _("Last destination"), _("Turns"),
        _("Seconds to a person"), _("Seconds to being served"), _("Short call"), _("Recontact in 24 h"),
        _("Price (EUR)"), _("Cost (EUR)"), _("Answered while the database was away"), _("Conversation"),
    ]  # fmt: skip


def _call_row(call: Plain, whole: bool) -> list[Cell]:
    zone = call["time_zone"]
    return [
        call["uuid"], call["line__name"], call["version__number"], _local(call["started_at"], zone), zone,
        _local(call["started_at"], "UTC"), call["local_day"], call["local_hour"],
        shown_number(call["caller"], whole), shown_number(call["dialled"], True), call["endpoint"], call["network"],
        _word(Status, call["status"]), _local(call["answered_at"], zone), _local(call["ended_at"], zone),
        call["duration_seconds"], _word(CallOutcome, call["outcome"]), call["language"], call["last_destination"],
        call["turn_count"], call["person_seconds"], call["served_seconds"], call["is_short"], call["is_recontact"],
        call["price"], call["cost"], call["degraded"], call["conversation"],
    ]  # fmt: skip


def shown_number(number: str, whole: bool) -> str:
    """As text with its `+`: bare digits are a number to a spreadsheet."""
    if not whole:
        return _masked(number)
    return f"+{number}" if number.isascii() and number.isdecimal() else number


def _local(at: datetime | None, zone: str) -> datetime | None:
    return at.astimezone(_zone(zone)) if at else None


def _word(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value


# --- steps ------------------------------------------------------------------------------------------------------


def _step_heading() -> list[str]:
    return [
        _("Call id"), _("Line"), _("Version"), _("Turn"), _("At (local time)"), _("Time zone"), _("Destination"),
        _("Its label"), _("Heard"), _("Keyed or said"), _("Outcome"), _("Option"), _("Its label"),
        _("Seconds since the turn before"), _("Led to"), _("Its label"), _("Language"),
    ]  # fmt: skip


def _steps(page: list[Plain], whole: bool) -> Iterator[list[Cell]]:
    uuids = [call["uuid"] for call in page]
    turns: defaultdict[str, list[Plain]] = defaultdict(list)
    for turn in Turn.objects.filter(call_id__in=uuids).order_by("call_id", "n").values(*_TURN):
        turns[turn["call_id"]].append(turn)
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    if not whole:
        asked = CallbackRequest.objects.filter(call_uuid__in=uuids)
        for uuid, number in asked.values_list("call_uuid", "number"):
            numbers[uuid].append(number)
    for call in page:
        names = Names(live.flow_if_known(call["version_id"]))
        before = call["started_at"]
        hidden = [] if whole else [call["caller"], *numbers[call["uuid"]]]
        for turn in turns[call["uuid"]]:
            yield _step_row(call, turn, names, seconds_between(before, turn["at"]), _hidden(turn["digits"], hidden))
            before = turn["at"]


def _hidden(heard: str, numbers: list[str]) -> str:
    """Numbers take long to be looked for: only where one could stand."""
    return Mask(numbers).text(heard) if numbers and len(heard) > 3 else heard


def _step_row(call: Plain, turn: Plain, names: Names, seconds: int, heard: str) -> list[Cell]:
    here, option, to = turn["waited_at"], turn["option"], turn["waits_at"]
    return [
        call["uuid"], call["line__name"], call["version__number"], turn["n"], _local(turn["at"], call["time_zone"]),
        call["time_zone"], here, _label(names, here), _word(HeardKind, turn["heard"]), heard,
        _outcome(turn["outcome"]), option, names.option(here, option) if option else "", seconds, to,
        _label(names, to), turn["language"],
    ]  # fmt: skip


def _outcome(value: str) -> str:
    return _(OUTCOMES[value]) if value in OUTCOMES else value


def _label(names: Names, key: str) -> str:
    here = names.flow.destinations.get(key) if names.flow and key else None
    return here.label if here else ""
