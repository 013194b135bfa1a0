"""Publishing booked for a day and an hour: the draft is frozen when it is booked, and goes live when it is due."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from menus.flow import read_flow
from menus.models import BookedPublish, Line
from menus.publish import (
    UNSET,
    NothingChanged,
    PublishRefused,
    Seen,
    SeenDraft,
    SomeoneElsePublished,
    as_text,
    digest_of,
    frozen,
    lock,
    make_live,
    refuse_faulty,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

log = logging.getLogger(__name__)

AT_MOST: Final = timedelta(days=366)
"""How far ahead it may be booked."""
LATE: Final = timedelta(days=1)
"""A booking that is later than this (no server ran, or the database was away) is not done any more."""
_State = BookedPublish.State


class NotBooked(PublishRefused):
    """It cannot be booked for then."""


def book(
    line: Line,
    user: AbstractBaseUser | None,
    at: datetime,
    note: str,
    expected_live: Seen = UNSET,
    accept_warnings: bool = True,
    expected_draft: SeenDraft | None = None,
    now: datetime | None = None,
) -> BookedPublish:
    """Freeze the draft as it is; `publish_due` makes it live when it is time. Raises PublishRefused."""
    now = now or timezone.now()
    if at <= now:
        raise NotBooked(_("That time is past. Choose a later one, or publish now."))
    if at > now + AT_MOST:
        raise NotBooked(_("That is more than a year ahead. Choose a day within a year."))
    with transaction.atomic():
        locked = lock(line, expected_live)
        if waiting := waiting_of(line):
            raise NotBooked(
                _("“%(line)s” is booked already, for %(when)s. Cancel that first, then book anew.")
                % {"line": line, "when": when(waiting)}
            )
        compiled = frozen(locked, user, expected_draft)
        refuse_faulty(locked, compiled, accept_warnings)
        text = as_text(compiled)
        if locked.live and locked.live.digest == digest_of(text):
            raise NothingChanged(f"“{line}” was not booked: nothing differs from {locked.live}, which is live.")
        booking = BookedPublish(line=locked, at=at, flow=text, digest=digest_of(text), note=note, seen=locked.live)
        booking.booked_by_id = user.pk if user else None
        booking.save(force_insert=True)
    return booking


def cancel(booking: BookedPublish) -> bool:
    """Also puts away one that was refused. False: it is too late, it was published or cancelled meanwhile."""
    open_ones = BookedPublish.objects.filter(pk=booking.pk, state__in=(_State.WAITING, _State.REFUSED))
    return bool(open_ones.update(state=_State.CANCELLED))


def waiting_of(line: Line) -> BookedPublish | None:
    return line.bookings.filter(state=_State.WAITING).defer("flow").select_related("booked_by", "line").first()


def latest_of(line: Line) -> BookedPublish | None:
    """What staff must know of: one that waits; else the last, if it was refused and nothing was published since."""
    last = line.bookings.defer("flow").select_related("booked_by", "line").order_by("-booked_at", "-pk").first()
    if last is None or last.state in (_State.PUBLISHED, _State.CANCELLED):
        return None
    published = line.live.published_at if line.live else None
    refused = last.state == _State.REFUSED
    return None if refused and published and published > max(last.at, last.booked_at) else last


def when(booking: BookedPublish) -> str:
    """By the line's clocks: “1 December 2026 at 06:00 (America/Chicago)”."""
    at = booking.at.astimezone(ZoneInfo(booking.line.timezone))
    return f"{at.day} {at:%B %Y at %H:%M} ({booking.line.timezone})"


# --- when it is time --------------------------------------------------------------------------------------------


def due(now: datetime) -> list[int]:
    """The bookings whose time has come, the longest due first."""
    found = BookedPublish.objects.filter(state=_State.WAITING, at__lte=now)
    return list(found.order_by("at", "pk").values_list("pk", flat=True)[:100])


def publish_due(now: datetime) -> list[BookedPublish]:
    """Everything that is due, for tests and commands. The keeper does one after the other."""
    return [done for pk in due(now) if (done := publish_one(pk, now))]


def publish_one(pk: int, now: datetime) -> BookedPublish | None:
    """Publish a booking, or write down why not. None: another server did it, or it was cancelled.

    Safe to do twice, and by several servers at once: who comes second finds the booking taken, or done.
    """
    with transaction.atomic():
        waiting = BookedPublish.objects.filter(pk=pk, state=_State.WAITING).select_related("line")
        booking = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if booking is None:
            return None
        _settle(booking, now)
        booking.save(update_fields=["state", "why", "version"])
        _note_down(booking)
        return booking


def _settle(booking: BookedPublish, now: datetime) -> None:
    try:
        with transaction.atomic():
            _publish(booking, now)
    except DatabaseError:
        raise  # it is tried again
    except PublishRefused as refused:
        booking.state, booking.why = _State.REFUSED, str(refused)
        if refused.findings:
            first = refused.findings[0]
            booking.why += f" {first.where}: {first.fault}." if first.where else f" {first.fault}."
    except Exception as fault:  # never again and again, in every round
        log.exception("booking %s of “%s” could not be published", booking.pk, booking.line)
        booking.state = _State.REFUSED
        booking.why = _("A fault of the program kept it from being published (%s). Publish it by hand.") % (
            type(fault).__name__
        )


def _publish(booking: BookedPublish, now: datetime) -> None:
    if now - booking.at > LATE:
        raise NotBooked(
            _("No server was there to publish it until more than a day later. Look at it again, then publish.")
        )
    locked = _locked(booking)
    try:
        flow = read_flow(booking.flow)
    except ValidationError:
        raise NotBooked(_("This program can no longer read what was booked. Publish the draft by hand.")) from None
    refuse_faulty(locked, flow)
    booking.version = make_live(booking.line, locked, booking.flow, booking.booked_by, booking.note)
    booking.state = _State.PUBLISHED


def _locked(booking: BookedPublish) -> Line:
    try:
        return lock(booking.line, booking.seen_id)
    except SomeoneElsePublished:
        live = Line.objects.select_related("live__published_by").get(pk=booking.line_id).live
        who = (live and live.published_by) or _("a command")
        raise SomeoneElsePublished(
            _("%(who)s published %(version)s after it was booked. Look at what changed, then publish or book again.")
            % {"who": str(who).capitalize() if not (live and live.published_by) else who, "version": live or "nothing"}
        ) from None


def _note_down(booking: BookedPublish) -> None:
    """In the line's history, under the name of who booked it."""
    if booking.booked_by_id is None:
        return
    if booking.version:
        words = f"Published {booking.version}, as booked for {when(booking)}."
    else:
        words = f"Booked publish for {when(booking)} was not done: {booking.why}"
    LogEntry.objects.log_actions(booking.booked_by_id, [booking.line], CHANGE, words, single_object=True)
