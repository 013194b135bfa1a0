"""Who edited a line's draft since when, told by Django's own log of what staff saved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from menus.draft import MODELS
from menus.models import Line, Schedule

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

SHOWN: Final = 50
"""Edits that are told of, the newest."""
NOT_THE_DRAFT: Final = (
    "Published",
    "Made version",
    "Booked",
    "Cancelled",
    "Switched",
    "Ended",
    "Golden call",
    "Recording",
)
"""How the log's words about a line begin where they are not about its draft."""


class Edit(NamedTuple):
    user_id: Any
    user: str
    what: str
    """“Menu “Main””, as the log has it: the kind and the name it had then."""
    how: str
    """“Changed Prompt.”"""
    at: datetime


def since(line: Line, at: datetime | None, gone: Collection[str] = ()) -> list[Edit]:
    """The newest first. `at` None: all there are. `gone`: names of destinations and schedules that were deleted,
    whose rows can no longer say to which line they belonged."""
    models: list[type[Model]] = [Line, Schedule, *MODELS.values()]
    types = {model: ContentType.objects.get_for_model(model).pk for model in models}
    parts = [types[model] for model in models[1:]]
    ours = Q(content_type_id=types[Line], object_id=str(line.pk))
    ours |= Q(content_type_id=types[Schedule], object_id__in=_ids(line.schedules))
    ours |= Q(content_type_id__in=parts[1:], object_id__in=_ids(line.destinations))
    ours |= Q(content_type_id__in=parts, action_flag=DELETION, object_repr__in=list(gone))
    entries = LogEntry.objects.filter(ours).select_related("user", "content_type").order_by("-action_time", "-pk")
    if at:
        entries = entries.filter(action_time__gt=at)
    for words in NOT_THE_DRAFT:
        entries = entries.exclude(content_type_id=types[Line], change_message__startswith=words)
    return [_edit(entry) for entry in entries[:SHOWN]]


def _ids(rows: Any) -> list[str]:
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _edit(entry: LogEntry) -> Edit:
    kind = entry.content_type.name.capitalize() if entry.content_type else ""
    how = entry.get_change_message() or {ADDITION: _("Added."), DELETION: _("Deleted.")}.get(entry.action_flag, "")
    return Edit(entry.user_id, str(entry.user), f"{kind} “{entry.object_repr}”", how, entry.action_time)


def names(edits: Sequence[Edit], user: AbstractBaseUser | None = None) -> str:
    """“You and Ben”; empty: nobody."""
    mine = [_("You")] if user and any(edit.user_id == user.pk for edit in edits) else []
    others = dict.fromkeys(edit.user for edit in edits if not user or edit.user_id != user.pk)
    return get_text_list([*mine, *others], _("and"))


def latest(edits: Sequence[Edit], line: Line) -> str:
    """“Menu “Main” at 14:05”."""
    when = timezone.localtime(edits[0].at, ZoneInfo(line.timezone))
    return _("%(what)s at %(when)s") % {"what": edits[0].what, "when": f"{when:%H:%M}"}
