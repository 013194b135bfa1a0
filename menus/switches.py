"""Switches: what is on for a line now, as every worker knows it within two seconds; and how they are thrown."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from ivrsite import database
from menus import live, models
from menus.dialogue import Flip, Switch
from menus.flow import Prompt, SwitchKind
from menus.models.switches import MAX_AHEAD

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

log = logging.getLogger(__name__)

SAME: Final = timedelta(seconds=30)
"""Two equal switches whose ends are closer than this are one: a webhook that came twice, or a double click."""

Via = models.Switch.Via


class SwitchRefused(ValueError):
    """Nothing was switched. The message says why and what to do, in staff's words."""


def on(line: int) -> tuple[Switch, ...]:
    """The line's switches that are on, the latest first. From memory; without the database as known last."""
    return live.switches(line)


def rows_on(now: datetime) -> QuerySet[models.Switch]:
    """The same of all lines, as rows: for staff."""
    rows = models.Switch.objects.filter(ended_at__isnull=True, ends_at__gt=now)
    return rows.select_related("line", "schedule", "set_by")


def throw(
    line: int,
    flip: Flip,
    now: datetime,
    by: AbstractBaseUser | str = "",
    via: models.Switch.Via = Via.PHONE,
    note: str = "",
) -> None:
    """Set a switch of the line (its primary key), at once and until `flip.ends`; NORMAL ends all that are on.

    This process sees it when this returns, every other within 2 s. Open and closed end each other, on the same
    schedule; a message takes the place of the one before. Thrown twice by one webhook, it is one switch. `by` is a
    user, or words that say who else. Raises SwitchRefused, and `database.DatabaseAway`.
    """
    database.run(lambda: _throw(line, flip, now, by, via, note))
    # robust: it is set, whatever becomes of this host's copy of it.
    transaction.on_commit(live.keep_switches, robust=True)
    log.info("line %s: switched to %s by %s (%s)", line, flip.kind, by or "nobody named", via)


def end(switch: models.Switch, now: datetime, by: AbstractBaseUser | str = "") -> bool:
    """End a switch before its time; False: it was not on any more. Raises `database.DatabaseAway`."""
    on_still = models.Switch.objects.filter(pk=switch.pk, ended_at__isnull=True, ends_at__gt=now)
    ended = database.run(lambda: on_still.update(ended_at=now))
    transaction.on_commit(live.keep_switches, robust=True)
    log.info("line %s: switch %s ended by %s", switch.line_id, switch.pk, by or "nobody named")
    return bool(ended)


def in_words(switch: models.Switch) -> str:
    """`Force closed, Office hours, until 23 November 2026, 18:00 GMT`: by the line's clocks."""
    ends = timezone.localtime(switch.ends_at, ZoneInfo(switch.line.timezone))
    about = {
        "kind": switch.get_kind_display(),
        "schedule": switch.schedule,
        "ends": f"{date_format(ends, 'd F Y, H:i')} {ends:%Z}",
    }
    if switch.schedule:
        return gettext("%(kind)s, %(schedule)s, until %(ends)s") % about
    return gettext("%(kind)s until %(ends)s") % about


def _throw(line: int, flip: Flip, now: datetime, by: AbstractBaseUser | str, via: str, note: str) -> None:
    with transaction.atomic():
        # Held until the transaction ends: of two who throw at once, the second sees the first's.
        if not models.Line.objects.select_for_update().filter(pk=line).exists():
            raise SwitchRefused("The line is not there any more, so nothing was switched.")
        found = models.Switch.objects.filter(line=line, ended_at__isnull=True, ends_at__gt=now)
        if flip.kind is SwitchKind.NORMAL:
            found.update(ended_at=now)
            return
        ends = _sound_end(flip, now)
        schedule = _schedule(line, flip)
        earlier = (
            found.filter(kind=SwitchKind.MESSAGE)
            if flip.kind is SwitchKind.MESSAGE
            else found.filter(kind__in=(SwitchKind.OPEN, SwitchKind.CLOSED), schedule=schedule)
        )
        if any(_is_same(row, flip, ends) for row in earlier):
            return
        earlier.update(ended_at=now)
        models.Switch.objects.create(
            line_id=line,
            kind=flip.kind,
            schedule=schedule,
            words=flip.words.model_dump(mode="json"),
            begins_at=now,
            ends_at=ends,
            set_by_id=None if isinstance(by, str) else by.pk,
            via=via,
            note=note or (by if isinstance(by, str) else ""),
        )


def _sound_end(flip: Flip, now: datetime) -> datetime:
    ends = datetime.fromtimestamp(flip.ends, UTC)
    if ends <= now:
        raise SwitchRefused("It would have ended already, so nothing was switched; choose a later end.")
    if ends > now + MAX_AHEAD:
        raise SwitchRefused(
            f"A switch ends within {MAX_AHEAD.days} days, so nothing was switched; choose an earlier end."
        )
    if flip.kind is SwitchKind.MESSAGE and not flip.words:
        raise SwitchRefused(
            "An emergency message needs words, so nothing was switched; write what callers are to hear."
        )
    return ends


def _schedule(line: int, flip: Flip) -> models.Schedule | None:
    """A message is for the whole line."""
    if not flip.schedule or flip.kind is SwitchKind.MESSAGE:
        return None
    schedule = models.Schedule.objects.filter(line=line, key=flip.schedule).first()
    if schedule is None:
        cure = "choose others, or all of the line's"
        raise SwitchRefused(f"The hours “{flip.schedule}” were deleted, so nothing was switched; {cure}.")
    return schedule


def _is_same(row: models.Switch, flip: Flip, ends: datetime) -> bool:
    same_words = Prompt.model_validate(row.words) == flip.words
    return row.kind == flip.kind and same_words and abs(row.ends_at - ends) < SAME
