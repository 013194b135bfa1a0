"""Where recordings are used: by drafts, by what calls hear or may still be hearing, and by what is booked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from menus.fields import PromptField
from menus.models import BookedPublish, Destination, Holiday, Line, Option, Switch, Version
from menus.sound.named import FOLDER, in_text

LONGEST_CALL: Final = timedelta(days=1)
"""A call goes on with the version that it began on; none lasts longer than this."""


class Use(NamedTuple):
    words: str
    url: str


def uses(paths: Collection[str]) -> dict[str, list[Use]]:
    """By recording, drafts first."""
    found: dict[str, list[Use]] = {path: [] for path in paths}
    if found:
        for use, named in (*_in_rows(), *_in_versions(), *_in_bookings()):
            for path in sorted(named & found.keys()):
                found[path].append(use)
    return found


# --- rows -------------------------------------------------------------------------------------------------------


def _in_rows() -> Iterator[tuple[Use, set[str]]]:
    for model in apps.get_app_config("menus").get_models():
        fields = [field for field in model._meta.concrete_fields if field.model is model and _speaks(field)]
        if not fields:
            continue
        texts = {f"{field.name}_as_text": Cast(field.name, models.TextField()) for field in fields}
        speaks = Q(*(Q(**{f"{name}__contains": FOLDER}) for name in texts), _connector=Q.OR)
        for row in model._default_manager.annotate(**texts).filter(speaks):
            if isinstance(row, Switch) and (row.ended_at or row.ends_at <= timezone.now()):
                continue
            for field in fields:
                yield Use(_words(row, field), _page(row)), in_text(json.dumps(getattr(row, field.name)))


def _speaks(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, PromptField) or field.name == "ringback"


def _words(row: models.Model, field: models.Field[Any, Any]) -> str:
    what = str(field.verbose_name)
    match row:
        case Destination():
            return f"{row.get_kind_display()} “{row}”: {what}"
        case Option():
            return _("Menu “%(menu)s”: key %(key)s") % {"menu": row.menu, "key": row.digits}
        case Holiday():
            return _("Hours “%(hours)s”: holiday “%(day)s”") % {"hours": row.schedule, "day": row}
        case Switch():
            return _("Emergency message of “%s”, which is on") % row.line
        case _:
            return f"{capfirst(str(row._meta.verbose_name))} “{row}”: {what}"


def _page(row: models.Model) -> str:
    match row:
        case Option():
            return row.menu.get_absolute_url()
        case Holiday():
            return reverse("admin:menus_schedule_change", args=[row.schedule_id])
        case Switch():
            return reverse("admin:menus_line_switches", args=[row.line_id])
        case Line():
            return reverse("admin:menus_line_change", args=[row.pk])
        case Destination():
            return row.get_absolute_url()
        case _:
            return ""


# --- what was published -----------------------------------------------------------------------------------------


def _in_versions() -> Iterator[tuple[Use, set[str]]]:
    """Those that new calls hear, and those that were live within the last day: calls may still be on there."""
    newer = Version.objects.filter(
        line=OuterRef("line"), number__gt=OuterRef("number"), published_at__lt=timezone.now() - LONGEST_CALL
    )
    wanted = Version.objects.filter(~Exists(newer) | Q(pk=F("line__live")), flow__contains=FOLDER)
    for version in wanted.select_related("line"):
        live = version.line.live_id == version.pk
        so = _("live: callers hear it now") if live else _("calls that began with it may still be on, for a day")
        page = reverse("admin:menus_line_version", args=[version.line_id, version.pk])
        yield Use(f"{capfirst(str(version))} “{version.line}”, {so}", page), in_text(version.flow)


def _in_bookings() -> Iterator[tuple[Use, set[str]]]:
    waiting = BookedPublish.objects.filter(state=BookedPublish.State.WAITING, flow__contains=FOLDER)
    for booked in waiting.select_related("line"):
        page = reverse("admin:menus_line_versions", args=[booked.line_id])
        yield Use(_("What is booked to be published of “%s”") % booked.line, page), in_text(booked.flow)
